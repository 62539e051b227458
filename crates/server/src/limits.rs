//! How much a user may ask: token buckets, with time passed in.

use std::collections::HashMap;
use std::time::Duration;

use bellhop_protocol::{Timestamp, UserId, time};

/// A steady rate and how far it may be exceeded at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// So many a second, for ever.
    pub per_second: u32,
    /// So many at once.
    pub burst: u32,
}

/// What one user may ask, on all his devices together (SIGNALING §4, 7008).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// Invitations.
    pub invitations: Rate,
    /// All other requests.
    pub others: Rate,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            invitations: Rate {
                per_second: 30,
                burst: 100,
            },
            others: Rate {
                per_second: 100,
                burst: 300,
            },
        }
    }
}

/// Which of a user's limits a request falls under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Invitation,
    Other,
}

impl Kind {
    /// Under which limit a method falls.
    pub(crate) fn of(method: &str) -> Self {
        match method {
            "invite" | "inviteInGroup" => Self::Invitation,
            _ => Self::Other,
        }
    }
}

/// What users have left.
pub(crate) struct Limits {
    rates: RateLimits,
    users: HashMap<UserId, Purse>,
    /// At how many users those who have everything left are forgotten.
    sweep_at: usize,
}

/// What one user has left, in thousandths of a request.
struct Purse {
    at: Timestamp,
    invitations: u64,
    others: u64,
}

const WHOLE: u64 = 1000;
const FEWEST_SWEPT: usize = 1024;

impl Limits {
    pub(crate) fn new(rates: RateLimits) -> Self {
        Self {
            rates,
            users: HashMap::new(),
            sweep_at: FEWEST_SWEPT,
        }
    }

    /// Takes one request from what the user has left, or says how long to wait for one.
    pub(crate) fn take(
        &mut self,
        user: &UserId,
        kind: Kind,
        now: Timestamp,
    ) -> Result<(), Duration> {
        if self.users.len() >= self.sweep_at && !self.users.contains_key(user) {
            self.sweep(now);
        }
        let rates = self.rates;
        let purse = self
            .users
            .entry(user.clone())
            .or_insert_with(|| Purse::full(rates, now));
        purse.refill(rates, now);
        let (left, rate) = match kind {
            Kind::Invitation => (&mut purse.invitations, rates.invitations),
            Kind::Other => (&mut purse.others, rates.others),
        };
        match left.checked_sub(WHOLE) {
            Some(rest) => {
                *left = rest;
                Ok(())
            }
            None => {
                let ms = (WHOLE - *left).div_ceil(u64::from(rate.per_second.max(1)));
                Err(Duration::from_millis(ms))
            }
        }
    }

    fn sweep(&mut self, now: Timestamp) {
        let rates = self.rates;
        self.users.retain(|_, purse| {
            purse.refill(rates, now);
            purse.invitations < full(rates.invitations) || purse.others < full(rates.others)
        });
        self.sweep_at = FEWEST_SWEPT.max(self.users.len() * 2);
    }
}

impl Purse {
    fn full(rates: RateLimits, now: Timestamp) -> Self {
        Self {
            at: now,
            invitations: full(rates.invitations),
            others: full(rates.others),
        }
    }

    fn refill(&mut self, rates: RateLimits, now: Timestamp) {
        let ms = time::millis(now.since(self.at));
        self.at = now;
        for (left, rate) in [
            (&mut self.invitations, rates.invitations),
            (&mut self.others, rates.others),
        ] {
            // A thousandth of a request a millisecond is one request a second.
            let more = ms.saturating_mul(rate.per_second.into());
            *left = left.saturating_add(more).min(full(rate));
        }
    }
}

fn full(rate: Rate) -> u64 {
    u64::from(rate.burst) * WHOLE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    /// §4, 7008: 30 invitations a second with a burst of 100.
    #[test]
    fn a_burst_passes_and_then_the_steady_rate() {
        let (mut limits, alice) = (Limits::new(RateLimits::default()), "alice".parse().unwrap());
        for _ in 0..100 {
            assert_eq!(limits.take(&alice, Kind::Invitation, at(0)), Ok(()));
        }
        let wait = Duration::from_millis(34);
        assert_eq!(limits.take(&alice, Kind::Invitation, at(0)), Err(wait));
        assert_eq!(limits.take(&alice, Kind::Invitation, at(34)), Ok(()));
        let passed = (0..2000).filter(|_| limits.take(&alice, Kind::Invitation, at(1034)).is_ok());
        assert_eq!(passed.count(), 30);
    }

    #[test]
    fn invitations_and_others_and_users_do_not_share() {
        let mut limits = Limits::new(RateLimits::default());
        let (alice, bob) = ("alice".parse().unwrap(), "bob".parse().unwrap());
        while limits.take(&alice, Kind::Invitation, at(0)).is_ok() {}
        for _ in 0..300 {
            assert_eq!(limits.take(&alice, Kind::Other, at(0)), Ok(()));
        }
        assert!(limits.take(&alice, Kind::Other, at(0)).is_err());
        assert_eq!(limits.take(&bob, Kind::Invitation, at(0)), Ok(()));
    }

    #[test]
    fn whoever_has_everything_left_is_forgotten() {
        let mut limits = Limits::new(RateLimits::default());
        for n in 0..5000_u64 {
            let user = format!("u{n}").parse().unwrap();
            assert_eq!(limits.take(&user, Kind::Other, at(n * 100)), Ok(()));
        }
        assert!(limits.users.len() <= FEWEST_SWEPT);
    }
}
