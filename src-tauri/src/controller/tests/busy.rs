//! A ring during a call: what is set for it, what the app asks, and acts that come twice.

use bellhop_media::Sound;
use bellhop_protocol::Event;
use bellhop_protocol::invitation::EndReason;
use serde_json::json;
use tempfile::TempDir;

use super::cast::*;
use super::*;
use crate::shell::Step;
use crate::view::{
    Action, CallWaiting, Direction, Ending, Manner, Presence, Progress, QuestionView,
};

/// Alice in a call with bob, by its ID; carol is there too.
async fn in_a_call() -> (TempDir, App, Person, Person, String) {
    let (root, mut alice, mut bob) = alice_and_bob().await;
    let carol = Person::join(root.path(), "carol", "carol-1").await;
    alice.calls("bob").await;
    let id = bob.is_rung().await;
    bob.client.accept(&id, "").await.unwrap();
    let view = alice.shows("in a call", |view| view.call.is_some()).await;
    let call_id = view.call.as_ref().unwrap().call_id.clone();
    (root, alice, bob, carol, call_id)
}

fn answer_instead(id: &InviteId) -> Option<QuestionView> {
    Some(QuestionView::AnswerInstead {
        invite_id: id.to_string(),
        name: "carol".to_owned(),
    })
}

async fn is_rejected(caller: &mut Person) -> (String, Option<EndReason>) {
    let rejected = |event: &Event| {
        let Event::InviteeRejected(rejected) = event else {
            return None;
        };
        Some((rejected.invite_id.to_string(), rejected.reason))
    };
    caller.hears_signal(rejected).await
}

/// §8: ring softly.
#[tokio::test]
async fn a_ring_in_a_call_is_soft_and_gets_loud_when_the_call_ends() {
    let (_root, mut alice, _bob, carol, call_id) = in_a_call().await;
    carol.calls("alice", 30).await;
    let rings_in = |manner| move |view: &AppView| view.rings.iter().any(|r| r.manner == manner);
    alice.shows("softly", rings_in(Manner::Softly)).await;
    assert_eq!(alice.sounds().last(), Some(&Sound::CallWaiting));
    alice.requests(hang_up(&call_id)).await;
    alice.shows("aloud", rings_in(Manner::Aloud)).await;
    assert!(matches!(alice.sounds().last(), Some(Sound::Ring { .. })));
}

/// §8: it is the user who is in a call, on whichever device.
#[tokio::test]
async fn a_ring_is_soft_on_the_users_other_devices_too_and_is_answered_there_unasked() {
    let (root, mut alice, mut bob) = alice_and_bob().await;
    let carol = Person::join(root.path(), "carol", "carol-1").await;
    let phone = Person::join(root.path(), "alice", "phone").await;
    phone.calls("bob", 30).await;
    let id = bob.is_rung().await;
    bob.client.accept(&id, "").await.unwrap();
    let runs = |view: &AppView| view.recents.iter().any(|r| r.invite_id == id.to_string());
    alice.shows("a call elsewhere", runs).await;
    let id = carol.calls("alice", 30).await;
    let view = alice.shows("a ring", |view| !view.rings.is_empty()).await;
    assert_eq!(view.rings[0].manner, Manner::Softly);
    alice.requests(on("accept", id.as_str())).await;
    let view = alice.shows("in a call", |view| view.call.is_some()).await;
    assert_eq!(view.question, None);
}

/// §8: ignore.
#[tokio::test]
async fn a_ring_in_a_call_is_ignored_when_that_is_set_and_is_missed() {
    let (_root, mut alice, _bob, carol, _) = in_a_call().await;
    alice
        .sets(|form| form.call_waiting = CallWaiting::Ignore)
        .await;
    let before = alice.sounds();
    carol.calls("alice", 1).await;
    let is_quiet = |view: &AppView| view.rings.iter().any(|r| r.manner == Manner::Quietly);
    alice.shows("quiet", is_quiet).await;
    assert!(alice.newest_recent(Ending::TimedOut).await.missed);
    assert_eq!(alice.sounds(), before);
}

