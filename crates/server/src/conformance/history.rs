//! Cases of messages, conversations and what counts as unread.

use bellhop_engine::{Decision, MessageEdit, Notice, Reply, Thread};
use bellhop_protocol::request::{Conversation, RejectReason};
use bellhop_protocol::{CallOutcome, CallSummary, ConversationId, Event};

use super::World;
use super::play::{
    accept, at, cancel, done, hung_up, invite, invite_id, modify, on, op, party, reject, ring,
    sent, text, transition, user,
};
use crate::ports::{OpRecord, PortError};

fn between(a: &str, b: &str) -> Thread {
    Thread::between(&user(a), &user(b))
}

/// §6: pulled newest first, page by page.
pub async fn pages_lead_from_the_newest_to_the_oldest(world: World) {
    let store = world.store.as_ref();
    let mut messages = Vec::new();
    for n in 0..5 {
        let words = format!("number {n} \u{1f514}");
        messages.push(sent(store, text("ann", "bob", &words, at(n))).await);
        sent(store, text("ann", "cat", "elsewhere", at(n))).await;
    }
    messages.reverse();
    let thread = between("bob", "ann");

    let page = |before, limit| store.page(&thread, before, limit);
    assert_eq!(page(None, 2).await, Ok((messages[..2].to_vec(), false)));
    let before = Some(messages[1].seq);
    assert_eq!(page(before, 2).await, Ok((messages[2..4].to_vec(), false)));
    let before = Some(messages[3].seq);
    assert_eq!(page(before, 1).await, Ok((messages[4..].to_vec(), true)));
    assert_eq!(page(None, 5).await, Ok((messages.clone(), true)));
    assert_eq!(page(Some(0), 5).await, Ok((Vec::new(), true)));
    assert_eq!(
        store.page(&between("bob", "cat"), None, 5).await,
        Ok((Vec::new(), true))
    );
}

/// §6: the order within a conversation is total, and the same for all its members.
pub async fn places_increase_over_all_threads(world: World) {
    let store = world.store.as_ref();
    let mut last = 0;
    for n in 0..6 {
        let to = if n % 2 == 0 { "bob" } else { "cat" };
        // Written earlier on the sender's clock, but later here.
        let message = sent(store, text("ann", to, "", at(100 - n))).await;
        assert!(message.seq > last);
        last = message.seq;
    }
}

/// §4, §6: an ordinary message is told to the others, and a repetition writes nothing.
pub async fn an_ordinary_message_is_told_and_remembered_once(world: World) {
    let store = world.store.as_ref();
    let key = op("ann", "1");
    let draft = text("ann", "bob", "hello", at(0));
    let append = || store.append(draft.clone(), vec![key.clone()], "print".into());

    let reply = append().await;

    let stored = draft.stored(1);
    let expected = Reply::Sent(Some(Box::new(stored.clone())));
    assert_eq!(reply, Ok(expected.clone()));
    let told = Notice {
        to: draft.to[0].clone(),
        event: Event::MessageReceived(stored.seen_by(&user("bob"))),
    };
    assert_eq!(world.heard.notices(), [told]);
    let record = OpRecord {
        fingerprint: "print".into(),
        reply: expected,
    };
    assert_eq!(store.op(&key, at(1)).await, Ok(Some(record)));

    assert_eq!(append().await, Err(PortError::Conflict));
    assert_eq!(world.heard.take(), []);
    let page = store.page(&draft.thread, None, 9).await;
    assert_eq!(page, Ok((vec![stored], true)));
    assert_eq!(store.unread_total(&user("bob")).await, Ok(1));
}

/// §6: one missed call is one unread; accepted or rejected, none; refused as busy, one.
pub async fn a_missed_call_is_one_unread_and_an_answered_one_none(world: World) {
    let store = world.store.as_ref();
    let unread = async |name| store.unread_total(&user(name)).await.expect("reads");
    let ann = on("ann", 1);

    ring(store, invite("ann", "bob", "missed"), at(0)).await;
    assert_eq!(unread("bob").await, 1);
    done(store, "missed", &cancel(&ann), at(1)).await;
    assert_eq!((unread("bob").await, unread("ann").await), (1, 0));

    ring(store, invite("ann", "bob", "accepted"), at(2)).await;
    done(store, "accepted", &accept(&on("bob", 1)), at(3)).await;
    ring(store, invite("ann", "bob", "rejected"), at(4)).await;
    done(store, "rejected", &reject(&on("bob", 1), None), at(5)).await;
    assert_eq!(unread("bob").await, 1);

    ring(store, invite("ann", "bob", "busy"), at(6)).await;
    let busy = reject(&on("bob", 1), Some(RejectReason::Busy));
    done(store, "busy", &busy, at(7)).await;
    assert_eq!((unread("bob").await, unread("ann").await), (2, 0));
}

