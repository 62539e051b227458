//! The driver on a store whose writes go wrong, in a world of its own.

mod groups;
mod people;

use std::sync::Mutex;

use bellhop_engine::Notice;
use bellhop_protocol::{Event, InvitationState};
use serde_json::{Value, json};

use super::*;
use crate::faulty::{Fault, Faulty};
use crate::memory::MemoryStore;
use crate::ports::{Directory, Ledger, Outlet};

/// Time that passes when somebody waits.
struct Still(Mutex<Timestamp>);

#[async_trait]
impl World for Still {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn wall_time(&self) -> Timestamp {
        self.now()
    }

    fn mint(&self) -> InviteId {
        "minted".parse().unwrap()
    }

    async fn pause(&self, duration: Duration) {
        let mut now = self.0.lock().unwrap();
        *now = now.after(duration);
    }
}

/// What happens when somebody looks who is connected; once.
type Meanwhile = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// Nobody is connected, and everything that is told is noted.
#[derive(Default)]
struct Ear {
    told: Mutex<Vec<Notice>>,
    meanwhile: Mutex<Option<Meanwhile>>,
}

impl Outlet for Ear {
    fn publish(&self, notice: &Notice) {
        self.told.lock().unwrap().push(notice.clone());
    }

    fn call_changed(&self, _: &bellhop_engine::Call) {}

    fn blocks_changed(&self, _: &UserId, _: &[UserId], _: bool) {}
}

#[async_trait]
impl Presence for Ear {
    async fn connected(&self, _: &UserId) -> BTreeSet<DeviceId> {
        let meanwhile = self.meanwhile.lock().unwrap().take();
        if let Some(meanwhile) = meanwhile {
            meanwhile.await;
        }
        BTreeSet::new()
    }
}

struct Stage {
    driver: Arc<Driver>,
    store: Arc<Faulty>,
    world: Arc<Still>,
    ear: Arc<Ear>,
}

/// Alice, Bob and Carol exist, and the writes go wrong like this.
async fn stage(faults: &[Fault]) -> Stage {
    let ear = Arc::new(Ear::default());
    let store = Arc::new(Faulty::new(MemoryStore::new(
        Arc::clone(&ear) as Arc<dyn Outlet>
    )));
    store.faults.lock().unwrap().extend(faults);
    for user in ["alice", "bob", "carol"] {
        store.ensure_user(&user.parse().unwrap()).await.unwrap();
    }
    let world = Arc::new(Still(Mutex::new(Timestamp::from_millis(1_000_000))));
    Stage {
        driver: Arc::new(Driver::new(
            Arc::clone(&store) as SharedStore,
            Arc::clone(&ear) as Arc<dyn Presence>,
            Arc::clone(&world) as Arc<dyn World>,
        )),
        store,
        world,
        ear,
    }
}

impl Stage {
    async fn ask(&self, user: &str, method: &str, params: Value) -> Result<Value, Failure> {
        self.asked(asker(user, self.world.now()), method, params)
            .await
    }

    async fn asked(&self, by: Asker, method: &str, params: Value) -> Result<Value, Failure> {
        let (by, driver) = (&by, &self.driver);
        match method {
            "invite" => driver.invite(by, parsed(params)).await,
            "inviteInGroup" => driver.invite_in_group(by, parsed(params)).await,
            "cancel" => driver.cancel(by, parsed(params)).await,
            "accept" => driver.accept(by, parsed(params)).await,
            "modifyInvitation" => driver.modify(by, parsed(params)).await,
            "sendSignal" => driver.send_signal(by, parsed(params)).await,
            "sendMessage" => driver.send_message(by, parsed(params)).await,
            "createGroup" => driver.create_group(by, parsed(params)).await,
            "quitGroup" => driver.quit_group(by, parsed(params)).await,
            "addGroupMember" => driver.add_members(by, parsed(params)).await,
            "deleteGroupMember" => driver.delete_members(by, parsed(params)).await,
            "updateMyProfile" => driver.update_profile(by, parsed(params)).await,
            "addToBlacklist" => driver.block(by, parsed(params)).await,
            _ => panic!("{method} is not tested here"),
        }
    }

    async fn state(&self) -> InvitationState {
        let request = parsed(json!({"inviteID": "i"}));
        let seen = self.driver.invitation(&actor("alice"), &request).await;
        seen.unwrap().state
    }

    fn events(&self) -> usize {
        self.ear.told.lock().unwrap().len()
    }

    /// What was told since this was last asked.
    fn told(&self) -> Vec<Notice> {
        std::mem::take(&mut *self.ear.told.lock().unwrap())
    }

