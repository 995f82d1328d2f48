//! All the entries of a document, and finding one of them.

use super::bounds::{Seeker, Skipped};
use super::entry::{Body, Entry, TextStorage, MAX_TEXT_BYTES};
use super::fields::EntryFields;
use super::parse::{is_odd, parse, write_nuls, EntryText, Rest};
use super::spans::EntrySpans;
use crate::proto::lines::LineEnds;
use crate::proto::sorted::sorted_positions;
use crate::proto::step_count;
use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

/// All the entries of a document, in one copy of its text.
#[derive(Debug)]
pub struct List<F> {
    entries: Vec<Entry<F>>,
    skipped: Skipped,
    /// By identity or digest, made when somebody first asks for one.
    by_key: OnceLock<EntryOrder>,
    /// By nickname.
    by_name: OnceLock<EntryOrder>,
}

impl<F: EntryFields> List<F> {
    /// Reads a document, whose memory the list keeps and works in. None if the text is larger
    /// than [`MAX_TEXT_BYTES`].
    pub fn from_bytes(mut bytes: Vec<u8>) -> Option<List<F>> {
        let size = bytes.len();
        if size > MAX_TEXT_BYTES {
            return None;
        }
        let mut pristine = Vec::new();
        let is_odd = is_odd(&bytes);
        if is_odd {
            pristine.extend_from_slice(&bytes);
        }
        bytes.push(0);
        let mut entries: Vec<Entry<F>> = Vec::new();
        let mut out = EntrySpans::default();
        let (mut at, mut seeker) = (0, Seeker::default());
        let mut ends = LineEnds::default();
        loop {
            let begin = seeker.seek::<F>(&bytes[..size], at);
            if begin > at {
                at = begin;
                ends = LineEnds::from(at);
            }
            if at == size {
                break;
            }
            if entries.len() == entries.capacity() {
                // The entries so far tell how many the rest of the text will have.
                let rest = match entries.len() {
                    0 => 0,
                    count => (size - at) / (at / count).max(64),
                };
                entries.reserve_exact(rest.min(8192) + 16);
            }
            let first_span = out.spans.len();
            let mut entry = Entry::<F>::new();
            let text = EntryText {
                text: &bytes[..size],
                is_odd,
                rest: Rest::Nothing,
            };
            let found = parse(&mut entry.fields, text, at, &mut ends, &mut out);
            entry.base = at as u32;
            entry.len = found.len as u32;
            entry.extra = found.extra;
            entry.first_span = first_span as u32;
            entry.span_count = (out.spans.len() - first_span) as u32;
            write_nuls(&mut bytes, at, &out.marks, &out.spans[first_span..]);
            out.marks.clear();
            entries.push(entry);
            at += found.len;
        }
        entries.shrink_to_fit();
        out.keep_spans();
        let body = Arc::new(Body {
            bytes,
            pristine,
            at: 0,
            out,
        });
        for entry in &mut entries {
            entry.place = TextStorage::Shared(Arc::clone(&body));
        }
        Some(List {
            entries,
            skipped: *seeker.skipped(),
            by_key: OnceLock::new(),
            by_name: OnceLock::new(),
        })
    }

    /// The entries, in the order of the document.
    pub fn entries(&self) -> &[Entry<F>] {
        &self.entries
    }

    /// What belongs to no entry.
    pub fn skipped(&self) -> &Skipped {
        &self.skipped
    }

    /// How many bytes of the document belong to no entry.
    pub fn skipped_bytes(&self) -> usize {
        self.skipped.bytes
    }

    /// Whether the text is no document of this kind, not even an empty one.
    pub fn is_other_document(&self) -> bool {
        self.entries.is_empty() && self.skipped.is_other_document()
    }

    /// The first entry whose key, an identity or a digest, is this one.
    pub(super) fn find_key(
        &self,
        key: impl Fn(&Entry<F>) -> &[u8],
        wanted: &[u8],
    ) -> Option<&Entry<F>> {
        let compare = |one: &Entry<F>, other: &Entry<F>| key(one).cmp(key(other));
        let index = self
            .by_key
            .get_or_init(|| EntryOrder::new(&self.entries, compare));
        index.find(&self.entries, |entry| key(entry).cmp(wanted))
    }

    /// The first entry with this name, in either case.
    pub(super) fn find_name(
        &self,
        name: impl Fn(&Entry<F>) -> &[u8],
        wanted: &[u8],
    ) -> Option<&Entry<F>> {
        if wanted.is_empty() {
            return None;
        }
        let compare = |one: &Entry<F>, other: &Entry<F>| by_letters(name(one), name(other));
        let index = self
            .by_name
            .get_or_init(|| EntryOrder::new(&self.entries, compare));
        index.find(&self.entries, |entry| by_letters(name(entry), wanted))
    }
}

/// The order of names in which case does not matter.
fn by_letters(one: &[u8], other: &[u8]) -> Ordering {
    let letters = |name| <[u8]>::iter(name).map(u8::to_ascii_lowercase);
    letters(one).cmp(letters(other))
}

/// An order of the entries in which one is found in a few steps.
#[derive(Debug)]
enum EntryOrder {
    /// The order of the document, in which tor writes most of them.
    Given,
    /// Positions in it.
    Sorted(Box<[u32]>),
}

impl EntryOrder {
    fn new<F>(
        entries: &[Entry<F>],
        compare: impl Fn(&Entry<F>, &Entry<F>) -> Ordering,
    ) -> EntryOrder {
        let compare = |one: &Entry<F>, other: &Entry<F>| {
            step_count::count();
            compare(one, other)
        };
        if entries.is_sorted_by(|one, other| compare(one, other) != Ordering::Greater) {
            return EntryOrder::Given;
        }
        // Entries with the same key stay in the order of the document.
        EntryOrder::Sorted(sorted_positions(entries.len(), &|one, other| {
            compare(&entries[one], &entries[other])
        }))
    }

    fn find<'a, F>(
        &self,
        entries: &'a [Entry<F>],
        compare: impl Fn(&Entry<F>) -> Ordering,
    ) -> Option<&'a Entry<F>> {
        let is_before = |entry: &Entry<F>| {
            step_count::count();
            compare(entry) == Ordering::Less
        };
        let found = match self {
            EntryOrder::Given => entries.get(entries.partition_point(is_before)),
            EntryOrder::Sorted(order) => {
                let at = order.partition_point(|at| is_before(&entries[*at as usize]));
                order.get(at).map(|at| &entries[*at as usize])
            }
        };
        found.filter(|entry| compare(entry) == Ordering::Equal)
    }
}
