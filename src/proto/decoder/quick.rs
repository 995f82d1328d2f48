//! The common messages, on paths that need none of the framing's state: replies without data, and
//! events of a single line. What these paths are not sure about is left to the framing.
//!
//! Trick: quick paths (docs/internals/tricks.md).

use std::ops::Range;

use memchr::memchr;

use super::framing::{kind_of, FramePlace};
use super::Decoder;
use crate::proto::event::Kind;
use crate::proto::mask::{mask, BLOCK};

impl Decoder {
    /// The reply that comes next if it has no data and lies within one block: most have, and need
    /// none of the state. What it is not sure about is [`Decoder::next_slow`]'s.
    pub(super) fn small_reply(&mut self) -> Option<Range<usize>> {
        let is_fresh = self.place == FramePlace::Line
            && self.is_event.is_none()
            && self.dropping.is_none()
            && self.streaming.is_none();
        if !is_fresh || self.single_line_bytes < BLOCK {
            return None;
        }
        // What stands behind the end has no meaning.
        // Trick: reading past the end (docs/internals/tricks.md).
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
        if self.place != FramePlace::Line || self.is_event.is_some() || self.dropping.is_some() {
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
}

#[inline(always)]
fn is_single_event(raw: &[u8]) -> bool {
    raw.starts_with(b"650 ")
}
