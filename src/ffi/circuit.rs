//! Circuits and streams under the program's hand
//!
//! Requests about circuits and streams, which are named by the ids that events and GETINFO give
//! them. Relays are named by fingerprint, with or without a dollar sign, or by nickname.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use super::args::{all_strings, bytes, share, share_call, timeout, Out};
use super::error::torctl_error;
use super::fields::{TORCTL_CIRC_PURPOSE_CONTROLLER, TORCTL_CIRC_PURPOSE_GENERAL};
use super::guard::guard;
use super::status::*;
use crate::api::{circuit, stream};
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::Error;
use crate::engine::event::Event;
use crate::proto::command::circuit::CircuitPurpose;
use crate::proto::command::stream::StreamReason;

/// Begins a circuit, or more hops of an existing one, by EXTENDCIRCUIT, and does not wait until it is
/// built: torctl_build_circuit() does.
///
/// `circuit` is 0 for a new one. `path` names the relays in order; a new circuit with a `count` of 0
/// goes where tor likes. `purpose` is TORCTL_CIRC_PURPOSE_GENERAL, or TORCTL_CIRC_PURPOSE_CONTROLLER
/// for a circuit to which tor attaches no stream by itself, or 0 for tor's default. Sets `*id`, if not
/// NULL, to the circuit's id.
///
/// # Safety
/// The handles are NULL or living, `path` is an array of `count` strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_extend_circuit(
    controller: *mut Controller,
    circuit: u64,
    path: *const *const c_char,
    count: usize,
    purpose: i32,
    call: *mut Call,
    id: Option<&mut MaybeUninit<u64>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let id = Out::new(id, 0);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let path = unsafe { all_strings(path, count, "path") }?;
        let purpose = optional_purpose(purpose)?;
        let circuit = (circuit != 0).then_some(circuit);
        id.set(circuit::extend_circuit(
            &controller,
            circuit,
            &path,
            purpose,
            &call,
        )?);
        Ok(TORCTL_OK)
    })
}

/// Begins a circuit, or more hops of an existing one, by EXTENDCIRCUIT, and waits until it is built.
///
/// The arguments are those of torctl_extend_circuit(). Sets `*id`, if not NULL, to the circuit's id,
/// and `*built`, if not NULL, to the CIRC event that says so, which has the path and which the caller
/// frees with torctl_event_free(). Returns TORCTL_ERR_FAILED if it could not be built; tor's word for
/// the reason is in torctl_error_reply_text(). Blocks for `timeout_ms` at the most, where -1 is
/// endless; then TORCTL_ERR_TIMEOUT. A new circuit that is not waited for to the end is closed. The circuit
/// is known by its id; tor is also asked now and then, by GETINFO circuit-status, and often where CIRC
/// events are refused.
///
/// # Safety
/// The handles are NULL or living, `path` is an array of `count` strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_build_circuit(
    controller: *mut Controller,
    circuit: u64,
    path: *const *const c_char,
    count: usize,
    purpose: i32,
    timeout_ms: i32,
    call: *mut Call,
    id: Option<&mut MaybeUninit<u64>>,
    built: Option<&mut MaybeUninit<*mut Event>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let (id, built) = (Out::new(id, 0), Out::object(built));
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let path = unsafe { all_strings(path, count, "path") }?;
        let purpose = optional_purpose(purpose)?;
        let timeout_ms = timeout(timeout_ms, "timeout_ms")?;
        let circuit = (circuit != 0).then_some(circuit);
        let (number, event) =
            circuit::build_circuit(&controller, circuit, &path, purpose, timeout_ms, &call)?;
        id.set(number);
        if built.is_wanted() {
            built.set_box(event);
        }
        Ok(TORCTL_OK)
    })
}

