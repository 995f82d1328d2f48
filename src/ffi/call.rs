//! Calls

use std::mem::MaybeUninit;
use std::sync::Arc;

use super::args::{give_up, own, Out};
use super::error::torctl_error;
use super::guard::{guard, guard_or};
use super::status::{torctl_status, TORCTL_OK};
use crate::engine::call::Call;
use crate::engine::event_queue::EventQueue;

// By hand: one of these functions is for signal handlers, and none of them takes a share.

/// Settings of a request, and the handle to cancel it by. Every function that can block takes one;
/// NULL means the controller's timeout, and that nothing can cancel it. May serve several requests
/// and waits, one after the other or concurrently, of any controllers; any thread may use it at any
/// time. The first wait that it serves opens a descriptor, which is closed when it is freed.
pub struct torctl_call(());

/// Makes a call with the controller's default timeout.
///
/// Returns a call that the caller frees with torctl_call_free().
#[no_mangle]
pub extern "C" fn torctl_call_new() -> *mut Call {
    guard_or(std::ptr::null_mut(), || {
        Arc::into_raw(Arc::<Call>::default()).cast_mut()
    })
}

/// Sets the timeout of the requests that begin after this. It counts from the beginning of the
/// call, waiting to be sent included; 0 does not wait, -1 is the controller's default.
#[no_mangle]
pub extern "C" fn torctl_call_set_timeout_ms(call: Option<&Call>, timeout_ms: i32) {
    if let Some(call) = call {
        call.set_timeout_ms(i64::from(timeout_ms));
    }
}

/// Makes the call one that begins what is called with it, and does not wait: the function returns
/// TORCTL_PENDING as soon as what it asks is on its way, and its outcome comes into this queue as an
/// event of kind TORCTL_EVENT_RESULT with this tag. NULL for the queue makes it one that waits again.
///
/// Functions that can be begun say so. The function checks its arguments, copies what it needs of
/// them, and gives nothing out: its outputs are not written, and may be NULL. Only a wrong argument
/// or state makes it fail immediately. From the event, torctl_result_status() gives the status that
/// the function would have returned, torctl_result_error() the error, and the
/// torctl_result_take functions what the function would have given.
///
/// The tag is that of what begins after this: a program that has many calls on their way sets
/// another before each, or has a call for each. The call's timeout and torctl_call_cancel() count
/// as for a function that waits. Every call that was begun has one RESULT, also when the connection
/// ends or the controller closes: the queue ends after it. A queue that is full drops events but
/// no RESULT. A queue that is freed drops them all; what was asked of tor is done all the same. The
/// queue may be that of another controller. Does not block. TORCTL_ERR_INVALID if the call is NULL.
///
/// # Safety
/// The pointers are NULL or what the header says of them.
#[no_mangle]
pub unsafe extern "C" fn torctl_call_set_queue(
    call: Option<&Call>,
    queue: Option<&EventQueue>,
    tag: u64,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        let call = own(call, "call")?;
        let queue = queue.map(|queue| own(Some(queue), "queue")).transpose()?;
        call.set_destination(queue.map(|queue| queue.as_destination(tag)));
        Ok(TORCTL_OK)
    })
}

/// Has the requests that begin after this wait, within their timeout, until the controller is ready,
/// if it is not: 1 for that, 0, the default, for TORCTL_ERR_CLOSED or TORCTL_ERR_STATE immediately. For
/// a controller that reconnects. What was on its way when the connection was lost is never asked
/// again: it returns TORCTL_ERR_CLOSED.
#[no_mangle]
pub extern "C" fn torctl_call_set_wait_ready(call: Option<&Call>, wait_ready: i32) {
    if let Some(call) = call {
        call.set_waits_ready(wait_ready != 0);
    }
}

/// Cancels: every request and every wait that runs with this call returns TORCTL_ERR_CANCELLED
/// immediately, and so does every later one. tor may still do what it was asked to do before.
///
/// Any thread, also inside a callback, and also in a signal handler, whatever the interrupted
/// thread does: it takes no lock, allocates nothing and keeps errno. Does not block. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_call_cancel(call: Option<&Call>) {
    // Not through the guard, which is not for signal handlers. Nothing here panics.
    if let Some(call) = call {
        call.cancel();
    }
}

/// Frees the call. Requests that run with it go on. No torctl_call_cancel() may begin or run during
/// this or after it: a signal handler must not know the call any more, for example because it is
/// ignored by then. Accepts NULL.
///
/// # Safety
/// The handle came from `torctl_call_new` and is not used any more.
#[no_mangle]
pub unsafe extern "C" fn torctl_call_free(call: *mut Call) {
    guard_or((), || {
        // SAFETY: by this function's contract the handle is that of a living `Arc`.
        drop(unsafe { give_up(call) });
    });
}
