//! `inviteInGroup`: who is rung, who hears what, and how each invitee ends (SIGNALING §2, §3).

use serde_json::{Value, json};

use super::team::{Team, inviting, ring, states};
use super::{actions, body, messages, standing, unread};
use crate::raw::{fresh, refusal, take_ms};

const CONVERSATION: &str = "GROUPteam";

/// §3, row 2: every device of inviter, invitees and observers hears the same, once, and nobody else.
#[tokio::test]
async fn an_invitation_in_a_group_is_told_to_all_its_members() {
    let mut team = Team::enter().await;
    let id = ring(&mut team.a1, json!({"data": "come", "timeout": 30})).await;
    for wire in team.others() {
        let mut heard = wire.event("newInvitationReceived").await;
        take_ms(&mut heard, "remainingMs", 20_000..=30_000);
        let invitee = |user: &str| json!({"userID": user, "state": "pending"});
        assert_eq!(
            heard,
            json!({
                "inviteID": id, "rev": 1, "callID": id, "inviter": "alice", "groupID": "team",
                "inviteeList": ["bob", "carol"], "data": "come", "timeout": 30,
                "onlineUserOnly": false, "state": "live",
                "invitees": [invitee("bob"), invitee("carol")],
            })
        );
        let message = wire.message().await;
        assert_eq!(message["conversationID"], CONVERSATION);
        assert_eq!(message["groupID"], "team");
        assert_eq!(message.get("to"), None);
    }
    team.hear_nothing().await;
}

/// §2, §4: not a member 10007, an invitee outside 10004, no such group 10010; nobody hears of it.
#[tokio::test]
async fn an_invitee_outside_the_group_fails_the_whole_invitation() {
    let mut team = Team::enter().await;
    let outside = inviting(json!({"inviteeList": ["bob", "eve", "carol"]}));
    let refused = team.a1.refused("inviteInGroup", outside.clone()).await;
    assert_eq!(refused, refusal(10_004, "notInGroup"));
    let nobody = inviting(json!({"inviteeList": ["bob", "nobody"]}));
    let refused = team.a1.refused("inviteInGroup", nobody).await;
    assert_eq!(refused, refusal(10_004, "notInGroup"));
    let refused = team.eve.refused("inviteInGroup", inviting(json!({}))).await;
    assert_eq!(refused, refusal(10_007, "notInGroup"));
    let no_group = inviting(json!({"groupID": "crew"}));
    let refused = team.a1.refused("inviteInGroup", no_group).await;
    assert_eq!(refused, refusal(10_010, "noSuchGroup"));
    team.hear_nothing().await;
    assert_eq!(
        messages(&mut team.b1, CONVERSATION).await,
        Vec::<Value>::new()
    );
    let known = json!({"inviteID": outside["inviteID"]});
    let refused = team.b1.refused("getInvitation", known).await;
    assert_eq!(refused, refusal(8010, "unknown"));
}

/// §2, and §4, 6017: an empty list, somebody twice, the inviter himself, more than a hundred: 6017.
#[tokio::test]
async fn a_list_that_is_empty_or_doubled_or_names_the_inviter_is_refused() {
    let mut team = Team::enter().await;
    let many: Vec<String> = (0..101).map(|n| format!("u{n}")).collect();
    for list in [
        json!([]),
        json!(["bob", "bob"]),
        json!(["alice"]),
        json!(["bob", "alice"]),
        json!(many),
        json!("bob"),
        json!([7]),
        json!([""]),
        Value::Null,
    ] {
        let params = inviting(json!({"inviteeList": list}));
        let refused = team.a1.refused("inviteInGroup", params).await;
        assert_eq!(refused, refusal(6017, "badParameter"), "{list}");
    }
    for besides in [
        json!({"groupID": ""}),
        json!({"groupID": 7}),
        json!({"timeout": -1}),
        json!({"data": {}}),
        json!({"onlineUserOnly": 1}),
        json!({"offlinePushInfo": {"androidInfo": {"VIVOClassification": 3}}}),
    ] {
        let params = inviting(besides.clone());
        let refused = team.a1.refused("inviteInGroup", params).await;
        assert_eq!(refused, refusal(6017, "badParameter"), "{besides}");
    }
    team.hear_nothing().await;
}

/// §2: the list keeps its order.
#[tokio::test]
async fn invitees_keep_their_order() {
    let mut team = Team::enter().await;
    let list = json!(["dave", "bob", "carol"]);
    let id = ring(&mut team.a1, json!({"inviteeList": list})).await;
    let heard = team.b1.event("newInvitationReceived").await;
    assert_eq!(heard["inviteeList"], list);
    assert_eq!(standing(&mut team.a1, &id).await["inviteeList"], list);
}

