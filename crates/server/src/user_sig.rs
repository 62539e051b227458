//! User signatures of version 2.0: made and checked as PROTOCOL.md says.
//!
//! Pure: the key, the time and the text come in.

use std::io::Read;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bellhop_protocol::{Code, Failure, Reason, Timestamp, UserId};
use flate2::Compression;
use flate2::read::{ZlibDecoder, ZlibEncoder};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::credentials::{Credentials, SecretKey};

/// How long a signature is good for when nothing else is said.
pub const DEFAULT_LIFETIME: Duration = Duration::from_secs(180 * 24 * 60 * 60);
/// How far ahead of the server's clock a signature may be dated.
const MAX_AHEAD: Duration = Duration::from_secs(5 * 60);
/// The longest inflated body, in bytes.
const MAX_BODY: u64 = 4096;

/// Why a signature does not log its user in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// 70001.
    #[error("This user signature has expired. Get a new one.")]
    Expired,
    /// 70003.
    #[error("This user signature is not valid. It must be made with this server's secret key.")]
    Invalid,
    /// 70003: dated ahead.
    #[error("This user signature is dated in the future. Check the clock of whoever made it.")]
    Ahead,
    /// 70013.
    #[error("This user signature is of another user. Ask for one for this userID.")]
    AnotherUser,
    /// 70014.
    #[error("This user signature is of another application. Ask for one for this server's app id.")]
    AnotherApp,
}

impl From<SignatureError> for Failure {
    fn from(error: SignatureError) -> Self {
        let (code, reason) = match error {
            SignatureError::Expired => (Code::SignatureExpired, Reason::SignatureExpired),
            SignatureError::Invalid | SignatureError::Ahead => {
                (Code::SignatureInvalid, Reason::SignatureInvalid)
            }
            SignatureError::AnotherUser => {
                (Code::SignatureOfAnotherUser, Reason::SignatureOfAnotherUser)
            }
            SignatureError::AnotherApp => {
                (Code::SignatureOfAnotherApp, Reason::SignatureOfAnotherApp)
            }
        };
        Self::new(code, reason, error.to_string())
    }
}

#[derive(Serialize, Deserialize)]
struct Body {
    #[serde(rename = "TLS.ver")]
    version: String,
    #[serde(rename = "TLS.identifier")]
    identifier: String,
    #[serde(rename = "TLS.sdkappid")]
    app_id: u64,
    #[serde(rename = "TLS.expire")]
    expire: u64,
    #[serde(rename = "TLS.time")]
    time: u64,
    #[serde(rename = "TLS.userbuf", skip_serializing_if = "Option::is_none")]
    user_buf: Option<String>,
    #[serde(rename = "TLS.sig")]
    sig: String,
}

/// A signature for this user, good from `now` for `lifetime` (in whole seconds).
pub fn sign(
    credentials: &Credentials,
    user: &UserId,
    now: Timestamp,
    lifetime: Duration,
) -> String {
    let mut body = Body {
        version: "2.0".to_owned(),
        identifier: user.as_str().to_owned(),
        app_id: credentials.app_id.get().into(),
        expire: lifetime.as_secs(),
        time: now.as_millis() / 1000,
        user_buf: None,
        sig: String::new(),
    };
    body.sig = STANDARD.encode(body.mac(&credentials.secret_key).finalize().into_bytes());
    let json = serde_json::to_vec(&body).expect("texts and numbers serialize");
    let mut deflated = Vec::new();
    ZlibEncoder::new(&json[..], Compression::default())
        .read_to_end(&mut deflated)
        .expect("reading from memory cannot fail");
    STANDARD
        .encode(deflated)
        .replace('+', "*")
        .replace('/', "-")
        .replace('=', "_")
}

/// Until when this signature proves that somebody is `user`.
///
/// The application and the user are compared before the signature itself, so that the sentence can
/// say what is wrong; all of them must hold.
pub fn check(
    credentials: &Credentials,
    user: &UserId,
    signature: &str,
    now: Timestamp,
) -> Result<Timestamp, SignatureError> {
    let body = Body::read(signature).ok_or(SignatureError::Invalid)?;
    if body.version != "2.0" {
        return Err(SignatureError::Invalid);
    }
    if body.app_id != u64::from(credentials.app_id.get()) {
        return Err(SignatureError::AnotherApp);
    }
    if body.identifier != user.as_str() {
        return Err(SignatureError::AnotherUser);
    }
    let sig = STANDARD
        .decode(&body.sig)
        .map_err(|_| SignatureError::Invalid)?;
    // In constant time.
    body.mac(&credentials.secret_key)
        .verify_slice(&sig)
        .map_err(|_| SignatureError::Invalid)?;
    let made = Timestamp::from_millis(body.time.saturating_mul(1000));
    if made > now.after(MAX_AHEAD) {
        return Err(SignatureError::Ahead);
    }
    let expires = made.after(Duration::from_secs(body.expire));
    if now >= expires {
        return Err(SignatureError::Expired);
    }
    Ok(expires)
}

impl Body {
    fn read(signature: &str) -> Option<Self> {
        let base64 = signature
            .replace('*', "+")
            .replace('-', "/")
            .replace('_', "=");
        let deflated = STANDARD.decode(base64).ok()?;
        let mut json = Vec::new();
        let read = ZlibDecoder::new(&deflated[..])
            .take(MAX_BODY + 1)
            .read_to_end(&mut json)
            .ok()?;
        if read as u64 > MAX_BODY {
            return None;
        }
        serde_json::from_slice(&json).ok()
    }

    fn mac(&self, key: &SecretKey) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any length makes an HMAC key");
        let signed = format!(
            "TLS.identifier:{}\nTLS.sdkappid:{}\nTLS.time:{}\nTLS.expire:{}\n",
            self.identifier, self.app_id, self.time, self.expire
        );
        mac.update(signed.as_bytes());
        if let Some(user_buf) = &self.user_buf {
            mac.update(format!("TLS.userbuf:{user_buf}\n").as_bytes());
        }
        mac
    }
}

#[cfg(test)]
mod tests;
