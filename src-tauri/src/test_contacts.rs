//! The contacts that answer by themselves, so that a newcomer has somebody to call.
//!
//! Owns who they are; how they behave is the client's `agent`.

use std::time::Duration;

use bellhop_client::agent::{Agent, Behaviour};
use bellhop_client::{Client, Config, ServerUrl, UserSig};
use bellhop_protocol::request::{CreateGroup, JoinOption, RejectReason};
use bellhop_protocol::{DeviceId, Failure, GroupId, Reason, Request, UserId};

/// A contact that answers by itself.
#[derive(Debug)]
pub(crate) struct TestContact {
    /// Whom to call.
    pub(crate) user_id: &'static str,
    /// The name shown.
    pub(crate) name: &'static str,
    /// What it does when it is called.
    pub(crate) what: &'static str,
    behaviour: Behaviour,
}

impl TestContact {
    /// Whom to call.
    pub(crate) fn id(&self) -> UserId {
        self.user_id.parse().expect("a plain word is a user ID")
    }
}

/// All of them, in the order they are shown.
pub(crate) static ALL: [TestContact; 6] = [
    TestContact {
        user_id: "echo",
        name: "Echo",
        what: "Answers after 2 seconds",
        behaviour: Behaviour::AnswerAfter {
            delay: Duration::from_secs(2),
            then_hang_up: None,
        },
    },
    TestContact {
        user_id: "busy",
        name: "Busy",
        what: "Is always in another call",
        behaviour: Behaviour::Busy,
    },
    TestContact {
        user_id: "declines",
        name: "Declines",
        what: "Rejects every call",
        behaviour: Behaviour::Reject {
            reason: RejectReason::Declined,
        },
    },
    TestContact {
        user_id: "never-answers",
        name: "Never answers",
        what: "Lets it ring until the time is up",
        behaviour: Behaviour::Silent,
    },
    TestContact {
        user_id: "calls-you-back",
        name: "Calls you back",
        what: "Rejects, and calls you 3 seconds later",
        behaviour: Behaviour::CallBack {
            after: Duration::from_secs(3),
        },
    },
    TestContact {
        user_id: "hangs-up-on-you",
        name: "Hangs up on you",
        what: "Answers, and hangs up after 5 seconds",
        behaviour: Behaviour::HangUpAfter(Duration::from_secs(5)),
    },
];

/// Whether this user ID is that of a test contact.
pub(crate) fn is_one(user: &UserId) -> bool {
    ALL.iter().any(|contact| contact.user_id == user.as_str())
}

/// The group that all of them are in, and everybody who wants to call them together.
pub(crate) fn group() -> GroupId {
    "test-contacts".parse().expect("a plain word is a group ID")
}

/// Makes that group, unless it is there from an earlier time.
pub(crate) async fn gather(contacts: Vec<Client>) -> Result<(), Failure> {
    // Whoever has never logged in does not exist (SIGNALING §2), and cannot be a member.
    for contact in &contacts {
        contact.conversation_list().await?;
    }
    let Some(owner) = contacts.first() else {
        return Ok(());
    };
    let create = CreateGroup {
        group: Some(group()),
        name: "Test contacts".parse().expect("two words are a name"),
        members: ALL.iter().map(TestContact::id).collect(),
        join_option: JoinOption::Free,
        op_id: None,
    };
    match owner.request(Request::CreateGroup(create)).await {
        Ok(_) => Ok(()),
        Err(failure) if failure.data.reason == Reason::Taken => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// Connects all of them to a server; `sign` makes each one's user signature.
pub(crate) fn start(url: &ServerUrl, sign: impl Fn(&UserId) -> UserSig) -> Vec<Agent> {
    let start = |contact: &TestContact| {
        let user = contact.id();
        let config = Config {
            url: url.clone(),
            device: DeviceId::try_from(format!("{user}-agent")).expect("two words are an id"),
            platform: "agent".parse().expect("a plain word is a platform"),
            user_sig: sign(&user),
            user,
        };
        Agent::start(config, contact.behaviour.clone())
    };
    ALL.iter().map(start).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_contact_can_be_called() {
        for contact in &ALL {
            assert!(is_one(&contact.id()), "{}", contact.name);
        }
        assert!(!is_one(&"bob".parse().unwrap()));
    }
}
