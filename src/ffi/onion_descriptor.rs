//! Onion service descriptors
//!
//! The outer layer of a v3 descriptor: the value of `GETINFO hs/client/desc/id/...` or
//! `hs/service/desc/id/...`, the data of a TORCTL_EVENT_HS_DESC_CONTENT. What is inside is encrypted
//! and stays as it is.

use std::ffi::{c_char, c_void};
use std::mem::MaybeUninit;

use super::args::{empty, Out};
use super::document::{document, string};
use super::error::torctl_error;
use super::guard::{guard, guard_or};
use super::status::*;
use crate::engine::error::Error;
use crate::proto::dir::OnionDescriptor;

/// Reads a descriptor, of which it keeps a copy.
///
/// Sets `*out` to a descriptor that the caller frees with torctl_onion_descriptor_free(). A text
/// without one, such as the empty line of an event for a descriptor that was not found, gives
/// TORCTL_ERR_NOT_FOUND.
///
/// # Safety
/// The text has that size.
#[no_mangle]
pub unsafe extern "C" fn torctl_onion_descriptor_parse(
    text: *const c_void,
    size_bytes: usize,
    out: Option<&mut MaybeUninit<*mut OnionDescriptor>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let out = Out::object(out);
    guard(Out::object(err), || {
        let out = out.require("out")?;
        // SAFETY: passed on.
        let text = unsafe { document(text, size_bytes) }?;
        let none = || Error::NotFound("text has no onion service descriptor".to_string());
        out.set_box(OnionDescriptor::from_bytes(text).ok_or_else(none)?);
        Ok(TORCTL_OK)
    })
}

/// The whole descriptor as it came. Put together when it is first asked for.
#[no_mangle]
pub extern "C" fn torctl_onion_descriptor_raw(
    descriptor: Option<&OnionDescriptor>,
) -> *const c_char {
    guard_or(empty(), || {
        string(descriptor.map(OnionDescriptor::raw_with_nul))
    })
}
