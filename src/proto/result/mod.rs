//! Replies as results: what a command's answer says, or why tor refused.

mod plain;
mod values;

pub use plain::{
    addresses_mapped, circuit_extended, descriptor_posted, fuzz_plain_answers, Mapped,
};
pub use values::{fuzz_values, Values};

use crate::proto::redacted::RedactedCommand;
use crate::proto::reply::{Reply, ReplyLine};
use crate::proto::tor_text::TorText;
use std::fmt;

/// The longest text of a rejection; tor echoes what it did not like.
const TEXT_LIMIT: usize = 4096;

/// tor said no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The code of the first line that says no.
    pub code: u16,
    /// Its text; those of several lines are joined by "; ".
    pub text: TorText,
    /// What was refused, if that is known.
    pub asked: RedactedCommand,
}

impl Rejection {
    /// The rejection in this reply, if one of its lines is not 2xx.
    pub fn of(reply: &Reply) -> Option<Rejection> {
        if reply.is_ok() {
            return None;
        }
        let mut refusals = reply.lines().filter(|line| line.code / 100 != 2);
        let mut rejection = match refusals.next() {
            Some(line) => Rejection::of_line(reply, &line),
            None => Rejection {
                code: 0,
                text: "an empty reply".into(),
                asked: reply.asked().cloned().unwrap_or_default(),
            },
        };
        for line in refusals {
            if rejection.text.len() > TEXT_LIMIT {
                rejection.text.push(b"; ...");
                break;
            }
            rejection.text.push(b"; ");
            rejection.text.push(&clip(line.text));
        }
        Some(rejection)
    }

    /// The rejection that one line of the reply says.
    pub fn of_line(reply: &Reply, line: &ReplyLine<'_>) -> Rejection {
        Rejection {
            code: line.code,
            text: clip(line.text).into(),
            asked: reply.asked().cloned().unwrap_or_default(),
        }
    }

    /// Whether it came from a filter between us and tor, as onion-grater is one.
    pub fn is_filtered(&self) -> bool {
        let text = self.text.as_bytes();
        self.code == 510 && text.len() >= 16 && text[..16].eq_ignore_ascii_case(b"command filtered")
    }
}

fn clip(text: &[u8]) -> Vec<u8> {
    match text.len() > TEXT_LIMIT {
        true => [&text[..TEXT_LIMIT], b"..."].concat(),
        false => text.to_vec(),
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            0 => write!(f, "{}", self.text),
            code => write!(f, "{code:03} {}", self.text),
        }
    }
}

impl std::error::Error for Rejection {}

/// A reply without the result that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// tor said no.
    #[error("tor refused: {0}")]
    Rejected(#[from] Rejection),
    /// tor said yes, but not in the form that this command's answer has.
    #[error("tor's answer to {0} is malformed")]
    Malformed(&'static str),
}

/// Nothing but success is expected: SETCONF, SIGNAL, SETEVENTS and most others.
pub fn done(reply: &Reply) -> Result<(), AnswerError> {
    Rejection::of(reply).map_or(Ok(()), |rejection| Err(rejection.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejection(text: &[u8]) -> Option<Rejection> {
        Rejection::of(&Reply::new(text.to_vec()))
    }

    #[test]
    fn rejections_join_their_lines() {
        let several =
            rejection(b"552-Unrecognized key \"foo\"\r\n552 Unrecognized key \"bar\"\r\n").unwrap();
        assert_eq!(
            several.to_string(),
            "552 Unrecognized key \"foo\"; Unrecognized key \"bar\""
        );
        let mixed = rejection(b"512-syntax error\r\n250 a=b\r\n").unwrap();
        assert_eq!(mixed.to_string(), "512 syntax error");
        assert_eq!(rejection(b"250-a\r\n251 OK\r\n"), None);
        assert_eq!(rejection(b"").unwrap().code, 0);
        let control = rejection(b"552 a\x1b\xff\r\n").unwrap();
        assert_eq!(control.text.as_bytes(), b"a\x1b\xff");
        assert_eq!(control.to_string(), "552 a\\u{1b}\\xff");
        let long = rejection(&[b"552 ", [b'x'; 9000].as_slice(), b"\r\n"].concat()).unwrap();
        assert_eq!(long.text.len(), TEXT_LIMIT + 3);
    }

    #[test]
    fn filters_are_recognised() {
        assert!(rejection(b"510 Command filtered\r\n")
            .unwrap()
            .is_filtered());
        assert!(!rejection(b"510 Unrecognized command \"X\"\r\n")
            .unwrap()
            .is_filtered());
        assert!(!rejection(b"552 Command filtered\r\n")
            .unwrap()
            .is_filtered());
    }

    #[test]
    fn done_is_done() {
        assert_eq!(done(&Reply::new(b"250 OK\r\n".to_vec())), Ok(()));
        let error = done(&Reply::new(b"513 Unacceptable\r\n".to_vec())).unwrap_err();
        assert_eq!(error.to_string(), "tor refused: 513 Unacceptable");
    }
}