/// §8: refuse as busy; it leaves a missed call at the callee.
#[tokio::test]
async fn a_ring_in_a_call_is_refused_once_when_that_is_set_and_is_missed() {
    let (_root, mut alice, _bob, mut carol, _) = in_a_call().await;
    alice
        .sets(|form| form.call_waiting = CallWaiting::RefuseAsBusy)
        .await;
    let steps = alice.steps();
    let id = carol.calls("alice", 30).await;
    assert_eq!(
        is_rejected(&mut carol).await,
        (id.to_string(), Some(EndReason::Busy))
    );
    let recent = alice.newest_recent(Ending::Busy).await;
    assert_eq!((recent.invite_id, recent.missed), (id.to_string(), true));
    let view = alice.shows("one missed", |view| view.missed == 1).await;
    assert_eq!((&view.problem, view.call.is_some()), (&None, true));
    assert_eq!(alice.steps(), steps);
}

/// §6, §8: the messages of a group tell no reason; it is missed all the same.
#[tokio::test]
async fn a_ring_of_a_group_that_is_refused_is_missed() {
    let (_root, mut alice, _bob, mut carol, _) = in_a_call().await;
    alice.founds("team", &["bob", "carol"]).await;
    alice
        .sets(|form| form.call_waiting = CallWaiting::RefuseAsBusy)
        .await;
    let params = json!({"groupID": "team", "inviteeList": ["alice"]});
    let ring = bellhop_protocol::Request::parse("inviteInGroup", params).unwrap();
    carol.client.request(ring).await.unwrap();
    assert_eq!(is_rejected(&mut carol).await.1, Some(EndReason::Busy));
    assert!(alice.newest_recent(Ending::Busy).await.missed);
    alice.shows("one missed", |view| view.missed == 1).await;
}

/// §8: whoever rings already when a call begins was not refused then, and is not now.
#[tokio::test]
async fn a_ring_that_came_before_the_call_is_not_refused() {
    let (root, mut alice, bob) = alice_and_bob().await;
    let carol = Person::join(root.path(), "carol", "carol-1").await;
    alice
        .sets(|form| form.call_waiting = CallWaiting::RefuseAsBusy)
        .await;
    let first = bob.calls("alice", 30).await;
    alice.shows("a ring", |view| view.rings.len() == 1).await;
    carol.calls("alice", 30).await;
    alice.shows("two rings", |view| view.rings.len() == 2).await;
    alice.requests(on("accept", first.as_str())).await;
    let goes_on = |view: &AppView| view.call.is_some() && view.rings.len() == 1;
    let view = alice.shows("in a call", goes_on).await;
    assert_eq!(view.rings[0].manner, Manner::Softly);
}

/// §8: an invitation with the `callID` of the call is no other call.
#[tokio::test]
async fn an_invitation_into_the_very_call_is_not_refused() {
    let (_root, mut alice, bob, mut carol, call_id) = in_a_call().await;
    alice
        .sets(|form| form.call_waiting = CallWaiting::RefuseAsBusy)
        .await;
    let into = |user: &str| {
        let params = json!({"userID": user, "callID": call_id});
        bellhop_protocol::Request::parse("invite", params).unwrap()
    };
    bob.client.request(into("carol")).await.unwrap();
    let second = carol.is_rung().await;
    carol.client.accept(&second, "").await.unwrap();
    alice.requests(hang_up(&call_id)).await;
    alice.ended().await;
    carol.client.request(into("alice")).await.unwrap();
    let view = alice.shows("a ring", |view| !view.rings.is_empty()).await;
    let again = view.rings[0].invite_id.clone();
    alice.requests(on("accept", &again)).await;
    alice.shows("back", |view| view.call.is_some()).await;
    bob.client.request(into("alice")).await.unwrap();
    let view = alice
        .shows("asked twice", |view| !view.rings.is_empty())
        .await;
    assert_eq!(view.rings[0].manner, Manner::Aloud);
    assert_eq!(view.missed, 0);
}

