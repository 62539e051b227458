//! When this device is quiet: chosen by hand, at certain hours, or because the desktop is.
//!
//! Pure: it is told the time and what is set; it knows no ring.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};

use crate::profile::{QuietSettings, Schedule};
use crate::view::{ByHand, QuietBecause, QuietNowView};

/// How many days before and after this one are looked at: a week of quiet hours that run into one
/// another.
const DAYS: i32 = 8;
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Whether this device is quiet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Quiet {
    /// Why; nothing when it rings.
    pub(crate) because: Option<QuietBecause>,
    /// Until when that is the reason; nothing when that is not known.
    pub(crate) until: Option<Timestamp>,
    /// When the time alone changes any of this; nothing when it never does.
    pub(crate) changes: Option<Timestamp>,
}

impl Quiet {
    /// As the screens show it.
    pub(crate) fn view(&self) -> QuietNowView {
        let millis = |until: Timestamp| until.as_millisecond().try_into().unwrap_or_default();
        QuietNowView {
            because: self.because,
            until_ms: self.until.map(millis),
        }
    }
}

/// Whether this device is quiet at that moment, by what is set and what the desktop's own
/// do-not-disturb says.
pub(crate) fn quiet(set: &QuietSettings, desktop: Option<bool>, now: &Zoned) -> Quiet {
    let hours = hours(&set.schedule, now);
    let until = until(set.by_hand, now);
    let because = |because, until, changes| Quiet {
        because: Some(because),
        until,
        changes,
    };
    if set.not_here {
        return because(QuietBecause::NotHere, None, None);
    }
    if set.by_hand == ByHand::On {
        return because(QuietBecause::ByHand, None, None);
    }
    if until.is_some() {
        return because(QuietBecause::ByHand, until, until);
    }
    match hours {
        Hours::Within { end } => because(QuietBecause::Schedule, end, end),
        Hours::Before { start } if set.follow_desktop && desktop == Some(true) => {
            because(QuietBecause::Desktop, None, start)
        }
        Hours::Before { start } => Quiet {
            because: None,
            until: None,
            changes: start,
        },
    }
}

/// Whether do not disturb is chosen by hand at that moment.
pub(crate) fn is_by_hand(by_hand: ByHand, now: &Zoned) -> bool {
    by_hand == ByHand::On || until(by_hand, now).is_some()
}

/// The moment that do not disturb was chosen until, while that is to come.
fn until(by_hand: ByHand, now: &Zoned) -> Option<Timestamp> {
    let ByHand::Until { at_ms } = by_hand else {
        return None;
    };
    // What is too far away to be a moment is after every moment.
    let at = i64::try_from(at_ms)
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok());
    Some(at.unwrap_or(Timestamp::MAX)).filter(|at| *at > now.timestamp())
}

/// Where a moment is in the quiet hours.
enum Hours {
    /// In them; `end` is nothing when they never end.
    Within { end: Option<Timestamp> },
    /// Outside; `start` is nothing when there are none.
    Before { start: Option<Timestamp> },
}

fn hours(schedule: &Schedule, now: &Zoned) -> Hours {
    if !schedule.enabled {
        return Hours::Before { start: None };
    }
    let moment = now.timestamp();
    let around = (-DAYS..=DAYS).filter_map(|days| now.date().checked_add(days.days()).ok());
    let begins = |date: &Date| {
        schedule
            .days
            .contains(&date.weekday().to_monday_one_offset())
    };
    let spans: Vec<_> = around
        .filter(begins)
        .filter_map(|date| span(schedule, date, now.time_zone()))
        .collect();

    let at = |moment: Timestamp| {
        let mut spans = spans.iter();
        spans.find(move |(start, end)| *start <= moment && moment < *end)
    };
    let mut end = moment;
    while let Some((_, later)) = at(end) {
        end = *later;
    }
    if end > moment {
        // Every week is like the last: what lasts that long does not end.
        let ends = end.duration_since(moment) < WEEK;
        return Hours::Within {
            end: ends.then_some(end),
        };
    }
    let starts = spans.iter().map(|(start, _)| *start);
    Hours::Before {
        start: starts.filter(|start| *start > moment).min(),
    }
}

/// When the quiet hours that begin on a day begin and end, whatever the clocks do in between.
fn span(schedule: &Schedule, date: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let last = if schedule.to > schedule.from {
        date
    } else {
        date.tomorrow().ok()?
    };
    let moment = |date: Date, time| {
        let zoned = zone.to_zoned(date.to_datetime(time)).ok()?;
        Some(zoned.timestamp())
    };
    Some((moment(date, schedule.from)?, moment(last, schedule.to)?))
}

#[cfg(test)]
mod tests;
