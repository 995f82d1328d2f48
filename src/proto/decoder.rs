//! Frames what tor sends: bytes in, whole messages out.
//!
//! A message is one reply or one event with all its lines, still in wire form, and is handed out as
//! a range of the decoder's buffer, so that framing copies nothing. Bytes come in either through
//! [`Decoder::feed`] or, without a copy, through [`Decoder::spare`] and [`Decoder::commit`].

use std::ops::Range;

use memchr::{memchr, memmem, memrchr};

use super::event::Kind;
use super::mask::{mask, BLOCK};

mod buffer;
mod dropping;
mod limits;

pub use limits::{DecodeError, Limit, Limits, GIVE_UP_TIMES};

use dropping::Dropping;
use limits::check_times;

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

/// How much of a dropped line [`DecodeError`] quotes.
const EXCERPT_BYTES: usize = 60;
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    /// At a reply line: three digits and a separator.
    Line,
    /// In a data block, up to a line that is a lone dot.
    Data,
    /// In the rest of a reply line whose head was dropped; the byte is its separator.
    RestOfLine(u8),
    /// In the rest of a data line whose beginning was dropped.
    RestOfData,
}

/// The framing state machine. See the module's comment.
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
    place: Place,
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
            place: Place::Line,
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

    /// Whether a part of a reply is held: one that is to be handed out yet.
    pub fn has_begun_reply(&self) -> bool {
        let is_reply = match (self.is_event, self.buf[self.start..self.end].first()) {
            (Some(is_event), _) => !is_event,
            (None, first) => first.is_some_and(|first| *first != b'6'),
        };
        is_reply && !self.dropping.is_some_and(|it| it.is_told)
    }

    /// From now on the data of the next reply, or of the one that is being framed, is handed out as
    /// it comes.
    pub fn stream_data(&mut self) {
        self.streaming.get_or_insert_default();
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

    /// The reply that comes next if it has no data and lies within one block: most have, and need
    /// none of the state. What it is not sure about is [`Decoder::next_slow`]'s.
    fn small_reply(&mut self) -> Option<Range<usize>> {
        let is_fresh = self.place == Place::Line
            && self.is_event.is_none()
            && self.dropping.is_none()
            && self.streaming.is_none();
        if !is_fresh || self.single_line_bytes < BLOCK {
            return None;
        }
        // What stands behind the end has no meaning.
        let block: &[u8; BLOCK] = self.buf.get(self.start..)?.first_chunk()?;
        let len = (self.end - self.start).min(BLOCK);
        let mut line_ends = mask(block, b'\n') & !(u64::MAX << 1 << len.saturating_sub(1));
        let mut at = 0;
        for _ in 0..self.limits.message_lines {
            if line_ends == 0 {
                return None;
            }
            let line_end = line_ends.trailing_zeros() as usize + 1;
            line_ends &= line_ends - 1;
            match block.get(at..line_end)? {
                [a @ b'0'..=b'9', b, c, b' ' | b'-', ..]
                    if *a != b'6' && b.is_ascii_digit() && c.is_ascii_digit() => {}
                _ => return None,
            }
            if block[at + 3] == b' ' {
                let range = self.start..self.start + line_end;
                self.begin_next(range.end);
                return Some(range);
            }
            at = line_end;
        }
        None
    }

    /// Hands out all events of a single line that come next: the common messages by far, on a path
    /// without any of the state. What follows them, or is not whole yet, is [`Decoder::next`]'s.
    #[inline(always)]
    pub fn single_events(&mut self, mut hand_out: impl FnMut(&[u8], Kind, Range<usize>)) {
        // Where no line of the message was taken up yet, `start` is `line`.
        if self.place != Place::Line || self.is_event.is_some() || self.dropping.is_some() {
            return;
        }
        let buf = &self.buf[..self.end];
        let (mut start, mut scanned) = (self.start, self.scanned);
        'blocks: while let Some(block) = buf.get(scanned..).and_then(<[u8]>::first_chunk) {
            let mut line_ends = mask(block, b'\n');
            while line_ends != 0 {
                let line_end = scanned + line_ends.trailing_zeros() as usize + 1;
                if !is_single_event(&buf[start..]) || line_end - start > self.single_line_bytes {
                    // So that its end is found once more.
                    scanned = line_end - 1;
                    break 'blocks;
                }
                hand_out(buf, kind_of(&buf[start..]), start..line_end);
                start = line_end;
                line_ends &= line_ends - 1;
            }
            scanned += BLOCK;
        }
        // Fewer bytes than a block.
        while let Some(at) = buf.get(scanned..).and_then(|rest| memchr(b'\n', rest)) {
            let line_end = scanned + at + 1;
            if !is_single_event(&buf[start..]) || line_end - start > self.single_line_bytes {
                break;
            }
            hand_out(buf, kind_of(&buf[start..]), start..line_end);
            start = line_end;
            scanned = line_end;
        }
        self.begin_next(start);
        self.scanned = scanned.max(start);
    }

    fn begin_next(&mut self, at: usize) {
        self.start = at;
        self.line = at;
        self.scanned = at;
    }

    fn next_slow(&mut self) -> Result<Option<Message>, DecodeError> {
        loop {
            let Some(line_end) = self.find_line_end() else {
                if let Some(lines) = self.whole_data_lines() {
                    return Ok(Some(self.hand_out(lines)));
                }
                self.hold_or_drop()?;
                return Ok(self.tell_dropping(self.end));
            };
            if self.is_streaming_data() {
                let dot = self.dot_before(line_end);
                if dot > self.line {
                    return Ok(Some(self.hand_out(self.line..dot)));
                }
            }
            let separator = match self.place {
                Place::Line => self.reply_line(line_end)?,
                Place::RestOfLine(separator) => separator,
                Place::Data => b'-',
                Place::RestOfData => b'+',
            };
            self.line = line_end;
            self.scanned = line_end;
            self.place = match separator {
                b'+' => Place::Data,
                _ => Place::Line,
            };
            if let Some(dropping) = &mut self.dropping {
                dropping.line_bytes = 0;
                self.check_endless()?;
            }
            let message = match separator {
                b' ' => self.finish(line_end),
                _ => self.tell_dropping(line_end),
            };
            if message.is_some() {
                return Ok(message);
            }
        }
    }

    /// Behind the end of the current line, or of the current data block.
    fn find_line_end(&mut self) -> Option<usize> {
        let end = match self.place {
            Place::Data => return self.find_end_of_data(),
            _ => memchr(b'\n', &self.buf[self.scanned..self.end]),
        };
        match end {
            Some(at) => Some(self.scanned + at + 1),
            None => {
                self.scanned = self.end;
                None
            }
        }
    }

    /// Looks for the closing dot and not for each line's end, so that a consensus is passed over at
    /// memory speed.
    fn find_end_of_data(&mut self) -> Option<usize> {
        let dot_line = |rest: &[u8]| match rest {
            [b'.', b'\n', ..] => Some(2),
            [b'.', b'\r', b'\n', ..] => Some(3),
            _ => None,
        };
        if self.scanned == self.line {
            if let Some(len) = dot_line(&self.buf[self.line..self.end]) {
                return Some(self.line + len);
            }
        }
        let mut from = self.scanned;
        while let Some(at) = memmem::find(&self.buf[from..self.end], b"\n.") {
            let dot = from + at + 1;
            if let Some(len) = dot_line(&self.buf[dot..self.end]) {
                return Some(dot + len);
            }
            from = dot;
        }
        // The dot may have arrived without its line end: "\n.\r" is looked at again.
        self.scanned = self.line.max(self.end.saturating_sub(3));
        None
    }

    fn is_streaming_data(&self) -> bool {
        let is_data = matches!(self.place, Place::Data | Place::RestOfData);
        is_data
            && self.is_event == Some(false)
            && self.streaming.is_some()
            && self.dropping.is_none()
    }

    /// The whole lines of the data block that are there, if they are to be handed out.
    fn whole_data_lines(&self) -> Option<Range<usize>> {
        if !self.is_streaming_data() {
            return None;
        }
        // What may yet turn out to be the closing line stays.
        let end = memrchr(b'\n', &self.buf[self.line..self.end])?;
        Some(self.line..self.line + end + 1)
    }

    /// Where the closing line that ends before `line_end` begins.
    fn dot_before(&self, line_end: usize) -> usize {
        match &self.buf[..line_end] {
            [.., b'.', b'\r', b'\n'] => line_end - 3,
            _ => line_end - 2,
        }
    }

    /// Hands out lines of the data block at the current line. What stands before them in the
    /// message is kept for the end.
    fn hand_out(&mut self, lines: Range<usize>) -> Message {
        let head = self.start..lines.start;
        if let Some(kept) = &mut self.streaming {
            kept.extend_from_slice(&self.buf[head.clone()]);
        }
        self.begin_next(lines.end);
        Message::Data { head, lines }
    }

    /// Says that nobody wants the data that was handed out. Fails when that has been too much.
    pub fn note_unwanted(&mut self, bytes: usize) -> Result<(), DecodeError> {
        self.unwanted_bytes += bytes;
        let max = self.limits.message_bytes;
        check_times(Limit::MessageBytes, self.unwanted_bytes, max)
    }

    /// Checks the reply line that ends before `line_end`; its separator.
    fn reply_line(&mut self, line_end: usize) -> Result<u8, DecodeError> {
        let separator = self.reply_line_head(line_end)?;
        let line_bytes = line_end - self.line;
        if line_bytes > self.limits.line_bytes {
            self.begin_dropping(Limit::LineBytes);
            check_times(Limit::LineBytes, line_bytes, self.limits.line_bytes)?;
        }
        self.count_line();
        Ok(separator)
    }

    fn count_line(&mut self) {
        self.lines += 1;
        if self.lines > self.limits.message_lines {
            self.begin_dropping(Limit::MessageLines);
        }
    }

    fn reply_line_head(&mut self, upto: usize) -> Result<u8, DecodeError> {
        let (is_event, separator) = parse_head(&self.buf[self.line..upto])?;
        if *self.is_event.get_or_insert(is_event) != is_event {
            return Err(DecodeError::Mixed);
        }
        Ok(separator)
    }

    /// How much of the message is held if it ends there; what was handed out is not.
    fn held_bytes(&self, end: usize) -> usize {
        let kept = match self.is_event {
            Some(true) => None,
            _ => self.streaming.as_ref(),
        };
        end - self.start + kept.map_or(0, Vec::len)
    }

    /// The message that ends there; none if it was handed out as too large before.
    fn finish(&mut self, message_end: usize) -> Option<Message> {
        let range = self.start..message_end;
        if self.dropping.is_none() && self.held_bytes(message_end) > self.limits.message_bytes {
            self.begin_dropping(Limit::MessageBytes);
        }
        let is_event = self.is_event.take() == Some(true);
        let message = match self.dropping.take() {
            Some(dropping) if dropping.is_told => None,
            Some(dropping) => {
                if !is_event {
                    self.streaming = None;
                }
                Some(Message::TooLarge {
                    event: dropping.kind,
                    limit: dropping.limit,
                    size_bytes: dropping.dropped_bytes + range.len(),
                })
            }
            None if is_event => Some(Message::Event(kind_of(&self.buf[range.clone()]), range)),
            None => Some(match self.streaming.take() {
                Some(mut kept) if !kept.is_empty() => {
                    kept.extend_from_slice(&self.buf[range]);
                    Message::Streamed(kept)
                }
                _ => Message::Reply(range),
            }),
        };
        self.begin_next(message_end);
        self.lines = 0;
        self.unwanted_bytes = 0;
        message
    }
}

/// Whether the line is one of an event, and its separator.
fn parse_head(line: &[u8]) -> Result<(bool, u8), DecodeError> {
    match line {
        [a, b, c, separator @ (b' ' | b'-' | b'+'), ..]
            if a.is_ascii_digit() && b.is_ascii_digit() && c.is_ascii_digit() =>
        {
            Ok((*a == b'6', *separator))
        }
        _ => {
            let text = &line[..line.len().min(EXCERPT_BYTES)];
            let text = String::from_utf8_lossy(text.trim_ascii_end());
            Err(DecodeError::NotAReplyLine(text.escape_debug().to_string()))
        }
    }
}

#[inline(always)]
fn is_single_event(raw: &[u8]) -> bool {
    raw.starts_with(b"650 ")
}

/// The kind of the event whose wire form begins here.
#[inline(always)]
fn kind_of(raw: &[u8]) -> Kind {
    Kind::of_line(raw.get(4..).unwrap_or_default())
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
