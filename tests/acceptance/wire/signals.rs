//! `sendSignal`: media negotiation between parties of a call (SIGNALING §8).

use serde_json::json;

use super::team::Team;
use super::{Cast, messages};
use crate::raw::{fresh, refusal};

/// §8: to the other party's device alone, in order, byte for byte, and nothing is stored.
#[tokio::test]
async fn signals_arrive_in_the_order_sent() {
    let (mut cast, id) = Cast::with_call().await;
    let stored = messages(&mut cast.a1, "C2Cbob").await.len();
    let mut asked = Vec::new();
    for number in 0..50 {
        let data = format!("{{\"n\":{number},\"sdp\":\"\u{0}🙂\"}}");
        let params = json!({"callID": id, "data": data, "opID": format!("s{number}")});
        asked.push(cast.a1.send("sendSignal", params).await);
    }
    for id in asked {
        assert_eq!(cast.a1.reply(id).await.unwrap(), json!({}));
    }
    for number in 0..50 {
        assert_eq!(
            cast.b1.event("signalReceived").await,
            json!({
                "callID": id, "from": {"userID": "alice", "deviceID": "a1"},
                "opID": format!("s{number}"), "data": format!("{{\"n\":{number},\"sdp\":\"\u{0}🙂\"}}"),
            })
        );
    }
    let back = json!({"callID": id, "data": "", "to": {"userID": "alice"}});
    cast.b1.ask("sendSignal", back).await;
    let heard = cast.a1.event("signalReceived").await;
    assert!(
        !heard["opID"].as_str().unwrap().is_empty(),
        "the server names it"
    );
    assert_eq!(heard["data"], "");
    cast.hear_nothing().await;
    assert_eq!(messages(&mut cast.a1, "C2Cbob").await.len(), stored);
}

/// §8: to one of several parties, or to all others.
#[tokio::test]
async fn a_signal_reaches_the_device_of_the_party_alone() {
    let (mut team, id) = Team::with_ring(30).await;
    team.b1.ask("accept", json!({"inviteID": id})).await;
    team.carol.ask("accept", json!({"inviteID": id})).await;
    team.forget().await;
    team.b1
        .ask("sendSignal", json!({"callID": id, "data": "all"}))
        .await;
    for wire in [&mut team.a1, &mut team.carol] {
        assert_eq!(wire.event("signalReceived").await["data"], "all");
    }
    for to in [
        json!({"userID": "carol"}),
        json!({"userID": "carol", "deviceID": "c1"}),
    ] {
        let params = json!({"callID": id, "data": "one", "to": to});
        team.b1.ask("sendSignal", params).await;
        assert_eq!(team.carol.event("signalReceived").await["data"], "one");
    }
    team.hear_nothing().await;
}

/// §8, §4: from a party's device to a party's device; over 48 KiB is 8001.
#[tokio::test]
async fn only_parties_of_a_call_send_signals() {
    let (mut cast, id) = Cast::with_call().await;
    let params = json!({"callID": id, "data": "x"});
    for wire in [&mut cast.a2, &mut cast.b2] {
        let refused = wire.refused("sendSignal", params.clone()).await;
        assert_eq!(refused, refusal(8011, "notInCall"));
    }
    let refused = cast.carol.refused("sendSignal", params).await;
    assert_eq!(refused, refusal(8010, "unknown"));
    let refused = cast
        .a1
        .refused("sendSignal", json!({"callID": fresh(), "data": ""}))
        .await;
    assert_eq!(refused, refusal(8010, "unknown"));
    for to in [
        json!({"userID": "carol"}),
        json!({"userID": "bob", "deviceID": "b2"}),
        json!({"userID": "nobody"}),
    ] {
        let params = json!({"callID": id, "data": "x", "to": to});
        let refused = cast.a1.refused("sendSignal", params).await;
        assert_eq!(refused, refusal(8011, "notInCall"), "{to}");
    }
    for bad in [
        json!({"data": "x"}),
        json!({"callID": id}),
        json!({"callID": id, "data": {}}),
        json!({"callID": id, "data": "x", "to": "bob"}),
        json!({"callID": id, "data": "x", "to": {}}),
        json!({"callID": id, "data": "x", "to": {"userID": ""}}),
        json!({"callID": id, "data": "x", "opID": ""}),
    ] {
        let refused = cast.a1.refused("sendSignal", bad.clone()).await;
        assert_eq!(refused, refusal(6017, "badParameter"), "{bad}");
    }
    let whole = "x".repeat(48 * 1024);
    let long = json!({"callID": id, "data": format!("{whole}x")});
    assert_eq!(
        cast.a1.refused("sendSignal", long).await,
        refusal(8001, "tooLong")
    );
    cast.hear_nothing().await;
    cast.a1
        .ask("sendSignal", json!({"callID": id, "data": whole}))
        .await;
    assert_eq!(cast.b1.event("signalReceived").await["data"], whole);
    cast.b1.ask("hangUp", json!({"callID": id})).await;
    cast.forget().await;
    let refused = cast
        .a1
        .refused("sendSignal", json!({"callID": id, "data": "x"}))
        .await;
    assert_eq!(refused, refusal(8010, "ended"));
}

/// §8: a member of the group who is not in the call neither sends nor hears signals.
#[tokio::test]
async fn an_observer_hears_no_signals() {
    let (mut team, id) = Team::with_ring(30).await;
    team.b1.ask("accept", json!({"inviteID": id})).await;
    team.forget().await;
    let refused = team
        .dave
        .refused("sendSignal", json!({"callID": id, "data": "x"}))
        .await;
    assert_eq!(refused, refusal(8010, "unknown"));
    team.a1
        .ask("sendSignal", json!({"callID": id, "data": "x"}))
        .await;
    team.b1.event("signalReceived").await;
    team.hear_nothing().await;
}
