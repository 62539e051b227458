//! The WebSocket: the only file that knows tungstenite.

pub(crate) use tokio_tungstenite::tungstenite::http::Uri;
