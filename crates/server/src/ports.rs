//! What the server needs of the world, as traits: somewhere to commit, to read and to be told.
//!
//! Names no async runtime, no clock and no database, so that the simulation runs the real driver on
//! ports of its own. One conformance suite holds for every implementation.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bellhop_engine::invitation::Fate;
use bellhop_engine::{Call, Decision, Draft, Group, Invitation, Notice, Reply, Stored, Thread};
use bellhop_protocol::request::{Avatar, Conversation, Nick, Profile};
use bellhop_protocol::{CallId, DeviceId, Event, GroupId, InviteId, Party, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// Why a port could not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PortError {
    /// Somebody else committed first; load and decide again. Nothing was written.
    #[error("another transition was committed first")]
    Conflict,
    /// It is not known whether it was written; ask again with the same `opID`.
    #[error("the outcome is not known: {0}")]
    Unknown(String),
    /// The store does not answer or is broken. Nothing was written.
    #[error("the store failed: {0}")]
    Failed(String),
}

/// How long a request is remembered (SIGNALING §4).
pub const OP_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// How much longer than everything else it is remembered when a device was last connected: one that
/// comes back is told what it missed lately (SIGNALING §5), however long it was away before.
pub const DEVICE_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Identifies a request for [`OP_LIFETIME`], so that its repetition is answered and not carried out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OpKey {
    /// Who asked.
    pub user: UserId,
    /// `op:<opID>` or `invite:<inviteID>`.
    pub name: String,
}

/// What is remembered of a request that succeeded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpRecord {
    /// Digest of method and parameters; a repetition must have the same.
    pub fingerprint: String,
    /// What it was told, with the message it wrote.
    pub reply: Reply,
}

/// One atomic unit of writing, with everything it tells.
///
/// `decision.invitation`, `decision.call` and `decision.group` carry the *next* revision; they are
/// written only if the stored revision is one less (for revision 1: if nothing is stored). Otherwise
/// nothing at all is written and the result is [`PortError::Conflict`]. The same holds when one of
/// `ops` is recorded already and younger than [`OP_LIFETIME`] at `now`, and when the group of `stands_on`
/// has another revision by now.
///
/// Whoever is in `decision.departed` loses the group's conversation, read or unread, and with the
/// same write [`Due::Departures`] falls due at `now`.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// What the engine decided.
    pub decision: Decision,
    /// The names under which this request is remembered; empty for a timer's.
    pub ops: Vec<OpKey>,
    /// Digest of the request.
    pub fingerprint: String,
    /// When it was decided.
    pub now: Timestamp,
    /// The group, and its revision, on whose members the decision stands.
    pub stands_on: Option<(GroupId, u64)>,
}

/// Something that falls due.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// The deadline of an invitation with somebody pending.
    Deadline(InviteId),
    /// Devices that do not ring for an invitation may count as asleep.
    Push(InviteId),
    /// A device whose connection was lost has been gone for the grace.
    Absence(Party),
    /// Members have left this group, up to this revision of it: its invitations are looked through.
    Departures(GroupId, u64),
}

