//! Everybody of a group does anything at once, many times over: what the devices that only listen were
//! told is one story, the same for all, and the one that the server and the history tell afterwards
//! (SIGNALING §1–§4, §6).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::body;
use super::team::{Team, inviting};
use crate::raw::Wire;
use crate::sdk::dice::Dice;
use crate::server::TestServer;

/// How many groups live so.
const SEEDS: u64 = 20;
/// How much each of them does.
const STEPS: usize = 60;

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

/// §1–§4: one story for all; §6: and one message for each operation, in the same order.
#[tokio::test]
async fn whatever_a_group_does_at_once_is_one_story() {
    for seed in 0..SEEDS {
        let mut dice = Dice::new(seed);
        let server = if seed % 2 == 0 {
            TestServer::start().await
        } else {
            TestServer::on_disk().await
        };
        let mut team = Team::enter_at(server).await;
        let mut rings = Vec::new();
        let mut pending = Vec::new();
        for _ in 0..STEPS {
            let (method, params) = asked(&mut dice, &mut rings);
            let who = if method == "inviteInGroup" {
                0
            } else {
                dice.below(4)
            };
            if method == "quitGroup" && who == 0 {
                continue;
            }
            pending.push((who, acting(&mut team, who).send(method, params).await));
        }
        for (who, number) in pending {
            if let Err(error) = acting(&mut team, who).reply(number).await {
                let code = error["code"].as_i64().unwrap();
                assert!(
                    [8010, 8011, 10_004, 10_007].contains(&code),
                    "{seed}: {error}"
                );
            }
        }
        let inviter = stories(&mut team.a2).await;
        for (id, story) in &inviter {
            assert_eq!(
                story[0].1, "newInvitationReceived",
                "{seed} {id}: {story:?}"
            );
            let revs: Vec<u64> = story.iter().map(|it| it.0).collect();
            let expected: Vec<u64> = (1..=revs.len() as u64).collect();
            assert_eq!(revs, expected, "{seed} {id}: nothing is missing");
            ends(seed, story);
            let params = json!({"inviteID": id});
            let standing = team.a1.ask("getInvitation", params).await;
            assert_eq!(standing["rev"], revs.len(), "{seed} {id}");
        }
        let mut recorded: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for body in history(&mut team.a1).await {
            let id = body["inviteID"].as_str().unwrap().to_owned();
            let action = body["actionType"].as_u64().unwrap();
            recorded.entry(id).or_default().push(action);
        }
        for (id, story) in &inviter {
            let expected: Vec<u64> = story.iter().filter_map(|it| action(&it.1)).collect();
            assert_eq!(recorded[id], expected, "{seed} {id}: one message each");
        }
        for wire in [&mut team.b2, &mut team.b1, &mut team.carol, &mut team.dave] {
            for (id, story) in stories(wire).await {
                assert!(
                    story.is_sorted_by(|a, b| a.0 < b.0),
                    "{seed} {id}: {story:?}"
                );
                for event in &story {
                    let same = &inviter[&id][usize::try_from(event.0 - 1).unwrap()];
                    assert_eq!(event, same, "{seed} {id}");
                }
            }
        }
        team.eve.hears_nothing().await;
    }
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
