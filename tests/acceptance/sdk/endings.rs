//! Every ending of a call: both sides are told the same, each device once, and nothing rings on.

use std::time::Duration;

use bellhop_client::protocol::InviteId;
use bellhop_client::protocol::invitation::{InvitationState, InviteeState};
use bellhop_client::protocol::request::RejectReason;
use bellhop_client::{Ring, Role};

use super::phone::{Phone, refused};
use crate::raw::{Wire, refusal};
use crate::server::TestServer;

/// Alice with one phone, bob with two, all on a server.
struct Pair {
    server: TestServer,
    a1: Phone,
    b1: Phone,
    b2: Phone,
}

impl Pair {
    async fn meet() -> Self {
        Self::meet_at(TestServer::start().await).await
    }

    async fn meet_at(server: TestServer) -> Self {
        let url = server.url();
        Self {
            a1: Phone::connect(&url, "alice", "a1").await,
            b1: Phone::connect(&url, "bob", "b1").await,
            b2: Phone::connect(&url, "bob", "b2").await,
            server,
        }
    }

    /// Alice rings bob, and both his phones ring.
    async fn ring(&mut self, seconds: u32) -> InviteId {
        let id = self.a1.ring("bob", seconds).await;
        for phone in [&mut self.b1, &mut self.b2] {
            phone.hears(&id, "ring by alice").await;
            let rings = &phone.client.view().invitations;
            assert_eq!(rings.len(), 1);
            assert_eq!(
                (rings[0].role, rings[0].ring),
                (Role::Invitee, Ring::Sounds)
            );
        }
        assert_eq!(self.a1.client.view().invitations[0].role, Role::Inviter);
        id
    }

    /// Everybody was told this and nothing else, and all agree on how it stands.
    async fn ended(
        &mut self,
        id: &InviteId,
        told: [&[&str]; 3],
        state: InviteeState,
        recorded: &[u8],
    ) {
        for (phone, told) in [&mut self.a1, &mut self.b1, &mut self.b2]
            .into_iter()
            .zip(told)
        {
            assert_eq!(phone.heard(id).await, told);
            assert_eq!(phone.standing(id).await, (InvitationState::Ended, state));
            phone.is_idle();
        }
        assert_eq!(self.a1.recorded("bob", id).await, recorded);
        assert_eq!(self.b2.recorded("alice", id).await, recorded);
    }
}

/// §3, §8: answered on one device, stopped on the other, hung up by either side.
#[tokio::test]
async fn an_answered_call_is_hung_up_by_either_side() {
    for hangs_up in ["a1", "b1", "b2"] {
        let mut pair = Pair::meet().await;
        let id = pair.ring(30).await;
        pair.b1.client.accept(&id, "").await.unwrap();
        pair.a1.hears(&id, "accepted on b1").await;
        pair.b2.hears(&id, "accepted on b1").await;
        for phone in [&mut pair.a1, &mut pair.b1, &mut pair.b2] {
            phone.catch_up().await;
            let calls = &phone.client.view().calls;
            assert_eq!(calls.len(), 1, "the call shows on every device of both");
            assert_eq!(phone.call(&id).await.unwrap().parties.len(), 2);
        }
        assert!(pair.a1.client.view().calls[0].here);
        assert!(pair.b1.client.view().calls[0].here);
        assert!(!pair.b2.client.view().calls[0].here);

        let (acts, by) = match hangs_up {
            "a1" => (&pair.a1, "call ended by alice"),
            "b1" => (&pair.b1, "call ended by bob"),
            _ => (&pair.b2, "call ended by bob"),
        };
        acts.hang_up(&id).await;
        let mut told: [Vec<&str>; 3] = [
            vec!["accepted on b1"],
            vec!["ring by alice"],
            vec!["ring by alice", "accepted on b1"],
        ];
        for (device, told) in ["a1", "b1", "b2"].into_iter().zip(&mut told) {
            if device != hangs_up {
                told.push(by);
            }
        }
        if hangs_up != "a1" {
            pair.a1.hears(&id, by).await;
        }
        let told = [&told[0][..], &told[1][..], &told[2][..]];
        pair.ended(&id, told, InviteeState::Accepted, &[1, 3]).await;
    }
}

