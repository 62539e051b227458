//! The faulty ledger: the stores in memory behind a road on which requests are slow, refused, lost,
//! late, or answered by nobody.
//!
//! What was written stays written; what was said about it may be wrong in every way that the ports
//! allow, and with a planted bug in one more.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use async_trait::async_trait;
use bellhop_engine::invitation::Fate;
use bellhop_engine::{Call, Decision, Draft, Group, Invitation, Notice, Reply, Stored, Thread};
use bellhop_protocol::invitation::EndReason;
use bellhop_protocol::request::{Conversation, Profile};
use bellhop_protocol::{CallId, DeviceId, GroupId, InviteId, Party, Timestamp, UserId};
use bellhop_server::memory::MemoryStore;
use bellhop_server::ports::{
    Directory, Due, History, Ledger, OpKey, OpRecord, Outlet, PeopleChange, PortError, Transition,
    publish_decision,
};

use crate::fabrics::Fabrics;
use crate::oracle::Oracle;
use crate::plant::Plant;
use crate::runtime::{Handle, Owner};

/// Whose the writes are that nobody waits for any more.
pub(crate) const LEDGER: Owner = Owner(usize::MAX);

/// How it stands with the ledger.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Trouble {
    /// How many of a thousand requests go wrong.
    pub(crate) per_mille: u64,
    /// The longest that a request takes on its way there or back.
    pub(crate) delay: u64,
}

/// The one ledger of a world.
pub(crate) struct FaultyLedger(Arc<Inner>);

struct Inner {
    store: MemoryStore,
    fabrics: Arc<Fabrics>,
    handle: Handle,
    oracle: Oracle,
    trouble: Mutex<Trouble>,
    plant: Option<Plant>,
    /// With `ReadsBeforeAttaching`: what users had open before they logged in.
    stale: Mutex<BTreeMap<UserId, (u32, Vec<Invitation>)>>,
}

impl FaultyLedger {
    pub(crate) fn new(
        fabrics: Arc<Fabrics>,
        handle: Handle,
        oracle: Oracle,
        plant: Option<Plant>,
    ) -> Self {
        Self(Arc::new(Inner {
            store: MemoryStore::new(Arc::clone(&fabrics) as Arc<dyn Outlet>),
            fabrics,
            handle,
            oracle,
            trouble: Mutex::default(),
            plant,
            stale: Mutex::default(),
        }))
    }

    /// The same ledger.
    pub(crate) fn share(&self) -> Self {
        Self(Arc::clone(&self.0))
    }

    /// How it stands with it from here on.
    pub(crate) fn set_trouble(&self, trouble: Trouble) {
        *self.0.trouble.lock().expect("nothing panics here") = trouble;
    }

    /// The stores as they are, for whoever looks on.
    pub(crate) fn store(&self) -> &MemoryStore {
        &self.0.store
    }
}

/// The output of a future that never waits.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("the stores in memory never wait"),
    }
}

impl Inner {
    fn strikes(&self) -> bool {
        let trouble = *self.trouble.lock().expect("nothing panics here");
        self.handle.draw(|chance| chance.strikes(trouble.per_mille))
    }

    async fn travel(&self) {
        let trouble = *self.trouble.lock().expect("nothing panics here");
        let ms = self.handle.draw(|chance| chance.between(0, trouble.delay));
        self.handle.pause(ms).await;
    }

    /// On the way there, and whether it gets there.
    async fn ask(&self) -> Result<(), PortError> {
        self.travel().await;
        // Reads and small writes fail less often than commits: each request makes many.
        if self.strikes() && self.handle.draw(|chance| chance.strikes(200)) {
            return Err(PortError::Failed("the ledger does not answer".to_owned()));
        }
        Ok(())
    }

    async fn read<T>(
        &self,
        read: impl Future<Output = Result<T, PortError>> + Send,
    ) -> Result<T, PortError> {
        self.ask().await?;
        let found = at_once(read);
        self.travel().await;
        found
    }

    /// Writes the transition, if it may follow.
    fn land(&self, mut transition: Transition) -> Result<Reply, PortError> {
        let seen = transition.clone();
        match self.plant {
            Some(Plant::AppliesARetryTwice) => transition.ops.clear(),
            Some(Plant::IgnoresTheRevision) => self.take_the_next_revision(&mut transition),
            Some(Plant::IgnoresTimeFirst | Plant::TimesOutEarly) => self.correct(&mut transition),
            Some(Plant::KeepsOnlineOnly) => self.leave_a_message(&mut transition),
            Some(_) | None => {}
        }
        let reply = at_once(self.store.commit(transition.clone()))?;
        let written = Transition {
            ops: seen.ops,
            ..transition
        };
        let now = self.handle.now();
        self.oracle.truth().committed(&written, now);
        Ok(reply)
    }

