//! What clients ask of groups, and what follows when members leave them.

use std::collections::BTreeMap;

use bellhop_engine::{Command, group};
use bellhop_protocol::request::{
    ByGroup, ChangeMembers, CreateGroup, GroupList, GroupMember, GroupRole, MemberList,
};
use bellhop_protocol::{Failure, GroupId, UserId};
use serde_json::Value;

use super::asks::origin;
use super::{Ask, Asker, Driver, Stop, try_again};
use crate::ports::PortError;

impl Driver {
    /// Makes a group; the result of `createGroup`.
    pub async fn create_group(&self, by: &Asker, request: CreateGroup) -> Result<Value, Failure> {
        let origin = origin(by, "createGroup", &request, request.op_id.as_ref(), None);
        let id: GroupId = request.group.unwrap_or_else(|| self.mint());
        let command = group::Command::Create {
            by: by.actor.clone(),
            id: id.clone(),
            name: request.name,
            members: request.members,
            join_option: request.join_option,
        };
        self.answer(by, &Ask::Group(id, command), &origin).await
    }

    /// Ends one's own group; the result of `dismissGroup`.
    pub async fn dismiss_group(&self, by: &Asker, request: ByGroup) -> Result<Value, Failure> {
        let origin = origin(by, "dismissGroup", &request, request.op_id.as_ref(), None);
        let ask = Ask::Group(
            request.group.clone(),
            group::Command::Dismiss(by.actor.clone()),
        );
        let result = self.answer(by, &ask, &origin).await?;
        self.look_through(&request.group).await;
        Ok(result)
    }

    /// Becomes a member; the result of `joinGroup`.
    pub async fn join_group(&self, by: &Asker, request: ByGroup) -> Result<Value, Failure> {
        let origin = origin(by, "joinGroup", &request, request.op_id.as_ref(), None);
        let command = group::Command::Join(by.actor.clone());
        self.answer(by, &Ask::Group(request.group, command), &origin)
            .await
    }

    /// Leaves a group; the result of `quitGroup`.
    pub async fn quit_group(&self, by: &Asker, request: ByGroup) -> Result<Value, Failure> {
        let origin = origin(by, "quitGroup", &request, request.op_id.as_ref(), None);
        let ask = Ask::Group(
            request.group.clone(),
            group::Command::Quit(by.actor.clone()),
        );
        let result = self.answer(by, &ask, &origin).await?;
        self.look_through(&request.group).await;
        Ok(result)
    }

    /// Makes others members; the result of `addGroupMember`.
    pub async fn add_members(&self, by: &Asker, request: ChangeMembers) -> Result<Value, Failure> {
        let origin = origin(by, "addGroupMember", &request, request.op_id.as_ref(), None);
        let command = group::Command::Add(by.actor.clone(), request.users);
        self.answer(by, &Ask::Group(request.group, command), &origin)
            .await
    }

    /// Takes members out; the result of `deleteGroupMember`.
    pub async fn delete_members(
        &self,
        by: &Asker,
        request: ChangeMembers,
    ) -> Result<Value, Failure> {
        let op = request.op_id.as_ref();
        let origin = origin(by, "deleteGroupMember", &request, op, None);
        let command = group::Command::Remove(by.actor.clone(), request.users);
        let ask = Ask::Group(request.group.clone(), command);
        let result = self.answer(by, &ask, &origin).await?;
        self.look_through(&request.group).await;
        Ok(result)
    }

    /// Looks through the group's invitations for those who have left it, before whoever asked is
    /// told; what fails stays due.
    async fn look_through(&self, id: &GroupId) {
        let looked: Result<(), Failure> = async {
            let group = self.store.group(id).await.map_err(|e| try_again(&e))?;
            match group {
                Some(group) => self.members_left(id, group.rev).await,
                None => Ok(()),
            }
        }
        .await;
        if let Err(error) = looked {
            tracing::error!(%error, group = %id, "invitations of those who left are left to the timer");
        }
    }

    /// Ends what is pending of those who had left the group at this revision of it.
    pub async fn members_left(&self, id: &GroupId, rev: u64) -> Result<(), Failure> {
        let open = self.store.open_in_group(id).await;
        for invitation in open.map_err(|e| try_again(&e))? {
            let ask = Ask::Invitation(invitation.id, Command::MembersLeft);
            self.by_timer(ask).await?;
        }
        let cleared = self.store.clear_departures(id, rev).await;
        cleared.map_err(|e| try_again(&e))
    }

    /// The groups the user is a member of; the result of `getJoinedGroupList`.
    pub async fn joined_groups(&self, user: &UserId) -> Result<GroupList, Failure> {
        let groups = self.store.groups_of(user).await;
        let groups = groups.map_err(|e| try_again(&e))?;
        Ok(GroupList {
            groups: groups.iter().map(group::Group::info).collect(),
        })
    }

    /// Who is in a group, for its members; the result of `getGroupMemberList`.
    pub async fn group_members(&self, user: &UserId, id: &GroupId) -> Result<MemberList, Failure> {
        let list: Result<MemberList, Stop> = async {
            let group = self.joined_group(user, id).await?;
            Ok(self.member_list(&group).await?)
        }
        .await;
        Ok(list?)
    }

    async fn member_list(&self, group: &group::Group) -> Result<MemberList, PortError> {
        let profiles = self.store.profiles(&group.members).await?;
        let nicks = profiles.into_iter().map(|it| (it.user, it.nick));
        let nicks: BTreeMap<_, _> = nicks.collect();
        let members = group.members.iter().map(|user| GroupMember {
            user: user.clone(),
            role: if *user == group.owner {
                GroupRole::Owner
            } else {
                GroupRole::Member
            },
            nick: nicks
                .get(user)
                .filter(|nick| !nick.as_str().is_empty())
                .cloned(),
        });
        Ok(MemberList {
            members: members.collect(),
        })
    }
}
