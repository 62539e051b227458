//! Somebody whose app is closed: a profile, a server that no app hosts, and the background process.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use bellhop_server::{Credentials, Data, RunningServer, Server, ServerConfig, user_sig, wall_time};
use rustix::process::Signal;
use serde_json::{Value, json};

use super::desk::Desk;
use super::notifications::Shown;
use super::person::Person;
use super::running::{Running, runs, signal};
use super::until::{so, until};

/// The profile, and the user that it belongs to.
pub(crate) const BOB: &str = "bob";

/// Bob's desk while his app is closed.
pub(crate) struct Away {
    /// Where it would be.
    pub(crate) desk: Desk,
    server: RunningServer,
    credentials: Credentials,
    background: Option<Running>,
}

impl Away {
    /// Sets everything up, without the background process.
    pub(crate) async fn set_up(test: &'static str) -> Self {
        let desk = Desk::set_up(test).await;
        tells_of_servers();
        let credentials = Credentials::random();
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let config = ServerConfig::new(listen, Data::Memory, credentials.clone());
        let server = Server::start(config).await.expect("it starts");
        let away = Self {
            desk,
            server,
            credentials,
            background: None,
        };
        away.keeps(true);
        away.replaces("state.json", &json!({ "deviceID": "bobs-desk" }));
        away.person(BOB).leaves().await;
        away
    }

    /// The same, with the background process.
    pub(crate) async fn with_background(test: &'static str) -> Self {
        let mut away = Self::set_up(test).await;
        away.starts_background();
        away
    }

    /// Writes the settings; whether to ring while the app is closed.
    pub(crate) fn keeps(&self, ring_when_closed: bool) {
        let user = BOB.parse().expect("a user ID");
        let hour = Duration::from_secs(3600);
        let user_sig = user_sig::sign(&self.credentials, &user, wall_time(), hour);
        let settings = json!({
            "userID": user,
            "remote": { "server": self.server.url(), "userSig": user_sig },
            "presence": {
                "keepRunning": false, "openAtLogin": false, "ringWhenClosed": ring_when_closed,
            },
        });
        self.replaces("settings.json", &settings);
    }

    /// Replaces a file of the profile, as the app does.
    pub(crate) fn replaces(&self, file: &str, content: &Value) {
        let path = self.profile().join(file);
        let folder = path.parent().expect("a file is in a folder");
        std::fs::create_dir_all(folder).expect("a temporary folder can be written to");
        let beside = path.with_extension("new");
        std::fs::write(&beside, content.to_string()).expect("the profile can be written to");
        std::fs::rename(&beside, &path).expect("the profile can be written to");
    }

    /// Starts the background process.
    pub(crate) fn starts_background(&mut self) {
        self.background = Some(self.one_more());
    }

    /// Starts a background process besides.
    pub(crate) fn one_more(&self) -> Running {
        let mut command = Command::new(self.desk.program());
        command.args(["--background", "--profile", BOB]);
        command.env("BELLHOP_LOG", "warn,bellhop=debug");
        self.desk.give_to(&mut command);
        Running::start(command, &self.desk.log("background"))
    }

    /// The process that the test has started.
    pub(crate) fn background(&mut self) -> &mut Running {
        self.background.as_mut().expect("it was started")
    }

    /// Somebody else on that server.
    pub(crate) fn person(&self, user: &str) -> Person {
        Person::on(&self.server.url(), &self.credentials, user)
    }

    /// Waits for this caller's ring as a notification of this process.
    pub(crate) async fn rings(&self, pid: u32, caller: &str) -> Shown {
        let is_it = |shown: &Shown| {
            is_ring_of(pid, shown) && shown.summary == caller && shown.closed.is_none()
        };
        self.desk.notifications.sees("a ring", is_it).await
    }

    /// How many rings this process has shown so far.
    pub(crate) fn rings_of(&self, pid: u32) -> usize {
        let all = self.desk.notifications.all();
        all.iter().filter(|shown| is_ring_of(pid, shown)).count()
    }

    /// Waits for the missed call as a notification of this process.
    pub(crate) async fn misses(&self, pid: u32, caller: &str) -> Shown {
        let is_it = |shown: &Shown| {
            shown.pid == pid && shown.body.starts_with("Missed call") && shown.summary == caller
        };
        self.desk.notifications.sees("a missed call", is_it).await
    }

    /// Waits until the app runs, and gives its process.
    pub(crate) async fn app_starts(&self) -> u32 {
        until("the app runs", async || {
            self.processes(false).first().copied().ok_or("it does not")
        })
        .await
    }

    /// Whether the app runs at this moment.
    pub(crate) fn app_runs(&self) -> bool {
        !self.processes(false).is_empty()
    }

    /// Waits until one background process runs, and gives it.
    pub(crate) async fn background_runs(&self) -> u32 {
        until("one background process runs", async || {
            match self.processes(true)[..] {
                [one] => Ok(one),
                ref all => Err(format!("{} do", all.len())),
            }
        })
        .await
    }

    /// Waits until a process has ended.
    pub(crate) async fn ends(&self, pid: u32) {
        until("a process has ended", async || so(!runs(pid), "it runs")).await;
    }

    /// The folder of the profile.
    pub(crate) fn profile(&self) -> PathBuf {
        self.desk.data().join("bellhop").join(BOB)
    }

    /// The processes of the program at this desk, in the background or not.
    fn processes(&self, in_background: bool) -> Vec<u32> {
        let entries = std::fs::read_dir("/proc").expect("this is Linux");
        let pids = entries
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let here = format!("XDG_DATA_HOME={}", self.desk.data().display());
        let program = self.desk.program().display().to_string();
        let is_ours = |pid: &u32| {
            let read = |file: &str| std::fs::read(format!("/proc/{pid}/{file}")).ok();
            let (Some(words), Some(variables)) = (read("cmdline"), read("environ")) else {
                return false;
            };
            let mut words = words.split(|byte| *byte == 0);
            let is_program = words.next() == Some(program.as_bytes());
            let is_background = words.any(|word| word == b"--background");
            let mut variables = variables.split(|byte| *byte == 0);
            let is_here = variables.any(|variable| variable == here.as_bytes());
            is_program && is_background == in_background && is_here && runs(*pid)
        };
        pids.filter(is_ours).collect()
    }
}

impl Drop for Away {
    /// What outlives whoever has started it is in no group of the test's.
    fn drop(&mut self) {
        for pid in [self.processes(true), self.processes(false)].concat() {
            signal(pid, Signal::KILL);
        }
    }
}

/// Has what the servers of the tests say told with the failure of a test.
fn tells_of_servers() {
    let told = tracing_subscriber::fmt()
        .with_env_filter("warn,bellhop=debug")
        .with_test_writer()
        .with_ansi(false);
    // Only the first test of the process sets it up.
    told.try_init().ok();
}

fn is_ring_of(pid: u32, shown: &Shown) -> bool {
    shown.pid == pid && shown.category.as_deref() == Some("call.incoming")
}
