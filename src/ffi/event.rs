//! Events
//!
//! What happens in tor, as tor tells it. torctl_queue_new() and torctl_listener_add() ask for
//! events, by their kinds.
//!
//! An event has a kind, positional arguments, keyword arguments, for some kinds a data block, the
//! text that tor sent, and the time when it arrived. The functions of this section give all of
//! these, also of kinds and keywords that this version does not know. The sections after it have a
//! function for each field of the kinds that it does know. For them:
//!
//! - A field that the event does not have is 0 or "". So is every field of an event of another
//!   kind, and of NULL. Only where a comment says so it is -1. torctl_event_has() says whether a
//!   keyword is there.
//! - A word out of a fixed set is a constant. The UNKNOWN of each set is 0, and stands for an
//!   absent word, for one that this version does not know, and for tor's own word UNKNOWN; the
//!   function whose name ends in _text gives the word as tor wrote it. Several words are a sum of
//!   flags, in which the flag OTHER stands for those that this version does not know.
//! - An index counts from 0. One that is too large gives 0 or "".
//! - The name in parentheses is tor's keyword for the field: torctl_event_find() takes it.
//! - A fingerprint has 40 hexadecimal digits, without $. tor may leave out a fingerprint or a
//!   nickname.

use std::ffi::{c_char, c_int};

use super::args::{c_text, empty, optional_bytes};
use super::event_fields::TORCTL_EVENT_UNKNOWN;
use super::guard::guard_or;
use crate::engine::event::Event;
use crate::proto::event::{Kind, Text};

/// An event. One from torctl_queue_next() or torctl_event_dup() belongs to the caller, who frees it
/// with torctl_event_free(), and outlives everything. One that a listener gets is valid until the
/// listener returns. Only one thread at a time may use an event. Strings from it are valid as long
/// as it is.
pub struct torctl_event(());

/// The kind that a word of tor means, for example TORCTL_EVENT_BW for "BW". TORCTL_EVENT_UNKNOWN
/// for any other word, and for NULL.
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

/// The event's kind: one of the TORCTL_EVENT constants; TORCTL_EVENT_UNKNOWN for NULL.
#[no_mangle]
pub extern "C" fn torctl_event_kind(event: Option<&Event>) -> i32 {
    event.map_or(TORCTL_EVENT_UNKNOWN, |event| event.kind() as i32)
}

/// tor's word for the event's kind, also when this version does not know the kind.
#[no_mangle]
pub extern "C" fn torctl_event_name(event: Option<&Event>) -> *const c_char {
    with(event, empty(), |event| match event.kind() {
        Kind::Unknown => c_text(event.name_text().with_nul()),
        kind => c_text(kind.name_with_nul().as_bytes()),
    })
}

/// The event as tor sent it: all bytes of all lines, with their line ends.
#[no_mangle]
pub extern "C" fn torctl_event_raw(event: Option<&Event>) -> *const c_char {
    text(event, Event::raw_text)
}

/// The size of torctl_event_raw().
#[no_mangle]
pub extern "C" fn torctl_event_raw_size_bytes(event: Option<&Event>) -> usize {
    event.map_or(0, |event| event.raw().len())
}

/// When the event arrived, in nanoseconds of CLOCK_MONOTONIC.
#[no_mangle]
pub extern "C" fn torctl_event_arrival_mono_ns(event: Option<&Event>) -> u64 {
    event.map_or(0, Event::arrival_mono_ns)
}

/// When the event arrived.
#[no_mangle]
pub extern "C" fn torctl_event_arrival_unix_us(event: Option<&Event>) -> i64 {
    event.map_or(0, Event::arrival_unix_us)
}

/// How many microseconds ago the event arrived.
#[no_mangle]
pub extern "C" fn torctl_event_age_us(event: Option<&Event>) -> u64 {
    event.map_or(0, Event::age_us)
}

