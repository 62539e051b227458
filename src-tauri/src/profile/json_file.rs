//! A small JSON file that survives crashes and mistakes.
//!
//! Writes are atomic and readable by this user alone. A file that cannot be read is kept aside and
//! replaced by the default, with a sentence for the person. Knows nothing of what is in the files.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be {doing}: {cause}", path.display())]
pub(crate) struct FileError {
    path: PathBuf,
    doing: &'static str,
    cause: io::Error,
}

/// What a file held, or what stands in for it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Loaded<T> {
    /// The content.
    pub(crate) content: T,
    /// A sentence for the person, when the file was unreadable and has been kept aside.
    pub(crate) notice: Option<String>,
}

/// The content of a file; the default when there is none, or when it makes no sense.
pub(crate) fn load<T: DeserializeOwned>(
    path: &Path,
    default: impl FnOnce() -> T,
) -> Result<Loaded<T>, FileError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Loaded {
                content: default(),
                notice: None,
            });
        }
        Err(cause) => return Err(failed(path, "read", cause)),
    };
    match serde_json::from_slice(&bytes) {
        Ok(content) => Ok(Loaded {
            content,
            notice: None,
        }),
        Err(error) => {
            let aside = keep_aside(path)?;
            tracing::warn!(file = %path.display(), %error, "unreadable file kept aside");
            let notice = format!(
                "{} could not be understood. It was kept as {}, and the defaults are used.",
                name(path),
                name(&aside)
            );
            Ok(Loaded {
                content: default(),
                notice: Some(notice),
            })
        }
    }
}

/// Replaces the file as a whole: after a crash it holds the old content or the new. What is there already
/// is not written again, so that a full disk keeps nobody from starting.
pub(crate) fn save<T: Serialize>(path: &Path, content: &T) -> Result<(), FileError> {
    let mut json =
        serde_json::to_vec_pretty(content).expect("a profile's files have string keys only");
    json.push(b'\n');
    if fs::read(path).is_ok_and(|stored| stored == json) {
        return Ok(());
    }
    let beside = path.with_extension("json.new");
    let written = write_private(&beside, &json).and_then(|()| fs::rename(&beside, path));
    written.map_err(|cause| {
        if let Err(error) = fs::remove_file(&beside) {
            tracing::debug!(file = %beside.display(), %error, "not taken away");
        }
        failed(path, "written", cause)
    })
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Renames the file to the first free `<file>.corrupt-<n>`.
fn keep_aside(path: &Path) -> Result<PathBuf, FileError> {
    let mut n = 1_u32;
    let aside = loop {
        let aside = path.with_file_name(format!("{}.corrupt-{n}", name(path)));
        if !aside.exists() {
            break aside;
        }
        n += 1;
    };
    fs::rename(path, &aside).map_err(|cause| failed(path, "kept aside", cause))?;
    Ok(aside)
}

fn name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn failed(path: &Path, doing: &'static str, cause: io::Error) -> FileError {
    FileError {
        path: path.to_owned(),
        doing,
        cause,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_loaded() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.json");
        save(&path, &vec![1, 2]).unwrap();
        save(&path, &vec![3]).unwrap();
        let loaded = load::<Vec<u8>>(&path, Vec::new).unwrap();
        assert_eq!(
            loaded,
            Loaded {
                content: vec![3],
                notice: None
            }
        );
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_there_already_is_not_written_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.json");
        save(&path, &1).unwrap();
        // Nothing can be written here.
        fs::create_dir(path.with_extension("json.new")).unwrap();
        save(&path, &1).unwrap();
        let error = save(&path, &2).unwrap_err().to_string();
        assert!(error.contains("a.json cannot be written"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "1\n");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_readable_by_its_user_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.json");
        save(&path, &1).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_missing_file_is_the_default_without_a_notice() {
        let dir = tempfile::tempdir().unwrap();
        let loaded = load(&dir.path().join("a.json"), || 7).unwrap();
        assert_eq!(
            loaded,
            Loaded {
                content: 7,
                notice: None
            }
        );
    }

    #[test]
    fn each_corrupt_file_is_kept_aside_with_a_notice() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.json");
        for n in 1..=2 {
            fs::write(&path, format!("not {n} JSON")).unwrap();
            let loaded = load(&path, || 7).unwrap();
            assert_eq!(
                loaded,
                Loaded {
                    content: 7,
                    notice: Some(format!(
                        "a.json could not be understood. It was kept as a.json.corrupt-{n}, and the \
                         defaults are used."
                    )),
                }
            );
            let kept = fs::read_to_string(dir.path().join(format!("a.json.corrupt-{n}"))).unwrap();
            assert_eq!(kept, format!("not {n} JSON"));
            assert!(!path.exists());
        }
    }
}
