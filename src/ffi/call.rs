//! Calls

use std::sync::Arc;

use super::args::give_up;
use super::guard::guard_or;
use crate::engine::call::Call;

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
