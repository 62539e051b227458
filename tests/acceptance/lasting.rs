//! Servers that go down and come back at the same address with the same data: in this process, and
//! as the program people run.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use bellhop_server::{Data, RunningServer, Server, StartError, Tuning};

use crate::raw::PATIENCE;
use crate::server::config;
use crate::signature::{APP_ID, SECRET};

/// An address to come back to: of a port that the system gives to nobody by itself.
fn address() -> SocketAddr {
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    let seed = std::process::id();
    loop {
        let step = u32::from(TAKEN.fetch_add(1, Ordering::Relaxed));
        let port = 20_000 + (seed.wrapping_mul(61).wrapping_add(step * 7)) % 12_000;
        let address = (Ipv4Addr::LOCALHOST, u16::try_from(port).unwrap()).into();
        if TcpListener::bind::<SocketAddr>(address).is_ok() {
            return address;
        }
    }
}

/// Patience with an address that was just given up: a process that is being started holds a copy of
/// every socket of this one for a moment.
struct Tries(Instant);

impl Tries {
    fn begin() -> Self {
        Self(Instant::now())
    }

    async fn again(&self, why: &str) {
        assert!(self.0.elapsed() < PATIENCE, "{why}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A server in this process, with its data in a folder.
pub(crate) struct LastingServer {
    folder: tempfile::TempDir,
    address: SocketAddr,
    /// What it is started with from the next start on.
    pub(crate) tuning: Tuning,
    running: Option<RunningServer>,
}

impl LastingServer {
    /// A new one.
    pub(crate) async fn start() -> Self {
        let mut server = Self {
            folder: tempfile::tempdir().unwrap(),
            address: address(),
            tuning: Tuning::default(),
            running: None,
        };
        server.start_again().await;
        server
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("ws://{}", self.address)
    }

    /// Starts it where it was.
    pub(crate) async fn start_again(&mut self) {
        let mut config = config(self.address, Data::Dir(self.folder.path().to_owned()));
        config.tuning = self.tuning;
        let tries = Tries::begin();
        self.running = loop {
            match Server::start(config.clone()).await {
                Ok(running) => break Some(running),
                Err(StartError::AddressInUse(_)) => tries.again("the address is in use").await,
                Err(error) => panic!("{error}"),
            }
        };
    }

    /// Shuts it down in order.
    pub(crate) async fn shut_down(&mut self) {
        let running = self.running.take();
        running.expect("it runs").shutdown().await;
    }
}

/// `bellhop serve`, as its own process.
pub(crate) struct Program {
    folder: tempfile::TempDir,
    address: SocketAddr,
    process: Option<Child>,
}

impl Program {
    /// A new one, on new data.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("key"), SECRET).unwrap();
        let mut program = Self {
            folder,
            address: address(),
            process: None,
        };
        program.start_again().await;
        program
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("ws://{}", self.address)
    }

    /// Starts it where it was, and waits until it listens.
    pub(crate) async fn start_again(&mut self) {
        let tries = Tries::begin();
        let expected = format!("listening on ws://{}", self.address);
        loop {
            let first_line = self.spawn().await;
            if first_line.starts_with(&expected) {
                return;
            }
            self.kill();
            let words = fs::read_to_string(self.said()).unwrap();
            assert!(words.contains("in use"), "{first_line:?}; {words}");
            tries.again(&words).await;
        }
    }

    /// Starts the process; the first line it prints, empty if it ends before.
    async fn spawn(&mut self) -> String {
        let folder = self.folder.path();
        let mut command = Command::new(program());
        command
            .arg("serve")
            .args(["--listen", &self.address.to_string()])
            .args(["--app-id", &APP_ID.to_string()])
            .arg("--data")
            .arg(folder.join("data"))
            .arg("--secret-key-file")
            .arg(folder.join("key"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(self.said()).unwrap());
        let mut process = command.spawn().unwrap();
        let stdout = process.stdout.take().expect("it is a pipe");
        self.process = Some(process);
        let first_line = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(stdout).read_line(&mut line).map(|_| line)
        });
        first_line.await.unwrap().unwrap()
    }

    /// Where its words on standard error go.
    fn said(&self) -> PathBuf {
        self.folder.path().join("stderr")
    }

    /// Ends it as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        let mut process = self.process.take().expect("it runs");
        process.kill().unwrap();
        process.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.process.is_some() {
            self.kill();
        }
    }
}

/// The program that was built beside the tests.
fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let folder = tests.parent().and_then(Path::parent).unwrap();
    let program = folder.join(format!("bellhop{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.exists(),
        "{} is not there. Build it with `cargo build -p bellhop-cli`; `cargo xtask test` does.",
        program.display()
    );
    program
}
