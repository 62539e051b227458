use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::args::Args;

fn whom(text: &str) -> Result<String, LinkError> {
    Link::parse(text).map(|link| link.user.to_string())
}

#[test]
fn a_link_names_a_user_and_sound_or_picture() {
    let link = |user: &str, media| {
        Ok(Link {
            user: user.parse().unwrap(),
            media,
        })
    };
    for (text, user, media) in [
        ("bellhop:call/alice", "alice", MediaType::Audio),
        ("bellhop://call/alice", "alice", MediaType::Audio),
        ("BellHop:call/Alice", "Alice", MediaType::Audio),
        ("bellhop:call/alice?media=audio", "alice", MediaType::Audio),
        ("bellhop:call/alice?media=video", "alice", MediaType::Video),
        ("bellhop:call/a%2Fb%3f%25%23", "a/b?%#", MediaType::Audio),
        ("bellhop:call/%E7%94%B0%E4%B8%AD", "田中", MediaType::Audio),
        ("bellhop:call/a%20b", "a b", MediaType::Audio),
        ("callto:alice", "alice", MediaType::Audio),
        (
            "CALLTO://alice@example.org",
            "alice@example.org",
            MediaType::Audio,
        ),
    ] {
        assert_eq!(Link::parse(text), link(user, media), "{text}");
    }
}

/// RFC 3966, §3 and §5.1.1: separators are for the eye, and parameters are checked and passed over.
#[test]
fn a_phone_link_names_the_number_without_what_separates_its_digits() {
    for (text, number) in [
        ("tel:+49-30-1234.567", "+49301234567"),
        ("tel:+1(212)555-0123", "+12125550123"),
        ("TEL:+49%2030%20123", "+4930123"),
        ("tel:%2B4930123", "+4930123"),
        ("tel:030123", "030123"),
        ("tel:*100%23", "*100#"),
        ("tel:7042;phone-context=example.com", "7042"),
        ("tel:+4930123;ext=12;isub=a%20b;x", "+4930123"),
    ] {
        assert_eq!(whom(text), Ok(number.to_owned()), "{text}");
    }
}

#[test]
fn whatever_else_it_is_is_refused_and_said() {
    let long = format!("bellhop:call/{}", "a".repeat(600));
    let user = format!("bellhop:call/{}", "a".repeat(33));
    for (text, error) in [
        (long.as_str(), LinkError::TooLong),
        ("", LinkError::Scheme),
        ("alice", LinkError::Scheme),
        ("javascript:alert(1)", LinkError::Scheme),
        (" bellhop:call/alice", LinkError::Scheme),
        ("bellhop:", LinkError::NotACall),
        ("bellhop:alice", LinkError::NotACall),
        ("bellhop:/call/alice", LinkError::NotACall),
        ("bellhop:CALL/alice", LinkError::NotACall),
        ("bellhop:accept/alice", LinkError::NotACall),
        ("bellhop:call/", LinkError::UserId),
        (user.as_str(), LinkError::UserId),
        ("bellhop:call/a%00", LinkError::UserId),
        ("bellhop:call/a%0Ab", LinkError::UserId),
        ("bellhop:call/a/b", LinkError::Character),
        ("bellhop:call/a#b", LinkError::Character),
        ("bellhop:call/a b", LinkError::Character),
        ("bellhop:call/田中", LinkError::Character),
        ("bellhop:call/<b>", LinkError::Character),
        ("bellhop:call/a%", LinkError::Percent),
        ("bellhop:call/a%4", LinkError::Percent),
        ("bellhop:call/a%+4", LinkError::Percent),
        ("bellhop:call/%FF", LinkError::NotUtf8),
        ("bellhop:call/%C0%AF", LinkError::NotUtf8),
        ("bellhop:call/ali%E2%80%AEce", LinkError::Unseen),
        ("bellhop:call/ali%E2%80%8Bce", LinkError::Unseen),
        ("bellhop:call/ali%E2%80%8Cce", LinkError::Unseen),
        ("bellhop:call/ali%E2%80%8Dce", LinkError::Unseen),
        ("bellhop:call/alice%EF%B8%8E", LinkError::Unseen),
        ("bellhop:call/alice%EF%B8%8F", LinkError::Unseen),
        ("callto:ali%E2%80%8Dce", LinkError::Unseen),
        ("bellhop:call/%20alice", LinkError::Unseen),
        ("bellhop:call/alice?", LinkError::Parameter),
        ("bellhop:call/alice?now=1", LinkError::Parameter),
        ("bellhop:call/alice?media=audio&now=1", LinkError::Media),
        ("bellhop:call/alice?media=", LinkError::Media),
        ("bellhop:call/alice?media=Video", LinkError::Media),
        ("callto:", LinkError::UserId),
        ("callto:alice?call", LinkError::Parameter),
        ("tel:", LinkError::Number),
        ("tel:+", LinkError::Number),
        ("tel:++49", LinkError::Number),
        ("tel:49+30", LinkError::Number),
        ("tel:alice", LinkError::Number),
        ("tel:*#", LinkError::Character),
        ("tel:+123456789012345678901234567890123", LinkError::Number),
        ("tel:+49;", LinkError::Parameter),
        ("tel:+49;ext=", LinkError::Parameter),
        ("tel:+49;e_t=1", LinkError::Parameter),
        ("tel:+49;ext=%", LinkError::Percent),
    ] {
        assert_eq!(whom(text), Err(error), "{text}");
    }
}

