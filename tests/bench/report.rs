//! What was measured, against its budgets.

use std::fmt;
use std::time::Duration;

/// One of the things that are measured, in the words and with the budget of the design (DESKTOP.md, Ringing).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    /// From the invitation until its ring is heard.
    Audible,
    /// From the invitation until the ring window is to be seen.
    Window,
    /// From the invitation until the caller's name is drawn in it.
    Name,
    /// From the invitation until the desktop is asked for a notification.
    Notification,
    /// From the ring's end until it is heard no more.
    Silent,
    /// From the ring's end until the notification is withdrawn.
    Withdrawn,
    /// From the ring's end until the ring window is gone.
    Gone,
}

impl Path {
    /// All, in the order in which they are told.
    pub(crate) const ALL: [Self; 7] = [
        Self::Audible,
        Self::Window,
        Self::Name,
        Self::Notification,
        Self::Silent,
        Self::Withdrawn,
        Self::Gone,
    ];

    /// What the median may be.
    fn budget(self) -> Duration {
        Duration::from_millis(match self {
            Self::Audible | Self::Notification => 150,
            Self::Window | Self::Name => 300,
            Self::Silent | Self::Withdrawn | Self::Gone => 100,
        })
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Audible => "invitation received → audible",
            Self::Window => "invitation received → ring window visible",
            Self::Name => "invitation received → its caller drawn in it",
            Self::Notification => "invitation received → notification",
            Self::Silent => "end received → silent",
            Self::Withdrawn => "end received → notification withdrawn",
            Self::Gone => "end received → ring window gone",
        })
    }
}

/// How long each path took in each round, and how exact the tape is that tells what is heard.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    /// Every round.
    pub(crate) rounds: Vec<Round>,
    /// How many seconds some tones took onto the tape that another player was handed.
    pub(crate) tape_delays: Vec<f64>,
}

/// How long each path took in one ring.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Round(pub(crate) [Duration; Path::ALL.len()]);

impl Measured {
    /// A sentence for each budget that is missed.
    pub(crate) fn missed(&self) -> Vec<String> {
        let missed = Path::ALL.into_iter().filter(|path| !self.is_met(*path));
        let sentence = |path: Path| {
            let (median, budget) = (told(self.median(path)), told(path.budget()));
            format!("Budget missed: {path}: the median is {median} ms and may be {budget} ms.")
        };
        missed.map(sentence).collect()
    }

    fn is_met(&self, path: Path) -> bool {
        self.median(path) <= path.budget()
    }

    fn median(&self, path: Path) -> Duration {
        quantile(&self.sorted(path), 0.5)
    }

    fn sorted(&self, path: Path) -> Vec<Duration> {
        let index = Path::ALL.iter().position(|other| *other == path);
        let index = index.expect("they are all there");
        let mut sorted: Vec<_> = self.rounds.iter().map(|round| round.0[index]).collect();
        sorted.sort_unstable();
        sorted
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headings = ["", "least", "median", "p99", "budget"];
        let [what, least, median, p99, budget] = headings;
        writeln!(
            f,
            "  {what:43} {least:>8} {median:>8} {p99:>8} {budget:>8}  (ms)"
        )?;
        for path in Path::ALL {
            let sorted = self.sorted(path);
            let [least, median, p99] = [0.0, 0.5, 0.99].map(|part| told(quantile(&sorted, part)));
            let budget = told(path.budget());
            let verdict = if self.is_met(path) { "met" } else { "MISSED" };
            writeln!(
                f,
                "  {path:43} {least:>8} {median:>8} {p99:>8} {budget:>8}  {verdict}"
            )?;
        }
        let milliseconds = |seconds: &f64| seconds * 1_000.0;
        let delays = || self.tape_delays.iter().map(milliseconds);
        write!(
            f,
            "  What is heard is told by a recording. A tone that another player was handed was on it after\n  \
             {:.1} to {:.1} ms, which is how exact it is; nothing is taken off the figures for it.",
            delays().fold(f64::INFINITY, f64::min),
            delays().fold(f64::NEG_INFINITY, f64::max)
        )
    }
}

/// The least value that so much of all is not above.
fn quantile(sorted: &[Duration], part: f64) -> Duration {
    let rank = (part * sorted.len() as f64).ceil() as usize;
    sorted[rank.max(1) - 1]
}

fn told(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1_000.0)
}
