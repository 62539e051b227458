//! A server that knows one phone, Bob's: what it holds, decides, and would tell him.

use bellhop_protocol::event::{CallEnded, GroupChange, GroupChanged, Modified};

use super::*;

#[derive(Default)]
pub(super) struct Server {
    pub(super) invitations: Vec<Invitation>,
    /// Timed out while the phone was away.
    missed: BTreeSet<InviteId>,
    remembered: BTreeMap<String, Value>,
    /// Invitations whose call is over.
    over: BTreeSet<InviteId>,
    /// Began before Bob came back to the group.
    pub(super) unseen: BTreeSet<InviteId>,
    /// Whether Bob is out of the group.
    pub(super) has_left: bool,
    /// Whether he ever was.
    pub(super) was_out: bool,
}

impl Server {
    /// Whether Bob has to do with it: takes part, or sees it as a member.
    pub(super) fn is_shown(&self, invitation: &Invitation) -> bool {
        takes_part(invitation) || (invitation.group_id.is_some() && !self.has_left)
    }

    fn at(&self, id: &str) -> Option<usize> {
        let named = |it: &Invitation| it.invite_id.as_str() == id;
        self.invitations.iter().position(named)
    }

    /// Somebody else invites, or Bob on another device; nothing for what he cannot do.
    pub(super) fn invite(&mut self, kind: u8) -> Event {
        let name = format!("i{}", self.invitations.len());
        let invitation = match kind {
            0 => between("ann", &["bob"], &name, 1),
            1 if !self.has_left => between("ann", &["bob", "cat"], &name, 1),
            2 => between("bob", &["ann"], &name, 1),
            _ => between("ann", &["cat", "dan"], &name, 1),
        };
        self.invitations.push(invitation.clone());
        new(invitation)
    }

    /// The next pending invitee of an invitation answers, or all end; the event, if Bob hears it.
    pub(super) fn end(&mut self, which: usize, how: u8, is_away: bool) -> Option<Event> {
        let at = which.checked_rem(self.invitations.len())?;
        let pending = pending(&self.invitations[at]);
        let first = pending.first()?.clone();
        let (state, who) = match how {
            0 => (InviteeState::Accepted, vec![first]),
            1 => (InviteeState::Rejected, vec![first]),
            2 => (InviteeState::Cancelled, pending),
            _ => (InviteeState::TimedOut, pending),
        };
        let event = self.commit(at, state, &who, "desk", None);
        if state == InviteeState::TimedOut && is_away {
            self.missed.insert(self.invitations[at].invite_id.clone());
        }
        self.is_shown(&self.invitations[at]).then_some(event)
    }

    /// The inviter of an invitation changes its data.
    pub(super) fn modify(&mut self, which: usize) -> Option<Event> {
        let at = which.checked_rem(self.invitations.len())?;
        if pending(&self.invitations[at]).is_empty() {
            return None;
        }
        let data = format!("data of rev {}", self.invitations[at].rev + 1);
        let event = self.replace(at, &data);
        self.is_shown(&self.invitations[at]).then_some(event)
    }

    fn replace(&mut self, at: usize, data: &str) -> Event {
        let invitation = &mut self.invitations[at];
        invitation.rev += 1;
        data.clone_into(&mut invitation.data);
        Event::InvitationModified(Modified {
            invite_id: invitation.invite_id.clone(),
            rev: invitation.rev,
            data: data.to_owned(),
        })
    }

    /// A call that runs is over.
    pub(super) fn hang_up(&mut self, which: usize) -> Option<Event> {
        let at = which.checked_rem(self.invitations.len())?;
        let invitation = self.invitations[at].clone();
        let runs =
            has(&invitation, InviteeState::Accepted) && !self.over.contains(&invitation.invite_id);
        if !runs {
            return None;
        }
        self.over.insert(invitation.invite_id.clone());
        self.set_state(at);
        let is_told = is_party(&invitation) || (invitation.group_id.is_some() && !self.has_left);
        is_told.then(|| {
            Event::CallEnded(CallEnded {
                call_id: invitation.call_id,
                invite_id: invitation.invite_id,
                user: user("cat"),
                duration_ms: invitation.rev,
                reason: "hangUp".parse().unwrap(),
                over: true,
            })
        })
    }

