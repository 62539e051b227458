//! The command line of the app: what a person, a desktop entry or a second start may ask for.
//!
//! Owns what may be typed; does none of it.

use clap::Parser;
use clap::builder::FalseyValueParser;

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
    /// For testing: puts the JavaScript API into the main window, as window.chat and
    /// window.TencentCloudChat.
    #[arg(long, env = "BELLHOP_QA", value_parser = FalseyValueParser::new())]
    pub(crate) qa: bool,
}
