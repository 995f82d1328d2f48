//! Ownership and other switches

use std::ffi::c_char;
use std::mem::MaybeUninit;

use super::args::{all_strings, share, share_call, Out};
use super::error::torctl_error;
use super::guard::guard;
use super::status::*;
use crate::api::session::{self, Plain};
use crate::engine::call::Call;
use crate::engine::controller::Controller;

/// Has tor end when this connection does, however it ends, by TAKEOWNERSHIP. Then also
/// torctl_controller_close() ends tor.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_take_ownership(
    controller: *mut Controller,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    // SAFETY: passed on.
    unsafe { plain(controller, Plain::TakeOwnership, call, err) }
}

/// Takes back torctl_take_ownership(), by DROPOWNERSHIP.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_drop_ownership(
    controller: *mut Controller,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    // SAFETY: passed on.
    unsafe { plain(controller, Plain::DropOwnership, call, err) }
}

/// Has tor forget its entry guards and choose new ones, by DROPGUARDS. It makes tor's user easier to
/// attack.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_drop_guards(
    controller: *mut Controller,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    // SAFETY: passed on.
    unsafe { plain(controller, Plain::DropGuards, call, err) }
}

/// Has tor forget how long circuits take to be built, by DROPTIMEOUTS.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_drop_timeouts(
    controller: *mut Controller,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    // SAFETY: passed on.
    unsafe { plain(controller, Plain::DropTimeouts, call, err) }
}

/// # Safety
/// The handles are NULL or living.
unsafe fn plain(
    controller: *mut Controller,
    command: Plain,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        session::plain(&controller, command, &call)?;
        Ok(TORCTL_OK)
    })
}

/// Turns features of the control protocol on, by USEFEATURE. Those that exist, VERBOSE_NAMES and
/// EXTENDED_EVENTS, are always on in every tor that this library supports.
///
/// # Safety
/// The handles are NULL or living, `names` is an array of `count` strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_use_feature(
    controller: *mut Controller,
    names: *const *const c_char,
    count: usize,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let names = unsafe { all_strings(names, count, "names") }?;
        session::use_feature(&controller, &names, &call)?;
        Ok(TORCTL_OK)
    })
}