    fn take_the_next_revision(&self, transition: &mut Transition) {
        let truth = self.oracle.truth();
        if let Some(next) = &mut transition.decision.invitation {
            let before = truth.invitations.get(&next.id);
            next.rev = before.map_or(0, |before| before.rev) + 1;
        }
        if let Some(next) = &mut transition.decision.call {
            let before = truth.calls.get(&next.id);
            next.rev = before.map_or(0, |before| before.rev) + 1;
        }
    }

    /// What is written has the deadline it had, whatever was shown.
    fn correct(&self, transition: &mut Transition) {
        let truth = self.oracle.truth();
        if let Some(next) = &mut transition.decision.invitation
            && let Some(before) = truth.invitations.get(&next.id)
        {
            next.deadline = before.deadline;
        }
    }

    fn leave_a_message(&self, transition: &mut Transition) {
        let decision = &mut transition.decision;
        if let Some(next) = decision
            .invitation
            .as_ref()
            .filter(|it| it.is_online_only())
        {
            decision.message.get_or_insert_with(|| Draft {
                thread: Thread::between(&next.inviter.user, &next.invitees[0].user),
                from: next.inviter.user.clone(),
                time: transition.now,
                kind: bellhop_protocol::MessageType::Text,
                payload: serde_json::json!({"text": "kept"}),
                invite: None,
                unread_for: Vec::new(),
                shown_last: false,
                to: Vec::new(),
            });
        }
    }

    fn shown(&self, mut invitation: Invitation) -> Invitation {
        let wrong = Duration::from_secs(4);
        let right = invitation.deadline;
        match self.plant {
            Some(Plant::IgnoresTimeFirst) => {
                invitation.deadline = right.map(|at| at.after(wrong));
            }
            Some(Plant::TimesOutEarly) => invitation.deadline = right.map(|at| at.before(wrong)),
            Some(_) | None => {}
        }
        invitation
    }
}

/// Whether it ends an invitation for somebody who has left its group.
fn is_departure(decision: &Decision) -> bool {
    let invitees = decision.invitation.iter().flat_map(|it| &it.invitees);
    let left = Some(EndReason::LeftGroup);
    let mut fates = invitees.map(|it| &it.fate);
    fates.any(|fate| matches!(fate, Fate::Cancelled(_, reason) if *reason == left))
}

#[async_trait]
impl Ledger for FaultyLedger {
    async fn invitation(&self, id: &InviteId) -> Result<Option<Invitation>, PortError> {
        let found = self.0.read(self.0.store.invitation(id)).await?;
        Ok(found.map(|found| self.0.shown(found)))
    }

    async fn call(&self, id: &CallId) -> Result<Option<Call>, PortError> {
        self.0.read(self.0.store.call(id)).await
    }

    async fn group(&self, id: &GroupId) -> Result<Option<Group>, PortError> {
        self.0.read(self.0.store.group(id)).await
    }

    async fn groups_of(&self, user: &UserId) -> Result<Vec<Group>, PortError> {
        self.0.read(self.0.store.groups_of(user)).await
    }

    async fn open_in_group(&self, group: &GroupId) -> Result<Vec<Invitation>, PortError> {
        let found = self.0.read(self.0.store.open_in_group(group)).await?;
        Ok(found.into_iter().map(|it| self.0.shown(it)).collect())
    }

    async fn clear_departures(&self, group: &GroupId, rev: u64) -> Result<(), PortError> {
        self.0.read(self.0.store.clear_departures(group, rev)).await
    }

    async fn tell(&self, notices: Vec<Notice>) -> Result<(), PortError> {
        self.0.read(self.0.store.tell(notices)).await
    }

    async fn op(&self, key: &OpKey, now: Timestamp) -> Result<Option<OpRecord>, PortError> {
        self.0.read(self.0.store.op(key, now)).await
    }

