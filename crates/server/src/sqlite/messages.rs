//! Writing messages, and changing those of invites.

use bellhop_engine::{Draft, MessageEdit, Stored};
use rusqlite::{Connection, OptionalExtension, params};

use super::rows::{Millis, json};
use super::writer::Fault;
use crate::ports::readers;

/// Writes the message at the end of its thread.
pub(super) fn write_message(db: &Connection, draft: &Draft) -> Result<Stored, Fault> {
    let thread = thread_row(db, draft)?;
    let insert = "INSERT INTO messages (thread_id, sender, time_ms, kind, payload, invite_id)
                  VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    db.prepare_cached(insert)?.execute(params![
        thread,
        draft.from.as_str(),
        Millis(draft.time),
        json(&draft.kind),
        json(&draft.payload),
        draft.invite.as_ref().map(|id| id.as_str()),
    ])?;
    let seq = db.last_insert_rowid();
    if draft.shown_last {
        db.prepare_cached("UPDATE threads SET shown_seq = ?2 WHERE thread_id = ?1")?
            .execute([thread, seq])?;
    }
    let reader = "INSERT INTO conversations (user_id, thread_id) VALUES (?1, ?2)
                  ON CONFLICT DO NOTHING";
    let mut reader = db.prepare_cached(reader)?;
    for user in readers(draft) {
        reader.execute(params![user.as_str(), thread])?;
    }
    let unread = "INSERT INTO unread (user_id, thread_id, seq) VALUES (?1, ?2, ?3)
                  ON CONFLICT DO NOTHING";
    let mut unread = db.prepare_cached(unread)?;
    for user in &draft.unread_for {
        unread.execute(params![user.as_str(), thread, seq])?;
    }
    let seq = u64::try_from(seq).expect("SQLite counts rows from one");
    Ok(draft.stored(seq))
}

/// The row of the message's thread, made if it is the first one in it.
fn thread_row(db: &Connection, draft: &Draft) -> rusqlite::Result<i64> {
    let name = json(&draft.thread);
    let known = db
        .prepare_cached("SELECT thread_id FROM threads WHERE name = ?1")?
        .query_row([&name], |row| row.get(0))
        .optional()?;
    if let Some(thread) = known {
        return Ok(thread);
    }
    db.prepare_cached("INSERT INTO threads (name) VALUES (?1)")?
        .execute([&name])?;
    Ok(db.last_insert_rowid())
}

/// Changes the message of an invite in its place; does nothing where the invite left none.
pub(super) fn edit_message(db: &Connection, edit: &MessageEdit) -> Result<(), Fault> {
    let update = "UPDATE messages SET call = coalesce(?2, call), payload = coalesce(?3, payload)
                  WHERE seq = (SELECT max(seq) FROM messages WHERE invite_id = ?1)
                  RETURNING thread_id, seq";
    let edited: Option<(i64, i64)> = db
        .prepare_cached(update)?
        .query_row(
            params![
                edit.invite.as_str(),
                edit.call.as_ref().map(json),
                edit.payload.as_ref().map(json),
            ],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((thread, seq)) = edited else {
        return Ok(());
    };
    let read = "DELETE FROM unread WHERE user_id = ?1 AND thread_id = ?2 AND seq = ?3";
    let mut read = db.prepare_cached(read)?;
    for user in &edit.read_by {
        read.execute(params![user.as_str(), thread, seq])?;
    }
    Ok(())
}

/// Notes that the writer of the message has written in its thread.
pub(super) fn note_writer(db: &Connection, draft: &Draft) -> Result<(), Fault> {
    let note = "UPDATE conversations SET wrote = 1
                WHERE user_id = ?1 AND wrote = 0
                AND thread_id = (SELECT thread_id FROM threads WHERE name = ?2)";
    db.prepare_cached(note)?
        .execute(params![draft.from.as_str(), json(&draft.thread)])?;
    Ok(())
}
