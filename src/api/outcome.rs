//! The results of several things asked together.

use crate::error::Error;
use crate::proto::event::Text;

/// The result of one.
#[derive(Debug)]
pub struct Outcome {
    key: Vec<u8>,
    value: Vec<u8>,
    error: Option<Error>,
}

impl Outcome {
    /// The outcome for this key.
    pub fn new(key: &[u8], value: Result<&[u8], Error>) -> Outcome {
        let (value, error) = match value {
            Ok(value) => (value, None),
            Err(error) => (&[][..], Some(error)),
        };
        let with_nul = |text: &[u8]| [text, b"\0"].concat();
        Outcome {
            key: with_nul(key),
            value: with_nul(value),
            error,
        }
    }

    /// What was asked.
    pub fn key(&self) -> Text<'_> {
        Text::from_terminated(&self.key)
    }

    /// What came of it; empty after a failure.
    pub fn value(&self) -> Text<'_> {
        Text::from_terminated(&self.value)
    }

    /// Why it failed, if it did.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }
}

/// The results, in the order asked.
pub type Results = Vec<Outcome>;
