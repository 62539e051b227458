//! A user who answers by a script: the test contacts of the desktop app, and `bellhop agent`.

use std::time::Duration;

use bellhop_protocol::Failure;
use bellhop_protocol::request::RejectReason;

use crate::{Client, Config};

/// What an agent does with each call it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Accepts after `delay`, and hangs up that long after answering if `then_hang_up` says so.
    AnswerAfter {
        /// How long it lets the caller ring.
        delay: Duration,
        /// How long it stays in the call; nothing: until the caller hangs up.
        then_hang_up: Option<Duration>,
    },
    /// Rejects at once, with this reason.
    Reject {
        /// The reason that the caller is told.
        reason: RejectReason,
    },
    /// Rejects at once as busy, which leaves a missed call.
    Busy,
    /// Rings, and never answers.
    Silent,
    /// Rejects at once, and invites the caller when `after` has passed.
    CallBack {
        /// How long it waits before it calls.
        after: Duration,
    },
    /// Accepts at once, and hangs up when so much time has passed.
    HangUpAfter(Duration),
}

/// A user on a device of his own that behaves by a script, until dropped or stopped.
#[derive(Debug)]
pub struct Agent {
    client: Client,
    behaviour: Behaviour,
}

impl Agent {
    /// Connects and behaves, in the background.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(config: Config, behaviour: Behaviour) -> Self {
        let (client, _events) = Client::start(config);
        Self { client, behaviour }
    }

    /// What it does.
    pub fn behaviour(&self) -> &Behaviour {
        &self.behaviour
    }

    /// Its connection, to look at or to act through.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Waits until the connection has stopped for good, and tells why; nothing after a plain end.
    pub async fn stopped(&mut self) -> Option<Failure> {
        None
    }

    /// Logs out and ends.
    pub async fn stop(self) {
        self.client.close().await;
    }
}
