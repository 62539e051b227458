//! Each method of the SDK is one request of PROTOCOL, under a name that makes repeating it harmless.

use bellhop_client::protocol::request::{
    CancelReason, CreateGroup, Invite, InviteInGroup, JoinOption, PageSize, RejectReason, SignalTo,
};
use bellhop_client::protocol::{Failure, MessageType, Request};
use bellhop_client::{Client, Pending};
use serde_json::{Value, json};

use crate::peer::{Line, Peer, online, soon, user};

/// A client, and the other end of its connection.
struct Pair {
    client: Client,
    line: Line,
}

impl Pair {
    async fn new() -> Self {
        let (client, events, line) = online(&Peer::listen().await).await;
        drop(events);
        Self { client, line }
    }

    /// The request that a method makes is this one; its result comes back as the method's own.
    async fn makes<T: serde::de::DeserializeOwned>(
        &mut self,
        pending: Pending<T>,
        method: &str,
        params: Value,
        result: Value,
    ) -> T {
        let call = self.line.serve_until(method).await;
        assert_eq!(unnamed(call.params.clone()), params, "{method}");
        self.line.reply(&call, Ok(result)).await;
        soon(method, pending).await.unwrap()
    }
}

/// The parameters without the minted `opID`, which every request that changes something has.
fn unnamed(mut params: Value) -> Value {
    if let Some(op_id) = params.as_object_mut().unwrap().remove("opID") {
        assert_eq!(op_id.as_str().unwrap().len(), 36);
        params["hasOpID"] = true.into();
    }
    params
}

#[tokio::test]
async fn invitations() {
    let mut pair = Pair::new().await;
    let id = "i".parse().unwrap();
    let done = json!({"inviteID": "i"});

    let (own, pending) = pair.client.invite(Invite::to(user("ann")));
    let params = json!({
        "userID": "ann", "data": "", "timeout": 30, "onlineUserOnly": false,
        "inviteID": own, "hasOpID": true,
    });
    let result = json!({"inviteID": own, "remainingMs": 30_000});
    let invited = pair.makes(pending, "invite", params, result).await;
    assert_eq!(invited.invite_id, own);

    let team = || "team".parse().unwrap();
    let (own, pending) = pair
        .client
        .invite_in_group(InviteInGroup::to(team(), vec![user("cat"), user("ann")]));
    let params = json!({
        "groupID": "team", "inviteeList": ["cat", "ann"], "data": "", "timeout": 30,
        "onlineUserOnly": false, "inviteID": own, "hasOpID": true,
    });
    let result = json!({"inviteID": own, "remainingMs": 30_000});
    pair.makes(pending, "inviteInGroup", params, result).await;
    let view = pair.client.view();
    let shown = view
        .invitations
        .iter()
        .find(|it| it.invitation.invite_id == own);
    assert_eq!(
        shown.unwrap().invitation.invitee_list,
        [user("cat"), user("ann")]
    );

    let pending = pair
        .client
        .cancel_because(&id, "bye", Some(CancelReason::Glare));
    let params = json!({"inviteID": "i", "data": "bye", "reason": "glare", "hasOpID": true});
    pair.makes(pending, "cancel", params, done.clone()).await;

    let pending = pair.client.accept(&id, "yes");
    let params = json!({"inviteID": "i", "data": "yes", "hasOpID": true});
    pair.makes(pending, "accept", params, done.clone()).await;

    let pending = pair.client.reject(&id, "no", Some(RejectReason::Busy));
    let params = json!({"inviteID": "i", "data": "no", "reason": "busy", "hasOpID": true});
    pair.makes(pending, "reject", params, done.clone()).await;

    let pending = pair.client.modify_invitation(&id, "video");
    let params = json!({"inviteID": "i", "data": "video", "hasOpID": true});
    let modified = pair.makes(pending, "modifyInvitation", params, done).await;
    assert_eq!(modified.invite_id, id);
}

