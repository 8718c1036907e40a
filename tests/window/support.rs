//! What the window tests share: a vault to begin with, a provider on loopback, and steps that many tests take.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use strongroom_stage::{Found, Name, Ran, Result, Stage, StageError, Window};
use strongroom_standin::{Reply, Seen, Standin};

/// An Anthropic on loopback. It refuses keys with `rejected` in them and accepts all others, until told otherwise.
pub struct Anthropic {
    server: Standin,
    says: Arc<Mutex<Option<Reply>>>,
}

impl Anthropic {
    /// Start it.
    pub async fn start() -> Self {
        let says: Arc<Mutex<Option<Reply>>> = Arc::default();
        let told = Arc::clone(&says);
        let server = Standin::with(0, move |seen: &Seen| {
            if let Some(reply) = told.lock().unwrap().clone() {
                return reply;
            }
            if seen.header("x-api-key").is_none_or(|key| key.contains("rejected")) {
                let error = json!({ "type": "authentication_error", "message": "invalid x-api-key" });
                return Reply::new(401, &json!({ "type": "error", "error": error }).to_string());
            }
            Reply::new(
                200,
                &json!({ "data": [{ "type": "model", "id": "claude-fake" }], "has_more": false }).to_string(),
            )
        });
        Self { server: server.await.unwrap(), says }
    }

    /// Answer everything with this from now on; nothing goes back to judging the key.
    pub fn says(&self, reply: Option<Reply>) {
        *self.says.lock().unwrap() = reply;
    }

    /// Answer that too many calls were made.
    pub fn says_busy(&self) {
        let error = json!({ "type": "rate_limit_error", "message": "slow down" });
        self.says(Some(Reply::new(429, &json!({ "type": "error", "error": error }).to_string())));
    }

    /// Its address.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// What arrived.
    pub fn requests(&self) -> Vec<Seen> {
        self.server.requests()
    }

    /// The keys that arrived, in order.
    pub fn keys(&self) -> Vec<String> {
        self.requests().iter().filter_map(|seen| seen.header("x-api-key").map(str::to_owned)).collect()
    }
}

/// A made-up Anthropic key with a tail of its own.
pub fn fake_key(tail: &str) -> String {
    format!("sk-ant-api03-FAKE-FAKE-FAKE-FAKE-{tail}")
}

/// Random letters and digits, so that a text is found only where it was put.
pub fn random_text(length: usize) -> String {
    use std::io::Read;
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = vec![0; length];
    std::fs::File::open("/dev/urandom").unwrap().read_exact(&mut bytes).unwrap();
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

/// Make a vault by the command line; the answer is its recovery kit.
pub fn make_vault(stage: &Stage) -> Result<PathBuf> {
    let kit = stage.home().join("kit.txt");
    let path = kit.display().to_string();
    stage
        .strongroom(&["init", "--org", "Acme Voice", "--person", "Priya Nair", "--recovery-kit", &path])?
        .expect_status(0)?;
    Ok(kit)
}

/// Add an API token by the command line, unchecked.
pub fn add_token(stage: &Stage, name: &str, key: &str, value: &str) -> Result<Ran> {
    let fields = json!({ "token": value }).to_string();
    let arguments =
        ["add", "--provider", "api-token", "--name", name, "--key", key, "--no-check", "--fields-json", "-", "--json"];
    stage.strongroom_fed(&arguments, &fields)?.expect_status(0)
}

/// Add an Anthropic key that leads to `provider` by the command line, checked.
pub fn add_anthropic(stage: &Stage, provider: &Anthropic, name: &str, key: &str) -> Result<Ran> {
    let fields = json!({ "api_key": key, "base_url": provider.url() }).to_string();
    let arguments = ["add", "--provider", "anthropic", "--name", name, "--fields-json", "-", "--json"];
    stage.strongroom_fed(&arguments, &fields)?.expect_status(0)
}

/// All credentials as the command line lists them.
pub fn listed(stage: &Stage) -> Result<Vec<Value>> {
    let list = stage.strongroom(&["list", "--json"])?.expect_status(0)?.json()?;
    Ok(list["items"].as_array().unwrap().clone())
}

/// From the inventory or the gallery to the form of one provider.
pub async fn choose_provider(window: &Window<'_>, name: &str) -> Result<()> {
    // An empty inventory is the gallery already.
    let there = "find('button', { part: 'Add credential' }, null)[0] ?? find('searchbox', { exact: 'Search providers' }, null)[0] ? true : undefined";
    window.wait_for(there, vec![]).await?;
    if window.has("button", Name::containing("Add credential")).await? {
        window.click("button", Name::containing("Add credential")).await?;
    }
    window.fill("Search providers", name).await?;
    window.find("list", "Providers").await?.click_in("button", Name::containing(name)).await?;
    window.find("field", "Name").await.map(drop)
}

/// Wait until what is said under a field contains a text.
pub async fn field_says(window: &Window<'_>, label: &str, part: &str) -> Result<()> {
    let expression = "(() => {
        const field = find('field', { part: a[0] }, null)[0];
        const ids = (field?.getAttribute('aria-describedby') ?? '').split(' ');
        const said = ids.map((id) => document.getElementById(id)?.innerText ?? '').join(' ');
        return normal(said).includes(normal(a[1])) ? true : undefined;
    })()";
    window.wait_for(expression, vec![json!(label), json!(part)]).await.map(drop)
}

/// Whether a field is marked as wrong.
pub async fn is_invalid(window: &Window<'_>, label: &str) -> Result<bool> {
    Ok(window.find("field", Name::containing(label)).await?.attribute("aria-invalid").await?.as_deref() == Some("true"))
}

/// Wait until the row of a credential contains a text.
pub async fn row_says(window: &Window<'_>, name: &str, part: &str) -> Result<()> {
    let expression = "find('row', { part: a[0] }, null).some((row) => normal(row.innerText).includes(normal(a[1]))) ? true : undefined";
    window.wait_for(expression, vec![json!(name), json!(part)]).await.map(drop)
}

/// Open the details of a credential by its row.
pub async fn open_details<'w>(window: &'w Window<'_>, name: &str) -> Result<Found<'w>> {
    window.click("row", Name::containing(name)).await?;
    window.find("complementary", "Credential details").await
}

/// Ask a command of the program as the page does: `{"ok": …}` or `{"err": …}`.
pub async fn invoke(window: &Window<'_>, command: &str, arguments: Value) -> Result<Value> {
    let script = "const [command, given, done] = arguments;
        window.__TAURI_INTERNALS__.invoke(command, given).then((ok) => done({ ok }), (err) => done({ err }));";
    window
        .client()
        .execute_async(script, vec![json!(command), arguments])
        .await
        .map_err(|e| StageError::Driver { step: format!("calling {command}"), why: e.to_string() })
}

/// Names of all commands, from the one list of them.
pub fn command_names() -> Vec<&'static str> {
    let list = include_str!("../../src-tauri/desktop/src/command_list.rs");
    let (_, names) = list.split_once("$then![").unwrap();
    let (names, _) = names.split_once(']').unwrap();
    names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect()
}

/// Permission bits of a file or folder.
pub fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
