//! Messages, conversations and read marks, as the history's port asks for them.

use std::collections::BTreeSet;

use async_trait::async_trait;
use bellhop_engine::{Draft, Reply, Stored, Thread};
use bellhop_protocol::request::Conversation;
use bellhop_protocol::{Timestamp, UserId};
use rusqlite::{Connection, params};

use super::SqliteStore;
use super::commit::{Append, remember};
use super::rows::{Json, MESSAGE, Millis, count, json, message, number};
use crate::ports::{History, OpKey, PortError, in_list_order};

#[async_trait]
impl History for SqliteStore {
    async fn append(
        &self,
        draft: Draft,
        ops: Vec<OpKey>,
        fingerprint: String,
    ) -> Result<Reply, PortError> {
        let append = Append {
            draft,
            ops,
            fingerprint,
        };
        let (reply, _) = self.write(append).await?;
        Ok(reply)
    }

    async fn page(
        &self,
        thread: &Thread,
        before: Option<u64>,
        limit: u32,
    ) -> Result<(Vec<Stored>, bool), PortError> {
        let thread = thread.clone();
        let query = format!(
            "SELECT {MESSAGE} FROM messages
             WHERE thread_id = (SELECT thread_id FROM threads WHERE name = ?1) AND seq < ?2
             ORDER BY seq DESC LIMIT ?3"
        );
        self.read(move |db| {
            let mut statement = db.prepare_cached(&query)?;
            let before = before.map_or(i64::MAX, count);
            // One more than is asked for tells whether that is all.
            let params = params![json(&thread), before, i64::from(limit) + 1];
            let found = statement.query_map(params, |row| message(row, 0, thread.clone()))?;
            let mut page: Vec<Stored> = found.collect::<rusqlite::Result<_>>()?;
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            let is_completed = page.len() <= limit;
            page.truncate(limit);
            Ok((page, is_completed))
        })
        .await
    }

    async fn conversations(&self, user: &UserId) -> Result<Vec<Conversation>, PortError> {
        let user = user.clone();
        let query = format!(
            "SELECT name,
                 (SELECT count(*) FROM unread
                  WHERE unread.user_id = ?1 AND unread.thread_id = conversations.thread_id),
                 {MESSAGE}
             FROM conversations JOIN threads USING (thread_id)
             LEFT JOIN messages ON seq = shown_seq
             WHERE user_id = ?1"
        );
        self.read(move |db| {
            let mut statement = db.prepare_cached(&query)?;
            let found = statement.query_map([user.as_str()], |row| {
                let thread = row.get::<_, Json<Thread>>(0)?.0;
                let shown: Option<i64> = row.get(2)?;
                let last = shown.map(|_| message(row, 2, thread.clone())).transpose()?;
                Ok((thread, number(row, 1)?, last))
            })?;
            let found = found.collect::<rusqlite::Result<_>>()?;
            Ok(in_list_order(&user, found))
        })
        .await
    }

    async fn unread_total(&self, user: &UserId) -> Result<u64, PortError> {
        let user = user.clone();
        let query = "SELECT count(*) FROM unread WHERE user_id = ?1";
        self.read(move |db| {
            let mut statement = db.prepare_cached(query)?;
            statement.query_row([user.as_str()], |row| number(row, 0))
        })
        .await
    }

    async fn correspondents(
        &self,
        user: &UserId,
        among: &[UserId],
    ) -> Result<BTreeSet<UserId>, PortError> {
        let (user, among) = (user.clone(), among.to_vec());
        let query = "SELECT count(*) = 2 FROM conversations
                     WHERE user_id IN (?1, ?2) AND wrote = 1
                     AND thread_id = (SELECT thread_id FROM threads WHERE name = ?3)";
        self.read(move |db| {
            let mut both_wrote = db.prepare_cached(query)?;
            let mut found = BTreeSet::new();
            for other in among {
                let thread = json(&Thread::between(&user, &other));
                let names = [user.as_str(), other.as_str(), thread.as_str()];
                if both_wrote.query_row(names, |row| row.get(0))? {
                    found.insert(other);
                }
            }
            Ok(found)
        })
        .await
    }

    async fn mark_read(
        &self,
        user: &UserId,
        thread: &Thread,
        ops: Vec<OpKey>,
        fingerprint: String,
        now: Timestamp,
    ) -> Result<Reply, PortError> {
        let (user, thread) = (user.clone(), json(thread));
        let write = "DELETE FROM unread WHERE user_id = ?1
                     AND thread_id = (SELECT thread_id FROM threads WHERE name = ?2)";
        self.write(move |db: &Connection| {
            db.prepare_cached(write)?
                .execute([user.as_str(), thread.as_str()])?;
            remember(db, &ops, &fingerprint, &Reply::Nothing, Millis(now))?;
            Ok(Reply::Nothing)
        })
        .await
    }
}
