//! A device that is watched: what it hears, what it knows by that, and what it must not hear.

use bellhop_engine::{Call, Invitation, view};
use bellhop_protocol::{Event, InvitationState, InviteeState};

use super::cast::{Ask, Device, PARTIES, moment, user};
use super::rules::{Number, Rules, among, invitees, parties};
use crate::verdict::{Breach, Invariant};

/// An event, as short as can be; users are bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Heard {
    New {
        rev: u8,
    },
    Accepted {
        rev: u8,
        who: u8,
    },
    Rejected {
        rev: u8,
        who: u8,
    },
    Cancelled {
        rev: u8,
        who: u8,
    },
    TimedOut {
        rev: u8,
        who: u8,
        own: bool,
    },
    Ringing {
        rev: u8,
    },
    Left {
        call_rev: u8,
        who: u8,
        over: bool,
    },
    /// None that is known here.
    Strange,
}

impl Heard {
    pub(super) fn of(event: &Event, call_rev: u64) -> Self {
        let small = |rev: u64| u8::try_from(rev).expect("the small world is small");
        if let Event::NewInvitationReceived(it) = event {
            Self::New { rev: small(it.rev) }
        } else if let Event::InviteeAccepted(it) = event {
            let who = invitees([&it.invitee]);
            Self::Accepted {
                rev: small(it.rev),
                who,
            }
        } else if let Event::InviteeRejected(it) = event {
            let who = invitees([&it.invitee]);
            Self::Rejected {
                rev: small(it.rev),
                who,
            }
        } else if let Event::InvitationCancelled(it) = event {
            let who = invitees(&it.invitee_list);
            Self::Cancelled {
                rev: small(it.rev),
                who,
            }
        } else if let Event::InvitationTimeout(it) = event {
            let (who, own) = (invitees(&it.invitee_list), it.is_self_timeout);
            Self::TimedOut {
                rev: small(it.rev),
                who,
                own,
            }
        } else if let Event::InviteeRinging(it) = event {
            Self::Ringing { rev: small(it.rev) }
        } else if let Event::CallEnded(it) = event {
            let (who, over) = (among(&PARTIES, [&it.user]), it.over);
            Self::Left {
                call_rev: small(call_rev),
                who,
                over,
            }
        } else {
            Self::Strange
        }
    }

    /// The revision of the invitation it tells of.
    pub(super) fn rev(self) -> Option<u8> {
        match self {
            Self::New { rev }
            | Self::Accepted { rev, .. }
            | Self::Rejected { rev, .. }
            | Self::Cancelled { rev, .. }
            | Self::TimedOut { rev, .. }
            | Self::Ringing { rev } => Some(rev),
            Self::Left { .. } | Self::Strange => None,
        }
    }
}

/// Something on its way to the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Item {
    Event(Heard),
    /// The result of what it asked, and whether it was carried out.
    Result(Ask, bool),
    /// How all stood when it logged in: the states, and the time.
    Snapshot(Number, Number, bool),
}

/// What the device knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Knowledge {
    /// The last revision it heard of; 0 when it does not know the invitation.
    pub(super) rev: u8,
    /// Whether it placed it.
    pub(super) placed: bool,
    /// How each invitee ended; nothing while he is pending.
    ends: [Option<End>; 2],
    /// Who is in the call, one bit each.
    parties: u8,
    /// Whether it rings.
    pub(super) rings: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum End {
    Accepted,
    Rejected,
    Cancelled,
    TimedOut,
}

fn end(state: InviteeState) -> Option<End> {
    match state {
        InviteeState::Pending => None,
        InviteeState::Accepted => Some(End::Accepted),
        InviteeState::Rejected => Some(End::Rejected),
        InviteeState::Cancelled => Some(End::Cancelled),
        InviteeState::TimedOut => Some(End::TimedOut),
    }
}

/// What is true when the device hears something.
pub(super) struct Truth<'a> {
    pub(super) rules: &'a Rules,
    pub(super) invitation: Option<&'a Invitation>,
    pub(super) device: Device,
}

