//! Listeners: who is called for each signaling event, besides the stream of all events.
//!
//! Owns who listens; knows nothing of where events come from.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bellhop_protocol::event::{Answered, Cancelled, Modified, TimedOut};
use bellhop_protocol::{Event, Invitation};

/// Hears the signaling events of a client, each once and in order; what a listener does not care for
/// it leaves out.
///
/// It is called on the client's own task: it must not block, and may call every method of the client,
/// also to remove itself. One that panics is called again for the next event, and stops no other.
///
/// ```
/// use bellhop_client::protocol::{Invitation, SignalingInfo};
/// use bellhop_client::{Client, SignalingListener, SignalingListeners, Source};
/// use tokio::sync::mpsc::{Sender, channel};
/// # use bellhop_client::Config;
///
/// struct Doorbell(Sender<String>);
///
/// impl SignalingListener for Doorbell {
///     fn on_receive_new_invitation(&self, invitation: &Invitation) {
///         let rings = format!("{} rings", invitation.inviter);
///         if self.0.try_send(rings).is_err() {
///             eprintln!("nobody takes what the doorbell says");
///         }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let unreachable = Config {
/// #     url: "ws://127.0.0.1:9".parse()?,
/// #     user: "bob".parse()?,
/// #     device: "desk".parse()?,
/// #     platform: "linux".parse()?,
/// #     user_sig: "signature".into(),
/// # };
/// # let pushed: SignalingInfo = serde_json::from_str(
/// #     r#"{"businessID":1,"inviteID":"a1","inviter":"ann","inviteeList":["bob"],"actionType":1,
/// #         "data":"","timeout":30,"groupID":"","onlineUserOnly":false}"#,
/// # )?;
/// let (heard, mut told) = channel(16);
/// let listeners = SignalingListeners::default();
/// let doorbell = listeners.add(Doorbell(heard)); // before the login
///
/// let (client, _) = Client::start_with(unreachable, listeners);
/// # let age = std::time::Duration::ZERO;
/// drop(client.add_invited_signaling(pushed, Source::Push { age }));
/// assert_eq!(told.recv().await.as_deref(), Some("ann rings"));
///
/// assert!(client.remove_signaling_listener(doorbell));
/// # Ok(())
/// # }
/// ```
#[expect(
    unused_variables,
    reason = "who does not override a method does not listen to it"
)]
pub trait SignalingListener: Send + Sync {
    /// Somebody invites, or another device of this user did, or members of a group call each other:
    /// the view's [`Role`](crate::Role) tells which, and only an `Invitee` is rung.
    fn on_receive_new_invitation(&self, invitation: &Invitation) {}

    /// An invitee accepted; when it is this user, on another device.
    fn on_invitee_accepted(&self, answer: &Answered) {}

    /// An invitee rejected; when it is this user, on another device.
    fn on_invitee_rejected(&self, answer: &Answered) {}

    /// The invitation was cancelled for those in its list.
    fn on_invitation_cancelled(&self, cancelled: &Cancelled) {}

    /// Those in its list have not answered in time.
    fn on_invitation_timeout(&self, timed_out: &TimedOut) {}

    /// The inviter changed the invitation's data.
    fn on_invitation_modified(&self, modified: &Modified) {}
}

/// What is shared can listen, and be added twice.
impl<T: SignalingListener + ?Sized> SignalingListener for Arc<T> {
    fn on_receive_new_invitation(&self, invitation: &Invitation) {
        (**self).on_receive_new_invitation(invitation);
    }

    fn on_invitee_accepted(&self, answer: &Answered) {
        (**self).on_invitee_accepted(answer);
    }

    fn on_invitee_rejected(&self, answer: &Answered) {
        (**self).on_invitee_rejected(answer);
    }

    fn on_invitation_cancelled(&self, cancelled: &Cancelled) {
        (**self).on_invitation_cancelled(cancelled);
    }

    fn on_invitation_timeout(&self, timed_out: &TimedOut) {
        (**self).on_invitation_timeout(timed_out);
    }

    fn on_invitation_modified(&self, modified: &Modified) {
        (**self).on_invitation_modified(modified);
    }
}

/// Names a listener, so that it can be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListenerId(u64);

/// Who listens, in the order of adding; clones are the same ones.
///
/// They live as long as somebody holds them: hand them to the next client, and they survive a logout.
#[derive(Clone, Default)]
pub struct SignalingListeners(Arc<Mutex<Registered>>);

#[derive(Default)]
struct Registered {
    last: u64,
    by_id: BTreeMap<ListenerId, Arc<dyn SignalingListener>>,
}

impl SignalingListeners {
    /// Has every signaling event told to this listener too, from here on.
    pub fn add(&self, listener: impl SignalingListener + 'static) -> ListenerId {
        let mut registered = self.registered();
        registered.last += 1;
        let id = ListenerId(registered.last);
        registered.by_id.insert(id, Arc::new(listener));
        id
    }

    /// Tells this listener nothing more; tells whether there was such a one.
    pub fn remove(&self, id: ListenerId) -> bool {
        self.registered().by_id.remove(&id).is_some()
    }

    /// Tells every listener.
    pub(crate) fn tell(&self, event: &Event) {
        let ids: Vec<ListenerId> = self.registered().by_id.keys().copied().collect();
        for id in ids {
            // One of those before may have removed it. The lock is not held while one is called.
            let listener = self.registered().by_id.get(&id).cloned();
            let Some(listener) = listener else {
                continue;
            };
            if catch_unwind(AssertUnwindSafe(|| call(&*listener, event))).is_err() {
                tracing::error!(?id, "a signaling listener panicked");
            }
        }
    }

    fn registered(&self) -> MutexGuard<'_, Registered> {
        // Nothing panics while it is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SignalingListeners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.registered().by_id.len();
        write!(f, "SignalingListeners({count})")
    }
}

fn call(listener: &dyn SignalingListener, event: &Event) {
    match event {
        Event::NewInvitationReceived(told) => listener.on_receive_new_invitation(told),
        Event::InviteeAccepted(told) => listener.on_invitee_accepted(told),
        Event::InviteeRejected(told) => listener.on_invitee_rejected(told),
        Event::InvitationCancelled(told) => listener.on_invitation_cancelled(told),
        Event::InvitationTimeout(told) => listener.on_invitation_timeout(told),
        Event::InvitationModified(told) => listener.on_invitation_modified(told),
        Event::InviteeRinging(_)
        | Event::CallEnded(_)
        | Event::SignalReceived(_)
        | Event::MessageReceived(_)
        | Event::UserStatusChanged(_)
        | Event::GroupChanged(_)
        | Event::PushReceived(_)
        | Event::PushWithdrawn(_)
        | Event::KickedOffline(_) => {}
    }
}
