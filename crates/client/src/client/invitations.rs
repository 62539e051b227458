//! Invitations: making, ending, answering and changing them (SIGNALING §2).

use bellhop_engine::handset::Source;
use bellhop_protocol::request::{
    Accept, ByInvite, Cancel, CancelReason, Done, Invite, InviteInGroup, Invited, Modified,
    ModifyInvitation, Nothing, Reject, RejectReason,
};
use bellhop_protocol::{Invitation, InviteId, Request, SignalingInfo};

use super::Client;
use crate::connection::Order;
use crate::pending::Pending;
use crate::repeatable::mint_invite_id;

impl Client {
    /// Rings a user. The id is known at once; the outcome says whether it rings.
    ///
    /// An `inviteID` that is absent is minted. `timeout` is in whole seconds from 0 (for ever) to
    /// 86 400, `data` is passed on byte for byte; the outcome's `remaining_ms` is in milliseconds.
    /// Refused with 6017 (oneself, or an `inviteID` that was used with other parameters), 7008, 8001,
    /// 8010 (`ended`: a `callID` of a call that is over), 8011 (somebody else's `inviteID`; not in the
    /// call of that `callID`), 20003, 20007.
    ///
    /// ```
    /// use bellhop_client::protocol::{Code, request::Invite};
    /// # use bellhop_client::{Client, Config};
    /// # fn config() -> Result<Config, Box<dyn std::error::Error>> {
    /// #     Ok(Config {
    /// #         url: "ws://127.0.0.1:9".parse()?,
    /// #         user: "ann".parse()?,
    /// #         device: "desk".parse()?,
    /// #         platform: "linux".parse()?,
    /// #         user_sig: "signature".into(),
    /// #     })
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (client, _) = Client::start(config()?);
    /// let (invite_id, outcome) = client.invite(Invite::to("bob".parse()?));
    /// assert_eq!(invite_id.as_str().len(), 36);
    ///
    /// client.close().await;
    /// assert_eq!(outcome.await.unwrap_err().code, Code::NotLoggedIn);
    /// # Ok(())
    /// # }
    /// ```
    pub fn invite(&self, mut invite: Invite) -> (InviteId, Pending<Invited>) {
        let invite_id = invite.invite_id.get_or_insert_with(mint_invite_id).clone();
        (invite_id, self.ask(Request::Invite(invite)))
    }

    /// Rings members of a group of this user's, in the order of the list: 1 to 100, each once.
    ///
    /// All or nobody is rung. Each answers for himself; the other members see the call and are not
    /// rung. Otherwise as [`Client::invite`]. Refused also with 10004 (an invitee outside the group),
    /// 10007 (this user is no member), 10010 (no such group), 6017 (an empty list, somebody twice, or
    /// oneself).
    pub fn invite_in_group(&self, mut invite: InviteInGroup) -> (InviteId, Pending<Invited>) {
        let invite_id = invite.invite_id.get_or_insert_with(mint_invite_id).clone();
        (invite_id, self.ask(Request::InviteInGroup(invite)))
    }

    /// Ends an invitation of this user's for those who have not answered.
    ///
    /// `data` is passed on byte for byte. Refused with 8010 (with the reason), 8011 (`notInviter`).
    pub fn cancel(&self, invite_id: &InviteId, data: &str) -> Pending<Done> {
        self.cancel_because(invite_id, data, None)
    }

    /// Like [`Client::cancel`], with the machine-readable reason that the server keeps.
    pub fn cancel_because(
        &self,
        invite_id: &InviteId,
        data: &str,
        reason: Option<CancelReason>,
    ) -> Pending<Done> {
        self.ask(Request::Cancel(Cancel {
            invite_id: invite_id.clone(),
            data: data.to_owned(),
            reason,
            op_id: None,
        }))
    }

    /// Answers an invitation with yes, on this device: exactly one device of a user can.
    ///
    /// Refused with 8010 (the reason tells who was faster: `acceptedElsewhere`, `cancelled`,
    /// `timedOut`, …), 8011 (`notInvitee`).
    pub fn accept(&self, invite_id: &InviteId, data: &str) -> Pending<Done> {
        self.ask(Request::Accept(Accept {
            invite_id: invite_id.clone(),
            data: data.to_owned(),
            op_id: None,
        }))
    }

