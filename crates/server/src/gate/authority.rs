//! A host and perhaps a port, as they stand in a `Host` header and in an origin.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A host and perhaps a port: `example.org`, `127.0.0.1:7700`, `[::1]:7700`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    pub(super) name: Name,
    pub(super) port: Option<u16>,
}

/// What a host is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// By its address.
    Address(IpAddr),
    /// By a name, in lower case; one with a dot at its end is another.
    Domain(String),
}

/// What is no host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a host is a name or an address and perhaps a port, as example.org, 10.0.0.5:7700 or [::1]"
)]
pub struct InvalidAuthority;

/// The longest name, in bytes.
const MAX_DOMAIN: usize = 253;

impl FromStr for Authority {
    type Err = InvalidAuthority;

    fn from_str(text: &str) -> Result<Self, InvalidAuthority> {
        let (name, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (address, port) = rest.split_once(']').ok_or(InvalidAuthority)?;
                let address: Ipv6Addr = address.parse().map_err(|_| InvalidAuthority)?;
                let port = match port.strip_prefix(':') {
                    Some(port) => Some(port),
                    None if port.is_empty() => None,
                    None => return Err(InvalidAuthority),
                };
                (Name::Address(address.into()), port)
            }
            None => match text.split_once(':') {
                Some((name, port)) => (Name::read(name)?, Some(port)),
                None => (Name::read(text)?, None),
            },
        };
        let port = port.map(read_port).transpose()?;
        Ok(Self { name, port })
    }
}

impl Name {
    fn read(text: &str) -> Result<Self, InvalidAuthority> {
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return Ok(Self::Address(address.into()));
        }
        let labels = text.strip_suffix('.').unwrap_or(text);
        let is_name = text.len() <= MAX_DOMAIN && labels.split('.').all(is_label);
        // What ends in a number is an address in another spelling, as `127.1` or `0x7f000001`.
        let last = labels.rsplit('.').next().unwrap_or_default();
        if !is_name || is_number(last) {
            return Err(InvalidAuthority);
        }
        Ok(Self::Domain(text.to_ascii_lowercase()))
    }
}

fn is_label(label: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !label.is_empty() && label.bytes().all(is_part)
}

fn is_number(label: &str) -> bool {
    let hexadecimal = label
        .strip_prefix("0x")
        .or_else(|| label.strip_prefix("0X"));
    match hexadecimal {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => label.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

fn read_port(text: &str) -> Result<u16, InvalidAuthority> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    let port = text.parse().ok().filter(|_| is_plain);
    port.ok_or(InvalidAuthority)
}
