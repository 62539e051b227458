//! When this device is quiet: by hand, at certain hours, and with the desktop.

use super::*;
use crate::view::{QuietView, ScheduleView};

const BERLIN: &str = "Europe/Berlin";

fn zoned(text: &str, zone: &str) -> Zoned {
    let at: jiff::civil::DateTime = text.parse().unwrap();
    at.in_tz(zone).unwrap()
}

fn set(quiet: QuietView) -> QuietSettings {
    quiet.try_into().unwrap()
}

fn scheduled(from: &str, to: &str, days: &[u8]) -> QuietSettings {
    set(QuietView {
        schedule: ScheduleView {
            enabled: true,
            from: from.to_owned(),
            to: to.to_owned(),
            days: days.to_vec(),
        },
        ..QuietView::default()
    })
}

/// Why it is quiet at a moment in Berlin, until when, and when that changes, in Berlin's time.
fn at(set: &QuietSettings, moment: &str) -> (Option<QuietBecause>, Option<String>, Option<String>) {
    let now = zoned(moment, BERLIN);
    let told = quiet(set, None, &now);
    let text = |at: Option<Timestamp>| {
        let local = at?.to_zoned(now.time_zone().clone()).datetime();
        Some(local.strftime("%F %H:%M").to_string())
    };
    (told.because, text(told.until), text(told.changes))
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

const SCHEDULE: Option<QuietBecause> = Some(QuietBecause::Schedule);

#[test]
fn it_rings_unless_something_is_set() {
    let nothing = QuietSettings::default();
    assert_eq!(at(&nothing, "2026-11-23 23:00"), (None, None, None));
}

/// 2026-11-23 is a Monday.
#[test]
fn quiet_hours_pass_midnight_and_belong_to_the_day_they_begin_on() {
    let monday = scheduled("22:00", "07:00", &[1]);
    let (begin, end) = (some("2026-11-23 22:00"), some("2026-11-24 07:00"));
    assert_eq!(at(&monday, "2026-11-23 06:00"), (None, None, begin.clone()));
    assert_eq!(at(&monday, "2026-11-23 21:59"), (None, None, begin));
    for within in ["2026-11-23 22:00", "2026-11-24 00:00", "2026-11-24 06:59"] {
        assert_eq!(
            at(&monday, within),
            (SCHEDULE, end.clone(), end.clone()),
            "{within}"
        );
    }
    let next = some("2026-11-30 22:00");
    assert_eq!(at(&monday, "2026-11-24 07:00"), (None, None, next.clone()));
    assert_eq!(at(&monday, "2026-11-24 23:00"), (None, None, next));
}

#[test]
fn quiet_hours_within_a_day_end_on_it() {
    let working = scheduled("09:00", "17:30", &[1, 2, 3, 4, 5]);
    let end = some("2026-11-27 17:30");
    assert_eq!(
        at(&working, "2026-11-27 09:00"),
        (SCHEDULE, end.clone(), end)
    );
    let monday = some("2026-11-30 09:00");
    assert_eq!(at(&working, "2026-11-27 17:30"), (None, None, monday));
}

#[test]
fn quiet_hours_that_run_into_one_another_end_with_the_last() {
    let weekend = scheduled("08:00", "08:00", &[6, 7]);
    let end = some("2026-11-30 08:00");
    assert_eq!(
        at(&weekend, "2026-11-28 10:00"),
        (SCHEDULE, end.clone(), end)
    );
    let always = scheduled("08:00", "08:00", &[1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(at(&always, "2026-11-28 08:00"), (SCHEDULE, None, None));
}

/// Berlin leaves out 02:00 to 03:00 on 2026-03-29, and has it twice on 2026-10-25.
#[test]
fn quiet_hours_are_the_clocks_on_the_wall() {
    let daily = scheduled("22:00", "07:00", &[1, 2, 3, 4, 5, 6, 7]);
    for (evening, hours) in [("2026-03-28", 8), ("2026-06-01", 9), ("2026-10-24", 10)] {
        let now = zoned(&format!("{evening} 22:00"), BERLIN);
        let told = quiet(&daily, None, &now);
        let lasts = told.until.unwrap().duration_since(now.timestamp());
        assert_eq!(lasts, SignedDuration::from_hours(hours), "{evening}");
    }
    let left_out = scheduled("02:30", "06:00", &[7]);
    let end = some("2026-03-29 06:00");
    assert_eq!(
        at(&left_out, "2026-03-29 03:30"),
        (SCHEDULE, end.clone(), end)
    );
    let never = scheduled("02:30", "03:10", &[7]);
    assert_eq!(at(&never, "2026-03-29 03:20").0, None);
}

#[test]
fn quiet_hours_are_those_of_the_place() {
    let daily = scheduled("22:00", "07:00", &[1, 2, 3, 4, 5, 6, 7]);
    let moment = zoned("2026-11-23 23:00", BERLIN).timestamp();
    for (zone, because) in [
        (BERLIN, SCHEDULE),
        ("Asia/Kolkata", SCHEDULE),
        ("America/New_York", None),
    ] {
        let now = moment.in_tz(zone).unwrap();
        assert_eq!(quiet(&daily, None, &now).because, because, "{zone}");
    }
}

#[test]
fn what_is_chosen_by_hand_lasts_until_it_was_chosen_to() {
    let by_hand = |by_hand| QuietSettings {
        by_hand,
        ..scheduled("22:00", "07:00", &[1])
    };
    let chosen = Some(QuietBecause::ByHand);
    assert_eq!(
        at(&by_hand(ByHand::On), "2026-11-23 12:00"),
        (chosen, None, None)
    );
    let millis = |text| {
        zoned(text, BERLIN)
            .timestamp()
            .as_millisecond()
            .unsigned_abs()
    };
    let noon = ByHand::Until {
        at_ms: millis("2026-11-23 12:00"),
    };
    let end = some("2026-11-23 12:00");
    assert_eq!(
        at(&by_hand(noon), "2026-11-23 11:59"),
        (chosen, end.clone(), end)
    );
    let begin = some("2026-11-23 22:00");
    assert_eq!(at(&by_hand(noon), "2026-11-23 12:00"), (None, None, begin));
    let never = ByHand::Until { at_ms: u64::MAX };
    assert_eq!(at(&by_hand(never), "2026-11-23 12:00").0, chosen);
}

#[test]
fn the_desktop_is_followed_where_it_says_something_and_the_person_wants_it() {
    let now = zoned("2026-11-23 12:00", BERLIN);
    for (follow_desktop, desktop, because) in [
        (true, Some(true), Some(QuietBecause::Desktop)),
        (true, Some(false), None),
        (true, None, None),
        (false, Some(true), None),
    ] {
        let quiet_view = QuietView {
            follow_desktop,
            ..QuietView::default()
        };
        assert_eq!(quiet(&set(quiet_view), desktop, &now).because, because);
    }
}

#[test]
fn the_first_reason_that_applies_is_told() {
    let mut all = scheduled("11:00", "13:00", &[1]);
    all.follow_desktop = true;
    all.by_hand = ByHand::On;
    all.not_here = true;
    let now = zoned("2026-11-23 12:00", BERLIN);
    let because = |set: &QuietSettings| quiet(set, Some(true), &now).because.unwrap();
    assert_eq!(because(&all), QuietBecause::NotHere);
    all.not_here = false;
    assert_eq!(because(&all), QuietBecause::ByHand);
    all.by_hand = ByHand::Off;
    assert_eq!(because(&all), QuietBecause::Schedule);
    all.schedule.enabled = false;
    assert_eq!(because(&all), QuietBecause::Desktop);
}
