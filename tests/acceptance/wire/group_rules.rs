//! What holds in groups as it does one to one, and who is kept out of them (SIGNALING §2–§4, §7).

use serde_json::{Value, json};

use super::team::{Team, inviting, ring};
use super::{actions, fate, unread};
use crate::raw::{Wire, refusal, take_ms};
use crate::server::TestServer;

/// §2: `inviteInGroup` takes what `invite` takes when nothing is said.
#[tokio::test]
async fn an_invitation_in_a_group_has_the_defaults_of_the_api() {
    let mut team = Team::enter().await;
    let params = json!({"groupID": "team", "inviteeList": ["bob"]});
    let result = team.a1.ask("inviteInGroup", params).await;
    let id = result["inviteID"].as_str().unwrap();
    let mut heard = team.b1.event("newInvitationReceived").await;
    take_ms(&mut heard, "remainingMs", 20_000..=30_000);
    assert_eq!(
        heard,
        json!({
            "inviteID": id, "rev": 1, "callID": id, "inviter": "alice", "groupID": "team",
            "inviteeList": ["bob"], "data": "", "timeout": 30, "onlineUserOnly": false,
            "state": "live", "invitees": [{"userID": "bob", "state": "pending"}],
        })
    );
}

/// §7: a ring in a group carries what its inviter says about push.
#[tokio::test]
async fn a_ring_in_a_group_carries_push_information() {
    let mut team = Team::enter().await;
    let push = json!({"disablePush": false, "disableVoipPush": true, "title": "The team",
        "description": "Alice calls", "apnsInfo": {
            "sound": "ring.caf", "ignoreIOSBadge": false, "disableVoipPush": true}});
    ring(&mut team.a1, json!({"offlinePushInfo": push})).await;
    for wire in [&mut team.b1, &mut team.carol] {
        let heard = wire.event("newInvitationReceived").await;
        assert_eq!(heard["offlinePushInfo"], push);
    }
    team.forget().await;
    let bad = json!({"androidInfo": {"GoogleImage": "http://x.example/a.png"}});
    for push in [bad, json!([]), json!("title")] {
        let params = inviting(json!({"offlinePushInfo": push}));
        let refused = team.a1.refused("inviteInGroup", params).await;
        assert_eq!(refused, refusal(6017, "badParameter"), "{push}");
    }
    team.hear_nothing().await;
}

/// §3: after a user's own end the others' outcomes, and the call's events, still arrive.
#[tokio::test]
async fn the_others_outcomes_are_heard_after_the_own_answer() {
    let (mut team, id) = Team::with_ring(30).await;
    team.b1.ask("reject", json!({"inviteID": id})).await;
    team.forget().await;
    team.carol.ask("accept", json!({"inviteID": id})).await;
    for wire in [&mut team.b1, &mut team.b2] {
        let heard = wire.event("inviteeAccepted").await;
        assert_eq!(
            (&heard["invitee"], &heard["rev"]),
            (&json!("carol"), &json!(3))
        );
    }
    team.forget().await;
    team.a1.ask("hangUp", json!({"callID": id})).await;
    for wire in team.others() {
        let heard = wire.event("callEnded").await;
        assert_eq!(
            (&heard["userID"], &heard["over"]),
            (&json!("alice"), &json!(true))
        );
    }
    team.hear_nothing().await;
}

/// §3: whatever happens at once, all see it in the same order, each outcome once, by `rev`.
#[tokio::test]
async fn all_members_see_everything_in_the_same_order() {
    let mut team = Team::enter().await;
    let mut rings = Vec::new();
    for _ in 0..10 {
        rings.push(ring(&mut team.a1, json!({})).await);
    }
    team.forget().await;
    let (mut cancels, mut answers) = (Vec::new(), Vec::new());
    for (number, id) in rings.iter().enumerate() {
        let params = json!({"inviteID": id});
        let method = if number % 2 == 0 { "reject" } else { "accept" };
        answers.push(team.b1.send(method, params.clone()).await);
        cancels.push(team.a1.send("cancel", params.clone()).await);
        team.carol.send("reject", params).await;
    }
    for (answer, cancel) in answers.into_iter().zip(cancels) {
        team.b1.reply(answer).await.ok();
        team.a1.reply(cancel).await.ok();
    }
    team.carol.unheard().await;
    let seen = outcomes(&mut team.dave).await;
    for wire in [&mut team.a2, &mut team.b2] {
        assert_eq!(outcomes(wire).await, seen);
    }
    for id in &rings {
        let revs: Vec<u64> = seen
            .iter()
            .filter(|it| it.0 == *id)
            .map(|it| it.1)
            .collect();
        assert!(
            !revs.is_empty() && revs.is_sorted_by(|a, b| a < b),
            "{revs:?}"
        );
        let invitation = team
            .dave
            .ask("getInvitation", json!({"inviteID": id}))
            .await;
        assert_eq!(invitation["rev"], *revs.last().unwrap());
        assert_ne!(invitation["state"], "live");
    }
}

