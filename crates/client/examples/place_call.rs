//! Rings a user and tells what happens: `place_call ws://127.0.0.1:7700 ann SIGNATURE bob`.

use bellhop_client::protocol::request::Invite;
use bellhop_client::{Client, Config, call_layer};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let [_, url, user, signature, callee] = &args[..] else {
        return Err("usage: place_call URL USER SIGNATURE CALLEE".into());
    };
    let (client, mut events) = Client::start(Config {
        url: url.parse()?,
        user: user.parse()?,
        device: "example".parse()?,
        platform: "cli".parse()?,
        user_sig: signature.as_str().into(),
    });
    let mut invite = Invite::to(callee.parse()?);
    invite.data = call_layer::invitation_data(call_layer::MediaType::Audio);
    client.invite(invite).1.await?;
    while let Some(event) = events.next().await {
        println!("{event:?}");
    }
    Ok(())
}
