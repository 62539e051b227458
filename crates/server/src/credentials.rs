//! The application a server answers for: its number and the key that signs its users in.
//!
//! Owns the file in which a data folder keeps them; knows nothing of how a signature looks.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The number of an application (`sdkappid`); never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct AppId(u32);

impl AppId {
    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for AppId {
    type Error = &'static str;

    fn try_from(number: u32) -> Result<Self, Self::Error> {
        if number == 0 {
            return Err("the app id must be a number from 1 to 4294967295");
        }
        Ok(Self(number))
    }
}

impl From<AppId> for u32 {
    fn from(id: AppId) -> Self {
        id.0
    }
}

impl std::str::FromStr for AppId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.parse::<u32>().unwrap_or(0))
    }
}

/// The key that signs; shown to nobody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct SecretKey(String);

impl SecretKey {
    /// A key nobody can guess.
    pub fn random() -> Self {
        let half = || uuid::Uuid::new_v4().simple().to_string();
        Self(half() + &half())
    }

    /// The key as the signature's algorithm takes it.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl TryFrom<String> for SecretKey {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let text = text.trim();
        if text.is_empty() {
            return Err("the secret key must not be empty");
        }
        Ok(Self(text.to_owned()))
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// An application's number and key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// The number.
    #[serde(rename = "appID")]
    pub app_id: AppId,
    /// The key.
    #[serde(rename = "secretKey")]
    pub secret_key: SecretKey,
}

/// Why credentials could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The file is not there or cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("{path} does not hold an app id and a secret key: {source}")]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
}

impl Credentials {
    /// Application 1 with a key of its own.
    pub fn random() -> Self {
        Self {
            app_id: AppId(1),
            secret_key: SecretKey::random(),
        }
    }

    /// What the data folder keeps; nothing when it keeps none.
    pub fn load(folder: &Path) -> Result<Option<Self>, CredentialsError> {
        let path = file_in(folder);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(CredentialsError::File { path, source }),
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|source| CredentialsError::Malformed { path, source })
    }

    /// What the data folder keeps; random ones from here on when it keeps none.
    pub fn load_or_create(folder: &Path) -> Result<Self, CredentialsError> {
        if let Some(kept) = Self::load(folder)? {
            return Ok(kept);
        }
        let fresh = Self::random();
        fresh.save(folder)?;
        Ok(fresh)
    }

    /// Keeps them in the data folder, readable by this user alone.
    pub fn save(&self, folder: &Path) -> Result<(), CredentialsError> {
        let path = file_in(folder);
        let new = folder.join("server.json.new");
        let written = create_folder(folder)
            .and_then(|()| create_private(&new))
            .and_then(|mut file| {
                file.write_all(self.to_json().as_bytes())?;
                file.sync_all()
            })
            .and_then(|()| fs::rename(&new, &path));
        written.map_err(|source| CredentialsError::File { path, source })
    }

    fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a number and a text serialize");
        text.push('\n');
        text
    }
}

fn file_in(folder: &Path) -> PathBuf {
    folder.join("server.json")
}

/// Makes the folder, if it is not there, for this user alone.
pub(crate) fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_keeps_what_it_was_given_first() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("new");
        assert_eq!(Credentials::load(&folder).unwrap(), None);
        let made = Credentials::load_or_create(&folder).unwrap();
        assert_eq!(Credentials::load_or_create(&folder).unwrap(), made);
        assert_eq!(made.app_id.get(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_the_key() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Credentials::random().save(folder.path()).unwrap();
        let mode = fs::metadata(file_in(folder.path())).unwrap().permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
    }

    #[test]
    fn an_app_id_is_a_number_from_one() {
        assert!("0".parse::<AppId>().is_err());
        assert!("x".parse::<AppId>().is_err());
        assert_eq!("1400000000".parse::<AppId>().unwrap().get(), 1_400_000_000);
    }

    #[test]
    fn the_key_is_not_shown() {
        let shown = format!("{:?}", Credentials::random());
        assert_eq!(
            shown,
            "Credentials { app_id: AppId(1), secret_key: SecretKey(…) }"
        );
    }
}
