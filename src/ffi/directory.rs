//! Long answers
//!
//! A consensus has megabytes and all descriptors have tens of them. These functions read such answers
//! while they come.

use std::ffi::{c_char, c_void};
use std::mem::MaybeUninit;
use std::ops::ControlFlow;

use super::args::{bytes, null, share, share_call, Out};
use super::descriptor::torctl_descriptor_fn;
use super::error::torctl_error;
use super::guard::guard_named;
use super::microdescriptor::torctl_microdescriptor_fn;
use super::router::torctl_router_fn;
use super::status::*;
use crate::api::document;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::proto::dir::{
    Descriptor, Descriptors, Microdescriptor, Microdescriptors, Router, Routers,
};

// What a key is called where there may be several.
const KEY: &[(&str, &str)] = &[("keys[0]", "key")];

/// Is called with the next piece of an answer: whole lines, each ended by LF, which live until it
/// returns and are not NUL-terminated. Anything but 0 ends it: that was the last piece.
pub type torctl_piece_fn = Option<
    unsafe extern "C-unwind" fn(
        piece: *const c_char,
        size_bytes: usize,
        user_data: *mut c_void,
    ) -> i32,
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
/// pieces so far are all there is. Blocks like a request; the time that `take` takes counts.
///
/// # Safety
/// The handles are NULL or living, the key is NULL or a string, the function takes `user_data`.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_info_in_pieces(
    controller: *mut Controller,
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

/// Asks for router status entries by GETINFO and reads them all: "ns/all", "ns/id/FINGERPRINT", "ns/name/NICKNAME".
///
/// Sets `*out` to an object that the caller frees with torctl_routers_free(). Blocks like a request.
/// An answer larger than torctl_options_set_max_reply_bytes() allows gives TORCTL_ERR_TOO_LARGE.
///
/// # Safety
/// The handles are NULL or living, the key is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_routers(
    controller: *mut Controller,
    key: *const c_char,
    call: *mut Call,
    out: Option<&mut MaybeUninit<*mut Routers>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let out = Out::object(out);
    guard_named(Out::object(err), KEY, || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let key = unsafe { bytes(key, "key") }?;
        let out = out.require("out")?;
        out.set_box(document::list(&controller, key, &call)?);
        Ok(TORCTL_OK)
    })
}

/// Asks for router status entries by GETINFO and calls `each` for one after the other as they come, so that only one
/// is ever held. It lives until `each` returns; torctl_router_dup() keeps it longer. If `each` does not
/// return 0, that was the last. `each` may call anything, and must not throw or longjmp.
///
/// Sets `*count`, if not NULL, to the number of calls. Blocks like a request; the time that `each`
/// takes counts.
///
/// # Safety
/// The handles are NULL or living, the key is NULL or a string, the function takes `user_data`.
#[no_mangle]
pub unsafe extern "C" fn torctl_walk_routers(
    controller: *mut Controller,
    key: *const c_char,
    each: torctl_router_fn,
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
        let shown = document::walk(&controller, key, &call, &mut |entry: &Router| {
            // SAFETY: by the header the function takes this pointer, and the entry until it returns.
            flow(unsafe { each(entry, user_data) })
        })?;
        count.set(shown);
        Ok(TORCTL_OK)
    })
}

/// Asks for server descriptors by GETINFO and reads them all: "desc/all-recent", "desc/id/FINGERPRINT", "desc/name/NICKNAME".
///
/// Sets `*out` to an object that the caller frees with torctl_descriptors_free(). Blocks like a request.
/// An answer larger than torctl_options_set_max_reply_bytes() allows gives TORCTL_ERR_TOO_LARGE.
///
/// # Safety
/// The handles are NULL or living, the key is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_descriptors(
    controller: *mut Controller,
    key: *const c_char,
    call: *mut Call,
    out: Option<&mut MaybeUninit<*mut Descriptors>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let out = Out::object(out);
    guard_named(Out::object(err), KEY, || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let key = unsafe { bytes(key, "key") }?;
        let out = out.require("out")?;
        out.set_box(document::list(&controller, key, &call)?);
        Ok(TORCTL_OK)
    })
}

/// Asks for server descriptors by GETINFO and calls `each` for one after the other as they come, so that only one
/// is ever held. It lives until `each` returns; torctl_descriptor_dup() keeps it longer. If `each` does not
/// return 0, that was the last. `each` may call anything, and must not throw or longjmp.
///
/// Sets `*count`, if not NULL, to the number of calls. Blocks like a request; the time that `each`
/// takes counts.
///
/// # Safety
/// The handles are NULL or living, the key is NULL or a string, the function takes `user_data`.
#[no_mangle]
pub unsafe extern "C" fn torctl_walk_descriptors(
    controller: *mut Controller,
    key: *const c_char,
    each: torctl_descriptor_fn,
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
        let shown = document::walk(&controller, key, &call, &mut |entry: &Descriptor| {
            // SAFETY: by the header the function takes this pointer, and the entry until it returns.
            flow(unsafe { each(entry, user_data) })
        })?;
        count.set(shown);
        Ok(TORCTL_OK)
    })
}

/// Asks for microdescriptors by GETINFO and reads them all: "md/all", "md/id/FINGERPRINT", "md/name/NICKNAME".
///
/// Sets `*out` to an object that the caller frees with torctl_microdescriptors_free(). Blocks like a request.
/// An answer larger than torctl_options_set_max_reply_bytes() allows gives TORCTL_ERR_TOO_LARGE.
///
/// # Safety
/// The handles are NULL or living, the key is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_microdescriptors(
    controller: *mut Controller,
    key: *const c_char,
    call: *mut Call,
    out: Option<&mut MaybeUninit<*mut Microdescriptors>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let out = Out::object(out);
    guard_named(Out::object(err), KEY, || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let key = unsafe { bytes(key, "key") }?;
        let out = out.require("out")?;
        out.set_box(document::list(&controller, key, &call)?);
        Ok(TORCTL_OK)
    })
}

/// Asks for microdescriptors by GETINFO and calls `each` for one after the other as they come, so that only one
/// is ever held. It lives until `each` returns; torctl_microdescriptor_dup() keeps it longer. If `each` does not
/// return 0, that was the last. `each` may call anything, and must not throw or longjmp.
///
/// Sets `*count`, if not NULL, to the number of calls. Blocks like a request; the time that `each`
/// takes counts.
///
/// # Safety
/// The handles are NULL or living, the key is NULL or a string, the function takes `user_data`.
#[no_mangle]
pub unsafe extern "C" fn torctl_walk_microdescriptors(
    controller: *mut Controller,
    key: *const c_char,
    each: torctl_microdescriptor_fn,
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
        let shown = document::walk(&controller, key, &call, &mut |entry: &Microdescriptor| {
            // SAFETY: by the header the function takes this pointer, and the entry until it returns.
            flow(unsafe { each(entry, user_data) })
        })?;
        count.set(shown);
        Ok(TORCTL_OK)
    })
}
