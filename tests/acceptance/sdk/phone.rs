//! An app with the SDK in it, as a person would hold it: it acts, and notes what it is told.

use bellhop_client::protocol::request::{Invite, RingTime};
use bellhop_client::protocol::{
    Call, Event, Failure, InvitationState, InviteId, InviteeState, Message, signaling,
};
use bellhop_client::{Client, ClientEvent, Config, Connection, Events, View};
use futures_util::FutureExt;
use tokio::task::unconstrained;
use tokio::time::timeout;

use crate::raw::PATIENCE;
use crate::signature::claims;

/// A device of a user, connected by the SDK.
pub(crate) struct Phone {
    pub(crate) client: Client,
    events: Events,
    /// What it was told of invitations and calls, in order.
    told: Vec<(InviteId, String)>,
    /// Why it lost its connection, each time it did.
    pub(crate) lost: Vec<String>,
}

/// What parts of an error a program looks at.
pub(crate) type Refused = (i64, String);

impl Phone {
    /// Connects this user's device, and waits until it is online.
    pub(crate) async fn connect(server: &str, user: &str, device: &str) -> Self {
        let mut phone = Self::start(server, user, device);
        phone.online().await;
        phone
    }

    /// Begins to connect.
    pub(crate) fn start(server: &str, user: &str, device: &str) -> Self {
        let (client, events) = Client::start(Config {
            url: server.parse().unwrap(),
            user: user.parse().unwrap(),
            device: device.parse().unwrap(),
            platform: "cli".parse().unwrap(),
            user_sig: claims(user).sign().into(),
        });
        Self {
            client,
            events,
            told: Vec::new(),
            lost: Vec::new(),
        }
    }

    /// Waits until the connection stands; what is told before is noted.
    pub(crate) async fn online(&mut self) {
        self.until("the connection", |event| {
            matches!(event, ClientEvent::Connection(Connection::Online { .. })).then_some(())
        })
        .await;
    }

    /// Waits until the connection is lost.
    pub(crate) async fn offline(&mut self) {
        self.until("the end of the connection", |event| {
            let is_lost = matches!(
                event,
                ClientEvent::Connection(Connection::Reconnecting { .. })
            );
            is_lost.then_some(())
        })
        .await;
    }

    /// Waits for an event that the question has an answer for.
    pub(crate) async fn until<T>(
        &mut self,
        awaited: &str,
        mut answer: impl FnMut(&ClientEvent) -> Option<T>,
    ) -> T {
        let wait = async {
            loop {
                let event = self.events.next().await;
                let event = event.unwrap_or_else(|| panic!("the client ended before {awaited}"));
                let answer = answer(&event);
                self.note(event);
                if let Some(answer) = answer {
                    return answer;
                }
            }
        };
        match timeout(PATIENCE, wait).await {
            Ok(answer) => answer,
            Err(_) => panic!(
                "{awaited} did not come to {:?}: {:?}",
                self.client, self.told
            ),
        }
    }

    /// Waits until it is told this of the invitation or of the call that it began.
    pub(crate) async fn hears(&mut self, id: &InviteId, what: &str) {
        if self.has_heard(id, what) {
            return;
        }
        self.until(what, |event| {
            let (of, told) = summary(event)?;
            (of == *id && told == what).then_some(())
        })
        .await;
    }

    fn has_heard(&self, id: &InviteId, what: &str) -> bool {
        self.told.iter().any(|(of, told)| of == id && told == what)
    }

    /// All it was told of this invitation, in order, once everything told so far has come in.
    pub(crate) async fn heard(&mut self, id: &InviteId) -> Vec<String> {
        self.catch_up().await;
        self.heard_so_far(id)
    }

    /// All it was told of this invitation, in order, as far as it was waited for.
    pub(crate) fn heard_so_far(&self, id: &InviteId) -> Vec<String> {
        let of_it = self.told.iter().filter(|(of, _)| of == id);
        of_it.map(|(_, told)| told.clone()).collect()
    }

    /// Takes in everything that was told before this.
    pub(crate) async fn catch_up(&mut self) {
        // Twice: a reply may leave before events that were told earlier, but they leave next.
        for _ in 0..2 {
            self.client.user_status(Vec::new()).await.unwrap();
        }
        // Unconstrained, or the runtime would have a long queue look empty now and then.
        while let Some(Some(event)) = unconstrained(self.events.next()).now_or_never() {
            self.note(event);
        }
    }

    fn note(&mut self, event: ClientEvent) {
        if let ClientEvent::Connection(Connection::Reconnecting { failure, .. }) = &event {
            self.lost.push(failure.to_string());
        }
        self.told.extend(summary(&event));
    }

    /// Rings this user for so many seconds; the invitation, once the server has taken it.
    pub(crate) async fn ring(&self, user: &str, seconds: u32) -> InviteId {
        let (id, outcome) = self.client.invite(inviting(user, seconds));
        outcome.await.unwrap();
        id
    }

    /// How the server says that the invitation and its one invitee stand.
    pub(crate) async fn standing(&self, id: &InviteId) -> (InvitationState, InviteeState) {
        let invitation = self.client.invitation(id).await.unwrap();
        (invitation.state, invitation.invitees[0].state)
    }

