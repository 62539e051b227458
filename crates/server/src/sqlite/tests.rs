//! What holds of SQLite besides the suite: reopening, refusing, failing and dying.

use std::sync::Arc;

use super::SqliteStore;
use crate::conformance::Opened;
use crate::ports::Outlet;

crate::conformance!(in_a_folder);

async fn in_a_folder(outlet: Arc<dyn Outlet>) -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("bellhop.db"), outlet).unwrap();
    Opened {
        store: Arc::new(store),
        kept: Box::new(folder),
    }
}
