//! Groups and their rings, where members leave meanwhile and writes go wrong.

use bellhop_protocol::InviteeState;

use super::*;
use crate::ports::{Due, History};

/// Alice's group of Alice, Bob and Carol.
async fn team(faults: &[Fault]) -> Stage {
    let stage = stage(&[]).await;
    let create = json!({"groupID": "team", "name": "Team", "memberList": ["bob", "carol"]});
    stage.ask("alice", "createGroup", create).await.unwrap();
    stage.told();
    stage.store.faults.lock().unwrap().extend(faults);
    stage
}

fn ring(whom: &[&str]) -> Value {
    json!({"groupID": "team", "inviteeList": whom, "inviteID": "i"})
}

fn without(user: &str) -> Value {
    json!({"groupID": "team", "userIDList": [user]})
}

impl Stage {
    async fn states(&self) -> Vec<InviteeState> {
        let request = parsed(json!({"inviteID": "i"}));
        let seen = self.driver.invitation(&actor("alice"), &request).await;
        seen.unwrap().invitees.iter().map(|it| it.state).collect()
    }

    async fn due(&self) -> Vec<Due> {
        let due = self.store.inner.due(self.world.now(), 9).await;
        due.unwrap()
    }
}

/// §2: nobody outside the group is rung by a race with his leaving.
#[tokio::test]
async fn somebody_who_leaves_while_a_ring_is_decided_is_not_rung() {
    let stage = Arc::new(team(&[]).await);
    let leaving = Arc::clone(&stage);
    let meanwhile = async move {
        let removed = leaving.ask("alice", "deleteGroupMember", without("carol"));
        removed.await.unwrap();
    };
    *stage.ear.meanwhile.lock().unwrap() = Some(Box::pin(meanwhile));
    let refused = stage
        .ask("alice", "inviteInGroup", ring(&["bob", "carol"]))
        .await;
    assert_eq!(refused.unwrap_err().code, Code::InviteeNotInGroup);
    let rang = |notice: &Notice| matches!(notice.event, Event::NewInvitationReceived(_));
    assert!(!stage.told().iter().any(rang));
}

/// §6: nor does somebody who has left hear what is written.
#[tokio::test]
async fn what_is_written_goes_to_who_is_a_member_then() {
    let stage = team(&[Fault::Conflict]).await;
    let text = json!({"groupID": "team", "type": "text", "payload": {"text": "hi"}});
    stage.ask("bob", "sendMessage", text.clone()).await.unwrap();
    let heard: Vec<_> = stage.told().iter().map(|it| it.to.user.clone()).collect();
    assert_eq!(heard.len(), 3);
    let remove = stage.ask("alice", "deleteGroupMember", without("bob"));
    remove.await.unwrap();
    let refused = stage.ask("bob", "sendMessage", text).await.unwrap_err();
    assert_eq!(refused.code, Code::NotInGroup);
    let bob = "bob".parse().unwrap();
    let talks = stage.store.inner.conversations(&bob).await.unwrap();
    assert!(talks.is_empty());
}

/// §2: before a departure is answered, the rings of those who left have ended, once.
#[tokio::test]
async fn a_departure_ends_rings_before_it_is_answered() {
    for fault in [Fault::ReplyLost, Fault::RequestLost, Fault::Conflict] {
        let stage = team(&[]).await;
        let ring = ring(&["bob", "carol"]);
        stage.ask("alice", "inviteInGroup", ring).await.unwrap();
        stage.told();
        stage.store.faults.lock().unwrap().push_back(fault);
        let quit = json!({"groupID": "team"});
        stage.ask("bob", "quitGroup", quit).await.unwrap();
        let expected = [InviteeState::Cancelled, InviteeState::Pending];
        assert_eq!(stage.states().await, expected, "{fault:?}");
        assert_eq!(stage.due().await, [], "{fault:?}");
        let count = |is: fn(&Event) -> bool| {
            let told = stage.ear.told.lock().unwrap();
            told.iter().filter(|it| is(&it.event)).count()
        };
        let changes = count(|it| matches!(it, Event::GroupChanged(_)));
        let ends = count(|it| matches!(it, Event::InvitationCancelled(_)));
        assert_eq!((changes, ends), (3, 3), "{fault:?}");
    }
}

