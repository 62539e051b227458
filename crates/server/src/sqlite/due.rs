//! What falls due: deadlines of invitations, looks for devices asleep, absences of devices, departures
//! from groups.

use bellhop_protocol::{DeviceId, GroupId, InviteId, Party, Platform, Timestamp, UserId};
use rusqlite::{Connection, params};

use super::rows::{Millis, Text, number, rows};
use crate::ports::Due;

/// What falls due at or before `now`, at most `limit` of it, earliest first.
pub(super) fn due(db: &Connection, now: Timestamp, limit: usize) -> rusqlite::Result<Vec<Due>> {
    let mut due = deadlines(db, now, limit)?;
    due.extend(pushes(db, now, limit)?);
    due.extend(absences(db, now, limit)?);
    due.extend(departures(db, now, limit)?);
    due.sort();
    Ok(due.into_iter().take(limit).map(|(_, due)| due).collect())
}

/// When the next thing falls due.
pub(super) fn next_due(db: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    let query = "SELECT min(due_ms) FROM (
                     SELECT min(deadline_ms) AS due_ms FROM invitations
                     WHERE ended_ms IS NULL AND deadline_ms IS NOT NULL
                     UNION ALL SELECT min(asleep_ms) FROM invitations
                     WHERE ended_ms IS NULL AND asleep_ms IS NOT NULL
                     UNION ALL SELECT min(due_ms) FROM absences
                     UNION ALL SELECT min(due_ms) FROM departures)";
    let next: Option<Millis> = db.prepare_cached(query)?.query_row([], |row| row.get(0))?;
    Ok(next.map(|next| next.0))
}

fn deadlines(
    db: &Connection,
    now: Timestamp,
    limit: usize,
) -> rusqlite::Result<Vec<(Timestamp, Due)>> {
    let query = "SELECT deadline_ms, invite_id FROM invitations
                 WHERE ended_ms IS NULL AND deadline_ms <= ?1
                 ORDER BY deadline_ms, invite_id LIMIT ?2";
    of_invitations(db, query, Due::Deadline, now, limit)
}

fn pushes(
    db: &Connection,
    now: Timestamp,
    limit: usize,
) -> rusqlite::Result<Vec<(Timestamp, Due)>> {
    let query = "SELECT asleep_ms, invite_id FROM invitations
                 WHERE ended_ms IS NULL AND asleep_ms <= ?1
                 ORDER BY asleep_ms, invite_id LIMIT ?2";
    of_invitations(db, query, Due::Push, now, limit)
}

/// The invitations that a query finds, with the moment each falls due.
fn of_invitations(
    db: &Connection,
    query: &str,
    due: fn(InviteId) -> Due,
    now: Timestamp,
    limit: usize,
) -> rusqlite::Result<Vec<(Timestamp, Due)>> {
    let mut statement = db.prepare_cached(query)?;
    let found = statement.query_map(params![Millis(now), rows(limit)], |row| {
        let at: Millis = row.get(0)?;
        let id: Text<InviteId> = row.get(1)?;
        Ok((at.0, due(id.0)))
    })?;
    found.collect()
}

fn absences(
    db: &Connection,
    now: Timestamp,
    limit: usize,
) -> rusqlite::Result<Vec<(Timestamp, Due)>> {
    let query = "SELECT due_ms, user_id, device_id, platform FROM absences WHERE due_ms <= ?1
                 ORDER BY due_ms, user_id, device_id LIMIT ?2";
    let mut statement = db.prepare_cached(query)?;
    let due = statement.query_map(params![Millis(now), rows(limit)], |row| {
        let at: Millis = row.get(0)?;
        let party = Party {
            user: row.get::<_, Text<UserId>>(1)?.0,
            device: row.get::<_, Text<DeviceId>>(2)?.0,
            platform: row.get::<_, Text<Platform>>(3)?.0,
        };
        Ok((at.0, Due::Absence(party)))
    })?;
    due.collect()
}

fn departures(
    db: &Connection,
    now: Timestamp,
    limit: usize,
) -> rusqlite::Result<Vec<(Timestamp, Due)>> {
    let query = "SELECT due_ms, group_id, rev FROM departures WHERE due_ms <= ?1
                 ORDER BY due_ms, group_id LIMIT ?2";
    let mut statement = db.prepare_cached(query)?;
    let due = statement.query_map(params![Millis(now), rows(limit)], |row| {
        let at: Millis = row.get(0)?;
        let group: Text<GroupId> = row.get(1)?;
        Ok((at.0, Due::Departures(group.0, number(row, 2)?)))
    })?;
    due.collect()
}
