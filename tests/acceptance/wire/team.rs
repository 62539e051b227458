//! A group and everybody in and around it, for the tests of groups.

use serde_json::{Value, json};

use crate::raw::{Wire, fresh};
use crate::server::TestServer;

/// Alice (a1, a2), bob (b1, b2), carol (c1) and dave (d1) are the group "team", which alice owns;
/// eve (e1) is logged in and not in it.
pub(crate) struct Team {
    pub(crate) server: TestServer,
    pub(crate) a1: Wire,
    pub(crate) a2: Wire,
    pub(crate) b1: Wire,
    pub(crate) b2: Wire,
    pub(crate) carol: Wire,
    pub(crate) dave: Wire,
    pub(crate) eve: Wire,
}

impl Team {
    /// Everybody, on a server of their own.
    pub(crate) async fn enter() -> Self {
        Self::enter_at(TestServer::start().await).await
    }

    /// Everybody, on this server.
    pub(crate) async fn enter_at(server: TestServer) -> Self {
        let mut team = Self {
            a1: server.wire("alice", "a1").await,
            a2: server.wire("alice", "a2").await,
            b1: server.wire("bob", "b1").await,
            b2: server.wire("bob", "b2").await,
            carol: server.wire("carol", "c1").await,
            dave: server.wire("dave", "d1").await,
            eve: server.wire("eve", "e1").await,
            server,
        };
        let members = json!(["bob", "carol", "dave"]);
        let group = json!({"groupID": "team", "name": "The team", "memberList": members});
        team.a1.ask("createGroup", group).await;
        team.forget().await;
        team
    }

    /// Everybody, with a ring of alice's (a1) to bob and carol that all have heard of.
    pub(crate) async fn with_ring(timeout: u32) -> (Self, String) {
        let mut team = Self::enter().await;
        let id = ring(&mut team.a1, json!({"timeout": timeout})).await;
        team.forget().await;
        (team, id)
    }

    /// All connections of members but a1.
    pub(crate) fn others(&mut self) -> [&mut Wire; 5] {
        [
            &mut self.a2,
            &mut self.b1,
            &mut self.b2,
            &mut self.carol,
            &mut self.dave,
        ]
    }

    /// Throws away what the members were told so far; eve was told nothing.
    pub(crate) async fn forget(&mut self) {
        self.a1.forget().await;
        for wire in self.others() {
            wire.forget().await;
        }
        self.eve.hears_nothing().await;
    }

    /// Fails if anybody was told anything that no test has taken.
    pub(crate) async fn hear_nothing(&mut self) {
        self.a1.hears_nothing().await;
        for wire in self.others() {
            wire.hears_nothing().await;
        }
        self.eve.hears_nothing().await;
    }
}

/// Parameters of an invitation of bob and carol in the team, with these besides.
pub(crate) fn inviting(besides: Value) -> Value {
    let invitees = json!(["bob", "carol"]);
    let mut params = json!({"groupID": "team", "inviteeList": invitees, "inviteID": fresh()});
    let fields = params.as_object_mut().unwrap();
    fields.extend(besides.as_object().unwrap().clone());
    params
}

/// Rings bob and carol with these parameters besides; tells the inviteID.
pub(crate) async fn ring(from: &mut Wire, besides: Value) -> String {
    let params = inviting(besides);
    let id = params["inviteID"].as_str().unwrap().to_owned();
    let result = from.ask("inviteInGroup", params).await;
    assert_eq!(result["inviteID"], id.as_str());
    id
}

/// The state of each invitee, in the order of the list.
pub(crate) async fn states(wire: &mut Wire, id: &str) -> Vec<String> {
    let invitation = wire.ask("getInvitation", json!({"inviteID": id})).await;
    let invitees = invitation["invitees"].as_array().unwrap().iter();
    invitees
        .map(|it| it["state"].as_str().unwrap().to_owned())
        .collect()
}
