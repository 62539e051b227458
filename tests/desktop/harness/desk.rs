//! Everything that the apps of one test share.

use std::collections::BTreeSet;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;

use super::app::{App, PROGRAM, Theme};
use super::bus::Bus;
use super::compositor::Compositor;
use super::display::{self, Display};
use super::notifications::Notifications;
use super::running::Running;
use super::until::{so, until};

/// The session's folders by the variables that name them.
const FOLDERS: [(&str, &str); 7] = [
    ("HOME", "home"),
    ("XDG_RUNTIME_DIR", "run"),
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_DATA_HOME", "data"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_STATE_HOME", "state"),
    ("LD_LIBRARY_PATH", "libraries"),
];

/// The tests that had a desk.
static TESTS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// A person's desk, for one test.
#[derive(Debug)]
pub(crate) struct Desk {
    /// What the apps show outside of their windows.
    pub(crate) notifications: Notifications,
    test: &'static str,
    program: PathBuf,
    bus: Bus,
    /// What draws the apps' windows, when it is not the display itself.
    compositor: Option<Compositor>,
    display: Display,
    home: TempDir,
}

impl Desk {
    /// Waits for the display and sets everything up for the test of this name, by which its logs and
    /// pictures are called; no two have the same.
    pub(crate) async fn set_up(test: &'static str) -> Self {
        assert!(is_first(test), "two tests are called {test}");
        let program = display::built().join(PROGRAM);
        assert!(
            program.is_file(),
            "{} has not been built. Build it and run these tests with: \
             cargo xtask test --only desktop",
            program.display()
        );
        let display = Display::take().await;
        let home = tempfile::Builder::new().prefix("bellhop-").tempdir();
        let home = home.expect("there is room for temporary files");
        for (_, folder) in FOLDERS {
            let made = std::fs::DirBuilder::new()
                .mode(0o700)
                .create(home.path().join(folder));
            made.expect("a temporary folder can be written to");
        }
        let bus = Bus::start(&home.path().join("run"), &log(test, "bus"));
        let notifications = Notifications::start(&bus).await;
        Self {
            notifications,
            test,
            program,
            bus,
            compositor: None,
            display,
            home,
        }
    }

    /// The same on a Wayland desktop, where no window can be found, placed or brought to the front from
    /// outside.
    pub(crate) async fn set_up_on_wayland(test: &'static str) -> Self {
        let mut desk = Self::set_up(test).await;
        let mut weston = Command::new("weston");
        desk.give_to(&mut weston);
        let log = desk.log("weston");
        desk.compositor = Some(Compositor::start(weston, &desk.run(), &log).await);
        desk
    }

    /// Whether apps draw on a Wayland desktop here.
    pub(crate) fn is_on_wayland(&self) -> bool {
        self.compositor.is_some()
    }

    /// Starts the app with a profile, and waits until it is logged in.
    pub(crate) async fn app(&self, profile: &str) -> App {
        let app = App::start(self, profile, &[]).await;
        app.is_online().await;
        app
    }

    /// The same in QA mode, in which the JavaScript API is in the console.
    pub(crate) async fn app_in_qa(&self, profile: &str) -> App {
        let app = App::start(self, profile, &["--qa"]).await;
        app.is_online().await;
        until("the API is in the console", async || {
            let script = "return typeof chat + typeof TencentCloudChat";
            let told = app.main.run(script, vec![]).await;
            let types = told.map_err(|cause| cause.to_string())?;
            so(types == "objectobject", types)
        })
        .await;
        app
    }

    /// Alice's app, which hosts the server, and bob's, side by side.
    pub(crate) async fn alice_and_bob(&self) -> (App, App) {
        let alice = self.app("alice").await;
        let bob = self.app("bob").await;
        alice.main_window.lay(0, 0).await;
        bob.main_window.lay(960, 0).await;
        (alice, bob)
    }

    /// Starts the app with a profile and without WebDriver.
    pub(crate) fn start_again(&self, profile: &str) -> Running {
        self.start_with(profile, &[])
    }

    /// The same with these words besides.
    pub(crate) fn start_with(&self, profile: &str, more: &[&str]) -> Running {
        let mut command = Command::new(&self.program);
        command.args(["--profile", profile]).args(more);
        self.give_to(&mut command);
        Running::start(command, &self.log(&format!("{profile}-again")))
    }

    /// Has programs find something under the name of a library that is none, instead of it.
    pub(crate) fn breaks_library(&self, name: &str) {
        let broken = self.home.path().join("libraries").join(name);
        let written = std::fs::write(broken, "This is no library.");
        written.expect("a temporary folder can be written to");
    }

    /// Takes a picture of the whole display in light and in dark.
    pub(crate) async fn photograph(&self, apps: &[&App]) {
        self.photograph_called(self.test, apps).await;
    }

    /// Takes two more, of another moment.
    pub(crate) async fn photograph_as(&self, moment: &str, apps: &[&App]) {
        self.photograph_called(&format!("{}-{moment}", self.test), apps)
            .await;
    }

    async fn photograph_called(&self, name: &str, apps: &[&App]) {
        for theme in Theme::BOTH {
            for app in apps {
                app.wears(theme).await;
            }
            for page in apps.iter().flat_map(|app| [&app.main, &app.ring]) {
                page.is_drawn().await;
            }
            let name = format!("{name}-{}", theme.name());
            self.display.photograph(&name).await;
        }
    }

    /// The display.
    pub(crate) fn display(&self) -> &Display {
        &self.display
    }

    /// The session bus.
    pub(crate) fn bus_address(&self) -> &str {
        self.bus.address()
    }

    /// The app's program.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// What programs take for the person's home.
    pub(crate) fn home(&self) -> PathBuf {
        self.home.path().join("home")
    }

    /// Where programs put data of their own.
    pub(crate) fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// Where programs find each other.
    pub(crate) fn run(&self) -> PathBuf {
        self.home.path().join("run")
    }

    /// Where a program of this test writes what it has to say.
    pub(crate) fn log(&self, program: &str) -> PathBuf {
        log(self.test, program)
    }

    /// Makes a command run at this desk.
    pub(crate) fn give_to(&self, command: &mut Command) {
        for (variable, folder) in FOLDERS {
            command.env(variable, self.home.path().join(folder));
        }
        command
            .env("DBUS_SESSION_BUS_ADDRESS", self.bus.address())
            .env("GSETTINGS_BACKEND", "memory")
            .env("NO_AT_BRIDGE", "1")
            .env("PULSE_COOKIE", self.home.path().join("config/pulse/cookie"))
            .env_remove("PULSE_SERVER")
            .env_remove("XDG_CURRENT_DESKTOP");
        match &self.compositor {
            Some(compositor) => compositor.give_to(command),
            None => {
                command.env("GDK_BACKEND", "x11");
                command.env_remove("WAYLAND_DISPLAY");
            }
        }
    }
}

/// Whether no test of this name was there before.
fn is_first(test: &'static str) -> bool {
    let mut tests = TESTS.lock().unwrap_or_else(PoisonError::into_inner);
    tests.insert(test)
}

fn log(test: &str, program: &str) -> PathBuf {
    display::screenshots().join(format!("{test}-{program}.log"))
}
