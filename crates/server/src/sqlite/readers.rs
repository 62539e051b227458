//! The threads that read, each with a connection of its own that cannot write.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::OpenError;
use super::writer::{failed, join};
use crate::ports::PortError;

/// How many read at the same time.
const READERS: usize = 3;
/// How many reads may wait.
const WAITING: usize = 1024;

type Query = Box<dyn FnOnce(&Connection) + Send>;
type Queue = Arc<Mutex<mpsc::Receiver<Query>>>;

/// A few threads that take reads from one queue.
pub(super) struct Readers {
    /// Nothing once it is being dropped.
    queue: Option<mpsc::Sender<Query>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    /// Starts the threads on connections that `open` makes.
    pub(super) fn start(
        open: impl Fn() -> Result<Connection, OpenError>,
    ) -> Result<Self, OpenError> {
        let (sender, receiver) = mpsc::channel(WAITING);
        let queue = Arc::new(Mutex::new(receiver));
        let mut threads = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            let connection = open()?;
            let queue = queue.clone();
            threads.push(std::thread::spawn(move || run(&connection, &queue)));
        }
        Ok(Self {
            queue: Some(sender),
            threads,
        })
    }

    /// Carries out the query in one transaction, so that all it reads is of one moment.
    pub(super) fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> impl Future<Output = Result<T, PortError>> + Send {
        let (answer, answered) = oneshot::channel();
        let query: Query = Box::new(move |db| {
            let read = || {
                let transaction = db.unchecked_transaction()?;
                let found = query(&transaction)?;
                transaction.commit()?;
                Ok(found)
            };
            // Whoever asked may have gone.
            drop(answer.send(read().map_err(|e| failed(&e))));
        });
        self.wait(query, answered)
    }

    async fn wait<T>(
        &self,
        query: Query,
        answered: oneshot::Receiver<Result<T, PortError>>,
    ) -> Result<T, PortError> {
        let stopped = || PortError::Failed("the database is closed for reading".into());
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue.send(query).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.queue = None;
        self.threads.drain(..).for_each(join);
    }
}

fn run(db: &Connection, queue: &Queue) {
    loop {
        // A reader that panicked did so outside of the lock, or the queue is whole all the same.
        let next = queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .blocking_recv();
        match next {
            Some(query) => query(db),
            None => return,
        }
    }
}
