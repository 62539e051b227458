//! What the app asks before it goes on: whether to answer another ring instead, and whether to quit in
//! a call.
//!
//! Owns the questions and what an answer leads to; the rules of calls are elsewhere.

use bellhop_client::View;
use bellhop_protocol::InviteId;
use serde_json::json;

use crate::controller::core::Core;
use crate::controller::state::State;
use crate::controller::talk::find;
use crate::shell::{Shell, Step};
use crate::view::QuestionView;

/// Something the app asks before it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Whether to end the call and answer this ring.
    AnswerInstead(InviteId),
    /// Whether to quit in the middle of a call.
    Quit,
}

/// What an answer given earlier leads to now.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Turn {
    HangUp,
    Cancel,
    Accept(InviteId),
    Wait,
}

impl State {
    /// The question as it is shown.
    pub(crate) fn question_view(&self, view: &View) -> Option<QuestionView> {
        match self.question.as_ref()? {
            Question::AnswerInstead(id) => {
                let inviter = &find(view, id)?.invitation.inviter;
                Some(QuestionView::AnswerInstead {
                    invite_id: id.to_string(),
                    name: self.name_of(inviter),
                })
            }
            Question::Quit => Some(QuestionView::Quit),
        }
    }

    /// Puts away what is not worth asking any more: a ring or a call has ended.
    fn drop_questions(&mut self, view: &View) {
        let rings = |id: &InviteId| find(view, id).is_some_and(|live| self.rings_here(live));
        let stands = match &self.question {
            Some(Question::AnswerInstead(id)) => rings(id) && self.is_busy_besides(id, view),
            Some(Question::Quit) => self.is_busy(),
            None => true,
        };
        let comes_next = self.answer_next.as_ref().is_none_or(rings);
        if !stands {
            self.question = None;
        }
        if !comes_next {
            self.answer_next = None;
        }
    }

    /// What has to be done so that the ring is answered that is to be answered instead.
    fn turn(&self, view: &View) -> Turn {
        let Some(id) = &self.answer_next else {
            return Turn::Wait;
        };
        if !self.is_busy_besides(id, view) {
            return Turn::Accept(id.clone());
        }
        match (&self.talk, &self.placing) {
            (Some(_), _) if !self.hanging_up => Turn::HangUp,
            (None, Some(placing)) if !placing.cancelling => Turn::Cancel,
            (Some(_) | None, _) => Turn::Wait,
        }
    }
}

impl<S: Shell> Core<S> {
    /// Asks whether to end the call and answer this ring, where the person sees it.
    pub(crate) fn ask_instead(&mut self, id: InviteId) {
        self.state.question = Some(Question::AnswerInstead(id));
        self.carry_out(Step::PresentMain);
    }

    /// Quits, or asks first when that would end a call.
    pub(crate) fn quit_or_ask(&mut self) {
        if self.state.is_busy() {
            self.state.question = Some(Question::Quit);
            self.carry_out(Step::PresentMain);
        } else {
            self.carry_out(Step::Quit);
        }
    }

    /// Takes the person's answer; without a question there is none.
    pub(crate) fn answer_question(&mut self, yes: bool) {
        match self.state.question.take().filter(|_| yes) {
            Some(Question::AnswerInstead(id)) => self.state.answer_next = Some(id),
            Some(Question::Quit) => self.carry_out(Step::Quit),
            None => {}
        }
    }

    /// Goes on with what was answered, as far as it can be done now.
    pub(crate) fn go_on(&mut self, view: &View) {
        self.state.drop_questions(view);
        match self.state.turn(view) {
            Turn::HangUp => self.hang_up(),
            Turn::Cancel => self.cancel_placing(),
            Turn::Accept(id) => {
                self.state.answer_next = None;
                self.wish("accept", json!({ "inviteID": id }));
            }
            Turn::Wait => {}
        }
    }

    /// Leaves the call this device is in, if any.
    pub(crate) fn hang_up(&mut self) {
        if let Some(talk) = &self.state.talk {
            let params = json!({ "callID": talk.call });
            self.wish("hangUp", params);
        }
    }

    /// Gives up the call this device places, if any.
    pub(crate) fn cancel_placing(&mut self) {
        if let Some(placing) = &self.state.placing {
            let params = json!({ "inviteID": placing.talk.invite });
            self.wish("cancel", params);
        }
    }
}
