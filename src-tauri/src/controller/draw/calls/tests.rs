//! Who is in a call and who has left it, as far as this device can know.

use bellhop_client::RunningCall;
use bellhop_protocol::Party;
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::profile::Profile;
use crate::view::DesktopSession;

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn party(user: &str) -> Party {
    Party {
        user: id(user),
        device: id("desk"),
        platform: id("linux"),
    }
}

/// Alice and carol have accepted bob's call, carol first; these are the parties alice knows.
fn view(parties: &[&str], complete: bool) -> View {
    let accepted = |user: &str| json!({"userID": user, "state": "accepted", "deviceID": "desk", "platform": "linux"});
    let invitation = json!({
        "inviteID": "call", "callID": "call", "inviter": "bob", "groupID": "team", "rev": 3,
        "inviteeList": ["alice", "carol"], "invitees": [accepted("alice"), accepted("carol")],
        "data": "", "timeout": 30, "onlineUserOnly": false, "remainingMs": 0, "state": "inCall",
    });
    let live = LiveInvitation {
        invitation: serde_json::from_value(invitation).unwrap(),
        role: Role::Invitee,
        deadline: None,
        ring: Ring::Silent,
        glare_with: None,
    };
    View {
        connection: None,
        calls: vec![RunningCall {
            call_id: id("call"),
            group_id: Some(id("team")),
            started: Timestamp::from_millis(0),
            parties: parties.iter().map(|user| party(user)).collect(),
            complete,
            invitations: vec![id("call")],
            here: true,
        }],
        invitations: vec![live],
    }
}

fn state(view: &View) -> (TempDir, State) {
    let root = tempfile::tempdir().unwrap();
    let (profile, notices) = Profile::open(root.path(), id("alice"), None).unwrap();
    let mut state = State::new(profile, notices, DesktopSession::X11);
    state.follow(view);
    (root, state)
}

fn others(state: &State, view: &View) -> Vec<(String, RungState)> {
    let call = state.call(view, Timestamp::from_millis(0)).unwrap();
    let people = call.people.into_iter();
    people.map(|one| (one.user_id, one.state)).collect()
}

fn both(bob: RungState, carol: RungState) -> [(String, RungState); 2] {
    [("bob".to_owned(), bob), ("carol".to_owned(), carol)]
}

/// §8: the one who accepts is told who accepted before him, and not of the inviter's device.
#[test]
fn the_inviter_is_in_the_call_although_only_those_who_accepted_are_known() {
    let view = view(&["carol", "alice"], false);
    let (_root, mut state) = state(&view);
    assert_eq!(
        others(&state, &view),
        both(RungState::InCall, RungState::InCall)
    );
    state.left.insert((id("call"), id("bob")));
    assert_eq!(
        others(&state, &view),
        both(RungState::Left, RungState::InCall)
    );
}

#[test]
fn whoever_is_not_among_all_parties_has_left() {
    let view = view(&["carol", "alice"], true);
    let (_root, state) = state(&view);
    assert_eq!(
        others(&state, &view),
        both(RungState::Left, RungState::InCall)
    );
}
