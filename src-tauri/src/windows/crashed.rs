//! Pages whose process has died: they are loaded again, but not without end.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use tauri::WebviewWindow;

/// How often within [`WITHIN`] a page is loaded again.
const MOST: usize = 5;
const WITHIN: Duration = Duration::from_secs(60);

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

/// WKWebView and WebView2 tell of it to nobody whom Tauri lets listen.
#[cfg(not(target_os = "linux"))]
pub(super) fn reload(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// When a page's process has died.
#[derive(Debug, Default)]
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "nothing tells of it")
)]
struct Deaths(VecDeque<Instant>);

#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "nothing tells of it")
)]
impl Deaths {
    /// Takes over another one, and says whether the page is to be loaded again.
    fn another(&mut self, now: Instant) -> bool {
        let is_old = |death: &Instant| now.saturating_duration_since(*death) >= WITHIN;
        while self.0.front().is_some_and(is_old) {
            self.0.pop_front();
        }
        if self.0.len() >= MOST {
            return false;
        }
        self.0.push_back(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_dies_again_and_again_is_left_until_the_first_death_is_a_minute_ago() {
        let mut deaths = Deaths::default();
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        for second in 0..5 {
            assert!(deaths.another(after(second)), "{second}");
        }
        assert!(!deaths.another(after(59)));
        assert!(deaths.another(after(60)));
        assert!(!deaths.another(after(60)));
    }
}