/// How many positional arguments the event has. Those of "STREAM 4 NEW 0 host:80 PURPOSE=USER" are
/// "4", "NEW", "0" and "host:80". The text of a log message is one argument.
#[no_mangle]
pub extern "C" fn torctl_event_arg_count(event: Option<&Event>) -> usize {
    with(event, 0, |event| event.fields().arg_count())
}

/// A positional argument, unquoted; "" if the index is too large.
#[no_mangle]
pub extern "C" fn torctl_event_arg(event: Option<&Event>, index: usize) -> *const c_char {
    text(event, |event| event.fields().arg(index))
}

/// The size of torctl_event_arg().
#[no_mangle]
pub extern "C" fn torctl_event_arg_size_bytes(event: Option<&Event>, index: usize) -> usize {
    with(event, 0, |event| event.fields().arg(index).bytes().len())
}

/// How many keyword arguments the event has, also those that this version does not know.
#[no_mangle]
pub extern "C" fn torctl_event_keyword_count(event: Option<&Event>) -> usize {
    with(event, 0, |event| event.fields().pair_count())
}

/// The name of a keyword argument, in the order in which tor sent them; "" if the index is too
/// large.
#[no_mangle]
pub extern "C" fn torctl_event_keyword_name(event: Option<&Event>, index: usize) -> *const c_char {
    text(event, |event| {
        let pair = event.fields().pair(index);
        pair.map_or(Text::EMPTY, |pair| pair.name)
    })
}

/// The value of a keyword argument, unquoted and unescaped; "" if the index is too large.
#[no_mangle]
pub extern "C" fn torctl_event_keyword_value(event: Option<&Event>, index: usize) -> *const c_char {
    text(event, |event| {
        let pair = event.fields().pair(index);
        pair.map_or(Text::EMPTY, |pair| pair.value)
    })
}

/// The size of torctl_event_keyword_value().
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

/// 1 if the event has a keyword argument with this name, 0 if not.
///
/// # Safety
/// The name is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_event_has(event: Option<&Event>, name: *const c_char) -> c_int {
    // SAFETY: passed on.
    c_int::from(!unsafe { torctl_event_find(event, name) }.is_null())
}

/// The event's data block, dot-unstuffed, every line ended by LF; "" if it has none.
#[no_mangle]
pub extern "C" fn torctl_event_data(event: Option<&Event>) -> *const c_char {
    text(event, Event::data)
}

/// The size of torctl_event_data().
#[no_mangle]
pub extern "C" fn torctl_event_data_size_bytes(event: Option<&Event>) -> usize {
    with(event, 0, |event| event.data().bytes().len())
}

/// 1 if the event lacks a field that every event of its kind has, or has it in a form that cannot
/// be read; 0 if not. It tells such an event from one in which tor wrote 0. tor sends none; a
/// broken peer may.
///
/// What is checked depends on the kind. For example, BW must have its two numbers, CIRC its number
/// and its status, STREAM_BW and CIRC_BW their number and their counts, STATUS_CLIENT its severity
/// and its action, NS its data block of router status entries. Not checked is what tor may leave
/// out. Words, arguments and keywords that this version does not know do not make an event
/// malformed. The result is 0 for a kind that this version does not know, for TORCTL_EVENT_STATE
/// and TORCTL_EVENT_GAP, and for NULL.
///
/// The check takes place in this call: a program that does not ask does not pay for it.
#[no_mangle]
pub extern "C" fn torctl_event_is_malformed(event: Option<&Event>) -> c_int {
    with(event, 0, |event| c_int::from(event.is_malformed()))
}

/// Copies an event, for example to keep it when a listener returns.
///
/// Returns an event that the caller frees with torctl_event_free(); NULL for NULL.
#[no_mangle]
pub extern "C" fn torctl_event_dup(event: Option<&Event>) -> *mut Event {
    with(event, std::ptr::null_mut(), |event| {
        Box::into_raw(Box::new(event.dup()))
    })
}

/// Frees an event that belongs to the caller, never one that a listener gets. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_event_free(event: Option<Box<Event>>) {
    guard_or((), || drop(event));
}
