//! Waiting for something to become so, with a deadline.

use std::fmt::Display;
use std::time::{Duration, Instant};

use super::display::photograph_failure;

/// How long anything may take that takes no time of its own, on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

const BETWEEN: Duration = Duration::from_millis(25);

/// Asks until the answer is `Ok` and gives it; after [`PATIENCE`] fails with `what` was awaited and
/// the last `Err`.
pub(crate) async fn until<T, E: Display>(
    what: impl Display,
    ask: impl AsyncFnMut() -> Result<T, E>,
) -> T {
    within(PATIENCE, what, ask).await
}

/// Like [`until`], with a deadline of the caller's.
pub(crate) async fn within<T, E: Display>(
    deadline: Duration,
    what: impl Display,
    mut ask: impl AsyncFnMut() -> Result<T, E>,
) -> T {
    let started = Instant::now();
    loop {
        let answer = tokio::time::timeout(deadline, ask()).await;
        let last = match answer {
            Ok(Ok(value)) => return value,
            Ok(Err(last)) => last.to_string(),
            Err(_) => "no answer at all".to_owned(),
        };
        let passed = started.elapsed();
        if passed >= deadline {
            photograph_failure();
            panic!(
                "waited {} ms for this: {what}. At last: {last}",
                passed.as_millis()
            );
        }
        tokio::time::sleep(BETWEEN).await;
    }
}

/// `Ok` when it is so, or else what is the case instead.
pub(crate) fn so(is_so: bool, instead: impl Display) -> Result<(), String> {
    if is_so {
        Ok(())
    } else {
        Err(instead.to_string())
    }
}
