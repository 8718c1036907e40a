//! The application's window, opened and driven through WebKitWebDriver.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::error::{Result, StageError};
use crate::process::Process;
use crate::programs::{DESKTOP, built, repository};
use crate::stage::Stage;

/// How long a window may take to open and a page to answer. Far beyond what either needs, so that only what is broken
/// runs into it, also on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// An open window of the application.
#[derive(Debug)]
pub struct Window<'s> {
    pub(crate) client: Client,
    stage: &'s Stage,
    // Ends the application too, which runs in its process group.
    _driver: Process,
}

/// The page has taken the place of the picture that is seen first.
const PAGE_IS_THERE: &str = "!document.getElementById('picture')?.hasChildNodes()
    && document.getElementById('page')?.hasChildNodes() || undefined";

impl<'s> Window<'s> {
    /// Start the application that was built beside the running test, on the vault of `stage`, and wait for its page.
    pub async fn open(stage: &'s Stage) -> Result<Self> {
        Self::open_program(stage, &built(DESKTOP)?).await
    }

    /// The same with the path of the application.
    pub async fn open_program(stage: &'s Stage, program: &Path) -> Result<Self> {
        let port = free_port()?;
        let mut command = stage.command("WebKitWebDriver");
        command.arg(format!("--port={port}"));
        // Without these two the application does not let itself be driven and the session never starts.
        command.env("TAURI_AUTOMATION", "true").env("TAURI_WEBVIEW_AUTOMATION", "true");
        let mut driver = Process::start("WebKitWebDriver", command, stage.log_file())?;
        wait_until_listening(port, &mut driver).await?;

        let mut wanted = Capabilities::new();
        wanted.insert("webkitgtk:browserOptions".to_owned(), json!({ "binary": program, "args": [] }));
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(wanted);
        let address = format!("http://127.0.0.1:{port}");
        let opened = tokio::time::timeout(PATIENCE, builder.connect(&address)).await;
        let why = match opened {
            Ok(Ok(client)) => {
                let window = Self { client, stage, _driver: driver };
                window.listen_for_violations().await?;
                window.wait_for(PAGE_IS_THERE, vec![]).await?;
                return Ok(window);
            }
            Ok(Err(e)) => e.to_string(),
            Err(_) => format!("no answer within {} s", PATIENCE.as_secs()),
        };
        Err(StageError::Window { why, log: last_lines(&stage.log_text()?) })
    }

    /// Close the window, as a person does at the end of the day. The files stay.
    pub async fn close(self) -> Result<()> {
        self.client.close().await.map_err(StageError::driver("closing the window"))
    }

    /// The stage it stands on.
    pub fn stage(&self) -> &'s Stage {
        self.stage
    }

    /// The driver's client, for what the methods here do not cover.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The title of the page.
    pub async fn title(&self) -> Result<String> {
        self.client.title().await.map_err(StageError::driver("reading the title"))
    }

    /// Load the page anew.
    pub async fn reload(&self) -> Result<()> {
        self.client.refresh().await.map_err(StageError::driver("reloading the page"))?;
        self.listen_for_violations().await
    }

    /// The whole page as it stands now, as PNG.
    ///
    /// Without a graphics processor, WebKit answers only after the page was drawn anew, and a page at rest never is: so
    /// an outline beyond the edge of the page comes and goes meanwhile.
    pub async fn screenshot(&self) -> Result<Vec<u8>> {
        let redraw = "const root = document.documentElement; let drawn = 0;
            window.stageRedraw = setInterval(() => { root.style.outline = drawn++ % 2 ? '' : '1px solid'; }, 20);";
        self.run(redraw, vec![]).await?;
        let taken = tokio::time::timeout(PATIENCE, self.client.screenshot()).await;
        self.run("clearInterval(window.stageRedraw); document.documentElement.removeAttribute('style');", vec![])
            .await?;
        match taken {
            Ok(taken) => taken.map_err(StageError::driver("taking a picture")),
            Err(_) => Err(StageError::Driver {
                step: "taking a picture".to_owned(),
                why: format!("no answer in {} s", PATIENCE.as_secs()),
            }),
        }
    }

    /// Write a picture of the window to a file, once nothing moves in it any more.
    pub async fn picture_to(&self, path: &Path) -> Result<()> {
        self.settle().await?;
        let png = self.screenshot().await?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(StageError::io(folder.display().to_string()))?;
        }
        std::fs::write(path, png).map_err(StageError::io(path.display().to_string()))
    }

    /// Pictures of the window in light and in dark, at `target/window-pictures/NAME-light.png` and `NAME-dark.png`.
    pub async fn pictures(&self, name: &str) -> Result<()> {
        self.pictures_in(&picture_folder(), name).await
    }

    /// The same in a folder. The theme is set in the page alone and put back afterwards.
    pub async fn pictures_in(&self, folder: &Path, name: &str) -> Result<()> {
        for theme in ["light", "dark"] {
            let before = self.set_theme(Some(theme)).await?;
            self.picture_to(&folder.join(format!("{name}-{theme}.png"))).await?;
            self.set_theme(before.as_deref()).await?;
        }
        Ok(())
    }

    /// Set the theme of the page, without storing it; the answer is the one before.
    pub async fn set_theme(&self, theme: Option<&str>) -> Result<Option<String>> {
        let script = "const d = document.documentElement, before = d.getAttribute('data-theme');
            if (arguments[0] === null) d.removeAttribute('data-theme'); else d.setAttribute('data-theme', arguments[0]);
            return before;";
        let before = self.run(script, vec![json!(theme)]).await?;
        Ok(before.as_str().map(str::to_owned))
    }
}

/// Where pictures of tests go.
pub(crate) fn picture_folder() -> PathBuf {
    repository().join("target/window-pictures")
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(StageError::io("a free port"))?;
    Ok(listener.local_addr().map_err(StageError::io("a free port"))?.port())
}

/// WebKitWebDriver says nothing when it is ready, so there is only trying.
async fn wait_until_listening(port: u16, driver: &mut Process) -> Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let failed = |why: String| StageError::Start { program: "WebKitWebDriver".to_owned(), why };
    let attempts = async {
        while tokio::net::TcpStream::connect(address).await.is_err() {
            if let Some(status) = driver.ended()? {
                return Err(failed(format!("ended with {status}")));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    };
    match tokio::time::timeout(PATIENCE, attempts).await {
        Ok(answer) => answer,
        Err(_) => Err(failed(format!("does not listen on port {port}"))),
    }
}

/// The end of a log, enough to see why a program stopped.
fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}
