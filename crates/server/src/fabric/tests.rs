use super::*;
use bellhop_engine::Audience;
use bellhop_protocol::event::Status;

fn actor(user: &str, device: &str, platform: &str) -> Actor {
    Actor {
        user: user.parse().unwrap(),
        device: device.parse().unwrap(),
        platform: platform.parse().unwrap(),
    }
}

fn attach(fabric: &Arc<Fabric>, user: &str, device: &str) -> (Attachment, Mailbox) {
    fabric.attach(&actor(user, device, "cli"), Timestamp::from_millis(7))
}

fn status(fabric: &Fabric, user: &str) -> Status {
    fabric.statuses(&[user.parse().unwrap()], &Hidden::default())[0].status
}

fn heard(mailbox: &mut Mailbox) -> Vec<Status> {
    let mut heard = Vec::new();
    while let Ok(event) = mailbox.try_recv() {
        let Event::UserStatusChanged(change) = event.as_ref() else {
            panic!("another event");
        };
        heard.push(change.status);
    }
    heard
}

fn ending(attachment: &Attachment) -> Option<Ending> {
    *attachment.ending().borrow()
}

fn notice(user: &str) -> Notice {
    let event = Event::UserStatusChanged(UserStatus {
        user: user.parse().unwrap(),
        status: Status::Online,
    });
    Notice {
        to: Audience::of(&user.parse().unwrap(), Some(&actor(user, "acting", "cli"))),
        event,
    }
}

/// §5: same user, same deviceID, second login: the older connection is kicked.
#[test]
fn a_second_login_of_a_device_kicks_the_first_and_takes_its_place() {
    let fabric = Arc::new(Fabric::default());
    let (first, mut mailbox) = attach(&fabric, "bob", "b1");
    first.heard(Timestamp::from_millis(40));
    let (second, _mail) = attach(&fabric, "bob", "b1");
    assert_eq!(ending(&first), Some(Ending::Kicked));
    assert_eq!(second.replaced, Some(Timestamp::from_millis(40)));
    fabric.publish(&notice("bob"));
    assert!(mailbox.try_recv().is_err());
    drop(first);
    let devices = fabric.devices(&"bob".parse().unwrap());
    assert!(devices.contains(&"b1".parse().unwrap()));
    drop(second);
    assert!(fabric.devices(&"bob".parse().unwrap()).is_empty());
}

/// §5: at most 10 devices a user; the oldest goes.
#[test]
fn the_eleventh_device_kicks_the_oldest() {
    let fabric = Arc::new(Fabric::default());
    let push = fabric.attach(&actor("bob", "p", "push"), Timestamp::from_millis(0));
    let all: Vec<_> = (0..11)
        .map(|n| attach(&fabric, "bob", &format!("b{n}")))
        .collect();
    let endings: Vec<_> = all
        .iter()
        .map(|(attachment, _)| ending(attachment))
        .collect();
    assert_eq!(endings[0], Some(Ending::Kicked));
    assert!(endings[1..].iter().all(Option::is_none));
    assert_eq!(ending(&push.0), None);
}

#[test]
fn the_device_that_acted_hears_nothing() {
    let fabric = Arc::new(Fabric::default());
    let (_acting, mut acting) = attach(&fabric, "bob", "acting");
    let (_other, mut other) = attach(&fabric, "bob", "other");
    fabric.publish(&notice("bob"));
    assert!(acting.try_recv().is_err());
    assert!(other.try_recv().is_ok());
}

#[test]
fn one_event_more_than_the_mailbox_holds_ends_the_connection() {
    let fabric = Arc::new(Fabric::default());
    let (slow, _mail) = attach(&fabric, "bob", "b1");
    for _ in 0..MAILBOX {
        fabric.publish(&notice("bob"));
    }
    assert_eq!(ending(&slow), None);
    fabric.publish(&notice("bob"));
    assert_eq!(ending(&slow), Some(Ending::TooSlow));
    assert_eq!(status(&fabric, "bob"), Status::Offline);
}

#[test]
fn watchers_hear_each_change_once() {
    let fabric = Arc::new(Fabric::default());
    let (watcher, mut mailbox) = attach(&fabric, "alice", "a1");
    let bob = "bob".parse().unwrap();
    watcher.watch(std::slice::from_ref(&bob)).unwrap();
    let first = watcher.see(&[bob], &Hidden::default());
    assert_eq!(first[0].status, Status::Offline);
    let (b1, _m1) = attach(&fabric, "bob", "b1");
    let (b2, _m2) = attach(&fabric, "bob", "b2");
    drop(b1);
    drop(b2);
    assert_eq!(heard(&mut mailbox), [Status::Online, Status::Offline]);
}

