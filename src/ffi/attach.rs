//! What stands behind src/tables/attach.rs.

use std::time::Duration;

use super::generated::*;
use super::listener::{numbered, torctl_destroy_fn, UserData};
use crate::api::attach::{overdue, remove_attacher, set_attacher, Answer, Attacher};

/// Is called for each stream that waits to be attached, with its STREAM event, which lives until it
/// returns: torctl_stream_id(), torctl_stream_target_host(), torctl_stream_socks_username() and so
/// on. A stream whose circuit failed comes again, as TORCTL_STREAM_DETACHED. Returns one of the
/// TORCTL_ATTACH constants, and sets `*circuit` for TORCTL_ATTACH_CIRCUIT; anything else is a
/// failure, and then tor chooses.
pub type torctl_attacher_fn = Option<
    unsafe extern "C-unwind" fn(
        event: *const Event,
        circuit: *mut u64,
        user_data: *mut c_void,
    ) -> i32,
>;

/// The deadline of an attacher that has none of its own.
const DEADLINE_MS: i32 = 10_000;

// By hand: as torctl_listener_add().

/// Sets the attacher, in place of the one before. `user_data` is passed to every call of it.
///
/// It is a listener: it is called on the listeners' thread, may call anything, also
/// torctl_build_circuit(), and must not throw or longjmp; while it runs, the streams that follow wait
/// for it. `deadline_ms` is how long a stream may wait for its answer, counted from the arrival of
/// its event; after that tor chooses. -1 means 10,000; tor itself gives up after about two minutes.
/// An attacher that fails, that is too late, or whose circuit tor refuses, is reported as a listener
/// that failed, by the number that `*listener_id` is set to, before the first call, if it is not NULL:
/// with what it returned, with TORCTL_ERR_TIMEOUT, or with TORCTL_ERR_REJECTED, or
/// TORCTL_ERR_NOT_FOUND if tor has no such circuit. In all these cases tor chooses. The number is set
/// likewise when the call is begun.
///
/// `destroy`, if not NULL, is called once with `user_data`: when the attacher has been removed or
/// replaced or the controller has closed, after the last call, and also when setting fails. Blocks
/// like a few requests, and before that until no torctl_dial() on a given circuit runs. Returns
/// TORCTL_ERR_STATE if the controller is not connected. Can be begun: see torctl_call_set_queue().
///
/// # Safety
/// The pointers are NULL or what the header says of them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn torctl_attacher_set(
    controller: *mut Tor,
    attacher: torctl_attacher_fn,
    user_data: *mut c_void,
    destroy: torctl_destroy_fn,
    deadline_ms: i32,
    call: *mut Call,
    listener_id: Option<&mut MaybeUninit<u64>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let user_data = UserData::new(user_data, destroy);
    let mut id = Out::new(listener_id, 0);
    // SAFETY: by this function's contract.
    let handles = unsafe { Handles::of(controller, call) };
    guard_call(Out::object(err), handles, &[], |controller, call| {
        let ask = asks(attacher, user_data)?;
        let limit = limit(deadline_ms)?;
        numbered(
            controller,
            call,
            &mut id,
            |number, controller, call| async move {
                let status_of = |error| torctl_error::from(error).status;
                let set = set_attacher(&controller, number, ask, limit, status_of, &call);
                set.await
            },
        )
    })
}

/// How long the attacher has for each stream.
fn limit(deadline_ms: i32) -> Result<Duration, Error> {
    let deadline_ms = match deadline_ms {
        -1 => DEADLINE_MS,
        1.. => deadline_ms,
        _ => {
            let message = format!("deadline_ms is {deadline_ms}, which leaves no time");
            return Err(Error::Invalid(message));
        }
    };
    Ok(Duration::from_millis(deadline_ms as u64))
}

fn asks(attacher: torctl_attacher_fn, user_data: UserData) -> Result<Attacher, Error> {
    let attacher = attacher.ok_or_else(|| null("attacher"))?;
    Ok(Box::new(move |event: &Event| {
        let mut circuit = 0;
        // SAFETY: by the header the function takes this pointer, and the others until it returns.
        let answer = user_data.call(|pointer| unsafe { attacher(event, &mut circuit, pointer) });
        match answer {
            TORCTL_ATTACH_TOR => Answer::Tor,
            TORCTL_ATTACH_CIRCUIT => Answer::Circuit(circuit),
            TORCTL_ATTACH_CLOSE => Answer::Close,
            TORCTL_ATTACH_LATER => Answer::Later,
            status => Answer::Failed(status),
        }
    }))
}

generated!("attach");
