//! People and groups, as the screens show them.

use serde::Serialize;
use ts_rs::TS;

use super::GroupCallView;

/// Somebody, by ID and by the name to show: from the address book, or else his own nick, or else the
/// ID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PersonView {
    /// The user ID.
    #[serde(rename = "userID")]
    pub user_id: String,
    /// The name shown.
    pub name: String,
}

/// A group, by ID and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct GroupRefView {
    /// The group ID.
    #[serde(rename = "groupID")]
    pub group_id: String,
    /// The name shown; the ID when this user is no member any more.
    pub name: String,
}

/// Whom a call or a conversation is with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[ts(export)]
pub enum PeerView {
    /// One other person.
    User(PersonView),
    /// The members of a group.
    Group(GroupRefView),
}

/// Somebody in the address book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ContactView {
    /// The user ID to call.
    #[serde(rename = "userID")]
    pub user_id: String,
    /// The name shown.
    pub name: String,
    /// Whether a call would ring now.
    pub presence: Presence,
    /// Whether this user has blocked him: his calls and messages do not arrive.
    pub blocked: bool,
    /// This device does not ring when he calls.
    pub muted: bool,
    /// For a built-in test contact, what it does when called ("Answers after 2 seconds").
    pub test: Option<String>,
}

/// Whether somebody can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Presence {
    /// Not known yet, or not visible to this user.
    Unknown,
    /// At least one device is connected.
    Online,
    /// No device is connected.
    Offline,
    /// Connected and in a call.
    InCall,
}

/// A group of which this user is a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct GroupView {
    /// The group ID.
    #[serde(rename = "groupID")]
    pub group_id: String,
    /// Its conversation.
    #[serde(rename = "conversationID")]
    pub conversation_id: String,
    /// The name shown.
    pub name: String,
    /// The user ID of its owner.
    pub owner: String,
    /// What this user may do in it.
    pub role: GroupRole,
    /// Who may become a member by himself.
    pub join_option: JoinOption,
    /// How many members it has, this user included.
    pub member_count: u32,
    /// The members in the order of joining, this user included; empty until they are known.
    pub members: Vec<MemberView>,
    /// Calls in progress in it, oldest first, that do not ring this device.
    pub calls: Vec<GroupCallView>,
}

/// What a member of a group may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum GroupRole {
    /// Dismiss the group and take members out, besides what every member may.
    Owner,
    /// Add others, write, call and leave.
    Member,
}

/// Who may become a member of a group by himself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum JoinOption {
    /// Nobody: a member has to add him.
    InviteOnly,
    /// Everybody.
    Free,
}

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MemberView {
    /// The user ID.
    #[serde(rename = "userID")]
    pub user_id: String,
    /// The name shown.
    pub name: String,
    /// What he may do.
    pub role: GroupRole,
    /// Whether a call would ring now.
    pub presence: Presence,
    /// Whether this user has blocked him.
    pub blocked: bool,
    /// Whether it is this user.
    pub own: bool,
}
