//! A phone: the shipping handset, what its app asked, and what it was told.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bellhop_engine::handset::{Config, Connection, Handset, Ticket};
use bellhop_protocol::{OpId, Party, Request, Timestamp, UserId};
use bellhop_server::ports::OpKey;
use serde_json::Value;

use crate::network::LinkId;
use crate::pushes::Pushes;
use crate::told::{Stream, Told};

/// A device of a user, or a push channel of his.
pub(crate) struct Phone {
    pub(crate) me: Party,
    /// How far its clock is ahead of the world's.
    skew: Duration,
    /// The app that runs on it, if it is on.
    pub(crate) app: Option<App>,
    pub(crate) suspended_until: Option<u64>,
    /// What apps asked that are no more, and so never heard what became of it.
    ///
    /// A known gap: what an app's last request does is told to everybody but the device that asked,
    /// so that the next app on it does not know until it logs in again.
    pub(crate) unheard: BTreeSet<OpKey>,
}

/// An app from its start to its end.
pub(crate) struct App {
    pub(crate) handset: Handset,
    pub(crate) link: Option<LinkId>,
    pub(crate) attempt: u64,
    pub(crate) told: Told,
    pub(crate) stream: Stream,
    /// Of a push channel.
    pub(crate) pushes: Pushes,
    /// What is not answered yet.
    pub(crate) asked: BTreeMap<Ticket, Asked>,
    /// What a server heard of it.
    pub(crate) heard: BTreeSet<OpKey>,
    /// What was asked, to be repeated.
    pub(crate) past: Vec<Request>,
    /// What was repeated.
    pub(crate) repeated: BTreeSet<OpKey>,
    tickets: u64,
}

/// A request that is not answered yet.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) request: Request,
    /// Whether it was done already when it was asked, by the same name.
    pub(crate) was_done: bool,
}

impl Phone {
    pub(crate) fn new(me: Party, skew: Duration) -> Self {
        Self {
            me,
            skew,
            app: None,
            suspended_until: None,
            unheard: BTreeSet::new(),
        }
    }

    /// Whether it is a push channel, and no phone that anybody holds.
    pub(crate) fn is_push_channel(&self) -> bool {
        self.me.platform.is_push()
    }

    /// Its clock.
    pub(crate) fn clock(&self, now: u64) -> Timestamp {
        Timestamp::from_millis(now).after(self.skew)
    }

    /// A new app on it.
    pub(crate) fn switch_on(&mut self, user_sig: String, seed: u64, attempt: u64) {
        let config = Config {
            user: self.me.user.clone(),
            device: self.me.device.clone(),
            platform: self.me.platform.clone(),
            user_sig: Some(user_sig),
            seed,
        };
        self.app = Some(App {
            handset: Handset::new(config),
            link: None,
            attempt,
            told: Told::default(),
            stream: Stream::default(),
            pushes: Pushes::default(),
            asked: BTreeMap::new(),
            heard: BTreeSet::new(),
            past: Vec::new(),
            repeated: BTreeSet::new(),
            tickets: 0,
        });
        self.suspended_until = None;
    }

    /// When its handset wants to be asked, in the world's time.
    pub(crate) fn next_deadline(&self) -> Option<u64> {
        if self.suspended_until.is_some() {
            return None;
        }
        let at = self.app.as_ref()?.handset.next_deadline()?;
        Some(at.before(self.skew).as_millis())
    }

    /// Whether its app is logged in.
    pub(crate) fn is_online(&self) -> bool {
        let app = self.app.as_ref();
        app.is_some_and(|app| {
            matches!(
                app.handset.view().connection,
                Some(Connection::Online { .. })
            )
        })
    }

    /// Whether its app is over for good.
    pub(crate) fn is_stopped(&self) -> bool {
        let app = self.app.as_ref();
        app.is_some_and(|app| matches!(app.handset.view().connection, Some(Connection::Stopped(_))))
    }
}

impl App {
    /// A name for a request of this app's.
    pub(crate) fn ticket(&mut self, asked: Asked) -> Ticket {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        self.asked.insert(ticket, asked);
        ticket
    }
}

/// Under which names the ledger remembers a request.
pub(crate) fn keys(user: &UserId, request: &Request) -> Vec<OpKey> {
    let op = |op: &Option<OpId>| op.as_ref().map(|op| format!("op:{op}"));
    let names = match request {
        Request::Invite(it) => [
            op(&it.op_id),
            it.invite_id.as_ref().map(|id| format!("invite:{id}")),
        ],
        Request::InviteInGroup(it) => [
            op(&it.op_id),
            it.invite_id.as_ref().map(|id| format!("invite:{id}")),
        ],
        Request::Cancel(it) => [op(&it.op_id), None],
        Request::Accept(it) => [op(&it.op_id), None],
        Request::Reject(it) => [op(&it.op_id), None],
        Request::ModifyInvitation(it) => [op(&it.op_id), None],
        Request::HangUp(it) => [op(&it.op_id), None],
        Request::SendMessage(it) => [op(&it.op_id), None],
        Request::CreateGroup(it) => [op(&it.op_id), None],
        Request::DismissGroup(it) | Request::JoinGroup(it) | Request::QuitGroup(it) => {
            [op(&it.op_id), None]
        }
        Request::AddGroupMember(it) | Request::DeleteGroupMember(it) => [op(&it.op_id), None],
        Request::AddToBlacklist(it) | Request::RemoveFromBlacklist(it) => [op(&it.op_id), None],
        Request::UpdateMyProfile(it) => [op(&it.op_id), None],
        Request::Login(_)
        | Request::Logout(_)
        | Request::GetInvitation(_)
        | Request::Ringing(_)
        | Request::SendSignal(_)
        | Request::GetCall(_)
        | Request::GetMessageList(_)
        | Request::GetConversationList(_)
        | Request::SetMessageRead(_)
        | Request::GetJoinedGroupList(_)
        | Request::GetGroupMemberList(_)
        | Request::GetUserProfile(_)
        | Request::GetBlacklist(_)
        | Request::GetUserStatus(_)
        | Request::SubscribeUserStatus(_) => [None, None],
    };
    let named = names.into_iter().flatten();
    named
        .map(|name| OpKey {
            user: user.clone(),
            name,
        })
        .collect()
}

/// A result without what depends on when it is given.
pub(crate) fn lasting(mut result: Value) -> Value {
    if let Value::Object(fields) = &mut result {
        fields.remove("remainingMs");
    }
    result
}
