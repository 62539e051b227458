//! Groups: who makes them, who may do what in them, and who hears of it (PROTOCOL "Requests").

use serde_json::{Value, json};

use super::team::Team;
use super::{messages, unread};
use crate::raw::{Wire, refusal};
use crate::server::TestServer;

fn named(users: &[&str]) -> Value {
    json!({"groupID": "team", "userIDList": users})
}

async fn members(wire: &mut Wire) -> Vec<String> {
    let list = wire
        .ask("getGroupMemberList", json!({"groupID": "team"}))
        .await;
    let members = list["memberList"].as_array().unwrap().iter();
    members
        .map(|it| it["userID"].as_str().unwrap().to_owned())
        .collect()
}

/// PROTOCOL, createGroup: the owner is a member, the server mints the id, every member hears of it.
#[tokio::test]
async fn a_group_is_created_with_its_members() {
    let server = TestServer::start().await;
    let mut a1 = server.wire("alice", "a1").await;
    let mut a2 = server.wire("alice", "a2").await;
    let mut bob = server.wire("bob", "b1").await;
    let mut eve = server.wire("eve", "e1").await;
    let params = json!({"name": "Böb & Co", "memberList": ["bob", {"userID": "alice"}, "bob"]});
    let group = a1.ask("createGroup", params).await["group"].clone();
    let id = group["groupID"].as_str().unwrap().to_owned();
    assert_eq!(
        group,
        json!({"groupID": id, "name": "Böb & Co", "owner": "alice", "joinOption": "inviteOnly",
            "memberCount": 2})
    );
    for wire in [&mut a2, &mut bob] {
        assert_eq!(
            wire.event("groupChanged").await,
            json!({"groupID": id, "change": "created", "userIDList": ["alice", "bob"],
                "by": "alice"})
        );
    }
    a1.hears_nothing().await;
    eve.hears_nothing().await;
    let listed = json!({"groupList": [group]});
    assert_eq!(bob.ask("getJoinedGroupList", json!({})).await, listed);
    let none = json!({"groupList": []});
    assert_eq!(eve.ask("getJoinedGroupList", json!({})).await, none);
}

/// §4: bad names, unknown members (20003), an id in use (6017); nothing is made, nobody told.
#[tokio::test]
async fn a_bad_group_is_refused() {
    let mut team = Team::enter().await;
    let many: Vec<String> = (0..501).map(|n| format!("u{n}")).collect();
    for params in [
        json!({}),
        json!({"name": ""}),
        json!({"name": "x".repeat(101)}),
        json!({"name": "a\nb"}),
        json!({"name": 7}),
        json!({"name": "x", "groupID": ""}),
        json!({"name": "x", "groupID": "x".repeat(49)}),
        json!({"name": "x", "memberList": "bob"}),
        json!({"name": "x", "memberList": [7]}),
        json!({"name": "x", "memberList": [{"user": "bob"}]}),
        json!({"name": "x", "joinOption": "closed"}),
    ] {
        let refused = team.a1.refused("createGroup", params.clone()).await;
        assert_eq!(refused, refusal(6017, "badParameter"), "{params}");
    }
    let params = json!({"name": "x", "memberList": ["bob", "nobody"]});
    let refused = team.a1.refused("createGroup", params).await;
    assert_eq!(refused, refusal(20_003, "noSuchUser"));
    let params = json!({"name": "x", "memberList": many});
    assert!([6017, 20_003].contains(&team.a1.refused("createGroup", params).await.0));
    let params = json!({"name": "x", "groupID": "team"});
    let refused = team.b1.refused("createGroup", params).await;
    assert_eq!(refused, refusal(6017, "taken"));
    team.hear_nothing().await;
    let list = team.a1.ask("getJoinedGroupList", json!({})).await;
    assert_eq!(list["groupList"].as_array().unwrap().len(), 1);
}

/// PROTOCOL, addGroupMember: any member adds; the new ones and all others hear of it.
#[tokio::test]
async fn any_member_adds_members() {
    let mut team = Team::enter().await;
    let result = team
        .b1
        .ask("addGroupMember", named(&["eve", "carol"]))
        .await;
    assert_eq!(result, json!({}));
    let told = json!({"groupID": "team", "change": "joined", "userIDList": ["eve"], "by": "bob"});
    for wire in [
        &mut team.a1,
        &mut team.a2,
        &mut team.b2,
        &mut team.carol,
        &mut team.dave,
        &mut team.eve,
    ] {
        assert_eq!(wire.event("groupChanged").await, told);
    }
    assert_eq!(
        members(&mut team.eve).await,
        ["alice", "bob", "carol", "dave", "eve"]
    );
    team.b1.ask("addGroupMember", named(&["eve"])).await;
    team.hear_nothing().await;
    let refused = team.b1.refused("addGroupMember", named(&["nobody"])).await;
    assert_eq!(refused, refusal(20_003, "noSuchUser"));
    let refused = team.b1.refused("addGroupMember", named(&[])).await;
    assert_eq!(refused, refusal(6017, "badParameter"));
    team.hear_nothing().await;
}

