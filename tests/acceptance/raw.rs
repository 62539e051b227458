//! A client of our own, as small as it can be: JSON over a WebSocket, by docs/PROTOCOL.md alone.
//!
//! Knows no type of the protocol crate, so that a name spelled wrongly there is found here.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long anything may take that is bound to happen, on a machine that is busy with other tests.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A connection, and what came on it that no test has taken yet.
pub(crate) struct Wire {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The subprotocol the server chose.
    pub(crate) subprotocol: Option<String>,
    /// What `login` answered; null before it.
    pub(crate) snapshot: Value,
    last: u64,
    replies: BTreeMap<u64, Result<Value, Value>>,
    events: VecDeque<(String, Value)>,
    messages: VecDeque<Value>,
    /// Every frame that came, in order: `reply 3` or `inviteeAccepted`.
    pub(crate) arrivals: Vec<String>,
    /// How the server closed the connection.
    closed: Option<(u16, String)>,
}

/// A refusal: its number and its machine-readable reason.
pub(crate) type Refused = (i64, String);

/// What a test expects to be refused with.
pub(crate) fn refusal(code: i64, reason: &str) -> Refused {
    (code, reason.to_owned())
}

/// A name that nothing else has.
pub(crate) fn fresh() -> String {
    uuid::Uuid::new_v4().to_string()
}

impl Wire {
    /// Opens a connection to the endpoint of the server at `ws://host:port`.
    pub(crate) async fn open(server: &str) -> Self {
        let mut request = endpoint(server).into_client_request().unwrap();
        let wanted = "bellhop.v1".parse().unwrap();
        request
            .headers_mut()
            .insert("sec-websocket-protocol", wanted);
        let (socket, response) = timeout(PATIENCE, connect_async(request))
            .await
            .expect("the server answers in time")
            .unwrap();
        let chosen = response.headers().get("sec-websocket-protocol");
        Self {
            socket,
            subprotocol: chosen.map(|name| name.to_str().unwrap().to_owned()),
            snapshot: Value::Null,
            last: 0,
            replies: BTreeMap::new(),
            events: VecDeque::new(),
            messages: VecDeque::new(),
            arrivals: Vec::new(),
            closed: None,
        }
    }

    /// Sends this text as a frame.
    pub(crate) async fn send_text(&mut self, text: impl Into<String>) {
        let frame = Message::text(text.into());
        self.socket.send(frame).await.unwrap();
    }

    /// Sends a frame of any kind; the server may hang up while it comes in.
    pub(crate) async fn send_frame(&mut self, frame: Message) {
        timeout(PATIENCE, self.socket.send(frame))
            .await
            .expect("the frame leaves in time")
            .ok();
    }

    /// Sends this text so many times without waiting for anything, or until the server hangs up.
    pub(crate) async fn flood(&mut self, text: &str, times: usize) {
        for _ in 0..times {
            if self.socket.feed(Message::text(text)).await.is_err() {
                return;
            }
        }
        self.socket.flush().await.ok();
    }

    /// Sends a request; tells its id.
    pub(crate) async fn send(&mut self, method: &str, params: Value) -> u64 {
        self.last += 1;
        let id = self.last;
        let frame = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.send_text(frame.to_string()).await;
        id
    }

    /// The reply to the request of that id.
    pub(crate) async fn reply(&mut self, id: u64) -> Result<Value, Value> {
        loop {
            if let Some(outcome) = self.replies.remove(&id) {
                return outcome;
            }
            self.read(&format!("the reply {id}")).await;
        }
    }

    /// Asks; the result.
    pub(crate) async fn ask(&mut self, method: &str, params: Value) -> Value {
        let shown = format!("{method} {params}");
        let id = self.send(method, params).await;
        match self.reply(id).await {
            Ok(result) => result,
            Err(error) => panic!("{shown} was refused: {error}"),
        }
    }

    /// Asks; what it was refused with. Every refusal has a sentence and a reason.
    pub(crate) async fn refused(&mut self, method: &str, params: Value) -> Refused {
        let shown = format!("{method} {params}");
        let id = self.send(method, params).await;
        match self.reply(id).await {
            Ok(result) => panic!("{shown} succeeded: {result}"),
            Err(error) => read_refusal(&error),
        }
    }

    /// The refusal that answers a frame that names no id.
    pub(crate) async fn refused_frame(&mut self, text: &str) -> (Value, Refused) {
        self.send_text(text).await;
        let frame = self.next_frame().await;
        (frame["id"].clone(), read_refusal(&frame["error"]))
    }

    /// The next event other than `messageReceived`, which must be of that name.
    pub(crate) async fn event(&mut self, name: &str) -> Value {
        loop {
            if let Some((heard, params)) = self.events.pop_front() {
                assert_eq!(heard, name, "with {params}");
                return params;
            }
            self.read(name).await;
        }
    }

    /// The next message that is told of.
    pub(crate) async fn message(&mut self) -> Value {
        loop {
            if let Some(message) = self.messages.pop_front() {
                return message;
            }
            self.read("messageReceived").await;
        }
    }

    /// Sends a request on a connection that the server may have closed; tells its id.
    pub(crate) async fn try_send(&mut self, method: &str, params: Value) -> u64 {
        self.last += 1;
        let frame = json!({"jsonrpc": "2.0", "id": self.last, "method": method, "params": params});
        self.send_frame(Message::text(frame.to_string())).await;
        self.last
    }

