//! What the entries of all directory documents have in common: lines of a keyword and its
//! arguments, some followed by an object, cut into entries and kept in one piece of text.
//!
//! An entry is a fixed-size record beside a text. The text is the whole document (a
//! [`List`](super::List) owns it once for all of its entries), the part of it that is there (a
//! [`Reader`](super::Reader)), or a copy of this one entry (a [`Walk`](super::Walk) uses the same
//! copy again for the next). In all of them, whatever a field exposes is followed by a NUL that was
//! written over the byte behind it, so that C reads it in place; [`Entry::raw`] puts the original
//! bytes back.

use super::text::until_nul;
use crate::proto::lines::LineEnds;
use once_cell::race::OnceBox;
use std::sync::Arc;

/// Texts from here on are not taken: positions in them are kept in 32 bits.
pub const MAX_TEXT_BYTES: usize = u32::MAX as usize - 1;

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

/// A repeated field, or a line that is kept as it came.
#[derive(Clone, Copy, Debug)]
struct Span {
    at: u32,
    len: u32,
    kind: SpanKind,
    /// The byte that a NUL has replaced, for [`Entry::raw`].
    after: u8,
    /// For an address: its port.
    port: u16,
}

/// Which list a [`Span`] belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SpanKind {
    Unknown,
    Malformed,
    Address,
    Rule,
    Family,
    FamilyId,
}

/// Where the fields leave what they found.
#[derive(Debug, Default)]
pub struct Out {
    spans: Vec<Span>,
    /// Where fields end that are whole lines or their tails: there the NULs go.
    marks: Vec<u32>,
}

impl Out {
    pub(super) fn clear(&mut self) {
        self.spans.clear();
        self.marks.clear();
    }

    /// Exposes a word of the line. Its position must be one of [`Fields::words`].
    pub(crate) fn word(&mut self, line: &Line<'_>, from: usize, len: usize) -> u32 {
        self.marks.push((line.at + from + len) as u32);
        (line.at + from) as u32
    }

    /// Exposes the tail of the line that begins at this position of it. The answer is never 0,
    /// which stands for an absent field.
    pub(crate) fn tail(&mut self, line: &Line<'_>, from: usize) -> u32 {
        self.marks.push((line.at + line.text.len()) as u32);
        (line.at + from) as u32
    }

    /// Exposes the object of the line.
    pub(crate) fn object(&mut self, line: &Line<'_>) -> u32 {
        debug_assert!(!line.object.is_empty());
        self.marks.push((line.object_at + line.object.len()) as u32);
        line.object_at as u32
    }

    /// Exposes a part of the line as one of many. `text` is a part of `line.text`, at `from`.
    pub(crate) fn part(&mut self, line: &Line<'_>, from: usize, len: usize, kind: SpanKind) {
        self.part_with_port(line, from, len, kind, 0);
    }

    pub(crate) fn part_with_port(
        &mut self,
        line: &Line<'_>,
        from: usize,
        len: usize,
        kind: SpanKind,
        port: u16,
    ) {
        self.spans.push(Span {
            at: (line.at + from) as u32,
            len: len as u32,
            kind,
            after: *line.text.get(from + len).unwrap_or(&b'\n'),
            port,
        });
    }

    #[inline(never)]
    fn whole(&mut self, line: &Line<'_>, taken: Taken) {
        let kind = match taken {
            Taken::Malformed => SpanKind::Malformed,
            _ => SpanKind::Unknown,
        };
        let end = match line.object {
            [] => line.at + line.text.len(),
            object => line.object_at + object.len(),
        };
        self.spans.push(Span {
            at: line.at as u32,
            len: (end - line.at) as u32,
            kind,
            after: b'\n',
            port: 0,
        });
    }
}

/// One kind of entry: how it begins and what its lines mean.
pub trait Fields: Default {
    /// Whether lines can have objects behind them.
    const OBJECTS: bool;
    /// Whether lines that begin with `@` may stand in front of an entry.
    const ANNOTATIONS: bool;

