//! When this device does not ring, as it is kept.

use std::collections::BTreeSet;

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use crate::view::{ByHand, QuietView, ScheduleView};

/// Why quiet hours cannot be set so.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidQuiet {
    /// No time of a day.
    #[error("Quiet hours begin and end at a time of day, written as in 22:00.")]
    Time,
    /// A day that no week has, or one twice.
    #[error("Quiet hours begin on days of the week, from 1 for Monday to 7 for Sunday, each once.")]
    Days,
    /// Kept to, on no day.
    #[error("Choose at least one day on which the quiet hours begin.")]
    NoDay,
}

/// When this device does not ring, known to make sense.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "QuietView", into = "QuietView")]
pub(crate) struct QuietSettings {
    /// Do not disturb, chosen by hand.
    pub(crate) by_hand: ByHand,
    /// Do not disturb at certain hours.
    pub(crate) schedule: Schedule,
    /// Quiet while the desktop's own do-not-disturb is on.
    pub(crate) follow_desktop: bool,
    /// Never rings on this device.
    pub(crate) not_here: bool,
}

/// Do not disturb at certain hours, local time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Schedule {
    /// Whether it is kept to.
    pub(crate) enabled: bool,
    /// When it begins.
    pub(crate) from: Time,
    /// When it ends; the next day when that is not after `from`.
    pub(crate) to: Time,
    /// The days on which it begins: 1 is Monday, 7 is Sunday.
    pub(crate) days: BTreeSet<i8>,
}

impl Default for QuietSettings {
    fn default() -> Self {
        Self::try_from(QuietView::default()).expect("what a new profile has makes sense")
    }
}

impl TryFrom<QuietView> for QuietSettings {
    type Error = InvalidQuiet;

    fn try_from(quiet: QuietView) -> Result<Self, InvalidQuiet> {
        Ok(Self {
            by_hand: quiet.by_hand,
            schedule: quiet.schedule.try_into()?,
            follow_desktop: quiet.follow_desktop,
            not_here: quiet.not_here,
        })
    }
}

impl TryFrom<ScheduleView> for Schedule {
    type Error = InvalidQuiet;

    fn try_from(schedule: ScheduleView) -> Result<Self, InvalidQuiet> {
        let mut days = BTreeSet::new();
        for day in schedule.days {
            let day = i8::try_from(day).map_err(|_| InvalidQuiet::Days)?;
            if !(1..=7).contains(&day) || !days.insert(day) {
                return Err(InvalidQuiet::Days);
            }
        }
        if schedule.enabled && days.is_empty() {
            return Err(InvalidQuiet::NoDay);
        }
        Ok(Self {
            enabled: schedule.enabled,
            from: time(&schedule.from)?,
            to: time(&schedule.to)?,
            days,
        })
    }
}

/// A time of day, as in `22:00` and in no other way.
fn time(text: &str) -> Result<Time, InvalidQuiet> {
    let two_digits = |text: &str| {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i8>().ok().filter(|_| is_number)
    };
    let (hour, minute) = text.split_once(':').ok_or(InvalidQuiet::Time)?;
    let parts = two_digits(hour).zip(two_digits(minute));
    let (hour, minute) = parts.ok_or(InvalidQuiet::Time)?;
    Time::new(hour, minute, 0, 0).map_err(|_| InvalidQuiet::Time)
}

impl From<QuietSettings> for QuietView {
    fn from(settings: QuietSettings) -> Self {
        let schedule = settings.schedule;
        let text = |time: Time| format!("{:02}:{:02}", time.hour(), time.minute());
        Self {
            by_hand: settings.by_hand,
            schedule: ScheduleView {
                enabled: schedule.enabled,
                from: text(schedule.from),
                to: text(schedule.to),
                days: schedule.days.into_iter().map(i8::unsigned_abs).collect(),
            },
            follow_desktop: settings.follow_desktop,
            not_here: settings.not_here,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(enabled: bool, from: &str, to: &str, days: &[u8]) -> Result<QuietView, String> {
        let quiet = QuietView {
            by_hand: ByHand::Until { at_ms: 7 },
            schedule: ScheduleView {
                enabled,
                from: from.to_owned(),
                to: to.to_owned(),
                days: days.to_vec(),
            },
            follow_desktop: true,
            not_here: true,
        };
        let settings = QuietSettings::try_from(quiet).map_err(|invalid| invalid.to_string())?;
        Ok(settings.into())
    }

    #[test]
    fn what_makes_sense_is_kept_with_the_days_in_order() {
        let kept = checked(true, "09:05", "23:59", &[7, 1]).unwrap();
        assert_eq!(
            (&*kept.schedule.from, &*kept.schedule.to),
            ("09:05", "23:59")
        );
        assert_eq!(kept.schedule.days, [1, 7]);
        assert_eq!(kept.by_hand, ByHand::Until { at_ms: 7 });
        assert!(kept.follow_desktop && kept.not_here && kept.schedule.enabled);
        let no_day = checked(false, "00:00", "00:00", &[]).unwrap();
        assert!(no_day.schedule.days.is_empty());
        assert_eq!(
            QuietView::from(QuietSettings::default()),
            QuietView::default()
        );
    }

    #[test]
    fn a_time_that_no_day_has_is_refused() {
        let why =
            Err("Quiet hours begin and end at a time of day, written as in 22:00.".to_owned());
        for bad in [
            "",
            "24:00",
            "12:60",
            "9:05",
            "09:5",
            "0905",
            "09:05:00",
            "+9:05",
            "-1:00",
            "٠٩:٠٥",
        ] {
            assert_eq!(checked(false, bad, "07:00", &[1]), why, "{bad}");
            assert_eq!(checked(true, "07:00", bad, &[1]), why, "{bad}");
        }
    }

    #[test]
    fn a_day_that_no_week_has_is_refused_and_so_are_no_days_at_all() {
        let why =
            "Quiet hours begin on days of the week, from 1 for Monday to 7 for Sunday, each once.";
        for bad in [&[0][..], &[8], &[255], &[1, 2, 1]] {
            assert_eq!(
                checked(false, "22:00", "07:00", bad),
                Err(why.to_owned()),
                "{bad:?}"
            );
        }
        let none = "Choose at least one day on which the quiet hours begin.".to_owned();
        assert_eq!(checked(true, "22:00", "07:00", &[]), Err(none));
    }
}
