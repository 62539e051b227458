//! The `bellhop` command.
//!
//! Owns what is said on the command line; each subcommand has a file of its own.

mod application;
mod serve;
mod token;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Bellhop rings people: a call signaling server and what belongs to it.
#[derive(Parser)]
#[command(name = "bellhop", version)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Serve),
    Token(token::Token),
}

fn main() -> ExitCode {
    let outcome = match CommandLine::parse().command {
        Command::Serve(serve) => serve.run(),
        Command::Token(token) => token.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bellhop: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }
}