#[tokio::test]
async fn calls() {
    let mut pair = Pair::new().await;
    let id = "c".parse().unwrap();

    let pending = pair.client.hang_up(&id, Some("tired".parse().unwrap()));
    let params = json!({"callID": "c", "reason": "tired", "hasOpID": true});
    let result = json!({"callID": "c", "durationMs": 12_000});
    let hung_up = pair.makes(pending, "hangUp", params, result).await;
    assert_eq!(hung_up.duration_ms, 12_000);

    let to = SignalTo {
        user: user("ann"),
        device: Some("pad".parse().unwrap()),
    };
    let pending = pair.client.send_signal(&id, Some(to), "offer");
    let params = json!({
        "callID": "c", "data": "offer", "to": {"userID": "ann", "deviceID": "pad"}, "hasOpID": true,
    });
    pair.makes(pending, "sendSignal", params, json!({})).await;

    let pending = pair.client.call(&id);
    let call = json!({
        "callID": "c", "groupID": "team", "startedMsAgo": 7, "parties": [], "invitations": ["i"],
    });
    let call = pair
        .makes(pending, "getCall", json!({"callID": "c"}), call)
        .await;
    assert_eq!(call.started_ms_ago, 7);
}

#[tokio::test]
async fn groups() {
    let mut pair = Pair::new().await;
    let team = "team".parse().unwrap();
    let group = json!({
        "groupID": "team", "name": "Team", "owner": "bob", "joinOption": "inviteOnly",
        "memberCount": 2,
    });

    let pending = pair
        .client
        .create_group("Team".parse().unwrap(), vec![user("ann")]);
    let params = json!({
        "name": "Team", "memberList": ["ann"], "joinOption": "inviteOnly", "hasOpID": true,
    });
    let result = json!({"group": group});
    let created = pair.makes(pending, "createGroup", params, result).await;
    assert_eq!(created.group.member_count, 2);

    let pending = pair.client.create_group_as(CreateGroup {
        group: Some("mine".parse().unwrap()),
        name: "Mine".parse().unwrap(),
        members: vec![],
        join_option: JoinOption::Free,
        op_id: None,
    });
    let params = json!({
        "groupID": "mine", "name": "Mine", "memberList": [], "joinOption": "free", "hasOpID": true,
    });
    let result = json!({"group": group});
    pair.makes(pending, "createGroup", params, result).await;

    let by_group = json!({"groupID": "team", "hasOpID": true});
    let pending = pair.client.join_group(&team);
    pair.makes(pending, "joinGroup", by_group.clone(), json!({}))
        .await;
    let pending = pair.client.quit_group(&team);
    pair.makes(pending, "quitGroup", by_group.clone(), json!({}))
        .await;
    let pending = pair.client.dismiss_group(&team);
    pair.makes(pending, "dismissGroup", by_group, json!({}))
        .await;

    let members = json!({"groupID": "team", "userIDList": ["cat"], "hasOpID": true});
    let pending = pair.client.add_group_members(&team, vec![user("cat")]);
    pair.makes(pending, "addGroupMember", members.clone(), json!({}))
        .await;
    let pending = pair.client.delete_group_members(&team, vec![user("cat")]);
    pair.makes(pending, "deleteGroupMember", members, json!({}))
        .await;

    let pending = pair.client.joined_group_list();
    let result = json!({"groupList": [group]});
    let list = pair
        .makes(pending, "getJoinedGroupList", json!({}), result)
        .await;
    assert_eq!(list.groups[0].name.as_str(), "Team");

    let pending = pair.client.group_member_list(&team);
    let result = json!({"memberList": [{"userID": "bob", "role": "owner"}]});
    let params = json!({"groupID": "team"});
    let list = pair
        .makes(pending, "getGroupMemberList", params, result)
        .await;
    assert_eq!(list.members[0].user, user("bob"));
}