/// §6: `setMessageRead` moves the mark of one conversation to its end.
pub async fn reading_moves_the_mark_to_the_end(world: World) {
    let store = world.store.as_ref();
    for (from, to) in [
        ("ann", "bob"),
        ("ann", "bob"),
        ("cat", "bob"),
        ("bob", "ann"),
    ] {
        sent(store, text(from, to, "hello", at(0))).await;
    }
    let bob = user("bob");
    assert_eq!(store.unread_total(&bob).await, Ok(3));

    store
        .mark_read(
            &bob,
            &between("ann", "bob"),
            Vec::new(),
            String::new(),
            at(1),
        )
        .await
        .expect("writes");
    assert_eq!(store.unread_total(&bob).await, Ok(1));
    assert_eq!(store.unread_total(&user("ann")).await, Ok(1));
    store
        .mark_read(
            &bob,
            &between("bob", "dan"),
            Vec::new(),
            String::new(),
            at(1),
        )
        .await
        .expect("writes");

    sent(store, text("ann", "bob", "again", at(1))).await;
    assert_eq!(store.unread_total(&bob).await, Ok(2));
}

/// §4, §6: marking as read is remembered with what it changed, and a repetition changes nothing.
pub async fn reading_is_remembered_once(world: World) {
    let store = world.store.as_ref();
    let (bob, thread) = (user("bob"), between("ann", "bob"));
    let key = op("bob", "1");
    let mark = |now| store.mark_read(&bob, &thread, vec![key.clone()], "print".into(), now);
    sent(store, text("ann", "bob", "hello", at(0))).await;
    assert_eq!(mark(at(1)).await, Ok(Reply::Nothing));
    let record = OpRecord {
        fingerprint: "print".into(),
        reply: Reply::Nothing,
    };
    assert_eq!(store.op(&key, at(2)).await, Ok(Some(record)));
    assert_eq!(store.unread_total(&bob).await, Ok(0));

    sent(store, text("ann", "bob", "again", at(2))).await;
    assert_eq!(mark(at(3)).await, Err(PortError::Conflict));
    assert_eq!(store.unread_total(&bob).await, Ok(1));
}

/// §2: the message is stored and told, but count and last message are as they were.
pub async fn an_excluded_message_changes_neither_count_nor_last_message(world: World) {
    let store = world.store.as_ref();
    let shown = sent(store, text("ann", "bob", "hello", at(0))).await;
    let list = store.conversations(&user("bob")).await;
    world.heard.take();

    let mut excluded = invite("ann", "bob", "i");
    excluded.data = r#"{"excludeFromHistoryMessage":true}"#.into();
    ring(store, excluded, at(1)).await;

    assert_eq!(store.conversations(&user("bob")).await, list);
    let (page, _) = store.page(&shown.thread, None, 9).await.expect("reads");
    assert_eq!(page.len(), 2);
    let told = world.heard.notices().into_iter().filter(|notice| {
        matches!(&notice.event, Event::MessageReceived(message) if message.seq == page[0].seq)
    });
    assert_eq!(told.count(), 2);
}

/// §6: the invite's message says what became of the call, and nobody is told of that edit.
pub async fn the_message_of_an_invite_tells_what_became_of_the_call(world: World) {
    let store = world.store.as_ref();
    let bob = on("bob", 2);
    ring(store, invite("ann", "bob", "i"), at(0)).await;
    ring(store, invite("ann", "bob", "j"), at(0)).await;
    let call = async |back: usize| {
        let (page, _) = store
            .page(&between("ann", "bob"), None, 9)
            .await
            .expect("reads");
        page[page.len() - 1 - back].call.clone()
    };
    assert_eq!(call(0).await, None);

    done(store, "i", &accept(&bob), at(1_000)).await;
    let mut summary = CallSummary {
        outcome: CallOutcome::Answered,
        duration_ms: None,
        answered_by: Some(party(&bob)),
    };
    assert_eq!(call(0).await, Some(summary.clone()));

    hung_up(store, "i", &on("ann", 1), at(13_500)).await;
    summary.duration_ms = Some(12_500);
    assert_eq!(call(0).await, Some(summary));
    assert_eq!(call(1).await, None, "another invite's message is as it was");
    assert_eq!(call(2).await, None, "the accept's own message has none");
}

