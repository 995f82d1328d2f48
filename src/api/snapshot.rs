//! What is there now, in the form of the events that would have announced it.

use std::sync::Arc;

use super::info::get_info;
use crate::engine::controller::Controller;
use crate::engine::event::Event;
use crate::engine::operation::Operation;
use crate::error::Error;
use crate::proto::info;

/// How far tor is with bootstrapping, as a STATUS_CLIENT event.
pub async fn bootstrap_phase(
    controller: &Arc<Controller>,
    call: &Operation,
) -> Result<Event, Error> {
    let mut events = events(controller, "status/bootstrap-phase", call).await?;
    let none = || Error::Protocol("tor has no bootstrap phase".to_string());
    events.pop().ok_or_else(none)
}

/// A value whose lines say what events say, as events.
pub async fn events(
    controller: &Arc<Controller>,
    key: &str,
    call: &Operation,
) -> Result<Vec<Event>, Error> {
    let (kind, word) = info::event_form(key.as_bytes())
        .ok_or_else(|| Error::Invalid(format!("the value of {key} is not like events")))?;
    let values = get_info(controller, &[key], call).await?;
    let value = values.value(0).unwrap_or_default();
    let lines = info::event_lines(word, value);
    Ok(lines.map(|line| Event::of_raw(kind, line)).collect())
}
