//! What a login finds: live rings with their remaining time, calls, and what ended meanwhile (§5).

use serde_json::{Value, json};

use super::{Cast, ring};
use crate::raw::{Wire, fresh, take_ms};
use crate::server::TestServer;
use crate::signature::claims;

async fn login_knowing(server: &TestServer, user: &str, device: &str, known: &[&str]) -> Value {
    let mut wire = Wire::open(&server.url()).await;
    let mut params = server.login(user, device, &claims(user).sign());
    params["knownInvitations"] = json!(known);
    wire.ask("login", params).await
}

/// §5: every live invitation with its remaining time, for the invitee and for the inviter.
#[tokio::test]
async fn a_live_ring_is_found_with_its_remaining_time() {
    let mut cast = Cast::enter().await;
    let id = ring(&mut cast.a1, json!({"timeout": 20, "data": "hello"})).await;
    cast.b1.ask("ringing", json!({"inviteID": id})).await;
    let unlimited = ring(&mut cast.a1, json!({"timeout": 0})).await;
    for (user, unread) in [("bob", 2), ("alice", 0)] {
        let late = cast.server.wire(user, "late").await;
        let mut snapshot = late.snapshot;
        take_ms(&mut snapshot["invitations"][0], "remainingMs", 1..=20_000);
        let mut expected = json!({
            "inviteID": id, "rev": 2, "callID": id, "inviter": "alice", "groupID": "",
            "inviteeList": ["bob"], "data": "hello", "timeout": 20, "onlineUserOnly": false,
            "state": "live", "invitees": [{"userID": "bob", "state": "pending", "ringing": true}],
        });
        assert_eq!(snapshot["invitations"][0], expected);
        expected["inviteID"] = json!(unlimited);
        let second = &snapshot["invitations"][1];
        assert_eq!(second["inviteID"], unlimited.as_str());
        assert_eq!(second.get("remainingMs"), None);
        assert_eq!(snapshot["invitations"].as_array().unwrap().len(), 2);
        assert_eq!(snapshot["ended"], json!([]));
        assert_eq!(snapshot["calls"], json!([]));
        assert_eq!(snapshot["unreadTotal"], unread);
    }
}

/// §5: the calls he is in, and their invitations as in call.
#[tokio::test]
async fn a_running_call_is_found() {
    let (mut cast, id) = Cast::with_call().await;
    for user in ["alice", "bob"] {
        let late = cast.server.wire(user, "late").await;
        let found = &late.snapshot["invitations"];
        assert_eq!(found.as_array().unwrap().len(), 1);
        assert_eq!(found[0]["inviteID"], id.as_str());
        assert_eq!(found[0]["state"], "inCall");
        assert_eq!(found[0]["invitees"][0]["deviceID"], "b1");
        let mut call = late.snapshot["calls"][0].clone();
        take_ms(&mut call, "startedMsAgo", 0..=20_000);
        assert_eq!(
            call,
            json!({
                "callID": id, "groupID": "", "invitations": [id],
                "parties": [
                    {"userID": "alice", "deviceID": "a1", "platform": "cli"},
                    {"userID": "bob", "deviceID": "b1", "platform": "cli"},
                ],
            })
        );
    }
    cast.a1.ask("hangUp", json!({"callID": id})).await;
    let late = cast.server.wire("bob", "late").await;
    assert_eq!(
        late.snapshot["invitations"],
        json!([]),
        "nothing dead is live"
    );
    assert_eq!(late.snapshot["calls"], json!([]));
}

