//! What happens to a world from outside, drawn from a seed.

use crate::chance::Chance;

/// One thing that somebody or something does. Numbers that are too large count from the beginning
/// again, so that any action fits any world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Time passes, in milliseconds.
    Wait(u64),
    /// A phone invites a user; 0 s rings for ever.
    Invite {
        /// The phone.
        phone: usize,
        /// The user.
        to: usize,
        /// For how many seconds.
        timeout: u32,
        /// Whether it only reaches who is connected.
        online: bool,
    },
    /// Two users invite each other at once.
    Glare {
        /// The one's phone.
        phone: usize,
        /// The other's phone.
        other: usize,
    },
    /// A phone answers a ring.
    Answer {
        /// The phone.
        phone: usize,
        /// Which ring.
        ring: usize,
        /// With yes.
        yes: bool,
    },
    /// All phones of a user answer at once.
    Duel {
        /// The user.
        user: usize,
        /// Which ring.
        ring: usize,
        /// Bit by bit, whether a phone says yes.
        yes: usize,
    },
    /// A phone cancels an invitation of its user's.
    Cancel {
        /// The phone.
        phone: usize,
        /// Which invitation.
        which: usize,
    },
    /// A phone leaves a call of its user's.
    HangUp {
        /// The phone.
        phone: usize,
        /// Which call.
        which: usize,
    },
    /// A phone asks something of any invitation there ever was.
    Meddle {
        /// The phone.
        phone: usize,
        /// Which invitation.
        which: usize,
        /// 0 cancels, 1 accepts, 2 rejects.
        how: usize,
    },
    /// An app asks again, under the same names, what it asked before.
    Repeat {
        /// The phone.
        phone: usize,
        /// Which request.
        which: usize,
    },
    /// A phone writes an ordinary message.
    Write {
        /// The phone.
        phone: usize,
        /// To which user.
        to: usize,
    },
    /// A phone logs out, or logs in if it is off.
    Switch(usize),
    /// A phone vanishes without a word, or is switched on if it is off.
    Vanish(usize),
    /// A phone sleeps, in milliseconds.
    Suspend(usize, u64),
    /// A phone's connection is cut.
    Cut(usize),
    /// Nothing reaches or leaves a phone, in milliseconds.
    Stall(usize, u64),
    /// A server process crashes and comes back after so many milliseconds.
    Crash(usize, u64),
    /// A server process goes down in good order and comes back after so many milliseconds.
    Restart(usize, u64),
    /// A server process stands still, in milliseconds.
    Freeze(usize, u64),
    /// From here on the ledger fails so many times of a thousand and takes up to so many milliseconds.
    Trouble(u64, u64),
    /// A push channel answers a ring that was pushed to it.
    AnswerPushed {
        /// The push channel.
        channel: usize,
        /// Which ring.
        ring: usize,
        /// With yes.
        yes: bool,
    },
    /// A phone does what needs more than two.
    Social(usize, Social),
    /// All faults end, and it is checked that everybody agrees.
    Calm,
}

/// What people do in groups, and in calls of more than two; groups and users are counted round, sets
/// of users are bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Social {
    /// Makes a group.
    Gather {
        /// Which.
        group: usize,
        /// With whom.
        members: usize,
        /// Whether everybody may join.
        free: bool,
    },
    /// Rings members of a group; 0 s rings for ever.
    Ring {
        /// In which.
        group: usize,
        /// Whom.
        invitees: usize,
        /// For how many seconds.
        timeout: u32,
        /// Whether it only reaches who is connected.
        online: bool,
    },
    /// Joins a group.
    Join(usize),
    /// Leaves a group.
    Quit(usize),
    /// Ends a group.
    Dismiss(usize),
    /// Takes a user into a group.
    Add(usize, usize),
    /// Takes a user out of a group.
    Remove(usize, usize),
    /// Writes to a group.
    Say(usize),
    /// Blocks a user.
    Block(usize),
    /// Blocks a user no more.
    Unblock(usize),
    /// Changes the data of one of its user's invitations.
    Modify(usize),
    /// Sends media negotiation in one of its calls.
    Signal(usize),
    /// Invites a user into one of its calls.
    InviteInto(usize, usize),
}