    /// Answers an invitation with no. A `busy` reason leaves a missed call.
    ///
    /// Refused as [`Client::accept`] is.
    pub fn reject(
        &self,
        invite_id: &InviteId,
        data: &str,
        reason: Option<RejectReason>,
    ) -> Pending<Done> {
        self.ask(Request::Reject(Reject {
            invite_id: invite_id.clone(),
            data: data.to_owned(),
            reason,
            op_id: None,
        }))
    }

    /// Replaces the data of a live invitation of this user's, and nothing else of it.
    ///
    /// The others hear `invitationModified`, and the message of the invite is edited. Refused with 6017
    /// (an `onlineUserOnly` invitation leaves nothing to modify), 8001, 8010 (with the reason), 8011
    /// (`notInviter`).
    pub fn modify_invitation(&self, invite_id: &InviteId, data: &str) -> Pending<Modified> {
        self.ask(Request::ModifyInvitation(ModifyInvitation {
            invite_id: invite_id.clone(),
            data: data.to_owned(),
            op_id: None,
        }))
    }

    /// Adds an invitation that came by push, or by any other road, such as a link or a message.
    ///
    /// One that came by the authenticated push channel rings at once, without a connection too: the app
    /// hears `newInvitationReceived` with revision 0, the call named after the invitation, and what is
    /// left of its time by the age of the push; one whose time is over does not ring. One from anywhere
    /// else rings when the server has confirmed it. The outcome is what the server says in either case; a
    /// ring that it does not confirm ends with its true reason.
    ///
    /// Refused with 6012 (no answer for 30 s; a push rings on), 6017 (no invitation: another
    /// `actionType`), 8010 (over, with the reason, or `unknown`), 8011 (addressed to others), 8012
    /// (known already: there is no second ring).
    ///
    /// ```
    /// use bellhop_client::protocol::{Event, SignalingInfo};
    /// use bellhop_client::{ClientEvent, Ring, Source};
    /// # use bellhop_client::{Client, Config};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let unreachable = Config {
    /// #     url: "ws://127.0.0.1:9".parse()?,
    /// #     user: "bob".parse()?,
    /// #     device: "desk".parse()?,
    /// #     platform: "linux".parse()?,
    /// #     user_sig: "signature".into(),
    /// # };
    /// let (client, mut events) = Client::start(unreachable);
    /// let pushed: SignalingInfo = serde_json::from_str(
    ///     r#"{"businessID":1,"inviteID":"a1","inviter":"ann","inviteeList":["bob"],"actionType":1,
    ///         "data":"","timeout":30,"groupID":"","onlineUserOnly":false}"#,
    /// )?;
    /// let this_moment = std::time::Duration::ZERO;
    /// let confirmed = client.add_invited_signaling(pushed, Source::Push { age: this_moment });
    /// let ring = loop {
    ///     if let Some(ClientEvent::Signaling(Event::NewInvitationReceived(ring))) = events.next().await {
    ///         break ring;
    ///     }
    /// };
    /// assert_eq!(ring.inviter.as_str(), "ann");
    /// assert_eq!(client.view().invitations[0].ring, Ring::Sounds);
    /// # drop(confirmed);
    /// # Ok(())
    /// # }
    /// ```
    pub fn add_invited_signaling(
        &self,
        info: SignalingInfo,
        source: Source,
    ) -> Pending<Invitation> {
        self.order(|reply| Order::Add(Box::new(info), source, reply))
    }

    /// Says that this device rings. The client says it by itself, once for each ring that it hands
    /// to the app; this is for apps that want to say it again.
    ///
    /// Refused with 8010 (with the reason), 8011 (`notInvitee`).
    pub fn ringing(&self, invite_id: &InviteId) -> Pending<Nothing> {
        self.ask(Request::Ringing(ByInvite {
            invite_id: invite_id.clone(),
            op_id: None,
        }))
    }

    /// How an invitation stands, also one that ended recently.
    ///
    /// Refused with 8010 `unknown` to whoever takes no part in it.
    pub fn invitation(&self, invite_id: &InviteId) -> Pending<Invitation> {
        self.ask(Request::GetInvitation(ByInvite {
            invite_id: invite_id.clone(),
            op_id: None,
        }))
    }
}
