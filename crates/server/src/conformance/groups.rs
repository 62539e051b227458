//! Cases of groups: who is in them, who leaves, and what stands on it.

use bellhop_engine::group::Command;
use bellhop_engine::{self as engine, Decision, Reply, Thread};
use bellhop_protocol::ConversationId;
use bellhop_protocol::request::Conversation;

use super::play::{
    accept, add, at, cancel, create, decided, decided_of_group, done, group_id, invite, invite_id,
    invite_in, kept, kept_group, on, op, regrouped, remove, ring, say_in, text_in, transition,
    user,
};
use super::{Told, World};
use crate::ports::{Due, PortError, Store, Transition};

fn ids(groups: Result<Vec<engine::Group>, PortError>) -> Vec<String> {
    let groups = groups.expect("the store reads");
    groups
        .iter()
        .map(|group| group.id.as_str().to_owned())
        .collect()
}

/// PROTOCOL, groups: a group is kept as it was decided, told, and found by its members.
pub async fn a_group_is_found_by_its_members(world: World) {
    let store = world.store.as_ref();
    assert_eq!(store.group(&group_id("b")).await, Ok(None));
    let command = create("b", &["ann", "bob"]);
    let made = decided_of_group(store, &group_id("b"), &command, at(0)).await;
    let made = made.expect("allowed");
    let told = made.decision.notices.iter().cloned().map(Told::Notice);
    let told: Vec<Told> = told.collect();
    let group = made.decision.group.clone().expect("made");

    let reply = store.commit(made).await;

    assert_eq!(reply, Ok(Reply::Group(group.info())));
    assert_eq!(world.heard.take(), told);
    assert_eq!(kept_group(store, "b").await, group);
    regrouped(store, "a", &create("a", &["bob", "cat"]), at(1)).await;
    regrouped(store, "c", &create("c", &["ann", "cat"]), at(2)).await;
    assert_eq!(ids(store.groups_of(&user("bob")).await), ["a", "b"]);
    assert_eq!(ids(store.groups_of(&user("cat")).await), ["a", "c"]);

    regrouped(store, "b", &Command::Join(on("cat", 1)), at(3)).await;
    regrouped(store, "a", &Command::Quit(on("bob", 1)), at(4)).await;
    assert_eq!(ids(store.groups_of(&user("bob")).await), ["b"]);
    assert_eq!(ids(store.groups_of(&user("cat")).await), ["a", "b", "c"]);
    assert_eq!(ids(store.groups_of(&user("dan")).await), [""; 0]);
}

/// PROTOCOL, groups: nobody is in a dismissed group, and its name stays taken.
pub async fn a_dismissed_group_is_kept_without_members(world: World) {
    let store = world.store.as_ref();
    regrouped(store, "team", &create("team", &["ann", "bob"]), at(0)).await;
    regrouped(store, "team", &Command::Dismiss(on("ann", 1)), at(1)).await;

    let kept = kept_group(store, "team").await;
    assert_eq!((kept.rev, kept.is_dismissed()), (2, true));
    for name in ["ann", "bob"] {
        assert_eq!(ids(store.groups_of(&user(name)).await), [""; 0]);
    }
    store.purge(at(1_000_000)).await.expect("writes");
    assert_eq!(kept_group(store, "team").await, kept);
}

/// ARCHITECTURE, ports: what was decided on an older revision of a group changes and tells nothing.
pub async fn a_stale_group_writes_nothing(world: World) {
    let store = world.store.as_ref();
    let team = group_id("team");
    let early = decided_of_group(store, &team, &create("team", &["eve"]), at(0)).await;
    regrouped(store, "team", &create("team", &["ann", "bob"]), at(0)).await;
    let late = decided_of_group(store, &team, &remove("ann", &["bob"]), at(1)).await;
    regrouped(store, "team", &add("bob", &["cat"]), at(1)).await;
    let before = kept_group(store, "team").await;
    world.heard.take();

    for stale in [early, late] {
        let stale = Transition {
            ops: vec![op("ann", "1")],
            ..stale.expect("allowed when it was decided")
        };
        assert_eq!(store.commit(stale).await, Err(PortError::Conflict));
    }

    assert_eq!(kept_group(store, "team").await, before);
    assert_eq!(ids(store.groups_of(&user("bob")).await), ["team"]);
    assert_eq!(ids(store.groups_of(&user("eve")).await), [""; 0]);
    assert_eq!(store.op(&op("ann", "1"), at(1)).await, Ok(None));
    assert_eq!(store.next_due().await, Ok(None));
    assert_eq!(world.heard.take(), []);
}

