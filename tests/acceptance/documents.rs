//! docs/PROTOCOL.md says what the wire says.

use std::collections::{BTreeMap, BTreeSet};

use bellhop_protocol::request::{
    ConversationList, CreatedGroup, Done, GroupList, HungUp, Invited, LoggedIn, MemberList,
    MessageList, Modified, MyProfile, Nothing, ProfileList, Sent, StatusList, UserList,
};
use bellhop_protocol::rpc::{self, Incoming};
use bellhop_protocol::{Call, Code, Invitation, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

const PROTOCOL: &str = include_str!("../../docs/PROTOCOL.md");

/// The part of the document under a heading, without the headings of its own depth that follow.
fn section(heading: &str) -> &'static str {
    let start = PROTOCOL
        .find(&format!("\n## {heading}\n"))
        .expect("the heading is there")
        + 1;
    let rest = &PROTOCOL[start..];
    &rest[..rest[3..].find("\n## ").map_or(rest.len(), |end| end + 3)]
}

/// The words in code marks in the first column of the tables of a section.
fn first_column(section: &str) -> BTreeSet<&str> {
    let cells = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    cells
        .flat_map(|cell| cell.split(['`', ' ']))
        .filter(|word| !word.is_empty())
        .collect()
}

/// The methods that are listed.
pub(crate) fn methods() -> BTreeSet<&'static str> {
    first_column(section("Requests"))
}

/// The events that are listed.
pub(crate) fn events() -> BTreeSet<&'static str> {
    first_column(section("Events"))
}

/// Every frame of the examples, in order.
fn frames() -> Vec<&'static str> {
    let blocks = PROTOCOL.split("```json\n").skip(1);
    blocks
        .flat_map(|rest| rest.split("```").next().unwrap_or_default().lines())
        .collect()
}

/// The method of each request among the examples, by its id.
fn requests() -> BTreeMap<String, Request> {
    let calls = frames()
        .into_iter()
        .filter(|frame| frame.contains(r#""id":"#) && frame.contains(r#""method":"#));
    let parsed = calls.map(|frame| {
        let call = rpc::decode_call(frame).unwrap_or_else(|e| panic!("{}: {frame}", e.failure));
        let request = Request::parse(&call.method, call.params);
        let request = request.unwrap_or_else(|failure| panic!("{failure}: {frame}"));
        (
            format!("{:?}", call.id.expect("examples of requests have an id")),
            request,
        )
    });
    parsed.collect()
}

fn is<T: DeserializeOwned + Serialize>(result: &Value) -> bool {
    let typed: T =
        serde_json::from_value(result.clone()).expect("the result has the type's fields");
    serde_json::to_value(typed).expect("results serialize") == *result
}

/// Whether the result is one that the method gives, with no field too many or too few.
fn fits(request: &Request, result: &Value) -> bool {
    match request {
        Request::Login(_) => is::<LoggedIn>(result),
        Request::Invite(_) | Request::InviteInGroup(_) => is::<Invited>(result),
        Request::Cancel(_) | Request::Accept(_) | Request::Reject(_) => is::<Done>(result),
        Request::ModifyInvitation(_) => is::<Modified>(result),
        Request::GetInvitation(_) => is::<Invitation>(result),
        Request::HangUp(_) => is::<HungUp>(result),
        Request::GetCall(_) => is::<Call>(result),
        Request::SendMessage(_) => is::<Sent>(result),
        Request::GetMessageList(_) => is::<MessageList>(result),
        Request::GetConversationList(_) => is::<ConversationList>(result),
        Request::GetUserStatus(_) | Request::SubscribeUserStatus(_) => is::<StatusList>(result),
        Request::CreateGroup(_) => is::<CreatedGroup>(result),
        Request::GetJoinedGroupList(_) => is::<GroupList>(result),
        Request::GetGroupMemberList(_) => is::<MemberList>(result),
        Request::UpdateMyProfile(_) => is::<MyProfile>(result),
        Request::GetUserProfile(_) => is::<ProfileList>(result),
        Request::GetBlacklist(_) => is::<UserList>(result),
        Request::Logout(_)
        | Request::Ringing(_)
        | Request::SetMessageRead(_)
        | Request::SendSignal(_)
        | Request::DismissGroup(_)
        | Request::JoinGroup(_)
        | Request::QuitGroup(_)
        | Request::AddGroupMember(_)
        | Request::DeleteGroupMember(_)
        | Request::AddToBlacklist(_)
        | Request::RemoveFromBlacklist(_) => is::<Nothing>(result),
    }
}

#[test]
fn every_example_of_a_request_survives_the_round_trip() {
    for request in requests().values() {
        let again = Request::parse(request.method(), request.params());
        assert_eq!(again.as_ref(), Ok(request));
    }
}

#[test]
fn every_example_of_a_reply_fits_its_request() {
    let requests = requests();
    let mut answered = BTreeSet::new();
    for frame in frames()
        .into_iter()
        .filter(|frame| !frame.contains(r#""method":"#))
    {
        let Ok(Incoming::Reply(id, outcome)) = rpc::decode_incoming(frame) else {
            panic!("no reply: {frame}");
        };
        let name = format!("{id:?}");
        match &outcome {
            Ok(result) => assert!(fits(&requests[&name], result), "{frame}"),
            Err(failure) => assert_ne!(failure.code, Code::Internal, "{frame}"),
        }
        let again: Value = serde_json::from_str(&rpc::encode_reply(&id, &outcome)).unwrap();
        assert_eq!(again, serde_json::from_str::<Value>(frame).unwrap());
        answered.insert(name);
    }
    assert_eq!(answered, requests.into_keys().collect());
}

#[test]
fn every_example_of_an_event_survives_the_round_trip() {
    let mut shown = BTreeSet::new();
    for frame in frames()
        .into_iter()
        .filter(|frame| !frame.contains(r#""id":"#))
    {
        let Ok(Incoming::Event(event)) = rpc::decode_incoming(frame) else {
            panic!("no event: {frame}");
        };
        let again: Value = serde_json::from_str(&rpc::encode_event(&event)).unwrap();
        let wanted: Value = serde_json::from_str(frame).unwrap();
        assert_eq!(again, wanted);
        shown.insert(wanted["method"].as_str().unwrap().to_owned());
    }
    let listed: BTreeSet<String> = events().into_iter().map(str::to_owned).collect();
    assert_eq!(shown, listed);
}

#[test]
fn the_methods_it_lists_are_those_the_server_knows_and_each_has_an_example() {
    let listed = methods();
    let known: BTreeSet<&str> = Request::METHODS.iter().copied().collect();
    assert_eq!(listed, known);
    let requests = requests();
    let shown: BTreeSet<&str> = requests.values().map(Request::method).collect();
    assert_eq!(shown, listed);
}
