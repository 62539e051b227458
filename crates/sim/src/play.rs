//! What actions do to a world, and how it comes to rest.

use std::collections::BTreeSet;

use bellhop_engine::handset::{Input, Role};
use bellhop_engine::{Invitation, view};
use bellhop_protocol::request::{
    Accept, Cancel, HangUp, Invite, Nothing, Receiver, Reject, RingTime, SendMessage,
};
use bellhop_protocol::{
    CallId, InvitationState, InviteId, InviteeState, MessageType, OpId, Request, Timestamp, UserId,
};
use bellhop_server::ports::{Due, Ledger};
use serde_json::json;

use crate::action::Action;
use crate::groups::Stake;
use crate::ledger::{Trouble, at_once};
use crate::network::Happening;
use crate::phone::{Asked, Phone, keys};
use crate::verdict::Invariant;
use crate::world::{USERS, World};

/// How long a world needs to come to rest: reconnecting, giving up requests, dropping silent peers.
const REST_MS: u64 = 70_000;

impl World {
    /// Something happens from outside.
    pub(crate) fn perform(&mut self, action: &Action) {
        let (phones, all) = (self.in_hand(), self.phones.len());
        match *action {
            Action::Wait(ms) => self.run_until(self.handle.now() + ms),
            Action::Invite {
                phone,
                to,
                timeout,
                online,
            } => self.invite(phone % phones, USERS[to % self.users], timeout, online),
            Action::Glare { phone, other } => {
                let (phone, other) = (phone % phones, other % phones);
                let users = [phone, other].map(|it| self.phones[it].me.user.clone());
                self.invite(phone, users[1].as_str(), 20, false);
                self.invite(other, users[0].as_str(), 20, false);
            }
            Action::Answer { phone, ring, yes } => self.answer(phone % phones, ring, yes),
            Action::Duel { user, ring, yes } => {
                for phone in 0..phones {
                    if self.phones[phone].me.user.as_str() == USERS[user % self.users] {
                        self.answer(phone, ring, (yes >> (phone % 2)) & 1 == 1);
                    }
                }
            }
            Action::Cancel { phone, which } => self.cancel(phone % phones, which),
            Action::HangUp { phone, which } => self.hang_up(phone % phones, which),
            Action::Meddle { phone, which, how } => self.meddle(phone % phones, which, how),
            Action::Repeat { phone, which } => self.repeat(phone % phones, which),
            Action::Write { phone, to } => {
                let request = Request::SendMessage(SendMessage {
                    to: Receiver::User(USERS[to % self.users].parse().expect("a word is an id")),
                    kind: MessageType::Text,
                    payload: json!({"text": "hello"}),
                    op_id: self.op(),
                });
                self.ask(phone % phones, request, true);
            }
            Action::Switch(phone) => self.switch(phone % all),
            Action::Vanish(phone) => {
                let phone = phone % all;
                if self.phones[phone].app.is_some() {
                    self.switch_off(phone);
                } else {
                    self.switch_on(phone);
                }
            }
            Action::Suspend(phone, ms) => {
                let phone = phone % all;
                if self.phones[phone].app.is_some() && self.phones[phone].suspended_until.is_none()
                {
                    self.phones[phone].suspended_until = Some(self.handle.now() + ms);
                    self.network.note(ms, Happening::Wakes(phone));
                }
            }
            Action::Cut(phone) => self.cut(phone % all),
            Action::Stall(phone, ms) => self.network.stall(phone % all, ms),
            Action::Crash(place, down) => {
                let place = place % self.processes.len();
                if self.processes[place].is_running() {
                    self.kill(place);
                    self.network.note(down, Happening::Starts(place));
                    self.is_unwell_for(down);
                }
            }
            Action::Restart(place, down) => {
                let place = place % self.processes.len();
                if self.processes[place].listens() {
                    self.processes[place].go_down();
                    self.network.note(1_000, Happening::Gone(place));
                    self.network.note(1_000 + down, Happening::Starts(place));
                    self.is_unwell_for(1_000 + down);
                }
            }
            Action::Freeze(place, ms) => {
                let place = place % self.processes.len();
                let until = self.handle.now() + ms;
                self.runtime.freeze(self.processes[place].owner(), until);
                self.is_unwell_for(ms);
            }
            Action::Trouble(per_mille, delay) => {
                self.ledger.set_trouble(Trouble { per_mille, delay });
                self.is_in_trouble = per_mille > 0 || delay > 0;
                self.is_unwell_for(0);
            }
            Action::AnswerPushed { channel, ring, yes } => self.answer_pushed(channel, ring, yes),
            Action::Social(phone, ref what) => self.socialize(phone % phones, what),
            Action::Calm => self.calm_down(),
        }
        self.check_timers();
        self.check_silence();
    }

