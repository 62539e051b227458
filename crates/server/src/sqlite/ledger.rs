//! Invitations, calls, groups and what falls due, as the ledger's port asks for them.

use std::collections::BTreeSet;

use async_trait::async_trait;
use bellhop_engine::{Call, Group, Invitation, Notice, Reply};
use bellhop_protocol::{CallId, DeviceId, GroupId, InviteId, Party, Timestamp, UserId};
use rusqlite::{Connection, OptionalExtension, Params, Row, params};
use serde::de::DeserializeOwned;

use super::SqliteStore;
use super::commit::{Commit, Tell, forgotten};
use super::due::{due, next_due};
use super::rows::{Json, Millis, count, rows};
use super::writer::Fault;
use crate::ports::{DEVICE_LIFETIME, Due, Ledger, OpKey, OpRecord, PortError, Transition};

/// How many rows of a table one purging operation removes, so that no other waits long.
const PURGED_AT_ONCE: usize = 500;

#[async_trait]
impl Ledger for SqliteStore {
    async fn invitation(&self, id: &InviteId) -> Result<Option<Invitation>, PortError> {
        let id = id.clone();
        let query = "SELECT body FROM invitations WHERE invite_id = ?1";
        self.read(move |db| body(db, query, [id.as_str()])).await
    }

    async fn call(&self, id: &CallId) -> Result<Option<Call>, PortError> {
        let id = id.clone();
        let query = "SELECT body FROM calls WHERE call_id = ?1";
        self.read(move |db| body(db, query, [id.as_str()])).await
    }

    async fn group(&self, id: &GroupId) -> Result<Option<Group>, PortError> {
        let id = id.clone();
        let query = "SELECT body FROM groups WHERE group_id = ?1";
        self.read(move |db| body(db, query, [id.as_str()])).await
    }

    async fn groups_of(&self, user: &UserId) -> Result<Vec<Group>, PortError> {
        let user = user.clone();
        let query = "SELECT body FROM group_members JOIN groups USING (group_id)
                     WHERE user_id = ?1 ORDER BY group_id";
        self.read(move |db| bodies(db, query, [user.as_str()]))
            .await
    }

    async fn open_in_group(&self, group: &GroupId) -> Result<Vec<Invitation>, PortError> {
        let group = group.clone();
        let query = "SELECT body FROM invitations
                     WHERE group_id = ?1 AND ended_ms IS NULL ORDER BY place";
        self.read(move |db| bodies(db, query, [group.as_str()]))
            .await
    }

    async fn clear_departures(&self, group: &GroupId, rev: u64) -> Result<(), PortError> {
        let group = group.clone();
        let write = "DELETE FROM departures WHERE group_id = ?1 AND rev <= ?2";
        self.write(move |db: &Connection| {
            db.prepare_cached(write)?
                .execute(params![group.as_str(), count(rev)])?;
            Ok(())
        })
        .await
    }

    async fn tell(&self, notices: Vec<Notice>) -> Result<(), PortError> {
        self.write(Tell(notices)).await
    }

