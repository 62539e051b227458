//! What the tray's menu and tooltip say.

use jiff::{Timestamp, Zoned};

use super::press::{Press, QuietFor};
use super::{Busy, Tray};
use crate::view::{ByHand, ConnectionView, QuietBecause};

/// An entry of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// A line between entries.
    Line,
    /// Something told, that cannot be pressed.
    Told(String),
    /// Something to press.
    Press(String, Press),
    /// The same, with a mark when it holds.
    Mark(String, Press, bool),
    /// A menu inside.
    Menu(String, Vec<Entry>),
}

impl Tray {
    /// The whole menu, in the words of this moment and place.
    pub(super) fn menu(&self, now: &Zoned) -> Vec<Entry> {
        let mut menu = vec![Entry::Told(self.connection_words().to_owned())];
        menu.extend(self.quiet_words(now).map(Entry::Told));
        menu.push(Entry::Line);
        menu.extend(self.calls());
        let press = |words: &str, press| Entry::Press(words.to_owned(), press);
        menu.push(press("Open Bellhop", Press::Open));
        if self.missed > 0 {
            let words = format!("Missed calls ({})", self.missed);
            menu.push(Entry::Press(words, Press::Missed));
        }
        menu.push(self.do_not_disturb(now));
        menu.push(press("Settings…", Press::Settings));
        menu.push(Entry::Line);
        menu.push(press("Quit Bellhop", Press::Quit));
        menu
    }

    /// What is told where the pointer rests on the icon.
    pub(super) fn tooltip(&self, now: &Zoned) -> String {
        let mut words = "Bellhop".to_owned();
        if let Some(profile) = &self.profile {
            words.push_str(" · ");
            words.push_str(profile);
        }
        words.push('\n');
        words.push_str(self.connection_words());
        let missed = match self.missed {
            0 => None,
            1 => Some("1 missed call".to_owned()),
            n => Some(format!("{n} missed calls")),
        };
        for told in self.quiet_words(now).into_iter().chain(missed) {
            words.push('\n');
            words.push_str(&told);
        }
        words
    }

    /// Rings to answer, and the call to end; nothing when there is neither.
    fn calls(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        for ring in &self.rings {
            let answer = Press::Answer(ring.invite_id.clone());
            entries.push(Entry::Press(format!("Answer {}", ring.name), answer));
            let reject = Press::Reject(ring.invite_id.clone());
            entries.push(Entry::Press(format!("Reject {}", ring.name), reject));
        }
        match &self.call {
            Some(Busy::Talks(id)) => {
                let press = Press::HangUp(id.clone());
                entries.push(Entry::Press("Hang up".to_owned(), press));
            }
            Some(Busy::Calls(id)) => {
                let press = Press::Cancel(id.clone());
                entries.push(Entry::Press("Cancel the call".to_owned(), press));
            }
            None => {}
        }
        if !entries.is_empty() {
            entries.push(Entry::Line);
        }
        entries
    }

    fn do_not_disturb(&self, now: &Zoned) -> Entry {
        let mut entries = Vec::new();
        let by_hand = self.by_hand_until(now);
        if let Some(Some(until_ms)) = by_hand {
            let until = format!("On until {}", clock(until_ms, now));
            entries.extend([Entry::Told(until), Entry::Line]);
        }
        entries.extend(QuietFor::ALL.map(|quiet| {
            let (words, press) = (quiet.words().to_owned(), Press::Quiet(quiet));
            match quiet {
                QuietFor::HalfAnHour | QuietFor::AnHour | QuietFor::TheNight => {
                    Entry::Press(words, press)
                }
                QuietFor::Ever => Entry::Mark(words, press, by_hand == Some(None)),
                QuietFor::Never => Entry::Mark(words, press, by_hand.is_none()),
            }
        }));
        Entry::Menu("Do not disturb".to_owned(), entries)
    }

    /// Until when do not disturb was chosen by hand, if it holds.
    fn by_hand_until(&self, now: &Zoned) -> Option<Option<u64>> {
        match self.by_hand {
            ByHand::Off => None,
            ByHand::On => Some(None),
            ByHand::Until { at_ms } => {
                let now_ms = now.timestamp().as_millisecond();
                let is_over = u64::try_from(now_ms).is_ok_and(|now_ms| at_ms <= now_ms);
                (!is_over).then_some(Some(at_ms))
            }
        }
    }

    fn connection_words(&self) -> &'static str {
        match self.connection {
            ConnectionView::Connecting => "Connecting…",
            ConnectionView::Online => "Online",
            ConnectionView::Reconnecting => "Reconnecting…",
            ConnectionView::Stopped { .. } => "Not connected",
        }
    }

    fn quiet_words(&self, now: &Zoned) -> Option<String> {
        let mut words = match self.quiet.because? {
            QuietBecause::NotHere => "Does not ring on this device",
            QuietBecause::ByHand => "Do not disturb",
            QuietBecause::Schedule => "Do not disturb, by the schedule",
            QuietBecause::Desktop => "Do not disturb, as the desktop says",
        }
        .to_owned();
        if let Some(until_ms) = self.quiet.until_ms {
            words.push_str(", until ");
            words.push_str(&clock(until_ms, now));
        }
        Some(words)
    }
}

/// That moment as a clock on the wall shows it; with the day, when that is another one.
fn clock(at_ms: u64, now: &Zoned) -> String {
    let moment = i64::try_from(at_ms).map(Timestamp::from_millisecond);
    let Ok(Ok(moment)) = moment else {
        return "some day".to_owned();
    };
    let moment = moment.to_zoned(now.time_zone().clone());
    let format = if moment.date() == now.date() {
        "%H:%M"
    } else {
        "%Y-%m-%d %H:%M"
    };
    moment.strftime(format).to_string()
}
