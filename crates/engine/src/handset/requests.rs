//! Requests under way: kept from the moment they are asked until they are answered or given up.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bellhop_protocol::{CallId, Event, InviteId, Party, Request, Timestamp};
use serde_json::Value;

use super::effect::{is_effect_of, is_of_another};
use super::placing::Placement;
use super::repeating::is_repeatable;
use super::{ClientEvent, Ticket};

/// How long a request may take, reconnects included.
pub(super) const REPLY_TIME: Duration = Duration::from_secs(30);
/// How many requests of the app's may be under way.
const MAX_OF_APP: usize = 256;
/// How many requests may be under way altogether.
const MAX: usize = 512;
/// How many may be on the connection at once; the server closes it at more than 64.
const MAX_UNANSWERED: usize = 48;

/// Who asked, and so what its outcome means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asker {
    /// The app.
    App(Ticket),
    /// The handset: this ring has arrived.
    Receipt(InviteId),
    /// The handset, after a login: whom the app wanted to hear about.
    Subscriptions,
    /// The handset, after an accept or a hang-up: who is in the call.
    Parties,
    /// The handset: how this invitation stands.
    Standing(InviteId),
    /// The handset, for the app: how this invitation stands, which came by another road.
    Added(Ticket, InviteId),
    /// The handset: its own invitation gives way to this one (SIGNALING §5, glare).
    GlareCancel(InviteId),
    /// The handset: accepts the invitation that its own gave way to.
    GlareAccept,
}

/// A request under way.
#[derive(Debug)]
pub(super) struct Outstanding {
    pub(super) asker: Asker,
    pub(super) request: Request,
    pub(super) deadline: Timestamp,
    /// Whether it was sent on this connection, and not answered.
    pub(super) sent: bool,
    /// How often it was sent.
    pub(super) attempts: u32,
    /// When it may be sent again, after the server could not do it.
    pub(super) waits_until: Option<Timestamp>,
    /// What the app hears only after the reply.
    pub(super) withheld: Vec<Withheld>,
}

impl Outstanding {
    /// Whether it can be sent.
    fn is_ready(&self) -> bool {
        !self.sent && self.waits_until.is_none()
    }

    /// Keeps an event until the reply, in the order of revisions: one that waited for another request
    /// may come late.
    pub(super) fn withhold(&mut self, withheld: Withheld) {
        self.withheld.push(withheld);
        self.withheld.sort_by_key(Withheld::rev);
    }

    /// Whether it was sent more than once: its effect may be older than its reply.
    pub(super) fn is_repeated(&self) -> bool {
        self.attempts > 1
    }
}

/// An event that waits for a reply, in its turn.
#[derive(Debug)]
pub(super) enum Withheld {
    /// The snapshot told of this very operation: the app hears it through the reply, unless the
    /// reply turns out to be a refusal.
    Own(ClientEvent),
    /// What happened to the same invitation afterwards.
    Later(ClientEvent),
}

impl Withheld {
    /// The revision that it tells of; what has none comes after what has one.
    fn rev(&self) -> u64 {
        let (Self::Own(event) | Self::Later(event)) = self;
        let ClientEvent::Signaling(event) = event else {
            return u64::MAX;
        };
        event.revision().map_or(u64::MAX, |(_, rev)| rev)
    }

    /// What to tell when the reply has not told it.
    pub(super) fn event(self) -> ClientEvent {
        match self {
            Self::Own(event) | Self::Later(event) => event,
        }
    }
}

/// Requests under way, in the order they were asked.
#[derive(Debug, Default)]
pub(super) struct Requests {
    last: u64,
    by_number: BTreeMap<u64, Outstanding>,
}

impl Requests {
    /// A number that no request had before.
    pub(super) fn next_number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// Whether there is room for a request of this asker's.
    pub(super) fn has_room_for(&self, asker: &Asker) -> bool {
        match asker {
            Asker::App(_) | Asker::Added(..) => {
                let of_app = |o: &&Outstanding| matches!(o.asker, Asker::App(_) | Asker::Added(..));
                self.by_number.values().filter(of_app).count() < MAX_OF_APP
            }
            Asker::Receipt(_)
            | Asker::Subscriptions
            | Asker::Parties
            | Asker::Standing(_)
            | Asker::GlareCancel(_)
            | Asker::GlareAccept => self.by_number.len() < MAX,
        }
    }

