//! A Wayland desktop in a window on the display, so that pictures of the display show what it shows.

use std::path::Path;
use std::process::Command;

use super::running::Running;
use super::until::until;

/// Without what takes time or the screen away. The renderer that needs no graphics card had another key
/// before Weston 12.
const CONFIG: &str = "\
[core]
idle-time=0
renderer=pixman
use-pixman=true

[shell]
animation=none
startup-animation=none
locking=false
";

const SOCKET: &str = "bellhop";

/// A running compositor.
#[derive(Debug)]
pub(crate) struct Compositor {
    _weston: Running,
}

impl Compositor {
    /// Starts one with this command, whose socket lies in `dir`.
    pub(crate) async fn start(mut weston: Command, dir: &Path, log: &Path) -> Self {
        let config = dir.join("weston.ini");
        std::fs::write(&config, CONFIG).expect("a temporary folder can be written to");
        weston.args([
            "--backend=x11-backend.so",
            "--width=1600",
            "--height=1000",
            &format!("--socket={}", SOCKET),
            &format!("--config={}", config.display()),
        ]);
        let mut weston = Running::start(weston, log);
        until("the compositor listens", async || {
            let ended = weston.ended();
            assert!(
                ended.is_none(),
                "it ended: {ended:?}. See {}",
                log.display()
            );
            tokio::net::UnixStream::connect(dir.join(SOCKET)).await
        })
        .await;
        Self { _weston: weston }
    }

    /// Makes a command draw its windows here and nowhere else.
    pub(crate) fn give_to(&self, command: &mut Command) {
        command.env("GDK_BACKEND", "wayland");
        command.env("WAYLAND_DISPLAY", SOCKET);
        command.env_remove("DISPLAY");
    }
}
