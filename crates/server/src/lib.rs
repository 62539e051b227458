//! The Bellhop server: sessions, ports, storage.

pub mod memory;
pub mod ports;
pub mod sqlite;
