//! Cases of what falls due, of who is awaited, and of what is forgotten in the end.

use bellhop_engine::Command;
use bellhop_protocol::CallId;
use bellhop_protocol::request::RingTime;

use super::World;
use super::play::{
    accept, at, cancel, decided, device, done, hung_up, invite, invite_id, kept, kept_call, on, op,
    party, pushed, ring, sent, text, user,
};
use crate::ports::Due;

fn deadline(id: &str) -> Due {
    Due::Deadline(invite_id(id))
}

/// ARCHITECTURE, ports: due deadlines, at least once; an ended invitation has none.
pub async fn what_is_due_comes_earliest_first_and_stays_until_it_is_done(world: World) {
    let store = world.store.as_ref();
    assert_eq!(store.next_due().await, Ok(None));
    for (id, secs) in [("b", 20), ("a", 20), ("c", 10), ("never", 0), ("gone", 5)] {
        let mut invite = invite("ann", "bob", id);
        invite.timeout = RingTime::try_from(secs).expect("a short time");
        ring(store, invite, at(0)).await;
    }
    assert_eq!(store.next_due().await, Ok(Some(at(5_000))));
    done(store, "gone", &cancel(&on("ann", 1)), at(1)).await;

    assert_eq!(store.next_due().await, Ok(Some(at(10_000))));
    assert_eq!(store.due(at(9_999), 10).await, Ok(Vec::new()));
    assert_eq!(store.due(at(10_000), 10).await, Ok(vec![deadline("c")]));
    let all = vec![deadline("c"), deadline("a"), deadline("b")];
    assert_eq!(store.due(at(20_000), 10).await, Ok(all.clone()));
    assert_eq!(store.due(at(20_000), 2).await, Ok(all[..2].to_vec()));

    done(store, "c", &Command::TimeOut, at(20_000)).await;
    assert_eq!(store.due(at(20_000), 10).await, Ok(all[1..].to_vec()));
    done(store, "a", &Command::TimeOut, at(20_000)).await;
    done(store, "b", &Command::TimeOut, at(20_000)).await;
    assert_eq!(store.due(at(20_000), 10).await, Ok(Vec::new()));
    assert_eq!(store.next_due().await, Ok(None));
}

/// §7: devices that do not ring are looked at once, while the invitation is open.
pub async fn a_look_for_devices_asleep_falls_due_once(world: World) {
    let store = world.store.as_ref();
    for id in ["silent", "answered"] {
        let mut invite = invite("ann", "bob", id);
        invite.push = Some(pushed());
        ring(store, invite, at(0)).await;
    }
    let look = |id| Due::Push(invite_id(id));
    assert_eq!(store.next_due().await, Ok(Some(at(3_000))));
    assert_eq!(store.due(at(2_999), 9).await, Ok(Vec::new()));
    let both = vec![look("answered"), look("silent")];
    assert_eq!(store.due(at(3_000), 9).await, Ok(both));

    done(store, "answered", &cancel(&on("ann", 1)), at(3_000)).await;
    assert_eq!(store.due(at(3_000), 9).await, Ok(vec![look("silent")]));
    done(store, "silent", &Command::Push, at(3_000)).await;
    assert_eq!(store.due(at(3_000), 9).await, Ok(Vec::new()));
    assert_eq!(store.next_due().await, Ok(Some(at(30_000))));
    let left = vec![deadline("silent")];
    assert_eq!(store.due(at(30_000), 9).await, Ok(left));
}

/// §5: absence is stored as a deadline, and goes when the device is back.
pub async fn absences_fall_due_until_they_are_cleared(world: World) {
    let store = world.store.as_ref();
    ring(store, invite("ann", "bob", "i"), at(0)).await;
    let (first, second) = (party(&on("ann", 1)), party(&on("ann", 2)));
    store
        .set_absence(&second, at(30_000))
        .await
        .expect("writes");
    store.set_absence(&first, at(30_000)).await.expect("writes");
    store
        .set_absence(&second, at(15_000))
        .await
        .expect("writes");

    assert_eq!(store.absent_until(&user("ann")).await, Ok(Some(at(30_000))));
    assert_eq!(store.absent_until(&user("bob")).await, Ok(None));
    assert_eq!(store.next_due().await, Ok(Some(at(15_000))));
    let due = vec![
        Due::Absence(second.clone()),
        deadline("i"),
        Due::Absence(first.clone()),
    ];
    assert_eq!(store.due(at(30_000), 10).await, Ok(due.clone()));
    assert_eq!(store.due(at(30_000), 1).await, Ok(due[..1].to_vec()));

    let cleared = store.clear_absence(&second.user, &second.device).await;
    cleared.expect("writes");
    let cleared = store.clear_absence(&user("bob"), &device("none")).await;
    cleared.expect("it is no fault that there is none");
    assert_eq!(store.due(at(30_000), 10).await, Ok(due[1..].to_vec()));
    assert_eq!(store.next_due().await, Ok(Some(at(30_000))));
    store
        .clear_absence(&first.user, &first.device)
        .await
        .expect("writes");
    assert_eq!(store.absent_until(&user("ann")).await, Ok(None));
}

