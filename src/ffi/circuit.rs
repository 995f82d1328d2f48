//! What stands behind src/tables/circuit.rs.

use super::event_fields::{TORCTL_CIRC_PURPOSE_CONTROLLER, TORCTL_CIRC_PURPOSE_GENERAL};
use super::generated::*;
use crate::api::{circuit, stream};
use crate::proto::command::circuit::CircuitPurpose;
use crate::proto::command::stream::StreamReason;
use crate::proto::event::words;

fn optional_purpose(purpose: i32) -> Result<Option<CircuitPurpose>, Error> {
    match purpose {
        0 => Ok(None),
        TORCTL_CIRC_PURPOSE_GENERAL => Ok(Some(CircuitPurpose::General)),
        TORCTL_CIRC_PURPOSE_CONTROLLER => Ok(Some(CircuitPurpose::Controller)),
        _ => Err(Error::Invalid(format!(
            "purpose is {purpose}; a controller may say TORCTL_CIRC_PURPOSE_GENERAL or \
             TORCTL_CIRC_PURPOSE_CONTROLLER"
        ))),
    }
}

fn given_purpose(purpose: i32) -> Result<CircuitPurpose, Error> {
    let none = || Error::Invalid("purpose is 0, which is no purpose".to_string());
    optional_purpose(purpose)?.ok_or_else(none)
}

fn known_reason(reason: i32) -> Result<StreamReason, Error> {
    // The numbers of tor's protocol are not those of the header.
    let mut reasons = (1..=14).filter_map(StreamReason::from_number);
    let word = words::STREAM_REASON.word(reason);
    let found = reasons.find(|it| word == Some(it.name()));
    found.ok_or_else(|| {
        let message = format!("reason is {reason}, with which no stream can be closed");
        Error::Invalid(message)
    })
}

generated!("circuit");
