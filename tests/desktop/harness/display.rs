//! The display that all tests share, one at a time, as X11 tells of it.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;
use tokio::sync::{Mutex, MutexGuard};
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt};

use super::until::{so, until};

/// Windows, focus and pictures are the whole display's, so tests take turns.
static TURN: Mutex<()> = Mutex::const_new(());

/// The display, for as long as it is one test's turn.
#[derive(Debug)]
pub(crate) struct Display {
    _turn: MutexGuard<'static, ()>,
}

impl Display {
    /// Waits for this test's turn.
    pub(crate) async fn take() -> Self {
        assert!(
            std::env::var_os("DISPLAY").is_some_and(|name| !name.is_empty()),
            "These tests need a display. Run them in a virtual one with: \
             cargo xtask test --only desktop"
        );
        let display = Self {
            _turn: TURN.lock().await,
        };
        // Where the test before left the pointer, it would hover over something.
        xdotool(&["mousemove", "10000", "10000"]).await;
        display
    }

    /// The number of the window that the person works in.
    pub(crate) async fn active(&self) -> String {
        xdotool(&["getactivewindow"]).await.trim().to_owned()
    }

    /// The number of the window that is sent what is typed.
    pub(crate) async fn keyboard(&self) -> String {
        xdotool(&["getwindowfocus", "-f"]).await.trim().to_owned()
    }

    /// Presses and releases a key.
    pub(crate) async fn press_key(&self, key: &str) {
        xdotool(&["key", key]).await;
    }

    /// Clicks where the mouse is.
    pub(crate) async fn click(&self) {
        xdotool(&["click", "1"]).await;
    }

    /// Takes a picture of the whole display.
    pub(crate) async fn photograph(&self, name: &str) {
        let path = screenshots().join(format!("{name}.png"));
        let mut import = Command::new("import");
        import.args(["-window", "root"]).arg(&path);
        let taken = import.status().await.expect("imagemagick is installed");
        assert!(taken.success(), "no picture {} was taken", path.display());
    }
}

/// A window of an app, whether the display has it at this moment or not.
#[derive(Clone, Debug)]
pub(crate) struct XWindow {
    pid: String,
    title: String,
}

impl XWindow {
    /// The window of this process whose title begins so.
    pub(crate) fn new(pid: u32, title: &str) -> Self {
        Self {
            pid: pid.to_string(),
            title: format!("^{title}"),
        }
    }

    /// Waits until it is on the screen, and gives its number.
    pub(crate) async fn is_shown(&self) -> String {
        until(format!("{self:?} is on the screen"), async || {
            self.number().await.ok_or("it is not")
        })
        .await
    }

    /// Waits until it is not on the screen.
    pub(crate) async fn is_hidden(&self) {
        until(format!("{self:?} is off the screen"), async || {
            so(!self.is_on_screen().await, "it is there still")
        })
        .await;
    }

    /// Whether it is on the screen.
    pub(crate) async fn is_on_screen(&self) -> bool {
        self.number().await.is_some()
    }

    /// Puts its upper left corner there.
    pub(crate) async fn lay(&self, x: u32, y: u32) {
        let number = self.is_shown().await;
        xdotool(&["windowmove", &number, &x.to_string(), &y.to_string()]).await;
    }

    /// Waits until it shows the desktop this token of what it was brought for.
    pub(crate) async fn shows_token(&self, token: &str) {
        let number = self.is_shown().await;
        let number = number.parse().expect("windows have numbers");
        until(format!("{self:?} shows {token}"), async || {
            let shown = startup_id(number).map_err(|cause| cause.to_string())?;
            so(shown == token, shown)
        })
        .await;
    }

    /// How many pixels high it is, while it is on the screen.
    pub(crate) async fn height(&self) -> Option<u64> {
        let geometry = xdotool(&["getwindowgeometry", "--shell", &self.number().await?]).await;
        let height = geometry
            .lines()
            .find_map(|line| line.strip_prefix("HEIGHT="));
        height?.parse().ok()
    }

