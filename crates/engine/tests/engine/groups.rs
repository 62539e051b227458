//! Groups: who is in them, and who may change that (PROTOCOL "Requests", SIGNALING §2, §4).
//!
//! Alice owns the group; bob and carol are members.

use std::collections::BTreeSet;

use bellhop_engine::group::{Command, Group, decide};
use bellhop_engine::{Decision, Refusal, Reply};
use bellhop_protocol::event::{GroupChange, GroupChanged};
use bellhop_protocol::request::JoinOption;
use bellhop_protocol::{Code, Event, Failure, UserId};

use crate::cast::{on, user};

fn users(names: &[&str]) -> Vec<UserId> {
    names.iter().map(|name| user(name)).collect()
}

fn create(by: &str, members: &[&str], join_option: JoinOption) -> Command {
    Command::Create {
        by: on(by),
        id: "team".parse().unwrap(),
        name: "Team".to_owned().try_into().unwrap(),
        members: users(members),
        join_option,
    }
}

fn made(join_option: JoinOption) -> Group {
    let command = create("alice/laptop", &["bob", "carol"], join_option);
    does(None, &command).unwrap().group.unwrap()
}

fn does(group: Option<&Group>, command: &Command) -> Result<Decision, Refusal> {
    decide(group, command, &BTreeSet::new())
}

fn refused(group: &Group, command: &Command) -> Code {
    Failure::from(does(Some(group), command).unwrap_err()).code
}

/// The one event of a decision, and who hears it.
fn told(decision: &Decision) -> (GroupChanged, Vec<&str>) {
    let Event::GroupChanged(changed) = &decision.notices[0].event else {
        panic!("another event");
    };
    for notice in &decision.notices {
        assert_eq!(notice.event, decision.notices[0].event);
    }
    let heard = decision.notices.iter().map(|it| it.to.user.as_str());
    (changed.clone(), heard.collect())
}

/// PROTOCOL: the creator owns it, whether or not he names himself; all members but his device hear it.
#[test]
fn whoever_creates_a_group_owns_it() {
    let command = create(
        "alice/laptop",
        &["bob", "alice", "bob"],
        JoinOption::InviteOnly,
    );
    let decision = does(None, &command).unwrap();
    let group = decision.group.clone().unwrap();
    assert_eq!((group.rev, &group.owner), (1, &user("alice")));
    assert_eq!(group.members, users(&["alice", "bob"]));
    assert_eq!(decision.reply, Reply::Group(group.info()));
    assert_eq!(group.info().member_count, 2);
    let (changed, heard) = told(&decision);
    assert_eq!(changed.change, GroupChange::Created);
    assert_eq!(changed.users, users(&["alice", "bob"]));
    assert_eq!(heard, ["alice", "bob"]);
    let own = &decision.notices[0].to;
    assert!(!own.includes(&on("alice/laptop").device) && own.includes(&on("alice/phone").device));
}

/// §4: an id that is in use is 6017, one nobody exists under 20003; nothing is made.
#[test]
fn a_group_that_cannot_be_is_refused() {
    let group = made(JoinOption::InviteOnly);
    let again = create("dave/phone", &[], JoinOption::Free);
    assert_eq!(refused(&group, &again), Code::BadParameter);
    let stranger = create("alice/laptop", &["bob", "nobody"], JoinOption::Free);
    assert_eq!(
        decide(None, &stranger, &[user("nobody")].into()),
        Err(Refusal::NoSuchUser(user("nobody")))
    );
}

/// PROTOCOL: only the owner dismisses; all who were members hear it, and afterwards it is 10010.
#[test]
fn only_the_owner_dismisses_a_group() {
    let group = made(JoinOption::InviteOnly);
    let dismiss = |by| Command::Dismiss(on(by));
    assert_eq!(refused(&group, &dismiss("bob/phone")), Code::NotInGroup);
    assert_eq!(refused(&group, &dismiss("dave/phone")), Code::NotInGroup);
    let decision = does(Some(&group), &dismiss("alice/laptop")).unwrap();
    let (changed, heard) = told(&decision);
    assert_eq!(changed.change, GroupChange::Dismissed);
    assert_eq!(heard, ["alice", "bob", "carol"]);
    assert_eq!(decision.departed, users(&["alice", "bob", "carol"]));
    let gone = decision.group.unwrap();
    assert_eq!(gone.witnesses, users(&["alice", "bob", "carol"]));
    for command in [
        dismiss("alice/laptop"),
        Command::Join(on("dave/phone")),
        Command::Quit(on("bob/phone")),
        Command::Add(on("bob/phone"), users(&["dave"])),
        Command::Remove(on("alice/laptop"), users(&["bob"])),
    ] {
        assert_eq!(refused(&gone, &command), Code::NoSuchGroup);
    }
    let again = create("bob/phone", &[], JoinOption::Free);
    assert_eq!(refused(&gone, &again), Code::BadParameter, "its name stays");
}