/// PROTOCOL, deleteGroupMember: the owner alone (10007), of members alone (10004), not himself.
#[tokio::test]
async fn only_the_owner_deletes_members() {
    let mut team = Team::enter().await;
    let refused = team
        .b1
        .refused("deleteGroupMember", named(&["carol"]))
        .await;
    assert_eq!(refused, refusal(10_007, "notOwner"));
    let refused = team
        .eve
        .refused("deleteGroupMember", named(&["carol"]))
        .await;
    assert_eq!(refused, refusal(10_007, "notInGroup"));
    let refused = team
        .a1
        .refused("deleteGroupMember", named(&["carol", "eve"]))
        .await;
    assert_eq!(refused, refusal(10_004, "notInGroup"));
    for list in [&[][..], &["alice"][..]] {
        let refused = team.a1.refused("deleteGroupMember", named(list)).await;
        assert_eq!(refused, refusal(6017, "badParameter"));
    }
    team.hear_nothing().await;
    team.a1.ask("deleteGroupMember", named(&["carol"])).await;
    let told = json!({"groupID": "team", "change": "left", "userIDList": ["carol"], "by": "alice"});
    for wire in team.others() {
        assert_eq!(wire.event("groupChanged").await, told);
    }
    team.hear_nothing().await;
    assert_eq!(members(&mut team.b1).await, ["alice", "bob", "dave"]);
}

/// PROTOCOL, joinGroup: an invite-only group is 10007; a free one is open; no such group is 10010.
#[tokio::test]
async fn a_free_group_is_joined_and_an_invite_only_one_is_not() {
    let mut team = Team::enter().await;
    let refused = team
        .eve
        .refused("joinGroup", json!({"groupID": "team"}))
        .await;
    assert_eq!(refused, refusal(10_007, "inviteOnly"));
    let refused = team
        .eve
        .refused("joinGroup", json!({"groupID": "crew"}))
        .await;
    assert_eq!(refused, refusal(10_010, "noSuchGroup"));
    team.hear_nothing().await;
    let open = json!({"groupID": "open", "name": "All", "joinOption": "free"});
    team.a1.ask("createGroup", open).await;
    team.forget().await;
    team.eve.ask("joinGroup", json!({"groupID": "open"})).await;
    for wire in [&mut team.a1, &mut team.a2] {
        assert_eq!(
            wire.event("groupChanged").await,
            json!({"groupID": "open", "change": "joined", "userIDList": ["eve"], "by": "eve"})
        );
    }
    team.eve.ask("joinGroup", json!({"groupID": "open"})).await;
    team.hear_nothing().await;
}

/// PROTOCOL, quitGroup: the others hear of it, also the leaver's other devices; an owner who quits
/// hands the group to the longest member; nobody outside can quit.
#[tokio::test]
async fn a_member_quits_a_group() {
    let mut team = Team::enter().await;
    team.a1.ask("quitGroup", json!({"groupID": "team"})).await;
    let told = json!({"groupID": "team", "change": "left", "userIDList": ["alice"], "by": "alice"});
    for wire in team.others() {
        assert_eq!(wire.event("groupChanged").await, told);
    }
    let list = team
        .b1
        .ask("getGroupMemberList", json!({"groupID": "team"}))
        .await;
    assert_eq!(
        list["memberList"],
        json!([
            {"userID": "bob", "role": "owner"},
            {"userID": "carol", "role": "member"},
            {"userID": "dave", "role": "member"},
        ])
    );
    let refused = team
        .a1
        .refused("quitGroup", json!({"groupID": "team"}))
        .await;
    assert_eq!(refused, refusal(10_007, "notInGroup"));
    let refused = team
        .a1
        .refused("getGroupMemberList", json!({"groupID": "team"}))
        .await;
    assert_eq!(refused, refusal(10_007, "notInGroup"));
}

/// PROTOCOL, dismissGroup: the owner alone; afterwards there is no such group.
#[tokio::test]
async fn only_the_owner_dismisses_a_group() {
    let mut team = Team::enter().await;
    let refused = team
        .b1
        .refused("dismissGroup", json!({"groupID": "team"}))
        .await;
    assert_eq!(refused, refusal(10_007, "notOwner"));
    team.a1
        .ask("dismissGroup", json!({"groupID": "team"}))
        .await;
    for wire in team.others() {
        let told = wire.event("groupChanged").await;
        assert_eq!(
            (&told["change"], &told["by"]),
            (&json!("dismissed"), &json!("alice"))
        );
    }
    team.hear_nothing().await;
    for (method, params) in [
        ("dismissGroup", json!({"groupID": "team"})),
        ("joinGroup", json!({"groupID": "team"})),
        ("quitGroup", json!({"groupID": "team"})),
        ("addGroupMember", named(&["eve"])),
        ("deleteGroupMember", named(&["bob"])),
        ("getGroupMemberList", json!({"groupID": "team"})),
        ("getMessageList", json!({"conversationID": "GROUPteam"})),
        ("setMessageRead", json!({"conversationID": "GROUPteam"})),
        (
            "sendMessage",
            json!({"groupID": "team", "type": "text", "payload": {"text": "x"}}),
        ),
    ] {
        let refused = team.a1.refused(method, params).await;
        assert_eq!(refused, refusal(10_010, "noSuchGroup"), "{method}");
    }
    let none = json!({"groupList": []});
    assert_eq!(team.b1.ask("getJoinedGroupList", json!({})).await, none);
}

