//! How WebKit runs the page, where that is not its settings' affair.

/// The variable that switches WebKit's second and third compiler off. It is for this process and WebKit's; other
/// programs are started without it.
///
/// The page's code runs for moments, at the start and after a click, and the further compilers take longer than they
/// save: `bench/README.md` has the figures.
#[cfg(target_os = "linux")]
pub const FEWER_COMPILERS: &str = "JSC_useDFGJIT";

/// Tells WebKit, by its environment, how this page is run. The first thing in the process, before there is a thread.
pub fn prepare() {
    #[cfg(target_os = "linux")]
    {
        // What somebody has set stays; where it cannot be set, the start takes longer and nothing else.
        let _ = webkit2gtk::glib::setenv(FEWER_COMPILERS, "0", false);
    }
}
