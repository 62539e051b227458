//! What a new connection asks for: the endpoint, a health check, or something that is not here.

use std::time::Duration;

use bellhop_protocol::rpc;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::gate::{Barred, Gate, Sole};
use crate::hub::Hub;
use crate::socket::{Head, HeadError, Socket};

/// Where it is asked whether the server is alive.
const HEALTHZ: &str = "/healthz";
/// Where it is asked whether its store answers too.
const READYZ: &str = "/readyz";
/// How long a client may take to say what it wants.
const HEAD_WITHIN: Duration = Duration::from_secs(10);

/// A short answer, after which the connection is closed.
struct Answer {
    status: &'static str,
    text: &'static str,
}

/// Reads the request and answers it; the WebSocket, when it asked for one.
pub(crate) async fn welcome(hub: &Hub, gate: &Gate, mut stream: TcpStream) -> Option<Socket> {
    let head = match tokio::time::timeout(HEAD_WITHIN, Head::read(&mut stream)).await {
        Ok(Ok(Some(head))) => head,
        Ok(Ok(None) | Err(HeadError::Broken(_))) | Err(_) => return None,
        Ok(Err(error @ (HeadError::TooLong | HeadError::Malformed(_)))) => {
            tracing::debug!(%error, "refused");
            answer(stream, &BAD_REQUEST).await;
            return None;
        }
    };
    if let Err(refusal) = admit(gate, &head) {
        answer(stream, &refusal).await;
        return None;
    }
    let refusal = match head.path() {
        HEALTHZ => OK,
        READYZ => match hub.store.next_due().await {
            Ok(_) => OK,
            Err(error) => {
                tracing::error!(%error, "the store does not answer");
                NOT_READY
            }
        },
        // A client that was given the address without a path finds the endpoint too.
        rpc::PATH | "/" if head.has("Upgrade") => match subprotocol(&head) {
            Err(refusal) => refusal,
            Ok(protocol) => match Socket::accept(stream, head, protocol).await {
                Ok(socket) => return Some(socket),
                Err((returned, error)) => {
                    tracing::debug!(%error, "refused");
                    stream = returned;
                    BAD_REQUEST
                }
            },
        },
        rpc::PATH => UPGRADE_REQUIRED,
        _ => NOT_FOUND,
    };
    answer(stream, &refusal).await;
    None
}

/// Refuses what is not for this server, or of a page that may not connect.
fn admit(gate: &Gate, head: &Head) -> Result<(), Answer> {
    let (host, origin) = (head.sole("Host"), head.sole("Origin"));
    if head.authority().is_some_and(|it| host != Sole::Text(it)) {
        return Err(BAD_REQUEST);
    }
    // A load balancer that asks in HTTP/1.0 says no host. A page under another name cannot leave it out.
    let is_probe = matches!(head.path(), HEALTHZ | READYZ);
    if is_probe && (host, origin) == (Sole::Absent, Sole::Absent) {
        return Ok(());
    }
    gate.admit(host, origin).map_err(|barred| {
        tracing::debug!(?barred, ?host, ?origin, "refused");
        match barred {
            Barred::NoHost => NO_HOST,
            Barred::AnotherHost => ANOTHER_HOST,
            Barred::ForeignPage => FOREIGN_PAGE,
        }
    })
}

/// The subprotocol to speak, or why this client is refused.
fn subprotocol(head: &Head) -> Result<Option<&'static str>, Answer> {
    if head.protocols().any(|offered| offered == rpc::SUBPROTOCOL) {
        return Ok(Some(rpc::SUBPROTOCOL));
    }
    if head.protocols().next().is_some() {
        return Err(OTHER_PROTOCOL);
    }
    Ok(None)
}

async fn answer(mut stream: TcpStream, answer: &Answer) {
    let Answer { status, text } = answer;
    let response = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{text}\n",
        text.len() + 1
    );
    let written = async {
        stream.write_all(response.as_bytes()).await?;
        stream.shutdown().await
    };
    match tokio::time::timeout(HEAD_WITHIN, written).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "an answer did not get through"),
        Err(_) => tracing::debug!("an answer was not read"),
    }
}

const OK: Answer = Answer {
    status: "200 OK",
    text: "ok",
};
const NOT_READY: Answer = Answer {
    status: "503 Service Unavailable",
    text: "the store does not answer",
};
const BAD_REQUEST: Answer = Answer {
    status: "400 Bad Request",
    text: "this is no request that a WebSocket endpoint understands",
};
const OTHER_PROTOCOL: Answer = Answer {
    status: "400 Bad Request",
    text: "the WebSocket subprotocol of this endpoint is bellhop.v1",
};
const NO_HOST: Answer = Answer {
    status: "400 Bad Request",
    text: "the request must say in one Host header whom it is for",
};
const ANOTHER_HOST: Answer = Answer {
    status: "403 Forbidden",
    text: "this server is not called so; whoever runs it can allow the name with --allow-host",
};
const FOREIGN_PAGE: Answer = Answer {
    status: "403 Forbidden",
    text: "web pages of this origin may not connect; whoever runs the server can allow them with \
           --allow-origin",
};
const NOT_FOUND: Answer = Answer {
    status: "404 Not Found",
    text: "there is nothing here; the endpoint is /v1/signaling",
};
const UPGRADE_REQUIRED: Answer = Answer {
    status: "426 Upgrade Required\r\nUpgrade: websocket",
    text: "this endpoint speaks WebSocket",
};
