//! What a client asks: each method with its parameters, parsed once at the edge, and its result.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::event::UserStatus;
use crate::id::HangUpReason;
use crate::invitation::EndReason;
use crate::{
    Call, CallId, Code, ConversationId, DeviceId, Failure, Invitation, InviteId, Message,
    MessageType, OfflinePushInfo, OpId, Platform, Reason, UserId,
};

/// The longest ring, in seconds (SIGNALING §2).
pub const MAX_TIMEOUT_SECS: u32 = 86_400;
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
                [$($method),+].contains(&method)
            }

            /// The request that this method and these parameters make, or the reply that refuses it.
            pub fn parse(method: &str, params: Value) -> Result<Self, Failure> {
                match method {
                    $($method => {
                        // The snapshot's questions are bounded by the frame.
                        if $method != "login" {
                            check_length(method, &params)?;
                        }
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
    /// Ends one's own invitation.
    Cancel(Cancel) = "cancel",
    /// Answers an invitation with yes.
    Accept(Accept) = "accept",
    /// Answers an invitation with no.
    Reject(Reject) = "reject",
    /// Asks how an invitation stands.
    GetInvitation(ByInvite) = "getInvitation",
    /// Says that this device received an invitation and rings.
    Ringing(ByInvite) = "ringing",
    /// Leaves a call.
    HangUp(HangUp) = "hangUp",
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
    serde_json::from_value(params)
        .map_err(|e| Failure::bad_parameter(format!("Bad parameter of {method}: {e}.")))
}

fn check_length(method: &str, params: &Value) -> Result<(), Failure> {
    let length = strings_in(params);
    if length <= MAX_STRINGS {
        return Ok(());
    }
    let message = format!(
        "The strings of this {method} are {length} bytes together; {MAX_STRINGS} are allowed."
    );
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

/// How long an invitation rings: whole seconds from 0 (for ever) to 86 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct RingTime(u32);

impl RingTime {
    /// The whole time in seconds; 0 means for ever.
    pub const fn as_secs(self) -> u32 {
        self.0
    }

    /// The whole time, or nothing when it rings for ever.
    pub fn limit(self) -> Option<std::time::Duration> {
        (self.0 > 0).then(|| std::time::Duration::from_secs(self.0.into()))
    }
}

impl Default for RingTime {
    fn default() -> Self {
        Self(30)
    }
}

impl TryFrom<u32> for RingTime {
    type Error = &'static str;

    fn try_from(secs: u32) -> Result<Self, Self::Error> {
        if secs > MAX_TIMEOUT_SECS {
            return Err("timeout must be whole seconds from 0 to 86400");
        }
        Ok(Self(secs))
    }
}

impl From<RingTime> for u32 {
    fn from(time: RingTime) -> Self {
        time.0
    }
}

/// Parameters of `invite`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// Whom to ring.
    #[serde(rename = "userID")]
    pub user: UserId,
    /// Passed on byte for byte.
    #[serde(default)]
    pub data: String,
    /// How long it rings.
    #[serde(default)]
    pub timeout: RingTime,
    /// Whether it only reaches devices that are connected now.
    #[serde(rename = "onlineUserOnly", default)]
    pub online_user_only: bool,
    /// What to do when nobody is connected.
    #[serde(
        rename = "offlinePushInfo",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub offline_push_info: Option<Box<OfflinePushInfo>>,
    /// Its name; the server mints one when it is absent.
    #[serde(rename = "inviteID", default, skip_serializing_if = "Option::is_none")]
    pub invite_id: Option<InviteId>,
    /// The call it makes or joins; the `inviteID` when it is absent.
    #[serde(rename = "callID", default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<CallId>,
    /// Makes a repetition harmless.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

impl Invite {
    /// An invitation of this user with the defaults of the API: no data, 30 s, every device.
    pub fn to(user: UserId) -> Self {
        Self {
            user,
            data: String::new(),
            timeout: RingTime::default(),
            online_user_only: false,
            offline_push_info: None,
            invite_id: None,
            call_id: None,
            op_id: None,
        }
    }
}

/// Result of `invite`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invited {
    /// The invitation's name.
    #[serde(rename = "inviteID")]
    pub invite_id: InviteId,
    /// The message it left in the history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
    /// Time left, in milliseconds; absent when it rings for ever.
    #[serde(
        rename = "remainingMs",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub remaining_ms: Option<u64>,
}

macro_rules! answer {
    ($(#[$doc:meta])* $name:ident, $reason:ty) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            /// The invitation.
            #[serde(rename = "inviteID")]
            pub invite_id: InviteId,
            /// Passed on byte for byte.
            #[serde(default)]
            pub data: String,
            /// Why.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub reason: Option<$reason>,
            /// Makes a repetition harmless.
            #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
            pub op_id: Option<OpId>,
        }
    };
}

answer!(
    /// Parameters of `cancel`.
    Cancel,
    CancelReason
);
answer!(
    /// Parameters of `reject`.
    Reject,
    RejectReason
);

/// Parameters of `accept`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accept {
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: InviteId,
    /// Passed on byte for byte.
    #[serde(default)]
    pub data: String,
    /// Makes a repetition harmless.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

/// Why an inviter cancels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CancelReason {
    /// Both sides called at once.
    Glare,
}

impl From<CancelReason> for EndReason {
    fn from(reason: CancelReason) -> Self {
        match reason {
            CancelReason::Glare => Self::Glare,
        }
    }
}

/// Why an invitee rejects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RejectReason {
    /// In another call; it stays a missed call.
    Busy,
    /// Does not want to answer.
    Declined,
    /// Both sides called at once.
    Glare,
}

impl From<RejectReason> for EndReason {
    fn from(reason: RejectReason) -> Self {
        match reason {
            RejectReason::Busy => Self::Busy,
            RejectReason::Declined => Self::Declined,
            RejectReason::Glare => Self::Glare,
        }
    }
}

/// Result of `cancel`, `accept` and `reject`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: InviteId,
    /// The message it left in the history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
}

