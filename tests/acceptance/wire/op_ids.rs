//! `opID` on every request that changes something (SIGNALING §4): the first result again, nothing
//! caused again, from any device of the same user.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::team::Team;
use crate::raw::{Wire, refusal};

/// What asks and changes nothing that lasts.
const READERS: [&str; 13] = [
    "login",
    "logout",
    "getInvitation",
    "getCall",
    "getMessageList",
    "getConversationList",
    "getJoinedGroupList",
    "getGroupMemberList",
    "getUserProfile",
    "getBlacklist",
    "getUserStatus",
    "subscribeUserStatus",
    // Never stored: whoever receives it knows the repetition by its opID.
    "sendSignal",
];

/// Who of alice and bob asks what, one after the other.
fn story() -> Vec<(&'static str, &'static str, Value)> {
    let text = json!({"type": "text", "payload": {"text": "x"}});
    let mut to_bob = text.clone();
    to_bob["userID"] = json!("bob");
    let mut to_team = text;
    to_team["groupID"] = json!("team");
    let one = json!({"inviteID": "one"});
    let two = json!({"inviteID": "two"});
    let eve = json!({"groupID": "team", "userIDList": ["eve"]});
    let open = json!({"groupID": "open", "name": "Open", "joinOption": "free"});
    let dave = json!({"userIDList": ["dave"]});
    vec![
        (
            "alice",
            "invite",
            json!({"userID": "bob", "inviteID": "one"}),
        ),
        ("bob", "ringing", one.clone()),
        (
            "alice",
            "modifyInvitation",
            json!({"inviteID": "one", "data": "d"}),
        ),
        ("bob", "accept", one),
        ("alice", "hangUp", json!({"callID": "one"})),
        (
            "alice",
            "inviteInGroup",
            json!({"groupID": "team", "inviteeList": ["bob", "carol"],
            "inviteID": "two"}),
        ),
        ("bob", "reject", two.clone()),
        ("alice", "cancel", two),
        ("alice", "sendMessage", to_bob),
        ("bob", "sendMessage", to_team),
        (
            "bob",
            "setMessageRead",
            json!({"conversationID": "C2Calice"}),
        ),
        ("alice", "addGroupMember", eve.clone()),
        ("alice", "deleteGroupMember", eve),
        ("alice", "createGroup", open),
        ("bob", "joinGroup", json!({"groupID": "open"})),
        ("bob", "quitGroup", json!({"groupID": "team"})),
        ("alice", "dismissGroup", json!({"groupID": "team"})),
        ("alice", "updateMyProfile", json!({"nick": "Alice"})),
        ("bob", "addToBlacklist", dave.clone()),
        ("bob", "removeFromBlacklist", dave),
    ]
}

/// §4: each of them twice from the same device and once from the other one; and the same `opID` for
/// something else is 6017.
#[tokio::test]
async fn every_method_that_changes_something_is_repeated_by_its_op_id() {
    let mut team = Team::enter().await;
    let mut methods: BTreeSet<&str> = READERS.into();
    for (who, method, mut params) in story() {
        methods.insert(method);
        params["opID"] = json!(format!("op-{method}-{}", params["groupID"]));
        let [acting, _] = devices(&mut team, who);
        let first = lasting(acting.ask(method, params.clone()).await);
        team.eve.forget().await;
        team.forget().await;
        let [acting, other] = devices(&mut team, who);
        for wire in [&mut *acting, other] {
            let again = lasting(wire.ask(method, params.clone()).await);
            assert_eq!(again, first, "{method}");
        }
        let another = json!({"conversationID": "C2Czed", "opID": params["opID"]});
        let refused = acting.refused("setMessageRead", another).await;
        assert_eq!(refused, refusal(6017, "reused"), "{method}");
        team.hear_nothing().await;
    }
    assert_eq!(methods, crate::rules::methods());
}

fn devices<'a>(team: &'a mut Team, who: &str) -> [&'a mut Wire; 2] {
    if who == "alice" {
        [&mut team.a1, &mut team.a2]
    } else {
        [&mut team.b1, &mut team.b2]
    }
}

/// A result without the time that is left, which shrinks.
fn lasting(mut result: Value) -> Value {
    result.as_object_mut().unwrap().remove("remainingMs");
    result
}

/// §4: a request that changed nothing is remembered too: repeated after the member has quit, it is
/// answered as the first time and brings nobody back.
#[tokio::test]
async fn who_was_a_member_already_is_not_brought_back_by_a_repetition() {
    let mut team = Team::enter().await;
    let open = json!({"groupID": "open", "name": "Open", "joinOption": "free"});
    team.a1.ask("createGroup", open).await;
    let bob = json!({"groupID": "open", "userIDList": ["bob"]});
    team.a1.ask("addGroupMember", bob.clone()).await;
    let join = json!({"groupID": "open", "opID": "join"});
    let mut add = bob;
    add["opID"] = json!("add");
    assert_eq!(team.b1.ask("joinGroup", join.clone()).await, json!({}));
    assert_eq!(team.a1.ask("addGroupMember", add.clone()).await, json!({}));
    team.b1.ask("quitGroup", json!({"groupID": "open"})).await;
    team.forget().await;

    assert_eq!(team.b2.ask("joinGroup", join).await, json!({}));
    assert_eq!(team.a2.ask("addGroupMember", add.clone()).await, json!({}));
    team.hear_nothing().await;
    let list = team
        .a1
        .ask("getGroupMemberList", json!({"groupID": "open"}))
        .await;
    assert_eq!(
        list["memberList"],
        json!([{"userID": "alice", "role": "owner"}])
    );
    add["userIDList"] = json!(["carol"]);
    let refused = team.a1.refused("addGroupMember", add).await;
    assert_eq!(refused, refusal(6017, "reused"));
}

/// §4: an `opID` is each user's own, and a refusal is not remembered.
#[tokio::test]
async fn an_op_id_is_its_users_own_and_holds_for_successes() {
    let mut team = Team::enter().await;
    let dismiss = json!({"groupID": "team", "opID": "op"});
    let refused = team.b1.refused("dismissGroup", dismiss.clone()).await;
    assert_eq!(refused, refusal(10_007, "notOwner"));
    let quit = json!({"groupID": "team", "opID": "op"});
    team.b1.ask("quitGroup", quit).await;
    team.a1.ask("dismissGroup", dismiss.clone()).await;
    team.forget().await;
    assert_eq!(
        team.a2.ask("dismissGroup", dismiss.clone()).await,
        json!({})
    );
    let refused = team.carol.refused("dismissGroup", dismiss).await;
    assert_eq!(refused, refusal(10_010, "noSuchGroup"));
    team.hear_nothing().await;
}
