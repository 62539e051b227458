//! Who hears what: the table of SIGNALING §3, row by row, in every column, one to one and in a group.
//!
//! A1 is alice on her laptop, who acts for the inviter, A2 her phone; B1 is bob on his phone, who acts
//! for the invitee, B2 his desk; C is carol, invited with him in the group; D is dave, a member who was
//! not invited. One to one, carol and dave have no part in it.

use bellhop_engine::{Command, Decision};
use bellhop_protocol::Timestamp;

use crate::cast::{
    START, World, accept, after, cancel, heard, invite, invite_in_group, modify, reject, ringing,
    told, user,
};

const COLUMNS: [&str; 6] = [
    "alice/laptop",
    "alice/phone",
    "bob/phone",
    "bob/desk",
    "carol/phone",
    "dave/phone",
];

/// What each column hears: the name of its one event, or a dash.
fn row(decision: &Decision) -> [&'static str; 6] {
    let known = ["alice", "bob", "carol", "dave"].map(user).into();
    assert!(told(&decision.notices).is_subset(&known));
    COLUMNS.map(|column| match &heard(&decision.notices, &[column])[..] {
        [] => "–",
        [(_, event)] => event,
        several => panic!("{column} hears {several:?}"),
    })
}

/// What each column hears of a command while it rings.
fn row_of(mut world: World, command: &Command, now: Timestamp) -> [&'static str; 6] {
    row(&world.does(command, now).unwrap())
}

/// §3, row "A1 invites B"; the members of a group that both are in hear nothing of it.
#[test]
fn who_hears_an_invitation() {
    let command = Command::Invite(invite("alice/laptop", "bob"));
    let new = "newInvitationReceived";
    let expected = ["–", new, new, new, "–", "–"];
    assert_eq!(row_of(World::default(), &command, START), expected);
    assert_eq!(row_of(World::of_a_group(), &command, START), expected);
}

/// §3, row "A1 invites B, C in a group".
#[test]
fn who_hears_an_invitation_in_a_group() {
    let command = Command::Invite(invite_in_group("alice/laptop", &["bob", "carol"]));
    let new = "newInvitationReceived";
    assert_eq!(
        row_of(World::of_a_group(), &command, START),
        ["–", new, new, new, new, new]
    );
}

/// §3, row "B1 accepts".
#[test]
fn who_hears_an_accept() {
    let command = accept("bob/phone");
    let yes = "inviteeAccepted";
    assert_eq!(
        row_of(World::ringing(), &command, after(1)),
        [yes, yes, "–", yes, "–", "–"]
    );
    assert_eq!(
        row_of(World::ringing_in_a_group(), &command, after(1)),
        [yes, yes, "–", yes, yes, yes]
    );
}

/// §3, row "B1 rejects".
#[test]
fn who_hears_a_reject() {
    let command = reject("bob/phone", None);
    let no = "inviteeRejected";
    assert_eq!(
        row_of(World::ringing(), &command, after(1)),
        [no, no, "–", no, "–", "–"]
    );
    assert_eq!(
        row_of(World::ringing_in_a_group(), &command, after(1)),
        [no, no, "–", no, no, no]
    );
}

/// §3, row "A1 cancels".
#[test]
fn who_hears_a_cancel() {
    let command = cancel("alice/laptop");
    let over = "invitationCancelled";
    assert_eq!(
        row_of(World::ringing(), &command, after(1)),
        ["–", over, over, over, "–", "–"]
    );
    assert_eq!(
        row_of(World::ringing_in_a_group(), &command, after(1)),
        ["–", over, over, over, over, over]
    );
}

/// §3, row "deadline passes".
#[test]
fn who_hears_a_time_out() {
    let late = "invitationTimeout";
    assert_eq!(
        row_of(World::ringing(), &Command::TimeOut, after(30_000)),
        [late, late, late, late, "–", "–"]
    );
    assert_eq!(
        row_of(
            World::ringing_in_a_group(),
            &Command::TimeOut,
            after(30_000)
        ),
        [late; 6]
    );
}

/// §3, row "A1 modifies".
#[test]
fn who_hears_a_modification() {
    let command = modify("alice/laptop", "video");
    let other = "invitationModified";
    assert_eq!(
        row_of(World::ringing(), &command, after(1)),
        ["–", other, other, other, "–", "–"]
    );
    assert_eq!(
        row_of(World::ringing_in_a_group(), &command, after(1)),
        ["–", other, other, other, other, other]
    );
}

/// §3, row "B1's device received it and rings": the inviter's devices alone.
#[test]
fn who_hears_that_it_rings() {
    let command = ringing("bob/phone");
    let rings = "inviteeRinging";
    for world in [World::ringing(), World::ringing_in_a_group()] {
        assert_eq!(
            row_of(world, &command, after(1)),
            [rings, rings, "–", "–", "–", "–"]
        );
    }
}

/// §3, column D: those who are in the group when it happens, and nobody else.
#[test]
fn whoever_has_left_the_group_observes_nothing() {
    let mut world = World::ringing_in_a_group();
    world.members.remove(&user("dave"));
    let decision = world.does(&accept("bob/phone"), after(1)).unwrap();
    assert_eq!(
        told(&decision.notices),
        ["alice", "bob", "carol"].map(user).into()
    );
}
