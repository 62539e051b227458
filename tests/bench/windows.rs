//! When windows come and go, as X11 tells it.

use std::thread;
use std::time::Instant;

use tokio::sync::broadcast;
use tokio::time::timeout;
use x11rb::connection::Connection;
use x11rb::errors::ReplyError;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ConnectionExt, EventMask, Visibility, Window,
};
use x11rb::rust_connection::RustConnection;

use crate::harness::until::PATIENCE;

/// How many changes may lie unread.
const CHANGES: usize = 256;

/// A window that came or went.
#[derive(Clone, Debug)]
struct Change {
    at: Instant,
    window: Window,
    title: String,
    is_there: bool,
}

/// What happens on the display from some moment on.
pub(crate) struct Windows(broadcast::Sender<Change>);

/// Everything that comes and goes from some moment on.
pub(crate) struct Changes(broadcast::Receiver<Change>);

impl Windows {
    /// Watches every window that is made from now on.
    pub(crate) fn watch() -> Self {
        let (display, screen) = x11rb::connect(None).expect("there is a display");
        let root = display.setup().roots[screen].root;
        let children = EventMask::SUBSTRUCTURE_NOTIFY;
        select(&display, root, children).expect("the root window is there");
        let (told, _) = broadcast::channel(CHANGES);
        let tell = told.clone();
        thread::spawn(move || watch(&display, root, &tell));
        Self(told)
    }

    /// What comes and goes from now on.
    pub(crate) fn changes(&self) -> Changes {
        Changes(self.0.subscribe())
    }
}

impl Changes {
    /// Waits until a window with this title is to be seen, and tells since when and which it is.
    pub(crate) async fn shows(&mut self, title: &str) -> (Instant, Window) {
        let shown = self.until(title, true).await;
        (shown.at, shown.window)
    }

    /// Waits until a window with this title is gone, and tells since when.
    pub(crate) async fn hides(&mut self, title: &str) -> Instant {
        self.until(title, false).await.at
    }

    async fn until(&mut self, title: &str, is_there: bool) -> Change {
        let found = async {
            loop {
                let change = self.0.recv().await.expect("the display is there");
                if change.title == title && change.is_there == is_there {
                    return change;
                }
            }
        };
        let found = timeout(PATIENCE, found).await;
        found.unwrap_or_else(|_| panic!("{title}: never saw that it is there: {is_there}"))
    }
}

/// Tells of every change, until the display is gone.
///
/// A window that is mapped is not to be seen before its frame is mapped too; X11 tells that by its visibility.
fn watch(display: &RustConnection, root: Window, tell: &broadcast::Sender<Change>) {
    while let Ok(event) = display.wait_for_event() {
        let at = Instant::now();
        if let Event::CreateNotify(made) = &event {
            let mask = EventMask::STRUCTURE_NOTIFY | EventMask::VISIBILITY_CHANGE;
            // It may be gone already.
            select(display, made.window, mask).ok();
        }
        let Some((window, is_there)) = change(&event, root) else {
            continue;
        };
        if let Ok(title) = title(display, window) {
            let change = Change {
                at,
                window,
                title,
                is_there,
            };
            // Nobody may be waiting for any.
            tell.send(change).ok();
        }
    }
}

/// The window that came or went, and which of both.
fn change(event: &Event, root: Window) -> Option<(Window, bool)> {
    if let Event::VisibilityNotify(seen) = event {
        return (seen.state != Visibility::FULLY_OBSCURED).then_some((seen.window, true));
    }
    if let Event::UnmapNotify(gone) = event {
        return (gone.event != root).then_some((gone.window, false));
    }
    None
}

fn select(display: &RustConnection, window: Window, events: EventMask) -> Result<(), ReplyError> {
    let attributes = ChangeWindowAttributesAux::new().event_mask(events);
    display
        .change_window_attributes(window, &attributes)?
        .check()
}

fn title(display: &RustConnection, window: Window) -> Result<String, ReplyError> {
    let (name, text) = (AtomEnum::WM_NAME, AtomEnum::ANY);
    let asked = display.get_property(false, window, name, text, 0, 256)?;
    let title = asked.reply()?.value;
    Ok(String::from_utf8_lossy(&title).into_owned())
}
