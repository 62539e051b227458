//! Groups, and calls of more than two people.

use serde_json::json;

use super::cast::*;
use super::*;
use crate::shell::Step;
use crate::view::*;

async fn four() -> (tempfile::TempDir, App, Person, Person, Person) {
    let (root, alice, bob) = alice_and_bob().await;
    let carol = Person::join(root.path(), "carol", "carol-1").await;
    let dave = Person::join(root.path(), "dave", "dave-1").await;
    (root, alice, bob, carol, dave)
}

fn ring_group(group: &str, invitees: &[&str]) -> Operation {
    let data = api::call_data(MediaType::Video);
    request(
        "inviteInGroup",
        json!({"groupID": group, "inviteeList": invitees, "data": data}),
    )
}

fn ids(group: &GroupView) -> Vec<&str> {
    group.members.iter().map(|m| m.user_id.as_str()).collect()
}

#[tokio::test]
async fn a_group_is_made_changed_and_dismissed() {
    let (_root, mut alice, _bob, _carol, _dave) = four().await;
    let team = alice.founds("team", &["bob"]).await;
    assert_eq!(team.name, "Team");
    assert_eq!(team.conversation_id, "GROUPteam");
    assert_eq!(
        (team.role, team.join_option),
        (GroupRole::Owner, JoinOption::InviteOnly)
    );
    assert_eq!(ids(&team), ["alice", "bob"]);
    assert!(team.members[0].own && team.members[0].role == GroupRole::Owner);
    let online = |team: &GroupView| team.members[1].presence == Presence::Online;
    alice.sees_group("team", online).await;

    let change = |users: &[&str]| json!({"groupID": "team", "userIDList": users});
    let add = request("addGroupMember", change(&["carol", "dave"]));
    alice.requests(add).await;
    let has = |count: usize| move |team: &GroupView| team.members.len() == count;
    alice.sees_group("team", has(4)).await;
    let delete = request("deleteGroupMember", change(&["bob"]));
    alice.requests(delete).await;
    let team = alice.sees_group("team", has(3)).await;
    assert_eq!(ids(&team), ["alice", "carol", "dave"]);
    assert_eq!(team.member_count, 3);

    let dismiss = request("dismissGroup", json!({"groupID": "team"}));
    alice.requests(dismiss).await;
    let is_gone = |view: &AppView| view.groups.iter().all(|group| group.group_id != "team");
    alice.shows("no such group", is_gone).await;
}

#[tokio::test]
async fn a_group_that_others_make_is_shown() {
    let (_root, mut alice, bob, _carol, _dave) = four().await;
    let params = json!({"groupID": "g", "name": "Bob’s", "memberList": ["alice"]});
    let create = bellhop_protocol::Request::parse("createGroup", params).unwrap();
    bob.client.request(create).await.unwrap();
    let group = alice
        .sees_group("g", |group| group.members.len() == 2)
        .await;
    assert_eq!((&*group.name, &*group.owner), ("Bob’s", "bob"));
    assert_eq!(group.role, GroupRole::Member);
}

/// DESKTOP "First run": the test contacts are a group, and whoever leaves it stays away.
#[tokio::test]
async fn the_test_contacts_are_a_group_until_it_is_left() {
    let root = tempfile::tempdir().unwrap();
    let mut alice = App::online(root.path(), "alice").await;
    let is_whole = |group: &GroupView| group.members.len() == 7;
    let group = alice.sees_group("test-contacts", is_whole).await;
    assert_eq!(group.name, "Test contacts");
    assert_eq!(group.members[0].name, "Echo");
    let quit = request("quitGroup", json!({"groupID": "test-contacts"}));
    alice.requests(quit).await;
    alice.shows("no group", |view| view.groups.is_empty()).await;
    alice.controller.quit().await;
    drop(alice);

    let mut bob = App::online(root.path(), "bob").await;
    bob.sees_group("test-contacts", is_whole).await;
    let alice = App::online(root.path(), "alice").await;
    let listed = alice
        .requests(request("getJoinedGroupList", json!({})))
        .await;
    assert_eq!(listed, json!({"groupList": []}));
}

