//! What the tray shows of each snapshot, and what its menu says.

use jiff::Zoned;

use super::menu::Entry;
use super::picture::{Bell, Picture};
use super::*;
use crate::shell::examples::{in_call, outgoing, ringing, view};
use crate::view::*;

/// A Monday afternoon.
fn now() -> Zoned {
    "2026-11-23T15:10[Europe/Berlin]".parse().unwrap()
}

fn ms(moment: &str) -> u64 {
    let moment: Zoned = moment.parse().unwrap();
    moment.timestamp().as_millisecond().unsigned_abs()
}

/// What can be pressed, in the order of the menu: its words and what it means.
fn presses(view: &AppView) -> Vec<(String, Press)> {
    fn of(entries: Vec<Entry>) -> Vec<(String, Press)> {
        let each = entries.into_iter().flat_map(|entry| match entry {
            Entry::Line | Entry::Told(_) => Vec::new(),
            Entry::Press(words, press) | Entry::Mark(words, press, _) => vec![(words, press)],
            Entry::Menu(_, entries) => of(entries),
        });
        each.collect()
    }
    of(tray_of(view).menu(&now()))
}

fn words(view: &AppView) -> Vec<String> {
    presses(view).into_iter().map(|(words, _)| words).collect()
}

/// What is told at the top of the menu.
fn told(view: &AppView) -> Vec<String> {
    let menu = tray_of(view).menu(&now());
    let told = menu.into_iter().map_while(|entry| match entry {
        Entry::Told(words) => Some(words),
        Entry::Line | Entry::Press(..) | Entry::Mark(..) | Entry::Menu(..) => None,
    });
    told.collect()
}

/// What is marked in the menu for do not disturb, after what it tells.
fn quiet_menu(view: &AppView) -> (Option<String>, Vec<String>) {
    let menu = tray_of(view).menu(&now());
    let inside = menu.into_iter().find_map(|entry| match entry {
        Entry::Menu(_, entries) => Some(entries),
        Entry::Line | Entry::Told(_) | Entry::Press(..) | Entry::Mark(..) => None,
    });
    let (mut told, mut marked) = (None, Vec::new());
    for entry in inside.unwrap() {
        match entry {
            Entry::Told(words) => told = Some(words),
            Entry::Mark(words, _, true) => marked.push(words),
            Entry::Line | Entry::Press(..) | Entry::Mark(..) | Entry::Menu(..) => {}
        }
    }
    (told, marked)
}

fn by_hand(by_hand: ByHand) -> AppView {
    let mut view = view();
    view.settings.quiet.by_hand = by_hand;
    view
}

const ALWAYS: [&str; 8] = [
    "Open Bellhop",
    "For 30 minutes",
    "For 1 hour",
    "Until 8:00 in the morning",
    "Until I turn it off",
    "Off",
    "Settings…",
    "Quit Bellhop",
];

#[test]
fn everything_that_is_always_possible_is_in_the_menu() {
    assert_eq!(words(&view()), ALWAYS);
}

#[test]
fn a_ring_can_be_answered_and_rejected_by_its_own_name() {
    let view = ringing(&["a", "b c"]);
    let expected = [
        ("Answer Bob".to_owned(), Press::Answer("a".to_owned())),
        ("Reject Bob".to_owned(), Press::Reject("a".to_owned())),
        ("Answer Bob".to_owned(), Press::Answer("b c".to_owned())),
        ("Reject Bob".to_owned(), Press::Reject("b c".to_owned())),
    ];
    assert_eq!(presses(&view)[..4], expected);
}

#[test]
fn a_ring_that_is_being_answered_is_not_offered_and_of_many_only_the_first() {
    let mut view = ringing(&["a"]);
    view.rings[0].answering = true;
    assert_eq!(words(&view), ALWAYS);
    let many = ringing(&["a", "b", "c", "d", "e"]);
    assert_eq!(words(&many).len(), ALWAYS.len() + 2 * MOST_RINGS);
}

#[test]
fn a_name_from_somebody_else_is_one_harmless_line() {
    let mut view = ringing(&["a"]);
    view.rings[0].name = format!("<b>\u{202e}evil\n{}", "x".repeat(10_000));
    let answer = &words(&view)[0];
    assert!(answer.starts_with("Answer <b>evil xxx"), "{answer}");
    assert!(answer.chars().count() < 100, "{answer}");
}

#[test]
fn a_call_is_ended_and_one_that_is_placed_given_up() {
    let hang_up = ("Hang up".to_owned(), Press::HangUp("a".to_owned()));
    assert_eq!(presses(&in_call())[0], hang_up);
    let cancel = ("Cancel the call".to_owned(), Press::Cancel("a".to_owned()));
    assert_eq!(presses(&outgoing(Progress::Calling))[0], cancel);
    let mut ends = in_call();
    ends.call.as_mut().unwrap().hanging_up = true;
    assert_eq!(words(&ends), ALWAYS);
}

