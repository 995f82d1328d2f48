//! What stands behind src/tables/controller.rs.

use std::os::fd::AsRawFd;
use std::time::Instant;

use super::begun::open;
use super::event_fields::*;
use super::generated::*;
use super::options::{duration, settings_of, target, torctl_options};
use crate::engine::controller::State;
use crate::engine::settings::Settings;

/// A conversation with one tor. Any number of threads may use it concurrently, also inside
/// callbacks. Queues, replies, values and events outlive it.
pub struct torctl_controller(());

fn state_number(state: State) -> i32 {
    match state {
        State::New => TORCTL_STATE_NEW,
        State::Connecting => TORCTL_STATE_CONNECTING,
        State::Connected => TORCTL_STATE_CONNECTED,
        State::Ready => TORCTL_STATE_READY,
        State::Closed => TORCTL_STATE_CLOSED,
        State::Waiting => TORCTL_STATE_WAITING,
    }
}

/// The time until then as poll() takes it: not a moment less.
fn timeout_ms(until: Option<Instant>) -> i32 {
    until.map_or(-1, |at| {
        let left = at.saturating_duration_since(Instant::now());
        i32::try_from(left.as_micros().div_ceil(1000)).unwrap_or(i32::MAX)
    })
}

generated!("controller");

// By hand: of what is begun the conversation is made here.

/// Makes a controller with default options and connects it: torctl_options_set_address(),
/// torctl_controller_new() and torctl_controller_connect() in one. NULL looks for tor.
///
/// Sets `*out` to a controller that the caller frees with torctl_controller_free(), or to NULL
/// on failure. Blocks as torctl_controller_connect() does. Can be begun, into a queue of another
/// controller: see torctl_call_set_queue(). torctl_result_take_controller() takes the controller; one
/// that is not taken is closed when its event is freed.
///
/// # Safety
/// The pointers are NULL or what the header says of them.
#[no_mangle]
pub unsafe extern "C" fn torctl_controller_open(
    address: *const c_char,
    call: *mut Call,
    out: Option<&mut MaybeUninit<*mut Tor>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let out = Out::object(out);
    guard(Out::object(err), || {
        // SAFETY: by this function's contract.
        let call = unsafe { share_any_call(call) }?;
        let destination = call.begins_in();
        if destination.is_none() {
            out.check("out")?;
        }
        let mut settings = Settings::default();
        // SAFETY: by this function's contract.
        if let Some(address) = unsafe { optional_bytes(address) } {
            settings.target = target(address)?;
        }
        open(Tor::new(settings), &call, destination, out)
    })
}

// By hand: it gives up a share in place of taking one, and what it waits for has its order.

/// Closes the controller and frees it. Calls that run on it in other threads return
/// TORCTL_ERR_CLOSED and are safe; no call may begin on it after this.
///
/// When it returns, no callback runs and every destroy function has been called; a callback that
/// runs is waited for, so hold no lock that it takes. Inside a callback it does not wait: the
/// present call is the last. A tor that torctl_launch() started is waited for, as torctl_launch()
/// describes. Accepts NULL.
///
/// # Safety
/// The controller is NULL or a living handle, which is not used any more.
#[no_mangle]
pub unsafe extern "C" fn torctl_controller_free(controller: *mut Tor) {
    guard_or((), || {
        // SAFETY: passed on.
        match unsafe { give_up(controller) } {
            Some(tor) if tor.is_here() => tor.close_and_wait(),
            Some(tor) => tor.give_back_copy(),
            None => {}
        }
    });
}
