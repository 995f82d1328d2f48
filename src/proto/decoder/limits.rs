//! How much of one message is held, and what is said of more.

/// A message that goes on to so many times a limit ends the conversation: whoever sends it may
/// never end.
pub const GIVE_UP_TIMES: usize = 16;

/// How much of one message the decoder holds before it gives the message up.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest line, in bytes.
    pub line_bytes: usize,
    /// The most lines of one message, data lines not counted.
    pub message_lines: usize,
    /// The most bytes of one message.
    pub message_bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            line_bytes: 16 << 20,
            message_lines: 1 << 20,
            message_bytes: 64 << 20,
        }
    }
}

/// Which limit a message broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// [`Limits::line_bytes`].
    LineBytes,
    /// [`Limits::message_lines`].
    MessageLines,
    /// [`Limits::message_bytes`].
    MessageBytes,
}

impl Limit {
    /// What it counts.
    pub fn unit(self) -> &'static str {
        match self {
            Limit::LineBytes => "bytes a line",
            Limit::MessageLines => "lines a reply",
            Limit::MessageBytes => "bytes a reply",
        }
    }
}

/// The peer does not speak the control protocol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A line that is no reply line; carries its beginning, made printable.
    #[error("the peer sent a line that is not of tor's control protocol: \"{0}\"")]
    NotAReplyLine(String),
    /// A reply line inside an event or the other way round.
    #[error("the peer mixed the lines of a reply and an event")]
    Mixed,
    /// A message that has become [`GIVE_UP_TIMES`] as large as it may be.
    #[error("the peer went on with a message to more than {GIVE_UP_TIMES} times the limit of {max} {}", .limit.unit())]
    Endless {
        /// Which limit.
        limit: Limit,
        /// Its value.
        max: usize,
    },
}

pub(super) fn check_times(limit: Limit, size: usize, max: usize) -> Result<(), DecodeError> {
    match size > max.saturating_mul(GIVE_UP_TIMES) {
        true => Err(DecodeError::Endless { limit, max }),
        false => Ok(()),
    }
}
