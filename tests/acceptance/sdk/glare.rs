//! Two people call each other at once (SIGNALING §5, "Glare").

use super::phone::{Phone, inviting};
use crate::server::TestServer;

/// How often they do.
const TIMES: usize = 20;

/// §5: both invitations exist, the one with the larger name gives way, and one call results.
#[tokio::test]
async fn two_who_call_each_other_are_in_one_call() {
    let server = TestServer::start().await;
    let mut alice = Phone::connect(&server.url(), "alice", "a1").await;
    let mut bob = Phone::connect(&server.url(), "bob", "b1").await;
    let mut alice_gave_way = 0;
    for _ in 0..TIMES {
        let (from_alice, placed) = alice.client.invite(inviting("bob", 30));
        let (from_bob, placed_too) = bob.client.invite(inviting("alice", 30));
        let (placed, placed_too) = tokio::join!(placed, placed_too);
        placed.unwrap();
        placed_too.unwrap();
        let alice_gives_way = from_bob < from_alice;
        alice_gave_way += usize::from(alice_gives_way);
        let (kept, given_up) = if alice_gives_way {
            (from_bob, from_alice)
        } else {
            (from_alice, from_bob)
        };
        let (stays, gives_way) = if alice_gives_way {
            (&mut bob, &mut alice)
        } else {
            (&mut alice, &mut bob)
        };
        let answered = if alice_gives_way { "a1" } else { "b1" };
        stays.hears(&kept, &format!("accepted on {answered}")).await;
        stays.hears(&given_up, "cancelled glare").await;
        gives_way.hears(&given_up, "cancelled glare").await;
        for phone in [&*stays, &*gives_way] {
            let call = phone.call(&kept).await.unwrap();
            assert_eq!((call.parties.len(), call.invitations.len()), (2, 1));
        }
        let with = if alice_gives_way { "alice" } else { "bob" };
        assert_eq!(stays.recorded(with, &kept).await, [1, 3]);
        assert_eq!(stays.recorded(with, &given_up).await, [1, 2]);
        stays.hang_up(&kept).await;
        let other = if alice_gives_way { "bob" } else { "alice" };
        let over = format!("call ended by {other}");
        gives_way.hears(&kept, &over).await;
        for phone in [stays, gives_way] {
            phone.catch_up().await;
            phone.is_idle();
        }
    }
    assert!(
        alice_gave_way > 0 && alice_gave_way < TIMES,
        "{alice_gave_way}"
    );
}
