//! The benchmark's command line.

/// How many rounds are measured when nothing else is asked for.
const ROUNDS: usize = 30;

/// What the benchmark is to do.
pub(crate) struct Asked {
    /// How many rings to measure.
    pub(crate) rounds: usize,
    /// Whether a missed budget is a failure.
    pub(crate) check: bool,
}

/// Understands the words on the command line, or says what is wrong with them.
pub(crate) fn parse(words: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut asked = Asked {
        rounds: ROUNDS,
        check: false,
    };
    let mut words = words;
    while let Some(word) = words.next() {
        match word.as_str() {
            "--check" => asked.check = true,
            "--rounds" => {
                let number = words.next().unwrap_or_default();
                asked.rounds = match number.parse() {
                    Ok(rounds) if rounds > 0 => rounds,
                    Ok(_) | Err(_) => return Err(format!("`{number}` is no number of rounds.")),
                };
            }
            // Cargo says it to every benchmark.
            "--bench" => {}
            other => return Err(format!("`{other}` was not understood.")),
        }
    }
    Ok(asked)
}
