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
