//! What the entries of all directory documents have in common: lines of a keyword and its
//! arguments, some followed by an object, cut into entries and kept in one piece of text.
//!
//! An entry is a fixed-size record beside a text. The text is either the whole document (a
//! [`List`](super::List) owns it once for all of its entries) or a copy of this one entry (a
//! [`Walk`](super::Walk) or [`Reader`](super::Reader) uses the same copy again for the next). In
//! both, whatever a field exposes is followed by a NUL that was written over the byte behind it,
//! so that C reads it in place; [`Entry::raw`] puts the original bytes back.

use super::text::until_nul;
use std::sync::{Arc, OnceLock};

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
#[derive(Debug)]
pub struct Line<'a> {
    /// The line without its end.
    pub text: &'a [u8],
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
    fn clear(&mut self) {
        self.spans.clear();
        self.marks.clear();
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

    fn whole(&mut self, line: &Line<'_>, kind: SpanKind) {
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
}

/// The text that entries stand in.
#[derive(Debug, Default)]
struct Body {
    /// Ends in a NUL.
    bytes: Vec<u8>,
    /// The text as it came, kept only if it has CR or NUL in it, which `bytes` cannot tell from
    /// the NULs that were written into it. Empty otherwise.
    pristine: Vec<u8>,
    out: Out,
}

/// Where the text of an entry is.
#[derive(Debug, Default)]
enum Place {
    #[default]
    Nowhere,
    /// In a copy of this entry alone, overwritten by the next one.
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
    // base + len <= body.bytes.len() - 1
    base: u32,
    len: u32,
    // A range of body.out.spans.
    first_span: u32,
    span_count: u32,
    malformed: u32,
    raw: OnceLock<Box<[u8]>>,
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
        let body = self.place.own();
        self.raw.take();
        body.out.clear();
        let text = match begins_entry::<F>(text) {
            true => text,
            false => &[],
        };
        let found = parse(&mut self.fields, text, &mut body.out);
        let text = &text[..found.len];
        body.bytes.clear();
        body.bytes.extend_from_slice(text);
        body.bytes.push(0);
        body.pristine.clear();
        if memchr::memchr2(b'\r', 0, text).is_some() {
            body.pristine.extend_from_slice(text);
        }
        terminate(&mut body.bytes, &body.out, 0);
        self.base = 0;
        self.len = found.len as u32;
        self.first_span = 0;
        self.span_count = body.out.spans.len() as u32;
        self.malformed = found.malformed;
        found.len
    }

    /// A copy of its own, which keeps no document alive.
    pub fn dup(&self) -> Entry<F> {
        let mut copy = Entry::new();
        copy.read(self.raw());
        copy
    }

    /// The text from this position on; begins with a NUL at position 0, which stands for absent.
    #[inline]
    pub(crate) fn tail(&self, at: u32) -> &[u8] {
        match self.place.body() {
            Some(body) if at != 0 => &body.bytes[(self.base + at) as usize..],
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

    /// The text of a part and the NUL behind it.
    pub(crate) fn part_tail(&self, kind: SpanKind, index: usize) -> &[u8] {
        let mut spans = self.spans().iter().filter(|span| span.kind == kind);
        match (spans.nth(index), self.place.body()) {
            (Some(span), Some(body)) => &body.bytes[(self.base + span.at) as usize..],
            _ => &[0],
        }
    }

    fn part_text(&self, span: &Span) -> &[u8] {
        match self.place.body() {
            Some(body) => &body.bytes[(self.base + span.at) as usize..][..span.len as usize],
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
    pub fn extra_count(&self) -> usize {
        self.extras().count()
    }

    /// One of the [`extras`](Entry::extras) and the NUL behind it.
    pub(crate) fn extra_tail(&self, index: usize) -> &[u8] {
        let mut spans = self
            .spans()
            .iter()
            .filter(|span| matches!(span.kind, SpanKind::Unknown | SpanKind::Malformed));
        match (spans.nth(index), self.place.body()) {
            (Some(span), Some(body)) => &body.bytes[(self.base + span.at) as usize..],
            _ => &[0],
        }
    }

    /// How many of the [`extras`](Entry::extras) are not understood.
    pub fn malformed_count(&self) -> usize {
        self.malformed as usize
    }

    /// The entry as it came.
    pub fn raw(&self) -> &[u8] {
        let with_nul = self.raw_with_nul();
        &with_nul[..with_nul.len() - 1]
    }

    /// The entry as it came, and a NUL. Made when it is first asked for.
    pub(crate) fn raw_with_nul(&self) -> &[u8] {
        self.raw.get_or_init(|| self.restore())
    }

    fn restore(&self) -> Box<[u8]> {
        let mut raw = Vec::with_capacity(self.len as usize + 1);
        if let Some(body) = self.place.body() {
            let place = self.base as usize..(self.base + self.len) as usize;
            if !body.pristine.is_empty() {
                raw.extend_from_slice(&body.pristine[place]);
            } else {
                raw.extend_from_slice(&body.bytes[place]);
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
        if memchr::memchr2(b'\r', 0, &bytes).is_some() {
            pristine.extend_from_slice(&bytes);
        }
        bytes.push(0);
        let mut entries: Vec<Entry<F>> = Vec::new();
        let mut out = Out::default();
        let (mut at, mut skipped) = (0, 0);
        loop {
            let gap = skip_to_entry::<F>(&bytes[at..size]);
            (at, skipped) = (at + gap, skipped + gap);
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
            let found = parse(&mut entry.fields, &bytes[at..size], &mut out);
            entry.base = at as u32;
            entry.len = found.len as u32;
            entry.malformed = found.malformed;
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

struct Found {
    len: usize,
    malformed: u32,
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
        Some(size) if size > 0 && text[at + size - 1] == b'\r' => (at + size - 1, at + size + 1),
        Some(size) => (at + size, at + size + 1),
        None => (text.len(), text.len()),
    }
}

/// Reads the one entry that the text begins with.
#[inline]
fn parse<F: Fields>(fields: &mut F, text: &[u8], out: &mut Out) -> Found {
    fields.reset();
    let (mut at, mut malformed) = (0, 0);
    let mut begun = false;
    while at < text.len() {
        let rest = &text[at..];
        if begun && (begins_entry::<F>(rest) || F::ends(rest)) {
            break;
        }
        begun |= !F::ANNOTATIONS || F::begins(rest);
        let (end, mut next) = line_end(text, at);
        let mut line = Line {
            text: &text[at..end],
            at,
            object: &[],
            object_at: 0,
        };
        let mut complete = true;
        if F::OBJECTS && text[next..].starts_with(b"-----BEGIN ") {
            let object_end;
            (object_end, next, complete) = object_end_of::<F>(text, next, end);
            line.object_at = line_end(text, at).1;
            line.object = &text[line.object_at..object_end];
        }
        if end > at {
            let taken = match complete {
                true => fields.line(&line, out),
                false => Taken::Malformed,
            };
            match taken {
                Taken::Known => {}
                Taken::Unknown => out.whole(&line, SpanKind::Unknown),
                Taken::Malformed => {
                    out.whole(&line, SpanKind::Malformed);
                    malformed += 1;
                }
            }
        }
        at = next;
    }
    Found { len: at, malformed }
}

/// Where the object that begins here ends, where the line behind it begins, and whether it has
/// an end of its own. `end` is the end of the line in front of it.
fn object_end_of<F: Fields>(text: &[u8], begin: usize, end: usize) -> (usize, usize, bool) {
    let (mut at, mut last) = (begin, end);
    while at < text.len() && !begins_entry::<F>(&text[at..]) {
        let (end, next) = line_end(text, at);
        if text[at..].starts_with(b"-----END ") {
            return (end, next, true);
        }
        (at, last) = (next, end);
    }
    (last, at, false)
}

/// Writes the NULs behind everything that is exposed of the entry at `base`.
fn terminate(bytes: &mut [u8], out: &Out, base: usize) {
    write_nuls(bytes, base, &out.marks, &out.spans);
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
