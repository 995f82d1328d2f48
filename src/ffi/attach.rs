//! Choosing the paths of streams
//!
//! With an attacher, the program says which circuit each new stream goes to: one that it has built by
//! torctl_build_circuit(), as through relays of its choice. tor is told to leave streams alone (its
//! option __LeaveStreamsUnattached) while there is an attacher, and that is taken back when the
//! attacher is removed or the controller closed. No stream waits for ever: about those for which the
//! attacher has no answer in time, tor decides. Streams that tor opens for itself are never asked
//! about, nor those whose target names its exit.

use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::time::Duration;

use super::args::{null, share, share_call, Out};
use super::error::torctl_error;
use super::guard::{guard, guard_or};
use super::listener::{torctl_destroy_fn, UserData};
use super::status::*;
use crate::api::attach::{remove_attacher, set_attacher, Answer};
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::Error;
use crate::engine::event::Event;

/// An attacher's answer: tor chooses, as it does without an attacher.
pub const TORCTL_ATTACH_TOR: i32 = 0;
/// An attacher's answer: the stream goes to `*circuit`.
pub const TORCTL_ATTACH_CIRCUIT: i32 = 1;
/// An attacher's answer: the stream is closed.
pub const TORCTL_ATTACH_CLOSE: i32 = 2;
/// An attacher's answer: the program calls torctl_attach_stream() or torctl_close_stream() itself,
/// from any thread, before the deadline.
pub const TORCTL_ATTACH_LATER: i32 = 3;

/// Is called for each stream that waits to be attached, with its STREAM event, which lives until it
/// returns: torctl_stream_id(), torctl_stream_target_host(), torctl_stream_socks_username() and so on.
/// A stream whose circuit failed comes again, as TORCTL_STREAM_DETACHED. Returns one of the
/// TORCTL_ATTACH constants, and sets `*circuit` for TORCTL_ATTACH_CIRCUIT; anything else is a failure,
/// and then tor chooses.
pub type torctl_attacher_fn = Option<
    unsafe extern "C-unwind" fn(
        event: *const Event,
        circuit: *mut u64,
        user_data: *mut c_void,
    ) -> i32,
>;

/// The deadline of an attacher that has none of its own.
const DEADLINE_MS: i32 = 10_000;

/// Sets the attacher, in place of the one before. `user_data` is passed to every call of it.
///
/// It is a listener: it is called on the listeners' thread, may call anything, also
/// torctl_build_circuit(), and must not throw or longjmp; while it runs, the streams that follow wait
/// for it. `deadline_ms` is how long a stream may wait for its answer, counted from the arrival of its
/// event; after that tor chooses. -1 means 10,000; tor itself gives up after about two minutes. An
/// attacher that fails, that is too late, or whose circuit tor refuses, is reported as a listener that
/// failed, by the number that `*listener_id` is set to, before the first call, if it is not NULL: with
/// what it returned, with TORCTL_ERR_TIMEOUT, or with TORCTL_ERR_REJECTED, or TORCTL_ERR_NOT_FOUND if
/// tor has no such circuit. In all these cases tor chooses.
///
/// `destroy`, if not NULL, is called once with `user_data`: when the attacher has been removed or
/// replaced or the controller has closed, after the last call, and also when setting fails. Blocks
/// like a few requests. Returns TORCTL_ERR_STATE if the controller is not connected.
///
/// # Safety
/// The handles are NULL or living; the functions take `user_data`.
#[no_mangle]
pub unsafe extern "C" fn torctl_attacher_set(
    controller: *mut Controller,
    attacher: torctl_attacher_fn,
    user_data: *mut c_void,
    destroy: torctl_destroy_fn,
    deadline_ms: i32,
    call: *mut Call,
    listener_id: Option<&mut MaybeUninit<u64>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let user_data = UserData::new(user_data, destroy);
    let mut listener_id = Out::new(listener_id, 0);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let attacher = attacher.ok_or_else(|| null("attacher"))?;
        let deadline_ms = match deadline_ms {
            -1 => DEADLINE_MS,
            1.. => deadline_ms,
            _ => {
                let message = format!("deadline_ms is {deadline_ms}, which leaves no time");
                return Err(Error::Invalid(message));
            }
        };
        let ask = Box::new(move |event: &Event| {
            let mut circuit = 0;
            // SAFETY: by the header the function takes this pointer, and the others until it returns.
            let answer =
                user_data.call(|pointer| unsafe { attacher(event, &mut circuit, pointer) });
            match answer {
                TORCTL_ATTACH_TOR => Answer::Tor,
                TORCTL_ATTACH_CIRCUIT => Answer::Circuit(circuit),
                TORCTL_ATTACH_CLOSE => Answer::Close,
                TORCTL_ATTACH_LATER => Answer::Later,
                status => Answer::Failed(status),
            }
        });
        let patience = Duration::from_millis(deadline_ms as u64);
        let status_of = |error| torctl_error::from(error).status;
        let announce = &mut |number| listener_id.put(number);
        let set = set_attacher(&controller, ask, patience, status_of, announce, &call);
        if set.is_err() {
            listener_id.put(0);
        }
        set.map(|()| TORCTL_OK)
    })
}

/// Removes the attacher: tor is told to attach streams itself again, those that wait included. From
/// outside a callback, the attacher is not running any more when this returns; from inside, the
/// present call is the last, and its answer is not looked at.
///
/// Returns TORCTL_ERR_NOT_FOUND if there is none. Blocks like a request.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_attacher_remove(
    controller: *mut Controller,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        remove_attacher(&controller, &call)?;
        Ok(TORCTL_OK)
    })
}

/// About how many streams the present attacher did not answer in time.
///
/// # Safety
/// The controller is NULL or a living handle.
#[no_mangle]
pub unsafe extern "C" fn torctl_attacher_overdue(controller: *const Controller) -> u64 {
    guard_or(0, || {
        // SAFETY: passed on.
        let controller = unsafe { share(controller, "controller") };
        let streams = controller.ok().and_then(|it| it.watched_streams());
        streams.map_or(0, |streams| streams.overdue())
    })
}
