//! What the person has set, checked once: as a form, and as a file.

use std::fmt;

use bellhop_client::{InvalidServerUrl, ServerUrl};
use bellhop_protocol::{Failure, UserId};
use serde::{Deserialize, Serialize};

use crate::profile::quiet_settings::QuietSettings;
use crate::profile::sound_settings::SoundSettings;
use crate::shortcuts::Shortcuts;
use crate::test_contacts;
use crate::view::{CallWaiting, PresenceSettingsView, SettingsView, Theme};

/// A server's address as the person wrote it, known to be one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct ServerAddress(String);

impl ServerAddress {
    /// The address to connect to.
    pub(crate) fn url(&self) -> ServerUrl {
        self.0.parse().expect("it was checked when it was made")
    }

    /// The address as it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ServerAddress {
    type Error = InvalidServerUrl;

    fn try_from(text: String) -> Result<Self, InvalidServerUrl> {
        text.parse::<ServerUrl>()?;
        Ok(Self(text.trim().to_owned()))
    }
}

impl From<ServerAddress> for String {
    fn from(address: ServerAddress) -> Self {
        address.0
    }
}

/// A server that somebody else runs, and the signature to log in with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Remote {
    /// Where it is.
    pub(crate) server: ServerAddress,
    /// What proves the user there.
    pub(crate) user_sig: String,
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

/// What the person has set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Settings {
    /// Who logs in.
    #[serde(rename = "userID")]
    pub(crate) user: UserId,
    /// The server; none when a server of this machine's apps is to be used.
    #[serde(default)]
    pub(crate) remote: Option<Remote>,
    /// Light, dark, or as the desktop says.
    #[serde(default)]
    pub(crate) theme: Theme,
    /// Where and how loud calls are heard.
    #[serde(default)]
    pub(crate) sound: SoundSettings,
    /// When this device does not ring.
    #[serde(default)]
    pub(crate) quiet: QuietSettings,
    /// What becomes of a ring during a call.
    #[serde(default)]
    pub(crate) call_waiting: CallWaiting,
    /// When the app is there.
    #[serde(default)]
    pub(crate) presence: PresenceSettingsView,
    /// The keys that were chosen instead of the usual ones.
    #[serde(default)]
    pub(crate) shortcuts: Shortcuts,
}

impl Settings {
    /// The settings of a new profile.
    pub(crate) fn of(user: UserId) -> Self {
        Self {
            user,
            remote: None,
            theme: Theme::default(),
            sound: SoundSettings::default(),
            quiet: QuietSettings::default(),
            call_waiting: CallWaiting::default(),
            presence: PresenceSettingsView::default(),
            shortcuts: Shortcuts::default(),
        }
    }

    /// The form, without the signature.
    pub(crate) fn view(&self) -> SettingsView {
        SettingsView {
            user_id: self.user.to_string(),
            server: match &self.remote {
                Some(remote) => remote.server.as_str().to_owned(),
                None => String::new(),
            },
            user_sig: String::new(),
            theme: self.theme,
            sound: self.sound.clone().into(),
            quiet: self.quiet.clone().into(),
            call_waiting: self.call_waiting,
            presence: self.presence.clone(),
            shortcuts: self.shortcuts.form(),
        }
    }

    /// What the form asks for, or a sentence that says what is wrong with it.
    pub(crate) fn changed(&self, form: SettingsView) -> Result<Self, Failure> {
        let user: UserId = form.user_id.trim().parse().map_err(|_| {
            Failure::bad_parameter("The user ID must be 1 to 32 bytes without control characters.")
        })?;
        let remote = if form.server.trim().is_empty() {
            if test_contacts::is_one(&user) {
                let message = format!("\"{user}\" is a test contact. Choose another user ID.");
                return Err(Failure::bad_parameter(message));
            }
            None
        } else {
            Some(self.changed_remote(&user, form.server, form.user_sig.trim())?)
        };
        Ok(Self {
            user,
            remote,
            theme: form.theme,
            sound: SoundSettings::try_from(form.sound)
                .map_err(|invalid| Failure::bad_parameter(invalid.to_string()))?,
            quiet: QuietSettings::try_from(form.quiet)
                .map_err(|invalid| Failure::bad_parameter(invalid.to_string()))?,
            call_waiting: form.call_waiting,
            presence: form.presence,
            shortcuts: self
                .shortcuts
                .changed(form.shortcuts)
                .map_err(|error| Failure::bad_parameter(error.to_string()))?,
        })
    }