    async fn op(&self, key: &OpKey, now: Timestamp) -> Result<Option<OpRecord>, PortError> {
        let key = key.clone();
        let query = "SELECT fingerprint, reply FROM ops
                     WHERE user_id = ?1 AND name = ?2 AND at_ms > ?3";
        let record = |row: &Row<'_>| {
            Ok(OpRecord {
                fingerprint: row.get(0)?,
                reply: row.get::<_, Json<Reply>>(1)?.0,
            })
        };
        self.read(move |db| {
            let params = params![key.user.as_str(), key.name, forgotten(Millis(now))];
            db.prepare_cached(query)?
                .query_row(params, record)
                .optional()
        })
        .await
    }

    async fn commit(&self, transition: Transition) -> Result<Reply, PortError> {
        let written = self.write(Commit::new(transition)).await?;
        Ok(written.reply)
    }

    async fn open_invitations(&self, user: &UserId) -> Result<Vec<Invitation>, PortError> {
        let user = user.clone();
        let query = "SELECT body FROM invitation_users JOIN invitations USING (place)
                     WHERE user_id = ?1 AND open = 1 ORDER BY place";
        self.read(move |db| bodies(db, query, [user.as_str()]))
            .await
    }

    async fn running_calls(&self, user: &UserId) -> Result<Vec<Call>, PortError> {
        let user = user.clone();
        let query = "SELECT body FROM call_users JOIN calls USING (place)
                     WHERE user_id = ?1 ORDER BY place";
        self.read(move |db| bodies(db, query, [user.as_str()]))
            .await
    }

    async fn open_between(
        &self,
        inviter: &UserId,
        invitee: &UserId,
    ) -> Result<Option<Invitation>, PortError> {
        let (inviter, invitee) = (inviter.clone(), invitee.clone());
        let query = "SELECT body FROM invitations
                     WHERE inviter = ?1 AND invitee = ?2 AND ended_ms IS NULL
                     ORDER BY place DESC LIMIT 1";
        self.read(move |db| body(db, query, [inviter.as_str(), invitee.as_str()]))
            .await
    }

    async fn count_open_between(
        &self,
        inviter: &UserId,
        invitee: &UserId,
        enough: u32,
    ) -> Result<u32, PortError> {
        let (inviter, invitee) = (inviter.clone(), invitee.clone());
        let query = "SELECT count(*) FROM (
                         SELECT 1 FROM invitations
                         WHERE inviter = ?1 AND invitee = ?2 AND ended_ms IS NULL LIMIT ?3)";
        self.read(move |db| {
            let params = params![inviter.as_str(), invitee.as_str(), enough];
            db.prepare_cached(query)?
                .query_row(params, |row| row.get(0))
        })
        .await
    }

    async fn timed_out_since(
        &self,
        user: &UserId,
        since: Timestamp,
    ) -> Result<Vec<Invitation>, PortError> {
        let user = user.clone();
        let query = "SELECT body FROM invitation_users JOIN invitations USING (place)
                     WHERE user_id = ?1 AND timed_out_ms >= ?2 ORDER BY timed_out_ms, place";
        self.read(move |db| bodies(db, query, params![user.as_str(), Millis(since)]))
            .await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Due>, PortError> {
        self.read(move |db| due(db, now, limit)).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, PortError> {
        self.read(next_due).await
    }

    async fn set_absence(&self, party: &Party, due: Timestamp) -> Result<(), PortError> {
        let party = party.clone();
        let write = "INSERT INTO absences (user_id, device_id, platform, due_ms)
                     VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO UPDATE SET platform = ?3, due_ms = ?4";
        self.write(move |db: &Connection| {
            db.prepare_cached(write)?.execute(params![
                party.user.as_str(),
                party.device.as_str(),
                party.platform.as_str(),
                Millis(due),
            ])?;
            Ok(())
        })
        .await
    }

    async fn clear_absence(&self, user: &UserId, device: &DeviceId) -> Result<(), PortError> {
        let (user, device) = (user.clone(), device.clone());
        let write = "DELETE FROM absences WHERE user_id = ?1 AND device_id = ?2";
        self.write(move |db: &Connection| {
            db.prepare_cached(write)?
                .execute([user.as_str(), device.as_str()])?;
            Ok(())
        })
        .await
    }

    async fn absent_until(&self, user: &UserId) -> Result<Option<Timestamp>, PortError> {
        let user = user.clone();
        self.read(move |db| {
            let query = "SELECT max(due_ms) FROM absences WHERE user_id = ?1";
            let last: Option<Millis> = db
                .prepare_cached(query)?
                .query_row([user.as_str()], |row| row.get(0))?;
            Ok(last.map(|Millis(at)| at))
        })
        .await
    }

    async fn awaited_parties(&self) -> Result<Vec<Party>, PortError> {
        self.read(|db| {
            let open: Vec<Invitation> = bodies(
                db,
                "SELECT body FROM invitations
                 WHERE place IN (SELECT place FROM invitation_users WHERE open = 1)",
                [],
            )?;
            let running: Vec<Call> = bodies(db, "SELECT body FROM calls WHERE running = 1", [])?;
            let inviters = open.into_iter().map(|invitation| invitation.inviter.into());
            let present = running
                .iter()
                .flat_map(|call| call.present().map(|member| member.party.clone()));
            let parties: BTreeSet<Party> = inviters.chain(present).collect();
            Ok(parties.into_iter().collect())
        })
        .await
    }

    async fn purge(&self, before: Timestamp) -> Result<(), PortError> {
        while self
            .write(move |db: &Connection| purge_some(db, before))
            .await?
        {}
        Ok(())
    }
}

fn body<T: DeserializeOwned>(
    db: &Connection,
    query: &str,
    params: impl Params,
) -> rusqlite::Result<Option<T>> {
    let mut statement = db.prepare_cached(query)?;
    let found = statement.query_row(params, |row| row.get::<_, Json<T>>(0));
    Ok(found.optional()?.map(|body| body.0))
}

fn bodies<T: DeserializeOwned>(
    db: &Connection,
    query: &str,
    params: impl Params,
) -> rusqlite::Result<Vec<T>> {
    let mut statement = db.prepare_cached(query)?;
    let found = statement.query_map(params, |row| Ok(row.get::<_, Json<T>>(0)?.0))?;
    found.collect()
}

/// Removes some of what is to be forgotten; whether there may be more.
fn purge_some(db: &Connection, before: Timestamp) -> Result<bool, Fault> {
    let steps = [
        (
            "DELETE FROM ops WHERE rowid IN (SELECT rowid FROM ops WHERE at_ms < ?1 LIMIT ?2)",
            before,
        ),
        (
            "DELETE FROM invitations WHERE place IN (
                 SELECT place FROM invitations WHERE ended_ms < ?1 AND NOT EXISTS (
                     SELECT 1 FROM calls
                     WHERE calls.call_id = invitations.call_id AND running = 1)
                 LIMIT ?2)",
            before,
        ),
        (
            "DELETE FROM calls WHERE place IN (
                 SELECT place FROM calls
                 WHERE running = 0 AND (ended_ms IS NULL OR ended_ms < ?1) AND NOT EXISTS (
                     SELECT 1 FROM invitations WHERE invitations.call_id = calls.call_id)
                 LIMIT ?2)",
            before,
        ),
        (
            "DELETE FROM devices WHERE (user_id, device_id) IN (
                 SELECT user_id, device_id FROM devices
                 WHERE connected = 0 AND seen_ms < ?1 LIMIT ?2)",
            before.before(DEVICE_LIFETIME),
        ),
    ];
    let mut more = false;
    for (step, before) in steps {
        let removed = db
            .prepare_cached(step)?
            .execute(params![Millis(before), rows(PURGED_AT_ONCE)])?;
        more |= removed == PURGED_AT_ONCE;
    }
    Ok(more)
}
