//! Which picture the icon is.

use super::Tray;
use crate::tray::MOST_COUNTED;
use crate::view::ConnectionView;

/// What the bell looks like; the rows of the sheet that `cargo xtask icons` draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bell {
    /// Whole: connected.
    Online,
    /// An outline: looking for its server, or without one.
    Offline,
    /// Struck through: do not disturb.
    Quiet,
}

/// One picture of the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) bell: Bell,
    /// The number on it; none when it is 0, and `9+` when it is 10.
    pub(super) missed: u32,
}

impl Picture {
    /// The picture that says this.
    pub(super) fn of(tray: &Tray) -> Self {
        let bell = match tray.connection {
            ConnectionView::Connecting
            | ConnectionView::Reconnecting
            | ConnectionView::Stopped { .. } => Bell::Offline,
            ConnectionView::Online if tray.quiet.because.is_some() => Bell::Quiet,
            ConnectionView::Online => Bell::Online,
        };
        let missed = tray.missed.min(MOST_COUNTED);
        Self { bell, missed }
    }
}