/// Invitations and calls: the state that operations race for.
#[async_trait]
pub trait Ledger: Send + Sync + 'static {
    /// The invitation, or nothing.
    async fn invitation(&self, id: &InviteId) -> Result<Option<Invitation>, PortError>;

    /// The call, or nothing.
    async fn call(&self, id: &CallId) -> Result<Option<Call>, PortError>;

    /// The group, or nothing; also one that was dismissed.
    async fn group(&self, id: &GroupId) -> Result<Option<Group>, PortError>;

    /// The groups the user is a member of, in the order of their ids.
    async fn groups_of(&self, user: &UserId) -> Result<Vec<Group>, PortError>;

    /// Invitations in this group not ended, in the order they were made.
    async fn open_in_group(&self, group: &GroupId) -> Result<Vec<Invitation>, PortError>;

    /// The group's invitations have been looked through for those who had left it at this revision;
    /// a later departure stays due.
    async fn clear_departures(&self, group: &GroupId, rev: u64) -> Result<(), PortError>;

    /// Tells the outlet what is not stored, in an order with what is committed.
    async fn tell(&self, notices: Vec<Notice>) -> Result<(), PortError>;

    /// What is remembered of a request, while it is younger than [`OP_LIFETIME`] at `now`.
    async fn op(&self, key: &OpKey, now: Timestamp) -> Result<Option<OpRecord>, PortError>;

    /// Writes a transition as one unit, tells the outlet of it in commit order as
    /// [`publish_decision`] does, and answers with the reply, its message filled in. Durable before
    /// anybody hears of it; told before it returns.
    async fn commit(&self, transition: Transition) -> Result<Reply, PortError>;

    /// Invitations not ended, of which the user is inviter or invitee, in the order they were made.
    async fn open_invitations(&self, user: &UserId) -> Result<Vec<Invitation>, PortError>;

    /// Running calls the user is in, in the order they were founded.
    async fn running_calls(&self, user: &UserId) -> Result<Vec<Call>, PortError>;

    /// A not ended one-to-one invitation from `inviter` to `invitee`, the newest; for glare.
    async fn open_between(
        &self,
        inviter: &UserId,
        invitee: &UserId,
    ) -> Result<Option<Invitation>, PortError>;

    /// How many one-to-one invitations from `inviter` to `invitee` have not ended; counted up to
    /// `enough`.
    async fn count_open_between(
        &self,
        inviter: &UserId,
        invitee: &UserId,
        enough: u32,
    ) -> Result<u32, PortError>;

    /// One-to-one invitations to or from the user that timed out at or after `since`, in the order
    /// they did.
    async fn timed_out_since(
        &self,
        user: &UserId,
        since: Timestamp,
    ) -> Result<Vec<Invitation>, PortError>;

    /// What falls due at or before `now`, at most `limit`, earliest first. At least once: an entry
    /// stays until what it asks for is committed or, for an absence and for departures, until it is
    /// cleared.
    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Due>, PortError>;

    /// When the next thing falls due; nothing when nothing will.
    async fn next_due(&self) -> Result<Option<Timestamp>, PortError>;

    /// Records that the device's connection is gone, and that this falls due at `due`.
    async fn set_absence(&self, party: &Party, due: Timestamp) -> Result<(), PortError>;

    /// Forgets the device's absence.
    async fn clear_absence(&self, user: &UserId, device: &DeviceId) -> Result<(), PortError>;

    /// When the last of the absences falls due that are recorded of the user's devices; nothing when
    /// none is.
    async fn absent_until(&self, user: &UserId) -> Result<Option<Timestamp>, PortError>;

    /// Every inviter of an invitation not ended and every party of a running call; for the start,
    /// when all absences begin anew.
    async fn awaited_parties(&self) -> Result<Vec<Party>, PortError>;

    /// Removes op records and ended invitations from before `before`, and calls that ended before it
    /// or never began. An invitation stays while its call runs, a call while an invitation into it is
    /// kept. Forgets devices that are not connected and were last seen more than [`DEVICE_LIFETIME`]
    /// before `before`. Groups stay, also dismissed ones, whose names stay taken; so do departures.
    async fn purge(&self, before: Timestamp) -> Result<(), PortError>;
}

/// Messages, conversations and read marks.
#[async_trait]
pub trait History: Send + Sync + 'static {
    /// Writes an ordinary message from one to another, remembers the request under `ops`, and
    /// publishes it in commit order. [`PortError::Conflict`] when one of `ops` is recorded already.
    ///
    /// A message to a group stands on its members, and is committed as a [`Transition`].
    async fn append(
        &self,
        draft: Draft,
        ops: Vec<OpKey>,
        fingerprint: String,
    ) -> Result<Reply, PortError>;

    /// At most `limit` messages of the thread with `seq` below `before`, newest first, and whether
    /// nothing older is left.
    async fn page(
        &self,
        thread: &Thread,
        before: Option<u64>,
        limit: u32,
    ) -> Result<(Vec<Stored>, bool), PortError>;

    /// The user's conversations, the one with the newest message first; only a message that can be
    /// the last of its conversation counts for that.
    async fn conversations(&self, user: &UserId) -> Result<Vec<Conversation>, PortError>;

    /// Unread messages of the user, all conversations together.
    async fn unread_total(&self, user: &UserId) -> Result<u64, PortError>;

    /// Who of these has written to the user and been written to by him, one to one; only ordinary
    /// messages count, so that declining a call opens nothing.
    async fn correspondents(
        &self,
        user: &UserId,
        among: &[UserId],
    ) -> Result<BTreeSet<UserId>, PortError>;

    /// Moves the user's read mark of the thread to its end, and remembers the request under `ops`
    /// from `now` on. [`PortError::Conflict`], and nothing changes, when one of `ops` is recorded
    /// already.
    async fn mark_read(
        &self,
        user: &UserId,
        thread: &Thread,
        ops: Vec<OpKey>,
        fingerprint: String,
        now: Timestamp,
    ) -> Result<Reply, PortError>;
}

/// What users say about themselves and of each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeopleChange {
    /// The name and the picture; what is absent stays as it is.
    Profile(Option<Nick>, Option<Avatar>),
    /// These are blocked, besides those who are.
    Block(Vec<UserId>),
    /// These are blocked no more.
    Unblock(Vec<UserId>),
}

