//! Requests
//!
//! Each asks tor and blocks until tor has answered. What ends it early: the call's timeout, or the
//! controller's if it has none (TORCTL_ERR_TIMEOUT); torctl_call_cancel() (TORCTL_ERR_CANCELLED);
//! the end of the connection (TORCTL_ERR_CLOSED). Several threads may have requests on the way on
//! one controller; each gets its own answer. All may be called inside callbacks. Strings with CR,
//! LF or NUL are refused (TORCTL_ERR_INVALID), as is what would make tor crash or lose count of its
//! answers. A controller that is not connected gives TORCTL_ERR_STATE.

use std::ffi::{c_char, c_void};
use std::mem::MaybeUninit;

use super::answers::torctl_results;
use super::args::{all_strings, bytes, memory, share, share_call, strings, Out};
use super::error::torctl_error;
use super::guard::{guard, guard_named};
use super::status::*;
use crate::api::{conf, info, signal};
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::Error;
use crate::proto::command::conf::Setting;
use crate::proto::command::signal::Signal;
use crate::proto::encode::Command;
use crate::proto::reply::Reply;
use crate::proto::result::Values;

/// Sends one command as it is and takes tor's reply, whatever it says: look at
/// torctl_reply_code(). For what this library has no function for.
///
/// `command` is one line without its line end. A command that takes a data block begins with a plus
/// sign, as "+POSTDESCRIPTOR", and `data` is that block: any lines, dots are taken care of. NULL
/// with a size of 0 means no block. Sets `*reply` to a reply that the caller frees with
/// torctl_reply_free(); NULL for `reply` means not wanted.
///
/// Some commands would change what this library knows of the connection:
/// - SETEVENTS, AUTHENTICATE and AUTHCHALLENGE return TORCTL_ERR_INVALID. torctl_queue_new() and
///   torctl_listener_add() ask for events.
/// - QUIT ends the connection: later calls return TORCTL_ERR_CLOSED. torctl_controller_close() says it too.
/// - TAKEOWNERSHIP and DROPOWNERSHIP say whether tor ends with this connection, also for a tor that
///   torctl_launch() has started.
/// - SIGNAL NEWNYM is not counted: a later torctl_new_identity() may return before tor acts on its own.
///   torctl_signal() counts it. SIGNAL SHUTDOWN and SIGNAL HALT end tor, and with it the connection.
/// - SETCONF, RESETCONF and LOADCONF of `__LeaveStreamsUnattached` take the streams from an attacher, and
///   those of `__OwningControllerProcess` decide whether a launched tor ends with this program; so do
///   torctl_set_conf() and its like.
/// - ADD_ONION and DEL_ONION are followed by no wait: torctl_add_onion() is.
///
/// # Safety
/// The handles are NULL or living, the pointers as described.
#[no_mangle]
pub unsafe extern "C" fn torctl_request(
    controller: *mut Controller,
    command: *const c_char,
    data: *const c_void,
    data_size_bytes: usize,
    call: *mut Call,
    reply: Option<&mut MaybeUninit<*mut Reply>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let reply = Out::object(reply);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let line = unsafe { bytes(command, "command") }?;
        // SAFETY: passed on.
        let data = unsafe { memory(data, data_size_bytes, "data") }?;
        let answer = controller.request(Command::raw(line, data)?, &call)?;
        if reply.is_wanted() {
            reply.set_box(answer);
        }
        Ok(TORCTL_OK)
    })
}

/// Asks for one piece of information, by GETINFO.
///
/// Sets `*values` to the key and its value, which the caller frees with torctl_values_free(). A key
/// that tor does not know gives TORCTL_ERR_REJECTED. A key that is well formed, of a relay or a
/// descriptor that tor does not have ("ns/id/" and a fingerprint, for example), gives
/// TORCTL_ERR_NOT_FOUND.
///
/// # Safety
/// The handles are NULL or living, the key is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_info(
    controller: *mut Controller,
    key: *const c_char,
    call: *mut Call,
    values: Option<&mut MaybeUninit<*mut Values>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    // SAFETY: passed on.
    unsafe {
        get_info_many(
            controller,
            &key,
            1,
            call,
            values,
            err,
            &[("keys[0]", "key")],
        )
    }
}

