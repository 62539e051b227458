//! What the background process asks the server about a ring, and what follows from the answer.

use bellhop_protocol::invitation::EndReason;
use bellhop_protocol::request::{Done, RejectReason};
use bellhop_protocol::{
    CallOutcome, Code, Failure, Invitation, InvitationState, InviteId, InviteeState, UserId,
};

use super::Resident;

/// What the server answers about an invitation.
#[derive(Debug)]
pub(super) enum Answer {
    /// How it stands.
    Stands(Result<Invitation, Failure>),
    /// Whether it took the person's no.
    Rejected(Result<Done, Failure>),
}

impl Resident {
    /// Asks the server how a ring stands.
    pub(super) fn ask(&self, id: InviteId) {
        let asked = self.channel.client().map(|client| client.invitation(&id));
        self.hears(id, asked, Answer::Stands);
    }

    /// Has this process hear what is answered; whether anything was asked.
    fn hears<T: 'static>(
        &self,
        id: InviteId,
        asked: Option<impl Future<Output = Result<T, Failure>> + Send + 'static>,
        means: fn(Result<T, Failure>) -> Answer,
    ) -> bool {
        let Some(asked) = asked else {
            return false;
        };
        let answer = self.answer.clone();
        tokio::spawn(async move {
            if answer.send((id, means(asked.await))).await.is_err() {
                tracing::debug!("the process ends");
            }
        });
        true
    }

    /// Goes on with an answer.
    pub(super) fn answered(&mut self, id: &InviteId, answer: Answer) {
        match answer {
            Answer::Stands(Ok(invitation)) => self.stands(id, &invitation),
            // The server knows nothing of it: it is over.
            Answer::Stands(Err(failure)) if failure.code == Code::NotPending => {
                self.ended(id, CallOutcome::Cancelled);
            }
            Answer::Stands(Err(failure)) => {
                tracing::info!(%id, %failure, "how it stands is not known");
                self.rings.not_told(id);
            }
            Answer::Rejected(Ok(_)) => {}
            Answer::Rejected(Err(failure)) => {
                tracing::info!(%id, %failure, "not rejected");
                self.rings.not_done(id);
            }
        }
    }

    fn stands(&mut self, id: &InviteId, invitation: &Invitation) {
        let user = &self.glance.settings.user;
        if let Some(outcome) = outcome(invitation, user) {
            self.ended(id, outcome);
            return;
        }
        let mut invitees = invitation.invitees.iter();
        let rings_elsewhere = invitees.any(|it| it.user == *user && it.ringing);
        if self.app_runs && rings_elsewhere {
            let steps = self.rings.taken_over(id);
            self.carry_out(steps);
        }
    }

    /// Tells the server that the person does not want this call.
    pub(super) fn reject(&mut self, id: InviteId) {
        let declined = Some(RejectReason::Declined);
        let client = self.channel.client();
        let rejected = client.map(|client| client.reject(&id, "", declined));
        if !self.hears(id.clone(), rejected, Answer::Rejected) {
            tracing::warn!(%id, "not rejected: there is no connection");
            self.rings.not_done(&id);
        }
    }
}

/// How a ring has ended for this user, if it has.
fn outcome(invitation: &Invitation, user: &UserId) -> Option<CallOutcome> {
    let mut invitees = invitation.invitees.iter();
    let Some(own) = invitees.find(|invitee| invitee.user == *user) else {
        return Some(CallOutcome::Cancelled);
    };
    match (own.state, own.reason) {
        (InviteeState::Pending, _) if invitation.state == InvitationState::Live => None,
        (InviteeState::Pending | InviteeState::TimedOut, _) => Some(CallOutcome::TimedOut),
        (InviteeState::Accepted, _) => Some(CallOutcome::Answered),
        (InviteeState::Rejected, Some(EndReason::Busy)) => Some(CallOutcome::Busy),
        (InviteeState::Rejected, _) => Some(CallOutcome::Rejected),
        (InviteeState::Cancelled, Some(EndReason::InviterOffline)) => {
            Some(CallOutcome::InviterOffline)
        }
        (InviteeState::Cancelled, _) => Some(CallOutcome::Cancelled),
    }
}
