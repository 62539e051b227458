//! `sendSignal`: media negotiation between the parties of a call, in order (SIGNALING §8).

use serde_json::{Value, json};

use crate::peer::{Host, Peer, host};

fn signal(data: &str) -> Value {
    json!({"callID": "i", "data": data})
}

/// Ann and Bob are in a call, each with a second device that is not.
async fn in_call(host: &Host) -> [Peer; 4] {
    let mut ann = host.device("ann", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    let mut others = [
        host.device("ann", "a2").await,
        host.device("bob", "b2").await,
    ];
    ann.get("invite", json!({"userID": "bob", "inviteID": "i"}))
        .await;
    bob.get("accept", json!({"inviteID": "i"})).await;
    for peer in others.iter_mut().chain([&mut ann, &mut bob]) {
        peer.heard().await;
    }
    let [a2, b2] = others;
    [ann, bob, a2, b2]
}

/// §8: in order, to the party's device alone, byte for byte.
#[tokio::test]
async fn signals_arrive_in_order_at_the_partys_device_alone() {
    let host = host().await;
    let [mut ann, mut bob, mut a2, mut b2] = in_call(&host).await;
    for n in 0..50 {
        ann.post("sendSignal", signal(&format!("{n}"))).await;
    }
    for n in 0..50 {
        let received = bob.hears("signalReceived").await;
        assert_eq!(received["data"], format!("{n}"));
        assert_eq!(received["from"], json!({"userID": "ann", "deviceID": "a1"}));
        assert_eq!(received["callID"], "i");
        assert_eq!(received["opID"].as_str().unwrap().len(), 36);
    }
    for _ in 0..50 {
        assert_eq!(ann.frame().await["result"], json!({}));
    }
    let named = json!({
        "callID": "i", "data": "\u{0}{[", "to": {"userID": "ann", "deviceID": "a1"}, "opID": "o"
    });
    assert_eq!(bob.get("sendSignal", named).await, json!({}));
    let received = ann.hears("signalReceived").await;
    assert_eq!(
        (&received["data"], &received["opID"]),
        (&json!("\u{0}{["), &json!("o"))
    );
    for peer in [&mut ann, &mut bob, &mut a2, &mut b2] {
        assert!(peer.heard().await.is_empty());
    }
}

/// §8: between parties of a running call, and nobody else; at most 48 KiB.
#[tokio::test]
async fn what_is_no_signal_between_parties_is_refused() {
    let host = host().await;
    let [ann, mut bob, a2, mut b2] = in_call(&host).await;
    let mut askers = [ann, a2, host.device("eve", "e1").await];
    let to = |to: Value| json!({"callID": "i", "data": "x", "to": to});
    let long = signal(&"x".repeat(48 * 1024 + 1));
    for (asker, params, refusal) in [
        (2, signal("x"), (8010, "unknown")),
        (0, json!({"callID": "j", "data": "x"}), (8010, "unknown")),
        (1, signal("x"), (8011, "notInCall")),
        (0, to(json!({"userID": "eve"})), (8011, "notInCall")),
        (
            0,
            to(json!({"userID": "bob", "deviceID": "b2"})),
            (8011, "notInCall"),
        ),
        (0, to(json!("bob")), (6017, "badParameter")),
        (0, json!({"callID": "i"}), (6017, "badParameter")),
        (0, long, (8001, "tooLong")),
    ] {
        let refused = askers[asker].refused("sendSignal", params).await;
        assert_eq!(refused, (refusal.0, refusal.1.to_owned()));
    }
    let [mut ann, _a2, mut eve] = askers;
    ann.get("sendSignal", signal(&"x".repeat(48 * 1024))).await;
    assert_eq!(
        bob.hears("signalReceived").await["data"]
            .as_str()
            .unwrap()
            .len(),
        48 * 1024
    );
    bob.get("hangUp", json!({"callID": "i"})).await;
    let over = (8010, "ended".to_owned());
    assert_eq!(ann.refused("sendSignal", signal("x")).await, over);
    assert_eq!(b2.heard().await, ["callEnded"]);
    assert!(eve.heard().await.is_empty());
}
