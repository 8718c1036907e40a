//! Connecting an account: against a real OpenID provider on loopback, with a program that plays the browser.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../../providers/tests/support/identity_provider.rs"]
#[allow(dead_code)]
mod identity_provider;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use identity_provider::{IdentityProvider, SECRET, browser};
use secrecy::ExposeSecret;
use strongroom_app::views::{
    CredentialAddRequest, CredentialRequest, CredentialState, CredentialView, RedirectCompareRequest,
    RedirectFileRequest, SaveOutcome,
};
use strongroom_app::{
    Actor, AppError, CONNECT_PATIENCE, ConnectProblem, DeliveryRequest, NewVaultRequest, SecretInput, SecretText,
    Strongroom, StrongroomSettings, VerdictKind,
};
use tempfile::TempDir;

/// A provider file like the built-in one for OAuth 2.0, with a port of its own, so that tests do not meet.
fn office(port: u16) -> String {
    include_str!("../../providers/catalogue/oauth2.toml")
        .replace("id = \"oauth2\"", "id = \"office\"")
        .replace(":28417/", &format!(":{port}/"))
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A vault with one client that is not connected, and the provider that knows it.
struct Room {
    folder: TempDir,
    app: Strongroom,
    actor: Actor,
    provider: IdentityProvider,
    port: u16,
    id: String,
}

fn app(home: &Path) -> Strongroom {
    Strongroom::new(StrongroomSettings {
        home: Some(home.to_owned()),
        master_key: Some(SecretText::new("RkFLRS1tYXN0ZXIta2V5LW9mLTMyLWJ5dGVzLS0tLS0=".to_owned())),
        passphrase: None,
    })
}

impl Room {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (home, port) = (folder.path().join("vault"), free_port());
        let app = app(&home);
        let new = NewVaultRequest {
            person: Some("Test Person".into()),
            organisation: Some("Acme".into()),
            recovery_kit: None,
            passphrase: None,
            demonstration: false,
        };
        app.create(new).await.unwrap();
        std::fs::create_dir(home.join("providers")).unwrap();
        std::fs::write(home.join("providers/office.toml"), office(port)).unwrap();
        let actor = app.actor().await.unwrap();
        let provider = IdentityProvider::connecting(&format!("http://127.0.0.1:{port}/oauth/callback"));
        let issuer = provider.issuer();
        let fields = [
            ("client_id", "calendar".to_owned()),
            ("client_secret", SECRET.to_owned()),
            ("auth_url", format!("{issuer}/auth")),
            ("token_url", format!("{issuer}/token")),
            ("introspection_url", format!("{issuer}/token/introspection")),
            ("revoke_url", format!("{issuer}/token/revocation")),
            ("scopes", "openid offline_access".to_owned()),
        ];
        let fields: BTreeMap<String, SecretInput> =
            fields.into_iter().map(|(id, text)| (id.to_owned(), SecretInput::new(text))).collect();
        let request = CredentialAddRequest {
            provider: "office".into(),
            auth: None,
            name: "Office calendar".into(),
            key: Some("OFFICE".into()),
            category: None,
            scope: "Acme".into(),
            default: false,
            expires_at: None,
            reminder_days: None,
            fields,
            check: false,
        };
        let SaveOutcome::Stored { credential } = app.add(&actor, request).await.unwrap() else { panic!("not stored") };
        assert_eq!(credential.state, CredentialState::Unconnected);
        Self { folder, app, actor, provider, port, id: credential.id }
    }

    fn request(&self) -> CredentialRequest {
        CredentialRequest { id: self.id.clone() }
    }

    async fn connect(&self, browse: impl FnOnce(&str)) -> Result<CredentialView, ConnectProblem> {
        self.connect_for(CONNECT_PATIENCE, browse).await
    }

    async fn connect_for(
        &self,
        patience: Duration,
        browse: impl FnOnce(&str),
    ) -> Result<CredentialView, ConnectProblem> {
        let found = self.app.connect(&self.actor, self.request(), patience, browse, std::future::pending()).await;
        found.map_err(|error| match error {
            AppError::Connect(problem) => problem,
            other => panic!("{other}"),
        })
    }

    async fn connected(&self) -> CredentialView {
        let view = self.connect(|url| wish(url, "agree")).await.unwrap();
        assert_eq!(view.state, CredentialState::NotChecked);
        view
    }

    /// What a program would get.
    async fn delivered(&self, app: &Strongroom) -> BTreeMap<String, String> {
        let request =
            DeliveryRequest { keys: vec!["OFFICE".into()], program: "test".into(), ..DeliveryRequest::default() };
        let delivery = app.deliver(&self.actor, request).await.unwrap();
        assert_eq!(delivery.warnings, Vec::<String>::new());
        delivery.variables.into_iter().map(|one| (one.name, one.value.expose_secret().to_owned())).collect()
    }
}

