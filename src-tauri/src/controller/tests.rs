//! The controller with a recording shell, its own in-process server, and other people on it.

mod busy;
mod calls;
mod cast;
mod closing;
mod contract;
mod conversations;
mod groups;
mod handed;
mod profiles;
mod quiet;

use super::*;
