//! Services that exist

use std::ffi::{c_char, c_int, CString};
use std::mem::MaybeUninit;

use zeroize::Zeroizing;

use super::answers::torctl_list;
use super::args::{bytes, empty, required, share, share_call, timeout, Out};
use super::error::torctl_error;
use super::guard::{guard, guard_or};
use super::onion_options::torctl_onion_options;
use super::status::*;
use crate::api::onion::{self, Onion};
use crate::api::published::{Published, Status};
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::Error;

/// A service that was made or is followed. It hears of the service's uploads as long as it is there;
/// the service itself does not end with it. Freed by torctl_onion_free(), before or after the
/// controller. Several threads may use it concurrently.
pub struct torctl_onion {
    onion: Onion,
    address: CString,
    // With a NUL behind it.
    private_key: Zeroizing<Vec<u8>>,
}

impl From<Onion> for torctl_onion {
    fn from(onion: Onion) -> torctl_onion {
        let key = onion.private_key.as_ref();
        let key = key.map_or("", |key| key.as_str());
        let mut private_key = Zeroizing::new(Vec::with_capacity(key.len() + 1));
        private_key.extend_from_slice(key.as_bytes());
        private_key.push(0);
        torctl_onion {
            address: CString::new(format!("{}.onion", onion.address)).unwrap_or_default(),
            private_key,
            onion,
        }
    }
}

impl torctl_onion {
    fn published(&self) -> Result<&Published, Error> {
        let published = self.watched()?;
        published.check_here()?;
        Ok(published)
    }

    fn watched(&self) -> Result<&Published, Error> {
        self.onion.published.as_ref().ok_or_else(|| {
            let message = "the service was made without torctl_onion_options_set_watch()";
            Error::State(message.to_string())
        })
    }
}

/// Makes an onion service, by ADD_ONION, and before it asks for HS_DESC events, so that none of its
/// uploads is missed. If those are refused, as some filters before tor do, the service is made all the
/// same, and torctl_onion_wait_published() alone fails.
///
/// Sets `*onion` to an object that the caller frees with torctl_onion_free(), which does not remove
/// the service. Returns TORCTL_ERR_REJECTED when tor refuses, TORCTL_ERR_SYSTEM when the key's file
/// cannot be read or written, and the failure of the first setter that refused a value for the options.
/// A filter may let only one way of asking for a new key through: see
/// torctl_onion_options_set_key_type(). Blocks like a request.
///
/// tor makes no second service with a key that one has already: torctl_error_reason() is then
/// TORCTL_REASON_ONION_OWN if this connection has it, TORCTL_REASON_ONION_DETACHED if nobody does,
/// TORCTL_REASON_ONION_ELSEWHERE if another connection or the configuration does, and
/// TORCTL_REASON_ONION_COLLISION if a filter does not let that be known.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_add_onion(
    controller: *mut Controller,
    options: Option<&torctl_onion_options>,
    call: *mut Call,
    onion: Option<&mut MaybeUninit<*mut torctl_onion>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let onion = Out::object(onion);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // A copy, so that the options are not locked while tor is asked.
        let new = required(options, "options")?.new_onion()?;
        let onion = onion.require("onion")?;
        onion.set_box(onion::add_onion(&controller, &new, &call)?.into());
        Ok(TORCTL_OK)
    })
}

/// Follows a service that this tor has already, as one of its torrc or a detached one: its uploads
/// count from now on. Asks for HS_DESC events; if those are refused, torctl_onion_wait_published() says so.
///
/// Sets `*onion` to an object that the caller frees with torctl_onion_free().
///
/// # Safety
/// The handles are NULL or living, the address is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_watch_onion(
    controller: *mut Controller,
    address: *const c_char,
    call: *mut Call,
    onion: Option<&mut MaybeUninit<*mut torctl_onion>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let onion = Out::object(onion);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let address = unsafe { bytes(address, "address") }?;
        let onion = onion.require("onion")?;
        onion.set_box(onion::watch_onion(&controller, address, &call)?.into());
        Ok(TORCTL_OK)
    })
}

/// The service's address, as "2gzyxa5i...53wid.onion".
///
/// Returns a string that lives in the object.
#[no_mangle]
pub extern "C" fn torctl_onion_address(onion: Option<&torctl_onion>) -> *const c_char {
    onion.map_or(empty(), |onion| onion.address.as_ptr())
}

/// The service's private key, as torctl_onion_options_set_key() takes it; "" if tor kept it to itself
/// or the service was not made here. Whoever has it can be the service.
///
/// Returns a string that lives in the object and is wiped with it.
#[no_mangle]
pub extern "C" fn torctl_onion_private_key(onion: Option<&torctl_onion>) -> *const c_char {
    onion.map_or(empty(), |onion| onion.private_key.as_ptr().cast())
}

/// Whether tor took the service with proof-of-work defences.
#[no_mangle]
pub extern "C" fn torctl_onion_has_pow(onion: Option<&torctl_onion>) -> c_int {
    c_int::from(onion.is_some_and(|onion| onion.onion.has_pow))
}

