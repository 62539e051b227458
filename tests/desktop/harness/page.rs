//! What a person sees and does in one window of an app, through WebDriver.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use fantoccini::error::CmdError;
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, Locator};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{Mutex, MutexGuard};

use super::until::{so, until};

/// What is drawn and marked with this `data-testid`.
const LOOK: &str = r#"
return [...document.querySelectorAll("[data-testid]")]
    .filter((element) => element.dataset.testid === arguments[0] && element.checkVisibility())
    .map((element) => ({
        text: element.innerText,
        enabled: !element.disabled,
        data: { ...element.dataset },
    }));
"#;

/// Waits for the next click on an element.
const AWAITS_CLICK: &str = r#"
const [element] = arguments;
element.isClicked = false;
element.addEventListener("click", () => { element.isClicked = true; }, { once: true });
"#;

/// Comes back when the page has drawn what it is: its short animations are over, and two frames passed.
const DRAWN: &str = r#"
const done = arguments[arguments.length - 1];
const isShort = (animation) => animation.effect.getComputedTiming().endTime < 500;
const over = document.getAnimations().filter(isShort).map((animation) => animation.finished);
const frames = (left) => (left ? requestAnimationFrame(() => frames(left - 1)) : done());
if (document.visibilityState === "visible") Promise.allSettled(over).then(() => frames(2));
else done();
"#;

/// Runs an async function's body, and comes back with its value or with what it threw.
const CONSOLE: &str = r#"
const done = arguments[arguments.length - 1];
const shape = ({ code, message, data }) => ({ code, message, data });
(async () => { BODY })().then(
    (value) => done({ value: value ?? null, threw: null }),
    (error) => done({ value: null, threw: shape(error) }),
);
"#;

/// A session with one app: what is asked goes to the window that it was switched to last.
#[derive(Debug)]
pub(crate) struct Session {
    client: Client,
    current: Option<WindowHandle>,
}

impl Session {
    /// Takes a session over.
    pub(crate) fn new(client: Client) -> Arc<Mutex<Self>> {
        let current = None;
        Arc::new(Mutex::new(Self { client, current }))
    }
}

/// Something drawn.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Seen {
    /// The text a person reads in it.
    pub(crate) text: String,
    /// Whether it can be pressed.
    pub(crate) enabled: bool,
    /// Its `data-` attributes.
    pub(crate) data: BTreeMap<String, String>,
}

/// One window's page.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    session: Arc<Mutex<Session>>,
    handle: WindowHandle,
    name: String,
}

impl Page {
    /// Waits until the session has a window with this file as its page.
    pub(crate) async fn find(session: &Arc<Mutex<Session>>, file: &str, name: String) -> Self {
        let handle = until(format!("{name} is there"), async || {
            let mut session = session.lock().await;
            session.current = None;
            let mut urls = Vec::new();
            for handle in session.client.windows().await.map_err(told)? {
                let there = session.client.switch_to_window(handle.clone());
                there.await.map_err(told)?;
                let url = session.client.current_url().await.map_err(told)?;
                if url.path().ends_with(file) {
                    return Ok(handle);
                }
                urls.push(url.to_string());
            }
            Err(format!("pages {urls:?}"))
        })
        .await;
        Self {
            session: session.clone(),
            handle,
            name,
        }
    }

    /// Everything drawn under this name at this moment.
    pub(crate) async fn all(&self, testid: &str) -> Vec<Seen> {
        let seen = self.look(testid).await;
        seen.unwrap_or_else(|cause| panic!("{self} cannot be looked at: {cause}"))
    }

    /// Waits until something is drawn under this name.
    pub(crate) async fn sees(&self, testid: &str) -> Seen {
        self.sees_that(testid, "is there", |_| true).await
    }

    /// Waits until something is drawn under this name that is so.
    pub(crate) async fn sees_that(
        &self,
        testid: &str,
        what: &str,
        is_it: impl Fn(&Seen) -> bool,
    ) -> Seen {
        until(format!("in {self}, \"{testid}\" {what}"), async || {
            let all = self.look(testid).await.map_err(told)?;
            let found = all.iter().find(|seen| is_it(seen)).cloned();
            found.ok_or_else(|| format!("{all:#?}"))
        })
        .await
    }

