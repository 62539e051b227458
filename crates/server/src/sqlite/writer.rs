//! The one thread that writes: it puts what waits into one commit, tells of it, and answers.
//!
//! Knows no table. An operation runs in a savepoint of its own, so that its conflict undoes nothing
//! of the others; after the commit the outlet hears of each in the order they were carried out, and
//! only then is anybody answered.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};
use tokio::sync::{mpsc, oneshot};

use crate::ports::{Outlet, PortError};

/// How many operations may wait.
const WAITING: usize = 1024;
/// How many operations share a commit at most.
const BATCH: usize = 512;
/// How long operations are added to a commit at most.
const GATHERING: Duration = Duration::from_millis(2);

/// Something to write.
pub(super) trait Operation: Send + 'static {
    /// What whoever asked is told.
    type Outcome: Send + 'static;

    /// Writes it.
    fn apply(&self, db: &Connection) -> Result<Self::Outcome, Fault>;

    /// Tells of it, once it is committed.
    fn publish(&self, _outcome: &Self::Outcome, _outlet: &dyn Outlet) {}
}

/// An operation that nobody is told of.
impl<F, T> Operation for F
where
    F: Fn(&Connection) -> Result<T, Fault> + Send + 'static,
    T: Send + 'static,
{
    type Outcome = T;

    fn apply(&self, db: &Connection) -> Result<T, Fault> {
        self(db)
    }
}

/// Why an operation cannot be carried out.
#[derive(Debug)]
pub(super) enum Fault {
    /// Somebody else committed first.
    Conflict,
    /// SQLite refused.
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

/// The writing thread, and the way to it.
pub(super) struct Writer {
    /// Nothing once it is being dropped.
    queue: Option<mpsc::Sender<Box<dyn Queued>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread on this connection.
    pub(super) fn start(db: Connection, outlet: Arc<dyn Outlet>) -> std::io::Result<Self> {
        let (sender, receiver) = mpsc::channel(WAITING);
        let thread = std::thread::Builder::new()
            .name("bellhop-writer".into())
            .spawn(move || run(&db, receiver, outlet.as_ref()))?;
        Ok(Self {
            queue: Some(sender),
            thread: Some(thread),
        })
    }

    /// Carries out an operation; it is committed and told when this returns.
    pub(super) fn write<O: Operation>(
        &self,
        operation: O,
    ) -> impl Future<Output = Result<O::Outcome, PortError>> + Send {
        let (answer, answered) = oneshot::channel();
        let ticket: Box<dyn Queued> = Box::new(Ticket {
            operation,
            outcome: Err(stopped()),
            answer,
        });
        self.wait(ticket, answered)
    }

    async fn wait<T>(
        &self,
        ticket: Box<dyn Queued>,
        answered: oneshot::Receiver<Result<T, PortError>>,
    ) -> Result<T, PortError> {
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue.send(ticket).await.map_err(|_| stopped())?;
        let lost = |_| PortError::Unknown("the writer stopped before it answered".into());
        answered.await.map_err(lost)?
    }
}

fn stopped() -> PortError {
    PortError::Failed("the database is closed for writing".into())
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        self.thread.take().into_iter().for_each(join);
    }
}

/// Waits for a thread to end, unless it is this one: what it tells may hold the last store.
pub(super) fn join(thread: JoinHandle<()>) {
    if thread.thread().id() == std::thread::current().id() {
        return;
    }
    if thread.join().is_err() {
        tracing::error!("a database thread panicked");
    }
}

/// What the error means to whoever asked, when nothing was written.
pub(super) fn failed(error: &rusqlite::Error) -> PortError {
    let text = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "the disk is full".to_owned(),
        Some(ErrorCode::ReadOnly) => "the database may not be written".to_owned(),
        Some(_) | None => error.to_string(),
    };
    PortError::Failed(text)
}

/// An operation in the queue, whatever its outcome is.
trait Queued: Send {
    fn apply(&mut self, db: &Connection) -> Result<(), Fault>;
    fn refuse(&mut self, error: &PortError);
    fn publish(&self, outlet: &dyn Outlet);
    fn answer(self: Box<Self>);
}

