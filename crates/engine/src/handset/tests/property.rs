//! Random lives of a phone against a model of a server: what must hold whatever happens (SIGNALING
//! §3, §5).

use std::collections::{BTreeMap, BTreeSet};

use bellhop_protocol::request::Reject;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// What happens in the world.
#[derive(Clone, Debug)]
enum Step {
    /// Somebody is invited: Bob, Bob and Cat, Ann by Bob's desk, or others in a group.
    Invite(u8),
    /// The next pending invitee of an invitation answers elsewhere, or all are cancelled or time out.
    End(usize, u8),
    /// Something that the server has sent arrives, not always the oldest.
    Deliver(usize),
    /// An event arrives again.
    Repeat(usize),
    /// Bob answers on this phone.
    Answer(usize, bool),
    /// The server carries out the oldest request.
    Serve,
    Lose,
    Return,
    Wait(u64),
    Sleep,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => prop_oneof![Just(1), 0u8..4].prop_map(Step::Invite),
        5 => (0usize..4, 0u8..4).prop_map(|(which, how)| Step::End(which, how)),
        6 => prop_oneof![2 => Just(0), 1 => 0usize..4].prop_map(Step::Deliver),
        1 => (0usize..16).prop_map(Step::Repeat),
        2 => (0usize..8, any::<bool>()).prop_map(|(which, yes)| Step::Answer(which, yes)),
        4 => Just(Step::Serve),
        2 => Just(Step::Lose),
        4 => Just(Step::Return),
        1 => prop_oneof![1u64..2_000, 10_000u64..50_000].prop_map(Step::Wait),
        1 => Just(Step::Sleep),
    ]
}

/// A server that knows one phone, and what that phone has told its app.
struct World {
    phone: Phone,
    connecting: bool,
    connected: bool,
    invitations: Vec<Invitation>,
    missed: BTreeSet<InviteId>,
    remembered: BTreeMap<String, Value>,
    inbox: Vec<rpc::Call>,
    outbox: Vec<rpc::Incoming>,
    delivered: Vec<Event>,
    answers: BTreeMap<u64, InviteId>,
    tickets: u64,
    told: Told,
}

/// What the app has heard.
#[derive(Default)]
struct Told {
    begun: BTreeSet<InviteId>,
    outcomes: BTreeMap<(InviteId, UserId), InviteeState>,
    revs: BTreeMap<InviteId, u64>,
}

impl Told {
    fn outcome(&mut self, id: &InviteId, who: &UserId, state: InviteeState) {
        let before = self.outcomes.insert((id.clone(), who.clone()), state);
        assert_eq!(before, None, "{who} of {id} ended twice");
    }

    fn rev(&mut self, id: &InviteId, rev: u64) {
        let before = self.revs.insert(id.clone(), rev).unwrap_or(0);
        assert!(before <= rev, "{id} went from {before} back to {rev}");
    }

