//! Connecting, reconnecting and stopping (SIGNALING §5, PROTOCOL close codes).

use bellhop_protocol::event::KickedOffline;

use super::super::link::{kicked, logged_out, unreachable};
use super::*;

fn reconnecting(phone: &Phone, cause: &str, ever_online: bool) -> Effect {
    show(Connection::Reconnecting {
        failure: unreachable(ever_online, cause),
        retry_at: phone.handset.next_deadline().unwrap(),
    })
}

fn refusal(code: Code, reason: Reason) -> Failure {
    Failure::new(code, reason, "No.")
}

/// §5: says who speaks and what it believes live.
#[test]
fn logs_in_as_soon_as_the_connection_stands() {
    let mut phone = Phone::new();
    assert_eq!(
        phone.feed(Input::Start),
        [show(Connection::Connecting), Effect::Connect]
    );
    let login = json!({
        "userID": "bob", "userSig": "sig", "deviceID": "phone", "platform": "linux",
        "knownInvitations": [],
    });
    assert_eq!(phone.feed(Input::Connected), [send(1, "login", login)]);
    let mut snapshot = nothing();
    snapshot.unread_total = 3;
    let reply = serde_json::to_value(snapshot).unwrap();
    assert_eq!(
        phone.reply(1, Ok(reply)),
        [show(Connection::Online { unread_total: 3 })]
    );
    assert_eq!(phone.handset.next_deadline(), None);
}

#[test]
fn asks_for_a_signature_first_when_it_has_none() {
    let mut phone = Phone::new();
    phone.handset.config.user_sig = None;
    assert_eq!(
        phone.feed(Input::Start),
        [show(Connection::Connecting), Effect::RenewSignature]
    );
    let renewed = Input::SignatureRenewed("sig".to_owned());
    assert_eq!(phone.feed(renewed), [Effect::Connect]);
}

/// §5: the client reconnects by itself; a spurious tick is harmless.
#[test]
fn tries_again_when_the_connection_is_lost() {
    let mut phone = Phone::online();
    let effects = phone.lose();
    assert_eq!(effects, [reconnecting(&phone, "gone", true)]);
    let due = phone.handset.next_deadline().unwrap().as_millis();
    assert!(due - phone.now <= 500);
    assert_eq!(phone.lose(), []);
    phone.now = due;
    assert_eq!(phone.feed(Input::Tick), [Effect::Connect]);
    assert_eq!(phone.feed(Input::Tick), []);
    assert_eq!(phone.log_in(&nothing()), [online()]);
}

#[test]
fn a_server_that_never_answered_is_out_of_reach_rather_than_lost() {
    let mut phone = Phone::new();
    phone.feed(Input::Start);
    let effects = phone.lose();
    assert_eq!(effects, [reconnecting(&phone, "gone", false)]);
}

#[test]
fn gives_up_a_connection_that_does_not_come_about() {
    let mut phone = Phone::new();
    phone.feed(Input::Start);
    phone.now += 10_000;
    let effects = phone.feed(Input::Tick);
    let lost = reconnecting(&phone, "it does not answer", false);
    assert_eq!(effects, [Effect::Disconnect, lost]);

    phone.wait_for_attempt();
    phone.login_number();
    phone.now += 10_000;
    let effects = phone.feed(Input::Tick);
    let lost = reconnecting(&phone, "it does not answer", false);
    assert_eq!(effects, [Effect::Disconnect, lost]);
}

/// Close code 4002: kicked by another login; no reconnect.
#[test]
fn stops_when_it_is_kicked() {
    let told = KickedOffline {
        code: Code::Kicked,
        reason: Reason::Kicked,
    };
    let mut phone = Phone::ringing();
    phone.ask(1, accept("ring"));
    assert_eq!(
        phone.hear(Event::KickedOffline(told.clone())),
        [
            tell(Event::KickedOffline(told)),
            Effect::Disconnect,
            done(1, Err(kicked())),
            show(Connection::Stopped(kicked())),
        ]
    );
    assert_eq!(phone.handset.live().count(), 0);
    assert_eq!(phone.handset.next_deadline(), None);
    assert_eq!(phone.ask(2, cancel("x")), [done(2, Err(kicked()))]);

    let mut phone = Phone::online();
    assert_eq!(
        phone.lose_with(Some(4002)),
        [Effect::Disconnect, show(Connection::Stopped(kicked()))]
    );
}

