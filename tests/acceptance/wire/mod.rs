//! The server seen through its socket alone, by docs/PROTOCOL.md and the rules of SIGNALING.
//!
//! Alice has the devices a1 and a2, bob b1 and b2; carol is logged in and has no part in anything.

mod admission;
mod answer;
mod bad_input;
mod bad_parameters;
mod blacklist;
mod call;
mod data;
mod end;
mod frames;
mod grace;
mod group_invitations;
mod group_rules;
mod groups;
mod invite;
mod login;
mod messages;
mod modify;
mod online_only;
mod op_ids;
mod people;
mod presence;
mod profiles;
mod push;
mod push_information;
mod random_group;
mod refusals;
mod repetition;
mod restart;
mod several_devices;
mod signals;
mod signatures;
mod snapshot;
mod team;

use serde_json::{Value, json};

use crate::raw::{Wire, fresh};
use crate::server::TestServer;

/// Everybody, logged in.
pub(crate) struct Cast {
    pub(crate) server: TestServer,
    pub(crate) a1: Wire,
    pub(crate) a2: Wire,
    pub(crate) b1: Wire,
    pub(crate) b2: Wire,
    pub(crate) carol: Wire,
}

impl Cast {
    /// Everybody on a server of their own.
    pub(crate) async fn enter() -> Self {
        Self::enter_at(TestServer::start().await).await
    }

    /// Everybody on this server.
    pub(crate) async fn enter_at(server: TestServer) -> Self {
        Self {
            a1: server.wire("alice", "a1").await,
            a2: server.wire("alice", "a2").await,
            b1: server.wire("bob", "b1").await,
            b2: server.wire("bob", "b2").await,
            carol: server.wire("carol", "c1").await,
            server,
        }
    }

    /// Everybody, with a ring of alice's (a1) that all have heard of.
    pub(crate) async fn with_ring(timeout: u32) -> (Self, String) {
        let mut cast = Self::enter().await;
        let id = ring(&mut cast.a1, json!({"timeout": timeout})).await;
        cast.forget().await;
        (cast, id)
    }

    /// Everybody, with a call between a1 and b1 that all have heard of.
    pub(crate) async fn with_call() -> (Self, String) {
        let (mut cast, id) = Self::with_ring(30).await;
        cast.b1.ask("accept", json!({"inviteID": id})).await;
        cast.forget().await;
        (cast, id)
    }

    /// All connections of those who take part.
    pub(crate) fn parts(&mut self) -> [&mut Wire; 4] {
        [&mut self.a1, &mut self.a2, &mut self.b1, &mut self.b2]
    }

    /// Throws away what everybody was told so far.
    pub(crate) async fn forget(&mut self) {
        for wire in self.parts() {
            wire.forget().await;
        }
        self.carol.hears_nothing().await;
    }

    /// Fails if anybody was told anything that no test has taken.
    pub(crate) async fn hear_nothing(&mut self) {
        for wire in self.parts() {
            wire.hears_nothing().await;
        }
        self.carol.hears_nothing().await;
    }

    /// Takes the message that each of these devices is told of, which must be the same for all.
    pub(crate) async fn hear_message(wires: &mut [&mut Wire]) -> Value {
        let mut told = Vec::new();
        for wire in wires {
            let mut message = wire.message().await;
            message.as_object_mut().unwrap().remove("conversationID");
            told.push(message);
        }
        let first = told[0].clone();
        assert!(told.iter().all(|message| *message == first), "{told:?}");
        first
    }
}

/// Rings bob with these parameters besides; tells the inviteID.
pub(crate) async fn ring(from: &mut Wire, besides: Value) -> String {
    let params = inviting(besides);
    let id = params["inviteID"].as_str().unwrap().to_owned();
    let result = from.ask("invite", params).await;
    assert_eq!(result["inviteID"], id.as_str());
    id
}

/// Parameters of an invitation to bob, with these besides.
pub(crate) fn inviting(besides: Value) -> Value {
    let mut params = json!({"userID": "bob", "inviteID": fresh()});
    let fields = params.as_object_mut().unwrap();
    fields.extend(besides.as_object().unwrap().clone());
    params
}

/// How the invitation stands, without the time that is left.
pub(crate) async fn standing(wire: &mut Wire, id: &str) -> Value {
    let mut invitation = wire.ask("getInvitation", json!({"inviteID": id})).await;
    invitation.as_object_mut().unwrap().remove("remainingMs");
    invitation
}

/// What bob's part in it has come to, and what the whole has.
pub(crate) async fn fate(wire: &mut Wire, id: &str) -> (String, String) {
    let invitation = standing(wire, id).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (
        text(&invitation["state"]),
        text(&invitation["invitees"][0]["state"]),
    )
}

/// The signaling body of a message.
pub(crate) fn body(message: &Value) -> Value {
    let data = message["payload"]["data"].as_str();
    let data = data.unwrap_or_else(|| panic!("no data: {message}"));
    serde_json::from_str(data).unwrap()
}

/// The messages of a conversation, newest first.
pub(crate) async fn messages(wire: &mut Wire, conversation: &str) -> Vec<Value> {
    let params = json!({"conversationID": conversation, "limit": 100});
    let page = wire.ask("getMessageList", params).await;
    assert_eq!(page["isCompleted"], true, "a test fits on one page");
    page["messages"].as_array().unwrap().clone()
}

/// What each message of a conversation records, oldest first: numbers of signaling actions.
pub(crate) async fn actions(wire: &mut Wire, conversation: &str) -> Vec<u64> {
    let messages = messages(wire, conversation).await;
    let oldest_first = messages.iter().rev();
    oldest_first
        .map(|message| body(message)["actionType"].as_u64().unwrap())
        .collect()
}

/// How many messages of a conversation count as unread.
pub(crate) async fn unread(wire: &mut Wire, conversation: &str) -> u64 {
    let list = wire.ask("getConversationList", json!({})).await;
    let conversations = list["conversations"].as_array().unwrap();
    let named = |c: &&Value| c["conversationID"] == conversation;
    let found = conversations.iter().find(named);
    found.map_or(0, |c| c["unreadCount"].as_u64().unwrap())
}
