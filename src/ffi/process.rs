//! tor's process and its traffic

use std::mem::MaybeUninit;

use super::answers::{torctl_accounting, torctl_bandwidths, torctl_process};
use super::args::{share, share_call, Out};
use super::error::torctl_error;
use super::guard::guard;
use super::status::*;
use crate::api::question;
use crate::engine::call::Call;
use crate::engine::controller::Controller;

/// Asks about tor's process, by GETINFO process/pid, process/uid, process/user, process/descriptor-limit
/// and uptime, each by itself: what one tor does not know is absent.
///
/// Sets `*process` to an object that the caller frees with torctl_process_free().
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_process(
    controller: *mut Controller,
    call: *mut Call,
    process: Option<&mut MaybeUninit<*mut torctl_process>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let place = Out::object(process);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let place = place.require("process")?;
        let process = question::process(&controller, &call)?;
        place.set_box(process.into());
        Ok(TORCTL_OK)
    })
}

/// Asks how much tor has read and written in the last seconds, at most 300, by GETINFO bw-event-cache. tor
/// only counts while somebody wants BW events.
///
/// Sets `*bandwidths` to an object that the caller frees with torctl_bandwidths_free().
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_bandwidths(
    controller: *mut Controller,
    call: *mut Call,
    bandwidths: Option<&mut MaybeUninit<*mut torctl_bandwidths>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let place = Out::object(bandwidths);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let place = place.require("bandwidths")?;
        let items = question::bandwidth_history(&controller, &call)?;
        place.set_box(items.into());
        Ok(TORCTL_OK)
    })
}

/// Asks about accounting, by GETINFO accounting/enabled and, if it is, the other accounting keys.
///
/// Sets `*accounting` to an object that the caller frees with torctl_accounting_free().
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_accounting(
    controller: *mut Controller,
    call: *mut Call,
    accounting: Option<&mut MaybeUninit<*mut torctl_accounting>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let place = Out::object(accounting);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let place = place.require("accounting")?;
        place.set_box(question::accounting(&controller, &call)?.into());
        Ok(TORCTL_OK)
    })
}
