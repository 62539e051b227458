//! The stores in one SQLite file: what was acknowledged survives the process.
//!
//! The only module that names `rusqlite` or holds SQL. One thread writes and tells the outlet, in
//! commit order; a few read. It knows nothing of who asks, and takes time only as a parameter.

mod commit;
mod database;
mod directory;
mod due;
mod groups;
mod history;
mod ledger;
mod messages;
mod people;
mod readers;
mod rows;
mod writer;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use self::database::Lock;
use self::readers::Readers;
use self::writer::{Operation, Writer};
use crate::ports::{Outlet, PortError};

/// Ledger, history and directory in one SQLite file.
///
/// Dropping it waits until what was asked of it is written, and closes the file.
pub struct SqliteStore {
    readers: Readers,
    writer: Writer,
    /// Last, so that nobody else opens the file before it is closed here.
    _lock: Lock,
}

/// Why the stores cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The SQLite library is older than the first one that is safe.
    #[error("SQLite {0} can lose committed writes. Build with SQLite 3.51.3 or newer.")]
    LibraryTooOld(&'static str),
    /// Another process, or another store of this one, has the file open.
    #[error("{} is in use by another Bellhop server. Stop it, or choose another folder.", .0.display())]
    InUse(PathBuf),
    /// The file was written by a newer version.
    #[error(
        "{} was written by a newer Bellhop (format {found}; this one knows up to {known}). \
         Use the newer one.", path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of its tables.
        found: u32,
        /// The newest version known here.
        known: u32,
    },
    /// The file, or its folder, may not be written.
    #[error("{} cannot be written. Check its permissions.", .0.display())]
    ReadOnly(PathBuf),
    /// The file system does not do what is needed.
    #[error("{} is on a file system without shared memory. Put it on a local disk.", .0.display())]
    NoSharedMemory(PathBuf),
    /// The operating system refused.
    #[error("{} cannot be opened: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Its answer.
        source: std::io::Error,
    },
    /// SQLite refused: the file is damaged, or no database.
    #[error("{} cannot be opened: {source}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// Its answer.
        source: rusqlite::Error,
    },
}

impl SqliteStore {
    /// Opens the file, makes it if it is not there, and brings it up to date. Its folder must exist.
    pub fn open(path: &Path, outlet: Arc<dyn Outlet>) -> Result<Self, OpenError> {
        let lock = database::lock(path)?;
        let connection = database::open_for_writing(path)?;
        let readers = Readers::start(|| database::open_for_reading(path))?;
        let io = |source| OpenError::Io {
            path: path.to_owned(),
            source,
        };
        let writer = Writer::start(connection, outlet).map_err(io)?;
        Ok(Self {
            readers,
            writer,
            _lock: lock,
        })
    }

    /// Carries out a write; its outcome is durable and told when this returns.
    fn write<O: Operation>(
        &self,
        operation: O,
    ) -> impl Future<Output = Result<O::Outcome, PortError>> + Send {
        self.writer.write(operation)
    }

    /// Reads from one consistent state of the file, which has all that was acknowledged.
    fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> impl Future<Output = Result<T, PortError>> + Send {
        self.readers.read(query)
    }
}
