//! What the entries of all directory documents have in common: fields and parts of a text that is
//! kept in one piece.
//!
//! An entry is a fixed-size record beside a text. The text is the whole document (a
//! [`List`](super::List) owns it once for all of its entries), the part of it that is there (a
//! [`Reader`](super::Reader)), or a copy of this one entry (a [`Walk`](super::Walk) uses the same
//! copy again for the next). In all of them a NUL follows whatever a field exposes, and
//! [`Entry::raw`] puts the original bytes back.
//!
//! Trick: NULs in place (docs/internals/tricks.md).

use super::annotation::Annotation;
use super::bounds::Seeker;
use super::fields::EntryFields;
use super::parse::{is_odd, parse, write_nuls, EntryText, ParsedEntry, Rest};
use super::spans::{nth_of, of_kind, EntrySpans, FieldSpan, SpanKind};
use super::time;
use crate::proto::lines::LineEnds;
use crate::proto::text::until_nul;
use once_cell::race::OnceBox;
use std::sync::Arc;

/// Texts from here on are not taken: positions in them are kept in 32 bits.
pub const MAX_TEXT_BYTES: usize = u32::MAX as usize - 1;

/// The text that entries stand in.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// A NUL follows the last entry in it.
    pub(super) bytes: Vec<u8>,
    /// The text as it came, kept only if it has CR or NUL in it, which `bytes` cannot tell from
    /// the NULs that were written into it. Empty otherwise.
    pub(super) pristine: Vec<u8>,
    /// Where in `bytes` the text of the entries begins.
    pub(super) at: usize,
    pub(super) out: EntrySpans,
}

/// Where the text of an entry is.
#[derive(Debug, Default)]
pub(super) enum TextStorage {
    #[default]
    Nowhere,
    /// In memory of its own, which is used again for the next one.
    Own(Box<Body>),
    /// In the document that a list keeps.
    Shared(Arc<Body>),
}

impl TextStorage {
    #[inline]
    fn body(&self) -> Option<&Body> {
        match self {
            TextStorage::Nowhere => None,
            TextStorage::Own(body) => Some(body),
            TextStorage::Shared(body) => Some(body),
        }
    }

    fn own(&mut self) -> &mut Body {
        if !matches!(self, TextStorage::Own(_)) {
            *self = TextStorage::Own(Box::default());
        }
        match self {
            TextStorage::Own(body) => body,
            _ => unreachable!("the lines above made it so"),
        }
    }
}

/// An entry of a directory document: a router status entry, a server descriptor or a
/// microdescriptor.
#[derive(Debug, Default)]
pub struct Entry<F> {
    pub(super) place: TextStorage,
    // body.at + base + len <= body.bytes.len() - 1
    pub(super) base: u32,
    pub(super) len: u32,
    // A range of body.out.spans, in the order of their kinds.
    pub(super) first_span: u32,
    pub(super) span_count: u32,
    // How many of these are lines that are not understood.
    pub(super) extra: u32,
    raw: OnceBox<Box<[u8]>>,
    pub(crate) fields: F,
}

impl<F: EntryFields> Entry<F> {
    /// An entry with nothing in it.
    pub fn new() -> Entry<F> {
        Entry::default()
    }

    /// Reads the entry that the text begins with into this object, whose memory is used again.
    /// Returns its size; text in front of an entry, and an empty text, is an empty one.
    pub fn read(&mut self, text: &[u8]) -> usize {
        match Seeker::default().seek::<F>(text, 0) {
            0 => self.read_found(text, true),
            _ => self.read_found(&[], false),
        }
    }

    /// The same of a text that begins with an entry, or an empty one. `may_be_odd` is for the
    /// entry, as in [`is_odd`].
    #[inline(always)]
    pub(super) fn read_found(&mut self, text: &[u8], may_be_odd: bool) -> usize {
        let text = &text[..text.len().min(MAX_TEXT_BYTES)];
        self.clear();
        let body = self.place.own();
        let mut ends = LineEnds::default();
        let found = parse(
            &mut self.fields,
            EntryText {
                text,
                is_odd: may_be_odd,
                rest: Rest::Nothing,
            },
            0,
            &mut ends,
            &mut body.out,
        );
        let text = &text[..found.len];
        body.bytes.clear();
        body.bytes.extend_from_slice(text);
        body.bytes.push(0);
        if may_be_odd && is_odd(text) {
            body.pristine.extend_from_slice(text);
        }
        self.set(0, &found);
        found.len
    }

