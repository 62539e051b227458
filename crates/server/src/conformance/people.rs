//! Cases of profiles, of blocks, and of who has written to whom.

use std::collections::BTreeSet;

use bellhop_engine::Reply;
use bellhop_protocol::UserId;
use bellhop_protocol::request::{Avatar, Nick, Profile};

use super::play::{accept, at, done, invite, nick, on, op, ring, sent, text, user};
use super::{Told, World};
use crate::ports::{OpKey, OpRecord, PeopleChange, PortError, Store};

fn avatar(name: &str) -> Avatar {
    let address = format!("https://example.org/{name}.png");
    address.try_into().expect("a short address")
}

fn profile(name: &str, nick: Nick, avatar: Avatar) -> Profile {
    Profile {
        user: user(name),
        nick,
        avatar,
    }
}

fn users(names: &[&str]) -> Vec<UserId> {
    names.iter().map(|name| user(name)).collect()
}

fn block(names: &[&str]) -> PeopleChange {
    PeopleChange::Block(users(names))
}

fn unblock(names: &[&str]) -> PeopleChange {
    PeopleChange::Unblock(users(names))
}

fn blocks(name: &str, others: &[&str], blocked: bool) -> Told {
    Told::Blocks(user(name), users(others), blocked)
}

async fn change(
    store: &dyn Store,
    name: &str,
    change: PeopleChange,
    ops: &[OpKey],
) -> Result<Reply, PortError> {
    store
        .change_people(&user(name), change, ops.to_vec(), "print".into(), at(1))
        .await
}

/// PROTOCOL, `updateMyProfile`: what is absent stays as it is; whoever has no account is left out.
pub async fn a_profile_changes_in_what_is_said(world: World) {
    let store = world.store.as_ref();
    for name in ["ann", "bob"] {
        store.ensure_user(&user(name)).await.expect("writes");
    }
    let empty = |name| profile(name, Nick::default(), Avatar::default());
    let asked = users(&["bob", "nobody", "ann", "bob"]);
    let found = store.profiles(&asked).await;
    assert_eq!(found, Ok(vec![empty("bob"), empty("ann"), empty("bob")]));

    let named = PeopleChange::Profile(Some(nick("Ann \u{1f514}")), None);
    let ann = profile("ann", nick("Ann \u{1f514}"), Avatar::default());
    assert_eq!(
        change(store, "ann", named, &[]).await,
        Ok(Reply::Profile(ann))
    );
    let pictured = PeopleChange::Profile(None, Some(avatar("ann")));
    let ann = profile("ann", nick("Ann \u{1f514}"), avatar("ann"));
    let reply = change(store, "ann", pictured, &[]).await;
    assert_eq!(reply, Ok(Reply::Profile(ann.clone())));
    store.ensure_user(&user("ann")).await.expect("writes");
    assert_eq!(
        store.profiles(&asked[1..]).await,
        Ok(vec![ann, empty("bob")])
    );

    let cleared = PeopleChange::Profile(Some(Nick::default()), None);
    let ann = profile("ann", Nick::default(), avatar("ann"));
    assert_eq!(
        change(store, "ann", cleared, &[]).await,
        Ok(Reply::Profile(ann))
    );
    assert_eq!(world.heard.take(), []);
}