#[tokio::test]
async fn answering_another_ring_asks_and_yes_ends_the_call_for_it() {
    let (_root, mut alice, mut bob, mut carol, call_id) = in_a_call().await;
    let id = carol.calls("alice", 30).await;
    alice.shows("a ring", |view| !view.rings.is_empty()).await;
    let refused = alice.refused(on("accept", id.as_str())).await;
    assert_eq!(
        refused.message,
        "You are in a call. Hang up before you answer another one."
    );
    let view = alice
        .shows("a question", |view| view.question.is_some())
        .await;
    assert_eq!(view.question, answer_instead(&id));
    assert_eq!((&view.problem, view.call.is_some()), (&None, true));
    assert_eq!(alice.steps().last(), Some(&Step::PresentMain));

    alice.asks(Ask::AnswerQuestion { yes: false }).await;
    let view = alice
        .shows("put away", |view| view.question.is_none())
        .await;
    assert_eq!((view.rings.len(), view.call.is_some()), (1, true));

    alice.hears(News::Pressed(Action::Answer)).await;
    alice
        .shows("a question", |view| view.question.is_some())
        .await;
    alice.asks(Ask::AnswerQuestion { yes: true }).await;
    let over = |event: &Event| matches!(event, Event::CallEnded(ended) if ended.over).then_some(());
    bob.hears_signal(over).await;
    let with_carol = |view: &AppView| {
        let call = view.call.as_ref();
        call.is_some_and(|call| call.with == user("carol"))
    };
    let view = alice.shows("with carol", with_carol).await;
    assert_ne!(view.call.as_ref().unwrap().call_id, call_id);
    assert_eq!((&view.question, &view.problem), (&None, &None));
    carol
        .hears_signal(|event| matches!(event, Event::InviteeAccepted(_)).then_some(()))
        .await;
}

#[tokio::test]
async fn a_ring_is_answered_instead_of_the_call_that_is_placed() {
    let (root, mut alice, mut bob) = alice_and_bob().await;
    let carol = Person::join(root.path(), "carol", "carol-1").await;
    alice.calls("bob").await;
    bob.is_rung().await;
    let id = carol.calls("alice", 30).await;
    alice.shows("a ring", |view| !view.rings.is_empty()).await;
    alice.refused(on("accept", id.as_str())).await;
    alice.asks(Ask::AnswerQuestion { yes: true }).await;
    let cancelled = |event: &Event| matches!(event, Event::InvitationCancelled(_)).then_some(());
    bob.hears_signal(cancelled).await;
    let view = alice.shows("in a call", |view| view.call.is_some()).await;
    assert_eq!(view.call.as_ref().unwrap().with, user("carol"));
    assert_eq!((&view.outgoing, &view.problem), (&None, &None));
}

#[tokio::test]
async fn the_question_goes_away_with_the_ring_and_with_the_call() {
    let (_root, mut alice, bob, carol, call_id) = in_a_call().await;
    for ends in ["ring", "call"] {
        let id = carol.calls("alice", 30).await;
        alice.shows("a ring", |view| !view.rings.is_empty()).await;
        alice.refused(on("accept", id.as_str())).await;
        alice
            .shows("a question", |view| view.question.is_some())
            .await;
        if ends == "ring" {
            carol.client.cancel(&id, "").await.unwrap();
        } else {
            let call = call_id.parse().unwrap();
            bob.client.hang_up(&call, None).await.unwrap();
        }
        alice
            .shows("no question", |view| view.question.is_none())
            .await;
        alice.asks(Ask::AnswerQuestion { yes: true }).await;
    }
    let view = alice.shows("rings on", |view| view.call.is_none()).await;
    assert_eq!(view.rings.len(), 1);
}

#[tokio::test]
async fn quitting_asks_while_there_is_a_call_to_lose() {
    let (_root, mut alice, _bob, _carol, call_id) = in_a_call().await;
    let quits = |app: &App| {
        app.steps()
            .iter()
            .filter(|step| **step == Step::Quit)
            .count()
    };
    alice.hears(News::Pressed(Action::Quit)).await;
    let asks = |view: &AppView| view.question == Some(QuestionView::Quit);
    alice.shows("a question", asks).await;
    alice.asks(Ask::AnswerQuestion { yes: false }).await;
    alice.hears(News::Pressed(Action::Quit)).await;
    alice.shows("a question", asks).await;
    alice.requests(hang_up(&call_id)).await;
    alice
        .shows("no question", |view| view.question.is_none())
        .await;
    assert_eq!(quits(&alice), 0);

    alice.calls("bob").await;
    alice.hears(News::Pressed(Action::Quit)).await;
    alice.shows("a question", asks).await;
    assert_eq!(quits(&alice), 0);
    alice.asks(Ask::AnswerQuestion { yes: true }).await;
    assert_eq!(quits(&alice), 1);
    alice.hears(News::Pressed(Action::HangUp)).await;
    alice
        .shows("given up", |view| view.outgoing.is_none())
        .await;
    alice.hears(News::Pressed(Action::Quit)).await;
    alice.shows("anything", |_| true).await;
    alice.asks(Ask::DismissDial).await;
    assert_eq!(quits(&alice), 2);
}

