//! Profiles: what users say about themselves (PROTOCOL "Requests", SIGNALING §4).

use serde_json::json;

use super::Cast;
use super::team::Team;
use crate::raw::refusal;

/// PROTOCOL, updateMyProfile and getUserProfile: what is absent stays, unknown users are left out.
#[tokio::test]
async fn a_profile_is_updated_and_shown() {
    let mut cast = Cast::enter().await;
    let empty = json!({"userID": "bob", "nick": "", "avatar": ""});
    let asked = json!({"userIDList": ["bob", "nobody", "alice"]});
    let list = cast.a1.ask("getUserProfile", asked.clone()).await;
    assert_eq!(list["profileList"][0], empty);
    assert_eq!(list["profileList"].as_array().unwrap().len(), 2);

    let nick = json!({"nick": "Böb 🙂"});
    let set = cast.b1.ask("updateMyProfile", nick).await;
    assert_eq!(
        set,
        json!({"profile": {"userID": "bob", "nick": "Böb 🙂", "avatar": ""}})
    );
    let avatar = json!({"avatar": "https://example.org/b.png"});
    cast.b2.ask("updateMyProfile", avatar).await;
    let whole = json!({"userID": "bob", "nick": "Böb 🙂", "avatar": "https://example.org/b.png"});
    let list = cast.carol.ask("getUserProfile", asked).await;
    assert_eq!(list["profileList"][0], whole);
    assert_eq!(
        cast.b1.ask("updateMyProfile", json!({"nick": ""})).await["profile"]["nick"],
        ""
    );
    cast.hear_nothing().await;
}

/// §4, 6017: bad names, addresses and lists; nothing is changed.
#[tokio::test]
async fn a_bad_profile_is_refused() {
    let mut cast = Cast::enter().await;
    for params in [
        json!({"nick": 7}),
        json!({"nick": "x".repeat(129)}),
        json!({"nick": "a\u{7}b"}),
        json!({"avatar": "http://example.org/b.png"}),
        json!({"avatar": "javascript:alert(1)"}),
        json!({"nick": "fine", "avatar": 7}),
        json!([]),
    ] {
        let refused = cast.b1.refused("updateMyProfile", params.clone()).await;
        assert_eq!(refused, refusal(6017, "badParameter"), "{params}");
    }
    let many: Vec<String> = (0..101).map(|n| format!("u{n}")).collect();
    for params in [
        json!({}),
        json!({"userIDList": "bob"}),
        json!({"userIDList": many}),
    ] {
        let refused = cast.b1.refused("getUserProfile", params).await;
        assert_eq!(refused, refusal(6017, "badParameter"));
    }
    let list = cast
        .a1
        .ask("getUserProfile", json!({"userIDList": ["bob"]}))
        .await;
    assert_eq!(list["profileList"][0]["nick"], "");
}

/// A group's members are listed with the names they have set.
#[tokio::test]
async fn members_are_listed_with_their_names() {
    let mut team = Team::enter().await;
    team.b1
        .ask("updateMyProfile", json!({"nick": "Bobby"}))
        .await;
    let list = team
        .dave
        .ask("getGroupMemberList", json!({"groupID": "team"}))
        .await;
    assert_eq!(
        list["memberList"][0],
        json!({"userID": "alice", "role": "owner"})
    );
    assert_eq!(
        list["memberList"][1],
        json!({"userID": "bob", "role": "member", "nick": "Bobby"})
    );
}
