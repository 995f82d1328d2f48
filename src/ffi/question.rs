//! Questions
//!
//! Requests whose answers come as numbers, objects and events in place of text. What there is no
//! function for is asked by torctl_get_info().

use std::ffi::{c_char, c_int};
use std::mem::MaybeUninit;

use super::answers::{torctl_events, torctl_results};
use super::args::{all_strings, bytes, share, share_call, timeout, Out};
use super::error::torctl_error;
use super::guard::{guard, guard_named, guard_or};
use super::status::*;
use crate::api::{question, signal};
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::Error;
use crate::engine::event::Event;

/// Asks by GETINFO for a value that is a number: "uptime" (seconds), "traffic/read" and "traffic/written"
/// (bytes), "process/pid", "limits/max-mem-in-queues" (bytes) and more.
///
/// Sets `*number`. A value that is no number gives TORCTL_ERR_PROTOCOL.
///
/// # Safety
/// The handles are NULL or living, the key is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_number(
    controller: *mut Controller,
    key: *const c_char,
    call: *mut Call,
    number: Option<&mut MaybeUninit<u64>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let number = Out::new(number, 0);
    guard_named(Out::object(err), &[("keys[0]", "key")], || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let key = unsafe { bytes(key, "key") }?;
        number.set(question::number(&controller, key, &call)?);
        Ok(TORCTL_OK)
    })
}

/// Asks by GETINFO for a value that is yes or no: "status/circuit-established", "status/enough-dir-info",
/// "network-liveness", "dormant", "config-can-saveconf", "status/reachability-succeeded/or",
/// "ip-to-country/ipv4-available" and more.
///
/// Sets `*flag` to 1 or 0. A value that is neither gives TORCTL_ERR_PROTOCOL.
///
/// # Safety
/// The handles are NULL or living, the key is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_flag(
    controller: *mut Controller,
    key: *const c_char,
    call: *mut Call,
    flag: Option<&mut MaybeUninit<c_int>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let flag = Out::new(flag, 0);
    guard_named(Out::object(err), &[("keys[0]", "key")], || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let key = unsafe { bytes(key, "key") }?;
        flag.set(c_int::from(question::flag(&controller, key, &call)?));
        Ok(TORCTL_OK)
    })
}

/// Asks how many bytes tor has read and written since it began, by GETINFO traffic/read and
/// traffic/written.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_traffic(
    controller: *mut Controller,
    call: *mut Call,
    read_bytes: Option<&mut MaybeUninit<u64>>,
    written_bytes: Option<&mut MaybeUninit<u64>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let (read, written) = (Out::new(read_bytes, 0), Out::new(written_bytes, 0));
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let traffic = question::traffic(&controller, &call)?;
        read.set(traffic.0);
        written.set(traffic.1);
        Ok(TORCTL_OK)
    })
}

/// Asks how many bytes per second tor may use for long, and how many for a moment, by GETCONF: the least
/// of BandwidthRate, RelayBandwidthRate and MaxAdvertisedBandwidth, and of the bursts, those that are 0
/// not counted.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_effective_rate(
    controller: *mut Controller,
    call: *mut Call,
    rate_bytes: Option<&mut MaybeUninit<u64>>,
    burst_bytes: Option<&mut MaybeUninit<u64>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let (rate, burst) = (Out::new(rate_bytes, 0), Out::new(burst_bytes, 0));
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let limits = question::effective_rate(&controller, &call)?;
        rate.set(limits.0);
        burst.set(limits.1);
        Ok(TORCTL_OK)
    })
}

/// Asks how far tor is with bootstrapping, by GETINFO status/bootstrap-phase. torctl_wait_bootstrapped()
/// waits for the end of it.
///
/// Sets `*phase` to a STATUS_CLIENT event that says what tor said last: torctl_status_event_progress(),
/// torctl_status_event_tag(), torctl_status_event_summary() and, in trouble, torctl_status_event_warning().
/// The caller frees it with torctl_event_free().
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_bootstrap_phase(
    controller: *mut Controller,
    call: *mut Call,
    phase: Option<&mut MaybeUninit<*mut Event>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let phase = Out::object(phase);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let phase = phase.require("phase")?;
        let mut events = question::events(&controller, "status/bootstrap-phase", &call)?;
        let event = events
            .pop()
            .ok_or_else(|| Error::Protocol("tor has no bootstrap phase".to_string()))?;
        phase.set_box(event);
        Ok(TORCTL_OK)
    })
}

