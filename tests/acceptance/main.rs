//! What Bellhop promises as a whole.

mod architecture;
mod documents;