/// What has come of invitations: which one, at which revision, and what.
async fn outcomes(wire: &mut Wire) -> Vec<(String, u64, String)> {
    let mut seen = Vec::new();
    for name in wire.unheard().await {
        if name != "messageReceived" {
            let event = wire.event(&name).await;
            let id = event["inviteID"].as_str().unwrap().to_owned();
            seen.push((id, event["rev"].as_u64().unwrap(), name));
        }
    }
    seen
}

/// §4, 8010: when invitees ended differently the reason tells the last, to whoever has not answered
/// himself; who has is told of his own answer.
#[tokio::test]
async fn what_is_past_is_the_last_end() {
    let (mut team, id) = Team::with_ring(30).await;
    let params = json!({"inviteID": id});
    team.b1.ask("accept", params.clone()).await;
    let refused = team.b1.refused("cancel", params.clone()).await;
    assert_eq!(refused, refusal(8011, "notInviter"), "carol is pending");
    team.carol.ask("reject", params.clone()).await;
    team.forget().await;
    for (wire, method, reason) in [
        (&mut team.a1, "cancel", "rejected"),
        (&mut team.a2, "cancel", "rejected"),
        (&mut team.dave, "accept", "rejected"),
        (&mut team.b1, "reject", "accepted"),
        (&mut team.b2, "reject", "acceptedElsewhere"),
        (&mut team.carol, "accept", "rejected"),
        (&mut team.eve, "accept", "unknown"),
    ] {
        let refused = wire.refused(method, params.clone()).await;
        assert_eq!(refused, refusal(8010, reason), "{method}");
    }
    team.hear_nothing().await;
}

/// Everything that can be asked about a group, of that one.
fn asked(group: &str) -> Vec<(&'static str, Value)> {
    let text = json!({"groupID": group, "type": "text", "payload": {"text": "x"}});
    let conversation = json!({"conversationID": format!("GROUP{group}")});
    vec![
        (
            "inviteInGroup",
            json!({"groupID": group, "inviteeList": ["bob"]}),
        ),
        ("getGroupMemberList", json!({"groupID": group})),
        (
            "addGroupMember",
            json!({"groupID": group, "userIDList": ["eve"]}),
        ),
        (
            "deleteGroupMember",
            json!({"groupID": group, "userIDList": ["bob"]}),
        ),
        ("quitGroup", json!({"groupID": group})),
        ("dismissGroup", json!({"groupID": group})),
        ("sendMessage", text),
        ("getMessageList", conversation.clone()),
        ("setMessageRead", conversation),
    ]
}

/// §4, 10007: a group is for its members; to others nothing of it is told, and they change nothing.
#[tokio::test]
async fn who_is_no_member_is_refused() {
    let (mut team, id) = Team::with_ring(30).await;
    for (method, params) in asked("team") {
        let refused = team.eve.refused(method, params).await;
        assert_eq!(refused, refusal(10_007, "notInGroup"), "{method}");
    }
    team.hear_nothing().await;
    assert_eq!(fate(&mut team.b1, &id).await.1, "pending");
    let list = team.eve.ask("getJoinedGroupList", json!({})).await;
    assert_eq!(list, json!({"groupList": []}));
}

/// §4, 10010: a group that never was, and one that is no more.
#[tokio::test]
async fn a_group_that_does_not_exist_is_refused() {
    let mut team = Team::enter().await;
    team.a1
        .ask("dismissGroup", json!({"groupID": "team"}))
        .await;
    team.forget().await;
    for group in ["nowhere", "team"] {
        let join = ("joinGroup", json!({"groupID": group}));
        for (method, params) in asked(group).into_iter().chain([join]) {
            let refused = team.a1.refused(method, params).await;
            assert_eq!(refused, refusal(10_010, "noSuchGroup"), "{method} {group}");
        }
    }
    team.hear_nothing().await;
}

/// §2: a group has at most 500 members.
#[tokio::test]
async fn a_group_has_at_most_500_members() {
    let server = TestServer::start().await;
    let names: Vec<String> = (0..500).map(|number| format!("m{number}")).collect();
    for name in &names {
        server.wire(name, "d").await.vanish();
    }
    let mut alice = server.wire("alice", "a1").await;
    let group = |members: &[String]| json!({"groupID": "all", "name": "All", "memberList": members, "joinOption": "free"});
    let refused = alice.refused("createGroup", group(&names)).await;
    assert_eq!(refused, refusal(6017, "badParameter"));
    let made = alice.ask("createGroup", group(&names[..499])).await;
    assert_eq!(made["group"]["memberCount"], 500);
    let more = json!({"groupID": "all", "userIDList": ["m499"]});
    let refused = alice.refused("addGroupMember", more).await;
    assert_eq!(refused, refusal(6017, "badParameter"));
    let mut last = server.wire("m499", "d").await;
    let refused = last.refused("joinGroup", json!({"groupID": "all"})).await;
    assert_eq!(refused, refusal(6017, "badParameter"));
    last.hears_nothing().await;
    alice.hears_nothing().await;
}

