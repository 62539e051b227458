//! `data` is an opaque string, passed byte for byte.

use bellhop_server::{Rate, RateLimits};
use serde_json::{Value, json};

use super::team::{self, Team};
use super::{Cast, actions, body, fate, messages, ring, unread};
use crate::raw::{Wire, refusal};
use crate::server::TestServer;

/// What people put into `data`.
fn samples() -> Vec<String> {
    let every_control: String = (0..0x20_u8).map(char::from).collect();
    [
        "",
        " ",
        "null",
        "[]",
        "[1,[2,{\"a\":\"b\"}]]",
        "{\"inviteID\":\"forged\",\"businessID\":1}",
        "{\"broken\": [",
        "\"quoted\\\"\"",
        "\\u0000",
        "📞👩‍👩‍👧 żółw ﷽",
        "\u{0}\u{7f}\u{85}\u{2028}\u{2029}\u{feff}\u{fffd}\u{10ffff}",
        "line\r\nline\tend ",
        "</script><!--",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([every_control, "8 KiB ".repeat(8192 / 6), "é".repeat(4096)])
    .collect()
}

/// §2: of each operation, on every way it takes: event, reply, message, look-up and snapshot.
#[tokio::test]
async fn data_is_passed_byte_for_byte() {
    let mut cast = Cast::enter().await;
    for data in samples() {
        let id = ring(&mut cast.a1, json!({"data": data})).await;
        for wire in [&mut cast.a2, &mut cast.b1, &mut cast.b2] {
            let heard = wire.event("newInvitationReceived").await;
            assert_eq!(heard["data"], data.as_str());
            assert_eq!(body(&wire.message().await)["data"], data.as_str());
        }
        let seen = cast.b1.ask("getInvitation", json!({"inviteID": id})).await;
        assert_eq!(seen["data"], data.as_str());
        let late = cast.server.wire("bob", "late").await;
        assert_eq!(late.snapshot["invitations"][0]["data"], data.as_str());
        late.vanish();

        let params = json!({"inviteID": id, "data": data});
        let result = cast.b1.ask("reject", params).await;
        assert_eq!(body(&result["message"])["data"], data.as_str());
        for wire in [&mut cast.a1, &mut cast.a2, &mut cast.b2] {
            assert_eq!(wire.event("inviteeRejected").await["data"], data.as_str());
            assert_eq!(body(&wire.message().await)["data"], data.as_str());
        }
        let seen = cast.a1.ask("getInvitation", json!({"inviteID": id})).await;
        assert_eq!(seen["invitees"][0]["data"], data.as_str());
        cast.forget().await;
    }
    let listed = messages(&mut cast.a2, "C2Cbob").await;
    let written: Vec<Value> = listed
        .iter()
        .rev()
        .map(|m| body(m)["data"].clone())
        .collect();
    let expected: Vec<Value> = samples()
        .into_iter()
        .flat_map(|data| [json!(data), json!(data)])
        .collect();
    assert_eq!(written, expected);
}

/// §2: the same for a cancel and an accept.
#[tokio::test]
async fn data_of_a_cancel_and_of_an_accept_is_passed_byte_for_byte() {
    let mut cast = Cast::enter().await;
    for data in samples() {
        let id = ring(&mut cast.a1, json!({})).await;
        let params = json!({"inviteID": id, "data": data});
        cast.a1.ask("cancel", params).await;
        cast.b1.event("newInvitationReceived").await;
        let heard = cast.b1.event("invitationCancelled").await;
        assert_eq!(heard["data"], data.as_str());

        let id = ring(&mut cast.a1, json!({})).await;
        let params = json!({"inviteID": id, "data": data});
        cast.b1.ask("accept", params).await;
        let heard = cast.a1.event("inviteeAccepted").await;
        assert_eq!(heard["data"], data.as_str());
        cast.b1.event("newInvitationReceived").await;
        cast.a1.ask("hangUp", json!({"callID": id})).await;
        cast.b1.event("callEnded").await;
    }
}

/// §2, §8: the same in a group, for a modification and for a signal.
#[tokio::test]
async fn data_of_a_group_ring_a_modification_and_a_signal_is_passed_byte_for_byte() {
    let mut team = Team::enter().await;
    for data in samples() {
        let id = team::ring(&mut team.a1, json!({"data": data})).await;
        let modified = format!("{data}!");
        let params = json!({"inviteID": id, "data": modified});
        team.a1.ask("modifyInvitation", params).await;
        for wire in team.others() {
            let heard = wire.event("newInvitationReceived").await;
            assert_eq!(heard["data"], data.as_str());
            assert_eq!(body(&wire.message().await)["data"], data.as_str());
            let heard = wire.event("invitationModified").await;
            assert_eq!(heard["data"], modified.as_str());
        }
        let newest = messages(&mut team.b2, "GROUPteam").await.remove(0);
        assert_eq!(body(&newest)["data"], modified.as_str());
        team.b1.ask("accept", json!({"inviteID": id})).await;
        team.forget().await;
        let params = json!({"callID": id, "data": data});
        team.b1.ask("sendSignal", params).await;
        let heard = team.a1.event("signalReceived").await;
        assert_eq!(heard["data"], data.as_str());
        team.a1.ask("hangUp", json!({"callID": id})).await;
        team.a1.ask("cancel", json!({"inviteID": id})).await;
        team.forget().await;
    }
}

/// §2: one key of an operation's own data is read: `excludeFromHistoryMessage: true` leaves unread
/// count and last message as they were; the message is stored and told of.
#[tokio::test]
async fn an_operation_can_stay_out_of_unread_count_and_last_message() {
    let mut cast = Cast::enter().await;
    let excluded = "{\"excludeFromHistoryMessage\":true}";
    let text = json!({"userID": "bob", "type": "text", "payload": {"text": "hi"}});
    cast.a1.ask("sendMessage", text).await;
    let id = ring(&mut cast.a1, json!({"data": excluded})).await;
    let params = json!({"inviteID": id, "data": excluded});
    cast.b1.message().await;
    assert_eq!(body(&cast.b1.message().await)["actionType"], 1);
    cast.a1.ask("cancel", params).await;
    assert_eq!(body(&cast.b1.message().await)["actionType"], 2);
    assert_eq!(unread(&mut cast.b1, "C2Calice").await, 1, "only the text");
    let list = cast.b1.ask("getConversationList", json!({})).await;
    let last = &list["conversations"][0]["lastMessage"];
    assert_eq!(last["payload"], json!({"text": "hi"}));
    assert_eq!(messages(&mut cast.b1, "C2Calice").await.len(), 3);
}

/// §2: only `true`, and only in a JSON object.
#[tokio::test]
async fn other_data_does_not_keep_an_invitation_out_of_the_history() {
    let mut cast = Cast::enter().await;
    let samples = [
        "excludeFromHistoryMessage",
        "{\"excludeFromHistoryMessage\":\"true\"}",
        "{\"excludeFromHistoryMessage\":1}",
        "[{\"excludeFromHistoryMessage\":true}]",
    ];
    for (index, data) in samples.into_iter().enumerate() {
        let id = ring(&mut cast.a1, json!({"data": data})).await;
        cast.a1.ask("cancel", json!({"inviteID": id})).await;
        let counted = unread(&mut cast.b1, "C2Calice").await;
        assert_eq!(counted, index as u64 + 1, "{data}");
    }
    let recorded = actions(&mut cast.b1, "C2Calice").await;
    assert_eq!(recorded, [1, 2, 1, 2, 1, 2, 1, 2]);
}

/// Every character that a JSON string can carry, in portions of at most so many bytes.
fn all_characters(at_most: usize) -> Vec<String> {
    let mut portions = vec![String::new()];
    for character in '\0'..=char::MAX {
        let last = portions.last_mut().unwrap();
        if last.len() + character.len_utf8() > at_most {
            portions.push(character.to_string());
        } else {
            last.push(character);
        }
    }
    portions
}

/// §2: byte for byte, all of Unicode: in events, in the messages and in what is read back.
#[tokio::test]
async fn every_character_of_unicode_survives() {
    let plenty = Rate {
        per_second: 100_000,
        burst: 100_000,
    };
    let server = TestServer::with(|tuning| {
        tuning.rate_limits = RateLimits {
            invitations: plenty,
            others: plenty,
        };
    })
    .await;
    let mut alice = server.wire("alice", "a1").await;
    let mut bob = server.wire("bob", "b1").await;
    let portions = all_characters(12_000);
    let all: usize = portions.iter().map(|it| it.chars().count()).sum();
    assert_eq!(all, 0x11_0000 - 0x800, "all but the surrogates");
    for data in portions {
        let first = data.chars().next().unwrap();
        let id = ring(&mut alice, json!({"data": data})).await;
        let heard = bob.event("newInvitationReceived").await;
        assert!(heard["data"] == *data, "from {first:?}");
        assert!(body(&bob.message().await)["data"] == *data, "{first:?}");
        let answer = json!({"inviteID": id, "data": data});
        bob.ask("reject", answer).await;
        let heard = alice.event("inviteeRejected").await;
        assert!(heard["data"] == *data, "from {first:?}");
        assert!(body(&alice.message().await)["data"] == *data, "{first:?}");
        let seen = alice.ask("getInvitation", json!({"inviteID": id})).await;
        assert!(seen["data"] == *data && seen["invitees"][0]["data"] == *data);
    }
}

/// The action of the message that the conversation with alice shows last.
async fn last_action(wire: &mut Wire) -> u64 {
    let list = wire.ask("getConversationList", json!({})).await;
    let last = &list["conversations"][0]["lastMessage"];
    body(last)["actionType"].as_u64().unwrap()
}

/// §2: the key counts in each operation's own data; a time-out goes by the invitation's.
#[tokio::test]
async fn each_operation_reads_its_own_data_and_a_time_out_that_of_the_invitation() {
    let excluded = "{\"excludeFromHistoryMessage\":true}";
    for (method, by_bob) in [("accept", true), ("reject", true), ("cancel", false)] {
        let (mut cast, id) = Cast::with_ring(30).await;
        let actor = if by_bob { &mut cast.b1 } else { &mut cast.a1 };
        let params = json!({"inviteID": id, "data": excluded});
        actor.ask(method, params).await;
        assert_eq!(last_action(&mut cast.b2).await, 1, "{method}");
        // What is excluded is a message; the answer itself is one all the same.
        let counted = unread(&mut cast.b2, "C2Calice").await;
        assert_eq!(counted, u64::from(!by_bob), "{method}");
    }
    let mut cast = Cast::enter().await;
    let id = ring(&mut cast.a1, json!({"data": excluded})).await;
    cast.a1.ask("cancel", json!({"inviteID": id})).await;
    assert_eq!(last_action(&mut cast.b1).await, 2, "the cancel counts");
    assert_eq!(unread(&mut cast.b1, "C2Calice").await, 0);

    cast.forget().await;
    ring(&mut cast.a1, json!({"data": excluded, "timeout": 1})).await;
    cast.a1.event("invitationTimeout").await;
    assert_eq!(actions(&mut cast.b1, "C2Calice").await, [1, 2, 1, 5]);
    assert_eq!(last_action(&mut cast.b1).await, 2, "nothing of it counts");
    assert_eq!(unread(&mut cast.b1, "C2Calice").await, 0);
}

/// §2: missed calls are counted by the reason; `data` is never read for it.
#[tokio::test]
async fn a_reason_inside_data_counts_for_nothing() {
    let mut cast = Cast::enter().await;
    let id = ring(&mut cast.a1, json!({})).await;
    let busy = json!({"inviteID": id, "data": "{\"reason\":\"busy\",\"busy\":true}"});
    cast.b1.ask("reject", busy).await;
    assert_eq!(unread(&mut cast.b1, "C2Calice").await, 0);
    let id = ring(&mut cast.a1, json!({})).await;
    let glare = json!({"inviteID": id, "data": "{\"reason\":\"glare\"}"});
    cast.a1.ask("cancel", glare).await;
    assert_eq!(unread(&mut cast.b1, "C2Calice").await, 1, "it was missed");
}

/// §4, 8001: in every parameter that is as long as one likes; nothing is stored, nobody is told.
#[tokio::test]
async fn what_is_too_long_is_refused_by_every_method() {
    let (mut cast, id) = Cast::with_ring(30).await;
    let long = "é".repeat(6_145);
    for (by_bob, method, params) in [
        (false, "invite", json!({"userID": "bob", "data": long})),
        (
            false,
            "invite",
            json!({"userID": "bob", "offlinePushInfo": {"extension": long}}),
        ),
        (false, "cancel", json!({"inviteID": id, "data": long})),
        (true, "accept", json!({"inviteID": id, "data": long})),
        (true, "reject", json!({"inviteID": id, "data": long})),
        (
            false,
            "modifyInvitation",
            json!({"inviteID": id, "data": long}),
        ),
        (
            false,
            "inviteInGroup",
            json!({"groupID": "g", "inviteeList": ["bob"], "data": long}),
        ),
        (true, "ringing", json!({"inviteID": id, "opID": long})),
        (false, "createGroup", json!({"name": long})),
        (false, "updateMyProfile", json!({"nick": long})),
        (false, "addToBlacklist", json!({"userIDList": [long]})),
        (
            false,
            "sendMessage",
            json!({"userID": "bob", "type": "custom", "payload": {"data": long}}),
        ),
        (false, "getMessageList", json!({"conversationID": long})),
        (false, "getUserStatus", json!({"userIDList": [long]})),
    ] {
        let actor = if by_bob { &mut cast.b1 } else { &mut cast.a1 };
        let refused = actor.refused(method, params).await;
        assert_eq!(refused, refusal(8001, "tooLong"), "{method}");
    }
    cast.hear_nothing().await;
    assert_eq!(fate(&mut cast.b1, &id).await.1, "pending");
    assert_eq!(actions(&mut cast.a1, "C2Cbob").await, [1]);
}
