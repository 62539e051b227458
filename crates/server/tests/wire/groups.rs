//! Groups: who is in them, what is said in them, and what they refuse (SIGNALING §2, §4, §6).

use bellhop_server::{Credentials, Data};
use serde_json::{Value, json};

use crate::peer::{Peer, host, host_with};

fn group() -> Value {
    json!({"groupID": "team"})
}

fn with(users: &[&str]) -> Value {
    json!({"groupID": "team", "userIDList": users})
}

async fn members(peer: &mut Peer) -> Vec<(String, String)> {
    let list = peer.get("getGroupMemberList", group()).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let members = list["memberList"].as_array().unwrap().iter();
    members
        .map(|it| (text(&it["userID"]), text(&it["role"])))
        .collect()
}

/// The next event, which is a change of the group.
async fn changed(peer: &mut Peer) -> (Value, Value, Value) {
    let mut change = peer.hears("groupChanged").await;
    assert_eq!(change["groupID"], "team");
    let mut take = |name: &str| change[name].take();
    (take("change"), take("userIDList"), take("by"))
}

#[tokio::test]
async fn a_group_is_made_changed_and_dismissed() {
    let host = host().await;
    let mut owner = host.device("ann", "a1").await;
    let mut second = host.device("ann", "a2").await;
    let mut bob = host.device("bob", "b1").await;
    let mut carol = host.device("carol", "c1").await;
    let create = json!({"groupID": "team", "name": "Team", "memberList": [{"userID": "bob"}]});
    let made = owner.get("createGroup", create).await;
    let info = json!({
        "groupID": "team", "name": "Team", "owner": "ann", "joinOption": "inviteOnly",
        "memberCount": 2,
    });
    assert_eq!(made, json!({"group": info}));
    for peer in [&mut second, &mut bob] {
        let created = (json!("created"), json!(["ann", "bob"]), json!("ann"));
        assert_eq!(changed(peer).await, created);
    }
    let list = bob.get("getJoinedGroupList", json!({})).await;
    assert_eq!(list, json!({"groupList": [info]}));
    let list = carol.get("getJoinedGroupList", json!({})).await;
    assert_eq!(list, json!({"groupList": []}));

    bob.get("addGroupMember", with(&["carol"])).await;
    for peer in [&mut owner, &mut second, &mut carol] {
        let joined = (json!("joined"), json!(["carol"]), json!("bob"));
        assert_eq!(changed(peer).await, joined);
    }
    owner.get("deleteGroupMember", with(&["carol"])).await;
    for peer in [&mut second, &mut bob, &mut carol] {
        let left = (json!("left"), json!(["carol"]), json!("ann"));
        assert_eq!(changed(peer).await, left);
    }
    bob.get("updateMyProfile", json!({"nick": "Bobby"})).await;
    let list = owner.get("getGroupMemberList", group()).await;
    let expected = json!([
        {"userID": "ann", "role": "owner"},
        {"userID": "bob", "role": "member", "nick": "Bobby"},
    ]);
    assert_eq!(list["memberList"], expected);

    owner.get("quitGroup", group()).await;
    assert_eq!(changed(&mut bob).await.0, "left");
    assert_eq!(
        members(&mut bob).await,
        [("bob".to_owned(), "owner".to_owned())]
    );
    assert_eq!(bob.get("dismissGroup", group()).await, json!({}));
    let gone = (10010, "noSuchGroup".to_owned());
    assert_eq!(bob.refused("getGroupMemberList", group()).await, gone);
    assert_eq!(bob.refused("joinGroup", group()).await, gone);
    assert!(bob.heard().await.is_empty());
}

#[tokio::test]
async fn a_free_group_is_joined_by_oneself_and_a_group_without_a_name_gets_one() {
    let host = host().await;
    let mut ann = host.device("ann", "a1").await;
    let mut bob = host.device("bob", "b1").await;
    let create = json!({"name": "All", "joinOption": "free", "opID": "o"});
    let made = ann.get("createGroup", create.clone()).await;
    assert_eq!(ann.get("createGroup", create).await, made);
    let id = made["group"]["groupID"].as_str().unwrap();
    assert_eq!(id.len(), 36);
    let group = json!({"groupID": id});
    bob.get("joinGroup", group.clone()).await;
    bob.get("joinGroup", group).await;
    assert_eq!(ann.heard().await, ["groupChanged"]);
}

