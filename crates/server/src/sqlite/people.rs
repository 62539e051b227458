//! What users say about themselves and of each other: profiles and blocks.

use bellhop_engine::Reply;
use bellhop_protocol::request::{Avatar, Nick, Profile};
use bellhop_protocol::{Timestamp, UserId};
use rusqlite::{Connection, OptionalExtension, params};

use super::commit::remember;
use super::rows::{Millis, Text};
use super::writer::{Fault, Operation};
use crate::ports::{OpKey, Outlet, PeopleChange, publish_blocks};

/// A change that a user makes.
pub(super) struct Change {
    pub(super) user: UserId,
    pub(super) change: PeopleChange,
    pub(super) ops: Vec<OpKey>,
    pub(super) fingerprint: String,
    pub(super) now: Timestamp,
}

impl Operation for Change {
    /// The reply, and those whose being blocked has changed.
    type Outcome = (Reply, Vec<UserId>);

    fn apply(&self, db: &Connection) -> Result<Self::Outcome, Fault> {
        let user = &self.user;
        let (reply, others) = match &self.change {
            PeopleChange::Profile(nick, avatar) => {
                let profile = describe(db, user, nick.as_ref(), avatar.as_ref())?;
                (Reply::Profile(profile), Vec::new())
            }
            PeopleChange::Block(others) => {
                let block = "INSERT INTO blocks (user_id, blocked) VALUES (?1, ?2)
                             ON CONFLICT DO NOTHING";
                (Reply::Nothing, changed(db, block, user, others)?)
            }
            PeopleChange::Unblock(others) => {
                let unblock = "DELETE FROM blocks WHERE user_id = ?1 AND blocked = ?2";
                (Reply::Nothing, changed(db, unblock, user, others)?)
            }
        };
        let now = Millis(self.now);
        remember(db, &self.ops, &self.fingerprint, &reply, now)?;
        Ok((reply, others))
    }

    fn publish(&self, (_, others): &Self::Outcome, outlet: &dyn Outlet) {
        match self.change {
            PeopleChange::Profile(..) => {}
            PeopleChange::Block(_) => publish_blocks(outlet, &self.user, others, true),
            PeopleChange::Unblock(_) => publish_blocks(outlet, &self.user, others, false),
        }
    }
}

/// What the user shows of himself; nothing where there is no such account.
pub(super) fn profile(db: &Connection, user: &UserId) -> rusqlite::Result<Option<Profile>> {
    let query = "SELECT nick, avatar FROM users WHERE user_id = ?1";
    let found = db
        .prepare_cached(query)?
        .query_row([user.as_str()], |row| profile_in(row, user));
    found.optional()
}

fn profile_in(row: &rusqlite::Row<'_>, user: &UserId) -> rusqlite::Result<Profile> {
    Ok(Profile {
        user: user.clone(),
        nick: row.get::<_, Text<Nick>>(0)?.0,
        avatar: row.get::<_, Text<Avatar>>(1)?.0,
    })
}

fn describe(
    db: &Connection,
    user: &UserId,
    nick: Option<&Nick>,
    avatar: Option<&Avatar>,
) -> rusqlite::Result<Profile> {
    let write = "INSERT INTO users (user_id, nick, avatar)
                 VALUES (?1, coalesce(?2, ''), coalesce(?3, ''))
                 ON CONFLICT DO UPDATE
                 SET nick = coalesce(?2, nick), avatar = coalesce(?3, avatar)
                 RETURNING nick, avatar";
    let said = params![
        user.as_str(),
        nick.map(Nick::as_str),
        avatar.map(Avatar::as_str),
    ];
    db.prepare_cached(write)?
        .query_row(said, |row| profile_in(row, user))
}

/// Carries out the statement for each of the others; for whom it changed something.
fn changed(
    db: &Connection,
    statement: &str,
    user: &UserId,
    others: &[UserId],
) -> rusqlite::Result<Vec<UserId>> {
    let mut statement = db.prepare_cached(statement)?;
    let mut changed = Vec::new();
    for other in others {
        if statement.execute([user.as_str(), other.as_str()])? > 0 {
            changed.push(other.clone());
        }
    }
    Ok(changed)
}
