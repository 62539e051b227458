//! Opening: what is kept, and what is refused with which words.

use std::sync::Arc;

use rusqlite::Connection;

use super::{file_in, open};
use crate::conformance::Heard;
use crate::conformance::play::{accept, at, done, invite, kept, on, ring, sent, text, user};
use crate::ports::{Directory, History, Ledger};
use crate::sqlite::{OpenError, SqliteStore};

fn refusal(folder: &std::path::Path) -> OpenError {
    let opened = SqliteStore::open(&file_in(folder), Arc::new(Heard::default()));
    opened.err().expect("it is refused")
}

/// §5: a restart keeps invitations, calls, deadlines, history and the order of messages.
#[tokio::test]
async fn reopening_finds_everything_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    ring(&store, invite("ann", "bob", "i"), at(0)).await;
    ring(&store, invite("ann", "bob", "j"), at(1)).await;
    done(&store, "i", &accept(&on("bob", 1)), at(2)).await;
    store.ensure_user(&user("ann")).await.unwrap();
    let before = (kept(&store, "i").await, kept(&store, "j").await);
    let list = store.conversations(&user("bob")).await;
    drop(store);

    let store = open(folder.path());
    assert_eq!((kept(&store, "i").await, kept(&store, "j").await), before);
    assert_eq!(store.conversations(&user("bob")).await, list);
    assert_eq!(store.next_due().await, Ok(Some(at(30_001))));
    assert_eq!(store.has_user(&user("ann")).await, Ok(true));
    assert_eq!(sent(&store, text("ann", "bob", "", at(3))).await.seq, 4);
}

#[tokio::test]
async fn a_second_server_on_the_same_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());

    let refused = refusal(folder.path());

    assert!(matches!(refused, OpenError::InUse(_)));
    assert!(
        refused
            .to_string()
            .contains("in use by another Bellhop server")
    );
    drop(store);
    open(folder.path());
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let db = Connection::open(file_in(folder.path())).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);

    let refused = refusal(folder.path());

    assert!(matches!(refused, OpenError::Newer { found: 99, .. }));
    assert!(refused.to_string().contains("written by a newer Bellhop"));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = "this is a letter to the owner of this computer\n".repeat(100);
    std::fs::write(file_in(folder.path()), &text).unwrap();

    assert!(matches!(refusal(folder.path()), OpenError::Database { .. }));
    assert_eq!(
        std::fs::read_to_string(file_in(folder.path())).unwrap(),
        text
    );
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let refused = refusal(&folder.path().join("nowhere"));
    assert!(refused.to_string().contains("nowhere"), "{refused}");
}

/// The history is for its owner's eyes.
#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    sent(&store, text("ann", "bob", "secret", at(0))).await;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?}", file.file_name());
    }
}

/// ARCHITECTURE: a reply leaves only after its commit has reached the disk.
#[tokio::test]
async fn commits_reach_the_disk_and_readers_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let number = |pragma: &'static str| {
        move |db: &Connection| db.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0))
    };
    let synchronous = number("synchronous");
    let full = store
        .write(move |db: &Connection| Ok(synchronous(db)?))
        .await;
    assert_eq!(full, Ok(2));
    let keys = number("foreign_keys");
    assert_eq!(
        store.write(move |db: &Connection| Ok(keys(db)?)).await,
        Ok(1)
    );
    assert_eq!(store.read(number("query_only")).await, Ok(1));
    let mode = |db: &Connection| {
        db.pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0))
    };
    assert_eq!(store.read(mode).await, Ok("wal".to_owned()));
}
