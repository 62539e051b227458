//! Code written for signaling SDKs, as it runs in the console of the real app in QA mode.

use serde_json::{Value, json};

use crate::harness::until::until;
use crate::harness::{App, Desk};

/// As the documentation of such SDKs has it: a handler for each event, with a context.
const LISTEN: &str = r#"
    const { TSignaling } = TencentCloudChat;
    window.heard = [];
    const onSignaling = function (event) { this.heard.push(event); };
    await chat.addSignalingListener(TSignaling.NEW_INVITATION_RECEIVED, onSignaling, window);
    await chat.addSignalingListener(TSignaling.INVITEE_ACCEPTED, onSignaling, window);
    await chat.addSignalingListener(TSignaling.INVITEE_REJECTED, onSignaling, window);
    await chat.addSignalingListener(TSignaling.INVITATION_CANCELLED, onSignaling, window);
    await chat.addSignalingListener(TSignaling.INVITATION_TIMEOUT, onSignaling, window);
    await chat.addSignalingListener(TSignaling.INVITATION_MODIFIED, onSignaling, window);
"#;

async fn runs(app: &App, code: &str) -> Value {
    let told = app.main.evaluates(code).await;
    told.unwrap_or_else(|thrown| panic!("{code} threw {thrown}"))
}

async fn throws(app: &App, code: &str) -> Value {
    let told = app.main.evaluates(code).await;
    told.expect_err("it is refused")
}

/// The data of the event of that name that the console's handlers hear next.
async fn hears(app: &App, name: &str) -> Value {
    until(format!("{name} is heard"), async || {
        let heard = runs(app, "return window.heard").await;
        let event = heard.as_array().and_then(|events| events.first()).cloned();
        let event = event.ok_or_else(|| "nothing".to_owned())?;
        if event["name"] != name {
            return Err(event.to_string());
        }
        runs(app, "window.heard.shift()").await;
        Ok(event["data"].clone())
    })
    .await
}