/// §4: every refusal by its number and reason; nothing is stored and nobody is told.
#[tokio::test]
async fn what_a_group_refuses() {
    let host = host().await;
    let [ann, bob] = host.team(["ann", "bob"]).await;
    let mut askers = [ann, bob, host.device("carol", "c1").await];
    let taken = json!({"groupID": "team", "name": "Other"});
    let nobody = json!({"name": "Other", "memberList": ["nobody"]});
    let crowd: Vec<String> = (0..501).map(|n| format!("u{n}")).collect();
    let crowd = json!({"name": "Other", "memberList": crowd});
    let other = json!({"groupID": "other"});
    let long = json!({"name": "x".repeat(101)});
    for (asker, method, params, code, reason) in [
        (2, "createGroup", taken, 6017, "taken"),
        (2, "createGroup", nobody, 20003, "noSuchUser"),
        (2, "createGroup", crowd, 6017, "badParameter"),
        (2, "createGroup", long, 6017, "badParameter"),
        (2, "createGroup", json!({"name": ""}), 6017, "badParameter"),
        (2, "joinGroup", group(), 10007, "inviteOnly"),
        (2, "joinGroup", other, 10010, "noSuchGroup"),
        (2, "joinGroup", json!({}), 6017, "badParameter"),
        (2, "quitGroup", group(), 10007, "notInGroup"),
        (2, "getGroupMemberList", group(), 10007, "notInGroup"),
        (2, "addGroupMember", with(&["carol"]), 10007, "notInGroup"),
        (1, "addGroupMember", with(&["nobody"]), 20003, "noSuchUser"),
        (1, "addGroupMember", with(&[]), 6017, "badParameter"),
        (1, "dismissGroup", group(), 10007, "notOwner"),
        (1, "deleteGroupMember", with(&["ann"]), 10007, "notOwner"),
        (0, "deleteGroupMember", with(&["ann"]), 6017, "badParameter"),
        (
            0,
            "deleteGroupMember",
            with(&["carol"]),
            10004,
            "notInGroup",
        ),
        (0, "deleteGroupMember", with(&[]), 6017, "badParameter"),
    ] {
        let refused = askers[asker].refused(method, params.clone()).await;
        assert_eq!(refused, (code, reason.to_owned()), "{method} {params}");
    }
    assert_eq!(members(&mut askers[0]).await.len(), 2);
    for asker in &mut askers {
        assert!(asker.heard().await.is_empty());
    }
}

fn text(text: &str) -> Value {
    json!({"groupID": "team", "type": "text", "payload": {"text": text}})
}

/// §6: one order of messages for all members; whoever is none neither writes nor reads them.
#[tokio::test]
async fn members_write_to_each_other_and_to_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    for data in [Data::Memory, Data::Dir(folder.path().to_owned())] {
        let host = host_with(data, Credentials::random(), |_| {}).await;
        let [mut ann, mut bob, mut carol] = host.team(["ann", "bob", "carol"]).await;
        let mut second = host.device("ann", "a2").await;
        let mut stranger = host.device("dave", "d1").await;
        let hello = json!({
            "groupID": "team", "type": "text", "payload": {"text": "hello"}, "opID": "o"
        });
        let sent = ann.get("sendMessage", hello.clone()).await;
        assert_eq!(ann.get("sendMessage", hello).await, sent);
        let message = &sent["message"];
        assert_eq!(message["conversationID"], "GROUPteam");
        assert_eq!(
            (&message["from"], &message["groupID"]),
            (&json!("ann"), &json!("team"))
        );
        assert!(message.get("to").is_none());
        for peer in [&mut second, &mut bob, &mut carol] {
            assert_eq!(peer.hears("messageReceived").await, *message);
        }
        assert!(ann.heard().await.is_empty());

        let team = json!({"conversationID": "GROUPteam"});
        for (peer, unread) in [(&mut bob, 1), (&mut second, 0)] {
            let list = peer.get("getConversationList", json!({})).await;
            assert_eq!(list["conversations"][0]["unreadCount"], unread);
            let page = peer.get("getMessageList", team.clone()).await;
            assert_eq!(page["messages"], json!([message]));
        }
        bob.get("setMessageRead", team.clone()).await;
        let list = bob.get("getConversationList", json!({})).await;
        assert_eq!(list["conversations"][0]["unreadCount"], 0);

        let outside = (10007, "notInGroup".to_owned());
        let nowhere = (10010, "noSuchGroup".to_owned());
        assert_eq!(stranger.refused("sendMessage", text("hi")).await, outside);
        for method in ["getMessageList", "setMessageRead"] {
            assert_eq!(stranger.refused(method, team.clone()).await, outside);
            let other = json!({"conversationID": "GROUPother"});
            assert_eq!(stranger.refused(method, other).await, nowhere);
        }
        carol.get("quitGroup", group()).await;
        let list = carol.get("getConversationList", json!({})).await;
        assert_eq!(list["conversations"], json!([]));
        assert_eq!(carol.refused("sendMessage", text("hi")).await, outside);
        let (_carol, result) = host.login("carol", "carol2").await;
        assert_eq!(result["unreadTotal"], 0);
        host.server.shutdown().await;
    }
}
