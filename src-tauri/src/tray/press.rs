//! What can be pressed in the tray's menu, and the names that the desktop gives back for it.

use jiff::civil::Time;
use jiff::{Span, ToSpan, Zoned};

use crate::view::ByHand;

/// Something pressed in the menu. It names what it is about: a menu may be open still when that has
/// ended and something else has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Press {
    /// Show the main window.
    Open,
    /// Answer the ring of this invitation.
    Answer(String),
    /// Reject it.
    Reject(String),
    /// Leave this call.
    HangUp(String),
    /// Give this invitation up.
    Cancel(String),
    /// Set do not disturb.
    Quiet(QuietFor),
    /// Show the recent calls.
    Missed,
    /// Show the settings.
    Settings,
    /// End the app.
    Quit,
}

/// For how long the app is quiet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QuietFor {
    /// Half an hour.
    HalfAnHour,
    /// An hour.
    AnHour,
    /// Until the next morning.
    TheNight,
    /// Until the person ends it.
    Ever,
    /// Not at all.
    Never,
}

impl QuietFor {
    /// Each, in the order of the menu.
    pub(super) const ALL: [Self; 5] = [
        Self::HalfAnHour,
        Self::AnHour,
        Self::TheNight,
        Self::Ever,
        Self::Never,
    ];

    /// What it says in the menu.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::HalfAnHour => "For 30 minutes",
            Self::AnHour => "For 1 hour",
            Self::TheNight => "Until 8:00 in the morning",
            Self::Ever => "Until I turn it off",
            Self::Never => "Off",
        }
    }

    /// What it sets at this moment.
    pub(crate) fn by_hand(self, now: &Zoned) -> ByHand {
        let after = |span: Span| now.checked_add(span);
        let end = match self {
            Self::HalfAnHour => after(30.minutes()),
            Self::AnHour => after(1.hour()),
            Self::TheNight => next_morning(now),
            Self::Ever => return ByHand::On,
            Self::Never => return ByHand::Off,
        };
        let end_ms = end.map(|end| end.timestamp().as_millisecond());
        match end_ms.map(u64::try_from) {
            Ok(Ok(at_ms)) => ByHand::Until { at_ms },
            Ok(Err(_)) | Err(_) => ByHand::On,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::HalfAnHour => "half-an-hour",
            Self::AnHour => "an-hour",
            Self::TheNight => "the-night",
            Self::Ever => "ever",
            Self::Never => "never",
        }
    }
}

/// When a night is over.
const EIGHT: Time = Time::constant(8, 0, 0, 0);

/// The next time that it is eight in the morning.
fn next_morning(now: &Zoned) -> Result<Zoned, jiff::Error> {
    let this = now.with().time(EIGHT).build()?;
    if this > *now {
        return Ok(this);
    }
    now.tomorrow()?.with().time(EIGHT).build()
}

impl Press {
    /// The name of its entry.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Open => "open".to_owned(),
            Self::Answer(id) => format!("answer {id}"),
            Self::Reject(id) => format!("reject {id}"),
            Self::HangUp(id) => format!("hang-up {id}"),
            Self::Cancel(id) => format!("cancel {id}"),
            Self::Quiet(quiet) => format!("quiet {}", quiet.name()),
            Self::Missed => "missed".to_owned(),
            Self::Settings => "settings".to_owned(),
            Self::Quit => "quit".to_owned(),
        }
    }

    /// What the entry of this name means, if it is one.
    pub(super) fn named(name: &str) -> Option<Self> {
        let (verb, about) = name.split_once(' ').unwrap_or((name, ""));
        let id = || about.to_owned();
        Some(match verb {
            "open" => Self::Open,
            "answer" => Self::Answer(id()),
            "reject" => Self::Reject(id()),
            "hang-up" => Self::HangUp(id()),
            "cancel" => Self::Cancel(id()),
            "quiet" => Self::Quiet(QuietFor::ALL.into_iter().find(|q| q.name() == about)?),
            "missed" => Self::Missed,
            "settings" => Self::Settings,
            "quit" => Self::Quit,
            _ => return None,
        })
    }
}