    fn writes(&self) -> u32 {
        *self.store.writes.lock().unwrap()
    }

    async fn pass(&self, secs: u64) {
        self.world.pause(Duration::from_secs(secs)).await;
    }
}

fn parsed<T: serde::de::DeserializeOwned>(params: Value) -> T {
    serde_json::from_value(params).unwrap()
}

fn actor(user: &str) -> Actor {
    Actor {
        user: user.parse().unwrap(),
        device: "d".parse().unwrap(),
        platform: "cli".parse().unwrap(),
    }
}

/// Who asks, on connection 7.
fn asker(user: &str, received: Timestamp) -> Asker {
    Asker {
        actor: actor(user),
        connection: Some(ConnectionId(7)),
        received,
    }
}

fn invite() -> Value {
    json!({"userID": "bob", "inviteID": "i"})
}

#[tokio::test]
async fn after_a_conflict_it_loads_and_decides_again() {
    let stage = stage(&[Fault::Conflict; 3]).await;
    stage.ask("alice", "invite", invite()).await.unwrap();
    assert_eq!((stage.writes(), stage.events()), (4, 4));
}

#[tokio::test]
async fn a_write_of_unknown_outcome_is_asked_for_again_and_done_once() {
    for fault in [Fault::ReplyLost, Fault::RequestLost] {
        let stage = stage(&[fault]).await;
        let invited = stage.ask("alice", "invite", invite()).await.unwrap();
        assert!(invited.get("message").is_some(), "{fault:?}");
        assert_eq!(stage.events(), 4, "{fault:?}");

        stage.store.faults.lock().unwrap().push_back(fault);
        let text = json!({
            "userID": "bob", "type": "text", "payload": {"text": "hi"}, "opID": "o"
        });
        stage.ask("alice", "sendMessage", text).await.unwrap();
        assert_eq!(stage.events(), 6, "{fault:?}");
    }
}

#[tokio::test]
async fn a_request_without_a_name_knows_its_own_write_again() {
    for fault in [Fault::ReplyLost, Fault::RequestLost] {
        let stage = stage(&[]).await;
        stage.ask("alice", "invite", invite()).await.unwrap();
        stage.store.faults.lock().unwrap().push_back(fault);
        let accepted = stage.ask("bob", "accept", json!({"inviteID": "i"})).await;
        assert_eq!(accepted.unwrap()["inviteID"], "i", "{fault:?}");
        assert_eq!(stage.events(), 8, "{fault:?}");
    }
}

#[tokio::test]
async fn it_gives_up_after_fifteen_seconds_with_try_again() {
    let stage = stage(&[Fault::RequestLost; 1000]).await;
    let begun = stage.world.now();
    let failure = stage.ask("alice", "invite", invite()).await.unwrap_err();
    assert_eq!(
        (failure.code, failure.data.reason),
        (Code::TimedOut, Reason::TryAgain)
    );
    assert_eq!(failure.data.invite_id, Some("i".parse().unwrap()));
    let waited = stage.world.now().since(begun);
    assert!(waited >= PATIENCE && waited < PATIENCE * 2, "{waited:?}");
}

#[tokio::test]
async fn a_store_that_fails_is_not_asked_twice() {
    let stage = stage(&[Fault::Failed]).await;
    let failure = stage.ask("alice", "invite", invite()).await.unwrap_err();
    assert_eq!((failure.data.reason, stage.writes()), (Reason::TryAgain, 1));
    stage.ask("alice", "invite", invite()).await.unwrap();
}

/// §2: the deadline is the server's receipt time + timeout, however long the store takes.
#[tokio::test]
async fn the_deadline_counts_from_the_first_try() {
    let stage = stage(&[Fault::RequestLost; 8]).await;
    let begun = stage.world.now();
    stage.ask("alice", "invite", invite()).await.unwrap();
    assert!(stage.world.now() > begun);
    let request = parsed(json!({"inviteID": "i"}));
    let seen = stage
        .driver
        .invitation(&actor("bob"), &request)
        .await
        .unwrap();
    let left = begun
        .after(Duration::from_secs(30))
        .since(stage.world.now());
    assert_eq!(
        seen.remaining_ms,
        Some(bellhop_protocol::time::millis(left))
    );
}

