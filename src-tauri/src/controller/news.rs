//! What the desktop around the app tells, and what was chosen there: the same acts as on a screen.

use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::controller::core::Core;
use crate::controller::{News, api, quiet};
use crate::link::{Link, LinkError};
use crate::notifier::{self, Choice};
use crate::shell::{Shell, Step, close_main};
use crate::view::{Action, ByHand, Manner, RingScreen, RingView, TrayState};

impl<S: Shell> Core<S> {
    /// Takes over what the desktop tells.
    pub(crate) fn hear(&mut self, news: News) {
        match news {
            News::Notifier(notifier::News::Able(notifications)) => {
                let desktop = &mut self.state.desktop;
                desktop.ring_screen = RingScreen::of(desktop.session, &notifications);
                self.state.notifications = notifications;
            }
            News::Notifier(notifier::News::Delivered(delivery)) => {
                self.state.deliveries.add(delivery)
            }
            News::Notifier(notifier::News::Chosen { choice, activation }) => {
                if let Some(token) = activation {
                    self.carry_out(Step::Activation(token));
                }
                self.chosen(choice);
            }
            News::Ringer(event) => {
                if let Some(sentence) = self.state.audio.hear(event) {
                    self.state.problem = Some(sentence);
                }
            }
            News::DoNotDisturb(is_on) => self.state.desktop.do_not_disturb = is_on,
            News::Tray(_) if self.state.no_tray_icon => {}
            News::Tray(tray) => self.state.desktop.tray = tray,
            News::NoTrayIcon(reason) => {
                self.state.no_tray_icon = true;
                self.state.desktop.tray = TrayState::Absent { reason };
            }
            News::GlobalShortcuts(shortcuts) => self.state.desktop.global_shortcuts = shortcuts,
            News::Closing => self.close(),
            News::Pressed(action) => self.pressed(action),
            News::Opened(opened) => self.opened(opened),
            News::HandedOver => self.handed_over(),
            News::NotArranged(sentence) => self.state.problem = Some(sentence),
        }
    }

    /// Prepares the call that a link asks for, or says why it is no link; places none.
    fn opened(&mut self, opened: Result<Link, LinkError>) {
        match opened {
            Ok(link) => self.state.prepare(&link),
            Err(error) => {
                self.state.dial = None;
                self.state.problem = Some(format!("A link was not opened, because {error}."));
            }
        }
        self.carry_out(Step::PresentMain);
    }

    /// Closes the main window: the app goes on without it, or ends, as it is set.
    fn close(&mut self) {
        if self.state.profile.settings().presence.keep_running {
            self.state.close_conversation();
            self.state.dial = None;
            let step = close_main(&self.views.borrow());
            self.carry_out(step);
        } else {
            self.quit_or_ask();
        }
    }

    /// Does what a shortcut, the tray or a menu says; what only moves about a screen is the screen's.
    fn pressed(&mut self, action: Action) {
        match action {
            Action::Answer => self.on_first_ring(Choice::Accept),
            Action::Reject => self.on_first_ring(Choice::Reject),
            Action::Silence => {
                let rings = self.views.borrow().rings.clone();
                for ring in rings {
                    self.chosen(Choice::Silence(ring.invite_id));
                }
            }
            Action::HangUp if self.state.talk.is_some() => self.hang_up(),
            Action::HangUp => self.cancel_placing(),
            Action::DoNotDisturb => self.toggle_quiet(),
            Action::Quit => self.quit_or_ask(),
            Action::Dial | Action::Contacts | Action::Chats | Action::Settings => {}
        }
    }

    /// Chooses for the ring that came first, of those that are heard if there are any.
    fn on_first_ring(&mut self, choose: impl FnOnce(String) -> Choice) {
        let rings = self.views.borrow().rings.clone();
        let is_heard = |ring: &&RingView| ring.manner != Manner::Quietly;
        if let Some(ring) = rings.iter().find(is_heard).or(rings.first()).cloned() {
            self.chosen(choose(ring.invite_id));
        }
    }

    fn toggle_quiet(&mut self) {
        let mut settings = self.state.profile.settings().clone();
        let is_on = quiet::is_by_hand(settings.quiet.by_hand, &self.local_time());
        settings.quiet.by_hand = if is_on { ByHand::Off } else { ByHand::On };
        if let Err(error) = self.state.profile.set_settings(settings) {
            self.state.problem = Some(format!("{error}."));
        }
    }

    fn chosen(&mut self, choice: Choice) {
        match choice {
            Choice::Show(_) => self.carry_out(Step::PresentMain),
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
