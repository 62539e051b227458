//! Conversations, quick replies, blocks and names.

use bellhop_protocol::MessageType;
use serde_json::json;

use super::cast::*;
use super::*;
use crate::view::*;

fn text(user: &str, text: &str) -> Operation {
    let params = json!({"userID": user, "type": "text", "payload": {"text": text}});
    request("sendMessage", params)
}

fn kinds(entries: &[EntryView]) -> Vec<&EntryKind> {
    entries.iter().map(|entry| &entry.entry).collect()
}

fn said(words: &str) -> EntryKind {
    EntryKind::Text {
        text: words.to_owned(),
    }
}

fn calls(entries: &[EntryView]) -> Vec<&CallEntryView> {
    let calls = entries.iter().filter_map(|entry| match &entry.entry {
        EntryKind::Call(call) => Some(call),
        EntryKind::Text { .. } | EntryKind::HungUp { .. } | EntryKind::Custom { .. } => None,
    });
    calls.collect()
}

async fn writes(person: &Person, to: &str, text: &str) {
    let (to, payload) = (to.parse().unwrap(), json!({ "text": text }));
    let sent = person.client.send_message(&to, MessageType::Text, payload);
    sent.await.unwrap();
}

/// §6: messages of others count as unread until the conversation is opened.
#[tokio::test]
async fn what_others_write_is_unread_until_it_is_shown() {
    let (_root, mut alice, bob) = alice_and_bob().await;
    writes(&bob, "alice", "Hello").await;
    writes(&bob, "alice", "Are you there?").await;
    let view = alice.shows("two unread", |view| view.unread == 2).await;
    let conversation = &view.conversations[0];
    assert_eq!(conversation.conversation_id, "C2Cbob");
    assert_eq!((&conversation.with, conversation.unread), (&user("bob"), 2));
    let last = conversation.last.as_ref().unwrap();
    assert_eq!((&last.entry, last.own), (&said("Are you there?"), false));

    let opened = alice
        .opens("C2Cbob", |opened| opened.entries.len() == 2)
        .await;
    assert!(!opened.has_older);
    let view = alice.shows("all read", |view| view.unread == 0).await;
    assert_eq!(view.conversations[0].unread, 0);

    alice.requests(text("bob", "Yes")).await;
    writes(&bob, "alice", "Good").await;
    let opened = alice.reads_open(|opened| opened.entries.len() == 4).await;
    let expected = ["Hello", "Are you there?", "Yes", "Good"].map(said);
    assert_eq!(kinds(&opened.entries), expected.each_ref());
    let own: Vec<bool> = opened.entries.iter().map(|entry| entry.own).collect();
    assert_eq!(own, [false, false, true, false]);
    alice.shows("all read", |view| view.unread == 0).await;

    alice.asks(Ask::CloseConversation).await;
    writes(&bob, "alice", "Bye").await;
    alice.shows("one unread", |view| view.unread == 1).await;
}

#[tokio::test]
async fn a_long_conversation_is_read_back_page_by_page() {
    let (_root, mut alice, bob) = alice_and_bob().await;
    for n in 1..=130 {
        writes(&bob, "alice", &n.to_string()).await;
    }
    alice.shows("all arrived", |view| view.unread == 130).await;
    let opened = alice
        .opens("C2Cbob", |opened| opened.entries.len() == 100)
        .await;
    assert!(opened.has_older);
    assert_eq!(opened.entries[0].entry, said("31"));
    alice.asks(Ask::ReadOlder).await;
    let opened = alice.reads_open(|opened| opened.entries.len() == 130).await;
    assert!(!opened.has_older);
    assert_eq!(opened.entries[0].entry, said("1"));
    alice.asks(Ask::ReadOlder).await;
    alice.reads_open(|opened| opened.entries.len() == 130).await;
}

/// §6: the history says "12:03", "missed" or "answered on your phone".
#[tokio::test]
async fn calls_are_entries_that_say_how_they_went() {
    let (root, mut alice, mut bob) = alice_and_bob().await;
    let missed = bob.calls("alice", 30).await;
    bob.client.cancel(&missed, "").await.unwrap();
    let phone = Person::join(root.path(), "alice", "phone").await;
    let answered = bob.calls("alice", 30).await;
    phone.client.accept(&answered, "").await.unwrap();
    phone
        .client
        .hang_up(&answered.clone().into(), None)
        .await
        .unwrap();
    alice.calls("bob").await;
    bob.is_rung().await;

    let opened = alice
        .opens("C2Cbob", |opened| {
            let ended = calls(&opened.entries);
            ended.len() == 3 && ended[1].duration_ms.is_some()
        })
        .await;
    let entries = calls(&opened.entries);
    let told: Vec<_> = entries
        .iter()
        .map(|call| (call.direction, call.ending, call.missed))
        .collect();
    assert_eq!(
        told,
        [
            (Direction::Incoming, Some(Ending::Cancelled), true),
            (Direction::Incoming, Some(Ending::AnsweredElsewhere), false),
            (Direction::Outgoing, None, false),
        ]
    );
    let by = entries[1].answered_by.as_ref().unwrap();
    assert_eq!(
        (&*by.platform, by.own, by.this_device),
        ("test", true, false)
    );
    assert_eq!(entries[2].answered_by, None);
    assert_eq!(entries[2].invitees[0].user_id, "bob");
}

