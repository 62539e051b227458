//! Error codes of SIGNALING §4 that no other file here is about, and what a refusal names.

use serde_json::{Value, json};

use bellhop_server::{Rate, RateLimits};

use super::team::{self, Team};
use super::{Cast, inviting, messages, ring};
use crate::raw::refusal;
use crate::server::TestServer;

/// §4: every error names the code, a sentence and a reason, and the invitation it is about.
#[tokio::test]
async fn a_refusal_names_its_invitation() {
    let (mut cast, id) = Cast::with_ring(30).await;
    for method in ["accept", "reject"] {
        let asked = cast.a1.send(method, json!({"inviteID": id})).await;
        let error = cast.a1.reply(asked).await.unwrap_err();
        let sentence = error["message"].as_str().unwrap().to_owned();
        assert!(sentence.len() > 20, "{sentence}");
        assert_eq!(
            error,
            json!({
                "code": 8011, "message": sentence,
                "data": {"reason": "notInvitee", "inviteID": id},
            })
        );
    }
}

/// §4, 8010: each of the reasons, to whom it is true for.
#[tokio::test]
async fn every_reason_of_an_end_is_told() {
    let mut cast = Cast::enter().await;
    let mut ended = Vec::new();
    for (by_bob, method) in [(true, "accept"), (true, "reject"), (false, "cancel")] {
        let id = ring(&mut cast.a1, json!({})).await;
        let actor = if by_bob { &mut cast.b1 } else { &mut cast.a1 };
        actor.ask(method, json!({"inviteID": id})).await;
        ended.push(id);
    }
    cast.forget().await;
    ended.push(ring(&mut cast.a1, json!({"timeout": 1})).await);
    cast.b1.event("newInvitationReceived").await;
    cast.b1.event("invitationTimeout").await;
    cast.forget().await;
    let [accepted, rejected, cancelled, late] = &ended[..] else {
        panic!("four have ended");
    };
    for (id, here, elsewhere, inviter) in [
        (accepted, "accepted", "acceptedElsewhere", "accepted"),
        (rejected, "rejected", "rejectedElsewhere", "rejected"),
        (cancelled, "cancelled", "cancelled", "cancelled"),
        (late, "timedOut", "timedOut", "timedOut"),
        (&"no such one".to_owned(), "unknown", "unknown", "unknown"),
    ] {
        for (wire, reason) in cast
            .parts()
            .into_iter()
            .zip([inviter, inviter, here, elsewhere])
        {
            for method in ["accept", "reject", "ringing", "cancel"] {
                let refused = wire.refused(method, json!({"inviteID": id})).await;
                assert_eq!(refused, refusal(8010, reason), "{method}");
            }
        }
    }
    cast.hear_nothing().await;
}

/// §4, 8010: to whoever takes no part, what has ended is as unknown as what is live.
#[tokio::test]
async fn a_stranger_is_told_unknown_of_what_has_ended_too() {
    let mut cast = Cast::enter().await;
    for (by_bob, method) in [(true, "accept"), (true, "reject"), (false, "cancel")] {
        let id = ring(&mut cast.a1, json!({})).await;
        let actor = if by_bob { &mut cast.b1 } else { &mut cast.a1 };
        actor.ask(method, json!({"inviteID": id})).await;
        for asked in ["getInvitation", "ringing", "accept", "reject", "cancel"] {
            let refused = cast.carol.refused(asked, json!({"inviteID": id})).await;
            assert_eq!(refused, refusal(8010, "unknown"), "{asked} after {method}");
        }
    }
}

/// §4, 7008: rings in groups count as invitations, and are refused alike.
#[tokio::test]
async fn rings_in_groups_count_as_invitations() {
    let server = TestServer::with(|tuning| {
        tuning.rate_limits.invitations = Rate {
            per_second: 1,
            burst: 2,
        };
    })
    .await;
    let mut team = Team::enter_at(server).await;
    team.a1.ask("invite", inviting(json!({}))).await;
    team::ring(&mut team.a1, json!({})).await;
    team.forget().await;
    let params = team::inviting(json!({}));
    let refused = team.a2.refused("inviteInGroup", params.clone()).await;
    assert_eq!(refused, refusal(7008, "tooManyRequests"));
    team.hear_nothing().await;
    team.b1
        .ask(
            "inviteInGroup",
            json!({"groupID": "team", "inviteeList": ["dave"]}),
        )
        .await;
}

