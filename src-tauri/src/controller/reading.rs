//! What is read from the server, one thing after another: conversations, groups, blocks and names.
//!
//! Owns the requests and their bounds; what is read is kept by others.

use bellhop_client::Client;
use bellhop_protocol::request::{
    ByGroup, ByUsers, Conversation, GroupInfo, GroupList, GroupMember, MemberList, MessageList,
    Nothing, PageSize, Profile, ProfileList, UserList,
};
use bellhop_protocol::{Code, ConversationId, Failure, Request, UserId};
use serde::de::DeserializeOwned;

/// The most conversations that are read with their messages at once.
const CONVERSATIONS: usize = 50;
/// The most groups whose members are read.
const GROUPS: usize = 50;
/// The most names that one request asks for.
const NAMES: usize = 100;
/// How much may wait to be read before everything is read instead.
const MOST: usize = 64;

/// Something to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    /// All conversations.
    Conversations,
    /// The newest messages of one conversation, and the list of all.
    Conversation(ConversationId),
    /// Messages of one conversation that are older than this one.
    Older(ConversationId, u64),
    /// The groups, and who is in them.
    Groups,
    /// Whom this user blocks.
    Blocks,
    /// What these users call themselves.
    Names(Vec<UserId>),
}

/// What was read.
#[derive(Clone, Debug)]
pub(crate) enum Loaded {
    /// The list of conversations, and the newest messages of some.
    Conversations(Vec<Conversation>, Vec<(ConversationId, MessageList)>),
    /// Older messages of one conversation.
    Older(ConversationId, MessageList),
    /// The groups, each with its members as far as they were read.
    Groups(Vec<(GroupInfo, Vec<GroupMember>)>),
    /// Whom this user blocks.
    Blocks(Vec<UserId>),
    /// Those who were asked about, and the profiles of those who exist.
    Names(Vec<UserId>, Vec<Profile>),
}

/// What waits to be read.
#[derive(Debug, Default)]
pub(crate) struct Queue(Vec<Read>);

impl Queue {
    /// Adds something, once.
    pub(crate) fn add(&mut self, read: Read) {
        let is_covered = matches!(read, Read::Conversation(_)) && self.has(&Read::Conversations);
        if is_covered || self.has(&read) {
            return;
        }
        if read == Read::Conversations || self.0.len() >= MOST {
            self.0
                .retain(|waiting| !matches!(waiting, Read::Conversation(_)));
        }
        self.0.push(read);
    }

    /// Takes what is to be read next.
    pub(crate) fn take(&mut self) -> Option<Read> {
        (!self.0.is_empty()).then(|| self.0.remove(0))
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    fn has(&self, read: &Read) -> bool {
        self.0.contains(read)
    }
}

/// Reads it.
pub(crate) async fn load(client: &Client, read: Read) -> Result<Loaded, Failure> {
    match read {
        Read::Conversations => conversations(client, None).await,
        Read::Conversation(id) => conversations(client, Some(id)).await,
        Read::Older(id, before) => {
            let page = client.message_list(&id, Some(before), size(50)).await?;
            Ok(Loaded::Older(id, page))
        }
        Read::Groups => groups(client).await,
        Read::Blocks => {
            let list: UserList = ask(client, Request::GetBlacklist(Nothing {})).await?;
            Ok(Loaded::Blocks(list.users))
        }
        Read::Names(users) => names(client, users).await,
    }
}

async fn conversations(client: &Client, one: Option<ConversationId>) -> Result<Loaded, Failure> {
    let list = client.conversation_list().await?.conversations;
    let all = list.iter().map(|listed| listed.conversation_id.clone());
    let wanted: Vec<ConversationId> = match one {
        Some(one) => vec![one],
        None => all.take(CONVERSATIONS).collect(),
    };
    let mut pages = Vec::new();
    for id in wanted {
        match client.message_list(&id, None, size(100)).await {
            Ok(page) => pages.push((id, page)),
            // A group can be left or dismissed at any moment.
            Err(failure) if is_gone(&failure) => tracing::debug!(%id, "is gone"),
            Err(failure) => return Err(failure),
        }
    }
    Ok(Loaded::Conversations(list, pages))
}

async fn groups(client: &Client) -> Result<Loaded, Failure> {
    let list: GroupList = ask(client, Request::GetJoinedGroupList(Nothing {})).await?;
    let mut groups = Vec::new();
    for (n, info) in list.groups.into_iter().enumerate() {
        let by_group = ByGroup {
            group: info.group.clone(),
            op_id: None,
        };
        let members = if n < GROUPS {
            ask::<MemberList>(client, Request::GetGroupMemberList(by_group)).await
        } else {
            Ok(MemberList {
                members: Vec::new(),
            })
        };
        match members {
            Ok(list) => groups.push((info, list.members)),
            Err(failure) if is_gone(&failure) => tracing::debug!(group = %info.group, "is gone"),
            Err(failure) => return Err(failure),
        }
    }
    Ok(Loaded::Groups(groups))
}

async fn names(client: &Client, users: Vec<UserId>) -> Result<Loaded, Failure> {
    let mut profiles = Vec::new();
    for some in users.chunks(NAMES) {
        let by_users = ByUsers {
            users: some.to_vec(),
        };
        let list: ProfileList = ask(client, Request::GetUserProfile(by_users)).await?;
        profiles.extend(list.profile_list);
    }
    Ok(Loaded::Names(users, profiles))
}

/// Asks anything that has a result of this shape.
pub(crate) async fn ask<T: DeserializeOwned>(
    client: &Client,
    request: Request,
) -> Result<T, Failure> {
    let result = client.request(request).await?;
    serde_json::from_value(result).map_err(|error| {
        let message = format!("The server's reply cannot be read: {error}.");
        Failure::new(Code::Internal, bellhop_protocol::Reason::Unknown, message)
    })
}

fn is_gone(failure: &Failure) -> bool {
    matches!(failure.code, Code::NotInGroup | Code::NoSuchGroup)
}

fn size(messages: u32) -> PageSize {
    PageSize::try_from(messages).expect("up to 100 messages are a page")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(user: &str) -> Read {
        Read::Conversation(ConversationId::C2C(user.parse().unwrap()))
    }

    #[test]
    fn what_waits_to_be_read_is_read_once() {
        let mut queue = Queue::default();
        for read in [with("bob"), Read::Groups, with("bob"), with("carol")] {
            queue.add(read);
        }
        let mut taken = std::iter::from_fn(|| queue.take());
        assert_eq!(
            taken.by_ref().collect::<Vec<_>>(),
            [with("bob"), Read::Groups, with("carol")]
        );
    }

    #[test]
    fn all_conversations_are_those_of_each_one_too() {
        let mut queue = Queue::default();
        for read in [with("bob"), Read::Conversations, with("carol")] {
            queue.add(read);
        }
        assert_eq!(queue.take(), Some(Read::Conversations));
        assert_eq!(queue.take(), None);
    }
}