    /// Reads the entry that begins at this position of its own text, which stays where it is. None,
    /// and nothing read, if it may go on behind the text.
    #[inline(always)]
    pub(super) fn read_in_place(
        &mut self,
        at: usize,
        size: usize,
        ends: &mut LineEnds,
        rest: Rest,
        may_be_odd: bool,
    ) -> Option<usize> {
        self.clear();
        let body = self.place.own();
        let text = &body.bytes[..size];
        let whole = EntryText {
            text,
            is_odd: may_be_odd,
            rest,
        };
        let found = parse(&mut self.fields, whole, at, ends, &mut body.out);
        if !found.whole {
            self.clear();
            return None;
        }
        if may_be_odd && is_odd(&text[at..at + found.len]) {
            body.keep_pristine(at, found.len);
        }
        self.set(at, &found);
        Some(found.len)
    }

    /// Takes what was found at `base` of its own text.
    #[inline(always)]
    fn set(&mut self, base: usize, found: &ParsedEntry) {
        let TextStorage::Own(body) = &mut self.place else {
            return;
        };
        write_nuls(&mut body.bytes, base, &body.out.marks, &body.out.spans);
        body.at = base;
        self.len = found.len as u32;
        self.span_count = body.out.spans.len() as u32;
        self.extra = found.extra;
    }

    /// Forgets the entry, keeps the memory.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.fields.reset();
        if self.raw.get().is_some() {
            self.raw = OnceBox::new();
        }
        (self.base, self.len) = (0, 0);
        (self.first_span, self.span_count, self.extra) = (0, 0, 0);
        let body = self.place.own();
        body.out.clear();
        body.pristine.clear();
    }

    /// The memory of its own.
    pub(super) fn body_mut(&mut self) -> &mut Body {
        self.place.own()
    }

    /// All that its own memory holds.
    #[inline(always)]
    pub(super) fn own_bytes(&self) -> &[u8] {
        match &self.place {
            TextStorage::Own(body) => &body.bytes,
            _ => &[],
        }
    }

    /// A copy of its own, which keeps no document alive.
    pub fn dup(&self) -> Entry<F> {
        let mut copy = Entry::new();
        let raw = self.restore();
        copy.read(&raw[..raw.len() - 1]);
        copy
    }

    /// The text from this position on; none at position 0, which stands for absent.
    #[inline]
    pub(crate) fn tail(&self, at: impl Into<u32>) -> Option<&[u8]> {
        match (self.place.body(), at.into()) {
            (Some(body), at @ 1..) => Some(&body.bytes[body.at + (self.base + at) as usize..]),
            _ => None,
        }
    }

    /// The string at this position; "" at position 0.
    pub(crate) fn string(&self, at: impl Into<u32>) -> &[u8] {
        until_nul(self.tail(at).unwrap_or_default())
    }

    fn spans(&self) -> &[FieldSpan] {
        match self.place.body() {
            Some(body) => &body.out.spans[self.first_span as usize..][..self.span_count as usize],
            None => &[],
        }
    }

    pub(crate) fn parts(&self, kind: SpanKind) -> impl Iterator<Item = (&[u8], u16)> {
        of_kind(self.spans(), kind)
            .iter()
            .map(|span| (self.part_text(span), span.note))
    }

    /// How many parts of this kind there are.
    #[inline]
    pub(crate) fn part_count(&self, kind: SpanKind) -> usize {
        match self.span_count {
            0 => 0,
            _ => of_kind(self.spans(), kind).len(),
        }
    }

    #[inline]
    fn part(&self, kind: SpanKind, index: usize) -> Option<&FieldSpan> {
        nth_of(self.spans(), kind, index)
    }

    /// The text behind the beginning of a part, which a NUL ends.
    #[inline]
    fn span_tail(&self, span: Option<&FieldSpan>) -> &[u8] {
        match (span, self.place.body()) {
            (Some(span), Some(body)) => &body.bytes[body.at + (self.base + span.at) as usize..],
            _ => &[0],
        }
    }

    /// The text of a part and the NUL behind it.
    #[inline]
    pub(crate) fn part_tail(&self, kind: SpanKind, index: usize) -> &[u8] {
        self.span_tail(self.part(kind, index))
    }

    /// The same of the first part of a kind with this note, if there is one.
    pub(crate) fn noted_tail(&self, kind: SpanKind, note: u16) -> Option<&[u8]> {
        let mut spans = of_kind(self.spans(), kind).iter();
        let found = spans.find(|span| span.note == note)?;
        Some(self.span_tail(Some(found)))
    }

    /// The port of a part.
    #[inline]
    pub(crate) fn part_port(&self, kind: SpanKind, index: usize) -> u16 {
        self.part(kind, index).map_or(0, |span| span.note)
    }

    /// More addresses, without brackets, with their ports.
    pub fn or_addresses(&self) -> impl Iterator<Item = (&[u8], u16)> {
        self.parts(SpanKind::Address)
    }

    /// The relays of its family: fingerprints or names.
    pub fn family(&self) -> impl Iterator<Item = &[u8]> {
        self.parts(SpanKind::Family).map(|(word, _)| word)
    }

    fn part_text(&self, span: &FieldSpan) -> &[u8] {
        &self.span_tail(Some(span))[..span.len as usize]
    }

    /// The lines that this version does not know (true: that it does not understand, although it
    /// knows the keyword), as they came, each with its object.
    pub fn extras(&self) -> impl Iterator<Item = (&[u8], bool)> {
        self.parts(SpanKind::Extra)
            .map(|(line, is_malformed)| (line, is_malformed != 0))
    }

    /// The number of [`extras`](Entry::extras).
    #[inline]
    pub fn extra_count(&self) -> usize {
        self.extra as usize
    }

    /// One of the [`extras`](Entry::extras) and the NUL behind it.
    pub(crate) fn extra_tail(&self, index: usize) -> &[u8] {
        self.part_tail(SpanKind::Extra, index)
    }

    /// Whether one of the [`extras`](Entry::extras) is not understood.
    pub(crate) fn extra_is_malformed(&self, index: usize) -> bool {
        self.part(SpanKind::Extra, index)
            .is_some_and(|span| span.note != 0)
    }

    /// How many of the [`extras`](Entry::extras) are not understood.
    pub fn malformed_count(&self) -> usize {
        self.extras().filter(|(_, malformed)| *malformed).count()
    }

    /// The entry as it came.
    pub fn raw(&self) -> &[u8] {
        let with_nul = self.raw_with_nul();
        &with_nul[..with_nul.len() - 1]
    }

    /// The entry as it came, and a NUL. Made when it is first asked for.
    pub(crate) fn raw_with_nul(&self) -> &[u8] {
        self.raw.get_or_init(|| Box::new(self.restore()))
    }

    fn restore(&self) -> Box<[u8]> {
        let mut raw = Vec::with_capacity(self.len as usize + 1);
        if let Some(body) = self.place.body() {
            let (base, len) = (self.base as usize, self.len as usize);
            if !body.pristine.is_empty() {
                raw.extend_from_slice(&body.pristine[base..][..len]);
            } else {
                raw.extend_from_slice(&body.bytes[body.at + base..][..len]);
                for at in self.fields.words().into_iter().filter(|at| *at != 0) {
                    let end = raw[at as usize..].iter_mut().find(|byte| **byte == 0);
                    if let Some(end) = end {
                        *end = b' ';
                    }
                }
                for byte in raw.iter_mut().filter(|byte| **byte == 0) {
                    *byte = b'\n';
                }
                for span in self.spans() {
                    if let Some(byte) = raw.get_mut((span.at + span.len) as usize) {
                        *byte = span.after;
                    }
                }
            }
        }
        raw.push(0);
        raw.into_boxed_slice()
    }

    /// How much memory an entry of its own holds for the next one.
    pub fn capacity_bytes(&self) -> usize {
        match &self.place {
            TextStorage::Own(body) => {
                let out = &body.out;
                body.bytes.capacity()
                    + body.pristine.capacity()
                    + out.spans.capacity() * size_of::<FieldSpan>()
                    + out.marks.capacity() * size_of::<u32>()
            }
            _ => 0,
        }
    }

    /// The size of [`raw`](Entry::raw).
    pub fn raw_size(&self) -> usize {
        self.len as usize
    }
}