    /// Keeps a request until it is answered.
    pub(super) fn put(&mut self, asker: Asker, request: Request, now: Timestamp) {
        let number = self.next_number();
        let outstanding = Outstanding {
            asker,
            request,
            deadline: now.after(REPLY_TIME),
            sent: false,
            attempts: 0,
            waits_until: None,
            withheld: Vec::new(),
        };
        self.by_number.insert(number, outstanding);
    }

    /// Keeps a request that is sent again later, in its place among the others.
    pub(super) fn put_back(&mut self, number: u64, mut outstanding: Outstanding, until: Timestamp) {
        outstanding.sent = false;
        outstanding.waits_until = Some(until);
        self.by_number.insert(number, outstanding);
    }

    /// Lets those be sent again that have waited long enough.
    pub(super) fn wake(&mut self, now: Timestamp) {
        for outstanding in self.by_number.values_mut() {
            outstanding.waits_until = outstanding.waits_until.filter(|until| *until > now);
        }
    }

    /// Takes out the request of that number.
    pub(super) fn take(&mut self, number: u64) -> Option<Outstanding> {
        self.by_number.remove(&number)
    }

    /// Takes out all of them.
    pub(super) fn take_all(&mut self) -> Vec<Outstanding> {
        std::mem::take(&mut self.by_number).into_values().collect()
    }

    /// Takes out those whose time is up.
    pub(super) fn take_due(&mut self, now: Timestamp) -> Vec<Outstanding> {
        let due = self.by_number.iter().filter(|(_, o)| o.deadline <= now);
        let numbers: Vec<u64> = due.map(|(number, _)| *number).collect();
        self.take_these(numbers)
    }

    /// Takes out what would be sent again, or is not sent yet, to place this invitation.
    pub(super) fn take_waiting_to_place(&mut self, id: &InviteId) -> Vec<Outstanding> {
        let waits = |o: &Outstanding| !o.sent && places(o, id);
        let waiting = self.by_number.iter().filter(|(_, o)| waits(o));
        let numbers = waiting.map(|(number, _)| *number).collect();
        self.take_these(numbers)
    }

    /// Whether the placing of this invitation is under way.
    pub(super) fn is_placing(&self, id: &InviteId) -> bool {
        self.iter().any(|outstanding| places(outstanding, id))
    }

    /// Whether the app has asked to cancel this invitation.
    pub(super) fn is_cancelling(&self, id: &InviteId) -> bool {
        self.iter().any(|outstanding| {
            let is_of_app = matches!(outstanding.asker, Asker::App(_));
            let is_it =
                matches!(&outstanding.request, Request::Cancel(asked) if asked.invite_id == *id);
            is_of_app && is_it
        })
    }

    /// Drops what the predicate does not want kept.
    pub(super) fn retain(&mut self, keep: impl Fn(&Outstanding) -> bool) {
        self.by_number.retain(|_, outstanding| keep(outstanding));
    }

    /// The next request to send, if the connection has room; it counts as sent from here on.
    ///
    /// Signals of one call go one by one, so that one that is repeated is not overtaken.
    pub(super) fn send_next(&mut self) -> Option<(u64, &Request)> {
        let unanswered = self.by_number.values().filter(|o| o.sent).count();
        if unanswered >= MAX_UNANSWERED {
            return None;
        }
        let mut signalling = BTreeSet::new();
        let (number, _) = self.by_number.iter().find(|(_, outstanding)| {
            let call = signalled(&outstanding.request);
            let is_first = call.is_none_or(|call| signalling.insert(call.clone()));
            is_first && outstanding.is_ready()
        })?;
        let number = *number;
        let outstanding = self.by_number.get_mut(&number)?;
        outstanding.sent = true;
        outstanding.attempts += 1;
        Some((number, &outstanding.request))
    }

    /// The connection is gone: everything has to be sent again. Takes out what must not be.
    pub(super) fn unsend(&mut self) -> Vec<Outstanding> {
        let unsafe_ones = self.by_number.iter().filter(|(_, o)| o.sent);
        let numbers: Vec<u64> = unsafe_ones
            .filter(|(_, o)| !is_repeatable(&o.request))
            .map(|(number, _)| *number)
            .collect();
        for outstanding in self.by_number.values_mut() {
            outstanding.sent = false;
            outstanding.waits_until = None;
        }
        self.take_these(numbers)
    }