/// PROTOCOL: joining an invite-only group is 10007, a free one is open; joining twice is harmless.
#[test]
fn a_free_group_is_joined_and_an_invite_only_one_is_not() {
    let join = Command::Join(on("dave/phone"));
    assert_eq!(
        refused(&made(JoinOption::InviteOnly), &join),
        Code::NotInGroup
    );
    let group = made(JoinOption::Free);
    let decision = does(Some(&group), &join).unwrap();
    let (changed, heard) = told(&decision);
    assert_eq!(
        (changed.change, changed.users),
        (GroupChange::Joined, users(&["dave"]))
    );
    assert_eq!(heard, ["alice", "bob", "carol", "dave"]);
    let joined = decision.group.unwrap();
    assert!(!does(Some(&joined), &join).unwrap().changes());
}

/// PROTOCOL: any member adds, nobody else; those who are in already change nothing.
#[test]
fn any_member_adds_members() {
    let group = made(JoinOption::InviteOnly);
    let add = |by, names: &[&str]| Command::Add(on(by), users(names));
    assert_eq!(
        refused(&group, &add("dave/phone", &["dave"])),
        Code::NotInGroup
    );
    assert_eq!(refused(&group, &add("bob/phone", &[])), Code::BadParameter);
    let decision = does(Some(&group), &add("bob/phone", &["dave", "carol"])).unwrap();
    let (changed, heard) = told(&decision);
    assert_eq!((changed.by, changed.users), (user("bob"), users(&["dave"])));
    assert_eq!(heard, ["alice", "bob", "carol", "dave"]);
    let same = does(Some(&group), &add("bob/phone", &["carol"])).unwrap();
    assert!(!same.changes() && same.notices.is_empty());
}

/// PROTOCOL: the owner deletes members, nobody else, and not himself.
#[test]
fn only_the_owner_deletes_members() {
    let group = made(JoinOption::InviteOnly);
    let remove = |by, names: &[&str]| Command::Remove(on(by), users(names));
    assert_eq!(
        refused(&group, &remove("bob/phone", &["carol"])),
        Code::NotInGroup
    );
    assert_eq!(
        refused(&group, &remove("alice/laptop", &[])),
        Code::BadParameter
    );
    assert_eq!(
        refused(&group, &remove("alice/laptop", &["alice"])),
        Code::BadParameter
    );
    assert_eq!(
        refused(&group, &remove("alice/laptop", &["bob", "dave"])),
        Code::InviteeNotInGroup
    );
    let decision = does(Some(&group), &remove("alice/laptop", &["bob"])).unwrap();
    let (changed, heard) = told(&decision);
    assert_eq!(
        (changed.change, changed.users),
        (GroupChange::Left, users(&["bob"]))
    );
    assert_eq!(heard, ["alice", "bob", "carol"], "he hears it too");
    assert_eq!(decision.departed, users(&["bob"]));
    assert_eq!(decision.group.unwrap().members, users(&["alice", "carol"]));
}

/// PROTOCOL: whoever quits is gone; the owner hands over to the longest there, the last one dismisses.
#[test]
fn a_member_quits_a_group() {
    let quit = |group: &Group, by| does(Some(group), &Command::Quit(on(by))).unwrap();
    let group = made(JoinOption::InviteOnly);
    let without_owner = quit(&group, "alice/laptop").group.unwrap();
    assert_eq!(without_owner.owner, user("bob"));
    assert_eq!(
        refused(&without_owner, &Command::Quit(on("alice/laptop"))),
        Code::NotInGroup
    );
    let one_left = quit(&without_owner, "carol/phone").group.unwrap();
    let last = quit(&one_left, "bob/phone");
    assert_eq!(told(&last).0.change, GroupChange::Dismissed);
    let gone = last.group.unwrap();
    assert!(gone.is_dismissed());
    assert_eq!(gone.witnesses, [user("bob")]);
}

/// §2: a group has at most 500 members.
#[test]
fn a_group_has_at_most_500_members() {
    let names: Vec<String> = (0..500).map(|n| format!("m{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let full = create("alice/laptop", &names[..499], JoinOption::Free);
    let full = does(None, &full).unwrap().group.unwrap();
    assert_eq!(full.members.len(), 500);
    for command in [
        Command::Join(on("m499/phone")),
        Command::Add(on("m0/phone"), users(&["m499"])),
    ] {
        assert_eq!(refused(&full, &command), Code::BadParameter);
    }
    let too_many = create("alice/laptop", &names, JoinOption::Free);
    assert_eq!(does(None, &too_many), Err(Refusal::GroupFull));
}
