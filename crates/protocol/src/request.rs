//! What a client asks: each method with its parameters, parsed once at the edge, and its result.

mod calls;
mod groups;
mod history;
mod people;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Call, Code, DeviceId, Failure, Invitation, InviteId, Platform, Reason, UserId};

pub use calls::{
    Accept, ByCall, ByInvite, Cancel, CancelReason, Done, HangUp, HungUp, Invite, InviteInGroup,
    Invited, MAX_SIGNAL, MAX_TIMEOUT_SECS, Modified, ModifyInvitation, Reject, RejectReason,
    RingTime, SendSignal, SignalTo,
};
pub use groups::{
    ByGroup, ChangeMembers, CreateGroup, CreatedGroup, GroupInfo, GroupList, GroupMember,
    GroupRole, JoinOption, MemberList,
};
pub use history::{
    ByConversation, Conversation, ConversationList, GetMessageList, MessageList, PageSize,
    Receiver, SendMessage, Sent,
};
pub use people::{
    Avatar, ByUsers, ChangeUsers, MyProfile, Nick, Profile, ProfileList, StatusList,
    UpdateMyProfile, UserList,
};

/// All strings of a request together, in bytes of UTF-8 (SIGNALING §4, 8001).
pub const MAX_STRINGS: usize = 12_288;

macro_rules! requests {
    ($($(#[$doc:meta])* $variant:ident($params:ty) = $method:literal,)+) => {
        /// A request, by its method on the wire.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Request {
            $($(#[$doc])* $variant($params),)+
        }

        impl Request {
            /// The names of all methods.
            pub const METHODS: &'static [&'static str] = &[$($method),+];

            /// The method's name on the wire.
            pub fn method(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $method,)+
                }
            }

            /// The parameters as they stand on the wire.
            pub fn params(&self) -> Value {
                let params = match self {
                    $(Self::$variant(params) => serde_json::to_value(params),)+
                };
                params.expect("parameters have string keys and serialize")
            }

            /// Whether there is a method of that name.
            pub fn knows(method: &str) -> bool {
                Self::METHODS.contains(&method)
            }

            /// The request that this method and these parameters make, or the reply that refuses it.
            pub fn parse(method: &str, params: Value) -> Result<Self, Failure> {
                match method {
                    $($method => {
                        check_length(method, &params)?;
                        parse(method, params).map(Self::$variant)
                    })+
                    _ => Err(unknown_method(method)),
                }
            }
        }
    };
}

requests! {
    /// Proves who speaks on this connection, and asks for the snapshot.
    Login(Login) = "login",
    /// Ends the connection's login.
    Logout(Nothing) = "logout",
    /// Rings one user.
    Invite(Invite) = "invite",
    /// Rings members of a group.
    InviteInGroup(InviteInGroup) = "inviteInGroup",
    /// Ends one's own invitation.
    Cancel(Cancel) = "cancel",
    /// Answers an invitation with yes.
    Accept(Accept) = "accept",
    /// Answers an invitation with no.
    Reject(Reject) = "reject",
    /// Changes the data of one's own live invitation.
    ModifyInvitation(ModifyInvitation) = "modifyInvitation",
    /// Asks how an invitation stands.
    GetInvitation(ByInvite) = "getInvitation",
    /// Says that this device received an invitation and rings.
    Ringing(ByInvite) = "ringing",
    /// Leaves a call.
    HangUp(HangUp) = "hangUp",
    /// Carries media negotiation to other parties of a call.
    SendSignal(SendSignal) = "sendSignal",
    /// Asks how a call stands.
    GetCall(ByCall) = "getCall",
    /// Writes an ordinary message.
    SendMessage(SendMessage) = "sendMessage",
    /// Reads a page of a conversation.
    GetMessageList(GetMessageList) = "getMessageList",
    /// Reads the list of conversations.
    GetConversationList(Nothing) = "getConversationList",
    /// Moves the read mark of a conversation to its end.
    SetMessageRead(ByConversation) = "setMessageRead",
    /// Makes a group.
    CreateGroup(CreateGroup) = "createGroup",
    /// Ends one's own group.
    DismissGroup(ByGroup) = "dismissGroup",
    /// Becomes a member of a group that is open to all.
    JoinGroup(ByGroup) = "joinGroup",
    /// Leaves a group.
    QuitGroup(ByGroup) = "quitGroup",
    /// Makes others members of a group.
    AddGroupMember(ChangeMembers) = "addGroupMember",
    /// Takes members out of one's own group.
    DeleteGroupMember(ChangeMembers) = "deleteGroupMember",
    /// Reads the groups one is a member of.
    GetJoinedGroupList(Nothing) = "getJoinedGroupList",
    /// Reads the members of a group.
    GetGroupMemberList(ByGroup) = "getGroupMemberList",
    /// Sets one's own name and picture.
    UpdateMyProfile(UpdateMyProfile) = "updateMyProfile",
    /// Reads names and pictures of others.
    GetUserProfile(ByUsers) = "getUserProfile",
    /// Blocks users.
    AddToBlacklist(ChangeUsers) = "addToBlacklist",
    /// Unblocks users.
    RemoveFromBlacklist(ChangeUsers) = "removeFromBlacklist",
    /// Reads whom one has blocked.
    GetBlacklist(Nothing) = "getBlacklist",
    /// Asks who can be reached.
    GetUserStatus(ByUsers) = "getUserStatus",
    /// Asks to be told who can be reached, from here on.
    SubscribeUserStatus(ByUsers) = "subscribeUserStatus",
}