/// Starts the program that plays the browser.
fn wish(url: &str, what: &str) {
    let mut command = Command::new("node");
    command.arg(browser()).args([url, what]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    drop(command.spawn().unwrap());
}

/// Comes back to this computer with such a query.
fn come_back(port: u16, query: &str) {
    wish(&format!("http://127.0.0.1:{port}/oauth/callback?{query}"), "leave");
}

#[tokio::test]
async fn an_account_is_connected_and_its_tokens_stay_fresh() {
    let room = Room::new().await;
    let view = room.connected().await;
    let connection = view.connection.as_ref().unwrap();
    assert!(connection.connected && connection.revocable && connection.renewed_at.is_some());
    assert!(view.secrets.contains_key("access_token") && view.secrets.contains_key("refresh_token"));
    let vault = std::fs::read(room.folder.path().join("vault/vault.db")).unwrap();
    let first = room.delivered(&room.app).await;
    assert!(!String::from_utf8_lossy(&vault).contains(&first["OAUTH_ACCESS_TOKEN"]));
    // The access token ends within the minute, and the refresh token is good for one use.
    let second = room.delivered(&room.app).await;
    for name in ["OAUTH_ACCESS_TOKEN", "OAUTH_REFRESH_TOKEN"] {
        assert_ne!(first[name], second[name], "{name} was renewed");
    }
    let checked = room.app.check(&room.actor, room.request()).await.unwrap();
    assert_eq!(checked.verdict.unwrap().kind, VerdictKind::Works, "the provider says that it is active");
}

#[tokio::test]
async fn several_programs_at_once_never_spend_one_refresh_token_twice() {
    let room = Room::new().await;
    room.connected().await;
    // Each with a connection of its own to the vault, as processes have.
    let others: Vec<Strongroom> = (0..4).map(|_| app(&room.folder.path().join("vault"))).collect();
    let all = others.iter().map(|app| room.delivered(app));
    futures_util::future::join_all(all).await;
    // A refresh token that was used twice would have ended the connection.
    let last = room.delivered(&room.app).await;
    assert!(!last["OAUTH_REFRESH_TOKEN"].is_empty());
    let checked = room.app.check(&room.actor, room.request()).await.unwrap();
    assert_eq!(checked.verdict.unwrap().kind, VerdictKind::Works);
}

#[tokio::test]
async fn disconnecting_ends_it_at_the_provider_too() {
    let room = Room::new().await;
    room.connected().await;
    let before = room.delivered(&room.app).await;
    let done = room.app.disconnect(&room.actor, room.request()).await.unwrap();
    assert!(done.revoked && done.problem.is_none());
    assert_eq!(done.credential.state, CredentialState::Unconnected);
    assert_eq!(done.credential.secrets.keys().collect::<Vec<_>>(), ["client_secret"]);
    assert!(!room.delivered(&room.app).await.contains_key("OAUTH_ACCESS_TOKEN"));
    // Put back by hand, the old refresh token is no longer taken.
    let fields = [("refresh_token".to_owned(), SecretInput::new(before["OAUTH_REFRESH_TOKEN"].clone()))];
    let edit = strongroom_app::views::CredentialEditRequest {
        id: room.id.clone(),
        revision: None,
        name: None,
        key: None,
        category: None,
        default: None,
        expiry: None,
        fields: fields.into_iter().map(|(id, value)| (id, strongroom_app::views::FieldEdit::Replace(value))).collect(),
        check: true,
    };
    let SaveOutcome::Refused { verdict, .. } = room.app.edit(&room.actor, edit).await.unwrap() else {
        panic!("the provider does not know it any more")
    };
    assert_eq!(verdict.kind, VerdictKind::Rejected);
}

#[tokio::test]
async fn what_goes_wrong_in_the_browser_is_said_and_changes_nothing() {
    let room = Room::new().await;
    let port = room.port;
    let denied = room.connect(|url| wish(url, "deny")).await.unwrap_err();
    assert!(matches!(&denied, ConnectProblem::Denied(why) if why.contains("aborted")), "{denied:?}");
    let stale = room.connect(|_| come_back(port, "code=FAKE-code&state=FAKE-other")).await.unwrap_err();
    assert_eq!(stale, ConnectProblem::WrongState);
    let late = room.connect_for(Duration::from_millis(20), |_| ()).await.unwrap_err();
    assert_eq!(late, ConnectProblem::TimedOut(0));
    let stopped = room.app.connect(&room.actor, room.request(), CONNECT_PATIENCE, |_| (), std::future::ready(())).await;
    assert!(matches!(stopped, Err(AppError::Connect(ConnectProblem::Stopped))), "{stopped:?}");
    // A code that the provider did not give.
    let invented = room
        .connect(|url| {
            let state = url.split("state=").nth(1).unwrap().split('&').next().unwrap();
            come_back(port, &format!("code=FAKE-code&state={state}"));
        })
        .await
        .unwrap_err();
    assert!(matches!(&invented, ConnectProblem::Refused { evidence, .. } if evidence.contains("invalid_grant")));
    assert!(!invented.to_string().contains("FAKE"), "{invented}");
    let shown = room.app.show(&room.actor, room.request()).await.unwrap();
    assert_eq!(shown.state, CredentialState::Unconnected);
    // The port is free again after each of them.
    room.connected().await;
}

#[tokio::test]
async fn a_second_window_and_a_taken_port_are_told_apart() {
    let room = Room::new().await;
    let second = app(&room.folder.path().join("vault"));
    let (open, opened) = tokio::sync::oneshot::channel();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let first = room.app.connect(
        &room.actor,
        room.request(),
        CONNECT_PATIENCE,
        |_| {
            let _ = open.send(());
        },
        async { drop(stopped.await) },
    );
    let other = async {
        opened.await.unwrap();
        let refused =
            second.connect(&room.actor, room.request(), CONNECT_PATIENCE, |_| (), std::future::pending()).await;
        stop.send(()).unwrap();
        refused
    };
    let (first, refused) = tokio::join!(first, other);
    assert!(matches!(refused, Err(AppError::Connect(ConnectProblem::SecondWindow))), "{refused:?}");
    assert!(matches!(first, Err(AppError::Connect(ConnectProblem::Stopped))), "{first:?}");

    let stranger = TcpListener::bind(("127.0.0.1", room.port)).unwrap();
    std::thread::spawn(move || drop(stranger.accept()));
    let taken = room.connect(|_| panic!("no browser is opened")).await.unwrap_err();
    assert_eq!(taken, ConnectProblem::PortTaken(room.port));
    let view = AppError::Connect(taken).view();
    assert!(view.message.contains(&room.port.to_string()) && view.hint.unwrap().contains("Close that program"));
}

#[tokio::test]
async fn an_account_that_ended_is_told_and_the_program_still_starts() {
    let room = Room::new().await;
    room.connected().await;
    drop(room.provider);
    let request = DeliveryRequest { keys: vec!["OFFICE".into()], program: "test".into(), ..DeliveryRequest::default() };
    let delivery = room.app.deliver(&room.actor, request).await.unwrap();
    assert!(delivery.warnings[0].contains("was not renewed"), "{:?}", delivery.warnings);
    assert!(delivery.variables.iter().any(|one| one.name == "OAUTH_ACCESS_TOKEN"), "the old one");
}

#[tokio::test]
async fn the_redirect_uri_is_compared_for_the_form() {
    let room = Room::new().await;
    let ask = |text: &str| {
        room.app.compare_redirect(RedirectCompareRequest {
            provider: "google-calendar".into(),
            auth: "oauth-client".into(),
            text: SecretInput::new(text.to_owned()),
        })
    };
    let found = ask("http://127.0.0.1:28417/oauth/callback/").unwrap();
    assert!(!found.matches && found.entries[0].message.contains("slash"));
    assert!(matches!(ask(""), Err(AppError::InvalidInput(fields)) if fields[0].field == "text"));
}

#[tokio::test]
async fn the_file_of_a_client_gives_its_addresses_and_nothing_else() {
    let room = Room::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("client.json");
    let ask = || {
        let request = RedirectFileRequest { provider: "google-calendar".into(), auth: "oauth-client".into() };
        room.app.compare_redirect_file(request, &file)
    };
    let refused = |part: &str| match ask() {
        Err(AppError::InvalidInput(fields)) => {
            assert_eq!(fields[0].field, "text");
            assert!(fields[0].message.contains(part), "{}", fields[0].message);
        }
        other => panic!("{other:?}"),
    };
    refused("cannot be read");
    let client =
        r#"{"web":{"client_secret":"FAKE-client-secret","redirect_uris":["http://127.0.0.1:28417/oauth/callback/"]}}"#;
    std::fs::write(&file, client).unwrap();
    let found = ask().unwrap();
    assert!(!found.matches && found.entries[0].message.contains("slash"));
    assert!(!format!("{found:?}").contains("FAKE-client-secret"));
    std::fs::write(&file, client.replace("redirect_uris", "others")).unwrap();
    refused("No redirect URI");
    std::fs::write(&file, [0xff, 0xfe]).unwrap();
    refused("UTF-8");
    std::fs::write(&file, " ".repeat(64 * 1024 + 1)).unwrap();
    refused("64 KB");
}
