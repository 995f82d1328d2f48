//! What the exports for directory documents have in common.

use std::ffi::{c_char, c_void, CStr};
use std::net::IpAddr;

use crate::proto::dir::text;

/// The string at the beginning of the text, which has a NUL behind it.
#[inline]
pub(super) fn string(text: Option<&[u8]>) -> *const c_char {
    text.unwrap_or(&[0]).as_ptr().cast()
}

/// A text and its size, as they come from C.
pub(super) fn bytes<'a>(text: *const c_void, size_bytes: usize) -> &'a [u8] {
    if text.is_null() || size_bytes == 0 || isize::try_from(size_bytes).is_err() {
        return &[];
    }
    // SAFETY: The manual asks for `size_bytes` readable bytes at `text`, and the exports use them
    // only until they return.
    unsafe { std::slice::from_raw_parts(text.cast(), size_bytes) }
}

/// A string as it comes from C; NULL is none.
pub(super) fn name<'a>(text: *const c_char) -> Option<&'a [u8]> {
    if text.is_null() {
        return None;
    }
    // SAFETY: The manual asks for a NUL-terminated string, and the exports use it only until
    // they return.
    Some(unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// Where an exit is to lead.
pub(super) enum Target {
    Anywhere,
    Address(IpAddr),
    /// Not an address.
    Nowhere,
}

/// An IP address as it comes from C; NULL and "" stand for any.
pub(super) fn target(address: *const c_char) -> Target {
    match name(address) {
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