/// §4: a refusal is decided anew, a success is remembered for 24 h.
#[tokio::test]
async fn only_successes_are_remembered_and_for_a_day() {
    let stage = stage(&[]).await;
    let cancel = json!({"inviteID": "i", "opID": "o"});
    let refused = stage.ask("alice", "cancel", cancel.clone()).await;
    assert_eq!(refused.unwrap_err().data.reason, Reason::Unknown);
    stage.ask("alice", "invite", invite()).await.unwrap();
    let done = stage.ask("alice", "cancel", cancel.clone()).await.unwrap();

    stage.pass(24 * 60 * 60 - 1).await;
    assert_eq!(
        stage.ask("alice", "cancel", cancel.clone()).await.unwrap(),
        done
    );
    stage.pass(1).await;
    let refused = stage.ask("alice", "cancel", cancel).await;
    assert_eq!(refused.unwrap_err().data.reason, Reason::Cancelled);
}

#[tokio::test]
async fn a_repeated_invite_tells_the_time_that_is_left() {
    let stage = stage(&[]).await;
    stage.ask("alice", "invite", invite()).await.unwrap();
    stage.pass(10).await;
    let again = stage.ask("alice", "invite", invite()).await.unwrap();
    assert_eq!(again["remainingMs"], 20_000);
    stage.pass(25).await;
    let again = stage.ask("alice", "invite", invite()).await.unwrap();
    assert_eq!(again["remainingMs"], 0);
}

/// §2: reads return nothing past its deadline as live, and a time-out is committed once.
#[tokio::test]
async fn time_is_applied_to_reads_and_committed_once() {
    let stage = stage(&[]).await;
    stage.ask("alice", "invite", invite()).await.unwrap();
    stage.driver.time_out(&"i".parse().unwrap()).await.unwrap();
    assert_eq!(stage.state().await, InvitationState::Live);
    let told = stage.events();
    stage.pass(30).await;
    assert_eq!(stage.state().await, InvitationState::Ended);
    let committed = stage.events();
    assert!(committed > told);

    let known = ["i".parse().unwrap()];
    let snapshot = stage
        .driver
        .snapshot(&actor("bob"), &known, None)
        .await
        .unwrap();
    assert_eq!((snapshot.invitations.len(), snapshot.ended[0].rev), (0, 2));
    stage.driver.time_out(&"i".parse().unwrap()).await.unwrap();
    assert_eq!(stage.events(), committed);
}

/// §5: a device that comes back is told of the time-outs since it was connected, for 24 h.
#[tokio::test]
async fn time_outs_are_told_for_a_day() {
    let stage = stage(&[]).await;
    let left = stage.world.now();
    stage.ask("alice", "invite", invite()).await.unwrap();
    stage.pass(30).await;
    stage.driver.time_out(&"i".parse().unwrap()).await.unwrap();
    let told = async || {
        let snapshot = stage.driver.snapshot(&actor("bob"), &[], Some(left)).await;
        snapshot.unwrap().ended.len()
    };
    stage.pass(24 * 60 * 60 - 1).await;
    assert_eq!(told().await, 1);
    stage.pass(2).await;
    assert_eq!(told().await, 0);
}

/// §4, 7008: a user has so many live invitations of one inviter at most.
#[tokio::test]
async fn one_ring_too_many_for_the_same_invitee_is_7008() {
    let stage = stage(&[]).await;
    let ring = |n: u32, to: &str| json!({"userID": to, "inviteID": format!("i{n}")});
    for n in 0..MAX_RINGS {
        stage.ask("alice", "invite", ring(n, "bob")).await.unwrap();
    }
    let one_more = ring(MAX_RINGS, "bob");
    let refused = stage.ask("alice", "invite", one_more.clone()).await;
    let failure = refused.unwrap_err();
    assert_eq!(
        (
            failure.code,
            failure.data.reason,
            failure.data.retry_after_ms
        ),
        (Code::TooManyRequests, Reason::TooManyRequests, Some(1000))
    );
    // Neither a repetition nor the other direction is one more.
    stage.ask("alice", "invite", ring(0, "bob")).await.unwrap();
    stage
        .ask("bob", "invite", ring(999, "alice"))
        .await
        .unwrap();
    let cancel = json!({"inviteID": "i7"});
    stage.ask("alice", "cancel", cancel).await.unwrap();
    stage.ask("alice", "invite", one_more).await.unwrap();
}

/// §2: the deadline counts from the receipt, however long the request has waited for its turn.
#[tokio::test]
async fn the_deadline_counts_from_the_receipt() {
    let stage = stage(&[]).await;
    let received = stage.world.now();
    stage.pass(10).await;
    let invited = stage.asked(asker("alice", received), "invite", invite());
    assert_eq!(invited.await.unwrap()["remainingMs"], 20_000);
    let told = stage.told();
    let Event::NewInvitationReceived(received) = &told[0].event else {
        panic!("another event");
    };
    assert_eq!(received.remaining_ms, Some(20_000));
    stage.pass(20).await;
    let accept = stage.ask("bob", "accept", json!({"inviteID": "i"})).await;
    assert_eq!(accept.unwrap_err().data.reason, Reason::TimedOut);
}

