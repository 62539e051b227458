//! Who sees whether somebody can be reached (PROTOCOL, "Beside the socket").

use bellhop_engine::Actor;
use bellhop_protocol::request::{Request, StatusList};
use bellhop_protocol::{Event, Failure, UserId};

use super::Speaker;
use super::request::unavailable;
use crate::fabric::{Hidden, MAX_WATCHED};
use crate::hub::{Hub, Visibility};
use crate::ports::PortError;

/// How these users stand; the result of `getUserStatus`.
pub(super) async fn ask(hub: &Hub, by: &Actor, users: &[UserId]) -> Result<StatusList, Failure> {
    if users.len() > MAX_WATCHED {
        let message = format!("{MAX_WATCHED} users can be asked about at once.");
        return Err(Failure::bad_parameter(message));
    }
    let hidden = hidden_from(hub, &by.user, users).await;
    let hidden = hidden.map_err(unavailable)?;
    Ok(StatusList {
        status_list: hub.fabric.statuses(users, &hidden),
    })
}

/// How these users stand, and from here on an event whenever that changes; the result of
/// `subscribeUserStatus`.
pub(super) async fn watch(
    hub: &Hub,
    speaker: &Speaker,
    users: &[UserId],
) -> Result<StatusList, Failure> {
    // First, so that no block between the look and the watch is missed.
    let Some(()) = speaker.attachment.watch(users) else {
        return Err(Failure::bad_parameter(format!(
            "A connection can watch {MAX_WATCHED} users. Ask with getUserStatus for the others."
        )));
    };
    let hidden = hidden_from(hub, &speaker.actor.user, users).await;
    let hidden = hidden.map_err(unavailable)?;
    Ok(StatusList {
        status_list: speaker.attachment.see(users, &hidden),
    })
}

/// Whether this news may make somebody a contact, or no contact any more.
pub(super) fn concerns_contacts(news: &Event) -> bool {
    match news {
        Event::GroupChanged(_) => true,
        Event::MessageReceived(message) => message.group_id.is_none(),
        Event::NewInvitationReceived(_)
        | Event::InviteeAccepted(_)
        | Event::InviteeRejected(_)
        | Event::InvitationCancelled(_)
        | Event::InvitationTimeout(_)
        | Event::InvitationModified(_)
        | Event::InviteeRinging(_)
        | Event::CallEnded(_)
        | Event::SignalReceived(_)
        | Event::UserStatusChanged(_)
        | Event::PushReceived(_)
        | Event::PushWithdrawn(_)
        | Event::KickedOffline(_) => false,
    }
}

/// Whether carrying out this request may do the same; whoever asked hears no news of it.
pub(super) fn changes_contacts(request: &Request) -> bool {
    matches!(
        request,
        Request::SendMessage(_)
            | Request::CreateGroup(_)
            | Request::DismissGroup(_)
            | Request::JoinGroup(_)
            | Request::QuitGroup(_)
            | Request::AddGroupMember(_)
            | Request::DeleteGroupMember(_)
    )
}

/// Tells a connection of those it watches who have become contacts, or are none any more.
pub(super) async fn look_again(hub: &Hub, speaker: &Speaker) {
    let watched = match hub.tuning.presence {
        Visibility::Everyone => return,
        Visibility::Contacts => speaker.attachment.watched(),
    };
    if watched.is_empty() {
        return;
    }
    match hidden_from(hub, &speaker.actor.user, &watched).await {
        Ok(hidden) => speaker
            .attachment
            .look_again(&watched, &hidden.from_strangers),
        Err(error) => tracing::error!(%error, "who is a contact was not looked up"),
    }
}

/// Which of these users this one does not see.
async fn hidden_from(hub: &Hub, user: &UserId, users: &[UserId]) -> Result<Hidden, PortError> {
    let mut hidden = Hidden {
        by_block: hub.store.who_blocks(user, users).await?,
        ..Hidden::default()
    };
    match hub.tuning.presence {
        Visibility::Everyone => {}
        Visibility::Contacts => {
            let contacts = hub.store.correspondents(user, users).await?;
            let groups = hub.store.groups_of(user).await?;
            let is_contact = |other: &UserId| {
                other == user
                    || contacts.contains(other)
                    || groups.iter().any(|group| group.has(other))
            };
            let strangers = users.iter().filter(|other| !is_contact(other));
            hidden.from_strangers = strangers.cloned().collect();
        }
    }
    Ok(hidden)
}
