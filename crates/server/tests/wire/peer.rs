//! A client that speaks frames, and a server to speak to.

use std::collections::VecDeque;
use std::time::Duration;

use bellhop_server::{
    Credentials, Data, RunningServer, Server, ServerConfig, Tuning, user_sig, wall_time,
};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Host {
    pub(crate) server: RunningServer,
    pub(crate) credentials: Credentials,
}

pub(crate) async fn host() -> Host {
    host_with(Data::Memory, Credentials::random(), |_| {}).await
}

pub(crate) async fn host_tuned(tune: impl FnOnce(&mut Tuning)) -> Host {
    host_with(Data::Memory, Credentials::random(), tune).await
}

pub(crate) async fn host_with(
    data: Data,
    credentials: Credentials,
    tune: impl FnOnce(&mut Tuning),
) -> Host {
    let listen = "127.0.0.1:0".parse().unwrap();
    let mut config = ServerConfig::new(listen, data, credentials.clone());
    tune(&mut config.tuning);
    Host {
        server: Server::start(config).await.unwrap(),
        credentials,
    }
}

impl Host {
    pub(crate) fn sig(&self, user: &str) -> String {
        let day = Duration::from_secs(86_400);
        user_sig::sign(&self.credentials, &user.parse().unwrap(), wall_time(), day)
    }

    /// A connection nobody has logged in on.
    pub(crate) async fn stranger(&self) -> Peer {
        let (socket, _) = connect_async(self.server.url()).await.unwrap();
        Peer {
            socket,
            asked: 0,
            events: VecDeque::new(),
        }
    }

    /// A logged-in device, and the result of its login.
    pub(crate) async fn login(&self, user: &str, device: &str) -> (Peer, Value) {
        self.login_knowing(user, device, &[]).await
    }

    pub(crate) async fn login_knowing(
        &self,
        user: &str,
        device: &str,
        known: &[&str],
    ) -> (Peer, Value) {
        self.login_as(user, device, "cli", known).await
    }

    async fn login_as(
        &self,
        user: &str,
        device: &str,
        platform: &str,
        known: &[&str],
    ) -> (Peer, Value) {
        let mut peer = self.stranger().await;
        let params = json!({
            "userID": user, "userSig": self.sig(user), "deviceID": device, "platform": platform,
            "knownInvitations": known,
        });
        let reply = peer.ask("login", params).await;
        (peer, reply["result"].clone())
    }

    /// The push channel of a user's device.
    pub(crate) async fn push_channel(&self, user: &str, device: &str) -> Peer {
        self.login_as(user, device, "push", &[]).await.0
    }

    /// A device of each of these users, all in the group `team`, which the first one owns.
    pub(crate) async fn team<const N: usize>(&self, users: [&str; N]) -> [Peer; N] {
        let mut peers = Vec::new();
        for user in users {
            peers.push(self.device(user, &format!("{user}1")).await);
        }
        let create = json!({"groupID": "team", "name": "Team", "memberList": &users[..]});
        peers[0].get("createGroup", create).await;
        for peer in &mut peers[1..] {
            peer.hears("groupChanged").await;
        }
        let Ok(peers) = peers.try_into() else {
            unreachable!("one for each");
        };
        peers
    }

    pub(crate) async fn device(&self, user: &str, device: &str) -> Peer {
        self.login(user, device).await.0
    }
}

pub(crate) struct Peer {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    asked: u64,
    events: VecDeque<Value>,
}

impl Peer {
    pub(crate) async fn send(&mut self, frame: impl Into<Message>) {
        self.socket.send(frame.into()).await.unwrap();
    }

    /// Sends frames without waiting for the network between them.
    pub(crate) async fn send_all_at_once(&mut self, frames: Vec<Message>) {
        for frame in frames {
            self.socket.feed(frame).await.unwrap();
        }
        self.socket.flush().await.unwrap();
    }

