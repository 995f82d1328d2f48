//! GETINFO.

use std::sync::Arc;

use super::results::{Outcome, Results};
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::Error;
use crate::proto::command::info;
use crate::proto::result::Values;

/// The values of these keys, in the order of tor's answer.
pub fn get_info<K: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    keys: &[K],
    call: &Arc<Call>,
) -> Result<Values, Error> {
    if keys.is_empty() {
        return Ok(Values::default());
    }
    let reply = controller.request(info::get_info(keys)?, call)?;
    check(Values::from_get_info(reply)?, keys)
}

/// tor answers each key that it was asked, in order, or none. A program that was told OK looks no
/// further, so what answers something else must not pass.
fn check<K: AsRef<[u8]>>(values: Values, keys: &[K]) -> Result<Values, Error> {
    let asked = keys.iter().map(|key| Some(key.as_ref()));
    let answered = values.iter().map(|(key, value)| value.and(Some(key)));
    match asked.eq(answered) {
        true => Ok(values),
        false => Err(Error::Protocol(
            "it is not about what was asked".to_string(),
        )),
    }
}

/// The values of these keys, each asked by itself, all at once: a key that tor refuses has its own
/// error and hides no other. Fails as a whole if one was not answered.
pub fn get_info_each<K: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    keys: &[K],
    call: &Arc<Call>,
) -> Result<Results, Error> {
    let commands: Result<Vec<_>, _> = keys
        .iter()
        .map(std::slice::from_ref)
        .map(info::get_info)
        .collect();
    let replies = controller.request_many(commands?, call)?;
    let outcomes = keys.iter().zip(replies).map(|(key, reply)| {
        let values = match reply {
            Ok(reply) => Values::from_get_info(reply)
                .map_err(Error::from)
                .and_then(|values| check(values, std::slice::from_ref(key))),
            Err(error @ Error::TooLarge { .. }) => Err(error),
            Err(error) => return Err(error),
        };
        let value = values.as_ref().map(|values| values.value(0));
        let value = value.map(Option::unwrap_or_default);
        Ok(Outcome::new(key.as_ref(), value.map_err(Error::clone)))
    });
    outcomes.collect()
}
