//! Installs the UI's packages and builds it, each only when something it is made from has changed.
//!
//! A build of the app embeds `ui/dist`, so building the UI needlessly would rebuild the app too.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::process::{self, NPM, Problem, Workspace, output_of};

/// Brings `node_modules` to what `package-lock.json` says.
pub(crate) fn install(workspace: &Workspace) -> Result<(), Problem> {
    let ui = workspace.ui();
    let mut wanted = fingerprint(&[ui.join("package.json"), ui.join("package-lock.json")])?;
    // Packages with native parts are chosen for the Node and npm that install them.
    wanted.push_str(&output_of("node", &["--version"]).unwrap_or_default());
    wanted.push_str(&output_of(NPM, &["--version"]).unwrap_or_default());
    let stamp = ui.join("node_modules/.bellhop-installed");
    if is_stamped(&stamp, &wanted) {
        return Ok(());
    }
    process::run(&mut workspace.npm(["ci", "--no-audit", "--no-fund"]))?;
    put_stamp(&stamp, &wanted)
}

/// Builds the UI into `ui/dist`.
pub(crate) fn build(workspace: &Workspace) -> Result<(), Problem> {
    process::run(&mut workspace.npm(["run", "build"]))?;
    put_stamp(&build_stamp(workspace), &sources(workspace)?)
}

/// Installs and builds what is out of date.
pub(crate) fn build_if_changed(workspace: &Workspace) -> Result<(), Problem> {
    install(workspace)?;
    let is_built = workspace.ui().join("dist").is_dir();
    if is_built && is_stamped(&build_stamp(workspace), &sources(workspace)?) {
        return Ok(());
    }
    build(workspace)
}

// It lies in node_modules, so that a new installation makes a new build.
fn build_stamp(workspace: &Workspace) -> PathBuf {
    workspace.ui().join("node_modules/.bellhop-built")
}

fn sources(workspace: &Workspace) -> Result<String, Problem> {
    let mut files = Vec::new();
    collect(&workspace.ui(), &mut files)?;
    files.sort();
    fingerprint(&files)
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> Result<(), Problem> {
    let failed = |cause| Problem::with_file("Reading", dir, &cause);
    for entry in fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if !path.is_dir() {
            files.push(path);
        } else if !path.ends_with("node_modules") && !path.ends_with("dist") {
            collect(&path, files)?;
        }
    }
    Ok(())
}

fn fingerprint(files: &[PathBuf]) -> Result<String, Problem> {
    let mut hasher = DefaultHasher::new();
    for path in files {
        let content =
            fs::read(path).map_err(|cause| Problem::with_file("Reading", path, &cause))?;
        (path, content).hash(&mut hasher);
    }
    Ok(format!("{:016x} ", hasher.finish()))
}

fn is_stamped(stamp: &Path, wanted: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|found| found == wanted)
}

fn put_stamp(stamp: &Path, content: &str) -> Result<(), Problem> {
    fs::write(stamp, content).map_err(|cause| Problem::with_file("Writing", stamp, &cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("bellhop-xtask-{name}-{}", std::process::id()));
        fs::create_dir_all(dir.join("src")).unwrap();
        fs::create_dir_all(dir.join("node_modules/svelte")).unwrap();
        fs::create_dir_all(dir.join("dist")).unwrap();
        dir
    }

    #[test]
    fn sees_the_sources_and_neither_what_is_installed_nor_what_is_built() {
        let dir = folder("collect");
        for name in [
            "index.html",
            "src/App.svelte",
            "node_modules/svelte/index.js",
            "dist/app.js",
        ] {
            fs::write(dir.join(name), name).unwrap();
        }
        let mut files = Vec::new();
        collect(&dir, &mut files).unwrap();
        files.sort();
        assert_eq!(files, [dir.join("index.html"), dir.join("src/App.svelte")]);
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn a_changed_file_changes_the_fingerprint_and_a_touched_one_does_not() {
        let dir = folder("fingerprint");
        let file = dir.join("src/App.svelte");
        let print = |content: &str| {
            fs::write(&file, content).unwrap();
            fingerprint(std::slice::from_ref(&file)).unwrap()
        };
        let first = print("ring");
        assert_eq!(print("ring"), first);
        assert_ne!(print("rang"), first);
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn is_not_stamped_until_the_stamp_says_the_same() {
        let dir = folder("stamp");
        let stamp = dir.join("stamp");
        assert!(!is_stamped(&stamp, "one"));
        put_stamp(&stamp, "one").unwrap();
        assert!(is_stamped(&stamp, "one"));
        assert!(!is_stamped(&stamp, "two"));
        fs::remove_dir_all(dir).unwrap();
    }
}