/// DESKTOP: every way to act is the same idempotent command. §4: the reply says what became of it.
#[tokio::test]
async fn acts_that_come_twice_are_answered_and_nobody_reads_of_a_problem() {
    let (_root, mut alice, mut bob) = alice_and_bob().await;
    let invite_id = alice.calls("bob").await;
    bob.is_rung().await;
    let twice = alice.refused(invite("bob")).await;
    assert_eq!(twice.code, Code::BadParameter);
    alice.requests(on("cancel", &invite_id)).await;
    for _ in 0..2 {
        let refused = alice.refused(on("cancel", &invite_id)).await;
        assert_eq!(
            (refused.code, refused.data.reason),
            (Code::NotPending, Reason::Cancelled)
        );
    }
    let view = alice.shows("anything", |_| true).await;
    assert_eq!(view.problem, None);

    let id = bob.calls("alice", 30).await;
    alice.shows("a ring", |view| !view.rings.is_empty()).await;
    alice.requests(on("reject", id.as_str())).await;
    for (act, reason) in [("reject", Reason::Rejected), ("accept", Reason::Rejected)] {
        let refused = alice.refused(on(act, id.as_str())).await;
        assert_eq!(
            (refused.code, refused.data.reason),
            (Code::NotPending, reason)
        );
    }

    let id = bob.calls("alice", 30).await;
    alice.shows("a ring", |view| !view.rings.is_empty()).await;
    let twice = [on("accept", id.as_str()), on("accept", id.as_str())];
    let [first, second] = twice.map(|accept| alice.controller.request(accept));
    let (first, second) = tokio::join!(first, second);
    assert!(first.is_ok());
    assert_eq!(second.unwrap_err().data.reason, Reason::Accepted);
    let view = alice.shows("in a call", |view| view.call.is_some()).await;
    let call_id = view.call.as_ref().unwrap().call_id.clone();
    let twice = [hang_up(&call_id), hang_up(&call_id)];
    let [first, second] = twice.map(|hang_up| alice.controller.request(hang_up));
    let (first, second) = tokio::join!(first, second);
    assert!(first.is_ok());
    assert_eq!(second.unwrap_err().code, Code::NotPending);
    assert_eq!(alice.ended().await, (Ending::Answered, Direction::Incoming));

    let view = alice.shows("anything", |_| true).await;
    assert_eq!(
        (&view.problem, &view.call, view.rings.len()),
        (&None, &None, 0)
    );
    assert!(view.ended.as_ref().unwrap().duration_ms.is_some());
}

/// §4: `…Elsewhere`.
#[tokio::test]
async fn answering_what_was_answered_elsewhere_is_no_problem() {
    let (root, mut alice, bob) = alice_and_bob().await;
    let other = Person::join(root.path(), "alice", "phone").await;
    let id = bob.calls("alice", 30).await;
    alice.shows("a ring", |view| !view.rings.is_empty()).await;
    other.client.accept(&id, "").await.unwrap();
    for act in ["accept", "reject"] {
        let refused = alice.refused(on(act, id.as_str())).await;
        assert_eq!(refused.data.reason, Reason::AcceptedElsewhere);
    }
    let view = alice.shows("quiet", |view| view.rings.is_empty()).await;
    assert_eq!((&view.problem, &view.call), (&None, &None));
}

/// What is pressed outside the screens acts on the ring that came first, and on nothing when there is
/// none.
#[tokio::test]
async fn what_is_pressed_acts_like_the_buttons() {
    let (_root, mut alice, mut bob) = alice_and_bob().await;
    for action in [
        Action::Answer,
        Action::Reject,
        Action::Silence,
        Action::HangUp,
    ] {
        alice.hears(News::Pressed(action)).await;
    }
    let first = bob.calls("alice", 30).await;
    alice.shows("a ring", |view| view.rings.len() == 1).await;
    bob.calls("alice", 30).await;
    alice.shows("two rings", |view| view.rings.len() == 2).await;
    alice.hears(News::Pressed(Action::Silence)).await;
    let silent = |view: &AppView| view.rings.iter().all(|ring| ring.silenced);
    alice.shows("silent", silent).await;
    alice.hears(News::Pressed(Action::Reject)).await;
    let rejected = is_rejected(&mut bob).await;
    assert_eq!(rejected, (first.to_string(), Some(EndReason::Declined)));
    alice.shows("one ring", |view| view.rings.len() == 1).await;
    alice.hears(News::Pressed(Action::Answer)).await;
    alice.shows("in a call", |view| view.call.is_some()).await;
    for _ in 0..2 {
        alice.hears(News::Pressed(Action::HangUp)).await;
    }
    alice.ended().await;
    let view = alice.shows("anything", |_| true).await;
    assert_eq!(view.problem, None);
}

