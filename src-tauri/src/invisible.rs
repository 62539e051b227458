//! Characters that nobody sees, and that make what others wrote look like something else.

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Whether it is a bidirectional mark, override or isolate, a zero-width mark, a filler, a tag, or no
/// character at all. The joiners and what chooses between text and emoji are not: scripts need them.
pub(crate) fn hides(c: char) -> bool {
    match c {
        '\u{200C}' | '\u{200D}' | '\u{FE0E}' | '\u{FE0F}' => false,
        '\u{FDD0}'..='\u{FDEF}' => true,
        c if u32::from(c) & 0xFFFE == 0xFFFE => true,
        c => {
            CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
                || CodePointMapData::<GeneralCategory>::new().get(c) == GeneralCategory::Format
        }
    }
}

#[cfg(test)]
mod tests {
    use super::hides;

    #[test]
    fn what_nobody_sees_hides_and_what_scripts_need_does_not() {
        let unseen = "\u{61C}\u{200B}\u{200E}\u{200F}\u{202A}\u{202E}\u{2060}\u{2066}\u{2069}\
                      \u{FEFF}\u{AD}\u{34F}\u{115F}\u{3164}\u{180E}\u{FFF9}\u{FFFE}\u{E0041}\u{E0100}";
        for c in unseen.chars() {
            assert!(hides(c), "{c:?}");
        }
        for c in "aé\u{301}\u{200C}\u{200D}\u{FE0F}👩 \n!\u{10FFFD}".chars() {
            assert!(!hides(c), "{c:?}");
        }
    }
}
