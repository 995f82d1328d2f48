//! Where an entry begins and where it ends: one rule, which all three ways of reading use.
//!
//! Every line is looked at by itself; the objects of lines do not matter, for no line of base64 is
//! one of these. An entry begins with the first line of its kind, or with the annotations (lines
//! that begin with `@`) directly in front of it. It ends with the text, or where another line of
//! these stands: the first of its own kind, an annotation, the first of another document, or the
//! first of a document's footer, whatever its age. What belongs to no entry is skipped, counted,
//! and named if it is known.

use super::fields::{DocumentKind, EntryFields};
use super::token::{has_keyword, is_empty_line};

impl DocumentKind {
    /// The kind of the document that begins with this line.
    fn of_line(line: &[u8]) -> Option<DocumentKind> {
        match edge(line) {
            Some(Edge::Document(kind)) => Some(kind),
            Some(Edge::Annotation) => DocumentKind::of_annotation(line),
            Some(Edge::Footer) => None,
            None if has_keyword(line, b"r") => Some(DocumentKind::Routers),
            None if has_keyword(line, b"onion-key") => Some(DocumentKind::Microdescriptors),
            None => None,
        }
    }

    /// The kind that a line `@type NAME VERSION` names.
    fn of_annotation(line: &[u8]) -> Option<DocumentKind> {
        let name = line.strip_prefix(b"@type ")?;
        let kinds: [(&[u8], DocumentKind); 10] = [
            (b"server-descriptor", DocumentKind::Descriptors),
            (b"bridge-server-descriptor", DocumentKind::Descriptors),
            (b"extra-info", DocumentKind::ExtraInfo),
            (b"bridge-extra-info", DocumentKind::ExtraInfo),
            (b"microdescriptor", DocumentKind::Microdescriptors),
            (b"network-status", DocumentKind::Routers),
            (b"bridge-network-status", DocumentKind::Routers),
            (b"dir-key-certificate", DocumentKind::KeyCertificate),
            (b"hidden-service-descriptor", DocumentKind::Onion),
            (b"onion-service-descriptor", DocumentKind::Onion),
        ];
        let found = kinds.iter().find(|(word, _)| name.starts_with(word));
        found.map(|(_, kind)| *kind)
    }

    /// The kind of the first document in the text that is known.
    pub fn of(text: &[u8]) -> Option<DocumentKind> {
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(kind) = DocumentKind::of_line(rest) {
                return Some(kind);
            }
            let size = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            rest = &rest[size..];
        }
        None
    }
}

/// A line that no entry has in it, whatever its kind.
enum Edge {
    Annotation,
    Document(DocumentKind),
    Footer,
}

#[inline(always)]
fn edge(line: &[u8]) -> Option<Edge> {
    // The first four letters of all of these.
    match line.first_chunk::<4>() {
        Some([b'@', _, _, _]) => Some(Edge::Annotation),
        Some(
            b"rout" | b"extr" | b"netw" | b"dir-" | b"dire" | b"hs-d" | b"rend" | b"intr" | b"sign",
        ) => named_edge(line),
        Some(_) => None,
        None => line.starts_with(b"@").then_some(Edge::Annotation),
    }
}

#[inline(never)]
fn named_edge(line: &[u8]) -> Option<Edge> {
    macro_rules! is {
        ($keyword:literal) => {
            has_keyword(line, $keyword)
        };
    }
    Some(match line[0] {
        b'r' if is!(b"router") => Edge::Document(DocumentKind::Descriptors),
        b'e' if is!(b"extra-info") => Edge::Document(DocumentKind::ExtraInfo),
        b'n' if is!(b"network-status-version") => Edge::Document(DocumentKind::Routers),
        b'd' if is!(b"dir-key-certificate-version") => Edge::Document(DocumentKind::KeyCertificate),
        b'h' if is!(b"hs-descriptor") => Edge::Document(DocumentKind::Onion),
        b'r' if is!(b"rendezvous-service-descriptor") => Edge::Document(DocumentKind::Onion),
        b'i' if is!(b"introduction-point") => Edge::Document(DocumentKind::Onion),
        // The oldest directories are of server descriptors.
        b's' if is!(b"signed-directory") => Edge::Document(DocumentKind::Descriptors),
        // The first since consensus method 9; before it, and in older documents, the second alone.
        b'd' if is!(b"directory-footer") || is!(b"directory-signature") => Edge::Footer,
        _ => return None,
    })
}