/// A block is not to be noticed: the ring goes away here, and rings on for the caller.
#[tokio::test]
async fn blocking_the_caller_ends_the_ring_here_alone_and_nothing_tells_of_it() {
    let (_root, mut alice, bob) = alice_and_bob().await;
    let id = bob.calls("alice", 30).await;
    alice.shows("a ring", |view| !view.rings.is_empty()).await;
    let users = json!({"userIDList": ["bob"]});
    alice.requests(request("addToBlacklist", users)).await;
    alice.shows("quiet", |view| view.rings.is_empty()).await;
    assert_eq!(alice.sounds().last(), Some(&Sound::Silence));
    let view = bob.client.view();
    let mut live = view.invitations.iter().filter(|live| live.is_live());
    assert!(live.any(|live| live.invitation.invite_id == id));

    bob.client.cancel(&id, "").await.unwrap();
    assert!(alice.newest_recent(Ending::Cancelled).await.missed);
    let steps = alice.steps();
    assert!(!steps.iter().any(|step| matches!(step, Step::Missed(_))));
}

/// The caller's side of it: whoever rang is not gone because he is hidden from then on.
#[tokio::test]
async fn a_ring_that_rang_is_not_unreachable_when_the_callee_blocks_the_caller() {
    let (_root, mut alice, mut bob) = alice_and_bob().await;
    let (user_id, name) = ("bob".to_owned(), String::new());
    alice.asks(Ask::AddContact { user_id, name }).await;
    alice.calls("bob").await;
    bob.is_rung().await;
    let progress = |view: &AppView| view.outgoing.as_ref().map(|outgoing| outgoing.progress);
    let rings = |view: &AppView| progress(view) == Some(Progress::Ringing);
    alice.shows("ringing", rings).await;
    let params = json!({"userIDList": ["alice"]});
    let block = bellhop_protocol::Request::parse("addToBlacklist", params).unwrap();
    bob.client.request(block).await.unwrap();
    let is_hidden = |view: &AppView| {
        let mut contacts = view.contacts.iter();
        contacts.any(|c| c.user_id == "bob" && c.presence == Presence::Offline)
    };
    let view = alice.shows("bob gone", is_hidden).await;
    assert!(rings(&view));
}

/// §5, glare: A rings B, and B calls back. Whichever way it gives way, nobody missed a call.
#[tokio::test]
async fn a_ring_that_is_called_back_is_one_call_and_not_missed() {
    let (_root, mut alice, bob) = alice_and_bob().await;
    for (theirs, own) in [("a-first", "b-first"), ("d-second", "c-second")] {
        let params = |user, id| json!({"userID": user, "inviteID": id});
        let call = bellhop_protocol::Request::parse("invite", params("alice", theirs)).unwrap();
        bob.client.request(call).await.unwrap();
        alice.shows("a ring", |view| !view.rings.is_empty()).await;
        alice.requests(request("invite", params("bob", own))).await;
        let view = alice.shows("in a call", |view| view.call.is_some()).await;
        assert_eq!(view.rings, []);
        let call_id = view.call.as_ref().unwrap().call_id.clone();
        alice.requests(hang_up(&call_id)).await;
        let endings = |view: &AppView| {
            let of_these = view.recents.iter().filter(|recent| {
                let invite_id = recent.invite_id.as_str();
                [theirs, own].contains(&invite_id)
            });
            of_these.map(|recent| recent.ending).collect::<Vec<_>>()
        };
        let one = |view: &AppView| endings(view) == [Some(Ending::Answered)];
        let view = alice.shows("one call", one).await;
        assert_eq!(view.missed, 0, "{theirs}");
        assert!(view.recents.iter().all(|recent| !recent.missed));
    }
    let steps = alice.steps();
    assert!(!steps.iter().any(|step| matches!(step, Step::Missed(_))));
}