fn unknown_method(method: &str) -> Failure {
    let shown: String = method.chars().take(64).collect();
    let message = format!("There is no method \"{shown}\". Check its spelling.");
    Failure::new(Code::MethodNotFound, Reason::NoSuchMethod, message)
}

fn parse<T: DeserializeOwned>(method: &str, params: Value) -> Result<T, Failure> {
    if !params.is_object() {
        return Err(Failure::bad_parameter(format!(
            "The params of {method} must be an object with named parameters."
        )));
    }
    serde_json::from_value(params).map_err(Failure::unreadable)
}

fn check_length(method: &str, params: &Value) -> Result<(), Failure> {
    let (length, allowed) = match method {
        // The snapshot's questions are bounded by the frame.
        "login" => return Ok(()),
        // Its ids are bounded by their types.
        "sendSignal" => (params.get("data").map_or(0, strings_in), MAX_SIGNAL),
        _ => (strings_in(params), MAX_STRINGS),
    };
    if length <= allowed {
        return Ok(());
    }
    let message =
        format!("The strings of this {method} are {length} bytes together; {allowed} are allowed.");
    Err(Failure::new(Code::TooLong, Reason::TooLong, message))
}

/// The bytes of all strings in a value together.
fn strings_in(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(strings_in).sum(),
        Value::Object(fields) => fields.values().map(strings_in).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// No parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nothing {}

/// Parameters of `login`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// Who logs in.
    #[serde(rename = "userID")]
    pub user: UserId,
    /// The signature that proves it.
    #[serde(rename = "userSig")]
    pub user_sig: String,
    /// On which device.
    #[serde(rename = "deviceID")]
    pub device: DeviceId,
    /// The kind of that device.
    pub platform: Platform,
    /// Invitations that the device believes live.
    #[serde(rename = "knownInvitations", default)]
    pub known_invitations: Vec<InviteId>,
}

