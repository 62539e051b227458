//! Beside the socket: health, what is not here, and who may connect.

use std::time::Duration;

use bellhop_server::{Credentials, Data, Server, ServerConfig, StartError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::peer::host;

const UPGRADE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// The status of the answer to this request, which names the server as its `Host`, and all of its head.
async fn answer(stream: &mut TcpStream, request: &str) -> (u16, String) {
    let host = format!(" HTTP/1.1\r\nHost: {}\r\n", stream.peer_addr().unwrap());
    answer_to(stream, &request.replacen(" HTTP/1.1\r\n", &host, 1)).await
}

/// The status of the answer to exactly this, and all of its head.
async fn answer_to(stream: &mut TcpStream, request: &str) -> (u16, String) {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let read = tokio::time::timeout(Duration::from_secs(10), stream.read_u8()).await;
        head.push(read.unwrap().unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head)
}

/// Opens a WebSocket, answers nothing and waits for the close frame; its code.
pub(crate) async fn close_code_of_a_silent_client(mut stream: TcpStream) -> u16 {
    let (status, _) = answer(&mut stream, &format!("GET / HTTP/1.1\r\n{UPGRADE}\r\n")).await;
    assert_eq!(status, 101);
    loop {
        let opcode = stream.read_u8().await.unwrap();
        let length = stream.read_u8().await.unwrap();
        let mut payload = vec![0; length.into()];
        stream.read_exact(&mut payload).await.unwrap();
        if opcode == 0x88 {
            return u16::from_be_bytes([payload[0], payload[1]]);
        }
    }
}

#[tokio::test]
async fn health_and_readiness_are_answered_and_nothing_else() {
    let host = host().await;
    for (path, status) in [
        ("/healthz", 200),
        ("/readyz", 200),
        ("/v1/signaling", 426),
        ("/", 404),
        ("/metrics", 404),
    ] {
        let mut stream = TcpStream::connect(host.server.local_addr()).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\n\r\n");
        assert_eq!(answer(&mut stream, &request).await.0, status, "{path}");
    }
    for request in [
        "nonsense\r\n\r\n",
        &format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(9000)),
    ] {
        let mut stream = TcpStream::connect(host.server.local_addr()).await.unwrap();
        assert_eq!(answer(&mut stream, request).await.0, 400);
    }
}

/// A load balancer may ask in HTTP/1.0, which has no `Host`; a page under another name always has one.
#[tokio::test]
async fn health_is_told_without_a_host_and_nothing_else_is() {
    let host = host().await;
    let address = host.server.local_addr();
    let (own, upgrade) = (format!("Host: {address}\r\n"), UPGRADE);
    let (foreign, page) = ("Host: evil.example\r\n", "Origin: https://evil.example\r\n");
    let (twice, own_upgrade) = (format!("{own}{own}"), format!("{own}{upgrade}"));
    for (line, headers, status) in [
        ("GET /healthz HTTP/1.0", "", 200),
        ("GET /readyz HTTP/1.0", "", 200),
        ("GET /healthz HTTP/1.1", "", 200),
        ("GET /readyz HTTP/1.1", "", 200),
        (
            "GET /healthz?from=balancer HTTP/1.0",
            "User-Agent: HTTP/1.0\r\n",
            200,
        ),
        ("GET /healthz HTTP/1.0", &own, 200),
        ("GET /healthz HTTP/1.0", foreign, 403),
        ("GET /healthz HTTP/1.1", foreign, 403),
        ("GET /healthz HTTP/1.0", page, 400),
        ("GET /readyz HTTP/1.1", page, 400),
        ("GET /healthz HTTP/1.0", &twice, 400),
        ("GET /healthz HTTP/1.1", "Host:\r\n", 400),
        ("GET http://evil.example/healthz HTTP/1.0", "", 400),
        ("GET / HTTP/1.0", "", 400),
        ("GET / HTTP/1.0", &own, 404),
        ("GET /healthz/ HTTP/1.1", "", 400),
        ("GET /metrics HTTP/1.0", "", 400),
        ("GET /v1/signaling HTTP/1.1", upgrade, 400),
        // WebSocket begins with HTTP/1.1.
        ("GET /v1/signaling HTTP/1.0", &own_upgrade, 400),
        ("GET HTTP/1.0 HTTP/1.0", "", 400),
        ("GET /healthz HTTP/0.9", "", 400),
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("{line}\r\n{headers}\r\n");
        let (got, _) = answer_to(&mut stream, &request).await;
        assert_eq!(got, status, "{request}");
    }
}

#[tokio::test]
async fn the_subprotocol_is_bellhop_v1_or_none() {
    let host = host().await;
    for (offered, status, spoken) in [
        ("", 101, None),
        (
            "Sec-WebSocket-Protocol: bellhop.v1\r\n",
            101,
            Some("bellhop.v1"),
        ),
        (
            "Sec-WebSocket-Protocol: chat, bellhop.v1\r\n",
            101,
            Some("bellhop.v1"),
        ),
        ("Sec-WebSocket-Protocol: chat\r\n", 400, None),
    ] {
        let mut stream = TcpStream::connect(host.server.local_addr()).await.unwrap();
        let request = format!("GET /v1/signaling HTTP/1.1\r\n{UPGRADE}{offered}\r\n");
        let (got, head) = answer(&mut stream, &request).await;
        let protocol = head
            .lines()
            .find_map(|line| line.strip_prefix("sec-websocket-protocol: "));
        assert_eq!((got, protocol), (status, spoken), "{offered}");
    }
}

#[tokio::test]
async fn web_pages_connect_from_allowed_origins_only() {
    let mut config = ServerConfig::new(
        "127.0.0.1:0".parse().unwrap(),
        Data::Memory,
        Credentials::random(),
    );
    config.allowed_origins = vec!["https://example.org".parse().unwrap()];
    let server = Server::start(config).await.unwrap();
    for (origin, status) in [("https://example.org", 101), ("https://other.example", 403)] {
        let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
        let request = format!("GET /v1/signaling HTTP/1.1\r\n{UPGRADE}Origin: {origin}\r\n\r\n");
        assert_eq!(answer(&mut stream, &request).await.0, status, "{origin}");
    }
}

#[tokio::test]
async fn plain_text_beyond_this_machine_is_refused_unless_allowed() {
    let mut config = ServerConfig::new(
        "0.0.0.0:0".parse().unwrap(),
        Data::Memory,
        Credentials::random(),
    );
    let refused = Server::start(config.clone()).await.err().unwrap();
    assert!(
        matches!(refused, StartError::InsecurePlaintext(_)),
        "{refused}"
    );
    config.insecure_plaintext = true;
    assert!(Server::start(config).await.is_ok());
}

#[tokio::test]
async fn a_port_in_use_and_a_folder_that_cannot_be_made_are_named() {
    let host = host().await;
    let config = ServerConfig::new(
        host.server.local_addr(),
        Data::Memory,
        Credentials::random(),
    );
    let refused = Server::start(config).await.err().unwrap();
    assert!(matches!(refused, StartError::AddressInUse(_)), "{refused}");

    let file = tempfile::NamedTempFile::new().unwrap();
    let config = ServerConfig::new(
        "127.0.0.1:0".parse().unwrap(),
        Data::Dir(file.path().join("in")),
        Credentials::random(),
    );
    let refused = Server::start(config).await.err().unwrap();
    assert!(matches!(refused, StartError::Folder { .. }), "{refused}");
}
