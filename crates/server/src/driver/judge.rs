//! What is loaded for an ask, and what the engine says to it.

use std::collections::BTreeSet;

use bellhop_engine::invitation::Devices;
use bellhop_engine::{
    Command, Context, Group, Invitation, MAX_INVITEES, MAX_MEMBERS, Refusal, call, command, group,
};
use bellhop_protocol::{CallId, Code, Failure, GroupId, InviteId, Reason, Timestamp, UserId};

use super::{Ask, Driver, Stop, Work};
use crate::ports::PortError;

/// How many invitations of one inviter to one invitee, or in one group, are live at most.
pub const MAX_RINGS: u32 = 128;

/// Who is in the group that something happens in; nobody where there is no group.
#[derive(Default)]
struct Members {
    /// Who is in it.
    present: BTreeSet<UserId>,
    /// Who was in it when it was dismissed.
    witnesses: BTreeSet<UserId>,
    /// The group, with the revision at which it had them.
    stands_on: Option<(GroupId, u64)>,
}

impl Driver {
    /// Loads what the ask is about and decides on it; fresh with every attempt.
    pub(super) async fn judge(&self, ask: &Ask, now: Timestamp) -> Result<Work, Stop> {
        match ask {
            Ask::Invitation(id, command) => self.judge_invitation(id, command, now).await,
            Ask::Call(id, command) => self.judge_call(id, command, now).await,
            Ask::Group(id, command) => self.judge_group(id, command, now).await,
            Ask::Message(by, request) => self.judge_message(by, request, now).await,
            Ask::Read(user, conversation) => {
                let thread = self.readable(user, conversation).await?;
                Ok(Work::MarkRead(user.clone(), thread))
            }
            Ask::People(user, change) => self.judge_people(user, change).await,
        }
    }

    async fn judge_invitation(
        &self,
        id: &InviteId,
        command: &Command,
        now: Timestamp,
    ) -> Result<Work, Stop> {
        let state = self.store.invitation(id).await?;
        if let (None, Command::Invite(invite)) = (&state, command) {
            self.check_rings(invite).await?;
        }
        let group = match (&state, command) {
            (Some(state), _) => state.group.as_ref(),
            (None, Command::Invite(invite)) => invite.group.as_ref(),
            (None, _) => None,
        };
        let members = self.members(group).await?;
        let context = self.context(state.as_ref(), command, members.present, now);
        let context = Context {
            witnesses: members.witnesses,
            ..context.await?
        };
        let decision = bellhop_engine::decide(state.as_ref(), command, &context, now)?;
        Ok(Work::Commit(Box::new(decision), members.stands_on))
    }

    async fn judge_call(
        &self,
        id: &CallId,
        command: &call::Command,
        now: Timestamp,
    ) -> Result<Work, Stop> {
        let state = self.store.call(id).await?;
        let group = state.as_ref().and_then(|call| call.group.as_ref());
        let members = self.members(group).await?;
        let mut hearers = members.present;
        // Whoever was invited may have left the group, and has heard that the call began.
        let invitations = state.iter().filter(|call| call.group.is_some());
        for id in invitations.flat_map(|call| &call.invitations) {
            let invitation = self.store.invitation(id).await?;
            hearers.extend(invitation.iter().flat_map(Invitation::listeners).cloned());
        }
        let decision = call::decide(state.as_ref(), command, &hearers, now)?;
        Ok(Work::Commit(Box::new(decision), members.stands_on))
    }

    async fn judge_group(
        &self,
        id: &GroupId,
        command: &group::Command,
        now: Timestamp,
    ) -> Result<Work, Stop> {
        let state = self.store.group(id).await?;
        let named = match command {
            group::Command::Create { members, .. } => members.as_slice(),
            group::Command::Add(_, users) => users,
            group::Command::Dismiss(_)
            | group::Command::Join(_)
            | group::Command::Quit(_)
            | group::Command::Remove(..) => &[],
        };
        // More than a group can have are refused, whoever they are.
        let unknown = if named.iter().collect::<BTreeSet<_>>().len() <= MAX_MEMBERS {
            self.unknown(named).await?
        } else {
            BTreeSet::new()
        };
        let mut decision = group::decide(state.as_ref(), command, &unknown)?;
        if let group::Command::Join(_) | group::Command::Add(..) = command {
            let open = self.store.open_in_group(id).await?;
            decision = group::welcome(state.as_ref(), decision, &open, now);
        }
        Ok(Work::Commit(Box::new(decision), None))
    }

    /// The connected devices of each of these users.
    async fn connected(&self, users: BTreeSet<UserId>) -> Devices {
        let mut connected = Devices::new();
        for user in users {
            let devices = self.presence.connected(&user).await;
            connected.insert(user, devices);
        }
        connected
    }

