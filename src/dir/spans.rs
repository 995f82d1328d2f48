//! Parts of an entry's text: repeated fields, words in the midst of a line, lines that are kept as
//! they came.

use super::line::{Line, Taken};
use super::policy;
use crate::proto::event::scan;
use crate::proto::step_count;

/// A part of an entry's text, with a NUL behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct FieldSpan {
    pub(super) at: u32,
    pub(super) len: u32,
    pub(super) kind: SpanKind,
    /// The byte that the NUL has replaced, for [`Entry::raw`](super::Entry::raw).
    pub(super) after: u8,
    /// For an address its port, for an annotation which one, for an extra line whether it is
    /// malformed.
    pub(super) note: u16,
}

/// Which list a [`FieldSpan`] belongs to, in the order in which an entry has them. It is that in which
/// tor writes them.
///
/// Trick: tor's order (docs/internals/tricks.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SpanKind {
    Annotation,
    Address,
    Family,
    FamilyId,
    /// A field of its own, only for the byte behind it.
    Word,
    Rule,
    /// The consensus methods of a vote's `m` line.
    Methods,
    /// The digest of the same line.
    MethodDigest,
    /// A line that is not understood.
    Extra,
}

/// Where the fields leave what they found.
#[derive(Debug, Default)]
pub struct EntrySpans {
    pub(super) spans: Vec<FieldSpan>,
    /// Where fields end that are whole lines or their tails: there the NULs go.
    pub(super) marks: Vec<u32>,
    /// Lists of ports that were looked at already: those of many relays are the same.
    policies: Known,
}

/// Texts that are known to be good, each in the place that its bytes give it.
///
/// Trick: the same texts again (docs/internals/tricks.md).
#[derive(Debug, Default)]
struct Known(Vec<Box<[u8]>>);

impl Known {
    /// Whether the text is good; asked again only if it was not among the last ones.
    #[inline(always)]
    fn has(&mut self, text: &[u8], is_good: impl FnOnce(&[u8]) -> bool) -> bool {
        let (first, last) = scan::ends(text);
        let mixed = (first ^ last.rotate_left(29)).wrapping_add(text.len() as u64);
        let slot = (mixed.wrapping_mul(0xd3f4_4c52_cea6_63ef) >> 58) as usize;
        match self.0.get(slot) {
            Some(known) if **known == *text && !text.is_empty() => true,
            _ => is_good(text) && self.keep(slot, text),
        }
    }

    #[inline(never)]
    fn keep(&mut self, slot: usize, text: &[u8]) -> bool {
        if self.0.is_empty() {
            self.0.resize_with(SLOTS, Box::default);
        }
        if text.len() <= KNOWN_BYTES {
            self.0[slot] = text.into();
        }
        true
    }
}

/// As many as there are numbers of six bits.
const SLOTS: usize = 64;

/// A longer text is of one relay alone.
const KNOWN_BYTES: usize = 512;

impl EntrySpans {
    pub(super) fn clear(&mut self) {
        self.spans.clear();
        self.marks.clear();
    }

    /// Keeps of its memory what a list of entries needs.
    pub(super) fn keep_spans(&mut self) {
        self.spans.shrink_to_fit();
        (self.marks, self.policies) = (Vec::new(), Known::default());
    }

    /// Exposes a word that ends with a blank. Its position must be one of
    /// [`EntryFields::words`](super::EntryFields::words).
    #[inline(always)]
    pub(crate) fn blank_word(&mut self, line: &Line<'_>, from: usize, len: usize) -> u32 {
        self.marks.push((line.at + from + len) as u32);
        (line.at + from) as u32
    }

    /// Exposes a part of the line. The answer is never 0, which stands for an absent field.
    #[inline]
    pub(crate) fn word(&mut self, line: &Line<'_>, from: usize, len: usize) -> u32 {
        match from + len == line.text.len() {
            true => self.mark_end(line),
            false => self.part(line, from, len, SpanKind::Word),
        }
        (line.at + from) as u32
    }

    /// Exposes what stands in front of the line's end.
    #[inline(always)]
    pub(super) fn mark_end(&mut self, line: &Line<'_>) {
        self.marks.push((line.at + line.text.len()) as u32);
    }

    /// Whether this is a list of ports, and nothing else.
    #[inline(always)]
    pub(super) fn are_ports(&mut self, list: &[u8]) -> bool {
        self.policies.has(list, policy::are_ports)
    }

    /// Exposes the object of the line.
    pub(crate) fn object(&mut self, line: &Line<'_>) -> u32 {
        debug_assert!(!line.object.is_empty());
        self.marks.push((line.object_at + line.object.len()) as u32);
        line.object_at as u32
    }

    /// Exposes a part of the line as one of many.
    pub(crate) fn part(&mut self, line: &Line<'_>, from: usize, len: usize, kind: SpanKind) {
        self.part_with_note(line, from, len, kind, 0);
    }

    pub(crate) fn part_with_note(
        &mut self,
        line: &Line<'_>,
        from: usize,
        len: usize,
        kind: SpanKind,
        note: u16,
    ) {
        self.spans.push(FieldSpan {
            at: (line.at + from) as u32,
            len: len as u32,
            kind,
            after: *line.text.get(from + len).unwrap_or(&b'\n'),
            note,
        });
    }

    /// Keeps the line and its object as they came.
    #[inline(never)]
    pub(super) fn whole(&mut self, line: &Line<'_>, taken: Taken) {
        let end = match line.object {
            [] => line.at + line.text.len(),
            object => line.object_at + object.len(),
        };
        self.spans.push(FieldSpan {
            at: line.at as u32,
            len: (end - line.at) as u32,
            kind: SpanKind::Extra,
            after: b'\n',
            note: u16::from(taken == Taken::Malformed),
        });
    }

    /// Puts the spans of an entry, which are those from this one on, in the order of their kinds,
    /// so that one of a list is found without looking at all.
    #[inline(always)]
    pub(super) fn sort_from(&mut self, first: usize) {
        if self.spans.len() - first > 1 {
            sort(&mut self.spans[first..]);
        }
    }
}

#[inline(never)]
fn sort(spans: &mut [FieldSpan]) {
    if !spans.is_sorted_by_key(|span| span.kind) {
        spans.sort_unstable_by_key(|span| (span.kind, span.at));
    }
}

/// Those of one kind, of spans in the order of their kinds.
pub(super) fn of_kind(spans: &[FieldSpan], kind: SpanKind) -> &[FieldSpan] {
    let rest = &spans[first_of(spans, kind)..];
    let count = rest.partition_point(|span| {
        step_count::count();
        span.kind == kind
    });
    &rest[..count]
}

/// The one with this index of a kind.
#[inline]
pub(super) fn nth_of(spans: &[FieldSpan], kind: SpanKind, index: usize) -> Option<&FieldSpan> {
    let found = spans.get(first_of(spans, kind).checked_add(index)?)?;
    (found.kind == kind).then_some(found)
}

#[inline]
fn first_of(spans: &[FieldSpan], kind: SpanKind) -> usize {
    if spans.first().is_none_or(|span| span.kind >= kind) {
        return 0;
    }
    spans.partition_point(|span| {
        step_count::count();
        span.kind < kind
    })
}
