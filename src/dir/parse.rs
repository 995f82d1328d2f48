//! Reads one entry: lines of a keyword and its arguments, some followed by an object.

use super::annotation;
use super::bounds::ends_entry;
use super::fields::EntryFields;
use super::line::{Line, Taken};
use super::spans::{EntrySpans, FieldSpan};
use crate::proto::lines::LineEnds;
use crate::proto::mask::{has, has_cr_or_nul, mask, BLOCK};

/// What may follow a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    Nothing,
    More,
}

/// A text to read an entry from.
#[derive(Clone, Copy)]
pub(super) struct EntryText<'a> {
    pub(super) text: &'a [u8],
    /// Whether it may have CR or NUL in it.
    pub(super) is_odd: bool,
    pub(super) rest: Rest,
}

pub(super) struct ParsedEntry {
    pub(super) len: usize,
    pub(super) extra: u32,
    /// Whether its end is known.
    pub(super) whole: bool,
}

/// Whether a text has bytes that cannot be told from the NULs that are written into it.
pub(super) fn is_odd(text: &[u8]) -> bool {
    has_cr_or_nul(text)
}

/// Where a line from `at` to `end` ends if that is behind a CR.
#[inline(always)]
fn without_cr(text: &[u8], at: usize, end: usize) -> usize {
    end - usize::from(end > at && text[end - 1] == b'\r')
}

/// Reads the one entry that begins at `start`. `ends` stands there, and then behind the entry.
#[inline(always)]
pub(super) fn parse<F: EntryFields>(
    fields: &mut F,
    whole: EntryText<'_>,
    start: usize,
    ends: &mut LineEnds,
    out: &mut EntrySpans,
) -> ParsedEntry {
    let EntryText { text, is_odd, rest } = whole;
    let first_span = out.spans.len();
    let (mut at, mut extra) = (start, 0);
    let (mut begun, mut whole) = (false, rest == Rest::Nothing);
    let mut annotations = annotation::SeenAnnotations::default();
    while at < text.len() {
        let (line_end, mut next) = match ends.peek(text) {
            Some(end) if is_odd => (without_cr(text, at, end), end + 1),
            Some(end) => (end, end + 1),
            None if rest == Rest::More => break,
            None => (without_cr(text, at, text.len()), text.len()),
        };
        let from_here = &text[at..];
        if begun && ends_entry::<F>(from_here) {
            whole = true;
            break;
        }
        ends.pass();
        let is_annotation = F::ANNOTATIONS && !begun && from_here[0] == b'@';
        begun = begun || !F::ANNOTATIONS || F::begins(from_here);
        let mut line = Line {
            text: &from_here[..line_end - at],
            tail: from_here,
            at: at - start,
            object: &[],
            object_at: 0,
        };
        let mut complete = true;
        if text.get(next) == Some(&b'-') && text[next..].starts_with(b"-----BEGIN ") {
            line.object_at = next - start;
            let object = object_of::<F>(text, next);
            line.object = &text[next..object.end];
            (next, complete) = (object.next, object.complete);
            *ends = LineEnds::from(next);
        }
        if line_end > at {
            let taken = match complete {
                true if is_annotation => annotation::line(&line, &mut annotations, out),
                true => fields.line(&line, out),
                false => Taken::Malformed,
            };
            if taken != Taken::Known {
                extra += 1;
                // A copy, so that the line itself need not be in memory.
                out.whole(&{ line }, taken);
            }
        }
        at = next;
    }
    out.sort_from(first_span);
    ParsedEntry {
        len: at - start,
        extra,
        whole,
    }
}

/// The lines from `-----BEGIN` to `-----END`.
struct Object {
    end: usize,
    /// Where the line behind it begins.
    next: usize,
    /// Whether it has an end of its own.
    complete: bool,
}

/// The object that begins here. It may end with the text, and so may the entry: whether more
/// follows does not matter here.
#[inline(never)]
fn object_of<F: EntryFields>(text: &[u8], begin: usize) -> Object {
    let mut at = begin;
    while let Some(first) = text.get(at) {
        let line = &text[at..];
        if *first == b'-' {
            if line.starts_with(b"-----END ") {
                let size = line_size(line);
                return Object {
                    end: at + without_end(&line[..size]),
                    next: at + size,
                    complete: true,
                };
            }
        } else if ends_entry::<F>(line) {
            break;
        }
        at += line_size(line);
    }
    Object {
        end: begin + without_end(&text[begin..at]),
        next: at,
        complete: false,
    }
}

/// The size of the line that the text begins with, its end included.
#[inline(always)]
fn line_size(text: &[u8]) -> usize {
    // Nearly all lines of objects are as long as a block.
    let end = match text.first_chunk() {
        Some(block) if text.get(BLOCK) == Some(&b'\n') && !has(block, b'\n') => Some(BLOCK),
        Some(block) => match mask(block, b'\n') {
            0 => memchr::memchr(b'\n', text),
            line_ends => Some(line_ends.trailing_zeros() as usize),
        },
        None => memchr::memchr(b'\n', text),
    };
    end.map_or(text.len(), |end| end + 1)
}

/// The size of a text without the end of its last line.
#[inline(always)]
fn without_end(text: &[u8]) -> usize {
    match text {
        [text @ .., b'\r', b'\n'] | [text @ .., b'\n' | b'\r'] => text.len(),
        _ => text.len(),
    }
}

/// Trick: NULs in place (docs/internals/tricks.md).
#[inline]
pub(super) fn write_nuls(bytes: &mut [u8], base: usize, marks: &[u32], spans: &[FieldSpan]) {
    for mark in marks {
        bytes[base + *mark as usize] = 0;
    }
    for span in spans {
        bytes[base + (span.at + span.len) as usize] = 0;
    }
}
