//! tor's process and its traffic

use std::ffi::{c_char, c_int, CString};
use std::mem::MaybeUninit;

use super::args::{c_string, empty, share, share_call, Out};
use super::error::torctl_error;
use super::guard::{guard, guard_or};
use super::status::*;
use crate::api::question::{self, Process};
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::proto::info::{Accounting, Hibernation};

/// tor's process. Freed by torctl_process_free(). Outlives the controller; two threads may read it at
/// once.
pub struct torctl_process {
    process: Process,
    user: CString,
}

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
        place.set_box(torctl_process {
            user: c_string(&process.user),
            process,
        });
        Ok(TORCTL_OK)
    })
}

/// Its number; 0 if tor does not say.
#[no_mangle]
pub extern "C" fn torctl_process_pid(process: Option<&torctl_process>) -> i64 {
    let pid = process.and_then(|it| it.process.pid);
    pid.and_then(|pid| i64::try_from(pid).ok()).unwrap_or(0)
}

/// The number of the user as whom it runs; -1 if tor does not say.
#[no_mangle]
pub extern "C" fn torctl_process_uid(process: Option<&torctl_process>) -> i64 {
    let uid = process.and_then(|it| it.process.uid);
    uid.and_then(|uid| i64::try_from(uid).ok()).unwrap_or(-1)
}

/// The name of that user; "" if tor does not say.
///
/// Returns a string that lives in the object.
#[no_mangle]
pub extern "C" fn torctl_process_user(process: Option<&torctl_process>) -> *const c_char {
    process.map_or(empty(), |it| it.user.as_ptr())
}

/// The most descriptors that it may have; 0 if tor does not say.
#[no_mangle]
pub extern "C" fn torctl_process_descriptor_limit(process: Option<&torctl_process>) -> u64 {
    process
        .and_then(|it| it.process.descriptor_limit)
        .unwrap_or(0)
}

/// How many seconds it has run; 0 if tor does not say.
#[no_mangle]
pub extern "C" fn torctl_process_uptime_s(process: Option<&torctl_process>) -> u64 {
    process.and_then(|it| it.process.uptime_s).unwrap_or(0)
}

/// When it began, to the second, in microseconds since 1970, UTC, by this program's clock; 0 if tor does
/// not say.
#[no_mangle]
pub extern "C" fn torctl_process_started_unix_us(process: Option<&torctl_process>) -> i64 {
    process
        .and_then(|it| it.process.started_unix_us)
        .unwrap_or(0)
}

/// Frees the object. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_process_free(process: Option<Box<torctl_process>>) {
    guard_or((), || drop(process));
}

/// Bytes read and written in each of some seconds, the oldest first. Freed by torctl_bandwidths_free().
/// Outlives the controller; two threads may read it at once.
pub struct torctl_bandwidths {
    items: Vec<(u64, u64)>,
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
        place.set_box(torctl_bandwidths { items });
        Ok(TORCTL_OK)
    })
}

/// How many seconds there are.
#[no_mangle]
pub extern "C" fn torctl_bandwidths_count(bandwidths: Option<&torctl_bandwidths>) -> usize {
    bandwidths.map_or(0, |bandwidths| bandwidths.items.len())
}

/// How many bytes were read in one of them.
#[no_mangle]
pub extern "C" fn torctl_bandwidths_read_bytes(
    bandwidths: Option<&torctl_bandwidths>,
    index: usize,
) -> u64 {
    let second = bandwidths.and_then(|bandwidths| bandwidths.items.get(index));
    second.map_or(0, |second| second.0)
}

/// How many bytes were written in one of them.
#[no_mangle]
pub extern "C" fn torctl_bandwidths_written_bytes(
    bandwidths: Option<&torctl_bandwidths>,
    index: usize,
) -> u64 {
    let second = bandwidths.and_then(|bandwidths| bandwidths.items.get(index));
    second.map_or(0, |second| second.1)
}

