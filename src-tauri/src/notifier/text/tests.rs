use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;
use proptest::prelude::*;

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
fn names_keep_what_scripts_need_and_nothing_that_hides_reorders_or_breaks() {
    for (written, shown) in [
        // Overrides, embeddings, isolates and marks of direction.
        ("a\u{202E}b\u{202A}c\u{202B}d\u{202C}e\u{202D}f", "abcdef"),
        ("a\u{2066}b\u{2067}c\u{2068}d\u{2069}e", "abcde"),
        ("a\u{200E}b\u{200F}c\u{061C}d", "abcd"),
        // What is not seen: zero-width, soft hyphen, fillers, tags, invisible operators.
        ("a\u{200B}b\u{2060}c\u{FEFF}d\u{AD}e\u{180E}f", "abcdef"),
        ("a\u{115F}b\u{1160}c\u{3164}d\u{FFA0}e\u{34F}f", "abcdef"),
        (
            "a\u{E0041}b\u{E007F}c\u{2062}d\u{1D173}e\u{FFF9}f",
            "abcdef",
        ),
        ("\u{3164}\u{3164}", "Unknown"),
        ("\u{202E}\u{200F}\n", "Unknown"),
        ("", "Unknown"),
        // Gaps and controls.
        (
            " a\n\r\t b\u{7}c\u{2028}d\u{2029}e\u{85}f\0g ",
            "a b c d e f g",
        ),
        ("a\u{3000}\u{A0}\u{2800}b\u{1B}[31mc", "a b [31mc"),
        // No characters at all.
        ("a\u{FFFE}b\u{FDD0}c\u{10FFFF}d", "abcd"),
        // Joiners and variants between letters alone.
        ("e\u{301}👩\u{200D}🚀", "e\u{301}👩\u{200D}🚀"),
        ("❤\u{FE0F}\u{200D}🔥", "❤\u{FE0F}\u{200D}🔥"),
        ("نمی\u{200C}خواهم", "نمی\u{200C}خواهم"),
        ("\u{200D}\u{200C}a\u{200D}\u{200D}\u{200C} b\u{200D}", "a b"),
        ("\u{FE0F}a\u{FE0F}\u{FE0F}", "a\u{FE0F}"),
        // Marks without a letter, and a tower of them.
        ("\u{301}a \u{301}b", "a b"),
        (
            "a\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}b\u{301}",
            "a\u{301}\u{302}\u{303}\u{304}b\u{301}",
        ),
    ] {
        assert_eq!(clean(written), shown, "{written:?}");
    }
}

#[test]
fn names_are_bounded_however_long_they_are() {
    let cut = |letter: &str| format!("{}…", letter.repeat(LONGEST));
    assert_eq!(clean(&"é".repeat(5_000)), cut("é"));
    assert_eq!(clean(&"<".repeat(10_240)), cut("<"));
    assert_eq!(clean(&format!("a{}", "\u{301}".repeat(10_240))).len(), 9);
    assert_eq!(
        clean(&"a\u{301}\u{302}\u{303}\u{304}\u{305}".repeat(2_000)),
        cut("a\u{301}\u{302}\u{303}\u{304}")
    );
    assert_eq!(clean(&"\u{202E}".repeat(10_240)), "Unknown");
    assert_eq!(clean(&format!("{}a", "\u{200D}".repeat(10_240))), "a");
    assert_eq!(clean(&"x".repeat(LONGEST)), "x".repeat(LONGEST));
}

#[test]
fn gaps_count_among_the_letters_of_a_name_and_end_none() {
    let all = "x".repeat(LONGEST);
    assert_eq!(
        clean(&format!("{all}{}", " b".repeat(5_000))),
        format!("{all}…")
    );
    assert_eq!(
        clean(&"ab ".repeat(5_000)),
        format!("{}ab…", "ab ".repeat(26))
    );
    assert_eq!(
        clean(&format!("{} b", &all[1..])),
        format!("{}…", &all[1..])
    );
    assert_eq!(
        clean(&format!("{} b", &all[2..])),
        format!("{} b", &all[2..])
    );
    assert_eq!(clean(&format!("{all} \u{301}\n")), all);
}

/// A joiner and a variant wherever there is room for one, and no fifth mark.
#[test]
fn a_name_of_the_most_there_is_on_every_letter_is_kept_to_the_last() {
    let on_letter = format!(
        "a\u{200D}\u{FE0F}{}",
        "\u{200D}\u{301}\u{200D}\u{FE0F}".repeat(MOST_MARKS)
    );
    let letters = vec![on_letter; LONGEST + 1];
    let shown = clean(&letters.join("\u{200D}"));
    assert_eq!(shown, format!("{}…", letters[1..].join("\u{200D}")));
    assert_eq!(shown.chars().count(), MOST_CHARACTERS);
}

