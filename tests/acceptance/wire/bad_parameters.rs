//! Every parameter of every method, missing and of every wrong type: a clear error each time, nothing
//! stored, and nobody told (SIGNALING §4, 6017).

use std::collections::BTreeSet;

use bellhop_server::{Rate, RateLimits};
use serde_json::{Map, Value, json};

use super::team::{self, Team};
use super::{messages, standing};
use crate::raw::{Wire, refusal};
use crate::server::TestServer;

/// A method, parameters that are good, and which of them must be there.
type Good = (&'static str, Value, &'static [&'static str]);

/// Good parameters of every method, none left out, about this invitation of the team.
fn good(id: &str) -> Vec<Good> {
    let push = json!({"title": "Call", "androidInfo": {}, "apnsInfo": {}});
    let inviting = json!({"userID": "bob", "inviteeList": ["bob"], "groupID": "team", "data": "",
        "timeout": 30, "onlineUserOnly": false, "offlinePushInfo": push, "inviteID": "new",
        "callID": "new", "opID": "op"});
    let about = json!({"inviteID": id, "data": "", "reason": "glare", "opID": "op"});
    let users = json!({"userIDList": ["bob"], "opID": "op"});
    let members = json!({"groupID": "team", "userIDList": ["eve"], "opID": "op"});
    let text = json!({"type": "text", "payload": {"text": "x"}, "opID": "op"});
    vec![
        (
            "invite",
            without(&inviting, &["inviteeList", "groupID"]),
            &["userID"],
        ),
        (
            "inviteInGroup",
            without(&inviting, &["userID"]),
            &["groupID", "inviteeList"],
        ),
        ("cancel", about.clone(), &["inviteID"]),
        ("accept", without(&about, &["reason"]), &["inviteID"]),
        ("reject", about.clone(), &["inviteID"]),
        (
            "modifyInvitation",
            without(&about, &["reason"]),
            &["inviteID", "data"],
        ),
        ("getInvitation", json!({"inviteID": id}), &["inviteID"]),
        (
            "ringing",
            without(&about, &["reason", "data"]),
            &["inviteID"],
        ),
        (
            "hangUp",
            json!({"callID": id, "reason": "lunch", "opID": "op"}),
            &["callID"],
        ),
        (
            "sendSignal",
            json!({"callID": id, "data": "x", "to": {"userID": "bob"}, "opID": "op"}),
            &["callID", "data"],
        ),
        ("getCall", json!({"callID": id}), &["callID"]),
        (
            "sendMessage",
            with(&text, "userID", "bob"),
            &["userID", "type", "payload"],
        ),
        (
            "sendMessage",
            with(&text, "groupID", "team"),
            &["groupID", "type", "payload"],
        ),
        (
            "getMessageList",
            json!({"conversationID": "C2Cbob", "before": 7, "limit": 7}),
            &["conversationID"],
        ),
        ("getConversationList", json!({}), &[]),
        (
            "setMessageRead",
            json!({"conversationID": "C2Cbob", "opID": "op"}),
            &["conversationID"],
        ),
        (
            "createGroup",
            json!({"groupID": "new", "name": "New", "memberList": ["bob"],
            "joinOption": "free", "opID": "op"}),
            &["name"],
        ),
        (
            "dismissGroup",
            without(&members, &["userIDList"]),
            &["groupID"],
        ),
        (
            "joinGroup",
            without(&members, &["userIDList"]),
            &["groupID"],
        ),
        (
            "quitGroup",
            without(&members, &["userIDList"]),
            &["groupID"],
        ),
        (
            "addGroupMember",
            members.clone(),
            &["groupID", "userIDList"],
        ),
        ("deleteGroupMember", members, &["groupID", "userIDList"]),
        ("getJoinedGroupList", json!({}), &[]),
        (
            "getGroupMemberList",
            json!({"groupID": "team"}),
            &["groupID"],
        ),
        (
            "updateMyProfile",
            json!({"nick": "A", "avatar": "https://x/a.png", "opID": "op"}),
            &[],
        ),
        (
            "getUserProfile",
            without(&users, &["opID"]),
            &["userIDList"],
        ),
        ("addToBlacklist", users.clone(), &["userIDList"]),
        ("removeFromBlacklist", users.clone(), &["userIDList"]),
        ("getBlacklist", json!({}), &[]),
        ("getUserStatus", without(&users, &["opID"]), &["userIDList"]),
        (
            "subscribeUserStatus",
            without(&users, &["opID"]),
            &["userIDList"],
        ),
        ("logout", json!({}), &[]),
        (
            "login",
            json!({"userID": "bob", "userSig": "x", "deviceID": "b9", "platform": "cli",
            "knownInvitations": []}),
            &["userID", "userSig", "deviceID", "platform"],
        ),
    ]
}

fn without(params: &Value, fields: &[&str]) -> Value {
    let mut fewer: Map<String, Value> = params.as_object().unwrap().clone();
    fewer.retain(|field, _| !fields.contains(&field.as_str()));
    fewer.into()
}

fn with(params: &Value, field: &str, value: &str) -> Value {
    let mut more = params.clone();
    more[field] = json!(value);
    more
}

/// What is not of the type of this value.
fn wrong(value: &Value) -> Vec<Value> {
    match value {
        Value::String(_) => vec![json!(7), json!(true), json!([]), json!(["bob"]), json!({})],
        Value::Number(_) => vec![json!("7"), json!(-1), json!(1.5), json!(true), json!([7])],
        Value::Bool(_) => vec![json!("true"), json!(1), json!([]), json!({})],
        Value::Array(_) => vec![
            json!("bob"),
            json!(7),
            json!({}),
            json!([7]),
            json!([null]),
            json!([["bob"]]),
            json!([""]),
            json!(["x".repeat(65)]),
        ],
        Value::Object(_) => vec![json!("x"), json!(7), json!(true), json!([]), json!(["bob"])],
        Value::Null => panic!("null is no good parameter"),
    }
}

/// The parameters with one thing wrong, in every way.
fn spoiled(params: &Value, required: &[&str]) -> Vec<Value> {
    let mut all = Vec::new();
    for (field, value) in params.as_object().unwrap() {
        let mut bad = wrong(value);
        if required.contains(&field.as_str()) {
            all.push(without(params, &[field]));
            bad.push(Value::Null);
        }
        for bad in bad {
            let mut changed = params.clone();
            changed[field] = bad;
            all.push(changed);
        }
    }
    all
}

/// All that can be seen of the team.
async fn everything(team: &mut Team, id: &str) -> Vec<Value> {
    let mut seen = vec![standing(&mut team.a1, id).await];
    for name in ["C2Cbob", "GROUPteam"] {
        seen.push(json!(messages(&mut team.a1, name).await));
    }
    for (method, params) in [
        ("getConversationList", json!({})),
        ("getJoinedGroupList", json!({})),
        ("getGroupMemberList", json!({"groupID": "team"})),
        ("getUserProfile", json!({"userIDList": ["alice", "bob"]})),
        ("getBlacklist", json!({})),
        ("getUserStatus", json!({"userIDList": ["alice", "bob"]})),
    ] {
        seen.push(team.a1.ask(method, params).await);
    }
    seen
}

/// §4, 6017: whatever parameter of whatever method is missing or ill-typed.
#[tokio::test]
async fn every_parameter_of_every_method_is_checked() {
    let plenty = Rate {
        per_second: 100_000,
        burst: 100_000,
    };
    let server = TestServer::with(|tuning| {
        tuning.rate_limits = RateLimits {
            invitations: plenty,
            others: plenty,
        };
    })
    .await;
    let mut team = Team::enter_at(server).await;
    let id = team::ring(&mut team.a1, json!({})).await;
    team.forget().await;
    let before = everything(&mut team, &id).await;
    let mut methods = BTreeSet::new();
    let mut accepted = Vec::new();
    for (method, params, required) in good(&id) {
        methods.insert(method);
        for bad in spoiled(&params, required) {
            let shown = bad.to_string();
            let mut stranger = Wire::open(&team.server.url()).await;
            let wire = if method == "login" {
                &mut stranger
            } else {
                &mut team.a1
            };
            let asked = wire.send(method, bad).await;
            let refused = wire.reply(asked).await;
            let told = refused.as_ref().err();
            let code = told.map(|it| (it["code"].as_i64(), it["data"]["reason"].as_str()));
            if code != Some((Some(6017), Some("badParameter"))) {
                accepted.push(format!("{method} {shown}: {refused:?}"));
            }
        }
    }
    assert!(accepted.is_empty(), "{}", accepted.join("\n"));
    assert_eq!(methods, crate::rules::methods());
    team.hear_nothing().await;
    assert_eq!(everything(&mut team, &id).await, before);
}

/// §4, 6017: both a user and a group, or neither, is nobody to write to.
#[tokio::test]
async fn a_message_is_for_one_user_or_one_group() {
    let mut team = Team::enter().await;
    let text = json!({"type": "text", "payload": {"text": "x"}});
    let both = with(&with(&text, "userID", "bob"), "groupID", "team");
    for params in [text, both] {
        let refused = team.a1.refused("sendMessage", params).await;
        assert_eq!(refused, refusal(6017, "badParameter"));
    }
    team.hear_nothing().await;
}