/// Whether an entry ends in front of this line, which is not its first.
#[inline(always)]
pub(super) fn ends_entry<F: EntryFields>(line: &[u8]) -> bool {
    if F::KIND == DocumentKind::Routers {
        // No edge of other documents has a keyword of one letter.
        if let [first, b' ' | b'\t', ..] = line {
            return *first == b'@' || F::begins(line);
        }
    }
    let may_end = match line.first_chunk() {
        Some(four) => {
            let four = u32::from_le_bytes(*four);
            FIRST_FOUR[slot(four)] == four || four as u8 == b'@'
        }
        None => true,
    };
    may_end && is_end::<F>(line)
}

#[inline(never)]
fn is_end<F: EntryFields>(line: &[u8]) -> bool {
    edge(line).is_some() || F::ends(line)
}

/// The first four letters of all lines that may end an entry, each in a place of its own.
static FIRST_FOUR: [u32; 16] = {
    let words = [
        b"rout", b"extr", b"netw", b"dir-", b"dire", b"hs-d", b"rend", b"intr", b"sign", b"publ",
        b"onio",
    ];
    let mut table = [0; 16];
    let mut index = 0;
    while index < words.len() {
        let four = u32::from_le_bytes(*words[index]);
        assert!(table[slot(four)] == 0);
        table[slot(four)] = four;
        index += 1;
    }
    table
};

/// This factor gives each of the words another place; the compiler checks that.
#[inline(always)]
const fn slot(four: u32) -> usize {
    (four.wrapping_mul(0xa5ac_06d9) >> 28) as usize
}

/// Looks for the next entry of a kind, line by line, and remembers what stood in front of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Seeker {
    /// Where the annotations begin that the last lines were.
    annotations: Option<usize>,
    /// In a server descriptor, which has a line that microdescriptors begin with, when these are
    /// looked for.
    in_descriptor: bool,
    skipped: Skipped,
}

/// What stood in front of, between and behind the entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// So many bytes.
    pub bytes: usize,
    /// The first document of another kind, if it is known.
    pub kind: Option<DocumentKind>,
    /// Whether a document of the own kind begins in it, with no other in front.
    has_own: bool,
    /// Whether there are lines that say nothing of where they belong.
    has_unknown: bool,
}

impl Skipped {
    /// Whether a text that has these and no entry is no document of the own kind, not even an empty
    /// one.
    pub fn is_other_document(&self) -> bool {
        !self.has_own && (self.has_unknown || self.kind.is_some())
    }
}

impl Seeker {
    /// Looks at the line at `at`, which the text begins with. Where the entry begins whose first
    /// line it is, if it is one.
    #[inline(always)]
    pub(super) fn look<F: EntryFields>(&mut self, line: &[u8], at: usize) -> Option<usize> {
        if F::begins(line) && !self.in_descriptor {
            return Some(self.annotations.take().unwrap_or(at));
        }
        self.other_line::<F>(line, at);
        None
    }

