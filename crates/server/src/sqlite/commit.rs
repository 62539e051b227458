//! Writing a transition: invitation, call, message, edits and op records, all or nothing.

use bellhop_engine::{Call, Draft, Invitation, MessageEdit, Reply, Stored};
use rusqlite::{Connection, OptionalExtension, params};

use super::rows::{Millis, count, json};
use super::writer::{Fault, Operation};
use crate::ports::{
    OP_LIFETIME, OpKey, Outlet, Transition, publish_decision, publish_message, readers,
    timed_out_at,
};

/// A transition, its bodies written out before the writer has it.
pub(super) struct Commit {
    transition: Transition,
    invitation: String,
    call: String,
}

impl Commit {
    pub(super) fn new(transition: Transition) -> Self {
        Self {
            invitation: json(&transition.decision.invitation),
            call: json(&transition.decision.call),
            transition,
        }
    }
}

/// What a commit told whoever asked, and the message it wrote.
pub(super) struct Written {
    pub(super) reply: Reply,
    message: Option<Stored>,
}

impl Operation for Commit {
    type Outcome = Written;

    fn apply(&self, db: &Connection) -> Result<Written, Fault> {
        let Transition {
            decision,
            ops,
            fingerprint,
            now,
        } = &self.transition;
        if let Some(next) = &decision.invitation {
            write_invitation(db, next, &self.invitation)?;
        }
        if let Some(next) = &decision.call {
            write_call(db, next, &self.call)?;
        }
        for edit in &decision.edits {
            edit_message(db, edit)?;
        }
        let draft = decision.message.as_ref();
        let message = draft.map(|draft| write_message(db, draft)).transpose()?;
        let reply = decision.reply.clone().with_message(message.clone());
        remember(db, ops, fingerprint, &reply, Millis(*now))?;
        Ok(Written { reply, message })
    }

    fn publish(&self, written: &Written, outlet: &dyn Outlet) {
        publish_decision(outlet, &self.transition.decision, written.message.as_ref());
    }
}

/// An ordinary message.
pub(super) struct Append {
    pub(super) draft: Draft,
    pub(super) ops: Vec<OpKey>,
    pub(super) fingerprint: String,
}

impl Operation for Append {
    type Outcome = (Reply, Stored);

    fn apply(&self, db: &Connection) -> Result<(Reply, Stored), Fault> {
        let stored = write_message(db, &self.draft)?;
        let reply = Reply::Sent(Some(Box::new(stored.clone())));
        let now = Millis(self.draft.time);
        remember(db, &self.ops, &self.fingerprint, &reply, now)?;
        Ok((reply, stored))
    }

    fn publish(&self, (_, stored): &(Reply, Stored), outlet: &dyn Outlet) {
        publish_message(outlet, &self.draft, stored);
    }
}

fn write_invitation(db: &Connection, next: &Invitation, body: &str) -> Result<(), Fault> {
    let ended = next.ended.map(Millis);
    let deadline = next.deadline.map(Millis);
    if next.rev > 1 {
        let update = "UPDATE invitations SET rev = ?2, deadline_ms = ?3, ended_ms = ?4, body = ?5
                      WHERE invite_id = ?1 AND rev = ?2 - 1 RETURNING place";
        let place: Option<i64> = db
            .prepare_cached(update)?
            .query_row(
                params![next.id.as_str(), count(next.rev), deadline, ended, body],
                |row| row.get(0),
            )
            .optional()?;
        let place = place.ok_or(Fault::Conflict)?;
        let users = "UPDATE invitation_users SET open = ?2, timed_out_ms = ?3 WHERE place = ?1";
        if ended.is_some() {
            db.prepare_cached(users)?.execute(params![
                place,
                false,
                timed_out_at(next).map(Millis)
            ])?;
        }
        return Ok(());
    }
    let invitee = match &next.group {
        Some(_) => None,
        None => next.invitees.first().map(|invitee| invitee.user.as_str()),
    };
    let insert = "INSERT INTO invitations
                      (invite_id, rev, call_id, inviter, invitee, deadline_ms, ended_ms, body)
                  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING";
    let inserted = db.prepare_cached(insert)?.execute(params![
        next.id.as_str(),
        count(next.rev),
        next.call.as_str(),
        next.inviter.user.as_str(),
        invitee,
        deadline,
        ended,
        body,
    ])?;
    if inserted == 0 {
        return Err(Fault::Conflict);
    }
    let place = db.last_insert_rowid();
    let users = "INSERT INTO invitation_users (place, user_id, open, timed_out_ms)
                 VALUES (?1, ?2, ?3, ?4)";
    let mut users = db.prepare_cached(users)?;
    let timed_out = timed_out_at(next).map(Millis);
    for user in next.users() {
        users.execute(params![place, user.as_str(), ended.is_none(), timed_out])?;
    }
    Ok(())
}

