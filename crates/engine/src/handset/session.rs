//! Connecting, logging in, losing the connection and stopping.

use std::collections::BTreeSet;
use std::time::Duration;

use bellhop_protocol::event::KickedOffline;
use bellhop_protocol::request::{LoggedIn, Login};
use bellhop_protocol::{Event, Failure, InviteId, Request, Timestamp, rpc};
use serde_json::{Value, json};

use super::link::{self, CONNECT_TIME, LOGIN_TIME, Link, Refused};
use super::requests::{Asker, Outstanding};
use super::{ClientEvent, Connection, Effect, Handset};

/// How many invitations a login names at most, so that it fits a frame.
const MAX_KNOWN: usize = 1_000;

impl Handset {
    /// The app wants to be connected.
    pub(super) fn start(&mut self, now: Timestamp) {
        if self.link != Link::Idle {
            return;
        }
        self.show(Connection::Connecting);
        if self.config.user_sig.is_some() {
            self.connect(now);
        } else {
            self.link = Link::AwaitingSignature;
            self.effects.push(Effect::RenewSignature);
        }
    }

    pub(super) fn connect(&mut self, now: Timestamp) {
        self.link = Link::Connecting {
            until: now.after(CONNECT_TIME),
        };
        self.effects.push(Effect::Connect);
    }

    /// The connection stands: says who speaks.
    pub(super) fn log_in(&mut self, now: Timestamp) {
        let (Link::Connecting { .. }, Some(user_sig)) = (&self.link, &self.config.user_sig) else {
            return;
        };
        let mut known: BTreeSet<InviteId> = self.requests.placing().cloned().collect();
        // Of one that was placed here and is in doubt, the end is news.
        let in_doubt = self
            .requests
            .asked_about()
            .filter(|id| self.table.has_placed(id));
        known.extend(in_doubt.cloned());
        known.extend(self.table.live.keys().cloned());
        let login = Request::Login(Login {
            user: self.config.user.clone(),
            user_sig: user_sig.clone(),
            device: self.config.device.clone(),
            platform: self.config.platform.clone(),
            known_invitations: known.into_iter().take(MAX_KNOWN).collect(),
        });
        let number = self.requests.next_number();
        self.link = Link::LoggingIn {
            login: number,
            until: now.after(LOGIN_TIME),
        };
        self.effects.push(Effect::Send(frame(number, &login)));
    }

    /// The server said who we are, or that we are not.
    pub(super) fn logged_in(&mut self, outcome: Result<Value, Failure>, now: Timestamp) {
        let snapshot = match outcome {
            Ok(result) => serde_json::from_value::<LoggedIn>(result),
            Err(refusal) => return self.refused(refusal, now),
        };
        let snapshot = match snapshot {
            Ok(snapshot) => snapshot,
            Err(e) => {
                return self.drop_connection(&format!("its login reply is unreadable: {e}"), now);
            }
        };
        self.link = Link::Online { since: now };
        self.ever_online = true;
        self.fresh_signature = false;
        self.offline_since = None;
        let placing: BTreeSet<InviteId> = self.requests.placing().cloned().collect();
        let news = self.table.reconcile(&snapshot, &placing, now);
        let begun: Vec<InviteId> = news.iter().filter_map(begins).cloned().collect();
        self.tell_unless_own(news);
        self.show(Connection::Online {
            unread_total: snapshot.unread_total,
        });
        if let Some(users) = self.seen.subscribed() {
            self.put(
                Asker::Subscriptions,
                Request::SubscribeUserStatus(users),
                now,
            );
        }
        for id in begun.iter().chain(&placing) {
            self.begun(id, now);
        }
        self.look_for_any_glare(now);
        self.ask_for_calls_of_others(now);
    }

    fn refused(&mut self, refusal: Failure, now: Timestamp) {
        match Refused::by(refusal.code) {
            Refused::TryLater => {
                let wait = refusal.data.retry_after_ms.map(Duration::from_millis);
                self.effects.push(Effect::Disconnect);
                self.retry(refusal, wait, now);
            }
            // A signature that was new a moment ago will not be better the next time.
            Refused::Signature if self.fresh_signature => self.stop(refusal),
            Refused::Signature => {
                self.effects.push(Effect::Disconnect);
                self.renew_signature(now);
            }
            Refused::ForGood => self.stop(refusal),
        }
    }

    fn renew_signature(&mut self, now: Timestamp) {
        self.went_offline(now);
        self.link = Link::AwaitingSignature;
        self.show(Connection::SignatureExpired);
        self.effects.push(Effect::RenewSignature);
    }

