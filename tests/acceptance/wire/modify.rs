//! `modifyInvitation` (SIGNALING §2).

use serde_json::{Value, json};

use super::{Cast, body, messages, ring, standing};
use crate::raw::{fresh, refusal};

/// §2, §6, §3, row 7: the data alone changes, every other device hears it, no further message is written
/// and the stored one is edited.
#[tokio::test]
async fn a_modification_is_told_to_all_other_devices() {
    let (mut cast, id) = Cast::with_ring(30).await;
    let before = standing(&mut cast.b1, &id).await;
    let params = json!({"inviteID": id, "data": "{\"new\":\"🎥\"}"});
    let result = cast.a1.ask("modifyInvitation", params).await;
    assert_eq!(result, json!({"inviteID": id}));
    for wire in [&mut cast.a2, &mut cast.b1, &mut cast.b2] {
        assert_eq!(
            wire.event("invitationModified").await,
            json!({"inviteID": id, "rev": 2, "data": "{\"new\":\"🎥\"}"})
        );
    }
    cast.hear_nothing().await;
    let mut expected = before;
    expected["data"] = json!("{\"new\":\"🎥\"}");
    expected["rev"] = json!(2);
    assert_eq!(standing(&mut cast.b1, &id).await, expected);

    let stored = messages(&mut cast.b1, "C2Calice").await;
    assert_eq!(stored.len(), 1);
    let told = body(&stored[0]);
    assert_eq!(told["data"], "{\"new\":\"🎥\"}");
    assert_eq!(
        (&told["actionType"], &told["timeout"]),
        (&json!(1), &json!(30))
    );
    let late = cast.server.wire("bob", "b3").await;
    assert_eq!(late.snapshot["invitations"][0]["data"], "{\"new\":\"🎥\"}");
}

/// §2, §4: the inviter alone and while live; an online-only invitation cannot be modified (6017).
#[tokio::test]
async fn only_the_inviter_modifies_and_only_while_it_is_live() {
    let (mut cast, id) = Cast::with_ring(30).await;
    let params = json!({"inviteID": id, "data": "x"});
    let refused = cast.b1.refused("modifyInvitation", params.clone()).await;
    assert_eq!(refused, refusal(8011, "notInviter"));
    let refused = cast.carol.refused("modifyInvitation", params.clone()).await;
    assert_eq!(refused, refusal(8010, "unknown"));
    for bad in [
        json!({"inviteID": id}),
        json!({"inviteID": id, "data": 7}),
        json!({"inviteID": id, "data": null}),
        json!({"data": "x"}),
        json!({"inviteID": "", "data": "x"}),
    ] {
        let refused = cast.a1.refused("modifyInvitation", bad).await;
        assert_eq!(refused, refusal(6017, "badParameter"));
    }
    let long = json!({"inviteID": id, "data": "x".repeat(12_288)});
    let refused = cast.a1.refused("modifyInvitation", long).await;
    assert_eq!(refused, refusal(8001, "tooLong"));
    let unknown = json!({"inviteID": fresh(), "data": "x"});
    let refused = cast.a1.refused("modifyInvitation", unknown).await;
    assert_eq!(refused, refusal(8010, "unknown"));
    cast.hear_nothing().await;
    cast.b1.ask("reject", json!({"inviteID": id})).await;
    cast.forget().await;
    let refused = cast.a1.refused("modifyInvitation", params).await;
    assert_eq!(refused, refusal(8010, "rejected"));

    let online = ring(&mut cast.a1, json!({"onlineUserOnly": true})).await;
    cast.forget().await;
    let params = json!({"inviteID": online, "data": "x"});
    let refused = cast.a1.refused("modifyInvitation", params).await;
    assert_eq!(refused, refusal(6017, "onlineUserOnly"));
    cast.hear_nothing().await;
}

/// §2: not the deadline: the ring ends when it would have.
#[tokio::test]
async fn a_modification_changes_the_data_alone() {
    let mut cast = Cast::enter().await;
    let id = ring(&mut cast.a1, json!({"timeout": 1, "data": "old"})).await;
    cast.a1
        .ask("modifyInvitation", json!({"inviteID": id, "data": "new"}))
        .await;
    cast.b1.event("newInvitationReceived").await;
    cast.b1.event("invitationModified").await;
    cast.b1.event("invitationTimeout").await;
    // §6: a time-out repeats the invitation's data.
    let stored = messages(&mut cast.b1, "C2Calice").await;
    let datas: Vec<Value> = stored.iter().map(|it| body(it)["data"].clone()).collect();
    assert_eq!(datas, [json!("new"), json!("new")]);
}

/// §4: a repetition with the same `opID` is one modification.
#[tokio::test]
async fn a_repeated_modification_is_one() {
    let (mut cast, id) = Cast::with_ring(30).await;
    let params = json!({"inviteID": id, "data": "x", "opID": "m"});
    let first = cast.a1.ask("modifyInvitation", params.clone()).await;
    cast.forget().await;
    assert_eq!(cast.a1.ask("modifyInvitation", params).await, first);
    cast.hear_nothing().await;
    assert_eq!(standing(&mut cast.a1, &id).await["rev"], 2);
}
