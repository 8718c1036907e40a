//! Activity: what was done and refused is listed and filtered, and the log is verified, also after somebody changed or
//! put back its file.

use std::fs;
use std::path::Path;

use strongroom_stage::{Keychain, Name, Result, Stage, Window};

use crate::screens::look;
use crate::support::{add_token, make_vault, row_says};

async fn open_activity(window: &Window<'_>) -> Result<()> {
    window.click("button", "Activity").await?;
    window.find("heading", "Activity").await.map(drop)
}

/// Changes the vault's file past the program.
fn by_hand(stage: &Stage, sql: &str) -> Result<()> {
    let file = stage.vault_home().join("vault.db");
    let done = stage.output(stage.command("sqlite3").arg(file).arg(sql))?;
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_done_is_listed_filtered_and_verified() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    add_token(&stage, "Weather", "WEATHER_TOKEN", "FAKE-weather-token-a1b2")?;
    let window = Window::open(&stage).await?;
    open_activity(&window).await?;
    row_says(&window, "Added a credential", "Weather").await?;
    row_says(&window, "Added a credential", "Acme Voice").await?;
    look(&window, "activity").await?;

    // What another program does and is refused appears by itself.
    stage.strongroom(&["run", "--key", "WEATHER_TOKEN", "--", "true"])?.expect_status(0)?;
    stage.strongroom(&["person", "add", "Mia Member", "--member", "Acme Voice"])?.expect_status(0)?;
    stage.strongroom(&["--as", "Mia Member", "disable", "Weather"])?.expect_status(3)?;
    row_says(&window, "Was refused: changing credentials", "Mia Member").await?;
    row_says(&window, "Handed credentials to a program", "true").await?;

    window.click("button", "Refused").await?;
    window.wait_gone("row", Name::containing("Added a credential")).await?;
    row_says(&window, "Was refused", "Weather").await?;
    look(&window, "activity-refused").await?;
    window.click("row", Name::containing("Was refused")).await?;
    let details = window.find("complementary", "Entry details").await?;
    assert!(details.text().await?.contains("not permitted"), "why it was refused");
    look(&window, "activity-details").await?;
    details.click_in("button", "Of this object").await?;
    row_says(&window, "Handed credentials to a program", "true").await?;
    window.wait_gone("row", Name::containing("Added a person")).await?;
    window.click("button", "One object").await?;
    row_says(&window, "Added a person", "Mia Member").await?;
    window.fill("Search activity", "nothing has this name").await?;
    window.wait_for_text("No entry matches.").await?;
    window.fill("Search activity", "").await?;
    row_says(&window, "Made the vault", "–").await?;

    window.click("button", "Keep entries…").await?;
    window.find("alertdialog", "How long are entries kept?").await?;
    look(&window, "activity-retention").await?;
    window.find("alertdialog", Name::Any).await?.click_in("button", Name::containing("For ever")).await?;
    window.click("option", "1 year").await?;
    window.click("button", "Save").await?;
    window.wait_for_text("No entry was old enough to be removed.").await?;
    row_says(&window, "Changed how long entries are kept", "Priya Nair").await?;

    window.click("button", "Verify").await?;
    window.wait_for_text("The log is intact.").await?;
    look(&window, "activity-intact").await?;
    by_hand(&stage, "UPDATE audit_entry SET author = 'Mallory' WHERE sequence = 3")?;
    window.click("button", "Verify").await?;
    window.wait_for_text("Entry 3 is the first that is not right").await?;
    look(&window, "activity-changed").await?;
    window.close().await
}

/// All files of a folder in another one, in the place of what is there.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let files =
        |folder: &Path| -> Vec<_> { fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect() };
    files(to).iter().filter(|path| path.is_file()).for_each(|path| fs::remove_file(path).unwrap());
    for path in files(from).iter().filter(|path| path.is_file()) {
        fs::copy(path, to.join(path.file_name().unwrap())).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_earlier_file_put_back_shows_and_is_accepted() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    make_vault(&stage)?;
    let earlier = stage.home().join("earlier");
    copy(&stage.vault_home(), &earlier);
    add_token(&stage, "Weather", "WEATHER_TOKEN", "FAKE-weather-token-a1b2")?;
    stage.strongroom(&["audit", "verify"])?.expect_status(0)?;
    copy(&earlier, &stage.vault_home());
    let said = stage.strongroom(&["audit", "verify", "--json"])?.expect_status(1)?.json()?;
    assert_eq!(said["witness"]["state"], "shorter");
    assert_eq!(said["first_bad"], serde_json::Value::Null, "the file is consistent with itself");
    stage.strongroom(&["doctor"])?.expect_status(1)?;

    let window = Window::open(&stage).await?;
    open_activity(&window).await?;
    window.click("button", "Verify").await?;
    window.wait_for_text("The log is shorter than the 3 entries that the keychain remembers").await?;
    look(&window, "activity-put-back").await?;
    window.click("button", "Accept this log…").await?;
    window.find("alertdialog", "Accept this log?").await?.click_in("button", "Accept").await?;
    window.wait_for_text("The log is intact.").await?;
    row_says(&window, "Accepted the log as it is", "Priya Nair").await?;
    stage.strongroom(&["audit", "verify"])?.expect_status(0)?;
    window.close().await
}