/// §3: each of those who are rung is told of by himself, and the call goes on with whoever came.
#[tokio::test]
async fn a_group_call_shows_how_it_stands_with_each_one() {
    let (_root, mut alice, mut bob, mut carol, mut dave) = four().await;
    alice.founds("team", &["bob", "carol", "dave"]).await;
    alice
        .requests(ring_group("team", &["bob", "carol", "dave"]))
        .await;
    let id = bob.is_rung().await;
    carol.is_rung().await;
    dave.is_rung().await;
    let all_ring = |view: &AppView| {
        let outgoing = view.outgoing.as_ref();
        outgoing.is_some_and(|o| o.people.iter().all(|p| p.state == RungState::Ringing))
    };
    let view = alice.shows("all ring", all_ring).await;
    let outgoing = view.outgoing.as_ref().unwrap();
    assert_eq!(
        people(&outgoing.people),
        ["bob", "carol", "dave"].map(|who| (who, RungState::Ringing))
    );
    assert_eq!(outgoing.progress, Progress::Ringing);
    assert_eq!(outgoing.media_type, MediaType::Video);
    assert!(matches!(&outgoing.with, PeerView::Group(group) if group.name == "Team"));

    let busy = Some(bellhop_protocol::request::RejectReason::Busy);
    carol.client.reject(&id, "", busy).await.unwrap();
    let carol_is = |state| {
        move |view: &AppView| {
            let outgoing = view.outgoing.as_ref();
            outgoing.is_some_and(|o| people(&o.people)[1] == ("carol", state))
        }
    };
    let view = alice.shows("carol busy", carol_is(RungState::Busy)).await;
    assert_eq!((&view.ended, &view.call), (&None, &None));

    bob.client.accept(&id, "").await.unwrap();
    let view = alice.shows("in a call", |view| view.call.is_some()).await;
    let call = view.call.as_ref().unwrap();
    let expected = [
        ("bob", RungState::InCall),
        ("carol", RungState::Busy),
        ("dave", RungState::Ringing),
    ];
    assert_eq!(people(&call.people), expected);
    assert_eq!(call.ringing_invite_ids, [id.to_string()]);

    alice.requests(on("cancel", id.as_str())).await;
    let dave_is_let_go = |view: &AppView| {
        let call = view.call.as_ref();
        call.is_some_and(|c| people(&c.people)[2] == ("dave", RungState::Cancelled))
    };
    let view = alice.shows("dave let go", dave_is_let_go).await;
    assert_eq!(view.call.as_ref().unwrap().ringing_invite_ids, [""; 0]);

    let call_id = view.call.as_ref().unwrap().call_id.clone();
    alice.requests(hang_up(&call_id)).await;
    assert_eq!(alice.ended().await, (Ending::Answered, Direction::Outgoing));
    let recent = alice.newest_recent(Ending::Answered).await;
    assert!(matches!(&recent.with, PeerView::Group(group) if group.group_id == "team"));
    assert!(recent.duration_ms.is_some());
}

#[tokio::test]
async fn a_group_call_that_nobody_takes_ends_with_the_last_one() {
    let (_root, mut alice, mut bob, mut carol, _dave) = four().await;
    alice.founds("team", &["bob", "carol"]).await;
    alice.requests(ring_group("team", &["bob", "carol"])).await;
    let id = bob.is_rung().await;
    carol.is_rung().await;
    bob.client.reject(&id, "", None).await.unwrap();
    let bob_declined = |view: &AppView| {
        let outgoing = view.outgoing.as_ref();
        outgoing.is_some_and(|o| people(&o.people)[0] == ("bob", RungState::Rejected))
    };
    alice.shows("bob declined", bob_declined).await;
    carol.client.reject(&id, "", None).await.unwrap();
    assert_eq!(alice.ended().await, (Ending::Rejected, Direction::Outgoing));
    alice.newest_recent(Ending::Rejected).await;
}

