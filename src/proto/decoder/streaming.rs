//! The data of a long reply, handed out as it comes.

use std::ops::Range;

use memchr::memrchr;

use super::framing::FramePlace;
use super::limits::{check_times, DecodeError, Limit};
use super::{Decoder, Message};

impl Decoder {
    /// From now on the data of the next reply, or of the one that is being framed, is handed out as
    /// it comes.
    pub fn stream_data(&mut self) {
        self.streaming.get_or_insert_default();
    }

    pub(super) fn is_streaming_data(&self) -> bool {
        let is_data = matches!(self.place, FramePlace::Data | FramePlace::RestOfData);
        is_data
            && self.is_event == Some(false)
            && self.streaming.is_some()
            && self.dropping.is_none()
    }

    /// The whole lines of the data block that are there, if they are to be handed out.
    pub(super) fn whole_data_lines(&self) -> Option<Range<usize>> {
        if !self.is_streaming_data() {
            return None;
        }
        // What may yet turn out to be the closing line stays.
        let end = memrchr(b'\n', &self.buf[self.line..self.end])?;
        Some(self.line..self.line + end + 1)
    }

    /// Where the closing line that ends before `line_end` begins.
    pub(super) fn dot_before(&self, line_end: usize) -> usize {
        match &self.buf[..line_end] {
            [.., b'.', b'\r', b'\n'] => line_end - 3,
            _ => line_end - 2,
        }
    }

    /// Hands out lines of the data block at the current line. What stands before them in the
    /// message is kept for the end.
    pub(super) fn hand_out(&mut self, lines: Range<usize>) -> Message {
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
}
