//! How our types stand in columns.

use bellhop_engine::{Stored, Thread};
use bellhop_protocol::{CallSummary, MessageType, Timestamp, UserId};
use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A value that is kept as JSON.
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        let parsed = serde_json::from_str(text);
        parsed
            .map(Self)
            .map_err(|e| FromSqlError::Other(Box::new(e)))
    }
}

/// A checked name that is kept as text.
pub(super) struct Text<T>(pub(super) T);

impl<T> FromSql for Text<T>
where
    T: TryFrom<String>,
    T::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?.to_owned();
        T::try_from(text)
            .map(Self)
            .map_err(|e| FromSqlError::Other(e.into()))
    }
}

/// A moment that is kept in milliseconds; the end of time is the last one SQLite can count.
#[derive(Clone, Copy)]
pub(super) struct Millis(pub(super) Timestamp);

impl Millis {
    pub(super) fn count(self) -> i64 {
        i64::try_from(self.0.as_millis()).unwrap_or(i64::MAX)
    }
}

impl ToSql for Millis {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.count().into())
    }
}

impl FromSql for Millis {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let count = match value.as_i64()? {
            i64::MAX => u64::MAX,
            count => u64::try_from(count).map_err(|_| FromSqlError::OutOfRange(count))?,
        };
        Ok(Self(Timestamp::from_millis(count)))
    }
}

/// A revision or a `seq` as SQLite counts it.
pub(super) fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A limit as SQLite counts it.
pub(super) fn rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// The number in this column, which is never negative.
pub(super) fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, number))
}

/// The value as it is kept.
pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("our types have string keys and serialize")
}

/// The columns of a message, for [`message`].
pub(super) const MESSAGE: &str = "seq, sender, time_ms, kind, payload, call";

/// The message in columns `from`…`from + 5` of this row.
pub(super) fn message(row: &Row<'_>, from: usize, thread: Thread) -> rusqlite::Result<Stored> {
    let sender: Text<UserId> = row.get(from + 1)?;
    let time: Millis = row.get(from + 2)?;
    let kind: Json<MessageType> = row.get(from + 3)?;
    let payload: Json<Value> = row.get(from + 4)?;
    let call: Option<Json<CallSummary>> = row.get(from + 5)?;
    Ok(Stored {
        seq: number(row, from)?,
        thread,
        from: sender.0,
        time: time.0,
        kind: kind.0,
        payload: payload.0,
        call: call.map(|call| call.0),
    })
}
