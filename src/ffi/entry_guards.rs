//! Entry guards

use std::mem::MaybeUninit;

use super::answers::torctl_guards;
use super::args::{share, share_call, Out};
use super::error::torctl_error;
use super::guard::guard;
use super::status::*;
use crate::api::question;
use crate::engine::call::Call;
use crate::engine::controller::Controller;

/// Asks for the entry guards, by GETINFO entry-guards.
///
/// Sets `*guards` to an object that the caller frees with torctl_guards_free().
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_guards(
    controller: *mut Controller,
    call: *mut Call,
    guards: Option<&mut MaybeUninit<*mut torctl_guards>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let place = Out::object(guards);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let place = place.require("guards")?;
        let guards = question::guards(&controller, &call)?;
        place.set_box(guards.into());
        Ok(TORCTL_OK)
    })
}