/// Asks for several pieces of information in one GETINFO, which tor answers at one moment.
///
/// Sets `*values` to the keys and their values in the order asked, which the caller frees with
/// torctl_values_free(). A key that tor does not know, or of what it does not have, fails the whole:
/// TORCTL_ERR_REJECTED, or TORCTL_ERR_NOT_FOUND if nothing worse is wrong with any of them.
///
/// # Safety
/// The handles are NULL or living, `keys` is an array of `count` strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_info_many(
    controller: *mut Controller,
    keys: *const *const c_char,
    count: usize,
    call: *mut Call,
    values: Option<&mut MaybeUninit<*mut Values>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    // SAFETY: passed on.
    unsafe { get_info_many(controller, keys, count, call, values, err, &[]) }
}

/// # Safety
/// As for the exports that call it.
#[allow(clippy::too_many_arguments)] // C's, and how they are called.
unsafe fn get_info_many(
    controller: *mut Controller,
    keys: *const *const c_char,
    count: usize,
    call: *mut Call,
    values: Option<&mut MaybeUninit<*mut Values>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
    called: &'static [(&'static str, &'static str)],
) -> torctl_status {
    let values = Out::object(values);
    guard_named(Out::object(err), called, || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let keys = unsafe { all_strings(keys, count, "keys") }?;
        let values = values.require("values")?;
        values.set_box(info::get_info(&controller, &keys, &call)?);
        Ok(TORCTL_OK)
    })
}

/// Asks for several pieces of information, each by a GETINFO of its own, all sent at once: a key that
/// tor refuses has its own error and hides no other.
///
/// Sets `*results` to one result for each key in the order asked, which the caller frees with
/// torctl_results_free(). TORCTL_OK only says that tor answered all: each key may have been refused.
///
/// # Safety
/// The handles are NULL or living, `keys` is an array of `count` strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_info_each(
    controller: *mut Controller,
    keys: *const *const c_char,
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
        let keys = unsafe { all_strings(keys, count, "keys") }?;
        let results = results.require("results")?;
        results.set_box(info::get_info_each(&controller, &keys, &call)?.into());
        Ok(TORCTL_OK)
    })
}

/// Asks for the value of an option of tor's configuration, by GETCONF.
///
/// Sets `*values` to one entry for each value, in order, which the caller frees with
/// torctl_values_free(). An option that is at its default may have none: torctl_values_is_unset().
/// The name comes back in tor's own spelling.
///
/// # Safety
/// The handles are NULL or living, the name is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_conf(
    controller: *mut Controller,
    name: *const c_char,
    call: *mut Call,
    values: Option<&mut MaybeUninit<*mut Values>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    // SAFETY: passed on.
    unsafe {
        get_conf_many(
            controller,
            &name,
            1,
            call,
            values,
            err,
            &[("names[0]", "name"), ("values[0]", "value")],
        )
    }
}

/// Asks for the values of several options in one GETCONF. Otherwise like torctl_get_conf(); a name
/// that tor does not know fails the whole.
///
/// # Safety
/// The handles are NULL or living, `names` is an array of `count` strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_conf_many(
    controller: *mut Controller,
    names: *const *const c_char,
    count: usize,
    call: *mut Call,
    values: Option<&mut MaybeUninit<*mut Values>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    // SAFETY: passed on.
    unsafe { get_conf_many(controller, names, count, call, values, err, &[]) }
}

/// # Safety
/// As for the exports that call it.
#[allow(clippy::too_many_arguments)] // C's, and how they are called.
unsafe fn get_conf_many(
    controller: *mut Controller,
    names: *const *const c_char,
    count: usize,
    call: *mut Call,
    values: Option<&mut MaybeUninit<*mut Values>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
    called: &'static [(&'static str, &'static str)],
) -> torctl_status {
    let values = Out::object(values);
    guard_named(Out::object(err), called, || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let names = unsafe { all_strings(names, count, "names") }?;
        let values = values.require("values")?;
        values.set_box(conf::get_conf(&controller, &names, &call)?);
        Ok(TORCTL_OK)
    })
}

/// Sets an option of tor's configuration, by SETCONF, until tor ends or reads its torrc again.
///
/// The value is quoted, so it may hold anything but CR, LF and NUL. NULL for `value` sets 0 or
/// nothing. For the default use torctl_reset_conf().
///
/// Returns TORCTL_ERR_REJECTED if tor refuses, and then nothing was changed: torctl_error_reason() tells
/// an unknown option, a bad value, and one that only a new tor can have, apart. Where tor's answer is only
/// "See logs for details", the message has the line of its log: for that, the command is sent once more
/// with tor's warnings asked for, by SETEVENTS.
///
/// # Safety
/// The handles are NULL or living, name and value are NULL or strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_set_conf(
    controller: *mut Controller,
    name: *const c_char,
    value: *const c_char,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    // SAFETY: passed on.
    unsafe {
        set_conf_many(
            controller,
            &name,
            &value,
            1,
            call,
            err,
            &[("names[0]", "name"), ("values[0]", "value")],
        )
    }
}

