//! Gets the machine ready: checks the tools that must be there, installs the libraries that are not.
//!
//! Whatever is missing and cannot be installed from here is told in one sentence with what to do about
//! it. Owns no list of packages (`packages.rs`) and no version (`versions.rs`).

use std::process::Command;
use std::{env, fs};

use crate::packages::{self, Distribution, Need, Sign};
use crate::process::{self, Problem, Workspace, has_program, output_of};
use crate::versions::{NODE_WANTED, OLDEST_RUST, Version};

/// What the machine is made ready for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Building and starting the app.
    Build,
    /// Measuring the app, driven from outside.
    Bench,
    /// Every check, the end-to-end tests included.
    Test,
    /// Drawing the icons.
    Icons,
}

/// Checks and installs what the purpose needs.
pub(crate) fn prepare(workspace: &Workspace, purpose: Purpose) -> Result<(), Problem> {
    match purpose {
        Purpose::Build | Purpose::Bench => {
            check_rust()?;
            check_node()?;
        }
        Purpose::Test => {
            check_rust()?;
            add_rust_components(workspace)?;
            check_node()?;
        }
        Purpose::Icons => {}
    }
    match env::consts::OS {
        "linux" => prepare_linux(&needs_of(purpose)),
        other if purpose == Purpose::Icons => {
            check_by_sign(other, packages::ICONS.iter().collect())
        }
        "macos" => check_macos(),
        "windows" => check_windows(),
        other => Err(Problem::new(format!(
            "Bellhop is not known to build on {other}."
        ))),
    }
}

/// Fails when there is no screen to start the app on.
pub(crate) fn require_screen() -> Result<(), Problem> {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    if env::consts::OS != "linux" || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") {
        return Ok(());
    }
    Err(Problem::new(
        "There is no screen here to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set. \
         Start this from a desktop session.",
    ))
}

fn needs_of(purpose: Purpose) -> Vec<&'static Need> {
    match purpose {
        Purpose::Build => packages::BUILD.iter().collect(),
        Purpose::Bench | Purpose::Test => packages::BUILD.iter().chain(packages::TEST).collect(),
        Purpose::Icons => packages::ICONS.iter().collect(),
    }
}

fn check_rust() -> Result<(), Problem> {
    let advice = "Get it with `rustup update stable`.";
    let answer = output_of("rustc", &["--version"]);
    match answer.as_deref().and_then(Version::read) {
        None => Err(Problem::new(format!(
            "Rust {OLDEST_RUST} or newer is needed. {advice}"
        ))),
        Some(version) if version < OLDEST_RUST => Err(Problem::new(format!(
            "Rust {OLDEST_RUST} or newer is needed; this is Rust {version}. {advice}"
        ))),
        Some(version) => {
            println!("  Rust {version}");
            Ok(())
        }
    }
}

fn add_rust_components(workspace: &Workspace) -> Result<(), Problem> {
    let is_there = |subcommand: &str| {
        let answer = workspace.cargo([subcommand, "--version"]).output();
        answer.is_ok_and(|output| output.status.success())
    };
    let tools = [("fmt", "rustfmt"), ("clippy", "clippy")];
    let missing: Vec<&str> = tools
        .iter()
        .filter(|(sub, _)| !is_there(sub))
        .map(|(_, component)| *component)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let components = missing.join(" and ");
    if !has_program("rustup") {
        return Err(Problem::new(format!(
            "The checks need {components}. Install the package of your Rust that brings them."
        )));
    }
    println!("  Adding {components} to Rust:");
    process::run(
        Command::new("rustup")
            .args(["component", "add"])
            .args(missing),
    )
}

fn check_node() -> Result<(), Problem> {
    let advice = "See https://nodejs.org/en/download.";
    let answer = output_of("node", &["--version"]);
    let Some(version) = answer.as_deref().and_then(Version::read) else {
        return Err(Problem::new(format!(
            "Node is needed to build the UI ({NODE_WANTED}), and it was not found. {advice}"
        )));
    };
    if !version.will_do_as_node() {
        return Err(Problem::new(format!(
            "Node {version} cannot build the UI; it takes {NODE_WANTED}. {advice}"
        )));
    }
    let Some(npm) = output_of(process::NPM, &["--version"]) else {
        return Err(Problem::new(format!(
            "npm, which comes with Node, was not found. {advice}"
        )));
    };
    println!("  Node {version}, npm {}", npm.trim());
    Ok(())
}

