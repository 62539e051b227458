//! JSON objects read only as deep as asked: whatever a key's value is, its neighbours can be read.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// The values of a JSON object, unread, by their keys; of a doubled key the last one. Nothing when the
/// text is no JSON object.
///
/// Values that Rust's types do not hold (lone surrogates, 1e999, a thousand levels) are no obstacle,
/// as they are none to other readers of the same text.
pub(crate) fn object(text: &str) -> Option<BTreeMap<Key, &RawValue>> {
    serde_json::from_str(text).ok()
}

/// A field that is an object, or null: not an array of the object's values in order, which serde takes
/// for a struct too.
pub(crate) fn object_or_null<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let fields = Option::<Map<String, Value>>::deserialize(deserializer)?;
    let read = fields.map(|fields| serde_json::from_value(fields.into()));
    read.transpose().map_err(Error::custom)
}

/// A key, byte for byte; in what JSON lets pass, not always UTF-8.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(Vec<u8>);

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;

        impl Visitor<'_> for Bytes {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Key, E> {
                Ok(Key(bytes.to_vec()))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Key, E> {
                Ok(Key::from(text))
            }
        }

        deserializer.deserialize_bytes(Bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_other_readers_accept_hides_nothing() {
        let deep = format!(r#"{{"a":1,"p":{}{}}}"#, "[".repeat(500), "]".repeat(500));
        for text in [
            r#"{"p":1e999,"a":1}"#,
            r#"{"p":"\ud800","\ud800":2,"a":0,"a":1}"#,
            &deep,
        ] {
            let object = object(text).unwrap();
            assert_eq!(object[&Key::from("a")].get(), "1", "{text}");
        }
        assert!(object("[1]").is_none());
        assert!(object(r#"{"a":1"#).is_none());
    }
}
