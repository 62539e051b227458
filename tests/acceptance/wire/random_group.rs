//! Everybody of a group does anything at once, many times over: what the devices that only listen were
//! told is one story, the same for all, and the one that the server and the history tell afterwards
//! (SIGNALING §1–§6).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::body;
use super::team::{Team, inviting};
use crate::raw::Wire;
use crate::sdk::dice::Dice;
use crate::server::TestServer;
use crate::signature::claims;

/// How many groups live so.
const SEEDS: u64 = 20;
/// How much each of them does.
const STEPS: u64 = 60;

/// What a device was told of one invitation: what, at which revision.
type Story = Vec<(u64, String, Value)>;

/// Everything a device was told, by invitation.
async fn stories(wire: &mut Wire) -> BTreeMap<String, Story> {
    let mut told: BTreeMap<String, Story> = BTreeMap::new();
    for name in wire.unheard().await {
        if name == "messageReceived" {
            continue;
        }
        let mut event = wire.event(&name).await;
        let fields = event.as_object_mut().unwrap();
        fields.remove("remainingMs");
        fields.remove("isSelfTimeout");
        let (Some(id), Some(rev)) = (event["inviteID"].as_str(), event["rev"].as_u64()) else {
            continue;
        };
        let id = id.to_owned();
        told.entry(id).or_default().push((rev, name, event));
    }
    told
}

/// What somebody may ask in a step, of the invitation that was made last or before.
fn asked(dice: &mut Dice, rings: &mut Vec<String>) -> (&'static str, Value) {
    let place = dice.below(4);
    let recent = rings
        .len()
        .saturating_sub(1 + usize::try_from(place).unwrap());
    let id = rings.get(recent).cloned();
    let id = id.unwrap_or_else(|| "none".to_owned());
    let of_it = json!({"inviteID": id});
    let carol = json!({"groupID": "team", "userIDList": ["carol", "dave", "bob"]});
    match dice.below(12) {
        0..=2 => {
            let whom = [
                json!(["bob"]),
                json!(["bob", "carol"]),
                json!(["carol", "dave", "bob"]),
            ];
            let whom = &whom[usize::try_from(dice.below(3)).unwrap()];
            let params = inviting(json!({"inviteeList": whom, "timeout": 60}));
            rings.push(params["inviteID"].as_str().unwrap().to_owned());
            ("inviteInGroup", params)
        }
        3 | 4 => ("accept", of_it),
        5 => ("reject", of_it),
        6 => ("ringing", of_it),
        7 => ("cancel", of_it),
        8 => ("modifyInvitation", json!({"inviteID": id, "data": "other"})),
        9 => ("hangUp", json!({"callID": id})),
        10 => ("quitGroup", json!({"groupID": "team"})),
        _ => ("addGroupMember", carol),
    }
}

/// The device of alice, bob, carol or dave that acts.
fn acting(team: &mut Team, who: u64) -> &mut Wire {
    match who {
        0 => &mut team.a1,
        1 => &mut team.b1,
        2 => &mut team.carol,
        _ => &mut team.dave,
    }
}

/// §1–§4: one story for all; §6: and one message for each operation, in the same order; §5: a device
/// that comes amid it all misses nothing and hears nothing twice.
#[tokio::test]
async fn whatever_a_group_does_at_once_is_one_story() {
    for seed in 0..SEEDS {
        let (mut team, mut late) = live(seed).await;
        let whole = stories(&mut team.a2).await;
        let going_on = is_complete(seed, &mut team.a1, &whole).await;
        is_recorded(seed, &mut team.a1, &whole).await;
        for wire in [&mut team.b2, &mut team.b1, &mut team.carol, &mut team.dave] {
            for (id, story) in stories(wire).await {
                let in_order = story.is_sorted_by(|a, b| a.0 <= b.0);
                assert!(in_order, "{seed} {id}: {story:?}");
                // Whoever joins while it rings, or comes back, is shown it as it stands.
                let (_, heard): (Story, Story) = story
                    .into_iter()
                    .partition(|it| it.1 == "newInvitationReceived");
                let once = heard.is_sorted_by(|a, b| a.0 < b.0);
                assert!(once, "{seed} {id}: {heard:?}");
                for event in &heard {
                    let same = &whole[&id][usize::try_from(event.0 - 1).unwrap()];
                    assert_eq!(event, same, "{seed} {id}");
                }
            }
        }
        for id in follows(seed, &mut late, &whole).await {
            assert!(!going_on.contains(&id), "{seed} {id} goes on unknown to a9");
        }
        team.eve.hears_nothing().await;
    }
}