/// §3, columns C and D: who else is rung is shown; who was not invited sees a call, and no ring.
#[tokio::test]
async fn a_group_rings_those_who_are_invited_and_shows_others_a_call() {
    let (_root, mut alice, bob, mut carol, _dave) = four().await;
    alice.founds("team", &["bob", "carol"]).await;
    let ring = |invitees: &[&str]| {
        let params = json!({"groupID": "team", "inviteeList": invitees, "timeout": 60});
        bellhop_protocol::Request::parse("inviteInGroup", params).unwrap()
    };
    bob.client.request(ring(&["carol"])).await.unwrap();
    let id = carol.is_rung().await;
    let in_progress = |team: &GroupView| {
        let call = team.calls.first();
        call.is_some_and(|c| people(&c.people).contains(&("carol", RungState::Pending)))
    };
    let team = alice.sees_group("team", in_progress).await;
    let call = &team.calls[0];
    assert_eq!((&*call.inviter.user_id, call.place), ("bob", Place::Others));
    assert_eq!(call.invite_id, id.to_string());
    let refused = alice.refused(on("accept", id.as_str())).await;
    assert_eq!(refused.code, Code::NoPermission);

    carol.client.accept(&id, "").await.unwrap();
    let two_talk = |team: &GroupView| {
        let states = team.calls.first().map(|call| people(&call.people));
        states
            == Some(vec![
                ("bob", RungState::InCall),
                ("carol", RungState::InCall),
            ])
    };
    alice.sees_group("team", two_talk).await;
    carol
        .client
        .hang_up(&id.clone().into(), None)
        .await
        .unwrap();
    alice.sees_group("team", |team| team.calls.is_empty()).await;
    let steps = alice.steps();
    assert!(
        !steps
            .iter()
            .any(|s| matches!(s, Step::Ring(_) | Step::Missed(_))),
        "{steps:?}"
    );

    bob.client.request(ring(&["alice", "carol"])).await.unwrap();
    let view = alice.shows("a ring", |view| !view.rings.is_empty()).await;
    let ring = &view.rings[0];
    assert_eq!(people(&ring.others), [("carol", RungState::Pending)]);
    assert_eq!(ring.user_id, "bob");
    assert_eq!(ring.group.as_ref().unwrap().name, "Team");
    let team = alice.sees_group("team", |_| true).await;
    assert_eq!(team.calls, []);
    let invite_id = ring.invite_id.clone();
    alice.requests(on("accept", &invite_id)).await;
    let view = alice.shows("in a call", |view| view.call.is_some()).await;
    assert!(matches!(
        view.call.as_ref().unwrap().with,
        PeerView::Group(_)
    ));
    let team = alice
        .sees_group("team", |team| !team.calls.is_empty())
        .await;
    assert_eq!(team.calls[0].place, Place::Here);

    let second = invite_id.parse().unwrap();
    carol.client.accept(&second, "").await.unwrap();
    let three_talk = |view: &AppView| {
        let call = view.call.as_ref();
        call.is_some_and(|c| people(&c.people).contains(&("carol", RungState::InCall)))
    };
    let view = alice.shows("carol too", three_talk).await;
    alice
        .requests(hang_up(&view.call.as_ref().unwrap().call_id))
        .await;
    let goes_on = |team: &GroupView| team.calls.first().is_some_and(|c| c.place == Place::Others);
    let team = alice.sees_group("team", goes_on).await;
    let expected = [
        ("bob", RungState::InCall),
        ("alice", RungState::Left),
        ("carol", RungState::InCall),
    ];
    assert_eq!(people(&team.calls[0].people), expected);
}

/// §8: an invitation with the `callID` of a running call invites into it.
#[tokio::test]
async fn others_are_invited_into_the_running_call() {
    let (_root, mut alice, mut bob, mut carol, mut dave) = four().await;
    alice.calls("bob").await;
    let id = bob.is_rung().await;
    bob.client.accept(&id, "").await.unwrap();
    let view = alice.shows("in a call", |view| view.call.is_some()).await;
    let call_id = view.call.as_ref().unwrap().call_id.clone();
    let into = |user: &str| request("invite", json!({"userID": user, "callID": call_id}));

    alice.requests(into("carol")).await;
    let second = carol.is_rung().await;
    let carol_is = |state: RungState| {
        move |view: &AppView| {
            let call = view.call.as_ref();
            call.is_some_and(|c| people(&c.people).contains(&("carol", state)))
        }
    };
    let view = alice
        .shows("carol rung", carol_is(RungState::Ringing))
        .await;
    let call = view.call.as_ref().unwrap();
    assert_eq!(call.ringing_invite_ids, [second.to_string()]);
    assert_eq!(view.outgoing, None);
    carol.client.accept(&second, "").await.unwrap();
    alice.shows("carol in", carol_is(RungState::InCall)).await;

    alice.requests(into("dave")).await;
    let third = dave.is_rung().await;
    dave.client.reject(&third, "", None).await.unwrap();
    let dave_declined = |view: &AppView| {
        let call = view.call.as_ref();
        call.is_some_and(|c| people(&c.people).contains(&("dave", RungState::Rejected)))
    };
    let view = alice.shows("dave declined", dave_declined).await;
    assert_eq!(view.ended, None);

    bob.client.hang_up(&id.clone().into(), None).await.unwrap();
    let bob_left = |view: &AppView| {
        let call = view.call.as_ref();
        call.is_some_and(|c| people(&c.people).contains(&("bob", RungState::Left)))
    };
    alice.shows("bob left", bob_left).await;
}
