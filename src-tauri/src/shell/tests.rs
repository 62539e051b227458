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

/// A projector that has drawn an idle snapshot.
fn idle() -> Projector {
    let mut projector = Projector::default();
    assert_eq!(projector.steps(&view()), [Step::Theme(Theme::System)]);
    projector
}

#[test]
fn the_same_snapshot_again_changes_nothing() {
    let mut projector = idle();
    assert_eq!(projector.steps(&view()), []);
    projector.steps(&ringing(&["a"]));
    assert_eq!(projector.steps(&ringing(&["a"])), []);
}

#[test]
fn the_ring_window_is_there_while_anything_rings() {
    let mut projector = idle();
    let first = [Step::ShowRings, Step::Ring(caller("a"))];
    assert_eq!(projector.steps(&ringing(&["a"])), first);
    assert_eq!(
        projector.steps(&ringing(&["a", "b"])),
        [Step::Ring(caller("b"))]
    );
    assert_eq!(
        projector.steps(&ringing(&["b"])),
        [Step::Withdraw("a".to_owned())]
    );
    assert_eq!(
        projector.steps(&ringing(&["c"])),
        [Step::Withdraw("b".to_owned()), Step::Ring(caller("c"))]
    );
    assert_eq!(
        projector.steps(&view()),
        [Step::HideRings, Step::Withdraw("c".to_owned())]
    );
}

#[test]
fn a_name_that_is_learnt_late_is_taken_over_by_the_notification() {
    let mut projector = idle();
    let mut rings = ringing(&["a"]);
    rings.rings[0].name = "bob".to_owned();
    projector.steps(&rings);
    assert_eq!(projector.steps(&ringing(&["a"])), [Step::Ring(caller("a"))]);
}

#[test]
fn a_ring_that_was_missed_is_told_once_when_the_recent_calls_say_so() {
    let mut projector = idle();
    projector.steps(&ringing(&["a"]));
    projector.steps(&view());
    assert_eq!(projector.steps(&with_recent("a", None, false)), []);
    let missed = with_recent("a", Some(Ending::TimedOut), true);
    assert_eq!(projector.steps(&missed), [Step::Missed(caller("a"))]);
    assert_eq!(projector.steps(&missed), []);
}

#[test]
fn a_call_that_did_not_ring_here_or_was_answered_is_not_told() {
    let mut projector = idle();
    let missed = |id| with_recent(id, Some(Ending::TimedOut), true);
    assert_eq!(projector.steps(&missed("away")), []);
    projector.steps(&ringing(&["a"]));
    projector.steps(&view());
    let rejected = with_recent("a", Some(Ending::Rejected), false);
    assert_eq!(projector.steps(&rejected), []);
    assert_eq!(projector.steps(&missed("a")), []);
}

#[test]
fn a_ring_that_comes_back_after_a_pause_rings_again() {
    let mut projector = idle();
    let first = projector.steps(&ringing(&["a"]));
    projector.steps(&view());
    assert_eq!(projector.steps(&ringing(&["a"])), first);
}

#[test]
fn the_main_window_comes_when_a_call_begins_whichever_way() {
    let mut projector = idle();
    let (calling, in_call) = (outgoing(Progress::Calling), in_call());
    assert_eq!(projector.steps(&calling), [Step::PresentMain]);
    assert_eq!(projector.steps(&in_call), []);
    assert_eq!(projector.steps(&view()), []);
    assert_eq!(projector.steps(&in_call), [Step::PresentMain]);
}

#[test]
fn the_theme_follows_the_settings() {
    let mut projector = idle();
    let mut dark = view();
    dark.settings.theme = Theme::Dark;
    assert_eq!(projector.steps(&dark), [Step::Theme(Theme::Dark)]);
    assert_eq!(projector.steps(&dark), []);
}

#[test]
fn rings_without_a_known_end_are_forgotten_in_time() {
    let mut projector = idle();
    for n in 0..200 {
        projector.steps(&ringing(&[&format!("{n:03}")]));
    }
    projector.steps(&view());
    assert_eq!(projector.stopped.len(), MOST_STOPPED);
}
