//! `offlinePushInfo` (SIGNALING §7): every field is accepted, checked, kept and shown.

use serde_json::{Value, json};

use super::{Cast, inviting, messages, ring};
use crate::raw::refusal;

/// Every field there is, none with its default.
fn everything() -> Value {
    json!({
        "disablePush": true, "disableVoipPush": false, "title": "Call 📞",
        "description": "Alice calls", "extension": "{\"a\":[1]}",
        "androidInfo": {
            "sound": "ring", "XiaoMiChannelID": "mi", "OPPOChannelID": "op", "FCMChannelID": "fcm",
            "VIVOClassification": 0, "VIVOCategory": "IM", "HuaWeiCategory": "VOIP",
            "OPPOCategory": "CALL", "HuaWeiImage": "https://x.example/h.png",
            "HonorImage": "https://x.example/o.png", "GoogleImage": "https://x.example/g.png",
        },
        "apnsInfo": {
            "sound": "ring.caf", "ignoreIOSBadge": true, "disableVoipPush": false,
            "image": "https://x.example/a.png",
        },
    })
}

/// §7: stored whole: in the event, in what is read, and in the snapshot of a later login.
#[tokio::test]
async fn every_field_of_push_information_is_kept() {
    let mut cast = Cast::enter().await;
    let id = ring(&mut cast.a1, json!({"offlinePushInfo": everything()})).await;
    let heard = cast.b1.event("newInvitationReceived").await;
    assert_eq!(heard["offlinePushInfo"], everything());
    let seen = cast.b2.ask("getInvitation", json!({"inviteID": id})).await;
    assert_eq!(seen["offlinePushInfo"], everything());
    let late = cast.server.wire("bob", "late").await;
    let found = &late.snapshot["invitations"][0];
    assert_eq!(found["offlinePushInfo"], everything());

    ring(&mut cast.a1, json!({"offlinePushInfo": {}})).await;
    let heard = cast.b1.event("newInvitationReceived").await;
    let defaults = json!({"disablePush": false, "disableVoipPush": true});
    assert_eq!(heard["offlinePushInfo"], defaults);
}

/// §7: 0 or 1, as a number or as text, by default 1.
#[tokio::test]
async fn the_classification_is_zero_or_one() {
    let mut cast = Cast::enter().await;
    for (given, kept) in [
        (json!({"VIVOClassification": 0}), 0),
        (json!({"VIVOClassification": "0"}), 0),
        (json!({"VIVOClassification": 1}), 1),
        (json!({"VIVOClassification": "1"}), 1),
        (json!({}), 1),
    ] {
        let push = json!({"androidInfo": given});
        ring(&mut cast.a1, json!({"offlinePushInfo": push})).await;
        let heard = cast.b1.event("newInvitationReceived").await;
        let android = &heard["offlinePushInfo"]["androidInfo"];
        assert_eq!(android["VIVOClassification"], kept, "{given}");
    }
    for bad in [
        json!(2),
        json!(-1),
        json!("2"),
        json!(""),
        json!("one"),
        json!(0.5),
        json!(true),
        json!([0]),
    ] {
        let push = json!({"androidInfo": {"VIVOClassification": bad}});
        refuses(&mut cast, &push).await;
    }
}

/// §7: image addresses must be https.
#[tokio::test]
async fn an_image_is_fetched_by_https() {
    let mut cast = Cast::enter().await;
    for (part, field) in [
        ("androidInfo", "HuaWeiImage"),
        ("androidInfo", "HonorImage"),
        ("androidInfo", "GoogleImage"),
        ("apnsInfo", "image"),
    ] {
        for bad in [
            "http://x.example/a.png",
            "x.example/a.png",
            "//x.example/a.png",
            "file:///etc/passwd",
            "javascript:alert(1)",
            " https://x.example/a.png",
            "",
        ] {
            refuses(&mut cast, &json!({part: {field: bad}})).await;
        }
    }
}

/// §7, §4: a field of another type is 6017; nothing is stored, nobody is told.
#[tokio::test]
async fn push_information_of_other_types_is_refused() {
    let mut cast = Cast::enter().await;
    for bad in [json!("title"), json!([]), json!(7), json!(true)] {
        refuses(&mut cast, &bad).await;
        refuses(&mut cast, &json!({"androidInfo": bad})).await;
        refuses(&mut cast, &json!({"apnsInfo": bad})).await;
    }
    for part in ["", "androidInfo", "apnsInfo"] {
        let whole = everything();
        let fields = if part.is_empty() {
            &whole
        } else {
            &whole[part]
        };
        for (field, value) in fields.as_object().unwrap() {
            let bad = match value {
                Value::Bool(_) => json!("true"),
                Value::String(_) => json!(7),
                Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => continue,
            };
            let mut changed = whole.clone();
            if part.is_empty() {
                changed[field] = bad;
            } else {
                changed[part][field] = bad;
            }
            refuses(&mut cast, &changed).await;
        }
    }
    cast.hear_nothing().await;
    assert_eq!(
        messages(&mut cast.b1, "C2Calice").await,
        Vec::<Value>::new()
    );
}

async fn refuses(cast: &mut Cast, push: &Value) {
    let params = inviting(json!({"offlinePushInfo": push}));
    let refused = cast.a1.refused("invite", params).await;
    assert_eq!(refused, refusal(6017, "badParameter"), "{push}");
}
