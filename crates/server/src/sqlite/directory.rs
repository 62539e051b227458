//! Accounts, blocks and devices, as the directory's port asks for them.

use std::collections::BTreeSet;

use async_trait::async_trait;
use bellhop_engine::Reply;
use bellhop_protocol::request::Profile;
use bellhop_protocol::{DeviceId, Timestamp, UserId};
use rusqlite::{Connection, OptionalExtension, params};

use super::SqliteStore;
use super::people::{Change, profile};
use super::rows::{Millis, Text};
use crate::ports::{Directory, OpKey, PeopleChange, PortError};

#[async_trait]
impl Directory for SqliteStore {
    async fn ensure_user(&self, user: &UserId) -> Result<(), PortError> {
        if self.has_user(user).await? {
            return Ok(());
        }
        let user = user.clone();
        let write = "INSERT INTO users (user_id) VALUES (?1) ON CONFLICT DO NOTHING";
        self.write(move |db: &Connection| {
            db.prepare_cached(write)?.execute([user.as_str()])?;
            Ok(())
        })
        .await
    }

    async fn has_user(&self, user: &UserId) -> Result<bool, PortError> {
        let user = user.clone();
        let query = "SELECT 1 FROM users WHERE user_id = ?1";
        self.read(move |db| db.prepare_cached(query)?.exists([user.as_str()]))
            .await
    }

    async fn profiles(&self, users: &[UserId]) -> Result<Vec<Profile>, PortError> {
        let users = users.to_vec();
        self.read(move |db| {
            let found = users.iter().map(|user| profile(db, user));
            found.filter_map(Result::transpose).collect()
        })
        .await
    }

    async fn blocked_by(&self, user: &UserId) -> Result<BTreeSet<UserId>, PortError> {
        let user = user.clone();
        let query = "SELECT blocked FROM blocks WHERE user_id = ?1";
        self.read(move |db| {
            let mut statement = db.prepare_cached(query)?;
            let blocked =
                statement.query_map([user.as_str()], |row| Ok(row.get::<_, Text<UserId>>(0)?.0))?;
            blocked.collect()
        })
        .await
    }

    async fn who_blocks(
        &self,
        user: &UserId,
        among: &[UserId],
    ) -> Result<BTreeSet<UserId>, PortError> {
        let (user, among) = (user.clone(), among.to_vec());
        let query = "SELECT 1 FROM blocks WHERE user_id = ?1 AND blocked = ?2";
        self.read(move |db| {
            let mut has_blocked = db.prepare_cached(query)?;
            let mut found = BTreeSet::new();
            for other in among {
                if has_blocked.exists([other.as_str(), user.as_str()])? {
                    found.insert(other);
                }
            }
            Ok(found)
        })
        .await
    }

    async fn change_people(
        &self,
        user: &UserId,
        change: PeopleChange,
        ops: Vec<OpKey>,
        fingerprint: String,
        now: Timestamp,
    ) -> Result<Reply, PortError> {
        let change = Change {
            user: user.clone(),
            change,
            ops,
            fingerprint,
            now,
        };
        let (reply, _) = self.write(change).await?;
        Ok(reply)
    }

    async fn last_seen(
        &self,
        user: &UserId,
        device: &DeviceId,
    ) -> Result<Option<Timestamp>, PortError> {
        let (user, device) = (user.clone(), device.clone());
        let query = "SELECT seen_ms FROM devices WHERE user_id = ?1 AND device_id = ?2";
        self.read(move |db| {
            let mut statement = db.prepare_cached(query)?;
            let seen = statement.query_row([user.as_str(), device.as_str()], |row| {
                Ok(row.get::<_, Millis>(0)?.0)
            });
            seen.optional()
        })
        .await
    }

    async fn set_connected(
        &self,
        user: &UserId,
        device: &DeviceId,
        at: Timestamp,
    ) -> Result<(), PortError> {
        self.see(user, device, at, true).await
    }

    async fn set_last_seen(
        &self,
        user: &UserId,
        device: &DeviceId,
        at: Timestamp,
    ) -> Result<(), PortError> {
        self.see(user, device, at, false).await
    }

    async fn devices_lost(&self, at: Timestamp) -> Result<(), PortError> {
        let write = "UPDATE devices SET seen_ms = ?1, connected = 0 WHERE connected = 1";
        self.write(move |db: &Connection| {
            db.prepare_cached(write)?.execute([Millis(at)])?;
            Ok(())
        })
        .await
    }
}

impl SqliteStore {
    async fn see(
        &self,
        user: &UserId,
        device: &DeviceId,
        at: Timestamp,
        connected: bool,
    ) -> Result<(), PortError> {
        let (user, device) = (user.clone(), device.clone());
        let write = "INSERT INTO devices (user_id, device_id, seen_ms, connected)
                     VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO UPDATE SET seen_ms = ?3, connected = ?4";
        self.write(move |db: &Connection| {
            db.prepare_cached(write)?.execute(params![
                user.as_str(),
                device.as_str(),
                Millis(at),
                connected,
            ])?;
            Ok(())
        })
        .await
    }
}
