//! How many durable transitions a second the SQLite store commits on this machine.
//!
//! Every call of a pair is one invite, one accept and one hang-up, each decided by the engine on what
//! is stored and committed as the server does it. Run with
//! `cargo run --release -p bellhop-server --example store_throughput [FOLDER]`.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bellhop_engine::command::Invite;
use bellhop_engine::{Actor, Call, Command, Context, Decision, Notice, call, decide};
use bellhop_protocol::request::RingTime;
use bellhop_protocol::{CallId, InviteId, Timestamp, UserId};
use bellhop_server::ports::{Ledger, OpKey, Outlet, Transition};
use bellhop_server::sqlite::SqliteStore;

const LASTING: Duration = Duration::from_secs(4);
const CALLERS: [usize; 4] = [1, 16, 64, 256];

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Counts what it is told.
#[derive(Default)]
struct Counter(AtomicU64);

impl Outlet for Counter {
    fn publish(&self, _notice: &Notice) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn call_changed(&self, _call: &Call) {}

    fn blocks_changed(&self, _user: &UserId, _others: &[UserId], _blocked: bool) {}
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let folder = match std::env::args_os().nth(1) {
        Some(folder) => tempfile::tempdir_in(PathBuf::from(folder))?,
        None => tempfile::tempdir()?,
    };
    let cores = std::thread::available_parallelism()?;
    println!("{} on {cores} cores", folder.path().display());
    println!("in flight  transitions/s  notices/s  mean wait");
    for callers in CALLERS {
        let told = Arc::new(Counter::default());
        let file = folder.path().join(format!("{callers}.db"));
        let store = Arc::new(SqliteStore::open(&file, told.clone())?);
        let started = Instant::now();
        let tasks: Vec<_> = (0..callers)
            .map(|caller| tokio::spawn(pair(store.clone(), caller, started + LASTING)))
            .collect();
        let mut transitions = 0;
        for task in tasks {
            transitions += task.await??;
        }
        let seconds = started.elapsed().as_secs_f64();
        let wait_ms = seconds * 1_000.0 * callers as f64 / transitions as f64;
        println!(
            "{callers:9}  {:13.0}  {:9.0}  {wait_ms:6.2} ms",
            transitions as f64 / seconds,
            told.0.load(Ordering::Relaxed) as f64 / seconds,
        );
    }
    Ok(())
}

/// Two users who call each other until the time is over; how many transitions that made.
async fn pair(store: Arc<SqliteStore>, number: usize, until: Instant) -> Result<u64, Failed> {
    let caller = actor(&format!("caller-{number}"))?;
    let callee = actor(&format!("callee-{number}"))?;
    let mut made = 0;
    while Instant::now() < until {
        let id: InviteId = format!("{number}-{made}").parse()?;
        let invite = Command::Invite(Invite {
            by: caller.clone(),
            id: id.clone(),
            call: CallId::from(id.clone()),
            group: None,
            invitees: vec![callee.user.clone()],
            data: r#"{"version":1,"businessID":"bellhop_call","mediaType":"audio"}"#.into(),
            timeout: RingTime::default(),
            online_user_only: false,
            push: None,
        });
        let accept = Command::Accept {
            by: callee.clone(),
            data: String::new(),
        };
        for (command, by) in [(invite, &caller), (accept, &callee)] {
            let state = store.invitation(&id).await?;
            let context = Context {
                call: store.call(&id.clone().into()).await?,
                ..Context::default()
            };
            let decision = decide(state.as_ref(), &command, &context, now())?;
            commit(&store, decision, by, made).await?;
            made += 1;
        }
        let hang_up = call::Command::HangUp {
            by: caller.clone(),
            reason: None,
        };
        let state = store.call(&id.into()).await?;
        let decision = call::decide(state.as_ref(), &hang_up, &BTreeSet::new(), now())?;
        commit(&store, decision, &caller, made).await?;
        made += 1;
    }
    Ok(made)
}

async fn commit(
    store: &SqliteStore,
    decision: Decision,
    by: &Actor,
    number: u64,
) -> Result<(), Failed> {
    let transition = Transition {
        decision,
        ops: vec![OpKey {
            user: by.user.clone(),
            name: format!("op:{number}"),
        }],
        fingerprint: "0123456789abcdef0123456789abcdef".into(),
        now: now(),
        stands_on: None,
    };
    store.commit(transition).await?;
    Ok(())
}

fn actor(name: &str) -> Result<Actor, Failed> {
    Ok(Actor {
        user: name.parse()?,
        device: "desk".parse()?,
        platform: "linux".parse()?,
    })
}

fn now() -> Timestamp {
    bellhop_server::wall_time()
}