/// §3: declined on one device, stopped on the other.
#[tokio::test]
async fn a_rejected_call_stops_everywhere() {
    let mut pair = Pair::meet().await;
    let id = pair.ring(30).await;
    let declined = Some(RejectReason::Declined);
    pair.b2.client.reject(&id, "", declined).await.unwrap();
    let told = "rejected on b2 declined";
    pair.a1.hears(&id, told).await;
    let told: [&[&str]; 3] = [&[told], &["ring by alice", told], &["ring by alice"]];
    pair.ended(&id, told, InviteeState::Rejected, &[1, 4]).await;
}

/// §8: a busy refusal leaves a missed call at the callee.
#[tokio::test]
async fn a_busy_callee_has_a_missed_call() {
    let mut pair = Pair::meet().await;
    let id = pair.ring(30).await;
    let busy = Some(RejectReason::Busy);
    pair.b1.client.reject(&id, "", busy).await.unwrap();
    let told = "rejected on b1 busy";
    pair.a1.hears(&id, told).await;
    let expected: [&[&str]; 3] = [&[told], &["ring by alice"], &["ring by alice", told]];
    pair.ended(&id, expected, InviteeState::Rejected, &[1, 4])
        .await;
    let list = pair.b2.client.conversation_list().await.unwrap();
    assert_eq!(list.conversations[0].unread_count, 1);
}

/// §3: the inviter gives up.
#[tokio::test]
async fn a_cancelled_call_stops_everywhere() {
    let mut pair = Pair::meet().await;
    let id = pair.ring(30).await;
    pair.a1.client.cancel(&id, "").await.unwrap();
    pair.b1.hears(&id, "cancelled").await;
    pair.b2.hears(&id, "cancelled").await;
    let stopped: &[&str] = &["ring by alice", "cancelled"];
    pair.ended(
        &id,
        [&[], stopped, stopped],
        InviteeState::Cancelled,
        &[1, 2],
    )
    .await;
}

/// §3: nobody answers in time.
#[tokio::test]
async fn a_call_nobody_answers_times_out_on_both_sides() {
    let mut pair = Pair::meet().await;
    let id = pair.ring(1).await;
    pair.a1.hears(&id, "timed out").await;
    let stopped: &[&str] = &["ring by alice", "timed out for me"];
    let told = [&["timed out"][..], stopped, stopped];
    pair.ended(&id, told, InviteeState::TimedOut, &[1, 5]).await;
}

/// §2, §4: the second device to answer learns that it was elsewhere; the other operation too.
#[tokio::test]
async fn a_call_answered_elsewhere_cannot_be_answered_again() {
    for (accepts, reason) in [(true, "acceptedElsewhere"), (false, "rejectedElsewhere")] {
        let mut pair = Pair::meet().await;
        let id = pair.ring(30).await;
        let answer = if accepts {
            pair.b1.client.accept(&id, "")
        } else {
            pair.b1.client.reject(&id, "", None)
        };
        answer.await.unwrap();
        let expected = refusal(8010, reason);
        let late = pair.b2.client.accept(&id, "").await.unwrap_err();
        assert_eq!(refused(late), expected);
        let late = pair.b2.client.reject(&id, "", None).await.unwrap_err();
        assert_eq!(refused(late), expected);
        let word = if accepts { "accepted" } else { "rejected" };
        let late = pair.a1.client.cancel(&id, "").await.unwrap_err();
        assert_eq!(refused(late), refusal(8010, word));
        let told = format!("{word} on b1");
        assert_eq!(pair.a1.heard(&id).await, [told.as_str()]);
        assert_eq!(pair.b1.heard(&id).await, ["ring by alice"]);
        assert_eq!(pair.b2.heard(&id).await, ["ring by alice", told.as_str()]);
    }
}

