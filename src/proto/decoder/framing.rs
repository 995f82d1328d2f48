//! The framing of every message: line by line, with what has to be known of the lines before.

use memchr::{memchr, memmem};
use zeroize::Zeroize;

use super::limits::{check_times, DecodeError, Limit};
use super::{Decoder, Message};
use crate::proto::event::Kind;

/// How much of a dropped line [`DecodeError`] quotes.
pub(super) const EXCERPT_BYTES: usize = 60;

/// Where in a message the current line is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FramePlace {
    /// At a reply line: three digits and a separator.
    Line,
    /// In a data block, up to a line that is a lone dot.
    Data,
    /// In the rest of a reply line whose head was dropped; the byte is its separator.
    RestOfLine(u8),
    /// In the rest of a data line whose beginning was dropped.
    RestOfData,
}

impl Decoder {
    pub(super) fn next_slow(&mut self) -> Result<Option<Message>, DecodeError> {
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
                FramePlace::Line => self.reply_line(line_end)?,
                FramePlace::RestOfLine(separator) => separator,
                FramePlace::Data => b'-',
                FramePlace::RestOfData => b'+',
            };
            self.line = line_end;
            self.scanned = line_end;
            self.place = match separator {
                b'+' => FramePlace::Data,
                _ => FramePlace::Line,
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

    pub(super) fn begin_next(&mut self, at: usize) {
        self.start = at;
        self.line = at;
        self.scanned = at;
    }

    /// Behind the end of the current line, or of the current data block.
    fn find_line_end(&mut self) -> Option<usize> {
        let end = match self.place {
            FramePlace::Data => return self.find_end_of_data(),
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

    pub(super) fn count_line(&mut self) {
        self.lines += 1;
        if self.lines > self.limits.message_lines {
            self.begin_dropping(Limit::MessageLines);
        }
    }

    pub(super) fn reply_line_head(&mut self, upto: usize) -> Result<u8, DecodeError> {
        let (is_event, separator) = parse_head(&self.buf[self.line..upto])?;
        if *self.is_event.get_or_insert(is_event) != is_event {
            return Err(DecodeError::Mixed);
        }
        Ok(separator)
    }

    /// How much of the message is held if it ends there; what was handed out is not.
    pub(super) fn held_bytes(&self, end: usize) -> usize {
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
            Some(dropping) if dropping.is_told => {
                if dropping.is_secret {
                    self.buf[range].zeroize();
                }
                None
            }
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

/// The kind of the event whose wire form begins here.
#[inline(always)]
pub(super) fn kind_of(raw: &[u8]) -> Kind {
    Kind::of_line(raw.get(4..).unwrap_or_default())
}