/// PROTOCOL "The JavaScript surface": names, shapes and promises are those of the API.
#[tokio::test]
async fn code_written_for_signaling_sdks_runs_unchanged() {
    let desk = Desk::set_up("console").await;
    let alice = desk.app_in_qa("alice").await;
    let bob = desk.app_in_qa("bob").await;
    alice.main_window.lay(0, 0).await;
    bob.main_window.lay(960, 0).await;
    for app in [&alice, &bob] {
        runs(app, LISTEN).await;
    }

    // invite, getSignalingInfo, accept
    let invited = runs(
        &alice,
        r#"return await chat.invite({ userID: "bob", data: '{"cmd":"ring ✓"}', timeout: 30 });"#,
    )
    .await;
    assert_eq!(invited["code"], 0);
    let id = invited["inviteID"].as_str().expect("a string").to_owned();
    let info = runs(
        &alice,
        r#"
            const { data } = await chat.getMessageList({ conversationID: "C2Cbob" });
            return chat.getSignalingInfo(data.messageList.at(-1));
        "#,
    )
    .await;
    assert_eq!(
        (&info["inviteID"], &info["actionType"]),
        (&json!(id), &json!(1))
    );
    let received = hears(&bob, "newInvitationReceived").await;
    assert_eq!(received["inviteID"], id);
    assert_eq!(received["inviter"], "alice");
    assert_eq!(received["inviteeList"], json!(["bob"]));
    assert_eq!(received["groupID"], "");
    assert_eq!(received["data"], r#"{"cmd":"ring ✓"}"#);
    bob.rings(&desk, "alice").await;
    desk.photograph(&[&alice, &bob]).await;
    let accept = format!(r#"return await chat.accept({{ inviteID: "{id}", data: "yes" }});"#);
    assert_eq!(runs(&bob, &accept).await["inviteID"], id);
    let accepted = hears(&alice, "ts_invitee_accepted").await;
    assert_eq!(
        (&accepted["invitee"], &accepted["data"]),
        (&json!("bob"), &json!("yes"))
    );
    alice.is_in_call().await;
    let again = throws(&bob, &accept).await;
    assert_eq!(
        (&again["code"], &again["data"]["reason"]),
        (&json!(8010), &json!("accepted"))
    );
    runs(
        &alice,
        &format!(r#"await chat.hangUp({{ callID: "{id}" }});"#),
    )
    .await;
    alice.tells_the_end("answered", "Call ended").await;

    // modifyInvitation, reject
    let invite = r#"return (await chat.invite({ userID: "bob", data: "1" })).inviteID;"#;
    let id = runs(&alice, invite).await;
    hears(&bob, "newInvitationReceived").await;
    runs(
        &alice,
        &format!("await chat.modifyInvitation({{ inviteID: {id}, data: '2' }});"),
    )
    .await;
    assert_eq!(hears(&bob, "ts_invitation_modified").await["data"], "2");
    let reject = format!("return await chat.reject({{ inviteID: {id}, data: 'no' }});");
    assert_eq!(runs(&bob, &reject).await["inviteID"], id);
    let rejected = hears(&alice, "ts_invitee_rejected").await;
    assert_eq!(
        (&rejected["inviteID"], &rejected["data"]),
        (&id, &json!("no"))
    );

    // cancel
    let id = runs(&alice, invite).await;
    hears(&bob, "newInvitationReceived").await;
    runs(&alice, &format!("await chat.cancel({{ inviteID: {id} }});")).await;
    assert_eq!(hears(&bob, "ts_invitation_cancelled").await["inviteID"], id);

    // inviteInGroup, and its time-out
    runs(
        &alice,
        r#"await chat.createGroup({ name: "Pair", groupID: "pair", memberList: [{ userID: "bob" }] });"#,
    )
    .await;
    let in_group = r#"
        const options = { groupID: "pair", inviteeList: ["bob"], data: "", timeout: 1 };
        return (await chat.inviteInGroup(options)).inviteID;
    "#;
    let id = runs(&alice, in_group).await;
    assert_eq!(
        hears(&bob, "newInvitationReceived").await["groupID"],
        "pair"
    );
    let timed_out = hears(&bob, "ts_invitation_timeout").await;
    assert_eq!(timed_out["inviteID"], id);
    assert_eq!(timed_out["isSelfTimeout"], true);
    assert_eq!(
        hears(&alice, "ts_invitation_timeout").await["isSelfTimeout"],
        false
    );

    // What is refused rejects with {code, message, data}.
    for (code, refused) in [
        (8010, r#"chat.accept({ inviteID: "nobody-knows" })"#),
        (6017, r#"chat.invite({ userID: "" })"#),
        (6017, r#"chat.invite({ userID: "bob", timeout: -1 })"#),
        (20003, r#"chat.invite({ userID: "nobody" })"#),
        (
            10004,
            r#"chat.inviteInGroup({ groupID: "pair", inviteeList: ["echo"] })"#,
        ),
        (
            10010,
            r#"chat.inviteInGroup({ groupID: "none", inviteeList: ["bob"] })"#,
        ),
    ] {
        let thrown = throws(&alice, &format!("return await {refused};")).await;
        assert_eq!(thrown["code"], code, "{refused}: {thrown}");
        assert!(thrown["message"].is_string(), "{thrown}");
    }

    // An ordinary message is no signaling; a removed listener hears nothing.
    let quiet = r#"
        const message = chat.createTextMessage({ to: "bob", conversationType: "C2C", payload: { text: "hi" } });
        const sent = await chat.sendMessage(message);
        return chat.getSignalingInfo(sent.data.message);
    "#;
    assert_eq!(runs(&alice, quiet).await, Value::Null);
    assert_eq!(runs(&bob, "return window.heard").await, json!([]));
}

/// DESKTOP "Security of the shell": a window may ask what it needs, and no more.
#[tokio::test]
async fn the_ring_window_may_answer_and_ask_nothing_else() {
    let desk = Desk::set_up("ring-window").await;
    let alice = desk.app_in_qa("alice").await;
    let ask = |method: &str| {
        format!(
            r#"
                const params = {{ inviteID: "nobody-knows", userID: "echo" }};
                const asked = {{ method: "{method}", params }};
                return await window.__TAURI_INTERNALS__.invoke("api_request", asked);
            "#
        )
    };
    for (method, code) in [("accept", 8010), ("reject", 8010), ("invite", 8011)] {
        let told = alice.ring.evaluates(&ask(method)).await;
        let refused = told.expect_err("it is refused");
        assert_eq!(refused["code"], code, "{method}: {refused}");
    }
}

#[tokio::test]
async fn the_api_is_in_the_console_in_qa_mode_only() {
    let desk = Desk::set_up("no-console").await;
    let alice = desk.app("alice").await;
    let types = "return [typeof window.chat, typeof window.TencentCloudChat]";
    let told = alice.main.run(types, vec![]).await;
    let told = told.expect("the page can be asked");
    assert_eq!(told, json!(["undefined", "undefined"]));
}