fn write_call(db: &Connection, next: &Call, body: &str) -> Result<(), Fault> {
    let write = if next.rev > 1 {
        "UPDATE calls SET rev = ?2, running = ?3, ended_ms = ?4, body = ?5
         WHERE call_id = ?1 AND rev = ?2 - 1 RETURNING place"
    } else {
        "INSERT INTO calls (call_id, rev, running, ended_ms, body) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO NOTHING RETURNING place"
    };
    let place: Option<i64> = db
        .prepare_cached(write)?
        .query_row(
            params![
                next.id.as_str(),
                count(next.rev),
                next.is_running(),
                next.ended.map(Millis),
                body,
            ],
            |row| row.get(0),
        )
        .optional()?;
    let place = place.ok_or(Fault::Conflict)?;
    db.prepare_cached("DELETE FROM call_users WHERE place = ?1")?
        .execute([place])?;
    let user = "INSERT INTO call_users (place, user_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    let mut user = db.prepare_cached(user)?;
    for member in next.present().filter(|_| next.is_running()) {
        user.execute(params![place, member.party.user.as_str()])?;
    }
    Ok(())
}

fn write_message(db: &Connection, draft: &Draft) -> Result<Stored, Fault> {
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

fn edit_message(db: &Connection, edit: &MessageEdit) -> Result<(), Fault> {
    let update = "UPDATE messages SET call = ?2
                  WHERE seq = (SELECT max(seq) FROM messages WHERE invite_id = ?1)
                  RETURNING thread_id, seq";
    let edited: Option<(i64, i64)> = db
        .prepare_cached(update)?
        .query_row(params![edit.invite.as_str(), json(&edit.call)], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
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

/// Remembers the request, unless it is remembered already and not yet to be forgotten.
pub(super) fn remember(
    db: &Connection,
    ops: &[OpKey],
    fingerprint: &str,
    reply: &Reply,
    now: Millis,
) -> Result<(), Fault> {
    if ops.is_empty() {
        return Ok(());
    }
    let insert = "INSERT INTO ops (user_id, name, fingerprint, reply, at_ms)
                  VALUES (?1, ?2, ?3, ?4, ?5)
                  ON CONFLICT DO UPDATE SET fingerprint = ?3, reply = ?4, at_ms = ?5
                  WHERE at_ms <= ?6";
    let mut insert = db.prepare_cached(insert)?;
    let reply = json(reply);
    for key in ops {
        let written = insert.execute(params![
            key.user.as_str(),
            key.name,
            fingerprint,
            reply,
            now,
            forgotten(now),
        ])?;
        if written == 0 {
            return Err(Fault::Conflict);
        }
    }
    Ok(())
}

/// Op records from this moment, in milliseconds, or before it are forgotten at `now`.
pub(super) fn forgotten(now: Millis) -> i64 {
    let lifetime = Millis(bellhop_protocol::Timestamp::from_millis(0).after(OP_LIFETIME));
    now.count() - lifetime.count()
}
