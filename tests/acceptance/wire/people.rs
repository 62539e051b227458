//! Who is blocked, as oneself sees it: `addToBlacklist`, `removeFromBlacklist` and `getBlacklist`.

use serde_json::{Value, json};

use super::Cast;
use crate::raw::{Wire, refusal};

async fn blocked(wire: &mut Wire) -> Value {
    wire.ask("getBlacklist", json!({})).await["userIDList"].take()
}

/// PROTOCOL "Requests": blocks are the user's, on every device; twice is once, and nobody is told.
#[tokio::test]
async fn blocked_users_are_listed() {
    let mut cast = Cast::enter().await;
    assert_eq!(blocked(&mut cast.b1).await, json!([]));
    for users in [json!(["carol", "alice"]), json!(["alice"])] {
        let params = json!({"userIDList": users});
        assert_eq!(cast.b1.ask("addToBlacklist", params).await, json!({}));
        assert_eq!(blocked(&mut cast.b2).await, json!(["alice", "carol"]));
    }
    assert_eq!(blocked(&mut cast.a1).await, json!([]), "each has his own");
    let params = json!({"userIDList": ["alice"]});
    assert_eq!(
        cast.b2.ask("removeFromBlacklist", params.clone()).await,
        json!({})
    );
    assert_eq!(cast.b2.ask("removeFromBlacklist", params).await, json!({}));
    assert_eq!(blocked(&mut cast.b1).await, json!(["carol"]));
    cast.hear_nothing().await;
    let id = super::ring(&mut cast.a1, json!({})).await;
    cast.b1.ask("accept", json!({"inviteID": id})).await;
}

/// §4: a block is carried out once by its `opID`; with other parameters it is 6017.
#[tokio::test]
async fn blocks_are_repeated_by_their_op_id() {
    let mut cast = Cast::enter().await;
    let block = json!({"userIDList": ["alice"], "opID": "op-1"});
    cast.b1.ask("addToBlacklist", block.clone()).await;
    let unblock = json!({"userIDList": ["alice"]});
    cast.b1.ask("removeFromBlacklist", unblock).await;
    cast.b2.ask("addToBlacklist", block).await;
    assert_eq!(blocked(&mut cast.b1).await, json!([]), "it was done before");
    let other = json!({"userIDList": ["carol"], "opID": "op-1"});
    let refused = cast.b1.refused("addToBlacklist", other).await;
    assert_eq!(refused, refusal(6017, "reused"));
}
