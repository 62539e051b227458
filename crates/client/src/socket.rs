//! The WebSocket: the only file that knows tungstenite.
//!
//! Moves frames; it must not know what they say.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bellhop_protocol::rpc;
use futures_util::{Sink, Stream};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::client::ClientRequestBuilder;
use tokio_tungstenite::tungstenite::error::Error;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message, WebSocketConfig};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

pub(crate) use tokio_tungstenite::tungstenite::http::Uri;

/// What is read at a time.
const READ_BUFFER: usize = 4 * 1024;
/// What is gathered before it is written.
const WRITE_BUFFER: usize = 4 * 1024;
/// A server pings every 20 s: one that is silent for this long is gone.
const LONGEST_SILENCE: Duration = Duration::from_secs(50);
/// How long a farewell may take.
const FAREWELL: Duration = Duration::from_secs(1);

/// An open connection.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    outgoing: VecDeque<Message>,
    is_flushed: bool,
    heard: Instant,
}

/// What comes out of a connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Received {
    /// A frame of text.
    Frame(String),
    /// Nothing more: it was closed, or failed.
    Lost {
        /// The close code, if there was one.
        code: Option<u16>,
        /// What happened, for people.
        cause: String,
    },
}

impl Socket {
    /// Opens a connection; fails with a cause for people.
    pub(crate) async fn open(uri: Uri) -> Result<Box<Self>, String> {
        if uri.scheme_str() == Some("wss") {
            // A process that chose its cryptography before keeps it.
            rustls::crypto::ring::default_provider()
                .install_default()
                .ok();
        }
        let request = ClientRequestBuilder::new(uri).with_sub_protocol(rpc::SUBPROTOCOL);
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(WRITE_BUFFER)
            .max_message_size(Some(rpc::MAX_REPLY))
            .max_frame_size(Some(rpc::MAX_REPLY));
        let (stream, _) = connect_async_with_config(request, Some(config), true)
            .await
            .map_err(|e| e.to_string())?;
        Ok(Box::new(Self {
            stream,
            outgoing: VecDeque::new(),
            is_flushed: true,
            heard: Instant::now(),
        }))
    }

    /// Sends a frame, in order, as [`Socket::drive`] finds time.
    pub(crate) fn send(&mut self, frame: String) {
        self.outgoing.push_back(Message::text(frame));
    }

    /// Whether the server has been silent for so long that it must be gone.
    pub(crate) fn is_silent(&self) -> bool {
        self.heard.elapsed() >= LONGEST_SILENCE
    }

    /// Takes the silence until now as excused, as when nobody was reading.
    pub(crate) fn excuse_silence(&mut self) {
        self.heard = Instant::now();
    }

    /// Writes what is to be sent and, if `reads` is set, waits for what comes. Dropping the future
    /// loses nothing.
    pub(crate) async fn drive(&mut self, reads: bool) -> Received {
        poll_fn(|cx| {
            if let Poll::Ready(Err(e)) = self.poll_write(cx) {
                return Poll::Ready(Received::from(e));
            }
            if !reads {
                return Poll::Pending;
            }
            self.poll_read(cx)
        })
        .await
    }

    /// Sends what is left, says farewell and closes, within a second.
    pub(crate) async fn close(mut self) {
        let farewell = async {
            poll_fn(|cx| self.poll_write(cx)).await?;
            self.stream.close(None).await
        };
        match tokio::time::timeout(FAREWELL, farewell).await {
            Ok(Ok(())) => {}
            Ok(Err(e)) => tracing::debug!(error = %e, "closing failed"),
            Err(_) => tracing::debug!("closing took too long"),
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        while !self.outgoing.is_empty() {
            std::task::ready!(Pin::new(&mut self.stream).poll_ready(cx))?;
            let message = self.outgoing.pop_front().expect("it is not empty");
            self.is_flushed = false;
            Pin::new(&mut self.stream).start_send(message)?;
        }
        if !self.is_flushed {
            std::task::ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
            self.is_flushed = true;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Received> {
        loop {
            let next = std::task::ready!(Pin::new(&mut self.stream).poll_next(cx));
            self.heard = Instant::now();
            match next {
                Some(Ok(Message::Text(text))) => {
                    return Poll::Ready(Received::Frame(text.as_str().to_owned()));
                }
                Some(Ok(Message::Close(frame))) => return Poll::Ready(Received::closed(frame)),
                // Answered by tungstenite itself; a server of this protocol sends no binary frames.
                Some(Ok(
                    Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_),
                )) => {}
                Some(Err(e)) => return Poll::Ready(Received::from(e)),
                None => return Poll::Ready(Received::closed(None)),
            }
        }
    }
}

impl Received {
    fn closed(frame: Option<CloseFrame>) -> Self {
        match frame {
            Some(frame) => Self::Lost {
                code: Some(frame.code.into()),
                cause: format!("the server closed it: {}", frame.reason.as_str()),
            },
            None => Self::Lost {
                code: None,
                cause: "the server closed it".to_owned(),
            },
        }
    }
}

impl From<Error> for Received {
    fn from(error: Error) -> Self {
        Self::Lost {
            code: None,
            cause: error.to_string(),
        }
    }
}
