//! Where tor listens

use std::ffi::c_char;
use std::mem::MaybeUninit;

use super::answers::torctl_endpoints;
use super::args::{bytes, share, share_call, Out};
use super::error::torctl_error;
use super::guard::guard_named;
use super::status::*;
use crate::api::question;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::Error;

/// Asks where tor listens, by GETINFO net/listeners. `kind` is "socks", "control", "or", "dir", "dns",
/// "trans", "natd", "httptunnel", "extor" or "metrics".
///
/// Sets `*endpoints` to the places, which the caller frees with torctl_endpoints_free(). There may be
/// none, as with DisableNetwork: that is TORCTL_OK as well.
///
/// # Safety
/// The handles are NULL or living, the kind is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_endpoints(
    controller: *mut Controller,
    kind: *const c_char,
    call: *mut Call,
    endpoints: Option<&mut MaybeUninit<*mut torctl_endpoints>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let place = Out::object(endpoints);
    guard_named(Out::object(err), &[("keys[0]", "kind")], || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let kind = std::str::from_utf8(unsafe { bytes(kind, "kind") }?);
        let kind = kind.map_err(|_| Error::Invalid("kind is not text".to_string()))?;
        let place = place.require("endpoints")?;
        let all = question::endpoints(&controller, kind, &call)?;
        place.set_box(all.into());
        Ok(TORCTL_OK)
    })
}
