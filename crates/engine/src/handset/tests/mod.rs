//! A handset, fed by hand: one input, its exact effects.

mod added;
mod calls;
mod connection;
mod doubt;
mod glare;
mod groups;
mod modified;
mod property;
mod requests;
mod rings;
mod signals;
mod snapshot;

use bellhop_protocol::event::{Answered, Cancelled, TimedOut};
use bellhop_protocol::invitation::{EndReason, InvitationState};
use bellhop_protocol::request::{Accept, Cancel, Invite, LoggedIn};
use bellhop_protocol::{
    Call, CallId, Code, Event, Failure, Invitation, InviteId, Invitee, InviteeState, Party, Reason,
    Request, Timestamp, UserId, rpc,
};
use serde_json::{Value, json};

use super::{
    ClientEvent, Config, Connection, Effect, Handset, Input, LiveInvitation, Ring, Ticket,
};

/// Bob's phone, and the time.
struct Phone {
    handset: Handset,
    now: u64,
}

impl Phone {
    fn new() -> Self {
        let config = Config {
            user: user("bob"),
            device: "phone".parse().unwrap(),
            platform: "linux".parse().unwrap(),
            user_sig: Some("sig".to_owned()),
            seed: 7,
        };
        Self {
            handset: Handset::new(config),
            now: 1_000_000,
        }
    }

    /// Logged in as the first request on an empty table.
    fn online() -> Self {
        let mut phone = Self::new();
        phone.feed(Input::Start);
        phone.log_in(&nothing());
        phone
    }

    /// Logged in, and rung by Ann with the invitation `ring`; the receipt is answered.
    fn ringing() -> Self {
        let mut phone = Self::online();
        phone.hear(new(ring("ring", 1)));
        phone.reply(2, Ok(json!({})));
        phone
    }

    fn feed(&mut self, input: Input) -> Vec<Effect> {
        self.handset.handle(Timestamp::from_millis(self.now), input)
    }

    fn hear(&mut self, event: Event) -> Vec<Effect> {
        self.feed(Input::Received(rpc::Incoming::Event(Box::new(event))))
    }

    fn reply(&mut self, number: u64, outcome: Result<Value, Failure>) -> Vec<Effect> {
        self.feed(Input::Received(rpc::Incoming::Reply(
            number.into(),
            outcome,
        )))
    }

    fn ask(&mut self, ticket: u64, request: Request) -> Vec<Effect> {
        let ticket = Ticket(ticket);
        self.feed(Input::Ask { ticket, request })
    }

    /// The connection stands and the login succeeds; the effects of the snapshot.
    fn log_in(&mut self, snapshot: &LoggedIn) -> Vec<Effect> {
        let number = self.login_number();
        self.reply(number, Ok(serde_json::to_value(snapshot).unwrap()))
    }

    /// The connection stands; the number that the login was sent under.
    fn login_number(&mut self) -> u64 {
        let effects = self.feed(Input::Connected);
        let [Effect::Send(frame)] = effects.as_slice() else {
            panic!("no login: {effects:?}");
        };
        let call = rpc::decode_call(frame).unwrap();
        assert_eq!(call.method, "login");
        let Some(rpc::Id::Number(number)) = call.id else {
            panic!("no number");
        };
        number.as_u64().unwrap()
    }

    fn lose(&mut self) -> Vec<Effect> {
        self.lose_with(None)
    }

    fn lose_with(&mut self, code: Option<u16>) -> Vec<Effect> {
        let cause = "gone".to_owned();
        self.feed(Input::ConnectionLost { code, cause })
    }

    /// Lets time pass to the next attempt, and logs in.
    fn return_to(&mut self, snapshot: &LoggedIn) -> Vec<Effect> {
        self.wait_for_attempt();
        self.log_in(snapshot)
    }

    fn wait_for_attempt(&mut self) {
        for _ in 0..100 {
            let due = self.handset.next_deadline().expect("an attempt is due");
            self.now = self.now.max(due.as_millis());
            if self.feed(Input::Tick).contains(&Effect::Connect) {
                return;
            }
        }
        panic!("no attempt");
    }

    /// Lets so many milliseconds pass.
    fn wait(&mut self, ms: u64) -> Vec<Effect> {
        self.now += ms;
        self.feed(Input::Tick)
    }

    fn entry(&self, id: &str) -> Option<LiveInvitation> {
        let mut live = self.handset.live();
        live.find(|entry| entry.invitation.invite_id.as_str() == id)
            .cloned()
    }

    fn ring_of(&self, id: &str) -> Option<Ring> {
        self.entry(id).map(|entry| entry.ring)
    }
}

fn user(name: &str) -> UserId {
    name.parse().unwrap()
}

fn id(name: &str) -> InviteId {
    name.parse().unwrap()
}

fn party(name: &str, device: &str) -> Party {
    Party {
        user: user(name),
        device: device.parse().unwrap(),
        platform: "linux".parse().unwrap(),
    }
}

/// An invitation of Ann's to Bob with 30 s left.
fn ring(name: &str, rev: u64) -> Invitation {
    between("ann", &["bob"], name, rev)
}

/// An invitation with 30 s left; of a group when there are several invitees.
fn between(inviter: &str, invitees: &[&str], name: &str, rev: u64) -> Invitation {
    let pending = |name: &&str| Invitee {
        user: user(name),
        state: InviteeState::Pending,
        device: None,
        platform: None,
        data: None,
        reason: None,
        ringing: false,
    };
    Invitation {
        invite_id: id(name),
        rev,
        call_id: CallId::from(id(name)),
        inviter: user(inviter),
        group_id: (invitees.len() > 1).then(|| "team".parse().unwrap()),
        invitee_list: invitees.iter().map(|name| user(name)).collect(),
        data: String::new(),
        timeout: 30,
        online_user_only: false,
        remaining_ms: Some(30_000),
        state: InvitationState::Live,
        invitees: invitees.iter().map(pending).collect(),
        offline_push_info: None,
        glare_with: None,
    }
}