/// Lets the team do anything, all at once; alice's a9 comes somewhere in the middle.
async fn live(seed: u64) -> (Team, Wire) {
    let mut dice = Dice::new(seed);
    let server = if seed.is_multiple_of(2) {
        TestServer::start().await
    } else {
        TestServer::on_disk().await
    };
    let mut team = Team::enter_at(server).await;
    let mut late = Wire::open(&team.server.url()).await;
    let login = team.server.login("alice", "a9", &claims("alice").sign());
    let comes = dice.below(STEPS);
    let mut logging_in = 0;
    let (mut rings, mut asked_for) = (Vec::new(), Vec::new());
    for step in 0..STEPS {
        if step == comes {
            logging_in = late.send("login", login.clone()).await;
        }
        let (method, params) = asked(&mut dice, &mut rings);
        let who = match method {
            "inviteInGroup" => 0,
            "quitGroup" => 1 + dice.below(3),
            _ => dice.below(4),
        };
        let number = acting(&mut team, who).send(method, params).await;
        asked_for.push((who, number));
    }
    for (who, number) in asked_for {
        if let Err(error) = acting(&mut team, who).reply(number).await {
            let code = error["code"].as_i64().unwrap();
            let is_refusal = [8010, 8011, 10_004, 10_007].contains(&code);
            assert!(is_refusal, "{seed}: {error}");
        }
    }
    late.snapshot = late.reply(logging_in).await.unwrap();
    (team, late)
}

/// Checks that the inviter's other device was told of every revision from the first to the one there
/// is, and that everybody ended once; tells what goes on.
async fn is_complete(
    seed: u64,
    wire: &mut Wire,
    whole: &BTreeMap<String, Story>,
) -> BTreeSet<String> {
    let mut going_on = BTreeSet::new();
    for (id, story) in whole {
        assert_eq!(story[0].1, "newInvitationReceived", "{seed} {id}");
        let revs: Vec<u64> = story.iter().map(|it| it.0).collect();
        let expected: Vec<u64> = (1..=revs.len() as u64).collect();
        assert_eq!(revs, expected, "{seed} {id}: nothing is missing");
        ends(seed, story);
        let standing = wire.ask("getInvitation", json!({"inviteID": id})).await;
        assert_eq!(standing["rev"], revs.len(), "{seed} {id}");
        if standing["state"] != "ended" {
            going_on.insert(id.clone());
        }
    }
    going_on
}

/// Checks that the history holds one message for each operation, in the order of the events.
async fn is_recorded(seed: u64, wire: &mut Wire, whole: &BTreeMap<String, Story>) {
    let mut recorded: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for body in history(wire).await {
        let id = body["inviteID"].as_str().unwrap().to_owned();
        let action = body["actionType"].as_u64().unwrap();
        recorded.entry(id).or_default().push(action);
    }
    for (id, story) in whole {
        let expected: Vec<u64> = story.iter().filter_map(|it| action(&it.1)).collect();
        assert_eq!(recorded[id], expected, "{seed} {id}: one message each");
    }
}

/// Checks that a device which came in the middle goes on from its snapshot without a gap, and hears of
/// what began later from its beginning; tells which it knows nothing of, which must be over.
async fn follows(seed: u64, late: &mut Wire, all: &BTreeMap<String, Story>) -> Vec<String> {
    let found = late.snapshot["invitations"].as_array().unwrap().clone();
    let mut known: BTreeMap<String, u64> = BTreeMap::new();
    for it in found {
        let id = it["inviteID"].as_str().unwrap().to_owned();
        known.insert(id, it["rev"].as_u64().unwrap());
    }
    let told = stories(late).await;
    let mut unknown = Vec::new();
    for (id, story) in all {
        let end = story.len() as u64;
        let from = known.get(id).copied();
        let heard: Vec<u64> = told.get(id).into_iter().flatten().map(|it| it.0).collect();
        let goes_on: Vec<u64> = (from.unwrap_or(0) + 1..=end).collect();
        if from.is_none() && heard.is_empty() {
            unknown.push(id.clone());
            continue;
        }
        assert_eq!(heard, goes_on, "{seed} {id}, which was found at {from:?}");
    }
    unknown
}

/// The number of the operation that an event tells of; nothing for those that leave no message.
fn action(event: &str) -> Option<u64> {
    match event {
        "newInvitationReceived" => Some(1),
        "invitationCancelled" => Some(2),
        "inviteeAccepted" => Some(3),
        "inviteeRejected" => Some(4),
        "invitationTimeout" => Some(5),
        _ => None,
    }
}

/// The signaling bodies of the group's history, oldest first.
async fn history(wire: &mut Wire) -> Vec<Value> {
    let mut params = json!({"conversationID": "GROUPteam", "limit": 100});
    let mut bodies = Vec::new();
    loop {
        let page = wire.ask("getMessageList", params.clone()).await;
        let listed = page["messages"].as_array().unwrap();
        bodies.extend(listed.iter().map(body));
        if page["isCompleted"] == true {
            bodies.reverse();
            return bodies;
        }
        params["before"] = listed.last().unwrap()["seq"].clone();
    }
}

/// Checks that each invitee ends once at most.
fn ends(seed: u64, story: &Story) {
    let mut ended: Vec<Value> = Vec::new();
    for (_, name, event) in story {
        match name.as_str() {
            "inviteeAccepted" | "inviteeRejected" => ended.push(event["invitee"].clone()),
            "invitationCancelled" | "invitationTimeout" => {
                ended.extend(event["inviteeList"].as_array().unwrap().clone());
            }
            _ => {}
        }
    }
    for user in &ended {
        let times = ended.iter().filter(|it| *it == user).count();
        assert_eq!(times, 1, "{seed}: {user} ends once: {story:?}");
    }
}
