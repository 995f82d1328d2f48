//! GETINFO.

use std::sync::Arc;

use super::outcome::{Outcome, Results};
use crate::engine::controller::Controller;
use crate::engine::operation::Operation;
use crate::error::Error;
use crate::proto::command::info;
use crate::proto::encode::ArgumentError;
use crate::proto::result::Values;

/// The values of these keys, in the order of tor's answer.
pub async fn get_info<K: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    keys: &[K],
    call: &Operation,
) -> Result<Values, Error> {
    if keys.is_empty() {
        return Ok(Values::default());
    }
    let reply = controller.ask(info::get_info(keys)?, call).await?;
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

/// The values of these keys, of one moment if that can be. A filter before tor compares what is
/// asked as one text: where it does not let these keys through together, each is asked by itself.
pub async fn get_info_all<K: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    keys: &[K],
    call: &Operation,
) -> Result<Vec<Vec<u8>>, Error> {
    match get_info(controller, keys, call).await {
        Err(Error::Rejected {
            is_filtered: true, ..
        }) if keys.len() > 1 => {}
        values => {
            let values = values?;
            return Ok(values
                .iter()
                .map(|(_, value)| value.unwrap_or_default().to_vec())
                .collect());
        }
    }
    let outcomes = get_info_each(controller, keys, call).await?;
    let value = |outcome: &Outcome| match outcome.error() {
        None => Ok(outcome.value().bytes().to_vec()),
        Some(error) => Err(error.clone()),
    };
    outcomes.iter().map(value).collect()
}

/// The values of these keys, each asked by itself, all together: a key that tor refuses has its own
/// error and hides no other. Fails as a whole if one was not answered.
pub async fn get_info_each<K: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    keys: &[K],
    call: &Operation,
) -> Result<Results, Error> {
    let commands: Result<Vec<_>, _> = keys
        .iter()
        .enumerate()
        .map(|(index, key)| {
            // Each is alone in its command, and not in the program's array.
            let named =
                |error: ArgumentError| ArgumentError::new(format!("keys[{index}]"), error.reason());
            info::get_info(std::slice::from_ref(key)).map_err(named)
        })
        .collect();
    let replies = controller.ask_many(commands?, call).await?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::call::Call;
    use crate::engine::scripted;

    #[test]
    fn keys_that_are_allowed_one_by_one_are_asked_so() {
        let controller = scripted::controller(|line| match line {
            "GETINFO traffic/read" => "250-traffic/read=12\r\n250 OK\r\n".to_string(),
            "GETINFO traffic/written" => "250-traffic/written=34\r\n250 OK\r\n".to_string(),
            _ => "510 Command filtered\r\n".to_string(),
        });
        let call = Call::none();
        let keys = ["traffic/read", "traffic/written"];
        let values = controller
            .wait_for(&call, async |call| {
                get_info_all(&controller, &keys, call).await
            })
            .unwrap();
        assert_eq!(values, [b"12", b"34"]);
        let keys = ["traffic/read", "version"];
        let error = controller
            .wait_for(&call, async |call| {
                get_info_all(&controller, &keys, call).await
            })
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "a filter before tor refused GETINFO version: 510 Command filtered"
        );
        controller.close();
    }
}
