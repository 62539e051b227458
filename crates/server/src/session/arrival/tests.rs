//! Logins and departures on a store that fails, and on a clock of their own.

use std::time::Duration;

use bellhop_protocol::Party;
use serde_json::json;

use super::*;
use crate::clock::{Clock, wall_time};
use crate::credentials::Credentials;
use crate::driver::{Asker, Presence};
use crate::fabric::Fabric;
use crate::faulty::Faulty;
use crate::hub::{Ports, Tuning};
use crate::memory::MemoryStore;
use crate::ports::{Directory, Due, Ledger, Outlet, SharedStore};

struct Stage {
    hub: Hub,
    store: Arc<Faulty>,
}

impl Stage {
    fn new(clock: Clock) -> Self {
        let fabric = Arc::new(Fabric::default());
        let outlet = Arc::clone(&fabric) as Arc<dyn Outlet>;
        let store = Arc::new(Faulty::new(MemoryStore::new(outlet)));
        let shared = Arc::clone(&store) as SharedStore;
        let ports = Ports {
            store: shared,
            presence: Arc::clone(&fabric) as Arc<dyn Presence>,
            fabric,
            world: Arc::new(clock),
        };
        let hub = Hub::new(ports, Credentials::random(), Tuning::default());
        Self { hub, store }
    }

    async fn log_in(&self) -> Result<Arrival, Failure> {
        let Party {
            user,
            device,
            platform,
        } = bob();
        let day = Duration::from_secs(86_400);
        let user_sig = user_sig::sign(&self.hub.credentials, &user, wall_time(), day);
        let login = Login {
            user,
            user_sig,
            device,
            platform,
            known_invitations: Vec::new(),
        };
        log_in(&self.hub, login).await
    }

    async fn last_seen(&self) -> Option<Timestamp> {
        let Party { user, device, .. } = bob();
        self.store.inner.last_seen(&user, &device).await.unwrap()
    }

    async fn absences(&self) -> Vec<Due> {
        let later = self.hub.world.now().after(self.hub.tuning.grace);
        self.store.inner.due(later, 9).await.unwrap()
    }
}

fn bob() -> Party {
    Party {
        user: "bob".parse().unwrap(),
        device: "b1".parse().unwrap(),
        platform: "cli".parse().unwrap(),
    }
}

/// §5: whoever was attached and is gone again is absent, and was last connected when he was before.
#[tokio::test]
async fn a_login_that_fails_after_it_was_attached_leaves_an_absence() {
    let stage = Stage::new(Clock::start());
    let Party { user, device, .. } = bob();
    let before = Timestamp::from_millis(7);
    stage
        .store
        .set_last_seen(&user, &device, before)
        .await
        .unwrap();
    for broken in ["set_connected", "clear_absence", "unread_total", "tell"] {
        stage.store.breaks(&[broken]);
        let failure = stage.log_in().await.err().unwrap();
        assert_eq!(failure.data.reason, Reason::TryAgain, "{broken}");
        assert!(
            !stage.hub.fabric.devices(&user).contains(&device),
            "{broken}"
        );
        assert_eq!(stage.last_seen().await, Some(before), "{broken}");
        assert_eq!(stage.absences().await, [Due::Absence(bob())], "{broken}");
        stage
            .store
            .inner
            .clear_absence(&user, &device)
            .await
            .unwrap();
    }
    stage.store.breaks(&[]);
    let arrival = stage.log_in().await.ok().unwrap();
    assert!(stage.absences().await.is_empty());
    assert!(arrival.backlog.is_empty());
}

/// §5: absence is stored as a deadline, also when the store refuses what goes with it.
#[tokio::test]
async fn an_absence_is_noted_though_the_last_connection_is_not_and_the_reverse() {
    let stage = Stage::new(Clock::start());
    for broken in ["set_last_seen", "set_absence"] {
        stage.store.breaks(&[]);
        let speaker = stage.log_in().await.ok().unwrap().speaker;
        stage.store.breaks(&[broken]);
        let last_heard = Timestamp::from_millis(9);
        departure::leave(&stage.hub, speaker, last_heard).await;
        let noted = (
            stage.absences().await.len(),
            stage.last_seen().await == Some(last_heard),
        );
        let expected = if broken == "set_absence" {
            (0, true)
        } else {
            (1, false)
        };
        assert_eq!(noted, expected, "{broken}");
    }
}

/// PROTOCOL: a signature is made and expires on wall time, wherever the server's own clock stands.
#[tokio::test]
async fn a_signature_counts_on_wall_time() {
    let (hour, day) = (Duration::from_secs(3600), Duration::from_secs(86_400));
    for set_to in [wall_time().before(hour), wall_time().after(2 * day)] {
        let stage = Stage::new(Clock::set_to(set_to));
        let arrival = stage.log_in().await.ok().unwrap();
        let left = arrival.expires.since(stage.hub.world.now());
        assert!(left <= day && left > day - hour, "{left:?}");
    }
}

/// Somebody writes to Bob.
async fn write_to_bob(stage: &Stage, text: &str) {
    let by = Asker {
        actor: Actor {
            user: "ann".parse().unwrap(),
            device: "a1".parse().unwrap(),
            platform: "cli".parse().unwrap(),
        },
        connection: None,
        received: stage.hub.world.now(),
    };
    let params = json!({"userID": "bob", "type": "text", "payload": {"text": text}});
    let request = serde_json::from_value(params).unwrap();
    stage.hub.driver.send_message(&by, request).await.unwrap();
}

/// §5: nothing is lost or doubled between the snapshot and what is forwarded.
#[tokio::test]
async fn a_message_that_the_snapshot_counts_is_not_forwarded_too() {
    let stage = Stage::new(Clock::start());
    let Party {
        user,
        device,
        platform,
    } = bob();
    let actor = Actor {
        user,
        device,
        platform,
    };
    stage.hub.store.ensure_user(&actor.user).await.unwrap();
    let (attachment, mut mailbox) = stage.hub.fabric.attach(&actor, stage.hub.world.now());
    write_to_bob(&stage, "counted").await;
    let snapshot = stage.hub.driver.snapshot(&actor, &[], None).await;
    let (mut snapshot, mut arrived) = (snapshot.unwrap(), Vec::new());
    write_to_bob(&stage, "counted again").await;
    let counted = count(
        &stage.hub,
        &actor,
        &mut mailbox,
        &mut arrived,
        &mut snapshot,
    )
    .await;
    write_to_bob(&stage, "new").await;
    empty(&mut mailbox, &mut arrived);

    let news = news(&stage.hub, &arrived, &snapshot, &counted.unwrap()).await;
    let news = news.unwrap().unwrap();
    assert_eq!(
        (arrived.len(), snapshot.unread_total, news.len()),
        (3, 2, 1)
    );
    let Event::MessageReceived(message) = news[0].as_ref() else {
        panic!("another event");
    };
    assert_eq!(message.payload, json!({"text": "new"}));
    drop(attachment);
}
