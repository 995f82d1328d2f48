//! Mapped addresses

use std::ffi::c_char;
use std::mem::MaybeUninit;

use super::answers::torctl_mappings;
use super::args::{bytes, share, share_call, Out};
use super::error::torctl_error;
use super::guard::guard_named;
use super::status::*;
use crate::api::question;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::Error;

/// Asks which addresses stand for others, by GETINFO address-mappings. `kind` is "all", "config" (of the
/// torrc), "cache" (looked up) or "control" (of torctl_map_address()).
///
/// Sets `*mappings` to an object that the caller frees with torctl_mappings_free().
///
/// # Safety
/// The handles are NULL or living, the kind is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_mappings(
    controller: *mut Controller,
    kind: *const c_char,
    call: *mut Call,
    mappings: Option<&mut MaybeUninit<*mut torctl_mappings>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let place = Out::object(mappings);
    guard_named(Out::object(err), &[("keys[0]", "kind")], || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let kind = std::str::from_utf8(unsafe { bytes(kind, "kind") }?);
        let kind = kind.map_err(|_| Error::Invalid("kind is not text".to_string()))?;
        let place = place.require("mappings")?;
        let mappings = question::mappings(&controller, kind, &call)?;
        place.set_box(mappings.into());
        Ok(TORCTL_OK)
    })
}
