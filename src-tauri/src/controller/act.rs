//! What a person sets, adds and puts away: all that needs no server.

use bellhop_protocol::{Code, Failure, Reason, UserId};

use crate::controller::core::Core;
use crate::controller::reading::Read;
use crate::controller::requests::not_now;
use crate::controller::{Ask, Outcome, Reply};
use crate::profile::FileError;
use crate::shell::{Shell, Step};
use crate::test_contacts;
use crate::view::SettingsView;

impl<S: Shell> Core<S> {
    /// Does what is asked.
    pub(crate) fn act(&mut self, ask: Ask, reply: Reply) {
        let outcome = match ask {
            Ask::OpenConversation { conversation_id } => self.open_conversation(conversation_id),
            Ask::CloseConversation => {
                self.state.close_conversation();
                Ok(())
            }
            Ask::ReadOlder => {
                self.read_older();
                Ok(())
            }
            Ask::Silence { invite_id } => self.silence(&invite_id),
            Ask::DismissEnded => {
                self.state.ended = None;
                Ok(())
            }
            Ask::DismissProblem => {
                self.state.problem = None;
                Ok(())
            }
            Ask::AddContact { user_id, name } => self.add_contact(&user_id, &name),
            Ask::RemoveContact { user_id } => self.remove_contact(&user_id),
            Ask::MuteContact { user_id, muted } => self.mute_contact(&user_id, muted),
            Ask::SaveSettings(form) => self.save_settings(*form),
            Ask::TestSound { device } => {
                self.carry_out(Step::TestSound(device));
                Ok(())
            }
            Ask::SeenMissed => self.seen_missed(),
            Ask::AnswerQuestion { yes } => {
                self.answer_question(yes);
                Ok(())
            }
            Ask::DismissDial => {
                self.state.dial = None;
                Ok(())
            }
        };
        tell(reply, outcome);
    }

    pub(crate) fn silence(&mut self, invite_id: &str) -> Outcome {
        self.state
            .silenced
            .insert(invite_id.parse().map_err(Failure::unreadable)?);
        Ok(())
    }

    fn add_contact(&mut self, user_id: &str, name: &str) -> Outcome {
        let user: UserId = user_id.trim().parse().map_err(Failure::unreadable)?;
        if user == *self.state.own() {
            return Err(Failure::bad_parameter(
                "This is your own user ID. Enter somebody else's.",
            ));
        }
        let mut contacts = self.state.profile.contacts().clone();
        contacts.add(user, name)?;
        self.state
            .profile
            .set_contacts(contacts)
            .map_err(not_kept)?;
        self.ask_presence();
        let unnamed = self.state.unnamed();
        if !unnamed.is_empty() {
            self.read(Read::Names(unnamed));
        }
        Ok(())
    }

    fn remove_contact(&mut self, user_id: &str) -> Outcome {
        let user: UserId = user_id.parse().map_err(Failure::unreadable)?;
        let by_himself = test_contacts::is_one(&user) || self.state.siblings.contains(&user);
        let mut contacts = self.state.profile.contacts().clone();
        contacts.remove(&user, by_himself);
        self.state.profile.set_contacts(contacts).map_err(not_kept)
    }

    fn mute_contact(&mut self, user_id: &str, muted: bool) -> Outcome {
        let user: UserId = user_id.parse().map_err(Failure::unreadable)?;
        let mut contacts = self.state.profile.contacts().clone();
        contacts.mute(user, muted)?;
        self.state.profile.set_contacts(contacts).map_err(not_kept)
    }

    fn save_settings(&mut self, form: SettingsView) -> Outcome {
        let settings = self.state.profile.settings();
        let changed = settings.changed(form)?;
        let is_elsewhere = changed.user != settings.user || changed.remote != settings.remote;
        if is_elsewhere && self.state.is_busy() {
            return Err(not_now(
                "You are in a call. Hang up before you change the account.",
            ));
        }
        self.state.profile.set_settings(changed).map_err(not_kept)?;
        if is_elsewhere {
            self.seek_line();
        }
        Ok(())
    }

    fn seen_missed(&mut self) -> Outcome {
        match self.state.history.newest_call_ms() {
            Some(newest) if newest > self.state.profile.seen_ms() => {
                self.state.profile.set_seen_ms(newest).map_err(not_kept)
            }
            Some(_) | None => Ok(()),
        }
    }
}

fn tell(reply: Reply, outcome: Outcome) {
    if reply.send(outcome).is_err() {
        tracing::debug!("whoever asked went away");
    }
}

fn not_kept(error: FileError) -> Failure {
    Failure::new(Code::Internal, Reason::TryAgain, format!("{error}."))
}
