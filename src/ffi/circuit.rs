//! What stands behind src/tables/circuit.rs.

use super::fields::{TORCTL_CIRC_PURPOSE_CONTROLLER, TORCTL_CIRC_PURPOSE_GENERAL};
use super::made::*;
use crate::api::{circuit, stream};
use crate::proto::command::circuit::CircuitPurpose;
use crate::proto::command::stream::StreamReason;

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
    StreamReason::from_number(reason).ok_or_else(|| {
        let message = format!("reason is {reason}, with which no stream can be closed");
        Error::Invalid(message)
    })
}

made!("circuit");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::event::words;

    /// The header names both by the same constants.
    #[test]
    fn reasons_have_the_numbers_of_events() {
        for number in 1..=14 {
            let reason = StreamReason::from_number(number).unwrap();
            assert_eq!(words::STREAM_REASON.word(number), Some(reason.name()));
        }
        assert_eq!(StreamReason::from_number(15), None);
        let number = |word: &[u8]| words::CIRC_PURPOSE.number(word);
        assert_eq!(number(b"GENERAL"), TORCTL_CIRC_PURPOSE_GENERAL);
        assert_eq!(number(b"CONTROLLER"), TORCTL_CIRC_PURPOSE_CONTROLLER);
    }
}
