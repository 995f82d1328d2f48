//! Waits
//!
//! For what tor says not in its answer but later, as events. A wait hears the events from before the
//! action on whose outcome it waits, so that none is missed. It blocks until what it waits for has
//! come or has failed, its timeout has passed (TORCTL_ERR_TIMEOUT), torctl_call_cancel() was called
//! (TORCTL_ERR_CANCELLED), or the connection has ended (TORCTL_ERR_CLOSED). A timeout of -1 is
//! endless; that of the call counts for each request that the wait makes.

use std::ffi::{c_char, c_void};
use std::mem::MaybeUninit;
use std::ops::ControlFlow;

use super::args::{own, share, share_call, timeout, Out};
use super::error::torctl_error;
use super::guard::guard;
use super::listener::torctl_listener_fn;
use super::status::*;
use crate::api::bootstrap::{self, Limits};
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::event::Event;
use crate::engine::event_queue::EventQueue;
use crate::engine::watch::Deadline;
use crate::proto::event::Key;

/// Is called with how far tor is, in percent, with tor's words for it, and with the STATUS_CLIENT
/// event that says so, which lives until it returns and has the details: torctl_status_event_tag(),
/// torctl_status_event_warning() and more. Returns 0 to go on; anything else ends the wait with
/// TORCTL_ERR_CANCELLED.
pub type torctl_progress_fn = Option<
    unsafe extern "C-unwind" fn(
        percent: i32,
        summary: *const c_char,
        event: *const Event,
        user_data: *mut c_void,
    ) -> i32,
>;

/// Waits until tor is bootstrapped, which means that it has built a circuit: asks by GETINFO
/// status/bootstrap-phase and follows the STATUS_CLIENT events. Where a filter refuses the events, it asks
/// again until tor is bootstrapped; where it refuses the question, the events are enough. Wakes a dormant
/// tor, by SIGNAL ACTIVE.
///
/// `progress`, if not NULL, is called in this thread with where tor is now, and then with each step
/// forward and each problem. `timeout_ms` is for the whole, `stall_timeout_ms` begins again with each
/// step forward; -1 is endless for both. Returns TORCTL_OK immediately if tor is there already, and
/// TORCTL_ERR_TIMEOUT when one of the two has passed. Then the error says what is known of the cause:
/// torctl_error_reason() as a number, for example TORCTL_REASON_CLOCK_SKEW or TORCTL_REASON_NO_TRANSPORT;
/// torctl_error_bootstrap_phase(), where tor is stuck; torctl_error_reply_text(), tor's last warning;
/// and the message all of these with the last warnings of tor's log and the options that explain them.
/// A problem for which tor recommends to ignore it replaces none for which it recommends to warn the user.
/// To find the cause, the function asks tor by GETCONF and GETINFO, which takes a second at the most.
/// `progress` may call anything and must not throw or longjmp.
///
/// # Safety
/// The handles are NULL or living; the function takes `user_data`.
#[no_mangle]
pub unsafe extern "C" fn torctl_wait_bootstrapped(
    controller: *mut Controller,
    timeout_ms: i32,
    stall_timeout_ms: i32,
    progress: torctl_progress_fn,
    user_data: *mut c_void,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let limits = Limits {
            timeout_ms: timeout(timeout_ms, "timeout_ms")?,
            stall_timeout_ms: timeout(stall_timeout_ms, "stall_timeout_ms")?,
        };
        // SAFETY: passed on.
        let mut tell =
            |percent, event: &Event| unsafe { tell(progress, percent, event, user_data) };
        bootstrap::wait_bootstrapped(&controller, limits, &call, &mut tell)?;
        Ok(TORCTL_OK)
    })
}

/// Calls the program's function, if there is one, with what an event says of the progress.
///
/// # Safety
/// The function takes `user_data`.
pub(super) unsafe fn tell(
    progress: torctl_progress_fn,
    percent: i32,
    event: &Event,
    user_data: *mut c_void,
) -> ControlFlow<()> {
    let Some(progress) = progress else {
        return ControlFlow::Continue(());
    };
    let summary = event.fields().get(Key::Summary).unwrap_or_default();
    let summary = summary.with_nul().as_ptr().cast();
    // SAFETY: by the header the function takes these until it returns.
    match unsafe { progress(percent, summary, event, user_data) } {
        0 => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    }
}

/// Takes events from a queue until one comes for which `accept` does not return 0. Make the queue
/// first, then do what the event is to come from, then wait: nothing is missed. Events that were not
/// accepted are gone from the queue; a TORCTL_EVENT_GAP is offered, too.
///
/// Sets `*event` to the accepted event, which the caller frees with torctl_event_free(). NULL for
/// `accept` takes the next event, whatever it is. `accept` is called in this thread, may call anything
/// but torctl_queue_free() on this queue, and must not throw or longjmp. May be called inside
/// callbacks.
///
/// # Safety
/// The handles are NULL or living; the function takes `user_data`.
#[no_mangle]
pub unsafe extern "C" fn torctl_wait_event(
    queue: Option<&EventQueue>,
    accept: torctl_listener_fn,
    user_data: *mut c_void,
    timeout_ms: i32,
    call: *mut Call,
    event: Option<&mut MaybeUninit<*mut Event>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let event = Out::object(event);
    guard(Out::object(err), || {
        let queue = own(queue, "queue")?;
        // SAFETY: passed on.
        let call = unsafe { share_call(call) }?;
        let deadline = Deadline::after(timeout(timeout_ms, "timeout_ms")?);
        let place = event.require("event")?;
        let mut accepts = |event: &Event| {
            // SAFETY: by the header the function takes this pointer, and the event until it returns.
            accept.is_none_or(|accept| unsafe { accept(event, user_data) } != 0)
        };
        match queue.next_that(&call, deadline, &mut accepts)? {
            Some(event) => {
                // `accept` may have forked.
                own(Some(queue), "queue")?;
                place.set_box(event);
            }
            None => return Err(deadline.error("no such event came")),
        }
        Ok(TORCTL_OK)
    })
}
