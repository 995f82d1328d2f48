//! Frames what tor sends: bytes in, whole messages out.
//!
//! A message is one reply or one event with all its lines, still in wire form, and is handed out as
//! a range of the decoder's buffer, so that framing copies nothing. Bytes come in either through
//! [`Decoder::feed`] or, without a copy, through [`Decoder::spare`] and [`Decoder::commit`].
//!
//! `quick` finds the common messages, `framing` every message; `dropping` is about those that break
//! a limit, `streaming` about data that is handed out as it comes, `buffer` about the memory.

use std::ops::Range;

use super::event::Kind;

mod buffer;
mod dropping;
mod framing;
mod limits;
mod quick;
mod streaming;

pub use limits::{DecodeError, Limit, Limits, GIVE_UP_TIMES};

use dropping::Dropping;
use framing::FramePlace;

/// What [`Decoder::next`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// An event; the range is its wire form in [`Decoder::bytes`].
    Event(Kind, Range<usize>),
    /// A reply; the range is its wire form in [`Decoder::bytes`].
    Reply(Range<usize>),
    /// Whole lines of a reply's data block, still dot-stuffed, ahead of the reply itself, which
    /// will come without them. Only after [`Decoder::stream_data`].
    Data {
        /// What stands before them in the reply and was in no range before: the closing line of
        /// another data block, and lines of the reply.
        head: Range<usize>,
        /// The lines.
        lines: Range<usize>,
    },
    /// A reply whose data came as [`Message::Data`].
    Streamed(Vec<u8>),
    /// A message that has just broken a limit. Its bytes are gone, as will be those that it still
    /// has, and the stream goes on behind them.
    TooLarge {
        /// The kind, if it was an event; `None` for a reply.
        event: Option<Kind>,
        /// Which limit.
        limit: Limit,
        /// How many bytes of it had come.
        size_bytes: usize,
    },
}

/// What is held of the stream, and how far it is framed. See the module's comment.
#[derive(Debug)]
pub struct Decoder {
    /// All of it is initialised; `end` says how much is filled.
    buf: Vec<u8>,
    /// Where the message being framed begins. `start <= line <= scanned <= end <= buf.len()`
    start: usize,
    /// Where its current line begins.
    line: usize,
    /// No line end stands before this.
    scanned: usize,
    end: usize,
    place: FramePlace,
    /// Whether the message being framed is an event; `None` before its first line.
    is_event: Option<bool>,
    lines: usize,
    dropping: Option<Dropping>,
    /// What is kept of a reply whose data is handed out as it comes.
    streaming: Option<Vec<u8>>,
    /// What is held may be the beginning of a secret: no copy of it stays behind.
    keeps_secrets: bool,
    /// Bytes of the message's data that were handed out and that nobody wanted.
    unwanted_bytes: usize,
    limits: Limits,
    /// The longest message of one line: it must keep to both limits.
    single_line_bytes: usize,
}

impl Decoder {
    /// A decoder at the beginning of a stream. It holds no memory until it is fed.
    pub fn new(limits: Limits) -> Decoder {
        Decoder {
            buf: Vec::new(),
            start: 0,
            line: 0,
            scanned: 0,
            end: 0,
            place: FramePlace::Line,
            is_event: None,
            lines: 0,
            dropping: None,
            streaming: None,
            keeps_secrets: false,
            unwanted_bytes: 0,
            limits,
            single_line_bytes: limits.line_bytes.min(limits.message_bytes),
        }
    }

    /// Its limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether a part of a reply is held: one that is to be handed out yet.
    pub fn has_begun_reply(&self) -> bool {
        let is_reply = match (self.is_event, self.buf[self.start..self.end].first()) {
            (Some(is_event), _) => !is_event,
            (None, first) => first.is_some_and(|first| *first != b'6'),
        };
        is_reply && !self.dropping.is_some_and(|it| it.is_told)
    }

    /// The next whole message, or `None` when more bytes are needed. After an error the stream has
    /// no meaning any more.
    #[inline]
    #[allow(clippy::should_implement_trait)] // An iterator could not lend ranges of the buffer.
    pub fn next(&mut self) -> Result<Option<Message>, DecodeError> {
        match self.small_reply() {
            Some(range) => Ok(Some(Message::Reply(range))),
            None => self.next_slow(),
        }
    }
}

/// Any bytes in any pieces must not panic; for the fuzzer.
#[doc(hidden)]
pub fn fuzz_decoder(bytes: &[u8]) {
    let (step, bytes) = bytes.split_first().unwrap_or((&1, &[]));
    let mut decoder = Decoder::new(Limits {
        line_bytes: 100,
        message_lines: 10,
        message_bytes: 1000,
    });
    for piece in bytes.chunks(usize::from(*step).max(1)) {
        decoder.feed(piece);
        loop {
            decoder.single_events(|_, _, range| assert!(range.len() <= 100));
            match decoder.next() {
                Ok(Some(Message::Event(_, range) | Message::Reply(range))) => {
                    assert!(range.len() <= 1000);
                }
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(_) => return,
            }
        }
    }
}

#[cfg(test)]
mod tests;
