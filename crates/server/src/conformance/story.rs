//! Stories: any sequence of steps, told to stores one after the other, and all that can be seen of
//! stores afterwards. Two implementations told the same story must be seen alike.

mod company;
mod sight;

use bellhop_engine::{Actor, Command, GRACE, Thread};
use bellhop_protocol::request::{RejectReason, RingTime};
use bellhop_protocol::{CallId, Timestamp};

pub use self::company::{Company, Regroup};
use super::play::{
    accept, at, cancel, decided, decided_of_call, group_id, hang_up, invite, invite_id, modify, on,
    op, party, pushed, reject, text, user,
};
use crate::ports::{OP_LIFETIME, OpKey, PortError, Store, Transition};

/// The users of every story.
pub const USERS: [&str; 3] = ["ann", "bob", "cat"];
/// The names of all its invitations, and of calls.
pub const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];
/// The names of all its groups.
pub const GROUPS: [&str; 2] = ["club", "team"];
/// The names of all its requests.
pub const OPS: [&str; 4] = ["1", "2", "3", "4"];

/// Something that happens in a story; numbers choose from [`USERS`], [`NAMES`], [`GROUPS`] and
/// [`OPS`].
#[derive(Clone, Debug)]
pub enum Step {
    /// Time passes, in milliseconds.
    Wait(u64),
    /// Somebody invites.
    Invite(Ring),
    /// Somebody asks something of an invitation.
    Ask {
        /// Who.
        by: usize,
        /// On which device.
        device: u32,
        /// Of which invitation.
        name: usize,
        /// What.
        what: What,
        /// Under which request.
        op: Option<usize>,
    },
    /// Somebody asks something of an invitation, and it is committed only by [`Step::CommitLate`].
    AskLate {
        /// Who.
        by: usize,
        /// Of which invitation.
        name: usize,
        /// What.
        what: What,
    },
    /// What was asked late is committed.
    CommitLate,
    /// Somebody hangs up.
    HangUp(usize, usize),
    /// Somebody writes to somebody.
    Say {
        /// Who.
        from: usize,
        /// To whom.
        to: usize,
        /// Under which request.
        op: Option<usize>,
    },
    /// Somebody reads what somebody wrote, under which request.
    Read(usize, usize, Option<usize>),
    /// Something happens in a group, or between people.
    Meet(Company),
    /// Something happens in a group, and is committed only by [`Step::CommitLate`].
    MeetLate(Company),
    /// Something happens that nobody asked for.
    Happen(Event),
}

/// An invitation as a story has it.
#[derive(Clone, Debug)]
pub struct Ring {
    /// Who.
    pub from: usize,
    /// Whom.
    pub to: usize,
    /// In which group, and then also whoever is neither of them.
    pub group: Option<usize>,
    /// Under which name.
    pub name: usize,
    /// Into the call of which name.
    pub call: usize,
    /// For how many seconds.
    pub timeout: u32,
    /// Whether only to connected devices.
    pub online: bool,
    /// Whether those whose devices do not ring are pushed to.
    pub pushed: bool,
    /// Whether it is left out of count and last message.
    pub excluded: bool,
    /// Under which request.
    pub op: Option<usize>,
}

/// What happens by itself; a device is a user and its number.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// A device is gone.
    Absent(usize, u32),
    /// A device is back.
    Back(usize, u32),
    /// A device logs in, and its user is known.
    Connect(usize, u32),
    /// A device logs out.
    Leave(usize, u32),
    /// The server has crashed.
    Crash,
    /// What is older than a day is forgotten.
    Purge,
}

/// What can be asked of an invitation.
#[derive(Clone, Copy, Debug)]
pub enum What {
    /// Accept.
    Accept,
    /// Reject.
    Reject,
    /// Reject because of another call.
    RejectBusy,
    /// Cancel.
    Cancel,
    /// Say that it rings.
    Ringing,
    /// Change its data.
    Modify,
    /// The timer looks.
    TimeOut,
    /// The timer looks for devices asleep.
    Push,
    /// Members have left its group.
    MembersLeft,
    /// The inviter is gone.
    InviterGone,
    /// All devices of an invitee have been gone for the grace.
    InviteeGone,
    /// A server has started.
    ServerStarted,
}

/// Tells a story to stores, step by step.
#[derive(Default)]
pub struct Teller {
    elapsed: u64,
    late: Option<Transition>,
}

