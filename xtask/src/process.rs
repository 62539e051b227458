//! Starting other programs and saying what came of it.
//!
//! Owns the workspace's place on disk, the sentence that a person reads when something fails, and the
//! way commands are shown; knows nothing of what the commands are for.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, io};

/// What went wrong, in a sentence that the person at the keyboard can act on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem(String);

impl Problem {
    /// Takes the sentence as it will be shown.
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// Says what was being done with a file when it failed.
    pub(crate) fn with_file(doing: &str, path: &Path, cause: &io::Error) -> Self {
        Self(format!("{doing} {} failed: {cause}.", path.display()))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where the project lies and how its commands are to be run.
pub(crate) struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Whether this is the automatic check rather than somebody's desk.
    pub(crate) is_ci: bool,
    cargo: PathBuf,
}

impl Workspace {
    /// Finds the project that `cargo xtask` was called in.
    pub(crate) fn find() -> Result<Self, Problem> {
        let manifest_dir = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let Some(root) = manifest_dir.as_deref().and_then(Path::parent) else {
            return Err(Problem::new(
                "Start this with `cargo xtask`, inside the project.",
            ));
        };
        Ok(Self {
            root: root.to_owned(),
            is_ci: env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false"),
            cargo: env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from),
        })
    }

    /// The folder that cargo builds into.
    pub(crate) fn target(&self) -> PathBuf {
        match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => self.root.join(dir),
            None => self.root.join("target"),
        }
    }

    /// The folder of the web UI.
    pub(crate) fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// A cargo command, run at the root.
    pub(crate) fn cargo<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(&self.cargo);
        command.args(args).current_dir(&self.root);
        // What cargo told this program of its own package; build scripts that read it of theirs would
        // run anew after every change between `cargo xtask` and plain cargo.
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
                command.env_remove(name.as_ref());
            }
        }
        if self.is_ci {
            command.env("CARGO_INCREMENTAL", "0");
        }
        command
    }

    /// An npm command, run in the UI's folder.
    pub(crate) fn npm<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(NPM);
        command.args(args).current_dir(self.ui());
        command
    }
}

/// What npm is called here.
pub(crate) const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Shows a command, runs it with its output visible, and fails with a sentence if it does.
pub(crate) fn run(command: &mut Command) -> Result<(), Problem> {
    let line = shown(command);
    println!("  $ {line}");
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Problem::new(format!("`{line}` failed ({status})."))),
        Err(cause) => Err(Problem::new(format!("`{line}` did not start: {cause}."))),
    }
}

/// Runs a command quietly and returns what it printed, or nothing if it is not there or failed.
pub(crate) fn output_of(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then_some(text)
}

/// Shows a command and goes on as it: its exit code is ours, and signals reach it.
#[cfg(unix)]
pub(crate) fn become_command(mut command: Command) -> Result<(), Problem> {
    use std::os::unix::process::CommandExt;
    let line = shown(&command);
    println!("  $ {line}");
    let cause = command.exec();
    Err(Problem::new(format!("`{line}` did not start: {cause}.")))
}

/// Shows a command, runs it with our keyboard, and ends with its exit code.
#[cfg(not(unix))]
pub(crate) fn become_command(mut command: Command) -> Result<(), Problem> {
    let line = shown(&command);
    println!("  $ {line}");
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(cause) => Err(Problem::new(format!("`{line}` did not start: {cause}."))),
    }
}

/// Whether a program can be found on the search path.
pub(crate) fn has_program(name: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|dir| dir.join(name).is_file())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(name).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_a_command_as_a_person_would_type_it() {
        let mut command = Command::new("/opt/rust/bin/cargo");
        command.args(["fmt", "--all"]);
        assert_eq!(shown(&command), "cargo fmt --all");
    }

    #[test]
    fn names_the_command_that_failed() {
        let problem = run(Command::new("cargo")
            .arg("--no-such-flag")
            .stderr(Stdio::null()));
        let sentence = problem.unwrap_err().to_string();
        assert!(
            sentence.starts_with("`cargo --no-such-flag` failed ("),
            "{sentence}"
        );
    }

    #[test]
    fn says_that_a_program_is_not_there() {
        let problem = run(&mut Command::new("no-such-program-as-this"));
        let sentence = problem.unwrap_err().to_string();
        assert!(
            sentence.starts_with("`no-such-program-as-this` did not start:"),
            "{sentence}"
        );
    }
}
