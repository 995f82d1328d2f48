//! The exit policy

use std::ffi::{c_char, c_int};
use std::mem::MaybeUninit;

use super::answers::torctl_exit_policy;
use super::args::{optional_bytes, share, share_call, Out};
use super::error::torctl_error;
use super::guard::{guard, guard_or};
use super::status::*;
use crate::api::exit_policy;
use crate::engine::call::Call;
use crate::engine::controller::Controller;

/// Asks for tor's own exit policy, by GETINFO exit-policy/full.
///
/// Sets `*policy` to an object that the caller frees with torctl_exit_policy_free(). A tor that is no relay
/// gives TORCTL_ERR_REJECTED.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_exit_policy(
    controller: *mut Controller,
    call: *mut Call,
    policy: Option<&mut MaybeUninit<*mut torctl_exit_policy>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let place = Out::object(policy);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let place = place.require("policy")?;
        let policy = exit_policy::exit_policy(&controller, &call)?;
        place.set_box(policy.into());
        Ok(TORCTL_OK)
    })
}

/// Whether streams to an IPv4 or IPv6 address and a port are let out. NULL for `address` asks whether they
/// are for some address. 0 for what is no address, for the port 0, and behind a reject that cannot be read.
///
/// # Safety
/// The address is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_exit_policy_allows(
    policy: Option<&torctl_exit_policy>,
    address: *const c_char,
    port: u16,
) -> c_int {
    guard_or(0, || {
        let Some(policy) = policy else { return 0 };
        // SAFETY: passed on.
        let address = match unsafe { optional_bytes(address) } {
            None => None,
            Some(text) => match crate::proto::dir::text::address(text) {
                None => return 0,
                some => some,
            },
        };
        c_int::from(policy.source.allows(address, port))
    })
}
