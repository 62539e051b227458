//! A connection as a session sees it: frames in, frames out, and why it ends.
//!
//! Real ones are WebSockets; the simulation has its own.

use std::future::Future;

use crate::ending::Ending;

/// What came from the peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A text frame.
    Text(String),
    /// A ping or a pong.
    Sign,
    /// Something after which the connection ends.
    End(Ending),
}

/// An open connection to a client.
pub trait Wire: Send + 'static {
    /// What comes next. Nothing is lost when this is dropped before it is ready.
    fn hear(&mut self) -> impl Future<Output = Heard> + Send;

    /// Sends a text frame, and waits until the system took it.
    fn say(&mut self, frame: String) -> impl Future<Output = Result<(), Ending>> + Send;

    /// Asks the peer for a sign of life.
    fn ping(&mut self) -> impl Future<Output = Result<(), Ending>> + Send;

    /// Closes the connection and waits a moment for the peer to do the same.
    fn close(self, ending: Ending) -> impl Future<Output = ()> + Send;
}
