//! Where a web page came from, as a browser says it.

use std::str::FromStr;

use super::authority::{Authority, Name};

/// Where a web page came from: a scheme, a host and a port, as `https://example.org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// In lower case.
    scheme: String,
    name: Name,
    /// The scheme's own where none is said; none where the scheme has none.
    port: Option<u16>,
}

/// What is no origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an origin is a scheme, a host and perhaps a port, as https://example.org:8443, and no path"
)]
pub struct InvalidOrigin;

impl FromStr for Origin {
    type Err = InvalidOrigin;

    /// `null`, which pages of no origin send, is none: it would be anybody's.
    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let (scheme, authority) = text.split_once("://").ok_or(InvalidOrigin)?;
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
        if !scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            || !scheme.bytes().all(is_part)
        {
            return Err(InvalidOrigin);
        }
        let Authority { name, port } = authority.parse().map_err(|_| InvalidOrigin)?;
        let scheme = scheme.to_ascii_lowercase();
        let port = port.or_else(|| default_port(&scheme));
        Ok(Self { scheme, name, port })
    }
}

impl Origin {
    /// Whether the page came from that host; of which scheme, a server behind a proxy cannot know.
    pub(super) fn is_of(&self, host: &Authority) -> bool {
        let port = host.port.or_else(|| default_port(&self.scheme));
        self.name == host.name && self.port.is_some() && self.port == port
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        _ => None,
    }
}