    /// The reply to the request of that id, if it has come.
    pub(crate) fn replied(&mut self, id: u64) -> Option<Result<Value, Value>> {
        self.replies.remove(&id)
    }

    /// What has come and no test has taken: names of events, after everything told before this
    /// was asked has come in.
    pub(crate) async fn unheard(&mut self) -> Vec<String> {
        // Twice: a reply may leave before events that were told earlier, but they leave next.
        for _ in 0..2 {
            self.ask("getUserStatus", json!({"userIDList": []})).await;
        }
        let mut names: Vec<String> = self.events.iter().map(|(name, _)| name.clone()).collect();
        names.extend(self.messages.iter().map(|_| "messageReceived".to_owned()));
        names
    }

    /// Fails if anything was told that no test has taken.
    pub(crate) async fn hears_nothing(&mut self) {
        assert_eq!(self.unheard().await, Vec::<String>::new());
    }

    /// Throws away what was told so far.
    pub(crate) async fn forget(&mut self) {
        self.unheard().await;
        self.events.clear();
        self.messages.clear();
        self.arrivals.clear();
    }

    /// The code with which the server closes the connection; events before that stay to be taken.
    pub(crate) async fn close_code(&mut self) -> u16 {
        while self.closed.is_none() {
            self.read_or_close("the close").await;
        }
        let (code, reason) = self.closed.clone().unwrap();
        assert_ne!(reason, "", "a close has a reason, {code}");
        code
    }

    /// Goes away without a word, as when the network breaks.
    pub(crate) fn vanish(self) {
        drop(self);
    }

    async fn next_frame(&mut self) -> Value {
        let text = self.next_text("a frame").await;
        let text = text.unwrap_or_else(|(code, reason)| panic!("closed {code} {reason}"));
        serde_json::from_str(&text).unwrap()
    }

    async fn read(&mut self, awaited: &str) {
        self.read_or_close(awaited).await;
        if let Some((code, reason)) = &self.closed {
            panic!("closed with {code} \"{reason}\" while {awaited} was awaited");
        }
    }

    async fn read_or_close(&mut self, awaited: &str) {
        match self.next_text(awaited).await {
            Ok(text) => self.sort(serde_json::from_str(&text).unwrap()),
            Err(closed) => self.closed = Some(closed),
        }
    }

    fn sort(&mut self, frame: Value) {
        assert_eq!(frame["jsonrpc"], "2.0", "{frame}");
        if let Some(method) = frame["method"].as_str() {
            assert!(frame.get("id").is_none(), "an event has no id: {frame}");
            self.arrivals.push(method.to_owned());
            let params = frame["params"].clone();
            if method == "messageReceived" {
                self.messages.push_back(params);
            } else {
                self.events.push_back((method.to_owned(), params));
            }
            return;
        }
        let id = frame["id"].as_u64().unwrap_or_else(|| panic!("{frame}"));
        let outcome = match (frame.get("result"), frame.get("error")) {
            (Some(result), None) => Ok(result.clone()),
            (None, Some(error)) => Err(error.clone()),
            _ => panic!("a reply has a result or an error: {frame}"),
        };
        self.arrivals.push(format!("reply {id}"));
        self.replies.insert(id, outcome);
    }

    /// The next text frame, or how the connection was closed.
    async fn next_text(&mut self, awaited: &str) -> Result<String, (u16, String)> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let rest = deadline.saturating_duration_since(Instant::now());
            let Ok(frame) = timeout(rest, self.socket.next()).await else {
                panic!("{awaited} did not come; before it came {:?}", self.arrivals);
            };
            match frame {
                Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
                Some(Ok(Message::Close(Some(close)))) => {
                    return Err((close.code.into(), close.reason.to_string()));
                }
                Some(Ok(Message::Close(None))) | None => {
                    return Err((1005, "no close frame".to_owned()));
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(other)) => panic!("the server sent {other:?}"),
                Some(Err(error)) => return Err((1006, error.to_string())),
            }
        }
    }
}

fn endpoint(server: &str) -> String {
    let server = server.trim_end_matches("/v1/signaling");
    format!("{}/v1/signaling", server.trim_end_matches('/'))
}

fn read_refusal(error: &Value) -> Refused {
    let sentence = error["message"].as_str().unwrap_or_default();
    assert!(sentence.ends_with('.'), "a person reads this: {error}");
    let reason = error["data"]["reason"].as_str();
    let reason = reason.unwrap_or_else(|| panic!("no reason: {error}"));
    let code = error["code"].as_i64();
    (
        code.unwrap_or_else(|| panic!("no code: {error}")),
        reason.to_owned(),
    )
}

/// Takes a number out of an object, after checking that it lies in this range.
pub(crate) fn take_ms(
    object: &mut Value,
    field: &str,
    range: std::ops::RangeInclusive<u64>,
) -> u64 {
    let taken = object.as_object_mut().unwrap().remove(field);
    let number = taken.as_ref().and_then(Value::as_u64);
    let number = number.unwrap_or_else(|| panic!("{field} is {taken:?} in {object}"));
    assert!(
        range.contains(&number),
        "{field} is {number}, not {range:?}"
    );
    number
}