    fn changed_remote(
        &self,
        user: &UserId,
        server: String,
        user_sig: &str,
    ) -> Result<Remote, Failure> {
        let server = ServerAddress::try_from(server)
            .map_err(|invalid| Failure::bad_parameter(format!("{invalid}.")))?;
        let kept = self
            .remote
            .as_ref()
            .filter(|remote| remote.server == server && *user == self.user);
        let user_sig = match (user_sig, kept) {
            ("", Some(remote)) => remote.user_sig.clone(),
            ("", None) => {
                return Err(Failure::bad_parameter(
                    "This server needs a user signature of that user ID. Paste one.",
                ));
            }
            (pasted, _) => pasted.to_owned(),
        };
        Ok(Remote { server, user_sig })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::SoundView;

    fn settings() -> Settings {
        Settings::of("alice".parse().unwrap())
    }

    fn form(user_id: &str, server: &str, user_sig: &str) -> SettingsView {
        SettingsView {
            user_id: user_id.to_owned(),
            server: server.to_owned(),
            user_sig: user_sig.to_owned(),
            theme: Theme::Dark,
            sound: SoundView::default(),
            ..SettingsView::default()
        }
    }

    #[test]
    fn a_signature_is_asked_for_with_each_new_server_or_user_and_kept_otherwise() {
        let none = settings()
            .changed(form("alice", "ws://a:1", ""))
            .unwrap_err();
        assert_eq!(
            none.message,
            "This server needs a user signature of that user ID. Paste one."
        );
        let set = settings()
            .changed(form("alice", " ws://a:1 ", " sig "))
            .unwrap();
        assert_eq!(set.remote.as_ref().unwrap().user_sig, "sig");
        assert_eq!(set.changed(form("alice", "ws://a:1", "")).unwrap(), set);
        assert!(set.changed(form("alice", "ws://b:1", "")).is_err());
        assert!(set.changed(form("bob", "ws://a:1", "")).is_err());
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = |user, server| {
            settings()
                .changed(form(user, server, "s"))
                .unwrap_err()
                .message
        };
        assert_eq!(
            wrong("", ""),
            "The user ID must be 1 to 32 bytes without control characters."
        );
        assert_eq!(
            wrong("alice", "localhost"),
            "\"localhost\" is no server address: it must look like ws://host:port or wss://host."
        );
        assert_eq!(
            wrong("echo", ""),
            "\"echo\" is a test contact. Choose another user ID."
        );
    }

    #[test]
    fn a_signature_leaves_neither_in_the_form_nor_in_a_log() {
        let set = settings()
            .changed(form("alice", "ws://a:1", "secret"))
            .unwrap();
        assert_eq!(set.view(), form("alice", "ws://a:1", ""));
        assert!(!format!("{set:?}").contains("secret"));
    }

    #[test]
    fn a_file_with_an_impossible_value_is_refused() {
        for json in [
            r#"{"userID":""}"#,
            r#"{"userID":"a","theme":"pink"}"#,
            r#"{"userID":"a","sound":{"volume":101}}"#,
            r#"{"userID":"a","quiet":{"byHand":{"kind":"until"}}}"#,
            r#"{"userID":"a","quiet":{"schedule":{"from":"24:00"}}}"#,
            r#"{"userID":"a","quiet":{"schedule":{"enabled":true,"days":[]}}}"#,
            r#"{"userID":"a","remote":{"server":"http://a","userSig":"s"}}"#,
        ] {
            assert!(serde_json::from_str::<Settings>(json).is_err(), "{json}");
        }
    }
    #[test]
    fn a_file_that_says_nothing_of_sound_is_read() {
        let old: Settings = serde_json::from_str(r#"{"userID":"alice"}"#).unwrap();
        assert_eq!(old, settings());
        let sound = SoundView {
            volume: 35,
            output: Some("pulseaudio:desk".to_owned()),
            second: None,
        };
        let mut form = form("alice", "", "");
        form.sound = sound.clone();
        let kept = serde_json::to_string(&old.changed(form).unwrap()).unwrap();
        let read: Settings = serde_json::from_str(&kept).unwrap();
        assert_eq!(read.view().sound, sound);
    }
}
