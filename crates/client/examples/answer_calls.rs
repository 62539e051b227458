//! Answers every call: `answer_calls ws://127.0.0.1:7700 bob SIGNATURE`.

use std::error::Error;

use bellhop_client::protocol::Event;
use bellhop_client::{Client, ClientEvent, Config, Connection};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let [url, user, signature] = std::env::args()
        .skip(1)
        .collect::<Vec<_>>()
        .try_into()
        .map_err(|_| "usage: answer_calls URL USER SIGNATURE")?;
    let (client, mut events) = Client::start(Config {
        url: url.parse()?,
        user: user.parse()?,
        device: "example".parse()?,
        platform: "cli".parse()?,
        user_sig: signature.into(),
    });
    while let Some(event) = events.next().await {
        if let ClientEvent::Connection(Connection::Stopped(failure)) = event {
            return Err(failure.into());
        }
        if let ClientEvent::Signaling(Event::NewInvitationReceived(ring)) = event {
            println!("{} calls.", ring.inviter);
            match client.accept(&ring.invite_id, "").await {
                Ok(_) => println!("Answered."),
                Err(failure) => println!("Too late: {failure}"),
            }
        }
    }
    Ok(())
}