/// Each letter with its marks, a variant after each of them, and a joiner before all but the first.
const MOST_CHARACTERS: usize = LONGEST * 2 * (2 + 2 * MOST_MARKS);

#[test]
fn a_notification_of_ten_kilobytes_of_everything_is_small() {
    let flood =
        "<b>&\u{202E}\u{2066}\n\u{200B}a\u{301}\u{301}\u{301}\u{301}\u{301}</b>".repeat(400);
    assert!(flood.len() > 10_240);
    let hostile = Caller {
        group: Some(flood.clone()),
        ..caller(&flood, &format!("{flood}!"))
    };
    for body_is_markup in [true, false] {
        let text = ring(&hostile, body_is_markup);
        assert!(is_harmless(&text.title), "{:?}", text.title);
        assert_eq!(text.body.lines().count(), 1, "an ID is told that differs");
        assert!(text.body.lines().all(is_harmless), "{:?}", text.body);
        assert_eq!(is_markup_of_text(&text.body), body_is_markup);
        assert!(text.title.len() + text.body.len() < 4_096);
    }
}

/// No character is there that hides, reorders or breaks the line.
fn is_harmless(line: &str) -> bool {
    let hidden = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let category = CodePointMapData::<GeneralCategory>::new();
    let seen = |c: char| match c {
        '\u{200C}' | '\u{200D}' | '\u{FE0E}' | '\u{FE0F}' => true,
        c => {
            let is_format = category.get(c) == GeneralCategory::Format;
            !c.is_control() && !hidden.contains(c) && !is_format && (c == ' ' || !c.is_whitespace())
        }
    };
    line.chars().all(seen)
}

/// It is markup that holds text alone: no element, and no `&` that is not one of the three.
fn is_markup_of_text(body: &str) -> bool {
    let entities = ["amp;", "lt;", "gt;"];
    let mut ampersands = body.match_indices('&');
    !body.contains(['<', '>'])
        && ampersands.all(|(at, _)| {
            let rest = &body[at + 1..];
            entities.iter().any(|entity| rest.starts_with(entity))
        })
}

fn unescaped(markup: &str) -> String {
    let text = markup.replace("&lt;", "<").replace("&gt;", ">");
    text.replace("&amp;", "&")
}

/// How much of a name is seen: letters and gaps.
fn letters(shown: &str) -> usize {
    let category = CodePointMapData::<GeneralCategory>::new();
    let is_mark = |c| {
        let category = category.get(c);
        category == GeneralCategory::NonspacingMark || category == GeneralCategory::EnclosingMark
    };
    let joins = |c| matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE0E}' | '\u{FE0F}');
    shown.chars().filter(|c| !is_mark(*c) && !joins(*c)).count()
}

/// Text of at most so many characters in which everything hostile is likely.
fn hostile(most: usize) -> impl Strategy<Value = String> {
    let character = prop_oneof![
        4 => any::<char>(),
        2 => prop::char::range('\u{2000}', '\u{206F}'),
        2 => prop::char::range('\u{300}', '\u{36F}'),
        1 => prop::char::range('\u{FE00}', '\u{FEFF}'),
        1 => prop::char::range('\u{E0000}', '\u{E01EF}'),
        2 => prop::sample::select(vec!['<', '>', '&', '"', '\'', '\0', '\n', '\u{AD}', '\u{61C}']),
        3 => prop::char::range(' ', '~'),
    ];
    prop::collection::vec(character, 0..=most).prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn names_are_harmless_bounded_and_clean_once_cleaned(name in hostile(1_000)) {
        let shown = clean(&name);
        prop_assert!(is_harmless(&shown), "{shown:?}");
        prop_assert!(!shown.is_empty());
        prop_assert_eq!(shown.trim(), &shown);
        let most = LONGEST + usize::from(shown.ends_with('…'));
        prop_assert!(letters(&shown) <= most, "{} letters", letters(&shown));
        prop_assert!(shown.chars().count() <= MOST_CHARACTERS);
        prop_assert_eq!(clean(&shown), shown);
    }

    #[test]
    fn bodies_say_the_same_as_markup_and_as_text(name in hostile(300), id in hostile(300), group in hostile(300)) {
        let caller = Caller { group: Some(group), ..caller(&name, &id) };
        let (markup, plain) = (ring(&caller, true), ring(&caller, false));
        prop_assert_eq!(&markup.title, &plain.title);
        prop_assert!(is_markup_of_text(&markup.body), "{:?}", markup.body);
        prop_assert_eq!(unescaped(&markup.body), plain.body.clone());
        prop_assert!(plain.body.lines().count() <= 2);
        prop_assert!(plain.body.lines().all(is_harmless), "{:?}", plain.body);
    }
}
