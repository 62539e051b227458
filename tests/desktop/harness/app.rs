//! One running app, with the WebDriver that started it.

use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;

use fantoccini::ClientBuilder;
use fantoccini::wd::Capabilities;
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::Signal;
use serde_json::json;
use tokio::sync::Mutex;

use super::desk::Desk;
use super::display::XWindow;
use super::notifications::{Closed, Shown};
use super::page::{Page, Seen, Session};
use super::running::{self, Running};
use super::until::{so, until};

/// What the program is called, in the folder that cargo builds into and in the process table.
pub(crate) const PROGRAM: &str = "bellhop-desktop";

/// What draws the pages of an app, as the process table calls it.
const DRAWS_PAGES: &str = "WebKitWebProces";

/// For how many milliseconds this script has seen the first ring in its place, in a page that is shown.
const SEEN_FOR: &str = r#"
const ring = document.querySelector("[data-testid=ring]");
if (!ring || document.visibilityState !== "visible") return 0;
const seen = (window.ringsSeen ??= new WeakMap());
const key = ring.dataset.place;
if (seen.get(ring)?.key !== key) seen.set(ring, { key, at: performance.now() });
return performance.now() - seen.get(ring).at;
"#;

/// How the app looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Both.
    pub(crate) const BOTH: [Self; 2] = [Self::Light, Self::Dark];

    /// The word for it, in the page and in file names.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A running app; it is ended when dropped.
#[derive(Debug)]
pub(crate) struct App {
    /// The main window's page.
    pub(crate) main: Page,
    /// The ring window's page.
    pub(crate) ring: Page,
    /// The main window on the display.
    pub(crate) main_window: XWindow,
    /// The ring window on the display.
    pub(crate) ring_window: XWindow,
    pid: u32,
    session: Arc<Mutex<Session>>,
    _driver: Running,
}

impl App {
    /// Starts the app with a profile and these arguments besides, and waits until it shows its main
    /// window.
    pub(crate) async fn start(desk: &Desk, profile: &str, more: &[&str]) -> Self {
        let mut driver = start_driver(desk, profile).await;
        let session = open_session(&mut driver, desk, profile, more).await;
        let session = Session::new(session);
        let pid = until("the app runs", async || {
            driver.running.member(PROGRAM).ok_or("it does not")
        })
        .await;
        let named = |window: &str| format!("{profile}'s {window} window");
        let main = Page::find(&session, "/main.html", named("main")).await;
        let ring = Page::find(&session, "/ring.html", named("ring")).await;
        let main_window = XWindow::new(pid, "Bellhop");
        if !desk.is_on_wayland() {
            main_window.is_shown().await;
        }
        Self {
            main,
            ring,
            main_window,
            ring_window: XWindow::new(pid, "Incoming call"),
            pid,
            session,
            _driver: driver.running,
        }
    }

    /// Waits until it is logged in.
    pub(crate) async fn is_online(&self) {
        let online = |seen: &Seen| seen.data["state"] == "online";
        let said = "says that it is online";
        self.main.sees_that("connection", said, online).await;
    }

    /// Calls somebody by user ID.
    pub(crate) async fn calls(&self, user: &str) {
        self.main.press("contacts-tab").await;
        self.main.types("dial-input", user).await;
        self.main.press("dial-call").await;
    }

    /// Waits for the ring of this caller in the ring window and as a notification, and gives the
    /// notification.
    pub(crate) async fn rings(&self, desk: &Desk, caller: &str) -> Shown {
        let from = format!("is from {caller}");
        let is_from = |seen: &Seen| seen.text.lines().any(|line| line == caller);
        self.ring.sees_that("ring", &from, is_from).await;
        self.ring_window.is_shown().await;
        let shown = |shown: &Shown| self.is_ring(shown) && shown.summary.contains(caller);
        desk.notifications.sees("a ring", shown).await
    }