/// Accounts with their profiles and blocks, and the devices that were ever connected.
#[async_trait]
pub trait Directory: Send + Sync + 'static {
    /// Creates the account, if it is not there yet.
    async fn ensure_user(&self, user: &UserId) -> Result<(), PortError>;

    /// Whether there is such an account.
    async fn has_user(&self, user: &UserId) -> Result<bool, PortError>;

    /// Who of these has an account, with his profile, in that order.
    async fn profiles(&self, users: &[UserId]) -> Result<Vec<Profile>, PortError>;

    /// Whom the user has blocked.
    async fn blocked_by(&self, user: &UserId) -> Result<BTreeSet<UserId>, PortError>;

    /// Who of these has blocked the user.
    async fn who_blocks(
        &self,
        user: &UserId,
        among: &[UserId],
    ) -> Result<BTreeSet<UserId>, PortError>;

    /// Carries out a user's change, tells the outlet of those whose being blocked it changes, and
    /// remembers the request under `ops` from `now` on: answers with the whole profile, or with
    /// nothing. Whoever has no account and describes himself has one from then on.
    /// [`PortError::Conflict`], and nothing changes, when one of `ops` is recorded already.
    async fn change_people(
        &self,
        user: &UserId,
        change: PeopleChange,
        ops: Vec<OpKey>,
        fingerprint: String,
        now: Timestamp,
    ) -> Result<Reply, PortError>;

    /// When this device was last connected; while it is connected, since when; nothing when it never
    /// was.
    async fn last_seen(
        &self,
        user: &UserId,
        device: &DeviceId,
    ) -> Result<Option<Timestamp>, PortError>;

    /// Records that the device is connected from `at` on; until [`Directory::set_last_seen`].
    async fn set_connected(
        &self,
        user: &UserId,
        device: &DeviceId,
        at: Timestamp,
    ) -> Result<(), PortError>;

    /// Records that the device was connected until `at`, and is no more.
    async fn set_last_seen(
        &self,
        user: &UserId,
        device: &DeviceId,
        at: Timestamp,
    ) -> Result<(), PortError>;

    /// At the start, after a crash: devices recorded as connected were so until `at`.
    async fn devices_lost(&self, at: Timestamp) -> Result<(), PortError>;
}

/// Who hears what is published. Called by the ledger in commit order; never waits.
pub trait Outlet: Send + Sync + 'static {
    /// Tells the devices of a notice's audience.
    fn publish(&self, notice: &Notice);

    /// A call's parties have changed; whoever watches them is told.
    fn call_changed(&self, call: &Call);

    /// The user has blocked these, or blocks them no more: they see him as offline, or as he is.
    fn blocks_changed(&self, user: &UserId, others: &[UserId], blocked: bool);
}

/// The three stores as one, since each implementation is all of them.
pub trait Store: Ledger + History + Directory {}

impl<T: Ledger + History + Directory> Store for T {}

/// A shared store.
pub type SharedStore = Arc<dyn Store>;

/// Tells of a committed decision: its notices in their order, its message, its call.
pub fn publish_decision(outlet: &dyn Outlet, decision: &Decision, stored: Option<&Stored>) {
    for notice in &decision.notices {
        outlet.publish(notice);
    }
    if let (Some(draft), Some(stored)) = (&decision.message, stored) {
        publish_message(outlet, draft, stored);
    }
    if let Some(call) = &decision.call {
        outlet.call_changed(call);
    }
}

/// Tells everybody concerned of a stored message, each in his own view.
pub fn publish_message(outlet: &dyn Outlet, draft: &Draft, stored: &Stored) {
    for to in &draft.to {
        let message = stored.seen_by(&to.user);
        let event = Event::MessageReceived(message);
        outlet.publish(&Notice {
            to: to.clone(),
            event,
        });
    }
}

/// Who has the conversation of this message in his list: both sides, or those of the group it is for.
///
/// The writer of a group's message need not be among them: a time-out's is from an inviter who may
/// have left.
pub fn readers(draft: &Draft) -> BTreeSet<UserId> {
    match &draft.thread {
        Thread::C2C(low, high) => [low.clone(), high.clone()].into(),
        Thread::Group(_) => draft.to.iter().map(|to| to.user.clone()).collect(),
    }
}

/// Tells of blocks that have changed, if any have.
pub fn publish_blocks(outlet: &dyn Outlet, user: &UserId, others: &[UserId], blocked: bool) {
    if !others.is_empty() {
        outlet.blocks_changed(user, others, blocked);
    }
}

/// A user's conversations in the order of his list, from each one's thread, unread count and last
/// message.
pub fn in_list_order(
    user: &UserId,
    mut talks: Vec<(Thread, u64, Option<Stored>)>,
) -> Vec<Conversation> {
    let newest = |last: &Option<Stored>| last.as_ref().map(|last| last.seq);
    talks.sort_by(|(thread, _, last), (other, _, other_last)| {
        newest(other_last)
            .cmp(&newest(last))
            .then_with(|| thread.cmp(other))
    });
    let shown = talks
        .into_iter()
        .map(|(thread, unread, last)| Conversation {
            conversation_id: thread.name_for(user),
            unread_count: unread,
            last_message: last.map(|last| last.seen_by(user)),
        });
    shown.collect()
}

/// When a one-to-one invitation timed out; nothing when it is another one or ended otherwise.
pub fn timed_out_at(invitation: &Invitation) -> Option<Timestamp> {
    let timed_out = invitation
        .invitees
        .iter()
        .any(|invitee| matches!(invitee.fate, Fate::TimedOut(_)));
    invitation
        .ended
        .filter(|_| timed_out && invitation.group.is_none())
}