/// §2: whoever has left meanwhile is not rung: what stands on a group's members fails once they have
/// changed.
pub async fn what_stands_on_a_group_fails_once_it_has_changed(world: World) {
    let store = world.store.as_ref();
    regrouped(
        store,
        "team",
        &create("team", &["ann", "bob", "cat"]),
        at(0),
    )
    .await;
    let command = engine::Command::Invite(invite_in("team", "ann", &["bob", "cat"], "i"));
    let keys = [op("ann", "1")];
    let late = decided(store, &invite_id("i"), &command, &keys, at(1)).await;
    let late = late.expect("allowed when it was decided");
    assert_eq!(late.stands_on, Some((group_id("team"), 1)));
    let nowhere = Transition {
        stands_on: Some((group_id("nowhere"), 1)),
        ..late.clone()
    };
    regrouped(store, "team", &Command::Quit(on("cat", 1)), at(1)).await;
    world.heard.take();

    assert_eq!(store.commit(late).await, Err(PortError::Conflict));
    assert_eq!(store.commit(nowhere).await, Err(PortError::Conflict));

    assert_eq!(store.invitation(&invite_id("i")).await, Ok(None));
    assert_eq!(store.open_in_group(&group_id("team")).await, Ok(Vec::new()));
    assert_eq!(store.op(&keys[0], at(1)).await, Ok(None));
    assert_eq!(store.unread_total(&user("bob")).await, Ok(0));
    assert_eq!(store.conversations(&user("ann")).await, Ok(Vec::new()));
    assert_eq!(world.heard.take(), []);
    ring(store, invite_in("team", "ann", &["bob"], "i"), at(2)).await;
    assert_eq!(store.unread_total(&user("bob")).await, Ok(1));
}

/// §2, `leftGroup`: what is open in a group, in the order it was made.
pub async fn open_invitations_of_a_group_are_found(world: World) {
    let store = world.store.as_ref();
    regrouped(
        store,
        "team",
        &create("team", &["ann", "bob", "cat"]),
        at(0),
    )
    .await;
    regrouped(store, "club", &create("club", &["ann", "bob"]), at(0)).await;
    for (group, id) in [("team", "z"), ("club", "y"), ("team", "x"), ("team", "w")] {
        ring(store, invite_in(group, "ann", &["bob"], id), at(0)).await;
    }
    ring(store, invite("ann", "bob", "alone"), at(0)).await;
    done(store, "x", &cancel(&on("ann", 1)), at(1)).await;
    let ringing = engine::Command::Ringing { by: on("bob", 1) };
    done(store, "w", &ringing, at(1)).await;

    let open = store.open_in_group(&group_id("team")).await;
    let expected = vec![kept(store, "z").await, kept(store, "w").await];
    assert_eq!(open, Ok(expected));
    done(store, "z", &accept(&on("bob", 1)), at(2)).await;
    let left = vec![kept(store, "w").await];
    assert_eq!(store.open_in_group(&group_id("team")).await, Ok(left));
    let nowhere = store.open_in_group(&group_id("nowhere")).await;
    assert_eq!(nowhere, Ok(Vec::new()));
    let one_to_one = store.open_between(&user("ann"), &user("bob")).await;
    assert_eq!(one_to_one, Ok(Some(kept(store, "alone").await)));
}

/// ARCHITECTURE, ports: at least once; what left later stays due.
pub async fn departures_fall_due_until_they_are_cleared(world: World) {
    let store = world.store.as_ref();
    let all = ["ann", "bob", "cat", "dan"];
    regrouped(store, "team", &create("team", &all), at(0)).await;
    regrouped(store, "club", &create("club", &all), at(0)).await;
    regrouped(store, "team", &add("bob", &["eve"]), at(1)).await;
    assert_eq!(store.next_due().await, Ok(None), "nobody has left");

    regrouped(store, "team", &remove("ann", &["bob", "cat"]), at(20)).await;
    regrouped(store, "club", &Command::Quit(on("ann", 1)), at(10)).await;
    let team = |rev| Due::Departures(group_id("team"), rev);
    let club = |rev| Due::Departures(group_id("club"), rev);
    assert_eq!(store.next_due().await, Ok(Some(at(10))));
    assert_eq!(store.due(at(9), 9).await, Ok(Vec::new()));
    assert_eq!(store.due(at(10), 9).await, Ok(vec![club(2)]));
    assert_eq!(store.due(at(20), 9).await, Ok(vec![club(2), team(3)]));
    assert_eq!(store.due(at(20), 1).await, Ok(vec![club(2)]));

    // A later departure, and then one that is no departure.
    regrouped(store, "team", &Command::Quit(on("dan", 1)), at(30)).await;
    regrouped(store, "team", &Command::Join(on("dan", 1)), at(31)).await;
    let cleared = store.clear_departures(&group_id("team"), 3).await;
    cleared.expect("writes");
    assert_eq!(store.due(at(20), 9).await, Ok(vec![club(2), team(4)]));
    for (group, rev) in [("team", 4), ("team", 4), ("club", 7), ("nowhere", 1)] {
        let cleared = store.clear_departures(&group_id(group), rev).await;
        cleared.expect("it is no fault that there is none");
    }
    assert_eq!(store.due(at(99), 9).await, Ok(Vec::new()));
    assert_eq!(store.next_due().await, Ok(None));

    regrouped(store, "team", &Command::Dismiss(on("ann", 1)), at(40)).await;
    store.purge(at(1_000_000)).await.expect("writes");
    assert_eq!(store.due(at(40), 9).await, Ok(vec![team(6)]));
}

