//! What messages say, for alice on her device `here`.

use super::*;
use bellhop_client::call_layer;
use serde_json::{Value, json};

fn message(seq: u64, from: &str, conversation: &str, kind: &str, payload: &Value) -> Message {
    let message = json!({
        "messageID": format!("m{seq}"), "conversationID": conversation, "seq": seq, "from": from,
        "timeMs": 1000 * seq, "type": kind, "payload": payload,
    });
    serde_json::from_value(message).unwrap()
}

/// An operation's message, in a group when `group` is not empty.
fn operation(seq: u64, action: u8, from: &str, group: &str, invitees: &[&str]) -> Message {
    operation_on("invite", seq, action, from, group, invitees)
}

fn operation_on(
    invite: &str,
    seq: u64,
    action: u8,
    from: &str,
    group: &str,
    invitees: &[&str],
) -> Message {
    let media = call_layer::MediaType::Video;
    let body = json!({
        "businessID": 1, "inviteID": invite, "inviter": from, "inviteeList": invitees,
        "actionType": action, "timeout": 30, "groupID": group,
        "data": call_layer::invitation_data(media), "onlineUserOnly": false,
    });
    let conversation = if group.is_empty() {
        "C2Cbob".to_owned()
    } else {
        format!("GROUP{group}")
    };
    let payload = json!({"data": body.to_string()});
    message(seq, from, &conversation, "custom", &payload)
}

fn with_call(mut message: Message, call: Value) -> Message {
    message.call = serde_json::from_value(call).unwrap();
    message
}

fn read(newest_first: &[Message]) -> Vec<Entry> {
    let (own, device) = ("alice".parse().unwrap(), "here".parse().unwrap());
    entries(newest_first, &own, &device)
}

fn only_call(newest_first: &[Message]) -> PastCall {
    let mut all = read(newest_first);
    assert_eq!(all.len(), 1, "{all:?}");
    let What::Call(call) = all.remove(0).what else {
        panic!("no call");
    };
    call
}

fn seen(inviter: &str, call: Value) -> (Option<Ending>, bool) {
    let invitee = if inviter == "alice" { "bob" } else { "alice" };
    let invite = operation(1, 1, inviter, "", &[invitee]);
    let call = only_call(&[with_call(invite, call)]);
    (call.ending, call.is_missed())
}

/// §6: the invite's message carries `call {outcome, durationMs?, answeredBy?}`.
#[test]
fn every_outcome_has_its_ending_and_only_unanswered_incoming_ones_are_missed() {
    let out = |outcome: &str| seen("alice", json!({ "outcome": outcome }));
    let inc = |outcome: &str| seen("bob", json!({ "outcome": outcome }));
    for (outcome, ending, missed) in [
        ("rejected", Ending::Rejected, false),
        ("busy", Ending::Busy, true),
        ("cancelled", Ending::Cancelled, true),
        ("inviterOffline", Ending::InviterGone, true),
        ("timedOut", Ending::TimedOut, true),
    ] {
        assert_eq!(inc(outcome), (Some(ending), missed), "{outcome}");
        assert_eq!(out(outcome), (Some(ending), false), "{outcome}");
    }
}

/// §6: by `call`, a history says how long people talked.
#[test]
fn an_answered_call_has_ended_when_its_duration_is_known() {
    assert_eq!(seen("bob", Value::Null), (None, false));
    assert_eq!(seen("bob", json!({"outcome": "answered"})), (None, false));
    let over = json!({"outcome": "answered", "durationMs": 7});
    assert_eq!(seen("bob", over), (Some(Ending::Answered), false));
}

/// §6: and on which device somebody answered.
#[test]
fn a_call_answered_on_another_device_says_so() {
    let by = |device: &str| {
        let party = json!({"userID": "alice", "deviceID": device, "platform": "linux"});
        json!({"outcome": "answered", "durationMs": 7, "answeredBy": party})
    };
    let elsewhere = (Some(Ending::AnsweredElsewhere), false);
    assert_eq!(seen("bob", by("phone")), elsewhere);
    assert_eq!(seen("bob", by("here")), (Some(Ending::Answered), false));
}

