//! A piece of text that a C program can read in place.

use std::fmt;

/// Bytes with a NUL behind them. They may hold NULs themselves: tor promises nothing.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    // The text, a NUL, and whatever stands in memory behind that. `len < tail.len()`, and `tail[len]`
    // is 0. Trick: reading past the end (docs/internals/tricks.md).
    tail: &'a [u8],
    len: usize,
}

impl<'a> Text<'a> {
    /// No text at all.
    pub const EMPTY: Text<'static> = Text { tail: &[0], len: 0 };

    /// The text before the NUL at the end of `with_nul`; empty if no NUL stands there.
    #[inline]
    pub fn from_terminated(with_nul: &'a [u8]) -> Text<'a> {
        match with_nul.last() {
            Some(0) => Text {
                tail: with_nul,
                len: with_nul.len() - 1,
            },
            _ => Text::EMPTY,
        }
    }

    /// The text.
    #[inline]
    pub fn bytes(self) -> &'a [u8] {
        self.tail.get(..self.len).unwrap_or_default()
    }

    /// The text and the NUL behind it.
    #[inline]
    pub fn with_nul(self) -> &'a [u8] {
        self.tail.get(..=self.len).unwrap_or(&[0])
    }

    /// How many bytes it has.
    #[inline]
    pub fn len(self) -> usize {
        self.len
    }

    /// Whether it has none.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// What stands behind this byte, if the text begins with it.
    #[inline]
    pub(super) fn strip_prefix(self, byte: u8) -> Option<Text<'a>> {
        match self.tail {
            [first, tail @ ..] if self.len > 0 && *first == byte => Some(Text {
                tail,
                len: self.len - 1,
            }),
            _ => None,
        }
    }

    /// The text and what stands behind it in memory.
    #[inline]
    pub(super) fn tail(self) -> &'a [u8] {
        self.tail
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Text<'_> {}

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TextSpan {
    pub(super) start: u32,
    pub(super) len: u32,
}

impl TextSpan {
    /// No text, not even an empty one.
    pub(super) const NONE: TextSpan = TextSpan {
        start: 0,
        len: u32::MAX,
    };

    // Positions come from buffers that are never longer than a u32 can count.
    #[inline(always)]
    pub(super) fn new(start: usize, end: usize) -> TextSpan {
        TextSpan {
            start: start as u32,
            len: (end - start) as u32,
        }
    }

    /// The same piece of a buffer of which so much comes before.
    #[inline(always)]
    pub(super) fn behind(self, base: u32) -> TextSpan {
        TextSpan {
            start: self.start + base,
            ..self
        }
    }

    #[inline(always)]
    pub(super) fn of(self, buffer: &[u8]) -> Text<'_> {
        let (start, len) = (self.start as usize, self.len as usize);
        match buffer.get(start..) {
            Some(tail) if tail.get(len) == Some(&0) => Text { tail, len },
            _ => Text::EMPTY,
        }
    }
}
