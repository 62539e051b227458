//! What can end a connection from outside: the server that goes down, or the fabric.

use std::future::pending;

use tokio::sync::watch;

use crate::ending::Ending;
use crate::hub::gone_down;

/// What can end a connection from outside.
pub(super) struct Endings {
    going_down: watch::Receiver<bool>,
    line: Option<watch::Receiver<Option<Ending>>>,
}

impl Endings {
    /// Those of a connection nobody has logged in on.
    pub(super) fn new(going_down: watch::Receiver<bool>) -> Self {
        Self {
            going_down,
            line: None,
        }
    }

    /// From here on, also what the fabric has to say.
    pub(super) fn attached(&mut self, line: watch::Receiver<Option<Ending>>) {
        self.line = Some(line);
    }

    /// Completes when the connection has to end.
    pub(super) async fn wait(&mut self) -> Ending {
        let line = async {
            match &mut self.line {
                None => pending().await,
                Some(line) => match line.wait_for(Option::is_some).await {
                    Ok(ending) => ending.unwrap_or(Ending::Gone),
                    Err(_) => Ending::Gone,
                },
            }
        };
        tokio::select! {
            biased;
            ending = line => ending,
            () = gone_down(&mut self.going_down) => Ending::GoingDown,
        }
    }

    /// Why the connection has to end, if it has to.
    pub(super) fn ended(&self) -> Option<Ending> {
        self.line.as_ref().and_then(|line| *line.borrow())
    }
}
