//! Writing a transition: invitation, call, group, message, edits and op records, all or nothing.

use bellhop_engine::{Call, Draft, Invitation, Notice, Reply, Stored};
use rusqlite::{Connection, OptionalExtension, params};

use super::groups::{depart, is_at, write_group};
use super::messages::{edit_message, note_writer, write_message};
use super::rows::{Millis, count, json};
use super::writer::{Fault, Operation};
use crate::ports::{
    OP_LIFETIME, OpKey, Outlet, Transition, publish_decision, publish_message, timed_out_at,
};

/// A transition, its bodies written out before the writer has it.
pub(super) struct Commit {
    transition: Transition,
    invitation: String,
    call: String,
    group: String,
}

impl Commit {
    pub(super) fn new(transition: Transition) -> Self {
        Self {
            invitation: json(&transition.decision.invitation),
            call: json(&transition.decision.call),
            group: json(&transition.decision.group),
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
            stands_on,
        } = &self.transition;
        if let Some((group, rev)) = stands_on
            && !is_at(db, group, *rev)?
        {
            return Err(Fault::Conflict);
        }
        if let Some(next) = &decision.invitation {
            write_invitation(db, next, &self.invitation)?;
        }
        if let Some(next) = &decision.call {
            write_call(db, next, &self.call)?;
        }
        if let Some(next) = &decision.group {
            write_group(db, next, &self.group)?;
            depart(db, next, &decision.departed, Millis(*now))?;
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
        note_writer(db, &self.draft)?;
        let reply = Reply::Sent(Some(Box::new(stored.clone())));
        let now = Millis(self.draft.time);
        remember(db, &self.ops, &self.fingerprint, &reply, now)?;
        Ok((reply, stored))
    }

    fn publish(&self, (_, stored): &(Reply, Stored), outlet: &dyn Outlet) {
        publish_message(outlet, &self.draft, stored);
    }
}

/// Something to tell that is written nowhere.
pub(super) struct Tell(pub(super) Vec<Notice>);

impl Operation for Tell {
    type Outcome = ();

    fn apply(&self, _db: &Connection) -> Result<(), Fault> {
        Ok(())
    }

    fn publish(&self, (): &(), outlet: &dyn Outlet) {
        for notice in &self.0 {
            outlet.publish(notice);
        }
    }
}

fn write_invitation(db: &Connection, next: &Invitation, body: &str) -> Result<(), Fault> {
    let ended = next.ended.map(Millis);
    let deadline = next.deadline.map(Millis);
    let asleep = next.asleep_at.map(Millis);
    if next.rev > 1 {
        let update = "UPDATE invitations SET rev = ?2, deadline_ms = ?3, ended_ms = ?4, body = ?5,
                          asleep_ms = ?6
                      WHERE invite_id = ?1 AND rev = ?2 - 1 RETURNING place";
        let place: Option<i64> = db
            .prepare_cached(update)?
            .query_row(
                params![
                    next.id.as_str(),
                    count(next.rev),
                    deadline,
                    ended,
                    body,
                    asleep
                ],
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
                      (invite_id, rev, call_id, inviter, invitee, group_id, deadline_ms, ended_ms,
                       body, asleep_ms)
                  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING";
    let inserted = db.prepare_cached(insert)?.execute(params![
        next.id.as_str(),
        count(next.rev),
        next.call.as_str(),
        next.inviter.user.as_str(),
        invitee,
        next.group.as_ref().map(|group| group.as_str()),
        deadline,
        ended,
        body,
        asleep,
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