    /// The app has a signature.
    pub(super) fn signature_renewed(&mut self, user_sig: String, now: Timestamp) {
        self.config.user_sig = Some(user_sig);
        if self.link == Link::AwaitingSignature {
            self.fresh_signature = true;
            self.connect(now);
        }
    }

    /// The shell lost the connection.
    pub(super) fn lost(&mut self, code: Option<u16>, cause: &str, now: Timestamp) {
        if !self.link.is_up() {
            return;
        }
        if let Some(logout) = self.requests.take_logout() {
            return self.settle(logout, Ok(json!({})), now);
        }
        match code {
            Some(link::close::KICKED) => self.stop(link::kicked()),
            Some(link::close::SIGNATURE_EXPIRED) => self.renew_signature(now),
            Some(link::close::GOING_DOWN) => {
                self.backoff.reset();
                self.retry(link::unreachable(self.ever_online, cause), None, now);
            }
            Some(_) | None => self.retry(link::unreachable(self.ever_online, cause), None, now),
        }
    }

    /// Gives the connection up, and tries another.
    pub(super) fn drop_connection(&mut self, cause: &str, now: Timestamp) {
        self.effects.push(Effect::Disconnect);
        self.retry(link::unreachable(self.ever_online, cause), None, now);
    }

    fn retry(&mut self, failure: Failure, wait: Option<Duration>, now: Timestamp) {
        if self.link.was_good(now) {
            self.backoff.reset();
        }
        self.went_offline(now);
        let jitter = self.backoff.next_wait();
        let until = now.after(jitter.max(wait.unwrap_or_default()));
        self.link = Link::Waiting { until };
        self.show(Connection::Reconnecting {
            failure,
            retry_at: until,
        });
    }

    fn went_offline(&mut self, now: Timestamp) {
        self.offline_since.get_or_insert(now);
        for lost in self.requests.unsend() {
            self.settle(lost, Err(link::maybe_done()), now);
        }
    }

    /// The machine was asleep: nothing is believed until the server has said it again.
    pub(super) fn resumed(&mut self, now: Timestamp) {
        self.unconfirm();
        match self.link {
            Link::Connecting { .. } | Link::LoggingIn { .. } | Link::Online { .. } => {
                self.effects.push(Effect::Disconnect);
                self.went_offline(now);
                self.backoff.reset();
                let failure = link::unreachable(self.ever_online, "the machine was asleep");
                self.show(Connection::Reconnecting {
                    failure,
                    retry_at: now,
                });
                self.connect(now);
            }
            Link::Waiting { .. } => {
                self.backoff.reset();
                self.connect(now);
            }
            Link::Idle | Link::AwaitingSignature | Link::Stopped(_) => {}
        }
    }

    /// Another login took this device's place, or the login is over.
    pub(super) fn kicked(&mut self, told: KickedOffline, now: Timestamp) {
        let code = told.code;
        self.tell(ClientEvent::Signaling(Event::KickedOffline(told)));
        match Refused::by(code) {
            Refused::Signature => {
                self.effects.push(Effect::Disconnect);
                self.renew_signature(now);
            }
            Refused::TryLater | Refused::ForGood => self.stop(link::kicked()),
        }
    }

    /// Over for good: everything under way fails with this, and nothing rings.
    pub(super) fn stop(&mut self, failure: Failure) {
        if matches!(self.link, Link::Stopped(_)) {
            return;
        }
        if self.link.is_up() {
            self.effects.push(Effect::Disconnect);
        }
        self.link = Link::Stopped(failure.clone());
        for outstanding in self.requests.take_all() {
            self.fail(outstanding, failure.clone());
        }
        self.table.clear();
        self.show(Connection::Stopped(failure));
    }

    /// A request is given up.
    pub(super) fn fail(&mut self, outstanding: Outstanding, failure: Failure) {
        for withheld in outstanding.withheld {
            self.release(withheld.event());
        }
        self.done(&outstanding.asker, Err(failure));
    }

    fn show(&mut self, connection: Connection) {
        self.connection = Some(connection.clone());
        self.tell(ClientEvent::Connection(connection));
    }
}

/// The frame of a request.
pub(super) fn frame(number: u64, request: &Request) -> String {
    rpc::encode_call(&number.into(), request.method(), &request.params())
}

/// The invitation that begins with this.
pub(super) fn begins(event: &ClientEvent) -> Option<&InviteId> {
    let ClientEvent::Signaling(Event::NewInvitationReceived(invitation)) = event else {
        return None;
    };
    Some(&invitation.invite_id)
}