/// Sets what a circuit is for, by SETCIRCUITPURPOSE: TORCTL_CIRC_PURPOSE_GENERAL or
/// TORCTL_CIRC_PURPOSE_CONTROLLER.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_set_circuit_purpose(
    controller: *mut Controller,
    circuit: u64,
    purpose: i32,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let Some(purpose) = optional_purpose(purpose)? else {
            let message = "purpose is 0, which is no purpose".to_string();
            return Err(Error::Invalid(message));
        };
        circuit::set_circuit_purpose(&controller, circuit, purpose, &call)?;
        Ok(TORCTL_OK)
    })
}

fn optional_purpose(purpose: i32) -> Result<Option<CircuitPurpose>, Error> {
    match purpose {
        0 => Ok(None),
        TORCTL_CIRC_PURPOSE_GENERAL => Ok(Some(CircuitPurpose::General)),
        TORCTL_CIRC_PURPOSE_CONTROLLER => Ok(Some(CircuitPurpose::Controller)),
        _ => Err(Error::Invalid(format!(
            "purpose is {purpose}; a controller may say TORCTL_CIRC_PURPOSE_GENERAL or \
             TORCTL_CIRC_PURPOSE_CONTROLLER"
        ))),
    }
}

/// Closes a circuit, by CLOSECIRCUIT. With `if_unused` not 0 tor keeps it if streams use it, and says
/// TORCTL_OK all the same.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_close_circuit(
    controller: *mut Controller,
    circuit: u64,
    if_unused: i32,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        circuit::close_circuit(&controller, circuit, if_unused != 0, &call)?;
        Ok(TORCTL_OK)
    })
}

/// Attaches a stream to a circuit, by ATTACHSTREAM. tor leaves streams to the program while its option
/// __LeaveStreamsUnattached is 1.
///
/// A `circuit` of 0 lets tor choose. `hop` is the one at which the stream leaves, 2 or more; 0 is the
/// last.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_attach_stream(
    controller: *mut Controller,
    stream: u64,
    circuit: u64,
    hop: u32,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let circuit = (circuit != 0).then_some(circuit);
        let hop = (hop != 0).then_some(hop);
        stream::attach_stream(&controller, stream, circuit, hop, &call)?;
        Ok(TORCTL_OK)
    })
}

/// Has a stream go to another address, by REDIRECTSTREAM, as long as it is not attached. A `port` of 0
/// leaves the port as it is.
///
/// # Safety
/// The handles are NULL or living, the address is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_redirect_stream(
    controller: *mut Controller,
    stream: u64,
    address: *const c_char,
    port: u16,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let address = unsafe { bytes(address, "address") }?;
        let port = (port != 0).then_some(port);
        stream::redirect_stream(&controller, stream, address, port, &call)?;
        Ok(TORCTL_OK)
    })
}

/// Closes a stream, by CLOSESTREAM. `reason` is one of the TORCTL_STREAM_REASON constants from
/// TORCTL_STREAM_REASON_MISC to TORCTL_STREAM_REASON_NOTDIRECTORY; tor knows no others here.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_close_stream(
    controller: *mut Controller,
    stream: u64,
    reason: i32,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let Some(reason) = StreamReason::from_number(reason) else {
            let message = format!("reason is {reason}, with which no stream can be closed");
            return Err(Error::Invalid(message));
        };
        stream::close_stream(&controller, stream, reason, &call)?;
        Ok(TORCTL_OK)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::event::words;

    /// The header names both by the same constants.
    #[test]
    fn reasons_have_the_numbers_of_events() {
        for number in 1..=14 {
            let reason = StreamReason::from_number(number).unwrap();
            assert_eq!(words::STREAM_REASON.word(number), Some(reason.name()));
        }
        assert_eq!(StreamReason::from_number(15), None);
        let number = |word: &[u8]| words::CIRC_PURPOSE.number(word);
        assert_eq!(number(b"GENERAL"), TORCTL_CIRC_PURPOSE_GENERAL);
        assert_eq!(number(b"CONTROLLER"), TORCTL_CIRC_PURPOSE_CONTROLLER);
    }
}