/// What a package says it opens, the app understands.
#[test]
fn every_scheme_that_a_package_declares_has_links() {
    for config in [
        include_str!("../../tauri.conf.json"),
        include_str!("../../tauri.linux.conf.json"),
        include_str!("../../tauri.macos.conf.json"),
    ] {
        let config: serde_json::Value = serde_json::from_str(config).unwrap();
        let schemes = &config["plugins"]["deep-link"]["desktop"]["schemes"];
        for scheme in schemes.as_array().unwrap() {
            let scheme = scheme.as_str().unwrap();
            let what = if scheme == "bellhop" { "call/1" } else { "1" };
            assert_eq!(whom(&format!("{scheme}:{what}")), Ok("1".to_owned()));
        }
    }
}

/// How many texts of each kind are tried.
const CASES: usize = 100_000;

/// What nobody sees: controls, formats, whatever is ignored where it is not supported (the joiners U+200C
/// and U+200D and the variants U+FE0E and U+FE0F among them), and what is no character. Listed here from
/// the Unicode standard, so that what is tested is not asked.
const UNSEEN: [std::ops::RangeInclusive<char>; 29] = [
    '\0'..='\u{1F}',
    '\u{7F}'..='\u{9F}',
    '\u{AD}'..='\u{AD}',
    '\u{34F}'..='\u{34F}',
    '\u{600}'..='\u{605}',
    '\u{61C}'..='\u{61C}',
    '\u{6DD}'..='\u{6DD}',
    '\u{70F}'..='\u{70F}',
    '\u{890}'..='\u{891}',
    '\u{8E2}'..='\u{8E2}',
    '\u{115F}'..='\u{1160}',
    '\u{17B4}'..='\u{17B5}',
    '\u{180B}'..='\u{180F}',
    '\u{200B}'..='\u{200F}',
    '\u{202A}'..='\u{202E}',
    '\u{2060}'..='\u{206F}',
    '\u{3164}'..='\u{3164}',
    '\u{FDD0}'..='\u{FDEF}',
    '\u{FE00}'..='\u{FE0F}',
    '\u{FEFF}'..='\u{FEFF}',
    '\u{FFA0}'..='\u{FFA0}',
    '\u{FFF0}'..='\u{FFFB}',
    '\u{FFFE}'..='\u{FFFF}',
    '\u{110BD}'..='\u{110BD}',
    '\u{110CD}'..='\u{110CD}',
    '\u{13430}'..='\u{1343F}',
    '\u{1BCA0}'..='\u{1BCA3}',
    '\u{1D173}'..='\u{1D17A}',
    '\u{E0000}'..='\u{E0FFF}',
];

fn is_unseen(c: char) -> bool {
    // The last two of every plane are no characters.
    u32::from(c) % 0x1_0000 >= 0xFFFE || UNSEEN.iter().any(|range| range.contains(&c))
}

/// What any text may become: nothing, or a call that its own link prepares too.
fn is_refused_or_means_what_it_says(text: &str) {
    if let Ok(link) = Link::parse(text) {
        let user = link.user.as_str();
        assert!(!user.is_empty() && user.len() <= 32, "{text:?}");
        assert!(!user.chars().any(is_unseen), "{text:?}");
        assert_eq!(Link::parse(&link.to_string()), Ok(link), "{text:?}");
    }
}

fn one_of<'a>(rng: &mut StdRng, choices: &[&'a str]) -> &'a str {
    choices[rng.random_range(0..choices.len())]
}

