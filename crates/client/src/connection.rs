//! The one task that owns a handset and its socket: moves bytes, time and requests into the one and
//! what it says out of it.

use std::sync::Arc;

use bellhop_engine::handset::{ClientEvent, View};
use bellhop_protocol::{Failure, Request};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};

use crate::clock::Clock;
use crate::config::Config;

/// What a [`crate::Client`] wants of its connection.
#[derive(Debug)]
pub(crate) enum Order {
    /// To have this asked.
    Ask(Request, oneshot::Sender<Result<Value, Failure>>),
    /// To be closed.
    Close,
}

impl Order {
    /// Answers an order that nobody will carry out.
    pub(crate) fn refuse(self, failure: Failure) {
        match self {
            Self::Ask(_, reply) => {
                // Whoever stopped listening does not mind.
                reply.send(Err(failure)).ok();
            }
            Self::Close => {}
        }
    }
}

pub(crate) async fn run(
    _config: Config,
    _clock: Clock,
    mut orders: mpsc::Receiver<Order>,
    _events: mpsc::Sender<ClientEvent>,
    _view: watch::Sender<Arc<View>>,
) {
    while orders.recv().await.is_some() {}
}
