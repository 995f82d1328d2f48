//! The decoder's buffer: bytes in, memory out, and secrets wiped where they lay.
//!
//! Trick: buffers used again (docs/internals/tricks.md).

use std::ops::Range;

use zeroize::Zeroize;

use super::Decoder;

/// So little is cheap to move.
const FEW_BYTES: usize = 4096;
/// A message that fills so much is large.
const LARGE_BYTES: usize = 100 << 10;
/// Less than this is copied rather than given away with the buffer.
const TAKE_BYTES: usize = 60 << 10;

impl Decoder {
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
            if self.end < LARGE_BYTES || self.may_hold_secret() {
                // Doubling keeps the cost of a long message linear. New memory comes zeroed from the
                // system and is not touched before it is filled.
                let mut buf = vec![0; len.max(self.buf.len() * 2)];
                buf[..self.end].copy_from_slice(&self.buf[..self.end]);
                self.give_up(&mut buf);
            } else {
                // What is large has pages of its own, which the system moves instead of copying: it
                // is never there twice. What is not filled yet is not touched.
                let capacity = self.buf.capacity();
                if len > capacity {
                    let larger = len.max(capacity + capacity / 4);
                    self.buf.reserve_exact(larger - self.buf.len());
                }
                self.buf.resize(len, 0);
            }
        }
        &mut self.buf[self.end..]
    }

    /// Whether [`Decoder::spare`] would have to make the buffer larger.
    pub fn is_outgrown(&self, want: usize) -> bool {
        let held = self.end - self.start;
        held > FEW_BYTES && self.buf.len() - held < want / 4
    }

    /// Goes on in a larger buffer. Gives back the one that is not used from now on.
    pub fn move_to(&mut self, mut buf: Vec<u8>) -> Vec<u8> {
        if buf.len() > self.buf.len() {
            self.move_to_front();
            buf[..self.end].copy_from_slice(&self.buf[..self.end]);
            self.give_up(&mut buf);
        }
        buf
    }

    /// Says that this many bytes of [`Decoder::spare`] were filled.
    pub fn commit(&mut self, count: usize) {
        self.end += count;
        debug_assert!(self.end <= self.buf.len());
    }

    /// The last bytes that were committed, so many.
    pub fn last(&self, count: usize) -> &[u8] {
        &self.buf[self.end - count..self.end]
    }

    /// The buffer that the ranges of [`Message`] are of.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.buf
    }

    /// The bytes of messages that were handed out, as memory of its own.
    ///
    /// Trick: the buffer given away (docs/internals/tricks.md).
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

    /// Lends a buffer for reading, if the decoder holds so little that moving it is cheap and
    /// leaves most of the buffer free. Gives the buffer back otherwise.
    pub fn lend(&mut self, mut buf: Vec<u8>) -> Option<Vec<u8>> {
        let held = self.end - self.start;
        if held > FEW_BYTES || buf.len() <= held * 2 {
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
        if self.may_hold_secret() {
            buf.zeroize();
        }
    }

    /// Gives up the buffer if little is in it, keeping only what is needed, so that an idle
    /// connection holds next to no memory.
    pub fn release(&mut self) -> Option<Vec<u8>> {
        if self.end - self.start > FEW_BYTES {
            return None;
        }
        self.move_to_front();
        let rest = self.buf[..self.end].to_vec();
        if self.may_hold_secret() {
            self.buf[..self.end].zeroize();
        }
        Some(std::mem::replace(&mut self.buf, rest))
    }

    /// Says whether a reply that is to come is a secret. Then no piece of it stays where it is
    /// moved from.
    pub fn keep_secrets(&mut self, keeps_secrets: bool) {
        self.keeps_secrets = keeps_secrets;
    }

    /// Also the rest of one that was too large.
    fn may_hold_secret(&self) -> bool {
        self.keeps_secrets || self.dropping.is_some_and(|it| it.is_secret)
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
        if self.may_hold_secret() {
            self.buf[self.end..old_end].zeroize();
        }
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        if self.may_hold_secret() {
            self.buf.zeroize();
        }
    }
}
