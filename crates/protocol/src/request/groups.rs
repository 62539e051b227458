//! Parameters and results of the methods about groups.

use serde::{Deserialize, Deserializer, Serialize};

use super::Nick;
use crate::id::GroupName;
use crate::{GroupId, OpId, UserId};

/// Who may become a member by himself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum JoinOption {
    /// Nobody: a member has to add him.
    #[default]
    InviteOnly,
    /// Everybody.
    Free,
}

/// Parameters of `createGroup`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateGroup {
    /// Its id; the server mints one when it is absent.
    #[serde(rename = "groupID", default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    /// Its name for people to read.
    pub name: GroupName,
    /// Its first members besides the owner, each a user ID or an object with `userID`.
    #[serde(rename = "memberList", default, deserialize_with = "user_ids")]
    pub members: Vec<UserId>,
    /// Who may join by himself.
    #[serde(rename = "joinOption", default)]
    pub join_option: JoinOption,
    /// Makes a repetition harmless.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

fn user_ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<UserId>, D::Error> {
    #[derive(Deserialize)]
    #[serde(
        untagged,
        expecting = "memberList must hold user IDs, or objects with a userID"
    )]
    enum Named {
        Plain(UserId),
        Object {
            #[serde(rename = "userID")]
            user: UserId,
        },
    }

    let named = Vec::<Named>::deserialize(deserializer)?;
    let users = named.into_iter().map(|named| match named {
        Named::Plain(user) | Named::Object { user } => user,
    });
    Ok(users.collect())
}

/// A group, as its members see it in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupInfo {
    /// Its id.
    #[serde(rename = "groupID")]
    pub group: GroupId,
    /// Its name for people to read.
    pub name: GroupName,
    /// Who may dismiss it and take members out.
    pub owner: UserId,
    /// Who may join by himself.
    #[serde(rename = "joinOption")]
    pub join_option: JoinOption,
    /// How many members it has, the owner included.
    #[serde(rename = "memberCount")]
    pub member_count: usize,
}

/// Result of `createGroup`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedGroup {
    /// The group as it is.
    pub group: GroupInfo,
}

/// Parameters of `dismissGroup`, `joinGroup`, `quitGroup` and `getGroupMemberList`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByGroup {
    /// Which group.
    #[serde(rename = "groupID")]
    pub group: GroupId,
    /// Makes a repetition harmless.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

/// Parameters of `addGroupMember` and `deleteGroupMember`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeMembers {
    /// Which group.
    #[serde(rename = "groupID")]
    pub group: GroupId,
    /// Which users.
    #[serde(rename = "userIDList")]
    pub users: Vec<UserId>,
    /// Makes a repetition harmless.
    #[serde(rename = "opID", default, skip_serializing_if = "Option::is_none")]
    pub op_id: Option<OpId>,
}

/// Result of `getJoinedGroupList`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupList {
    /// In the order of their ids.
    #[serde(rename = "groupList")]
    pub groups: Vec<GroupInfo>,
}

/// What a member may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum GroupRole {
    /// Dismiss the group and take members out, besides what every member may.
    Owner,
    /// Add others, write, call and leave.
    Member,
}

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupMember {
    /// Who.
    #[serde(rename = "userID")]
    pub user: UserId,
    /// What he may do.
    pub role: GroupRole,
    /// His name, where he has set one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nick: Option<Nick>,
}

/// Result of `getGroupMemberList`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberList {
    /// In the order of joining.
    #[serde(rename = "memberList")]
    pub members: Vec<GroupMember>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_are_named_plainly_or_as_objects() {
        let params = json!({"name": "Team", "memberList": ["bob", {"userID": "carol"}]});
        let create: CreateGroup = serde_json::from_value(params).unwrap();
        let names: Vec<_> = create.members.iter().map(UserId::as_str).collect();
        assert_eq!(names, ["bob", "carol"]);
        assert_eq!(create.join_option, JoinOption::InviteOnly);
        for bad in [
            json!([7]),
            json!([{"user": "bob"}]),
            json!("bob"),
            json!([""]),
        ] {
            let params = json!({"name": "Team", "memberList": bad});
            assert!(serde_json::from_value::<CreateGroup>(params).is_err());
        }
    }
}