/// §5: the inviter's only device is gone for the grace.
#[tokio::test]
async fn a_call_ends_when_its_inviter_is_gone() {
    let grace = Duration::from_millis(200);
    let server = TestServer::with(|tuning| tuning.grace = grace).await;
    let mut pair = Pair::meet_at(server).await;
    let id = pair.ring(30).await;
    let url = pair.server.url();
    pair.a1.close().await;
    for phone in [&mut pair.b1, &mut pair.b2] {
        phone.hears(&id, "cancelled inviterOffline").await;
        let told = phone.heard(&id).await;
        assert_eq!(told, ["ring by alice", "cancelled inviterOffline"]);
        phone.is_idle();
        let cancelled = (InvitationState::Ended, InviteeState::Cancelled);
        assert_eq!(phone.standing(&id).await, cancelled);
    }
    let mut back = Phone::connect(&url, "alice", "a1").await;
    assert_eq!(back.heard(&id).await, Vec::<String>::new());
    assert_eq!(back.recorded("bob", &id).await, [1, 2]);
    back.is_idle();
}

/// §8: the device of a party is gone for the grace, and the other side is told.
#[tokio::test]
async fn a_running_call_ends_when_a_party_is_gone() {
    let grace = Duration::from_millis(200);
    let server = TestServer::with(|tuning| tuning.grace = grace).await;
    let mut pair = Pair::meet_at(server).await;
    let id = pair.ring(30).await;
    pair.b1.client.accept(&id, "").await.unwrap();
    pair.b1.close().await;
    pair.a1.hears(&id, "call ended by bob").await;
    pair.b2.hears(&id, "call ended by bob").await;
    let told = ["accepted on b1", "call ended by bob"];
    assert_eq!(pair.a1.heard(&id).await, told);
    pair.a1.is_idle();
    pair.b2.is_idle();
}

/// §5: a callee who is not reachable: the call times out, and he is told once when he comes back.
#[tokio::test]
async fn an_unreachable_callee_learns_of_the_call_he_missed() {
    let server = TestServer::start().await;
    let mut alice = Phone::connect(&server.url(), "alice", "a1").await;
    Phone::connect(&server.url(), "bob", "b1")
        .await
        .close()
        .await;
    let id = alice.ring("bob", 1).await;
    alice.hears(&id, "timed out").await;
    assert_eq!(alice.heard(&id).await, ["timed out"]);
    alice.is_idle();

    let mut back = Phone::connect(&server.url(), "bob", "b1").await;
    assert_eq!(back.heard(&id).await, ["timed out for me"]);
    back.is_idle();
    let list = back.client.conversation_list().await.unwrap();
    assert_eq!(list.conversations[0].unread_count, 1);
    back.close().await;
    let mut again = Phone::connect(&server.url(), "bob", "b1").await;
    assert_eq!(again.heard(&id).await, Vec::<String>::new());
}

/// §4, 20003: a callee who does not exist.
#[tokio::test]
async fn a_callee_who_does_not_exist_cannot_be_called() {
    let server = TestServer::start().await;
    let mut alice = Phone::connect(&server.url(), "alice", "a1").await;
    let (id, outcome) = alice.client.invite(super::phone::inviting("nobody", 30));
    assert_eq!(
        refused(outcome.await.unwrap_err()),
        refusal(20003, "noSuchUser")
    );
    assert_eq!(alice.heard(&id).await, Vec::<String>::new());
    alice.is_idle();
}

/// §5: a callee who connects while it rings hears it once, with the time that is left.
#[tokio::test]
async fn a_callee_who_comes_late_hears_what_still_rings() {
    let mut pair = Pair::meet().await;
    let id = pair.ring(30).await;
    let mut late = Phone::connect(&pair.server.url(), "bob", "late").await;
    assert_eq!(late.heard(&id).await, ["ring by alice"]);
    late.client.accept(&id, "").await.unwrap();
    pair.a1.hears(&id, "accepted on late").await;
    pair.b1.hears(&id, "accepted on late").await;
}

/// PROTOCOL "Requests", `ringing`: the SDK says by itself that a ring has arrived.
#[tokio::test]
async fn a_ring_that_arrived_is_told_to_the_inviter() {
    let server = TestServer::start().await;
    let mut alice: Wire = server.wire("alice", "a1").await;
    let mut bob = Phone::connect(&server.url(), "bob", "b1").await;
    let id = super::super::wire::ring(&mut alice, serde_json::json!({})).await;
    bob.hears(&id.parse().unwrap(), "ring by alice").await;
    let heard = alice.event("inviteeRinging").await;
    assert_eq!(heard["inviteID"], id.as_str());
    assert_eq!(heard["deviceID"], "b1");
    alice.hears_nothing().await;
}
