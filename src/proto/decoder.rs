//! Frames what tor sends: bytes in, whole messages out.
//!
//! A message is one reply or one event with all its lines, still in wire form, and is handed out as
//! a range of the decoder's buffer, so that framing copies nothing. Bytes come in either through
//! [`Decoder::feed`] or, without a copy, through [`Decoder::spare`] and [`Decoder::commit`].

use std::ops::Range;

use memchr::{memchr, memmem, memrchr};
use zeroize::Zeroize;

use super::event::Kind;
use super::mask::{mask, BLOCK};

/// A message that goes on to so many times a limit ends the conversation: whoever sends it may never
/// come to its end.
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

/// What [`Decoder::next`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// An event; the range is its wire form in [`Decoder::bytes`].
    Event(Kind, Range<usize>),
    /// A reply; the range is its wire form in [`Decoder::bytes`].
    Reply(Range<usize>),
    /// Whole lines of a reply's data block, still dot-stuffed, ahead of the reply itself, which will
    /// come without them. Only after [`Decoder::stream_data`].
    Data {
        /// What stands before them in the reply and was in no range before: the closing line of another
        /// data block, and lines of the reply.
        head: Range<usize>,
        /// The lines.
        lines: Range<usize>,
    },
    /// A reply whose data came as [`Message::Data`].
    Streamed(Vec<u8>),
    /// A message that has just broken a limit. Its bytes are gone, as will be those that it still has,
    /// and the stream goes on behind them.
    TooLarge {
        /// The kind, if it was an event; `None` for a reply.
        event: Option<Kind>,
        /// Which limit.
        limit: Limit,
        /// How many bytes of it had come.
        size_bytes: usize,
    },
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

/// How much of a dropped line [`DecodeError`] quotes.
const EXCERPT_BYTES: usize = 60;
/// A message that fills so much is large.
const LARGE_BYTES: usize = 480 << 10;
/// Less than this is copied rather than given away with the buffer.
const TAKE_BYTES: usize = 60 << 10;
/// In a message that is being dropped, a partial line longer than this is dropped at once.
const DROP_AT_BYTES: usize = 4096;

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

/// A message that broke a limit and is being dropped.
#[derive(Clone, Copy, Debug)]
struct Dropping {
    limit: Limit,
    kind: Option<Kind>,
    dropped_bytes: usize,
    /// Of these, how many belong to the line that is being dropped.
    line_bytes: usize,
    /// The message was handed out as one that is too large.
    is_told: bool,
}

/// The framing state machine. See the module's comment.
#[derive(Debug)]
pub struct Decoder {
    /// Its length is its capacity: all of it is initialised, `end` says how much is filled.
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

