//! A provider on loopback whose answer is told by the key.

use std::sync::mpsc;

use strongroom_standin::{Reply, Seen, Standin};
use tokio::sync::oneshot;

/// A key that looks right and gets the answer that it names: `works`, `rejected`, `no_credit`, `down`,
/// `elsewhere`, and for `stall` none.
pub fn key(answer: &str) -> String {
    format!("sk-ant-api03-FAKE-{answer}-0123456789abcdef")
}

/// The running stand-in. It ends when dropped.
pub struct Providers {
    standin: Standin,
    _running: oneshot::Sender<()>,
}

impl Providers {
    /// Starts it on a thread of its own: the tests wait for programs, not for futures.
    pub fn start() -> Self {
        let (tell, told) = mpsc::channel();
        let (running, ended) = oneshot::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                tell.send(Standin::with(0, answer).await.unwrap()).unwrap();
                let _ = ended.await;
            });
        });
        Self { standin: told.recv().unwrap(), _running: running }
    }

    /// Everything that arrived.
    pub fn requests(&self) -> Vec<Seen> {
        self.standin.requests()
    }

    /// The option that names it as the place of the provider.
    pub fn base_url(&self) -> String {
        format!("base_url={}", self.standin.url())
    }
}

fn answer(seen: &Seen) -> Reply {
    let told = seen.everything();
    let error =
        |kind: &str| serde_json::json!({ "type": "error", "error": { "type": kind, "message": "placeholder" } });
    if told.contains("FAKE-works") {
        let model = serde_json::json!({ "type": "model", "id": "claude-fake-1", "display_name": "Fake", "created_at": "2025-01-01T00:00:00Z" });
        let list = serde_json::json!({ "data": [model], "has_more": false, "first_id": null, "last_id": null });
        Reply::new(200, &list.to_string())
    } else if told.contains("FAKE-stall") {
        Reply::stall()
    } else if told.contains("FAKE-no_credit") {
        Reply::new(402, &error("billing_error").to_string())
    } else if told.contains("FAKE-down") {
        Reply::new(500, &error("api_error").to_string())
    } else if told.contains("FAKE-elsewhere") {
        Reply::new(404, &error("not_found_error").to_string())
    } else {
        Reply::new(401, &error("authentication_error").to_string())
    }
}
