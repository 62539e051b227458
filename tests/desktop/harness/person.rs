//! Somebody without an app: the SDK, logged in at the server that an app hosts.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bellhop_client::{Client, Config, Events, call_layer};
use bellhop_protocol::InviteId;
use bellhop_protocol::request::Invite;
use bellhop_server::{Credentials, user_sig, wall_time};

use super::app::App;
use super::desk::Desk;

/// A user who calls, and never answers.
#[derive(Debug)]
pub(crate) struct Person {
    client: Client,
    _events: Events,
}

impl Person {
    /// Logs in with any user ID at the server that this app is connected to.
    pub(crate) async fn at(desk: &Desk, app: &App, user: &str) -> Self {
        let folder = folder_with(&desk.data(), "server.json").expect("an app hosts a server");
        let credentials = Credentials::load(&folder).unwrap().unwrap();
        let user = user.parse().unwrap();
        let hour = Duration::from_secs(3600);
        let (client, events) = Client::start(Config {
            url: app.server().await.parse().unwrap(),
            user_sig: user_sig::sign(&credentials, &user, wall_time(), hour).into(),
            device: format!("device of {user}").parse().unwrap(),
            platform: "cli".parse().unwrap(),
            user,
        });
        Self {
            client,
            _events: events,
        }
    }

    /// Rings somebody, for so many seconds.
    pub(crate) async fn calls(&self, user: &str, timeout: u32) -> InviteId {
        let invite: Invite = serde_json::from_value(serde_json::json!({
            "userID": user,
            "timeout": timeout,
            "data": call_layer::invitation_data(call_layer::MediaType::Audio),
        }))
        .unwrap();
        let (invite_id, rings) = self.client.invite(invite);
        rings.await.unwrap();
        invite_id
    }

    /// Gives up a call that was not answered.
    pub(crate) async fn cancels(&self, call: &InviteId) {
        self.client.cancel(call, "").await.unwrap();
    }
}

fn folder_with(below: &Path, file: &str) -> Option<PathBuf> {
    let mut folders = vec![below.to_owned()];
    while let Some(folder) = folders.pop() {
        if folder.join(file).is_file() {
            return Some(folder);
        }
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        folders.extend(
            entries
                .map(|entry| entry.path())
                .filter(|path| path.is_dir()),
        );
    }
    None
}
