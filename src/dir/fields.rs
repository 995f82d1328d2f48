//! What the kinds of documents have in common: the name of each, and what a kind of entry says of its
//! lines.

use super::line::{Line, Taken};
use super::spans::EntrySpans;

/// A kind of directory document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// Router status entries: a consensus, a vote, a status.
    Routers,
    /// Server descriptors.
    Descriptors,
    /// Microdescriptors.
    Microdescriptors,
    /// What relays say of themselves beside their descriptors.
    ExtraInfo,
    /// The keys of an authority.
    KeyCertificate,
    /// The descriptor of an onion service.
    Onion,
}

impl DocumentKind {
    /// What its entries are called.
    pub fn name(self) -> &'static str {
        match self {
            DocumentKind::Routers => "router status entries",
            DocumentKind::Descriptors => "server descriptors",
            DocumentKind::Microdescriptors => "microdescriptors",
            DocumentKind::ExtraInfo => "extra-info documents",
            DocumentKind::KeyCertificate => "key certificates",
            DocumentKind::Onion => "onion service descriptors",
        }
    }
}

/// One kind of entry: how it begins and what its lines mean.
pub trait EntryFields: Default {
    /// What the documents are that have them.
    const KIND: DocumentKind;
    /// Whether lines that begin with `@` may stand in front of an entry.
    const ANNOTATIONS: bool;

    /// Whether the line at the beginning of this text is an entry's first.
    fn begins(text: &[u8]) -> bool;

    /// Whether the line at the beginning of this text ends an entry of this kind, beside those that
    /// end every entry: among them the first of a server descriptor, but not the first of other
    /// kinds. `bounds` has the first four letters of all of them.
    #[inline(always)]
    fn ends(_text: &[u8]) -> bool {
        false
    }

    /// Forgets everything.
    fn reset(&mut self);

    /// Takes a line. Unless the answer is [`Taken::Known`], nothing is left in `out` but what has
    /// to keep its place among others.
    fn line(&mut self, line: &Line<'_>, out: &mut EntrySpans) -> Taken;

    /// The positions of fields that end at a blank, not at the end of a line; 0 for none.
    fn words(&self) -> [u32; 2] {
        [0; 2]
    }
}
