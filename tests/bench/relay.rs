//! The road between the app and its server, which notes the moment at which it hands the app some news.

use std::time::Instant;

use bellhop_protocol::{InviteId, rpc};
use futures_util::{SinkExt, StreamExt, future};
use serde::Deserialize;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::ClientRequestBuilder;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async, connect_async_with_config};

use crate::harness::until::PATIENCE;

/// How much news may lie unread.
const NEWS: usize = 256;

/// Something that the app was handed.
#[derive(Clone, Debug)]
pub(crate) struct Handed {
    /// The moment just before it was.
    at: Instant,
    said: Said,
}

/// As much of a frame as tells what it is.
#[derive(Clone, Debug, Deserialize)]
struct Said {
    /// The event's name; a reply has none.
    method: Option<String>,
    #[serde(default)]
    params: Params,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Params {
    #[serde(rename = "inviteID")]
    invite_id: Option<String>,
}

/// A running relay.
pub(crate) struct Relay {
    /// Where the app is to connect to.
    pub(crate) url: String,
    handed: broadcast::Sender<Handed>,
}

/// What the app is handed from some moment on.
pub(crate) struct News(broadcast::Receiver<Handed>);

impl Relay {
    /// Starts one that leads to this server.
    pub(crate) async fn start(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("there is a free port");
        let address = listener.local_addr().expect("it is bound");
        let (handed, _) = broadcast::channel(NEWS);
        let told = handed.clone();
        tokio::spawn(async move {
            while let Ok((app, _)) = listener.accept().await {
                tokio::spawn(connect(app, server.clone(), told.clone()));
            }
        });
        let url = format!("ws://{address}{}", rpc::PATH);
        Self { url, handed }
    }

    /// Everything that the app is handed from now on.
    pub(crate) fn news(&self) -> News {
        News(self.handed.subscribe())
    }
}

impl News {
    /// Waits until the app is handed the reply to its login, which is the first it is handed.
    pub(crate) async fn login(&mut self) {
        self.until("the reply to a login", |said| said.method.is_none())
            .await;
    }

    /// Waits until the app is handed this event of an invitation, and tells when.
    pub(crate) async fn event(&mut self, method: &str, invite_id: &InviteId) -> Instant {
        let invite_id = Some(invite_id.as_str());
        self.until(method, |said| {
            said.method.as_deref() == Some(method) && said.params.invite_id.as_deref() == invite_id
        })
        .await
    }

    async fn until(&mut self, what: &str, is_it: impl Fn(&Said) -> bool) -> Instant {
        let found = async {
            loop {
                let handed = self.0.recv().await.expect("the relay keeps up");
                if is_it(&handed.said) {
                    return handed.at;
                }
            }
        };
        let found = timeout(PATIENCE, found).await;
        found.unwrap_or_else(|_| panic!("the app was never handed {what}"))
    }
}

/// Leads one connection of the app to the server, until either end closes it.
async fn connect(app: TcpStream, server: String, handed: broadcast::Sender<Handed>) {
    app.set_nodelay(true).expect("it is a TCP connection");
    let app = accept_hdr_async(app, speaks_as_asked).await;
    let app = app.expect("the app speaks WebSocket");
    let server = server.parse().expect("a server's address");
    let request = ClientRequestBuilder::new(server).with_sub_protocol(rpc::SUBPROTOCOL);
    let connected = connect_async_with_config(request, None, true).await;
    let (server, _) = connected.expect("the server listens");
    pass(app, server, handed).await;
}

#[expect(clippy::result_large_err, reason = "as tungstenite has it")]
fn speaks_as_asked(
    _: &Request,
    mut response: Response,
) -> Result<Response, tokio_tungstenite::tungstenite::handshake::server::ErrorResponse> {
    let protocol = rpc::SUBPROTOCOL.parse().expect("it is a header's value");
    response
        .headers_mut()
        .insert("sec-websocket-protocol", protocol);
    Ok(response)
}

async fn pass<S>(
    app: WebSocketStream<TcpStream>,
    server: WebSocketStream<S>,
    handed: broadcast::Sender<Handed>,
) where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let (mut to_app, from_app) = app.split();
    let (to_server, mut from_server) = server.split();
    let up = from_app
        .filter(|frame| future::ready(frame.as_ref().is_ok_and(is_content)))
        .forward(to_server);
    let down = async {
        while let Some(Ok(frame)) = from_server.next().await {
            if !is_content(&frame) {
                continue;
            }
            let said = frame.to_text().ok().map(serde_json::from_str::<Said>);
            let at = Instant::now();
            if to_app.send(frame).await.is_err() {
                return;
            }
            if let Some(Ok(said)) = said {
                // Nobody may be waiting for any.
                handed.send(Handed { at, said }).ok();
            }
        }
    };
    // Whichever end closes first; the other one hears of it when both are dropped.
    tokio::select! {
        _ = up => {}
        () = down => {}
    }
}

/// Whether a frame is to be passed on; each end answers pings itself.
fn is_content(frame: &Message) -> bool {
    matches!(
        frame,
        Message::Text(_) | Message::Binary(_) | Message::Close(_)
    )
}
