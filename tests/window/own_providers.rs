//! The organisation's own provider files: in the gallery as soon as they are saved, and a faulty one is named.

use std::path::PathBuf;

use strongroom_stage::{Keychain, Name, Result, Stage, Window};

use crate::screens::look;
use crate::support::{add_token, make_vault};

/// A provider file as an organisation writes it.
const GATEWAY: &str = r#"id = "our-gateway"
name = "Our gateway"
types = ["llm", "tts"]
category = "llm_provider"
mark = "Og"
lookup_key = "OUR_GATEWAY_TOKEN"
name_example = "Gateway production"
reference = "our own"

[find]
text = "Ask the platform team."

[[auth]]
id = "token"
label = "Token"
recommended = true

[[auth.fields]]
id = "token"
label = "Gateway token"
secret = true
required = true

[check]
does = "Nothing."
cost = "free"
proves = "Nothing."
uncheckable = "The gateway has no call that changes nothing."
"#;

/// The folder, as the command line names it.
fn folder(stage: &Stage) -> Result<PathBuf> {
    let said = stage.strongroom(&["providers"])?.expect_status(0)?.stderr;
    let named = said.lines().find_map(|line| line.strip_prefix("Your own provider files go into "));
    Ok(PathBuf::from(named.unwrap_or_else(|| panic!("no folder is named: {said}"))))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_appear_change_and_go_while_the_window_is_open() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    add_token(&stage, "Weather", "WEATHER_TOKEN", "FAKE-weather-token-a1b2")?;
    let folder = folder(&stage)?;
    assert!(!folder.exists(), "nobody has made it yet");
    let window = Window::open(&stage).await?;
    window.click("button", Name::containing("Add credential")).await?;
    window.find("heading", "Add credential").await?;
    window.wait_for_text(&folder.display().to_string()).await?;

    let put = |name: &str, text: &str| {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), text).unwrap();
    };
    put("our-gateway.toml", GATEWAY);
    let cards = window.find("list", "From your own files").await?;
    cards.find("button", Name::containing("Our gateway")).await?;
    assert!(cards.find("button", Name::containing("Our gateway")).await?.text().await?.contains("own"));

    // One that is at fault is named with its line and reason, and keeps no other away.
    put("broken.toml", &GATEWAY.replace("our-gateway", "broken").replace("mark =", "marc ="));
    put("groq.toml", &GATEWAY.replace("our-gateway", "groq"));
    window.wait_for_text("2 of your provider files are left out.").await?;
    window.wait_for_text(&format!("{}, line 5", folder.join("broken.toml").display())).await?;
    window.wait_for_text("unknown field marc").await?;
    window.wait_for_text(&format!("{}, line 1", folder.join("groq.toml").display())).await?;
    window.wait_for_text("groq is a built-in provider; choose another id").await?;
    cards.find("button", Name::containing("Our gateway")).await?;
    look(&window, "gallery-own-files").await?;

    // Mended and renamed, they are there without a restart.
    put("broken.toml", &GATEWAY.replace("our-gateway", "broken").replace("Our gateway", "Mended gateway"));
    std::fs::remove_file(folder.join("groq.toml")).unwrap();
    cards.find("button", Name::containing("Mended gateway")).await?;
    window.wait_for_no_text("left out").await?;
    cards.find("button", Name::containing("Our gateway")).await?.click().await?;
    window.wait_for_text("Our gateway").await?;
    window.fill("Name", "Gateway").await?;
    window.fill("Gateway token", "FAKE-token-of-the-gateway").await?;
    window.click("button", "Save").await?;
    window.find("complementary", "Credential details").await?;

    // Without its file the credential stays, and the gallery has no such provider.
    std::fs::remove_dir_all(&folder).unwrap();
    window.click("button", Name::containing("Add credential")).await?;
    window.find("heading", "Add credential").await?;
    let expression = "(() => {
        const cards = find('list', { exact: 'AI services' }, null)[0];
        return cards?.innerText.includes('Groq') && !pageText().includes('Our gateway') ? true : undefined;
    })()";
    window.wait_for(expression, vec![]).await?;
    put("our-gateway.toml", GATEWAY);
    window.find("list", "From your own files").await?.find("button", Name::containing("Our gateway")).await?;
    assert_eq!(stage.strongroom(&["list", "--type", "tts", "--json"])?.expect_status(0)?.json()?["total"], 1);
    window.close().await
}
