//! Onion service descriptors
//!
//! The outer layer of a v3 descriptor: the value of `GETINFO hs/client/desc/id/...` or
//! `hs/service/desc/id/...`, the data of a TORCTL_EVENT_HS_DESC_CONTENT. What is inside is encrypted
//! and stays as it is.

use std::ffi::{c_char, c_int, c_void};
use std::mem::MaybeUninit;

use super::args::{empty, Out};
use super::document::{document, string};
use super::error::torctl_error;
use super::guard::{guard, guard_or};
use super::status::*;
use crate::engine::error::Error;
use crate::proto::dir::OnionDescriptor;

/// A descriptor of an onion service. Freed by torctl_onion_descriptor_free(). It never changes: any
/// number of threads may use it concurrently. Strings from it live as long as it does.
pub struct torctl_onion_descriptor(());

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

/// Frees a descriptor. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_onion_descriptor_free(descriptor: Option<Box<OnionDescriptor>>) {
    guard_or((), || drop(descriptor));
}

/// The version of its format: 3; 0 when it cannot be read.
#[no_mangle]
pub extern "C" fn torctl_onion_descriptor_version(descriptor: Option<&OnionDescriptor>) -> u32 {
    descriptor.and_then(OnionDescriptor::version).unwrap_or(0)
}

/// For how many minutes a directory keeps it.
#[no_mangle]
pub extern "C" fn torctl_onion_descriptor_lifetime_minutes(
    descriptor: Option<&OnionDescriptor>,
) -> u32 {
    let minutes = descriptor.and_then(OnionDescriptor::lifetime_minutes);
    minutes.unwrap_or(0)
}

/// A number that grows with each descriptor that the service makes.
#[no_mangle]
pub extern "C" fn torctl_onion_descriptor_revision_counter(
    descriptor: Option<&OnionDescriptor>,
) -> u64 {
    let counter = descriptor.and_then(OnionDescriptor::revision_counter);
    counter.unwrap_or(0)
}

/// The certificate of the key that signs the descriptor, with its BEGIN and END lines.
#[no_mangle]
pub extern "C" fn torctl_onion_descriptor_certificate(
    descriptor: Option<&OnionDescriptor>,
) -> *const c_char {
    string(descriptor.map(OnionDescriptor::certificate_text_c))
}

/// When this certificate expires, in microseconds since 1970 UTC.
#[no_mangle]
pub extern "C" fn torctl_onion_descriptor_certificate_expires_unix_us(
    descriptor: Option<&OnionDescriptor>,
) -> i64 {
    let certificate = descriptor.and_then(OnionDescriptor::certificate);
    certificate.map_or(0, |certificate| certificate.expires_us)
}

/// The encrypted part with its BEGIN and END lines.
#[no_mangle]
pub extern "C" fn torctl_onion_descriptor_superencrypted(
    descriptor: Option<&OnionDescriptor>,
) -> *const c_char {
    string(descriptor.map(OnionDescriptor::superencrypted_c))
}

/// The signature in base64.
#[no_mangle]
pub extern "C" fn torctl_onion_descriptor_signature(
    descriptor: Option<&OnionDescriptor>,
) -> *const c_char {
    string(descriptor.map(OnionDescriptor::signature_c))
}

/// How many lines of the descriptor this version does not know or does not understand.
#[no_mangle]
pub extern "C" fn torctl_onion_descriptor_extra_count(
    descriptor: Option<&OnionDescriptor>,
) -> usize {
    descriptor.map_or(0, OnionDescriptor::extra_count)
}

/// One of these lines as it came, with the BEGIN to END lines behind it if it has them.
#[no_mangle]
pub extern "C" fn torctl_onion_descriptor_extra(
    descriptor: Option<&OnionDescriptor>,
    index: usize,
) -> *const c_char {
    string(descriptor.map(|descriptor| descriptor.extra_tail(index)))
}

/// Whether the first word of that line is known but what follows is not what it should be.
#[no_mangle]
pub extern "C" fn torctl_onion_descriptor_extra_is_malformed(
    descriptor: Option<&OnionDescriptor>,
    index: usize,
) -> c_int {
    descriptor
        .is_some_and(|descriptor| descriptor.extra_is_malformed(index))
        .into()
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

/// The size of the raw text, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_onion_descriptor_raw_size_bytes(
    descriptor: Option<&OnionDescriptor>,
) -> usize {
    descriptor.map_or(0, OnionDescriptor::raw_size)
}
