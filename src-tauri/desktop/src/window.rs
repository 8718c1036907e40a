//! The main window.

use std::sync::Arc;

use strongroom_app::views::{Stage, Theme};
use tauri::window::Color;
use tauri::{App, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use crate::opening::Opening;
use crate::shell::Shell;
use crate::{bindings, own_providers, watch};

/// Grounds of the two themes; `--bg` in ui/src/theme. The window has them before the page is there.
const LIGHT: Color = Color(0xf6, 0xf5, 0xf2, 0xff);
const DARK: Color = Color(0x16, 0x16, 0x14, 0xff);

/// Opens the window and returns when it is closed.
///
/// # Errors
/// Where there is no display, or the web view cannot be started.
pub fn run() -> tauri::Result<()> {
    let shell = Shell::from_environment();
    let vault = Arc::clone(&shell.app);
    let opening = tauri::async_runtime::spawn(async move { Opening::read(&vault).await });
    let bindings = bindings::builder();
    let handler = bindings.invoke_handler();
    tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .manage(shell)
        .invoke_handler(handler)
        .setup(move |app| {
            bindings.mount_events(app);
            open(app, &tauri::async_runtime::block_on(opening)?)?;
            Ok(())
        })
        .run(tauri::generate_context!())
}

fn open(app: &App, opening: &Opening) -> tauri::Result<()> {
    let view = &opening.startup;
    let window = WebviewWindowBuilder::new(app, "main", WebviewUrl::App("index.html".into()))
        .title("Strongroom")
        .inner_size(1280.0, 832.0)
        .min_inner_size(960.0, 600.0)
        .theme(forced(view.theme))
        .background_color(ground(view.theme, None))
        .initialization_script(theme_script(view.theme))
        .initialization_script(opening.script())
        // The page never leaves its own files: links are opened by the system's browser, through a command.
        .on_navigation(|url| url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost"))
        .build()?;
    if view.theme == Theme::System && window.theme().is_ok_and(|t| t == tauri::Theme::Dark) {
        window.set_background_color(Some(DARK))?;
    }
    if view.stage == Stage::Ready {
        watch::start(app.handle());
    }
    own_providers::start(app.handle());
    Ok(())
}

/// Follows a change of the chosen colours.
pub fn apply_theme(window: &WebviewWindow, theme: Theme) {
    // The page has its colours already; a frame that stays behind is no reason to fail.
    let _ = window.set_theme(forced(theme));
    let _ = window.set_background_color(Some(ground(theme, window.theme().ok())));
}

fn forced(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

fn ground(theme: Theme, system: Option<tauri::Theme>) -> Color {
    match (theme, system) {
        (Theme::Dark, _) | (Theme::System, Some(tauri::Theme::Dark)) => DARK,
        _ => LIGHT,
    }
}

/// Gives the page its colours before its first style is read.
fn theme_script(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "",
        Theme::Light => "document.documentElement.dataset.theme = 'light';",
        Theme::Dark => "document.documentElement.dataset.theme = 'dark';",
    }
}
