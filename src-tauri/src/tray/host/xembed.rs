//! Trays of X11: the owner of a selection takes icons in as windows, by the system tray protocol.

use tokio::sync::watch;
use x11rb::connection::Connection;
use x11rb::errors::ReplyError;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{Atom, ChangeWindowAttributesAux, ConnectionExt, EventMask, Window};
use x11rb::rust_connection::RustConnection;

/// Tells whether there is such a tray whenever that changes, on a thread of its own: X11 is waited for
/// by blocking.
pub(super) fn watch(told: watch::Sender<Option<bool>>) {
    let thread = std::thread::Builder::new().name("tray-host".to_owned());
    let started = thread.spawn(move || {
        if let Err(error) = follow(&told) {
            tracing::debug!(error, "no tray on the display");
        }
        told.send_replace(Some(false));
    });
    if let Err(error) = started {
        tracing::warn!(%error, "it is not known whether the display has a tray");
    }
}

fn follow(told: &watch::Sender<Option<bool>>) -> Result<(), String> {
    let said = |error: &dyn std::fmt::Display| error.to_string();
    let (display, screen) = x11rb::connect(None).map_err(|error| said(&error))?;
    let root = display.setup().roots[screen].root;
    let selection = format!("_NET_SYSTEM_TRAY_S{screen}");
    let tray = atom(&display, &selection).map_err(|error| said(&error))?;
    // A tray that comes says so to the root window.
    listen(&display, root).map_err(|error| said(&error))?;
    loop {
        let has_tray = owner(&display, tray).map_err(|error| said(&error))?;
        if told.is_closed() {
            return Ok(());
        }
        told.send_replace(Some(has_tray));
        let mut comes_or_goes = false;
        while !comes_or_goes {
            let event = display.wait_for_event().map_err(|error| said(&error))?;
            comes_or_goes = matches!(event, Event::ClientMessage(_) | Event::DestroyNotify(_));
        }
    }
}

/// Whether the selection has an owner, whose end will be told.
fn owner(display: &RustConnection, tray: Atom) -> Result<bool, ReplyError> {
    let owner = display.get_selection_owner(tray)?.reply()?.owner;
    if owner == x11rb::NONE {
        return Ok(false);
    }
    match listen(display, owner) {
        Ok(()) => Ok(true),
        Err(ReplyError::X11Error(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

fn listen(display: &RustConnection, window: Window) -> Result<(), ReplyError> {
    let mask = ChangeWindowAttributesAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
    display.change_window_attributes(window, &mask)?.check()
}

fn atom(display: &RustConnection, name: &str) -> Result<Atom, ReplyError> {
    Ok(display.intern_atom(false, name.as_bytes())?.reply()?.atom)
}
