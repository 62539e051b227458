//! What a client is started with, parsed once.

use std::fmt;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;

use bellhop_protocol::{Code, DeviceId, Failure, Platform, Reason, UserId, rpc};

use crate::socket::Uri;

/// Who connects, to where, and on what.
#[derive(Clone, Debug)]
pub struct Config {
    /// The server.
    pub url: ServerUrl,
    /// The user.
    pub user: UserId,
    /// The device: the same at every start on the same machine and profile, another one elsewhere.
    pub device: DeviceId,
    /// The kind of device, such as `linux` or `cli`.
    pub platform: Platform,
    /// Where the user signature comes from.
    pub user_sig: UserSig,
}

/// The address of a server: `ws://HOST[:PORT]` or `wss://HOST[:PORT]`, with or without a path.
///
/// Without a path it is that of PROTOCOL.md, `/v1/signaling`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerUrl(Uri);

/// Why a text is no address of a server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no server address: it must look like ws://host:port or wss://host")]
pub struct InvalidServerUrl(String);

impl ServerUrl {
    /// The address to connect to.
    pub(crate) fn uri(&self) -> &Uri {
        &self.0
    }
}

impl FromStr for ServerUrl {
    type Err = InvalidServerUrl;

    fn from_str(text: &str) -> Result<Self, InvalidServerUrl> {
        let invalid = || InvalidServerUrl(text.to_owned());
        let uri: Uri = text.trim().parse().map_err(|_| invalid())?;
        let is_websocket = matches!(uri.scheme_str(), Some("ws" | "wss"));
        let has_host = uri.host().is_some_and(|host| !host.is_empty());
        if !is_websocket || !has_host {
            return Err(invalid());
        }
        if uri.path() != "/" && !uri.path().is_empty() {
            return Ok(Self(uri));
        }
        let mut parts = uri.into_parts();
        parts.path_and_query = Some(rpc::PATH.parse().expect("the endpoint's path is a path"));
        Uri::from_parts(parts).map(Self).map_err(|_| invalid())
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

type Renewal = Pin<Box<dyn Future<Output = Result<String, Failure>> + Send>>;

/// Where the user signature comes from.
#[derive(Clone)]
pub enum UserSig {
    /// This one. When it expires, the client stops with 6206.
    Fixed(String),
    /// Asked for at the start, and again whenever the server says that it has expired. A failure
    /// stops the client with it.
    Renewed(Arc<dyn Fn() -> Renewal + Send + Sync>),
}

impl UserSig {
    /// A source that is asked for each signature.
    pub fn renewed<F, S>(source: F) -> Self
    where
        F: Fn() -> S + Send + Sync + 'static,
        S: Future<Output = Result<String, Failure>> + Send + 'static,
    {
        Self::Renewed(Arc::new(move || Box::pin(source())))
    }

    /// The signature to start with, where no one needs to be asked.
    pub(crate) fn first(&self) -> Option<String> {
        match self {
            Self::Fixed(signature) => Some(signature.clone()),
            Self::Renewed(_) => None,
        }
    }

    /// Asks for the next signature.
    pub(crate) fn renew(&self) -> Renewal {
        match self {
            Self::Fixed(_) => Box::pin(std::future::ready(Err(Failure::new(
                Code::SignatureExpiredAtClient,
                Reason::SignatureExpired,
                "The sign-in has expired. Sign in again.",
            )))),
            Self::Renewed(source) => source(),
        }
    }
}

impl From<String> for UserSig {
    fn from(signature: String) -> Self {
        Self::Fixed(signature)
    }
}

impl From<&str> for UserSig {
    fn from(signature: &str) -> Self {
        Self::Fixed(signature.to_owned())
    }
}

impl fmt::Debug for UserSig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(_) => f.write_str("Fixed(…)"),
            Self::Renewed(_) => f.write_str("Renewed(…)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_a_path_gets_that_of_the_endpoint() {
        let url = |text: &str| text.parse::<ServerUrl>().unwrap().to_string();
        assert_eq!(
            url("ws://127.0.0.1:7700"),
            "ws://127.0.0.1:7700/v1/signaling"
        );
        assert_eq!(
            url("wss://call.example/"),
            "wss://call.example/v1/signaling"
        );
        assert_eq!(url("ws://[::1]:7700/other"), "ws://[::1]:7700/other");
    }

    #[test]
    fn what_is_no_websocket_address_is_refused() {
        for text in [
            "",
            "127.0.0.1:7700",
            "http://a",
            "ws://",
            "ws:/a",
            "hello there",
        ] {
            assert!(text.parse::<ServerUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_signature_never_shows_in_a_log() {
        assert_eq!(format!("{:?}", UserSig::from("secret")), "Fixed(…)");
    }
}
