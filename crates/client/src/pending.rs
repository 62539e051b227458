//! The outcome of a request that is under way.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use bellhop_protocol::{Code, Failure, Reason};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::oneshot;

/// What a request will result in.
///
/// The request is on its way when the method that returns this returns; dropping it takes nothing
/// back, it only stops listening.
///
/// Fails with what the server refused (the codes of SIGNALING §4), and with 6012 `noReply` when
/// nothing came for 30 s: the state is unchanged as far as this device knows, and reconnects are
/// waited out meanwhile.
#[must_use = "it tells whether the request succeeded; drop it to say that this does not matter"]
pub struct Pending<T> {
    outcome: oneshot::Receiver<Result<Value, Failure>>,
    result: PhantomData<fn() -> T>,
}

impl<T> Pending<T> {
    pub(crate) fn new(outcome: oneshot::Receiver<Result<Value, Failure>>) -> Self {
        Self {
            outcome,
            result: PhantomData,
        }
    }
}

impl<T: DeserializeOwned> Future for Pending<T> {
    type Output = Result<T, Failure>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.outcome).poll(cx).map(|received| {
            let value = received.map_err(|_| closed())??;
            serde_json::from_value(value).map_err(|e| {
                let message = format!("The server's reply cannot be read: {e}.");
                Failure::new(Code::Internal, Reason::Unknown, message)
            })
        })
    }
}

/// What a request fails with after the client has ended.
pub(crate) fn closed() -> Failure {
    Failure::new(
        Code::NotLoggedIn,
        Reason::NotLoggedIn,
        "This client is closed. Start another one.",
    )
}