    /// Waits until it is drawn with these words.
    pub(crate) async fn reads(&self, testid: &str, words: &str) {
        let what = format!("reads \"{words}\"");
        self.sees_that(testid, &what, |seen| seen.text.trim() == words)
            .await;
    }

    /// Waits until nothing is drawn under this name.
    pub(crate) async fn no_longer_sees(&self, testid: &str) {
        until(format!("in {self}, \"{testid}\" is gone"), async || {
            let all = self.look(testid).await.map_err(told)?;
            so(all.is_empty(), format!("{all:#?}"))
        })
        .await;
    }

    /// Waits until it can be pressed, and presses it once.
    pub(crate) async fn press(&self, testid: &str) {
        self.sees_that(testid, "can be pressed", |seen| seen.enabled)
            .await;
        until(format!("in {self}, \"{testid}\" is pressed"), async || {
            let is_clicked = self.clicks(testid).await.map_err(told)?;
            so(is_clicked, "a press reached nothing")
        })
        .await;
    }

    /// Clicks once; whether that reached what is drawn under this name. Now and then one reaches nothing,
    /// and whoever sees that presses again. What has gone away since was pressed.
    async fn clicks(&self, testid: &str) -> Result<bool, CmdError> {
        let session = self.here().await?;
        let css = format!("[data-testid={}]", json!(testid));
        let element = session.client.find(Locator::Css(&css)).await?;
        let itself = vec![serde_json::to_value(&element)?];
        let client = &session.client;
        client.execute(AWAITS_CLICK, itself.clone()).await?;
        element.click().await?;
        let is_clicked = client.execute("return arguments[0].isClicked", itself);
        Ok(!matches!(is_clicked.await, Ok(Value::Bool(false))))
    }

    /// Presses something in a list that scrolls by itself, where WebKitWebDriver misses what it presses.
    pub(crate) async fn press_in_list(&self, testid: &str) {
        self.sees_that(testid, "can be pressed", |seen| seen.enabled)
            .await;
        let script = "document.querySelector(`[data-testid=\"${arguments[0]}\"]`).click()";
        let pressed = self.run(script, vec![json!(testid)]).await;
        pressed.unwrap_or_else(|cause| panic!("in {self}, \"{testid}\": {cause}"));
    }

    /// Writes into a field, in place of what was there.
    pub(crate) async fn types(&self, testid: &str, text: &str) {
        self.sees(testid).await;
        until(format!("in {self}, \"{testid}\" is written"), async || {
            let session = self.here().await?;
            let css = format!("[data-testid={}]", json!(testid));
            let element = session.client.find(Locator::Css(&css)).await?;
            element.clear().await?;
            element.send_keys(text).await
        })
        .await;
    }

    /// What a script returns in this page.
    pub(crate) async fn run(&self, script: &str, args: Vec<Value>) -> Result<Value, CmdError> {
        self.here().await?.client.execute(script, args).await
    }

    /// What code in the console comes to: the value of an async function's body, or the error that it
    /// threw.
    pub(crate) async fn evaluates(&self, body: &str) -> Result<Value, Value> {
        let script = CONSOLE.replace("BODY", body);
        let mut told = until(format!("in {self}, the console answers"), async || {
            self.here()
                .await?
                .client
                .execute_async(&script, vec![])
                .await
        })
        .await;
        if told["threw"] == Value::Null {
            Ok(told["value"].take())
        } else {
            Err(told["threw"].take())
        }
    }

    /// Waits until what is to be seen has been drawn.
    pub(crate) async fn is_drawn(&self) {
        until(format!("{self} is drawn"), async || {
            let session = self.here().await?;
            session.client.execute_async(DRAWN, vec![]).await
        })
        .await;
    }

    async fn look(&self, testid: &str) -> Result<Vec<Seen>, CmdError> {
        let seen = self.run(LOOK, vec![json!(testid)]).await?;
        Ok(serde_json::from_value(seen)?)
    }

    /// The session, switched to this page.
    async fn here(&self) -> Result<MutexGuard<'_, Session>, CmdError> {
        let mut session = self.session.lock().await;
        if session.current.as_ref() != Some(&self.handle) {
            session.current = None;
            let there = session.client.switch_to_window(self.handle.clone());
            there.await?;
            session.current = Some(self.handle.clone());
        }
        Ok(session)
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

fn told(cause: CmdError) -> String {
    cause.to_string()
}
