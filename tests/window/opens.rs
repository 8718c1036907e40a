//! The window opens, and what it shows first is accessible and within the content security policy.

use strongroom_stage::{Keychain, Result, Stage, Window};

#[tokio::test]
async fn the_window_opens_on_first_start() -> Result<()> {
    let stage = Stage::open(Keychain::Unlocked)?;
    let window = Window::open(&stage).await?;
    assert_eq!(window.title().await?, "Strongroom");
    window.find("heading", strongroom_stage::Name::Any).await?;
    window.check_accessibility().await?;
    assert_eq!(
        window.policy_violations().await?,
        Vec::<String>::new(),
        "the page stays within its content security policy"
    );
    window.pictures("first-start").await?;
    window.close().await
}
