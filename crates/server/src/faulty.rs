//! A store that goes wrong as a test says: its commits in turn, everything else by its name.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Mutex;

use async_trait::async_trait;
use bellhop_engine::{Call, Draft, Group, Invitation, Notice, Reply, Stored, Thread};
use bellhop_protocol::request::{Conversation, Profile};
use bellhop_protocol::{CallId, DeviceId, GroupId, InviteId, Party, Timestamp, UserId};

use crate::memory::MemoryStore;
use crate::ports::{
    Directory, Due, History, Ledger, OpKey, OpRecord, PeopleChange, PortError, Transition,
};

/// What happens to the next write.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// Somebody else was first; nothing is written.
    Conflict,
    /// It is written, and nobody learns of that.
    ReplyLost,
    /// It is not written, and nobody learns of that.
    RequestLost,
    /// It is refused.
    Failed,
}

pub(crate) struct Faulty {
    pub(crate) inner: MemoryStore,
    pub(crate) faults: Mutex<VecDeque<Fault>>,
    pub(crate) writes: Mutex<u32>,
    /// What fails from now on, by the names of the ports' functions.
    pub(crate) broken: Mutex<Vec<&'static str>>,
}

impl Faulty {
    pub(crate) fn new(inner: MemoryStore) -> Self {
        Self {
            inner,
            faults: Mutex::default(),
            writes: Mutex::default(),
            broken: Mutex::default(),
        }
    }

    pub(crate) fn breaks(&self, names: &[&'static str]) {
        *self.broken.lock().unwrap() = names.to_vec();
    }

    fn try_to(&self, name: &str) -> Result<(), PortError> {
        if self.broken.lock().unwrap().contains(&name) {
            return Err(PortError::Failed(format!("{name} is broken")));
        }
        Ok(())
    }

    fn next(&self) -> Option<Fault> {
        *self.writes.lock().unwrap() += 1;
        self.faults.lock().unwrap().pop_front()
    }

    async fn write(
        &self,
        write: impl Future<Output = Result<Reply, PortError>>,
    ) -> Result<Reply, PortError> {
        let unknown = Err(PortError::Unknown("a fault".to_owned()));
        match self.next() {
            None => write.await,
            Some(Fault::Conflict) => Err(PortError::Conflict),
            Some(Fault::RequestLost) => unknown,
            Some(Fault::Failed) => Err(PortError::Failed("a fault".to_owned())),
            Some(Fault::ReplyLost) => write.await.and(unknown),
        }
    }
}

macro_rules! reads {
    ($port:ident: $($name:ident($($arg:ident: $of:ty),*) -> $output:ty;)+ $({ $($write:tt)+ })?) => {
        #[async_trait]
        impl $port for Faulty {
            $(async fn $name(&self, $($arg: $of),*) -> Result<$output, PortError> {
                self.try_to(stringify!($name))?;
                self.inner.$name($($arg),*).await
            })+
            $($($write)+)?
        }
    };
}

reads! { Ledger:
    invitation(id: &InviteId) -> Option<Invitation>;
    call(id: &CallId) -> Option<Call>;
    group(id: &GroupId) -> Option<Group>;
    groups_of(user: &UserId) -> Vec<Group>;
    open_in_group(group: &GroupId) -> Vec<Invitation>;
    clear_departures(group: &GroupId, rev: u64) -> ();
    tell(notices: Vec<Notice>) -> ();
    op(key: &OpKey, now: Timestamp) -> Option<OpRecord>;
    open_invitations(user: &UserId) -> Vec<Invitation>;
    running_calls(user: &UserId) -> Vec<Call>;
    open_between(inviter: &UserId, invitee: &UserId) -> Option<Invitation>;
    count_open_between(inviter: &UserId, invitee: &UserId, enough: u32) -> u32;
    timed_out_since(user: &UserId, since: Timestamp) -> Vec<Invitation>;
    due(now: Timestamp, limit: usize) -> Vec<Due>;
    next_due() -> Option<Timestamp>;
    set_absence(party: &Party, due: Timestamp) -> ();
    clear_absence(user: &UserId, device: &DeviceId) -> ();
    absent_until(user: &UserId) -> Option<Timestamp>;
    awaited_parties() -> Vec<Party>;
    purge(before: Timestamp) -> ();
    {
        async fn commit(&self, transition: Transition) -> Result<Reply, PortError> {
            self.write(self.inner.commit(transition)).await
        }
    }
}

reads! { History:
    page(thread: &Thread, before: Option<u64>, limit: u32) -> (Vec<Stored>, bool);
    conversations(user: &UserId) -> Vec<Conversation>;
    unread_total(user: &UserId) -> u64;
    correspondents(user: &UserId, among: &[UserId]) -> BTreeSet<UserId>;
    {
        async fn append(
            &self,
            draft: Draft,
            ops: Vec<OpKey>,
            fingerprint: String,
        ) -> Result<Reply, PortError> {
            self.write(self.inner.append(draft, ops, fingerprint)).await
        }

        async fn mark_read(
            &self,
            user: &UserId,
            thread: &Thread,
            ops: Vec<OpKey>,
            fingerprint: String,
            now: Timestamp,
        ) -> Result<Reply, PortError> {
            self.write(self.inner.mark_read(user, thread, ops, fingerprint, now))
                .await
        }
    }
}

reads! { Directory:
    ensure_user(user: &UserId) -> ();
    has_user(user: &UserId) -> bool;
    last_seen(user: &UserId, device: &DeviceId) -> Option<Timestamp>;
    set_connected(user: &UserId, device: &DeviceId, at: Timestamp) -> ();
    set_last_seen(user: &UserId, device: &DeviceId, at: Timestamp) -> ();
    devices_lost(at: Timestamp) -> ();
    profiles(users: &[UserId]) -> Vec<Profile>;
    blocked_by(user: &UserId) -> BTreeSet<UserId>;
    who_blocks(user: &UserId, among: &[UserId]) -> BTreeSet<UserId>;
    {
        async fn change_people(
            &self,
            user: &UserId,
            change: PeopleChange,
            ops: Vec<OpKey>,
            fingerprint: String,
            now: Timestamp,
        ) -> Result<Reply, PortError> {
            let changed = self.inner.change_people(user, change, ops, fingerprint, now);
            self.write(changed).await
        }
    }
}