/// After a crash between the two, the timer looks through the group's rings.
#[tokio::test]
async fn a_departure_that_was_not_looked_through_stays_due() {
    let stage = team(&[]).await;
    let ring = ring(&["bob", "carol"]);
    stage.ask("alice", "inviteInGroup", ring).await.unwrap();
    stage.store.breaks(&["open_in_group"]);
    let remove = stage.ask("alice", "deleteGroupMember", without("carol"));
    assert_eq!(remove.await.unwrap(), json!({}));
    // Whoever left may not answer, though his part has not been ended yet.
    let late = stage.ask("carol", "accept", json!({"inviteID": "i"})).await;
    assert_eq!(late.unwrap_err().data.reason, Reason::Cancelled);
    stage.store.breaks(&[]);
    let due = stage.due().await;
    let [Due::Departures(group, rev)] = &due[..] else {
        panic!("another thing is due: {due:?}");
    };
    stage.driver.members_left(group, *rev).await.unwrap();
    let expected = [InviteeState::Pending, InviteeState::Cancelled];
    assert_eq!(stage.states().await, expected);
    assert_eq!(stage.due().await, []);
}

/// §4: what changes nothing is remembered too, so that its repetition later changes nothing either,
/// however the write of it went.
#[tokio::test]
async fn a_request_that_changes_nothing_is_remembered() {
    for fault in [Fault::ReplyLost, Fault::RequestLost, Fault::Conflict] {
        let stage = team(&[fault]).await;
        let add = json!({"groupID": "team", "userIDList": ["bob"], "opID": "add"});
        let first = stage.ask("carol", "addGroupMember", add.clone()).await;
        assert_eq!(first.unwrap(), json!({}), "{fault:?}");
        let quit = json!({"groupID": "team"});
        stage.ask("bob", "quitGroup", quit).await.unwrap();
        stage.told();

        let again = stage.ask("carol", "addGroupMember", add).await;
        assert_eq!(again.unwrap(), json!({}), "{fault:?}");
        assert_eq!(stage.told(), [], "{fault:?}");
        let groups = stage.driver.joined_groups(&"bob".parse().unwrap()).await;
        assert_eq!(groups.unwrap().groups, [], "{fault:?}");
    }
}

/// §4, 7008: an inviter has so many live rings in a group at most.
#[tokio::test]
async fn one_ring_too_many_in_a_group_is_7008() {
    let stage = team(&[]).await;
    let ring =
        |n: u32| json!({"groupID": "team", "inviteeList": ["bob"], "inviteID": format!("i{n}")});
    for n in 0..MAX_RINGS {
        stage.ask("alice", "inviteInGroup", ring(n)).await.unwrap();
    }
    let refused = stage.ask("alice", "inviteInGroup", ring(MAX_RINGS)).await;
    assert_eq!(refused.unwrap_err().code, Code::TooManyRequests);
    stage.ask("alice", "inviteInGroup", ring(0)).await.unwrap();
    let other = json!({"groupID": "team", "inviteeList": ["bob"], "inviteID": "j"});
    stage.ask("carol", "inviteInGroup", other).await.unwrap();
}

/// §5: a login learns of the group's rings that its user only observes, and of no others.
#[tokio::test]
async fn a_snapshot_has_the_rings_one_only_observes() {
    let stage = team(&[]).await;
    stage
        .ask("alice", "inviteInGroup", ring(&["bob"]))
        .await
        .unwrap();
    let snapshot = async |user: &str| {
        let known = ["i".parse().unwrap()];
        let snapshot = stage.driver.snapshot(&actor(user), &known, None).await;
        let snapshot = snapshot.unwrap();
        (snapshot.invitations.len(), snapshot.ended.len())
    };
    assert_eq!(snapshot("carol").await, (1, 0));
    assert_eq!(snapshot("dave").await, (0, 0));
    // What has fallen due is committed first, and shown as over.
    stage.pass(30).await;
    assert_eq!(snapshot("carol").await, (0, 1));
    assert_eq!(stage.states().await, [InviteeState::TimedOut]);
}
