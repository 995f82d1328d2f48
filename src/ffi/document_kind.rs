//! Directory documents
//!
//! What tor and archives of the network keep in text: router status entries, server descriptors,
//! microdescriptors. All are read by the same rules.
//!
//! An entry begins with the first line of its kind, or with the annotations (lines that begin with `@`)
//! directly in front of it. It ends where another such line stands, where another document begins, or
//! where a document's footer begins. What belongs to no entry is skipped and counted.
//!
//! Words in a line are separated by blanks or tabs, any number of them, and the word `opt` in front
//! of a line is ignored. What a line has behind the arguments that are known does not matter. Of a
//! line that may come once, the first counts. What is unknown, repeated or malformed affects only
//! itself, and is kept among the extra lines with the BEGIN to END lines behind it. Keys and
//! digests are base64 without padding.

use std::ffi::c_void;

use super::document::document;
use super::guard::guard_or;
use crate::dir::DocumentKind;

/// Nothing that is known.
pub const TORCTL_DOCUMENT_UNKNOWN: i32 = 0;
/// Router status entries: a consensus, a vote, a status. For torctl_routers_parse().
pub const TORCTL_DOCUMENT_ROUTERS: i32 = 6101;
/// Server descriptors. For torctl_descriptors_parse().
pub const TORCTL_DOCUMENT_DESCRIPTORS: i32 = 6102;
/// Microdescriptors. For torctl_microdescriptors_parse().
pub const TORCTL_DOCUMENT_MICRODESCRIPTORS: i32 = 6103;
/// Extra-info documents, which the library does not read.
pub const TORCTL_DOCUMENT_EXTRA_INFO: i32 = 6104;
/// Key certificates of authorities, which the library does not read.
pub const TORCTL_DOCUMENT_KEY_CERTIFICATE: i32 = 6105;
/// The descriptor of an onion service. For torctl_onion_descriptor_parse().
pub const TORCTL_DOCUMENT_ONION: i32 = 6106;

/// Says what a text is: the kind of the first document in it.
///
/// Returns one of the TORCTL_DOCUMENT constants.
///
/// # Safety
/// The text has that size.
#[no_mangle]
pub unsafe extern "C" fn torctl_document_kind(text: *const c_void, size_bytes: usize) -> i32 {
    guard_or(TORCTL_DOCUMENT_UNKNOWN, || {
        // SAFETY: passed on.
        let text = unsafe { document(text, size_bytes) }.unwrap_or_default();
        number(DocumentKind::of(text))
    })
}

pub(super) fn number(kind: Option<DocumentKind>) -> i32 {
    match kind {
        None => TORCTL_DOCUMENT_UNKNOWN,
        Some(DocumentKind::Routers) => TORCTL_DOCUMENT_ROUTERS,
        Some(DocumentKind::Descriptors) => TORCTL_DOCUMENT_DESCRIPTORS,
        Some(DocumentKind::Microdescriptors) => TORCTL_DOCUMENT_MICRODESCRIPTORS,
        Some(DocumentKind::ExtraInfo) => TORCTL_DOCUMENT_EXTRA_INFO,
        Some(DocumentKind::KeyCertificate) => TORCTL_DOCUMENT_KEY_CERTIFICATE,
        Some(DocumentKind::Onion) => TORCTL_DOCUMENT_ONION,
    }
}
