//! Bytes made to break whoever reads them: the connection ends, and everybody else is served as before
//! (PROTOCOL "The connection").

use std::net::SocketAddr;
use std::panic;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use bellhop_protocol::Request;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Builder;

use crate::peer::host_tuned;

/// How long a connection may take to end after its peer has said everything.
const PATIENCE: Duration = Duration::from_secs(10);

const A_DAY: Duration = Duration::from_secs(86_400);

/// What the threads are called that serve this test's server, and no other test's.
const SERVING: &str = "hostile-bytes-host";

/// How often one of those has panicked.
static PANICS: AtomicU32 = AtomicU32::new(0);

/// Parts of requests, right and wrong; `HOST` stands for the server's address.
const PIECES: &[&str] = &[
    "GET ",
    "get ",
    "POST ",
    "OPTIONS ",
    "/",
    "/v1/signaling",
    "/healthz",
    "/readyz",
    "*",
    "http://",
    "http://HOST/",
    "//HOST/",
    "?a=b",
    "#",
    "/%00",
    "/../",
    " HTTP/1.1",
    " HTTP/1.0",
    " HTTP/2",
    " HTTP/9.9",
    "\r\n",
    "\r\n",
    "\n",
    "\r",
    "\r\n\r\n",
    "Host: HOST",
    "Host: ",
    "Host : HOST",
    " folded",
    "Origin: null",
    "Origin: http://HOST",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Version: 8",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Key: x",
    "Sec-WebSocket-Protocol: bellhop.v1",
    "Sec-WebSocket-Protocol: ,,,",
    "Sec-WebSocket-Extensions: a",
    "Content-Length: 99999999999999999999",
    "Transfer-Encoding: chunked",
    ": ",
    "\0",
    "\u{fffd}",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "\u{16}\u{3}\u{1}",
];

const HANDSHAKE: &str = "GET /v1/signaling HTTP/1.1\r\nHost: HOST\r\nConnection: Upgrade\r\n\
    Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// A request's head, or what looks a little like one.
fn head() -> impl Strategy<Value = Vec<u8>> {
    let pieces = vec(select(PIECES), 0..24).prop_map(|pieces| pieces.concat().into_bytes());
    let headers = vec((select(PIECES), select(PIECES)), 0..8).prop_map(|headers| {
        let headers = headers
            .iter()
            .map(|(name, value)| format!("{name}{value}\r\n"));
        let headers: String = headers.collect();
        format!("GET /v1/signaling HTTP/1.1\r\n{headers}\r\n").into_bytes()
    });
    prop_oneof![pieces, headers, vec(any::<u8>(), 0..600)]
}

/// A WebSocket frame that may lie about everything: its kind, its mask, its length.
fn frame() -> impl Strategy<Value = Vec<u8>> {
    let text = prop_oneof![
        select(Request::METHODS).prop_map(|method| {
            json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": {}}).to_string()
        }),
        any::<String>(),
        Just("{".repeat(5000)),
    ];
    let payload = prop_oneof![
        text.prop_map(String::into_bytes),
        vec(any::<u8>(), 0..200),
        Just(vec![0xff; 130]),
    ];
    let lie = prop_oneof![
        6 => Just(None),
        1 => any::<u64>().prop_map(Some),
        1 => select(vec![0, 125, 126, 65_536, 81_921, u64::from(u32::MAX), u64::MAX]).prop_map(Some),
    ];
    let first = prop_oneof![4 => Just(0x81u8), 1 => Just(0x88), 1 => Just(0x89), 2 => any::<u8>()];
    let mask = prop_oneof![6 => Just(true), 1 => Just(false)];
    (first, mask, lie, payload).prop_map(|(first, is_masked, lie, payload)| {
        let length = lie.unwrap_or(payload.len() as u64);
        let mut bytes = vec![first];
        let bit = u8::from(is_masked) << 7;
        match u16::try_from(length) {
            Ok(short @ 0..126) => bytes.push(bit | u8::try_from(short).unwrap()),
            Ok(middle) => {
                bytes.push(bit | 126);
                bytes.extend(middle.to_be_bytes());
            }
            Err(_) => {
                bytes.push(bit | 127);
                bytes.extend(length.to_be_bytes());
            }
        }
        if is_masked {
            // Under a mask of noughts it is what it is.
            bytes.extend([0; 4]);
        }
        bytes.extend(payload);
        bytes
    })
}

/// A whole connection's worth.
fn connection() -> impl Strategy<Value = Vec<u8>> {
    let frames = vec(frame(), 1..6).prop_map(|frames| frames.concat());
    let frames = frames.prop_map(|frames| [HANDSHAKE.as_bytes(), &frames].concat());
    prop_oneof![head(), frames]
}

/// Says this on a connection of its own, and waits until the server has ended it.
async fn say(address: SocketAddr, bytes: &[u8]) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let said = async {
        stream.write_all(bytes).await?;
        stream.shutdown().await?;
        stream.read_to_end(&mut Vec::new()).await
    };
    // The server may hang up while it comes in; it may not leave the connection open.
    let ended = tokio::time::timeout(PATIENCE, said).await;
    assert!(ended.is_ok(), "the connection stays open");
}

/// `HOST` replaced by the address, in bytes that may be no text.
fn addressed(bytes: &[u8], address: SocketAddr) -> Vec<u8> {
    let address = address.to_string();
    let mut out = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(4).position(|four| four == b"HOST") {
        out.extend(&rest[..at]);
        out.extend(address.as_bytes());
        rest = &rest[at + 4..];
    }
    out.extend(rest);
    out
}

/// Nothing that a stranger says leaves a connection open, or disturbs anybody.
#[test]
fn hostile_bytes_end_their_own_connection_alone() {
    // A connection's task that panics ends, as one that does not: only its panic tells.
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if thread::current().name() == Some(SERVING) {
            PANICS.fetch_add(1, Ordering::Relaxed);
        }
        print(info);
    }));
    let mut runtime = Builder::new_multi_thread();
    let runtime = runtime.thread_name(SERVING).enable_all().build().unwrap();
    // Alice reads, and so answers pings, only at the end, however long a machine takes until then.
    let host = runtime.block_on(host_tuned(|tuning| tuning.silent_after = A_DAY));
    let address = host.server.local_addr();
    let mut alice = runtime.block_on(host.device("alice", "a1"));
    let config = ProptestConfig {
        cases: 5_000,
        ..ProptestConfig::default()
    };
    proptest!(config, |(bytes in connection())| {
        runtime.block_on(say(address, &addressed(&bytes, address)));
    });
    runtime.block_on(async {
        assert!(alice.heard().await.is_empty());
        let status = alice
            .get("getUserStatus", json!({"userIDList": ["alice"]}))
            .await;
        assert_eq!(status["statusList"][0]["status"], "online");
        host.device("bob", "b1").await;
    });
    assert_eq!(PANICS.load(Ordering::Relaxed), 0);
}