/// §7: a connection of platform `push` counts for nothing.
#[test]
fn the_push_channel_counts_for_nothing() {
    let fabric = Arc::new(Fabric::default());
    let (_push, mut mailbox) =
        fabric.attach(&actor("bob", "b1", "push"), Timestamp::from_millis(0));
    assert_eq!(status(&fabric, "bob"), Status::Offline);
    fabric.publish(&notice("bob"));
    assert!(mailbox.try_recv().is_err());
    let (device, _mail) = attach(&fabric, "bob", "b1");
    assert_eq!(ending(&_push), None);
    assert_eq!(device.replaced, None);
}

#[test]
fn a_connection_watches_a_thousand_users_at_most() {
    let fabric = Arc::new(Fabric::default());
    let (watcher, _mail) = attach(&fabric, "alice", "a1");
    let users: Vec<UserId> = (0..=MAX_WATCHED)
        .map(|n| format!("u{n}").parse().unwrap())
        .collect();
    assert!(watcher.watch(&users[1..]).is_some());
    assert!(watcher.watch(&users[1..]).is_some());
    assert!(watcher.watch(&users[..1]).is_none());
}

/// An app restarted under the same `deviceID` hears what the request of its predecessor did.
#[test]
fn a_later_connection_of_the_device_that_acted_hears_of_it() {
    let fabric = Arc::new(Fabric::default());
    let mut notice = notice("bob");
    let (first, mut mailbox) = attach(&fabric, "bob", "acting");
    notice.to.answered_on = Some(first.id);
    fabric.publish(&notice);
    assert!(mailbox.try_recv().is_err());
    let (second, mut mailbox) = attach(&fabric, "bob", "acting");
    assert_ne!(first.id, second.id);
    fabric.publish(&notice);
    assert!(mailbox.try_recv().is_ok());
}

/// Two processes on one store name their connections differently.
#[test]
fn connections_of_other_processes_have_other_names() {
    let (one, other) = (Arc::new(Fabric::default()), Arc::new(Fabric::default()));
    let at = |fabric: &Arc<Fabric>, ms| {
        let attached = fabric.attach(&actor("bob", "b1", "cli"), Timestamp::from_millis(ms));
        attached.0.id
    };
    assert_ne!(at(&one, 5_000), at(&other, 5_001));
    assert!(at(&one, 5_000) < at(&one, 5_000));
}

/// PROTOCOL: presence is visible to every logged-in user who is not blocked.
#[test]
fn a_block_hides_a_user_from_those_who_watch_him() {
    let fabric = Arc::new(Fabric::default());
    let (watcher, mut mailbox) = attach(&fabric, "alice", "a1");
    let (_other, mut others) = attach(&fabric, "carol", "c1");
    let bob: UserId = "bob".parse().unwrap();
    let alice: UserId = "alice".parse().unwrap();
    let one = std::slice::from_ref(&bob);
    watcher.watch(one).unwrap();
    _other.watch(one).unwrap();
    _other.see(one, &Hidden::default());
    let (b1, _m1) = attach(&fabric, "bob", "b1");
    // Nothing is told before it is known whether he is hidden; a block that comes meanwhile is known
    // better than what was looked up before it.
    fabric.blocks_changed(&bob, std::slice::from_ref(&alice), true);
    assert_eq!(
        watcher.see(one, &Hidden::default())[0].status,
        Status::Offline
    );
    drop(b1);
    let (_b1, _m1) = attach(&fabric, "bob", "b1");
    assert!(heard(&mut mailbox).is_empty());
    fabric.blocks_changed(&bob, std::slice::from_ref(&alice), false);
    fabric.blocks_changed(&bob, std::slice::from_ref(&alice), false);
    fabric.blocks_changed(&bob, &[alice], true);
    assert_eq!(heard(&mut mailbox), [Status::Online, Status::Offline]);
    assert_eq!(
        heard(&mut others),
        [Status::Online, Status::Offline, Status::Online]
    );
}

#[test]
fn a_stranger_sees_one_as_offline_until_he_asks_again() {
    let fabric = Arc::new(Fabric::default());
    let (watcher, mut mailbox) = attach(&fabric, "alice", "a1");
    let (b1, _m1) = attach(&fabric, "bob", "b1");
    let bob: UserId = "bob".parse().unwrap();
    let one = std::slice::from_ref(&bob);
    let hidden = Hidden {
        from_strangers: [bob.clone()].into(),
        ..Hidden::default()
    };
    watcher.watch(one).unwrap();
    assert_eq!(watcher.see(one, &hidden)[0].status, Status::Offline);
    assert_eq!(fabric.statuses(one, &hidden)[0].status, Status::Offline);
    drop(b1);
    assert!(heard(&mut mailbox).is_empty());
    watcher.watch(one).unwrap();
    watcher.see(one, &Hidden::default());
    let (_b1, _m1) = attach(&fabric, "bob", "b1");
    assert_eq!(heard(&mut mailbox), [Status::Online]);
}