    /// Sends a request without waiting; the number of its reply.
    pub(crate) async fn post(&mut self, method: &str, params: Value) -> u64 {
        self.asked += 1;
        let id = self.asked;
        let call = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.send(call.to_string()).await;
        id
    }

    /// Sends a request; its reply. Events that come before it are kept.
    pub(crate) async fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.post(method, params).await;
        loop {
            let frame = self.frame().await;
            if frame["id"] == json!(id) {
                return frame;
            }
            assert!(frame.get("method").is_some(), "a stray reply: {frame}");
            self.events.push_back(frame);
        }
    }

    /// The result of a request that succeeds.
    pub(crate) async fn get(&mut self, method: &str, params: Value) -> Value {
        let reply = self.ask(method, params).await;
        assert!(reply.get("error").is_none(), "{method}: {reply}");
        reply["result"].clone()
    }

    /// The code and reason of a request that is refused.
    pub(crate) async fn refused(&mut self, method: &str, params: Value) -> (i64, String) {
        refusal(&self.ask(method, params).await)
    }

    /// The next event: its name and its payload.
    pub(crate) async fn event(&mut self) -> (String, Value) {
        let mut event = match self.events.pop_front() {
            Some(event) => event,
            None => self.frame().await,
        };
        let name = event["method"].as_str().unwrap().to_owned();
        (name, event["params"].take())
    }

    /// The payload of the next event, which has this name.
    pub(crate) async fn hears(&mut self, name: &str) -> Value {
        let (heard, payload) = self.event().await;
        assert_eq!(heard, name, "{payload}");
        payload
    }

    /// Whether events came before the last reply.
    pub(crate) fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    /// The names of all events up to this moment.
    pub(crate) async fn heard(&mut self) -> Vec<String> {
        self.ask("getConversationList", json!({})).await;
        let events = std::mem::take(&mut self.events);
        let name = |event: &Value| event["method"].as_str().unwrap().to_owned();
        events.iter().map(name).collect()
    }

    /// The next frame.
    pub(crate) async fn frame(&mut self) -> Value {
        loop {
            match self.next().await {
                Some(Message::Text(text)) => return serde_json::from_str(&text).unwrap(),
                Some(Message::Ping(_) | Message::Pong(_)) => {}
                other => panic!("no text frame but {other:?}"),
            }
        }
    }

    /// The close code and reason of the server; everything before it is thrown away.
    pub(crate) async fn closed(&mut self) -> (u16, String) {
        loop {
            match self.next().await {
                Some(Message::Close(Some(frame))) => {
                    return (frame.code.into(), frame.reason.to_string());
                }
                Some(Message::Text(_) | Message::Ping(_) | Message::Pong(_)) => {}
                other => panic!("no close frame but {other:?}"),
            }
        }
    }

    /// Closes the connection and waits for the server to do so too.
    pub(crate) async fn leave(mut self) {
        self.socket.close(None).await.unwrap();
        while self.next().await.is_some() {}
    }

    async fn next(&mut self) -> Option<Message> {
        let next = tokio::time::timeout(PATIENCE, self.socket.next()).await;
        next.expect("the server says something in time")
            .transpose()
            .expect("the connection holds")
    }
}

/// The code and the reason of a refusal, which says in a sentence what it is (SIGNALING §4).
pub(crate) fn refusal(reply: &Value) -> (i64, String) {
    let error = &reply["error"];
    let code = error["code"].as_i64();
    let code = code.unwrap_or_else(|| panic!("no refusal: {reply}"));
    let sentence = error["message"].as_str().unwrap_or_default();
    assert!(sentence.len() > 10 && sentence.ends_with('.'), "{reply}");
    let reason = error["data"]["reason"].as_str();
    (
        code,
        reason
            .unwrap_or_else(|| panic!("no reason: {reply}"))
            .to_owned(),
    )
}

/// Asks again until it holds.
pub(crate) async fn until<F: Future<Output = bool>>(mut holds: impl FnMut() -> F) {
    let poll = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, poll)
        .await
        .expect("it holds in time");
}
