//! Whom a request lets in by its `Host` and its `Origin`.
//!
//! Pure; knows no socket. Any web page can have its reader's browser open a connection to any address,
//! and give that address a name of its own (DNS rebinding). What it cannot do is choose these headers:
//! the browser sets them, and other programs send no `Origin`.

mod authority;
mod origin;

use std::net::{IpAddr, SocketAddr};

pub use authority::{Authority, InvalidAuthority};
pub use origin::{InvalidOrigin, Origin};

use authority::Name;

/// A header that a request has once at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sole<'a> {
    /// It is not there.
    Absent,
    /// It is there once.
    Text(&'a str),
    /// It is there several times, or not in ASCII.
    Unreadable,
}

/// Why a request is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Barred {
    /// It does not say in one readable `Host` whom it is for.
    NoHost,
    /// It is for a host that this server is not.
    AnotherHost,
    /// It is of a web page that may not connect.
    ForeignPage,
}

/// Whom a server lets in.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    listens: SocketAddr,
    hosts: Vec<Authority>,
    origins: Vec<Origin>,
}

impl Gate {
    /// The gate of a server that listens there, answers to these hosts besides, and lets in the web
    /// pages of these origins.
    pub(crate) fn new(listens: SocketAddr, hosts: Vec<Authority>, origins: Vec<Origin>) -> Self {
        Self {
            listens,
            hosts,
            origins,
        }
    }

    /// Whether a request with these headers is let in.
    pub(crate) fn admit(&self, host: Sole<'_>, origin: Sole<'_>) -> Result<(), Barred> {
        let Sole::Text(host) = host else {
            return Err(Barred::NoHost);
        };
        let host: Authority = host.parse().map_err(|_| Barred::NoHost)?;
        if !self.answers_to(&host) {
            return Err(Barred::AnotherHost);
        }
        match origin {
            Sole::Absent => Ok(()),
            Sole::Text(origin) if self.is_welcome(origin, &host) => Ok(()),
            Sole::Text(_) | Sole::Unreadable => Err(Barred::ForeignPage),
        }
    }

    /// On loopback a server is this machine and its port; elsewhere it does not know what it is called,
    /// until it is told. No name can be made to lead to an address by another spelling of the address.
    fn answers_to(&self, host: &Authority) -> bool {
        if self.is_named(host) {
            return true;
        }
        if self.listens.ip().is_loopback() {
            return is_loopback(host) && host.port_or(80) == self.listens.port();
        }
        self.hosts.is_empty() || host.address().is_some()
    }

    /// A page's origin is allowed by name, or the page came from the host that it asks: one that was
    /// named, or an address, which no site can make its own. Loopback's own names say nothing of
    /// where a page came from, for the server there has no pages.
    fn is_welcome(&self, origin: &str, host: &Authority) -> bool {
        let Ok(origin) = origin.parse::<Origin>() else {
            return false;
        };
        let is_elsewhere = !self.listens.ip().is_loopback();
        let knows_itself = self.is_named(host) || is_elsewhere && host.address().is_some();
        self.origins.contains(&origin) || knows_itself && origin.is_of(host)
    }

    fn is_named(&self, host: &Authority) -> bool {
        self.hosts.iter().any(|allowed| allowed.covers(host))
    }
}

fn is_loopback(host: &Authority) -> bool {
    match &host.name {
        Name::Address(address) => address.is_loopback(),
        Name::Domain(domain) => domain == "localhost",
    }
}

impl Authority {
    fn address(&self) -> Option<IpAddr> {
        match &self.name {
            Name::Address(address) => Some(*address),
            Name::Domain(_) => None,
        }
    }

    fn port_or(&self, default: u16) -> u16 {
        self.port.unwrap_or(default)
    }

    /// Whether what is allowed by this includes that host; without a port, it is allowed on any.
    fn covers(&self, host: &Self) -> bool {
        self.name == host.name && (self.port.is_none() || self.port == host.port)
    }
}

#[cfg(test)]
mod tests;
