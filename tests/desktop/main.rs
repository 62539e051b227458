//! The real app, end to end: real processes on a virtual display, driven from outside.
//!
//! Each test has a home folder, a session bus and a notification daemon of its own; they take turns on
//! the display. Run them with `cargo xtask test --only desktop`; pictures and what the programs said
//! are in `target/screenshots`.

#![cfg(target_os = "linux")]

mod background;
mod calls;
mod console;
mod conversations;
mod groups;
mod harness;
mod links;
mod notification;
mod pages;
mod rings;
mod settings;
mod shortcuts;
mod sound;
mod start;
mod test_contacts;
mod tray;
mod wayland;
mod windows;
