//! The JavaScript contract: what a page may ask, and what it is told, as PROTOCOL.md shows both.
//!
//! Owns the shapes and who follows the events; decides nothing.

use std::sync::Arc;

use bellhop_client::{Connection, call_layer};
use bellhop_protocol::{Code, DeviceId, Event, Failure, Request, SignalingInfo, UserId};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::broadcast;

use crate::view::MediaType;

/// How many events may wait for a page.
const EVENTS: usize = 1024;

/// What may be asked: the requests of PROTOCOL.md, and the one operation of the API that the client
/// carries out itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operation {
    /// A request to the server.
    Request(Request),
    /// `addInvitedSignaling`: takes in an invitation that came by another road.
    AddInvited(SignalingInfo),
}

/// The operation of that name, if a page may ask for it.
pub(crate) fn operation(method: &str, params: Value) -> Result<Operation, Failure> {
    if method == "addInvitedSignaling" {
        return added(&params).map(Operation::AddInvited);
    }
    let request = Request::parse(method, params)?;
    if matches!(request, Request::Login(_) | Request::Logout(_)) {
        return Err(Failure::bad_parameter(
            "The app logs in and out by itself, with the account of its settings.",
        ));
    }
    Ok(Operation::Request(request))
}

/// Information of any maker: what it does not say is as in the API, and who invites it has to say.
fn added(params: &Value) -> Result<SignalingInfo, Failure> {
    let mut info = json!({
        "businessID": 1, "actionType": 1, "inviteeList": [], "data": "", "timeout": 30,
        "groupID": "", "onlineUserOnly": false,
    });
    let bad = |what: String| {
        Failure::bad_parameter(format!("Bad signaling of addInvitedSignaling: {what}."))
    };
    let given = params.get("signaling").and_then(Value::as_object);
    let given = given.ok_or_else(|| bad("it must be an object".to_owned()))?;
    let fields = info.as_object_mut().expect("it is written as an object");
    fields.extend(given.clone());
    serde_json::from_value(info).map_err(|error| bad(error.to_string()))
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
            let refused = operation(method, params).unwrap_err();
            assert_eq!(refused.code, Code::BadParameter, "{method}");
        }
        let unknown = operation("invitee", json!({})).unwrap_err();
        assert_eq!(unknown.code, Code::MethodNotFound);
    }

    /// §2: information that came by any road is of any maker.
    #[test]
    fn an_invitation_from_elsewhere_says_at_least_who_invites_to_what() {
        let signaling = json!({"inviteID": "i", "inviter": "bob", "more": 1});
        let params = json!({ "signaling": signaling });
        let Ok(Operation::AddInvited(info)) = operation("addInvitedSignaling", params) else {
            panic!("another operation");
        };
        assert_eq!((info.inviter.as_str(), info.timeout), ("bob", 30));
        for bad in [
            json!({}),
            json!({"signaling": "i"}),
            json!({"signaling": {"inviteID": "i"}}),
            json!({"signaling": {"inviteID": "i", "inviter": "bob", "timeout": -1}}),
        ] {
            let refused = operation("addInvitedSignaling", bad.clone()).unwrap_err();
            assert_eq!(refused.code, Code::BadParameter, "{bad}");
        }
    }
}
