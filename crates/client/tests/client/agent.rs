//! Agents: each behaviour, against a server of a few lines.

use std::collections::BTreeSet;
use std::time::Duration;

use bellhop_client::agent::{Agent, Behaviour};
use bellhop_client::protocol::Code;
use bellhop_client::protocol::request::RejectReason;
use serde_json::json;

use crate::peer::{Line, Peer, cancelled, new, over, ring, soon};

const SHORT: Duration = Duration::from_millis(100);

async fn called(behaviour: Behaviour) -> (Agent, Line) {
    let peer = Peer::listen().await;
    let agent = Agent::start(peer.config(), behaviour);
    let mut line = peer.log_in().await;
    line.event(&new(&ring("a"))).await;
    (agent, line)
}

#[tokio::test]
async fn answers_and_hangs_up() {
    let (_agent, mut line) = called(Behaviour::AnswerAfter {
        delay: SHORT,
        then_hang_up: Some(SHORT),
    })
    .await;
    let accept = line.serve_until("accept").await;
    assert_eq!(accept.params["inviteID"], "a");
    line.reply(&accept, Ok(json!({"inviteID": "a"}))).await;
    let hang_up = line.serve_until("hangUp").await;
    assert_eq!(hang_up.params["callID"], "a");
}

#[tokio::test]
async fn hangs_up_on_the_caller() {
    let (_agent, mut line) = called(Behaviour::HangUpAfter(SHORT)).await;
    let accept = line.serve_until("accept").await;
    line.reply(&accept, Ok(json!({"inviteID": "a"}))).await;
    line.serve_until("hangUp").await;
}

#[tokio::test]
async fn rejects_with_its_reason() {
    let declines = Behaviour::Reject {
        reason: RejectReason::Declined,
    };
    for (behaviour, reason) in [(declines, "declined"), (Behaviour::Busy, "busy")] {
        let (_agent, mut line) = called(behaviour).await;
        let reject = line.serve_until("reject").await;
        assert_eq!(reject.params["inviteID"], "a");
        assert_eq!(reject.params["reason"], reason);
    }
}

#[tokio::test]
async fn calls_back() {
    let (_agent, mut line) = called(Behaviour::CallBack { after: SHORT }).await;
    let reject = line.serve_until("reject").await;
    line.reply(&reject, Ok(json!({"inviteID": "a"}))).await;
    let invite = line.serve_until("invite").await;
    assert_eq!(invite.params["userID"], "ann");
    assert_eq!(
        invite.params["data"],
        r#"{"businessID":"bellhop_call","mediaType":"audio","version":1}"#
    );
}

/// The answer to the later ring would come second, if the first ring still had one.
#[tokio::test]
async fn lets_go_of_a_ring_that_has_ended() {
    let (_agent, mut line) = called(Behaviour::AnswerAfter {
        delay: SHORT,
        then_hang_up: None,
    })
    .await;
    line.event(&cancelled("a")).await;
    line.event(&new(&ring("b"))).await;
    let accept = line.serve_until("accept").await;
    assert_eq!(accept.params["inviteID"], "b");
}

#[tokio::test]
async fn does_not_hang_up_on_a_call_that_is_over() {
    let (_agent, mut line) = called(Behaviour::HangUpAfter(SHORT)).await;
    let accept = line.serve_until("accept").await;
    line.reply(&accept, Ok(json!({"inviteID": "a"}))).await;
    line.event(&over("a")).await;
    line.event(&new(&ring("b"))).await;
    let accept = line.serve_until("accept").await;
    line.reply(&accept, Ok(json!({"inviteID": "b"}))).await;
    let hang_up = line.serve_until("hangUp").await;
    assert_eq!(hang_up.params["callID"], "b");
}

#[tokio::test]
async fn never_answers_and_logs_out_when_it_is_stopped() {
    let (agent, mut line) = called(Behaviour::Silent).await;
    line.request("ringing").await;
    let farewell = tokio::spawn(agent.stop());
    let logout = line.request("logout").await;
    line.reply(&logout, Ok(json!({}))).await;
    soon("the end", farewell).await.unwrap();
    assert!(line.any_request().await.is_none());
}

#[tokio::test]
async fn tells_why_it_has_stopped() {
    let (mut agent, line) = called(Behaviour::Silent).await;
    line.close(4002).await;
    let failure = soon("the end", agent.stopped()).await.unwrap();
    assert_eq!(failure.code, Code::Kicked);
}

#[tokio::test]
async fn attends_to_many_calls_at_once() {
    let (_agent, mut line) = called(Behaviour::AnswerAfter {
        delay: SHORT,
        then_hang_up: None,
    })
    .await;
    let mut waiting: BTreeSet<String> = (0..400).map(|n| format!("n{n}")).collect();
    for name in &waiting {
        line.event(&new(&ring(name))).await;
    }
    waiting.insert("a".to_owned());
    while !waiting.is_empty() {
        let accept = line.serve_until("accept").await;
        let name = accept.params["inviteID"].as_str().unwrap().to_owned();
        assert!(waiting.remove(&name), "{name} was answered twice");
        line.reply(&accept, Ok(json!({"inviteID": name}))).await;
    }
}