    /// Bob leaves the group or comes back; what he hears.
    pub(super) fn move_house(&mut self) -> Vec<Event> {
        self.has_left = !self.has_left;
        self.was_out = true;
        let of_others = self.invitations.iter().filter(|it| !takes_part(it));
        self.unseen.extend(of_others.map(|it| it.invite_id.clone()));
        let change = if self.has_left {
            GroupChange::Left
        } else {
            GroupChange::Joined
        };
        let mut told = vec![Event::GroupChanged(GroupChanged {
            group_id: "team".parse().unwrap(),
            change,
            users: vec![user("bob")],
            by: user("ann"),
        })];
        for at in 0..self.invitations.len() {
            let invitation = &self.invitations[at];
            let mut out = pending(invitation);
            out.retain(|who| *who == user("bob") || invitation.inviter == user("bob"));
            if self.has_left && invitation.group_id.is_some() && !out.is_empty() {
                let reason = Some(EndReason::LeftGroup);
                told.push(self.commit(at, InviteeState::Cancelled, &out, "desk", reason));
            }
        }
        told
    }

    /// One transition of an invitation, and the event that tells of it.
    fn commit(
        &mut self,
        at: usize,
        state: InviteeState,
        who: &[UserId],
        device: &str,
        reason: Option<EndReason>,
    ) -> Event {
        let invitation = &mut self.invitations[at];
        invitation.rev += 1;
        for invitee in &mut invitation.invitees {
            if who.contains(&invitee.user) {
                invitee.state = state;
                invitee.reason = reason;
                if matches!(state, InviteeState::Accepted | InviteeState::Rejected) {
                    invitee.device = Some(device.parse().unwrap());
                    invitee.platform = Some("linux".parse().unwrap());
                    invitee.data = Some(String::new());
                }
            }
        }
        if state == InviteeState::Accepted {
            self.over.remove(&invitation.invite_id);
        }
        self.set_state(at);
        let invitation = &self.invitations[at];
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
                    cancelled(&ended, ended.rev, reason)
                }
            }
        }
    }

    fn set_state(&mut self, at: usize) {
        let invitation = &mut self.invitations[at];
        let is_over = self.over.contains(&invitation.invite_id);
        invitation.state = if has(invitation, InviteeState::Pending) {
            InvitationState::Live
        } else if has(invitation, InviteeState::Accepted) && !is_over {
            InvitationState::InCall
        } else {
            InvitationState::Ended
        };
    }

    /// The outcome of a request, and the event that tells the other connections.
    pub(super) fn carry_out(&mut self, call: &rpc::Call) -> (Result<Value, Failure>, Vec<Event>) {
        let key = ["opID", "inviteID"].map(|name| call.params[name].as_str().unwrap_or_default());
        let key = format!("{} {key:?}", call.method);
        if let Some(reply) = self.remembered.get(&key) {
            return (Ok(reply.clone()), Vec::new());
        }
        let name = call.params["inviteID"].as_str().unwrap_or_default();
        let decided = match call.method.as_str() {
            "login" => return (Ok(self.snapshot(&call.params)), Vec::new()),
            "ringing" => return (Ok(json!({})), Vec::new()),
            "getInvitation" => return (self.read(name), Vec::new()),
            "getCall" => return (self.read_call(&call.params), Vec::new()),
            "invite" => self.place(name, &[call.params["userID"].as_str().unwrap()]),
            "inviteInGroup" => self.place(name, &["cat", "ann"]),
            "accept" => self.answer(name, InviteeState::Accepted),
            "reject" => self.answer(name, InviteeState::Rejected),
            "cancel" => self.cancel(name, &call.params),
            "modifyInvitation" => self.modify_own(name, &call.params),
            other => panic!("nobody asks {other}"),
        };
        match decided {
            Ok((reply, event)) => {
                self.remembered.insert(key, reply.clone());
                (Ok(reply), vec![event])
            }
            Err(failure) => (Err(failure), Vec::new()),
        }
    }

    fn place(&mut self, name: &str, whom: &[&str]) -> Result<(Value, Event), Failure> {
        if whom.len() > 1 && self.has_left {
            return Err(Failure::new(Code::NotInGroup, Reason::NotInGroup, "No."));
        }
        let invitation = between("bob", whom, name, 1);
        self.invitations.push(invitation.clone());
        let reply = json!({"inviteID": name, "remainingMs": 30_000});
        Ok((reply, new(invitation)))
    }

    fn answer(&mut self, name: &str, state: InviteeState) -> Result<(Value, Event), Failure> {
        let at = self.at(name).ok_or_else(|| past(Reason::Unknown))?;
        let bob = user("bob");
        if !pending(&self.invitations[at]).contains(&bob) {
            return Err(past(Reason::Cancelled));
        }
        let event = self.commit(at, state, std::slice::from_ref(&bob), "phone", None);
        let reply = json!({"inviteID": name, "ended": {"bob": state}});
        Ok((reply, event))
    }

    fn cancel(&mut self, name: &str, params: &Value) -> Result<(Value, Event), Failure> {
        let at = self.at(name).ok_or_else(|| past(Reason::Unknown))?;
        let pending = pending(&self.invitations[at]);
        if pending.is_empty() {
            return Err(past(Reason::Cancelled));
        }
        let reason = params.get("reason").map(|_| EndReason::Glare);
        let event = self.commit(at, InviteeState::Cancelled, &pending, "desk", reason);
        let ended = pending.iter().map(|who| (who.as_str(), "cancelled"));
        let ended: BTreeMap<&str, &str> = ended.collect();
        Ok((json!({"inviteID": name, "ended": ended}), event))
    }

    fn modify_own(&mut self, name: &str, params: &Value) -> Result<(Value, Event), Failure> {
        let at = self.at(name).ok_or_else(|| past(Reason::Unknown))?;
        if pending(&self.invitations[at]).is_empty() {
            return Err(past(Reason::Cancelled));
        }
        let event = self.replace(at, params["data"].as_str().unwrap());
        Ok((json!({"inviteID": name}), event))
    }

    fn read(&self, name: &str) -> Result<Value, Failure> {
        let shown = self.at(name).map(|at| &self.invitations[at]);
        match shown.filter(|it| self.is_shown(it)) {
            Some(invitation) => told(invitation),
            None => Err(past(Reason::Unknown)),
        }
    }

    fn read_call(&self, params: &Value) -> Result<Value, Failure> {
        let name = params["callID"].as_str().unwrap();
        let shown = self.at(name).map(|at| &self.invitations[at]);
        match shown.filter(|it| self.is_shown(it)) {
            Some(invitation) if self.call_runs(invitation) => {
                Ok(serde_json::to_value(call_of(invitation, &parties(invitation))).unwrap())
            }
            Some(_) => Err(past(Reason::Ended)),
            None => Err(past(Reason::Unknown)),
        }
    }

    fn call_runs(&self, invitation: &Invitation) -> bool {
        has(invitation, InviteeState::Accepted) && !self.over.contains(&invitation.invite_id)
    }

    fn snapshot(&mut self, login: &Value) -> Value {
        let known = login["knownInvitations"].as_array().unwrap();
        let known: BTreeSet<&str> = known.iter().map(|id| id.as_str().unwrap()).collect();
        let missed = std::mem::take(&mut self.missed);
        let (mut shown, mut ended) = (Vec::new(), Vec::new());
        for invitation in self.invitations.iter().filter(|it| self.is_shown(it)) {
            let is_known = known.contains(invitation.invite_id.as_str());
            let is_missed = missed.contains(&invitation.invite_id)
                && invitation.group_id.is_none()
                && invitation.invitee_list.contains(&user("bob"));
            match invitation.state {
                InvitationState::Live => shown.push(invitation.clone()),
                InvitationState::InCall if is_known || is_party(invitation) => {
                    shown.push(invitation.clone());
                }
                InvitationState::Ended if is_known || is_missed => ended.push(invitation.clone()),
                InvitationState::InCall | InvitationState::Ended => {}
            }
        }
        let calls = self.invitations.iter().filter(|it| is_party(it));
        let mut snapshot = snapshot(&shown, &ended);
        snapshot.calls = calls
            .filter(|it| self.call_runs(it))
            .map(|it| call_of(it, &parties(it)))
            .collect();
        serde_json::to_value(snapshot).unwrap()
    }
}

