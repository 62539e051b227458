//! Making an invitation.

use bellhop_engine::{Audience, Command, Context, Notice, Refusal, Reply, decide};
use bellhop_protocol::request::RingTime;
use bellhop_protocol::{Code, Event, Failure, InvitationState, Reason};

use crate::cast::{START, World, after, heard, invite, on, user};

/// §3, row "A1 invites B": A1 gets the result, A2 his own call, B1 and B2 the invitation.
#[test]
fn rings_every_device_of_the_callee_and_shows_the_call_on_the_callers_others() {
    let mut world = World::default();
    let command = Command::Invite(invite("alice/laptop", "bob"));
    let decision = world.does(&command, START).unwrap();

    let devices = [
        "alice/laptop",
        "alice/phone",
        "bob/phone",
        "bob/desk",
        "carol/phone",
    ];
    let expected = [
        ("alice/phone", "newInvitationReceived"),
        ("bob/phone", "newInvitationReceived"),
        ("bob/desk", "newInvitationReceived"),
    ];
    assert_eq!(
        heard(&decision.notices, &devices),
        expected.map(|(d, e)| (d.to_owned(), e))
    );
    let invitation = world.invitation.unwrap();
    assert_eq!(invitation.deadline, Some(after(30_000)));
    assert_eq!(
        decision.reply,
        Reply::Invited(invitation.id, invitation.deadline, None)
    );
}

/// §3: the payload holds every field of the API, and rev and the remaining time.
#[test]
fn shows_every_field_of_the_invitation() {
    let decision = World::default()
        .does(&Command::Invite(invite("alice/laptop", "bob")), START)
        .unwrap();
    let Event::NewInvitationReceived(shown) = &decision.notices[0].event else {
        panic!("another event");
    };
    assert_eq!(
        (shown.rev, shown.timeout, shown.remaining_ms),
        (1, 30, Some(30_000))
    );
    assert_eq!(shown.inviter, user("alice"));
    assert_eq!(shown.invitee_list, [user("bob")]);
    assert_eq!(shown.group_id, None);
    assert_eq!(shown.data, "hello");
    assert_eq!(shown.call_id.as_str(), "i1");
    assert_eq!(shown.state, InvitationState::Live);
}

/// §2: timeout 0 has no deadline, and no remaining time is shown.
#[test]
fn rings_for_ever_with_timeout_zero() {
    let mut world = World::default();
    let mut asked = invite("alice/laptop", "bob");
    asked.timeout = RingTime::try_from(0).unwrap();
    world.does(&Command::Invite(asked), START).unwrap();
    let invitation = world.invitation.clone().unwrap();
    assert!(invitation.is_live(after(u64::MAX / 2)));
    let shown = bellhop_engine::view(&invitation, None, after(1));
    assert_eq!(shown.remaining_ms, None);
    let timer = world.does(&Command::TimeOut, after(u64::MAX / 2)).unwrap();
    assert_eq!(timer.invitation, None);
}

/// §4: self-invite 6017, unknown user 20003, blocked 20007; nothing is decided.
#[test]
fn refuses_whom_it_cannot_ring() {
    let refuse = |whom: &str, context: Context| {
        let command = Command::Invite(invite("alice/laptop", whom));
        decide(None, &command, &context, START).unwrap_err()
    };
    let bob = || [user("bob")].into();
    assert_eq!(refuse("alice", Context::default()), Refusal::SelfInvite);
    let unknown = Context {
        unknown_users: bob(),
        ..Context::default()
    };
    assert_eq!(refuse("bob", unknown), Refusal::NoSuchUser(user("bob")));
    let blocked = Context {
        blocked_by: bob(),
        ..Context::default()
    };
    assert_eq!(refuse("bob", blocked), Refusal::Blocked(user("bob")));
    assert_eq!(Failure::from(Refusal::SelfInvite).code, Code::BadParameter);
    assert_eq!(
        Failure::from(Refusal::Blocked(user("bob"))).code,
        Code::Blocked
    );
    assert_eq!(
        Failure::from(Refusal::NoSuchUser(user("bob"))).code,
        Code::NoSuchUser
    );
}

