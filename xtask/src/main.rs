//! `cargo xtask`: sets up, builds, starts and checks Bellhop with one command each.
//!
//! This file is wiring: it turns the command line into one call. It depends on the standard library
//! alone, so that it compiles in seconds on a machine that has nothing but Rust and can then say what
//! else is needed.

mod args;
mod bench;
mod bindings;
mod display;
mod icons;
mod packages;
mod process;
mod setup;
mod steps;
mod ui;
mod versions;

use std::env;
use std::process::ExitCode;

use args::Request;
use process::{Problem, Workspace};
use setup::Purpose;

fn main() -> ExitCode {
    let request = match args::parse(env::args().skip(1)) {
        Ok(request) => request,
        Err(problem) => {
            eprintln!("{problem}\n\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    match answer(request) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("\n{problem}");
            ExitCode::FAILURE
        }
    }
}

fn answer(request: Request) -> Result<(), Problem> {
    let mut workspace = Workspace::find()?;
    match request {
        Request::Help => {
            println!("{}", args::USAGE);
            Ok(())
        }
        Request::Run { app_args } => run_app(&workspace, &app_args),
        Request::Test { only, ci } => {
            workspace.is_ci |= ci;
            steps::run(&workspace, only)
        }
        Request::BenchRing(asked) => bench::ring(&workspace, &asked),
        Request::Bindings => {
            setup::prepare(&workspace, Purpose::Build)?;
            ui::build_if_changed(&workspace)?;
            bindings::write(&workspace)
        }
        Request::Icons => {
            setup::prepare(&workspace, Purpose::Icons)?;
            icons::draw(&workspace)
        }
    }
}

fn run_app(workspace: &Workspace, app_args: &[String]) -> Result<(), Problem> {
    setup::require_screen()?;
    setup::prepare(workspace, Purpose::Build)?;
    ui::build_if_changed(workspace)?;
    println!("Building and starting the app; the first build takes some minutes.");
    let mut app = workspace.cargo(["run", "--package", "bellhop-desktop", "--"]);
    app.args(app_args);
    process::become_command(app)
}