    /// From now on for so long, servers may be slow to do what they should.
    fn is_unwell_for(&mut self, ms: u64) {
        self.well_since = self.well_since.max(self.handle.now() + ms);
    }

    // ---- what people do ----

    /// A phone asks something of its server.
    pub(crate) fn ask(&mut self, phone: usize, request: Request, first: bool) {
        let is_awake = self.phones[phone].suspended_until.is_none();
        let keys = keys(&self.phones[phone].me.user, &request);
        let Some(app) = self.phones[phone].app.as_mut().filter(|_| is_awake) else {
            return;
        };
        let truth = self.oracle.truth();
        let was_done = keys.iter().any(|key| truth.is_done(key));
        drop(truth);
        if first {
            app.past.push(request.clone());
        } else {
            app.repeated.extend(keys);
        }
        let ticket = app.ticket(Asked {
            request: request.clone(),
            was_done,
        });
        self.feed(phone, Input::Ask { ticket, request });
    }

    pub(crate) fn op(&mut self) -> Option<OpId> {
        self.named += 1;
        let name = format!("op-{}", self.named);
        Some(name.parse().expect("it is short"))
    }

    /// A name for an invitation.
    pub(crate) fn invite_id(&mut self) -> InviteId {
        self.named += 1;
        let drawn = self.handle.draw(|chance| chance.below(0x1_0000));
        let id = format!("{drawn:04x}-{}", self.named);
        id.parse().expect("it is short")
    }

    fn invite(&mut self, phone: usize, to: &str, timeout: u32, online: bool) {
        let id = self.invite_id();
        let mut invite = Invite::to(to.parse().expect("a word is an id"));
        invite.timeout = RingTime::try_from(timeout).expect("less than a day");
        invite.online_user_only = online;
        invite.invite_id = Some(id);
        invite.op_id = self.op();
        invite.offline_push_info = self.push_info();
        self.ask(phone, Request::Invite(invite), true);
    }

    fn answer(&mut self, phone: usize, ring: usize, yes: bool) {
        let Phone { me, app, .. } = &self.phones[phone];
        let Some(app) = app else {
            return;
        };
        let rings = app.handset.live().filter(|it| it.is_pending_for(&me.user));
        let rings: Vec<InviteId> = rings.map(|it| it.invitation.invite_id.clone()).collect();
        let Some(id) = at(&rings, ring) else {
            return;
        };
        let request = self.answer_to(id.clone(), yes);
        self.ask(phone, request, true);
    }

    pub(crate) fn answer_to(&mut self, id: InviteId, yes: bool) -> Request {
        let data = String::new();
        let op_id = self.op();
        if yes {
            Request::Accept(Accept {
                invite_id: id,
                data,
                op_id,
            })
        } else {
            Request::Reject(Reject {
                invite_id: id,
                data,
                reason: None,
                op_id,
            })
        }
    }

    fn cancel_of(&mut self, id: InviteId) -> Request {
        Request::Cancel(Cancel {
            invite_id: id,
            data: String::new(),
            reason: None,
            op_id: self.op(),
        })
    }

    fn cancel(&mut self, phone: usize, which: usize) {
        let Some(app) = &self.phones[phone].app else {
            return;
        };
        let own = app
            .handset
            .live()
            .filter(|it| it.is_live() && matches!(it.role, Role::Inviter | Role::InviterElsewhere));
        let own: Vec<InviteId> = own.map(|it| it.invitation.invite_id.clone()).collect();
        if let Some(id) = at(&own, which).cloned() {
            let request = self.cancel_of(id);
            self.ask(phone, request, true);
        }
    }

    fn hang_up(&mut self, phone: usize, which: usize) {
        let Some(app) = &self.phones[phone].app else {
            return;
        };
        let calls: Vec<_> = app.handset.calls().map(|it| it.call_id.clone()).collect();
        if let Some(call_id) = at(&calls, which).cloned() {
            let op_id = self.op();
            let request = Request::HangUp(HangUp {
                call_id,
                reason: None,
                op_id,
            });
            self.ask(phone, request, true);
        }
    }

