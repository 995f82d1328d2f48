//! A line of an entry, and what became of it.

/// What happened to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Its fields are filled in.
    Known,
    /// Its keyword means nothing to this version, or stood in the entry already.
    Unknown,
    /// Its keyword is known, its arguments are not what they should be.
    Malformed,
}

/// A line of an entry.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The line without its end.
    pub text: &'a [u8],
    /// The line and all that stands behind it.
    pub tail: &'a [u8],
    /// Where it begins in the entry.
    pub at: usize,
    /// The `-----BEGIN` to `-----END` lines behind it, without the last line's end.
    pub object: &'a [u8],
    /// Where these begin.
    pub object_at: usize,
}
