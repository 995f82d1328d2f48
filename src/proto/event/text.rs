//! A piece of text that a C program can read in place.

use std::fmt;

/// Bytes with a NUL behind them. They may hold NULs themselves: tor promises nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text<'a> {
    // Never empty; its last byte is 0 and belongs not to the text.
    with_nul: &'a [u8],
}

impl<'a> Text<'a> {
    /// No text at all.
    pub const EMPTY: Text<'static> = Text { with_nul: &[0] };

    /// The text before the NUL at the end of `with_nul`; empty if no NUL stands there.
    #[inline]
    pub fn from_terminated(with_nul: &'a [u8]) -> Text<'a> {
        match with_nul.last() {
            Some(0) => Text { with_nul },
            _ => Text::EMPTY,
        }
    }

    /// The text.
    #[inline]
    pub fn bytes(self) -> &'a [u8] {
        match self.with_nul.split_last() {
            Some((_, bytes)) => bytes,
            None => &[],
        }
    }

    /// The text and the NUL behind it.
    #[inline]
    pub fn with_nul(self) -> &'a [u8] {
        self.with_nul
    }
}

impl Default for Text<'_> {
    fn default() -> Self {
        Text::EMPTY
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.bytes().escape_ascii())
    }
}

/// Where a piece of text stands in a buffer; a NUL stands at `start + len`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) len: u32,
}

impl Span {
    // Positions come from buffers that are never longer than a u32 can count.
    #[inline(always)]
    pub(super) fn new(start: usize, end: usize) -> Span {
        Span {
            start: start as u32,
            len: (end - start) as u32,
        }
    }

    #[inline(always)]
    pub(super) fn of(self, buffer: &[u8]) -> Text<'_> {
        let start = self.start as usize;
        match buffer.get(start..=start + self.len as usize) {
            Some(with_nul) => Text::from_terminated(with_nul),
            None => Text::EMPTY,
        }
    }
}
