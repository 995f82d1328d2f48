//! Descriptors given and fetched

use std::ffi::{c_char, c_int, c_void};
use std::mem::MaybeUninit;

use super::args::{all_strings, bytes, empty, memory, share, share_call, timeout, Out};
use super::error::torctl_error;
use super::guard::{guard, guard_or};
use super::status::*;
use crate::api::descriptor;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::Error;
use crate::proto::command::descriptor::DescriptorPurpose;

/// A relay's descriptor for tor's own use.
pub const TORCTL_DESCRIPTOR_GENERAL: i32 = 1;
/// A relay's descriptor for circuits that the program makes.
pub const TORCTL_DESCRIPTOR_CONTROLLER: i32 = 2;
/// A bridge's descriptor.
pub const TORCTL_DESCRIPTOR_BRIDGE: i32 = 3;

/// Gives tor a relay's server descriptor, by POSTDESCRIPTOR.
///
/// `purpose` is one of the TORCTL_DESCRIPTOR constants, or 0 for tor's default. `cache` is 1 or 0 for
/// whether tor keeps it over its end, or -1 for tor's default. Returns TORCTL_ERR_REJECTED also when
/// the descriptor is good but tor did not keep it, as when it has a newer one; then
/// torctl_error_reply_code() is 251.
///
/// # Safety
/// The handles are NULL or living, `text` has that many bytes.
#[no_mangle]
pub unsafe extern "C" fn torctl_post_descriptor(
    controller: *mut Controller,
    text: *const c_void,
    size_bytes: usize,
    purpose: i32,
    cache: c_int,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let text = unsafe { memory(text, size_bytes, "text") }?.unwrap_or_default();
        let purpose = match purpose {
            0 => None,
            TORCTL_DESCRIPTOR_GENERAL => Some(DescriptorPurpose::General),
            TORCTL_DESCRIPTOR_CONTROLLER => Some(DescriptorPurpose::Controller),
            TORCTL_DESCRIPTOR_BRIDGE => Some(DescriptorPurpose::Bridge),
            _ => {
                let message = format!("purpose is {purpose}, no TORCTL_DESCRIPTOR constant");
                return Err(Error::Invalid(message));
            }
        };
        let cache = (cache >= 0).then_some(cache != 0);
        descriptor::post_descriptor(&controller, text, purpose, cache, &call)?;
        Ok(TORCTL_OK)
    })
}

/// Has tor upload the descriptor of an onion service that runs elsewhere, by HSPOST: to the relays whose
/// fingerprints are in `relays`, or to those that are to have it if `count` is 0. What becomes of it
/// comes as HS_DESC events, which torctl_watch_onion() counts if it was called before; tor does not
/// announce these uploads, so one that fails does not end torctl_onion_wait_published().
///
/// # Safety
/// The handles are NULL or living, the address NULL or a string, `relays` an array of `count` strings,
/// `text` of that many bytes.
#[no_mangle]
pub unsafe extern "C" fn torctl_hs_post(
    controller: *mut Controller,
    address: *const c_char,
    relays: *const *const c_char,
    count: usize,
    text: *const c_void,
    size_bytes: usize,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let address = unsafe { bytes(address, "address") }?;
        // SAFETY: passed on.
        let relays = unsafe { all_strings(relays, count, "relays") }?;
        // SAFETY: passed on.
        let text = unsafe { memory(text, size_bytes, "text") }?.unwrap_or_default();
        descriptor::hs_post(&controller, address, &relays, text, &call)?;
        Ok(TORCTL_OK)
    })
}

/// Has tor fetch the descriptor of an onion service, by HSFETCH, and does not wait: it comes as HS_DESC
/// and HS_DESC_CONTENT events. torctl_fetch_onion() waits for them.
///
/// `relays` are fingerprints of those to ask; with a `count` of 0 tor asks one after the other of those
/// that are to have it.
///
/// # Safety
/// The handles are NULL or living, the address is NULL or a string, `relays` an array of `count`
/// strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_hs_fetch(
    controller: *mut Controller,
    address: *const c_char,
    relays: *const *const c_char,
    count: usize,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let address = unsafe { bytes(address, "address") }?;
        // SAFETY: passed on.
        let relays = unsafe { all_strings(relays, count, "relays") }?;
        descriptor::hs_fetch(&controller, address, &relays, &call)?;
        Ok(TORCTL_OK)
    })
}

/// What became of a fetch: each relay's answer, and the descriptor if there was one. Freed by
/// torctl_fetch_free(). Outlives the controller; two threads may read it at once.
pub struct torctl_fetch {
    // Each with a NUL behind it.
    attempts: Vec<(Vec<u8>, Vec<u8>)>,
    descriptor: Vec<u8>,
    is_found: bool,
}