async fn list(store: &dyn Store, name: &str) -> Vec<Conversation> {
    let list = store.conversations(&user(name)).await;
    list.expect("the store reads")
}

/// §1, §6: the members have the conversation, each with his own unread count; who comes later has it
/// from the next message on.
pub async fn a_groups_message_is_in_the_lists_of_its_members(world: World) {
    let store = world.store.as_ref();
    regrouped(
        store,
        "team",
        &create("team", &["ann", "bob", "cat"]),
        at(0),
    )
    .await;
    let first = say_in(
        store,
        "team",
        text_in("team", "ann", &["ann", "bob", "cat"], at(1)),
    )
    .await;
    regrouped(store, "team", &add("bob", &["dan"]), at(2)).await;
    let entry = |reader: &str, unread_count, last: &engine::Stored| Conversation {
        conversation_id: ConversationId::Group(group_id("team")),
        unread_count,
        last_message: Some(last.seen_by(&user(reader))),
    };
    assert_eq!(list(store, "ann").await, [entry("ann", 0, &first)]);
    assert_eq!(list(store, "bob").await, [entry("bob", 1, &first)]);
    assert_eq!(list(store, "dan").await, []);

    let team = Thread::Group(group_id("team"));
    let bob = user("bob");
    let read = store.mark_read(&bob, &team, Vec::new(), String::new(), at(3));
    read.await.expect("writes");
    let all = ["ann", "bob", "cat", "dan"];
    let second = say_in(store, "team", text_in("team", "cat", &all, at(4))).await;

    for (name, unread) in [("ann", 1), ("bob", 1), ("cat", 1), ("dan", 1)] {
        assert_eq!(list(store, name).await, [entry(name, unread, &second)]);
        assert_eq!(store.unread_total(&user(name)).await, Ok(unread));
    }
    assert_eq!(list(store, "eve").await, []);
    let page = store.page(&team, None, 9).await;
    assert_eq!(page, Ok((vec![second, first], true)));
}

/// §6, `leftGroup`: with the same commit, read or unread; whoever stays keeps his.
pub async fn whoever_leaves_a_group_loses_its_conversation(world: World) {
    let store = world.store.as_ref();
    let all = ["ann", "bob", "cat"];
    regrouped(store, "team", &create("team", &all), at(0)).await;
    regrouped(store, "club", &create("club", &all), at(0)).await;
    say_in(store, "team", text_in("team", "ann", &all, at(1))).await;
    say_in(store, "club", text_in("club", "ann", &all, at(1))).await;
    ring(store, invite_in("team", "ann", &["bob", "cat"], "i"), at(2)).await;
    let cats = list(store, "cat").await;
    assert_eq!(store.unread_total(&user("bob")).await, Ok(3));

    regrouped(store, "team", &Command::Quit(on("bob", 1)), at(3)).await;
    regrouped(store, "team", &Command::Quit(on("ann", 1)), at(3)).await;

    for (name, unread) in [("ann", 0), ("bob", 1)] {
        let left: Vec<_> = list(store, name).await;
        let names: Vec<_> = left.iter().map(|it| it.conversation_id.clone()).collect();
        assert_eq!(names, [ConversationId::Group(group_id("club"))]);
        assert_eq!(store.unread_total(&user(name)).await, Ok(unread));
    }
    assert_eq!(list(store, "cat").await, cats);

    // From an inviter who has left: he is not given the conversation back.
    done(store, "i", &engine::Command::TimeOut, at(40_000)).await;
    assert_eq!(list(store, "ann").await.len(), 1);
    assert_eq!(list(store, "bob").await.len(), 1);
    let team = Thread::Group(group_id("team"));
    let (page, _) = store.page(&team, None, 9).await.expect("reads");
    assert_eq!((page.len(), &page[0].from), (3, &user("ann")));

    regrouped(store, "team", &add("cat", &["bob"]), at(40_001)).await;
    assert_eq!(list(store, "bob").await.len(), 1, "until somebody writes");
    say_in(
        store,
        "team",
        text_in("team", "cat", &["cat", "bob"], at(40_002)),
    )
    .await;
    assert_eq!(list(store, "bob").await.len(), 2);
    assert_eq!(store.unread_total(&user("bob")).await, Ok(2));
}

/// §2: a message of the group whose writer, or one of whose readers, has left is not written.
pub async fn a_message_stands_on_the_members_it_is_for(world: World) {
    let store = world.store.as_ref();
    let all = ["ann", "bob", "cat"];
    regrouped(store, "team", &create("team", &all), at(0)).await;
    let late = Decision {
        message: Some(text_in("team", "bob", &all, at(1))),
        ..Decision::unchanged(Reply::Sent(None))
    };
    let late = Transition {
        stands_on: Some((group_id("team"), 1)),
        ..transition(late, &[], at(1))
    };
    regrouped(store, "team", &remove("ann", &["bob"]), at(1)).await;
    world.heard.take();

    assert_eq!(store.commit(late).await, Err(PortError::Conflict));

    assert_eq!(world.heard.take(), []);
    assert_eq!(list(store, "bob").await, []);
    assert_eq!(list(store, "cat").await, []);
}
