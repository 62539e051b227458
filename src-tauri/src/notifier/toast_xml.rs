//! What a Windows toast says, in the words of its XML.

use super::desk::{Note, SHOW};
use super::text::{Text, escaped};
use crate::view::NotificationKind;

/// The toast of this notification. It makes no sound, because the app rings itself.
pub(super) fn toast(note: &Note) -> String {
    let text = note.text(true);
    let title = escaped(&text.title);
    let lines = [title.as_str()].into_iter().chain(text.body.lines());
    let lines: String = lines.map(|line| format!("<text>{line}</text>")).collect();
    let buttons: String = note.buttons().iter().map(button).collect();
    // A call stays on the screen with its buttons as they are, until it is answered or withdrawn.
    let scenario = match note.kind {
        NotificationKind::Ring => r#" scenario="incomingCall""#,
        NotificationKind::Missed => "",
    };
    format!(
        r#"<toast launch="{SHOW}"{scenario} useButtonStyle="true"><visual><binding template="ToastGeneric">{lines}</binding></visual><audio silent="true"/><actions>{buttons}</actions></toast>"#
    )
}

/// The toast that tells this, with nothing to press.
pub(super) fn notice(text: &Text) -> String {
    let (title, body) = (escaped(&text.title), escaped(&text.body));
    format!(
        r#"<toast><visual><binding template="ToastGeneric"><text>{title}</text><text>{body}</text></binding></visual><audio silent="true"/></toast>"#
    )
}

fn button(button: &(&str, &str)) -> String {
    let (key, label) = button;
    let style = match *label {
        "Accept" => r#" hint-buttonStyle="Success""#,
        "Reject" => r#" hint-buttonStyle="Critical""#,
        _ => "",
    };
    format!(r#"<action content="{label}" arguments="{key}" activationType="foreground"{style}/>"#)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::Caller;
    use crate::view::MediaType;

    fn of(kind: NotificationKind) -> String {
        toast(&Note {
            kind,
            caller: Caller {
                invite_id: "i".to_owned(),
                user_id: "bob\"/>".to_owned(),
                name: "<Bob> & \u{202E}Co\u{0}".to_owned(),
                group: Some("R&D".to_owned()),
                media: MediaType::Audio,
            },
        })
    }

    #[test]
    fn a_ring_is_an_incoming_call_whose_texts_are_text() {
        assert_eq!(
            of(NotificationKind::Ring),
            r#"<toast launch="default" scenario="incomingCall" useButtonStyle="true">"#.to_owned()
                + r#"<visual><binding template="ToastGeneric">"#
                + "<text>&lt;Bob&gt; &amp; Co</text>"
                + "<text>Incoming audio call · R&amp;D</text>"
                + r#"<text>bob"/&gt;</text>"#
                + r#"</binding></visual><audio silent="true"/><actions>"#
                + r#"<action content="Accept" arguments="accept" activationType="foreground""#
                + r#" hint-buttonStyle="Success"/>"#
                + r#"<action content="Reject" arguments="reject" activationType="foreground""#
                + r#" hint-buttonStyle="Critical"/></actions></toast>"#
        );
    }

    #[test]
    fn a_missed_call_is_a_toast_like_others_that_can_be_called_back() {
        let toast = of(NotificationKind::Missed);
        let start = r#"<toast launch="default" useButtonStyle="true"><visual>"#;
        assert!(toast.starts_with(start), "{toast}");
        let end = r#"<actions><action content="Call back" arguments="call-back" activationType="foreground"/></actions></toast>"#;
        assert!(toast.ends_with(end), "{toast}");
    }

    #[test]
    fn a_notice_says_what_it_is_given() {
        let text = Text {
            title: "Bellhop".to_owned(),
            body: "5 > 4".to_owned(),
        };
        assert_eq!(
            notice(&text),
            r#"<toast><visual><binding template="ToastGeneric"><text>Bellhop</text>"#.to_owned()
                + r#"<text>5 &gt; 4</text></binding></visual><audio silent="true"/></toast>"#
        );
    }
}
