//! Links to a call: `bellhop:call/USER`, `tel:NUMBER` and `callto:USER`.
//!
//! Owns their one parser, for the command line, for second starts and for what the system opens. A link
//! comes from any page or program, so it is refused unless every byte of it is understood. It prepares
//! a call and never places one; this file knows nothing of calls.

use std::fmt;
use std::str::FromStr;

use bellhop_protocol::UserId;

use crate::invisible::hides;
use crate::view::MediaType;

/// The longest link that is read, in bytes: a user ID has at most 32, each written as three at most.
const LONGEST: usize = 512;

/// A call that somebody has prepared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// Whom to call.
    pub(crate) user: UserId,
    /// Sound or picture.
    pub(crate) media: MediaType,
}

/// Why something is no link, in a sentence without its full stop. It repeats nothing of the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LinkError {
    #[error("it is longer than {LONGEST} bytes")]
    TooLong,
    #[error("it does not begin with bellhop:, tel: or callto:")]
    Scheme,
    #[error("a bellhop: link has to go on with call/ and a user ID")]
    NotACall,
    #[error("it has a character in it that must be written as % and two hexadecimal digits")]
    Character,
    #[error("a % in it is not followed by two hexadecimal digits")]
    Percent,
    #[error("what it says is not UTF-8")]
    NotUtf8,
    #[error("the user ID in it must be 1 to 32 bytes without control characters")]
    UserId,
    #[error("the user ID in it has characters that cannot be seen")]
    Unseen,
    #[error("the phone number in it must be digits, with a + before them at most")]
    Number,
    #[error("it has a parameter that Bellhop does not know")]
    Parameter,
    #[error("it has to ask for media=audio or media=video, once")]
    Media,
}

impl Link {
    /// The call that a link prepares.
    ///
    /// Unknown parameters of `bellhop:` and `callto:` are refused, because the call would not be what
    /// the link says; those of `tel:` (RFC 3966, §3) are checked and say nothing here.
    pub(crate) fn parse(text: &str) -> Result<Self, LinkError> {
        if text.len() > LONGEST {
            return Err(LinkError::TooLong);
        }
        let (scheme, rest) = text.split_once(':').ok_or(LinkError::Scheme)?;
        match scheme.to_ascii_lowercase().as_str() {
            "bellhop" => bellhop(rest),
            "callto" => callto(rest),
            "tel" => tel(rest),
            _ => Err(LinkError::Scheme),
        }
    }
}

impl FromStr for Link {
    type Err = LinkError;

    fn from_str(text: &str) -> Result<Self, LinkError> {
        Self::parse(text)
    }
}

/// The link that prepares this call, as Bellhop writes it.
impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bellhop:call/")?;
        for byte in self.user.as_str().bytes() {
            match byte {
                byte if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                    write!(f, "{}", char::from(byte))?;
                }
                byte => write!(f, "%{byte:02X}")?,
            }
        }
        match self.media {
            MediaType::Audio => Ok(()),
            MediaType::Video => f.write_str("?media=video"),
        }
    }
}

fn bellhop(rest: &str) -> Result<Link, LinkError> {
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let rest = rest.strip_prefix("call/").ok_or(LinkError::NotACall)?;
    let (user, media) = match rest.split_once('?') {
        Some((user, query)) => (user, media(query)?),
        None => (rest, MediaType::Audio),
    };
    let user = user_id(user)?;
    Ok(Link { user, media })
}

fn media(query: &str) -> Result<MediaType, LinkError> {
    match query {
        "media=audio" => Ok(MediaType::Audio),
        "media=video" => Ok(MediaType::Video),
        other if other.starts_with("media=") => Err(LinkError::Media),
        _ => Err(LinkError::Parameter),
    }
}

fn callto(rest: &str) -> Result<Link, LinkError> {
    let user = rest.strip_prefix("//").unwrap_or(rest);
    if user.contains('?') {
        return Err(LinkError::Parameter);
    }
    Ok(Link {
        user: user_id(user)?,
        media: MediaType::Audio,
    })
}

/// A number of RFC 3966, global or local; `phone-context` is not asked for, because hardly any link
/// that people write has it. A space is a separator too: browsers write it as %20.
fn tel(rest: &str) -> Result<Link, LinkError> {
    let (subscriber, parameters) = match rest.split_once(';') {
        Some((subscriber, parameters)) => (subscriber, Some(parameters)),
        None => (rest, None),
    };
    if let Some(parameters) = parameters {
        parameters.split(';').try_for_each(tel_parameter)?;
    }
    let mut number = decoded(subscriber)?;
    number.retain(|c| !matches!(c, '-' | '.' | '(' | ')' | ' '));
    let digits = number.strip_prefix('+').unwrap_or(&number);
    let is_dialled = |c: char| c.is_ascii_digit() || matches!(c, '*' | '#');
    if !digits.chars().any(|c| c.is_ascii_digit()) || !digits.chars().all(is_dialled) {
        return Err(LinkError::Number);
    }
    Ok(Link {
        user: number.parse().map_err(|_| LinkError::Number)?,
        media: MediaType::Audio,
    })
}

/// `name` or `name=value` with the characters of RFC 3966, §3.
fn tel_parameter(parameter: &str) -> Result<(), LinkError> {
    let (name, value) = match parameter.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (parameter, None),
    };
    let is_of_names = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let has_value = value.is_none_or(|value| !value.is_empty());
    if name.is_empty() || !name.bytes().all(is_of_names) || !has_value {
        return Err(LinkError::Parameter);
    }
    decoded(value.unwrap_or_default()).map(drop)
}

fn user_id(encoded: &str) -> Result<UserId, LinkError> {
    let user: UserId = decoded(encoded)?.parse().map_err(|_| LinkError::UserId)?;
    let text = user.as_str();
    if text.trim() != text || text.chars().any(is_unseen) {
        return Err(LinkError::Unseen);
    }
    Ok(user)
}

/// Names are written with joiners and with what chooses between text and emoji. An ID with one of them is
/// another that looks the same, so none of them is taken from a link.
fn is_unseen(c: char) -> bool {
    hides(c) || matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE0E}' | '\u{FE0F}')
}

/// What a component of a URI says (RFC 3986, §2): nothing stands for itself in it but what may.
fn decoded(encoded: &str) -> Result<String, LinkError> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => match (rest.next().and_then(hex), rest.next().and_then(hex)) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return Err(LinkError::Percent),
            },
            byte if stands_for_itself(byte) => byte,
            _ => return Err(LinkError::Character),
        });
    }
    String::from_utf8(bytes).map_err(|_| LinkError::NotUtf8)
}

fn stands_for_itself(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,=:@".contains(&byte)
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests;