    /// Waits until the ring window is as high as what is in it.
    pub(crate) async fn ring_fits(&self) {
        let script = "return document.querySelector('main').offsetHeight";
        until("the ring window is as high as its rings", async || {
            let told = self.ring.run(script, vec![]).await;
            let inside = told.map_err(|cause| cause.to_string())?.as_u64();
            let outside = self.ring_window.height().await;
            so(outside == inside, format!("{outside:?} for {inside:?}"))
        })
        .await;
    }

    /// Whether it is a ring's notification, shown by this app still.
    pub(crate) fn is_ring(&self, shown: &Shown) -> bool {
        let category = shown.category.as_deref();
        shown.pid == self.pid && category == Some("call.incoming") && shown.closed.is_none()
    }

    /// Waits until nothing rings here: neither the window nor this notification.
    pub(crate) async fn is_quiet(&self, desk: &Desk, ring: &Shown) {
        self.ring_window.is_hidden().await;
        self.ring.no_longer_sees("ring").await;
        assert_eq!(desk.notifications.sees_gone(ring).await, Closed::Withdrawn);
    }

    /// Waits for the "Missed call" notification.
    pub(crate) async fn tells_of_a_missed_call(&self, desk: &Desk, caller: &str) -> Shown {
        let is_it = |shown: &Shown| {
            let words = format!("{} {}", shown.summary, shown.body);
            shown.pid == self.pid && words.contains("Missed call") && words.contains(caller)
        };
        desk.notifications.sees("Missed call", is_it).await
    }

    /// Waits until it is in a call that has lasted a second.
    pub(crate) async fn is_in_call(&self) {
        let runs = |seen: &Seen| seen.text.trim() >= "0:01";
        let lasts = "has lasted a second";
        self.main.sees_that("call-duration", lasts, runs).await;
    }

    /// Waits for the screen of an ended call with these words.
    pub(crate) async fn tells_the_end(&self, ending: &str, words: &str) {
        let is_so = |seen: &Seen| seen.data["ending"] == ending && seen.text.trim() == words;
        let what = format!("tells of {ending}: \"{words}\"");
        self.main.sees_that("ended-text", &what, is_so).await;
    }

    /// Presses something in the ring window, once it no longer takes a press for an accident.
    pub(crate) async fn presses_in_ring(&self, testid: &str) {
        self.has_been_ringing().await;
        self.ring.press(testid).await;
    }

    /// The same with the mouse, on the first ring.
    pub(crate) async fn clicks_in_ring(&self, desk: &Desk, testid: &str) {
        self.points_in_ring(testid).await;
        desk.display().click().await;
    }

    /// Moves the mouse to something on the first ring, once it no longer takes a press for an accident.
    pub(crate) async fn points_in_ring(&self, testid: &str) {
        self.has_been_ringing().await;
        let script = r#"
            const button = document.querySelector(`[data-testid="${arguments[0]}"]`);
            const { left, top, width, height } = button.getBoundingClientRect();
            return [left + width / 2, top + height / 2].map(Math.round);
        "#;
        let middle = self.ring.run(script, vec![json!(testid)]).await;
        let middle = middle.expect("the ring's page can be asked");
        let (x, y) = serde_json::from_value(middle).expect("two numbers");
        self.ring_window.point_at(x, y).await;
    }

    async fn has_been_ringing(&self) {
        self.ring_window.is_shown().await;
        self.ring.sees("ring").await;
        until("the ring has been there for a moment", async || {
            let told = self.ring.run(SEEN_FOR, vec![]).await;
            let seen_for = told.map_err(|cause| cause.to_string())?.as_f64();
            so(seen_for > Some(320.0), format!("{seen_for:?} ms"))
        })
        .await;
    }

    async fn chosen_tab(&self) -> String {
        let script =
            "return document.querySelector('[role=tab][aria-selected=true]').dataset.testid";
        until("one tab is chosen", async || {
            let told = self.main.run(script, vec![]).await;
            let tab = told.map_err(|cause| cause.to_string())?;
            tab.as_str()
                .map(str::to_owned)
                .ok_or("there is none".to_owned())
        })
        .await
    }

