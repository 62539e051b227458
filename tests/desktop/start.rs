//! What is there when nothing was configured.

use crate::harness::Desk;

#[tokio::test]
async fn starts_with_a_main_window_and_a_ring_window_that_nobody_sees() {
    let desk = Desk::set_up("start").await;
    let alice = desk.app("alice").await;
    assert!(!alice.ring_window.is_on_screen().await);
    desk.photograph(&[&alice]).await;
}