/// Waits until at least `min_uploads` relays have taken the service's descriptor since `onion` was
/// made; then clients can find it. 0 is the same as 1. tor uploads to up to 16 relays. Of a service that
/// was made by torctl_add_onion(), what a service with the same key had begun to upload before does not
/// count.
///
/// Returns TORCTL_ERR_FAILED when all uploads that were begun have failed: the message says with
/// which relay and why, and the next wait is for the next attempt. Returns it also when the service is
/// gone, which is looked for every few seconds. Blocks for `timeout_ms` at the most, where -1 is endless;
/// then TORCTL_ERR_TIMEOUT, with what is known. TORCTL_ERR_FILTERED if a filter before tor refused the
/// HS_DESC events. TORCTL_ERR_STATE if another thread waits for this service. May be called again, with
/// another number, too.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_onion_wait_published(
    onion: Option<&torctl_onion>,
    min_uploads: u32,
    timeout_ms: i32,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        let published = required(onion, "onion")?.published()?;
        // SAFETY: passed on.
        let call = unsafe { share_call(call) }?;
        let timeout_ms = timeout(timeout_ms, "timeout_ms")?;
        published.wait(u64::from(min_uploads), timeout_ms, &call)?;
        Ok(TORCTL_OK)
    })
}

/// Asks how a service is: whether tor lists it, and what became of its uploads. GETINFO onions/current
/// says it of a service that torctl_add_onion() made, onions/detached of one that is detached; both are
/// asked only for a service of torctl_watch_onion(), and one that is refused matters only if the other
/// does not have the service.
///
/// Sets `*status` to an object that the caller frees with torctl_onion_status_free(). Where HS_DESC events
/// are refused, no uploads are counted.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_onion_get_status(
    onion: Option<&torctl_onion>,
    call: *mut Call,
    status: Option<&mut MaybeUninit<*mut torctl_onion_status>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let place = Out::object(status);
    guard(Out::object(err), || {
        let published = required(onion, "onion")?.published()?;
        // SAFETY: passed on.
        let call = unsafe { share_call(call) }?;
        let place = place.require("status")?;
        let status = published.status(&call)?;
        let text = |text: &String| CString::new(text.as_str()).unwrap_or_default();
        place.set_box(torctl_onion_status {
            last_failure: text(&status.uploads.last_failure),
            last_failure_relay: text(&status.uploads.last_failure_relay),
            status,
        });
        Ok(TORCTL_OK)
    })
}

/// Frees the object; the service stays. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_onion_free(onion: Option<Box<torctl_onion>>) {
    guard_or((), || {
        if let Some(onion) = onion {
            match onion.watched().is_ok_and(Published::is_in_use) {
                // By a thread that a forked child does not have.
                true => std::mem::forget(onion),
                false => drop(onion),
            }
        }
    });
}

/// Removes a service, by DEL_ONION: one of this connection, or a detached one. Connections that exist
/// go on.
///
/// # Safety
/// The handles are NULL or living, the address is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_del_onion(
    controller: *mut Controller,
    address: *const c_char,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let address = unsafe { bytes(address, "address") }?;
        onion::del_onion(&controller, address, &call)?;
        Ok(TORCTL_OK)
    })
}

/// Lists the services of this connection, or with `detached` not 0 those that are detached, by GETINFO
/// onions/current or onions/detached.
///
/// Sets `*list` to their addresses without ".onion", which the caller frees with torctl_list_free().
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_list_onions(
    controller: *mut Controller,
    detached: c_int,
    call: *mut Call,
    list: Option<&mut MaybeUninit<*mut torctl_list>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let list = Out::object(list);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let list = list.require("list")?;
        let onions = onion::list_onions(&controller, detached != 0, &call)?;
        list.set_box(onions.into_iter().collect());
        Ok(TORCTL_OK)
    })
}

/// How a service was when torctl_onion_get_status() asked. Freed by torctl_onion_status_free().
/// Outlives everything; two threads may read it at once.
pub struct torctl_onion_status {
    status: Status,
    last_failure: CString,
    last_failure_relay: CString,
}

/// Whether tor lists the service, as this connection's or as a detached one. Services of tor's torrc are
/// not listed.
#[no_mangle]
pub extern "C" fn torctl_onion_status_is_listed(status: Option<&torctl_onion_status>) -> c_int {
    let is_listed = |it: &torctl_onion_status| it.status.is_current || it.status.is_detached;
    c_int::from(status.is_some_and(is_listed))
}

/// Whether the service is a detached one.
#[no_mangle]
pub extern "C" fn torctl_onion_status_is_detached(status: Option<&torctl_onion_status>) -> c_int {
    c_int::from(status.is_some_and(|it| it.status.is_detached))
}

/// How many uploads of the descriptor were begun.
#[no_mangle]
pub extern "C" fn torctl_onion_status_begun(status: Option<&torctl_onion_status>) -> u64 {
    status.map_or(0, |it| it.status.uploads.begun)
}

/// How many uploads a relay took.
#[no_mangle]
pub extern "C" fn torctl_onion_status_uploaded(status: Option<&torctl_onion_status>) -> u64 {
    status.map_or(0, |it| it.status.uploads.uploaded)
}

/// How many uploads failed.
#[no_mangle]
pub extern "C" fn torctl_onion_status_failed(status: Option<&torctl_onion_status>) -> u64 {
    status.map_or(0, |it| it.status.uploads.failed)
}

/// Why the last upload failed that did, in tor's word; "" if none did.
///
/// Returns a string that lives in the status.
#[no_mangle]
pub extern "C" fn torctl_onion_status_last_failure(
    status: Option<&torctl_onion_status>,
) -> *const c_char {
    status.map_or(empty(), |it| it.last_failure.as_ptr())
}

/// With which relay that was, as "$FINGERPRINT~nickname".
///
/// Returns a string that lives in the status.
#[no_mangle]
pub extern "C" fn torctl_onion_status_last_failure_relay(
    status: Option<&torctl_onion_status>,
) -> *const c_char {
    status.map_or(empty(), |it| it.last_failure_relay.as_ptr())
}

/// Frees the status. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_onion_status_free(status: Option<Box<torctl_onion_status>>) {
    guard_or((), || drop(status));
}
