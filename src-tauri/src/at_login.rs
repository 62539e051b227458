//! What the person has set about being there: what starts when they log in to the desktop, and the
//! background process.
//!
//! Owns the entries that the desktop starts things by, two for each profile: the app, hidden, and the
//! background process. Knows no call.

use std::io;
use std::path::Path;

use auto_launch::{AutoLaunch, AutoLaunchBuilder};

use crate::background;
use crate::controller::{Controller, News};
use crate::profile::ProfileName;
use crate::view::PresenceSettingsView;

/// What can start when the person logs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Starts {
    /// The app, without its window.
    App,
    /// The background process.
    Background,
}

/// Why something does not start at login, in a sentence without its full stop.
#[derive(Debug, thiserror::Error)]
enum AtLoginError {
    #[error("Bellhop cannot find its own program: {0}")]
    Program(#[from] io::Error),
    #[error("What starts when you log in to the desktop cannot be changed: {0}")]
    Entry(#[from] auto_launch::Error),
}

/// Follows what is set, from this moment on: repairs the entries, and starts the background process when
/// it is wanted. What cannot be done, the person reads.
pub(crate) async fn follow(controller: Controller, profile: ProfileName) {
    let Ok((first, mut views)) = controller.subscribe().await else {
        return;
    };
    let mut set = first.settings.presence.clone();
    keep_to(&controller, &profile, &set).await;
    while views.changed().await.is_ok() {
        let latest = views.borrow_and_update().settings.presence.clone();
        if latest != set {
            set = latest;
            keep_to(&controller, &profile, &set).await;
        }
    }
}

async fn keep_to(controller: &Controller, profile: &ProfileName, set: &PresenceSettingsView) {
    let arranged = [
        arrange(Starts::App, profile, set.open_at_login),
        arrange(Starts::Background, profile, set.ring_when_closed),
    ];
    for error in arranged.into_iter().filter_map(Result::err) {
        tell(controller, format!("{error}.")).await;
    }
    if set.ring_when_closed
        && let Err(error) = background::start(profile)
    {
        let sentence = format!("Bellhop cannot ring while it is closed: {error}.");
        tell(controller, sentence).await;
    }
}

async fn tell(controller: &Controller, sentence: String) {
    tracing::warn!("{sentence}");
    if let Err(error) = controller.hear(News::NotArranged(sentence)).await {
        tracing::debug!(%error, "the app quits");
    }
}

/// Writes the entry anew, because the program may be elsewhere than it was, or takes it away.
fn arrange(what: Starts, profile: &ProfileName, wanted: bool) -> Result<(), AtLoginError> {
    let entry = entry(what, profile, background::this_program()?)?;
    if wanted {
        entry.enable()?;
    } else if entry.is_enabled()? {
        entry.disable()?;
    }
    Ok(())
}

fn entry(
    what: Starts,
    profile: &ProfileName,
    program: &Path,
) -> Result<AutoLaunch, auto_launch::Error> {
    AutoLaunchBuilder::new()
        .set_app_name(&name(what, profile))
        .set_app_path(&as_a_word(&program.to_string_lossy()))
        .set_args(&words(what, profile))
        .build()
}

/// What the person reads in the desktop's list; no two are the same.
fn name(what: Starts, profile: &ProfileName) -> String {
    let name = match what {
        Starts::App => "Bellhop",
        Starts::Background => "Bellhop in the background",
    };
    if profile.is_default() {
        name.to_owned()
    } else {
        format!("{name} ({})", profile.as_str())
    }
}

fn words(what: Starts, profile: &ProfileName) -> [&str; 3] {
    let how = match what {
        Starts::App => "--hidden",
        Starts::Background => "--background",
    };
    [how, "--profile", profile.as_str()]
}

/// A path as one word of the command in a desktop entry: in quotes, as the Desktop Entry Specification
/// has it, with what is special in quotes escaped, then once more as text of the file, and % doubled.
#[cfg(target_os = "linux")]
fn as_a_word(path: &str) -> String {
    let mut word = String::from("\"");
    for c in path.chars() {
        match c {
            '"' | '`' | '$' => {
                word.push_str("\\\\");
                word.push(c);
            }
            '\\' => word.push_str("\\\\\\\\"),
            '%' => word.push_str("%%"),
            _ => word.push(c),
        }
    }
    word.push('"');
    word
}

/// A path as one word of a command line; no path has quotes in it there.
#[cfg(windows)]
fn as_a_word(path: &str) -> String {
    format!("\"{path}\"")
}

/// A path, in a list of words.
#[cfg(not(any(target_os = "linux", windows)))]
fn as_a_word(path: &str) -> String {
    path.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_profile_has_two_entries_of_its_own() {
        let names = |profile: &str| {
            let profile: ProfileName = profile.parse().unwrap();
            [Starts::App, Starts::Background].map(|what| name(what, &profile))
        };
        assert_eq!(names("default"), ["Bellhop", "Bellhop in the background"]);
        assert_eq!(
            names("bob"),
            ["Bellhop (bob)", "Bellhop in the background (bob)"]
        );
    }

    #[test]
    fn the_entries_start_the_profile_hidden_or_in_the_background() {
        let bob: ProfileName = "bob".parse().unwrap();
        assert_eq!(words(Starts::App, &bob), ["--hidden", "--profile", "bob"]);
        assert_eq!(
            words(Starts::Background, &bob),
            ["--background", "--profile", "bob"]
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_path_with_anything_in_it_is_one_word() {
        assert_eq!(as_a_word("/opt/my apps/b"), "\"/opt/my apps/b\"");
        assert_eq!(as_a_word("/a%b\"c$d`e\\f"), r#""/a%%b\\"c\\$d\\`e\\\\f""#);
    }
}
