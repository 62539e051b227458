//! Opening the file: the lock beside it, the settings of each connection, the tables' versions.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::OpenError;

/// The first SQLite whose write-ahead log never loses a committed write, as its version number.
const FIRST_SAFE: i32 = 3_051_003;
/// Each step brings the tables from one version to the next; a step that was released never changes.
const STEPS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("groups.sql"),
    include_str!("pushes.sql"),
];
/// How long a statement waits for a lock that somebody outside of Bellhop holds.
const PATIENCE: Duration = Duration::from_secs(5);
/// More than there are statements.
const STATEMENTS: usize = 128;

/// Makes sure that nobody else has the file open, until this is dropped.
pub(super) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing is not enough: a process that is being started holds a copy of every open file for a
        // moment, and with it the lock.
        if let Err(error) = self.0.unlock() {
            tracing::error!(%error, "the lock of the database was not released");
        }
    }
}

/// Makes sure that nobody else has the file open.
pub(super) fn lock(path: &Path) -> Result<Lock, OpenError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let io = |source| OpenError::Io {
        path: path.to_owned(),
        source,
    };
    let file = private().truncate(false).open(&name).map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(source)) => Err(io(source)),
    }
}

/// The one connection that writes, with all tables there.
pub(super) fn open_for_writing(path: &Path) -> Result<Connection, OpenError> {
    if rusqlite::version_number() < FIRST_SAFE {
        return Err(OpenError::LibraryTooOld(rusqlite::version()));
    }
    // Made here, for its permissions; SQLite gives the files beside it the same.
    private()
        .truncate(false)
        .open(path)
        .map_err(|source| OpenError::Io {
            path: path.to_owned(),
            source,
        })?;
    let failed = |source| open_error(path, source);
    let mut db = connect(path).map_err(failed)?;
    if db.is_readonly("main").map_err(failed)? {
        return Err(OpenError::ReadOnly(path.to_owned()));
    }
    refuse_newer(&db, path)?;
    let mode: String = db
        .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))
        .map_err(failed)?;
    if mode != "wal" {
        return Err(OpenError::NoSharedMemory(path.to_owned()));
    }
    db.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
         PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 67108864;",
    )
    .map_err(failed)?;
    migrate(&mut db).map_err(failed)?;
    Ok(db)
}

/// A connection that can only read.
pub(super) fn open_for_reading(path: &Path) -> Result<Connection, OpenError> {
    let open = || {
        let db = connect(path)?;
        db.pragma_update(None, "query_only", true)?;
        Ok(db)
    };
    open().map_err(|source| open_error(path, source))
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(PATIENCE)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    // Otherwise statements that might use a partial index are compiled anew for each parameter.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(db)
}

fn version(db: &Connection) -> rusqlite::Result<u32> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn newest() -> u32 {
    u32::try_from(STEPS.len()).expect("there are a few steps")
}

fn refuse_newer(db: &Connection, path: &Path) -> Result<(), OpenError> {
    let found = version(db).map_err(|source| open_error(path, source))?;
    let known = newest();
    if found <= known {
        return Ok(());
    }
    Err(OpenError::Newer {
        path: path.to_owned(),
        found,
        known,
    })
}

/// Carries out the steps that are missing, each as one unit with the version it leads to.
fn migrate(db: &mut Connection) -> rusqlite::Result<()> {
    let done = version(db)?;
    let missing = (1..=newest()).zip(STEPS).filter(|(to, _)| *to > done);
    for (to, step) in missing {
        let transaction = db.transaction()?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", to)?;
        transaction.commit()?;
    }
    Ok(())
}

fn open_error(path: &Path, source: rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    match source.sqlite_error_code() {
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen) => OpenError::ReadOnly(path),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => OpenError::InUse(path),
        Some(_) | None => OpenError::Database { path, source },
    }
}

/// Opens for writing, making what is not there for this user alone.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