impl Teller {
    /// Lets the step happen; what came of it, in words.
    pub async fn tell(&mut self, store: &dyn Store, step: &Step) -> String {
        let now = at(self.elapsed);
        match step {
            Step::Wait(ms) => {
                self.elapsed += ms;
                String::new()
            }
            Step::Invite(ring) => {
                let ops = ring.op.map(|n| op(USERS[ring.from], OPS[n]));
                once(store, NAMES[ring.name], &inviting(ring), ops, now).await
            }
            Step::Ask {
                by,
                device,
                name,
                what,
                op: request,
            } => {
                let command = command(*what, &on(USERS[*by], *device));
                let ops = request.map(|n| op(USERS[*by], OPS[n]));
                once(store, NAMES[*name], &command, ops, now).await
            }
            Step::AskLate { by, name, what } => {
                let command = command(*what, &on(USERS[*by], 1));
                let late = decided(store, &invite_id(NAMES[*name]), &command, &[], now).await;
                self.late = late.as_ref().ok().cloned();
                format!("{late:?}")
            }
            Step::CommitLate => match self.late.take() {
                Some(late) => format!("{:?}", store.commit(late).await),
                None => String::new(),
            },
            Step::HangUp(by, name) => {
                let command = hang_up(&on(USERS[*by], 1));
                let id = CallId::from(invite_id(NAMES[*name]));
                match decided_of_call(store, &id, &command, now).await {
                    Ok(transition) => format!("{:?}", store.commit(transition).await),
                    Err(refusal) => format!("{refusal:?}"),
                }
            }
            Step::Say {
                from,
                to,
                op: request,
            } => {
                let ops = request.map(|n| op(USERS[*from], OPS[n]));
                let draft = text(USERS[*from], USERS[*to], "\"said\" \\ \u{1f514}", now);
                let said = store.append(draft, Vec::from_iter(ops), "said".into());
                format!("{:?}", said.await)
            }
            Step::Read(by, from, request) => {
                let reader = user(USERS[*by]);
                let thread = Thread::between(&reader, &user(USERS[*from]));
                let ops = request.map(|n| op(USERS[*by], OPS[n]));
                let read =
                    store.mark_read(&reader, &thread, Vec::from_iter(ops), "read".into(), now);
                format!("{:?}", read.await)
            }
            Step::Meet(company) => company.happen(store, now).await,
            Step::MeetLate(company) => {
                self.late = company.judged(store, now).await.and_then(Result::ok);
                format!("{:?}", self.late)
            }
            Step::Happen(event) => format!("{:?}", happen(store, *event, now).await),
        }
    }

    /// All that can be seen of the stores at this point of the story, a line each.
    pub async fn see(&self, store: &dyn Store) -> Vec<String> {
        sight::see(store, at(self.elapsed)).await
    }
}

fn inviting(ring: &Ring) -> Command {
    let mut invite = invite(USERS[ring.from], USERS[ring.to], NAMES[ring.name]);
    invite.call = invite_id(NAMES[ring.call]).into();
    invite.timeout = RingTime::try_from(ring.timeout).expect("a story's rings are short");
    if let Some(group) = ring.group {
        invite.group = Some(group_id(GROUPS[group]));
        let others = (0..USERS.len()).filter(|n| *n != ring.from && *n != ring.to);
        invite.invitees.extend(others.map(|n| user(USERS[n])));
    }
    invite.online_user_only = ring.online;
    invite.push = ring.pushed.then(pushed);
    if ring.excluded {
        invite.data = r#"{"excludeFromHistoryMessage":true}"#.into();
    }
    Command::Invite(invite)
}

fn command(what: What, by: &Actor) -> Command {
    match what {
        What::Accept => accept(by),
        What::Reject => reject(by, None),
        What::RejectBusy => reject(by, Some(RejectReason::Busy)),
        What::Cancel => cancel(by),
        What::Ringing => Command::Ringing { by: by.clone() },
        What::Modify => modify(by, "{\"modified\":true}"),
        What::TimeOut => Command::TimeOut,
        What::Push => Command::Push,
        What::MembersLeft => Command::MembersLeft,
        What::InviterGone => Command::InviterGone,
        What::InviteeGone => Command::InviteeGone,
        What::ServerStarted => Command::ServerStarted {
            back_by: at(20_000),
        },
    }
}

/// Decides and commits once; what came of it, in words.
async fn once(
    store: &dyn Store,
    name: &str,
    command: &Command,
    op: Option<OpKey>,
    now: Timestamp,
) -> String {
    let ops = Vec::from_iter(op);
    match decided(store, &invite_id(name), command, &ops, now).await {
        Ok(transition) => format!("{:?}", store.commit(transition).await),
        Err(refusal) => format!("{refusal:?}"),
    }
}

async fn happen(store: &dyn Store, event: Event, now: Timestamp) -> Result<(), PortError> {
    match event {
        Event::Absent(user, number) => {
            let party = party(&on(USERS[user], number));
            store.set_absence(&party, now.after(GRACE)).await
        }
        Event::Back(user, number) => {
            let back = on(USERS[user], number);
            store.clear_absence(&back.user, &back.device).await
        }
        Event::Connect(user, number) => {
            let device = on(USERS[user], number);
            store.ensure_user(&device.user).await?;
            store.set_connected(&device.user, &device.device, now).await
        }
        Event::Leave(user, number) => {
            let device = on(USERS[user], number);
            store.set_last_seen(&device.user, &device.device, now).await
        }
        Event::Crash => store.devices_lost(now).await,
        Event::Purge => {
            let day = now.since(at(0)).saturating_sub(OP_LIFETIME);
            store.purge(at(0).after(day)).await
        }
    }
}
