//! Why a connection is closed, with the close codes of PROTOCOL.md.

/// Why a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The peer closed it, or it broke.
    Gone,
    /// 1000: after `logout`.
    LoggedOut,
    /// 1002: not WebSocket.
    Malformed,
    /// 1003: a binary frame.
    Binary,
    /// 1007: a text frame that is not UTF-8.
    NotUtf8,
    /// 1009: a frame over 80 KiB.
    TooBig,
    /// 1011: a reply that is too long to be sent.
    ReplyTooBig,
    /// 4000: no login in time.
    NoLogin,
    /// 4001: too many unanswered requests.
    TooManyUnanswered,
    /// 4002: another login took its place.
    Kicked,
    /// 4003: events pile up.
    TooSlow,
    /// 4004: nothing heard for too long.
    Silent,
    /// 4005: the server goes down.
    GoingDown,
    /// 4006: the signature of its login has expired.
    SignatureExpired,
    /// 4007: five refused logins.
    TooManyFailedLogins,
}

impl Ending {
    /// The close code and reason; nothing where nobody is left to be told.
    pub fn close_frame(self) -> Option<(u16, &'static str)> {
        match self {
            Self::Gone => None,
            Self::LoggedOut => Some((1000, "logged out")),
            Self::Malformed => Some((1002, "not WebSocket")),
            Self::Binary => Some((1003, "frames must be text")),
            Self::NotUtf8 => Some((1007, "frames must be UTF-8")),
            Self::TooBig => Some((1009, "frames are at most 80 KiB")),
            Self::ReplyTooBig => Some((1011, "the reply is over 16 MiB")),
            Self::NoLogin => Some((4000, "no login")),
            Self::TooManyUnanswered => Some((4001, "too many unanswered requests")),
            Self::Kicked => Some((4002, "kicked")),
            Self::TooSlow => Some((4003, "reading too slowly")),
            Self::Silent => Some((4004, "silent")),
            Self::GoingDown => Some((4005, "server going down")),
            Self::SignatureExpired => Some((4006, "signature expired")),
            Self::TooManyFailedLogins => Some((4007, "too many failed logins")),
        }
    }
}
