//! The webviews that draw the snapshot: each gets all newer ones, in order, over a channel.
//!
//! Knows no call. A webview that is slow gets the newest snapshot when it is ready for it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bellhop_protocol::Failure;
use tauri::ipc::Channel;
use tokio::task::AbortHandle;

use crate::controller::{Controller, Views};
use crate::view::AppView;

/// The webviews that draw the snapshot, by the label of their window.
#[derive(Debug)]
pub(crate) struct Subscribers {
    controller: Controller,
    feeds: Mutex<BTreeMap<String, AbortHandle>>,
}

impl Subscribers {
    /// Nobody yet.
    pub(crate) fn new(controller: Controller) -> Self {
        Self {
            controller,
            feeds: Mutex::default(),
        }
    }

    /// The snapshot of this moment; newer ones follow on the channel. The channel of a page that the
    /// same window showed before is dropped.
    pub(crate) async fn add(
        &self,
        window: &str,
        channel: Channel<Arc<AppView>>,
    ) -> Result<Arc<AppView>, Failure> {
        let (view, views) = self.controller.subscribe().await?;
        let feed = tokio::spawn(feed(window.to_owned(), views, channel)).abort_handle();
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(earlier) = feeds.insert(window.to_owned(), feed) {
            earlier.abort();
        }
        Ok(view)
    }
}

async fn feed(window: String, mut views: Views, channel: Channel<Arc<AppView>>) {
    while views.changed().await.is_ok() {
        let view = views.borrow_and_update().clone();
        if let Err(error) = channel.send(view) {
            tracing::debug!(window, %error, "the webview is gone");
            return;
        }
    }
}