/// §4: an inviteID of somebody else is 8011; one's own finished one 8010.
#[test]
fn refuses_a_name_that_is_taken() {
    let mut world = World::ringing();
    let again = |by: &str, whom: &str| Command::Invite(invite(by, whom));
    assert_eq!(
        world.does(&again("bob/phone", "alice"), after(1)),
        Err(Refusal::InviteIdTaken)
    );
    assert_eq!(
        world.does(&again("alice/laptop", "bob"), after(1)),
        Err(Refusal::InviteIdReused)
    );
    world
        .does(&crate::cast::cancel("alice/laptop"), after(2))
        .unwrap();
    let failure = Failure::from(
        world
            .does(&again("alice/laptop", "bob"), after(3))
            .unwrap_err(),
    );
    assert_eq!(
        (failure.code, failure.data.reason),
        (Code::NotPending, Reason::Cancelled)
    );
}

/// §2: online-only reaches devices that are connected now, and no others, and leaves no message.
#[test]
fn an_online_only_invitation_reaches_only_connected_devices() {
    let mut asked = invite("alice/laptop", "bob");
    asked.online_user_only = true;
    let connected = [
        (user("alice"), [on("alice/laptop").device].into()),
        (user("bob"), [on("bob/phone").device].into()),
    ];
    let context = Context {
        connected: connected.into(),
        ..Context::default()
    };
    let decision = decide(None, &Command::Invite(asked), &context, START).unwrap();
    let devices = ["alice/laptop", "alice/phone", "bob/phone", "bob/desk"];
    assert_eq!(
        heard(&decision.notices, &devices),
        [("bob/phone".to_owned(), "newInvitationReceived")]
    );
    assert_eq!(decision.message, None);
    let invitation = decision.invitation.unwrap();
    assert!(!invitation.reaches(&user("bob"), &on("bob/desk").device));
}

/// §2: nobody connected: it succeeds and rings nobody.
#[test]
fn an_online_only_invitation_to_nobody_succeeds() {
    let mut asked = invite("alice/laptop", "bob");
    asked.online_user_only = true;
    let decision = decide(None, &Command::Invite(asked), &Context::default(), START).unwrap();
    assert_eq!(heard(&decision.notices, &["bob/phone"]), []);
}

/// §6: the message is from the inviter, goes to all devices but the acting one, and counts as unread.
#[test]
fn leaves_a_message_that_counts_for_the_invitee() {
    let mut asked = invite("alice/laptop", "bob");
    let draft = |asked| {
        let command = Command::Invite(asked);
        let decision = decide(None, &command, &Context::default(), START).unwrap();
        decision.message.unwrap()
    };
    let message = draft(asked.clone());
    assert_eq!(message.from, user("alice"));
    assert_eq!(message.unread_for, [user("bob")]);
    assert!(message.shown_last);
    let alice = on("alice/laptop");
    let expected = [
        Audience::of(&user("alice"), Some(&alice)),
        Audience::of(&user("bob"), None),
    ];
    assert_eq!(message.to, expected);
    let body = message.payload["data"].as_str().unwrap();
    assert_eq!(
        body,
        concat!(
            r#"{"businessID":1,"inviteID":"i1","inviter":"alice","inviteeList":["bob"],"#,
            r#""actionType":1,"data":"hello","timeout":30,"groupID":"","onlineUserOnly":false}"#
        )
    );

    asked.data = r#"{"excludeFromHistoryMessage":true}"#.to_owned();
    let excluded = draft(asked);
    assert_eq!(excluded.unread_for, []);
    assert!(!excluded.shown_last);
}

/// §5: an invitation the other way is named, and both exist.
#[test]
fn names_the_invitation_that_came_the_other_way() {
    let context = Context {
        glare: Some("other".parse().unwrap()),
        ..Context::default()
    };
    let command = Command::Invite(invite("alice/laptop", "bob"));
    let decision = decide(None, &command, &context, START).unwrap();
    let Notice {
        event: Event::NewInvitationReceived(shown),
        ..
    } = &decision.notices[1]
    else {
        panic!("another event");
    };
    assert_eq!(shown.glare_with, Some("other".parse().unwrap()));
}