    /// Moves the mouse to a point of it, counted from its upper left corner.
    pub(crate) async fn point_at(&self, x: u64, y: u64) {
        let (x, y) = (x.to_string(), y.to_string());
        let number = self.is_shown().await;
        xdotool(&["mousemove", "--window", &number, &x, &y]).await;
    }

    /// Where the upper left corner of its inside is, and how wide and high that is.
    pub(crate) async fn geometry(&self) -> String {
        let number = self.is_shown().await;
        let told = xdotool(&["getwindowgeometry", "--shell", &number]).await;
        let is_place = |line: &&str| !line.starts_with("WINDOW") && !line.starts_with("SCREEN");
        told.lines().filter(is_place).collect::<Vec<_>>().join(" ")
    }

    /// Makes its inside so wide and high.
    pub(crate) async fn is_sized(&self, width: u32, height: u32) {
        let number = self.is_shown().await;
        let (width, height) = (width.to_string(), height.to_string());
        xdotool(&["windowsize", "--sync", &number, &width, &height]).await;
    }

    /// Closes it, as a person does by the key for it.
    pub(crate) async fn close(&self) {
        self.activate().await;
        xdotool(&["key", "alt+F4"]).await;
    }

    /// Makes it an icon.
    pub(crate) async fn minimize(&self) {
        xdotool(&["windowminimize", &self.is_shown().await]).await;
        self.is_hidden().await;
    }

    /// Gives it the keyboard, as a person does who clicks on its frame.
    pub(crate) async fn activate(&self) {
        xdotool(&["windowactivate", "--sync", &self.is_shown().await]).await;
    }

    /// Its number, while it is on the screen.
    async fn number(&self) -> Option<String> {
        let which = ["--pid", &self.pid, "--name", &self.title];
        let search = [&["search", "--all", "--onlyvisible"], &which[..]].concat();
        let found = xdotool(&search).await;
        found.lines().next().map(str::to_owned)
    }
}

/// What a window was brought for, as it tells the desktop.
fn startup_id(window: u32) -> Result<String, Box<dyn Error>> {
    let (display, _) = x11rb::connect(None)?;
    let name = display
        .intern_atom(false, b"_NET_STARTUP_ID")?
        .reply()?
        .atom;
    let told = display.get_property(false, window, name, AtomEnum::ANY, 0, 64)?;
    Ok(String::from_utf8(told.reply()?.value)?)
}

/// Takes a picture of what was to be seen when a test failed, and says where it is.
pub(crate) fn photograph_failure() {
    let test = std::thread::current()
        .name()
        .unwrap_or("test")
        .replace("::", "-");
    let path = screenshots().join(format!("failed-{test}.png"));
    let mut import = std::process::Command::new("import");
    match import.args(["-window", "root"]).arg(&path).status() {
        Ok(_) => eprintln!("This is what was to be seen: {}", path.display()),
        Err(cause) => eprintln!("There is no picture of it: {cause}"),
    }
}

/// What xdotool says; nothing when it finds nothing.
async fn xdotool(args: &[&str]) -> String {
    output_of("xdotool", args).await
}

async fn output_of(program: &str, args: &[&str]) -> String {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).kill_on_drop(true);
    let output = command.output().await;
    let output = output.unwrap_or_else(|cause| panic!("{program} did not start: {cause}"));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Where pictures and logs of the tests go: `target/screenshots`.
pub(crate) fn screenshots() -> PathBuf {
    let dir = built()
        .parent()
        .expect("it is in target")
        .join("screenshots");
    std::fs::create_dir_all(&dir).expect("the target folder can be written to");
    dir
}

/// The folder that cargo puts programs in, such as `target/debug`.
pub(crate) fn built() -> PathBuf {
    let this = std::env::current_exe().expect("a program knows where it is");
    let deps = this.parent().and_then(Path::parent);
    deps.expect("tests are in a folder of the programs")
        .to_owned()
}
