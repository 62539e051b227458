//! Profiles and blocks (SIGNALING §4, 20007), and who sees whether somebody can be reached.

use std::collections::BTreeSet;

use bellhop_engine::Refusal;
use bellhop_protocol::request::{ByUsers, ChangeUsers, ProfileList, UpdateMyProfile, UserList};
use bellhop_protocol::{Failure, UserId};
use serde_json::Value;

use super::asks::origin;
use super::{Ask, Asker, Driver, Stop, Work, try_again};
use crate::ports::PeopleChange;

/// How many users one may have blocked at most.
pub const MAX_BLOCKED: usize = 1000;

/// How many profiles are read at once at most.
pub const MAX_PROFILES: usize = 100;

impl Driver {
    /// Sets one's own name and picture; the result of `updateMyProfile`.
    pub async fn update_profile(
        &self,
        by: &Asker,
        request: UpdateMyProfile,
    ) -> Result<Value, Failure> {
        let op = request.op_id.as_ref();
        let origin = origin(by, "updateMyProfile", &request, op, None);
        let change = PeopleChange::Profile(request.nick, request.avatar);
        let ask = Ask::People(by.actor.user.clone(), change);
        self.answer(by, &ask, &origin).await
    }

    /// Blocks users; the result of `addToBlacklist`.
    pub async fn block(&self, by: &Asker, request: ChangeUsers) -> Result<Value, Failure> {
        let origin = origin(by, "addToBlacklist", &request, request.op_id.as_ref(), None);
        let change = PeopleChange::Block(request.users);
        let ask = Ask::People(by.actor.user.clone(), change);
        self.answer(by, &ask, &origin).await
    }

    /// Unblocks users; the result of `removeFromBlacklist`.
    pub async fn unblock(&self, by: &Asker, request: ChangeUsers) -> Result<Value, Failure> {
        let op = request.op_id.as_ref();
        let origin = origin(by, "removeFromBlacklist", &request, op, None);
        let change = PeopleChange::Unblock(request.users);
        let ask = Ask::People(by.actor.user.clone(), change);
        self.answer(by, &ask, &origin).await
    }

    /// Whether the change may be made.
    pub(super) async fn judge_people(
        &self,
        user: &UserId,
        change: &PeopleChange,
    ) -> Result<Work, Stop> {
        match change {
            PeopleChange::Profile(..) => {}
            PeopleChange::Block(others) => {
                self.check_others(user, others).await?;
                let mut blocked = self.store.blocked_by(user).await?;
                blocked.extend(others.iter().cloned());
                if blocked.len() > MAX_BLOCKED {
                    return Err(refused(format!(
                        "You can block {MAX_BLOCKED} users. Remove some from the blacklist first."
                    )));
                }
            }
            PeopleChange::Unblock(others) => self.check_others(user, others).await?,
        }
        Ok(Work::ChangePeople(user.clone(), change.clone()))
    }

    /// Refuses a list that names nobody, oneself, too many, or somebody who does not exist.
    async fn check_others(&self, user: &UserId, others: &[UserId]) -> Result<(), Stop> {
        if others.is_empty() {
            return Err(Refusal::NobodyNamed.into());
        }
        if others.len() > MAX_BLOCKED {
            return Err(refused(format!(
                "Name at most {MAX_BLOCKED} users at once."
            )));
        }
        if others.contains(user) {
            return Err(refused("You cannot block yourself. Name other users."));
        }
        match self.unknown(others).await?.pop_first() {
            Some(stranger) => Err(Refusal::NoSuchUser(stranger).into()),
            None => Ok(()),
        }
    }

    /// Whom the user has blocked; the result of `getBlacklist`.
    pub async fn blacklist(&self, user: &UserId) -> Result<UserList, Failure> {
        let blocked = self.store.blocked_by(user).await;
        let blocked: BTreeSet<UserId> = blocked.map_err(|e| try_again(&e))?;
        Ok(UserList {
            users: blocked.into_iter().collect(),
        })
    }

    /// Names and pictures of those who exist; the result of `getUserProfile`.
    pub async fn profiles(&self, request: &ByUsers) -> Result<ProfileList, Failure> {
        if request.users.len() > MAX_PROFILES {
            return Err(Failure::bad_parameter(format!(
                "{MAX_PROFILES} profiles can be read at once. Ask for the others next."
            )));
        }
        let profiles = self.store.profiles(&request.users).await;
        Ok(ProfileList {
            profile_list: profiles.map_err(|e| try_again(&e))?,
        })
    }
}

fn refused(message: impl Into<String>) -> Stop {
    Stop::Refused(Failure::bad_parameter(message))
}
