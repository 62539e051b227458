//! What the desktop around the app tells, and what was chosen there: the same acts as on a screen.

use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::controller::core::Core;
use crate::controller::{News, api};
use crate::notifier::{self, Choice};
use crate::shell::Shell;

impl<S: Shell> Core<S> {
    /// Takes over what the desktop tells.
    pub(crate) fn hear(&mut self, news: News) {
        match news {
            News::Notifier(notifier::News::Able(notifications)) => {
                self.state.notifications = notifications;
            }
            News::Notifier(notifier::News::Delivered(delivery)) => self.state.delivered(delivery),
            News::Notifier(notifier::News::Chosen(choice)) => self.chosen(choice),
            News::Ringer(event) => {
                if let Some(sentence) = self.state.audio.hear(event) {
                    self.state.problem = Some(sentence);
                }
            }
        }
    }

    fn chosen(&mut self, choice: Choice) {
        match choice {
            Choice::Accept(invite_id) => self.wish("accept", json!({ "inviteID": invite_id })),
            Choice::Reject(invite_id) => {
                let params = json!({ "inviteID": invite_id, "reason": "declined" });
                self.wish("reject", params);
            }
            Choice::Silence(invite_id) => {
                if let Err(error) = self.silence(&invite_id) {
                    tracing::info!(%error, "a notification was closed");
                }
            }
            Choice::CallBack(caller) => {
                let data = api::call_data(caller.media);
                self.wish("invite", json!({ "userID": caller.user_id, "data": data }));
            }
        }
    }

    /// Asks what was chosen of the server, as a page would; the screen tells what becomes of it.
    pub(crate) fn wish(&mut self, method: &str, params: Value) {
        match api::operation(method, params) {
            Ok(operation) => self.request(operation, oneshot::channel().0),
            Err(error) => tracing::warn!(method, %error, "what was chosen cannot be asked for"),
        }
    }
}
