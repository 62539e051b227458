//! Ringing members of a group: who hears, who observes, and what becomes of it when people leave
//! (SIGNALING §2, §3, §5).

use std::time::Duration;

use serde_json::{Value, json};

use crate::peer::{Host, Peer, host, host_tuned, refusal};

fn ring(whom: &[&str]) -> Value {
    json!({"groupID": "team", "inviteeList": whom, "inviteID": "i", "data": "hello"})
}

/// Ann rings Bob and Carol in the group; Dave is a member too, and everybody has heard.
async fn ringing(host: &Host) -> [Peer; 4] {
    let mut peers = host.team(["ann", "bob", "carol", "dave"]).await;
    peers[0].get("inviteInGroup", ring(&["bob", "carol"])).await;
    for peer in &mut peers[1..] {
        let received = peer.hears("newInvitationReceived").await;
        assert_eq!(received["inviteeList"], json!(["bob", "carol"]));
        assert_eq!(received["groupID"], "team");
        peer.hears("messageReceived").await;
    }
    peers
}

/// §3: all members hear what becomes of it; §4: who was not invited may not answer.
#[tokio::test]
async fn a_group_ring_is_answered_in_front_of_all_members() {
    let host = host().await;
    let [mut ann, mut bob, mut carol, mut dave] = ringing(&host).await;
    let by_id = json!({"inviteID": "i"});
    for method in ["accept", "reject"] {
        let refused = dave.refused(method, by_id.clone()).await;
        assert_eq!(refused, (8011, "notInvitee".to_owned()));
    }
    let seen = dave.get("getInvitation", by_id.clone()).await;
    assert_eq!(seen["state"], "live");
    dave.get("getCall", json!({"callID": "i"})).await;

    bob.get("ringing", by_id.clone()).await;
    assert_eq!(ann.hears("inviteeRinging").await["invitee"], "bob");
    bob.get("accept", by_id.clone()).await;
    for peer in [&mut ann, &mut carol, &mut dave] {
        assert_eq!(peer.hears("inviteeAccepted").await["invitee"], "bob");
        peer.hears("messageReceived").await;
    }
    carol.get("reject", by_id.clone()).await;
    for peer in [&mut ann, &mut bob, &mut dave] {
        assert_eq!(peer.hears("inviteeRejected").await["invitee"], "carol");
        peer.hears("messageReceived").await;
    }
    bob.get("hangUp", json!({"callID": "i"})).await;
    for peer in [&mut ann, &mut carol, &mut dave] {
        assert_eq!(peer.hears("callEnded").await["over"], true);
    }
    let page = dave
        .get("getMessageList", json!({"conversationID": "GROUPteam"}))
        .await;
    assert_eq!(page["messages"].as_array().unwrap().len(), 3);
    for peer in [&mut ann, &mut bob, &mut carol, &mut dave] {
        assert!(peer.heard().await.is_empty());
    }
}

/// §2, §4: the whole invitation fails, and nobody hears of it.
#[tokio::test]
async fn a_group_ring_to_somebody_outside_fails_as_a_whole() {
    let host = host().await;
    let [ann, mut bob] = host.team(["ann", "bob"]).await;
    let mut askers = [ann, host.device("eve", "e1").await];
    let other = json!({"groupID": "other", "inviteeList": ["bob"]});
    let untyped = json!({"groupID": "team", "inviteeList": "bob"});
    for (asker, params, refusal) in [
        (0, ring(&["bob", "eve"]), (10004, "notInGroup")),
        (1, ring(&["bob"]), (10007, "notInGroup")),
        (0, other, (10010, "noSuchGroup")),
        (0, ring(&[]), (6017, "badParameter")),
        (0, ring(&["bob", "bob"]), (6017, "badParameter")),
        (0, ring(&["ann"]), (6017, "badParameter")),
        (0, untyped, (6017, "badParameter")),
    ] {
        let refused = askers[asker].refused("inviteInGroup", params.clone()).await;
        assert_eq!(refused, (refusal.0, refusal.1.to_owned()), "{params}");
    }
    assert!(bob.heard().await.is_empty());
    for asker in &mut askers {
        assert!(asker.heard().await.is_empty());
    }
    let unknown = (8010, "unknown".to_owned());
    assert_eq!(
        askers[0]
            .refused("getInvitation", json!({"inviteID": "i"}))
            .await,
        unknown
    );
}

/// §4: a repetition is the same invitation; another one under its name is none.
#[tokio::test]
async fn a_repeated_group_ring_is_the_same() {
    let host = host().await;
    let [mut ann, mut bob, _carol, _dave] = ringing(&host).await;
    let again = ann.get("inviteInGroup", ring(&["bob", "carol"])).await;
    assert_eq!(again["inviteID"], "i");
    let reused = (6017, "reused".to_owned());
    assert_eq!(ann.refused("inviteInGroup", ring(&["bob"])).await, reused);
    let alone = json!({"userID": "bob", "inviteID": "i"});
    assert_eq!(ann.refused("invite", alone).await, reused);
    assert!(bob.heard().await.is_empty());
}