fn bytes(rng: &mut StdRng, most: usize) -> String {
    let bytes: Vec<u8> = (0..rng.random_range(0..most))
        .map(|_| rng.random())
        .collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn something_unseen(rng: &mut StdRng) -> char {
    let (first, last) = UNSEEN[rng.random_range(0..UNSEEN.len())]
        .clone()
        .into_inner();
    rng.random_range(first..=last)
}

fn escaped(c: char) -> String {
    let bytes = c.to_string().into_bytes();
    bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
}

/// A link that somebody could have written.
fn a_link(rng: &mut StdRng) -> String {
    const BEGINS: [&str; 5] = [
        "bellhop:call/",
        "Bellhop://call/",
        "callto:",
        "tel:+",
        "tel:",
    ];
    const ENDS: [&str; 6] = ["", "", "?media=video", "?media=audio&x", ";ext=1", "#top"];
    let mut link = one_of(rng, &BEGINS).to_owned();
    for _ in 0..rng.random_range(0..12) {
        match rng.random_range(0..10) {
            0 => link.push(rng.random()),
            1 | 2 => link.push_str(&format!("%{:02x}", rng.random::<u8>())),
            3 => link.push_str(&escaped(something_unseen(rng))),
            _ => link.push_str(one_of(rng, &["a", "z", "0", "7", ".", "-", "@"])),
        }
    }
    link + one_of(rng, &ENDS)
}

/// A link with some of its bytes changed, taken out or doubled.
fn a_damaged_link(rng: &mut StdRng) -> String {
    let mut bytes = a_link(rng).into_bytes();
    for _ in 0..rng.random_range(1..4) {
        let place = rng.random_range(0..bytes.len());
        match rng.random_range(0..3) {
            0 => bytes.insert(place, rng.random()),
            1 => bytes[place] = rng.random(),
            _ => drop(bytes.remove(place)),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn any_text_is_refused_or_means_what_it_says() {
    let rng = &mut StdRng::seed_from_u64(1);
    let mut understood = 0;
    for _ in 0..CASES {
        is_refused_or_means_what_it_says(&bytes(rng, 24));
        is_refused_or_means_what_it_says(&a_damaged_link(rng));
        let link = a_link(rng);
        is_refused_or_means_what_it_says(&link);
        understood += usize::from(Link::parse(&link).is_ok());
    }
    // Otherwise this test would say nothing of links.
    assert!(understood > CASES / 20, "{understood}");
}

#[test]
fn no_link_names_a_user_with_anything_unseen() {
    for c in UNSEEN.into_iter().flatten() {
        let error = if c.is_control() {
            LinkError::UserId
        } else {
            LinkError::Unseen
        };
        for text in [
            format!("bellhop:call/ali{}ce", escaped(c)),
            format!("callto:{}", escaped(c)),
        ] {
            assert_eq!(whom(&text), Err(error), "{c:?}");
        }
    }
}

#[test]
fn every_user_id_that_can_be_seen_has_a_link() {
    let rng = &mut StdRng::seed_from_u64(2);
    let mut written = 0;
    for _ in 0..CASES {
        let text: String = (0..rng.random_range(1..10))
            .map(|_| rng.random::<char>())
            .collect();
        let is_seen = text.trim() == text && !text.chars().any(is_unseen);
        if let (Ok(user), true) = (text.parse::<UserId>(), is_seen) {
            let media = if rng.random() {
                MediaType::Video
            } else {
                MediaType::Audio
            };
            let link = Link { user, media };
            assert_eq!(Link::parse(&link.to_string()), Ok(link), "{text:?}");
            written += 1;
        }
    }
    assert!(written > CASES / 2, "{written}");
}

/// Another start may hand over anything at all.
#[test]
fn the_words_of_another_start_are_refused_or_understood() {
    const KNOWN: [&str; 6] = ["--profile", "--profile=bob", "--hidden", "--qa", "--", "-h"];
    let rng = &mut StdRng::seed_from_u64(3);
    let mut understood = 0;
    for _ in 0..CASES / 5 {
        let mut words = vec!["bellhop-desktop".to_owned()];
        for _ in 0..rng.random_range(0..4) {
            words.push(match rng.random_range(0..4) {
                0 => one_of(rng, &KNOWN).to_owned(),
                1 => bytes(rng, 12),
                2 => format!("-{}", bytes(rng, 6)),
                _ => a_damaged_link(rng),
            });
        }
        if let Ok(args) = Args::of_another_start(words)
            && let Some(Ok(link)) = args.opened()
        {
            is_refused_or_means_what_it_says(&link.to_string());
            understood += 1;
        }
    }
    assert!(understood > 0);
}
