//! Events that the library makes itself: STATE and GAP.

use std::ffi::c_char;

use super::controller::*;
use super::field::{arg, text, unsigned, value};
use crate::engine::event::Event;
use crate::proto::event::{Key, Kind, KindSet};

/// The controller changed its state.
const STATE: KindSet = KindSet::of(Kind::State);

/// Events were lost here.
const GAP: KindSet = KindSet::of(Kind::Gap);

/// The state that the controller went into, one of the TORCTL_STATE constants.
#[no_mangle]
pub extern "C" fn torctl_state_event_state(event: Option<&Event>) -> i32 {
    match arg(event, STATE, 0).bytes() {
        b"CONNECTING" => TORCTL_STATE_CONNECTING,
        b"CONNECTED" => TORCTL_STATE_CONNECTED,
        b"READY" => TORCTL_STATE_READY,
        b"CLOSED" => TORCTL_STATE_CLOSED,
        _ => TORCTL_STATE_NEW,
    }
}

/// Why the conversation ended, in one word: "LOCAL" (the program closed it), "EOF" (tor did, as when
/// it ends), "ERROR" (the system) or "PROTOCOL" (the peer does not speak it). "" if it has not ended.
#[no_mangle]
pub extern "C" fn torctl_state_event_cause(event: Option<&Event>) -> *const c_char {
    text(value(event, STATE, Key::Cause))
}

/// Why the conversation ended, in a sentence for people. "" if it has not ended.
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

#[cfg(test)]
mod tests {
    use super::super::field::testing::{event, message, read};
    use super::*;

    #[test]
    fn states_and_losses() {
        let made = message(
            Kind::State,
            "650 STATE CLOSED CAUSE=EOF MESSAGE=\"tor closed the connection\"\r\n",
        );
        let state = Some(&made);
        assert_eq!(torctl_state_event_state(state), TORCTL_STATE_CLOSED);
        assert_eq!(read(torctl_state_event_cause(state)), "EOF");
        assert_eq!(
            read(torctl_state_event_message(state)),
            "tor closed the connection"
        );
        let made = message(Kind::Gap, "650 GAP LOST_EVENTS=12 LOST_BYTES=345\r\n");
        assert_eq!(torctl_gap_lost_events(Some(&made)), 12);
        assert_eq!(torctl_gap_lost_bytes(Some(&made)), 345);
        // A peer cannot pretend to be the library.
        let forged = event("GAP LOST_EVENTS=12 LOST_BYTES=345");
        assert_eq!(torctl_gap_lost_events(Some(&forged)), 0);
    }
}