/// §8: the group hears the end of a call that some of it were invited into later, and `callID` names it.
#[tokio::test]
async fn a_group_follows_a_call_that_it_was_invited_into() {
    let mut team = Team::enter().await;
    let one = json!({"userID": "bob", "inviteID": "one"});
    team.a1.ask("invite", one).await;
    team.b1.ask("accept", json!({"inviteID": "one"})).await;
    let into = json!({"inviteeList": ["carol"], "callID": "one"});
    let two = ring(&mut team.a1, into).await;
    team.carol.ask("accept", json!({"inviteID": two})).await;
    let call = team.dave.ask("getCall", json!({"callID": "one"})).await;
    assert_eq!(call["invitations"], json!(["one", two]));
    team.forget().await;
    for (who, over) in [("carol", false), ("bob", true)] {
        let leaver = if who == "bob" {
            &mut team.b1
        } else {
            &mut team.carol
        };
        leaver.ask("hangUp", json!({"callID": "one"})).await;
        for wire in [&mut team.a1, &mut team.a2, &mut team.b2, &mut team.dave] {
            let heard = wire.event("callEnded").await;
            assert_eq!(
                (&heard["userID"], &heard["over"]),
                (&json!(who), &json!(over))
            );
        }
    }
    team.eve.hears_nothing().await;
}

/// §5: of the time-outs while a device was away only one-to-one ones are told at its login; §6: the
/// group's history and what is unread in it tell of the others.
#[tokio::test]
async fn a_login_is_not_told_of_time_outs_in_groups() {
    let mut team = Team::enter().await;
    let device = std::mem::replace(&mut team.carol, Wire::open(&team.server.url()).await);
    team.server.logout(device).await;
    ring(&mut team.a1, json!({"timeout": 1})).await;
    team.a1.event("invitationTimeout").await;
    let mut back = team.server.wire("carol", "c1").await;
    assert_eq!(back.snapshot["ended"], json!([]));
    assert_eq!(back.snapshot["unreadTotal"], 1);
    assert_eq!(actions(&mut back, "GROUPteam").await, [1, 5]);
}

/// §6: whoever joins later has nothing unread from before, and what is written then counts.
#[tokio::test]
async fn who_joins_later_has_nothing_unread_from_before() {
    let mut team = Team::enter().await;
    let text = json!({"groupID": "team", "type": "text", "payload": {"text": "x"}});
    team.b1.ask("sendMessage", text.clone()).await;
    ring(&mut team.a1, json!({})).await;
    let eve = json!({"groupID": "team", "userIDList": ["eve"]});
    team.a1.ask("addGroupMember", eve).await;
    assert_eq!(unread(&mut team.eve, "GROUPteam").await, 0);
    team.b1.ask("sendMessage", text).await;
    assert_eq!(unread(&mut team.eve, "GROUPteam").await, 1);
    team.eve
        .ask("setMessageRead", json!({"conversationID": "GROUPteam"}))
        .await;
    assert_eq!(unread(&mut team.eve, "GROUPteam").await, 0);
    assert_eq!(unread(&mut team.dave, "GROUPteam").await, 2);
}

/// §2: whoever leaves while he is being invited is refused as an outsider or ends as `leftGroup`: no ring
/// is left behind, whichever comes first.
#[tokio::test]
async fn of_leaving_and_being_invited_either_comes_first() {
    let mut team = Team::enter().await;
    let carol = json!({"groupID": "team", "userIDList": ["carol"]});
    let (mut refused, mut cancelled) = (0, 0);
    for round in 0..40 {
        let params = inviting(json!({"timeout": 0}));
        let id = params["inviteID"].clone();
        let leave = json!({"groupID": "team"});
        let (invite, quit) = if round % 2 == 0 {
            let invite = team.a1.send("inviteInGroup", params).await;
            (invite, team.carol.send("quitGroup", leave).await)
        } else {
            let quit = team.carol.send("quitGroup", leave).await;
            (team.a1.send("inviteInGroup", params).await, quit)
        };
        team.carol.reply(quit).await.unwrap();
        match team.a1.reply(invite).await {
            Ok(_) => {
                cancelled += 1;
                let seen = team.a1.ask("getInvitation", json!({"inviteID": id})).await;
                assert_eq!(
                    seen["invitees"][0]["state"], "pending",
                    "bob's part goes on"
                );
                assert_eq!(seen["invitees"][1]["state"], "cancelled");
                assert_eq!(seen["invitees"][1]["reason"], "leftGroup");
                team.a1.ask("cancel", json!({"inviteID": id})).await;
            }
            Err(error) => {
                refused += 1;
                assert_eq!(error["code"], 10_004, "{error}");
            }
        }
        team.a1.ask("addGroupMember", carol.clone()).await;
        team.forget().await;
    }
    assert!(refused > 0 && cancelled > 0, "{refused} and {cancelled}");
}