    #[inline(never)]
    fn other_line<F: EntryFields>(&mut self, line: &[u8], at: usize) {
        if is_empty_line(line) {
            return;
        }
        let edge = edge(line);
        match edge {
            Some(Edge::Annotation) if F::ANNOTATIONS => {
                self.annotations.get_or_insert(at);
            }
            _ => self.annotations = None,
        }
        let kind = match self.in_descriptor && edge.is_none() {
            true => None,
            false => DocumentKind::of_line(line),
        };
        if edge.is_some() || has_keyword(line, b"router-signature") {
            self.in_descriptor = kind == Some(DocumentKind::Descriptors)
                && F::KIND == DocumentKind::Microdescriptors;
        }
        let skipped = &mut self.skipped;
        let is_own = kind == Some(F::KIND) || kind.is_none() && F::ends(line);
        match kind {
            _ if is_own => skipped.has_own |= skipped.kind.is_none(),
            // A vote has its authority's within.
            Some(DocumentKind::KeyCertificate) if skipped.has_own => {}
            Some(kind) => skipped.kind = skipped.kind.or(Some(kind)),
            None => skipped.has_unknown |= edge.is_none(),
        }
    }

    /// Where the annotations begin that may belong to the entry behind them.
    pub(super) fn kept_from(&self) -> Option<usize> {
        self.annotations
    }

    /// The text has lost so many bytes at its front.
    pub(super) fn shift(&mut self, gone: usize) {
        if let Some(at) = &mut self.annotations {
            *at -= gone;
        }
    }

    /// Annotations without end are none.
    pub(super) fn forget_annotations(&mut self) {
        self.annotations = None;
    }

    /// Whether it is in the midst of a server descriptor, although another kind is looked for.
    #[inline(always)]
    pub(super) fn is_in_descriptor(&self) -> bool {
        self.in_descriptor
    }

    pub(super) fn skipped_mut(&mut self) -> &mut Skipped {
        &mut self.skipped
    }

    pub(super) fn skipped(&self) -> &Skipped {
        &self.skipped
    }

    /// Where in the text, at or behind `at`, the next entry begins; the size of the text if there
    /// is none. What stands in front of it is counted.
    #[inline(always)]
    pub(super) fn seek<F: EntryFields>(&mut self, text: &[u8], at: usize) -> usize {
        if at < text.len() && F::begins(&text[at..]) {
            return at;
        }
        self.seek_further::<F>(text, at)
    }

    #[inline(never)]
    fn seek_further<F: EntryFields>(&mut self, text: &[u8], from: usize) -> usize {
        let mut at = from;
        let found = loop {
            if at == text.len() {
                break at;
            }
            let line = &text[at..];
            if let Some(begin) = self.look::<F>(line, at) {
                break begin;
            }
            at += memchr::memchr(b'\n', line).map_or(line.len(), |end| end + 1);
        };
        self.skipped.bytes += found - from;
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Micro, Server, Status};
    use super::*;

    #[test]
    fn an_entry_ends_in_front_of_all_of_these_and_no_others() {
        for line in [
            "router a",
            "extra-info a",
            "network-status-version 3",
            "dir-key-certificate-version 3",
            "hs-descriptor 3",
            "rendezvous-service-descriptor a",
            "introduction-point a",
            "signed-directory",
            "directory-footer",
            "directory-signature a",
            "@type a",
            "@",
        ] {
            for line in [line.to_string(), format!("{line}\nand more")] {
                assert!(ends_entry::<Server>(line.as_bytes()), "{line}");
                assert!(ends_entry::<Micro>(line.as_bytes()), "{line}");
                assert!(ends_entry::<Status>(line.as_bytes()), "{line}");
            }
        }
        assert!(ends_entry::<Micro>(b"onion-key\n") && !ends_entry::<Server>(b"onion-key\n"));
        assert!(ends_entry::<Status>(b"published a") && !ends_entry::<Server>(b"published a"));
        assert!(ends_entry::<Status>(b"r\ta") && !ends_entry::<Server>(b"r a"));
        for line in [
            "",
            "s Exit",
            "router-signature",
            "signing-key\n",
            "direct",
            "\n",
        ] {
            assert!(!ends_entry::<Server>(line.as_bytes()), "{line}");
            assert!(!ends_entry::<Micro>(line.as_bytes()), "{line}");
        }
    }
}
