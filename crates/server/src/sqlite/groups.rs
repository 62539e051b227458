//! Writing groups, their members, and what becomes of those who leave.

use std::collections::BTreeSet;

use bellhop_engine::{Group, Thread};
use bellhop_protocol::{GroupId, UserId};
use rusqlite::{Connection, OptionalExtension, params};

use super::rows::{Millis, Text, count, json};
use super::writer::Fault;

/// Whether the group is at this revision; one that is not there is at none, which is 0.
pub(super) fn is_at(db: &Connection, group: &GroupId, rev: u64) -> rusqlite::Result<bool> {
    let query = "SELECT rev FROM groups WHERE group_id = ?1";
    let found: Option<i64> = db
        .prepare_cached(query)?
        .query_row([group.as_str()], |row| row.get(0))
        .optional()?;
    Ok(found.unwrap_or(0) == count(rev))
}

/// The members of the group.
fn members(db: &Connection, group: &GroupId) -> rusqlite::Result<BTreeSet<UserId>> {
    let query = "SELECT user_id FROM group_members WHERE group_id = ?1";
    let mut statement = db.prepare_cached(query)?;
    let members =
        statement.query_map([group.as_str()], |row| Ok(row.get::<_, Text<UserId>>(0)?.0))?;
    members.collect()
}

/// Writes the group's next state, and who its members are by then.
pub(super) fn write_group(db: &Connection, next: &Group, body: &str) -> Result<(), Fault> {
    let write = if next.rev > 1 {
        "UPDATE groups SET rev = ?2, body = ?3 WHERE group_id = ?1 AND rev = ?2 - 1"
    } else {
        "INSERT INTO groups (group_id, rev, body) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"
    };
    let written =
        db.prepare_cached(write)?
            .execute(params![next.id.as_str(), count(next.rev), body])?;
    if written == 0 {
        return Err(Fault::Conflict);
    }
    let (before, after) = (members(db, &next.id)?, next.member_set());
    let gone = "DELETE FROM group_members WHERE group_id = ?1 AND user_id = ?2";
    let come = "INSERT INTO group_members (group_id, user_id) VALUES (?1, ?2)";
    let changes = [
        (gone, before.difference(&after)),
        (come, after.difference(&before)),
    ];
    for (change, users) in changes {
        let mut change = db.prepare_cached(change)?;
        for user in users {
            change.execute([next.id.as_str(), user.as_str()])?;
        }
    }
    Ok(())
}

/// Takes the group's conversation from those who have left it, and makes it due that its invitations
/// are looked through.
pub(super) fn depart(
    db: &Connection,
    group: &Group,
    departed: &[UserId],
    now: Millis,
) -> Result<(), Fault> {
    if departed.is_empty() {
        return Ok(());
    }
    let thread: Option<i64> = db
        .prepare_cached("SELECT thread_id FROM threads WHERE name = ?1")?
        .query_row([json(&Thread::Group(group.id.clone()))], |row| row.get(0))
        .optional()?;
    if let Some(thread) = thread {
        for forget in [
            "DELETE FROM conversations WHERE user_id = ?1 AND thread_id = ?2",
            "DELETE FROM unread WHERE user_id = ?1 AND thread_id = ?2",
        ] {
            let mut forget = db.prepare_cached(forget)?;
            for user in departed {
                forget.execute(params![user.as_str(), thread])?;
            }
        }
    }
    let due = "INSERT INTO departures (group_id, rev, due_ms) VALUES (?1, ?2, ?3)
               ON CONFLICT DO UPDATE SET rev = ?2, due_ms = min(due_ms, ?3)";
    db.prepare_cached(due)?
        .execute(params![group.id.as_str(), count(group.rev), now])?;
    Ok(())
}
