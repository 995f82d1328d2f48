//! Names and addresses

use std::ffi::c_char;
use std::mem::MaybeUninit;

use super::answers::torctl_results;
use super::args::{all_strings, bytes, share, share_call, timeout, Out};
use super::error::torctl_error;
use super::guard::{guard, guard_named};
use super::status::*;
use crate::api::address;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::event::Event;

/// Maps addresses, by MAPADDRESS: streams to `from[i]` go to `to[i]` instead.
///
/// In `from`, "0.0.0.0", "::" and "." have tor choose an address of that kind: IPv4, IPv6, a name.
/// Mapping an address to itself undoes it. Sets `*results` to one result for each pair, whose key is
/// the address that streams are to use, and whose value is where they go; the caller frees it with
/// torctl_results_free(). TORCTL_OK only says that tor looked at all pairs: each may have failed by
/// itself.
///
/// # Safety
/// The handles are NULL or living, `from` and `to` are arrays of `count` strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_map_address(
    controller: *mut Controller,
    from: *const *const c_char,
    to: *const *const c_char,
    count: usize,
    call: *mut Call,
    results: Option<&mut MaybeUninit<*mut torctl_results>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let results = Out::object(results);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let from = unsafe { all_strings(from, count, "from") }?;
        // SAFETY: passed on.
        let to = unsafe { all_strings(to, count, "to") }?;
        let results = results.require("results")?;
        let pairs: Vec<_> = from.into_iter().zip(to).collect();
        let mapped = address::map_address(&controller, &pairs, &call)?;
        results.set_box(mapped.into());
        Ok(TORCTL_OK)
    })
}

/// Looks up a name through tor's network, by RESOLVE, and waits for the answer. With `reverse` not 0,
/// `name` is an address whose name is looked up.
///
/// Sets `*answer` to the ADDRMAP event with the answer, torctl_addrmap_to(), which the caller frees
/// with torctl_event_free(). torctl_addrmap_from() is another name than the one that was asked if that is
/// mapped, for example by torctl_map_address(): the answer is known by its stream, for which STREAM events
/// are asked for as well. Returns TORCTL_ERR_FAILED if there is none: the name has no address, it is an
/// onion address, or tor gave up; torctl_error_reply_text() then has tor's word, or "" where tor has
/// none. Blocks for `timeout_ms` at the most, where -1 means as long as tor tries; then
/// TORCTL_ERR_TIMEOUT. Where STREAM events are refused or swallowed by a filter, three minutes are the most.
///
/// # Safety
/// The handles are NULL or living, the name is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_resolve(
    controller: *mut Controller,
    name: *const c_char,
    reverse: i32,
    timeout_ms: i32,
    call: *mut Call,
    answer: Option<&mut MaybeUninit<*mut Event>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let answer = Out::object(answer);
    guard_named(Out::object(err), &[("addresses[0]", "name")], || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let name = unsafe { bytes(name, "name") }?;
        let timeout_ms = timeout(timeout_ms, "timeout_ms")?;
        let answer = answer.require("answer")?;
        let event = address::resolve(&controller, name, reverse != 0, timeout_ms, &call)?;
        answer.set_box(event);
        Ok(TORCTL_OK)
    })
}