/// The invitation after its first invitee came to that state, on the device `desk` if he answered.
fn after(mut invitation: Invitation, rev: u64, state: InviteeState) -> Invitation {
    invitation.rev = rev;
    let invitee = &mut invitation.invitees[0];
    invitee.state = state;
    invitation.state = InvitationState::Ended;
    if matches!(state, InviteeState::Accepted | InviteeState::Rejected) {
        invitee.device = Some("desk".parse().unwrap());
        invitee.platform = Some("linux".parse().unwrap());
        invitee.data = Some(String::new());
    }
    if state == InviteeState::Accepted {
        invitation.state = InvitationState::InCall;
    }
    invitation
}

fn nothing() -> LoggedIn {
    snapshot(&[], &[])
}

fn snapshot(invitations: &[Invitation], ended: &[Invitation]) -> LoggedIn {
    LoggedIn {
        user: user("bob"),
        server_time: Timestamp::from_millis(5),
        grace_ms: 15_000,
        invitations: invitations.to_vec(),
        ended: ended.to_vec(),
        calls: Vec::new(),
        unread_total: 0,
    }
}

/// The call that an invitation became, for a second already.
fn call_of(invitation: &Invitation, parties: &[Party]) -> Call {
    Call {
        call_id: invitation.call_id.clone(),
        group_id: invitation.group_id.clone(),
        started_ms_ago: 1_000,
        parties: parties.to_vec(),
        invitations: vec![invitation.invite_id.clone()],
    }
}

fn new(invitation: Invitation) -> Event {
    Event::NewInvitationReceived(Box::new(invitation))
}

fn answered(invitation: &Invitation, rev: u64, who: &str, device: &str) -> Answered {
    Answered {
        invite_id: invitation.invite_id.clone(),
        rev,
        inviter: invitation.inviter.clone(),
        group_id: invitation.group_id.clone(),
        invitee: user(who),
        data: String::new(),
        device: device.parse().unwrap(),
        platform: "linux".parse().unwrap(),
        reason: None,
    }
}

fn cancelled(invitation: &Invitation, rev: u64, reason: Option<EndReason>) -> Event {
    Event::InvitationCancelled(Cancelled {
        invite_id: invitation.invite_id.clone(),
        rev,
        inviter: invitation.inviter.clone(),
        group_id: invitation.group_id.clone(),
        invitee_list: invitation.invitee_list.clone(),
        data: String::new(),
        reason,
    })
}

fn timed_out(invitation: &Invitation, rev: u64) -> Event {
    Event::InvitationTimeout(TimedOut {
        invite_id: invitation.invite_id.clone(),
        rev,
        inviter: invitation.inviter.clone(),
        group_id: invitation.group_id.clone(),
        invitee_list: invitation.invitee_list.clone(),
        is_self_timeout: invitation.invitee_list.contains(&user("bob")),
    })
}

fn invite(name: &str, whom: &str) -> Request {
    let mut invite = Invite::to(user(whom));
    invite.invite_id = Some(id(name));
    Request::Invite(invite)
}

fn accept(name: &str) -> Request {
    Request::Accept(Accept {
        invite_id: id(name),
        data: String::new(),
        op_id: Some("op".parse().unwrap()),
    })
}

fn cancel(name: &str) -> Request {
    Request::Cancel(Cancel {
        invite_id: id(name),
        data: String::new(),
        reason: None,
        op_id: Some("op".parse().unwrap()),
    })
}

fn send(number: u64, method: &str, params: Value) -> Effect {
    Effect::Send(rpc::encode_call(&number.into(), method, &params))
}

fn send_request(number: u64, request: &Request) -> Effect {
    send(number, request.method(), request.params())
}

fn receipt(number: u64, name: &str) -> Effect {
    send(number, "ringing", json!({ "inviteID": name }))
}

/// The handset asks how an invitation stands.
fn standing(number: u64, name: &str) -> Effect {
    send(number, "getInvitation", json!({ "inviteID": name }))
}

/// The handset asks who is in a call.
fn parties(number: u64, name: &str) -> Effect {
    send(number, "getCall", json!({ "callID": name }))
}

fn told(shown: &Invitation) -> Result<Value, Failure> {
    Ok(serde_json::to_value(shown).unwrap())
}

/// 6012: the server could not do it just now.
fn try_again() -> Failure {
    Failure::new(Code::TimedOut, Reason::TryAgain, "Not just now.")
}

/// 8010: no longer pending, for this reason.
fn past(reason: Reason) -> Failure {
    Failure::new(Code::NotPending, reason, "Over.")
}

fn lost(name: &str) -> Effect {
    Effect::Tell(ClientEvent::InvitationLost(id(name)))
}

fn tell(event: Event) -> Effect {
    Effect::Tell(ClientEvent::Signaling(event))
}

fn show(connection: Connection) -> Effect {
    Effect::Tell(ClientEvent::Connection(connection))
}

fn online() -> Effect {
    show(Connection::Online { unread_total: 0 })
}

fn done(ticket: u64, outcome: Result<Value, Failure>) -> Effect {
    let ticket = Ticket(ticket);
    Effect::Done { ticket, outcome }
}
