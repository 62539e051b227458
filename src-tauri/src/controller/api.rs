//! The JavaScript contract: what a page may ask, and what it is told, as PROTOCOL.md shows both.
//!
//! Owns the shapes and who follows the events; decides nothing.

use std::sync::Arc;

use bellhop_client::{Connection, call_layer};
use bellhop_protocol::{Code, DeviceId, Event, Failure, Request, UserId};
use serde::Serialize;
use tokio::sync::broadcast;

use crate::view::MediaType;

/// How many events may wait for a page.
const EVENTS: usize = 1024;

/// The request of that method, if a page may make it.
pub(crate) fn request(method: &str, params: serde_json::Value) -> Result<Request, Failure> {
    let request = Request::parse(method, params)?;
    if matches!(request, Request::Login(_) | Request::Logout(_)) {
        return Err(Failure::bad_parameter(
            "The app logs in and out by itself, with the account of its settings.",
        ));
    }
    Ok(request)
}

/// The data of an invitation to a call (SIGNALING §8).
pub(crate) fn call_data(media: MediaType) -> String {
    call_layer::invitation_data(match media {
        MediaType::Audio => call_layer::MediaType::Audio,
        MediaType::Video => call_layer::MediaType::Video,
    })
}

/// Who is logged in on this device, and how it stands, at the moment of subscribing.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    /// Who.
    #[serde(rename = "userID")]
    pub(crate) user: UserId,
    /// On which device.
    #[serde(rename = "deviceID")]
    pub(crate) device: DeviceId,
    /// How it stands with the server.
    pub(crate) connection: ConnectionTold,
    /// Whether the app runs in QA mode.
    pub(crate) qa: bool,
}

/// How it stands with the server, as `connectionChanged` tells it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionTold {
    state: ConnectionState,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Code>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// Who is logged in: another one after a change in the settings.
    #[serde(rename = "userID")]
    user: UserId,
    #[serde(rename = "deviceID")]
    device: DeviceId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum ConnectionState {
    Connecting,
    Online,
    Reconnecting,
    Stopped,
}

/// An event as a page is told it: `{method, params}`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Told {
    /// One of the API's.
    Event(Event),
    /// The connection is another than it was.
    Connection {
        /// Always `connectionChanged`.
        method: &'static str,
        /// How it stands.
        params: ConnectionTold,
    },
}

/// Those who follow the events.
#[derive(Debug)]
pub(crate) struct Followers {
    told: broadcast::Sender<Arc<Told>>,
    connection: ConnectionTold,
    qa: bool,
}

impl Followers {
    /// Nobody yet, and no connection.
    pub(crate) fn new(user: UserId, device: DeviceId, qa: bool) -> Self {
        Self {
            qa,
            told: broadcast::Sender::new(EVENTS),
            connection: ConnectionTold {
                state: ConnectionState::Connecting,
                code: None,
                message: None,
                user,
                device,
            },
        }
    }

    /// How it stands at this moment, and everything from here on.
    pub(crate) fn follow(&self) -> (Session, broadcast::Receiver<Arc<Told>>) {
        let session = Session {
            user: self.connection.user.clone(),
            device: self.connection.device.clone(),
            connection: self.connection.clone(),
            qa: self.qa,
        };
        (session, self.told.subscribe())
    }

    /// Tells an event of the API.
    pub(crate) fn tell(&self, event: Event) {
        self.send(Told::Event(event));
    }

    /// Another server is looked for, for this user.
    pub(crate) fn seeking(&mut self, user: UserId) {
        self.changed(ConnectionTold {
            state: ConnectionState::Connecting,
            code: None,
            message: None,
            user,
            device: self.connection.device.clone(),
        });
    }

    /// There is no server to be had.
    pub(crate) fn without_server(&mut self, sentence: String) {
        self.stands(ConnectionState::Stopped, Some((Code::NoNetwork, sentence)));
    }

    /// The client's connection changed.
    pub(crate) fn connection(&mut self, connection: &Connection) {
        let because = |failure: &Failure| Some((failure.code, failure.message.clone()));
        match connection {
            Connection::Connecting => self.stands(ConnectionState::Connecting, None),
            Connection::Online { .. } => self.stands(ConnectionState::Online, None),
            Connection::Reconnecting { failure, .. } => {
                self.stands(ConnectionState::Reconnecting, because(failure));
            }
            Connection::SignatureExpired => self.stands(ConnectionState::Reconnecting, None),
            Connection::Stopped(failure) => {
                self.stands(ConnectionState::Stopped, because(failure));
            }
        }
    }

    fn stands(&mut self, state: ConnectionState, because: Option<(Code, String)>) {
        let (code, message) = because.unzip();
        self.changed(ConnectionTold {
            state,
            code,
            message,
            ..self.connection.clone()
        });
    }

    fn changed(&mut self, params: ConnectionTold) {
        if self.connection != params {
            self.connection = params.clone();
            let method = "connectionChanged";
            self.send(Told::Connection { method, params });
        }
    }

    fn send(&self, told: Told) {
        if self.told.send(Arc::new(told)).is_err() {
            tracing::trace!("no page follows the events");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bellhop_protocol::Reason;
    use serde_json::{Value, json};

    fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
        text.parse().unwrap()
    }

    fn next(telling: &mut broadcast::Receiver<Arc<Told>>) -> Option<Value> {
        let told = telling.try_recv().ok()?;
        Some(serde_json::to_value(&*told).unwrap())
    }

    #[test]
    fn a_page_follows_who_is_logged_in_how_it_stands_and_each_event_in_order() {
        let mut followers = Followers::new(id("alice"), id("desk"), true);
        let (session, mut telling) = followers.follow();
        assert_eq!(
            serde_json::to_value(&session).unwrap(),
            json!({
                "userID": "alice", "deviceID": "desk", "qa": true,
                "connection": {"state": "connecting", "userID": "alice", "deviceID": "desk"},
            })
        );

        followers.connection(&Connection::Online { unread_total: 0 });
        followers.connection(&Connection::Online { unread_total: 3 });
        let status = json!({"userID": "bob", "status": "online"});
        let event = json!({"method": "userStatusChanged", "params": status});
        followers.tell(serde_json::from_value(event.clone()).unwrap());
        let kicked = Failure::new(Code::Kicked, Reason::Kicked, "Signed in elsewhere.");
        followers.connection(&Connection::Stopped(kicked));
        followers.seeking(id("bob"));

        let changed = |params| json!({"method": "connectionChanged", "params": params});
        assert_eq!(
            std::iter::from_fn(|| next(&mut telling)).collect::<Vec<_>>(),
            [
                changed(json!({"state": "online", "userID": "alice", "deviceID": "desk"})),
                event,
                changed(json!({
                    "state": "stopped", "code": 6208, "message": "Signed in elsewhere.",
                    "userID": "alice", "deviceID": "desk",
                })),
                changed(json!({"state": "connecting", "userID": "bob", "deviceID": "desk"})),
            ]
        );
    }

    #[test]
    fn a_page_does_not_log_in_or_out() {
        let login = json!({"userID": "a", "userSig": "s", "deviceID": "d", "platform": "web"});
        for (method, params) in [("login", login), ("logout", json!({}))] {
            let refused = request(method, params).unwrap_err();
            assert_eq!(refused.code, Code::BadParameter, "{method}");
        }
        let unknown = request("invitee", json!({})).unwrap_err();
        assert_eq!(unknown.code, Code::MethodNotFound);
    }
}
