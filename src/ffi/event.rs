//! Events
//!
//! An event has a kind, the raw text that tor sent, positional arguments and keyword arguments
//! split from it, perhaps a data block, and the time it came. What depends on the kind has functions
//! of its own below; kinds and keywords that this version does not know are there all the same.

use std::ffi::{c_char, c_int};

use super::args::{c_text, empty, optional_bytes};
use super::guard::guard_or;
use crate::engine::event::Event;
use crate::proto::event::{Kind, Text};

/// An event. One from torctl_queue_next() or torctl_event_dup() is the caller's, to be freed by
/// torctl_event_free(), and outlives everything; one that a listener gets lives until the listener
/// returns. One thread at a time may use it. Strings from it live as long as it does.
pub struct torctl_event(());

/// A kind that this version does not know; torctl_event_name() has tor's word for it.
pub const TORCTL_EVENT_UNKNOWN: i32 = 0;
/// A circuit changed its status.
pub const TORCTL_EVENT_CIRC: i32 = 1;
/// A circuit changed its purpose or was reused.
pub const TORCTL_EVENT_CIRC_MINOR: i32 = 2;
/// A stream changed its status.
pub const TORCTL_EVENT_STREAM: i32 = 3;
/// A connection to a relay changed its status.
pub const TORCTL_EVENT_ORCONN: i32 = 4;
/// Bytes read and written in the last second.
pub const TORCTL_EVENT_BW: i32 = 5;
/// A log message of severity debug. There are very many.
pub const TORCTL_EVENT_DEBUG: i32 = 6;
/// A log message of severity info.
pub const TORCTL_EVENT_INFO: i32 = 7;
/// A log message of severity notice.
pub const TORCTL_EVENT_NOTICE: i32 = 8;
/// A log message of severity warn.
pub const TORCTL_EVENT_WARN: i32 = 9;
/// A log message of severity err.
pub const TORCTL_EVENT_ERR: i32 = 10;
/// Descriptors of relays came.
pub const TORCTL_EVENT_NEWDESC: i32 = 11;
/// An address was mapped to another.
pub const TORCTL_EVENT_ADDRMAP: i32 = 12;
/// tor's own descriptor changed.
pub const TORCTL_EVENT_DESCCHANGED: i32 = 13;
/// Router status entries changed.
pub const TORCTL_EVENT_NS: i32 = 14;
/// Something happened that concerns every tor.
pub const TORCTL_EVENT_STATUS_GENERAL: i32 = 15;
/// Something happened that concerns a client, as its bootstrapping.
pub const TORCTL_EVENT_STATUS_CLIENT: i32 = 16;
/// Something happened that concerns a relay.
pub const TORCTL_EVENT_STATUS_SERVER: i32 = 17;
/// The entry guards changed.
pub const TORCTL_EVENT_GUARD: i32 = 18;
/// Bytes that a stream's application wrote and read.
pub const TORCTL_EVENT_STREAM_BW: i32 = 19;
/// From where a bridge's clients came.
pub const TORCTL_EVENT_CLIENTS_SEEN: i32 = 20;
/// A new consensus came: all its router status entries.
pub const TORCTL_EVENT_NEWCONSENSUS: i32 = 21;
/// The circuit build timeout was set.
pub const TORCTL_EVENT_BUILDTIMEOUT_SET: i32 = 22;
/// tor got a signal.
pub const TORCTL_EVENT_SIGNAL: i32 = 23;
/// Options of tor's configuration changed.
pub const TORCTL_EVENT_CONF_CHANGED: i32 = 24;
/// Bytes of a connection, in test networks.
pub const TORCTL_EVENT_CONN_BW: i32 = 25;
/// Cells of a circuit, in test networks.
pub const TORCTL_EVENT_CELL_STATS: i32 = 26;
/// Bytes of a circuit.
pub const TORCTL_EVENT_CIRC_BW: i32 = 27;
/// A pluggable transport was launched.
pub const TORCTL_EVENT_TRANSPORT_LAUNCHED: i32 = 28;
/// Something happened to an onion service's descriptor.
pub const TORCTL_EVENT_HS_DESC: i32 = 29;
/// An onion service's descriptor that was fetched.
pub const TORCTL_EVENT_HS_DESC_CONTENT: i32 = 30;
/// The network seems to be there, or not.
pub const TORCTL_EVENT_NETWORK_LIVENESS: i32 = 31;
/// A pluggable transport's log message. No tor of today lets anybody ask for it.
pub const TORCTL_EVENT_PT_LOG: i32 = 32;
/// A pluggable transport's status. No tor of today lets anybody ask for it.
pub const TORCTL_EVENT_PT_STATUS: i32 = 33;
/// Made by the library: the controller's state changed.
pub const TORCTL_EVENT_STATE: i32 = 40;
/// Made by the library: events were lost here. Comes to every queue and listener concerned, whatever
/// kinds it asked for.
pub const TORCTL_EVENT_GAP: i32 = 41;

