//! The phone, the server, and the network between them.

use super::*;

/// What the server does about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    /// Carries it out and says so.
    Good,
    /// Cannot do it just now, and says so.
    Weak,
    /// Says that it cannot, and does it.
    Confused,
}

pub(super) struct World {
    pub(super) phone: Phone,
    pub(super) server: Server,
    connecting: bool,
    connected: bool,
    inbox: Vec<rpc::Call>,
    outbox: Vec<rpc::Incoming>,
    /// What arrived at the server on a connection that is no more.
    in_flight: Vec<rpc::Call>,
    delivered: Vec<Event>,
    asked: BTreeMap<u64, Request>,
    tickets: u64,
    pub(super) told: Told,
    /// Whether the network has kept the order, and said nothing twice.
    is_orderly: bool,
}

impl World {
    pub(super) fn new() -> Self {
        let mut world = Self {
            phone: Phone::new(),
            server: Server::default(),
            connecting: false,
            connected: false,
            inbox: Vec::new(),
            outbox: Vec::new(),
            in_flight: Vec::new(),
            delivered: Vec::new(),
            asked: BTreeMap::new(),
            tickets: 0,
            told: Told::default(),
            is_orderly: true,
        };
        world.feed(Input::Start);
        world
    }

    fn feed(&mut self, input: Input) {
        for effect in self.phone.feed(input) {
            match effect {
                Effect::Connect => self.connecting = true,
                Effect::Disconnect => self.disconnect(),
                Effect::Send(frame) => self.inbox.push(rpc::decode_call(&frame).unwrap()),
                Effect::Tell(event) => self.told.hear(&event),
                Effect::Done { ticket, outcome } => {
                    let asked = self.asked.remove(&ticket.0).unwrap();
                    if let Ok(reply) = outcome {
                        self.told.done(&asked, &reply);
                    }
                }
                Effect::RenewSignature => panic!("the signature is good"),
            }
        }
        for entry in self.phone.handset.live() {
            let is_over = self
                .told
                .has_ended(&entry.invitation.invite_id, &user("bob"));
            assert!(
                !is_over || entry.ring != Ring::Sounds,
                "rings after its end"
            );
        }
    }

    fn disconnect(&mut self) {
        (self.connecting, self.connected) = (false, false);
        self.in_flight.append(&mut self.inbox);
        self.in_flight.retain(|call| call.method != "login");
        self.outbox.clear();
    }

    pub(super) fn step(&mut self, step: Step) {
        match step {
            Step::Invite(kind) => {
                let event = self.server.invite(kind);
                let is_shown = self
                    .server
                    .is_shown(self.server.invitations.last().unwrap());
                self.send(is_shown.then_some(event));
            }
            Step::End(which, how) => {
                let event = self.server.end(which, how, !self.connected);
                self.send(event);
            }
            Step::Modify(which) => {
                let event = self.server.modify(which);
                self.send(event);
            }
            Step::HangUp(which) => {
                let event = self.server.hang_up(which);
                self.send(event);
            }
            Step::Move => {
                let events = self.server.move_house();
                self.send(events);
            }
            Step::Deliver(which) => {
                if !self.outbox.is_empty() {
                    // A reply never leaves before what happened earlier.
                    let at = which % self.outbox.len();
                    let is_reply = matches!(self.outbox[at], rpc::Incoming::Reply(..));
                    let at = if is_reply { 0 } else { at };
                    self.is_orderly &= at == 0;
                    let incoming = self.outbox.remove(at);
                    self.deliver(incoming);
                }
            }
            Step::Repeat(which) => {
                if self.connected && !self.delivered.is_empty() {
                    self.is_orderly = false;
                    let event = self.delivered[which % self.delivered.len()].clone();
                    self.feed(Input::Received(rpc::Incoming::Event(Box::new(event))));
                }
            }
            Step::Answer(which, yes) => self.answer(which, yes),
            Step::Place(in_group) => self.place(in_group),
            Step::Change(which, is_cancel) => self.change(which, is_cancel),
            Step::Serve(mood) => self.serve(mood),
            Step::Land => {
                if !self.in_flight.is_empty() {
                    let call = self.in_flight.remove(0);
                    let (_, events) = self.server.carry_out(&call);
                    self.send(events);
                }
            }
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

    fn send(&mut self, events: impl IntoIterator<Item = Event>) {
        for event in events {
            if self.connected {
                self.outbox.push(rpc::Incoming::Event(Box::new(event)));
            }
        }
    }

    fn ask(&mut self, request: Request) {
        self.tickets += 1;
        self.asked.insert(self.tickets, request.clone());
        let ticket = Ticket(self.tickets);
        self.feed(Input::Ask { ticket, request });
    }

    /// A request of the app's, under a name of its own.
    fn request(&mut self, method: &str, mut params: Value) {
        params["opID"] = format!("op{}", self.tickets).into();
        self.ask(Request::parse(method, params).unwrap());
    }

    fn answer(&mut self, which: usize, yes: bool) {
        let bob = user("bob");
        let asked = self.live_ids(|entry| entry.is_pending_for(&bob));
        if let Some(id) = which.checked_rem(asked.len()).map(|at| &asked[at]) {
            let method = if yes { "accept" } else { "reject" };
            self.request(method, json!({ "inviteID": id }));
        }
    }

    fn place(&mut self, in_group: bool) {
        // Smaller than the others' names for every second one: either side gives way.
        let side = if self.tickets.is_multiple_of(2) {
            "a"
        } else {
            "z"
        };
        let name = format!("{side}{}", self.tickets);
        if in_group {
            let params =
                json!({"inviteID": name, "groupID": "team", "inviteeList": ["cat", "ann"]});
            self.request("inviteInGroup", params);
        } else {
            self.request("invite", json!({"inviteID": name, "userID": "ann"}));
        }
    }

    fn change(&mut self, which: usize, is_cancel: bool) {
        let bob = user("bob");
        let own = self.live_ids(|entry| entry.is_live() && entry.invitation.inviter == bob);
        let Some(id) = which.checked_rem(own.len()).map(|at| own[at].clone()) else {
            return;
        };
        if is_cancel {
            self.request("cancel", json!({ "inviteID": id }));
        } else {
            let data = format!("own {}", self.tickets);
            self.request("modifyInvitation", json!({"inviteID": id, "data": data}));
        }
    }

    fn live_ids(&self, which: impl Fn(&LiveInvitation) -> bool) -> Vec<InviteId> {
        let live = self.phone.handset.live().filter(|entry| which(entry));
        live.map(|entry| entry.invitation.invite_id.clone())
            .collect()
    }

    fn serve(&mut self, mood: Mood) {
        if self.inbox.is_empty() {
            return;
        }
        let call = self.inbox.remove(0);
        let is_login = call.method == "login";
        let mood = if is_login { Mood::Good } else { mood };
        let outcome = match mood {
            Mood::Good => self.server.carry_out(&call).0,
            Mood::Weak => Err(try_again()),
            Mood::Confused => {
                drop(self.server.carry_out(&call));
                Err(try_again())
            }
        };
        let reply = rpc::Incoming::Reply(call.id.unwrap(), outcome);
        if is_login {
            self.connected = true;
            self.deliver(reply);
        } else {
            self.outbox.push(reply);
        }
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
                self.serve(Mood::Good);
            } else if let Some(due) = self.phone.handset.next_deadline() {
                self.phone.now = self.phone.now.max(due.as_millis());
                self.feed(Input::Tick);
            }
        }
        assert!(self.connected, "never came back");
    }

