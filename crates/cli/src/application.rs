//! Which application a command is for: told by options, or kept in the data folder.

use std::path::{Path, PathBuf};

use bellhop_server::{AppId, Credentials, CredentialsError, SecretKey};
use clap::Args;

/// The application, where it is not the one that the data folder keeps.
#[derive(Args)]
pub(crate) struct Application {
    /// Number of the application; needs --secret-key-file.
    #[arg(long, value_name = "N", requires = "secret_key_file")]
    app_id: Option<AppId>,
    /// File that holds the application's secret key; needs --app-id.
    #[arg(long, value_name = "FILE", requires = "app_id")]
    secret_key_file: Option<PathBuf>,
}

/// Why it is not known for which application a command is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApplicationError {
    #[error("the secret key file {} cannot be read: {source}", path.display())]
    KeyFile {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("the secret key file {} is no good: {what}", path.display())]
    Key { path: PathBuf, what: &'static str },
    #[error(transparent)]
    Folder(#[from] CredentialsError),
    #[error(
        "{folder} keeps no secret key yet; run `bellhop serve --data {folder}` once, \
         or give --app-id and --secret-key-file", folder = .0.display()
    )]
    NoneKept(PathBuf),
    #[error(
        "give --data with the folder that keeps the server's key, or --app-id and --secret-key-file"
    )]
    NoneGiven,
}

impl Application {
    /// The application to serve; what the options say is kept in the folder from here on.
    pub(crate) fn to_serve(&self, folder: Option<&Path>) -> Result<Credentials, ApplicationError> {
        let given = self.given()?;
        let Some(folder) = folder else {
            return given.ok_or(ApplicationError::NoneGiven);
        };
        let Some(given) = given else {
            return Ok(Credentials::load_or_create(folder)?);
        };
        if Credentials::load(folder)?.as_ref() != Some(&given) {
            given.save(folder)?;
        }
        Ok(given)
    }

    /// The application to sign for.
    pub(crate) fn to_sign(&self, folder: Option<&Path>) -> Result<Credentials, ApplicationError> {
        if let Some(given) = self.given()? {
            return Ok(given);
        }
        let folder = folder.ok_or(ApplicationError::NoneGiven)?;
        Credentials::load(folder)?.ok_or_else(|| ApplicationError::NoneKept(folder.to_owned()))
    }

    fn given(&self) -> Result<Option<Credentials>, ApplicationError> {
        let (Some(app_id), Some(path)) = (self.app_id, &self.secret_key_file) else {
            return Ok(None);
        };
        let text = std::fs::read_to_string(path).map_err(|source| ApplicationError::KeyFile {
            path: path.clone(),
            source,
        })?;
        let secret_key = SecretKey::try_from(text).map_err(|what| ApplicationError::Key {
            path: path.clone(),
            what,
        })?;
        Ok(Some(Credentials { app_id, secret_key }))
    }
}
