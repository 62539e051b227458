//! The controller with a recording shell, its own in-process server, and other people on it.

mod calls;
mod cast;
mod contract;
mod conversations;
mod groups;
mod profiles;

use super::*;
