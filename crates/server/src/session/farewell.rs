//! The end of a connection: who was kicked is told, what was begun is finished, the peer is told why.

use std::time::Duration;

use bellhop_protocol::event::KickedOffline;
use bellhop_protocol::{Code, Event, Reason, rpc};

use super::{Session, Then, departure, not_logged_in};
use crate::ending::Ending;
use crate::wire::Wire;

/// How long a kicked connection may take to hear so.
const KICK_WITHIN: Duration = Duration::from_millis(500);

impl<W: Wire> Session<W> {
    /// Says goodbye, lets the request in the works finish, and leaves the fabric.
    pub(super) async fn end(mut self, ending: Ending) {
        if ending == Ending::Kicked {
            // Whoever was kicked is told so before the close; should that fail, the close follows.
            if let Err(error) = self.say_kicked().await {
                tracing::debug!(?error, "a kicked connection was not told");
            }
        }
        let is_clean = !matches!(ending, Ending::Silent | Ending::TooSlow | Ending::Kicked);
        if is_clean {
            self.note_heard();
        }
        let Self {
            hub,
            wire,
            current,
            mut speaker,
            mailbox,
            ..
        } = self;
        drop(mailbox);
        let finish = async {
            if let Some(current) = current
                && let Then::LoggedIn(arrival) = current.await.then
            {
                speaker = Some(arrival.speaker);
            }
            if let Some(speaker) = speaker {
                let last_heard = speaker.attachment.last_heard();
                departure::leave(&hub, speaker, last_heard).await;
            }
        };
        // The device is gone for the others before its peer has said goodbye.
        tokio::join!(finish, wire.close(ending));
    }

    async fn say_kicked(&mut self) -> Result<(), Ending> {
        let kicked = Event::KickedOffline(KickedOffline {
            code: Code::Kicked,
            reason: Reason::Kicked,
        });
        let waiting = std::mem::take(&mut self.waiting);
        let say = async {
            for id in waiting.into_iter().filter_map(|asked| asked.id) {
                let reply = rpc::encode_reply(&id, &Err(not_logged_in()));
                self.wire.say(reply).await?;
            }
            self.wire.say(rpc::encode_event(&kicked)).await
        };
        tokio::select! {
            biased;
            said = say => said,
            () = self.hub.world.pause(KICK_WITHIN) => Err(Ending::TooSlow),
        }
    }
}
