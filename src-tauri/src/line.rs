//! The way to a server: one from the settings, another app's on this machine, or this app's own.
//!
//! Owns the choice; knows no call.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bellhop_client::{InvalidServerUrl, ServerUrl, UserSig};
use bellhop_protocol::UserId;

use crate::local_server::{self, Host, HostError, HostLock, LocalServer};
use crate::profile::{Profile, Remote, Settings};
use crate::view::Hosting;

/// How long to wait before looking again for a server that another app is starting.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// What the settings ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// A server that somebody else runs.
    Remote(Remote),
    /// A server of this person's apps on this machine.
    Local {
        /// Who logs in.
        user: UserId,
        /// The profile's folder.
        folder: PathBuf,
        /// The folder that all profiles are in.
        root: PathBuf,
    },
}

impl Goal {
    /// What this profile's settings ask for.
    pub(crate) fn of(profile: &Profile, root: &Path) -> Self {
        Self::set(profile.settings(), profile.folder(), root)
    }

    /// What these settings ask for, of a profile with that folder.
    pub(crate) fn set(settings: &Settings, folder: &Path, root: &Path) -> Self {
        match &settings.remote {
            Some(remote) => Self::Remote(remote.clone()),
            None => Self::Local {
                user: settings.user.clone(),
                folder: folder.to_owned(),
                root: root.to_owned(),
            },
        }
    }
}

/// Why there is no server to connect to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LineError {
    /// This app cannot host one.
    #[error(transparent)]
    Host(#[from] HostError),
    /// Other apps cannot be looked for.
    #[error("The folder {} cannot be used: {cause}", root.display())]
    Folder {
        /// The folder that all profiles are in.
        root: PathBuf,
        /// Why not.
        cause: io::Error,
    },
    /// Another app announced nonsense.
    #[error(transparent)]
    Address(#[from] InvalidServerUrl),
}

/// A server to connect to.
#[derive(Debug)]
pub(crate) struct Line {
    /// Where it is.
    pub(crate) url: ServerUrl,
    /// What proves the user there.
    pub(crate) user_sig: UserSig,
    /// Where it runs.
    pub(crate) hosting: Hosting,
    host: Option<Host>,
    own: Option<LocalServer>,
}

impl Line {
    fn remote(remote: &Remote) -> Self {
        Self {
            url: remote.server.url(),
            user_sig: UserSig::from(remote.user_sig.as_str()),
            hosting: Hosting::Remote,
            host: None,
            own: None,
        }
    }

    fn local(host: Host, user: &UserId, own: Option<LocalServer>) -> Result<Self, LineError> {
        Ok(Self {
            url: host.server_url()?,
            user_sig: host.sign(user),
            hosting: match own {
                Some(_) => Hosting::ThisApp,
                None => Hosting::OtherProfile,
            },
            host: Some(host),
            own,
        })
    }

    /// What another app or this one announced of the server; nothing for one of somebody else.
    pub(crate) fn host(&self) -> Option<&Host> {
        self.host.as_ref()
    }

    /// Ends the server if it is this app's.
    pub(crate) async fn close(self) {
        if let Some(server) = self.own {
            server.stop().await;
        }
    }
}

/// Finds the server that is asked for; waits while another app is starting one.
pub(crate) async fn find(goal: Goal) -> Result<Line, LineError> {
    match goal {
        Goal::Remote(remote) => Ok(Line::remote(&remote)),
        Goal::Local { user, folder, root } => find_local(&user, &folder, &root).await,
    }
}

async fn find_local(user: &UserId, folder: &Path, root: &Path) -> Result<Line, LineError> {
    loop {
        if let Some(lock) = HostLock::take(root).map_err(|cause| folder_fails(root, cause))? {
            let server = LocalServer::start(root, folder, lock).await?;
            return Line::local(server.host().clone(), user, Some(server));
        }
        if let Some(host) = announced(root).await? {
            return Line::local(host, user, None);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Finds the server that is asked for, if it is there at this moment; starts none.
pub(crate) async fn look(goal: Goal) -> Result<Option<Line>, LineError> {
    match goal {
        Goal::Remote(remote) => Ok(Some(Line::remote(&remote))),
        Goal::Local { user, root, .. } => match announced(&root).await? {
            Some(host) => Line::local(host, &user, None).map(Some),
            None => Ok(None),
        },
    }
}

/// The server of another app that answers.
async fn announced(root: &Path) -> Result<Option<Host>, LineError> {
    for host in local_server::hosts(root).map_err(|cause| folder_fails(root, cause))? {
        if host.is_alive().await {
            return Ok(Some(host));
        }
    }
    Ok(None)
}

fn folder_fails(root: &Path, cause: io::Error) -> LineError {
    LineError::Folder {
        root: root.to_owned(),
        cause,
    }
}

/// Whether another app still hosts the server that it announced.
pub(crate) async fn is_there(root: &Path, host: &Host) -> bool {
    let is_announced = match local_server::hosts(root) {
        Ok(hosts) => hosts.contains(host),
        Err(error) => {
            tracing::warn!(%error, "other apps cannot be looked for");
            return true;
        }
    };
    is_announced && host.is_alive().await
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The background process uses what is there, and leaves hosting to apps.
    #[tokio::test]
    async fn who_looks_finds_the_server_of_another_app_and_starts_none() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("alice");
        fs::create_dir_all(&folder).unwrap();
        let goal = Goal::Local {
            user: "alice".parse().unwrap(),
            folder: folder.clone(),
            root: root.path().to_owned(),
        };
        assert!(look(goal.clone()).await.unwrap().is_none());
        assert_eq!(local_server::hosts(root.path()).unwrap(), []);

        let hosting = find(goal.clone()).await.unwrap();
        let found = look(goal.clone()).await.unwrap().unwrap();
        assert_eq!(found.host(), hosting.host());
        assert_eq!(found.hosting, Hosting::OtherProfile);

        found.close().await;
        hosting.close().await;
        assert!(look(goal).await.unwrap().is_none());
    }
}