/// What is told leaves out the connection that gets the reply, and no other one of its device.
#[tokio::test]
async fn only_the_connection_that_gets_the_reply_is_left_out() {
    let stage = stage(&[]).await;
    stage.ask("alice", "invite", invite()).await.unwrap();
    let text = json!({"userID": "bob", "type": "text", "payload": {"text": "hi"}});
    stage.ask("alice", "sendMessage", text).await.unwrap();
    let told = stage.told();
    assert_eq!(told.len(), 6);
    for notice in told {
        let hears = |connection| notice.to.includes_on(&"d".parse().unwrap(), connection);
        let is_own = notice.to.user.as_str() == "alice";
        assert_eq!(
            (hears(ConnectionId(7)), hears(ConnectionId(8))),
            (!is_own, true)
        );
    }
}

/// §2: what a reader has seen as timed out stays so, whatever answer is on its way.
#[tokio::test]
async fn a_time_out_that_was_shown_is_committed() {
    let stage = stage(&[]).await;
    stage.ask("alice", "invite", invite()).await.unwrap();
    stage.pass(30).await;
    assert_eq!(stage.state().await, InvitationState::Ended);
    let stored = stage.store.inner.invitation(&"i".parse().unwrap()).await;
    assert_eq!(stored.unwrap().unwrap().rev, 2);
    assert_eq!(stage.state().await, InvitationState::Ended);
}

/// §8: a signal is stored nowhere; without an `opID` it gets one.
#[tokio::test]
async fn a_signal_is_told_and_not_written() {
    let stage = stage(&[]).await;
    stage.ask("alice", "invite", invite()).await.unwrap();
    let accept = json!({"inviteID": "i"});
    stage.ask("bob", "accept", accept).await.unwrap();
    let (writes, _) = (stage.writes(), stage.told());
    let signal = json!({"callID": "i", "data": "x"});
    let result = stage.ask("alice", "sendSignal", signal.clone()).await;
    assert_eq!((result.unwrap(), stage.writes()), (json!({}), writes));
    let told = stage.told();
    let Event::SignalReceived(received) = &told[0].event else {
        panic!("another event");
    };
    assert_eq!((told.len(), received.op_id.as_str()), (1, "minted"));
    assert_eq!(told[0].to.only, Some(["d".parse().unwrap()].into()));

    stage.store.breaks(&["tell"]);
    let failed = stage.ask("alice", "sendSignal", signal.clone()).await;
    assert_eq!(failed.unwrap_err().data.reason, Reason::TryAgain);
    stage.store.breaks(&[]);
    let stranger = stage.ask("carol", "sendSignal", signal).await;
    assert_eq!(stranger.unwrap_err().data.reason, Reason::Unknown);
    assert!(stage.told().is_empty());
}

/// §2, §4: a modification is remembered under its `opID`, and a lost reply makes no second one.
#[tokio::test]
async fn a_modification_is_made_once() {
    for fault in [Fault::ReplyLost, Fault::RequestLost, Fault::Conflict] {
        let stage = stage(&[]).await;
        stage.ask("alice", "invite", invite()).await.unwrap();
        stage.told();
        stage.store.faults.lock().unwrap().push_back(fault);
        let modify = json!({"inviteID": "i", "data": "x"});
        let done = stage.ask("alice", "modifyInvitation", modify).await;
        assert_eq!(done.unwrap(), json!({"inviteID": "i"}), "{fault:?}");
        assert_eq!(stage.told().len(), 2, "{fault:?}");
        let request = parsed(json!({"inviteID": "i"}));
        let seen = stage.driver.invitation(&actor("bob"), &request).await;
        assert_eq!(
            (seen.as_ref().unwrap().rev, seen.unwrap().data.as_str()),
            (2, "x")
        );
    }
}

/// §5: nothing dead is ever delivered as a new invitation: what waited longer than it would have rung
/// is not begun, and may be asked for again.
#[tokio::test]
async fn a_ring_that_is_over_before_it_is_written_is_not_begun() {
    let stage = stage(&[]).await;
    let received = stage.world.now();
    stage.pass(30).await;
    let late = stage.asked(asker("alice", received), "invite", invite());
    let failure = late.await.unwrap_err();
    assert_eq!(
        (failure.code, failure.data.reason),
        (Code::TimedOut, Reason::TryAgain)
    );
    assert_eq!((stage.writes(), stage.events()), (0, 0));
    stage.ask("alice", "invite", invite()).await.unwrap();
    assert_eq!(stage.state().await, InvitationState::Live);
}
