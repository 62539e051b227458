//! What is heard of each snapshot, and how it changes from one to the next.

use bellhop_media::{Audio, Device, DeviceId, Output, RingerEvent, Trouble};

use super::*;
use crate::shell::examples::{ended, in_call, outgoing, ringing, view};
use crate::view::{AudioDeviceView, AudioView};

const RING: Sound = ALOUD;

/// The snapshot with the first ring changed.
fn with_ring(change: impl Fn(&mut RingView)) -> AppView {
    let mut view = ringing(&["a"]);
    change(&mut view.rings[0]);
    view
}

#[test]
fn nothing_is_heard_when_nothing_happens() {
    assert_eq!(sound_of(&view()), Sound::Silence);
}

#[test]
fn a_ring_is_heard_until_it_is_silenced_or_answered() {
    assert_eq!(sound_of(&ringing(&["a"])), RING);
    let silenced = with_ring(|ring| ring.silenced = true);
    assert_eq!(sound_of(&silenced), Sound::Silence);
    let answering = with_ring(|ring| ring.answering = true);
    assert_eq!(sound_of(&answering), Sound::Silence);
    let mut one_of_two = ringing(&["a", "b"]);
    one_of_two.rings[0].silenced = true;
    assert_eq!(sound_of(&one_of_two), RING);
}

#[test]
fn a_ring_is_as_loud_as_its_manner() {
    let with = |manner| with_ring(|ring| ring.manner = manner);
    assert_eq!(sound_of(&with(Manner::Softly)), Sound::CallWaiting);
    assert_eq!(sound_of(&with(Manner::Quietly)), Sound::Silence);
    for busy in [in_call(), outgoing(Progress::Ringing)] {
        let rings = with(Manner::Softly).rings;
        let waiting = AppView { rings, ..busy };
        assert_eq!(sound_of(&waiting), Sound::CallWaiting);
    }
    let mut silenced = with(Manner::Softly);
    silenced.rings[0].silenced = true;
    assert_eq!(sound_of(&silenced), Sound::Silence);
    let rings = with(Manner::Quietly).rings;
    let calling = AppView {
        rings,
        ..outgoing(Progress::Ringing)
    };
    assert_eq!(sound_of(&calling), Sound::Ringback);
}

#[test]
fn the_loudest_of_several_rings_is_heard() {
    let mut rings = ringing(&["a", "b", "c"]);
    rings.rings[0].manner = Manner::Quietly;
    rings.rings[1].manner = Manner::Softly;
    assert_eq!(sound_of(&rings), RING);
    rings.rings[2].silenced = true;
    assert_eq!(sound_of(&rings), Sound::CallWaiting);
}

#[test]
fn ringback_is_heard_while_a_device_of_the_callee_rings() {
    for (progress, sound) in [
        (Progress::Calling, Sound::Silence),
        (Progress::Sent, Sound::Silence),
        (Progress::Ringing, Sound::Ringback),
        (Progress::NotReachable, Sound::Silence),
    ] {
        assert_eq!(sound_of(&outgoing(progress)), sound, "{progress:?}");
    }
    let mut cancelling = outgoing(Progress::Ringing);
    if let Some(outgoing) = &mut cancelling.outgoing {
        outgoing.cancelling = true;
    }
    assert_eq!(sound_of(&cancelling), Sound::Silence);
}

#[test]
fn each_ending_has_its_sound() {
    for (ending, sound) in [
        (Ending::Answered, Sound::Ended),
        (Ending::Rejected, Sound::Ended),
        (Ending::Busy, Sound::Busy),
        (Ending::Cancelled, Sound::Silence),
        (Ending::TimedOut, Sound::Ended),
        (Ending::AnsweredElsewhere, Sound::Silence),
        (Ending::RejectedElsewhere, Sound::Silence),
        (Ending::Unreachable, Sound::Ended),
        (Ending::InviterGone, Sound::Ended),
        (Ending::Failed, Sound::Ended),
    ] {
        assert_eq!(sound_of(&ended("a", ending)), sound, "{ending:?}");
    }
}

#[test]
fn what_happens_now_is_heard_rather_than_how_the_last_call_ended() {
    let ended = ended("a", Ending::Busy).ended;
    for (now, sound) in [
        (ringing(&["b"]), RING),
        (outgoing(Progress::Ringing), Sound::Ringback),
        (outgoing(Progress::Sent), Sound::Silence),
        (in_call(), Sound::Silence),
    ] {
        let ended = ended.clone();
        assert_eq!(sound_of(&AppView { ended, ..now }), sound);
    }
}

/// What changes with each of these snapshots, after an idle one.
fn changes(views: &[AppView]) -> Vec<Vec<Step>> {
    let mut audible = Audible::default();
    assert_eq!(
        audible.steps(&view()),
        [Step::SoundOn(SoundView::default())]
    );
    views.iter().map(|view| audible.steps(view)).collect()
}

#[test]
fn the_same_snapshot_again_changes_nothing() {
    let told = changes(&[ringing(&["a"]), ringing(&["a", "b"]), view(), view()]);
    let silence = vec![Step::Sound(Sound::Silence)];
    assert_eq!(told, [vec![Step::Sound(RING)], vec![], silence, vec![]]);
}

#[test]
fn an_ending_that_is_still_shown_is_not_heard_again() {
    let busy = ended("a", Ending::Busy);
    let ringing = AppView {
        ended: busy.ended.clone(),
        ..ringing(&["b"])
    };
    let told = changes(&[busy.clone(), busy.clone(), ringing, busy.clone(), busy]);
    let sound = |sound| vec![Step::Sound(sound)];
    assert_eq!(
        told,
        [
            sound(Sound::Busy),
            vec![],
            sound(RING),
            sound(Sound::Silence),
            vec![]
        ]
    );
}

#[test]
fn another_device_or_volume_is_used_at_once() {
    let sound = SoundView {
        volume: 35,
        ..SoundView::default()
    };
    let mut set = view();
    set.settings.sound = sound.clone();
    let told = changes(&[set.clone(), set]);
    assert_eq!(told, [vec![Step::SoundOn(sound)], vec![]]);
}

#[test]
fn what_the_ringer_finds_is_shown() {
    let mut audio = AudioView::default();
    let desk = Device {
        id: DeviceId::new("pulseaudio:desk"),
        name: "The desk".to_owned(),
    };
    let device = AudioDeviceView {
        id: "pulseaudio:desk".to_owned(),
        name: "The desk".to_owned(),
    };
    let absent = RingerEvent::Audio(Audio::Absent {
        cause: Trouble::NoDevice,
    });
    assert_eq!(audio.hear(absent), None);
    let trouble = "Calls are shown but not heard: no audio device is connected.";
    assert_eq!(audio.trouble.as_deref(), Some(trouble));

    assert_eq!(audio.hear(RingerEvent::Devices(vec![desk.clone()])), None);
    let on = vec![desk];
    assert_eq!(audio.hear(RingerEvent::Audio(Audio::Ready { on })), None);
    let shown = AudioView {
        devices: vec![device],
        trouble: None,
    };
    assert_eq!(audio, shown);

    let tested = |outcome| RingerEvent::Tested {
        output: Output::SystemDefault,
        outcome,
    };
    assert_eq!(audio.hear(tested(Ok(()))), None);
    assert_eq!(
        audio.hear(tested(Err(Trouble::InUse))).as_deref(),
        Some("The test sound cannot play: a call is to be heard now.")
    );
    assert_eq!(audio, shown);
}
