//! Events that the library makes itself: STATE, GAP, HEALTH and RESTORED.

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
    let made = message(
        Kind::Health,
        "650 HEALTH ONIONS DEGRADED WAS=OK VERDICT=DEGRADED VERDICT_WAS=UNKNOWN TO=1/2 \
         FROM=1/1 REASON=1204 MESSAGE=\"1 of 2 \\\"services\\\"\"\r\n",
    );
    let health = Some(&made);
    assert_eq!(torctl_health_event_item(health), TORCTL_HEALTH_ITEM_ONIONS);
    assert_eq!(torctl_health_event_level(health), TORCTL_HEALTH_DEGRADED);
    assert_eq!(torctl_health_event_old_level(health), TORCTL_HEALTH_OK);
    assert_eq!(torctl_health_event_verdict(health), TORCTL_HEALTH_DEGRADED);
    assert_eq!(
        torctl_health_event_old_verdict(health),
        TORCTL_HEALTH_UNKNOWN
    );
    assert_eq!(read(torctl_health_event_value(health)), "1/2");
    assert_eq!(read(torctl_health_event_old_value(health)), "1/1");
    assert_eq!(torctl_health_event_reason(health), 1204);
    assert_eq!(
        read(torctl_health_event_message(health)),
        r#"1 of 2 \"services\""#
    );
    let made = message(
        Kind::Restored,
        "650 RESTORED ONION LOST WHICH=\"a.onion\" CODE=512 MESSAGE=\"not now\"\r\n",
    );
    let restored = Some(&made);
    assert_eq!(torctl_restored_what(restored), TORCTL_SETUP_ONION);
    assert_eq!(torctl_restored_outcome(restored), TORCTL_RESTORED_LOST);
    assert_eq!(read(torctl_restored_which(restored)), "a.onion");
    assert_eq!(torctl_restored_code(restored), 512);
    assert_eq!(read(torctl_restored_message(restored)), "not now");
    // A peer cannot pretend to be the library.
    let forged = event("GAP LOST_EVENTS=12 LOST_BYTES=345");
    assert_eq!(torctl_gap_lost_events(Some(&forged)), 0);
}