    fn meddle(&mut self, phone: usize, which: usize, how: usize) {
        let id = at(&self.oracle.truth().made, which).cloned();
        let Some(id) = id else {
            return;
        };
        let request = match how % 3 {
            0 => self.cancel_of(id),
            how => self.answer_to(id, how == 1),
        };
        self.ask(phone, request, true);
    }

    fn repeat(&mut self, phone: usize, which: usize) {
        let app = self.phones[phone].app.as_ref();
        let request = app.and_then(|app| at(&app.past, which).cloned());
        if let Some(request) = request {
            self.ask(phone, request, false);
        }
    }

    fn switch(&mut self, phone: usize) {
        if self.phones[phone].is_stopped() || self.phones[phone].app.is_none() {
            self.switch_off(phone);
            return self.switch_on(phone);
        }
        self.ask(phone, Request::Logout(Nothing {}), true);
    }

    fn cut(&mut self, phone: usize) {
        if let Some(link) = self.phones[phone].app.as_ref().and_then(|app| app.link) {
            let phone = self.notice();
            let server = self.handle.draw(|chance| chance.strikes(700));
            let server = server.then(|| self.notice());
            self.network.cut(link, [Some(phone), server]);
        }
    }

    // ---- rest ----

    /// All faults end; when all is at rest, everybody knows what the ledger knows.
    pub(crate) fn calm_down(&mut self) {
        self.heal();
        self.run_until(self.handle.now() + REST_MS);
        if self.oracle.breach().is_some() {
            return;
        }
        self.check_quiet();
        self.check_absence(REST_MS);
        for phone in 0..self.phones.len() {
            self.check_agreement(phone);
        }
    }

    fn heal(&mut self) {
        self.ledger.set_trouble(Trouble::default());
        self.is_in_trouble = false;
        self.is_unwell_for(0);
        for place in 0..self.processes.len() {
            self.runtime
                .freeze(self.processes[place].owner(), self.handle.now());
        }
        for phone in 0..self.phones.len() {
            if self.phones[phone].suspended_until.is_some() {
                self.network.note(0, Happening::Wakes(phone));
            }
        }
        self.network.heal();
    }

    fn check_agreement(&self, number: usize) {
        let phone = &self.phones[number];
        let (me, Some(app)) = (&phone.me, &phone.app) else {
            return;
        };
        if phone.is_stopped() {
            return;
        }
        if !phone.is_online() || !app.link.is_some_and(|link| self.network.is_whole(link)) {
            self.oracle.blame(Invariant::Agreement, || {
                format!("{me:?} is not online: {:?}", app.handset.view().connection)
            });
            return;
        }
        if !app.asked.is_empty() {
            self.oracle.blame(Invariant::Bounded, || {
                let asked: Vec<_> = app.asked.values().map(|it| &it.request).collect();
                format!("{me:?} was never answered {asked:?}")
            });
        }
        if phone.is_push_channel() {
            return self.check_push_channel(number);
        }
        let now = Timestamp::from_millis(self.handle.now());
        let mut truth = self.oracle.truth();
        let (unheard, unheard_calls) = truth.changed_by(&phone.unheard);
        let is_heard = |(id, state, ..): &Shown| *state != ENDED && !unheard.contains(id);
        let (mut must, mut may) = (BTreeSet::new(), BTreeSet::new());
        for invitation in truth.invitations.values() {
            let call = truth.calls.get(&invitation.call);
            let shown = shown(&view(invitation, call, now));
            match truth.stake(invitation, call, me) {
                Stake::None => {}
                Stake::Glimpse => may.extend(Some(shown).filter(is_heard)),
                Stake::Part => must.extend(Some(shown).filter(is_heard)),
            }
        }
        let live = app.handset.live().map(|it| shown(&it.invitation));
        let known: BTreeSet<Shown> = live.filter(|(id, ..)| !unheard.contains(id)).collect();
        let is_explained = known.iter().all(|it| must.contains(it) || may.contains(it));
        if !must.is_subset(&known) || !is_explained {
            truth.blame(Invariant::Agreement, || {
                format!("{me:?} knows {known:?}; the ledger {must:?}, and perhaps {may:?}")
            });
        }
        let is_known_here = |call: &&bellhop_engine::Call| {
            let reaches = |id: &InviteId| {
                let invitation = truth.invitations.get(id);
                invitation.is_none_or(|it| it.reaches(&me.user, &me.device))
            };
            call.is_running() && call.has(&me.user) && call.invitations.iter().all(reaches)
        };
        let running = truth.calls.values().filter(is_known_here);
        let running: BTreeSet<_> = running.map(|call| call.id.clone()).collect();
        let calls: BTreeSet<_> = app.handset.calls().map(|it| it.call_id.clone()).collect();
        let heard = |id: &&CallId| !unheard_calls.contains(*id);
        let unknown = running.difference(&calls).filter(heard);
        let unknown: Vec<_> = unknown.cloned().collect();
        let gone = calls.iter().filter(|id| {
            let call = truth.calls.get(id);
            heard(id) && !call.is_some_and(|call| call.is_running() && call.has(&me.user))
        });
        let gone: Vec<_> = gone.cloned().collect();
        if !unknown.is_empty() || !gone.is_empty() {
            truth.blame(Invariant::Agreement, || {
                format!("{me:?} does not know the calls {unknown:?}, and that {gone:?} are over")
            });
        }
    }

