//! Calls that run: their parties, signals between them, and leaving (SIGNALING §8).

use bellhop_protocol::id::HangUpReason;
use bellhop_protocol::request::{ByCall, HangUp, HungUp, Nothing, SendSignal, SignalTo};
use bellhop_protocol::{Call, CallId, Request};

use super::Client;
use crate::pending::Pending;

impl Client {
    /// Leaves a call; when one party is left, this ends it.
    ///
    /// The outcome's `duration_ms` is in milliseconds. Refused with 8010 (`ended`, `unknown`).
    pub fn hang_up(&self, call_id: &CallId, reason: Option<HangUpReason>) -> Pending<HungUp> {
        self.ask(Request::HangUp(HangUp {
            call_id: call_id.clone(),
            reason,
            op_id: None,
        }))
    }

    /// Sends media negotiation to one party of a call, or to all others: at most 48 KiB of UTF-8,
    /// passed on byte for byte and never stored.
    ///
    /// Signals of a call arrive in the order of these calls, each told once. One that was not answered
    /// is repeated after a reconnect, but not after the call is over. Refused with 8001, 8010 (`ended`,
    /// `unknown`), 8011 (`notInCall`: this device, or the receiver).
    pub fn send_signal(
        &self,
        call_id: &CallId,
        to: Option<SignalTo>,
        data: &str,
    ) -> Pending<Nothing> {
        self.ask(Request::SendSignal(SendSignal {
            call_id: call_id.clone(),
            data: data.to_owned(),
            to,
            op_id: None,
        }))
    }

    /// How a call stands.
    ///
    /// Its `started_ms_ago` is in milliseconds. Refused with 8010 (`unknown`, `ended`).
    pub fn call(&self, call_id: &CallId) -> Pending<Call> {
        self.ask(Request::GetCall(ByCall {
            call_id: call_id.clone(),
        }))
    }
}
