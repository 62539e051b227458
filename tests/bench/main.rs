//! How long a ring takes to reach the person and to go away, measured on the real app from outside.
//!
//! Zero is when a relay between the app and its server hands the app the news. From there: the sound on a
//! recording, the ring window by what X11 tells, the notification at a daemon of the benchmark's own. Run it
//! with `cargo xtask bench ring`.

#[cfg(target_os = "linux")]
mod asked;
#[cfg(target_os = "linux")]
mod delay;
#[cfg(target_os = "linux")]
#[path = "../desktop/harness/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the end-to-end tests look at more of the app"
)]
mod harness;
#[cfg(target_os = "linux")]
mod machine;
#[cfg(target_os = "linux")]
mod picture;
#[cfg(target_os = "linux")]
mod relay;
#[cfg(target_os = "linux")]
mod report;
#[cfg(target_os = "linux")]
mod rounds;
#[cfg(target_os = "linux")]
mod windows;

#[cfg(target_os = "linux")]
#[tokio::main]
async fn main() -> std::process::ExitCode {
    use std::process::ExitCode;

    let asked = match asked::parse(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(sentence) => {
            eprintln!("{sentence}");
            return ExitCode::from(2);
        }
    };
    let before = machine::load();
    let measured = rounds::measure(asked.rounds).await;
    println!("{}", machine::facts(asked.rounds, before));
    println!("{measured}");
    match measured.missed() {
        missed if missed.is_empty() || !asked.check => ExitCode::SUCCESS,
        missed => {
            eprintln!("{}", missed.join("\n"));
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("The ring is measured on Linux only.");
}
