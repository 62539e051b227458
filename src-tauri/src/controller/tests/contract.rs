//! What a page of the app is told, and may ask, over the JavaScript contract.

use serde_json::json;

use super::cast::*;
use super::*;

struct Page {
    telling: Telling,
}

impl Page {
    async fn of(app: &App) -> (Value, Self) {
        let (session, telling) = app.controller.follow().await.unwrap();
        (serde_json::to_value(session).unwrap(), Self { telling })
    }

    /// The next event of that name.
    async fn hears(&mut self, method: &str) -> Value {
        let hearing = async {
            loop {
                let told = serde_json::to_value(&*self.telling.recv().await.unwrap()).unwrap();
                if told["method"] == method {
                    return told["params"].clone();
                }
            }
        };
        let heard = tokio::time::timeout(PATIENCE, hearing).await;
        heard.unwrap_or_else(|_| panic!("{method} is not heard"))
    }
}

#[tokio::test]
async fn a_page_hears_each_event_and_asks_for_each_result_as_on_the_wire() {
    let (_root, alice, bob) = alice_and_bob().await;
    let (session, mut page) = Page::of(&alice).await;
    assert_eq!(session["userID"], "alice");
    assert_eq!(session["connection"]["state"], "online");
    assert_eq!(session["qa"], false);

    let id = bob.calls("alice", 30).await;
    let invitation = page.hears("newInvitationReceived").await;
    assert_eq!(invitation["inviteID"], id.as_str());
    assert_eq!(invitation["inviter"], "bob");
    let asked = alice.requests(on("getInvitation", id.as_str())).await;
    assert_eq!(asked["invitees"][0]["state"], "pending");
    let done = alice.requests(on("accept", id.as_str())).await;
    assert_eq!(done["inviteID"], id.as_str());
    assert_eq!(done["message"]["type"], "custom");
    bob.client.hang_up(&id.clone().into(), None).await.unwrap();
    let ended = page.hears("callEnded").await;
    assert_eq!(
        (&ended["userID"], &ended["over"]),
        (&json!("bob"), &json!(true))
    );

    let unknown = alice.refused(on("accept", "nobody-knows")).await;
    assert_eq!(unknown.code, Code::NotPending);
    assert_eq!(unknown.data.reason, Reason::Unknown);
}

#[tokio::test]
async fn a_page_hears_that_the_connection_or_the_account_changed() {
    let root = tempfile::tempdir().unwrap();
    let mut alice = App::start(root.path(), "alice").await;
    let (_, mut page) = Page::of(&alice).await;
    let mut state = json!("");
    while state != "online" {
        state = page.hears("connectionChanged").await["state"].clone();
    }
    let settings = SettingsView {
        user_id: "alice-2".to_owned(),
        ..SettingsView::default()
    };
    alice.asks(Ask::SaveSettings(Box::new(settings))).await;
    let changed = page.hears("connectionChanged").await;
    assert_eq!(changed["state"], "connecting");
    assert_eq!(changed["userID"], "alice-2");
    while page.hears("connectionChanged").await["state"] != "online" {}
    alice
        .shows("another account", |view| view.profile.user_id == "alice-2")
        .await;
}

/// §2: known already is 8012; expired or unknown is said, and does not ring.
#[tokio::test]
async fn an_invitation_from_elsewhere_does_not_ring_twice_nor_too_late() {
    let (_root, mut alice, bob) = alice_and_bob().await;
    let id = bob.calls("alice", 30).await;
    alice.shows("a ring", |view| !view.rings.is_empty()).await;
    let add = |id: &str| {
        let signaling = json!({
            "businessID": 1, "inviteID": id, "inviter": "bob", "inviteeList": ["alice"],
            "actionType": 1, "data": "", "timeout": 30, "groupID": "", "onlineUserOnly": false,
        });
        request("addInvitedSignaling", json!({ "signaling": signaling }))
    };
    let known = alice.refused(add(id.as_str())).await;
    assert_eq!(known.code, Code::AlreadyKnown);
    let unknown = alice.refused(add("never-sent")).await;
    assert_eq!(unknown.code, Code::NotPending);
    let view = alice.shows("anything", |_| true).await;
    assert_eq!(view.rings.len(), 1);
}

/// Whatever is asked along the API obeys the rule that only one call is active.
#[tokio::test]
async fn a_page_is_refused_what_this_device_cannot_do() {
    let (root, mut alice, mut bob) = alice_and_bob().await;
    let carol = Person::join(root.path(), "carol", "carol-1").await;
    alice.calls("bob").await;
    bob.is_rung().await;
    let id = carol.calls("alice", 30).await;
    alice.shows("a ring", |view| !view.rings.is_empty()).await;
    let refused = alice.refused(on("accept", id.as_str())).await;
    let sentence = "You are in a call. Hang up before you answer another one.";
    assert_eq!(
        (refused.code, &*refused.message),
        (Code::BadParameter, sentence)
    );
    let view = alice
        .shows("a question", |view| view.question.is_some())
        .await;
    assert_eq!(view.problem, None);
    alice.refused(invite("carol")).await;
    let question = request("getUserStatus", json!({"userIDList": ["nobody"]}));
    alice.requests(question).await;
    let sentence = "You are in a call. Hang up before you call somebody else.";
    let view = alice
        .shows("the problem", |view| view.problem.is_some())
        .await;
    assert_eq!(view.problem.as_deref(), Some(sentence));
}
