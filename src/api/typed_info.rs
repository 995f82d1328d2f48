//! GETINFO of a value that is a number, a flag or a list.

use std::borrow::Cow;
use std::sync::Arc;

use super::info::get_info;
use crate::engine::controller::Controller;
use crate::engine::operation::Operation;
use crate::error::Error;
use crate::proto::info;
use crate::proto::quote;
use crate::proto::result::Values;

fn malformed(key: &str, values: &Values) -> Error {
    malformed_value(key, values.value(0).unwrap_or_default())
}

pub(super) fn malformed_value(key: &str, value: &[u8]) -> Error {
    let value = quote::printable(&value[..value.len().min(100)]);
    Error::Protocol(format!("the value of {key} is \"{value}\""))
}

/// The items of the value of one key.
pub(super) async fn list<T>(
    controller: &Arc<Controller>,
    key: &str,
    call: &Operation,
    items: impl FnOnce(&[u8]) -> Vec<T>,
) -> Result<Vec<T>, Error> {
    let values = get_info(controller, &[key], call).await?;
    Ok(items(values.value(0).unwrap_or_default()))
}

/// The name of a key from the program, for messages.
fn name(key: &[u8]) -> Cow<'_, str> {
    quote::printable(key)
}

/// A value that is a number.
pub async fn number(
    controller: &Arc<Controller>,
    key: &[u8],
    call: &Operation,
) -> Result<u64, Error> {
    let values = get_info(controller, &[key], call).await?;
    let number = info::number(values.value(0).unwrap_or_default());
    number.ok_or_else(|| malformed(&name(key), &values))
}

/// A value that is yes or no.
pub async fn flag(
    controller: &Arc<Controller>,
    key: &[u8],
    call: &Operation,
) -> Result<bool, Error> {
    let values = get_info(controller, &[key], call).await?;
    let flag = info::switch(values.value(0).unwrap_or_default());
    flag.ok_or_else(|| malformed(&name(key), &values))
}
