//! What the exports for directory documents have in common.

use std::ffi::{c_char, c_void};
use std::net::IpAddr;

use super::args::{memory, optional_bytes};
use crate::api::document::other_document;
use crate::engine::error::Error;
use crate::proto::dir::{text, Fields, List};

/// The string at the beginning of the text, which has a NUL in it.
#[inline]
pub(super) fn string(text: Option<&[u8]>) -> *const c_char {
    text.unwrap_or(&[0]).as_ptr().cast()
}

/// A text from C; NULL only with a size of 0.
///
/// # Safety
/// The pointer is NULL or that of `size` readable bytes that live as long as the result.
pub(super) unsafe fn document<'a>(text: *const c_void, size: usize) -> Result<&'a [u8], Error> {
    // SAFETY: passed on.
    Ok(unsafe { memory(text, size, "text") }?.unwrap_or_default())
}

/// All the entries of a text, which must not be a document of another kind.
pub(super) fn list<F: Fields>(text: &[u8]) -> Result<List<F>, Error> {
    let list = list_of::<F>(text.to_vec())?;
    match list.is_other_document() {
        true => Err(other_document::<F>("text", list.skipped())),
        false => Ok(list),
    }
}

/// The same of a text that becomes the list's own.
pub(super) fn list_of<F: Fields>(text: Vec<u8>) -> Result<List<F>, Error> {
    let too_long = || Error::Invalid("text is of 4 GiB or more".to_string());
    List::from_bytes(text).ok_or_else(too_long)
}

/// Where an exit is to lead.
pub(super) enum Target {
    Anywhere,
    Address(IpAddr),
    /// Not an address.
    Nowhere,
}

/// An IP address from C; NULL and "" stand for any.
///
/// # Safety
/// The pointer is NULL or that of a string.
pub(super) unsafe fn target(address: *const c_char) -> Target {
    // SAFETY: passed on.
    match unsafe { optional_bytes(address) } {
        None | Some(b"") => Target::Anywhere,
        Some(address) => text::address(address).map_or(Target::Nowhere, Target::Address),
    }
}

/// Hands an object to C, or NULL.
pub(super) fn give<T>(object: Option<T>) -> *mut T {
    object.map_or(std::ptr::null_mut(), |object| {
        Box::into_raw(Box::new(object))
    })
}

/// Lends an object to C, or NULL.
#[inline]
pub(super) fn lend<T>(object: Option<&T>) -> *const T {
    object.map_or(std::ptr::null(), std::ptr::from_ref)
}
