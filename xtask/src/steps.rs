//! The steps of `cargo xtask test`: what each runs, in which order, and how they are told.
//!
//! The order is from the quickest to the slowest answer, and all of them build the whole workspace with
//! one profile and one set of features, so that nothing is compiled twice.

use std::env;
use std::time::{Duration, Instant};

use crate::bindings;
use crate::display;
use crate::process::{self, Problem, Workspace};
use crate::setup::{self, Purpose};
use crate::ui;

/// One step of the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The machine has what the others need.
    Setup,
    /// Rust is formatted.
    Format,
    /// The UI's types, tests and build.
    Ui,
    /// Clippy has nothing to say.
    Clippy,
    /// Unit, property, acceptance and documentation tests.
    Tests,
    /// The TypeScript declarations are up to date.
    Bindings,
    /// The documentation builds without a warning.
    Docs,
    /// The real app, driven from outside.
    Desktop,
}

impl Step {
    /// All of them, in order.
    pub(crate) const ALL: [Self; 8] = [
        Self::Setup,
        Self::Format,
        Self::Ui,
        Self::Clippy,
        Self::Tests,
        Self::Bindings,
        Self::Docs,
        Self::Desktop,
    ];

    /// The word that chooses it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Format => "format",
            Self::Ui => "ui",
            Self::Clippy => "clippy",
            Self::Tests => "tests",
            Self::Bindings => "bindings",
            Self::Docs => "docs",
            Self::Desktop => "desktop",
        }
    }

    /// The step that a word chooses.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }

    fn run(self, workspace: &Workspace) -> Result<(), Problem> {
        match self {
            Self::Setup => setup::prepare(workspace, Purpose::Test),
            Self::Format => process::run(&mut workspace.cargo(["fmt", "--all", "--check"])),
            Self::Ui => check_ui(workspace),
            Self::Clippy => lint(workspace),
            Self::Tests => test(workspace),
            Self::Bindings => bindings::check(workspace),
            Self::Docs => document(workspace),
            Self::Desktop => drive_the_app(workspace),
        }
    }

    fn embeds_the_ui(self) -> bool {
        match self {
            Self::Setup | Self::Format | Self::Ui => false,
            Self::Clippy | Self::Tests | Self::Bindings | Self::Docs | Self::Desktop => true,
        }
    }
}

/// Runs every step, or one after the setup; stops at the first that fails and tells how to repeat it.
pub(crate) fn run(workspace: &Workspace, only: Option<Step>) -> Result<(), Problem> {
    let steps = chosen(only, env::consts::OS);
    let mut done = Vec::new();
    let mut failed = None;
    for (index, step) in steps.iter().enumerate() {
        println!("\n── {}/{} {}", index + 1, steps.len(), step.name());
        let start = Instant::now();
        let outcome = run_one(*step, workspace);
        done.push((*step, start.elapsed(), outcome.is_ok()));
        if let Err(problem) = outcome {
            failed = Some((*step, problem));
            break;
        }
    }
    println!("\n{}", summary(&done));
    match failed {
        None => Ok(()),
        Some((step, problem)) => Err(Problem::new(format!(
            "{problem}\nThe step `{name}` failed. Run just this step with: cargo xtask test --only {name}",
            name = step.name()
        ))),
    }
}

fn chosen(only: Option<Step>, os: &str) -> Vec<Step> {
    match only {
        Some(Step::Setup) => vec![Step::Setup],
        Some(step) => vec![Step::Setup, step],
        None if os == "linux" => Step::ALL.to_vec(),
        None => {
            println!(
                "The end-to-end tests of the desktop app run on Linux only; they are left out."
            );
            Step::ALL
                .into_iter()
                .filter(|step| *step != Step::Desktop)
                .collect()
        }
    }
}

fn run_one(step: Step, workspace: &Workspace) -> Result<(), Problem> {
    if step.embeds_the_ui() {
        ui::build_if_changed(workspace)?;
    }
    step.run(workspace)
}

fn check_ui(workspace: &Workspace) -> Result<(), Problem> {
    ui::install(workspace)?;
    process::run(&mut workspace.npm(["run", "check"]))?;
    process::run(&mut workspace.npm(["test"]))?;
    ui::build(workspace)
}

fn lint(workspace: &Workspace) -> Result<(), Problem> {
    let lint = |targets: &[&str]| {
        let mut command = workspace.cargo(["clippy", "--workspace"]);
        process::run(command.args(targets).args(["--", "--deny", "warnings"]))
    };
    lint(&["--all-targets"])?;
    // It is no test that `cargo test` runs by itself, so “all targets” leaves it out.
    lint(&["--test", "desktop"])
}

fn test(workspace: &Workspace) -> Result<(), Problem> {
    build_programs(workspace)?;
    let mut command = workspace.cargo(["test", "--workspace"]);
    process::run(command.env(bindings::EXPORT_DIR, bindings::scratch(workspace)))
}

/// Builds the programs that the tests start, with the features that the tests are built with.
fn build_programs(workspace: &Workspace) -> Result<(), Problem> {
    process::run(&mut workspace.cargo(["build", "--workspace", "--bins", "--tests"]))
}

fn document(workspace: &Workspace) -> Result<(), Problem> {
    let mut command = workspace.cargo(["doc", "--workspace", "--no-deps"]);
    process::run(command.env("RUSTDOCFLAGS", "-D warnings"))
}

fn drive_the_app(workspace: &Workspace) -> Result<(), Problem> {
    build_programs(workspace)?;
    let test = ["test", "--workspace", "--test", "desktop"];
    process::run(workspace.cargo(test).arg("--no-run"))?;
    display::run_unseen(workspace, &workspace.cargo(test))
}

fn summary(done: &[(Step, Duration, bool)]) -> String {
    let line = |(step, took, passed): &(Step, Duration, bool)| {
        let outcome = if *passed { "passed" } else { "FAILED" };
        format!(
            "  {:10} {outcome} {:8.1} s\n",
            step.name(),
            took.as_secs_f64()
        )
    };
    let total: Duration = done.iter().map(|(_, took, _)| took).sum();
    let lines: String = done.iter().map(line).collect();
    format!(
        "{lines}  {:10}        {:8.1} s",
        "together",
        total.as_secs_f64()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_step_by_its_name() {
        for step in Step::ALL {
            assert_eq!(Step::named(step.name()), Some(step));
        }
        assert_eq!(Step::named("everything"), None);
    }

    #[test]
    fn sets_up_before_a_single_step() {
        assert_eq!(chosen(Some(Step::Docs), "linux"), [Step::Setup, Step::Docs]);
        assert_eq!(chosen(Some(Step::Setup), "linux"), [Step::Setup]);
    }

    #[test]
    fn drives_the_app_on_linux_only() {
        assert_eq!(chosen(None, "linux"), Step::ALL);
        assert_eq!(chosen(None, "macos"), Step::ALL[..7]);
    }

    #[test]
    fn tells_what_passed_what_failed_and_how_long_it_took() {
        let done = [
            (Step::Format, Duration::from_millis(1_250), true),
            (Step::Clippy, Duration::from_secs(100), false),
        ];
        assert_eq!(
            summary(&done),
            "  format     passed      1.2 s\n  clippy     FAILED    100.0 s\n  together             101.2 s"
        );
    }
}
