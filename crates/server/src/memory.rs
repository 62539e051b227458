//! The stores in memory: for tests, for the simulation, and as the plainest reading of the ports.
//!
//! Owns one state behind one lock. The lock is held while the outlet is told, so that what is told
//! has the order of the commits; it is never held across an `await`.

mod directory;
mod history;
mod ledger;
mod state;

use std::sync::{Arc, Mutex, MutexGuard};

use self::state::State;
use crate::ports::Outlet;

/// Ledger, history and directory that last as long as the process.
pub struct MemoryStore {
    state: Mutex<State>,
    outlet: Arc<dyn Outlet>,
}

impl MemoryStore {
    /// Empty stores that tell this outlet.
    pub fn new(outlet: Arc<dyn Outlet>) -> Self {
        Self {
            state: Mutex::default(),
            outlet,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("nothing panics while it holds the state")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::Opened;

    crate::conformance!(in_memory);

    async fn in_memory(outlet: Arc<dyn Outlet>) -> Opened {
        Opened {
            store: Arc::new(MemoryStore::new(outlet)),
            kept: Box::new(()),
        }
    }
}
