//! Profiles and blocks, where writes go wrong.

use super::*;
use crate::ports::PeopleChange;

fn users(users: &[&str]) -> Value {
    json!({"userIDList": users})
}

/// §4: repeating a request returns the first result and causes nothing again.
#[tokio::test]
async fn a_change_of_the_profile_is_remembered() {
    for fault in [Fault::ReplyLost, Fault::RequestLost, Fault::Conflict] {
        let stage = stage(&[fault]).await;
        let change = json!({"nick": "Al", "opID": "o"});
        let first = stage.ask("alice", "updateMyProfile", change.clone()).await;
        let first = first.unwrap();
        assert_eq!(first["profile"]["nick"], "Al", "{fault:?}");
        let other = json!({"nick": "Ally"});
        stage.ask("alice", "updateMyProfile", other).await.unwrap();
        let again = stage.ask("alice", "updateMyProfile", change).await;
        assert_eq!(again.unwrap(), first, "{fault:?}");
        let reused = json!({"userIDList": ["bob"], "opID": "o"});
        let refused = stage.ask("alice", "addToBlacklist", reused).await;
        assert_eq!(refused.unwrap_err().data.reason, Reason::Reused);
    }
}

/// At most 1000 are blocked, whether at once or one after the other.
#[tokio::test]
async fn a_thousand_are_blocked_at_most() {
    let stage = stage(&[]).await;
    let others: Vec<UserId> = (0..MAX_BLOCKED)
        .map(|n| format!("u{n}").parse().unwrap())
        .collect();
    for user in &others {
        stage.store.ensure_user(user).await.unwrap();
    }
    let block = PeopleChange::Block(others);
    let alice = "alice".parse().unwrap();
    let now = stage.world.now();
    let blocked = stage
        .store
        .change_people(&alice, block, Vec::new(), String::new(), now);
    blocked.await.unwrap();
    let again = stage.ask("alice", "addToBlacklist", users(&["u7"])).await;
    again.unwrap();
    let refused = stage.ask("alice", "addToBlacklist", users(&["bob"])).await;
    assert_eq!(refused.unwrap_err().code, Code::BadParameter);
    let blocked = stage.driver.blacklist(&alice).await.unwrap();
    assert_eq!(blocked.users.len(), MAX_BLOCKED);
}

/// §4, 20007: what is refused is not stored, and nobody is told.
#[tokio::test]
async fn a_block_stops_invitations_and_messages() {
    let stage = stage(&[]).await;
    stage
        .ask("bob", "addToBlacklist", users(&["alice"]))
        .await
        .unwrap();
    let text = json!({"userID": "bob", "type": "text", "payload": {"text": "hi"}});
    for (method, params) in [("invite", invite()), ("sendMessage", text)] {
        let refused = stage.ask("alice", method, params).await.unwrap_err();
        assert_eq!(refused.code, Code::Blocked, "{method}");
    }
    assert!(stage.told().is_empty());
    let seen = stage.store.inner.invitation(&"i".parse().unwrap()).await;
    assert_eq!(seen.unwrap(), None);
}
