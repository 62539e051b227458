//! A file of an earlier version: it opens, keeps everything, and can do what is new.

use std::collections::BTreeSet;
use std::path::Path;

use bellhop_engine::{Reply, Thread};
use bellhop_protocol::request::{Avatar, Nick, Profile};
use rusqlite::Connection;

use super::{file_in, open};
use crate::conformance::play::{
    accept, at, create, done, group_id, invite_id, invite_in, kept, kept_call, modify, on, op,
    party, regrouped, ring, user,
};
use crate::ports::{Directory, Due, History, Ledger, OpKey};

/// A file as the first version left it.
fn version_1(folder: &Path) {
    let db = Connection::open(file_in(folder)).unwrap();
    db.pragma_update(None, "journal_mode", "wal").unwrap();
    db.execute_batch(include_str!("../schema.sql")).unwrap();
    db.pragma_update(None, "user_version", 1).unwrap();
    db.execute_batch(include_str!("version-1.sql")).unwrap();
}

/// §5: a restart keeps invitations, calls, deadlines and history, also one into a newer version.
#[tokio::test]
async fn a_file_of_the_first_version_keeps_everything() {
    let folder = tempfile::tempdir().unwrap();
    version_1(folder.path());
    // The second time, it is of this version.
    for _ in 0..2 {
        let store = open(folder.path());
        let (ann, bob) = (user("ann"), user("bob"));
        let ringing = kept(&store, "ringing").await;
        assert_eq!((ringing.rev, ringing.data.as_str()), (1, "[1]"));
        assert_eq!((ringing.unaware.len(), ringing.pushed.len()), (0, 0));
        assert_eq!(store.open_invitations(&bob).await, Ok(vec![ringing]));
        let running = kept_call(&store, "running").await;
        assert_eq!(running.present().count(), 2);
        assert_eq!(store.running_calls(&ann).await, Ok(vec![running]));
        assert_eq!(store.next_due().await, Ok(Some(at(15_500))));
        let due = [
            Due::Absence(party(&on("bob", 1))),
            Due::Deadline(invite_id("ringing")),
        ];
        assert_eq!(store.due(at(32_000), 9).await, Ok(due.to_vec()));
        let repeated = OpKey {
            name: "invite:ringing".into(),
            ..op("ann", "")
        };
        let record = store.op(&repeated, at(3_000)).await.unwrap().unwrap();
        assert!(matches!(record.reply, Reply::Invited(_, _, Some(_))));

        let thread = Thread::between(&ann, &bob);
        let (page, _) = store.page(&thread, None, 9).await.unwrap();
        let places: Vec<u64> = page.iter().map(|message| message.seq).collect();
        assert_eq!(places, [7, 6, 5, 2, 1]);
        assert!(page[4].call.is_some());
        let list = store.conversations(&ann).await.unwrap();
        let unread: Vec<u64> = list.iter().map(|it| it.unread_count).collect();
        assert_eq!(unread, [1, 1]);
        assert_eq!(
            store.last_seen(&bob, &on("bob", 1).device).await,
            Ok(Some(at(500)))
        );
    }
}

/// PROTOCOL, `--presence contacts`: who had written before is known; who had only called is not.
#[tokio::test]
async fn a_file_of_the_first_version_knows_who_had_written() {
    let folder = tempfile::tempdir().unwrap();
    version_1(folder.path());
    let store = open(folder.path());
    let all = ["ann", "bob", "cat"].map(user);
    let of = async |name| store.correspondents(&user(name), &all).await;

    assert_eq!(of("ann").await, Ok(BTreeSet::from([user("bob")])));
    assert_eq!(of("bob").await, Ok(BTreeSet::from([user("ann")])));
    assert_eq!(of("cat").await, Ok(BTreeSet::new()));
}

/// An invitation, a user and a conversation from before can do what is new.
#[tokio::test]
async fn a_file_of_the_first_version_can_do_what_is_new() {
    let folder = tempfile::tempdir().unwrap();
    version_1(folder.path());
    let store = open(folder.path());
    let empty = |name| Profile {
        user: user(name),
        nick: Nick::default(),
        avatar: Avatar::default(),
    };
    let profiles = store.profiles(&["cat", "ann"].map(user)).await;
    assert_eq!(profiles, Ok(vec![empty("cat"), empty("ann")]));
    assert_eq!(store.groups_of(&user("ann")).await, Ok(Vec::new()));

    done(&store, "ringing", &modify(&on("ann", 1), "[2]"), at(3_000)).await;
    done(&store, "ringing", &accept(&on("bob", 1)), at(4_000)).await;
    regrouped(&store, "team", &create("team", &["ann", "bob"]), at(5_000)).await;
    ring(&store, invite_in("team", "ann", &["bob"], "new"), at(6_000)).await;

    let thread = Thread::between(&user("ann"), &user("bob"));
    let (page, _) = store.page(&thread, None, 2).await.unwrap();
    assert!(page[1].payload["data"].as_str().unwrap().contains("[2]"));
    assert!(page[1].call.is_some());
    let open = vec![kept(&store, "new").await];
    assert_eq!(store.open_in_group(&group_id("team")).await, Ok(open));
    assert_eq!(store.unread_total(&user("bob")).await, Ok(2));
}
