//! What is heard of the calls, as a projection of the snapshot, and the ringer it is heard on.
//!
//! Owns which sound a snapshot has, and is the only file that knows the ringer; keeps nothing of a call
//! but which ending was shown last.

mod ringer;

use std::time::Duration;

use bellhop_media::Sound;

use crate::shell::Step;
use crate::view::{AppView, Ending, Manner, OutgoingView, Progress, RingView, SoundView};

pub(crate) use ringer::Bell;

/// How long a ring takes to grow to its full volume.
const RAMP: Duration = Duration::from_secs(4);
const ALOUD: Sound = Sound::Ring { ramp: RAMP };

/// What is to be heard while this is shown.
pub(crate) fn sound_of(view: &AppView) -> Sound {
    let rings = || view.rings.iter().filter_map(ringing);
    if let Some(ring) = rings()
        .find(|ring| *ring == ALOUD)
        .or_else(|| rings().next())
    {
        return ring;
    }
    match (&view.call, &view.outgoing, &view.ended) {
        (Some(_), _, _) | (None, None, None) => Sound::Silence,
        (None, Some(outgoing), _) => progress(outgoing),
        (None, None, Some(ended)) => farewell(ended.ending),
    }
}

/// What one ring sounds like; nothing when it is not to be heard.
fn ringing(ring: &RingView) -> Option<Sound> {
    let sound = match ring.manner {
        Manner::Aloud => ALOUD,
        Manner::Softly => Sound::CallWaiting,
        Manner::Quietly => return None,
    };
    (!ring.silenced && !ring.answering).then_some(sound)
}

fn progress(outgoing: &OutgoingView) -> Sound {
    match outgoing.progress {
        Progress::Ringing if !outgoing.cancelling => Sound::Ringback,
        Progress::Ringing | Progress::Calling | Progress::Sent | Progress::NotReachable => {
            Sound::Silence
        }
    }
}

/// What an ending sounds like; whoever ended it himself, here or on another device, needs no telling.
fn farewell(ending: Ending) -> Sound {
    match ending {
        Ending::Busy => Sound::Busy,
        Ending::Answered
        | Ending::Rejected
        | Ending::TimedOut
        | Ending::Unreachable
        | Ending::InviterGone
        | Ending::Failed => Sound::Ended,
        Ending::Cancelled | Ending::AnsweredElsewhere | Ending::RejectedElsewhere => Sound::Silence,
    }
}

/// What is heard, compared with each snapshot.
#[derive(Debug, Default)]
pub(crate) struct Audible {
    sound: Sound,
    /// The invitation of the ending that was shown last.
    ended: Option<String>,
    settings: Option<SoundView>,
}

impl Audible {
    /// What has to change so that this snapshot is heard.
    pub(crate) fn steps(&mut self, view: &AppView) -> Vec<Step> {
        let mut steps = Vec::new();
        let settings = &view.settings.sound;
        if self.settings.as_ref() != Some(settings) {
            self.settings = Some(settings.clone());
            steps.push(Step::SoundOn(settings.clone()));
        }
        let sound = self.due(view);
        if self.sound != sound {
            self.sound = sound;
            steps.push(Step::Sound(sound));
        }
        steps
    }

    /// The sound of a snapshot; an ending that something else was heard over is not told afterwards.
    fn due(&mut self, view: &AppView) -> Sound {
        let ended = view.ended.as_ref().map(|ended| &ended.invite_id);
        let is_new = ended != self.ended.as_ref();
        self.ended = ended.cloned();
        match sound_of(view) {
            late @ (Sound::Busy | Sound::Ended) if !is_new && late != self.sound => Sound::Silence,
            sound @ (Sound::Silence
            | Sound::Ring { .. }
            | Sound::Ringback
            | Sound::Busy
            | Sound::Ended
            | Sound::CallWaiting) => sound,
        }
    }
}

#[cfg(test)]
mod tests;
