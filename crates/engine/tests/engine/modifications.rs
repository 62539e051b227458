//! Changing the data of a live invitation (SIGNALING §2, `modifyInvitation`).

use bellhop_engine::command::Invite;
use bellhop_engine::refusal::Past;
use bellhop_engine::{Command, Refusal, Reply};
use bellhop_protocol::{Code, Event, Failure, Reason};

use crate::cast::{START, World, accept, after, cancel, invite, modify};

/// §2: `data` alone changes, by one revision; the deadline and everybody's part stay as they were.
#[test]
fn a_modification_changes_the_data_alone() {
    let mut world = World::ringing_in_a_group();
    let mut expected = world.invitation.clone().unwrap();
    let decision = world
        .does(&modify("alice/phone", "video"), after(29_000))
        .unwrap();
    expected.data = "video".to_owned();
    expected.rev += 1;
    assert_eq!(world.invitation, Some(expected));
    assert_eq!(decision.call, None);
    assert_eq!(decision.reply, Reply::Modified("i1".parse().unwrap()));
    for notice in &decision.notices {
        let Event::InvitationModified(told) = &notice.event else {
            panic!("another event");
        };
        assert_eq!((told.rev, told.data.as_str()), (2, "video"));
    }
    let late = world.does(&Command::TimeOut, after(30_000)).unwrap();
    assert!(late.invitation.is_some());
}

/// §2, §6: no further message; the stored one of the invite is edited, and stays as unread as it was.
#[test]
fn a_modification_edits_the_message_of_the_invite() {
    let mut world = World::ringing();
    let decision = world
        .does(&modify("alice/laptop", "video"), after(1))
        .unwrap();
    assert_eq!(decision.message, None);
    let [edit] = &decision.edits[..] else {
        panic!("{:?}", decision.edits);
    };
    assert_eq!(edit.invite, "i1".parse().unwrap());
    assert_eq!((&edit.call, &edit.read_by), (&None, &Vec::new()));
    let payload = edit.payload.as_ref().unwrap();
    assert_eq!(
        payload["data"].as_str().unwrap(),
        concat!(
            r#"{"businessID":1,"inviteID":"i1","inviter":"alice","inviteeList":["bob"],"#,
            r#""actionType":1,"data":"video","timeout":30,"groupID":"","onlineUserOnly":false}"#
        )
    );
}

/// §2, §6: what comes later repeats the data as it is then.
#[test]
fn a_time_out_repeats_the_data_as_it_is() {
    let mut world = World::ringing();
    world
        .does(&modify("alice/laptop", "video"), after(1))
        .unwrap();
    let decision = world.does(&Command::TimeOut, after(30_000)).unwrap();
    let message = decision.message.unwrap();
    let body: serde_json::Value =
        serde_json::from_str(message.payload["data"].as_str().unwrap()).unwrap();
    assert_eq!(body["data"], "video");
}

/// §2, §4: the inviter only (8011), while live (8010), the past first; strangers learn nothing.
#[test]
fn only_the_inviter_modifies_and_only_while_it_is_live() {
    let refused = |world: &mut World, by, now| world.does(&modify(by, "x"), after(now));
    let mut world = World::ringing_in_a_group();
    for other in ["bob/phone", "dave/phone"] {
        assert_eq!(refused(&mut world, other, 1), Err(Refusal::NotInviter));
    }
    assert_eq!(
        refused(&mut world, "erin/phone", 1),
        Err(Refusal::UnknownInvitation)
    );
    let late = Err(Refusal::NotPending(Past::TimedOut));
    assert_eq!(refused(&mut world, "alice/laptop", 30_000), late);
    assert_eq!(refused(&mut world, "bob/phone", 30_000), late);

    // One has answered, the other one is pending: it is live.
    world.does(&accept("bob/phone"), after(2)).unwrap();
    refused(&mut world, "alice/laptop", 3).unwrap();
    world.does(&cancel("alice/laptop"), after(4)).unwrap();
    let past = Err(Refusal::NotPending(Past::Cancelled));
    assert_eq!(refused(&mut world, "alice/laptop", 5), past);
    assert_eq!(
        refused(&mut World::default(), "alice/laptop", 1),
        Err(Refusal::UnknownInvitation)
    );
}

/// §2, §4: not supported for online-only invitations: 6017.
#[test]
fn an_online_only_invitation_is_not_modified() {
    let mut world = World::default();
    let asked = Invite {
        online_user_only: true,
        ..invite("alice/laptop", "bob")
    };
    world.does(&Command::Invite(asked), START).unwrap();
    let refusal = world.does(&modify("alice/laptop", "x"), after(1));
    assert_eq!(refusal, Err(Refusal::OnlineOnly));
    let failure = Failure::from(Refusal::OnlineOnly);
    assert_eq!(
        (failure.code, failure.data.reason),
        (Code::BadParameter, Reason::OnlineUserOnly)
    );
}