    /// Everything arrives and is answered.
    fn settle(&mut self) {
        while !self.in_flight.is_empty() {
            self.step(Step::Land);
        }
        loop {
            self.come_back();
            while self.connected && !(self.inbox.is_empty() && self.outbox.is_empty()) {
                self.serve(Mood::Good);
                while self.connected && !self.outbox.is_empty() {
                    let incoming = self.outbox.remove(0);
                    self.deliver(incoming);
                }
            }
            // What waits to be asked again.
            if self.phone.handset.requests.iter().next().is_none() {
                return;
            }
            self.phone.now += 250;
            self.feed(Input::Tick);
        }
    }

    /// Everything arrives, and snapshots confirm it. Where the network has kept the order, they are not
    /// needed.
    pub(super) fn come_to_rest(&mut self) {
        self.settle();
        if self.is_orderly {
            self.check(false);
        }
        self.step(Step::Lose);
        self.settle();
        self.step(Step::Lose);
        self.settle();
        self.check(true);
    }

    /// Whoever heard of an invitation has heard of each of its outcomes, as the server knows them, and
    /// the phone shows what the server has. What began while Bob was out of the group, a login tells.
    fn check(&self, after_login: bool) {
        for invitation in &self.server.invitations {
            let id = &invitation.invite_id;
            let entry = self.phone.entry(id.as_str());
            if self.told.lost.contains(id) || !self.server.is_shown(invitation) {
                assert_eq!(entry, None, "{id} is not for Bob any more");
                continue;
            }
            let is_unseen = self.server.unseen.contains(id) && entry.is_none();
            if is_unseen && !after_login {
                continue;
            }
            for invitee in &invitation.invitees {
                let key = (id.clone(), invitee.user.clone());
                let told = self.told.outcomes.get(&key).copied();
                let has_ended = invitee.state.is_terminal();
                if self.told.begun.contains(id) || told.is_some() {
                    assert_eq!(told, has_ended.then_some(invitee.state), "{key:?}");
                }
            }
            match invitation.state {
                InvitationState::Live => {
                    assert!(self.told.begun.contains(id), "{id} was never told");
                    let shown = entry.expect("what is live is shown").invitation;
                    assert_eq!(shown.invitees, invitation.invitees);
                    assert_eq!(shown.data, invitation.data);
                }
                InvitationState::InCall => {
                    assert!(entry.is_none_or(|entry| entry.ring == Ring::Silent));
                }
                // Who left the group while away does not know, and was not told of its calls.
                InvitationState::Ended if self.server.was_out && !after_login => {
                    assert!(entry.is_none_or(|entry| entry.ring == Ring::Silent));
                }
                InvitationState::Ended => assert_eq!(entry, None, "{id} is over"),
            }
        }
    }
}
