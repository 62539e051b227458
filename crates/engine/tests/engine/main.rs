//! What the engine decides, rule by rule; each test names the section of SIGNALING it holds to.

#![allow(clippy::unwrap_used)]

mod answers;
mod calls;
mod cast;
mod endings;
mod group_members;
mod group_rings;
mod groups;
mod hearing;
mod invites;
mod model;
mod modifications;
mod pushes;
mod signals;