    /// Fails unless nothing rings and no call runs, as far as this app knows.
    pub(crate) fn is_idle(&self) {
        let view: &View = &self.client.view();
        assert!(view.invitations.is_empty(), "{view:?}");
        assert!(view.calls.is_empty(), "{view:?}");
    }

    /// The call of this invitation, as the server knows it.
    pub(crate) async fn call(&self, id: &InviteId) -> Result<Call, Refused> {
        self.client.call(&id.clone().into()).await.map_err(refused)
    }

    /// Leaves the call of this invitation.
    pub(crate) async fn hang_up(&self, id: &InviteId) {
        let call = id.clone().into();
        self.client.hang_up(&call, None).await.unwrap();
    }

    /// What the conversation with this user records of the invitation, oldest first.
    pub(crate) async fn recorded(&self, with: &str, id: &InviteId) -> Vec<u8> {
        let of_it = |message: &Message| {
            let info = signaling::signaling_info(message)?;
            (info.invite_id == *id).then(|| info.action_type.into())
        };
        let messages = self.messages(with).await;
        messages.iter().rev().filter_map(of_it).collect()
    }

    /// All messages of the conversation with this user, newest first.
    pub(crate) async fn messages(&self, with: &str) -> Vec<Message> {
        let name = format!("C2C{with}").try_into().unwrap();
        let (mut messages, mut before) = (Vec::new(), None);
        loop {
            let page = self
                .client
                .message_list(&name, before, 100.try_into().unwrap());
            let page = page.await.unwrap();
            before = page.messages.last().map(|message| message.seq);
            messages.extend(page.messages);
            if page.is_completed {
                return messages;
            }
        }
    }

    /// Goes away without logging out.
    pub(crate) async fn close(self) {
        self.client.close().await;
    }
}

/// An invitation for so many seconds.
pub(crate) fn inviting(user: &str, seconds: u32) -> Invite {
    Invite {
        user: user.parse().unwrap(),
        data: String::new(),
        timeout: RingTime::try_from(seconds).unwrap(),
        online_user_only: false,
        offline_push_info: None,
        invite_id: None,
        call_id: None,
        op_id: None,
    }
}

/// What a program looks at in a failure.
pub(crate) fn refused(failure: Failure) -> Refused {
    let reason = serde_json::to_value(failure.data.reason).unwrap();
    (failure.code.number(), reason.as_str().unwrap().to_owned())
}

/// In a few words, what an event tells of an invitation; nothing for other events, and for
/// `inviteeRinging`, which comes or not as the race goes.
pub(crate) fn summary(event: &ClientEvent) -> Option<(InviteId, String)> {
    let event = match event {
        ClientEvent::Signaling(event) => event,
        ClientEvent::InvitationLost(id) => return Some((id.clone(), "lost".to_owned())),
        ClientEvent::CallGone(id) => {
            let id = id.as_str().parse().unwrap();
            return Some((id, "call gone".to_owned()));
        }
        ClientEvent::Connection(_)
        | ClientEvent::RingOverdue(_)
        | ClientEvent::RingUnconfirmed(_)
        | ClientEvent::RingConfirmed(_)
        | ClientEvent::CallRunning(_) => return None,
    };
    let reason = |reason: &Option<_>| {
        let text = serde_json::to_value(reason).unwrap();
        text.as_str()
            .map(|text| format!(" {text}"))
            .unwrap_or_default()
    };
    Some(match event {
        Event::NewInvitationReceived(it) => {
            (it.invite_id.clone(), format!("ring by {}", it.inviter))
        }
        Event::InviteeAccepted(it) => (it.invite_id.clone(), format!("accepted on {}", it.device)),
        Event::InviteeRejected(it) => {
            let told = format!("rejected on {}{}", it.device, reason(&it.reason));
            (it.invite_id.clone(), told)
        }
        Event::InvitationCancelled(it) => (
            it.invite_id.clone(),
            format!("cancelled{}", reason(&it.reason)),
        ),
        Event::InvitationTimeout(it) => {
            let whose = if it.is_self_timeout { " for me" } else { "" };
            (it.invite_id.clone(), format!("timed out{whose}"))
        }
        Event::CallEnded(it) => (it.invite_id.clone(), format!("call ended by {}", it.user)),
        Event::InvitationModified(it) => (it.invite_id.clone(), format!("now {}", it.data)),
        Event::InviteeRinging(_)
        | Event::SignalReceived(_)
        | Event::GroupChanged(_)
        | Event::PushReceived(_)
        | Event::PushWithdrawn(_)
        | Event::MessageReceived(_)
        | Event::UserStatusChanged(_)
        | Event::KickedOffline(_) => return None,
    })
}

/// The invitation that an event begins.
pub(crate) fn new_ring(event: &ClientEvent) -> Option<InviteId> {
    match event {
        ClientEvent::Signaling(Event::NewInvitationReceived(it)) => Some(it.invite_id.clone()),
        ClientEvent::Signaling(_)
        | ClientEvent::Connection(_)
        | ClientEvent::RingOverdue(_)
        | ClientEvent::RingUnconfirmed(_)
        | ClientEvent::RingConfirmed(_)
        | ClientEvent::InvitationLost(_)
        | ClientEvent::CallRunning(_)
        | ClientEvent::CallGone(_) => None,
    }
}