/// §4, 20007: blocks are of one user towards another, and told where something changes.
pub async fn blocks_are_kept_and_told(world: World) {
    let store = world.store.as_ref();
    let blocked = change(store, "ann", block(&["bob", "cat", "bob"]), &[]).await;
    assert_eq!(blocked, Ok(Reply::Nothing));
    assert_eq!(world.heard.take(), [blocks("ann", &["bob", "cat"], true)]);
    change(store, "ann", block(&["cat", "dan"]), &[])
        .await
        .expect("writes");
    change(store, "dan", block(&["cat"]), &[])
        .await
        .expect("writes");
    let told = [blocks("ann", &["dan"], true), blocks("dan", &["cat"], true)];
    assert_eq!(world.heard.take(), told);

    let all = users(&["ann", "bob", "cat", "dan"]);
    let set = |names| Ok(BTreeSet::from_iter(users(names)));
    assert_eq!(
        store.blocked_by(&user("ann")).await,
        set(&["bob", "cat", "dan"])
    );
    assert_eq!(store.blocked_by(&user("bob")).await, set(&[]));
    assert_eq!(
        store.who_blocks(&user("cat"), &all).await,
        set(&["ann", "dan"])
    );
    assert_eq!(
        store.who_blocks(&user("cat"), &all[1..]).await,
        set(&["dan"])
    );
    assert_eq!(store.who_blocks(&user("ann"), &all).await, set(&[]));
    assert_eq!(store.who_blocks(&user("cat"), &[]).await, set(&[]));

    change(store, "ann", unblock(&["cat", "eve", "bob"]), &[])
        .await
        .expect("writes");
    change(store, "ann", unblock(&["cat"]), &[])
        .await
        .expect("writes");
    assert_eq!(world.heard.take(), [blocks("ann", &["cat", "bob"], false)]);
    assert_eq!(store.blocked_by(&user("ann")).await, set(&["dan"]));
    assert_eq!(store.who_blocks(&user("cat"), &all).await, set(&["dan"]));
}

/// §4: a repetition returns the first result, and changes and tells nothing.
pub async fn a_change_of_people_is_remembered_once(world: World) {
    let store = world.store.as_ref();
    let named = PeopleChange::Profile(Some(nick("Ann")), None);
    let keys = [op("ann", "fresh"), op("ann", "1")];
    let reply = change(store, "ann", named, &keys[1..])
        .await
        .expect("writes");
    let record = OpRecord {
        fingerprint: "print".into(),
        reply: reply.clone(),
    };
    assert_eq!(store.op(&keys[1], at(2)).await, Ok(Some(record)));

    let again = PeopleChange::Profile(Some(nick("Another")), None);
    for change_again in [again, block(&["bob"]), unblock(&["bob"])] {
        let refused = change(store, "ann", change_again, &keys).await;
        assert_eq!(refused, Err(PortError::Conflict));
    }

    let ann = profile("ann", nick("Ann"), Avatar::default());
    assert_eq!(store.profiles(&users(&["ann"])).await, Ok(vec![ann]));
    assert_eq!(store.blocked_by(&user("ann")).await, Ok(BTreeSet::new()));
    assert_eq!(store.op(&keys[0], at(2)).await, Ok(None));
    assert_eq!(world.heard.take(), []);
}

/// PROTOCOL, `--presence contacts`: both have written, one to one; calling and answering is not
/// writing.
pub async fn correspondents_have_written_to_each_other(world: World) {
    let store = world.store.as_ref();
    let all = users(&["ann", "bob", "cat", "dan"]);
    ring(store, invite("ann", "bob", "i"), at(0)).await;
    done(store, "i", &accept(&on("bob", 1)), at(1)).await;
    sent(store, text("ann", "bob", "hello", at(2))).await;
    sent(store, text("ann", "cat", "hello", at(2))).await;
    sent(store, text("dan", "ann", "hello", at(2))).await;
    let set = |names| Ok(BTreeSet::from_iter(users(names)));
    let ann = user("ann");
    assert_eq!(store.correspondents(&ann, &all).await, set(&[]));

    sent(store, text("bob", "ann", "hi", at(3))).await;
    sent(store, text("ann", "dan", "hi", at(3))).await;
    assert_eq!(store.correspondents(&ann, &all).await, set(&["bob", "dan"]));
    assert_eq!(store.correspondents(&ann, &all[..3]).await, set(&["bob"]));
    let (bob, cat) = (user("bob"), user("cat"));
    assert_eq!(store.correspondents(&bob, &all).await, set(&["ann"]));
    assert_eq!(store.correspondents(&cat, &all).await, set(&[]));
}
