//! A screen that nobody sees, and a home folder that nobody misses, for the end-to-end tests and the benchmark.
//!
//! Owns the virtual display, its window manager and the temporary folders, and takes them away when
//! dropped; knows nothing of what is run in them.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{env, fs, io};

use crate::process::{self, Problem, Workspace};

/// Runs a command on a virtual display of its own, with a home folder and a session bus of its own.
pub(crate) fn run_unseen(workspace: &Workspace, inner: &Command) -> Result<(), Problem> {
    let home = TemporaryHome::make()?;
    let display = VirtualDisplay::start(workspace)?;
    println!("  virtual display {}", display.name());
    let mut command = Command::new("dbus-run-session");
    command
        .arg("--")
        .arg(inner.get_program())
        .args(inner.get_args())
        .current_dir(&workspace.root);
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
        .env("DISPLAY", display.name())
        .env("GDK_BACKEND", "x11")
        .env_remove("WAYLAND_DISPLAY");
    home.give_to(&mut command);
    process::run(&mut command)
}

/// A running virtual display with a window manager.
struct VirtualDisplay {
    name: String,
    // Dropped in this order: the window manager goes before the display it is on.
    _window_manager: Running,
    _server: Running,
}

impl VirtualDisplay {
    /// Starts one on a display number that is free.
    fn start(workspace: &Workspace) -> Result<Self, Problem> {
        let log = workspace.target().join("xvfb.log");
        let said =
            fs::File::create(&log).map_err(|cause| Problem::with_file("Writing", &log, &cause))?;
        let mut xvfb = Command::new("Xvfb");
        xvfb.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1920x1080x24",
            "-nolisten",
            "tcp",
        ]);
        let mut server = Running::start(xvfb.stdout(Stdio::piped()).stderr(said))?;
        let stdout = server.child.stdout.take().expect("stdout was piped");
        let mut number = String::new();
        let read = BufReader::new(stdout).read_line(&mut number);
        if read.is_err() || number.trim().is_empty() {
            let log = log.display();
            return Err(Problem::new(format!(
                "The virtual display did not start; see {log}."
            )));
        }
        let name = format!(":{}", number.trim());
        let mut openbox = Command::new("openbox");
        openbox.env("DISPLAY", &name).stderr(Stdio::null());
        let window_manager = Running::start(&mut openbox)?;
        Ok(Self {
            name,
            _window_manager: window_manager,
            _server: server,
        })
    }

    /// Its name, as in `DISPLAY`.
    fn name(&self) -> &str {
        &self.name
    }
}

/// A program that is ended when this is dropped.
struct Running {
    child: Child,
    program: String,
}

impl Running {
    fn start(command: &mut Command) -> Result<Self, Problem> {
        let program = command.get_program().to_string_lossy().into_owned();
        match command.stdin(Stdio::null()).spawn() {
            Ok(child) => Ok(Self { child, program }),
            Err(cause) => Err(Problem::new(format!("{program} did not start: {cause}."))),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Err(cause) = self.child.kill().and_then(|()| self.child.wait()) {
            eprintln!("  {} could not be ended: {cause}", self.program);
        }
    }
}

/// A home folder for one run, with the session folders of a desktop.
struct TemporaryHome {
    dir: PathBuf,
}

/// The session's folders by the variables that name them.
const FOLDERS: [(&str, &str); 6] = [
    ("HOME", "home"),
    ("XDG_RUNTIME_DIR", "run"),
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_DATA_HOME", "data"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_STATE_HOME", "state"),
];

impl TemporaryHome {
    /// Makes one under the system's folder for temporary files, where paths are short enough for
    /// sockets.
    fn make() -> Result<Self, Problem> {
        let dir = env::temp_dir().join(format!("bellhop-desktop-{}", std::process::id()));
        let home = Self { dir };
        for (_, folder) in FOLDERS {
            let path = home.dir.join(folder);
            make_private(&path).map_err(|cause| Problem::with_file("Making", &path, &cause))?;
        }
        Ok(home)
    }

    /// Points a command at this home, and keeps it finding cargo and rustup in the real one.
    fn give_to(&self, command: &mut Command) {
        if let Some(real) = env::home_dir() {
            for (variable, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
                if env::var_os(variable).is_none() {
                    command.env(variable, real.join(folder));
                }
            }
        }
        for (variable, folder) in FOLDERS {
            command.env(variable, self.dir.join(folder));
        }
    }
}

impl Drop for TemporaryHome {
    fn drop(&mut self) {
        if let Err(cause) = fs::remove_dir_all(&self.dir) {
            eprintln!("  {} could not be removed: {cause}", self.dir.display());
        }
    }
}

/// Makes a folder that only its owner may look into, as XDG_RUNTIME_DIR must be.
#[cfg(unix)]
fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

#[cfg(not(unix))]
fn make_private(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_command_gets_the_temporary_home_and_the_home_is_removed() {
        let home = TemporaryHome::make().unwrap();
        let dir = home.dir.clone();
        let mut command = Command::new("app");
        home.give_to(&mut command);
        let given: BTreeMap<_, _> = command.get_envs().collect();
        for (variable, folder) in FOLDERS {
            assert!(dir.join(folder).is_dir());
            assert_eq!(
                given[variable.as_ref() as &std::ffi::OsStr],
                Some(dir.join(folder).as_os_str())
            );
        }
        drop(home);
        assert!(!dir.exists());
    }
}
