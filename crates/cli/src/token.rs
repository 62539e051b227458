//! `bellhop token`: a user signature.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use bellhop_protocol::UserId;
use bellhop_server::{user_sig, wall_time};
use clap::Args;

use crate::application::Application;

/// Prints a user signature, with which that user logs in.
#[derive(Args)]
pub(crate) struct Token {
    /// Folder of the server whose user it is.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The user ID: 1 to 32 bytes.
    #[arg(long, value_name = "NAME")]
    user: UserId,
    /// For how many seconds it is good.
    #[arg(long, value_name = "SECONDS", default_value_t = user_sig::DEFAULT_LIFETIME.as_secs())]
    expire: u64,
    #[command(flatten)]
    application: Application,
}

impl Token {
    pub(crate) fn run(self) -> Result<(), Box<dyn Error>> {
        let credentials = self.application.to_sign(self.data.as_deref())?;
        let lifetime = Duration::from_secs(self.expire);
        let signature = user_sig::sign(&credentials, &self.user, wall_time(), lifetime);
        println!("{signature}");
        Ok(())
    }
}