#[test]
fn missed_calls_are_counted_in_the_menu_and_on_the_icon() {
    let picture = |missed| Picture::of(&tray_of(&AppView { missed, ..view() })).missed;
    assert_eq!([0, 1, 9, 10, 99].map(picture), [0, 1, 9, 10, 10]);
    let missed = AppView {
        missed: 12,
        ..view()
    };
    assert_eq!(words(&missed)[1], "Missed calls (12)");
}

#[test]
fn the_icon_says_whether_it_is_online_and_whether_it_is_quiet() {
    let bell = |view: &AppView| Picture::of(&tray_of(view)).bell;
    assert_eq!(bell(&view()), Bell::Online);
    let mut view = view();
    view.quiet.because = Some(QuietBecause::Schedule);
    assert_eq!(bell(&view), Bell::Quiet);
    for connection in [
        ConnectionView::Connecting,
        ConnectionView::Reconnecting,
        ConnectionView::Stopped {
            reason: String::new(),
        },
    ] {
        view.connection = connection;
        assert_eq!(bell(&view), Bell::Offline);
    }
}

#[test]
fn the_menu_tells_why_it_is_quiet_and_until_when() {
    assert_eq!(told(&view()), ["Online"]);
    let mut view = by_hand(ByHand::On);
    view.quiet.because = Some(QuietBecause::ByHand);
    assert_eq!(told(&view), ["Online", "Do not disturb"]);
    view.quiet.because = Some(QuietBecause::Schedule);
    view.quiet.until_ms = Some(ms("2026-11-24T07:00[Europe/Berlin]"));
    let until = "Do not disturb, by the schedule, until 2026-11-24 07:00";
    assert_eq!(told(&view), ["Online", until]);
    view.connection = ConnectionView::Reconnecting;
    view.missed = 1;
    let tooltip = tray_of(&view).tooltip(&now());
    assert_eq!(
        tooltip,
        format!("Bellhop\nReconnecting…\n{until}\n1 missed call")
    );
}

#[test]
fn what_was_chosen_by_hand_is_marked_as_long_as_it_holds() {
    let off = (None, vec!["Off".to_owned()]);
    assert_eq!(quiet_menu(&by_hand(ByHand::Off)), off);
    let ever = (None, vec!["Until I turn it off".to_owned()]);
    assert_eq!(quiet_menu(&by_hand(ByHand::On)), ever);
    let until = |moment| quiet_menu(&by_hand(ByHand::Until { at_ms: ms(moment) }));
    let told = Some("On until 15:40".to_owned());
    assert_eq!(until("2026-11-23T15:40[Europe/Berlin]"), (told, vec![]));
    assert_eq!(until("2026-11-23T15:10[Europe/Berlin]"), off);
}

#[test]
fn a_length_of_quiet_ends_on_the_clock_on_the_wall() {
    let end = |quiet: QuietFor, from: &str| quiet.by_hand(&from.parse().unwrap());
    let at = |moment| ByHand::Until { at_ms: ms(moment) };
    let afternoon = "2026-11-23T15:10[Europe/Berlin]";
    let half = at("2026-11-23T15:40[Europe/Berlin]");
    assert_eq!(end(QuietFor::HalfAnHour, afternoon), half);
    let hour = at("2026-11-23T16:10[Europe/Berlin]");
    assert_eq!(end(QuietFor::AnHour, afternoon), hour);
    // The clocks go back that night: it is an hour longer.
    let before = "2026-10-24T23:00[Europe/Berlin]";
    let night = at("2026-10-25T08:00[Europe/Berlin]");
    assert_eq!(end(QuietFor::TheNight, before), night);
    assert_eq!(end(QuietFor::Ever, afternoon), ByHand::On);
    assert_eq!(end(QuietFor::Never, afternoon), ByHand::Off);
}

#[test]
fn a_night_is_over_at_the_next_eight_o_clock() {
    for (from, end) in [
        ("2026-11-22T23:00", "2026-11-23T08:00"),
        ("2026-11-23T00:30", "2026-11-23T08:00"),
        ("2026-11-23T07:59", "2026-11-23T08:00"),
        ("2026-11-23T08:00", "2026-11-24T08:00"),
    ] {
        let from = format!("{from}[Europe/Berlin]").parse().unwrap();
        let at_ms = ms(&format!("{end}[Europe/Berlin]"));
        let until = ByHand::Until { at_ms };
        assert_eq!(QuietFor::TheNight.by_hand(&from), until, "{from}");
    }
}

#[test]
fn an_entry_means_what_its_name_says() {
    let id = || "a b".to_owned();
    let mut presses = vec![
        Press::Open,
        Press::Answer(id()),
        Press::Reject(id()),
        Press::HangUp(id()),
        Press::Cancel(id()),
        Press::Missed,
        Press::Settings,
        Press::Quit,
    ];
    presses.extend(QuietFor::ALL.map(Press::Quiet));
    for press in presses {
        assert_eq!(Press::named(&press.name()), Some(press));
    }
    assert_eq!(Press::named("quiet for-a-week"), None);
    assert_eq!(Press::named("format-disk"), None);
}