impl Action {
    /// An action of this chance in a world with offline push: most of them as in any with groups, and
    /// others that keep a ring from a phone.
    pub fn drawn_with_pushes(chance: &mut Chance) -> Self {
        let phone = small(chance, 16);
        match chance.below(100) {
            0..65 => Self::drawn_in_groups(chance),
            65..70 => Self::Switch(phone),
            70..78 => Self::Vanish(phone),
            78..84 => Self::Stall(phone, chance.between(3_000, 20_000)),
            84..89 => Self::Cut(phone),
            89..95 => Self::Wait(chance.between(3_000, 9_000)),
            _ => Self::AnswerPushed {
                channel: phone,
                ring: small(chance, 4),
                yes: chance.strikes(300),
            },
        }
    }

    /// An action of this chance in a world with groups: half of them as in any other.
    pub fn drawn_in_groups(chance: &mut Chance) -> Self {
        if chance.strikes(500) {
            return Self::drawn(chance);
        }
        let phone = small(chance, 10);
        let group = small(chance, 2);
        let who = small(chance, 5);
        let what = match chance.below(100) {
            0..3 => Social::Gather {
                group,
                members: small(chance, 32),
                free: chance.strikes(500),
            },
            3..45 => Social::Ring {
                group,
                invitees: small(chance, 31) + 1,
                timeout: *chance.pick(&[0, 1, 2, 5, 10, 20]),
                online: chance.strikes(200),
            },
            45..50 => Social::Join(group),
            50..56 => Social::Quit(group),
            56..58 => Social::Dismiss(group),
            58..63 => Social::Add(group, who),
            63..68 => Social::Remove(group, who),
            68..70 => Social::Say(group),
            70..74 => Social::Block(who),
            74..76 => Social::Unblock(who),
            76..84 => Social::Modify(small(chance, 4)),
            84..90 => Social::Signal(small(chance, 4)),
            _ => Social::InviteInto(small(chance, 4), who),
        };
        Self::Social(phone, what)
    }

    /// An action of this chance.
    pub fn drawn(chance: &mut Chance) -> Self {
        let phone = small(chance, 8);
        let which = small(chance, 8);
        let online = chance.strikes(200);
        match chance.below(100) {
            0..22 => Self::Wait(wait(chance)),
            22..36 => Self::Invite {
                phone,
                to: small(chance, 3),
                timeout: *chance.pick(&[0, 1, 2, 5, 10, 20, 30]),
                online,
            },
            36..40 => Self::Glare {
                phone,
                other: small(chance, 8),
            },
            40..50 => Self::Answer {
                phone,
                ring: which,
                yes: chance.strikes(600),
            },
            50..54 => Self::Duel {
                user: small(chance, 3),
                ring: which,
                yes: small(chance, 4),
            },
            54..60 => Self::Cancel { phone, which },
            60..64 => Self::HangUp { phone, which },
            64..67 => Self::Meddle {
                phone,
                which,
                how: small(chance, 3),
            },
            67..72 => Self::Repeat { phone, which },
            72..73 => Self::Write {
                phone,
                to: small(chance, 3),
            },
            73..76 => Self::Switch(phone),
            76..79 => Self::Vanish(phone),
            79..81 => Self::Suspend(phone, chance.between(1_000, 60_000)),
            81..86 => Self::Cut(phone),
            86..89 => Self::Stall(phone, chance.between(100, 20_000)),
            89..93 => Self::Crash(small(chance, 2), down(chance)),
            93..94 => Self::Restart(small(chance, 2), down(chance)),
            94..95 => Self::Freeze(small(chance, 2), chance.between(50, 5_000)),
            95..98 => Self::Trouble(
                *chance.pick(&[0, 20, 100, 250]),
                *chance.pick(&[0, 5, 50, 500]),
            ),
            _ => Self::Calm,
        }
    }
}

fn small(chance: &mut Chance, end: u64) -> usize {
    usize::try_from(chance.below(end)).expect("it is small")
}

fn wait(chance: &mut Chance) -> u64 {
    match chance.below(10) {
        0..4 => chance.between(1, 50),
        4..7 => chance.between(50, 1_000),
        7..9 => chance.between(1_000, 6_000),
        _ => chance.between(6_000, 40_000),
    }
}

fn down(chance: &mut Chance) -> u64 {
    match chance.below(4) {
        0..3 => chance.between(10, 3_000),
        _ => chance.between(3_000, 40_000),
    }
}