/// §3, rows 3 and 4, and §1: each invitee ends for himself; everybody hears it, observers too; the
/// call runs with those who accepted.
#[tokio::test]
async fn answers_in_a_group_are_told_to_all_its_members() {
    let (mut team, id) = Team::with_ring(30).await;
    team.b1
        .ask("accept", json!({"inviteID": id, "data": "yes"}))
        .await;
    let accepted = json!({
        "inviteID": id, "rev": 2, "inviter": "alice", "groupID": "team", "invitee": "bob",
        "data": "yes", "deviceID": "b1", "platform": "cli",
    });
    for wire in [
        &mut team.a1,
        &mut team.a2,
        &mut team.b2,
        &mut team.carol,
        &mut team.dave,
    ] {
        assert_eq!(wire.event("inviteeAccepted").await, accepted);
        wire.message().await;
    }
    assert_eq!(states(&mut team.dave, &id).await, ["accepted", "pending"]);
    assert_eq!(standing(&mut team.dave, &id).await["state"], "live");
    team.hear_nothing().await;

    let refused = team.b2.refused("reject", json!({"inviteID": id})).await;
    assert_eq!(refused, refusal(8010, "acceptedElsewhere"));
    let params = json!({"inviteID": id, "data": "no", "reason": "busy"});
    team.carol.ask("reject", params).await;
    for wire in [
        &mut team.a1,
        &mut team.a2,
        &mut team.b1,
        &mut team.b2,
        &mut team.dave,
    ] {
        let heard = wire.event("inviteeRejected").await;
        assert_eq!(
            (&heard["invitee"], &heard["reason"]),
            (&json!("carol"), &json!("busy"))
        );
        assert_eq!((&heard["rev"], &heard["data"]), (&json!(3), &json!("no")));
        wire.message().await;
    }
    team.hear_nothing().await;
    assert_eq!(standing(&mut team.a1, &id).await["state"], "inCall");
    let call = team.a1.ask("getCall", json!({"callID": id})).await;
    let parties: Vec<_> = call["parties"].as_array().unwrap().iter().collect();
    assert_eq!(parties.len(), 2);
    assert_eq!(call["groupID"], "team");
}

/// §3, row 5: a cancel ends the pending ones, also after others accepted, and lists them.
#[tokio::test]
async fn a_cancel_in_a_group_ends_those_still_pending() {
    let (mut team, id) = Team::with_ring(30).await;
    team.b1.ask("accept", json!({"inviteID": id})).await;
    team.forget().await;
    team.a1
        .ask("cancel", json!({"inviteID": id, "data": "enough"}))
        .await;
    for wire in team.others() {
        assert_eq!(
            wire.event("invitationCancelled").await,
            json!({"inviteID": id, "rev": 3, "inviter": "alice", "groupID": "team",
                "inviteeList": ["carol"], "data": "enough"})
        );
        wire.message().await;
    }
    team.hear_nothing().await;
    assert_eq!(states(&mut team.a1, &id).await, ["accepted", "cancelled"]);
    let refused = team.carol.refused("accept", json!({"inviteID": id})).await;
    assert_eq!(refused, refusal(8010, "cancelled"));
    let refused = team.a2.refused("cancel", json!({"inviteID": id})).await;
    assert_eq!(refused, refusal(8010, "cancelled"));
}

/// §3, row 6: one event lists those who timed out, and nobody who answered; `isSelfTimeout` is true
/// for exactly those.
#[tokio::test]
async fn a_time_out_in_a_group_names_all_who_did_not_answer_once() {
    let mut team = Team::enter().await;
    let list = json!(["bob", "carol", "dave"]);
    let id = ring(&mut team.a1, json!({"timeout": 1, "inviteeList": list})).await;
    team.b1.ask("reject", json!({"inviteID": id})).await;
    team.b1.event("newInvitationReceived").await;
    for wire in [&mut team.a2, &mut team.b2, &mut team.carol, &mut team.dave] {
        wire.event("newInvitationReceived").await;
        wire.event("inviteeRejected").await;
    }
    team.a1.event("inviteeRejected").await;
    let told = |own: bool| {
        json!({"inviteID": id, "rev": 3, "inviter": "alice", "groupID": "team",
            "inviteeList": ["carol", "dave"], "isSelfTimeout": own})
    };
    for wire in [&mut team.a1, &mut team.a2, &mut team.b1, &mut team.b2] {
        assert_eq!(wire.event("invitationTimeout").await, told(false));
    }
    for wire in [&mut team.carol, &mut team.dave] {
        assert_eq!(wire.event("invitationTimeout").await, told(true));
    }
    // One message for the time-out, with the invitation's data, from the inviter, listing all.
    assert_eq!(actions(&mut team.dave, CONVERSATION).await, [1, 4, 5]);
    let last = messages(&mut team.dave, CONVERSATION).await.remove(0);
    assert_eq!(last["from"], "alice");
    assert_eq!(body(&last)["inviteeList"], json!(["carol", "dave"]));
}

