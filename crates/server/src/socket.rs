//! The one file that knows tungstenite: the opening of a connection, frames in, frames out.

use std::time::Duration;

use bellhop_protocol::rpc;
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{Error, ProtocolError};
use tokio_tungstenite::tungstenite::handshake::machine::TryParse;
use tokio_tungstenite::tungstenite::handshake::server::{Request, create_response, write_response};
use tokio_tungstenite::tungstenite::http::{HeaderValue, Version};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Message};

use crate::ending::Ending;
use crate::gate::Sole;
use crate::wire::{Heard, Wire};

/// The longest request head, in bytes.
const MAX_HEAD: usize = 8 * 1024;
/// How the first line of a request ends, in the version before WebSocket and in WebSocket's own.
const HTTP_10: &[u8] = b" HTTP/1.0\r\n";
const HTTP_11: &[u8] = b" HTTP/1.1\r\n";
/// What is gathered before it is written, in bytes.
const WRITE_BUFFER: usize = 4 * 1024;
/// What waits to be written at most: the longest frame, its head, and what was gathered before.
const MAX_WRITTEN: usize = rpc::MAX_REPLY + 2 * WRITE_BUFFER;
/// How long a closed connection is waited for.
const FAREWELL: Duration = Duration::from_secs(1);

/// The head of an HTTP request, and what came after it.
pub(crate) struct Head {
    request: Request,
    rest: Vec<u8>,
}

/// Why no head could be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HeadError {
    #[error("the connection broke: {0}")]
    Broken(#[from] std::io::Error),
    #[error("the head is over {MAX_HEAD} bytes")]
    TooLong,
    #[error("no HTTP: {0}")]
    Malformed(Box<Error>),
}

impl Head {
    /// The next request's head; nothing when the peer closed before it began one.
    pub(crate) async fn read(stream: &mut TcpStream) -> Result<Option<Self>, HeadError> {
        let mut read = Vec::with_capacity(1024);
        loop {
            let parsed = parse(&read).map_err(|e| HeadError::Malformed(Box::new(e)))?;
            if let Some((length, request)) = parsed {
                let rest = read.split_off(length);
                return Ok(Some(Self { request, rest }));
            }
            if read.len() >= MAX_HEAD {
                return Err(HeadError::TooLong);
            }
            let room = (MAX_HEAD - read.len()) as u64;
            if stream.take(room).read_buf(&mut read).await? == 0 {
                return Ok(None);
            }
        }
    }

    /// The path, without a query.
    pub(crate) fn path(&self) -> &str {
        self.request.uri().path()
    }

    /// Whom it is for, where its first line says so.
    pub(crate) fn authority(&self) -> Option<&str> {
        self.request.uri().authority().map(|it| it.as_str())
    }

    /// A header that it has once at most.
    pub(crate) fn sole(&self, name: &str) -> Sole<'_> {
        let mut values = self.request.headers().get_all(name).iter();
        match (values.next(), values.next()) {
            (None, _) => Sole::Absent,
            (Some(value), None) => value.to_str().map_or(Sole::Unreadable, Sole::Text),
            (Some(_), Some(_)) => Sole::Unreadable,
        }
    }

    /// Whether it has this header at all.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.request.headers().contains_key(name)
    }

    /// The WebSocket subprotocols the client offers.
    pub(crate) fn protocols(&self) -> impl Iterator<Item = &str> {
        let headers = self.request.headers().get_all("Sec-WebSocket-Protocol");
        let texts = headers.iter().filter_map(|value| value.to_str().ok());
        texts.flat_map(|text| text.split(',')).map(str::trim)
    }
}

/// The head that these bytes begin with, and its length; nothing while there is more of it to come.
///
/// Load balancers ask for health in HTTP/1.0, which tungstenite does not read. Its head is written as
/// that of HTTP/1.1 is; as a handshake it stays refused, by its version.
fn parse(read: &[u8]) -> Result<Option<(usize, Request)>, Error> {
    let parsed = Request::try_parse(read);
    let Err(Error::Protocol(ProtocolError::WrongHttpVersion)) = parsed else {
        return parsed;
    };
    let Some(at) = read.windows(HTTP_10.len()).position(|it| it == HTTP_10) else {
        return parsed;
    };
    let head = [&read[..at], HTTP_11, &read[at + HTTP_10.len()..]].concat();
    let mut parsed = Request::try_parse(&head)?;
    if let Some((_, request)) = &mut parsed {
        *request.version_mut() = Version::HTTP_10;
    }
    Ok(parsed)
}

/// A WebSocket connection.
pub(crate) struct Socket {
    stream: WebSocketStream<TcpStream>,
}