    /// Whether the line at the beginning of this text is an entry's first.
    fn begins(text: &[u8]) -> bool;

    /// Whether the line at the beginning of this text ends the part of the document that has
    /// entries.
    fn ends(_text: &[u8]) -> bool {
        false
    }

    /// Forgets everything.
    fn reset(&mut self);

    /// Takes a line. Leaves nothing behind in `out` unless the answer is [`Taken::Known`].
    fn line(&mut self, line: &Line<'_>, out: &mut Out) -> Taken;

    /// The positions of fields that end at a blank, not at the end of a line; 0 for none.
    fn words(&self) -> [u32; 2] {
        [0; 2]
    }
}

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
    pub(super) out: Out,
}

/// Where the text of an entry is.
#[derive(Debug, Default)]
enum Place {
    #[default]
    Nowhere,
    /// In memory of its own, which is used again for the next one.
    Own(Box<Body>),
    /// In the document that a list keeps.
    Shared(Arc<Body>),
}

impl Place {
    #[inline]
    fn body(&self) -> Option<&Body> {
        match self {
            Place::Nowhere => None,
            Place::Own(body) => Some(body),
            Place::Shared(body) => Some(body),
        }
    }

    fn own(&mut self) -> &mut Body {
        if !matches!(self, Place::Own(_)) {
            *self = Place::Own(Box::default());
        }
        match self {
            Place::Own(body) => body,
            _ => unreachable!("the lines above made it so"),
        }
    }
}

/// An entry of a directory document: a router status entry, a server descriptor or a
/// microdescriptor.
#[derive(Debug, Default)]
pub struct Entry<F> {
    place: Place,
    // body.at + base + len <= body.bytes.len() - 1
    base: u32,
    len: u32,
    // A range of body.out.spans.
    first_span: u32,
    span_count: u32,
    // How many of these are lines that are not understood.
    extra: u32,
    raw: OnceBox<Box<[u8]>>,
    pub(crate) fields: F,
}

impl<F: Fields> Entry<F> {
    /// An entry with nothing in it.
    pub fn new() -> Entry<F> {
        Entry::default()
    }

