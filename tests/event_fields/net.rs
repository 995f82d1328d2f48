//! The rest: CLIENTS_SEEN, BUILDTIMEOUT_SET, SIGNAL, TRANSPORT_LAUNCHED and NETWORK_LIVENESS.

use super::{event, read};
use torctl::ffi::event_fields::*;

#[test]
fn clients_seen() {
    let made = event(
        "CLIENTS_SEEN TimeStarted=\"2008-12-25 23:50:43\" CountrySummary=us=16,?=8 IPVersions=v4=16,v6=40",
    );
    let seen = Some(&made);
    assert_eq!(
        torctl_clients_seen_time_started_unix_us(seen),
        1_230_249_043_000_000
    );
    assert_eq!(torctl_clients_seen_country_count(seen), 2);
    assert_eq!(read(torctl_clients_seen_country_code(seen, 1)), "?");
    assert_eq!(torctl_clients_seen_country_clients(seen, 0), 16);
    assert_eq!(torctl_clients_seen_country_clients(seen, 2), 0);
    assert_eq!(torctl_clients_seen_ip_version_count(seen), 2);
    assert_eq!(read(torctl_clients_seen_ip_version(seen, 0)), "v4");
    assert_eq!(torctl_clients_seen_ip_version_clients(seen, 1), 40);
    let made = event("CLIENTS_SEEN TimeStarted=\"x\" CountrySummary= IPVersions=v4=0,v6=0");
    assert_eq!(torctl_clients_seen_time_started_unix_us(Some(&made)), 0);
    assert_eq!(torctl_clients_seen_country_count(Some(&made)), 0);
    assert_eq!(torctl_clients_seen_ip_version_count(Some(&made)), 2);
}

#[test]
fn circuit_timeouts() {
    let made = event(
        "BUILDTIMEOUT_SET COMPUTED TOTAL_TIMES=124 TIMEOUT_MS=9019 XM=1375 ALPHA=0.855662 \
         CUTOFF_QUANTILE=0.800000 TIMEOUT_RATE=0.137931 CLOSE_MS=21850 CLOSE_RATE=0.072581",
    );
    let set = Some(&made);
    assert_eq!(torctl_buildtimeout_type(set), TORCTL_BUILDTIMEOUT_COMPUTED);
    assert_eq!(read(torctl_buildtimeout_type_text(set)), "COMPUTED");
    assert_eq!(torctl_buildtimeout_total_times(set), 124);
    assert_eq!(torctl_buildtimeout_timeout_ms(set), 9019);
    assert_eq!(torctl_buildtimeout_xm_ms(set), 1375);
    let near = |value: f64, want: f64| assert!((value - want).abs() < 1e-9);
    near(torctl_buildtimeout_alpha(set), 0.855_662);
    near(torctl_buildtimeout_cutoff_quantile(set), 0.8);
    near(torctl_buildtimeout_timeout_rate(set), 0.137_931);
    assert_eq!(torctl_buildtimeout_close_ms(set), 21850);
    near(torctl_buildtimeout_close_rate(set), 0.072_581);
    near(torctl_buildtimeout_alpha(None), 0.0);
}

#[test]
fn signals_by_any_name() {
    for (word, number) in [
        ("RELOAD", TORCTL_SIGNAL_RELOAD),
        ("HUP", TORCTL_SIGNAL_RELOAD),
        ("NEWNYM", TORCTL_SIGNAL_NEWNYM),
        ("CLEARDNSCACHE", TORCTL_SIGNAL_CLEARDNSCACHE),
        ("NEWSIGNAL", TORCTL_SIGNAL_UNKNOWN),
    ] {
        let made = event(&format!("SIGNAL {word}"));
        assert_eq!(torctl_signal_event_signal(Some(&made)), number);
        assert_eq!(read(torctl_signal_event_signal_text(Some(&made))), word);
    }
}

#[test]
fn transports_and_liveness() {
    let made = event("TRANSPORT_LAUNCHED server obfs4 ::1 4711");
    let transport = Some(&made);
    assert_eq!(torctl_transport_side(transport), TORCTL_TRANSPORT_SERVER);
    assert_eq!(read(torctl_transport_side_text(transport)), "server");
    assert_eq!(read(torctl_transport_name(transport)), "obfs4");
    assert_eq!(read(torctl_transport_address(transport)), "::1");
    assert_eq!(torctl_transport_port(transport), 4711);
    for (word, up) in [("UP", 1), ("DOWN", 0), ("SIDEWAYS", -1)] {
        let made = event(&format!("NETWORK_LIVENESS {word}"));
        assert_eq!(torctl_network_liveness_up(Some(&made)), up);
    }
    assert_eq!(torctl_network_liveness_up(transport), -1);
}
