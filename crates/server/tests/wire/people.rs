//! Profiles, blocks, and who sees whether somebody can be reached (SIGNALING §4; PROTOCOL, "Beside the
//! socket").

use bellhop_server::Visibility;
use serde_json::{Value, json};

use crate::peer::{Peer, host, host_tuned};

fn users(users: &[&str]) -> Value {
    json!({"userIDList": users})
}

#[tokio::test]
async fn a_profile_is_set_in_parts_and_read_by_all() {
    let host = host().await;
    let mut ann = host.device("ann", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    let nick = json!({"nick": "Anna", "opID": "o"});
    let shown = ann.get("updateMyProfile", nick.clone()).await;
    assert_eq!(
        shown,
        json!({"profile": {"userID": "ann", "nick": "Anna", "avatar": ""}})
    );
    let avatar = json!({"avatar": "https://example.org/a.png"});
    ann.get("updateMyProfile", avatar).await;
    assert_eq!(ann.get("updateMyProfile", nick).await, shown);
    let read = bob
        .get("getUserProfile", users(&["bob", "nobody", "ann"]))
        .await;
    let expected = json!([
        {"userID": "bob", "nick": "", "avatar": ""},
        {"userID": "ann", "nick": "Anna", "avatar": "https://example.org/a.png"},
    ]);
    assert_eq!(read["profileList"], expected);

    let many: Vec<String> = (0..101).map(|n| format!("u{n}")).collect();
    for (method, params) in [
        ("getUserProfile", json!({"userIDList": many})),
        ("getUserProfile", json!({})),
        ("updateMyProfile", json!({"nick": "a\nb"})),
        ("updateMyProfile", json!({"nick": 7})),
        (
            "updateMyProfile",
            json!({"avatar": "http://example.org/a.png"}),
        ),
    ] {
        let refused = bob.refused(method, params).await;
        assert_eq!(refused, (6017, "badParameter".to_owned()), "{method}");
    }
}

/// §4, 20007: the receiver has blocked the sender: one-to-one invitations and messages.
#[tokio::test]
async fn whoever_is_blocked_neither_rings_nor_writes() {
    let host = host().await;
    let mut ann = host.device("ann", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    bob.get("addToBlacklist", users(&["ann"])).await;
    bob.get("addToBlacklist", users(&["ann"])).await;
    assert_eq!(bob.get("getBlacklist", json!({})).await, users(&["ann"]));
    let text = |to: &str| json!({"userID": to, "type": "text", "payload": {"text": "hi"}});
    let blocked = (20007, "blocked".to_owned());
    assert_eq!(ann.refused("invite", users(&[])).await.0, 6017);
    assert_eq!(
        ann.refused("invite", json!({"userID": "bob"})).await,
        blocked
    );
    assert_eq!(ann.refused("sendMessage", text("bob")).await, blocked);
    assert!(bob.heard().await.is_empty());
    let list = bob.get("getConversationList", json!({})).await;
    assert_eq!(list["conversations"], json!([]));
    // The other way it is open.
    bob.get("sendMessage", text("ann")).await;
    bob.get("removeFromBlacklist", users(&["ann"])).await;
    ann.get("sendMessage", text("bob")).await;
    assert_eq!(bob.get("getBlacklist", json!({})).await, users(&[]));
}

#[tokio::test]
async fn what_a_blacklist_refuses() {
    let host = host().await;
    let mut ann = host.device("ann", "a1").await;
    host.device("bob", "b1").await;
    for method in ["addToBlacklist", "removeFromBlacklist"] {
        for (params, refusal) in [
            (users(&["bob", "ann"]), (6017, "badParameter")),
            (users(&["bob", "nobody"]), (20003, "noSuchUser")),
            (users(&[]), (6017, "badParameter")),
            (users(&[""]), (6017, "badParameter")),
            (json!({}), (6017, "badParameter")),
        ] {
            let refused = ann.refused(method, params.clone()).await;
            assert_eq!(
                refused,
                (refusal.0, refusal.1.to_owned()),
                "{method} {params}"
            );
        }
    }
    assert_eq!(ann.get("getBlacklist", json!({})).await, users(&[]));
}

async fn sees(peer: &mut Peer, whom: &str) -> Value {
    let list = peer.get("getUserStatus", users(&[whom])).await;
    list["statusList"][0]["status"].clone()
}

/// PROTOCOL: presence is visible to everybody who is not blocked; a block changes it at once.
#[tokio::test]
async fn whoever_is_blocked_sees_one_as_offline() {
    let host = host().await;
    let mut ann = host.device("ann", "a1").await;
    let mut eve = host.device("eve", "e1").await;
    let mut bob = host.device("bob", "b1").await;
    for peer in [&mut ann, &mut eve] {
        let list = peer.get("subscribeUserStatus", users(&["bob"])).await;
        assert_eq!(list["statusList"][0]["status"], "online");
    }
    bob.get("addToBlacklist", users(&["ann"])).await;
    assert_eq!(ann.hears("userStatusChanged").await["status"], "offline");
    assert_eq!(sees(&mut ann, "bob").await, "offline");
    let again = ann.get("subscribeUserStatus", users(&["bob"])).await;
    assert_eq!(again["statusList"][0]["status"], "offline");
    let (mut second, _) = host.login("ann", "a2").await;
    let list = second.get("subscribeUserStatus", users(&["bob"])).await;
    assert_eq!(list["statusList"][0]["status"], "offline");

    // What goes on behind it is seen by others alone.
    bob.leave().await;
    let mut bob = host.device("bob", "b1").await;
    for status in ["offline", "online"] {
        assert_eq!(eve.hears("userStatusChanged").await["status"], status);
    }
    assert!(ann.heard().await.is_empty() && second.heard().await.is_empty());
    bob.get("removeFromBlacklist", users(&["ann"])).await;
    for peer in [&mut ann, &mut second] {
        assert_eq!(peer.hears("userStatusChanged").await["status"], "online");
        assert_eq!(sees(peer, "bob").await, "online");
    }
    assert!(eve.heard().await.is_empty());
}

/// PROTOCOL: `--presence contacts` narrows it to who share a group or have both written.
#[tokio::test]
async fn presence_for_contacts_is_hidden_from_everybody_else() {
    let host = host_tuned(|it| it.presence = Visibility::Contacts).await;
    let [mut ann, mut bob] = host.team(["ann", "bob"]).await;
    let mut carol = host.device("carol", "c1").await;
    let mut eve = host.device("eve", "e1").await;
    let text = |to: &str| json!({"userID": to, "type": "text", "payload": {"text": "hi"}});
    assert_eq!(sees(&mut ann, "bob").await, "online");
    assert_eq!(sees(&mut ann, "ann").await, "online");
    carol.get("sendMessage", text("bob")).await;
    assert_eq!(sees(&mut carol, "bob").await, "offline");
    bob.get("sendMessage", text("carol")).await;
    assert_eq!(sees(&mut carol, "bob").await, "online");

    let list = eve.get("subscribeUserStatus", users(&["bob"])).await;
    assert_eq!(list["statusList"][0]["status"], "offline");
    carol.hears("messageReceived").await;
    carol.get("subscribeUserStatus", users(&["bob"])).await;
    bob.leave().await;
    assert_eq!(carol.hears("userStatusChanged").await["status"], "offline");
    assert!(eve.heard().await.is_empty());
}

/// PROTOCOL: who becomes a contact is seen from then on, and who is none any more is not.
#[tokio::test]
async fn who_watches_is_told_when_somebody_becomes_a_contact() {
    let host = host_tuned(|it| it.presence = Visibility::Contacts).await;
    let mut ann = host.device("ann", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    let text = |to: &str| json!({"userID": to, "type": "text", "payload": {"text": "hi"}});
    for (peer, other) in [(&mut ann, "bob"), (&mut bob, "ann")] {
        peer.get("subscribeUserStatus", users(&[other])).await;
    }
    let group = json!({"groupID": "g", "name": "G", "memberList": ["bob"]});
    ann.get("createGroup", group).await;
    bob.hears("groupChanged").await;
    for peer in [&mut ann, &mut bob] {
        assert_eq!(peer.hears("userStatusChanged").await["status"], "online");
    }
    bob.get("quitGroup", json!({"groupID": "g"})).await;
    ann.hears("groupChanged").await;
    for peer in [&mut ann, &mut bob] {
        assert_eq!(peer.hears("userStatusChanged").await["status"], "offline");
    }
    ann.get("sendMessage", text("bob")).await;
    bob.get("sendMessage", text("ann")).await;
    for peer in [&mut ann, &mut bob] {
        peer.hears("messageReceived").await;
        assert_eq!(peer.hears("userStatusChanged").await["status"], "online");
    }
    ann.leave().await;
    assert_eq!(bob.hears("userStatusChanged").await["status"], "offline");
}

#[tokio::test]
async fn too_many_are_not_asked_about() {
    let host = host().await;
    let mut ann = host.device("ann", "a1").await;
    let many: Vec<String> = (0..1001).map(|n| format!("u{n}")).collect();
    for method in ["getUserStatus", "subscribeUserStatus"] {
        let refused = ann.refused(method, json!({"userIDList": many})).await;
        assert_eq!(refused, (6017, "badParameter".to_owned()), "{method}");
    }
}
