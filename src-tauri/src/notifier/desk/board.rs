//! The notifications on the screen, as far as the system has told, and the rings that were there.

use std::collections::{BTreeMap, VecDeque};

use super::Note;
use crate::view::NotificationKind;

/// The most notifications, withdrawn rings and silenced ones that are remembered, of each.
const MOST: usize = 64;

/// What is on the screen.
#[derive(Debug)]
pub(super) struct Board<Id> {
    shown: BTreeMap<Id, Note>,
    /// Rings withdrawn here that nothing has followed yet, oldest first.
    withdrawn: VecDeque<Note>,
    /// The invitations whose ring the person has put away, oldest first.
    put_away: VecDeque<String>,
}

impl<Id> Default for Board<Id> {
    fn default() -> Self {
        Self {
            shown: BTreeMap::new(),
            withdrawn: VecDeque::new(),
            put_away: VecDeque::new(),
        }
    }
}

impl<Id: Clone + Ord> Board<Id> {
    /// The ring of this invitation, if it is on the screen.
    pub(super) fn ring(&self, invite_id: &str) -> Option<Id> {
        let mut shown = self.shown.iter();
        let ring = shown.find(|(_, note)| is_ring(note, invite_id));
        ring.map(|(id, _)| id.clone())
    }

    /// The rings on the screen.
    pub(super) fn rings(&self) -> Vec<Id> {
        let shown = self.shown.iter();
        let rings = shown.filter(|(_, note)| note.kind == NotificationKind::Ring);
        rings.map(|(id, _)| id.clone()).collect()
    }

    /// What this notification is about.
    pub(super) fn note(&self, id: &Id) -> Option<&Note> {
        self.shown.get(id)
    }

    /// Remembers that it is on the screen.
    pub(super) fn put(&mut self, id: Id, note: Note) {
        self.shown.insert(id, note);
        while self.shown.len() > MOST {
            self.shown.pop_first();
        }
    }

    /// Forgets one that is no longer there.
    pub(super) fn take(&mut self, id: &Id) -> Option<Note> {
        self.shown.remove(id)
    }

    /// Forgets one that the person has put away, and gives the invitation if it was a ring. What is
    /// learnt of it later does not bring it back.
    pub(super) fn put_away(&mut self, id: &Id) -> Option<String> {
        let note = self.shown.remove(id)?;
        if note.kind != NotificationKind::Ring {
            return None;
        }
        let invite_id = note.caller.invite_id;
        self.put_away.push_back(invite_id.clone());
        while self.put_away.len() > MOST {
            self.put_away.pop_front();
        }
        Some(invite_id)
    }

    /// Whether it is a ring that the person has put away.
    pub(super) fn is_put_away(&self, note: &Note) -> bool {
        note.kind == NotificationKind::Ring && self.put_away.contains(&note.caller.invite_id)
    }

    /// Takes a ring off, and gives the name to close it by.
    pub(super) fn withdraw(&mut self, invite_id: &str) -> Option<Id> {
        let id = self.ring(invite_id)?;
        let note = self.shown.remove(&id)?;
        self.withdrawn.push_back(note);
        while self.withdrawn.len() > MOST {
            self.withdrawn.pop_front();
        }
        Some(id)
    }

    /// A notification comes in the place of the one that is given, or of a ring that was withdrawn:
    /// forgets that ring and gives it.
    pub(super) fn follows(&mut self, note: &Note, replaced: Option<&Id>) -> Option<Note> {
        let on_screen = replaced.and_then(|id| self.shown.remove(id));
        let invite_id = &note.caller.invite_id;
        let mut withdrawn = self.withdrawn.iter();
        let place = withdrawn.position(|ring| is_ring(ring, invite_id));
        let withdrawn = place.and_then(|place| self.withdrawn.remove(place));
        on_screen.or(withdrawn)
    }
}

fn is_ring(note: &Note, invite_id: &str) -> bool {
    note.kind == NotificationKind::Ring && note.caller.invite_id == invite_id
}
