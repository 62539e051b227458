//! Cases of accounts and devices.

use super::World;
use super::play::{at, device, user};
use crate::ports::DEVICE_LIFETIME;

/// §2: the first valid login creates the account; before it, the user does not exist.
pub async fn an_account_is_there_from_its_creation_on(world: World) {
    let store = world.store.as_ref();
    assert_eq!(store.has_user(&user("ann")).await, Ok(false));
    for _ in 0..2 {
        store.ensure_user(&user("ann")).await.expect("writes");
        assert_eq!(store.has_user(&user("ann")).await, Ok(true));
    }
    assert_eq!(store.has_user(&user("Ann")).await, Ok(false));
}

/// §5: time-outs are told since the device was last connected.
pub async fn a_device_was_last_seen_when_it_left(world: World) {
    let store = world.store.as_ref();
    let (ann, desk) = (user("ann"), device("desk"));
    assert_eq!(store.last_seen(&ann, &desk).await, Ok(None));
    store
        .set_connected(&ann, &desk, at(1))
        .await
        .expect("writes");
    assert_eq!(store.last_seen(&ann, &desk).await, Ok(Some(at(1))));
    store
        .set_last_seen(&ann, &desk, at(5))
        .await
        .expect("writes");
    assert_eq!(store.last_seen(&ann, &desk).await, Ok(Some(at(5))));
    assert_eq!(store.last_seen(&user("bob"), &desk).await, Ok(None));
}

/// §5: a crash leaves devices recorded as connected; they were so until it.
pub async fn devices_that_were_connected_at_a_crash_are_lost(world: World) {
    let store = world.store.as_ref();
    let (ann, desk, phone) = (user("ann"), device("desk"), device("phone"));
    store
        .set_connected(&ann, &desk, at(1))
        .await
        .expect("writes");
    store
        .set_connected(&ann, &phone, at(1))
        .await
        .expect("writes");
    store
        .set_last_seen(&ann, &phone, at(2))
        .await
        .expect("writes");

    store.devices_lost(at(9)).await.expect("writes");

    assert_eq!(store.last_seen(&ann, &desk).await, Ok(Some(at(9))));
    assert_eq!(store.last_seen(&ann, &phone).await, Ok(Some(at(2))));
    store.devices_lost(at(20)).await.expect("writes");
    assert_eq!(store.last_seen(&ann, &desk).await, Ok(Some(at(9))));
}

/// §5: a device that has not come back for long is forgotten; one that is connected never.
pub async fn a_device_that_stays_away_is_forgotten(world: World) {
    let store = world.store.as_ref();
    let ann = user("ann");
    for name in ["connected", "gone", "gone later"] {
        store
            .set_connected(&ann, &device(name), at(1))
            .await
            .expect("writes");
    }
    for (name, seen) in [("gone", 99), ("gone later", 100)] {
        store
            .set_last_seen(&ann, &device(name), at(seen))
            .await
            .expect("writes");
    }

    store.purge(at(100)).await.expect("writes");
    assert_eq!(
        store.last_seen(&ann, &device("gone")).await,
        Ok(Some(at(99)))
    );
    let limit = at(100).after(DEVICE_LIFETIME);
    store.purge(limit).await.expect("writes");

    for (name, seen) in [
        ("connected", Some(at(1))),
        ("gone", None),
        ("gone later", Some(at(100))),
    ] {
        assert_eq!(store.last_seen(&ann, &device(name)).await, Ok(seen));
    }
}
