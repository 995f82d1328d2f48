//! Pending requests
//!
//! For a program that has many questions: it begins them all, and waits for the answers when it
//! needs them. They are written together, and tor works through them without waiting for us.

use std::ffi::{c_char, c_int, c_void};
use std::mem::MaybeUninit;

use super::args::{bytes, memory, own, share, share_call, Out};
use super::error::torctl_error;
use super::guard::{guard, guard_or};
use super::status::*;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::request::Request;
use crate::proto::encode::Command;
use crate::proto::reply::Reply;

/// A request that was begun. Freed by torctl_pending_free(), also after its controller. One thread
/// at a time may use it.
pub struct torctl_pending(());

/// Begins a request and does not wait: torctl_request() in two steps. Answers come in the order in
/// which requests were begun, whatever thread began them.
///
/// Sets `*out` to a pending request that the caller frees with torctl_pending_free(). The timeout
/// counts from here. What was begun is sent when somebody waits for an answer, and very soon in any
/// case. Does not block.
///
/// # Safety
/// The handles are NULL or living, the pointers as for `torctl_request`.
#[no_mangle]
pub unsafe extern "C" fn torctl_request_start(
    controller: *mut Controller,
    command: *const c_char,
    data: *const c_void,
    data_size_bytes: usize,
    call: *mut Call,
    out: Option<&mut MaybeUninit<*mut Request>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let out = Out::object(out);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let line = unsafe { bytes(command, "command") }?;
        // SAFETY: passed on.
        let data = unsafe { memory(data, data_size_bytes, "data") }?;
        let out = out.require("out")?;
        out.set_box(Request::start(
            &controller,
            Command::raw(line, data)?,
            call,
        )?);
        Ok(TORCTL_OK)
    })
}

/// Waits for the answer. It is given once; later calls return TORCTL_ERR_STATE.
///
/// Sets `*reply` to a reply that the caller frees with torctl_reply_free(). Blocks as
/// torctl_request() does.
#[no_mangle]
pub extern "C" fn torctl_pending_wait(
    pending: Option<&Request>,
    reply: Option<&mut MaybeUninit<*mut Reply>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let reply = Out::object(reply);
    guard(Out::object(err), || {
        let answer = own(pending, "pending")?.wait()?;
        if reply.is_wanted() {
            reply.set_box(answer);
        }
        Ok(TORCTL_OK)
    })
}

/// Whether torctl_pending_wait() would return at once.
#[no_mangle]
pub extern "C" fn torctl_pending_is_complete(pending: Option<&Request>) -> c_int {
    guard_or(0, || c_int::from(pending.is_some_and(Request::is_complete)))
}

/// Frees a pending request. If its answer is still to come, it is swallowed in its turn; if it was
/// not sent yet, it is not sent at all. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_pending_free(pending: Option<Box<Request>>) {
    guard_or((), || drop(pending));
}