    /// Who of these has no account.
    pub(super) async fn unknown(&self, users: &[UserId]) -> Result<BTreeSet<UserId>, PortError> {
        let mut unknown: BTreeSet<UserId> = users.iter().cloned().collect();
        if unknown.is_empty() {
            return Ok(unknown);
        }
        let asked: Vec<UserId> = unknown.iter().cloned().collect();
        for profile in self.store.profiles(&asked).await? {
            unknown.remove(&profile.user);
        }
        Ok(unknown)
    }

    /// The group's members, with what a decision about them stands on.
    async fn members(&self, group: Option<&GroupId>) -> Result<Members, PortError> {
        let Some(id) = group else {
            return Ok(Members::default());
        };
        let Some(group) = self.store.group(id).await? else {
            return Ok(Members::default());
        };
        Ok(Members {
            present: group.member_set(),
            witnesses: group.witnesses.into_iter().collect(),
            stands_on: Some((group.id, group.rev)),
        })
    }

    /// Refuses one ring more where the inviter has [`MAX_RINGS`] with the invitee, or in the group,
    /// already.
    async fn check_rings(&self, invite: &command::Invite) -> Result<(), Stop> {
        let inviter = &invite.by.user;
        if let Some(group) = &invite.group {
            let open = self.store.open_in_group(group).await?;
            let own = open.iter().filter(|it| it.inviter.user == *inviter);
            if own.take(MAX_RINGS as usize).count() >= MAX_RINGS as usize {
                return Err(Stop::Refused(too_many_rings("in this group")));
            }
            return Ok(());
        }
        for invitee in &invite.invitees {
            let count = self.store.count_open_between(inviter, invitee, MAX_RINGS);
            if count.await? >= MAX_RINGS {
                let to = format!("to \"{invitee}\"");
                return Err(Stop::Refused(too_many_rings(&to)));
            }
        }
        Ok(())
    }

    /// What the engine wants to know for this command.
    async fn context(
        &self,
        state: Option<&Invitation>,
        command: &Command,
        members: BTreeSet<UserId>,
        now: Timestamp,
    ) -> Result<Context, PortError> {
        match command {
            Command::Invite(invite) => self.context_of_invite(invite, members, now).await,
            Command::Accept { .. } => {
                let call = match state {
                    Some(state) => self.store.call(&state.call).await?,
                    None => None,
                };
                Ok(Context {
                    call,
                    members,
                    ..Context::default()
                })
            }
            Command::Push | Command::InviteeGone => {
                let invitees = state.map(Invitation::invitee_list).unwrap_or_default();
                Ok(Context {
                    connected: self.connected(invitees.into_iter().collect()).await,
                    members,
                    ..Context::default()
                })
            }
            Command::Cancel { .. }
            | Command::Reject { .. }
            | Command::Modify { .. }
            | Command::Ringing { .. }
            | Command::TimeOut
            | Command::InviterGone
            | Command::ServerStarted { .. }
            | Command::MembersLeft => Ok(Context {
                members,
                ..Context::default()
            }),
        }
    }

    async fn context_of_invite(
        &self,
        invite: &command::Invite,
        members: BTreeSet<UserId>,
        now: Timestamp,
    ) -> Result<Context, PortError> {
        let inviter = &invite.by.user;
        let mut context = Context {
            call: self.store.call(&invite.call).await?,
            ..Context::default()
        };
        // A longer list is refused, whoever is in it.
        if invite.invitees.len() <= MAX_INVITEES {
            context.blocked_by = self.store.who_blocks(inviter, &invite.invitees).await?;
        }
        if invite.group.is_none() {
            context.unknown_users = self.unknown(&invite.invitees).await?;
        }
        if let (None, [invitee]) = (&invite.group, &invite.invitees[..]) {
            let other_way = self.store.open_between(invitee, inviter).await?;
            context.glare = other_way.filter(|it| it.is_live(now)).map(|it| it.id);
        }
        let mut concerned = BTreeSet::from([inviter.clone()]);
        concerned.extend(invite.invitees.iter().cloned());
        if invite.online_user_only {
            concerned.extend(members.iter().cloned());
        }
        context.connected = self.connected(concerned).await;
        context.members = members;
        Ok(context)
    }

    /// The group, if the user is a member of it.
    pub(super) async fn joined_group(&self, user: &UserId, id: &GroupId) -> Result<Group, Stop> {
        let group = self.store.group(id).await?;
        let Some(group) = group.filter(|group| !group.is_dismissed()) else {
            return Err(Refusal::NoSuchGroup.into());
        };
        if group.has(user) {
            return Ok(group);
        }
        Err(Refusal::NotInGroup.into())
    }
}

/// 7008: an invitee, or a group, has enough rings of the same inviter.
fn too_many_rings(where_to: &str) -> Failure {
    let message = format!(
        "{MAX_RINGS} invitations of yours {where_to} are live already. Cancel some, or wait until \
         they end."
    );
    let mut failure = Failure::new(Code::TooManyRequests, Reason::TooManyRequests, message);
    failure.data.retry_after_ms = Some(1000);
    failure
}
