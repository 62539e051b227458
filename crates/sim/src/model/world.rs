//! A state of the small world, small enough that millions of them are kept.

use super::cast::{Ask, Device};
use super::device::{Item, Knowledge};
use super::rules::Number;

/// Everything that is asked in the small world; a request's bit is its place here.
pub(super) const ASKS: [Ask; 17] = [
    Ask::Invite,
    Ask::Cancel(Device::A1),
    Ask::Cancel(Device::A2),
    Ask::Accept(Device::B1),
    Ask::Accept(Device::B2),
    Ask::Accept(Device::C1),
    Ask::Accept(Device::C2),
    Ask::Reject(Device::B1),
    Ask::Reject(Device::B2),
    Ask::Reject(Device::C1),
    Ask::Reject(Device::C2),
    Ask::HangUp(Device::A1),
    Ask::HangUp(Device::B1),
    Ask::HangUp(Device::C1),
    Ask::Ringing(Device::B1),
    Ask::Ringing(Device::C1),
    Ask::TimeOut,
];

/// The bit of a request.
pub(super) fn bit(ask: Ask) -> u32 {
    let at = ASKS.iter().position(|it| *it == ask);
    1 << at.expect("all that is asked is listed")
}

/// All of the world, as far as it can make a difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct State {
    pub(super) invitation: Number,
    pub(super) call: Number,
    /// Whether the deadline has passed.
    pub(super) late: bool,
    /// Requests that were carried out, one bit each.
    pub(super) done: u32,
    /// What the server processes are at, in order.
    pub(super) workers: [Worker; 2],
    /// How the watched device is connected.
    pub(super) line: Line,
    /// The revisions of invitation and call that its login's snapshot had.
    pub(super) floor: (u8, u8),
    /// What it asked and was not answered, one bit each.
    pub(super) asked: u32,
    /// Those of them that it asked on an earlier connection.
    pub(super) resent: u32,
    /// Whether it does not know how all stands, and will ask.
    pub(super) is_unsure: bool,
    /// Committed and not published yet.
    pub(super) unpublished: Queue,
    /// Published and not delivered yet.
    pub(super) wire: Queue,
    pub(super) knows: Knowledge,
}

/// How far a server process is with a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Worker {
    #[default]
    Idle,
    /// Began it: looked at the clock, and found no record of it.
    Began(Task),
    /// Loaded the invitation; the call follows.
    Loaded(Task, Number),
    /// Decided on these states; the commit follows.
    Decided(Task, Number, Number),
}

/// A request in a server process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Task {
    pub(super) ask: Ask,
    /// Whether the deadline had passed when it began.
    pub(super) late: bool,
    /// Whether the connection it came on is still there.
    pub(super) is_heard: bool,
}

/// How a device is connected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Line {
    #[default]
    Off,
    /// Attached: what is published is kept for it.
    Attached,
    /// Has its snapshot.
    Online,
}

/// How many things are under way to a device at most.
const ROOM: usize = 8;

/// Things under way, the oldest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Queue {
    items: [Option<Item>; ROOM],
}

impl Queue {
    pub(super) fn iter(&self) -> impl Iterator<Item = Item> {
        self.items.iter().map_while(|it| *it)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items[0].is_none()
    }

    pub(super) fn push(&mut self, item: Item) {
        let free = self.items.iter_mut().find(|it| it.is_none());
        *free.expect("no more is told than there is room for") = Some(item);
    }

    /// Takes the oldest.
    pub(super) fn take(&mut self) -> Option<Item> {
        let first = self.items[0].take();
        self.items.rotate_left(1);
        first
    }

    /// Takes the youngest.
    pub(super) fn take_last(&mut self) -> Option<Item> {
        self.items.iter_mut().rev().find_map(Option::take)
    }

    pub(super) fn retain(&mut self, keep: impl Fn(Item) -> bool) {
        let kept: Vec<Item> = self.iter().filter(|item| keep(*item)).collect();
        *self = Self::default();
        kept.into_iter().for_each(|item| self.push(item));
    }
}