/// §5: a login answers with the group's live rings, those only observed too, and their time.
#[tokio::test]
async fn a_login_learns_of_the_groups_rings() {
    let host = host().await;
    let [mut ann, mut bob, carol, dave] = ringing(&host).await;
    for (user, peer) in [("carol", carol), ("dave", dave)] {
        peer.leave().await;
        let (_peer, result) = host.login(user, &format!("{user}1")).await;
        assert_eq!(result["invitations"][0]["inviteID"], "i", "{user}");
        let left = result["invitations"][0]["remainingMs"].as_u64().unwrap();
        assert!((20_000..=30_000).contains(&left), "{left}");
    }
    host.device("eve", "e1").await;
    let (_eve, result) = host.login_knowing("eve", "e1", &["i"]).await;
    assert_eq!(result["invitations"], json!([]));
    ann.get("cancel", json!({"inviteID": "i"})).await;
    assert_eq!(
        bob.hears("invitationCancelled").await["inviteeList"],
        json!(["bob", "carol"])
    );
    let (_dave, result) = host.login_knowing("dave", "dave1", &["i"]).await;
    assert_eq!(result["invitations"], json!([]));
    assert_eq!(result["ended"][0]["inviteID"], "i");
}

/// §2: an invitee who leaves while pending ends as cancelled, before his leaving is answered.
#[tokio::test]
async fn whoever_leaves_the_group_is_rung_no_more() {
    let host = host().await;
    let [mut ann, mut bob, mut carol, mut dave] = ringing(&host).await;
    bob.get("quitGroup", json!({"groupID": "team"})).await;
    let cancelled = bob.hears("invitationCancelled").await;
    assert_eq!(cancelled["inviteeList"], json!(["bob"]));
    assert_eq!(cancelled["reason"], "leftGroup");
    for peer in [&mut ann, &mut carol, &mut dave] {
        peer.hears("groupChanged").await;
        assert_eq!(
            peer.hears("invitationCancelled").await["reason"],
            "leftGroup"
        );
        peer.hears("messageReceived").await;
    }
    let refused = bob.refused("accept", json!({"inviteID": "i"})).await;
    assert_eq!(refused, (8010, "cancelled".to_owned()));
    carol.get("accept", json!({"inviteID": "i"})).await;
    // One who left and was invited hears the rest; one who only looked on does not.
    assert_eq!(bob.heard().await, ["inviteeAccepted"]);
}

/// §3, column D: whoever joins while it rings hears of its beginning first, once; who was invited and
/// has left is not rung again.
#[tokio::test]
async fn whoever_joins_amid_a_ring_hears_of_its_beginning() {
    let host = host().await;
    let [mut ann, mut bob, mut carol, _dave] = ringing(&host).await;
    let mut erin = host.device("erin", "e1").await;
    bob.get("quitGroup", json!({"groupID": "team"})).await;
    let both = json!({"groupID": "team", "userIDList": ["bob", "erin"]});
    ann.get("addGroupMember", both).await;
    erin.hears("groupChanged").await;
    let seen = erin.hears("newInvitationReceived").await;
    assert_eq!((&seen["inviteID"], &seen["rev"]), (&json!("i"), &json!(2)));
    assert_eq!(seen["invitees"][0]["state"], "cancelled");
    assert!(seen["remainingMs"].as_u64().is_some());
    carol.get("accept", json!({"inviteID": "i"})).await;
    assert_eq!(erin.hears("inviteeAccepted").await["rev"], 3);
    let heard = ["invitationCancelled", "groupChanged", "inviteeAccepted"];
    for name in heard {
        bob.hears(name).await;
    }
}

/// §2: when the inviter leaves or the group is dismissed, all pending ones end; §3, column D: whoever
/// looked on hears it too.
#[tokio::test]
async fn a_ring_ends_with_its_inviters_membership_and_with_the_group() {
    for (method, params) in [
        ("quitGroup", json!({"groupID": "team"})),
        ("dismissGroup", json!({"groupID": "team"})),
    ] {
        let host = host().await;
        let [mut ann, mut bob, mut carol, mut dave] = ringing(&host).await;
        assert_eq!(ann.get(method, params).await, json!({}));
        for peer in [&mut bob, &mut carol, &mut dave] {
            peer.hears("groupChanged").await;
            let cancelled = peer.hears("invitationCancelled").await;
            assert_eq!(cancelled["inviteeList"], json!(["bob", "carol"]));
            assert_eq!(cancelled["reason"], "leftGroup");
        }
        let refused = bob.refused("accept", json!({"inviteID": "i"})).await;
        assert_eq!(refused, (8010, "cancelled".to_owned()), "{method}");
    }
}

