//! The connection as the handset sees it: its states, when to try again, and the failures it causes.

use std::time::Duration;

use bellhop_protocol::{Code, Failure, Reason, Timestamp};

/// How long opening a connection may take.
pub(super) const CONNECT_TIME: Duration = Duration::from_secs(10);
/// How long the reply to `login` may take.
pub(super) const LOGIN_TIME: Duration = Duration::from_secs(10);
/// A login that stood this long was a good one: the next attempt starts from the shortest wait.
const GOOD_LOGIN: Duration = Duration::from_secs(5);
/// The longest first wait, in milliseconds (SIGNALING §5).
const FIRST_WAIT_MS: u64 = 500;
/// The longest wait, in milliseconds (SIGNALING §5).
const LONGEST_WAIT_MS: u64 = 8_000;

/// Close codes of PROTOCOL.md that mean something to a client.
pub(super) mod close {
    /// Another login took this device's place.
    pub(in crate::handset) const KICKED: u16 = 4002;
    /// The server goes down.
    pub(in crate::handset) const GOING_DOWN: u16 = 4005;
    /// The signature has expired.
    pub(in crate::handset) const SIGNATURE_EXPIRED: u16 = 4006;
}

/// Where the connection stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// Not started.
    Idle,
    /// Until the next attempt.
    Waiting { until: Timestamp },
    /// The shell opens a connection.
    Connecting { until: Timestamp },
    /// `login` was sent under this number.
    LoggingIn { login: u64, until: Timestamp },
    /// Logged in.
    Online { since: Timestamp },
    /// The app is asked for a signature.
    AwaitingSignature,
    /// Over for good.
    Stopped(Failure),
}

impl Link {
    /// When it needs a tick.
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        match self {
            Self::Waiting { until }
            | Self::Connecting { until }
            | Self::LoggingIn { until, .. } => Some(*until),
            Self::Idle | Self::Online { .. } | Self::AwaitingSignature | Self::Stopped(_) => None,
        }
    }

    /// Whether there is a connection, or one is being opened.
    pub(super) fn is_up(&self) -> bool {
        match self {
            Self::Connecting { .. } | Self::LoggingIn { .. } | Self::Online { .. } => true,
            Self::Idle | Self::Waiting { .. } | Self::AwaitingSignature | Self::Stopped(_) => false,
        }
    }

    /// Whether requests can be sent.
    pub(super) fn is_online(&self) -> bool {
        matches!(self, Self::Online { .. })
    }

    /// Whether this login has stood long enough to start from the shortest wait again.
    pub(super) fn was_good(&self, now: Timestamp) -> bool {
        matches!(self, Self::Online { since } if now.since(*since) >= GOOD_LOGIN)
    }
}

/// Exponential backoff with full jitter.
#[derive(Debug)]
pub(super) struct Backoff {
    state: u64,
    attempt: u32,
}

impl Backoff {
    /// Jitter drawn from this seed.
    pub(super) fn seeded(seed: u64) -> Self {
        Self {
            state: seed,
            attempt: 0,
        }
    }

    /// Starts from the shortest wait again.
    pub(super) fn reset(&mut self) {
        self.attempt = 0;
    }

    /// How long to wait before the next attempt.
    pub(super) fn next_wait(&mut self) -> Duration {
        let longest = FIRST_WAIT_MS
            .saturating_mul(1 << self.attempt.min(16))
            .min(LONGEST_WAIT_MS);
        self.attempt += 1;
        Duration::from_millis(self.draw() % (longest + 1))
    }

    /// The next number of splitmix64.
    fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// 6208, as the server says it when another login takes this device's place.
pub(super) fn kicked() -> Failure {
    Failure::new(
        Code::Kicked,
        Reason::Kicked,
        "This device was signed in somewhere else, or too many devices are signed in.",
    )
}

/// 6014, after a logout or a close.
pub(super) fn logged_out() -> Failure {
    Failure::new(
        Code::NotLoggedIn,
        Reason::NotLoggedIn,
        "You are signed out. Sign in to continue.",
    )
}

/// 6200 before the first login, 9508 after it.
pub(super) fn unreachable(ever_online: bool, cause: &str) -> Failure {
    if ever_online {
        let message = format!("The connection to the server was lost: {cause}.");
        Failure::new(Code::Disconnected, Reason::Disconnected, message)
    } else {
        let message = format!("The server cannot be reached: {cause}.");
        Failure::new(Code::NoNetwork, Reason::Disconnected, message)
    }
}

/// 9508, for a request that would be done twice if it was sent twice.
pub(super) fn maybe_done() -> Failure {
    Failure::new(
        Code::Disconnected,
        Reason::Disconnected,
        "The connection was lost before the reply. It may have been done; look before you try again.",
    )
}

/// 6012: the same request may be repeated.
pub(super) fn no_reply() -> Failure {
    Failure::new(
        Code::TimedOut,
        Reason::NoReply,
        "The server did not answer in time. Try again.",
    )
}

/// What a refused login means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Trying later may help.
    TryLater,
    /// A new signature may help.
    Signature,
    /// Nothing will help.
    ForGood,
}

impl Refused {
    /// By the error's number.
    pub(super) fn by(code: Code) -> Self {
        match code {
            Code::SignatureExpired | Code::SignatureExpiredAtClient => Self::Signature,
            Code::Internal
            | Code::TimedOut
            | Code::NoNetwork
            | Code::Disconnected
            | Code::TooManyRequests => Self::TryLater,
            Code::ParseError
            | Code::InvalidRequest
            | Code::MethodNotFound
            | Code::NotLoggedIn
            | Code::BadParameter
            | Code::Kicked
            | Code::TooLong
            | Code::NotPending
            | Code::NoPermission
            | Code::AlreadyKnown
            | Code::InviteeNotInGroup
            | Code::NotInGroup
            | Code::NoSuchGroup
            | Code::NoSuchUser
            | Code::Blocked
            | Code::SignatureInvalid
            | Code::SignatureOfAnotherUser
            | Code::SignatureOfAnotherApp => Self::ForGood,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// §5: exponential backoff with full jitter, 0.5 s to 8 s.
    #[test]
    fn waits_grow_to_eight_seconds_and_use_the_whole_range() {
        let mut longest = [Duration::ZERO; 8];
        for seed in 0..200 {
            let mut backoff = Backoff::seeded(seed);
            for longest in &mut longest {
                *longest = backoff.next_wait().max(*longest);
            }
        }
        for (longest, bound) in longest
            .iter()
            .zip([500, 1000, 2000, 4000, 8000, 8000, 8000, 8000])
        {
            let bound = Duration::from_millis(bound);
            assert!(
                *longest <= bound && *longest > bound.mul_f32(0.9),
                "{longest:?} {bound:?}"
            );
        }
    }
}