/// §3, row 7, and row 8: a modification reaches everybody, a receipt only the inviter's devices.
#[tokio::test]
async fn modifications_reach_all_and_receipts_the_inviter() {
    let (mut team, id) = Team::with_ring(30).await;
    team.a1
        .ask("modifyInvitation", json!({"inviteID": id, "data": "new"}))
        .await;
    for wire in team.others() {
        assert_eq!(
            wire.event("invitationModified").await,
            json!({"inviteID": id, "rev": 2, "data": "new"})
        );
    }
    team.carol.ask("ringing", json!({"inviteID": id})).await;
    for wire in [&mut team.a1, &mut team.a2] {
        assert_eq!(
            wire.event("inviteeRinging").await,
            json!({"inviteID": id, "rev": 3, "invitee": "carol", "deviceID": "c1",
                "platform": "cli"})
        );
    }
    team.hear_nothing().await;
}

/// §3, column D, and §4, 8011: an observer may neither answer nor cancel; what is past comes first.
#[tokio::test]
async fn a_member_who_was_not_invited_may_not_answer() {
    let (mut team, id) = Team::with_ring(30).await;
    for (method, reason) in [
        ("accept", "notInvitee"),
        ("reject", "notInvitee"),
        ("ringing", "notInvitee"),
        ("cancel", "notInviter"),
    ] {
        let refused = team.dave.refused(method, json!({"inviteID": id})).await;
        assert_eq!(refused, refusal(8011, reason), "{method}");
        let refused = team.eve.refused(method, json!({"inviteID": id})).await;
        assert_eq!(refused, refusal(8010, "unknown"), "{method}");
    }
    let params = json!({"inviteID": id, "data": "x"});
    let refused = team.dave.refused("modifyInvitation", params).await;
    assert_eq!(refused, refusal(8011, "notInviter"));
    for (wire, method) in [(&mut team.a1, "accept"), (&mut team.b1, "cancel")] {
        let refused = wire.refused(method, json!({"inviteID": id})).await;
        assert_eq!(refused.0, 8011, "{method}");
    }
    team.hear_nothing().await;
    assert_eq!(states(&mut team.dave, &id).await, ["pending", "pending"]);
    team.a1.ask("cancel", json!({"inviteID": id})).await;
    let refused = team.dave.refused("accept", json!({"inviteID": id})).await;
    assert_eq!(refused, refusal(8010, "cancelled"));
}

/// §2: an invitee who leaves while pending ends as cancelled with `leftGroup`; the others ring on.
#[tokio::test]
async fn an_invitee_who_leaves_the_group_is_cancelled() {
    let (mut team, id) = Team::with_ring(30).await;
    team.b1.ask("quitGroup", json!({"groupID": "team"})).await;
    let told = json!({"inviteID": id, "rev": 2, "inviter": "alice", "groupID": "team",
        "inviteeList": ["bob"], "data": "", "reason": "leftGroup"});
    for wire in [
        &mut team.a1,
        &mut team.a2,
        &mut team.b2,
        &mut team.carol,
        &mut team.dave,
    ] {
        wire.event("groupChanged").await;
        assert_eq!(wire.event("invitationCancelled").await, told);
    }
    assert_eq!(team.b1.event("invitationCancelled").await, told);
    assert_eq!(states(&mut team.a1, &id).await, ["cancelled", "pending"]);
    let refused = team.b1.refused("accept", json!({"inviteID": id})).await;
    assert_eq!(refused, refusal(8010, "cancelled"));
    team.carol.ask("accept", json!({"inviteID": id})).await;
}

/// §3, §8: after an invitee's own end the call's events still arrive, also after he has left the group, or it
/// was dismissed.
#[tokio::test]
async fn who_was_invited_hears_the_end_of_the_call_after_leaving_the_group() {
    for (method, leaves) in [("quitGroup", true), ("dismissGroup", false)] {
        let (mut team, id) = Team::with_ring(30).await;
        team.b1.ask("accept", json!({"inviteID": id})).await;
        let leaver = if leaves {
            &mut team.carol
        } else {
            &mut team.a1
        };
        leaver.ask(method, json!({"groupID": "team"})).await;
        team.carol.forget().await;
        team.b1.ask("hangUp", json!({"callID": id})).await;
        let told = team.carol.event("callEnded").await;
        assert_eq!((&told["callID"], &told["over"]), (&json!(id), &json!(true)));
        team.eve.hears_nothing().await;
    }
}

