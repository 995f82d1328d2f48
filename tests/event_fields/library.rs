//! Events that the library makes itself: STATE, GAP, HEALTH, RESTORED and RESULT.

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
    let made = message(
        Kind::State,
        "650 STATE READY INCARNATION=7 VERSION=0.4.9.11 PID=4711\r\n",
    );
    let state = Some(&made);
    assert_eq!(torctl_state_event_state(state), TORCTL_STATE_READY);
    assert_eq!(torctl_state_event_incarnation(state), 7);
    assert_eq!(read(torctl_state_event_version(state)), "0.4.9.11");
    assert_eq!(torctl_state_event_pid(state), 4711);
    assert_eq!(torctl_state_event_delay_ms(state), 0);
    let made = message(
        Kind::State,
        "650 STATE WAITING CAUSE=AUTH MESSAGE=\"refused\" DELAY_MS=1500\r\n",
    );
    let state = Some(&made);
    assert_eq!(torctl_state_event_state(state), TORCTL_STATE_WAITING);
    assert_eq!(torctl_state_event_delay_ms(state), 1500);
    assert_eq!(torctl_state_event_incarnation(state), 0);
    assert_eq!(read(torctl_state_event_version(state)), "");
    assert_eq!(torctl_state_event_pid(state), 0);
    let made = message(
        Kind::Gap,
        "650 GAP LOST_EVENTS=12 LOST_BYTES=345 CAUSE=CONNECTION FROM_US=1700000000000000 \
         TO_US=1700000001000000\r\n",
    );
    let gap = Some(&made);
    assert_eq!(torctl_gap_lost_events(gap), 12);
    assert_eq!(torctl_gap_lost_bytes(gap), 345);
    assert_eq!(torctl_gap_cause(gap), TORCTL_GAP_CONNECTION);
    assert_eq!(torctl_gap_from_us(gap), 1_700_000_000_000_000);
    assert_eq!(torctl_gap_to_us(gap), 1_700_000_001_000_000);
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
    let made = message(Kind::Result, "650 RESULT TAG=4711\r\n");
    assert_eq!(torctl_result_tag(Some(&made)), 4711);
    // A peer cannot pretend to be the library.
    let forged = event("GAP LOST_EVENTS=12 LOST_BYTES=345");
    assert_eq!(torctl_gap_lost_events(Some(&forged)), 0);
}
