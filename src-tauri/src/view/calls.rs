//! Calls that ring, run and are over, as the screens show them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{GroupRefView, Manner, PeerView, PersonView};

/// Sound only, or with picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum MediaType {
    /// Sound only.
    Audio,
    /// Sound and picture.
    Video,
}

/// Which way a call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Direction {
    /// Somebody called this user.
    Incoming,
    /// This user called.
    Outgoing,
}

/// How a call, or an attempt at one, came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Ending {
    /// It was answered, and then somebody hung up.
    Answered,
    /// The callee declined.
    Rejected,
    /// The callee was in another call.
    Busy,
    /// The caller gave up.
    Cancelled,
    /// Nobody answered in time.
    TimedOut,
    /// This user answered on another device.
    AnsweredElsewhere,
    /// This user declined on another device.
    RejectedElsewhere,
    /// No device of the callee received it.
    Unreachable,
    /// The caller's device vanished while it rang.
    InviterGone,
    /// It could not be placed or kept.
    Failed,
}

/// One entry of the recent calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RecentView {
    /// The invitation it began with.
    #[serde(rename = "inviteID")]
    pub invite_id: String,
    /// The other person, or the group.
    pub with: PeerView,
    /// Which way it went.
    pub direction: Direction,
    /// How it ended; absent while it still rings or runs.
    pub ending: Option<Ending>,
    /// How long people talked, when they did.
    #[ts(type = "number | null")]
    pub duration_ms: Option<u64>,
    /// When it began, in milliseconds since 1970-01-01 UTC, on the server's clock.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// Sound or picture.
    pub media_type: MediaType,
    /// Whether this user missed it.
    pub missed: bool,
}

/// How it stands with somebody who is, or was, rung into a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RungView {
    /// The user ID.
    #[serde(rename = "userID")]
    pub user_id: String,
    /// The name shown.
    pub name: String,
    /// How it stands.
    pub state: RungState,
}

/// How it stands with somebody who is, or was, rung into a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum RungState {
    /// Invited; none of his devices has said that it rings.
    Pending,
    /// Invited, and none of his devices is connected.
    NotReachable,
    /// At least one of his devices rings.
    Ringing,
    /// In the call: he accepted, or the call is his.
    InCall,
    /// Declined.
    Rejected,
    /// Refused because of another call.
    Busy,
    /// The caller gave up ringing him.
    Cancelled,
    /// Left the group before he answered.
    LeftGroup,
    /// Did not answer in time.
    TimedOut,
    /// Was in the call, and left it.
    Left,
}

/// An invitation that waits for an answer on this device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RingView {
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: String,
    /// Who calls.
    #[serde(rename = "userID")]
    pub user_id: String,
    /// The caller's name.
    pub name: String,
    /// The group it is in; absent for one to one.
    pub group: Option<GroupRefView>,
    /// Who else is rung or in the call, without the caller and this user.
    pub others: Vec<RungView>,
    /// Sound or picture.
    pub media_type: MediaType,
    /// Time left until it times out; absent when it never does.
    #[ts(type = "number | null")]
    pub remaining_ms: Option<u64>,
    /// The whole time it rings; absent when it never times out.
    #[ts(type = "number | null")]
    pub timeout_ms: Option<u64>,
    /// How it reaches the person here.
    pub manner: Manner,
    /// The person asked for quiet; it still waits for an answer.
    pub silenced: bool,
    /// An answer has been sent and is not confirmed yet.
    pub answering: bool,
}

/// The call this device places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct OutgoingView {
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: String,
    /// The one who is called, or the group.
    pub with: PeerView,
    /// How it stands with each one who is rung, in the order of the invitation.
    pub people: Vec<RungView>,
    /// Sound or picture.
    pub media_type: MediaType,
    /// How far it has come with the one it has come farthest with.
    pub progress: Progress,
    /// Time left until it times out; absent until the server has it, or when it never does.
    #[ts(type = "number | null")]
    pub remaining_ms: Option<u64>,
    /// The whole time it rings; absent when it never times out.
    #[ts(type = "number | null")]
    pub timeout_ms: Option<u64>,
    /// Cancel has been asked for and is not confirmed yet.
    pub cancelling: bool,
}

/// How far an outgoing call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Progress {
    /// The server has not confirmed it yet.
    Calling,
    /// Sent; no device has said that it rings.
    Sent,
    /// At least one device rings.
    Ringing,
    /// No device of the callee is connected.
    NotReachable,
}

/// The call this device is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CallView {
    /// The call.
    #[serde(rename = "callID")]
    pub call_id: String,
    /// The other person, or the group. More people can be in a call that began one to one.
    pub with: PeerView,
    /// Everybody else who is in it, is rung into it or was: at least the other party.
    pub people: Vec<RungView>,
    /// This device's invitations into it that still ring somebody; each can be cancelled.
    #[serde(rename = "ringingInviteIDs")]
    pub ringing_invite_ids: Vec<String>,
    /// Sound or picture.
    pub media_type: MediaType,
    /// How long it has lasted.
    #[ts(type = "number")]
    pub elapsed_ms: u64,
    /// Hanging up has been asked for and is not confirmed yet.
    pub hanging_up: bool,
}

/// How the last call ended, in the words of its own ending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct EndedView {
    /// The invitation it began with.
    #[serde(rename = "inviteID")]
    pub invite_id: String,
    /// The other person, or the group.
    pub with: PeerView,
    /// Which way it went.
    pub direction: Direction,
    /// How it ended.
    pub ending: Ending,
    /// How long people talked, when they did.
    #[ts(type = "number | null")]
    pub duration_ms: Option<u64>,
    /// Sound or picture.
    pub media_type: MediaType,
    /// What the one who declined wrote, when he wrote something.
    pub reply: Option<String>,
}

/// A call in progress in a group of this user's that does not ring this device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct GroupCallView {
    /// The call.
    #[serde(rename = "callID")]
    pub call_id: String,
    /// The invitation it began with, as far as this device knows.
    #[serde(rename = "inviteID")]
    pub invite_id: String,
    /// Who began it.
    pub inviter: PersonView,
    /// Sound or picture.
    pub media_type: MediaType,
    /// Everybody who is in it, is rung into it or was, the inviter first, this user included.
    pub people: Vec<RungView>,
    /// What this device has to do with it.
    pub place: Place,
}

/// Where a group's call is, seen from this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Place {
    /// This device is in it, or places it.
    Here,
    /// Another device of this user is in it, or places it.
    Elsewhere,
    /// This user is not in it: others were invited, or he did not accept.
    Others,
}
