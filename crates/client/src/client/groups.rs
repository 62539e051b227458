//! Groups and their members (PROTOCOL, "Requests").

use bellhop_protocol::request::{
    ByGroup, ChangeMembers, CreateGroup, CreatedGroup, GroupList, JoinOption, MemberList, Nothing,
};
use bellhop_protocol::{GroupId, GroupName, Request, UserId};

use super::Client;
use crate::pending::Pending;

impl Client {
    /// Makes a group of this user's with these members: 500 at most, himself included.
    ///
    /// The server gives it an id. For an id of one's own, or a group that is open to all
    /// ([`JoinOption::Free`]), hand [`Client::create_group_as`] the whole request. Refused with 6017,
    /// 20003 (a member who does not exist).
    pub fn create_group(&self, name: GroupName, members: Vec<UserId>) -> Pending<CreatedGroup> {
        self.create_group_as(CreateGroup {
            group: None,
            name,
            members,
            join_option: JoinOption::InviteOnly,
            op_id: None,
        })
    }

    /// Makes a group as the request says. Refused also with 6017 `taken` for an id that is in use.
    pub fn create_group_as(&self, create: CreateGroup) -> Pending<CreatedGroup> {
        self.ask(Request::CreateGroup(create))
    }

    /// Ends a group of this user's: its live invitations end as cancelled (`leftGroup`).
    ///
    /// Refused with 10007 (`notInGroup`, `notOwner`), 10010.
    pub fn dismiss_group(&self, group: &GroupId) -> Pending<Nothing> {
        self.ask(Request::DismissGroup(by(group)))
    }

    /// Becomes a member of a group that is open to all. Refused with 6017 (it is full), 10007
    /// (`inviteOnly`: a member has to add this user), 10010.
    pub fn join_group(&self, group: &GroupId) -> Pending<Nothing> {
        self.ask(Request::JoinGroup(by(group)))
    }

    /// Leaves a group. Whoever is rung in it is so no more (`leftGroup`), and calls of others in it are
    /// gone from the view. Refused with 10007, 10010.
    pub fn quit_group(&self, group: &GroupId) -> Pending<Nothing> {
        self.ask(Request::QuitGroup(by(group)))
    }

    /// Makes these users members, as any member may. Refused with 6017 (nobody named, too many), 10007,
    /// 10010, 20003.
    pub fn add_group_members(&self, group: &GroupId, users: Vec<UserId>) -> Pending<Nothing> {
        self.ask(Request::AddGroupMember(change(group, users)))
    }

    /// Takes these members out of a group of this user's. Refused with 6017 (nobody named, or oneself),
    /// 10004 (no member), 10007 (`notInGroup`, `notOwner`), 10010.
    pub fn delete_group_members(&self, group: &GroupId, users: Vec<UserId>) -> Pending<Nothing> {
        self.ask(Request::DeleteGroupMember(change(group, users)))
    }

    /// The groups that this user is a member of, in the order of their ids.
    pub fn joined_group_list(&self) -> Pending<GroupList> {
        self.ask(Request::GetJoinedGroupList(Nothing {}))
    }

    /// The members of a group of this user's, in the order of joining. Refused with 10007, 10010.
    pub fn group_member_list(&self, group: &GroupId) -> Pending<MemberList> {
        self.ask(Request::GetGroupMemberList(by(group)))
    }
}

fn by(group: &GroupId) -> ByGroup {
    ByGroup {
        group: group.clone(),
        op_id: None,
    }
}

fn change(group: &GroupId, users: Vec<UserId>) -> ChangeMembers {
    ChangeMembers {
        group: group.clone(),
        users,
        op_id: None,
    }
}
