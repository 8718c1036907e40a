//! How WebKit runs and draws the page, where that is decided before there is a page.
//!
//! WebKit is told by variables. They are for this process and WebKit's: other programs are started without them.

/// The variables that [`prepare`] sets.
#[cfg(target_os = "linux")]
pub const OURS: [&str; 2] = [FEWER_COMPILERS, DRAWS_DIRECTLY];

/// Switches WebKit's second and third compiler off. The page's code runs for moments, at the start and after a click,
/// and the further compilers take longer than they save: `bench/README.md` has the figures.
#[cfg(target_os = "linux")]
const FEWER_COMPILERS: &str = "JSC_useDFGJIT";

/// Has WebKit draw without a graphics processor. Where there is none, its accelerated drawing goes through a software
/// renderer, which takes time at every start and some 70 MB, and draws the first row later. WebKit's setting of the same
/// meaning comes too late: by then the window's process has loaded the renderer to ask for its pixel formats.
#[cfg(target_os = "linux")]
const DRAWS_DIRECTLY: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";

/// Tells WebKit how this page is run. The first thing in the process, before there is a thread.
pub fn prepare() {
    #[cfg(target_os = "linux")]
    {
        // What somebody has set stays; where it cannot be set, the start takes longer and nothing else.
        let _ = webkit2gtk::glib::setenv(FEWER_COMPILERS, "0", false);
        if !has_gpu() {
            let _ = webkit2gtk::glib::setenv(DRAWS_DIRECTLY, "1", false);
        }
    }
}

#[cfg(target_os = "linux")]
fn has_gpu() -> bool {
    std::fs::read_dir("/dev/dri")
        .is_ok_and(|nodes| nodes.flatten().any(|node| node.file_name().to_string_lossy().starts_with("renderD")))
}