    async fn commit(&self, transition: Transition) -> Result<Reply, PortError> {
        let inner = &self.0;
        let unheard = || PortError::Unknown("nobody answered".to_owned());
        match inner.plant {
            Some(Plant::PublishesBeforeCommit) => {
                publish_decision(inner.fabrics.as_ref(), &transition.decision, None);
                inner.handle.pause(20).await;
                inner.travel().await;
                inner.fabrics.is_muted.store(true, Ordering::Relaxed);
                let outcome = inner.land(transition);
                inner.fabrics.is_muted.store(false, Ordering::Relaxed);
                return outcome;
            }
            Some(Plant::ForgetsDepartures) if is_departure(&transition.decision) => {
                return Ok(transition.decision.reply);
            }
            Some(Plant::AcknowledgesBeforeItCommits)
                if inner.handle.draw(|chance| chance.strikes(50)) =>
            {
                return Ok(transition.decision.reply);
            }
            Some(_) | None => {}
        }
        inner.travel().await;
        if !inner.strikes() {
            let outcome = inner.land(transition);
            inner.travel().await;
            return outcome;
        }
        match inner.handle.draw(|chance| chance.below(5)) {
            0 => Err(PortError::Failed("the ledger does not answer".to_owned())),
            1 => Err(PortError::Conflict),
            2 => Err(unheard()),
            3 => {
                // Written, but the answer is lost.
                let outcome = inner.land(transition);
                inner.travel().await;
                outcome.and(Err(unheard()))
            }
            _ => {
                // Given up by the one who asked, and written later, if it still may be.
                let late = Arc::clone(inner);
                inner.handle.spawn(LEDGER, async move {
                    late.travel().await;
                    late.travel().await;
                    // Nobody is there to hear of a conflict.
                    late.land(transition).ok();
                });
                inner.travel().await;
                Err(unheard())
            }
        }
    }

    async fn open_invitations(&self, user: &UserId) -> Result<Vec<Invitation>, PortError> {
        let found = self.0.read(self.0.store.open_invitations(user)).await?;
        if self.0.plant == Some(Plant::ReadsBeforeAttaching) {
            let mut stale = self.0.stale.lock().expect("nothing panics here");
            if let Some((left, before)) = stale.get_mut(user).filter(|(left, _)| *left > 0) {
                *left -= 1;
                return Ok(before.clone());
            }
        }
        Ok(found.into_iter().map(|it| self.0.shown(it)).collect())
    }

    async fn running_calls(&self, user: &UserId) -> Result<Vec<Call>, PortError> {
        self.0.read(self.0.store.running_calls(user)).await
    }

    async fn open_between(
        &self,
        inviter: &UserId,
        invitee: &UserId,
    ) -> Result<Option<Invitation>, PortError> {
        self.0
            .read(self.0.store.open_between(inviter, invitee))
            .await
    }

    async fn count_open_between(
        &self,
        inviter: &UserId,
        invitee: &UserId,
        limit: u32,
    ) -> Result<u32, PortError> {
        let store = &self.0.store;
        self.0
            .read(store.count_open_between(inviter, invitee, limit))
            .await
    }

