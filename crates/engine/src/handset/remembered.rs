//! A memory of what was heard, of bounded size: the oldest is forgotten first.

use std::collections::{BTreeMap, VecDeque};

/// The latest entries, at most so many.
#[derive(Debug)]
pub(super) struct Remembered<K, V> {
    values: BTreeMap<K, V>,
    order: VecDeque<K>,
    max: usize,
}

impl<K: Ord + Clone, V> Remembered<K, V> {
    /// An empty memory of this size.
    pub(super) fn at_most(max: usize) -> Self {
        Self {
            values: BTreeMap::new(),
            order: VecDeque::new(),
            max,
        }
    }

    /// What was remembered under that key.
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.values.get(key)
    }

    /// Whether there is something under that key.
    pub(super) fn has(&self, key: &K) -> bool {
        self.values.contains_key(key)
    }

    /// Remembers this; tells what it replaces.
    pub(super) fn put(&mut self, key: K, value: V) -> Option<V> {
        let before = self.values.insert(key.clone(), value);
        if before.is_none() {
            self.order.push_back(key);
            if self.order.len() > self.max {
                let oldest = self.order.pop_front().expect("it is over its size");
                self.values.remove(&oldest);
            }
        }
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_first() {
        let mut memory = Remembered::at_most(2);
        assert_eq!(memory.put("a", 1), None);
        assert_eq!(memory.put("b", 1), None);
        assert_eq!(memory.put("a", 2), Some(1));
        assert_eq!(memory.put("c", 1), None);
        assert!(!memory.has(&"a"));
        assert_eq!(memory.get(&"b"), Some(&1));
        assert_eq!(memory.get(&"c"), Some(&1));
    }
}
