//! Rings a user and says what becomes of it: `place_call ws://127.0.0.1:7700 ann SIGNATURE bob`.

use std::error::Error;

use bellhop_client::call_layer::{MediaType, invitation_data};
use bellhop_client::protocol::{Event, request::Invite};
use bellhop_client::{Client, ClientEvent, Config, Connection};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let [url, user, signature, callee] = std::env::args()
        .skip(1)
        .collect::<Vec<_>>()
        .try_into()
        .map_err(|_| "usage: place_call URL USER SIGNATURE CALLEE")?;
    let (client, mut events) = Client::start(Config {
        url: url.parse()?,
        user: user.parse()?,
        device: "example".parse()?,
        platform: "cli".parse()?,
        user_sig: signature.into(),
    });
    let mut invite = Invite::to(callee.parse()?);
    invite.data = invitation_data(MediaType::Audio);
    let (_, outcome) = client.invite(invite);
    outcome.await?;
    println!("Calling {callee} …");
    while let Some(event) = events.next().await {
        if let ClientEvent::Connection(Connection::Stopped(failure)) = event {
            return Err(failure.into());
        }
        let ClientEvent::Signaling(event) = event else {
            continue;
        };
        if matches!(event, Event::InviteeRinging(_)) {
            println!("It rings.");
        } else if matches!(event, Event::InviteeAccepted(_)) {
            println!("Answered.");
        } else if matches!(
            event,
            Event::InviteeRejected(_) | Event::InvitationTimeout(_) | Event::CallEnded(_)
        ) {
            break;
        }
    }
    println!("Over.");
    client.logout().await?;
    Ok(())
}
