//! How often a page's process has died of late.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How often within [`WITHIN`] a page is loaded again.
const MOST: usize = 5;
const WITHIN: Duration = Duration::from_secs(60);

/// When a page's process has died.
#[derive(Debug, Default)]
pub(super) struct Deaths(VecDeque<Instant>);

impl Deaths {
    /// Takes over another one, and says whether the page is to be loaded again.
    pub(super) fn another(&mut self, now: Instant) -> bool {
        let is_old = |death: &Instant| now.saturating_duration_since(*death) >= WITHIN;
        while self.0.front().is_some_and(is_old) {
            self.0.pop_front();
        }
        if self.0.len() >= MOST {
            return false;
        }
        self.0.push_back(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_dies_again_and_again_is_left_until_the_first_death_is_a_minute_ago() {
        let mut deaths = Deaths::default();
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        for second in 0..5 {
            assert!(deaths.another(after(second)), "{second}");
        }
        assert!(!deaths.another(after(59)));
        assert!(deaths.another(after(60)));
        assert!(!deaths.another(after(60)));
    }
}
