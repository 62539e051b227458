//! A desk for one test: a home folder nobody misses, a session bus of its own with a notification
//! daemon that remembers, and real apps on a shared display.
//!
//! Owns processes, windows and waiting; knows the app only by what a person and a desktop can see of
//! it: its windows, its pages, its notifications, the files in its profile.

pub(crate) mod app;
pub(crate) mod away;
pub(crate) mod bus;
pub(crate) mod compositor;
pub(crate) mod desk;
pub(crate) mod display;
pub(crate) mod notifications;
pub(crate) mod page;
pub(crate) mod person;
pub(crate) mod running;
pub(crate) mod sound;
pub(crate) mod tray;
pub(crate) mod until;

pub(crate) use app::{App, Theme};
pub(crate) use desk::Desk;
pub(crate) use notifications::{Closed, Shown};
pub(crate) use page::Seen;
pub(crate) use person::Person;
