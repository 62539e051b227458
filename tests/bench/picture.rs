//! When the ring window shows the ring that it was shown for.
//!
//! A window can be there before its page has drawn anything new: then it is white, or shows the ring before.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use x11rb::protocol::xproto::{ConnectionExt, ImageFormat, Window};
use x11rb::rust_connection::RustConnection;

/// Where in the ring window the caller's name is: x, y, width and height.
const NAME: (i16, i16, u16, u16) = (108, 38, 180, 24);
/// Between two frames.
const FRAME: Duration = Duration::from_millis(4);

/// The caller's name as it was drawn at some moment, and until the next frame.
struct Frame {
    at: Instant,
    pixels: Vec<u8>,
}

/// A film of the caller's name in a ring window, which runs until it is developed.
pub(crate) struct Film {
    is_over: Arc<AtomicBool>,
    camera: JoinHandle<Vec<Frame>>,
}

impl Film {
    /// Begins to film this window.
    pub(crate) fn begin(window: Window) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let camera = thread::spawn(move || film(window, &over));
        Self { is_over, camera }
    }

    /// Ends it, and tells since when the name was drawn that is in the last frame.
    pub(crate) fn develop(self) -> Instant {
        self.is_over.store(true, Ordering::Relaxed);
        let frames = self.camera.join().expect("the camera does not fail");
        let last = &frames.last().expect("there is always one frame").pixels;
        let paper = vec![last[0]; last.len()];
        let half = distance(last, &paper) / 2;
        assert!(half > 0, "there is no name in the ring window");
        let is_drawn = |frame: &&Frame| distance(&frame.pixels, last) <= half;
        let drawn = frames.iter().rev().take_while(is_drawn).last();
        drawn.expect("the last frame is like itself").at
    }
}

/// Every frame that differs from the one before.
fn film(window: Window, is_over: &AtomicBool) -> Vec<Frame> {
    let (display, _) = x11rb::connect(None).expect("there is a display");
    let mut frames: Vec<Frame> = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        if let Some(pixels) = photograph(&display, window)
            && frames.last().is_none_or(|last| last.pixels != pixels)
        {
            let at = Instant::now();
            frames.push(Frame { at, pixels });
        }
        thread::sleep(FRAME);
    }
    frames
}

/// What is on the screen where the name is in this window, one byte for each pixel; nothing while its frame is
/// not on the screen.
fn photograph(display: &RustConnection, window: Window) -> Option<Vec<u8>> {
    let (x, y, width, height) = NAME;
    let format = ImageFormat::Z_PIXMAP;
    let image = display.get_image(format, window, x, y, width, height, !0);
    let image = image.expect("the display is there").reply().ok()?;
    Some(image.data.chunks_exact(4).map(|pixel| pixel[1]).collect())
}

/// How much two pictures differ.
fn distance(one: &[u8], other: &[u8]) -> u64 {
    let differences = one.iter().zip(other).map(|(a, b)| a.abs_diff(*b));
    differences.map(u64::from).sum()
}