/// §6: an answered one-to-one call leaves two messages; to a person it is one entry.
#[test]
fn an_answer_is_no_entry_of_its_own() {
    let invite = operation(1, 1, "bob", "", &["alice"]);
    let accept = operation(2, 3, "bob", "", &["alice"]);
    let call = only_call(&[accept, invite]);
    assert_eq!(call.direction, Direction::Incoming);
    assert_eq!(call.media, MediaType::Video);
}

const INVITE: u8 = 1;
const CANCEL: u8 = 2;
const ACCEPT: u8 = 3;
const REJECT: u8 = 4;
const TIME_OUT: u8 = 5;

/// A message of bob's call to alice.
fn theirs(seq: u64, action: u8) -> Message {
    operation_on("theirs", seq, action, "bob", "", &["alice"])
}

/// A message of alice's call to bob.
fn own(seq: u64, action: u8) -> Message {
    operation_on("own", seq, action, "alice", "", &["bob"])
}

/// The invitations that are seen as calls, newest first.
fn calls(newest_first: &[Message]) -> Vec<String> {
    let calls = read(newest_first).into_iter();
    let calls = calls.filter_map(|entry| match entry.what {
        What::Call(call) => Some(call.invite.to_string()),
        What::Text(_) | What::HungUp { .. } | What::Custom(_) => None,
    });
    calls.collect()
}

/// §5, glare: of two calls that cross, one gives way, and the other is left to a person.
#[test]
fn two_calls_that_cross_are_one() {
    for newest_first in [
        vec![theirs(3, CANCEL), own(2, INVITE), theirs(1, INVITE)],
        vec![
            own(4, ACCEPT),
            theirs(3, CANCEL),
            own(2, INVITE),
            theirs(1, INVITE),
        ],
        vec![
            own(4, ACCEPT),
            theirs(3, CANCEL),
            theirs(2, INVITE),
            own(1, INVITE),
        ],
    ] {
        assert_eq!(calls(&newest_first), ["own"], "{newest_first:?}");
    }
    let own_gives_way = [
        theirs(4, ACCEPT),
        own(3, CANCEL),
        theirs(2, INVITE),
        own(1, INVITE),
    ];
    assert_eq!(calls(&own_gives_way), ["theirs"]);
    // The other one's invite was not read.
    let part = [own(4, ACCEPT), theirs(3, CANCEL), theirs(2, INVITE)];
    assert_eq!(calls(&part), [""; 0]);
}

/// §6: a call that nothing came of is seen, whatever else rang meanwhile.
#[test]
fn two_calls_that_nobody_talked_in_are_two() {
    for end in [CANCEL, REJECT, TIME_OUT] {
        let crossing = [
            own(4, end),
            theirs(3, CANCEL),
            own(2, INVITE),
            theirs(1, INVITE),
        ];
        assert_eq!(calls(&crossing), ["own", "theirs"], "{end}");
    }
}

#[test]
fn calls_one_after_the_other_are_two() {
    for (newest_first, both) in [
        (
            [
                own(4, ACCEPT),
                own(3, INVITE),
                theirs(2, CANCEL),
                theirs(1, INVITE),
            ],
            ["own", "theirs"],
        ),
        (
            [
                theirs(4, CANCEL),
                theirs(3, INVITE),
                own(2, ACCEPT),
                own(1, INVITE),
            ],
            ["theirs", "own"],
        ),
    ] {
        assert_eq!(calls(&newest_first), both);
    }
}

/// §8: what a program tells of a call's length rings nobody, and nor does what nobody knows.
#[test]
fn a_message_that_is_no_ring_crosses_none() {
    let unknown = own(1, 9);
    let length = json!({
        "businessID": 1, "inviteID": "length", "inviter": "alice", "inviteeList": ["bob"],
        "actionType": 1, "timeout": 0, "groupID": "", "onlineUserOnly": false,
        "data": json!({"businessID": "av_call", "call_end": 7}).to_string(),
    });
    let payload = json!({"data": length.to_string()});
    let length = message(1, "alice", "C2Cbob", "custom", &payload);
    let of_length = read(std::slice::from_ref(&length));
    assert!(matches!(
        of_length[..],
        [Entry {
            what: What::HungUp { .. },
            ..
        }]
    ));
    for other in [unknown, length] {
        let newest_first = [theirs(3, CANCEL), theirs(2, INVITE), other];
        assert_eq!(calls(&newest_first), ["theirs"]);
    }
}

