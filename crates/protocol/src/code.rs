//! Error codes and reasons of SIGNALING §4, and the failure a reply carries.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{InviteId, rpc};

/// The number of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "i64", try_from = "i64")]
pub enum Code {
    /// -32700: the frame is no JSON.
    ParseError,
    /// -32600: the frame is JSON, but no request.
    InvalidRequest,
    /// -32601: no method of that name.
    MethodNotFound,
    /// -32603: the server's own fault.
    Internal,
    /// 6012: no reply in time; the same request may be repeated.
    TimedOut,
    /// 6014: not logged in.
    NotLoggedIn,
    /// 6017: bad parameter.
    BadParameter,
    /// 6200: no network.
    NoNetwork,
    /// 6206: user signature expired, as the client sees it.
    SignatureExpiredAtClient,
    /// 6208: kicked by another login.
    Kicked,
    /// 7008: too many requests.
    TooManyRequests,
    /// 8001: too long.
    TooLong,
    /// 8010: unknown `inviteID`, or no longer pending.
    NotPending,
    /// 8011: no permission.
    NoPermission,
    /// 8012: an invitation that is known already.
    AlreadyKnown,
    /// 9508: disconnected.
    Disconnected,
    /// 10004: an invitee outside the group.
    InviteeNotInGroup,
    /// 10007: not a member of the group.
    NotInGroup,
    /// 10010: no such group.
    NoSuchGroup,
    /// 20003: no such user.
    NoSuchUser,
    /// 20007: blocked by the receiver.
    Blocked,
    /// 70001: user signature expired.
    SignatureExpired,
    /// 70003: user signature is not valid.
    SignatureInvalid,
    /// 70013: user signature of another identifier.
    SignatureOfAnotherUser,
    /// 70014: user signature of another application.
    SignatureOfAnotherApp,
}

const NUMBERS: [(Code, i64); 25] = [
    (Code::ParseError, -32700),
    (Code::InvalidRequest, -32600),
    (Code::MethodNotFound, -32601),
    (Code::Internal, -32603),
    (Code::TimedOut, 6012),
    (Code::NotLoggedIn, 6014),
    (Code::BadParameter, 6017),
    (Code::NoNetwork, 6200),
    (Code::SignatureExpiredAtClient, 6206),
    (Code::Kicked, 6208),
    (Code::TooManyRequests, 7008),
    (Code::TooLong, 8001),
    (Code::NotPending, 8010),
    (Code::NoPermission, 8011),
    (Code::AlreadyKnown, 8012),
    (Code::Disconnected, 9508),
    (Code::InviteeNotInGroup, 10004),
    (Code::NotInGroup, 10007),
    (Code::NoSuchGroup, 10010),
    (Code::NoSuchUser, 20003),
    (Code::Blocked, 20007),
    (Code::SignatureExpired, 70001),
    (Code::SignatureInvalid, 70003),
    (Code::SignatureOfAnotherUser, 70013),
    (Code::SignatureOfAnotherApp, 70014),
];

impl Code {
    /// The number on the wire.
    pub fn number(self) -> i64 {
        NUMBERS
            .iter()
            .find(|(code, _)| *code == self)
            .expect("every code is in the table")
            .1
    }
}

impl From<Code> for i64 {
    fn from(code: Code) -> Self {
        code.number()
    }
}

impl TryFrom<i64> for Code {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, String> {
        NUMBERS
            .iter()
            .find(|(_, n)| *n == number)
            .map(|(code, _)| *code)
            .ok_or_else(|| format!("{number} is no error code of this protocol"))
    }
}

