//! The Bellhop server: sessions, ports, storage.

pub mod ports;
