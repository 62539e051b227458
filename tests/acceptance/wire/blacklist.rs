//! Blocks: who does not want to hear of whom (SIGNALING §4, 20007).

use serde_json::{Value, json};

use super::team::{self, Team};
use super::{Cast, inviting, messages, unread};
use crate::raw::{fresh, refusal};

/// §4, 20007: whoever has blocked somebody gets neither one-to-one invitations nor messages of his.
#[tokio::test]
async fn who_is_blocked_neither_rings_nor_writes() {
    let mut cast = Cast::enter().await;
    let list = json!({"userIDList": ["alice"]});
    assert_eq!(cast.b1.ask("addToBlacklist", list.clone()).await, json!({}));
    assert_eq!(cast.b2.ask("getBlacklist", json!({})).await, list);
    cast.b1.ask("addToBlacklist", list.clone()).await;
    let refused = cast.a1.refused("invite", inviting(json!({}))).await;
    assert_eq!(refused, refusal(20_007, "blocked"));
    let text = json!({"userID": "bob", "type": "text", "payload": {"text": "hi"}});
    let refused = cast.a1.refused("sendMessage", text.clone()).await;
    assert_eq!(refused, refusal(20_007, "blocked"));
    cast.hear_nothing().await;
    assert_eq!(
        messages(&mut cast.b1, "C2Calice").await,
        Vec::<Value>::new()
    );

    // The blocker may still call and write, and others are not concerned.
    let back = json!({"userID": "alice", "inviteID": fresh()});
    cast.b1.ask("invite", back).await;
    cast.carol.ask("sendMessage", text.clone()).await;
    assert_eq!(unread(&mut cast.b1, "C2Ccarol").await, 1);
    cast.b1.ask("removeFromBlacklist", list).await;
    cast.a1.ask("sendMessage", text).await;
    let none = json!({"userIDList": []});
    assert_eq!(cast.b1.ask("getBlacklist", json!({})).await, none);
}

/// §4: bad lists are 6017, users who do not exist 20003; nothing is changed.
#[tokio::test]
async fn bad_blocks_are_refused() {
    let mut cast = Cast::enter().await;
    for method in ["addToBlacklist", "removeFromBlacklist"] {
        for params in [
            json!({}),
            json!({"userIDList": []}),
            json!({"userIDList": "alice"}),
            json!({"userIDList": [""]}),
            json!({"userIDList": [7]}),
        ] {
            let refused = cast.b1.refused(method, params.clone()).await;
            assert_eq!(refused, refusal(6017, "badParameter"), "{method} {params}");
        }
    }
    let own = json!({"userIDList": ["alice", "bob"]});
    let refused = cast.b1.refused("addToBlacklist", own).await;
    assert_eq!(refused, refusal(6017, "badParameter"));
    let unknown = json!({"userIDList": ["alice", "nobody"]});
    let refused = cast.b1.refused("addToBlacklist", unknown).await;
    assert_eq!(refused, refusal(20_003, "noSuchUser"));
    let none = json!({"userIDList": []});
    assert_eq!(cast.b1.ask("getBlacklist", json!({})).await, none);
    cast.hear_nothing().await;
}

/// §4, 20007: in a group whoever blocked the inviter is simply not rung, and the others are.
#[tokio::test]
async fn who_blocked_the_inviter_is_not_rung_in_a_group() {
    let mut team = Team::enter().await;
    team.b1
        .ask("addToBlacklist", json!({"userIDList": ["alice"]}))
        .await;
    let id = team::ring(&mut team.a1, json!({"timeout": 1})).await;
    team.carol.event("newInvitationReceived").await;
    for wire in [&mut team.b1, &mut team.b2] {
        let heard = wire.unheard().await;
        assert!(
            !heard.contains(&"newInvitationReceived".to_owned()),
            "{heard:?}"
        );
    }
    let late = team.server.wire("bob", "b3").await;
    assert_eq!(late.snapshot["invitations"], json!([]));
    let told = team.a1.event("invitationTimeout").await;
    assert_eq!(
        told["inviteeList"],
        json!(["bob", "carol"]),
        "the inviter cannot tell"
    );
    assert_eq!(told["inviteID"], id.as_str());
    let heard = team.b1.unheard().await;
    assert!(
        !heard.contains(&"invitationTimeout".to_owned()),
        "{heard:?}"
    );
    assert_eq!(unread(&mut team.b1, "GROUPteam").await, 0);
}

/// PROTOCOL "Beside the socket": presence is visible to everybody who is not blocked, at once.
#[tokio::test]
async fn who_is_blocked_does_not_see_the_presence() {
    let mut cast = Cast::enter().await;
    let asked = json!({"userIDList": ["bob"]});
    let status = |status: &str| json!({"statusList": [{"userID": "bob", "status": status}]});
    let watched = cast.a1.ask("subscribeUserStatus", asked.clone()).await;
    assert_eq!(watched, status("online"));
    cast.b1
        .ask("addToBlacklist", json!({"userIDList": ["alice"]}))
        .await;
    assert_eq!(
        cast.a1.event("userStatusChanged").await,
        json!({"userID": "bob", "status": "offline"})
    );
    assert_eq!(
        cast.a2.ask("getUserStatus", asked.clone()).await,
        status("offline")
    );
    let watched = cast.a2.ask("subscribeUserStatus", asked.clone()).await;
    assert_eq!(watched, status("offline"));
    assert_eq!(
        cast.carol.ask("getUserStatus", asked).await,
        status("online")
    );
    cast.b1
        .ask("removeFromBlacklist", json!({"userIDList": ["alice"]}))
        .await;
    for wire in [&mut cast.a1, &mut cast.a2] {
        assert_eq!(
            wire.event("userStatusChanged").await,
            json!({"userID": "bob", "status": "online"})
        );
    }
    cast.hear_nothing().await;
}
