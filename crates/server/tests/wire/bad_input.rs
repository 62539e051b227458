//! Bad input gets the error or the close code of PROTOCOL.md, and changes nothing.

use std::collections::BTreeSet;
use std::time::Duration;

use bellhop_protocol::Request;
use bellhop_server::{Credentials, Data, Rate, user_sig, wall_time};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::peer::{Host, host, host_tuned, host_with, refusal};

#[tokio::test]
async fn malformed_json_is_a_parse_error_and_the_connection_stays() {
    let host = host().await;
    let mut peer = host.stranger().await;
    peer.send("{").await;
    let reply = peer.frame().await;
    assert_eq!(refusal(&reply).0, -32700);
    assert_eq!(reply["id"], Value::Null);
    peer.send("[]").await;
    assert_eq!(refusal(&peer.frame().await).0, -32600);
    peer.send(r#"{"jsonrpc":"2.0","id":"a","method":7}"#).await;
    let reply = peer.frame().await;
    assert_eq!((refusal(&reply).0, &reply["id"]), (-32600, &json!("a")));
}

#[tokio::test]
async fn the_method_is_checked_before_the_login_and_the_login_before_the_parameters() {
    let host = host().await;
    let mut peer = host.stranger().await;
    assert_eq!(peer.refused("ring", json!({})).await.0, -32601);
    assert_eq!(peer.refused("invite", json!({})).await.0, 6014);
    assert_eq!(peer.refused("logout", json!({})).await.0, 6014);
    assert_eq!(peer.refused("login", json!({})).await.0, 6017);
    let mut peer = host.device("alice", "a1").await;
    assert_eq!(peer.refused("ring", json!({})).await.0, -32601);
    assert_eq!(peer.refused("invite", json!({})).await.0, 6017);
    let again = json!({
        "userID": "alice", "userSig": host.sig("alice"), "deviceID": "a1", "platform": "cli",
    });
    let refused = peer.refused("login", again).await;
    assert_eq!(refused, (6017, "alreadyLoggedIn".to_owned()));
}

#[tokio::test]
async fn a_request_without_id_is_carried_out_and_not_answered() {
    let host = host().await;
    let mut alice = host.device("alice", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    let call = r#"{"jsonrpc":"2.0","method":"invite","params":{"userID":"bob","inviteID":"i"}}"#;
    alice.send(call).await;
    assert_eq!(bob.hears("newInvitationReceived").await["inviteID"], "i");
    assert!(alice.heard().await.is_empty());
}

/// §2: nothing in a request body can speak for somebody else.
#[tokio::test]
async fn a_forged_inviter_is_ignored() {
    let host = host().await;
    let mut alice = host.device("alice", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    let forged = json!({"userID": "bob", "inviter": "carol", "from": "carol", "deviceID": "x"});
    alice.get("invite", forged).await;
    assert_eq!(bob.hears("newInvitationReceived").await["inviter"], "alice");
}

async fn login_with(host: &Host, user: &str, sig: &str) -> i64 {
    let params = json!({"userID": user, "userSig": sig, "deviceID": "d", "platform": "cli"});
    host.stranger().await.refused("login", params).await.0
}

#[tokio::test]
async fn a_signature_that_is_wrong_expired_or_of_another_logs_nobody_in() {
    let host = host().await;
    let alice = "alice".parse().unwrap();
    let sign = |credentials: &Credentials, made, secs| {
        user_sig::sign(credentials, &alice, made, Duration::from_secs(secs))
    };
    let ago = |secs| wall_time().before(Duration::from_secs(secs));
    let good = sign(&host.credentials, wall_time(), 60);
    let expired = sign(&host.credentials, ago(61), 60);
    let ahead = sign(
        &host.credentials,
        wall_time().after(Duration::from_secs(400)),
        60,
    );
    let forger = Credentials {
        app_id: host.credentials.app_id,
        ..Credentials::random()
    };
    let forged = sign(&forger, wall_time(), 60);
    let other_app = Credentials {
        app_id: 2.try_into().unwrap(),
        ..host.credentials.clone()
    };
    let other_app = sign(&other_app, wall_time(), 60);
    assert_eq!(login_with(&host, "alice", "nonsense").await, 70003);
    assert_eq!(login_with(&host, "alice", &forged).await, 70003);
    assert_eq!(login_with(&host, "alice", &ahead).await, 70003);
    assert_eq!(login_with(&host, "alice", &expired).await, 70001);
    assert_eq!(login_with(&host, "bob", &good).await, 70013);
    assert_eq!(login_with(&host, "alice", &other_app).await, 70014);

    // None of them has made an account.
    let mut carol = host.device("carol", "c1").await;
    let refused = carol.refused("invite", json!({"userID": "alice"})).await;
    assert_eq!(refused, (20003, "noSuchUser".to_owned()));
}

#[tokio::test]
async fn five_failed_logins_close_the_socket() {
    let host = host().await;
    let mut peer = host.stranger().await;
    for _ in 0..4 {
        peer.refused("login", json!({})).await;
    }
    assert_eq!(peer.refused("getUserStatus", json!({})).await.0, 6014);
    peer.post("login", json!({})).await;
    assert_eq!(refusal(&peer.frame().await).0, 6017);
    assert_eq!(peer.closed().await.0, 4007);
}

#[tokio::test]
async fn a_frame_over_80_kib_closes_the_socket() {
    let host = host().await;
    let mut peer = host.stranger().await;
    let padding = " ".repeat(80 * 1024 - 2);
    peer.send(format!("{{{padding}}}")).await;
    assert_eq!(refusal(&peer.frame().await).0, -32600);
    peer.send(format!("{{ {padding}}}")).await;
    assert_eq!(peer.closed().await.0, 1009);

    let mut peer = host.stranger().await;
    peer.send("a".repeat(1_000_000)).await;
    assert_eq!(peer.closed().await.0, 1009);
}

#[tokio::test]
async fn a_binary_frame_closes_the_socket() {
    let host = host().await;
    let mut peer = host.stranger().await;
    peer.send(Message::Binary(b"{}"[..].into())).await;
    assert_eq!(peer.closed().await.0, 1003);
}

#[tokio::test]
async fn a_connection_without_a_login_is_closed() {
    assert_eq!(bellhop_server::Tuning::default().login_within.as_secs(), 10);
    let host = host_tuned(|it| it.login_within = Duration::from_millis(50)).await;
    assert_eq!(host.stranger().await.closed().await.0, 4000);
}

#[tokio::test]
async fn a_peer_that_answers_no_ping_is_closed() {
    let host = host_tuned(|it| {
        it.ping_every = Duration::from_millis(20);
        it.silent_after = Duration::from_millis(45);
    })
    .await;
    let raw = tokio::net::TcpStream::connect(host.server.local_addr())
        .await
        .unwrap();
    let code = crate::http::close_code_of_a_silent_client(raw).await;
    assert_eq!(code, 4004);
}

#[tokio::test]
async fn the_65th_unanswered_request_closes_the_socket() {
    // On a disk, so that an invitation takes longer than its frame.
    let folder = tempfile::tempdir().unwrap();
    let data = Data::Dir(folder.path().to_owned());
    let host = host_with(data, Credentials::random(), |_| {}).await;
    host.device("bob", "b1").await;
    let mut alice = host.device("alice", "a1").await;
    let invite = |n: u32| {
        let params = json!({"userID": "bob"});
        let call = json!({"jsonrpc": "2.0", "id": n, "method": "invite", "params": params});
        Message::text(call.to_string())
    };
    alice.send_all_at_once((0..100).map(invite).collect()).await;
    assert_eq!(alice.closed().await.0, 4001);
}

#[tokio::test]
async fn too_many_requests_are_7008_and_say_how_long_to_wait() {
    let host = host_tuned(|it| {
        it.rate_limits.invitations = Rate {
            per_second: 1,
            burst: 2,
        };
    })
    .await;
    host.device("bob", "b1").await;
    let mut alice = host.device("alice", "a1").await;
    let mut other = host.device("alice", "a2").await;
    let invite = json!({"userID": "bob", "inviteID": "one"});
    alice.get("invite", json!({"userID": "bob"})).await;
    other.get("invite", json!({"userID": "bob"})).await;
    let reply = alice.ask("invite", invite).await;
    assert_eq!(refusal(&reply).0, 7008);
    let wait = reply["error"]["data"]["retryAfterMs"].as_u64().unwrap();
    assert!((1..=1000).contains(&wait), "{wait}");
    alice.get("getConversationList", json!({})).await;
}

/// §4: whatever a user sends counts, be it readable or not.
#[tokio::test]
async fn frames_that_mean_nothing_count_towards_7008_too() {
    for nonsense in ["{", "[]", r#"{"jsonrpc":"2.0","id":1,"method":"ring"}"#] {
        let host = host_tuned(|it| {
            it.rate_limits.others = Rate {
                per_second: 1,
                burst: 2,
            };
        })
        .await;
        let mut alice = host.device("alice", "a1").await;
        for expected in [false, false, true] {
            alice.send(nonsense).await;
            let is_too_many = refusal(&alice.frame().await).0 == 7008;
            assert_eq!(is_too_many, expected, "{nonsense}");
        }
        let refused = alice.refused("invite", json!({"userID": "bob"})).await;
        assert_eq!(refused.0, 20003, "{nonsense}");
    }
}

/// §4, 8001.
#[tokio::test]
async fn a_request_with_too_much_text_is_8001() {
    let host = host().await;
    let mut alice = host.device("alice", "a1").await;
    let params = json!({"userID": "bob", "data": "x".repeat(12_289)});
    assert_eq!(alice.refused("invite", params).await.0, 8001);
}

#[tokio::test]
async fn a_login_ends_when_its_signature_expires() {
    let host = host().await;
    let mut peer = host.stranger().await;
    let brief = user_sig::sign(
        &host.credentials,
        &"alice".parse().unwrap(),
        wall_time(),
        Duration::from_secs(1),
    );
    let params = json!({"userID": "alice", "userSig": brief, "deviceID": "d", "platform": "cli"});
    peer.post("login", params).await;
    // It may be over before the login came: within a second.
    let reply = peer.frame().await;
    if reply.get("error").is_none() {
        assert_eq!(peer.closed().await.0, 4006);
    } else {
        assert_eq!(refusal(&reply).0, 70001);
    }
}

/// Parameters of each method as they may be, but of the two that log in and out.
fn good() -> Vec<(&'static str, Value)> {
    let by_invite = json!({"inviteID": "i", "opID": "o"});
    let answer = json!({"inviteID": "i", "data": "", "reason": "glare", "opID": "o"});
    let ring = json!({
        "data": "", "timeout": 30, "onlineUserOnly": false, "offlinePushInfo": {"title": "t"},
        "inviteID": "i", "callID": "c", "opID": "o",
    });
    let with = |mut more: Value, names: Value| {
        let fields = names.as_object().unwrap().clone();
        more.as_object_mut().unwrap().extend(fields);
        more
    };
    let group = json!({"groupID": "team", "opID": "o"});
    let members = json!({"groupID": "team", "userIDList": ["bob"], "opID": "o"});
    let users = json!({"userIDList": ["bob"]});
    let blocked = json!({"userIDList": ["bob"], "opID": "o"});
    let text = json!({"type": "text", "payload": {"text": "hi"}, "opID": "o"});
    let to = json!({"userID": "bob", "deviceID": "b1"});
    vec![
        ("invite", with(ring.clone(), json!({"userID": "bob"}))),
        (
            "inviteInGroup",
            with(ring, json!({"groupID": "team", "inviteeList": ["bob"]})),
        ),
        ("cancel", answer.clone()),
        ("accept", json!({"inviteID": "i", "data": "", "opID": "o"})),
        ("reject", answer),
        (
            "modifyInvitation",
            json!({"inviteID": "i", "data": "", "opID": "o"}),
        ),
        ("getInvitation", by_invite.clone()),
        ("ringing", by_invite),
        (
            "hangUp",
            json!({"callID": "c", "reason": "bye", "opID": "o"}),
        ),
        (
            "sendSignal",
            json!({"callID": "c", "data": "", "to": to, "opID": "o"}),
        ),
        ("getCall", json!({"callID": "c"})),
        ("sendMessage", with(text.clone(), json!({"userID": "bob"}))),
        ("sendMessage", with(text, json!({"groupID": "team"}))),
        (
            "getMessageList",
            json!({"conversationID": "C2Cbob", "before": 7, "limit": 20}),
        ),
        ("getConversationList", json!({})),
        (
            "setMessageRead",
            json!({"conversationID": "C2Cbob", "opID": "o"}),
        ),
        (
            "createGroup",
            json!({
                "groupID": "team", "name": "Team", "memberList": ["bob"], "joinOption": "free",
                "opID": "o",
            }),
        ),
        ("dismissGroup", group.clone()),
        ("joinGroup", group.clone()),
        ("quitGroup", group.clone()),
        ("addGroupMember", members.clone()),
        ("deleteGroupMember", members),
        ("getJoinedGroupList", json!({})),
        ("getGroupMemberList", group),
        (
            "updateMyProfile",
            json!({"nick": "Al", "avatar": "", "opID": "o"}),
        ),
        ("getUserProfile", users.clone()),
        ("addToBlacklist", blocked.clone()),
        ("removeFromBlacklist", blocked),
        ("getBlacklist", json!({})),
        ("getUserStatus", users.clone()),
        ("subscribeUserStatus", users),
    ]
}

/// §4, 6017 and 6014: no method takes parameters that are none, or of another type, and none does
/// anything for a stranger; nothing is stored and nobody is told.
#[tokio::test]
async fn every_method_refuses_strangers_and_ill_typed_parameters() {
    let host = host_tuned(|it| it.rate_limits.others.burst = 10_000).await;
    let mut stranger = host.stranger().await;
    let mut alice = host.device("alice", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    let known: BTreeSet<&str> = good().into_iter().map(|(method, _)| method).collect();
    let own: BTreeSet<&str> = ["login", "logout"].into();
    assert_eq!(&known | &own, Request::METHODS.iter().copied().collect());

    let (absent, bad) = (
        (6014, "notLoggedIn".to_owned()),
        (6017, "badParameter".to_owned()),
    );
    for (method, params) in good() {
        assert_eq!(
            stranger.refused(method, params.clone()).await,
            absent,
            "{method}"
        );
        for none in [json!([]), Value::Null, json!("x"), json!([params])] {
            assert_eq!(alice.refused(method, none).await, bad, "{method}");
        }
        for field in params.as_object().unwrap().keys() {
            let mut ill = params.clone();
            ill[field] = json!([{"of": "another type"}]);
            assert_eq!(alice.refused(method, ill).await, bad, "{method}: {field}");
        }
    }
    for peer in [&mut alice, &mut bob] {
        assert!(peer.heard().await.is_empty());
        for list in ["getConversationList", "getJoinedGroupList", "getBlacklist"] {
            let stored = peer.get(list, json!({})).await;
            let mut lists = stored.as_object().unwrap().values();
            assert!(lists.all(|list| *list == json!([])), "{stored}");
        }
    }
}
