//! `kill -9` in the middle of commits: this test binary runs once more as the server that dies.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use bellhop_engine::group;
use futures_util::future::join_all;

use super::{SqliteStore, file_in, open};
use crate::conformance::play::{
    accept, at, create, decided, group_id, invite, invite_id, kept, on, op, regrouped, ring,
    say_in, text_in, user,
};
use crate::ports::{Due, History, Ledger};

const FOLDER: &str = "BELLHOP_TEST_CRASH_FOLDER";
const ROUNDS: usize = 5;
/// Tasks that commit at the same time, so that they share commits.
const CALLERS: usize = 8;

/// ARCHITECTURE, invariants: what was acknowledged survives `kill -9`.
#[tokio::test]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..ROUNDS {
        let server = "the_server_that_dies_amid_calls";
        let acknowledged = run_and_kill(server, folder.path(), round, 20 + 37 * round);

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
        assert_sound(folder.path());
    }
}

/// §2, `leftGroup`: whose departure was acknowledged is out of the group and of its conversation, and
/// that its invitations are looked through is still due, until it is done.
#[tokio::test]
async fn departures_are_still_due_when_the_server_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut looked_through = BTreeSet::new();
    for round in 0..ROUNDS {
        let server = "the_server_that_dies_amid_departures";
        let acknowledged = run_and_kill(server, folder.path(), round, 10 + 19 * round);

        let store = open(folder.path());
        let due = store.due(at(2), usize::MAX).await.unwrap();
        for id in &acknowledged {
            let left = Due::Departures(group_id(id), 2);
            assert!(due.contains(&left), "round {round}: {id}");
        }
        // Each commit is there whole or not at all.
        let groups = store.groups_of(&user("ann")).await.unwrap();
        let (left, whole): (Vec<_>, Vec<_>) = groups.into_iter().partition(|it| it.rev == 2);
        let left: BTreeSet<_> = left.into_iter().map(|it| it.id).collect();
        let still: BTreeSet<_> = left.difference(&looked_through).cloned().collect();
        let still = still.into_iter().map(|id| Due::Departures(id, 2));
        assert_eq!(due, still.collect::<Vec<_>>());
        let bobs = store.groups_of(&user("bob")).await;
        assert_eq!(bobs.as_ref(), Ok(&whole));
        let list = store.conversations(&user("bob")).await.unwrap();
        assert!(list.len() <= whole.len());
        assert_eq!(
            store.unread_total(&user("bob")).await,
            Ok(list.len() as u64)
        );
        // Done with half of them.
        for id in left.into_iter().step_by(2) {
            store.clear_departures(&id, 2).await.unwrap();
            looked_through.insert(id);
        }
        drop(store);
        assert_sound(folder.path());
    }
}

fn assert_sound(folder: &Path) {
    let db = rusqlite::Connection::open(file_in(folder)).unwrap();
    let sound: String = db
        .pragma_query_value(None, "integrity_check", |row| row.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
}

/// Runs that server, kills it once it has acknowledged so much, and says what.
fn run_and_kill(server: &str, folder: &Path, round: usize, wanted: usize) -> Vec<String> {
    let server = format!("sqlite::tests::crash::{server}");
    let mut server = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &server, "--nocapture"])
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

/// Does nothing unless the first test above runs it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_that_dies_amid_calls() {
    die_amid(async |store, id| {
        let invite = invite("ann", "bob", id);
        ring(store, invite, at(0)).await;
        let keys = [op("ann", id)];
        let command = accept(&on("bob", 1));
        let accepted = decided(store, &invite_id(id), &command, &keys, at(1)).await;
        store.commit(accepted.unwrap()).await.unwrap();
    })
    .await;
}

/// Does nothing unless the second test above runs it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_that_dies_amid_departures() {
    die_amid(async |store, id| {
        regrouped(store, id, &create(id, &["ann", "bob"]), at(0)).await;
        say_in(store, id, text_in(id, "ann", &["ann", "bob"], at(0))).await;
        regrouped(store, id, &group::Command::Quit(on("bob", 1)), at(1)).await;
    })
    .await;
}

/// Does the same under ever new names, at several places at once, and acknowledges each.
async fn die_amid(work: impl AsyncFn(&SqliteStore, &str)) {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    let round = std::env::var("BELLHOP_TEST_CRASH_ROUND").unwrap();
    let store = open(Path::new(&folder));
    let callers = (0..CALLERS).map(|caller| {
        let (store, round, work) = (&store, &round, &work);
        async move {
            for n in 0.. {
                let id = format!("{round}-{caller}-{n}");
                work(store, &id).await;
                println!("acknowledged {id}");
            }
        }
    });
    join_all(callers).await;
}
