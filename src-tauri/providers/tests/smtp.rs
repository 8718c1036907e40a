//! The SMTP check against a real mail server, and against scripted answers that a sound server does not give.
//! The mail server comes from a Debian package, so these tests run on Linux.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/mail_server.rs"]
mod mail_server;
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use mail_server::{BUSY, MailServer, Offers, PASSWORD, USER};
use strongroom_providers::form::{self, Level};
use strongroom_providers::{Catalogue, CheckOutcome, Checker, CheckerSettings, VerdictKind, url_rules};
use strongroom_standin::Identity;
use support::plain_values;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

fn good() -> Identity {
    Identity::new("localhost", 2020, 2090).unwrap()
}

async fn check_with(settings: CheckerSettings, port: u16, changes: &[(&str, &str)]) -> CheckOutcome {
    check_as(("smtp", None), settings, port, changes).await
}

async fn check_as(
    (provider, auth): (&str, Option<&str>),
    settings: CheckerSettings,
    port: u16,
    changes: &[(&str, &str)],
) -> CheckOutcome {
    let catalogue = Catalogue::builtin();
    let provider = catalogue.provider(provider).unwrap();
    let auth = provider.variant(auth).unwrap();
    let port = port.to_string();
    let mut pairs = vec![("host", "localhost"), ("port", port.as_str()), ("username", USER), ("password", PASSWORD)];
    for change in changes {
        pairs.retain(|(id, _)| *id != change.0);
        pairs.push(*change);
    }
    let values = plain_values(auth, &pairs);
    let outcome = Checker::new(settings).unwrap().check(provider, auth, &values).await;
    let shown = format!("{outcome:?}");
    assert!(!shown.contains("FAKE"), "the password surfaced: {shown}");
    outcome
}

async fn check(port: u16, trusted: Option<&Identity>, changes: &[(&str, &str)]) -> CheckOutcome {
    let extra_roots = trusted.map(|identity| identity.authority().as_bytes().to_vec()).into_iter().collect();
    check_with(CheckerSettings { extra_roots, ..CheckerSettings::default() }, port, changes).await
}

