//! All that can be seen of stores.

use bellhop_engine::Thread;
use bellhop_protocol::{InviteId, Timestamp};

use super::{GROUPS, NAMES, OPS, USERS};
use crate::conformance::play::{at, group_id, invite_id, on, op, user};
use crate::ports::Store;

/// All that can be seen of the stores at this moment, a line each.
pub(super) async fn see(store: &dyn Store, now: Timestamp) -> Vec<String> {
    let mut seen = vec![
        format!("due {:?}", store.due(now, 3).await),
        format!("next due {:?}", store.next_due().await),
        format!("awaited {:?}", store.awaited_parties().await),
        format!("profiles {:?}", store.profiles(&USERS.map(user)).await),
    ];
    for name in USERS {
        seen.extend(see_user(store, name, now).await);
    }
    for name in NAMES {
        let id: InviteId = invite_id(name);
        seen.push(format!("{name} {:?}", store.invitation(&id).await));
        seen.push(format!("{name} {:?}", store.call(&id.into()).await));
    }
    for name in GROUPS {
        let id = group_id(name);
        seen.push(format!("{name} {:?}", store.group(&id).await));
        seen.push(format!("{name} open {:?}", store.open_in_group(&id).await));
        let page = store.page(&Thread::Group(id), None, 50).await;
        seen.push(format!("{name} {page:?}"));
    }
    seen
}

async fn see_user(store: &dyn Store, name: &str, now: Timestamp) -> Vec<String> {
    let (user, all) = (user(name), USERS.map(user));
    let mut seen = vec![
        format!("open {:?}", store.open_invitations(&user).await),
        format!("running {:?}", store.running_calls(&user).await),
        format!("late {:?}", store.timed_out_since(&user, at(0)).await),
        format!("list {:?}", store.conversations(&user).await),
        format!("unread {:?}", store.unread_total(&user).await),
        format!("known {:?}", store.has_user(&user).await),
        format!("absent {:?}", store.absent_until(&user).await),
        format!("groups {:?}", store.groups_of(&user).await),
        format!("blocked {:?}", store.blocked_by(&user).await),
        format!("blocks {:?}", store.who_blocks(&user, &all).await),
        format!("writes {:?}", store.correspondents(&user, &all).await),
    ];
    for number in 1..=2 {
        let device = on(name, number).device;
        seen.push(format!("seen {:?}", store.last_seen(&user, &device).await));
    }
    for other in all {
        let between = store.open_between(&user, &other).await;
        let page = store.page(&Thread::between(&user, &other), None, 50).await;
        let count = store.count_open_between(&user, &other, 2).await;
        seen.push(format!("between {between:?} {count:?} {page:?}"));
    }
    for request in OPS {
        seen.push(format!("op {:?}", store.op(&op(name, request), now).await));
    }
    seen
}
