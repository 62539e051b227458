//! A server that goes down and comes back on the same data, seen through the wire (SIGNALING §5):
//! groups, their rings and their calls, profiles and blocks are as they were.

use serde_json::{Value, json};

use super::{Cast, body, messages, ring, standing};
use crate::lasting::LastingServer;
use crate::raw::{Wire, take_ms};
use crate::signature::claims;

async fn log_in(server: &LastingServer, user: &str) -> Wire {
    let mut wire = Wire::open(&server.url()).await;
    let params = json!({"userID": user, "userSig": claims(user).sign(), "deviceID": "d",
        "platform": "cli"});
    wire.snapshot = wire.ask("login", params).await;
    wire
}

/// Alice's team of bob, carol and dave, and a ring of bob and carol in it.
async fn ring_in_team(server: &LastingServer, timeout: u32) -> [Wire; 4] {
    let mut alice = log_in(server, "alice").await;
    let others = [
        log_in(server, "bob").await,
        log_in(server, "carol").await,
        log_in(server, "dave").await,
    ];
    let members = json!(["bob", "carol", "dave"]);
    let group = json!({"groupID": "team", "name": "The team", "memberList": members});
    alice.ask("createGroup", group).await;
    let ring = json!({"groupID": "team", "inviteeList": ["bob", "carol"], "inviteID": "ring",
        "data": "hello", "timeout": timeout});
    alice.ask("inviteInGroup", ring).await;
    let [bob, carol, dave] = others;
    [alice, bob, carol, dave]
}

/// Waits until a ring of one second has timed out elsewhere.
async fn one_second() {
    let mut cast = Cast::enter().await;
    ring(&mut cast.a1, json!({"timeout": 1})).await;
    cast.a1.event("invitationTimeout").await;
}

/// §5: stored invitations keep their deadlines, and everybody's part in them.
#[tokio::test]
async fn a_ring_in_a_group_goes_on_after_a_restart() {
    let mut server = LastingServer::start().await;
    let [mut alice, mut bob, ..] = ring_in_team(&server, 30).await;
    bob.ask("accept", json!({"inviteID": "ring"})).await;
    alice.ask("updateMyProfile", json!({"nick": "Alice"})).await;
    alice
        .ask("addToBlacklist", json!({"userIDList": ["dave"]}))
        .await;
    let group = alice.ask("getJoinedGroupList", json!({})).await;
    let members = alice
        .ask("getGroupMemberList", json!({"groupID": "team"}))
        .await;
    let before = standing(&mut alice, "ring").await;
    let history = messages(&mut alice, "GROUPteam").await;
    server.shut_down().await;
    server.start_again().await;

    let mut alice = log_in(&server, "alice").await;
    assert_eq!(alice.ask("getJoinedGroupList", json!({})).await, group);
    let params = json!({"groupID": "team"});
    assert_eq!(alice.ask("getGroupMemberList", params).await, members);
    assert_eq!(standing(&mut alice, "ring").await, before);
    assert_eq!(messages(&mut alice, "GROUPteam").await, history);
    assert_eq!(alice.snapshot["calls"][0]["callID"], "ring");
    let blocked = alice.ask("getBlacklist", json!({})).await;
    assert_eq!(blocked, json!({"userIDList": ["dave"]}));
    for user in ["carol", "dave"] {
        let mut back = log_in(&server, user).await;
        let ring = &mut back.snapshot["invitations"][0];
        take_ms(ring, "remainingMs", 1..=30_000);
        assert_eq!(*ring, before, "{user}");
        back.hears_nothing().await;
    }
    let mut carol = log_in(&server, "carol").await;
    let mut bob = log_in(&server, "bob").await;
    carol.ask("reject", json!({"inviteID": "ring"})).await;
    for wire in [&mut alice, &mut bob] {
        let heard = wire.event("inviteeRejected").await;
        assert_eq!(
            (&heard["invitee"], &heard["rev"]),
            (&json!("carol"), &json!(3))
        );
    }
}

/// §5, §6: those that passed while it was down time out once, at start: one message, one list.
#[tokio::test]
async fn a_ring_in_a_group_that_passed_meanwhile_times_out_once() {
    let mut server = LastingServer::start().await;
    let [_alice, mut bob, ..] = ring_in_team(&server, 1).await;
    bob.ask("reject", json!({"inviteID": "ring"})).await;
    server.shut_down().await;
    one_second().await;
    server.start_again().await;
    for _ in 0..2 {
        for user in ["alice", "bob", "carol", "dave"] {
            let mut back = log_in(&server, user).await;
            assert_eq!(back.snapshot["invitations"], json!([]), "{user}");
            back.hears_nothing().await;
            let listed = messages(&mut back, "GROUPteam").await;
            let ends: Vec<Value> = listed.iter().map(body).collect();
            assert_eq!(ends.len(), 3, "{user}: invite, reject and time-out");
            assert_eq!(ends[0]["actionType"], 5);
            assert_eq!(ends[0]["inviteeList"], json!(["carol"]));
            assert_eq!(ends[0]["data"], "hello");
        }
    }
}