/// §8: an answer may carry words; §6: quick replies are ordinary messages too.
#[tokio::test]
async fn whoever_declines_with_words_leaves_them_in_the_conversation() {
    let (_root, mut alice, mut bob) = alice_and_bob().await;
    let id = bob.calls("alice", 30).await;
    alice.shows("a ring", |view| !view.rings.is_empty()).await;
    let data = json!({"reply": "In five minutes"}).to_string();
    let params = json!({"inviteID": id, "reason": "declined", "data": data});
    alice.requests(request("reject", params)).await;
    let received = bob
        .hears_signal(|event| {
            let bellhop_protocol::Event::InviteeRejected(answer) = event else {
                return None;
            };
            Some(answer.data.clone())
        })
        .await;
    assert_eq!(received, data);
    let opened = alice
        .opens("C2Cbob", |opened| opened.entries.len() == 2)
        .await;
    let call = calls(&opened.entries)[0];
    assert_eq!((call.ending, call.missed), (Some(Ending::Rejected), false));
    let last = opened.entries.last().unwrap();
    assert_eq!((&last.entry, last.own), (&said("In five minutes"), true));
}

#[tokio::test]
async fn whoever_is_declined_reads_the_words() {
    let (_root, mut alice, mut bob) = alice_and_bob().await;
    alice.calls("bob").await;
    let id = bob.is_rung().await;
    let words = r#"{"reply":"Not now"}"#;
    bob.client.reject(&id, words, None).await.unwrap();
    let view = alice.shows("the end", |view| view.ended.is_some()).await;
    let ended = view.ended.as_ref().unwrap();
    assert_eq!(ended.ending, Ending::Rejected);
    assert_eq!(ended.reply.as_deref(), Some("Not now"));
}

/// §4, 20007: whoever is blocked does not get through.
#[tokio::test]
async fn whoever_is_blocked_is_listed_and_does_not_get_through() {
    let (_root, mut alice, bob) = alice_and_bob().await;
    let (user_id, name) = ("bob".to_owned(), "Bob".to_owned());
    alice.asks(Ask::AddContact { user_id, name }).await;
    let bobs = || json!({"userIDList": ["bob"]});
    alice.requests(request("addToBlacklist", bobs())).await;
    let view = alice
        .shows("blocked", |view| !view.blocked.is_empty())
        .await;
    assert_eq!(view.blocked[0].name, "Bob");
    assert!(view.contacts[0].blocked);
    let (_, pending) = bob.client.invite(bellhop_protocol::request::Invite::to(
        "alice".parse().unwrap(),
    ));
    assert_eq!(pending.await.unwrap_err().code, Code::Blocked);
    alice.requests(request("removeFromBlacklist", bobs())).await;
    let view = alice.shows("free", |view| view.blocked.is_empty()).await;
    assert!(!view.contacts[0].blocked);
    bob.calls("alice", 30).await;
    alice.shows("a ring", |view| !view.rings.is_empty()).await;
}

#[tokio::test]
async fn people_are_shown_by_the_name_in_the_address_book_or_else_their_own() {
    let (_root, mut alice, bob) = alice_and_bob().await;
    let nick = |nick: &str| json!({ "nick": nick });
    let update = bellhop_protocol::Request::parse("updateMyProfile", nick("Bobby")).unwrap();
    bob.client.request(update).await.unwrap();
    alice
        .requests(request("updateMyProfile", nick("Alice L.")))
        .await;
    alice
        .shows("own name", |view| view.profile.nick == "Alice L.")
        .await;
    writes(&bob, "alice", "Hello").await;
    let is_called = |name: &'static str| {
        move |view: &AppView| {
            let with = view.conversations.first().map(|one| &one.with);
            matches!(with, Some(PeerView::User(person)) if person.name == name)
        }
    };
    alice.shows("Bobby", is_called("Bobby")).await;
    let (user_id, name) = ("bob".to_owned(), "Bob from work".to_owned());
    alice.asks(Ask::AddContact { user_id, name }).await;
    alice
        .shows("Bob from work", is_called("Bob from work"))
        .await;
}
