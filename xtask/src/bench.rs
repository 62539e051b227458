//! Measures the built app; `cargo xtask test` does not, because a figure depends on what else the machine does.

use std::env;

use crate::display;
use crate::process::{self, Problem, Workspace};
use crate::setup::{self, Purpose};
use crate::ui;

/// How to measure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// How many rings, if not as many as usual.
    pub(crate) rounds: Option<u32>,
    /// Whether a missed budget is a failure.
    pub(crate) check: bool,
    /// Whether to build the app as it is shipped, which takes some minutes more.
    pub(crate) release: bool,
}

/// Builds the app as `cargo xtask run` does, or as it is shipped, and measures how it rings.
pub(crate) fn ring(workspace: &Workspace, asked: &Asked) -> Result<(), Problem> {
    if env::consts::OS != "linux" {
        return Err(Problem::new("The ring is measured on Linux only."));
    }
    setup::prepare(workspace, Purpose::Bench)?;
    ui::build_if_changed(workspace)?;
    let profile = if asked.release { "release" } else { "dev" };
    let built = ["--workspace", "--profile", profile, "--bench", "ring"];
    let mut build = workspace.cargo(["build"]);
    process::run(build.args(built).args(["--bin", "bellhop-desktop"]))?;
    let mut bench = workspace.cargo(["bench", "--quiet"]);
    bench.args(built).arg("--");
    if let Some(rounds) = asked.rounds {
        bench.args(["--rounds", &rounds.to_string()]);
    }
    if asked.check {
        bench.arg("--check");
    }
    display::run_unseen(workspace, &bench)
}