/// Parameters of `getInvitation` and `ringing`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByInvite {
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: InviteId,
    /// Makes a repetition harmless.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

/// Parameters of `getCall`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByCall {
    /// The call.
    #[serde(rename = "callID")]
    pub call_id: CallId,
}

/// Parameters of `hangUp`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HangUp {
    /// The call to leave.
    #[serde(rename = "callID")]
    pub call_id: CallId,
    /// Why, for the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<HangUpReason>,
    /// Makes a repetition harmless.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

/// Result of `hangUp`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HungUp {
    /// The call that was left.
    #[serde(rename = "callID")]
    pub call_id: CallId,
    /// How long it has lasted, in milliseconds.
    #[serde(rename = "durationMs")]
    pub duration_ms: u64,
}

/// Parameters of `sendMessage`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SendMessage {
    /// To whom.
    #[serde(rename = "userID")]
    pub user: UserId,
    /// The shape of the payload.
    #[serde(rename = "type")]
    pub kind: MessageType,
    /// What it says.
    pub payload: Value,
    /// Makes a repetition harmless.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

/// Result of `sendMessage`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    /// The message as it stands in the history.
    pub message: Message,
}

/// How many messages a page holds: 1 to 100, 20 by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct PageSize(u32);

impl PageSize {
    /// The number of messages.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(20)
    }
}

impl TryFrom<u32> for PageSize {
    type Error = &'static str;

    fn try_from(limit: u32) -> Result<Self, Self::Error> {
        if !(1..=100).contains(&limit) {
            return Err("limit must be from 1 to 100");
        }
        Ok(Self(limit))
    }
}

impl From<PageSize> for u32 {
    fn from(size: PageSize) -> Self {
        size.0
    }
}

/// Parameters of `getMessageList`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetMessageList {
    /// Of which conversation.
    #[serde(rename = "conversationID")]
    pub conversation_id: ConversationId,
    /// Only messages with a smaller `seq`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// At most so many.
    #[serde(default)]
    pub limit: PageSize,
}

/// Result of `getMessageList`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageList {
    /// Newest first.
    pub messages: Vec<Message>,
    /// Whether nothing older is left.
    #[serde(rename = "isCompleted")]
    pub is_completed: bool,
}

/// Parameters of `setMessageRead`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByConversation {
    /// Which conversation.
    #[serde(rename = "conversationID")]
    pub conversation_id: ConversationId,
    /// Makes a repetition harmless.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

/// One conversation of a user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// Its name, as this user says it.
    #[serde(rename = "conversationID")]
    pub conversation_id: ConversationId,
    /// Messages that count, after the read mark.
    #[serde(rename = "unreadCount")]
    pub unread_count: u64,
    /// The newest message that is shown as such.
    #[serde(rename = "lastMessage")]
    pub last_message: Option<Message>,
}

/// Result of `getConversationList`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConversationList {
    /// The one with the newest message first.
    pub conversations: Vec<Conversation>,
}

/// Parameters of `getUserStatus` and `subscribeUserStatus`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByUsers {
    /// Which users.
    #[serde(rename = "userIDList")]
    pub users: Vec<UserId>,
}

/// Result of `getUserStatus` and `subscribeUserStatus`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusList {
    /// One entry for each user asked about, in that order.
    #[serde(rename = "statusList")]
    pub status_list: Vec<UserStatus>,
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
