//! Answers every call: `answer_calls ws://127.0.0.1:7700 bob SIGNATURE`.

use bellhop_client::protocol::Event;
use bellhop_client::{Client, ClientEvent, Config};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let [_, url, user, signature] = &args[..] else {
        return Err("usage: answer_calls URL USER SIGNATURE".into());
    };
    let (client, mut events) = Client::start(Config {
        url: url.parse()?,
        user: user.parse()?,
        device: "example".parse()?,
        platform: "cli".parse()?,
        user_sig: signature.as_str().into(),
    });
    while let Some(event) = events.next().await {
        if let ClientEvent::Signaling(Event::NewInvitationReceived(ring)) = event {
            let answer = client.accept(&ring.invite_id, "").await;
            println!("{} called: {answer:?}", ring.inviter);
        }
    }
    Err("the connection has ended for good".into())
}