/// §2, §6: a modification edits message 1 and nothing else, and is no further message.
pub async fn a_modified_invitation_changes_its_message_in_place(world: World) {
    let store = world.store.as_ref();
    let thread = between("ann", "bob");
    ring(store, invite("ann", "bob", "i"), at(0)).await;
    ring(store, invite("ann", "bob", "j"), at(0)).await;
    let page = async || store.page(&thread, None, 9).await.expect("reads").0;
    let mut expected = page().await;
    let unread = store.unread_total(&user("bob")).await;
    world.heard.take();

    done(
        store,
        "i",
        &modify(&on("ann", 1), "\"new\" \u{1f514}"),
        at(1),
    )
    .await;

    let body = expected[1].payload["data"].as_str().expect("a body");
    let mut body: serde_json::Value = serde_json::from_str(body).expect("a signaling body");
    body["data"] = "\"new\" \u{1f514}".into();
    let found = page().await;
    let said = found[1].payload["data"].as_str().expect("a body");
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(said).expect("a body"),
        body
    );
    expected[1].payload = found[1].payload.clone();
    assert_eq!(found, expected);
    assert_eq!(store.unread_total(&user("bob")).await, unread);
    let told = world.heard.notices();
    let is_modified = |it: &Notice| matches!(it.event, Event::InvitationModified(_));
    assert!(told.len() == 2 && told.iter().all(is_modified), "{told:?}");
}

/// ARCHITECTURE, ports: outcome, words and unread of an invite's message change independently.
pub async fn an_edit_changes_only_what_it_names(world: World) {
    let store = world.store.as_ref();
    ring(store, invite("ann", "bob", "i"), at(0)).await;
    let thread = between("ann", "bob");
    let message = async || {
        store
            .page(&thread, None, 1)
            .await
            .expect("reads")
            .0
            .remove(0)
    };
    let edit = async |edit: MessageEdit| {
        let decision = Decision {
            edits: vec![edit],
            ..Decision::unchanged(Reply::Nothing)
        };
        let edited = store.commit(transition(decision, &[], at(1))).await;
        edited.expect("commits");
    };
    let nothing = MessageEdit {
        invite: invite_id("i"),
        call: None,
        payload: None,
        read_by: Vec::new(),
    };
    let mut expected = message().await;
    edit(nothing.clone()).await;
    assert_eq!(message().await, expected);

    expected.call = Some(CallSummary {
        outcome: CallOutcome::Busy,
        duration_ms: None,
        answered_by: None,
    });
    let call = expected.call.clone();
    edit(MessageEdit {
        call,
        ..nothing.clone()
    })
    .await;
    assert_eq!(message().await, expected);

    expected.payload = serde_json::json!({"data": "other words"});
    let payload = Some(expected.payload.clone());
    edit(MessageEdit {
        payload,
        ..nothing.clone()
    })
    .await;
    assert_eq!(message().await, expected);

    assert_eq!(store.unread_total(&user("bob")).await, Ok(1));
    let read_by = vec![user("bob")];
    edit(MessageEdit {
        read_by,
        ..nothing.clone()
    })
    .await;
    assert_eq!(store.unread_total(&user("bob")).await, Ok(0));
    assert_eq!(message().await, expected);
    let invite = invite_id("unknown");
    edit(MessageEdit { invite, ..nothing }).await;
}

/// §6: each side has the conversation under the other's name, with the newest shown message.
pub async fn conversations_are_listed_newest_first_for_both_sides(world: World) {
    let store = world.store.as_ref();
    let to_bob = sent(store, text("ann", "bob", "hello", at(0))).await;
    let from_cat = sent(store, text("cat", "ann", "hi", at(1))).await;
    let entry =
        |reader: &str, other: &str, unread_count, last: &bellhop_engine::Stored| Conversation {
            conversation_id: ConversationId::C2C(user(other)),
            unread_count,
            last_message: Some(last.seen_by(&user(reader))),
        };

    let list = async |name| store.conversations(&user(name)).await.expect("reads");
    let anns = [
        entry("ann", "cat", 1, &from_cat),
        entry("ann", "bob", 0, &to_bob),
    ];
    assert_eq!(list("ann").await, anns);
    assert_eq!(list("bob").await, [entry("bob", "ann", 1, &to_bob)]);

    let again = sent(store, text("bob", "ann", "yes?", at(2))).await;
    let anns = [
        entry("ann", "bob", 1, &again),
        entry("ann", "cat", 1, &from_cat),
    ];
    assert_eq!(list("ann").await, anns);
    assert_eq!(list("dan").await, []);
}
