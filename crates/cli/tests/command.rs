//! The command as a person and a script meet it: the real binary, its output, its exit code.

#![allow(clippy::unwrap_used, reason = "a failing unwrap is a failing test")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

fn bellhop() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bellhop"));
    command.env_remove("RUST_LOG");
    command
}

/// A server that is killed when the test is over.
struct Serving {
    child: Child,
    url: String,
}

impl Serving {
    fn in_folder(folder: &Path, options: &[&str]) -> Self {
        let mut child = bellhop()
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder)
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut first)
            .unwrap();
        let url = first.trim_end().strip_prefix("listening on ").unwrap();
        Self {
            child,
            url: url.to_owned(),
        }
    }

    /// Sends a signal; the exit code.
    #[cfg(unix)]
    fn end(mut self, signal: &str) -> Option<i32> {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &pid]).status();
        assert!(sent.unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already.
        if let Ok(None) = self.child.try_wait() {
            self.child.kill().unwrap();
            self.child.wait().unwrap();
        }
    }
}

fn token(folder: &Path, options: &[&str]) -> Output {
    let mut command = bellhop();
    command.arg("token");
    if !options.contains(&"--user") {
        command.args(["--user", "alice"]);
    }
    command.arg("--data").arg(folder);
    command.args(options).output().unwrap()
}

fn line(output: &Output) -> String {
    String::from_utf8(output.stdout.clone())
        .unwrap()
        .trim()
        .to_owned()
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The next frame after this request, which is its reply.
async fn ask(socket: &mut Socket, method: &str, params: Value) -> Value {
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    socket.send(Message::text(call.to_string())).await.unwrap();
    let reply = socket.next().await.unwrap().unwrap();
    serde_json::from_str(reply.to_text().unwrap()).unwrap()
}

async fn log_in(url: &str, user: &str, signature: &str) -> (Socket, Value) {
    let (mut socket, _) = connect_async(url).await.unwrap();
    let params = json!({
        "userID": user, "userSig": signature, "deviceID": "d", "platform": "cli"
    });
    let reply = ask(&mut socket, "login", params).await;
    (socket, reply)
}

/// The reply to a login over a socket of its own.
async fn login(url: &str, signature: &str) -> Value {
    log_in(url, "alice", signature).await.1
}

#[cfg(unix)]
#[tokio::test]
async fn a_token_logs_in_and_sigterm_ends_the_server_cleanly() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::in_folder(folder.path(), &[]);
    let signature = line(&token(folder.path(), &[]));
    let with_path = format!("{}/v1/signaling", serving.url);
    for url in [&serving.url, &with_path] {
        let reply = login(url, &signature).await;
        assert_eq!(reply["result"]["userID"], "alice", "{reply}");
    }
    assert_eq!(serving.end("TERM"), Some(0));

    let again = Serving::in_folder(folder.path(), &[]);
    let reply = login(&again.url, &signature).await;
    assert_eq!(reply["result"]["userID"], "alice", "{reply}");
    assert_eq!(again.end("INT"), Some(0));
}

#[tokio::test]
async fn a_key_that_was_given_is_the_key_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let key = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(key.path(), "a key of one's own\n").unwrap();
    let given = [
        "--app-id",
        "77",
        "--secret-key-file",
        key.path().to_str().unwrap(),
    ];
    let serving = Serving::in_folder(folder.path(), &given);
    for signature in [
        token(folder.path(), &[]),
        token(Path::new("nowhere"), &given),
    ] {
        let reply = login(&serving.url, &line(&signature)).await;
        assert_eq!(reply["result"]["userID"], "alice", "{reply}");
    }
    let expired = line(&token(folder.path(), &["--expire", "0"]));
    assert_eq!(login(&serving.url, &expired).await["error"]["code"], 70001);
}

/// PROTOCOL: presence is visible to everybody; `--presence contacts` narrows it.
#[tokio::test]
async fn presence_is_shown_to_everybody_or_to_contacts() {
    for (options, expected) in [
        (&[][..], "online"),
        (&["--presence", "everyone"], "online"),
        (&["--presence", "contacts"], "offline"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let serving = Serving::in_folder(folder.path(), options);
        let mut connected = Vec::new();
        for user in ["alice", "bob"] {
            let signature = line(&token(folder.path(), &["--user", user]));
            connected.push(log_in(&serving.url, user, &signature).await.0);
        }
        let bob = json!({"userIDList": ["bob"]});
        let reply = ask(&mut connected[0], "getUserStatus", bob).await;
        assert_eq!(reply["result"]["statusList"][0]["status"], expected);
    }
}

/// PROTOCOL, "Beside the socket": a page is let in by `--allow-origin`, a name by `--allow-host`.
#[tokio::test]
async fn pages_and_names_are_let_in_by_options() {
    let allow = ["--allow-origin", "https://a.example"];
    let both = [allow[0], allow[1], "--allow-host", "calls.example"];
    for (options, origin, host, is_let_in) in [
        (&[][..], None, None, true),
        (&[], Some("https://a.example"), None, false),
        (&[], None, Some("calls.example"), false),
        (&allow, Some("https://a.example"), None, true),
        (&allow, Some("https://b.example"), None, false),
        (
            &both,
            Some("https://calls.example"),
            Some("calls.example"),
            true,
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let serving = Serving::in_folder(folder.path(), options);
        let mut request = serving.url.as_str().into_client_request().unwrap();
        for (name, value) in [("origin", origin), ("host", host)] {
            if let Some(value) = value {
                request.headers_mut().insert(name, value.parse().unwrap());
            }
        }
        let connected = connect_async(request).await.is_ok();
        assert_eq!(connected, is_let_in, "{options:?} {origin:?} {host:?}");
    }
}

#[test]
fn an_origin_or_host_that_is_none_is_refused_with_an_example() {
    for (option, value, example) in [
        ("--allow-origin", "null", "as https://example.org:8443"),
        ("--allow-origin", "https://a.example/", "and no path"),
        ("--allow-host", "*.example", "as example.org"),
    ] {
        let refused = bellhop().args(["serve", option, value]).output().unwrap();
        assert_eq!(refused.status.code(), Some(2));
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(said.contains(example), "{said}");
    }
}

#[test]
fn what_is_missing_is_said_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let missing = token(folder.path(), &[]);
    assert_eq!(missing.status.code(), Some(1));
    let said = String::from_utf8(missing.stderr).unwrap();
    assert!(said.contains("keeps no secret key yet"), "{said}");

    let refused = bellhop()
        .args(["serve", "--listen", "0.0.0.0:0", "--data"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("--insecure-plaintext"), "{said}");
}
