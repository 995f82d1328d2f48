//! Onion services that ask for a key
//!
//! A service may let in only clients whose keys it knows. These requests give tor, as the client, the
//! private key for such a service.

use std::ffi::{c_char, c_int};
use std::mem::MaybeUninit;

use super::answers::{torctl_client_auths, Constant};
use super::args::{bytes, optional_bytes, share, share_call, Out};
use super::error::torctl_error;
use super::guard::guard;
use super::status::*;
use crate::api::client_auth;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::Error;

/// Gives tor the private x25519 key for a service, by ONION_CLIENT_AUTH_ADD.
///
/// `private_key` is in base32 or base64, alone or as tor's files have it. `name`, if not NULL, is a
/// name for people, of 1 to 16 bytes without blanks. With `permanent` not 0 tor keeps the key in its
/// ClientOnionAuthDir. Sets `*outcome`, if not NULL, to one of the TORCTL_CLIENT_AUTH constants.
///
/// # Safety
/// The handles are NULL or living, the others NULL or strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_onion_client_auth_add(
    controller: *mut Controller,
    address: *const c_char,
    private_key: *const c_char,
    name: *const c_char,
    permanent: c_int,
    call: *mut Call,
    outcome: Option<&mut MaybeUninit<i32>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let outcome = Out::new(outcome, 0);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let address = unsafe { bytes(address, "address") }?;
        // SAFETY: passed on.
        let key = unsafe { bytes(private_key, "private_key") }?;
        // SAFETY: passed on.
        let name = unsafe { optional_bytes(name) };
        let added = client_auth::add(&controller, address, key, name, permanent != 0, &call)?;
        outcome.set(added.constant());
        Ok(TORCTL_OK)
    })
}

/// Has tor forget the key for a service, by ONION_CLIENT_AUTH_REMOVE; a permanent one's file goes, too.
///
/// Returns TORCTL_ERR_NOT_FOUND if tor had none.
///
/// # Safety
/// The handles are NULL or living, the address is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_onion_client_auth_remove(
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
        match client_auth::remove(&controller, address, &call)? {
            true => Ok(TORCTL_OK),
            false => Err(Error::NotFound("tor has no key for this service".into())),
        }
    })
}

/// Lists the keys that tor has, by ONION_CLIENT_AUTH_VIEW; for one service, or for all if `address` is
/// NULL.
///
/// Sets `*auths` to an object that the caller frees with torctl_client_auths_free().
///
/// # Safety
/// The handles are NULL or living, the address is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_onion_client_auth_view(
    controller: *mut Controller,
    address: *const c_char,
    call: *mut Call,
    auths: Option<&mut MaybeUninit<*mut torctl_client_auths>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let auths = Out::object(auths);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let address = unsafe { optional_bytes(address) };
        let auths = auths.require("auths")?;
        let all = client_auth::view(&controller, address, &call)?;
        auths.set_box(all.into());
        Ok(TORCTL_OK)
    })
}