/// Frees the object. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_bandwidths_free(bandwidths: Option<Box<torctl_bandwidths>>) {
    guard_or((), || drop(bandwidths));
}

/// tor works as it should.
pub const TORCTL_HIBERNATING_AWAKE: i32 = 1;
/// tor takes no new connections and lets the old ones go on.
pub const TORCTL_HIBERNATING_SOFT: i32 = 2;
/// tor has no connections at all.
pub const TORCTL_HIBERNATING_HARD: i32 = 3;

/// How much of its accounting limit tor has used. Freed by torctl_accounting_free(). Outlives the
/// controller; two threads may read it at once. Without accounting everything is 0.
pub struct torctl_accounting(Accounting);

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
        place.set_box(torctl_accounting(question::accounting(&controller, &call)?));
        Ok(TORCTL_OK)
    })
}

/// Whether tor has a limit.
#[no_mangle]
pub extern "C" fn torctl_accounting_is_enabled(accounting: Option<&torctl_accounting>) -> c_int {
    c_int::from(accounting.is_some_and(|it| it.0.is_enabled))
}

/// Whether tor rests because the limit is reached: one of the TORCTL_HIBERNATING constants.
#[no_mangle]
pub extern "C" fn torctl_accounting_hibernating(accounting: Option<&torctl_accounting>) -> i32 {
    match accounting.and_then(|it| it.0.hibernation) {
        None => 0,
        Some(Hibernation::Awake) => TORCTL_HIBERNATING_AWAKE,
        Some(Hibernation::Soft) => TORCTL_HIBERNATING_SOFT,
        Some(Hibernation::Hard) => TORCTL_HIBERNATING_HARD,
    }
}

/// Bytes read in this interval.
#[no_mangle]
pub extern "C" fn torctl_accounting_read_bytes(accounting: Option<&torctl_accounting>) -> u64 {
    let bytes = accounting.and_then(|it| it.0.bytes);
    bytes.map_or(0, |bytes| bytes.0)
}

/// Bytes written in this interval.
#[no_mangle]
pub extern "C" fn torctl_accounting_written_bytes(accounting: Option<&torctl_accounting>) -> u64 {
    let bytes = accounting.and_then(|it| it.0.bytes);
    bytes.map_or(0, |bytes| bytes.1)
}

/// Bytes that may still be read in this interval.
#[no_mangle]
pub extern "C" fn torctl_accounting_read_left_bytes(accounting: Option<&torctl_accounting>) -> u64 {
    let bytes = accounting.and_then(|it| it.0.bytes_left);
    bytes.map_or(0, |bytes| bytes.0)
}

/// Bytes that may still be written in this interval.
#[no_mangle]
pub extern "C" fn torctl_accounting_written_left_bytes(
    accounting: Option<&torctl_accounting>,
) -> u64 {
    let bytes = accounting.and_then(|it| it.0.bytes_left);
    bytes.map_or(0, |bytes| bytes.1)
}

/// When the interval began, in microseconds since 1970, UTC.
#[no_mangle]
pub extern "C" fn torctl_accounting_start_unix_us(accounting: Option<&torctl_accounting>) -> i64 {
    let start = accounting.and_then(|it| it.0.interval_start_us);
    start.unwrap_or(0)
}

/// When tor is to be awake in it, in microseconds since 1970, UTC.
#[no_mangle]
pub extern "C" fn torctl_accounting_wake_unix_us(accounting: Option<&torctl_accounting>) -> i64 {
    let wake = accounting.and_then(|it| it.0.interval_wake_us);
    wake.unwrap_or(0)
}

/// When it ends, in microseconds since 1970, UTC.
#[no_mangle]
pub extern "C" fn torctl_accounting_end_unix_us(accounting: Option<&torctl_accounting>) -> i64 {
    let end = accounting.and_then(|it| it.0.interval_end_us);
    end.unwrap_or(0)
}

/// Frees the object. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_accounting_free(accounting: Option<Box<torctl_accounting>>) {
    guard_or((), || drop(accounting));
}