/// Asks for the circuits that there are, by GETINFO circuit-status.
///
/// Sets `*circuits` to CIRC events, one for each, with the status that it has: torctl_circ_id() and its
/// like. The caller frees them with torctl_events_free().
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_circuits(
    controller: *mut Controller,
    call: *mut Call,
    circuits: Option<&mut MaybeUninit<*mut torctl_events>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    // SAFETY: passed on.
    unsafe { events(controller, "circuit-status", call, circuits, err) }
}

/// Asks for the streams that there are, by GETINFO stream-status, which has fewer fields than the events:
/// id, status, circuit and target.
///
/// Sets `*streams` to STREAM events, one for each, which the caller frees with torctl_events_free().
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_streams(
    controller: *mut Controller,
    call: *mut Call,
    streams: Option<&mut MaybeUninit<*mut torctl_events>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    // SAFETY: passed on.
    unsafe { events(controller, "stream-status", call, streams, err) }
}

/// Asks for the connections to relays that there are, by GETINFO orconn-status.
///
/// Sets `*connections` to ORCONN events, one for each, which the caller frees with torctl_events_free().
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_orconns(
    controller: *mut Controller,
    call: *mut Call,
    connections: Option<&mut MaybeUninit<*mut torctl_events>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    // SAFETY: passed on.
    unsafe { events(controller, "orconn-status", call, connections, err) }
}

/// # Safety
/// The handles are NULL or living.
unsafe fn events(
    controller: *mut Controller,
    key: &str,
    call: *mut Call,
    place: Option<&mut MaybeUninit<*mut torctl_events>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let place = Out::object(place);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let place = place.require("the place for the answer")?;
        let items = question::events(&controller, key, &call)?;
        place.set_box(items.into());
        Ok(TORCTL_OK)
    })
}

/// Asks in which countries addresses are, by GETINFO ip-to-country, all at once.
///
/// Sets `*results` to one result for each address in the order asked: the address and two letters, as
/// "us", or "?" where tor does not know. The caller frees it with torctl_results_free(). A tor without
/// a GeoIP file refuses each with code 551.
///
/// # Safety
/// The handles are NULL or living, `addresses` is an array of `count` strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_countries(
    controller: *mut Controller,
    addresses: *const *const c_char,
    count: usize,
    call: *mut Call,
    results: Option<&mut MaybeUninit<*mut torctl_results>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let results = Out::object(results);
    guard_named(Out::object(err), &[("keys[", "addresses[")], || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let addresses = unsafe { all_strings(addresses, count, "addresses") }?;
        let results = results.require("results")?;
        let countries = question::countries(&controller, &addresses, &call)?;
        results.set_box(countries.into());
        Ok(TORCTL_OK)
    })
}

/// Asks which options of tor's configuration are not at their defaults, by GETINFO config-text.
///
/// Sets `*results` to names and values in the order in which a torrc would have them, so that the options
/// of a service stand behind its HiddenServiceDir; a name may come more than once. The caller frees it
/// with torctl_results_free().
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_changed_conf(
    controller: *mut Controller,
    call: *mut Call,
    results: Option<&mut MaybeUninit<*mut torctl_results>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let results = Out::object(results);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let results = results.require("results")?;
        let changed = question::changed_options(&controller, &call)?;
        results.set_box(changed.into());
        Ok(TORCTL_OK)
    })
}

/// Tells tor to use new circuits for new streams, by SIGNAL NEWNYM, and waits until it does: immediately if
/// the last time was ten seconds ago, or else when it will have been. Only a SIGNAL event that comes after
/// tor's answer counts. Where none comes within eleven seconds and tor still answers, tor has acted by its
/// own rule, and the call returns TORCTL_OK: a filter before tor keeps the event back, or tor takes no
/// streams, having no SOCKS port or its like, and tells of nothing. Blocks for `timeout_ms` at the most,
/// where -1 means no limit but that; then TORCTL_ERR_TIMEOUT.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_new_identity(
    controller: *mut Controller,
    timeout_ms: i32,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let timeout_ms = timeout(timeout_ms, "timeout_ms")?;
        signal::new_identity(&controller, timeout_ms, &call)?;
        Ok(TORCTL_OK)
    })
}

/// How many milliseconds tor would wait before it acts on a NEWNYM that is sent now. Counts those that
/// were sent through this controller; of others tor does not tell. Does not talk to tor. 0 for NULL.
///
/// # Safety
/// The handle is NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_newnym_wait_ms(controller: *mut Controller) -> i32 {
    guard_or(0, || {
        // SAFETY: passed on.
        let controller = unsafe { share(controller, "controller") };
        controller.map_or(0, |it| signal::newnym_wait(&it).as_millis() as i32)
    })
}