/// Result of `login`: the snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedIn {
    /// Who is logged in.
    #[serde(rename = "userID")]
    pub user: UserId,
    /// The server's clock, in milliseconds since 1970-01-01 UTC.
    #[serde(rename = "serverTimeMs")]
    pub server_time: crate::Timestamp,
    /// How long a vanished inviter or party is waited for, in milliseconds.
    #[serde(rename = "graceMs")]
    pub grace_ms: u64,
    /// Invitations that are live, or in call.
    pub invitations: Vec<Invitation>,
    /// Known invitations that ended, and one-to-one ones that timed out while this device was away.
    pub ended: Vec<Invitation>,
    /// Calls the user is in.
    pub calls: Vec<Call>,
    /// Unread messages of all conversations together.
    #[serde(rename = "unreadTotal")]
    pub unread_total: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(method: &str, params: Value) -> Failure {
        Request::parse(method, params).unwrap_err()
    }

    /// §2: data "", timeout 30 and onlineUserOnly false unless said otherwise.
    #[test]
    fn what_is_wrong_with_an_id_that_a_person_types_is_said_in_a_sentence() {
        for (params, words) in [
            (
                json!({ "userID": "u".repeat(33), "data": "" }),
                "The user ID must be 1 to 32 bytes without control characters.",
            ),
            (json!({ "data": "" }), "Missing field `userID`."),
        ] {
            let refused = Request::parse("invite", params).unwrap_err();
            assert_eq!(
                (refused.code, refused.message.as_str()),
                (Code::BadParameter, words)
            );
        }
    }

    #[test]
    fn an_invite_has_the_defaults_of_the_api() {
        let Request::Invite(invite) = Request::parse("invite", json!({"userID": "bob"})).unwrap()
        else {
            panic!("another request");
        };
        assert_eq!(invite.data, "");
        assert_eq!(invite.timeout.as_secs(), 30);
        assert!(!invite.online_user_only);
    }

    /// §4, 6017: empty userID, negative, fractional, too long or ill-typed timeout, missing fields.
    #[test]
    fn bad_parameters_are_6017() {
        for params in [
            json!({}),
            json!([]),
            Value::Null,
            json!({"userID": ""}),
            json!({"userID": 7}),
            json!({"userID": "bob", "timeout": -1}),
            json!({"userID": "bob", "timeout": 1.5}),
            json!({"userID": "bob", "timeout": 30.0}),
            json!({"userID": "bob", "timeout": "30"}),
            json!({"userID": "bob", "timeout": 86_401}),
            json!({"userID": "bob", "data": {"a": 1}}),
        ] {
            assert_eq!(
                refused("invite", params.clone()).code,
                Code::BadParameter,
                "{params}"
            );
        }
        let known = json!({"inviteID": "x", "reason": "bored"});
        assert_eq!(refused("reject", known.clone()).code, Code::BadParameter);
        assert_eq!(
            refused("cancel", json!({"inviteID": "x", "reason": "busy"})).code,
            Code::BadParameter
        );
    }

    /// §4, 8001: 12 288 bytes of decoded strings pass, one more does not.
    #[test]
    fn strings_are_bounded_together() {
        let fill = MAX_STRINGS - "bob".len();
        let params = |n: usize| json!({"userID": "bob", "data": "\u{7}".repeat(n)});
        assert!(Request::parse("invite", params(fill)).is_ok());
        assert_eq!(refused("invite", params(fill + 1)).code, Code::TooLong);
    }

    /// §8, and §4, 8001: the data of a signal may be 48 KiB.
    #[test]
    fn a_signal_is_bounded_by_its_own_length() {
        let params = |n: usize| json!({"callID": "c", "data": "x".repeat(n)});
        assert!(Request::parse("sendSignal", params(MAX_SIGNAL)).is_ok());
        let over = refused("sendSignal", params(MAX_SIGNAL + 1));
        assert_eq!(over.code, Code::TooLong);
    }

    /// §5: a login may name many known invitations; only the frame bounds it.
    #[test]
    fn a_login_names_many_invitations() {
        let known: Vec<_> = (0..400).map(|n| format!("{n:064}")).collect();
        let params = json!({
            "userID": "bob", "userSig": "s", "deviceID": "d", "platform": "cli",
            "knownInvitations": known,
        });
        assert!(Request::parse("login", params).is_ok());
    }

    #[test]
    fn an_unknown_method_is_named_in_the_refusal() {
        let failure = refused("invitee", json!({}));
        assert_eq!(failure.code, Code::MethodNotFound);
        assert!(failure.message.contains("\"invitee\""));
    }

    #[test]
    fn what_is_serialized_parses_back() {
        let params = json!({"userID": "bob", "inviteID": "i", "timeout": 0, "opID": "o"});
        let request = Request::parse("invite", params).unwrap();
        assert_eq!(
            Request::parse(request.method(), request.params()).unwrap(),
            request
        );
    }
}
