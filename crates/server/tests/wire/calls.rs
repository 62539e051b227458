//! Calls from end to end: who hears what (SIGNALING §3), repetitions (§4), history (§6).

use serde_json::json;

use crate::peer::{Peer, host, refusal};

async fn ring(alice: &mut Peer, id: &str) {
    let params = json!({"userID": "bob", "inviteID": id, "data": "hello"});
    alice.get("invite", params).await;
}

/// §3, and §6: an answered call leaves two messages and nothing unread.
#[tokio::test]
async fn an_invitation_is_accepted_and_the_call_is_hung_up() {
    let host = host().await;
    let mut a1 = host.device("alice", "a1").await;
    let mut a2 = host.device("alice", "a2").await;
    let mut b1 = host.device("bob", "b1").await;
    let mut b2 = host.device("bob", "b2").await;

    let invited = a1
        .get(
            "invite",
            json!({"userID": "bob", "inviteID": "i", "timeout": 20}),
        )
        .await;
    assert_eq!(invited["inviteID"], "i");
    assert_eq!(invited["message"]["conversationID"], "C2Cbob");
    assert!(invited["remainingMs"].as_u64().unwrap() > 19_000);
    for peer in [&mut a2, &mut b1, &mut b2] {
        let received = peer.hears("newInvitationReceived").await;
        assert_eq!(
            (&received["rev"], &received["state"]),
            (&json!(1), &json!("live"))
        );
        peer.hears("messageReceived").await;
    }

    assert_eq!(b1.get("ringing", json!({"inviteID": "i"})).await, json!({}));
    assert_eq!(b1.get("ringing", json!({"inviteID": "i"})).await, json!({}));
    for peer in [&mut a1, &mut a2] {
        assert_eq!(peer.hears("inviteeRinging").await["deviceID"], "b1");
    }

    b1.get("accept", json!({"inviteID": "i", "data": "yes"}))
        .await;
    for peer in [&mut a1, &mut a2, &mut b2] {
        let accepted = peer.hears("inviteeAccepted").await;
        assert_eq!(
            (&accepted["data"], &accepted["deviceID"]),
            (&json!("yes"), &json!("b1"))
        );
        peer.hears("messageReceived").await;
    }
    let late = b2.ask("accept", json!({"inviteID": "i"})).await;
    assert_eq!(refusal(&late), (8010, "acceptedElsewhere".to_owned()));
    assert_eq!(late["error"]["data"]["inviteID"], "i");

    let call = a2.get("getCall", json!({"callID": "i"})).await;
    assert_eq!(call["parties"].as_array().unwrap().len(), 2);
    let seen = b2.get("getInvitation", json!({"inviteID": "i"})).await;
    assert_eq!(seen["state"], "inCall");

    a2.get("hangUp", json!({"callID": "i", "reason": "bye"}))
        .await;
    for peer in [&mut a1, &mut b1, &mut b2] {
        let ended = peer.hears("callEnded").await;
        assert_eq!(
            (&ended["reason"], &ended["over"]),
            (&json!("bye"), &json!(true))
        );
    }
    let refused = b1.refused("getCall", json!({"callID": "i"})).await;
    assert_eq!(refused, (8010, "ended".to_owned()));

    let page = b1
        .get("getMessageList", json!({"conversationID": "C2Calice"}))
        .await;
    let messages = page["messages"].as_array().unwrap();
    assert_eq!((messages.len(), &page["isCompleted"]), (2, &json!(true)));
    assert_eq!(messages[1]["call"]["outcome"], "answered");
    let list = b1.get("getConversationList", json!({})).await;
    assert_eq!(list["conversations"][0]["unreadCount"], 0);
    for peer in [&mut a1, &mut a2, &mut b1, &mut b2] {
        assert!(peer.heard().await.is_empty());
    }
}

