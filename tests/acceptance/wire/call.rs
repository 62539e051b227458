//! `hangUp`, `getCall` and `callEnded`.

use serde_json::{Value, json};

use super::{Cast, body, fate, messages, ring};
use crate::raw::{Wire, refusal, take_ms};

/// §1, §8, PROTOCOL "Requests": parties are user and device, the inviter's first.
#[tokio::test]
async fn a_call_shows_its_parties_to_every_device_of_theirs() {
    let (mut cast, id) = Cast::with_call().await;
    for wire in cast.parts() {
        let mut call = wire.ask("getCall", json!({"callID": id})).await;
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
    assert_eq!(
        fate(&mut cast.a1, &id).await,
        ("inCall".to_owned(), "accepted".to_owned())
    );
}

/// §8: any device of a party's user may hang up; all others hear the end, with its duration.
#[tokio::test]
async fn any_device_of_either_side_may_hang_up() {
    for who in 0..4 {
        let (mut cast, id) = Cast::with_call().await;
        let mut parts = cast.parts();
        let mut result = parts[who].ask("hangUp", json!({"callID": id})).await;
        let duration = take_ms(&mut result, "durationMs", 0..=20_000);
        assert_eq!(result, json!({"callID": id}));
        let user = if who < 2 { "alice" } else { "bob" };
        for (index, wire) in parts.iter_mut().enumerate() {
            if index == who {
                continue;
            }
            assert_eq!(
                wire.event("callEnded").await,
                json!({
                    "callID": id, "inviteID": id, "userID": user, "durationMs": duration,
                    "reason": "hangUp", "over": true,
                })
            );
        }
        cast.hear_nothing().await;
        assert_eq!(
            fate(&mut cast.b2, &id).await,
            ("ended".to_owned(), "accepted".to_owned())
        );
    }
}

/// §8: the reason of a hang-up is the client's word, and is passed on.
#[tokio::test]
async fn the_reason_of_a_hang_up_is_passed_on() {
    let (mut cast, id) = Cast::with_call().await;
    let params = json!({"callID": id, "reason": "mediaFailed"});
    cast.b1.ask("hangUp", params).await;
    for wire in [&mut cast.a1, &mut cast.a2, &mut cast.b2] {
        assert_eq!(wire.event("callEnded").await["reason"], "mediaFailed");
    }
}

/// §4, §8: what is over stays over; a call is nobody else's business.
#[tokio::test]
async fn a_call_that_is_over_or_unknown_cannot_be_left() {
    let (mut cast, id) = Cast::with_call().await;
    let params = json!({"callID": id});
    for method in ["hangUp", "getCall"] {
        let refused = cast.carol.refused(method, params.clone()).await;
        assert_eq!(refused, refusal(8010, "unknown"), "{method}");
        let unknown = json!({"callID": "no such call"});
        let refused = cast.a1.refused(method, unknown).await;
        assert_eq!(refused, refusal(8010, "unknown"), "{method}");
    }
    cast.hear_nothing().await;
    cast.a1.ask("hangUp", params.clone()).await;
    cast.forget().await;
    for wire in cast.parts() {
        let refused = wire.refused("hangUp", params.clone()).await;
        assert_eq!(refused, refusal(8010, "ended"));
    }
    cast.hear_nothing().await;
}

/// §8: a call begins with the first accept; a ring is no call yet.
#[tokio::test]
async fn a_ring_cannot_be_hung_up() {
    let (mut cast, id) = Cast::with_ring(30).await;
    for wire in [&mut cast.a1, &mut cast.b1] {
        let refused = wire.refused("hangUp", json!({"callID": id})).await;
        assert_eq!(refused, refusal(8010, "unknown"));
    }
    cast.hear_nothing().await;
    assert_eq!(fate(&mut cast.b1, &id).await.1, "pending");
}

/// §8: whoever is not in a call cannot invite into it.
#[tokio::test]
async fn nobody_invites_into_a_call_he_is_not_in() {
    let (mut cast, id) = Cast::with_call().await;
    let params = json!({"userID": "bob", "callID": id});
    let refused = cast.carol.refused("invite", params).await;
    assert_eq!(refused, refusal(8011, "notInCall"));
    cast.hear_nothing().await;
}

/// §8: the parties of a call are those of all its invitations; it goes on while two are left.
#[tokio::test]
async fn a_third_party_joins_a_call_and_the_call_outlives_the_first_to_leave() {
    let (mut cast, first) = Cast::with_call().await;
    let params = json!({"userID": "carol", "callID": first, "inviteID": "second"});
    cast.a1.ask("invite", params).await;
    cast.carol.event("newInvitationReceived").await;
    cast.carol
        .ask("accept", json!({"inviteID": "second"}))
        .await;
    let call = cast.b1.ask("getCall", json!({"callID": first})).await;
    let parties = call["parties"].as_array().unwrap();
    let users: Vec<_> = parties.iter().map(|party| &party["userID"]).collect();
    assert_eq!(users, ["alice", "bob", "carol"]);
    assert_eq!(call["invitations"], json!([first, "second"]));
    for wire in cast.parts() {
        wire.forget().await;
    }

    cast.b1.ask("hangUp", json!({"callID": first})).await;
    for wire in [&mut cast.a1, &mut cast.a2, &mut cast.b2] {
        let heard = wire.event("callEnded").await;
        assert_eq!(heard["userID"], "bob");
        assert_eq!(heard["over"], false);
    }
    cast.carol.message().await;
    assert_eq!(cast.carol.event("callEnded").await["over"], false);
    let refused = cast.b2.refused("hangUp", json!({"callID": first})).await;
    assert_eq!(refused, refusal(8010, "ended"));

    cast.carol.ask("hangUp", json!({"callID": first})).await;
    for wire in [&mut cast.a1, &mut cast.a2] {
        let heard = wire.event("callEnded").await;
        assert_eq!(heard["userID"], "carol");
        assert_eq!(heard["over"], true);
    }
    cast.hear_nothing().await;
}

/// §6: the invite's message tells who answered and, afterwards, how long people talked.
#[tokio::test]
async fn the_message_of_an_answered_invite_tells_the_duration() {
    let (mut cast, id) = Cast::with_call().await;
    let answered_by = json!({"userID": "bob", "deviceID": "b1", "platform": "cli"});
    let listed = messages(&mut cast.b2, "C2Calice").await;
    let expected = json!({"outcome": "answered", "answeredBy": answered_by});
    assert_eq!(listed[1]["call"], expected);
    let result = cast.a1.ask("hangUp", json!({"callID": id})).await;
    let listed = messages(&mut cast.a2, "C2Cbob").await;
    assert_eq!(listed.len(), 2, "a hang-up leaves no message");
    assert_eq!(body(&listed[1])["actionType"], 1);
    assert_eq!(
        listed[1]["call"],
        json!({
            "outcome": "answered", "durationMs": result["durationMs"], "answeredBy": answered_by,
        })
    );
}

/// §4, 8010: an invitation into a call that is over is refused.
#[tokio::test]
async fn a_call_that_is_over_is_not_invited_into() {
    let (mut cast, id) = Cast::with_call().await;
    cast.a1.ask("hangUp", json!({"callID": id})).await;
    cast.forget().await;
    let params = json!({"userID": "carol", "callID": id});
    assert_eq!(
        cast.a1.refused("invite", params).await,
        refusal(8010, "ended")
    );
    cast.hear_nothing().await;
    ring(&mut cast.a1, json!({})).await;
}

/// The events of invitations and calls that have come: their names and what they say.
async fn told(wire: &mut Wire) -> Vec<(String, Value)> {
    let mut events = Vec::new();
    for name in wire.unheard().await {
        if name != "messageReceived" {
            events.push((name.clone(), wire.event(&name).await));
        }
    }
    events
}

/// §3: all devices see all outcomes, of whichever invitations, in the same order.
#[tokio::test]
async fn all_devices_see_everything_in_the_same_order() {
    let mut cast = Cast::enter().await;
    let mut rings = Vec::new();
    for _ in 0..12 {
        rings.push(ring(&mut cast.a1, json!({})).await);
    }
    cast.forget().await;
    let mut asked = Vec::new();
    for (number, id) in rings.iter().enumerate() {
        let params = json!({"inviteID": id});
        let method = ["accept", "reject", "reject"][number % 3];
        asked.push((0, cast.a1.send("cancel", params.clone()).await));
        asked.push((2, cast.b1.send(method, params).await));
    }
    let mut won = 0;
    for (who, number) in asked {
        let outcome = cast.parts()[who].reply(number).await;
        won += usize::from(outcome.is_ok());
    }
    assert_eq!(won, rings.len());
    let first = told(&mut cast.a2).await;
    assert_eq!(first.len(), rings.len());
    assert_eq!(told(&mut cast.b2).await, first);
}

/// §3: `remainingMs` and never a wall clock, for clients' clocks are wrong.
#[tokio::test]
async fn no_event_of_an_invitation_carries_a_wall_clock() {
    let mut cast = Cast::enter().await;
    for (by_bob, method) in [(true, "accept"), (true, "reject"), (false, "cancel")] {
        let id = ring(&mut cast.a1, json!({})).await;
        cast.b1.ask("ringing", json!({"inviteID": id})).await;
        let actor = if by_bob { &mut cast.b1 } else { &mut cast.a1 };
        actor.ask(method, json!({"inviteID": id})).await;
        if method == "accept" {
            cast.b1.ask("hangUp", json!({"callID": id})).await;
        }
    }
    ring(&mut cast.a1, json!({"timeout": 1})).await;
    let mut events = told(&mut cast.a2).await;
    events.push((
        "invitationTimeout".to_owned(),
        cast.a2.event("invitationTimeout").await,
    ));
    let mut names: Vec<&str> = events.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(
        names,
        [
            "callEnded",
            "invitationCancelled",
            "invitationTimeout",
            "inviteeAccepted",
            "inviteeRejected",
            "inviteeRinging",
            "newInvitationReceived",
        ]
    );
    for (name, event) in &events {
        for (field, value) in event.as_object().unwrap() {
            // Any clock that counts from an epoch is far beyond this, in seconds or milliseconds.
            let number = value.as_u64().unwrap_or_default();
            assert!(number < 1_000_000, "{name}.{field} is {number}");
        }
    }
}