fn takes_part(invitation: &Invitation) -> bool {
    let bob = user("bob");
    invitation.inviter == bob || invitation.invitee_list.contains(&bob)
}

/// Whether Bob is in the call that the invitation made, if it made one.
fn is_party(invitation: &Invitation) -> bool {
    let bob = user("bob");
    let mut invitees = invitation.invitees.iter();
    let accepted = invitees.any(|it| it.user == bob && it.state == InviteeState::Accepted);
    accepted || (invitation.inviter == bob && has(invitation, InviteeState::Accepted))
}

fn parties(invitation: &Invitation) -> Vec<Party> {
    let accepted = |it: &&Invitee| it.state == InviteeState::Accepted;
    let invitees = invitation.invitees.iter().filter(accepted);
    std::iter::once(&invitation.inviter)
        .chain(invitees.map(|it| &it.user))
        .map(|who| party(who.as_str(), "desk"))
        .collect()
}

fn has(invitation: &Invitation, state: InviteeState) -> bool {
    invitation.invitees.iter().any(|it| it.state == state)
}

fn pending(invitation: &Invitation) -> Vec<UserId> {
    let invitees = invitation.invitees.iter();
    let pending = invitees.filter(|it| it.state == InviteeState::Pending);
    pending.map(|it| it.user.clone()).collect()
}
