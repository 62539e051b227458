//! Chance that a seed repeats.

use std::time::Duration;

/// The numbers of one seed (splitmix64).
pub(crate) struct Dice(u64);

impl Dice {
    /// The numbers of this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    /// A wait before somebody acts: none at all, some turns of other tasks, or up to 3 ms.
    pub(crate) fn hesitation(&mut self) -> Hesitation {
        match self.below(3) {
            0 => Hesitation::Turns(0),
            1 => Hesitation::Turns(self.below(20)),
            _ => Hesitation::Time(Duration::from_micros(self.below(3000))),
        }
    }
}

/// A wait before somebody acts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hesitation {
    /// So many turns of other tasks.
    Turns(u64),
    /// So long.
    Time(Duration),
}

impl Hesitation {
    /// Waits.
    pub(crate) async fn pass(self) {
        match self {
            Self::Turns(turns) => {
                for _ in 0..turns {
                    tokio::task::yield_now().await;
                }
            }
            Self::Time(duration) => tokio::time::sleep(duration).await,
        }
    }
}