/// §4, 7008: the rates where nobody sets others.
#[test]
fn the_rates_of_a_server_are_those_of_the_specification() {
    let RateLimits {
        invitations,
        others,
    } = RateLimits::default();
    assert_eq!((invitations.per_second, invitations.burst), (30, 100));
    assert_eq!((others.per_second, others.burst), (100, 300));
}

/// §4, 20003: nobody who never logged in can be rung or written to.
#[tokio::test]
async fn a_user_who_does_not_exist_cannot_be_rung() {
    let mut cast = Cast::enter().await;
    let params = json!({"userID": "nobody", "inviteID": "free"});
    let refused = cast.a1.refused("invite", params).await;
    assert_eq!(refused, refusal(20003, "noSuchUser"));
    cast.hear_nothing().await;
    let list = cast.a1.ask("getConversationList", json!({})).await;
    assert_eq!(list, json!({"conversations": []}));
    cast.a1
        .ask("invite", json!({"userID": "bob", "inviteID": "free"}))
        .await;
}

/// §4, 7008: too many requests are refused with the time after which they will not be; what is
/// refused changes nothing.
#[tokio::test]
async fn too_many_requests_are_refused() {
    let server = TestServer::with(|tuning| {
        let few = Rate {
            per_second: 1,
            burst: 3,
        };
        tuning.rate_limits = RateLimits {
            invitations: few,
            others: RateLimits::default().others,
        };
    })
    .await;
    let mut cast = Cast::enter_at(server).await;
    for _ in 0..3 {
        cast.a1.ask("invite", inviting(json!({}))).await;
    }
    cast.forget().await;
    let params = inviting(json!({}));
    let asked = cast.a2.send("invite", params.clone()).await;
    let error = cast.a2.reply(asked).await.unwrap_err();
    assert_eq!(error["code"], 7008);
    assert_eq!(error["data"]["reason"], "tooManyRequests");
    let wait = error["data"]["retryAfterMs"].as_u64().unwrap();
    assert!((1..=1000).contains(&wait), "{wait}");
    cast.hear_nothing().await;
    assert_eq!(messages(&mut cast.b1, "C2Calice").await.len(), 3);
    cast.carol.ask("invite", params).await;
}

/// §4: a refused request leaves everything as it was, whatever it was.
#[tokio::test]
async fn refused_requests_change_nothing() {
    let (mut cast, id) = Cast::with_ring(30).await;
    let before = everything(&mut cast, &id).await;
    for (who, method, params) in [
        (0, "accept", json!({"inviteID": id})),
        (0, "invite", json!({"userID": "alice"})),
        (
            0,
            "invite",
            json!({"userID": "bob", "inviteID": id, "data": "x"}),
        ),
        (1, "reject", json!({"inviteID": id})),
        (2, "cancel", json!({"inviteID": id, "data": "x"})),
        (2, "hangUp", json!({"callID": id})),
        (3, "invite", json!({"userID": "alice", "inviteID": id})),
        (3, "accept", json!({"inviteID": "another"})),
        (3, "reject", json!({"inviteID": id, "reason": "x"})),
    ] {
        let shown = format!("{method} {params}");
        let asked = {
            let parts = cast.parts();
            let asked = parts[who].send(method, params).await;
            parts[who].reply(asked).await
        };
        assert!(asked.is_err(), "{shown} succeeded");
        cast.hear_nothing().await;
        assert_eq!(everything(&mut cast, &id).await, before, "{shown}");
    }
}

/// All that can be seen of the world of these tests.
async fn everything(cast: &mut Cast, id: &str) -> Vec<Value> {
    let mut seen = Vec::new();
    for (wire, name) in [(&mut cast.a1, "C2Cbob"), (&mut cast.b1, "C2Calice")] {
        seen.push(super::standing(wire, id).await);
        seen.push(json!(messages(wire, name).await));
        seen.push(wire.ask("getConversationList", json!({})).await);
    }
    let params = json!({"userIDList": ["alice", "bob", "carol"]});
    seen.push(cast.carol.ask("getUserStatus", params).await);
    seen
}
