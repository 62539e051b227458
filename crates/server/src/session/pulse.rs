//! When a connection is pinged, and when it has been silent, a stranger or logged in for too long.
//!
//! Pure: the time is passed in.

use bellhop_protocol::Timestamp;

use crate::ending::Ending;
use crate::hub::Tuning;

/// What the time asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beat {
    /// A sign of life is asked for.
    Ping,
    /// The connection ends.
    End(Ending),
}

pub(super) struct Pulse {
    tuning: Tuning,
    login_by: Option<Timestamp>,
    expires: Option<Timestamp>,
    heard: Timestamp,
    pinged: Timestamp,
    /// The first ping since the peer was heard.
    unanswered: Option<Timestamp>,
}

impl Pulse {
    pub(super) fn new(tuning: Tuning, now: Timestamp) -> Self {
        Self {
            tuning,
            login_by: Some(now.after(tuning.login_within)),
            expires: None,
            heard: now,
            pinged: now,
            unanswered: None,
        }
    }

    pub(super) fn heard(&mut self, now: Timestamp) {
        self.heard = now;
        self.unanswered = None;
    }

    pub(super) fn logged_in(&mut self, expires: Timestamp) {
        self.login_by = None;
        self.expires = Some(expires);
    }

    /// When something is due next.
    pub(super) fn next(&self) -> Timestamp {
        [self.login_by, self.expires, self.silent_at()]
            .into_iter()
            .flatten()
            .fold(self.ping_at(), Timestamp::min)
    }

    /// What is due.
    pub(super) fn beat(&mut self, now: Timestamp) -> Option<Beat> {
        let is_due = |at: Option<Timestamp>| at.is_some_and(|at| now >= at);
        if is_due(self.login_by) {
            return Some(Beat::End(Ending::NoLogin));
        }
        if is_due(self.expires) {
            return Some(Beat::End(Ending::SignatureExpired));
        }
        if is_due(self.silent_at()) {
            return Some(Beat::End(Ending::Silent));
        }
        if now >= self.ping_at() {
            self.pinged = now;
            self.unanswered.get_or_insert(now);
            return Some(Beat::Ping);
        }
        None
    }

    fn ping_at(&self) -> Timestamp {
        self.pinged.after(self.tuning.ping_every)
    }

    /// Silence counts only where a ping had its time to be answered: after suspend, everything is
    /// late, and the peer is asked first.
    fn silent_at(&self) -> Option<Timestamp> {
        let Tuning {
            silent_after,
            ping_every,
            ..
        } = self.tuning;
        let answer_by = self
            .unanswered?
            .after(silent_after.saturating_sub(ping_every));
        Some(answer_by.max(self.heard.after(silent_after)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_millis(secs * 1000)
    }

    fn logged_in() -> Pulse {
        let mut pulse = Pulse::new(Tuning::default(), at(0));
        pulse.logged_in(at(100_000));
        pulse
    }

    /// PROTOCOL: 10 s without a login close the socket.
    #[test]
    fn a_stranger_is_shown_out_after_ten_seconds() {
        let mut pulse = Pulse::new(Tuning::default(), at(0));
        assert_eq!(pulse.next(), at(10));
        pulse.heard(at(9));
        assert_eq!(pulse.beat(at(9)), None);
        assert_eq!(pulse.beat(at(10)), Some(Beat::End(Ending::NoLogin)));
    }

    /// PROTOCOL: the server pings every 20 s and drops a peer that stays silent for 45 s.
    #[test]
    fn a_silent_peer_is_pinged_twice_and_dropped() {
        let mut pulse = logged_in();
        assert_eq!(
            (pulse.next(), pulse.beat(at(20))),
            (at(20), Some(Beat::Ping))
        );
        assert_eq!(
            (pulse.next(), pulse.beat(at(40))),
            (at(40), Some(Beat::Ping))
        );
        assert_eq!(pulse.next(), at(45));
        assert_eq!(pulse.beat(at(45)), Some(Beat::End(Ending::Silent)));
    }

    #[test]
    fn silence_counts_from_when_the_peer_was_last_heard() {
        let mut pulse = logged_in();
        assert_eq!(pulse.beat(at(20)), Some(Beat::Ping));
        pulse.heard(at(39));
        assert_eq!(pulse.beat(at(40)), Some(Beat::Ping));
        assert_eq!(pulse.beat(at(60)), Some(Beat::Ping));
        assert_eq!(pulse.beat(at(79)), None);
        assert_eq!(pulse.next(), at(80));
    }

    /// §5: monotonic clocks stop while a machine sleeps.
    #[test]
    fn after_suspend_the_peer_is_asked_before_it_counts_as_silent() {
        let mut pulse = logged_in();
        assert_eq!(pulse.beat(at(5000)), Some(Beat::Ping));
        assert_eq!(pulse.beat(at(5001)), None);
        pulse.heard(at(5001));
        assert_eq!(pulse.next(), at(5020));
    }

    #[test]
    fn a_login_ends_with_its_signature() {
        let mut pulse = logged_in();
        pulse.logged_in(at(15));
        assert_eq!(pulse.next(), at(15));
        assert_eq!(
            pulse.beat(at(15)),
            Some(Beat::End(Ending::SignatureExpired))
        );
    }
}
