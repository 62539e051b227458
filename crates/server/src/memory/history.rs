//! Messages, conversations and read marks, as the history's port asks for them.

use std::collections::BTreeSet;

use async_trait::async_trait;
use bellhop_engine::{Draft, Reply, Stored, Thread};
use bellhop_protocol::request::Conversation;
use bellhop_protocol::{Timestamp, UserId};

use super::MemoryStore;
use crate::ports::{History, OpKey, PortError, in_list_order, publish_message};

#[async_trait]
impl History for MemoryStore {
    async fn append(
        &self,
        draft: Draft,
        ops: Vec<OpKey>,
        fingerprint: String,
    ) -> Result<Reply, PortError> {
        let mut state = self.state();
        if ops.iter().any(|key| state.op(key, draft.time).is_some()) {
            return Err(PortError::Conflict);
        }
        let stored = state.write(&draft);
        state.note_writer(&draft);
        let reply = Reply::Sent(Some(Box::new(stored.clone())));
        state.remember(ops, fingerprint, &reply, draft.time);
        publish_message(self.outlet.as_ref(), &draft, &stored);
        Ok(reply)
    }

    async fn page(
        &self,
        thread: &Thread,
        before: Option<u64>,
        limit: u32,
    ) -> Result<(Vec<Stored>, bool), PortError> {
        let state = self.state();
        let Some(talk) = state.talks.get(thread) else {
            return Ok((Vec::new(), true));
        };
        let mut older = talk.messages.range(..before.unwrap_or(u64::MAX)).rev();
        let page = older
            .by_ref()
            .take(limit as usize)
            .map(|(_, stored)| stored.clone())
            .collect();
        Ok((page, older.next().is_none()))
    }

    async fn conversations(&self, user: &UserId) -> Result<Vec<Conversation>, PortError> {
        let state = self.state();
        let talks = state
            .talks
            .iter()
            .filter(|(_, talk)| talk.readers.contains(user))
            .map(|(thread, talk)| {
                let last = talk.shown.map(|seq| talk.messages[&seq].clone());
                (thread.clone(), state.unread_in(user, thread), last)
            });
        Ok(in_list_order(user, talks.collect()))
    }

    async fn unread_total(&self, user: &UserId) -> Result<u64, PortError> {
        let state = self.state();
        let unread = state.unread.iter().filter(|(reader, ..)| reader == user);
        Ok(unread.count() as u64)
    }

    async fn correspondents(
        &self,
        user: &UserId,
        among: &[UserId],
    ) -> Result<BTreeSet<UserId>, PortError> {
        let state = self.state();
        let both_wrote = |other: &&UserId| {
            let talk = state.talks.get(&Thread::between(user, other));
            talk.is_some_and(|talk| talk.writers.contains(user) && talk.writers.contains(*other))
        };
        Ok(among.iter().filter(both_wrote).cloned().collect())
    }

    async fn mark_read(
        &self,
        user: &UserId,
        thread: &Thread,
        ops: Vec<OpKey>,
        fingerprint: String,
        now: Timestamp,
    ) -> Result<Reply, PortError> {
        let mut state = self.state();
        if ops.iter().any(|key| state.op(key, now).is_some()) {
            return Err(PortError::Conflict);
        }
        state
            .unread
            .retain(|(reader, of, _)| reader != user || of != thread);
        state.remember(ops, fingerprint, &Reply::Nothing, now);
        Ok(Reply::Nothing)
    }
}
