//! What notifications say. Names come from other people, so they are made harmless here.

use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

use crate::invisible::hides;
use crate::shell::Caller;
use crate::view::MediaType;

/// The longest name shown, in letters and gaps; what is drawn onto a letter does not count.
const LONGEST: usize = 80;
/// The most that is drawn onto one letter: what scripts need, and no tower of accents.
const MOST_MARKS: usize = 4;

/// What a notification says: a title that is plain text everywhere, and a body that some desktops read
/// as markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) title: String,
    pub(super) body: String,
}

/// What the notification of a ring says.
pub(super) fn ring(caller: &Caller, body_is_markup: bool) -> Text {
    text(
        caller,
        match caller.media {
            MediaType::Audio => "Incoming audio call",
            MediaType::Video => "Incoming video call",
        },
        body_is_markup,
    )
}

/// What the notification of a missed call says.
pub(super) fn missed(caller: &Caller, body_is_markup: bool) -> Text {
    text(
        caller,
        match caller.media {
            MediaType::Audio => "Missed call",
            MediaType::Video => "Missed video call",
        },
        body_is_markup,
    )
}

/// The name is the title. A user ID that the name does not show is told too: names are easily copied.
fn text(caller: &Caller, what: &str, body_is_markup: bool) -> Text {
    let title = clean(&caller.name);
    let user_id = clean(&caller.user_id);
    let of_others = |text: String| if body_is_markup { escaped(&text) } else { text };
    let mut body = what.to_owned();
    if let Some(group) = &caller.group {
        body.push_str(" · ");
        body.push_str(&of_others(clean(group)));
    }
    if user_id != title {
        body.push('\n');
        body.push_str(&of_others(user_id));
    }
    Text { title, body }
}

/// Text in which nothing is read as markup.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// One line of bounded length, without what hides, reorders or towers over text.
pub(crate) fn clean(name: &str) -> String {
    let mut line = Line::default();
    for c in name.chars() {
        let part = Part::of(c);
        if part == Part::Letter && line.is_full() {
            line.text.push('…');
            break;
        }
        line.add(c, part);
    }
    if line.text.is_empty() {
        return "Unknown".to_owned();
    }
    line.text
}

/// What a character does in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// It stands for itself.
    Letter,
    /// It is drawn onto the letter before it.
    Mark,
    /// It chooses how the letter before it looks.
    Variant,
    /// It joins or parts the letters around it.
    Joiner,
    /// It is seen as a gap.
    Space,
    /// It is not seen, or changes how others are seen.
    Hidden,
}

impl Part {
    fn of(c: char) -> Self {
        match c {
            '\u{200C}' | '\u{200D}' => return Self::Joiner,
            '\u{FE0E}' | '\u{FE0F}' => return Self::Variant,
            // A braille pattern without a dot.
            '\u{2800}' => return Self::Space,
            c if c.is_whitespace() || c.is_control() => return Self::Space,
            c if hides(c) => return Self::Hidden,
            _ => {}
        }
        let category = CodePointMapData::<GeneralCategory>::new().get(c);
        if [
            GeneralCategory::NonspacingMark,
            GeneralCategory::EnclosingMark,
        ]
        .contains(&category)
        {
            return Self::Mark;
        }
        Self::Letter
    }
}

/// A line that is being written.
#[derive(Debug, Default)]
struct Line {
    text: String,
    /// How many letters and gaps are in the text.
    letters: usize,
    /// What is drawn onto the last letter.
    marks: usize,
    /// A gap or a joiner between what is in the text and what comes next, if anything does.
    between: Option<char>,
    last: Option<Part>,
}

impl Line {
    /// Whether there is no room for another letter.
    fn is_full(&self) -> bool {
        self.letters + self.gap() >= LONGEST
    }

    /// How many gaps come before the next letter.
    fn gap(&self) -> usize {
        usize::from(self.last == Some(Part::Space))
    }

    fn add(&mut self, c: char, part: Part) {
        let on_letter = matches!(self.last, Some(Part::Letter | Part::Mark | Part::Variant));
        match part {
            Part::Letter => {
                self.letters += self.gap() + 1;
                self.marks = 0;
            }
            Part::Mark if on_letter && self.marks < MOST_MARKS => self.marks += 1,
            Part::Variant if matches!(self.last, Some(Part::Letter | Part::Mark)) => {}
            Part::Joiner if on_letter => {
                self.between = Some(c);
                return;
            }
            Part::Space if on_letter => {
                self.between = Some(' ');
                self.last = Some(Part::Space);
                return;
            }
            Part::Mark | Part::Variant | Part::Joiner | Part::Space | Part::Hidden => return,
        }
        self.text.extend(self.between.take());
        self.text.push(c);
        self.last = Some(part);
    }
}

#[cfg(test)]
mod tests;
