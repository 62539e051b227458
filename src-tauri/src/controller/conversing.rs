//! What a person does with conversations: opens one, reads back, and leaves words where he declined.

use bellhop_client::Client;
use bellhop_protocol::request::{ByConversation, ByGroup, Nothing, Profile, Receiver, SendMessage};
use bellhop_protocol::{Code, ConversationId, Failure, Request, UserId};
use serde_json::Value;

use crate::controller::core::{Connected, Core};
use crate::controller::reading::{Read, ask};
use crate::controller::state::{Opened, State};
use crate::controller::{Outcome, Report};
use crate::shell::Shell;
use crate::test_contacts;

/// How often joining the group of the test contacts is tried, while it may not be there yet.
const TRIES: u32 = 10;
/// How long it is waited for in between.
const BETWEEN_TRIES: std::time::Duration = std::time::Duration::from_millis(500);

impl State {
    /// Puts the conversation on the screen away.
    pub(crate) fn close_conversation(&mut self) {
        if let Some(opened) = self.opened.take() {
            self.history.close(&opened.id);
        }
    }

    /// Messages of this conversation were read; whether it is on the screen.
    pub(crate) fn has_loaded(&mut self, id: &ConversationId) -> bool {
        match &mut self.opened {
            Some(opened) if opened.id == *id => {
                opened.loading = false;
                true
            }
            Some(_) | None => false,
        }
    }

    /// Takes over what users call themselves; those who do not exist call themselves nothing.
    pub(crate) fn named(&mut self, asked: Vec<UserId>, profiles: Vec<Profile>) {
        self.nicks
            .extend(asked.into_iter().map(|user| (user, String::new())));
        let nicks = profiles.into_iter();
        self.nicks
            .extend(nicks.map(|profile| (profile.user, profile.nick.into())));
    }
}

impl<S: Shell> Core<S> {
    /// Shows a conversation, reads its newest messages and marks them as read.
    pub(crate) fn open_conversation(&mut self, conversation_id: String) -> Outcome {
        let id: ConversationId = conversation_id
            .try_into()
            .map_err(|invalid| Failure::bad_parameter(format!("{invalid}.")))?;
        self.state.close_conversation();
        self.state.opened = Some(Opened {
            id: id.clone(),
            loading: true,
            marking: false,
        });
        self.read(Read::Conversation(id));
        Ok(())
    }

    /// Reads messages of the shown conversation that are older than those shown.
    pub(crate) fn read_older(&mut self) {
        let Some(opened) = &mut self.state.opened else {
            return;
        };
        let Some(before) = self.state.history.before(&opened.id) else {
            return;
        };
        if !opened.loading {
            opened.loading = true;
            let older = Read::Older(opened.id.clone(), before);
            self.read(older);
        }
    }

    /// Moves the read mark of the shown conversation, if something in it counts as unread.
    pub(crate) fn mark_opened(&mut self) {
        let Some(opened) = &mut self.state.opened else {
            return;
        };
        let Some(Connected { client, .. }) = &self.connected else {
            return;
        };
        if opened.marking || self.state.history.unread(&opened.id) == 0 {
            return;
        }
        opened.marking = true;
        let marked = client.request(Request::SetMessageRead(ByConversation {
            conversation_id: opened.id.clone(),
            op_id: None,
        }));
        self.later(async move { Report::Marked(marked.await.map(|_| Nothing {})) });
    }

    /// What became of moving a read mark.
    pub(crate) fn marked(&mut self, outcome: Result<Nothing, Failure>) {
        let Some(opened) = &mut self.state.opened else {
            return self.read(Read::Conversations);
        };
        match outcome {
            Ok(Nothing {}) => {
                opened.marking = false;
                let id = opened.id.clone();
                self.read(Read::Conversation(id));
            }
            // It stays marked as being moved: trying again at once would fail for ever.
            Err(error) => tracing::warn!(%error, "the read mark cannot be moved"),
        }
    }

    /// Writes the words that a ring was declined with into the caller's conversation, where both can
    /// read them later (SIGNALING §6, §8).
    pub(crate) fn write_reply(&mut self, message: SendMessage) {
        let Some(Connected { client, .. }) = &self.connected else {
            return;
        };
        let with = match &message.to {
            Receiver::User(user) => ConversationId::C2C(user.clone()),
            Receiver::Group(group) => ConversationId::Group(group.clone()),
        };
        let written = client.request(Request::SendMessage(message));
        self.later(async move { Report::Written(with, written.await) });
    }

    /// What became of those words.
    pub(crate) fn written(&mut self, with: ConversationId, outcome: Result<Value, Failure>) {
        if let Err(failure) = outcome {
            self.state.problem = Some(failure.message);
        }
        self.read(Read::Conversation(with));
    }

    /// Joins the group of the test contacts, unless the person has left it.
    pub(crate) fn join_test_group(&mut self) {
        if !self.state.is_local() || self.state.profile.has_left_test_group() {
            return;
        }
        let Some(Connected { client, .. }) = &self.connected else {
            return;
        };
        let client = client.clone();
        self.later(async move { Report::InTestGroup(join(&client).await) });
    }
}

/// Becomes a member of the test contacts' group; waits a while for the app that hosts to make it.
async fn join(client: &Client) -> Result<(), Failure> {
    let mut tries = 1;
    loop {
        let by_group = ByGroup {
            group: test_contacts::group(),
            op_id: None,
        };
        match ask::<Value>(client, Request::JoinGroup(by_group)).await {
            Ok(_) => return Ok(()),
            Err(failure) if failure.code == Code::NoSuchGroup && tries < TRIES => {
                tries += 1;
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
            Err(failure) => return Err(failure),
        }
    }
}