/// The machine-readable half of an error.
///
/// The first seven say why an invitation is no longer pending (8010).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    /// Never heard of, or not for this user.
    Unknown,
    /// Accepted: by this device, or by the invitee for whoever else asks.
    Accepted,
    /// Accepted on another device of the same user.
    AcceptedElsewhere,
    /// Rejected: by this device, or by the invitee for whoever else asks.
    Rejected,
    /// Rejected on another device of the same user.
    RejectedElsewhere,
    /// Cancelled by the inviter.
    Cancelled,
    /// Its deadline has passed.
    TimedOut,
    /// The call is over.
    Ended,
    /// A parameter is missing, ill-typed or out of range.
    BadParameter,
    /// An `opID` or `inviteID` that was used with other parameters.
    Reused,
    /// Not supported for an online-only invitation.
    OnlineUserOnly,
    /// Longer than allowed.
    TooLong,
    /// Not the inviter.
    NotInviter,
    /// Not an invitee.
    NotInvitee,
    /// The `inviteID` belongs to somebody else.
    NotYours,
    /// Not a party of the call.
    NotInCall,
    /// Not logged in.
    NotLoggedIn,
    /// Logged in already on this connection.
    AlreadyLoggedIn,
    /// No such user.
    NoSuchUser,
    /// Blocked by the receiver.
    Blocked,
    /// Not a member of the group.
    NotInGroup,
    /// Not the owner of the group.
    NotOwner,
    /// The group is not open to all.
    InviteOnly,
    /// The group's id is in use.
    Taken,
    /// No such group.
    NoSuchGroup,
    /// Too many requests.
    TooManyRequests,
    /// The signature has expired.
    SignatureExpired,
    /// The signature is malformed or forged.
    SignatureInvalid,
    /// The signature is of another user.
    SignatureOfAnotherUser,
    /// The signature is of another application.
    SignatureOfAnotherApp,
    /// Another login with the same `deviceID`, or one device too many.
    Kicked,
    /// Known already.
    AlreadyKnown,
    /// The frame is no JSON.
    NotJson,
    /// The frame is no JSON-RPC 2.0 request.
    NotARequest,
    /// No such method.
    NoSuchMethod,
    /// Not connected.
    Disconnected,
    /// No reply in time.
    NoReply,
    /// The server cannot do it just now; the same request may be repeated.
    TryAgain,
}

/// What a refused request is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message} ({})", code.number())]
pub struct Failure {
    /// The number.
    pub code: Code,
    /// A sentence that a person can act on.
    pub message: String,
    /// The machine-readable part.
    pub data: FailureData,
}

/// The machine-readable part of a [`Failure`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureData {
    /// Why.
    pub reason: Reason,
    /// The invitation it is about.
    #[serde(rename = "inviteID", default, skip_serializing_if = "Option::is_none")]
    pub invite_id: Option<InviteId>,
    /// With 7008, how long to wait, in milliseconds.
    #[serde(
        rename = "retryAfterMs",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub retry_after_ms: Option<u64>,
}

impl Failure {
    /// A failure that names no invitation.
    pub fn new(code: Code, reason: Reason, message: impl Into<String>) -> Self {
        let data = FailureData {
            reason,
            invite_id: None,
            retry_after_ms: None,
        };
        Self {
            code,
            message: message.into(),
            data,
        }
    }

    /// The same, about this invitation.
    pub fn about(mut self, invite_id: InviteId) -> Self {
        self.data.invite_id = Some(invite_id);
        self
    }

    /// 6017 with a sentence that says which parameter and what it must be.
    pub fn bad_parameter(message: impl Into<String>) -> Self {
        Self::new(Code::BadParameter, Reason::BadParameter, message)
    }

    /// 6017 with what a parser said of a parameter, as a sentence: people type some of them.
    pub fn unreadable(error: impl fmt::Display) -> Self {
        let words = format!("{error}.");
        let mut letters = words.chars();
        Self::bad_parameter(match letters.next() {
            Some(first) => first.to_uppercase().chain(letters).collect(),
            None => words,
        })
    }

    /// The failure an error object of a reply stands for; codes of other servers become -32603.
    pub fn from_rpc(error: rpc::ErrorObject) -> Self {
        let code = Code::try_from(error.code).unwrap_or(Code::Internal);
        let data = serde_json::from_value(error.data).unwrap_or(FailureData {
            reason: Reason::Unknown,
            invite_id: None,
            retry_after_ms: None,
        });
        Self {
            code,
            message: error.message,
            data,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_one_code() {
        for (code, number) in NUMBERS {
            assert_eq!(code.number(), number);
            assert_eq!(Code::try_from(number), Ok(code));
        }
        assert!(Code::try_from(1).is_err());
    }

    #[test]
    fn reasons_are_spelled_as_in_the_specification() {
        let spelled = serde_json::to_string(&[
            Reason::Unknown,
            Reason::AcceptedElsewhere,
            Reason::RejectedElsewhere,
            Reason::TimedOut,
        ]);
        assert_eq!(
            spelled.unwrap(),
            r#"["unknown","acceptedElsewhere","rejectedElsewhere","timedOut"]"#
        );
    }
}