fn expect(outcome: &CheckOutcome, verdict: VerdictKind, field: Option<&str>, words: &str) {
    assert_eq!((outcome.verdict, outcome.field.as_deref()), (verdict, field), "{outcome:?}");
    assert!(outcome.evidence.contains(words), "{words}: {}", outcome.evidence);
    let good = matches!(verdict, VerdictKind::Works);
    assert!(good || outcome.next_step.is_some(), "says what to do next: {outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_password_works_over_starttls_and_over_tls() {
    let identity = good();
    let server = MailServer::start(Offers::StartTls, &identity).await;
    for mechanism in ["auto", "plain", "login"] {
        let outcome = check(server.port(), Some(&identity), &[("auth_mechanism", mechanism)]).await;
        expect(&outcome, VerdictKind::Works, None, "accepted user name and password over STARTTLS");
    }
    let log = server.log();
    assert!(!log.contains("MAIL") && !log.contains("<="), "no mail was begun: {log}");
    let server = MailServer::start(Offers::Tls, &identity).await;
    let outcome = check(server.port(), Some(&identity), &[("encryption", "tls")]).await;
    expect(&outcome, VerdictKind::Works, None, "over TLS");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_rejected_and_a_trouble_of_the_moment_is_not() {
    let identity = good();
    for (offers, encryption) in [(Offers::StartTls, "starttls"), (Offers::Tls, "tls")] {
        let server = MailServer::start(offers, &identity).await;
        let wrong = [("encryption", encryption), ("password", "FAKE-wrong-0123456789")];
        let outcome = check(server.port(), Some(&identity), &wrong).await;
        expect(&outcome, VerdictKind::Rejected, Some("password"), "(535)");
        let busy = [("encryption", encryption), ("username", BUSY)];
        let outcome = check(server.port(), Some(&identity), &busy).await;
        expect(&outcome, VerdictKind::Unknown, None, "(435)");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_the_certificate_are_told_apart_and_stop_the_password() {
    for (offers, encryption) in [(Offers::StartTls, "starttls"), (Offers::Tls, "tls")] {
        let cases = [
            (good(), false, "nobody this computer trusts"),
            (Identity::new("localhost", 2001, 2002).unwrap(), true, "expired"),
            (Identity::new("elsewhere.example", 2020, 2090).unwrap(), true, "another host"),
        ];
        for (identity, trusted, words) in cases {
            let server = MailServer::start(offers, &identity).await;
            let outcome = check(server.port(), trusted.then_some(&identity), &[("encryption", encryption)]).await;
            expect(&outcome, VerdictKind::Unknown, None, words);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_offers_less_gets_no_password() {
    let identity = good();
    let server = MailServer::start(Offers::NoSignIn, &identity).await;
    let outcome = check(server.port(), Some(&identity), &[]).await;
    expect(&outcome, VerdictKind::Uncheckable, None, "offers no sign-in");

    let server = MailServer::start(Offers::StartTls, &identity).await;
    let outcome = check(server.port(), Some(&identity), &[("encryption", "none")]).await;
    expect(&outcome, VerdictKind::Uncheckable, None, "offers no sign-in");
    let outcome = check(server.port(), Some(&identity), &[("auth_mechanism", "xoauth2")]).await;
    expect(&outcome, VerdictKind::Misconfigured, Some("auth_mechanism"), "other ways of sign-in");
    let none = [("username", ""), ("password", "")];
    let outcome = check(server.port(), Some(&identity), &none).await;
    expect(&outcome, VerdictKind::Works, None, "no user name is stored");
    let outcome = check(server.port(), Some(&identity), &[("password", "")]).await;
    expect(&outcome, VerdictKind::Misconfigured, Some("password"), "no password");

    let server = MailServer::start(Offers::Plain, &identity).await;
    let outcome = check(server.port(), Some(&identity), &[]).await;
    expect(&outcome, VerdictKind::Misconfigured, Some("encryption"), "does not offer STARTTLS");
    let outcome = check(server.port(), Some(&identity), &[("encryption", "none")]).await;
    expect(&outcome, VerdictKind::Works, None, "without encryption");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_speaks_the_other_way_is_named() {
    let identity = good();
    let server = MailServer::start(Offers::StartTls, &identity).await;
    let outcome = check(server.port(), Some(&identity), &[("encryption", "tls")]).await;
    expect(&outcome, VerdictKind::Misconfigured, Some("encryption"), "encrypted connection");
    let server = MailServer::start(Offers::Tls, &identity).await;
    let settings = CheckerSettings { total_timeout: Duration::from_millis(300), ..CheckerSettings::default() };
    let outcome = check_with(settings, server.port(), &[]).await;
    expect(&outcome, VerdictKind::Unknown, None, "in time");
    assert!(outcome.next_step.unwrap().contains("465"));
}

/// A server that answers line by line from a script: the greeting, then one answer for each line that comes. The lines
/// that came are its result.
async fn scripted(answers: &'static [&'static str]) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        let mut heard = Vec::new();
        for answer in answers {
            if stream.write_all(answer.as_bytes()).await.is_err() {
                break;
            }
            let mut line = String::new();
            match stream.read_line(&mut line).await {
                Ok(length) if length > 0 => heard.push(line.trim_end().to_owned()),
                _ => break,
            }
        }
        heard
    });
    (port, heard)
}

const HELLO: &str = "250-mail.example.test\r\n250 AUTH PLAIN LOGIN\r\n";

#[tokio::test]
async fn every_documented_reply_has_its_verdict() {
    use VerdictKind::{Misconfigured, Rejected, Unknown, Works};
    let cases: [(&'static str, VerdictKind, Option<&str>, &str); 13] = [
        ("235 2.7.0 ok\r\n", Works, None, "accepted"),
        ("535 5.7.8 bad credentials\r\n", Rejected, Some("password"), "(535)"),
        (
            "534-5.7.9 Application-specific password required\r\n534 5.7.9 see help\r\n",
            Misconfigured,
            Some("password"),
            "(534)",
        ),
        ("538 5.7.11 encryption required\r\n", Misconfigured, Some("encryption"), "(538)"),
        ("530 5.7.0 Must issue a STARTTLS command first\r\n", Misconfigured, Some("encryption"), "(530)"),
        ("454 4.7.0 temporary failure\r\n", Unknown, None, "(454)"),
        ("421 4.3.0 closing\r\n", Unknown, None, "(421)"),
        ("504 5.5.4 unknown mechanism\r\n", Misconfigured, Some("auth_mechanism"), "(504)"),
        ("503 5.5.1 not now\r\n", Misconfigured, Some("auth_mechanism"), "(503)"),
        ("502 5.5.1 no AUTH\r\n", Misconfigured, Some("auth_mechanism"), "(502)"),
        ("500 5.5.1 what\r\n", Misconfigured, Some("auth_mechanism"), "(500)"),
        ("550 5.7.1 you FAKE-right-0123456789 are blocked\r\n", Unknown, None, "blocked"),
        ("hello\r\n", Unknown, Some("port"), "not SMTP"),
    ];
    for (reply, verdict, field, words) in cases {
        let answers: &'static [&'static str] =
            Vec::leak(vec!["220 mail.example.test\r\n", HELLO, reply, "221 bye\r\n"]);
        let (port, heard) = scripted(answers).await;
        let outcome = check(port, None, &[("encryption", "none")]).await;
        expect(&outcome, verdict, field, words);
        let heard = heard.await.unwrap();
        let commands: Vec<&str> = heard.iter().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(commands[..2], ["EHLO", "AUTH"], "{reply}: one try and no mail: {commands:?}");
        assert!(commands[2..].iter().all(|command| *command == "QUIT"), "{reply}: {commands:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn endless_answers_are_not_read_to_their_end() {
    // One line without an end, and lines without end.
    for endless in ["x".repeat(1 << 16), "220-x\r\n".repeat(1 << 13)] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            while stream.write_all(endless.as_bytes()).await.is_ok() {}
        });
        let outcome = check(port, None, &[("encryption", "none")]).await;
        assert_eq!(outcome.verdict, VerdictKind::Unknown, "{outcome:?}");
        assert!(!outcome.evidence.contains("in time"), "ended by its size: {outcome:?}");
    }
}

#[tokio::test]
async fn a_question_that_nobody_expected_is_not_judged() {
    let hello = "250-mail.example.test\r\n250 AUTH XOAUTH2\r\n";
    let refusal = "334 eyJzdGF0dXMiOiI0MDAifQ==\r\n";
    let answers = Vec::leak(vec!["220 mail.example.test\r\n", hello, refusal, "221 bye\r\n"]);
    let (port, _heard) = scripted(answers).await;
    let outcome = check(port, None, &[("encryption", "none"), ("auth_mechanism", "xoauth2")]).await;
    expect(&outcome, VerdictKind::Unknown, None, "334");
}

/// A server that takes everybody and knows how many talked to it at once.
async fn counting() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let most = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&most);
    tokio::spawn(async move {
        let now = Arc::new(AtomicUsize::new(0));
        while let Ok((stream, _)) = listener.accept().await {
            let (now, seen) = (Arc::clone(&now), Arc::clone(&seen));
            seen.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                for answer in ["220 mail.example.test\r\n", HELLO, "235 2.7.0 ok\r\n"] {
                    stream.write_all(answer.as_bytes()).await.unwrap();
                    stream.read_line(&mut String::new()).await.unwrap();
                }
                // Before the goodbye that the check waits for, so that the next one finds nobody.
                now.fetch_sub(1, Ordering::SeqCst);
                stream.write_all(b"221 bye\r\n").await.unwrap();
            });
        }
    });
    (port, most)
}