/// §5: the full state of each invitation that the device believes live; unknown ones are left out.
#[tokio::test]
async fn what_became_of_known_invitations_is_told() {
    let mut cast = Cast::enter().await;
    let cancelled = ring(&mut cast.a1, json!({})).await;
    cast.a1
        .ask("cancel", json!({"inviteID": cancelled, "data": "x"}))
        .await;
    let rejected = ring(&mut cast.a1, json!({})).await;
    let params = json!({"inviteID": rejected, "reason": "busy"});
    cast.b1.ask("reject", params).await;
    let live = ring(&mut cast.a1, json!({})).await;
    let foreign = fresh();
    let to_carol = json!({"userID": "carol", "inviteID": foreign});
    cast.a1.ask("invite", to_carol).await;

    let known = [&cancelled, &rejected, &live, &foreign].map(String::as_str);
    let known = [known.as_slice(), &["no such invitation"]].concat();
    let snapshot = login_knowing(&cast.server, "bob", "b1", &known).await;
    let mut ended: Vec<(&Value, &Value, &Value)> = Vec::new();
    for invitation in snapshot["ended"].as_array().unwrap() {
        let invitee = &invitation["invitees"][0];
        assert_eq!(invitation["state"], "ended");
        ended.push((
            &invitation["inviteID"],
            &invitee["state"],
            &invitee["reason"],
        ));
    }
    assert_eq!(
        ended,
        [
            (&json!(cancelled), &json!("cancelled"), &Value::Null),
            (&json!(rejected), &json!("rejected"), &json!("busy")),
        ]
    );
    assert_eq!(snapshot["invitations"][0]["inviteID"], live.as_str());
    assert_eq!(snapshot["invitations"].as_array().unwrap().len(), 1);

    let without = login_knowing(&cast.server, "bob", "b1", &[]).await;
    assert_eq!(without["ended"], json!([]));
}

/// §5: one-to-one invitations that timed out since this deviceID was last connected, once; a device
/// that was connected, and one that never was, are told nothing.
#[tokio::test]
async fn what_timed_out_while_a_device_was_away_is_told_once() {
    let server = TestServer::start().await;
    let mut a1 = server.wire("alice", "a1").await;
    let mut b1 = server.wire("bob", "b1").await;
    let b2 = server.wire("bob", "b2").await;
    server.logout(b2).await;
    let id = ring(&mut a1, json!({"timeout": 1})).await;
    b1.event("newInvitationReceived").await;
    b1.event("invitationTimeout").await;
    let back = server.wire("bob", "b2").await.snapshot;
    let ended = &back["ended"];
    assert_eq!(ended.as_array().unwrap().len(), 1);
    assert_eq!(ended[0]["inviteID"], id.as_str());
    assert_eq!(ended[0]["state"], "ended");
    assert_eq!(
        ended[0]["invitees"],
        json!([{"userID": "bob", "state": "timedOut"}])
    );
    assert_eq!(back["invitations"], json!([]), "nothing rings");
    server.logout(b1).await;
    for device in ["b2", "b1", "b3"] {
        let snapshot = server.wire("bob", device).await.snapshot;
        assert_eq!(snapshot["ended"], json!([]), "{device}");
    }
}

/// §5: what ended otherwise while the device was away, and was not known to it, is not told.
#[tokio::test]
async fn what_was_cancelled_while_a_device_was_away_is_not_told() {
    let mut cast = Cast::enter().await;
    cast.b2.vanish();
    let id = ring(&mut cast.a1, json!({})).await;
    cast.a1.ask("cancel", json!({"inviteID": id})).await;
    let snapshot = cast.server.wire("bob", "b2").await.snapshot;
    assert_eq!(snapshot["ended"], json!([]));
    assert_eq!(snapshot["invitations"], json!([]));
    assert_eq!(snapshot["unreadTotal"], 1);
}

/// §5: nothing is lost or doubled between the snapshot and the events that follow it.
#[tokio::test]
async fn a_login_amid_events_misses_nothing_and_hears_nothing_twice() {
    let server = TestServer::start().await;
    let mut a1 = server.wire("alice", "a1").await;
    let bob = server.wire("bob", "b1").await;
    server.logout(bob).await;
    let mut asked = Vec::new();
    for _ in 0..10 {
        let mut open = Wire::open(&server.url()).await;
        let login = server.login("bob", "b1", &claims("bob").sign());
        let id = fresh();
        let invite = a1
            .send("invite", json!({"userID": "bob", "inviteID": id}))
            .await;
        open.snapshot = open.ask("login", login).await;
        a1.reply(invite).await.unwrap();
        asked.push(id.clone());
        open.unheard().await;
        let in_snapshot = open.snapshot["invitations"].as_array().unwrap();
        let mut known: Vec<String> = in_snapshot
            .iter()
            .map(|invitation| invitation["inviteID"].as_str().unwrap().to_owned())
            .collect();
        if known.len() < asked.len() {
            let heard = open.event("newInvitationReceived").await;
            known.push(heard["inviteID"].as_str().unwrap().to_owned());
        }
        assert_eq!(known, asked);
        let rest = open.unheard().await;
        assert!(
            !rest.contains(&"newInvitationReceived".to_owned()),
            "{rest:?}"
        );
    }
}