struct Ticket<O: Operation> {
    operation: O,
    outcome: Result<O::Outcome, PortError>,
    answer: oneshot::Sender<Result<O::Outcome, PortError>>,
}

impl<O: Operation> Queued for Ticket<O> {
    fn apply(&mut self, db: &Connection) -> Result<(), Fault> {
        self.outcome = Ok(self.operation.apply(db)?);
        Ok(())
    }

    fn refuse(&mut self, error: &PortError) {
        self.outcome = Err(error.clone());
    }

    fn publish(&self, outlet: &dyn Outlet) {
        if let Ok(outcome) = &self.outcome {
            self.operation.publish(outcome, outlet);
        }
    }

    fn answer(self: Box<Self>) {
        // Whoever asked may have gone.
        drop(self.answer.send(self.outcome));
    }
}

fn run(db: &Connection, mut queue: mpsc::Receiver<Box<dyn Queued>>, outlet: &dyn Outlet) {
    while let Some(first) = queue.blocking_recv() {
        for ticket in commit(db, first, &mut queue, outlet) {
            ticket.answer();
        }
    }
}

/// Commits the first operation with all that wait behind it, and tells of them.
fn commit(
    db: &Connection,
    mut first: Box<dyn Queued>,
    queue: &mut mpsc::Receiver<Box<dyn Queued>>,
    outlet: &dyn Outlet,
) -> Vec<Box<dyn Queued>> {
    if let Err(error) = execute(db, "BEGIN IMMEDIATE") {
        first.refuse(&refusal("begin", &error));
        return vec![first];
    }
    let started = Instant::now();
    let mut batch = Vec::new();
    let mut next = Some(first);
    while let Some(mut ticket) = next {
        let carried_out = carry_out(db, ticket.as_mut());
        batch.push(ticket);
        if let Err(error) = carried_out {
            return abandon(db, batch, &refusal("write", &error));
        }
        let full = batch.len() >= BATCH || started.elapsed() >= GATHERING;
        next = if full { None } else { queue.try_recv().ok() };
    }
    if let Err(error) = execute(db, "COMMIT") {
        return abandon(db, batch, &commit_refusal(&error));
    }
    for ticket in &batch {
        ticket.publish(outlet);
    }
    batch
}

/// Carries out one operation in its savepoint. An error is one that has undone the whole batch.
fn carry_out(db: &Connection, ticket: &mut dyn Queued) -> rusqlite::Result<()> {
    execute(db, "SAVEPOINT operation")?;
    match ticket.apply(db) {
        Ok(()) => return execute(db, "RELEASE operation"),
        // A full disk, for one, makes SQLite undo everything, savepoints and all.
        Err(Fault::Database(error)) if db.is_autocommit() => return Err(error),
        Err(Fault::Database(error)) => ticket.refuse(&refusal("write", &error)),
        Err(Fault::Conflict) => ticket.refuse(&PortError::Conflict),
    }
    execute(db, "ROLLBACK TO operation")?;
    execute(db, "RELEASE operation")
}

/// Undoes what there is of the batch and refuses all of it.
fn abandon(
    db: &Connection,
    mut batch: Vec<Box<dyn Queued>>,
    error: &PortError,
) -> Vec<Box<dyn Queued>> {
    if !db.is_autocommit()
        && let Err(error) = execute(db, "ROLLBACK")
    {
        tracing::error!(%error, "a transaction could not be rolled back");
    }
    for ticket in &mut batch {
        ticket.refuse(error);
    }
    batch
}

fn refusal(step: &str, error: &rusqlite::Error) -> PortError {
    tracing::error!(%error, step, "the database refused");
    failed(error)
}

/// What a failed COMMIT means: undone for certain only where SQLite says why before it writes.
fn commit_refusal(error: &rusqlite::Error) -> PortError {
    let refused = refusal("commit", error);
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull | ErrorCode::ReadOnly | ErrorCode::DatabaseBusy) => refused,
        Some(_) | None => PortError::Unknown(error.to_string()),
    }
}

fn execute(db: &Connection, sql: &str) -> rusqlite::Result<()> {
    db.prepare_cached(sql)?.execute([]).map(drop)
}
