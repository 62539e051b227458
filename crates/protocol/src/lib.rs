//! What is said on Bellhop's wire: ids, time, requests, replies, events, error codes and the
//! JSON-RPC codec.
//!
//! Owns the shapes and names of `docs/PROTOCOL.md`; knows nothing of who decides, stores or sends.

pub mod call;
pub mod code;
pub mod event;
pub mod id;
pub mod invitation;
mod json;
pub mod message;
pub mod push;
pub mod request;
pub mod rpc;
pub mod signaling;
pub mod time;

pub use call::{Call, Party, Platform};
pub use code::{Code, Failure, Reason};
pub use event::Event;
pub use id::{
    CallId, ConversationId, DeviceId, GroupId, GroupName, HangUpReason, InvalidId, InviteId,
    MessageId, OpId, UserId,
};
pub use invitation::{Invitation, InvitationState, Invitee, InviteeState};
pub use message::{CallOutcome, CallSummary, Message, MessageType};
pub use push::OfflinePushInfo;
pub use request::Request;
pub use signaling::{ActionType, SignalingInfo};
pub use time::Timestamp;
