//! Users: who can be reached, what they show of themselves, and who is blocked.

use bellhop_protocol::request::{
    Avatar, ByUsers, ChangeUsers, MyProfile, Nick, Nothing, ProfileList, StatusList,
    UpdateMyProfile, UserList,
};
use bellhop_protocol::{Request, UserId};

use super::Client;
use crate::pending::Pending;

impl Client {
    /// Who of these can be reached now. Refused with 6017.
    pub fn user_status(&self, users: Vec<UserId>) -> Pending<StatusList> {
        self.ask(Request::GetUserStatus(ByUsers { users }))
    }

    /// Who of these can be reached now; changes arrive as events from here on, also after a
    /// reconnect, of at most 1000 users. Refused with 6017.
    pub fn subscribe_user_status(&self, users: Vec<UserId>) -> Pending<StatusList> {
        self.ask(Request::SubscribeUserStatus(ByUsers { users }))
    }

    /// Sets this user's name and picture; what is absent stays as it is, and empty means none.
    ///
    /// A name is at most 128 bytes, a picture the `https` address of one, at most 512 bytes. The
    /// outcome is the whole profile.
    pub fn update_my_profile(
        &self,
        nick: Option<Nick>,
        avatar: Option<Avatar>,
    ) -> Pending<MyProfile> {
        self.ask(Request::UpdateMyProfile(UpdateMyProfile {
            nick,
            avatar,
            op_id: None,
        }))
    }

    /// Names and pictures of those of these users who exist, in this order. Refused with 6017.
    pub fn user_profiles(&self, users: Vec<UserId>) -> Pending<ProfileList> {
        self.ask(Request::GetUserProfile(ByUsers { users }))
    }

    /// Blocks these users: their one-to-one invitations and messages are refused with 20007, and in a
    /// group theirs do not ring this user. Refused with 6017, 20003.
    pub fn add_to_blacklist(&self, users: Vec<UserId>) -> Pending<Nothing> {
        self.ask(Request::AddToBlacklist(change(users)))
    }

    /// Blocks these users no more. Refused with 6017.
    pub fn remove_from_blacklist(&self, users: Vec<UserId>) -> Pending<Nothing> {
        self.ask(Request::RemoveFromBlacklist(change(users)))
    }

    /// Whom this user has blocked, in the order of their ids.
    pub fn blacklist(&self) -> Pending<UserList> {
        self.ask(Request::GetBlacklist(Nothing {}))
    }
}

fn change(users: Vec<UserId>) -> ChangeUsers {
    ChangeUsers { users, op_id: None }
}