/// §2: when the inviter leaves, or the group is dismissed, all pending ones end so; §3, column D: members
/// who were not invited hear it as they heard the beginning.
#[tokio::test]
async fn a_ring_ends_when_its_inviter_or_its_group_is_gone() {
    for method in ["quitGroup", "dismissGroup"] {
        let mut team = Team::enter().await;
        let inviter = if method == "quitGroup" {
            &mut team.dave
        } else {
            &mut team.a1
        };
        let id = ring(inviter, json!({})).await;
        team.forget().await;
        let actor = if method == "quitGroup" {
            &mut team.dave
        } else {
            &mut team.a1
        };
        actor.ask(method, json!({"groupID": "team"})).await;
        let observer = if method == "quitGroup" {
            &mut team.a2
        } else {
            &mut team.dave
        };
        for wire in [&mut team.carol, observer] {
            wire.event("groupChanged").await;
            let heard = wire.event("invitationCancelled").await;
            assert_eq!(heard["inviteeList"], json!(["bob", "carol"]), "{method}");
            assert_eq!(heard["reason"], "leftGroup");
        }
        let refused = team.b1.refused("accept", json!({"inviteID": id})).await;
        assert_eq!(refused, refusal(8010, "cancelled"), "{method}");
    }
}

/// §2: a member who is taken out by the owner leaves too; who comes later has no part in the ring but
/// sees it.
#[tokio::test]
async fn members_come_and_go_during_a_ring() {
    let (mut team, id) = Team::with_ring(30).await;
    let params = json!({"groupID": "team", "userIDList": ["carol"]});
    team.a1.ask("deleteGroupMember", params).await;
    assert_eq!(states(&mut team.a1, &id).await, ["pending", "cancelled"]);
    let params = json!({"groupID": "team", "userIDList": ["eve"]});
    team.dave.ask("addGroupMember", params).await;
    team.eve.event("groupChanged").await;
    let mut seen = team.eve.event("newInvitationReceived").await;
    take_ms(&mut seen, "remainingMs", 20_000..=30_000);
    assert_eq!(seen["inviteID"], json!(id));
    assert_eq!(seen["invitees"][1]["state"], "cancelled");
    assert_eq!(states(&mut team.eve, &id).await, ["pending", "cancelled"]);
    let refused = team.eve.refused("accept", json!({"inviteID": id})).await;
    assert_eq!(refused, refusal(8011, "notInvitee"));
    team.b1.ask("accept", json!({"inviteID": id})).await;
    assert_eq!(team.eve.event("inviteeAccepted").await["invitee"], "bob");
}

/// §6: one missed call is one unread for the one invited, an answered call none, for an observer
/// none; the invite's message says what became of the call.
#[tokio::test]
async fn a_group_ring_leaves_its_messages_in_the_history_of_the_group() {
    let (mut team, id) = Team::with_ring(30).await;
    for (wire, count) in [
        (&mut team.a1, 0),
        (&mut team.b1, 1),
        (&mut team.carol, 1),
        (&mut team.dave, 0),
    ] {
        assert_eq!(unread(wire, CONVERSATION).await, count);
    }
    team.b1.ask("accept", json!({"inviteID": id})).await;
    team.a1.ask("cancel", json!({"inviteID": id})).await;
    assert_eq!(unread(&mut team.b1, CONVERSATION).await, 0);
    assert_eq!(unread(&mut team.carol, CONVERSATION).await, 1);
    assert_eq!(actions(&mut team.dave, CONVERSATION).await, [1, 3, 2]);
    team.b1.ask("hangUp", json!({"callID": id})).await;
    let invite = messages(&mut team.dave, CONVERSATION).await.pop().unwrap();
    assert_eq!(body(&invite)["groupID"], "team");
    assert_eq!(invite["call"]["outcome"], "answered");
    assert!(invite["call"]["durationMs"].is_u64(), "{invite}");
    assert_eq!(invite["call"]["answeredBy"]["userID"], "bob");
}