    async fn timed_out_since(
        &self,
        user: &UserId,
        since: Timestamp,
    ) -> Result<Vec<Invitation>, PortError> {
        self.0.read(self.0.store.timed_out_since(user, since)).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Due>, PortError> {
        let mut due = self.0.read(self.0.store.due(now, limit)).await?;
        if self.0.plant == Some(Plant::TimesOutEarly) {
            let early = now.after(Duration::from_secs(4));
            due = at_once(self.0.store.due(early, limit))?;
        }
        if self.0.plant == Some(Plant::ForgetsDeadlines) {
            due.retain(|due| !matches!(due, Due::Deadline(_)));
        }
        if self.0.plant == Some(Plant::ForgetsSilence) {
            due.retain(|due| !matches!(due, Due::Push(_)));
        }
        Ok(due)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, PortError> {
        self.0.read(self.0.store.next_due()).await
    }

    async fn set_absence(&self, party: &Party, due: Timestamp) -> Result<(), PortError> {
        self.0.read(self.0.store.set_absence(party, due)).await
    }

    async fn clear_absence(&self, user: &UserId, device: &DeviceId) -> Result<(), PortError> {
        self.0.read(self.0.store.clear_absence(user, device)).await
    }

    async fn absent_until(&self, user: &UserId) -> Result<Option<Timestamp>, PortError> {
        self.0.read(self.0.store.absent_until(user)).await
    }

    async fn awaited_parties(&self) -> Result<Vec<Party>, PortError> {
        if self.0.plant == Some(Plant::GraceForgetsACrash) {
            return Ok(Vec::new());
        }
        self.0.read(self.0.store.awaited_parties()).await
    }

    async fn purge(&self, before: Timestamp) -> Result<(), PortError> {
        self.0.read(self.0.store.purge(before)).await
    }
}

#[async_trait]
impl History for FaultyLedger {
    async fn append(
        &self,
        draft: Draft,
        ops: Vec<OpKey>,
        fingerprint: String,
    ) -> Result<Reply, PortError> {
        self.0.ask().await?;
        let kept = match self.0.plant {
            Some(Plant::AppliesARetryTwice) => Vec::new(),
            Some(_) | None => ops.clone(),
        };
        let appended = at_once(self.0.store.append(draft.clone(), kept, fingerprint));
        if appended.is_ok() {
            self.0.oracle.truth().appended(&draft, &ops);
        }
        self.0.travel().await;
        if self.0.strikes() {
            return Err(PortError::Unknown("nobody answered".to_owned()));
        }
        appended
    }

    async fn page(
        &self,
        thread: &Thread,
        before: Option<u64>,
        limit: u32,
    ) -> Result<(Vec<Stored>, bool), PortError> {
        self.0.read(self.0.store.page(thread, before, limit)).await
    }

    async fn conversations(&self, user: &UserId) -> Result<Vec<Conversation>, PortError> {
        self.0.read(self.0.store.conversations(user)).await
    }

    async fn unread_total(&self, user: &UserId) -> Result<u64, PortError> {
        self.0.read(self.0.store.unread_total(user)).await
    }

    async fn correspondents(
        &self,
        user: &UserId,
        among: &[UserId],
    ) -> Result<BTreeSet<UserId>, PortError> {
        self.0.read(self.0.store.correspondents(user, among)).await
    }

    async fn mark_read(
        &self,
        user: &UserId,
        thread: &Thread,
        ops: Vec<OpKey>,
        fingerprint: String,
        now: Timestamp,
    ) -> Result<Reply, PortError> {
        let store = &self.0.store;
        let mark = store.mark_read(user, thread, ops, fingerprint, now);
        self.0.read(mark).await
    }
}

#[async_trait]
impl Directory for FaultyLedger {
    async fn ensure_user(&self, user: &UserId) -> Result<(), PortError> {
        if self.0.plant == Some(Plant::ReadsBeforeAttaching) {
            let before = at_once(self.0.store.open_invitations(user))?;
            let mut stale = self.0.stale.lock().expect("nothing panics here");
            stale.insert(user.clone(), (2, before));
        }
        self.0.read(self.0.store.ensure_user(user)).await
    }

    async fn has_user(&self, user: &UserId) -> Result<bool, PortError> {
        self.0.read(self.0.store.has_user(user)).await
    }

    async fn profiles(&self, users: &[UserId]) -> Result<Vec<Profile>, PortError> {
        self.0.read(self.0.store.profiles(users)).await
    }

    async fn blocked_by(&self, user: &UserId) -> Result<BTreeSet<UserId>, PortError> {
        self.0.read(self.0.store.blocked_by(user)).await
    }

    async fn who_blocks(
        &self,
        user: &UserId,
        among: &[UserId],
    ) -> Result<BTreeSet<UserId>, PortError> {
        if self.0.plant == Some(Plant::ForgetsBlocks) {
            return Ok(BTreeSet::new());
        }
        self.0.read(self.0.store.who_blocks(user, among)).await
    }

    async fn change_people(
        &self,
        user: &UserId,
        change: PeopleChange,
        ops: Vec<OpKey>,
        fingerprint: String,
        now: Timestamp,
    ) -> Result<Reply, PortError> {
        let inner = &self.0;
        inner.ask().await?;
        let (asked, at) = (change.clone(), inner.handle.now());
        let change = inner
            .store
            .change_people(user, change, ops.clone(), fingerprint, now);
        let changed = at_once(change);
        if changed.is_ok() {
            inner.oracle.truth().people_changed(user, &asked, at, &ops);
        }
        inner.travel().await;
        changed
    }

    async fn last_seen(
        &self,
        user: &UserId,
        device: &DeviceId,
    ) -> Result<Option<Timestamp>, PortError> {
        self.0.read(self.0.store.last_seen(user, device)).await
    }

    async fn set_connected(
        &self,
        user: &UserId,
        device: &DeviceId,
        at: Timestamp,
    ) -> Result<(), PortError> {
        self.0
            .read(self.0.store.set_connected(user, device, at))
            .await
    }

    async fn set_last_seen(
        &self,
        user: &UserId,
        device: &DeviceId,
        at: Timestamp,
    ) -> Result<(), PortError> {
        self.0
            .read(self.0.store.set_last_seen(user, device, at))
            .await
    }

    async fn devices_lost(&self, at: Timestamp) -> Result<(), PortError> {
        self.0.read(self.0.store.devices_lost(at)).await
    }
}
