//! The pages that follow the app: snapshots, and the events of the API, over a channel each.
//!
//! Knows no call. Whoever is slow to draw gets the newest snapshot when he is ready for it; of events
//! each one, in order.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bellhop_protocol::Failure;
use tauri::ipc::Channel;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::{AbortHandle, JoinHandle};

use crate::controller::api::{Session, Told};
use crate::controller::{Controller, Telling, Views};
use crate::view::AppView;

/// What a page follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Snapshots,
    Events,
}

/// The pages that follow the app, by the label of their window.
#[derive(Debug)]
pub(crate) struct Subscribers {
    controller: Controller,
    feeds: Mutex<BTreeMap<(String, What), AbortHandle>>,
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
        let feed = tokio::spawn(feed_snapshots(window.to_owned(), views, channel));
        self.replace(window, What::Snapshots, &feed);
        Ok(view)
    }

    /// Who is logged in and how it stands; each event of the API from there on follows on the channel.
    /// The channel of a page that the same window showed before is dropped.
    pub(crate) async fn follow(
        &self,
        window: &str,
        channel: Channel<Arc<Told>>,
    ) -> Result<Session, Failure> {
        let (session, telling) = self.controller.follow().await?;
        let feed = tokio::spawn(feed_events(window.to_owned(), telling, channel));
        self.replace(window, What::Events, &feed);
        Ok(session)
    }

    /// Tells the pages of this window nothing more: it is gone.
    pub(crate) fn drop_window(&self, window: &str) {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        feeds.retain(|(of, _), feed| {
            let stays = of != window;
            if !stays {
                feed.abort();
            }
            stays
        });
    }

    fn replace(&self, window: &str, what: What, feed: &JoinHandle<()>) {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(earlier) = feeds.insert((window.to_owned(), what), feed.abort_handle()) {
            earlier.abort();
        }
    }
}

async fn feed_snapshots(window: String, mut views: Views, channel: Channel<Arc<AppView>>) {
    while views.changed().await.is_ok() {
        let view = views.borrow_and_update().clone();
        if let Err(error) = channel.send(view) {
            tracing::debug!(window, %error, "the webview is gone");
            return;
        }
    }
}

async fn feed_events(window: String, mut telling: Telling, channel: Channel<Arc<Told>>) {
    loop {
        match telling.recv().await {
            Ok(told) => {
                if let Err(error) = channel.send(told) {
                    tracing::debug!(window, %error, "the webview is gone");
                    return;
                }
            }
            Err(RecvError::Lagged(events)) => {
                tracing::error!(window, events, "the page was too slow and missed events");
            }
            Err(RecvError::Closed) => return,
        }
    }
}
