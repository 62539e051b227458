//! Versions of the tools that must be on the machine already, and which of them will do.

use std::fmt;

/// The first two numbers of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    major: u32,
    minor: u32,
}

/// The oldest Rust that tauri-build compiles with.
pub(crate) const OLDEST_RUST: Version = Version {
    major: 1,
    minor: 90,
};

/// What to say of the Node versions that will do.
pub(crate) const NODE_WANTED: &str = "20.19 or a newer 20, 22.12 or a newer 22, or 24 and later";

impl Version {
    /// Reads the first version in a tool's answer, such as `rustc 1.95.0 (5980…)` or `v20.20.2`.
    pub(crate) fn read(answer: &str) -> Option<Self> {
        answer.split_whitespace().find_map(Self::from_word)
    }

    fn from_word(word: &str) -> Option<Self> {
        let mut numbers = word.trim_start_matches('v').split('.');
        let major = numbers.next()?.parse().ok()?;
        let minor = numbers.next()?.parse().ok()?;
        Some(Self { major, minor })
    }

    /// Whether the UI's tools (Vite, its Svelte plugin, jsdom) run on this version of Node.
    pub(crate) fn will_do_as_node(self) -> bool {
        match self.major {
            20 => self.minor >= 19,
            22 => self.minor >= 12,
            major => major >= 24,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(major: u32, minor: u32) -> Version {
        Version { major, minor }
    }

    #[test]
    fn reads_what_the_tools_print() {
        assert_eq!(
            Version::read("rustc 1.95.0 (59807616e 2026-04-14)\n"),
            Some(version(1, 95))
        );
        assert_eq!(
            Version::read("rustc 1.97.0-nightly (abc 2026-06-01)"),
            Some(version(1, 97))
        );
        assert_eq!(Version::read("v20.20.2\n"), Some(version(20, 20)));
        assert_eq!(Version::read("11.19.1"), Some(version(11, 19)));
        assert_eq!(Version::read("command not found"), None);
        assert_eq!(Version::read(""), None);
    }

    #[test]
    fn compares_by_number_and_not_by_letter() {
        assert!(version(1, 100) > OLDEST_RUST);
        assert!(version(1, 90) >= OLDEST_RUST);
        assert!(version(1, 89) < OLDEST_RUST);
        assert!(version(2, 0) > OLDEST_RUST);
    }

    #[test]
    fn takes_the_node_versions_that_the_ui_tools_take() {
        let will_do = |major, minor| version(major, minor).will_do_as_node();
        assert!(will_do(20, 19) && will_do(22, 12) && will_do(24, 0) && will_do(25, 3));
        assert!(!will_do(18, 20) && !will_do(20, 18) && !will_do(21, 7) && !will_do(22, 11));
        assert!(!will_do(23, 11));
    }
}
