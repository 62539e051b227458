//! What the figures were measured on.

use std::fmt::Write;
use std::fs;

use crate::harness::display;

/// The load averages of the last 1, 5 and 15 minutes, as Linux tells them.
pub(crate) fn load() -> String {
    let told = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let averages: Vec<&str> = told.split_whitespace().take(3).collect();
    averages.join(" ")
}

/// Lines that say what was measured, how often, and on what.
pub(crate) fn facts(rounds: usize, load_before: String) -> String {
    let programs = display::built();
    let profile = programs.file_name().unwrap_or_default().to_string_lossy();
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let mut models = cpus.lines().filter(|line| line.starts_with("model name"));
    let model = models.next().and_then(|line| line.split_once(": "));
    let model = model.map_or("a processor without a name", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut facts = String::from("\n");
    let lines = [
        (
            "app",
            format!("built with the profile for {profile}, on X11"),
        ),
        ("rounds", format!("{rounds}, after one that is not counted")),
        ("machine", format!("{cores} cores, {model}")),
        ("load", format!("{load_before} before, {} after", load())),
    ];
    for (what, words) in lines {
        writeln!(facts, "  {what:10} {words}").expect("a text takes every letter");
    }
    facts
}
