//! Where the main window was, and that it comes back where it can be seen.

use std::path::Path;

use tauri::{AppHandle, Monitor, PhysicalPosition, PhysicalSize, WebviewWindow};
use tauri_plugin_window_state::{AppHandleExt, StateFlags};

use super::RING;

/// What is kept of the window.
const KEPT: StateFlags = StateFlags::SIZE
    .union(StateFlags::POSITION)
    .union(StateFlags::MAXIMIZED);
/// The file it is kept in, in the profile's folder.
const FILE: &str = "window.json";
/// How much of the window's upper edge, in pixels, must be on a display so that it can be moved.
const ENOUGH: i32 = 64;

/// Keeps the main window's place in a profile's folder; where the ring window goes is not the person's.
pub(super) fn keep(app: &AppHandle, folder: &Path) -> tauri::Result<()> {
    let plugin = tauri_plugin_window_state::Builder::new()
        .with_state_flags(KEPT)
        .with_filename(folder.join(FILE).to_string_lossy())
        .with_denylist(&[RING])
        .build();
    app.plugin(plugin)
}

/// Keeps it from this moment, also when the app does not end in order.
pub(super) fn save(app: &AppHandle) {
    if let Err(error) = app.save_window_state(KEPT) {
        tracing::warn!(%error, "the window's place is not kept");
    }
}

/// Puts a window in the middle of which nobody could reach the frame: its display is gone, or smaller.
pub(super) fn correct(window: &WebviewWindow) -> tauri::Result<()> {
    let (place, size) = (window.outer_position()?, window.inner_size()?);
    let displays = window.available_monitors()?;
    if displays.is_empty() || displays.iter().any(|display| holds(display, place, size)) {
        return Ok(());
    }
    window.center()
}

/// Whether enough of the window's upper edge is on this display.
fn holds(display: &Monitor, place: PhysicalPosition<i32>, size: PhysicalSize<u32>) -> bool {
    let area = display.work_area();
    let across = overlap((place.x, size.width), (area.position.x, area.size.width));
    let down = place.y.saturating_sub(area.position.y);
    let height = i32::try_from(area.size.height).unwrap_or(i32::MAX);
    across >= ENOUGH && (0..=height - ENOUGH).contains(&down)
}

/// How much two stretches, each a beginning and a length, have in common.
fn overlap(one: (i32, u32), other: (i32, u32)) -> i32 {
    let end = |(begin, length): (i32, u32)| begin.saturating_add_unsigned(length);
    let begin = one.0.max(other.0);
    end(one).min(end(other)).saturating_sub(begin).max(0)
}

#[cfg(test)]
mod tests {
    use super::overlap;

    #[test]
    fn stretches_overlap_by_what_they_share() {
        assert_eq!(overlap((0, 10), (5, 10)), 5);
        assert_eq!(overlap((0, 10), (10, 10)), 0);
        assert_eq!(overlap((-5, 10), (0, 100)), 5);
        assert_eq!(overlap((i32::MAX - 1, 10), (0, 10)), 0);
    }
}
