//! The small world in full, worlds in which nothing may break, worlds in which a planted bug must be found, and histories that
//! once broke something.

mod histories;
mod model;
mod planted;
mod regressions;