impl Knowledge {
    /// Hears what came.
    pub(super) fn hear(&mut self, item: Item, truth: &Truth<'_>) -> Result<(), Breach> {
        match item {
            Item::Event(heard) => self.event(heard, truth),
            Item::Result(ask, true) => self.done(ask, truth),
            Item::Result(_, false) => Ok(()),
            Item::Snapshot(invitation, call, late) => {
                let invitation = truth.rules.invitation(invitation);
                self.snapshot(invitation, truth.rules.call(call), late, truth)
            }
        }
    }

    fn event(&mut self, heard: Heard, truth: &Truth<'_>) -> Result<(), Breach> {
        if truth.device == Device::E1 || heard == Heard::Strange {
            return Err(wrong(Invariant::OnlyParticipants, format!("{heard:?}")));
        }
        let is_new = matches!(heard, Heard::New { .. });
        if let Some(rev) = heard.rev() {
            // Where it was placed, its beginning is known.
            let is_begun = self.rev > 0 || truth.device == Device::A1;
            if is_new == is_begun || rev <= self.rev {
                let what = format!("{heard:?} after rev {}", self.rev);
                return Err(wrong(Invariant::InOrder, what));
            }
            self.rev = rev;
        }
        match heard {
            Heard::New { .. } => self.rings = truth.device.invitee().is_some(),
            Heard::Accepted { who, .. } => {
                // The inviter joins again, if he had left.
                self.parties |= 1 | who << 1;
                self.ends(who, End::Accepted, truth)?;
            }
            Heard::Rejected { who, .. } => self.ends(who, End::Rejected, truth)?,
            Heard::Cancelled { who, .. } => self.ends(who, End::Cancelled, truth)?,
            Heard::TimedOut { who, own, .. } => {
                let is_among = truth.device.invitee().is_some_and(|at| who >> at & 1 == 1);
                if own != is_among {
                    return Err(wrong(Invariant::SameEnd, format!("{heard:?}")));
                }
                self.ends(who, End::TimedOut, truth)?;
            }
            Heard::Left { who, over, .. } => {
                self.parties = if over { 0 } else { self.parties & !who };
            }
            Heard::Ringing { .. } | Heard::Strange => {}
        }
        Ok(())
    }

    /// These invitees ended so: for the first time, and as the ledger has it.
    fn ends(&mut self, who: u8, how: End, truth: &Truth<'_>) -> Result<(), Breach> {
        for at in (0..2).filter(|at| who >> at & 1 == 1) {
            if let Some(before) = self.ends[at] {
                let what = format!("{how:?} after {before:?}");
                return Err(wrong(Invariant::EndsOnce, what));
            }
            let is = truth.invitation.map(|it| it.invitees[at].fate.state());
            if is.and_then(end) != Some(how) {
                let what = format!("told {how:?}, the ledger has {is:?}");
                return Err(wrong(Invariant::SameEnd, what));
            }
            self.ends[at] = Some(how);
            self.fall_silent(truth.device);
        }
        Ok(())
    }

    fn fall_silent(&mut self, device: Device) {
        let own = device.invitee().and_then(|at| self.ends[at]);
        self.rings &= own.is_none();
    }

    /// Its own request was carried out.
    fn done(&mut self, ask: Ask, truth: &Truth<'_>) -> Result<(), Breach> {
        let own = truth.device.invitee();
        let (who, how) = match ask {
            Ask::Invite => {
                self.rev = self.rev.max(1);
                return Ok(());
            }
            Ask::Accept(_) => (own.map_or(0, |at| 1 << at), End::Accepted),
            Ask::Reject(_) => (own.map_or(0, |at| 1 << at), End::Rejected),
            Ask::Cancel(_) => {
                let pending = (0..2).filter(|at| self.ends[*at].is_none());
                (pending.fold(0, |bits, at| bits | 1 << at), End::Cancelled)
            }
            Ask::HangUp(by) => {
                let me = among(&PARTIES, [&by.actor().user]);
                let left = self.parties & !me;
                self.parties = if left.count_ones() < 2 { 0 } else { left };
                return Ok(());
            }
            Ask::Ringing(_) | Ask::TimeOut => return Ok(()),
        };
        let unheard = (0..2).filter(|at| who >> at & 1 == 1 && self.ends[*at] != Some(how));
        let unheard = unheard.fold(0, |bits, at| bits | 1 << at);
        if how == End::Accepted && unheard != 0 {
            self.parties |= 1 | unheard << 1;
        }
        self.ends(unheard, how, truth)
    }

