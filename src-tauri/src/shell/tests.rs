//! What each change of the snapshot does to the desktop around the app.

use super::examples::{bob, in_call, outgoing, ringing, view};
use super::*;
use crate::view::*;

fn with_recent(id: &str, ending: Option<Ending>, missed: bool) -> AppView {
    let recent = RecentView {
        invite_id: id.to_owned(),
        with: bob(),
        direction: Direction::Incoming,
        ending,
        duration_ms: None,
        at_ms: 1,
        media_type: MediaType::Video,
        missed,
    };
    AppView {
        recents: vec![recent],
        ..view()
    }
}

fn caller(id: &str) -> Caller {
    Caller {
        invite_id: id.to_owned(),
        user_id: "bob".to_owned(),
        name: "Bob".to_owned(),
        group: None,
        media: MediaType::Video,
    }
}

/// What a snapshot changes beside the tray.
fn steps(projector: &mut Projector, view: &AppView) -> Vec<Step> {
    let mut steps = projector.steps(view);
    steps.retain(|step| !matches!(step, Step::Tray(_)));
    steps
}

/// A projector that has drawn an idle snapshot.
fn idle() -> Projector {
    let mut projector = Projector::default();
    let first = [
        Step::Theme(Theme::System),
        Step::Tray(Box::new(tray_of(&view()))),
    ];
    assert_eq!(projector.steps(&view()), first);
    projector
}

/// The same snapshot with every ring in this manner.
fn rung(manner: Manner, mut view: AppView) -> AppView {
    for ring in &mut view.rings {
        ring.manner = manner;
    }
    view
}

#[test]
fn the_same_snapshot_again_changes_nothing() {
    let mut projector = idle();
    assert_eq!(steps(&mut projector, &view()), []);
    steps(&mut projector, &ringing(&["a"]));
    assert_eq!(steps(&mut projector, &ringing(&["a"])), []);
}

#[test]
fn the_ring_window_is_there_while_anything_rings() {
    let mut projector = idle();
    let first = [Step::ShowRings, Step::Ring(caller("a"))];
    assert_eq!(steps(&mut projector, &ringing(&["a"])), first);
    assert_eq!(
        steps(&mut projector, &ringing(&["a", "b"])),
        [Step::Ring(caller("b"))]
    );
    assert_eq!(
        steps(&mut projector, &ringing(&["b"])),
        [Step::Withdraw("a".to_owned())]
    );
    assert_eq!(
        steps(&mut projector, &ringing(&["c"])),
        [Step::Withdraw("b".to_owned()), Step::Ring(caller("c"))]
    );
    assert_eq!(
        steps(&mut projector, &view()),
        [Step::HideRings, Step::Withdraw("c".to_owned())]
    );
}

#[test]
fn a_name_that_is_learnt_late_is_taken_over_by_the_notification() {
    let mut projector = idle();
    let mut rings = ringing(&["a"]);
    rings.rings[0].name = "bob".to_owned();
    steps(&mut projector, &rings);
    assert_eq!(
        steps(&mut projector, &ringing(&["a"])),
        [Step::Ring(caller("a"))]
    );
}

#[test]
fn a_ring_that_was_missed_is_told_once_when_the_recent_calls_say_so() {
    let mut projector = idle();
    steps(&mut projector, &ringing(&["a"]));
    steps(&mut projector, &view());
    assert_eq!(steps(&mut projector, &with_recent("a", None, false)), []);
    let missed = with_recent("a", Some(Ending::TimedOut), true);
    assert_eq!(steps(&mut projector, &missed), [Step::Missed(caller("a"))]);
    assert_eq!(steps(&mut projector, &missed), []);
}

#[test]
fn a_call_that_did_not_ring_here_or_was_answered_is_not_told() {
    let mut projector = idle();
    let missed = |id| with_recent(id, Some(Ending::TimedOut), true);
    assert_eq!(steps(&mut projector, &missed("away")), []);
    steps(&mut projector, &ringing(&["a"]));
    steps(&mut projector, &view());
    let rejected = with_recent("a", Some(Ending::Rejected), false);
    assert_eq!(steps(&mut projector, &rejected), []);
    assert_eq!(steps(&mut projector, &missed("a")), []);
}

#[test]
fn a_ring_that_comes_back_after_a_pause_rings_again() {
    let mut projector = idle();
    let first = steps(&mut projector, &ringing(&["a"]));
    steps(&mut projector, &view());
    assert_eq!(steps(&mut projector, &ringing(&["a"])), first);
}

