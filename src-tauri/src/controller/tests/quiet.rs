//! Do not disturb, muted people, and what they leave of a ring.

use std::time::Duration;

use bellhop_media::Sound;

use super::cast::*;
use super::*;
use crate::view::{Action, ByHand, Ending, Manner, QuietBecause};

const ALOUD: Sound = Sound::Ring {
    ramp: Duration::from_secs(4),
};

fn rings_in(manner: Manner) -> impl Fn(&AppView) -> bool {
    move |view| view.rings.iter().any(|ring| ring.manner == manner)
}

fn is_quiet(because: Option<QuietBecause>) -> impl Fn(&AppView) -> bool {
    move |view| view.quiet.because == because
}

#[tokio::test]
async fn do_not_disturb_quiets_a_ring_that_sounds_and_lets_it_sound_again() {
    let (_root, mut alice, bob) = alice_and_bob().await;
    bob.calls("alice", 30).await;
    alice.shows("aloud", rings_in(Manner::Aloud)).await;
    alice.hears(News::Pressed(Action::DoNotDisturb)).await;
    let view = alice.shows("quiet", rings_in(Manner::Quietly)).await;
    assert_eq!(view.quiet.because, Some(QuietBecause::ByHand));
    assert_eq!(view.settings.quiet.by_hand, ByHand::On);
    alice.hears(News::Pressed(Action::DoNotDisturb)).await;
    let view = alice.shows("aloud again", rings_in(Manner::Aloud)).await;
    assert_eq!(view.quiet.because, None);
    assert_eq!(alice.sounds(), [ALOUD, Sound::Silence, ALOUD]);
}

#[tokio::test]
async fn a_ring_in_quiet_times_makes_no_sound_and_is_missed_all_the_same() {
    let (_root, mut alice, bob) = alice_and_bob().await;
    alice.sets(|form| form.quiet.not_here = true).await;
    alice
        .shows("quiet", is_quiet(Some(QuietBecause::NotHere)))
        .await;
    bob.calls("alice", 1).await;
    alice.shows("a quiet ring", rings_in(Manner::Quietly)).await;
    let recent = alice.newest_recent(Ending::TimedOut).await;
    assert!(recent.missed);
    alice.shows("missed", |view| view.missed == 1).await;
    assert_eq!(alice.sounds(), []);
}

#[tokio::test]
async fn quiet_hours_begin_and_end_by_the_clock_alone() {
    let (_root, mut alice, bob) = alice_and_bob().await;
    alice.sets(|form| form.quiet.schedule.enabled = true).await;
    bob.calls("alice", 60).await;
    alice.shows("aloud", rings_in(Manner::Aloud)).await;
    alice.clock_says("2026-11-23 22:00");
    let view = alice.shows("quiet", rings_in(Manner::Quietly)).await;
    assert_eq!(view.quiet.because, Some(QuietBecause::Schedule));
    assert!(view.quiet.until_ms.is_some());
    // As after a night's sleep of the machine.
    alice.clock_says("2026-11-24 07:00");
    alice.shows("aloud again", rings_in(Manner::Aloud)).await;
    assert_eq!(alice.sounds(), [ALOUD, Sound::Silence, ALOUD]);
}

#[tokio::test]
async fn do_not_disturb_until_a_moment_ends_then() {
    let (_root, mut alice, _bob) = alice_and_bob().await;
    let noon = 1_795_431_600_000;
    let until = ByHand::Until {
        at_ms: noon + 60_000,
    };
    alice.sets(|form| form.quiet.by_hand = until).await;
    let view = alice
        .shows("quiet", is_quiet(Some(QuietBecause::ByHand)))
        .await;
    assert_eq!(view.quiet.until_ms, Some(noon + 60_000));
    alice.clock_says("2026-11-23 12:01");
    let view = alice.shows("not quiet", is_quiet(None)).await;
    assert_eq!(view.settings.quiet.by_hand, until);
    // What is over is off: the next press switches it on.
    alice.hears(News::Pressed(Action::DoNotDisturb)).await;
    let view = alice
        .shows("on", is_quiet(Some(QuietBecause::ByHand)))
        .await;
    assert_eq!(view.settings.quiet.by_hand, ByHand::On);
}

#[tokio::test]
async fn the_desktops_do_not_disturb_is_followed_when_that_is_set() {
    let (_root, mut alice, _bob) = alice_and_bob().await;
    alice.hears(News::DoNotDisturb(Some(true))).await;
    let is_known = |view: &AppView| view.desktop.do_not_disturb == Some(true);
    let view = alice.shows("known", is_known).await;
    assert_eq!(view.quiet.because, None);
    alice.sets(|form| form.quiet.follow_desktop = true).await;
    alice
        .shows("quiet", is_quiet(Some(QuietBecause::Desktop)))
        .await;
    alice.hears(News::DoNotDisturb(None)).await;
    alice.shows("not quiet", is_quiet(None)).await;
}

#[tokio::test]
async fn whoever_is_muted_rings_quietly_also_after_a_restart() {
    let (root, mut alice, bob) = alice_and_bob().await;
    let mute = |muted| Ask::MuteContact {
        user_id: "bob".to_owned(),
        muted,
    };
    bob.calls("alice", 60).await;
    alice.shows("aloud", rings_in(Manner::Aloud)).await;
    alice.asks(mute(true)).await;
    alice.shows("quiet", rings_in(Manner::Quietly)).await;
    assert_eq!(alice.sounds(), [ALOUD, Sound::Silence]);
    let name = String::new();
    let user_id = "bob".to_owned();
    alice.asks(Ask::AddContact { user_id, name }).await;
    alice.controller.quit().await;
    drop((alice, bob));

    let mut alice = App::online(root.path(), "alice").await;
    let muted = |view: &AppView| view.contacts.iter().any(|c| c.user_id == "bob" && c.muted);
    alice.shows("still muted", muted).await;
    alice.asks(mute(false)).await;
    let loud = |view: &AppView| view.contacts.iter().all(|contact| !contact.muted);
    alice.shows("loud", loud).await;
    let nobody = Ask::MuteContact {
        user_id: String::new(),
        muted: true,
    };
    assert!(alice.controller.ask(nobody).await.is_err());
}
