//! A message that broke a limit: told once, then dropped up to its end.

use memchr::memrchr;
use zeroize::Zeroize;

use super::framing::{kind_of, FramePlace, EXCERPT_BYTES};
use super::limits::{check_times, DecodeError, Limit};
use super::{Decoder, Message};
use crate::proto::event::Kind;

/// In a message that is being dropped, a partial line longer than this is dropped immediately.
const DROP_AT_BYTES: usize = 4096;

/// A message that broke a limit and is being dropped.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dropping {
    pub(super) limit: Limit,
    pub(super) kind: Option<Kind>,
    pub(super) dropped_bytes: usize,
    /// Of these, how many belong to the line that is being dropped.
    pub(super) line_bytes: usize,
    /// The message was handed out as one that is too large.
    pub(super) is_told: bool,
    /// It may be a secret, and nobody wipes what comes of it after it was told.
    pub(super) is_secret: bool,
}

impl Decoder {
    /// More bytes are needed: checks whether the unfinished message has outgrown a limit already,
    /// and if so drops all of it that the framing does not need.
    pub(super) fn hold_or_drop(&mut self) -> Result<(), DecodeError> {
        if self.place == FramePlace::Line && self.end - self.line > EXCERPT_BYTES {
            // What is not the protocol is refused immediately, not when the line limit is reached.
            self.reply_line_head(self.end)?;
        }
        if self.place == FramePlace::Line && self.end - self.line > self.limits.line_bytes {
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
            FramePlace::Line if is_long => {
                self.place = FramePlace::RestOfLine(self.reply_line_head(self.end)?);
                self.count_line();
                self.line = self.end;
                line_bytes = partial;
            }
            FramePlace::Line => {}
            FramePlace::RestOfLine(_) => {
                self.line = self.end;
                line_bytes = partial;
            }
            FramePlace::RestOfData => self.line = self.end,
            FramePlace::Data => match memrchr(b'\n', &self.buf[self.line..self.end]) {
                Some(at) => self.line += at + 1,
                None if is_long => {
                    self.place = FramePlace::RestOfData;
                    self.line = self.end;
                }
                None => {}
            },
        }
        if let Some(dropping) = &mut self.dropping {
            dropping.dropped_bytes += self.line - self.start;
            dropping.line_bytes += line_bytes;
            if dropping.is_secret {
                self.buf[self.start..self.line].zeroize();
            }
        }
        self.start = self.line;
        self.scanned = self.scanned.max(self.line);
        if self.place == FramePlace::Data {
            self.scanned = self.line;
        }
        self.check_endless()
    }

    /// Fails when a message that is being dropped has become far too large.
    pub(super) fn check_endless(&self) -> Result<(), DecodeError> {
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
    pub(super) fn tell_dropping(&mut self, end: usize) -> Option<Message> {
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

    pub(super) fn begin_dropping(&mut self, limit: Limit) {
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
            is_secret: self.keeps_secrets && !is_event,
        });
    }
}