/// Close code 4006: the app is asked for a new signature.
#[test]
fn renews_an_expired_signature_and_goes_on() {
    let mut phone = Phone::ringing();
    assert_eq!(
        phone.lose_with(Some(4006)),
        [show(Connection::SignatureExpired), Effect::RenewSignature]
    );
    let renewed = Input::SignatureRenewed("new".to_owned());
    assert_eq!(phone.feed(renewed), [Effect::Connect]);
    let login = json!({
        "userID": "bob", "userSig": "new", "deviceID": "phone", "platform": "linux",
        "knownInvitations": ["ring"],
    });
    assert_eq!(phone.feed(Input::Connected), [send(3, "login", login)]);
}

#[test]
fn stops_when_there_is_no_new_signature() {
    let mut phone = Phone::online();
    phone.lose_with(Some(4006));
    let failure = refusal(Code::SignatureExpiredAtClient, Reason::SignatureExpired);
    assert_eq!(
        phone.feed(Input::SignatureRefused(failure.clone())),
        [show(Connection::Stopped(failure))]
    );
}

/// 70001 at login: a new signature is tried once, and not again and again.
#[test]
fn a_new_signature_that_has_expired_too_stops_it() {
    let mut phone = Phone::new();
    phone.feed(Input::Start);
    let login = phone.login_number();
    let expired = refusal(Code::SignatureExpired, Reason::SignatureExpired);
    assert_eq!(
        phone.reply(login, Err(expired.clone())),
        [
            Effect::Disconnect,
            show(Connection::SignatureExpired),
            Effect::RenewSignature
        ]
    );
    phone.feed(Input::SignatureRenewed("new".to_owned()));
    let login = phone.login_number();
    assert_eq!(
        phone.reply(login, Err(expired.clone())),
        [Effect::Disconnect, show(Connection::Stopped(expired))]
    );
}

/// 70003, 70013, 70014: nothing that is tried again can help.
#[test]
fn a_refused_login_stops_it() {
    for (code, reason) in [
        (Code::SignatureInvalid, Reason::SignatureInvalid),
        (Code::SignatureOfAnotherUser, Reason::SignatureOfAnotherUser),
        (Code::SignatureOfAnotherApp, Reason::SignatureOfAnotherApp),
        (Code::BadParameter, Reason::BadParameter),
    ] {
        let mut phone = Phone::new();
        phone.feed(Input::Start);
        let login = phone.login_number();
        let failure = refusal(code, reason);
        assert_eq!(
            phone.reply(login, Err(failure.clone())),
            [Effect::Disconnect, show(Connection::Stopped(failure))]
        );
    }
}

/// 7008 at login: tried again no sooner than the server says.
#[test]
fn a_login_that_came_too_often_waits_as_long_as_it_is_told() {
    let mut phone = Phone::new();
    phone.feed(Input::Start);
    let login = phone.login_number();
    let mut failure = refusal(Code::TooManyRequests, Reason::TooManyRequests);
    failure.data.retry_after_ms = Some(4_000);
    phone.reply(login, Err(failure));
    let due = phone.handset.next_deadline().unwrap().as_millis();
    assert_eq!(due, phone.now + 4_000);
}

/// §5: after suspend nothing is believed before the server has said it again.
#[test]
fn reconnects_at_once_when_the_machine_was_asleep() {
    let mut phone = Phone::ringing();
    let effects = phone.feed(Input::Resumed);
    assert_eq!(
        effects,
        [
            Effect::Tell(ClientEvent::RingUnconfirmed(id("ring"))),
            Effect::Disconnect,
            show(Connection::Reconnecting {
                failure: unreachable(true, "the machine was asleep"),
                retry_at: Timestamp::from_millis(phone.now),
            }),
            Effect::Connect,
        ]
    );
    let mut still = ring("ring", 1);
    still.remaining_ms = Some(9_000);
    assert_eq!(
        phone.log_in(&snapshot(&[still], &[])),
        [
            Effect::Tell(ClientEvent::RingConfirmed(id("ring"))),
            online()
        ]
    );
}

#[test]
fn a_logout_ends_everything() {
    let mut phone = Phone::ringing();
    phone.ask(1, accept("ring"));
    let logout = Request::Logout(Default::default());
    assert_eq!(phone.ask(2, logout.clone()), [send(4, "logout", json!({}))]);
    assert_eq!(
        phone.reply(4, Ok(json!({}))),
        [
            done(2, Ok(json!({}))),
            Effect::Disconnect,
            done(1, Err(logged_out())),
            show(Connection::Stopped(logged_out())),
        ]
    );

    let mut phone = Phone::online();
    phone.lose();
    assert_eq!(
        phone.ask(1, logout),
        [
            done(1, Ok(json!({}))),
            show(Connection::Stopped(logged_out()))
        ]
    );
}

#[test]
fn a_close_stops_without_a_word_to_the_server() {
    let mut phone = Phone::online();
    assert_eq!(
        phone.feed(Input::Close),
        [Effect::Disconnect, show(Connection::Stopped(logged_out()))]
    );
}