    /// Reads the entry that the text begins with into this object, whose memory is used again.
    /// Returns its size; text in front of an entry, and an empty text, is an empty one.
    pub fn read(&mut self, text: &[u8]) -> usize {
        let text = &text[..text.len().min(MAX_TEXT_BYTES)];
        let text = match begins_entry::<F>(text) {
            true => text,
            false => &[],
        };
        self.clear();
        let body = self.place.own();
        let mut ends = LineEnds::default();
        let found = parse(
            &mut self.fields,
            Text {
                text,
                is_odd: true,
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
        if is_odd(text) {
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
        let whole = Text {
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
    fn set(&mut self, base: usize, found: &Found) {
        let Place::Own(body) = &mut self.place else {
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
            Place::Own(body) => &body.bytes,
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

    /// The text from this position on; begins with a NUL at position 0, which stands for absent.
    #[inline]
    pub(crate) fn tail(&self, at: u32) -> &[u8] {
        match self.place.body() {
            Some(body) if at != 0 => &body.bytes[body.at + (self.base + at) as usize..],
            _ => &[0],
        }
    }

    /// The string at this position.
    #[inline]
    pub(crate) fn string(&self, at: u32) -> &[u8] {
        until_nul(self.tail(at))
    }

    fn spans(&self) -> &[Span] {
        match self.place.body() {
            Some(body) => &body.out.spans[self.first_span as usize..][..self.span_count as usize],
            None => &[],
        }
    }

    pub(crate) fn parts(&self, kind: SpanKind) -> impl Iterator<Item = (&[u8], u16)> {
        self.spans()
            .iter()
            .filter(move |span| span.kind == kind)
            .map(|span| (self.part_text(span), span.port))
    }

    /// How many parts there are, of an entry that has parts of one kind alone.
    #[inline]
    pub(crate) fn part_count(&self) -> usize {
        (self.span_count - self.extra) as usize
    }

    #[inline]
    fn part(&self, kind: SpanKind, index: usize) -> Option<&Span> {
        let mut spans = self.spans().iter().filter(|span| span.kind == kind);
        spans.nth(index)
    }

    /// The text of a part and the NUL behind it.
    #[inline]
    pub(crate) fn part_tail(&self, kind: SpanKind, index: usize) -> &[u8] {
        match (self.part(kind, index), self.place.body()) {
            (Some(span), Some(body)) => &body.bytes[body.at + (self.base + span.at) as usize..],
            _ => &[0],
        }
    }

    /// The port of a part.
    #[inline]
    pub(crate) fn part_port(&self, kind: SpanKind, index: usize) -> u16 {
        self.part(kind, index).map_or(0, |span| span.port)
    }

    fn part_text(&self, span: &Span) -> &[u8] {
        match self.place.body() {
            Some(body) => {
                &body.bytes[body.at + (self.base + span.at) as usize..][..span.len as usize]
            }
            None => &[],
        }
    }

    /// The lines that this version does not know (true: that it does not understand, although it
    /// knows the keyword), as they came, each with its object.
    pub fn extras(&self) -> impl Iterator<Item = (&[u8], bool)> {
        self.spans()
            .iter()
            .filter(|span| matches!(span.kind, SpanKind::Unknown | SpanKind::Malformed))
            .map(|span| (self.part_text(span), span.kind == SpanKind::Malformed))
    }

    /// The number of [`extras`](Entry::extras).
    #[inline]
    pub fn extra_count(&self) -> usize {
        self.extra as usize
    }

    /// One of the [`extras`](Entry::extras) and the NUL behind it.
    pub(crate) fn extra_tail(&self, index: usize) -> &[u8] {
        let mut spans = self
            .spans()
            .iter()
            .filter(|span| matches!(span.kind, SpanKind::Unknown | SpanKind::Malformed));
        match (spans.nth(index), self.place.body()) {
            (Some(span), Some(body)) => &body.bytes[body.at + (self.base + span.at) as usize..],
            _ => &[0],
        }
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
            Place::Own(body) => {
                let out = &body.out;
                body.bytes.capacity()
                    + body.pristine.capacity()
                    + out.spans.capacity() * size_of::<Span>()
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

/// All the entries of a document, in one copy of its text.
#[derive(Debug)]
pub struct List<F> {
    entries: Vec<Entry<F>>,
    skipped: usize,
}

impl<F: Fields> List<F> {
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
        let mut out = Out::default();
        let (mut at, mut skipped) = (0, 0);
        let mut ends = LineEnds::default();
        loop {
            let gap = skip_to_entry::<F>(&bytes[at..size]);
            if gap > 0 {
                (at, skipped) = (at + gap, skipped + gap);
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
            let text = Text {
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
        out.marks = Vec::new();
        out.spans.shrink_to_fit();
        let body = Arc::new(Body {
            bytes,
            pristine,
            at: 0,
            out,
        });
        for entry in &mut entries {
            entry.place = Place::Shared(Arc::clone(&body));
        }
        Some(List { entries, skipped })
    }

    /// The entries, in the order of the document.
    pub fn entries(&self) -> &[Entry<F>] {
        &self.entries
    }

    /// How many bytes of the document belong to no entry.
    pub fn skipped_bytes(&self) -> usize {
        self.skipped
    }
}

/// What may follow a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    Nothing,
    More,
}

/// A text to read an entry from.
#[derive(Clone, Copy)]
struct Text<'a> {
    text: &'a [u8],
    /// Whether it may have CR or NUL in it.
    is_odd: bool,
    rest: Rest,
}

struct Found {
    len: usize,
    extra: u32,
    /// Whether its end is known.
    whole: bool,
}

impl Body {
    /// Keeps this part of the text as it is now.
    #[cold]
    fn keep_pristine(&mut self, at: usize, len: usize) {
        self.pristine.extend_from_slice(&self.bytes[at..at + len]);
    }
}

/// Whether a text has bytes that cannot be told from the NULs that are written into it.
pub(super) fn is_odd(text: &[u8]) -> bool {
    memchr::memchr2(b'\r', 0, text).is_some()
}

/// The size of what stands in front of the next entry.
pub(super) fn skip_to_entry<F: Fields>(text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() && !begins_entry::<F>(&text[at..]) {
        at = line_end(text, at).1;
    }
    at
}

#[inline]
pub(super) fn begins_entry<F: Fields>(text: &[u8]) -> bool {
    F::begins(text) || (F::ANNOTATIONS && text.first() == Some(&b'@'))
}

/// Where the line that begins here ends, and where the next one begins.
#[inline]
fn line_end(text: &[u8], at: usize) -> (usize, usize) {
    match memchr::memchr(b'\n', &text[at..]) {
        Some(size) => (without_cr(text, at, at + size), at + size + 1),
        None => (text.len(), text.len()),
    }
}

/// Where a line from `at` to `end` ends if that is behind a CR.
#[inline(always)]
fn without_cr(text: &[u8], at: usize, end: usize) -> usize {
    end - usize::from(end > at && text[end - 1] == b'\r')
}

/// Reads the one entry that begins at `start`. `ends` stands there, and then behind the entry.
#[inline(always)]
fn parse<F: Fields>(
    fields: &mut F,
    whole: Text<'_>,
    start: usize,
    ends: &mut LineEnds,
    out: &mut Out,
) -> Found {
    let Text { text, is_odd, rest } = whole;
    let (mut at, mut extra) = (start, 0);
    let (mut begun, mut whole) = (false, rest == Rest::Nothing);
    while at < text.len() {
        let (line_end, mut next) = match ends.peek(text) {
            Some(end) if is_odd => (without_cr(text, at, end), end + 1),
            Some(end) => (end, end + 1),
            None if rest == Rest::More => break,
            None => (text.len(), text.len()),
        };
        let from_here = &text[at..];
        if begun && (begins_entry::<F>(from_here) || F::ends(from_here)) {
            whole = true;
            break;
        }
        ends.pass();
        begun |= !F::ANNOTATIONS || F::begins(from_here);
        let mut line = Line {
            text: &from_here[..line_end - at],
            tail: from_here,
            at: at - start,
            object: &[],
            object_at: 0,
        };
        let mut complete = true;
        if F::OBJECTS && text[next..].starts_with(b"-----BEGIN ") {
            line.object_at = next - start;
            let object = object_of::<F>(text, next, line_end, ends);
            line.object = &text[next..object.end];
            (next, complete) = (object.next, object.complete);
        }
        if line_end > at {
            let taken = match complete {
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
    Found {
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

/// The object that begins here. `end` is the end of the line in front of it. It may end with the
/// text, and so may the entry: whether more follows does not matter here.
fn object_of<F: Fields>(text: &[u8], begin: usize, end: usize, ends: &mut LineEnds) -> Object {
    let (mut at, mut last) = (begin, end);
    while at < text.len() && !begins_entry::<F>(&text[at..]) {
        let (end, next) = match ends.peek(text) {
            Some(end) => (without_cr(text, at, end), end + 1),
            None => (text.len(), text.len()),
        };
        ends.pass();
        if text[at..].starts_with(b"-----END ") {
            return Object {
                end,
                next,
                complete: true,
            };
        }
        (at, last) = (next, end);
    }
    Object {
        end: last,
        next: at,
        complete: false,
    }
}

#[inline]
fn write_nuls(bytes: &mut [u8], base: usize, marks: &[u32], spans: &[Span]) {
    for mark in marks {
        bytes[base + *mark as usize] = 0;
    }
    for span in spans {
        bytes[base + (span.at + span.len) as usize] = 0;
    }
}