/// §5: when a server starts, the grace of all these begins anew.
pub async fn the_awaited_are_inviters_of_open_invitations_and_parties_of_running_calls(
    world: World,
) {
    let store = world.store.as_ref();
    for (from, to, id) in [
        ("ann", "bob", "open"),
        ("ann", "cat", "too"),
        ("cat", "dan", "running"),
        ("eve", "dan", "over"),
        ("fay", "dan", "ended"),
    ] {
        ring(store, invite(from, to, id), at(0)).await;
    }
    done(store, "running", &accept(&on("dan", 2)), at(1)).await;
    done(store, "over", &accept(&on("dan", 3)), at(1)).await;
    hung_up(store, "over", &on("eve", 1), at(2)).await;
    done(store, "ended", &cancel(&on("fay", 1)), at(2)).await;

    let awaited = [on("ann", 1), on("cat", 1), on("dan", 2)];
    assert_eq!(
        store.awaited_parties().await,
        Ok(awaited.iter().map(party).collect())
    );
}

/// §4, §5: what is over is forgotten after a while; what is open or running never.
pub async fn purging_forgets_what_is_over_and_nothing_else(world: World) {
    let store = world.store.as_ref();
    for (id, to) in [
        ("missed", "bob"),
        ("missed later", "bob"),
        ("over", "bob"),
        ("running", "cat"),
    ] {
        ring(store, invite("ann", to, id), at(0)).await;
    }
    let mut endless = invite("ann", "bob", "open");
    endless.timeout = RingTime::try_from(0).expect("no time-out");
    let command = Command::Invite(endless);
    let keys = [op("ann", "old")];
    let transition = decided(store, &invite_id("open"), &command, &keys, at(0)).await;
    store
        .commit(transition.expect("allowed"))
        .await
        .expect("commits");
    done(store, "missed", &cancel(&on("ann", 1)), at(1)).await;
    done(store, "missed later", &cancel(&on("ann", 1)), at(100)).await;
    done(store, "over", &accept(&on("bob", 1)), at(1)).await;
    hung_up(store, "over", &on("bob", 1), at(2)).await;
    done(store, "running", &accept(&on("cat", 1)), at(1)).await;
    let thread = bellhop_engine::Thread::between(&user("ann"), &user("bob"));
    let history = store.page(&thread, None, 100).await;

    store.purge(at(100)).await.expect("writes");

    for gone in ["missed", "over"] {
        assert_eq!(store.invitation(&invite_id(gone)).await, Ok(None));
        assert_eq!(store.call(&CallId::from(invite_id(gone))).await, Ok(None));
    }
    for left in ["missed later", "open", "running"] {
        assert_eq!(kept(store, left).await.id, invite_id(left));
        assert_eq!(kept_call(store, left).await.invitations, [invite_id(left)]);
    }
    assert_eq!(store.op(&keys[0], at(1)).await, Ok(None));
    assert_eq!(store.page(&thread, None, 100).await, history);
    assert_eq!(
        store.running_calls(&user("cat")).await.map(|c| c.len()),
        Ok(1)
    );

    // The name is free again, and its new message is the one that later operations find.
    ring(store, invite("ann", "bob", "missed"), at(200)).await;
    done(store, "missed", &cancel(&on("ann", 1)), at(201)).await;
    let (page, _) = store.page(&thread, None, 2).await.expect("reads");
    assert!(page[1].call.is_some());
}

/// §2: an online-only invitation writes no message, counts for nobody, and is gone in the end.
pub async fn an_online_only_invitation_leaves_no_trace(world: World) {
    let store = world.store.as_ref();
    let mut online = invite("ann", "bob", "i");
    online.online_user_only = true;
    let reply = ring(store, online, at(0)).await;
    let expected = bellhop_engine::Reply::Invited(invite_id("i"), Some(at(30_000)), None);
    assert_eq!(reply, expected);
    done(store, "i", &accept(&on("bob", 1)), at(1)).await;
    hung_up(store, "i", &on("bob", 1), at(2)).await;

    for name in ["ann", "bob"] {
        assert_eq!(store.conversations(&user(name)).await, Ok(Vec::new()));
        assert_eq!(store.unread_total(&user(name)).await, Ok(0));
    }
    store.purge(at(3)).await.expect("writes");
    assert_eq!(store.invitation(&invite_id("i")).await, Ok(None));
    assert_eq!(store.call(&CallId::from(invite_id("i"))).await, Ok(None));
    let first = sent(store, text("ann", "bob", "hello", at(4))).await;
    assert_eq!(first.seq, 1);
}
