//! Pages whose process has died: they are loaded again, but not without end.

#[cfg(any(target_os = "linux", target_os = "macos", test))]
mod deaths;

#[cfg(any(target_os = "linux", target_os = "macos"))]
use std::time::Instant;

use tauri::WebviewWindow;

#[cfg(any(target_os = "linux", target_os = "macos"))]
use self::deaths::Deaths;

/// Loads the page of this window again whenever its process dies; what it shows is the backend's.
#[cfg(target_os = "linux")]
pub(super) fn reload(window: &WebviewWindow) -> tauri::Result<()> {
    use std::cell::RefCell;
    use webkit2gtk::WebViewExt;
    let label = window.label().to_owned();
    window.with_webview(move |view| {
        let deaths = RefCell::new(Deaths::default());
        view.inner()
            .connect_web_process_terminated(move |page, reason| {
                if deaths.borrow_mut().another(Instant::now()) {
                    tracing::warn!(
                        label,
                        ?reason,
                        "a page's process has died; it is loaded again"
                    );
                    page.reload();
                } else {
                    tracing::error!(label, ?reason, "a page's process dies again and again");
                }
            });
    })
}

/// macOS tells of every page in one place ([`reload_any`]); what WebView2 tells cannot be heard without
/// unsafe code.
#[cfg(not(target_os = "linux"))]
pub(super) fn reload(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// The same, for every page. Never run so far: it has been type-checked for `aarch64-apple-darwin`.
#[cfg(target_os = "macos")]
pub(crate) fn reload_any() -> impl Fn(&tauri::Webview) + Send + Sync + 'static {
    use std::collections::BTreeMap;
    use std::sync::Mutex;
    let deaths: Mutex<BTreeMap<String, Deaths>> = Mutex::default();
    move |page| {
        let label = page.label();
        let mut deaths = deaths.lock().expect("nothing panics with it");
        let deaths = deaths.entry(label.to_owned()).or_default();
        if !deaths.another(Instant::now()) {
            tracing::error!(label, "a page's process dies again and again");
            return;
        }
        tracing::warn!(label, "a page's process has died; it is loaded again");
        if let Err(error) = page.reload() {
            tracing::error!(label, %error, "the page cannot be loaded again");
        }
    }
}
