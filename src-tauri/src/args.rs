//! The command line of the app: what a person, a desktop entry or a second start may ask for.
//!
//! Owns what may be typed; does none of it.

use std::ffi::OsString;

use clap::Parser;
use clap::builder::FalseyValueParser;

use crate::link::{Link, LinkError};
use crate::profile::ProfileName;

/// A calling app.
#[derive(Debug, Parser)]
#[command(name = "bellhop-desktop", version, about)]
pub(crate) struct Args {
    /// Keeps account, contacts and history apart from those of other profiles.
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub(crate) profile: ProfileName,
    /// Starts without showing the main window.
    #[arg(long)]
    pub(crate) hidden: bool,
    /// Shows nothing at all: notifies of calls while the app is closed, and starts it when one is
    /// chosen.
    #[arg(long, conflicts_with_all = ["hidden", "link"])]
    pub(crate) background: bool,
    /// For testing: puts the JavaScript API into the main window, as window.chat and
    /// window.TencentCloudChat.
    #[arg(long, env = "BELLHOP_QA", value_parser = FalseyValueParser::new())]
    pub(crate) qa: bool,
    /// What lets the window of the app that runs come to the front: the desktop's token for the press that
    /// this start comes from.
    #[arg(long, hide = true, value_name = "TOKEN")]
    pub(crate) activation: Option<String>,
    /// Prepares a call, and places none: bellhop:call/USER, callto:USER or tel:NUMBER.
    #[arg(value_name = "LINK")]
    link: Option<OsString>,
}

impl Args {
    /// What another start of this profile asks for with these words, its own name first.
    pub(crate) fn of_another_start(
        words: impl IntoIterator<Item = String>,
    ) -> Result<Self, clap::Error> {
        Self::try_parse_from(words)
    }

    /// The link that was given. One that is wrong starts the app all the same, which says so: whoever
    /// follows a link in a browser sees no terminal.
    pub(crate) fn opened(&self) -> Option<Result<Link, LinkError>> {
        let link = self.link.as_ref()?;
        Some(match link.to_str() {
            Some(text) => Link::parse(text),
            None => Err(LinkError::NotUtf8),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> Result<Args, clap::error::ErrorKind> {
        let words = ["bellhop-desktop"].iter().chain(words);
        Args::of_another_start(words.map(|word| (*word).to_owned())).map_err(|error| error.kind())
    }

    #[test]
    fn a_link_may_stand_beside_a_profile() {
        let args = parsed(&["--profile", "bob", "callto:echo"]).unwrap();
        assert_eq!(args.profile.as_str(), "bob");
        assert_eq!(args.opened(), Some(Link::parse("bellhop:call/echo")));
        assert_eq!(parsed(&[]).unwrap().opened(), None);
    }

    #[test]
    fn a_link_that_is_wrong_is_told_and_does_not_keep_the_app_from_starting() {
        let args = parsed(&["bellhop:delete/everything"]).unwrap();
        assert_eq!(args.opened(), Some(Err(LinkError::NotACall)));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_is_no_text_is_told_too() {
        use std::os::unix::ffi::OsStringExt;
        let words = [
            "bellhop-desktop".into(),
            OsString::from_vec(vec![b'b', 0xFF]),
        ];
        let args = Args::try_parse_from(words).unwrap();
        assert_eq!(args.opened(), Some(Err(LinkError::NotUtf8)));
    }

    #[test]
    fn whatever_else_is_typed_is_refused() {
        use clap::error::ErrorKind;
        for (words, kind) in [
            (
                &["bellhop:call/a", "bellhop:call/b"][..],
                ErrorKind::UnknownArgument,
            ),
            (&["--call", "bellhop:call/a"], ErrorKind::UnknownArgument),
            (&["--profile", "../x"], ErrorKind::ValueValidation),
            (&["--profile"], ErrorKind::InvalidValue),
        ] {
            assert_eq!(
                parsed(words).map(|args| args.opened()),
                Err(kind),
                "{words:?}"
            );
        }
    }
}