    /// What the snapshot has takes the place of what was known; what ended meanwhile is told.
    fn snapshot(
        &mut self,
        invitation: Option<&Invitation>,
        call: Option<&Call>,
        late: bool,
        truth: &Truth<'_>,
    ) -> Result<(), Breach> {
        let Some(invitation) = invitation.filter(|_| truth.device != Device::E1) else {
            return Ok(());
        };
        let shown = view(invitation, call, moment(Ask::TimeOut, late));
        if self.rev == 0 && shown.state == InvitationState::Ended {
            return Ok(());
        }
        let rev = u8::try_from(shown.rev).expect("the small world is small");
        if rev < self.rev {
            let what = format!("a snapshot of rev {rev} after rev {}", self.rev);
            return Err(wrong(Invariant::InOrder, what));
        }
        let own = truth.device.invitee();
        if self.rev == 0 {
            let is_pending = |at: usize| shown.invitees[at].state == InviteeState::Pending;
            self.rings = own.is_some_and(is_pending);
        }
        self.rev = rev;
        for (at, invitee) in shown.invitees.iter().enumerate() {
            let how = end(invitee.state);
            if let Some(how) = how.filter(|how| self.ends[at] != Some(*how)) {
                self.ends(1 << at, how, truth)?;
            }
        }
        self.fall_silent(truth.device);
        self.parties = parties(call);
        Ok(())
    }

    /// Whether somebody would ask this who knows so much.
    pub(super) fn has_reason(&self, ask: Ask) -> bool {
        match ask {
            Ask::Invite => !self.placed,
            Ask::Cancel(_) | Ask::Accept(_) | Ask::Reject(_) | Ask::Ringing(_) => self.rev > 0,
            Ask::HangUp(by) => self.parties & among(&PARTIES, [&by.actor().user]) != 0,
            Ask::TimeOut => false,
        }
    }

    /// What it knows when nothing is under way is what the ledger has.
    pub(super) fn check_agreement(&self, call: Number, truth: &Truth<'_>) -> Result<(), Breach> {
        if truth.device == Device::E1 {
            return Ok(());
        }
        let is_open = truth.invitation.is_some_and(|it| it.ended.is_none());
        let call = truth.rules.call(call);
        if self.rev == 0 {
            let is_running = call.is_some_and(Call::is_running);
            if is_open || is_running {
                let what = format!("{:?} does not know it", truth.device);
                return Err(wrong(Invariant::Agreement, what));
            }
            return Ok(());
        }
        let fates = truth.invitation.into_iter().flat_map(|it| &it.invitees);
        let ends: Vec<_> = fates.map(|it| end(it.fate.state())).collect();
        let pending = truth
            .device
            .invitee()
            .is_some_and(|at| ends.get(at) == Some(&None));
        if ends != self.ends || parties(call) != self.parties || self.rings != pending {
            let what = format!("{self:?}; the ledger has {ends:?}, {call:?}");
            return Err(wrong(Invariant::Agreement, what));
        }
        Ok(())
    }
}

pub(super) fn wrong(invariant: Invariant, what: String) -> Breach {
    Breach { invariant, what }
}

/// What a device of this user may ask.
pub(super) fn asks_of(device: Device) -> Vec<Ask> {
    let is_inviter = device.actor().user == user("a");
    match device {
        Device::A1 => vec![Ask::Invite, Ask::Cancel(device), Ask::HangUp(device)],
        Device::A2 if is_inviter => vec![Ask::Cancel(device)],
        Device::B1 | Device::C1 => vec![
            Ask::Accept(device),
            Ask::Reject(device),
            Ask::HangUp(device),
        ],
        Device::B2 | Device::C2 => vec![Ask::Accept(device), Ask::Reject(device)],
        Device::A2 | Device::D1 | Device::E1 => Vec::new(),
    }
}