impl Body {
    /// Keeps this part of the text as it is now.
    #[cold]
    fn keep_pristine(&mut self, at: usize, len: usize) {
        self.pristine.extend_from_slice(&self.bytes[at..at + len]);
    }
}

/// What its annotations say.
impl<F: EntryFields> Entry<F> {
    /// What an annotation says, and the NUL behind it.
    pub(crate) fn annotation_c(&self, which: Annotation) -> Option<&[u8]> {
        self.noted_tail(SpanKind::Annotation, which as u16)
    }

    /// The time that an annotation says, in microseconds since 1970.
    fn annotated_us(&self, which: Annotation) -> Option<i64> {
        let time = until_nul(self.annotation_c(which)?);
        time::leading_time(time).map(|(time, _)| time)
    }

    fn annotation(&self, which: Annotation) -> &[u8] {
        until_nul(self.annotation_c(which).unwrap_or_default())
    }

    /// What the document is, as archives say it in `@type`: `server-descriptor 1.0`.
    pub fn annotated_type(&self) -> &[u8] {
        self.annotation(Annotation::Type)
    }

    /// Where tor has it from: `@source`, without its quotation marks.
    pub fn source(&self) -> &[u8] {
        self.annotation(Annotation::Source)
    }

    /// What tor has it for: `@purpose`.
    pub fn purpose(&self) -> &[u8] {
        self.annotation(Annotation::Purpose)
    }

    /// When tor got it: `@downloaded-at`, in microseconds since 1970.
    pub fn downloaded_unix_us(&self) -> Option<i64> {
        self.annotated_us(Annotation::DownloadedAt)
    }

    /// When a consensus last named it: `@last-listed`, in microseconds since 1970.
    pub fn last_listed_unix_us(&self) -> Option<i64> {
        self.annotated_us(Annotation::LastListed)
    }
}