    /// Copies bytes from the stream in.
    pub fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let spare = self.spare(bytes.len());
            let count = spare.len().min(bytes.len());
            spare[..count].copy_from_slice(&bytes[..count]);
            self.commit(count);
            bytes = &bytes[count..];
        }
    }

    /// Room for the next bytes of the stream, not empty. Call it only when [`Decoder::next`] has
    /// said that it needs more: ranges handed out before are void afterwards.
    pub fn spare(&mut self, want: usize) -> &mut [u8] {
        self.move_to_front();
        // Less than a quarter of the wish free would mean many small reads.
        if self.buf.len() - self.end < (want / 4).max(1) {
            let len = self.end + want.max(1);
            if self.end < LARGE_BYTES || self.keeps_secrets {
                // Doubling keeps the cost of a long message linear. New memory comes zeroed from the
                // system and is not touched before it is filled.
                let mut buf = vec![0; len.max(self.buf.len() * 2)];
                buf[..self.end].copy_from_slice(&self.buf[..self.end]);
                self.give_up(&mut buf);
            } else {
                // What is large has pages of its own, which the system moves instead of copying: it
                // is never there twice.
                let len = len.max(self.buf.len() + self.buf.len() / 4);
                self.buf.reserve_exact(len - self.buf.len());
                self.buf.resize(len, 0);
            }
        }
        &mut self.buf[self.end..]
    }

    /// Says that this many bytes of [`Decoder::spare`] were filled.
    pub fn commit(&mut self, count: usize) {
        self.end += count;
        debug_assert!(self.end <= self.buf.len());
    }

    /// The buffer that the ranges of [`Message`] are of.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.buf
    }

    /// The bytes of messages that were handed out, as memory of its own. If they are many and the last,
    /// they take the buffer with them rather than a copy: what it has unused was never touched.
    pub fn take(&mut self, range: Range<usize>) -> Vec<u8> {
        let is_most = range.len() >= TAKE_BYTES && range.len() >= self.buf.len() / 4;
        if !is_most || range.end != self.start {
            return self.buf[range].to_vec();
        }
        let rest = self.buf[self.start..self.end].to_vec();
        // It may be the beginning of a secret.
        self.buf[self.start..self.end].fill(0);
        let mut taken = std::mem::replace(&mut self.buf, rest);
        let gone = self.start;
        self.start = 0;
        self.line -= gone;
        self.scanned -= gone;
        self.end -= gone;
        taken.truncate(range.end);
        taken.drain(..range.start);
        taken
    }

    /// Lends a buffer for reading, if the decoder holds so little that moving it is cheap and leaves
    /// most of the buffer free. Gives the buffer back otherwise.
    pub fn lend(&mut self, mut buf: Vec<u8>) -> Option<Vec<u8>> {
        let held = self.end - self.start;
        if held > DROP_AT_BYTES || buf.len() <= held * 2 {
            return Some(buf);
        }
        self.move_to_front();
        buf[..self.end].copy_from_slice(&self.buf[..self.end]);
        self.give_up(&mut buf);
        None
    }

    /// Goes on with this buffer.
    fn give_up(&mut self, buf: &mut Vec<u8>) {
        std::mem::swap(&mut self.buf, buf);
        if self.keeps_secrets {
            buf.zeroize();
        }
    }

    /// Gives up the buffer if little is in it, keeping only what is needed, so that an idle
    /// connection holds next to no memory.
    pub fn release(&mut self) -> Option<Vec<u8>> {
        if self.end - self.start > DROP_AT_BYTES {
            return None;
        }
        self.move_to_front();
        let rest = self.buf[..self.end].to_vec();
        if self.keeps_secrets {
            self.buf[..self.end].zeroize();
        }
        Some(std::mem::replace(&mut self.buf, rest))
    }

    /// Whether a part of a reply is held: one that is to be handed out yet.
    pub fn has_begun_reply(&self) -> bool {
        let is_reply = match (self.is_event, self.buf[self.start..self.end].first()) {
            (Some(is_event), _) => !is_event,
            (None, first) => first.is_some_and(|first| *first != b'6'),
        };
        is_reply && !self.dropping.is_some_and(|it| it.is_told)
    }

    /// Says whether a reply that is to come is a secret. Then no piece of it stays where it is moved
    /// from.
    pub fn keep_secrets(&mut self, keeps_secrets: bool) {
        self.keeps_secrets = keeps_secrets;
    }

    /// Has the data of the next reply, or of the one that is being framed, handed out as it comes.
    pub fn stream_data(&mut self) {
        self.streaming.get_or_insert_default();
    }

    /// Overwrites all messages that were handed out, for there was a secret among them.
    pub fn wipe(&mut self) {
        self.buf[..self.start].zeroize();
    }

    fn move_to_front(&mut self) {
        let gone = self.start;
        if gone == 0 {
            return;
        }
        self.buf.copy_within(gone..self.end, 0);
        let old_end = self.end;
        self.start = 0;
        self.line -= gone;
        self.scanned -= gone;
        self.end -= gone;
        if self.keeps_secrets {
            self.buf[self.end..old_end].zeroize();
        }
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

    /// The reply that comes next if it has no data and lies within one block: most have, and need none
    /// of the state. What it is not sure about is [`Decoder::next_slow`]'s.
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

    /// Hands out lines of the data block at the current line. What stands before them in the message
    /// is kept for the end.
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

    /// More bytes are needed: checks whether the unfinished message has outgrown a limit already,
    /// and if so drops all of it that the framing does not need.
    fn hold_or_drop(&mut self) -> Result<(), DecodeError> {
        if self.place == Place::Line && self.end - self.line > EXCERPT_BYTES {
            // What is not the protocol is refused at once, not when the line limit is reached.
            self.reply_line_head(self.end)?;
        }
        if self.place == Place::Line && self.end - self.line > self.limits.line_bytes {
            self.begin_dropping(Limit::LineBytes);
        }
        if self.held_bytes(self.end) > self.limits.message_bytes {
            self.begin_dropping(Limit::MessageBytes);
        }
        if self.dropping.is_none() {
            return Ok(());
        }
        // Whole lines go; so does a long partial one, once it is known what it means.
        let partial = self.end - self.line;
        let is_long = partial > DROP_AT_BYTES;
        let mut line_bytes = 0;
        match self.place {
            Place::Line if is_long => {
                self.place = Place::RestOfLine(self.reply_line_head(self.end)?);
                self.count_line();
                self.line = self.end;
                line_bytes = partial;
            }
            Place::Line => {}
            Place::RestOfLine(_) => {
                self.line = self.end;
                line_bytes = partial;
            }
            Place::RestOfData => self.line = self.end,
            Place::Data => match memrchr(b'\n', &self.buf[self.line..self.end]) {
                Some(at) => self.line += at + 1,
                None if is_long => {
                    self.place = Place::RestOfData;
                    self.line = self.end;
                }
                None => {}
            },
        }
        if let Some(dropping) = &mut self.dropping {
            dropping.dropped_bytes += self.line - self.start;
            dropping.line_bytes += line_bytes;
        }
        self.start = self.line;
        self.scanned = self.scanned.max(self.line);
        if self.place == Place::Data {
            self.scanned = self.line;
        }
        self.check_endless()
    }

    /// How much of the message is held if it ends there; what was handed out is not.
    fn held_bytes(&self, end: usize) -> usize {
        let kept = match self.is_event {
            Some(true) => None,
            _ => self.streaming.as_ref(),
        };
        end - self.start + kept.map_or(0, Vec::len)
    }

    /// Fails when a message that is being dropped has become far too large.
    fn check_endless(&self) -> Result<(), DecodeError> {
        let Some(dropping) = &self.dropping else {
            return Ok(());
        };
        let limits = &self.limits;
        let bytes = dropping.dropped_bytes + self.line - self.start;
        check_times(Limit::LineBytes, dropping.line_bytes, limits.line_bytes)?;
        check_times(Limit::MessageLines, self.lines, limits.message_lines)?;
        check_times(Limit::MessageBytes, bytes, limits.message_bytes)
    }

    /// The message that is being dropped, once; it has come up to there.
    fn tell_dropping(&mut self, end: usize) -> Option<Message> {
        let size_bytes = end - self.start;
        let dropping = self.dropping.as_mut().filter(|it| !it.is_told)?;
        dropping.is_told = true;
        if dropping.kind.is_none() {
            // Whether the next reply's data is wanted so is not known yet.
            self.streaming = None;
        }
        Some(Message::TooLarge {
            event: dropping.kind,
            limit: dropping.limit,
            size_bytes: dropping.dropped_bytes + size_bytes,
        })
    }

    fn begin_dropping(&mut self, limit: Limit) {
        if self.dropping.is_some() {
            return;
        }
        let head = &self.buf[self.start..self.end];
        let is_event = self.is_event.unwrap_or_else(|| head.starts_with(b"6"));
        self.dropping = Some(Dropping {
            limit,
            kind: is_event.then(|| kind_of(head)),
            dropped_bytes: 0,
            line_bytes: 0,
            is_told: false,
        });
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

fn check_times(limit: Limit, size: usize, max: usize) -> Result<(), DecodeError> {
    match size > max.saturating_mul(GIVE_UP_TIMES) {
        true => Err(DecodeError::Endless { limit, max }),
        false => Ok(()),
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        if self.keeps_secrets {
            self.buf.zeroize();
        }
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
