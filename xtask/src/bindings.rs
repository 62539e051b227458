//! The TypeScript declarations that the tests of `bellhop-desktop` generate from its Rust types.
//!
//! They are generated into a folder of their own first, so that a check changes nothing in the tree and
//! a declaration whose type is gone is noticed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::process::{self, Problem, Workspace};

/// Tells the tests where to write the declarations.
pub(crate) const EXPORT_DIR: &str = "TS_RS_EXPORT_DIR";

type Files = BTreeMap<PathBuf, String>;

/// Where a check has the declarations written to.
pub(crate) fn scratch(workspace: &Workspace) -> PathBuf {
    workspace.target().join("bindings")
}

/// Fails when `ui/src/bindings` is not what the Rust types say.
pub(crate) fn check(workspace: &Workspace) -> Result<(), Problem> {
    let wanted = generate(workspace)?;
    let found = read(&committed(workspace))?;
    let changed = changed(&found, &wanted);
    if changed.is_empty() {
        println!("  {} declarations are as the Rust types say", wanted.len());
        return Ok(());
    }
    Err(Problem::new(format!(
        "ui/src/bindings is not what the Rust types say: {}. Run `cargo xtask bindings` and commit \
         what it writes.",
        changed.join(", ")
    )))
}

/// Makes `ui/src/bindings` what the Rust types say.
pub(crate) fn write(workspace: &Workspace) -> Result<(), Problem> {
    let wanted = generate(workspace)?;
    let home = committed(workspace);
    let found = read(&home)?;
    for (name, text) in &wanted {
        let path = home.join(name);
        let failed = |cause| Problem::with_file("Writing", &path, &cause);
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir).map_err(failed)?;
        }
        fs::write(&path, text).map_err(failed)?;
    }
    for name in found.keys().filter(|name| !wanted.contains_key(*name)) {
        let path = home.join(name);
        fs::remove_file(&path).map_err(|cause| Problem::with_file("Removing", &path, &cause))?;
    }
    println!("  {} declarations are in ui/src/bindings", wanted.len());
    Ok(())
}

fn committed(workspace: &Workspace) -> PathBuf {
    workspace.ui().join("src/bindings")
}

fn generate(workspace: &Workspace) -> Result<Files, Problem> {
    let dir = scratch(workspace);
    if dir.exists() {
        fs::remove_dir_all(&dir).map_err(|cause| Problem::with_file("Emptying", &dir, &cause))?;
    }
    let mut command =
        workspace.cargo(["test", "--quiet", "--workspace", "--lib", "export_bindings"]);
    process::run(command.env(EXPORT_DIR, &dir))?;
    let files = read(&dir)?;
    if files.is_empty() {
        return Err(Problem::new("The tests generated no declarations at all."));
    }
    Ok(files)
}

fn read(home: &Path) -> Result<Files, Problem> {
    let mut files = Files::new();
    if home.is_dir() {
        let read = read_into(home, home, &mut files);
        read.map_err(|cause| Problem::with_file("Reading", home, &cause))?;
    }
    Ok(files)
}

fn read_into(home: &Path, dir: &Path, files: &mut Files) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            read_into(home, &path, files)?;
        } else {
            let name = path
                .strip_prefix(home)
                .expect("read_dir lists what lies below")
                .to_owned();
            files.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

fn changed(found: &Files, wanted: &Files) -> Vec<String> {
    let names: BTreeSet<_> = found.keys().chain(wanted.keys()).collect();
    let say = |name: &PathBuf| {
        let what = match (found.get(name), wanted.get(name)) {
            (Some(found), Some(wanted)) if found == wanted => return None,
            (Some(_), Some(_)) => "differs",
            (None, Some(_)) => "is missing",
            (Some(_), None) | (None, None) => "has no type any more",
        };
        Some(format!("{} {what}", name.display()))
    };
    names.into_iter().filter_map(say).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> Files {
        list.iter()
            .map(|(name, text)| (PathBuf::from(name), (*text).to_owned()))
            .collect()
    }

    #[test]
    fn says_nothing_of_what_is_the_same() {
        let same = files(&[("AppView.ts", "a"), ("RingView.ts", "b")]);
        assert_eq!(changed(&same, &same), Vec::<String>::new());
    }

    #[test]
    fn says_what_differs_what_is_missing_and_what_is_left_over() {
        let found = files(&[("AppView.ts", "old"), ("Gone.ts", "x")]);
        let wanted = files(&[("AppView.ts", "new"), ("RingView.ts", "b")]);
        assert_eq!(
            changed(&found, &wanted),
            [
                "AppView.ts differs",
                "Gone.ts has no type any more",
                "RingView.ts is missing"
            ]
        );
    }
}