fn prepare_linux(needs: &[&Need]) -> Result<(), Problem> {
    let os_release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    match Distribution::read(&os_release) {
        Distribution::Debian => install_debian(needs),
        Distribution::Other(name) => check_by_sign(&name, needs.to_vec()),
    }
}

fn install_debian(needs: &[&Need]) -> Result<(), Problem> {
    let missing = packages::not_installed(needs, &dpkg_answer(needs)?);
    if missing.is_empty() {
        println!("  all {} system packages are installed", needs.len());
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|need| need.debian).collect();
    println!(
        "  Missing, and to be installed with apt-get:\n{}",
        packages::listed(&missing)
    );
    let by_hand = format!(
        "apt-get install --no-install-recommends {}",
        names.join(" ")
    );
    let is_root = output_of("id", &["-u"]).is_some_and(|id| id.trim() == "0");
    if !is_root && !has_program("sudo") {
        return Err(Problem::new(format!(
            "Only root may install packages, and there is no sudo. Run this as root:\n    {by_hand}"
        )));
    }
    // Packages may be there although one of the person's sources does not answer.
    if let Err(problem) = process::run(apt_get(is_root).arg("update")) {
        println!("  {problem} Going on with the package lists that are there.");
    }
    // Rather none of them than one for which another goes: on some desktops PulseAudio would take PipeWire's
    // place.
    let install = ["install", "--yes", "--no-install-recommends", "--no-remove"];
    process::run(apt_get(is_root).args(install).args(&names)).map_err(|problem| {
        Problem::new(format!(
            "{problem} Its own words are above. Bellhop builds on Debian 12, Ubuntu 22.04 and newer. \
             To do it by hand, as root:\n    {by_hand}"
        ))
    })
}

fn dpkg_answer(needs: &[&Need]) -> Result<String, Problem> {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat", "${Package} ${db:Status-Status}\n"]);
    query.args(needs.iter().map(|need| need.debian));
    // It fails when it knows nothing of one of the names; what it printed of the others still holds.
    match query.output() {
        Ok(output) => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        Err(cause) => Err(Problem::new(format!("dpkg-query did not start: {cause}."))),
    }
}

fn apt_get(is_root: bool) -> Command {
    let mut command = Command::new(if is_root { "env" } else { "sudo" });
    if !is_root {
        command.arg("env");
    }
    // A new machine may still be upgrading itself and hold the lock for a while.
    let wait = ["-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"];
    command
        .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"])
        .args(wait);
    command
}

fn check_by_sign(name: &str, mut missing: Vec<&Need>) -> Result<(), Problem> {
    missing.retain(|need| !is_there(&need.sign));
    if missing.is_empty() {
        return Ok(());
    }
    let line = |need: &&Need| {
        let what = match need.sign {
            Sign::Program(program) => format!("the program {program}"),
            Sign::Module(module) => format!("{module} with its headers"),
            Sign::Library(library) => format!("the library {library}"),
        };
        format!("    {what}: {} ({} on Debian)\n", need.why, need.debian)
    };
    Err(Problem::new(format!(
        "Bellhop installs what it needs on Debian and Ubuntu only. On {name}, install these first:\n{}",
        missing.iter().map(line).collect::<String>()
    )))
}

fn is_there(sign: &Sign) -> bool {
    match sign {
        Sign::Program(program) => has_program(program),
        Sign::Module(module) => output_of("pkg-config", &["--exists", module]).is_some(),
        Sign::Library(library) => ["ldconfig", "/sbin/ldconfig"]
            .iter()
            .find_map(|ldconfig| output_of(ldconfig, &["-p"]))
            .is_some_and(|known| known.contains(library)),
    }
}

fn check_macos() -> Result<(), Problem> {
    match output_of("xcode-select", &["-p"]) {
        Some(_) => Ok(()),
        None => Err(Problem::new(
            "The Xcode command line tools are needed. Install them with `xcode-select --install`.",
        )),
    }
}

fn check_windows() -> Result<(), Problem> {
    let client = r"Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
    let homes = [
        r"HKLM\SOFTWARE\WOW6432Node",
        r"HKLM\SOFTWARE",
        r"HKCU\Software",
    ];
    let is_known = |home| output_of("reg", &["query", &format!(r"{home}\{client}")]).is_some();
    if homes.into_iter().any(is_known) {
        return Ok(());
    }
    Err(Problem::new(
        "Microsoft Edge WebView2 is needed and was not found. Install the WebView2 Runtime and, for \
         Rust, the MSVC build tools (“Desktop development with C++” of the Visual Studio installer).",
    ))
}