/// §5: a login tells of a group's ring that the user only observes, with the time that is left.
#[tokio::test]
async fn a_login_finds_rings_in_its_groups() {
    let (team, id) = Team::with_ring(30).await;
    for (user, device) in [("dave", "d2"), ("carol", "c2"), ("alice", "a3")] {
        let mut late = team.server.wire(user, device).await;
        let shown = late.snapshot["invitations"].as_array().unwrap().clone();
        assert_eq!(shown.len(), 1, "{user}");
        assert_eq!(shown[0]["inviteID"], id.as_str());
        take_ms(&mut shown[0].clone(), "remainingMs", 1..=30_000);
        late.hears_nothing().await;
    }
    let eve = team.server.wire("eve", "e2").await;
    assert_eq!(eve.snapshot["invitations"], json!([]));
}

/// §2: online-only in a group reaches every member who is connected, and leaves nothing.
#[tokio::test]
async fn an_online_only_ring_reaches_the_connected_members() {
    let mut team = Team::enter().await;
    let id = ring(&mut team.a1, json!({"onlineUserOnly": true})).await;
    for wire in team.others() {
        let heard = wire.event("newInvitationReceived").await;
        assert_eq!(heard["onlineUserOnly"], true);
    }
    let late = team.server.wire("dave", "d2").await;
    assert_eq!(late.snapshot["invitations"], json!([]));
    team.b1.ask("accept", json!({"inviteID": id})).await;
    for wire in [
        &mut team.a1,
        &mut team.a2,
        &mut team.b2,
        &mut team.carol,
        &mut team.dave,
    ] {
        wire.event("inviteeAccepted").await;
    }
    team.hear_nothing().await;
    assert_eq!(
        messages(&mut team.dave, CONVERSATION).await,
        Vec::<Value>::new()
    );
}

/// §4: the same `inviteID` is the same invitation, and causes nothing again.
#[tokio::test]
async fn an_invitation_in_a_group_is_repeated_by_its_invite_id() {
    let mut team = Team::enter().await;
    let params = inviting(json!({}));
    let first = team.a1.ask("inviteInGroup", params.clone()).await;
    team.forget().await;
    let again = team.a1.ask("inviteInGroup", params.clone()).await;
    assert_eq!(again["message"], first["message"]);
    let mut other = params.clone();
    other["inviteeList"] = json!(["carol"]);
    let refused = team.a1.refused("inviteInGroup", other).await;
    assert_eq!(refused, refusal(6017, "reused"));
    let refused = team.b1.refused(
        "inviteInGroup",
        inviting(json!({
            "inviteID": params["inviteID"], "inviteeList": ["carol"],
        })),
    );
    assert_eq!(refused.await, refusal(8011, "notYours"));
    team.hear_nothing().await;
}

/// §8: an invitation with the callID of a running call invites into it; all are its parties, and the
/// group hears how each one leaves.
#[tokio::test]
async fn members_are_invited_into_a_running_call() {
    let (mut team, id) = Team::with_ring(30).await;
    team.b1.ask("accept", json!({"inviteID": id})).await;
    team.carol.ask("reject", json!({"inviteID": id})).await;
    let more = json!({"callID": id, "inviteeList": ["dave"], "inviteID": fresh()});
    let second = ring(&mut team.b1, more).await;
    team.dave.ask("accept", json!({"inviteID": second})).await;
    let call = team.a1.ask("getCall", json!({"callID": id})).await;
    let parties = call["parties"].as_array().unwrap();
    let users: Vec<_> = parties
        .iter()
        .map(|it| it["userID"].as_str().unwrap())
        .collect();
    assert_eq!(users, ["alice", "bob", "dave"]);
    assert_eq!(call["invitations"], json!([id, second]));
    let stranger = inviting(json!({"callID": id, "inviteeList": ["dave"]}));
    let refused = team.carol.refused("inviteInGroup", stranger).await;
    assert_eq!(refused.0, 8011);
    team.forget().await;

    team.a1.ask("hangUp", json!({"callID": id})).await;
    for wire in team.others() {
        let heard = wire.event("callEnded").await;
        assert_eq!(
            (&heard["userID"], &heard["over"]),
            (&json!("alice"), &json!(false))
        );
    }
    team.dave
        .ask("hangUp", json!({"callID": id, "reason": "enough"}))
        .await;
    for wire in [&mut team.a1, &mut team.a2, &mut team.b2, &mut team.carol] {
        let heard = wire.event("callEnded").await;
        assert_eq!(
            (&heard["userID"], &heard["over"]),
            (&json!("dave"), &json!(true))
        );
        assert_eq!(heard["reason"], "enough");
    }
    let refused = team.b1.refused("getCall", json!({"callID": id})).await;
    assert_eq!(refused, refusal(8010, "ended"));
}