    /// Chooses light or dark in the settings, and waits until both windows wear it.
    pub(crate) async fn wears(&self, theme: Theme) {
        let tab = self.chosen_tab().await;
        self.main.press("settings-tab").await;
        self.main.press(&format!("theme-{}", theme.name())).await;
        for page in [&self.main, &self.ring] {
            until(format!("{page} is {}", theme.name()), async || {
                let script = "return document.documentElement.dataset.theme";
                let told = page.run(script, vec![]).await;
                let worn = told.map_err(|cause| cause.to_string())?;
                so(worn == json!(theme.name()), worn)
            })
            .await;
        }
        self.main.press(&tab).await;
    }

    /// Kills what draws its pages, as a fault in it does. WebDriver gives up with them.
    pub(crate) async fn loses_its_pages(&self) {
        let drawing = running::children(self.pid, DRAWS_PAGES);
        assert!(!drawing.is_empty(), "nothing draws its pages");
        for pid in &drawing {
            running::signal(*pid, Signal::KILL);
        }
        until("what drew the pages is gone", async || {
            let left = drawing.iter().filter(|pid| running::runs(**pid)).count();
            so(left == 0, format!("{left} run still"))
        })
        .await;
    }

    /// Stops what draws its pages for good, as when it hangs; unlike dead ones they are not loaded again.
    pub(crate) async fn freezes_its_pages(&self) {
        let drawing = running::children(self.pid, DRAWS_PAGES);
        assert!(!drawing.is_empty(), "nothing draws its pages");
        for pid in drawing {
            running::freezes(pid).await;
        }
    }

    /// Waits until the main window, which was closed, is there again.
    pub(crate) async fn comes_back(&mut self) {
        self.main_window.is_shown().await;
        let name = self.main.to_string();
        self.main = Page::find(&self.session, "/main.html", name).await;
    }

    /// How much memory it and what draws its pages keep to themselves, in megabytes.
    pub(crate) fn memory_mb(&self) -> u64 {
        running::memory_kb(self.pid) / 1024
    }

    /// Whether it has not ended.
    pub(crate) fn runs(&self) -> bool {
        running::runs(self.pid)
    }

    /// Ends the process at once, as a power cut does.
    pub(crate) async fn dies(self) {
        running::signal(self.pid, Signal::KILL);
        self.ended().await;
    }

    /// Ends the process as a session does that ends.
    pub(crate) async fn quits(self) {
        running::signal(self.pid, Signal::TERM);
        self.ended().await;
    }

    async fn ended(self) {
        until("the app has ended", async || {
            so(!running::runs(self.pid), "it runs")
        })
        .await;
    }
}

/// A WebDriver and the port it listens on.
struct Driver {
    running: Running,
    port: u16,
}

async fn start_driver(desk: &Desk, profile: &str) -> Driver {
    let free = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = free.local_addr().expect("it is bound").port();
    drop(free);
    let mut command = Command::new("WebKitWebDriver");
    command.arg(format!("--port={port}"));
    command.env("TAURI_WEBVIEW_AUTOMATION", "true");
    desk.give_to(&mut command);
    let running = Running::start(command, &desk.log(profile));
    Driver { running, port }
}

async fn open_session(
    driver: &mut Driver,
    desk: &Desk,
    profile: &str,
    more: &[&str],
) -> fantoccini::Client {
    until("WebKitWebDriver listens", async || {
        let ended = driver.running.ended();
        assert!(ended.is_none(), "WebKitWebDriver ended: {ended:?}");
        tokio::net::TcpStream::connect(("127.0.0.1", driver.port)).await
    })
    .await;
    let mut capabilities = Capabilities::new();
    let args = [&["--profile", profile], more].concat();
    let options = json!({ "binary": desk.program(), "args": args });
    capabilities.insert("webkitgtk:browserOptions".to_owned(), options);
    let url = format!("http://127.0.0.1:{}", driver.port);
    let connected = ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities)
        .connect(&url)
        .await;
    connected.unwrap_or_else(|cause| {
        let log = desk.log(profile);
        panic!(
            "{profile}'s app did not start: {cause}. See {}",
            log.display()
        )
    })
}
