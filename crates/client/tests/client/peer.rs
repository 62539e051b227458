//! A server of a few lines: it says what the test tells it to.

use std::time::Duration;

use bellhop_client::protocol::request::LoggedIn;
use bellhop_client::protocol::{Event, Failure, Invitation, Timestamp, UserId, rpc};
use bellhop_client::{Client, ClientEvent, Config, Connection, Events, UserSig};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(20);

/// Waits for something that must come.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(LONG, future).await {
        Ok(output) => output,
        Err(_) => panic!("{what} never came"),
    }
}

/// A listening server.
pub(crate) struct Peer {
    listener: TcpListener,
}

impl Peer {
    pub(crate) async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { listener }
    }

    /// How Bob connects to it.
    pub(crate) fn config(&self) -> Config {
        Config {
            url: format!("ws://{}", self.listener.local_addr().unwrap())
                .parse()
                .unwrap(),
            user: user("bob"),
            device: "phone".parse().unwrap(),
            platform: "linux".parse().unwrap(),
            user_sig: UserSig::from("sig"),
        }
    }

    /// The next connection.
    #[allow(
        clippy::result_large_err,
        reason = "the callback's type is tungstenite's"
    )]
    pub(crate) async fn accept(&self) -> Line {
        let (stream, _) = soon("a connection", self.listener.accept()).await.unwrap();
        let choose = |request: &Request, mut response: Response| {
            assert_eq!(request.uri().path(), rpc::PATH);
            let offered = request.headers()["sec-websocket-protocol"].clone();
            assert_eq!(offered, rpc::SUBPROTOCOL);
            let headers = response.headers_mut();
            headers.insert("sec-websocket-protocol", offered);
            Ok(response)
        };
        let socket = tokio_tungstenite::accept_hdr_async(stream, choose).await;
        Line {
            socket: socket.unwrap(),
        }
    }

    /// The next connection, logged in with an empty snapshot.
    pub(crate) async fn log_in(&self) -> Line {
        self.log_in_with(&nothing()).await
    }

    /// The next connection, logged in with this snapshot.
    pub(crate) async fn log_in_with(&self, snapshot: &LoggedIn) -> Line {
        let mut line = self.accept().await;
        let login = line.request("login").await;
        line.reply(&login, Ok(serde_json::to_value(snapshot).unwrap()))
            .await;
        line
    }
}

/// One connection, seen from the server.
pub(crate) struct Line {
    socket: WebSocketStream<TcpStream>,
}

impl Line {
    /// The next request, whatever it is; nothing when the client has hung up.
    pub(crate) async fn any_request(&mut self) -> Option<rpc::Call> {
        loop {
            match soon("a request", self.socket.next()).await {
                Some(Ok(Message::Text(frame))) => {
                    return Some(rpc::decode_call(frame.as_str()).unwrap());
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next request, which must be this one.
    pub(crate) async fn request(&mut self, method: &str) -> rpc::Call {
        let call = self.any_request().await.expect("the client hung up");
        assert_eq!(call.method, method);
        call
    }

    pub(crate) async fn reply(&mut self, call: &rpc::Call, outcome: Result<Value, Failure>) {
        let id = call.id.clone().unwrap();
        self.send(rpc::encode_reply(&id, &outcome)).await;
    }

    /// Answers whatever comes, until the client asks this.
    pub(crate) async fn serve_until(&mut self, method: &str) -> rpc::Call {
        loop {
            let call = self.any_request().await.expect("the client hung up");
            if call.method == method {
                return call;
            }
            let named = call.params["inviteID"].clone();
            self.reply(&call, Ok(json!({"inviteID": named}))).await;
        }
    }

    pub(crate) async fn event(&mut self, event: &Event) {
        self.send(rpc::encode_event(event)).await;
    }

    pub(crate) async fn close(mut self, code: u16) {
        let frame = CloseFrame {
            code: code.into(),
            reason: "by the test".into(),
        };
        self.socket.close(Some(frame)).await.unwrap();
        while let Some(Ok(_)) = self.socket.next().await {}
    }

    async fn send(&mut self, frame: String) {
        soon("room for a frame", self.socket.send(Message::text(frame)))
            .await
            .unwrap();
    }
}

/// Bob, online.
pub(crate) async fn online(peer: &Peer) -> (Client, Events, Line) {
    let (client, mut events) = Client::start(peer.config());
    let line = peer.log_in().await;
    until_online(&mut events).await;
    (client, events, line)
}

/// Waits until the connection is online.
pub(crate) async fn until_online(events: &mut Events) {
    loop {
        let event = soon("the login", events.next()).await.unwrap();
        if matches!(event, ClientEvent::Connection(Connection::Online { .. })) {
            return;
        }
    }
}

pub(crate) fn user(name: &str) -> UserId {
    name.parse().unwrap()
}

pub(crate) fn nothing() -> LoggedIn {
    LoggedIn {
        user: user("bob"),
        server_time: Timestamp::from_millis(5),
        grace_ms: 15_000,
        invitations: Vec::new(),
        ended: Vec::new(),
        calls: Vec::new(),
        unread_total: 0,
    }
}

/// Ann's invitation to Bob.
pub(crate) fn ring(name: &str) -> Invitation {
    serde_json::from_value(json!({
        "inviteID": name, "rev": 1, "callID": name, "inviter": "ann", "groupID": "",
        "inviteeList": ["bob"], "data": "", "timeout": 30, "onlineUserOnly": false,
        "remainingMs": 30_000, "state": "live",
        "invitees": [{"userID": "bob", "state": "pending"}],
    }))
    .unwrap()
}

pub(crate) fn new(invitation: &Invitation) -> Event {
    Event::NewInvitationReceived(Box::new(invitation.clone()))
}

/// Ann's invitation is cancelled.
pub(crate) fn cancelled(name: &str) -> Event {
    serde_json::from_value(json!({"method": "invitationCancelled", "params": {
        "inviteID": name, "rev": 2, "inviter": "ann", "groupID": "",
        "inviteeList": ["bob"], "data": "",
    }}))
    .unwrap()
}

/// The call that Ann's invitation began is over.
pub(crate) fn over(name: &str) -> Event {
    serde_json::from_value(json!({"method": "callEnded", "params": {
        "callID": name, "inviteID": name, "userID": "ann", "durationMs": 5,
        "reason": "hangUp", "over": true,
    }}))
    .unwrap()
}