#[tokio::test]
async fn people() {
    let mut pair = Pair::new().await;
    let users = || vec![user("ann")];
    let list = json!({"userIDList": ["ann"]});
    let change = json!({"userIDList": ["ann"], "hasOpID": true});
    let profile = json!({"userID": "bob", "nick": "Bob", "avatar": ""});
    let statuses = json!({"statusList": [{"userID": "ann", "status": "inCall"}]});

    let nick = "Bob".to_owned().try_into().unwrap();
    let pending = pair.client.update_my_profile(Some(nick), None);
    let params = json!({"nick": "Bob", "hasOpID": true});
    let result = json!({"profile": profile});
    let mine = pair.makes(pending, "updateMyProfile", params, result).await;
    assert_eq!(mine.profile.nick.as_str(), "Bob");

    let pending = pair.client.user_profiles(users());
    let result = json!({"profileList": [profile]});
    let profiles = pair
        .makes(pending, "getUserProfile", list.clone(), result)
        .await;
    assert_eq!(profiles.profile_list.len(), 1);

    let pending = pair.client.add_to_blacklist(users());
    pair.makes(pending, "addToBlacklist", change.clone(), json!({}))
        .await;
    let pending = pair.client.remove_from_blacklist(users());
    pair.makes(pending, "removeFromBlacklist", change, json!({}))
        .await;
    let pending = pair.client.blacklist();
    let blocked = pair
        .makes(pending, "getBlacklist", json!({}), list.clone())
        .await;
    assert_eq!(blocked.users, users());

    let pending = pair.client.user_status(users());
    pair.makes(pending, "getUserStatus", list.clone(), statuses.clone())
        .await;
    let pending = pair.client.subscribe_user_status(users());
    pair.makes(pending, "subscribeUserStatus", list, statuses)
        .await;
}

#[tokio::test]
async fn messages() {
    let mut pair = Pair::new().await;
    let conversation = "GROUPteam".to_owned().try_into().unwrap();
    let payload = json!({"text": "hi"});
    let message = json!({
        "messageID": "m", "conversationID": "GROUPteam", "seq": 1, "from": "bob", "timeMs": 5,
        "type": "text", "payload": payload,
    });
    let sent = json!({"message": message});

    let text = MessageType::Text;
    let pending = pair
        .client
        .send_message(&user("ann"), text, payload.clone());
    let params = json!({"userID": "ann", "type": "text", "payload": payload, "hasOpID": true});
    pair.makes(pending, "sendMessage", params, sent.clone())
        .await;
    let team = "team".parse().unwrap();
    let pending = pair
        .client
        .send_message_to_group(&team, text, payload.clone());
    let params = json!({"groupID": "team", "type": "text", "payload": payload, "hasOpID": true});
    pair.makes(pending, "sendMessage", params, sent).await;

    let pending = pair
        .client
        .message_list(&conversation, Some(9), PageSize::default());
    let params = json!({"conversationID": "GROUPteam", "before": 9, "limit": 20});
    let result = json!({"messages": [message], "isCompleted": true});
    let page = pair.makes(pending, "getMessageList", params, result).await;
    assert!(page.is_completed);
    let pending = pair.client.set_message_read(&conversation);
    let params = json!({"conversationID": "GROUPteam", "hasOpID": true});
    pair.makes(pending, "setMessageRead", params, json!({}))
        .await;
}

/// What a shell passes through gets the names it needs, keeps those it has, and comes back as it is.
#[tokio::test]
async fn any_request() {
    let mut pair = Pair::new().await;
    let request = |method, params| Request::parse(method, params).unwrap();
    let params = json!({"userID": "ann", "opID": "mine"});
    let pending = pair.client.request(request("invite", params));
    let call = pair.line.serve_until("invite").await;
    assert_eq!(call.params["opID"], "mine");
    let minted = call.params["inviteID"].as_str().unwrap().to_owned();
    assert_eq!(minted.len(), 36);
    let result = json!({"inviteID": minted, "remainingMs": 30_000, "more": [1]});
    pair.line.reply(&call, Ok(result.clone())).await;
    assert_eq!(soon("the result", pending).await, Ok(result));

    let login = json!({
        "userID": "bob", "userSig": "sig", "deviceID": "phone", "platform": "linux",
    });
    let refused = soon("the refusal", pair.client.request(request("login", login))).await;
    assert_eq!(
        refused,
        Err(Failure::bad_parameter(
            "The client logs in by itself. Give it the signature when it starts."
        ))
    );
}
