//! Digests of requests, by which a repetition is told from another request of the same name.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// SHA-256 over the method and its parameters without `opID`, in hexadecimal digits.
///
/// The parameters are those the server understood: fields it ignores do not count, defaults do.
pub(crate) fn fingerprint(method: &str, params: &impl Serialize) -> String {
    let mut params = serde_json::to_value(params).expect("parameters have string keys");
    if let Value::Object(fields) = &mut params {
        fields.remove("opID");
    }
    let mut text = format!("{method} ");
    write_canonical(&params, &mut text);
    let mut digits = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        write!(digits, "{byte:02x}").expect("writing to a string cannot fail");
    }
    digits
}

/// The value as JSON with sorted keys, whatever order the map keeps them in.
fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            out.push('{');
            for (name, value) in fields {
                write!(out, "{}:", Value::from(name.as_str())).expect("a string takes it");
                write_canonical(value, out);
                out.push(',');
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write_canonical(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            write!(out, "{value}").expect("a string takes it");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_name_of_the_request_and_the_order_of_keys_do_not_count() {
        let one = json!({"userID": "bob", "opID": "1", "payload": {"a": 1, "b": [2]}});
        let other: Value =
            serde_json::from_str(r#"{"payload":{"b":[2],"a":1},"opID":"2","userID":"bob"}"#)
                .unwrap();
        assert_eq!(fingerprint("x", &one), fingerprint("x", &other));
    }

    #[test]
    fn method_and_every_parameter_count() {
        let params = json!({"userID": "bob", "data": "a"});
        let other = json!({"userID": "bob", "data": "b"});
        assert_ne!(fingerprint("x", &params), fingerprint("y", &params));
        assert_ne!(fingerprint("x", &params), fingerprint("x", &other));
    }
}