/// §5: invitations in groups never give way.
#[test]
fn two_rings_of_a_group_that_cross_are_two() {
    let of = |id, seq, action, from: &str, to| operation_on(id, seq, action, from, "team", &[to]);
    let newest_first = [
        of("own", 4, ACCEPT, "alice", "bob"),
        of("theirs", 3, CANCEL, "bob", "alice"),
        of("own", 2, INVITE, "alice", "bob"),
        of("theirs", 1, INVITE, "bob", "alice"),
    ];
    assert_eq!(calls(&newest_first), ["own", "theirs"]);
}

/// §6: the body of an answer, cancel or time-out lists whom it was about.
#[test]
fn a_call_in_a_group_ends_for_each_one_in_his_own_way() {
    let answered = json!({"outcome": "answered", "durationMs": 9});
    let invite = |call: &Value| {
        let invite = operation(1, 1, "bob", "team", &["alice", "carol"]);
        with_call(invite, call.clone())
    };
    let step = |action, who: &str| operation(2, action, "bob", "team", &[who]);
    for (action, ending, duration_ms, missed) in [
        (3, Ending::Answered, Some(9), false),
        (4, Ending::Rejected, None, false),
        (2, Ending::Cancelled, None, true),
        (5, Ending::TimedOut, None, true),
    ] {
        let call = only_call(&[step(action, "alice"), invite(&answered)]);
        let found = (call.ending, call.duration_ms, call.is_missed());
        assert_eq!(found, (Some(ending), duration_ms, missed), "{action}");
    }
    let call = only_call(&[step(3, "carol"), invite(&answered)]);
    assert_eq!((call.ending, call.is_missed()), (None, false));
    let gone = json!({"outcome": "inviterOffline"});
    let call = only_call(&[step(2, "alice"), invite(&gone)]);
    assert_eq!(call.ending, Some(Ending::InviterGone));
}

/// §3, column D: who was not invited sees the call, and has not missed it.
#[test]
fn a_call_among_others_of_the_group_is_not_missed() {
    let invite = operation(1, 1, "bob", "team", &["carol"]);
    let call = only_call(&[with_call(invite, json!({"outcome": "timedOut"}))]);
    assert_eq!(call.ending, Some(Ending::TimedOut));
    assert!(!call.is_own);
    assert!(!call.is_missed());
}

/// §8: the older convention of a hang-up shows how long it was, and is no call of its own.
#[test]
fn a_hang_up_of_the_older_convention_tells_how_long_it_was() {
    let data = json!({"businessID": "av_call", "call_end": 65}).to_string();
    let body = json!({
        "businessID": 1, "inviteID": "i", "inviter": "bob", "inviteeList": ["alice"],
        "actionType": 1, "timeout": 0, "groupID": "", "data": data, "onlineUserOnly": false,
    });
    let payload = json!({"data": body.to_string()});
    let entry = read(&[message(1, "bob", "C2Cbob", "custom", &payload)]).remove(0);
    assert_eq!(
        entry.what,
        What::HungUp {
            duration_ms: 65_000
        }
    );
}

#[test]
fn ordinary_messages_are_what_they_say() {
    let whats: Vec<What> = read(&[
        message(
            3,
            "bob",
            "C2Cbob",
            "custom",
            &json!({"data": "{}", "description": "A map"}),
        ),
        message(2, "bob", "C2Cbob", "custom", &json!({"data": "hello"})),
        message(1, "alice", "C2Cbob", "text", &json!({"text": "Hi 👋"})),
    ])
    .into_iter()
    .map(|entry| entry.what)
    .collect();
    let expected = [
        What::Custom(Some("A map".to_owned())),
        What::Custom(None),
        What::Text("Hi 👋".to_owned()),
    ];
    assert_eq!(whats, expected);
}