/// Sets several options in one SETCONF: all of them or none. A list option is given once for each of
/// its values, which replace those it had. Otherwise like torctl_set_conf().
///
/// # Safety
/// The handles are NULL or living, `names` and `values` are arrays of `count` strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_set_conf_many(
    controller: *mut Controller,
    names: *const *const c_char,
    values: *const *const c_char,
    count: usize,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    // SAFETY: passed on.
    unsafe { set_conf_many(controller, names, values, count, call, err, &[]) }
}

/// # Safety
/// As for the exports that call it.
#[allow(clippy::too_many_arguments)] // C's, and how they are called.
unsafe fn set_conf_many(
    controller: *mut Controller,
    names: *const *const c_char,
    values: *const *const c_char,
    count: usize,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
    called: &'static [(&'static str, &'static str)],
) -> torctl_status {
    guard_named(Out::object(err), called, || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let settings = unsafe { settings(names, values, count) }?;
        conf::set_conf(&controller, &settings, &call)?;
        Ok(TORCTL_OK)
    })
}

/// Sets an option to its default, or to a value, by RESETCONF. NULL for `value` means the default.
///
/// # Safety
/// The handles are NULL or living, name and value are NULL or strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_reset_conf(
    controller: *mut Controller,
    name: *const c_char,
    value: *const c_char,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    // SAFETY: passed on.
    unsafe {
        reset_conf_many(
            controller,
            &name,
            &value,
            1,
            call,
            err,
            &[("names[0]", "name"), ("values[0]", "value")],
        )
    }
}

/// Sets several options in one RESETCONF: all of them or none. `values` may be NULL, which means the
/// default for all. Otherwise like torctl_reset_conf().
///
/// # Safety
/// The handles are NULL or living, `names` and `values` are arrays of `count` strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_reset_conf_many(
    controller: *mut Controller,
    names: *const *const c_char,
    values: *const *const c_char,
    count: usize,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    // SAFETY: passed on.
    unsafe { reset_conf_many(controller, names, values, count, call, err, &[]) }
}

/// # Safety
/// As for the exports that call it.
#[allow(clippy::too_many_arguments)] // C's, and how they are called.
unsafe fn reset_conf_many(
    controller: *mut Controller,
    names: *const *const c_char,
    values: *const *const c_char,
    count: usize,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
    called: &'static [(&'static str, &'static str)],
) -> torctl_status {
    guard_named(Out::object(err), called, || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let settings = unsafe { settings(names, values, count) }?;
        conf::reset_conf(&controller, &settings, &call)?;
        Ok(TORCTL_OK)
    })
}

/// # Safety
/// As for [`strings`]; `values` may be NULL.
unsafe fn settings<'a>(
    names: *const *const c_char,
    values: *const *const c_char,
    count: usize,
) -> Result<Vec<Setting<'a>>, Error> {
    // SAFETY: passed on.
    let names = unsafe { all_strings(names, count, "names") }?;
    let values = match values.is_null() {
        true => vec![None; names.len()],
        // SAFETY: passed on.
        false => unsafe { strings(values, count, "values") }?,
    };
    Ok(names.into_iter().zip(values).collect())
}

/// Replaces tor's whole configuration by `text`, which is that of a torrc, by LOADCONF. Options that it
/// does not name get their defaults. All of it or nothing.
///
/// # Safety
/// The handles are NULL or living, the text is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_load_conf(
    controller: *mut Controller,
    text: *const c_char,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let text = unsafe { bytes(text, "text") }?;
        conf::load_conf(&controller, text, &call)?;
        Ok(TORCTL_OK)
    })
}

/// Has tor write its configuration into its torrc, by SAVECONF. A torrc that includes other files is
/// only written with `force` not 0, and then does not include them any more.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_save_conf(
    controller: *mut Controller,
    force: i32,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        conf::save_conf(&controller, force != 0, &call)?;
        Ok(TORCTL_OK)
    })
}

/// Sends tor a signal, one of the TORCTL_SIGNAL constants, by SIGNAL.
///
/// TORCTL_SIGNAL_HALT and TORCTL_SIGNAL_SHUTDOWN end tor: it says yes and closes the connection.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_signal(
    controller: *mut Controller,
    signal: i32,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let Some(signal) = Signal::from_number(signal) else {
            let message = format!("signal is {signal}, which is no TORCTL_SIGNAL constant");
            return Err(Error::Invalid(message));
        };
        signal::signal(&controller, signal, &call)?;
        Ok(TORCTL_OK)
    })
}
