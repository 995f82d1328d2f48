//! Events that the library makes itself: STATE and GAP.

use super::{event, message, read};
use torctl::ffi::event_fields::*;
use torctl::proto::event::Kind;

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
