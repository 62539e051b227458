//! Who may connect, byte by byte: `Host` and `Origin` (DESKTOP "Security of the shell", PROTOCOL "Beside
//! the socket").
//!
//! The server of these tests listens on loopback, as the one in the desktop app does.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::raw::PATIENCE;
use crate::server::TestServer;

const UPGRADE: [&str; 4] = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

/// The status of the answer to this request line with these headers, and the answer's text.
async fn ask(server: &TestServer, line: &str, headers: &[&str]) -> (u16, String) {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let request = format!("{line}\r\n{}\r\n\r\n", headers.join("\r\n"));
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let ended = |answer: &[u8]| answer.windows(4).any(|it| it == b"\r\n\r\n");
    // A WebSocket stays open; any other answer ends with the connection.
    let read = async {
        while !(answer.starts_with(b"HTTP/1.1 101") && ended(&answer)) {
            if stream.read_buf(&mut answer).await.unwrap() == 0 {
                break;
            }
        }
    };
    timeout(PATIENCE, read).await.expect("it is answered");
    let answer = String::from_utf8(answer).unwrap();
    let (head, text) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, text.trim_end().to_owned())
}

/// The status of the answer to a WebSocket handshake with these headers besides.
async fn connect(server: &TestServer, headers: &[&str]) -> u16 {
    let all = [&UPGRADE[..], headers].concat();
    ask(server, "GET /v1/signaling HTTP/1.1", &all).await.0
}

fn host_of(server: &TestServer) -> String {
    format!("Host: {}", server.address())
}

/// DESKTOP: a page of the web may not use the app's server, from whatever site it says it is.
#[tokio::test]
async fn a_web_page_is_not_let_in() {
    let server = TestServer::start().await;
    let host = host_of(&server);
    assert_eq!(connect(&server, &[&host]).await, 101);
    let own = format!("Origin: http://{}", server.address());
    let own_name = format!("Origin: http://localhost:{}", server.address().port());
    for origin in [
        "Origin: https://evil.example",
        "Origin: http://localhost:3000",
        "Origin: null",
        "Origin:",
        "Origin: \u{e9}",
        "oRiGiN: https://evil.example",
        &own,
        &own_name,
    ] {
        assert_eq!(connect(&server, &[&host, origin]).await, 403, "{origin}");
    }
    let line = "GET /v1/signaling HTTP/1.1";
    let headers = [&UPGRADE[..], &[&host, "Origin: https://evil.example"]].concat();
    let (_, sentence) = ask(&server, line, &headers).await;
    assert_eq!(
        sentence,
        "web pages of this origin may not connect; whoever runs the server can allow them with \
         --allow-origin"
    );
}

/// DESKTOP: nor under a name that was made to lead to this machine; other paths are no way round.
#[tokio::test]
async fn a_request_under_another_name_is_not_let_in() {
    let server = TestServer::start().await;
    let port = server.address().port();
    for name in ["localhost", "LOCALHOST", "127.0.0.1", "127.0.0.2", "[::1]"] {
        let host = format!("Host: {name}:{port}");
        assert_eq!(connect(&server, &[&host]).await, 101, "{name}");
    }
    for name in [
        "evil.example",
        "localhost.evil.example",
        "localhost.",
        "10.0.0.5",
    ] {
        let host = format!("Host: {name}:{port}");
        assert_eq!(connect(&server, &[&host]).await, 403, "{name}");
        for path in ["/healthz", "/readyz", "/", "/v1/signaling", "/metrics"] {
            let line = format!("GET {path} HTTP/1.1");
            let (status, sentence) = ask(&server, &line, &[&host]).await;
            assert_eq!(status, 403, "{name}{path}");
            assert_eq!(
                sentence,
                "this server is not called so; whoever runs it can allow the name with --allow-host"
            );
        }
    }
    for host in ["Host: 127.0.0.1", "Host: localhost:1"] {
        assert_eq!(connect(&server, &[host]).await, 403, "{host}");
    }
}

/// A request says once, and readably, whom it is for; and its first line says nothing else.
#[tokio::test]
async fn a_request_names_its_host_once() {
    let server = TestServer::start().await;
    let (host, address) = (host_of(&server), server.address());
    let twice = [host.as_str(), host.as_str()];
    let padded = format!("Host: me@{address}");
    for headers in [&[][..], &["Host:"], &["Host: \u{e9}"], &[&padded], &twice] {
        assert_eq!(connect(&server, headers).await, 400, "{headers:?}");
    }
    let origins = ["Origin: https://a.example", "Origin: https://a.example"];
    let open = TestServer::open_to(&[], &["https://a.example"]).await;
    let two = [host_of(&open).as_str(), origins[0], origins[1]].map(str::to_owned);
    let two: Vec<&str> = two.iter().map(String::as_str).collect();
    assert_eq!(connect(&open, &two).await, 403);
    assert_eq!(connect(&open, &two[..2]).await, 101);

    let absolute = |whom: String| format!("GET http://{whom}/healthz HTTP/1.1");
    let mine = absolute(address.to_string());
    assert_eq!(ask(&server, &mine, &[&host]).await.0, 200);
    let another = absolute("evil.example".to_owned());
    assert_eq!(ask(&server, &another, &[&host]).await.0, 400);
}

/// What is asked beside the socket goes by the same rule; this is how the desktop app looks whether a
/// server lives.
#[tokio::test]
async fn health_is_told_to_programs_of_this_machine() {
    let server = TestServer::start().await;
    let host = host_of(&server);
    for path in ["/healthz", "/readyz"] {
        let line = format!("GET {path} HTTP/1.1");
        let asked = ask(&server, &line, &[&host, "Connection: close"]).await;
        assert_eq!(asked, (200, "ok".to_owned()));
        let foreign = [host.as_str(), "Origin: https://evil.example"];
        assert_eq!(ask(&server, &line, &foreign).await.0, 403);
    }
}

/// Whoever runs a server allows pages by their origin, and with a host the pages of that host.
#[tokio::test]
async fn pages_and_hosts_are_allowed_by_name() {
    let server = TestServer::open_to(&["calls.example"], &["https://app.example:8443"]).await;
    let host = host_of(&server);
    for (host, origin, status) in [
        (host.as_str(), "https://app.example:8443", 101),
        (&host, "HTTPS://App.Example:8443", 101),
        (&host, "https://app.example", 403),
        (&host, "http://app.example:8443", 403),
        (&host, "https://calls.example", 403),
        ("Host: calls.example", "https://calls.example", 101),
        ("Host: Calls.Example:443", "https://calls.example", 101),
        ("Host: calls.example", "https://app.example:8443", 101),
        ("Host: calls.example", "https://calls.example:444", 403),
        ("Host: app.example:8443", "https://app.example:8443", 403),
    ] {
        let origin = format!("Origin: {origin}");
        let got = connect(&server, &[host, &origin]).await;
        assert_eq!(got, status, "{host} {origin}");
    }
    assert_eq!(connect(&server, &["Host: calls.example"]).await, 101);
}
