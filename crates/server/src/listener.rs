//! Where connections come from: accepted one by one, a bounded number at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tracing::Instrument;

use crate::gate::Gate;
use crate::hub::{Hub, gone_down};
use crate::{http, session};

/// Accepts and serves connections until the server goes down and the last one has ended.
pub(crate) async fn listen(hub: Arc<Hub>, gate: Gate, listener: TcpListener) {
    let gate = Arc::new(gate);
    let mut going_down = hub.going_down.subscribe();
    let places = Arc::new(Semaphore::new(hub.tuning.max_connections));
    let mut connections = JoinSet::new();
    let mut count: u64 = 0;
    loop {
        tokio::select! {
            () = gone_down(&mut going_down) => break,
            Some(_) = connections.join_next() => {}
            (stream, place) = accept(&listener, &places) => {
                count += 1;
                let span = tracing::debug_span!("connection", number = count);
                let serve = serve(Arc::clone(&hub), Arc::clone(&gate), stream, place);
                connections.spawn(serve.instrument(span));
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, OwnedSemaphorePermit) {
    let place = Arc::clone(places).acquire_owned().await;
    let place = place.expect("nobody closes the semaphore");
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, place),
            Err(error) => {
                // Such as too many open files: it passes when connections end.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn serve(hub: Arc<Hub>, gate: Arc<Gate>, stream: TcpStream, _place: OwnedSemaphorePermit) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "small frames may be delayed");
    }
    let mut going_down = hub.going_down.subscribe();
    let socket = tokio::select! {
        socket = http::welcome(&hub, &gate, stream) => socket,
        () = gone_down(&mut going_down) => None,
    };
    if let Some(socket) = socket {
        session::serve(hub, socket).await;
    }
}
