//! Long answers
//!
//! A consensus has megabytes and all descriptors have tens of them. torctl_get_each_router(),
//! torctl_get_each_descriptor() and torctl_get_each_microdescriptor() read such answers while they
//! come; this function does so for any answer.

use std::ffi::{c_char, c_void};
use std::mem::MaybeUninit;
use std::ops::ControlFlow;

use super::args::{bytes, null, share, share_call, Out};
use super::document::Each;
use super::error::torctl_error;
use super::guard::guard_named;
use super::status::*;
use crate::api::document;
use crate::api::Tor;
use crate::dir::{Entry, EntryFields, List};
use crate::engine::call::Call;

// What a key is called where there may be several.
const KEY: &[(&str, &str)] = &[("keys[0]", "key")];

/// Is called with the next piece of an answer: whole lines, each ended by LF, which live until it
/// returns and are not NUL-terminated. TORCTL_OK goes on, TORCTL_END says that this was the last
/// piece; so does a failure.
pub type torctl_piece_fn = Option<
    unsafe extern "C-unwind" fn(
        piece: *const c_char,
        size_bytes: usize,
        user_data: *mut c_void,
    ) -> torctl_status,
>;

fn flow(status: i32) -> ControlFlow<()> {
    match status {
        0 => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    }
}

/// Asks for one piece of information by GETINFO and calls `take` with its value in pieces as they
/// come, so that it is nowhere held as a whole. `take` may call anything, and must not throw or
/// longjmp.
///
/// A key that tor does not know gives TORCTL_ERR_REJECTED, and the key of what tor does not have
/// TORCTL_ERR_NOT_FOUND, before any call. After another failure the
/// pieces so far are all there is. Blocks like a request; the time that `take` takes counts. Cannot be
/// begun, for `take` is called by the thread that reads, which others must not wait for;
/// torctl_get_info() can.
///
/// # Safety
/// The handles are NULL or living, the key is NULL or a string, the function takes `user_data`.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_info_in_pieces(
    controller: *mut Tor,
    key: *const c_char,
    take: torctl_piece_fn,
    user_data: *mut c_void,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard_named(Out::object(err), KEY, || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let key = unsafe { bytes(key, "key") }?;
        let take = take.ok_or_else(|| null("take"))?;
        document::get_info_in_pieces(&controller, key, &call, &mut |piece| {
            // SAFETY: by the header the function takes this pointer, and the piece until it returns.
            flow(unsafe { take(piece.as_ptr().cast(), piece.len(), user_data) })
        })?;
        Ok(TORCTL_OK)
    })
}

/// All the entries of the value of a key.
///
/// # Safety
/// The handles are NULL or living, the key is NULL or a string.
pub(super) unsafe fn get<F: EntryFields>(
    controller: *mut Tor,
    key: *const c_char,
    call: *mut Call,
    out: Option<&mut MaybeUninit<*mut List<F>>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let out = Out::object(out);
    guard_named(Out::object(err), KEY, || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let key = unsafe { bytes(key, "key") }?;
        out.check("out")?;
        out.set_box(document::list(&controller, key, &call)?);
        Ok(TORCTL_OK)
    })
}

/// Shows the entries of the value of a key one by one as they come.
///
/// # Safety
/// As for [`get`], and the function takes `user_data`.
pub(super) unsafe fn walk<F: EntryFields>(
    controller: *mut Tor,
    key: *const c_char,
    each: Each<F>,
    user_data: *mut c_void,
    call: *mut Call,
    count: Option<&mut MaybeUninit<usize>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let count = Out::new(count, 0);
    guard_named(Out::object(err), KEY, || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let key = unsafe { bytes(key, "key") }?;
        let each = each.ok_or_else(|| null("each"))?;
        let shown = document::walk(&controller, key, &call, &mut |entry: &Entry<F>| {
            // SAFETY: by the header the function takes this pointer, and the entry until it returns.
            flow(unsafe { each(entry, user_data) })
        })?;
        count.set(shown);
        Ok(TORCTL_OK)
    })
}
