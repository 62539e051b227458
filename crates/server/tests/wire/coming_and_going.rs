//! Logins, kicks, absences, presence and restarts (SIGNALING §5).

use std::time::Duration;

use bellhop_server::{Credentials, Data};
use serde_json::json;

use crate::peer::{host, host_tuned, host_with, until};

#[tokio::test]
async fn a_second_login_of_a_device_kicks_the_first() {
    let host = host().await;
    let mut old = host.device("bob", "b1").await;
    let mut new = host.device("bob", "b1").await;
    let kicked = old.hears("kickedOffline").await;
    assert_eq!(kicked, json!({"code": 6208, "reason": "kicked"}));
    assert_eq!(old.closed().await.0, 4002);
    let mut alice = host.device("alice", "a1").await;
    alice.get("invite", json!({"userID": "bob"})).await;
    new.hears("newInvitationReceived").await;
}

#[tokio::test]
async fn a_logout_is_answered_and_then_the_server_closes() {
    let host = host().await;
    let mut bob = host.device("bob", "b1").await;
    let mut alice = host.device("alice", "a1").await;
    let status = alice
        .get("subscribeUserStatus", json!({"userIDList": ["bob"]}))
        .await;
    assert_eq!(
        status["statusList"],
        json!([{"userID": "bob", "status": "online"}])
    );
    assert_eq!(bob.get("logout", json!({})).await, json!({}));
    assert_eq!(bob.closed().await.0, 1000);
    let change = alice.hears("userStatusChanged").await;
    assert_eq!(change, json!({"userID": "bob", "status": "offline"}));
}