impl From<descriptor::Fetch> for torctl_fetch {
    fn from(fetch: descriptor::Fetch) -> torctl_fetch {
        let with_nul = |text: &[u8]| [text, b"\0"].concat();
        let attempt = |it: &descriptor::Attempt| {
            let failure = it.failure.as_deref().unwrap_or_default();
            (with_nul(&it.relay), with_nul(failure))
        };
        torctl_fetch {
            attempts: fetch.attempts.iter().map(attempt).collect(),
            is_found: fetch.descriptor.is_some(),
            descriptor: with_nul(&fetch.descriptor.unwrap_or_default()),
        }
    }
}

/// Has tor fetch the descriptor of an onion service, by HSFETCH, and waits until it has come, or until
/// every relay that tor asked has failed.
///
/// The arguments are those of torctl_hs_fetch(). Sets `*fetch` to an object that the caller frees with
/// torctl_fetch_free(). TORCTL_OK says that the question is answered, and not that there is a
/// descriptor: torctl_fetch_is_found(). If relays are named by their fingerprints, only their answers count.
/// Blocks for `timeout_ms` at the most, where -1 is endless; then TORCTL_ERR_TIMEOUT, which also comes when
/// tor has asked no relay for a minute. Asks for HS_DESC events, without which this fails, and for
/// HS_DESC_CONTENT events; where those are refused, GETINFO hs/client/desc/id gives the text.
/// The descriptor's text is for torctl_onion_descriptor_parse().
///
/// # Safety
/// The handles are NULL or living, the address is NULL or a string, `relays` an array of `count`
/// strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_fetch_onion(
    controller: *mut Controller,
    address: *const c_char,
    relays: *const *const c_char,
    count: usize,
    timeout_ms: i32,
    call: *mut Call,
    fetch: Option<&mut MaybeUninit<*mut torctl_fetch>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let fetch = Out::object(fetch);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let address = unsafe { bytes(address, "address") }?;
        // SAFETY: passed on.
        let relays = unsafe { all_strings(relays, count, "relays") }?;
        let timeout_ms = timeout(timeout_ms, "timeout_ms")?;
        let fetch = fetch.require("fetch")?;
        let all = descriptor::fetch_onion(&controller, address, &relays, timeout_ms, &call)?;
        fetch.set_box(all.into());
        Ok(TORCTL_OK)
    })
}

/// Whether there is a descriptor.
#[no_mangle]
pub extern "C" fn torctl_fetch_is_found(fetch: Option<&torctl_fetch>) -> c_int {
    c_int::from(fetch.is_some_and(|fetch| fetch.is_found))
}

/// The text of the descriptor, "" if there is none.
///
/// Returns a string that lives in the object.
#[no_mangle]
pub extern "C" fn torctl_fetch_descriptor(fetch: Option<&torctl_fetch>) -> *const c_char {
    fetch.map_or(empty(), |fetch| fetch.descriptor.as_ptr().cast())
}

/// The size of the descriptor's text, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_fetch_descriptor_size_bytes(fetch: Option<&torctl_fetch>) -> usize {
    fetch.map_or(0, |fetch| fetch.descriptor.len() - 1)
}

/// How many answers there were.
#[no_mangle]
pub extern "C" fn torctl_fetch_count(fetch: Option<&torctl_fetch>) -> usize {
    fetch.map_or(0, |fetch| fetch.attempts.len())
}

/// Who answered, as "$FINGERPRINT~nickname"; "" if tor found nobody to ask.
///
/// Returns a string that lives in the object.
#[no_mangle]
pub extern "C" fn torctl_fetch_relay(fetch: Option<&torctl_fetch>, index: usize) -> *const c_char {
    let attempt = fetch.and_then(|fetch| fetch.attempts.get(index));
    attempt.map_or(empty(), |attempt| attempt.0.as_ptr().cast())
}

/// Why that one did not have the descriptor, in tor's word, as "NOT_FOUND"; "" if it had.
///
/// Returns a string that lives in the object.
#[no_mangle]
pub extern "C" fn torctl_fetch_failure(
    fetch: Option<&torctl_fetch>,
    index: usize,
) -> *const c_char {
    let attempt = fetch.and_then(|fetch| fetch.attempts.get(index));
    attempt.map_or(empty(), |attempt| attempt.1.as_ptr().cast())
}

/// Frees the object. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_fetch_free(fetch: Option<Box<torctl_fetch>>) {
    guard_or((), || drop(fetch));
}