#[test]
fn the_main_window_comes_when_a_call_begins_whichever_way() {
    let mut projector = idle();
    let (calling, in_call) = (outgoing(Progress::Calling), in_call());
    assert_eq!(steps(&mut projector, &calling), [Step::PresentMain]);
    assert_eq!(steps(&mut projector, &in_call), []);
    assert_eq!(steps(&mut projector, &view()), []);
    assert_eq!(steps(&mut projector, &in_call), [Step::PresentMain]);
}

#[test]
fn the_theme_follows_the_settings() {
    let mut projector = idle();
    let mut dark = view();
    dark.settings.theme = Theme::Dark;
    assert_eq!(steps(&mut projector, &dark), [Step::Theme(Theme::Dark)]);
    assert_eq!(steps(&mut projector, &dark), []);
}

#[test]
fn rings_without_a_known_end_are_forgotten_in_time() {
    let mut projector = idle();
    for n in 0..200 {
        steps(&mut projector, &ringing(&[&format!("{n:03}")]));
    }
    steps(&mut projector, &view());
    assert_eq!(projector.stopped.len(), MOST_STOPPED);
}

#[test]
fn the_tray_is_drawn_when_what_it_shows_has_changed() {
    let mut projector = idle();
    assert_eq!(projector.steps(&view()), []);
    let missed = AppView {
        missed: 1,
        revision: 2,
        ..view()
    };
    let drawn = [Step::Tray(Box::new(tray_of(&missed)))];
    assert_eq!(projector.steps(&missed), drawn);
    assert_eq!(projector.steps(&missed), []);
}

#[test]
fn a_quiet_ring_comes_neither_in_a_window_nor_as_a_notification_and_is_not_told_when_missed() {
    let mut projector = idle();
    let quiet = rung(Manner::Quietly, ringing(&["a"]));
    assert_eq!(steps(&mut projector, &quiet), []);
    assert_eq!(steps(&mut projector, &view()), []);
    let missed = with_recent("a", Some(Ending::TimedOut), true);
    assert_eq!(steps(&mut projector, &missed), []);
}

#[test]
fn a_ring_that_becomes_quiet_goes_away_and_comes_back_when_it_is_loud_again() {
    let mut projector = idle();
    let loud = rung(Manner::Softly, ringing(&["a"]));
    let quiet = rung(Manner::Quietly, ringing(&["a"]));
    let comes = [Step::ShowRings, Step::Ring(caller("a"))];
    let goes = [Step::HideRings, Step::Withdraw("a".to_owned())];
    assert_eq!(steps(&mut projector, &loud), comes);
    assert_eq!(steps(&mut projector, &quiet), goes);
    assert_eq!(steps(&mut projector, &loud), comes);
    assert_eq!(steps(&mut projector, &quiet), goes);
    steps(&mut projector, &view());
    let missed = with_recent("a", Some(Ending::TimedOut), true);
    assert_eq!(steps(&mut projector, &missed), []);
}

#[test]
fn of_a_loud_ring_and_a_quiet_one_only_the_loud_one_comes() {
    let mut projector = idle();
    let mut both = ringing(&["a", "b"]);
    both.rings[0].manner = Manner::Quietly;
    let comes = [Step::ShowRings, Step::Ring(caller("b"))];
    assert_eq!(steps(&mut projector, &both), comes);
}

#[test]
fn where_no_window_comes_to_the_front_the_notification_is_the_ring_screen() {
    let seen = |ring_screen, mut view: AppView| {
        view.desktop.ring_screen = ring_screen;
        view
    };
    let mut projector = idle();
    let able = seen(RingScreen::Notification, ringing(&["a"]));
    assert_eq!(steps(&mut projector, &able), [Step::Ring(caller("a"))]);
    let unable = seen(RingScreen::Window, ringing(&["a"]));
    assert_eq!(steps(&mut projector, &unable), [Step::ShowRings]);
    assert_eq!(steps(&mut projector, &able), [Step::HideRings]);
    let gone = seen(RingScreen::Notification, view());
    let withdrawn = [Step::Withdraw("a".to_owned())];
    assert_eq!(steps(&mut projector, &gone), withdrawn);
}

#[test]
fn closing_the_main_window_tells_how_to_come_back_where_there_is_no_tray() {
    let mut without = view();
    assert_eq!(close_main(&without), Step::CloseMain(None));
    without.desktop.tray = TrayState::Absent {
        reason: "Start it again.".to_owned(),
    };
    let told = Some("Start it again.".to_owned());
    assert_eq!(close_main(&without), Step::CloseMain(told));
}
