//! The command line of `cargo xtask`.
//!
//! Owns what may be typed and what it means; does none of it.

use crate::bench::Asked;
use crate::process::Problem;
use crate::steps::Step;

/// What `cargo xtask` can do, as it is shown to whoever asks.
pub(crate) const USAGE: &str = "\
usage: cargo xtask <command>

  run [-- ARGS]        install what is missing, build, and start the app (e.g. run -- --profile bob)
  test [--only STEP]   install what is missing and pass every check, or one:
                       setup, format, ui, clippy, tests, bindings, docs, desktop
  ci [--only STEP]     test, as the automatic check runs it (CI=true)
  bench ring [--rounds N] [--check] [--release]
                       install what is missing, and measure how soon a ring is heard and seen, and gone
                       again (30 times, or N); --check fails when a budget of the design is missed
  bindings             write the TypeScript declarations of the Rust types to ui/src/bindings
  icons                draw the PNG, ICO and ICNS files from the SVG files in icons/";

/// One thing that was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// Show what there is.
    Help,
    /// Build and start the app with these arguments.
    Run { app_args: Vec<String> },
    /// Run every step, or only one; `ci` as the automatic check does.
    Test { only: Option<Step>, ci: bool },
    /// Measure rings.
    BenchRing(Asked),
    /// Generate the TypeScript declarations.
    Bindings,
    /// Generate the icons.
    Icons,
}

/// Understands the words after `cargo xtask`.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Request, Problem> {
    let mut words = words.into_iter();
    let command = words.next();
    let rest: Vec<String> = words.collect();
    match command.as_deref() {
        None | Some("help" | "--help" | "-h") => Ok(Request::Help),
        Some("run") => Ok(Request::Run {
            app_args: app_args(rest),
        }),
        Some("test") => Ok(Request::Test {
            only: only(&rest)?,
            ci: false,
        }),
        Some("ci") => Ok(Request::Test {
            only: only(&rest)?,
            ci: true,
        }),
        Some("bench") => bench(&rest).map(Request::BenchRing),
        Some("bindings") => nothing_more("bindings", &rest).map(|()| Request::Bindings),
        Some("icons") => nothing_more("icons", &rest).map(|()| Request::Icons),
        Some(other) => Err(Problem::new(format!("There is no command `{other}`."))),
    }
}

fn app_args(mut rest: Vec<String>) -> Vec<String> {
    if rest.first().is_some_and(|word| word == "--") {
        rest.remove(0);
    }
    rest
}

fn only(rest: &[String]) -> Result<Option<Step>, Problem> {
    let name = match rest {
        [] => return Ok(None),
        [flag, name] if flag == "--only" => name.as_str(),
        [word] if word.starts_with("--only=") => &word["--only=".len()..],
        words => {
            let typed = words.join(" ");
            return Err(Problem::new(format!("`{typed}` was not understood.")));
        }
    };
    match Step::named(name) {
        Some(step) => Ok(Some(step)),
        None => Err(Problem::new(format!("There is no step `{name}`."))),
    }
}

fn bench(rest: &[String]) -> Result<Asked, Problem> {
    let mut words = rest.iter().map(String::as_str);
    match words.next() {
        Some("ring") => {}
        Some(other) => return Err(Problem::new(format!("There is no benchmark `{other}`."))),
        None => return Err(Problem::new("Which benchmark? There is `ring`.")),
    }
    let mut asked = Asked::default();
    while let Some(word) = words.next() {
        match word {
            "--check" => asked.check = true,
            "--release" => asked.release = true,
            "--rounds" => asked.rounds = Some(rounds(words.next())?),
            other => return Err(Problem::new(format!("`{other}` was not understood."))),
        }
    }
    Ok(asked)
}

fn rounds(word: Option<&str>) -> Result<u32, Problem> {
    let number = word.and_then(|word| word.parse().ok());
    let number = number.filter(|number| *number > 0);
    number.ok_or_else(|| Problem::new("`--rounds` takes a number from 1 on."))
}

fn nothing_more(command: &str, rest: &[String]) -> Result<(), Problem> {
    match rest {
        [] => Ok(()),
        [word, ..] => Err(Problem::new(format!("`{command}` takes no `{word}`."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Request, Problem> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn shows_what_there_is_when_nothing_is_asked() {
        assert_eq!(parsed(""), Ok(Request::Help));
        assert_eq!(parsed("--help"), Ok(Request::Help));
    }

    #[test]
    fn hands_everything_after_run_to_the_app() {
        let bob = || vec!["--profile".to_owned(), "bob".to_owned()];
        assert_eq!(parsed("run"), Ok(Request::Run { app_args: vec![] }));
        assert_eq!(
            parsed("run -- --profile bob"),
            Ok(Request::Run { app_args: bob() })
        );
        assert_eq!(
            parsed("run --profile bob"),
            Ok(Request::Run { app_args: bob() })
        );
    }

    #[test]
    fn chooses_one_step_of_the_test() {
        let clippy = Request::Test {
            only: Some(Step::Clippy),
            ci: false,
        };
        assert_eq!(parsed("test --only clippy").as_ref(), Ok(&clippy));
        assert_eq!(parsed("test --only=clippy").as_ref(), Ok(&clippy));
        assert_eq!(
            parsed("test"),
            Ok(Request::Test {
                only: None,
                ci: false
            })
        );
        assert_eq!(
            parsed("ci"),
            Ok(Request::Test {
                only: None,
                ci: true
            })
        );
    }

    #[test]
    fn measures_rings_as_it_is_told() {
        assert_eq!(
            parsed("bench ring"),
            Ok(Request::BenchRing(Asked::default()))
        );
        let asked = Asked {
            rounds: Some(5),
            check: true,
            release: true,
        };
        assert_eq!(
            parsed("bench ring --check --rounds 5 --release"),
            Ok(Request::BenchRing(asked))
        );
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        let sentence = |line| parsed(line).unwrap_err().to_string();
        assert_eq!(sentence("dance"), "There is no command `dance`.");
        assert_eq!(sentence("test --only dance"), "There is no step `dance`.");
        assert_eq!(sentence("test clippy"), "`clippy` was not understood.");
        assert_eq!(sentence("bench"), "Which benchmark? There is `ring`.");
        assert_eq!(sentence("bench dance"), "There is no benchmark `dance`.");
        assert_eq!(
            sentence("bench ring --rounds no"),
            "`--rounds` takes a number from 1 on."
        );
        assert_eq!(sentence("icons now"), "`icons` takes no `now`.");
    }

    #[test]
    fn names_every_step_in_the_usage() {
        for step in Step::ALL {
            assert!(
                USAGE.contains(step.name()),
                "{} is not in the usage",
                step.name()
            );
        }
    }
}
