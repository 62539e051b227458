//! What holds of SQLite besides the suite: it reads like memory, and survives being closed, refused,
//! filled and killed.

mod crash;
mod failing;
mod opening;
mod same_as_memory;
mod upgrade;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::SqliteStore;
use crate::conformance::{Heard, Opened};
use crate::ports::Outlet;

crate::conformance!(in_a_folder);

async fn in_a_folder(outlet: Arc<dyn Outlet>) -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&file_in(folder.path()), outlet).unwrap();
    Opened {
        store: Arc::new(store),
        kept: Box::new(folder),
    }
}

fn file_in(folder: &Path) -> PathBuf {
    folder.join("bellhop.db")
}

/// The stores in this folder, with nobody listening.
fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(&file_in(folder), Arc::new(Heard::default())).unwrap()
}
