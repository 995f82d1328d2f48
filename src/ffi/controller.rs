//! Controllers

use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::sync::Arc;

use super::args::{give_up, optional_bytes, share, share_call, Out};
use super::error::torctl_error;
use super::fields::TORCTL_STATE_CLOSED;
use super::guard::{guard, guard_or};
use super::options::{duration, target, torctl_options};
use super::status::*;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::Error;
use crate::engine::settings::Settings;

/// A conversation with one tor. Any number of threads may use it concurrently, also inside callbacks.
/// Queues, replies, values and events outlive it.
pub struct torctl_controller(());

/// Makes a controller that is not connected. Listeners and queues can be added at once, so that they
/// see it connect.
///
/// Sets `*out` to a controller that the caller frees with torctl_controller_free(). The options are
/// copied; NULL means the defaults. Returns the failure of the first setter that refused a value for
/// these options, see there. Does not block.
#[no_mangle]
pub extern "C" fn torctl_controller_new(
    options: Option<&torctl_options>,
    out: Option<&mut MaybeUninit<*mut Controller>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let out = Out::object(out);
    guard(Out::object(err), || {
        let out = out.require("out")?;
        let settings = options.map(torctl_options::settings).transpose()?;
        let settings = settings.unwrap_or_default();
        out.set(Arc::into_raw(Controller::new(settings)).cast_mut());
        Ok(TORCTL_OK)
    })
}

/// Connects and authenticates, by PROTOCOLINFO, AUTHCHALLENGE and AUTHENTICATE as needed, and asks
/// for the events that listeners and queues want already.
///
/// Returns TORCTL_ERR_CONNECT when there is no tor, TORCTL_ERR_AUTH when it refuses the login (the
/// TORCTL_REASON_AUTH constants say why), TORCTL_ERR_CLOSED when tor ended the connection before it had
/// answered, which it does when it ends or starts anew (try again), TORCTL_ERR_TIMEOUT when that takes
/// too long, TORCTL_ERR_STATE when it is connected already. After these it can be called again. Blocks
/// for the timeout of the call at the most, or for the connect timeout if it has none, looking up a name
/// included; torctl_call_cancel() ends it with TORCTL_ERR_CANCELLED, and torctl_controller_close() in
/// another thread with TORCTL_ERR_CLOSED for good: torctl_controller_state() says which it is.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_controller_connect(
    controller: *mut Controller,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        controller.connect(&call)?;
        Ok(TORCTL_OK)
    })
}

/// Makes a controller with default options and connects it: torctl_options_set_address(),
/// torctl_controller_new() and torctl_controller_connect() in one. NULL looks for tor.
///
/// Sets `*out` to a controller that the caller frees with torctl_controller_free(), or to NULL on
/// failure. Blocks as torctl_controller_connect() does.
///
/// # Safety
/// The address is NULL or a string, the call NULL or a living handle.
#[no_mangle]
pub unsafe extern "C" fn torctl_controller_open(
    address: *const c_char,
    call: *mut Call,
    out: Option<&mut MaybeUninit<*mut Controller>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let out = Out::object(out);
    guard(Out::object(err), || {
        let out = out.require("out")?;
        // SAFETY: passed on.
        let (settings, call) = unsafe { (settings_for(address)?, share_call(call)?) };
        let controller = Controller::new(settings);
        controller.connect(&call)?;
        out.set(Arc::into_raw(controller).cast_mut());
        Ok(TORCTL_OK)
    })
}

/// Says how far the controller is, as one of the TORCTL_STATE constants. TORCTL_STATE_CLOSED for
/// NULL.
///
/// # Safety
/// The controller is NULL or a living handle.
#[no_mangle]
pub unsafe extern "C" fn torctl_controller_state(controller: *const Controller) -> i32 {
    guard_or(TORCTL_STATE_CLOSED, || {
        // SAFETY: passed on.
        match unsafe { share(controller, "controller") } {
            Ok(controller) => controller.current_state() as i32,
            Err(_) => TORCTL_STATE_CLOSED,
        }
    })
}

/// Sets the default timeout of the requests that begin after this.
///
/// # Safety
/// The controller is NULL or a living handle.
#[no_mangle]
pub unsafe extern "C" fn torctl_controller_set_timeout_ms(
    controller: *mut Controller,
    timeout_ms: i32,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let controller = unsafe { share(controller, "controller") }?;
        controller.set_timeout_ms(duration(timeout_ms)?.as_millis() as u64);
        Ok(TORCTL_OK)
    })
}

/// Ends the conversation: every request and every wait on it returns TORCTL_ERR_CLOSED at once,
/// queues give what they hold and then TORCTL_END, listeners hear of the end and of nothing else.
/// tor is told by QUIT and runs on, unless torctl_launch() started it to end with the controller.
///
/// Does not block and does not wait for callbacks. Any thread, any state, also inside a callback,
/// and more than once. Accepts NULL.
///
/// # Safety
/// The controller is NULL or a living handle.
#[no_mangle]
pub unsafe extern "C" fn torctl_controller_close(controller: *mut Controller) {
    guard_or((), || {
        // SAFETY: passed on.
        if let Ok(controller) = unsafe { share(controller, "controller") } {
            controller.close();
        }
    });
}

/// Closes the controller and frees it. Calls that run on it in other threads return
/// TORCTL_ERR_CLOSED and are safe; no call may begin on it after this.
///
/// When it returns, no callback runs and every destroy function has been called; a callback that
/// runs is waited for, so hold no lock that it takes. Inside a callback it does not wait: the present
/// call is the last. A tor that torctl_launch() started is waited for, see there. Accepts NULL.
///
/// # Safety
/// The controller is NULL or a living handle, which is not used any more.
#[no_mangle]
pub unsafe extern "C" fn torctl_controller_free(controller: *mut Controller) {
    guard_or((), || {
        // SAFETY: passed on.
        let Some(controller) = (unsafe { give_up(controller) }) else {
            return;
        };
        if !controller.is_here() {
            return controller.give_back_copy();
        }
        controller.close();
        controller.join_listeners();
        controller.join_attacher();
        controller.join_process();
    });
}

/// # Safety
/// The address is NULL or a string.
unsafe fn settings_for(address: *const c_char) -> Result<Settings, Error> {
    // SAFETY: passed on.
    let address = unsafe { optional_bytes(address) };
    let mut settings = Settings::default();
    if let Some(address) = address {
        settings.target = target(address)?;
    }
    Ok(settings)
}
