//! What notifications say. Names come from other people, so they are made harmless here.

use crate::shell::Caller;
use crate::view::MediaType;

/// The longest name shown, in characters.
const LONGEST: usize = 80;

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

/// One line without characters that hide or reorder text, and of bounded length.
fn clean(name: &str) -> String {
    let visible = name.chars().take(LONGEST * 8).filter(|c| !hides(*c));
    let spaced: String = visible
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let line = words.join(" ");
    if line.is_empty() {
        return "Unknown".to_owned();
    }
    if line.chars().count() <= LONGEST {
        return line;
    }
    line.chars().take(LONGEST).chain(['…']).collect()
}

/// Bidirectional marks, overrides and isolates, zero-width marks except the joiners, and tags.
fn hides(c: char) -> bool {
    matches!(
        c,
        '\u{061C}'
            | '\u{200B}'
            | '\u{200E}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(name: &str, user_id: &str) -> Caller {
        Caller {
            invite_id: "i".to_owned(),
            user_id: user_id.to_owned(),
            name: name.to_owned(),
            group: None,
            media: MediaType::Video,
        }
    }

    #[test]
    fn a_ring_names_the_caller_and_what_it_is() {
        assert_eq!(
            ring(&caller("bob", "bob"), true),
            Text {
                title: "bob".to_owned(),
                body: "Incoming video call".to_owned()
            }
        );
        assert_eq!(
            missed(&caller("Bob", "bob@x"), true).body,
            "Missed video call\nbob@x"
        );
        let in_group = Caller {
            group: Some("R&D".to_owned()),
            ..caller("Bob", "bob@x")
        };
        assert_eq!(
            ring(&in_group, true).body,
            "Incoming video call · R&amp;D\nbob@x"
        );
    }

    #[test]
    fn markup_of_others_is_text_where_the_body_is_markup() {
        let hostile = caller("<b>Bob</b>", "<a href=\"x\">&amp;");
        assert_eq!(
            ring(&hostile, true),
            Text {
                title: "<b>Bob</b>".to_owned(),
                body: "Incoming video call\n&lt;a href=\"x\"&gt;&amp;amp;".to_owned()
            }
        );
        assert_eq!(
            ring(&hostile, false).body,
            "Incoming video call\n<a href=\"x\">&amp;"
        );
    }

    #[test]
    fn names_cannot_reorder_hide_or_break_the_line() {
        assert_eq!(clean("a\u{202E}b\u{2066}c\u{200B}d"), "abcd");
        assert_eq!(clean(" a\n\r\t b\u{7}c\u{2028}d "), "a b c d");
        assert_eq!(clean("\u{202E}\u{200F}\n"), "Unknown");
        assert_eq!(clean("e\u{301}👩\u{200D}🚀"), "e\u{301}👩\u{200D}🚀");
    }

    #[test]
    fn names_are_bounded() {
        let long = clean(&"é".repeat(5000));
        assert_eq!(long, format!("{}…", "é".repeat(LONGEST)));
    }
}
