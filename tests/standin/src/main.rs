//! `strongroom-standin [--port N]`: every provider under its own path on loopback, for demonstration vaults.
//!
//! Prints one line of JSON with its address when it is ready, and runs until it is ended.

use std::io::Write as _;
use std::process::ExitCode;

use strongroom_standin::{Seen, Standin, demonstration, recorded_answers};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            // Nothing is left to do when the error stream is closed.
            let _ = writeln!(std::io::stderr(), "strongroom-standin: {reason}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let port = port(std::env::args().skip(1))?;
    let recorded = recorded_answers().map_err(|error| error.to_string())?;
    let ids: Vec<String> = recorded.iter().map(|recorded| recorded.provider.clone()).collect();
    let server = Standin::with(port, move |seen: &Seen| demonstration(&recorded, seen))
        .await
        .map_err(|error| error.to_string())?;
    let base_urls: serde_json::Map<String, serde_json::Value> =
        ids.iter().map(|id| (id.clone(), format!("{}/{id}", server.url()).into())).collect();
    let ready = serde_json::json!({ "url": server.url(), "port": server.port(), "base_urls": base_urls });
    writeln!(std::io::stdout(), "{ready}").map_err(|error| error.to_string())?;
    std::future::pending().await
}

fn port(mut arguments: impl Iterator<Item = String>) -> Result<u16, String> {
    match (arguments.next().as_deref(), arguments.next(), arguments.next()) {
        (None, None, None) => Ok(0),
        (Some("--port"), Some(port), None) => port.parse().map_err(|_| format!("`{port}` is not a port")),
        _ => Err("usage: strongroom-standin [--port N]".to_owned()),
    }
}