/// §3: one event for all who did not answer, each told whether he is one of them.
#[tokio::test]
async fn those_who_did_not_answer_time_out_together() {
    let host = host().await;
    let [mut ann, mut bob, mut carol, mut dave] = host.team(["ann", "bob", "carol", "dave"]).await;
    let params = json!({
        "groupID": "team", "inviteeList": ["bob", "carol", "dave"], "inviteID": "i", "timeout": 3,
    });
    ann.get("inviteInGroup", params).await;
    bob.get("accept", json!({"inviteID": "i"})).await;
    for (peer, is_late) in [
        (&mut ann, false),
        (&mut bob, false),
        (&mut carol, true),
        (&mut dave, true),
    ] {
        let late = loop {
            let (name, late) = peer.event().await;
            if name == "invitationTimeout" {
                break late;
            }
        };
        assert_eq!(late["inviteeList"], json!(["carol", "dave"]));
        assert_eq!(late["isSelfTimeout"], is_late);
        assert_eq!(peer.heard().await, ["messageReceived"]);
    }
}

/// §4: in a group whoever blocked the inviter is simply not rung.
#[tokio::test]
async fn whoever_has_blocked_the_inviter_is_not_rung() {
    let host = host().await;
    let [mut ann, mut bob, mut carol] = host.team(["ann", "bob", "carol"]).await;
    bob.get("addToBlacklist", json!({"userIDList": ["ann"]}))
        .await;
    ann.get("inviteInGroup", ring(&["bob", "carol"])).await;
    carol.hears("newInvitationReceived").await;
    assert_eq!(bob.heard().await, ["messageReceived"]);
    let unknown = (8010, "unknown".to_owned());
    for method in ["getInvitation", "accept"] {
        assert_eq!(bob.refused(method, json!({"inviteID": "i"})).await, unknown);
    }
    let (_bob, result) = host.login_knowing("bob", "bob1", &["i"]).await;
    assert_eq!(
        (&result["invitations"], &result["ended"]),
        (&json!([]), &json!([]))
    );
}

/// §2: an online-only ring in a group reaches the connected devices of all its members, no later one.
#[tokio::test]
async fn an_online_only_group_ring_reaches_who_is_there() {
    let host = host().await;
    let [mut ann, mut bob, mut carol] = host.team(["ann", "bob", "carol"]).await;
    let params = json!({
        "groupID": "team", "inviteeList": ["bob"], "inviteID": "i", "onlineUserOnly": true,
    });
    let invited = ann.get("inviteInGroup", params).await;
    assert!(invited.get("message").is_none());
    for peer in [&mut bob, &mut carol] {
        peer.hears("newInvitationReceived").await;
    }
    for user in ["bob", "carol"] {
        let (mut late, result) = host.login(user, "late").await;
        assert_eq!(result["invitations"], json!([]));
        let refused = late
            .refused("getInvitation", json!({"inviteID": "i"}))
            .await;
        assert_eq!(refused, (8010, "unknown".to_owned()));
    }
    let modify = json!({"inviteID": "i", "data": "x"});
    let refused = ann.refused("modifyInvitation", modify).await;
    assert_eq!(refused, (6017, "onlineUserOnly".to_owned()));
}

/// §2, §3: the inviter alone modifies, while it is live; all others hear, and the message changes.
#[tokio::test]
async fn an_inviter_modifies_the_data_of_a_live_ring() {
    let host = host().await;
    let [mut ann, mut bob, mut carol, mut dave] = ringing(&host).await;
    let modify = json!({"inviteID": "i", "data": "later", "opID": "o"});
    let done = ann.get("modifyInvitation", modify.clone()).await;
    assert_eq!(done, json!({"inviteID": "i"}));
    assert_eq!(ann.get("modifyInvitation", modify.clone()).await, done);
    for peer in [&mut bob, &mut carol, &mut dave] {
        let expected = json!({"inviteID": "i", "rev": 2, "data": "later"});
        assert_eq!(peer.hears("invitationModified").await, expected);
        let refused = peer.refused("modifyInvitation", modify.clone()).await;
        assert_eq!(refused, (8011, "notInviter".to_owned()));
    }
    let page = bob
        .get("getMessageList", json!({"conversationID": "GROUPteam"}))
        .await;
    let body = page["messages"][0]["payload"]["data"].as_str().unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(
        (&body["data"], &body["actionType"]),
        (&json!("later"), &json!(1))
    );
    let seen = bob.get("getInvitation", json!({"inviteID": "i"})).await;
    assert_eq!(seen["data"], "later");
    ann.get("cancel", json!({"inviteID": "i"})).await;
    let late = ann
        .ask("modifyInvitation", json!({"inviteID": "i", "data": "x"}))
        .await;
    assert_eq!(refusal(&late), (8010, "cancelled".to_owned()));
    assert_eq!(late["error"]["data"]["inviteID"], "i");
    let missing = ann
        .refused("modifyInvitation", json!({"inviteID": "i"}))
        .await;
    assert_eq!(missing.0, 6017);
}

/// §5: a group ring ends when its inviter is gone for the grace, in front of all members.
#[tokio::test]
async fn a_group_ring_ends_when_its_inviter_is_gone() {
    let host = host_tuned(|it| it.grace = Duration::from_millis(100)).await;
    let [ann, mut bob, _carol, mut dave] = ringing(&host).await;
    ann.leave().await;
    for peer in [&mut bob, &mut dave] {
        let cancelled = peer.hears("invitationCancelled").await;
        assert_eq!(cancelled["reason"], "inviterOffline");
    }
}