/// §4: repeating a request returns the first result and causes nothing again.
#[tokio::test]
async fn a_repetition_is_answered_as_the_first_time() {
    let host = host().await;
    let mut alice = host.device("alice", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    let invite = json!({"userID": "bob", "inviteID": "i", "opID": "o1"});
    let first = alice.get("invite", invite.clone()).await;
    let again = alice.get("invite", invite).await;
    assert_eq!(first["message"], again["message"]);
    assert!(again["remainingMs"].as_u64() <= first["remainingMs"].as_u64());
    let by_invite_id = json!({"userID": "bob", "inviteID": "i", "opID": "o2"});
    assert_eq!(alice.get("invite", by_invite_id).await["inviteID"], "i");

    let other = json!({"userID": "bob", "inviteID": "i", "data": "other"});
    assert_eq!(
        alice.refused("invite", other).await,
        (6017, "reused".to_owned())
    );
    let other = json!({"inviteID": "i", "opID": "o1"});
    assert_eq!(
        alice.refused("cancel", other).await,
        (6017, "reused".to_owned())
    );
    host.device("carol", "c1").await;
    let taken = json!({"userID": "carol", "inviteID": "i"});
    assert_eq!(
        bob.refused("invite", taken).await,
        (8011, "notYours".to_owned())
    );

    let cancel = json!({"inviteID": "i", "opID": "o3"});
    let first = alice.get("cancel", cancel.clone()).await;
    assert_eq!(alice.get("cancel", cancel).await, first);
    let plain = alice.refused("cancel", json!({"inviteID": "i"})).await;
    assert_eq!(plain, (8010, "cancelled".to_owned()));

    let heard = bob.heard().await;
    let expected = [
        "newInvitationReceived",
        "messageReceived",
        "invitationCancelled",
        "messageReceived",
    ];
    assert_eq!(heard, expected);
}

/// §4: so is a repeated `setMessageRead`, whatever has come since.
#[tokio::test]
async fn a_repeated_reading_reads_nothing_more() {
    let host = host().await;
    let mut alice = host.device("alice", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    let text = json!({"userID": "bob", "type": "text", "payload": {"text": "hi"}});
    let read = json!({"conversationID": "C2Calice", "opID": "o"});
    for unread in [0, 1] {
        alice.get("sendMessage", text.clone()).await;
        let done = bob.get("setMessageRead", read.clone()).await;
        assert_eq!(done, json!({}));
        let list = bob.get("getConversationList", json!({})).await;
        assert_eq!(list["conversations"][0]["unreadCount"], unread);
    }
    let other = json!({"conversationID": "C2Ccarol", "opID": "o"});
    let refused = bob.refused("setMessageRead", other).await;
    assert_eq!(refused, (6017, "reused".to_owned()));
    bob.get("setMessageRead", json!({"conversationID": "C2Calice"}))
        .await;
    let list = bob.get("getConversationList", json!({})).await;
    assert_eq!(list["conversations"][0]["unreadCount"], 0);
}

/// A page of long messages ends early and says so; the next one goes on from there.
#[tokio::test]
async fn a_page_of_long_messages_ends_early() {
    let host = host().await;
    let mut bob = host.device("bob", "b1").await;
    let mut alice = host.device("alice", "a1").await;
    // Six bytes each on the wire.
    let text = json!({"text": "\u{1}".repeat(12_000)});
    let message = json!({"userID": "bob", "type": "text", "payload": text});
    for _ in 0..20 {
        alice.get("sendMessage", message.clone()).await;
    }
    let mut request = json!({"conversationID": "C2Calice", "limit": 100});
    let first = bob.get("getMessageList", request.clone()).await;
    let messages = first["messages"].as_array().unwrap();
    assert_eq!((messages.len(), &first["isCompleted"]), (14, &json!(false)));
    assert!(first.to_string().len() <= 1024 * 1024 + 100);
    request["before"] = messages[13]["seq"].clone();
    let rest = bob.get("getMessageList", request).await;
    let messages = rest["messages"].as_array().unwrap();
    assert_eq!((messages.len(), &rest["isCompleted"]), (6, &json!(true)));
}

#[tokio::test]
async fn an_invite_without_a_name_gets_a_uuid() {
    let host = host().await;
    host.device("bob", "b1").await;
    let mut alice = host.device("alice", "a1").await;
    let invited = alice.get("invite", json!({"userID": "bob"})).await;
    let id = invited["inviteID"].as_str().unwrap();
    assert!((id.len(), id.matches('-').count()) == (36, 4), "{id}");
}

/// §4: whoever takes no part in an invitation gets `unknown`.
#[tokio::test]
async fn nobody_else_learns_of_an_invitation() {
    let host = host().await;
    host.device("bob", "b1").await;
    let mut alice = host.device("alice", "a1").await;
    let mut carol = host.device("carol", "c1").await;
    ring(&mut alice, "i").await;
    let unknown = (8010, "unknown".to_owned());
    for method in ["getInvitation", "accept", "reject", "cancel", "ringing"] {
        let refused = carol.refused(method, json!({"inviteID": "i"})).await;
        assert_eq!(refused, unknown, "{method}");
    }
    for method in ["getCall", "hangUp"] {
        let refused = carol.refused(method, json!({"callID": "i"})).await;
        assert_eq!(refused, unknown, "{method}");
    }
    assert!(carol.heard().await.is_empty());
}

/// §2: the deadline is the server's receipt time + timeout; §3: one event for everybody.
#[tokio::test]
async fn a_ring_times_out_at_its_deadline() {
    let host = host().await;
    let mut alice = host.device("alice", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    let begun = std::time::Instant::now();
    let params = json!({"userID": "bob", "inviteID": "i", "timeout": 1});
    alice.get("invite", params).await;
    bob.hears("newInvitationReceived").await;
    bob.hears("messageReceived").await;
    let late = bob.hears("invitationTimeout").await;
    // The server counts whole milliseconds.
    assert!(begun.elapsed() >= std::time::Duration::from_millis(999));
    assert_eq!(
        (&late["inviteeList"], &late["isSelfTimeout"]),
        (&json!(["bob"]), &json!(true))
    );
    assert_eq!(
        alice.hears("invitationTimeout").await["isSelfTimeout"],
        false
    );
    let refused = bob.refused("accept", json!({"inviteID": "i"})).await;
    assert_eq!(refused, (8010, "timedOut".to_owned()));
    let list = bob.get("getConversationList", json!({})).await;
    assert_eq!(list["conversations"][0]["unreadCount"], 1);
}

/// §5, glare: the later invitation names the other.
#[tokio::test]
async fn the_later_of_two_opposite_invitations_names_the_other() {
    let host = host().await;
    let mut alice = host.device("alice", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    ring(&mut alice, "i").await;
    bob.get("invite", json!({"userID": "alice", "inviteID": "j"}))
        .await;
    assert_eq!(alice.hears("newInvitationReceived").await["glareWith"], "i");
}

/// §2: online-only reaches devices that are connected now and leaves no message.
#[tokio::test]
async fn an_online_only_invitation_reaches_connected_devices_and_leaves_no_trace() {
    let host = host().await;
    let mut alice = host.device("alice", "a1").await;
    let mut b1 = host.device("bob", "b1").await;
    let params = json!({"userID": "bob", "inviteID": "i", "onlineUserOnly": true});
    let invited = alice.get("invite", params).await;
    assert!(invited.get("message").is_none());
    b1.hears("newInvitationReceived").await;
    let (mut b2, snapshot) = host.login("bob", "b2").await;
    assert_eq!(snapshot["invitations"], json!([]));
    b1.get("reject", json!({"inviteID": "i"})).await;
    alice.hears("inviteeRejected").await;
    assert!(b2.heard().await.is_empty());
    let list = b2.get("getConversationList", json!({})).await;
    assert_eq!(list["conversations"], json!([]));
}

#[tokio::test]
async fn a_text_is_received_counted_and_read() {
    let host = host().await;
    let mut alice = host.device("alice", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    let text = json!({
        "userID": "bob", "type": "text", "payload": {"text": "hi"}, "opID": "o"
    });
    let sent = alice.get("sendMessage", text.clone()).await;
    assert_eq!(alice.get("sendMessage", text).await, sent);
    let received = bob.hears("messageReceived").await;
    assert_eq!(received["payload"], json!({"text": "hi"}));
    let list = bob.get("getConversationList", json!({})).await;
    assert_eq!(list["conversations"][0]["unreadCount"], 1);
    bob.get("setMessageRead", json!({"conversationID": "C2Calice"}))
        .await;
    let list = bob.get("getConversationList", json!({})).await;
    assert_eq!(list["conversations"][0]["unreadCount"], 0);
    assert!(bob.heard().await.is_empty());
}