#[tokio::test]
async fn watchers_hear_who_comes_calls_hangs_up_and_goes() {
    let host = host().await;
    let mut carol = host.device("carol", "c1").await;
    carol
        .get("subscribeUserStatus", json!({"userIDList": ["bob"]}))
        .await;
    let mut alice = host.device("alice", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    alice
        .get("invite", json!({"userID": "bob", "inviteID": "i"}))
        .await;
    bob.get("accept", json!({"inviteID": "i"})).await;
    alice.get("hangUp", json!({"callID": "i"})).await;
    bob.leave().await;
    for status in ["online", "inCall", "online", "offline"] {
        assert_eq!(carol.hears("userStatusChanged").await["status"], status);
    }
}

/// §5: login answers with every live invitation, and with what the device believes live.
#[tokio::test]
async fn a_login_learns_how_everything_stands() {
    let host = host().await;
    let bob = host.device("bob", "b1").await;
    let mut alice = host.device("alice", "a1").await;
    bob.leave().await;
    for id in ["cancelled", "live", "late", "reachesNobody"] {
        let params = json!({
            "userID": "bob", "inviteID": id, "onlineUserOnly": id == "reachesNobody",
            "timeout": if id == "late" { 1 } else { 60 },
        });
        alice.get("invite", params).await;
    }
    alice.get("cancel", json!({"inviteID": "cancelled"})).await;
    while alice.event().await.0 != "invitationTimeout" {}

    let known = ["cancelled", "neverHeardOf"];
    let (mut bob, result) = host.login_knowing("bob", "b1", &known).await;
    let ids = |list: &serde_json::Value| -> Vec<String> {
        let ids = list.as_array().unwrap().iter();
        ids.map(|it| it["inviteID"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids(&result["invitations"]), ["live"]);
    assert_eq!(ids(&result["ended"]), ["cancelled", "late"]);
    assert_eq!(result["ended"][1]["invitees"][0]["state"], "timedOut");
    assert_eq!(result["unreadTotal"], 3);
    assert_eq!(result["graceMs"], 15_000);

    bob.get("accept", json!({"inviteID": "live"})).await;
    // It was told of the time-out once; a device that was never here is not told at all.
    bob.leave().await;
    let (_bob, result) = host.login("bob", "b1").await;
    assert_eq!(
        (ids(&result["invitations"]), ids(&result["ended"])),
        (vec!["live".to_owned()], vec![])
    );
    assert_eq!(result["invitations"][0]["state"], "inCall");
    assert_eq!(result["calls"][0]["callID"], "live");
    let (_b2, result) = host.login("bob", "b2").await;
    assert!(ids(&result["ended"]).is_empty());
}

/// §5: of what is over, a login learns only what it asks for.
#[tokio::test]
async fn a_login_is_not_told_of_other_invitations_into_its_call_that_are_over() {
    let host = host().await;
    let mut alice = host.device("alice", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    let mut carol = host.device("carol", "c1").await;
    let into_call = |user, id| json!({"userID": user, "inviteID": id, "callID": "c"});
    alice.get("invite", into_call("bob", "i")).await;
    bob.get("accept", json!({"inviteID": "i"})).await;
    alice.get("invite", into_call("carol", "over")).await;
    carol.get("reject", json!({"inviteID": "over"})).await;

    let (_a2, result) = host.login("alice", "a2").await;
    assert_eq!(result["invitations"][0]["inviteID"], "i");
    assert_eq!(result["ended"], json!([]));
    let (_a3, result) = host.login_knowing("alice", "a3", &["over"]).await;
    assert_eq!(result["ended"][0]["inviteID"], "over");
}

/// §2: an online-only invitation, and its call, are there only for devices that were connected.
#[tokio::test]
async fn an_online_only_invitation_and_its_call_are_unknown_to_a_device_that_came_later() {
    let host = host().await;
    let mut alice = host.device("alice", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    let invite = json!({"userID": "bob", "inviteID": "i", "onlineUserOnly": true});
    alice.get("invite", invite).await;
    let unknown = (8010, "unknown".to_owned());
    for state in ["live", "inCall"] {
        let (mut late, result) = host.login_knowing("bob", "late", &["i"]).await;
        for list in ["invitations", "ended", "calls"] {
            assert_eq!(result[list], json!([]), "{state}: {list}");
        }
        let seen = late
            .refused("getInvitation", json!({"inviteID": "i"}))
            .await;
        assert_eq!(seen, unknown, "{state}");
        let seen = late.refused("getCall", json!({"callID": "i"})).await;
        assert_eq!(seen, unknown, "{state}");
        let seen = bob.get("getInvitation", json!({"inviteID": "i"})).await;
        assert_eq!(seen["state"], state);
        if state == "live" {
            bob.get("accept", json!({"inviteID": "i"})).await;
        }
    }
    bob.get("getCall", json!({"callID": "i"})).await;
    let (_bob, result) = host.login("bob", "b1").await;
    assert_eq!(result["calls"][0]["callID"], "i");
}

/// §5: the ring of an inviter who is gone for the grace ends as cancelled, `inviterOffline`.
#[tokio::test]
async fn a_ring_ends_when_its_inviter_is_gone_for_the_grace() {
    let host = host_tuned(|it| it.grace = Duration::from_millis(100)).await;
    let mut alice = host.device("alice", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    alice
        .get(
            "invite",
            json!({"userID": "bob", "inviteID": "i", "timeout": 0}),
        )
        .await;
    alice.leave().await;
    bob.hears("newInvitationReceived").await;
    bob.hears("messageReceived").await;
    let cancelled = bob.hears("invitationCancelled").await;
    assert_eq!(cancelled["reason"], "inviterOffline");
}

#[tokio::test]
async fn a_ring_goes_on_when_its_inviter_comes_back_or_has_another_device() {
    let host = host_tuned(|it| it.grace = Duration::from_millis(100)).await;
    let mut a1 = host.device("alice", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    a1.get("invite", json!({"userID": "bob", "inviteID": "i"}))
        .await;
    let _a2 = host.device("alice", "a2").await;
    a1.leave().await;
    // A ring of somebody else who left at the same time has ended when this one would have.
    let mut carol = host.device("carol", "c1").await;
    carol
        .get("invite", json!({"userID": "bob", "inviteID": "j"}))
        .await;
    carol.leave().await;
    while bob.event().await.0 != "invitationCancelled" {}
    let seen = bob.get("getInvitation", json!({"inviteID": "i"})).await;
    assert_eq!(seen["state"], "live");
}

/// §8: a party whose device is gone for the grace is hung up.
#[tokio::test]
async fn a_call_ends_when_a_party_is_gone_for_the_grace() {
    let host = host_tuned(|it| it.grace = Duration::from_millis(100)).await;
    let mut alice = host.device("alice", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    let _other = host.device("bob", "b2").await;
    alice
        .get("invite", json!({"userID": "bob", "inviteID": "i"}))
        .await;
    bob.get("accept", json!({"inviteID": "i"})).await;
    alice.hears("inviteeAccepted").await;
    alice.hears("messageReceived").await;
    bob.leave().await;
    let ended = alice.hears("callEnded").await;
    assert_eq!(
        (&ended["userID"], &ended["reason"]),
        (&json!("bob"), &json!("deviceGone"))
    );
}

/// §7, §8: a party that accepted over the push channel is waited for, and hung up when it does not
/// come.
#[tokio::test]
async fn a_party_that_accepted_over_the_push_channel_has_to_come() {
    let host = host_tuned(|it| it.grace = Duration::from_secs(1)).await;
    let mut alice = host.device("alice", "a1").await;
    let mut push = host.push_channel("bob", "b1").await;
    for id in ["comes", "stays away"] {
        let params = json!({"userID": "bob", "inviteID": id});
        alice.get("invite", params).await;
        push.get("accept", json!({"inviteID": id})).await;
        alice.hears("inviteeAccepted").await;
        alice.hears("messageReceived").await;
        if id == "comes" {
            let (mut bob, result) = host.login("bob", "b1").await;
            assert_eq!(result["calls"][0]["callID"], id);
            // Longer than the grace: another ring that nobody waits for has ended.
            let mut carol = host.device("carol", "c1").await;
            carol.get("invite", json!({"userID": "bob"})).await;
            carol.leave().await;
            while bob.event().await.0 != "invitationCancelled" {}
            bob.get("hangUp", json!({"callID": id})).await;
            assert_eq!(alice.hears("callEnded").await["reason"], "hangUp");
            bob.leave().await;
        }
    }
    let ended = alice.hears("callEnded").await;
    assert_eq!(
        (&ended["userID"], &ended["reason"]),
        (&json!("bob"), &json!("deviceGone"))
    );
}

/// §5: stored invitations keep their deadlines; those that passed meanwhile time out once.
#[tokio::test]
async fn a_restart_keeps_deadlines_and_times_out_what_passed() {
    let folder = tempfile::tempdir().unwrap();
    let data = Data::Dir(folder.path().to_owned());
    let credentials = Credentials::random();
    let host = host_with(data.clone(), credentials.clone(), |_| {}).await;
    let mut alice = host.device("alice", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    for (id, timeout) in [("short", 1), ("long", 60)] {
        let params = json!({"userID": "bob", "inviteID": id, "timeout": timeout});
        alice.get("invite", params).await;
    }
    host.server.shutdown().await;
    assert_eq!(bob.closed().await.0, 4005);
    let down = tokio::time::Instant::now();
    until(async || down.elapsed() > Duration::from_millis(1000)).await;

    let host = host_with(data, credentials, |_| {}).await;
    let known = ["short", "long"];
    let (mut bob, result) = host.login_knowing("bob", "b1", &known).await;
    assert_eq!(result["invitations"][0]["inviteID"], "long");
    assert!(result["invitations"][0]["remainingMs"].as_u64().unwrap() < 59_000);
    assert_eq!(result["ended"][0]["invitees"][0]["state"], "timedOut");
    bob.get("accept", json!({"inviteID": "long"})).await;
    assert!(bob.heard().await.is_empty());
    let page = bob
        .get("getMessageList", json!({"conversationID": "C2Calice"}))
        .await;
    assert_eq!(page["messages"].as_array().unwrap().len(), 4);
    host.server.shutdown().await;
}

/// ARCHITECTURE: a slow reader is disconnected and resumes by snapshot.
#[tokio::test]
async fn a_device_that_does_not_read_is_disconnected() {
    let host = host_tuned(|it| it.rate_limits.others.burst = 100_000).await;
    let bob = host.device("bob", "b1").await;
    let mut alice = host.device("alice", "a1").await;
    let watched = json!({"userIDList": ["bob"]});
    alice.get("subscribeUserStatus", watched).await;
    let text = json!({"text": "x".repeat(12_000)});
    let message = json!({"userID": "bob", "type": "text", "payload": text});
    // What the system's buffers take, and the mailbox.
    for _ in 0..5000 {
        alice.get("sendMessage", message.clone()).await;
        if alice.has_events() {
            break;
        }
    }
    let change = alice.hears("userStatusChanged").await;
    assert_eq!(change["status"], "offline");
    drop(bob);
    let (_bob, result) = host.login("bob", "b1").await;
    assert!(result["unreadTotal"].as_u64().unwrap() > 256);
}