#[tokio::test]
async fn checks_of_one_server_wait_for_each_other() {
    let catalogue = Catalogue::builtin();
    let provider = catalogue.provider("smtp").unwrap();
    let auth = provider.variant(None).unwrap();
    for (limit, together) in [(1, 1), (4, 4)] {
        let (port, most) = counting().await;
        let port = port.to_string();
        let pairs = [("host", "localhost"), ("port", port.as_str()), ("username", USER), ("password", PASSWORD)];
        let values = plain_values(auth, &[&pairs[..], &[("encryption", "none")]].concat());
        let checker = Checker::new(CheckerSettings { per_host: limit, ..CheckerSettings::default() }).unwrap();
        let check = || checker.check(provider, auth, &values);
        let outcomes = tokio::join!(check(), check(), check(), check(), check(), check());
        let (a, b, c, d, e, f) = outcomes;
        assert!([a, b, c, d, e, f].iter().all(|outcome| outcome.verdict == VerdictKind::Works));
        let most = most.load(Ordering::SeqCst);
        assert!((1..=together).contains(&most), "{most} at once, although {limit} may be");
    }
}

/// Somebody in between who passes everything on, and slips answers in behind the one to STARTTLS.
async fn meddler(server: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut server = BufReader::new(TcpStream::connect(("127.0.0.1", server)).await.unwrap());
        let (from_client, mut to_client) = client.split();
        let mut from_client = BufReader::new(from_client);
        let mut command = String::new();
        while command.trim_end() != "STARTTLS" {
            let mut answer = String::new();
            while answer.lines().last().is_none_or(|line| line.as_bytes()[3] != b' ') {
                server.read_line(&mut answer).await.unwrap();
            }
            to_client.write_all(answer.as_bytes()).await.unwrap();
            command.clear();
            from_client.read_line(&mut command).await.unwrap();
            server.write_all(command.as_bytes()).await.unwrap();
        }
        let mut answer = String::new();
        server.read_line(&mut answer).await.unwrap();
        answer.push_str("250-mail.example.test\r\n250 AUTH PLAIN\r\n235 2.7.0 ok\r\n221 bye\r\n");
        to_client.write_all(answer.as_bytes()).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_slipped_in_behind_starttls_is_not_believed() {
    let identity = good();
    let server = MailServer::start(Offers::StartTls, &identity).await;
    let port = meddler(server.port()).await;
    let outcome = check(port, Some(&identity), &[("password", "FAKE-wrong-0123456789")]).await;
    expect(&outcome, VerdictKind::Misconfigured, Some("encryption"), "No encrypted connection");
}

#[tokio::test]
async fn no_server_silence_and_a_broken_connection_are_told_apart() {
    let plain = [("encryption", "none")];
    // Taken and not listening: nobody else can begin to listen there meanwhile.
    let taken = tokio::net::TcpSocket::new_v4().unwrap();
    taken.bind((std::net::Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let port = taken.local_addr().unwrap().port();
    expect(&check(port, None, &plain).await, VerdictKind::Unknown, Some("port"), "Nothing accepts connections");
    let outcome = check(587, None, &[("host", "mail.invalid")]).await;
    expect(&outcome, VerdictKind::Unknown, Some("host"), "No address was found");
    let (port, _heard) = scripted(&[]).await;
    expect(&check(port, None, &plain).await, VerdictKind::Unknown, None, "ended the connection");
    let (port, _heard) = scripted(&["554 5.7.1 no service for you\r\n"]).await;
    expect(&check(port, None, &plain).await, VerdictKind::Unknown, None, "554");
    let (port, _heard) = scripted(&["HTTP/1.1 400 Bad Request\r\n\r\n"]).await;
    expect(&check(port, None, &plain).await, VerdictKind::Unknown, Some("port"), "not SMTP");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = listener.local_addr().unwrap().port();
    let settings = CheckerSettings { total_timeout: Duration::from_millis(300), ..CheckerSettings::default() };
    expect(&check_with(settings, silent, &plain).await, VerdictKind::Unknown, None, "in time");
}

#[test]
fn the_form_keeps_the_password_from_wrong_places() {
    let catalogue = Catalogue::builtin();
    let provider = catalogue.provider("smtp").unwrap();
    let auth = provider.variant(None).unwrap();
    let base = [("username", USER), ("password", PASSWORD)];
    let found = |pairs: &[(&str, &str)]| {
        let pairs = [&base[..], pairs].concat();
        form::validate(provider, auth, &plain_values(auth, &pairs))
    };
    let refused = [
        (vec![("host", "https://smtp.example.com")], "host"),
        (vec![("host", "smtp.example.com:587")], "host"),
        (vec![("host", "me@smtp.example.com")], "host"),
        (vec![("host", "169.254.169.254")], "host"),
        (vec![("host", "0177.0.0.1")], "host"),
        (vec![("host", "smtp.example.com.")], "host"),
        (vec![("host", "smtp.example.com"), ("port", "0")], "port"),
        (vec![("host", "smtp.example.com"), ("port", "70000")], "port"),
        (vec![("host", "smtp.example.com"), ("encryption", "none")], "encryption"),
    ];
    for (pairs, field) in refused {
        let problems = found(&pairs);
        assert!(problems.iter().any(|p| p.field == field && p.level == Level::Error), "{pairs:?}: {problems:?}");
    }
    let taken = [
        vec![("host", "smtp.example.com")],
        vec![("host", "SMTP.example.com"), ("port", "465"), ("encryption", "tls")],
        vec![("host", "127.0.0.1"), ("encryption", "none")],
        vec![("host", "::1"), ("encryption", "none")],
        vec![("host", "mail.example.com"), ("encryption", "none"), ("allow_plain", "yes")],
    ];
    for pairs in taken {
        let problems = found(&pairs);
        assert!(!problems.iter().any(|p| p.level == Level::Error), "{pairs:?}: {problems:?}");
    }
    let to = |pairs: &[(&str, &str)]| url_rules::destination(provider, auth, &plain_values(auth, pairs));
    assert_eq!(to(&[("host", "SMTP.example.com")]), ["smtp://smtp.example.com:587"]);
    assert_ne!(
        to(&[("host", "a.example")]),
        to(&[("host", "b.example")]),
        "a changed host asks for the password again"
    );
    assert_ne!(to(&[("host", "a.example")]), to(&[("host", "a.example"), ("port", "2525")]));
}

/// Amazon SES: integrations.md section 8.4.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_method_with_a_mail_server_is_checked_there() {
    let identity = good();
    let server = MailServer::start(Offers::StartTls, &identity).await;
    let settings = || CheckerSettings {
        extra_roots: vec![identity.authority().as_bytes().to_vec()],
        ..CheckerSettings::default()
    };
    let ses = ("amazon-ses", Some("smtp"));
    let outcome = check_as(ses, settings(), server.port(), &[]).await;
    expect(&outcome, VerdictKind::Works, None, "accepted user name and password over STARTTLS");
    let wrong = [("password", "FAKE-wrong-0123456789")];
    let outcome = check_as(ses, settings(), server.port(), &wrong).await;
    expect(&outcome, VerdictKind::Rejected, Some("password"), "(535)");
}

#[test]
fn the_mail_server_follows_from_the_region_unless_a_host_is_given() {
    let catalogue = Catalogue::builtin();
    let provider = catalogue.provider("amazon-ses").unwrap();
    let auth = provider.variant(Some("smtp")).unwrap();
    let to = |pairs: &[(&str, &str)]| url_rules::destination(provider, auth, &plain_values(auth, pairs));
    assert_eq!(to(&[("region", "eu-central-1")]), ["smtp://email-smtp.eu-central-1.amazonaws.com:587"]);
    assert_eq!(to(&[("region", "eu-central-1"), ("host", "relay.example.com")]), ["smtp://relay.example.com:587"]);
    let errors = |pairs: &[(&str, &str)]| -> Vec<String> {
        let problems = form::validate(provider, auth, &plain_values(auth, pairs));
        problems.into_iter().filter(|p| p.level == Level::Error).map(|p| p.field).collect()
    };
    let filled = [("username", "AKIAFAKEFAKEFAKEFAKE"), ("password", "BFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAK")];
    let with = |field: &'static str, text: &'static str| {
        let kept = filled.into_iter().filter(|(id, _)| *id != field);
        kept.chain([(field, text)]).collect::<Vec<_>>()
    };
    assert_eq!(errors(&filled), Vec::<String>::new());
    assert_eq!(errors(&with("region", "eu central/1")), ["region"]);
    // The secret access key itself, which is not the SMTP password, has 40 characters.
    assert_eq!(errors(&with("password", "FAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKE")), ["password"]);
    assert_eq!(errors(&with("username", "ASIAFAKEFAKEFAKEFAKE")), ["username"]);
}
