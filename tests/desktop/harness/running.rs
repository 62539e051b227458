//! Programs of one test, each the head of a process group that is ended with it.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::until::{so, until};

/// A program with everything it started, until dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    name: String,
}

impl Running {
    /// Starts it in a process group of its own; what it says goes to the end of `log`.
    pub(crate) fn start(mut command: Command, log: &Path) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let log = File::options()
            .create(true)
            .append(true)
            .open(log)
            .unwrap_or_else(|cause| panic!("{} cannot be written: {cause}", log.display()));
        let child = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a file can be opened twice"))
            .stderr(log)
            .spawn()
            .unwrap_or_else(|cause| panic!("{name} did not start: {cause}"));
        Self { child, name }
    }

    /// Its process id, which is its group's too.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, once it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be waited for")
    }

    /// The process of this group whose program is called `name`, once it runs.
    pub(crate) fn member(&self, name: &str) -> Option<u32> {
        let is_it = |process: &Process| process.name == name && process.group == self.pid();
        processes().find(is_it).map(|process| process.pid)
    }
}

/// A process of this machine, with what it is called in the process table: 15 letters at most.
struct Process {
    pid: u32,
    name: String,
    parent: u32,
    group: u32,
}

fn processes() -> impl Iterator<Item = Process> {
    let entries = std::fs::read_dir("/proc").expect("this is Linux");
    entries.flatten().filter_map(|entry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        let (before, after) = stat.rsplit_once(')')?;
        let mut numbers = after.split_whitespace().skip(1);
        Some(Process {
            pid,
            name: before.split_once('(')?.1.to_owned(),
            parent: numbers.next()?.parse().ok()?,
            group: numbers.next()?.parse().ok()?,
        })
    })
}

/// The processes that this one started and that run a program called so, 15 letters at most.
pub(crate) fn children(parent: u32, name: &str) -> Vec<u32> {
    let is_one = |process: &Process| process.parent == parent && process.name == name;
    let found = processes().filter(is_one).map(|process| process.pid);
    found.filter(|pid| runs(*pid)).collect()
}

impl Drop for Running {
    fn drop(&mut self) {
        let group = Pid::from_child(&self.child);
        match kill_process_group(group, Signal::KILL) {
            Ok(()) | Err(Errno::SRCH) => {}
            Err(cause) => eprintln!("{} could not be ended: {cause}", self.name),
        }
        if let Err(cause) = self.child.wait() {
            eprintln!("{} could not be waited for: {cause}", self.name);
        }
    }
}

/// Sends a signal to one process.
pub(crate) fn signal(pid: u32, signal: Signal) {
    let raw = i32::try_from(pid).expect("process ids are small");
    let pid = Pid::from_raw(raw).expect("no process has the id 0");
    kill_process(pid, signal).unwrap_or_else(|cause| panic!("{raw} was not there: {cause}"));
}

/// Whether a process was started with a variable of this value.
pub(crate) fn was_given(pid: u32, variable: &str, value: &str) -> bool {
    let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    let wanted = format!("{variable}={value}");
    environment
        .split(|byte| *byte == 0)
        .any(|given| given == wanted.as_bytes())
}

/// How much memory a process and those that it started keep to themselves.
pub(crate) fn memory_kb(pid: u32) -> u64 {
    let entries = std::fs::read_dir("/proc").expect("this is Linux");
    let family = entries.flatten().filter_map(|entry| {
        let other: u32 = entry.file_name().to_str()?.parse().ok()?;
        descends_from(other, pid).then_some(other)
    });
    family.map(private_kb).sum()
}

fn descends_from(pid: u32, ancestor: u32) -> bool {
    let mut next = pid;
    while next > 1 {
        if next == ancestor {
            return true;
        }
        let stat = std::fs::read_to_string(format!("/proc/{next}/stat")).unwrap_or_default();
        let after = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        let parent = after.split_whitespace().nth(1);
        next = parent.and_then(|parent| parent.parse().ok()).unwrap_or(0);
    }
    false
}

fn private_kb(pid: u32) -> u64 {
    let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let private = rollup.lines().filter(|line| line.starts_with("Private_"));
    let kilobytes = private.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kilobytes.sum()
}

/// Whether a process runs; one that ended and was not waited for does not.
pub(crate) fn runs(pid: u32) -> bool {
    let process = PathBuf::from(format!("/proc/{pid}"));
    !matches!(state(&process), None | Some(b'Z' | b'X'))
}

/// Stops a process as when it hangs, and waits until no thread of it moves: one that waits for the disk
/// stops only then, and the others go on as long.
pub(crate) async fn freezes(pid: u32) {
    signal(pid, Signal::STOP);
    until("a process stands still", async || {
        let moving = threads(pid).filter(|state| *state != b'T').count();
        so(moving == 0, format!("{moving} threads move"))
    })
    .await;
}

fn threads(pid: u32) -> impl Iterator<Item = u8> {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).expect("it runs");
    tasks.flatten().filter_map(|task| state(&task.path()))
}

fn state(process: &Path) -> Option<u8> {
    let stat = std::fs::read_to_string(process.join("stat")).unwrap_or_default();
    let (_, rest) = stat.rsplit_once(") ")?;
    rest.bytes().next()
}