/// §4: repeating a request with its `opID` returns the first result and causes nothing again.
#[tokio::test]
async fn group_requests_are_repeated_by_their_op_id() {
    let mut team = Team::enter().await;
    let params = json!({"name": "Once", "memberList": ["bob"], "opID": "make"});
    let first = team.a1.ask("createGroup", params.clone()).await;
    team.forget().await;
    assert_eq!(team.a1.ask("createGroup", params).await, first);
    let mut params = named(&["dave"]);
    params["opID"] = json!("out");
    team.a1.ask("deleteGroupMember", params.clone()).await;
    team.forget().await;
    assert_eq!(team.a1.ask("deleteGroupMember", params).await, json!({}));
    team.hear_nothing().await;
}

/// §1, §6: a message to a group reaches every member but the device that wrote it, and counts for all
/// others; outsiders can neither write nor read.
#[tokio::test]
async fn a_message_to_a_group_is_told_to_all_its_members() {
    let mut team = Team::enter().await;
    let text = json!({"groupID": "team", "type": "text", "payload": {"text": "hi all"}});
    let sent = team.a1.ask("sendMessage", text.clone()).await["message"].clone();
    assert_eq!(sent["conversationID"], "GROUPteam");
    assert_eq!(sent["groupID"], "team");
    assert_eq!(sent["from"], "alice");
    for wire in team.others() {
        assert_eq!(wire.message().await, sent);
    }
    team.hear_nothing().await;
    assert_eq!(unread(&mut team.a2, "GROUPteam").await, 0);
    assert_eq!(unread(&mut team.dave, "GROUPteam").await, 1);
    team.dave
        .ask("setMessageRead", json!({"conversationID": "GROUPteam"}))
        .await;
    assert_eq!(unread(&mut team.dave, "GROUPteam").await, 0);
    assert_eq!(unread(&mut team.carol, "GROUPteam").await, 1);
    assert_eq!(messages(&mut team.carol, "GROUPteam").await, [sent]);

    let page = json!({"conversationID": "GROUPteam"});
    for (method, params) in [
        ("sendMessage", text),
        ("getMessageList", page.clone()),
        ("setMessageRead", page),
    ] {
        let refused = team.eve.refused(method, params).await;
        assert_eq!(refused, refusal(10_007, "notInGroup"), "{method}");
    }
    for bad in [
        json!({"groupID": "team", "userID": "bob", "type": "text", "payload": {"text": "x"}}),
        json!({"type": "text", "payload": {"text": "x"}}),
        json!({"groupID": "team", "type": "text", "payload": {}}),
    ] {
        let refused = team.a1.refused("sendMessage", bad).await;
        assert_eq!(refused, refusal(6017, "badParameter"));
    }
    team.hear_nothing().await;
}

/// §6: whoever leaves loses the conversation and what was unread in it; who stays keeps it.
#[tokio::test]
async fn a_conversation_is_left_with_its_group() {
    let mut team = Team::enter().await;
    let text = json!({"groupID": "team", "type": "text", "payload": {"text": "hi all"}});
    team.a1.ask("sendMessage", text).await;
    team.dave.ask("quitGroup", json!({"groupID": "team"})).await;
    let none = json!({"conversations": []});
    assert_eq!(team.dave.ask("getConversationList", json!({})).await, none);
    let late = team.server.wire("dave", "d2").await;
    assert_eq!(late.snapshot["unreadTotal"], 0);
    assert_eq!(unread(&mut team.carol, "GROUPteam").await, 1);
}

/// §4, 6017: parameters that are missing or ill-typed, of every method about groups.
#[tokio::test]
async fn bad_parameters_of_group_methods_are_refused() {
    let mut team = Team::enter().await;
    let methods = [
        "dismissGroup",
        "joinGroup",
        "quitGroup",
        "getGroupMemberList",
    ];
    for method in methods {
        for params in [
            json!({}),
            json!({"groupID": ""}),
            json!({"groupID": 7}),
            json!([]),
        ] {
            let refused = team.a1.refused(method, params).await;
            assert_eq!(refused, refusal(6017, "badParameter"), "{method}");
        }
    }
    for method in ["addGroupMember", "deleteGroupMember"] {
        for params in [
            json!({"groupID": "team"}),
            json!({"userIDList": ["bob"]}),
            json!({"groupID": "team", "userIDList": "bob"}),
            json!({"groupID": "team", "userIDList": [""]}),
            json!({"groupID": "team", "userIDList": [7]}),
        ] {
            let refused = team.a1.refused(method, params).await;
            assert_eq!(refused, refusal(6017, "badParameter"), "{method}");
        }
    }
    team.hear_nothing().await;
}
