//! What stands behind src/tables/attach.rs.

use std::time::Duration;

use super::generated::*;
use super::listener::{torctl_destroy_fn, UserData};
use crate::api::attach::{overdue, remove_attacher, set_attacher, Answer};

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

fn set(
    controller: &Arc<Tor>,
    attacher: torctl_attacher_fn,
    user_data: UserData,
    deadline_ms: i32,
    call: &Arc<Call>,
    listener_id: &mut Out<'_, u64>,
) -> Result<(), Error> {
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
        let answer = user_data.call(|pointer| unsafe { attacher(event, &mut circuit, pointer) });
        match answer {
            TORCTL_ATTACH_TOR => Answer::Tor,
            TORCTL_ATTACH_CIRCUIT => Answer::Circuit(circuit),
            TORCTL_ATTACH_CLOSE => Answer::Close,
            TORCTL_ATTACH_LATER => Answer::Later,
            status => Answer::Failed(status),
        }
    });
    let timeout = Duration::from_millis(deadline_ms as u64);
    let status_of = |error| torctl_error::from(error).status;
    let announce = &mut |number| listener_id.put(number);
    let set = set_attacher(controller, ask, timeout, status_of, announce, call);
    if set.is_err() {
        listener_id.put(0);
    }
    set
}

generated!("attach");