impl Socket {
    /// Accepts the upgrade that a head asks for; nothing when it asks for none or a wrong one.
    pub(crate) async fn accept(
        mut stream: TcpStream,
        head: Head,
        protocol: Option<&'static str>,
    ) -> Result<Self, (TcpStream, std::io::Error)> {
        let mut response = match create_response(&head.request) {
            Ok(response) => response,
            Err(e) => return Err((stream, std::io::Error::other(e))),
        };
        if let Some(protocol) = protocol {
            let value = HeaderValue::from_static(protocol);
            response
                .headers_mut()
                .insert("Sec-WebSocket-Protocol", value);
        }
        let mut text = Vec::new();
        if let Err(e) = write_response(&mut text, &response) {
            return Err((stream, std::io::Error::other(e)));
        }
        if let Err(e) = stream.write_all(&text).await {
            return Err((stream, e));
        }
        let config = WebSocketConfig::default()
            .read_buffer_size(4 * 1024)
            .write_buffer_size(WRITE_BUFFER)
            .max_write_buffer_size(MAX_WRITTEN)
            .max_message_size(Some(rpc::MAX_FRAME))
            .max_frame_size(Some(rpc::MAX_FRAME));
        let stream =
            WebSocketStream::from_partially_read(stream, head.rest, Role::Server, Some(config))
                .await;
        Ok(Self { stream })
    }

    async fn send(&mut self, message: Message) -> Result<(), Ending> {
        self.stream
            .send(message)
            .await
            .map_err(|error| ending_of(&error))
    }
}

impl Wire for Socket {
    async fn hear(&mut self) -> Heard {
        match self.stream.next().await {
            Some(Ok(Message::Text(text))) => Heard::Text(text.as_str().to_owned()),
            Some(Ok(Message::Binary(_))) => Heard::End(Ending::Binary),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Heard::Sign,
            Some(Ok(Message::Close(_))) | None => Heard::End(Ending::Gone),
            Some(Err(error)) => Heard::End(ending_of(&error)),
        }
    }

    async fn say(&mut self, frame: String) -> Result<(), Ending> {
        if frame.len() > rpc::MAX_REPLY {
            tracing::error!(bytes = frame.len(), "a reply is too long to be sent");
            return Err(Ending::ReplyTooBig);
        }
        self.send(Message::Text(frame.into())).await
    }

    async fn ping(&mut self) -> Result<(), Ending> {
        self.send(Message::Ping(Bytes::new())).await
    }

    /// What the peer still sends is read and thrown away: an unread byte would reset the connection,
    /// and the reason would be lost with it.
    async fn close(mut self, ending: Ending) {
        let farewell = async {
            match ending.close_frame() {
                Some((code, reason)) => {
                    let frame = CloseFrame {
                        code: code.into(),
                        reason: reason.into(),
                    };
                    self.stream.send(Message::Close(Some(frame))).await?;
                }
                // The answer to the peer's close frame, where there was one.
                None => SinkExt::<Message>::flush(&mut self.stream).await?,
            }
            let stream = self.stream.get_mut();
            stream.shutdown().await?;
            let mut thrown_away = [0; 4096];
            while stream.read(&mut thrown_away).await? > 0 {}
            Ok::<(), Error>(())
        };
        match tokio::time::timeout(FAREWELL, farewell).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "the connection broke before its close"),
            Err(_) => tracing::debug!("the peer did not close"),
        }
    }
}

fn ending_of(error: &Error) -> Ending {
    match error {
        Error::Capacity(_) => Ending::TooBig,
        Error::WriteBufferFull(_) => Ending::TooSlow,
        Error::Utf8(_) => Ending::NotUtf8,
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Ending::Gone,
        Error::Protocol(_) => Ending::Malformed,
        Error::ConnectionClosed
        | Error::AlreadyClosed
        | Error::Io(_)
        | Error::Tls(_)
        | Error::AttackAttempt
        | Error::Url(_)
        | Error::Http(_)
        | Error::HttpFormat(_) => Ending::Gone,
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;
    use tokio_tungstenite::client_async_with_config;

    use super::*;

    async fn pair() -> (Socket, WebSocketStream<TcpStream>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connect = async {
            let stream = TcpStream::connect(address).await.unwrap();
            let config = WebSocketConfig::default()
                .max_message_size(Some(rpc::MAX_REPLY))
                .max_frame_size(Some(rpc::MAX_REPLY));
            let url = format!("ws://{address}/");
            let opened = client_async_with_config(url, stream, Some(config)).await;
            opened.unwrap().0
        };
        let accept = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let head = Head::read(&mut stream).await.unwrap().unwrap();
            Socket::accept(stream, head, None).await.ok().unwrap()
        };
        tokio::join!(accept, connect)
    }

    #[tokio::test]
    async fn the_longest_reply_arrives_and_a_longer_one_ends_the_connection_with_its_reason() {
        let (mut socket, mut peer) = pair().await;
        let longest = "x".repeat(rpc::MAX_REPLY);
        let (said, heard) = tokio::join!(socket.say(longest), peer.next());
        assert_eq!(said, Ok(()));
        assert_eq!(heard.unwrap().unwrap().len(), rpc::MAX_REPLY);

        let ending = socket
            .say("x".repeat(rpc::MAX_REPLY + 1))
            .await
            .unwrap_err();
        assert_eq!(ending, Ending::ReplyTooBig);
        let ((), heard) = tokio::join!(socket.close(ending), peer.next());
        let Some(Ok(Message::Close(Some(frame)))) = heard else {
            panic!("no close frame but {heard:?}");
        };
        let frame = (u16::from(frame.code), frame.reason.to_string());
        assert_eq!(frame, (1011, "the reply is over 16 MiB".to_owned()));
    }
}