    /// Takes out the signals that would be sent again to calls that are over.
    pub(super) fn take_signals(&mut self, is_over: impl Fn(&CallId) -> bool) -> Vec<Outstanding> {
        let is_late = |outstanding: &Outstanding| {
            let is_repetition = !outstanding.sent && outstanding.attempts > 0;
            is_repetition && signalled(&outstanding.request).is_some_and(&is_over)
        };
        let late = self.by_number.iter().filter(|(_, o)| is_late(o));
        let numbers = late.map(|(number, _)| *number).collect();
        self.take_these(numbers)
    }

    fn take_these(&mut self, numbers: Vec<u64>) -> Vec<Outstanding> {
        numbers
            .into_iter()
            .filter_map(|number| self.take(number))
            .collect()
    }

    /// When the next one is given up, or sent again.
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        let all = self.by_number.values();
        all.map(|o| o.waits_until.unwrap_or(o.deadline).min(o.deadline))
            .min()
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Outstanding> {
        self.by_number.values()
    }

    /// Invitations that are being placed.
    pub(super) fn placing(&self) -> impl Iterator<Item = &InviteId> {
        self.iter()
            .filter_map(|outstanding| Placement::of(&outstanding.request)?.id)
    }

    /// Invitations of which the handset wants to know how they stand.
    pub(super) fn asked_about(&self) -> impl Iterator<Item = &InviteId> {
        self.iter()
            .filter_map(|outstanding| match &outstanding.asker {
                Asker::Standing(id) => Some(id),
                Asker::App(_)
                | Asker::Receipt(_)
                | Asker::Subscriptions
                | Asker::Parties
                | Asker::Added(..)
                | Asker::GlareCancel(_)
                | Asker::GlareAccept => None,
            })
    }

    /// Takes out a logout that was sent.
    pub(super) fn take_logout(&mut self) -> Option<Outstanding> {
        let is_logout = |o: &Outstanding| matches!(o.request, Request::Logout(_)) && o.sent;
        let number = self
            .by_number
            .iter()
            .find(|(_, o)| is_logout(o))
            .map(|(n, _)| *n)?;
        self.take(number)
    }

    /// The request whose reply the events of this invitation have to wait for.
    pub(super) fn ahead_of(&mut self, id: &InviteId) -> Option<&mut Outstanding> {
        self.by_number.values_mut().find(|outstanding| {
            outstanding.withheld.iter().any(|withheld| match withheld {
                Withheld::Own(event) => subject(event) == Some(id),
                Withheld::Later(_) => false,
            })
        })
    }

    /// Forgets what was kept for others and is told by the reply to this one of the app's.
    pub(super) fn told_by(&mut self, request: &Request, result: &Value, me: &Party) {
        for outstanding in self.by_number.values_mut() {
            outstanding.withheld.retain(|withheld| match withheld {
                Withheld::Own(event) => {
                    !is_effect_of(event, request, me) || is_of_another(event, result)
                }
                Withheld::Later(_) => true,
            });
        }
    }

    /// The request under way that this event is the effect of, if it is one of this device's own.
    pub(super) fn behind(&mut self, event: &ClientEvent, me: &Party) -> Option<&mut Outstanding> {
        self.by_number
            .values_mut()
            .find(|outstanding| is_effect_of(event, &outstanding.request, me))
    }
}

/// Whether this request is to place this invitation.
fn places(outstanding: &Outstanding, id: &InviteId) -> bool {
    Placement::of(&outstanding.request).is_some_and(|placement| placement.id == Some(id))
}

/// The invitation that an event is about, as far as its place among others matters.
pub(super) fn subject(event: &ClientEvent) -> Option<&InviteId> {
    let ClientEvent::Signaling(event) = event else {
        return None;
    };
    if let Event::CallEnded(told) = event {
        return Some(&told.invite_id);
    }
    event.revision().map(|(id, _)| id)
}

/// The call that a request signals in.
fn signalled(request: &Request) -> Option<&CallId> {
    let Request::SendSignal(signal) = request else {
        return None;
    };
    Some(&signal.call_id)
}