    fn hear(&mut self, event: &ClientEvent) {
        match event {
            ClientEvent::Signaling(Event::NewInvitationReceived(told)) => {
                let id = &told.invite_id;
                assert!(self.begun.insert(id.clone()), "{id} began twice");
                let has_ended = self.outcomes.keys().any(|(ended, _)| ended == id);
                assert!(!has_ended, "{id} began after its end");
                self.rev(id, told.rev);
                for invitee in told.invitees.iter().filter(|i| i.state.is_terminal()) {
                    self.outcome(id, &invitee.user, invitee.state);
                }
            }
            ClientEvent::Signaling(Event::InviteeAccepted(told)) => {
                self.rev(&told.invite_id, told.rev);
                self.outcome(&told.invite_id, &told.invitee, InviteeState::Accepted);
            }
            ClientEvent::Signaling(Event::InviteeRejected(told)) => {
                self.rev(&told.invite_id, told.rev);
                self.outcome(&told.invite_id, &told.invitee, InviteeState::Rejected);
            }
            ClientEvent::Signaling(Event::InvitationCancelled(told)) => {
                self.rev(&told.invite_id, told.rev);
                for who in &told.invitee_list {
                    self.outcome(&told.invite_id, who, InviteeState::Cancelled);
                }
            }
            ClientEvent::Signaling(Event::InvitationTimeout(told)) => {
                self.rev(&told.invite_id, told.rev);
                for who in &told.invitee_list {
                    self.outcome(&told.invite_id, who, InviteeState::TimedOut);
                }
            }
            ClientEvent::RingConfirmed(id) => {
                let own = (id.clone(), user("bob"));
                assert!(
                    !self.outcomes.contains_key(&own),
                    "{id} rings after its end"
                );
            }
            ClientEvent::InvitationLost(id) => panic!("{id} was never forgotten"),
            ClientEvent::Connection(_)
            | ClientEvent::Signaling(_)
            | ClientEvent::RingOverdue(_)
            | ClientEvent::RingUnconfirmed(_)
            | ClientEvent::CallRunning(_)
            | ClientEvent::CallGone(_) => {}
        }
    }
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            phone: Phone::new(),
            connecting: false,
            connected: false,
            invitations: Vec::new(),
            missed: BTreeSet::new(),
            remembered: BTreeMap::new(),
            inbox: Vec::new(),
            outbox: Vec::new(),
            delivered: Vec::new(),
            answers: BTreeMap::new(),
            tickets: 0,
            told: Told::default(),
        };
        world.feed(Input::Start);
        world
    }

    fn feed(&mut self, input: Input) {
        let effects = self.phone.feed(input);
        for effect in effects {
            match effect {
                Effect::Connect => self.connecting = true,
                Effect::Disconnect => self.disconnect(),
                Effect::Send(frame) => self.inbox.push(rpc::decode_call(&frame).unwrap()),
                Effect::Tell(event) => self.told.hear(&event),
                Effect::Done { ticket, outcome } => {
                    let id = self.answers.remove(&ticket.0).unwrap();
                    if let Ok(reply) = outcome {
                        let state = serde_json::from_value(reply["state"].clone()).unwrap();
                        self.told.outcome(&id, &user("bob"), state);
                    }
                }
                Effect::RenewSignature => panic!("the signature is good"),
            }
        }
        for entry in self.phone.handset.live() {
            let own = (entry.invitation.invite_id.clone(), user("bob"));
            let is_over = self.told.outcomes.contains_key(&own);
            assert!(
                !is_over || entry.ring != Ring::Sounds,
                "rings after its end"
            );
        }
    }

    fn disconnect(&mut self) {
        (self.connecting, self.connected) = (false, false);
        self.inbox.clear();
        self.outbox.clear();
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Invite(kind) => self.invite(kind),
            Step::End(which, how) => self.end(which, how),
            Step::Deliver(which) => {
                if !self.outbox.is_empty() {
                    let incoming = self.outbox.remove(which % self.outbox.len());
                    self.deliver(incoming);
                }
            }
            Step::Repeat(which) => {
                if self.connected && !self.delivered.is_empty() {
                    let event = self.delivered[which % self.delivered.len()].clone();
                    self.feed(Input::Received(rpc::Incoming::Event(Box::new(event))));
                }
            }
            Step::Answer(which, yes) => self.answer(which, yes),
            Step::Serve => self.serve(),
            Step::Lose => {
                if self.connecting || self.connected {
                    self.disconnect();
                    let cause = "gone".to_owned();
                    self.feed(Input::ConnectionLost { code: None, cause });
                }
            }
            Step::Return => self.come_back(),
            Step::Wait(ms) => {
                self.phone.now += ms;
                self.feed(Input::Tick);
            }
            Step::Sleep => {
                self.phone.now += 5_000;
                self.feed(Input::Resumed);
            }
        }
    }

    fn deliver(&mut self, incoming: rpc::Incoming) {
        if let rpc::Incoming::Event(event) = &incoming {
            self.delivered.push((**event).clone());
        }
        self.feed(Input::Received(incoming));
    }

    fn send(&mut self, event: Event) {
        if self.connected {
            self.outbox.push(rpc::Incoming::Event(Box::new(event)));
        }
    }

    fn invite(&mut self, kind: u8) {
        let name = format!("i{}", self.invitations.len());
        let invitation = match kind {
            0 => between("ann", &["bob"], &name, 1),
            1 => between("ann", &["bob", "cat"], &name, 1),
            2 => between("bob", &["ann"], &name, 1),
            _ => between("ann", &["cat", "dan"], &name, 1),
        };
        self.send(new(invitation.clone()));
        self.invitations.push(invitation);
    }

    fn end(&mut self, which: usize, how: u8) {
        if self.invitations.is_empty() {
            return;
        }
        let at = which % self.invitations.len();
        let pending: Vec<UserId> = self.invitations[at]
            .invitees
            .iter()
            .filter(|invitee| !invitee.state.is_terminal())
            .map(|invitee| invitee.user.clone())
            .collect();
        if pending.is_empty() {
            return;
        }
        let (state, who) = match how {
            0 => (InviteeState::Accepted, pending[..1].to_vec()),
            1 => (InviteeState::Rejected, pending[..1].to_vec()),
            2 => (InviteeState::Cancelled, pending),
            _ => (InviteeState::TimedOut, pending),
        };
        let event = self.commit(at, state, &who, "desk");
        if state == InviteeState::TimedOut && !self.connected {
            self.missed.insert(self.invitations[at].invite_id.clone());
        }
        self.send(event);
    }

    /// One transition of an invitation, and the event that tells of it.
    fn commit(&mut self, at: usize, state: InviteeState, who: &[UserId], device: &str) -> Event {
        let invitation = &mut self.invitations[at];
        invitation.rev += 1;
        for invitee in &mut invitation.invitees {
            if who.contains(&invitee.user) {
                invitee.state = state;
                if matches!(state, InviteeState::Accepted | InviteeState::Rejected) {
                    invitee.device = Some(device.parse().unwrap());
                    invitee.platform = Some("linux".parse().unwrap());
                }
            }
        }
        let has = |state| invitation.invitees.iter().any(|i| i.state == state);
        invitation.state = if has(InviteeState::Pending) {
            InvitationState::Live
        } else if has(InviteeState::Accepted) {
            InvitationState::InCall
        } else {
            InvitationState::Ended
        };
        let answered = answered(invitation, invitation.rev, who[0].as_str(), device);
        match state {
            InviteeState::Accepted => Event::InviteeAccepted(answered),
            InviteeState::Rejected => Event::InviteeRejected(answered),
            InviteeState::Cancelled | InviteeState::TimedOut | InviteeState::Pending => {
                let mut ended = invitation.clone();
                ended.invitee_list = who.to_vec();
                if state == InviteeState::TimedOut {
                    timed_out(&ended, ended.rev)
                } else {
                    cancelled(&ended, ended.rev, None)
                }
            }
        }
    }

    fn answer(&mut self, which: usize, yes: bool) {
        let asked: Vec<InviteId> = self
            .phone
            .handset
            .live()
            .filter(|entry| entry.is_pending_for(&user("bob")))
            .map(|entry| entry.invitation.invite_id.clone())
            .collect();
        if asked.is_empty() {
            return;
        }
        let id = asked[which % asked.len()].clone();
        self.tickets += 1;
        let op = format!("op{}", self.tickets);
        let request = if yes {
            let Request::Accept(mut request) = accept(id.as_str()) else {
                panic!("another request");
            };
            request.op_id = Some(op.parse().unwrap());
            Request::Accept(request)
        } else {
            Request::Reject(Reject {
                invite_id: id.clone(),
                data: String::new(),
                reason: None,
                op_id: Some(op.parse().unwrap()),
            })
        };
        self.answers.insert(self.tickets, id);
        let ticket = Ticket(self.tickets);
        self.feed(Input::Ask { ticket, request });
    }

    fn serve(&mut self) {
        if self.inbox.is_empty() {
            return;
        }
        let call = self.inbox.remove(0);
        let outcome = match call.method.as_str() {
            "login" => Ok(self.snapshot(&call.params)),
            "accept" => self.decide(&call.params, InviteeState::Accepted),
            "reject" => self.decide(&call.params, InviteeState::Rejected),
            _ => Err(Failure::new(Code::Internal, Reason::TryAgain, "No.")),
        };
        let is_login = call.method == "login";
        let reply = rpc::Incoming::Reply(call.id.unwrap(), outcome);
        if is_login {
            self.connected = true;
            self.deliver(reply);
        } else {
            self.outbox.push(reply);
        }
    }

    fn decide(&mut self, params: &Value, state: InviteeState) -> Result<Value, Failure> {
        let op = params["opID"].as_str().unwrap().to_owned();
        if let Some(reply) = self.remembered.get(&op) {
            return Ok(reply.clone());
        }
        let name = params["inviteID"].as_str().unwrap();
        let named = |invitation: &Invitation| invitation.invite_id.as_str() == name;
        let at = self.invitations.iter().position(named).unwrap();
        let bob = user("bob");
        let is_pending = |i: &Invitee| i.user == bob && !i.state.is_terminal();
        if !self.invitations[at].invitees.iter().any(is_pending) {
            return Err(Failure::new(Code::NotPending, Reason::Cancelled, "Over."));
        }
        self.commit(at, state, &[bob], "phone");
        let reply = json!({"inviteID": name, "state": state});
        self.remembered.insert(op, reply.clone());
        Ok(reply)
    }

    fn snapshot(&mut self, login: &Value) -> Value {
        let known: BTreeSet<&str> = login["knownInvitations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_str().unwrap())
            .collect();
        let bob = user("bob");
        let concerns = |i: &&Invitation| i.inviter == bob || i.invitee_list.contains(&bob);
        let (over, running): (Vec<Invitation>, Vec<Invitation>) = self
            .invitations
            .iter()
            .cloned()
            .partition(|invitation| invitation.state == InvitationState::Ended);
        let missed = std::mem::take(&mut self.missed);
        let ended: Vec<Invitation> = over
            .into_iter()
            .filter(|i| {
                let is_missed = missed.contains(&i.invite_id)
                    && i.group_id.is_none()
                    && i.invitee_list.contains(&bob);
                known.contains(i.invite_id.as_str()) || is_missed
            })
            .collect();
        let told: Vec<Invitation> = running
            .into_iter()
            .filter(|i| i.state == InvitationState::Live || known.contains(i.invite_id.as_str()))
            .collect();
        let mut snapshot = snapshot(&told, &ended);
        let calls = told.iter().filter(|i| i.state == InvitationState::InCall);
        snapshot.calls = calls
            .filter(concerns)
            .map(|i| call_of(i, &[party("ann", "pad")]))
            .collect();
        serde_json::to_value(snapshot).unwrap()
    }

    /// Connects and logs in, as far as the phone wants to.
    fn come_back(&mut self) {
        for _ in 0..50 {
            if self.connected {
                return;
            }
            if self.connecting {
                self.connecting = false;
                self.feed(Input::Connected);
                self.serve();
            } else if let Some(due) = self.phone.handset.next_deadline() {
                self.phone.now = self.phone.now.max(due.as_millis());
                self.feed(Input::Tick);
            }
        }
        assert!(self.connected, "never came back");
    }

    /// Everything arrives, and one more snapshot confirms it.
    fn come_to_rest(&mut self) {
        for _ in 0..2 {
            self.come_back();
            while self.connected && !(self.inbox.is_empty() && self.outbox.is_empty()) {
                self.serve();
                while !self.outbox.is_empty() {
                    let incoming = self.outbox.remove(0);
                    self.deliver(incoming);
                }
            }
            self.step(Step::Lose);
        }
        self.come_back();
    }

    /// Whoever heard of an invitation has heard of each of its outcomes, as the server knows them.
    fn check(&self) {
        for invitation in &self.invitations {
            let id = &invitation.invite_id;
            for invitee in &invitation.invitees {
                let key = (id.clone(), invitee.user.clone());
                let told = self.told.outcomes.get(&key).copied();
                let has_ended = invitee.state.is_terminal();
                if self.told.begun.contains(id) || told.is_some() {
                    assert_eq!(told, has_ended.then_some(invitee.state), "{key:?}");
                }
            }
            let is_live = invitation.state == InvitationState::Live;
            let mut live = self.phone.handset.live();
            let entry = live.find(|entry| entry.invitation.invite_id == *id);
            if is_live {
                assert!(self.told.begun.contains(id), "{id} was never told");
                assert_eq!(entry.unwrap().invitation.invitees, invitation.invitees);
            } else {
                assert!(entry.is_none_or(|entry| entry.ring == Ring::Silent));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    /// Each end is told exactly once, in the order of revisions, and nothing rings after it.
    #[test]
    fn every_end_is_told_once_whatever_happens(steps in vec(step(), 0..60)) {
        let mut world = World::new();
        for step in steps {
            world.step(step);
        }
        world.come_to_rest();
        world.check();
    }
}
