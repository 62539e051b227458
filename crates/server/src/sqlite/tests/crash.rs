//! `kill -9` in the middle of commits: this test binary runs once more as the server that dies.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use futures_util::future::join_all;

use super::{file_in, open};
use crate::conformance::play::{accept, at, decided, invite, invite_id, kept, on, op, ring, user};
use crate::ports::{History, Ledger};

const FOLDER: &str = "BELLHOP_TEST_CRASH_FOLDER";
const ROUNDS: usize = 5;
/// Tasks that commit at the same time, so that they share commits.
const CALLERS: usize = 8;

/// ARCHITECTURE, invariants: what was acknowledged survives `kill -9`.
#[tokio::test]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..ROUNDS {
        let acknowledged = run_and_kill(folder.path(), round, 20 + 37 * round);

        let store = open(folder.path());
        for id in &acknowledged {
            let invitation = kept(&store, id).await;
            assert_eq!(invitation.rev, 2, "round {round}: {id}");
            let reply = store.op(&op("ann", id), at(1)).await.unwrap();
            assert!(reply.is_some(), "round {round}: {id}");
        }
        let running = store.running_calls(&user("ann")).await.unwrap().len();
        assert!(running >= acknowledged.len());
        // Each commit is there whole or not at all.
        let thread = bellhop_engine::Thread::between(&user("ann"), &user("bob"));
        let (page, _) = store.page(&thread, None, u32::MAX).await.unwrap();
        let open_ones = store.open_invitations(&user("bob")).await.unwrap().len();
        assert_eq!(page.len(), open_ones + 2 * running);
        assert_eq!(store.unread_total(&user("bob")).await, Ok(open_ones as u64));
        drop(store);
        let db = rusqlite::Connection::open(file_in(folder.path())).unwrap();
        let sound: String = db
            .pragma_query_value(None, "integrity_check", |row| row.get(0))
            .unwrap();
        assert_eq!(sound, "ok");
    }
}

/// Runs a server, kills it once it has acknowledged so many calls, and says which.
fn run_and_kill(folder: &Path, round: usize, wanted: usize) -> Vec<String> {
    let mut server = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "sqlite::tests::crash::the_server_that_dies",
            "--nocapture",
        ])
        .env(FOLDER, folder)
        .env("BELLHOP_TEST_CRASH_ROUND", round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(server.stdout.take().unwrap());
    let mut lines = output
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| line.strip_prefix("acknowledged ").map(str::to_owned));
    let mut acknowledged: Vec<String> = lines.by_ref().take(wanted).collect();
    server.kill().unwrap();
    server.wait().unwrap();
    // Those it said between the last one read and its death.
    acknowledged.extend(lines);
    assert!(acknowledged.len() >= wanted, "the server died by itself");
    acknowledged
}

/// Does nothing unless the test above runs it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_that_dies() {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    let round = std::env::var("BELLHOP_TEST_CRASH_ROUND").unwrap();
    let store = open(Path::new(&folder));
    let callers = (0..CALLERS).map(|caller| {
        let (store, round) = (&store, &round);
        async move {
            for n in 0.. {
                let id = format!("{round}-{caller}-{n}");
                let invite = invite("ann", "bob", &id);
                ring(store, invite, at(0)).await;
                let keys = [op("ann", &id)];
                let command = accept(&on("bob", 1));
                let accepted = decided(store, &invite_id(&id), &command, &keys, at(1)).await;
                store.commit(accepted.unwrap()).await.unwrap();
                println!("acknowledged {id}");
            }
        }
    });
    join_all(callers).await;
}