    /// Nothing that is open is over its time, and nobody waits for who has been gone for the grace.
    fn check_quiet(&self) {
        let now = self.handle.now();
        let mut truth = self.oracle.truth();
        truth.check_departures();
        let open = truth.invitations.values().filter(|it| it.ended.is_none());
        let open: Vec<Invitation> = open.cloned().collect();
        for invitation in open {
            let id = &invitation.id;
            let is_over = invitation.is_due(Timestamp::from_millis(now - 2_000));
            let inviter = &invitation.inviter.user;
            if is_over {
                truth.blame(Invariant::Quiet, || {
                    format!("{id} is open after its deadline")
                });
            }
            if !self.is_anybody_there(inviter) {
                truth.blame(Invariant::Quiet, || {
                    format!("{id} rings, but {inviter} is gone")
                });
            }
        }
        let alone = truth
            .calls
            .values()
            .filter(|call| call.is_running())
            .find(|call| {
                let mut parties = call.present().map(|member| &member.party);
                parties.any(|party| !self.is_there(&party.user, Some(party.device.as_str())))
            });
        if let Some(call) = alone.map(|call| call.id.clone()) {
            truth.blame(Invariant::Quiet, || {
                format!("call {call} runs with nobody there")
            });
        }
    }

    fn is_anybody_there(&self, user: &UserId) -> bool {
        self.is_there(user, None)
    }

    pub(crate) fn is_there(&self, user: &UserId, device: Option<&str>) -> bool {
        self.phones.iter().any(|phone| {
            phone.me.user == *user
                && !phone.is_push_channel()
                && device.is_none_or(|device| phone.me.device.as_str() == device)
                && phone.is_online()
        })
    }

    /// The ledger waits for the deadline of each open invitation that has one, and for no other.
    fn check_timers(&self) {
        let end = Timestamp::from_millis(u64::MAX);
        let due = at_once(self.ledger.store().due(end, usize::MAX)).unwrap_or_default();
        let mut timers: BTreeSet<InviteId> = BTreeSet::new();
        for due in due {
            match due {
                Due::Deadline(id) => {
                    timers.insert(id);
                }
                Due::Push(_) | Due::Absence(_) | Due::Departures(..) => {}
            }
        }
        let mut truth = self.oracle.truth();
        let open = truth.invitations.values();
        let open = open.filter(|it| it.ended.is_none() && it.deadline.is_some());
        let open: BTreeSet<InviteId> = open.map(|it| it.id.clone()).collect();
        if timers != open {
            truth.blame(Invariant::Timers, || {
                format!("{timers:?} wait; open are {open:?}")
            });
        }
    }
}

/// The state of an invitation that is over.
const ENDED: u8 = InvitationState::Ended as u8;

/// What of an invitation has to be the same everywhere.
type Shown = (InviteId, u8, Vec<InviteeState>, String);

fn shown(told: &bellhop_protocol::Invitation) -> Shown {
    let states = told.invitees.iter().map(|it| it.state).collect();
    let data = told.data.clone();
    (told.invite_id.clone(), told.state as u8, states, data)
}

/// The one at that place, counted round and round.
fn at<T>(all: &[T], place: usize) -> Option<&T> {
    all.get(place.checked_rem(all.len())?)
}