/// tor's word for a kind, as "BW". "" for an unknown one. Lives for ever.
#[no_mangle]
pub extern "C" fn torctl_kind_name(kind: i32) -> *const c_char {
    guard_or(empty(), || match Kind::from_number(kind) {
        Some(kind) => c_text(kind.name_with_nul().as_bytes()),
        None => empty(),
    })
}

/// The kind that tor means by a word, as TORCTL_EVENT_BW for "BW". TORCTL_EVENT_UNKNOWN for any
/// other, and for NULL.
///
/// # Safety
/// The name is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_kind_from_name(name: *const c_char) -> i32 {
    guard_or(TORCTL_EVENT_UNKNOWN, || {
        // SAFETY: passed on.
        let name = unsafe { optional_bytes(name) };
        name.map_or(TORCTL_EVENT_UNKNOWN, |name| Kind::from_word(name) as i32)
    })
}

fn with<T>(event: Option<&Event>, fallback: T, get: impl FnOnce(&Event) -> T) -> T {
    match event {
        None => fallback,
        Some(event) => guard_or(fallback, || get(event)),
    }
}

fn text(event: Option<&Event>, get: impl FnOnce(&Event) -> Text<'_>) -> *const c_char {
    with(event, empty(), |event| c_text(get(event).with_nul()))
}

/// The event's kind, one of the TORCTL_EVENT constants. TORCTL_EVENT_UNKNOWN for NULL.
#[no_mangle]
pub extern "C" fn torctl_event_kind(event: Option<&Event>) -> i32 {
    event.map_or(TORCTL_EVENT_UNKNOWN, |event| event.kind() as i32)
}

/// tor's word for the event's kind, also if this version does not know it.
#[no_mangle]
pub extern "C" fn torctl_event_name(event: Option<&Event>) -> *const c_char {
    with(event, empty(), |event| match event.kind() {
        Kind::Unknown => c_text(event.name_text().with_nul()),
        kind => c_text(kind.name_with_nul().as_bytes()),
    })
}

/// All that tor sent, with every line and line end, as it came over the wire.
#[no_mangle]
pub extern "C" fn torctl_event_raw(event: Option<&Event>) -> *const c_char {
    text(event, Event::raw_text)
}

/// The size of the raw text, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_event_raw_size_bytes(event: Option<&Event>) -> usize {
    event.map_or(0, |event| event.raw().len())
}

/// When the event was received, in nanoseconds of CLOCK_MONOTONIC.
#[no_mangle]
pub extern "C" fn torctl_event_arrival_mono_ns(event: Option<&Event>) -> u64 {
    event.map_or(0, Event::arrival_mono_ns)
}

/// When the event was received, in microseconds since 1970, UTC.
#[no_mangle]
pub extern "C" fn torctl_event_arrival_unix_us(event: Option<&Event>) -> i64 {
    event.map_or(0, Event::arrival_unix_us)
}

/// How many microseconds ago the event was received.
#[no_mangle]
pub extern "C" fn torctl_event_age_us(event: Option<&Event>) -> u64 {
    event.map_or(0, Event::age_us)
}

/// How many positional arguments the event has. Those of "STREAM 4 NEW 0 host:80 PURPOSE=USER" are
/// "4", "NEW", "0" and "host:80". A log message is one argument.
#[no_mangle]
pub extern "C" fn torctl_event_arg_count(event: Option<&Event>) -> usize {
    with(event, 0, |event| event.fields().arg_count())
}

