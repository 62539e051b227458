//! What an inviter says about offline push (SIGNALING §7): accepted, validated, stored, handed on.

use serde::{Deserialize, Deserializer, Serialize};

use crate::json::object_or_null;

/// Offline push of one invitation. Every field is optional on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OfflinePushInfo {
    /// No push at all.
    pub disable_push: bool,
    /// No VoIP push; VoIP needs ordinary push on.
    pub disable_voip_push: bool,
    /// Title of the notification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Text of the notification; empty and the message's own empty: no push.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Passed through to the receiver.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// For Android channels.
    #[serde(
        deserialize_with = "object_or_null",
        skip_serializing_if = "Option::is_none"
    )]
    pub android_info: Option<AndroidInfo>,
    /// For Apple's channel.
    #[serde(
        deserialize_with = "object_or_null",
        skip_serializing_if = "Option::is_none"
    )]
    pub apns_info: Option<ApnsInfo>,
}

impl Default for OfflinePushInfo {
    fn default() -> Self {
        Self {
            disable_push: false,
            disable_voip_push: true,
            title: None,
            description: None,
            extension: None,
            android_info: None,
            apns_info: None,
        }
    }
}

/// What Android channels are told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AndroidInfo {
    /// Sound file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sound: Option<String>,
    /// Channel on Xiaomi devices.
    #[serde(rename = "XiaoMiChannelID", skip_serializing_if = "Option::is_none")]
    pub xiaomi_channel_id: Option<String>,
    /// Channel on OPPO devices.
    #[serde(rename = "OPPOChannelID", skip_serializing_if = "Option::is_none")]
    pub oppo_channel_id: Option<String>,
    /// Channel of Firebase.
    #[serde(rename = "FCMChannelID", skip_serializing_if = "Option::is_none")]
    pub fcm_channel_id: Option<String>,
    /// 0: operational, 1: system; 1 when absent.
    #[serde(rename = "VIVOClassification")]
    pub vivo_classification: VivoClassification,
    /// Category on vivo devices.
    #[serde(rename = "VIVOCategory", skip_serializing_if = "Option::is_none")]
    pub vivo_category: Option<String>,
    /// Category on Huawei devices.
    #[serde(rename = "HuaWeiCategory", skip_serializing_if = "Option::is_none")]
    pub huawei_category: Option<String>,
    /// Category on OPPO devices.
    #[serde(rename = "OPPOCategory", skip_serializing_if = "Option::is_none")]
    pub oppo_category: Option<String>,
    /// Picture on Huawei devices.
    #[serde(rename = "HuaWeiImage", skip_serializing_if = "Option::is_none")]
    pub huawei_image: Option<ImageUrl>,
    /// Picture on Honor devices.
    #[serde(rename = "HonorImage", skip_serializing_if = "Option::is_none")]
    pub honor_image: Option<ImageUrl>,
    /// Picture through Google's channel.
    #[serde(rename = "GoogleImage", skip_serializing_if = "Option::is_none")]
    pub google_image: Option<ImageUrl>,
}

/// What Apple's channel is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApnsInfo {
    /// Sound file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sound: Option<String>,
    /// Leave the badge as it is.
    #[serde(rename = "ignoreIOSBadge")]
    pub ignore_ios_badge: bool,
    /// No VoIP push.
    #[serde(rename = "disableVoipPush")]
    pub disable_voip_push: bool,
    /// Picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageUrl>,
}

impl Default for ApnsInfo {
    fn default() -> Self {
        Self {
            sound: None,
            ignore_ios_badge: false,
            disable_voip_push: true,
            image: None,
        }
    }
}

/// vivo's class of message: 0 or 1, read from a number or a numeric string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(into = "u8")]
pub enum VivoClassification {
    /// 0.
    Operational,
    /// 1.
    #[default]
    System,
}

impl From<VivoClassification> for u8 {
    fn from(class: VivoClassification) -> Self {
        match class {
            VivoClassification::Operational => 0,
            VivoClassification::System => 1,
        }
    }
}

impl<'de> Deserialize<'de> for VivoClassification {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Raw {
            Number(u64),
            Text(String),
        }
        let number = match Raw::deserialize(deserializer)? {
            Raw::Number(number) => Some(number),
            Raw::Text(text) => text.parse().ok(),
        };
        match number {
            Some(0) => Ok(Self::Operational),
            Some(1) => Ok(Self::System),
            Some(_) | None => Err(serde::de::Error::custom(
                "VIVOClassification must be 0 or 1",
            )),
        }
    }
}

/// Address of a picture; https only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ImageUrl(String);

impl TryFrom<String> for ImageUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.strip_prefix("https://") {
            Some(rest) if !rest.is_empty() => Ok(Self(text)),
            Some(_) | None => Err("the address of an image must begin with https://"),
        }
    }
}

impl From<ImageUrl> for String {
    fn from(url: ImageUrl) -> Self {
        url.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// §7: every field has its default, and what is given comes back.
    #[test]
    fn defaults_are_those_of_the_api() {
        let info: OfflinePushInfo = serde_json::from_str(
            r#"{"apnsInfo":{},"androidInfo":{"VIVOClassification":"0","HonorImage":"https://x/y"}}"#,
        )
        .unwrap();
        assert!(!info.disable_push && info.disable_voip_push);
        assert_eq!(info.apns_info, Some(ApnsInfo::default()));
        let android = info.android_info.unwrap();
        assert_eq!(android.vivo_classification, VivoClassification::Operational);
        assert_eq!(
            AndroidInfo::default().vivo_classification,
            VivoClassification::System
        );
    }

    /// §7: image addresses must be https; the classification is 0 or 1.
    #[test]
    fn other_values_are_refused() {
        for bad in [
            r#"{"androidInfo":{"VIVOClassification":2}}"#,
            r#"{"androidInfo":{"VIVOClassification":"x"}}"#,
            r#"{"androidInfo":{"GoogleImage":"http://x/y"}}"#,
            r#"{"apnsInfo":{"image":"file:///x"}}"#,
            r#"{"disablePush":"no"}"#,
            r#"{"androidInfo":[]}"#,
            r#"{"apnsInfo":["ring.caf"]}"#,
        ] {
            assert!(
                serde_json::from_str::<OfflinePushInfo>(bad).is_err(),
                "{bad}"
            );
        }
    }
}
