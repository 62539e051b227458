//! Commits that fail, alone and together: nothing half-written, nothing told, and on with the next.

use std::sync::{Arc, mpsc};

use bellhop_engine::Command;
use futures_util::future::join_all;
use rusqlite::Connection;

use super::file_in;
use crate::conformance::Heard;
use crate::conformance::play::{
    accept, at, decided, invite, invite_id, kept, on, op, ring, text, user,
};
use crate::ports::{History, Ledger, PortError, Transition};
use crate::sqlite::SqliteStore;
use crate::sqlite::writer::Fault;

struct Desk {
    store: SqliteStore,
    heard: Arc<Heard>,
    _folder: tempfile::TempDir,
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let heard = Arc::new(Heard::default());
    let store = SqliteStore::open(&file_in(folder.path()), heard.clone()).unwrap();
    Desk {
        store,
        heard,
        _folder: folder,
    }
}

impl Desk {
    /// Sets something on the connection that writes.
    async fn set(&self, pragma: &'static str, value: i64) {
        let set = move |db: &Connection| {
            let set = db.pragma_update(None, pragma, value);
            // Some answer with a row, which is no fault.
            match set {
                Ok(()) | Err(rusqlite::Error::ExecuteReturnedResults) => Ok(()),
                Err(error) => Err(Fault::Database(error)),
            }
        };
        self.store.write(set).await.unwrap();
    }

    /// Holds the writer until the returned sender is dropped, so that what is asked meanwhile
    /// shares one commit.
    fn hold(
        &self,
    ) -> (
        mpsc::Sender<()>,
        impl Future<Output = Result<(), PortError>>,
    ) {
        let (release, released) = mpsc::channel();
        let held = move |_: &Connection| {
            assert!(released.recv().is_err(), "nothing is sent");
            Ok(())
        };
        (release, self.store.write(held))
    }

    async fn invite(&self, id: &str) -> Transition {
        let command = Command::Invite(invite("ann", "bob", id));
        let transition = decided(&self.store, &invite_id(id), &command, &[], at(0)).await;
        transition.unwrap()
    }
}

/// ARCHITECTURE, SQLite: a conflict undoes itself alone, not those it shares a commit with.
#[tokio::test]
async fn a_conflict_in_a_shared_commit_undoes_only_itself() {
    let desk = desk();
    let [first, repeated, second] = ["first", "repeated", "second"].map(|id| desk.invite(id));
    let (mut first, mut repeated, second) = (first.await, repeated.await, second.await);
    // Found out last, with everything else of it written.
    first.ops = vec![op("ann", "1")];
    repeated.ops = vec![op("ann", "1")];
    let (release, held) = desk.hold();
    let commits = [first, repeated, second].map(|t| desk.store.commit(t));
    // Polled after the commits, which are in the queue by then.
    let freed = async { drop(release) };

    let (_, outcomes, ()) = tokio::join!(held, join_all(commits), freed);

    assert!(outcomes[0].is_ok() && outcomes[2].is_ok());
    assert_eq!(outcomes[1], Err(PortError::Conflict));
    let open = desk.store.open_invitations(&user("bob")).await.unwrap();
    let open: Vec<_> = open.iter().map(|i| i.id.as_str()).collect();
    assert_eq!(open, ["first", "second"]);
    assert_eq!(desk.store.unread_total(&user("bob")).await, Ok(2));
}

/// A full disk refuses what does not fit, tells nobody, and what was acknowledged stays.
#[tokio::test]
async fn a_full_disk_refuses_clearly_and_writes_nothing_of_it() {
    let desk = desk();
    ring(&desk.store, invite("ann", "bob", "i"), at(0)).await;
    let before = kept(&desk.store, "i").await;
    desk.heard.take();
    desk.set("max_page_count", 1).await;

    let mut refusals = Vec::new();
    while refusals.len() < 3 {
        let (release, held) = desk.hold();
        let long = text("ann", "bob", &"long ".repeat(2_000), at(1));
        let appends = [(); 3].map(|()| desk.store.append(long.clone(), Vec::new(), String::new()));
        let freed = async { drop(release) };
        let outcomes = tokio::join!(held, join_all(appends), freed).1;
        refusals.extend(outcomes.into_iter().filter_map(Result::err));
    }

    let full = PortError::Failed("the disk is full".into());
    assert!(
        refusals.iter().all(|refusal| *refusal == full),
        "{refusals:?}"
    );
    assert_eq!(kept(&desk.store, "i").await, before);
    let thread = text("ann", "bob", "", at(0)).thread;
    let (page, _) = desk.store.page(&thread, None, 100).await.unwrap();
    let told = desk.heard.notices().len();
    assert_eq!(
        page.len(),
        1 + told,
        "who was not refused was told, and nobody else"
    );

    desk.set("max_page_count", 1_000_000).await;
    crate::conformance::play::done(&desk.store, "i", &accept(&on("bob", 1)), at(2)).await;
    assert_eq!(
        desk.store.running_calls(&user("ann")).await.unwrap().len(),
        1
    );
}

/// A file that may not be written refuses in these words, and is read on.
#[tokio::test]
async fn a_read_only_file_refuses_clearly() {
    let desk = desk();
    ring(&desk.store, invite("ann", "bob", "i"), at(0)).await;
    desk.heard.take();
    desk.set("query_only", 1).await;

    let transition = desk.invite("j").await;
    let refused = desk.store.commit(transition).await;

    let words = "the database may not be written".to_owned();
    assert_eq!(refused, Err(PortError::Failed(words)));
    assert_eq!(desk.heard.take(), []);
    assert_eq!(kept(&desk.store, "i").await.rev, 1);
}

/// A commit that fails at its end is told to nobody; whoever asks again finds it undone.
#[tokio::test]
async fn a_failed_commit_is_unknown_and_can_be_asked_again() {
    let desk = desk();
    let transition = desk.invite("i").await;
    let (release, held) = desk.hold();
    // Checked by SQLite only when it commits, so that the commit itself fails.
    let dangling = desk.store.write(|db: &Connection| {
        db.execute_batch(
            "PRAGMA defer_foreign_keys = ON;
             INSERT INTO unread (user_id, thread_id, seq) VALUES ('ann', 1, 77)",
        )?;
        Ok(())
    });
    let freed = async { drop(release) };
    let asked = desk.store.commit(transition.clone());
    let (_, dangling, unknown, ()) = tokio::join!(held, dangling, asked, freed);

    assert!(
        matches!(dangling, Err(PortError::Unknown(_))),
        "{dangling:?}"
    );
    assert!(matches!(unknown, Err(PortError::Unknown(_))), "{unknown:?}");
    assert_eq!(desk.heard.take(), []);
    assert_eq!(desk.store.invitation(&invite_id("i")).await, Ok(None));
    assert!(desk.store.commit(transition).await.is_ok());
    assert_eq!(desk.store.unread_total(&user("ann")).await, Ok(0));
}
