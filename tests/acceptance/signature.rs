//! User signatures as docs/PROTOCOL.md describes them, good ones and bad ones.

use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

/// The application that the tests' servers serve.
pub(crate) const APP_ID: u32 = 1_400_000_001;
/// The secret that the tests' servers check signatures with.
pub(crate) const SECRET: &str = "b3f1c1d1a0a94a5f9d0a6a4f2a3f7f4c61f9f1d8f7c04b0e9b7f8f2f6f0d3c11";

/// What a signature says, before it is signed.
#[derive(Clone, Debug)]
pub(crate) struct Claims {
    /// Whose it is.
    pub(crate) user: String,
    /// Of which application.
    pub(crate) app_id: u32,
    /// When it was made, in seconds since 1970.
    pub(crate) time: u64,
    /// How many seconds it is good for.
    pub(crate) expire: u64,
    /// With what it is signed.
    pub(crate) secret: String,
}

/// What a good signature of this user's says.
pub(crate) fn claims(user: &str) -> Claims {
    Claims {
        user: user.to_owned(),
        app_id: APP_ID,
        time: seconds_now(),
        expire: 86_400,
        secret: SECRET.to_owned(),
    }
}

/// Seconds since 1970.
pub(crate) fn seconds_now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("the clock is past 1970").as_secs()
}

impl Claims {
    /// The signature.
    pub(crate) fn sign(&self) -> String {
        let signed = format!(
            "TLS.identifier:{}\nTLS.sdkappid:{}\nTLS.time:{}\nTLS.expire:{}\n",
            self.user, self.app_id, self.time, self.expire
        );
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).unwrap();
        mac.update(signed.as_bytes());
        let body = json!({
            "TLS.ver": "2.0",
            "TLS.identifier": self.user,
            "TLS.sdkappid": self.app_id,
            "TLS.expire": self.expire,
            "TLS.time": self.time,
            "TLS.sig": STANDARD.encode(mac.finalize().into_bytes()),
        });
        packed(body.to_string().as_bytes())
    }
}

/// Bytes as they travel: deflated, and in the base64 of signatures.
pub(crate) fn packed(bytes: &[u8]) -> String {
    let mut deflated = ZlibEncoder::new(Vec::new(), Compression::default());
    deflated.write_all(bytes).unwrap();
    let base64 = STANDARD.encode(deflated.finish().unwrap());
    base64.replace('+', "*").replace('/', "-").replace('=', "_")
}
