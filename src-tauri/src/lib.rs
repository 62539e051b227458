//! The desktop app.

pub mod view;
