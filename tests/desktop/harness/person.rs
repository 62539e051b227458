//! Somebody without an app: the SDK, logged in at the server that an app hosts.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bellhop_client::{Client, Config, Connection, Events, LiveInvitation, call_layer};
use bellhop_protocol::request::Invite;
use bellhop_protocol::{InviteId, InviteeState, Request};
use bellhop_server::{Credentials, user_sig, wall_time};
use serde::Deserialize;
use serde_json::json;

use super::desk::Desk;
use super::until::{so, until};

/// A user who calls, makes groups and rejects.
#[derive(Debug)]
pub(crate) struct Person {
    client: Client,
    _events: Events,
}

/// Where an app's server is, and what signs its users in.
#[derive(Deserialize)]
struct Host {
    url: String,
    #[serde(flatten)]
    credentials: Credentials,
}

impl Person {
    /// Logs in with any user ID at the server that an app hosts at this desk.
    pub(crate) fn at(desk: &Desk, user: &str) -> Self {
        let hosts = files_called("server.json", &desk.data());
        let hosts = hosts.iter().flat_map(std::fs::read);
        let mut hosts = hosts.flat_map(|json| serde_json::from_slice::<Host>(&json));
        let host = hosts.next().expect("an app hosts a server");
        Self::on(&host.url, &host.credentials, user)
    }

    /// Logs in with any user ID at the server at this address, which has these credentials.
    pub(crate) fn on(url: &str, credentials: &Credentials, user: &str) -> Self {
        let user = user.parse().expect("a user ID");
        let hour = Duration::from_secs(3600);
        let (client, events) = Client::start(Config {
            url: url.parse().expect("an address"),
            user_sig: user_sig::sign(credentials, &user, wall_time(), hour).into(),
            device: format!("device of {user}")
                .parse()
                .expect("a device's name"),
            platform: "cli".parse().expect("a platform"),
            user,
        });
        Self {
            client,
            _events: events,
        }
    }

    /// Logs out, as soon as he has logged in.
    pub(crate) async fn leaves(self) {
        until("a person without an app is logged in", async || {
            let connection = self.client.view().connection.clone();
            let is_online = matches!(connection, Some(Connection::Online { .. }));
            so(is_online, format!("{connection:?}"))
        })
        .await;
        self.client.logout().await.expect("he is logged out");
    }

    /// Has himself called so.
    pub(crate) async fn is_known_as(&self, nick: &str) {
        let update = Request::parse("updateMyProfile", json!({ "nick": nick }));
        let updated = self.client.request(update.expect("a request")).await;
        updated.expect("the name is taken over");
    }

    /// Rings somebody, for so many seconds.
    pub(crate) async fn calls(&self, user: &str, timeout: u32) -> InviteId {
        let data = call_layer::invitation_data(call_layer::MediaType::Audio);
        let push = call_layer::push_info(&data, self.client.user().as_str());
        let invite = json!({
            "userID": user, "timeout": timeout, "data": data, "offlinePushInfo": push,
        });
        let invite: Invite = serde_json::from_value(invite).expect("an invitation");
        let (invite_id, rings) = self.client.invite(invite);
        rings.await.expect("it rings");
        invite_id
    }

    /// Makes a group with these members besides.
    pub(crate) async fn founds(&self, group: &str, name: &str, members: &[&str]) {
        let create = json!({ "groupID": group, "name": name, "memberList": members });
        let create = Request::parse("createGroup", create).expect("a request");
        self.client.request(create).await.expect("it is made");
    }

    /// Waits until he is rung, and rejects the call.
    pub(crate) async fn rejects_the_ring(&self) {
        let call = until("somebody is rung who has no app", async || {
            let view = self.client.view();
            let rings = |live: &&LiveInvitation| live.is_pending_for(self.client.user());
            let ring = view.invitations.iter().find(rings);
            let id = ring.map(|live| live.invitation.invite_id.clone());
            id.ok_or("he is not")
        })
        .await;
        let rejected = self.client.reject(&call, "", None).await;
        rejected.expect("it is rejected");
    }

    /// Waits until somebody has answered him.
    pub(crate) async fn is_in_call(&self) {
        until("a person without an app is in a call", async || {
            let calls = self.client.view().calls.len();
            so(calls == 1, format!("he is in {calls}"))
        })
        .await;
    }

    /// Ends the call he is in.
    pub(crate) async fn hangs_up(&self) {
        let view = self.client.view();
        let call = view.calls.first().expect("he is in a call");
        let ended = self.client.hang_up(&call.call_id, None).await;
        ended.expect("it is ended");
    }

    /// Waits until somebody rings him.
    pub(crate) async fn is_rung(&self) {
        until("a person without an app is rung", async || {
            let view = self.client.view();
            let rings = |live: &LiveInvitation| live.is_pending_for(self.client.user());
            so(view.invitations.iter().any(rings), "he is not")
        })
        .await;
    }

    /// Waits until his call was declined.
    pub(crate) async fn is_declined(&self, call: &InviteId) {
        self.stands(call, InviteeState::Rejected).await;
    }

    /// Waits until nobody has answered his call in time.
    pub(crate) async fn gave_up(&self, call: &InviteId) {
        self.stands(call, InviteeState::TimedOut).await;
    }

    async fn stands(&self, call: &InviteId, state: InviteeState) {
        until(format!("a call is {state:?}"), async || {
            let told = self.client.invitation(call).await;
            let told = told.map_err(|failure| failure.to_string())?;
            let is_so = told.invitees.iter().all(|invitee| invitee.state == state);
            so(is_so, format!("{:?}", told.invitees))
        })
        .await;
    }

    /// Gives up a call that was not answered.
    pub(crate) async fn cancels(&self, call: &InviteId) {
        self.client.cancel(call, "").await.expect("it is given up");
    }
}

fn files_called(name: &str, below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![below.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.ends_with(name) {
                found.push(path);
            }
        }
    }
    found
}
