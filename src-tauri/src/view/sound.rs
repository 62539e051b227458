//! What can be set about sound, and what it can be heard on.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where and how loud calls are heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct SoundView {
    /// How loud, in percent.
    pub volume: u8,
    /// The device on which everything is heard; absent for the one that the desktop plays on.
    pub output: Option<String>,
    /// The device on which calls ring besides.
    pub second: Option<String>,
}

impl Default for SoundView {
    fn default() -> Self {
        Self {
            volume: 80,
            output: None,
            second: None,
        }
    }
}

/// What calls can be heard on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AudioView {
    /// The output devices that are there.
    pub devices: Vec<AudioDeviceView>,
    /// Why calls are not heard where they were set to be, in a sentence.
    pub trouble: Option<String>,
}

/// An output device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AudioDeviceView {
    /// Its lasting name.
    pub id: String,
    /// What to call it before people.
    pub name: String,
}
