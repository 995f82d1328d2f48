//! Events that the library makes itself: STATE and GAP.

use std::ffi::c_char;

use super::field::{arg, text, unsigned, value};
use crate::engine::event::Event;
use crate::proto::event::{Key, Kind, KindSet};

/// The controller changed its state.
const STATE: KindSet = KindSet::of(Kind::State);

/// Events were lost here.
const GAP: KindSet = KindSet::of(Kind::Gap);

/// The new state of the controller as a word, such as "READY" or "CLOSED".
#[no_mangle]
pub extern "C" fn torctl_state_event_state(event: Option<&Event>) -> *const c_char {
    text(arg(event, STATE, 0))
}

/// What caused it as a word (CAUSE), such as "EOF"; "" when there is nothing to say.
#[no_mangle]
pub extern "C" fn torctl_state_event_cause(event: Option<&Event>) -> *const c_char {
    text(value(event, STATE, Key::Cause))
}

/// What caused it as a text for people (MESSAGE); "" when there is nothing to say.
#[no_mangle]
pub extern "C" fn torctl_state_event_message(event: Option<&Event>) -> *const c_char {
    text(value(event, STATE, Key::Message))
}

/// How many events were dropped here because the queue was full (LOST_EVENTS).
#[no_mangle]
pub extern "C" fn torctl_gap_lost_events(event: Option<&Event>) -> u64 {
    unsigned(value(event, GAP, Key::LostEvents))
}

/// How many bytes those events had (LOST_BYTES).
#[no_mangle]
pub extern "C" fn torctl_gap_lost_bytes(event: Option<&Event>) -> u64 {
    unsigned(value(event, GAP, Key::LostBytes))
}