/// A positional argument, unquoted; "" if there are not so many.
#[no_mangle]
pub extern "C" fn torctl_event_arg(event: Option<&Event>, index: usize) -> *const c_char {
    text(event, |event| event.fields().arg(index))
}

/// The size of a positional argument, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_event_arg_size_bytes(event: Option<&Event>, index: usize) -> usize {
    with(event, 0, |event| event.fields().arg(index).bytes().len())
}

/// How many keyword arguments the event has, known or not.
#[no_mangle]
pub extern "C" fn torctl_event_keyword_count(event: Option<&Event>) -> usize {
    with(event, 0, |event| event.fields().pair_count())
}

/// The name of a keyword argument, in the order in which tor sent them; "" if there are not so many.
#[no_mangle]
pub extern "C" fn torctl_event_keyword_name(event: Option<&Event>, index: usize) -> *const c_char {
    text(event, |event| {
        let pair = event.fields().pair(index);
        pair.map_or(Text::EMPTY, |pair| pair.name)
    })
}

/// The value of a keyword argument, unquoted and with escapes undone.
#[no_mangle]
pub extern "C" fn torctl_event_keyword_value(event: Option<&Event>, index: usize) -> *const c_char {
    text(event, |event| {
        let pair = event.fields().pair(index);
        pair.map_or(Text::EMPTY, |pair| pair.value)
    })
}

/// The size of a keyword argument's value, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_event_keyword_value_size_bytes(
    event: Option<&Event>,
    index: usize,
) -> usize {
    with(event, 0, |event| {
        let pair = event.fields().pair(index);
        pair.map_or(0, |pair| pair.value.bytes().len())
    })
}

/// The value of the first keyword argument with this name, or NULL if there is none.
///
/// # Safety
/// The name is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_event_find(
    event: Option<&Event>,
    name: *const c_char,
) -> *const c_char {
    with(event, std::ptr::null(), |event| {
        // SAFETY: passed on.
        let name = unsafe { optional_bytes(name) };
        let value = name.and_then(|name| event.fields().find(name));
        value.map_or(std::ptr::null(), |value| c_text(value.with_nul()))
    })
}

/// Whether the event has a keyword argument with this name.
///
/// # Safety
/// The name is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_event_has(event: Option<&Event>, name: *const c_char) -> c_int {
    // SAFETY: passed on.
    c_int::from(!unsafe { torctl_event_find(event, name) }.is_null())
}

/// The event's data block: dots taken care of, every line ended by LF. "" if it has none.
#[no_mangle]
pub extern "C" fn torctl_event_data(event: Option<&Event>) -> *const c_char {
    text(event, Event::data)
}

/// The size of the data block, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_event_data_size_bytes(event: Option<&Event>) -> usize {
    with(event, 0, |event| event.data().bytes().len())
}

/// Whether an event misses something that every event of its kind has, or has it in a form that cannot
/// be read: 1 or 0. The functions for its fields give 0 or "" for what is missing; this tells such an
/// event from one in which tor wrote 0. A tor of today sends none; a broken peer may.
///
/// What is checked depends on the kind. For example, BW must have its two numbers, CIRC its number and
/// its status, STREAM_BW and CIRC_BW their identifier and their counts, STATUS_CLIENT its severity and
/// its action, NS its data block of router status entries. What tor may leave out is not checked.
/// Words, arguments and keywords that this version does not know make no event malformed. It is 0 for
/// a kind that this version does not know, for TORCTL_EVENT_STATE and TORCTL_EVENT_GAP, and for NULL.
///
/// The event is looked at when this is called; nothing is checked for a program that does not ask.
#[no_mangle]
pub extern "C" fn torctl_event_is_malformed(event: Option<&Event>) -> c_int {
    with(event, 0, |event| c_int::from(event.is_malformed()))
}

/// Copies an event, to keep it longer than the call that got it.
///
/// Returns an event that the caller frees with torctl_event_free(); NULL for NULL.
#[no_mangle]
pub extern "C" fn torctl_event_dup(event: Option<&Event>) -> *mut Event {
    with(event, std::ptr::null_mut(), |event| {
        Box::into_raw(Box::new(event.dup()))
    })
}

/// Frees an event from torctl_queue_next() or torctl_event_dup(); never one that a listener was
/// given. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_event_free(event: Option<Box<Event>>) {
    guard_or((), || drop(event));
}
