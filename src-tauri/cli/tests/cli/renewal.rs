//! `run` with a connected account: the access token is renewed before the command gets it, by the program's own runtime.
//! The provider is a real OpenID provider on loopback; the account is connected by the core, as the window does it.

#[path = "../../../providers/tests/support/identity_provider.rs"]
#[allow(dead_code)]
mod identity_provider;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use identity_provider::{IdentityProvider, SECRET, browser};
use strongroom_app::views::CredentialRequest;
use strongroom_app::{CONNECT_PATIENCE, SecretText, Strongroom, StrongroomSettings};

use crate::place::{MASTER_KEY, Place, Ran};

/// A vault with a connected account, and its provider.
struct Connected {
    place: Place,
    provider: IdentityProvider,
}

impl Connected {
    fn new() -> Self {
        let place = Place::new();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let form = include_str!("../../../providers/catalogue/oauth2.toml")
            .replace("id = \"oauth2\"", "id = \"office\"")
            .replace(":28417/", &format!(":{port}/"));
        std::fs::create_dir(place.vault().join("providers")).unwrap();
        std::fs::write(place.vault().join("providers/office.toml"), form).unwrap();
        let provider = IdentityProvider::connecting(&format!("http://127.0.0.1:{port}/oauth/callback"));
        let issuer = provider.issuer();
        let fields = serde_json::json!({
            "client_id": "calendar",
            "client_secret": SECRET,
            "auth_url": format!("{issuer}/auth"),
            "token_url": format!("{issuer}/token"),
            "scopes": "openid offline_access",
        });
        let add =
            ["add", "--provider", "office", "--name", "Office", "--key", "OFFICE", "--no-check", "--fields-json", "-"];
        let added = place.run_with(&[&add[..], &["--json"]].concat(), fields.to_string().as_bytes()).ends(0).json();
        connect(&place, added["id"].as_str().unwrap());
        Self { place, provider }
    }

    fn run(&self) -> Ran {
        self.place.run(&["run", "--key", "OFFICE", "--clean-env", "--", "env"])
    }
}

/// Connects the account, with a program that plays the browser and the person in it.
fn connect(place: &Place, id: &str) {
    let app = Strongroom::new(StrongroomSettings {
        home: Some(place.vault()),
        master_key: Some(SecretText::new(MASTER_KEY.to_owned())),
        passphrase: None,
    });
    let browse = |url: &str| {
        let mut command = Command::new("node");
        command.arg(browser()).args([url, "agree"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        drop(command.spawn().unwrap());
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let actor = app.actor().await.unwrap();
        let request = CredentialRequest { id: id.to_owned() };
        app.connect(&actor, request, CONNECT_PATIENCE, browse, std::future::pending()).await.unwrap();
        app.close().await.unwrap();
    });
}

fn variables(ran: &Ran) -> BTreeMap<&str, &str> {
    ran.out.lines().filter_map(|line| line.split_once('=')).collect()
}

#[test]
fn the_command_gets_a_token_that_was_renewed_for_it() {
    let room = Connected::new();
    let (first, second) = (room.run().ends(0), room.run().ends(0));
    assert_eq!((first.err.as_str(), second.err.as_str()), ("", ""));
    // The access token ends within the minute, and the refresh token is good for one use.
    for name in ["OAUTH_ACCESS_TOKEN", "OAUTH_REFRESH_TOKEN"] {
        let (before, after) = (variables(&first)[name], variables(&second)[name]);
        assert!(!before.is_empty() && before != after, "{name} was not renewed");
    }
}

#[test]
fn the_command_starts_with_the_old_token_where_the_provider_is_away() {
    let Connected { place, provider } = Connected::new();
    drop(provider);
    let ran = place.run(&["run", "--key", "OFFICE", "--clean-env", "--", "env"]).ends(0);
    assert!(ran.err.contains("The access token of “Office” was not renewed"), "{}", ran.err);
    assert!(!variables(&ran)["OAUTH_ACCESS_TOKEN"].is_empty());
}
