//! The rest: CLIENTS_SEEN, BUILDTIMEOUT_SET, SIGNAL, TRANSPORT_LAUNCHED and NETWORK_LIVENESS.

use std::ffi::c_char;

use super::field::{
    arg, first_part, float, part_count, part_unsigned, port, text, time_us, unsigned, value,
};
use crate::engine::event::Event;
use crate::proto::event::{words, Key, Kind, KindSet, List};

/// Statistics of a bridge.
const CLIENTS: KindSet = KindSet::of(Kind::ClientsSeen);

/// How long tor waits for circuits.
const TIMEOUT: KindSet = KindSet::of(Kind::BuildTimeoutSet);

/// A signal that tor got.
const SIGNALLED: KindSet = KindSet::of(Kind::Signal);

/// A pluggable transport.
const TRANSPORT: KindSet = KindSet::of(Kind::TransportLaunched);

/// Whether the network can be reached.
const LIVENESS: KindSet = KindSet::of(Kind::NetworkLiveness);

/// What became of the circuit timeout: absent, or a word that this version does not know.
pub const TORCTL_BUILDTIMEOUT_UNKNOWN: i32 = 0;
/// What became of the circuit timeout: COMPUTED.
pub const TORCTL_BUILDTIMEOUT_COMPUTED: i32 = 1;
/// What became of the circuit timeout: RESET.
pub const TORCTL_BUILDTIMEOUT_RESET: i32 = 2;
/// What became of the circuit timeout: SUSPENDED.
pub const TORCTL_BUILDTIMEOUT_SUSPENDED: i32 = 3;
/// What became of the circuit timeout: DISCARD.
pub const TORCTL_BUILDTIMEOUT_DISCARD: i32 = 4;
/// What became of the circuit timeout: RESUME.
pub const TORCTL_BUILDTIMEOUT_RESUME: i32 = 5;

/// Signal: absent, or a word that this version does not know.
pub const TORCTL_SIGNAL_UNKNOWN: i32 = 0;
/// Signal: RELOAD.
pub const TORCTL_SIGNAL_RELOAD: i32 = 1;
/// Signal: SHUTDOWN.
pub const TORCTL_SIGNAL_SHUTDOWN: i32 = 2;
/// Signal: DUMP.
pub const TORCTL_SIGNAL_DUMP: i32 = 3;
/// Signal: DEBUG.
pub const TORCTL_SIGNAL_DEBUG: i32 = 4;
/// Signal: HALT.
pub const TORCTL_SIGNAL_HALT: i32 = 5;
/// Signal: NEWNYM.
pub const TORCTL_SIGNAL_NEWNYM: i32 = 6;
/// Signal: CLEARDNSCACHE.
pub const TORCTL_SIGNAL_CLEARDNSCACHE: i32 = 7;
/// Signal: HEARTBEAT.
pub const TORCTL_SIGNAL_HEARTBEAT: i32 = 8;
/// Signal: ACTIVE.
pub const TORCTL_SIGNAL_ACTIVE: i32 = 9;
/// Signal: DORMANT.
pub const TORCTL_SIGNAL_DORMANT: i32 = 10;

/// Side of a pluggable transport: absent, or a word that this version does not know.
pub const TORCTL_TRANSPORT_UNKNOWN: i32 = 0;
/// Side of a pluggable transport: client.
pub const TORCTL_TRANSPORT_CLIENT: i32 = 1;
/// Side of a pluggable transport: server.
pub const TORCTL_TRANSPORT_SERVER: i32 = 2;

/// When counting began (TimeStarted): microseconds since 1970 in UTC; 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_clients_seen_time_started_unix_us(event: Option<&Event>) -> i64 {
    time_us(value(event, CLIENTS, Key::TimeStarted))
}

/// How many countries clients came from (CountrySummary).
#[no_mangle]
pub extern "C" fn torctl_clients_seen_country_count(event: Option<&Event>) -> usize {
    part_count(event, CLIENTS, List::Countries)
}

/// The code of a country, counted from 0: two letters, or "?"; "" when there is none.
#[no_mangle]
pub extern "C" fn torctl_clients_seen_country_code(
    event: Option<&Event>,
    index: usize,
) -> *const c_char {
    text(first_part(event, CLIENTS, List::Countries, index))
}

/// How many clients came from a country, counted from 0; tor rounds up to a multiple of 8.
#[no_mangle]
pub extern "C" fn torctl_clients_seen_country_clients(event: Option<&Event>, index: usize) -> u64 {
    part_unsigned(event, CLIENTS, List::Countries, index)
}

/// How many versions of IP are listed (IPVersions).
#[no_mangle]
pub extern "C" fn torctl_clients_seen_ip_version_count(event: Option<&Event>) -> usize {
    part_count(event, CLIENTS, List::IpVersions)
}

/// A version of IP, counted from 0: "v4" or "v6"; "" when there is none.
#[no_mangle]
pub extern "C" fn torctl_clients_seen_ip_version(
    event: Option<&Event>,
    index: usize,
) -> *const c_char {
    text(first_part(event, CLIENTS, List::IpVersions, index))
}

/// How many clients came by a version of IP, counted from 0.
#[no_mangle]
pub extern "C" fn torctl_clients_seen_ip_version_clients(
    event: Option<&Event>,
    index: usize,
) -> u64 {
    part_unsigned(event, CLIENTS, List::IpVersions, index)
}

/// What became of the timeout. One of TORCTL_BUILDTIMEOUT_COMPUTED to TORCTL_BUILDTIMEOUT_RESUME,
/// or TORCTL_BUILDTIMEOUT_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_buildtimeout_type(event: Option<&Event>) -> i32 {
    words::BUILDTIMEOUT_TYPE.number(arg(event, TIMEOUT, 0).bytes())
}

/// tor's word for torctl_buildtimeout_type(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_buildtimeout_type_text(event: Option<&Event>) -> *const c_char {
    text(arg(event, TIMEOUT, 0))
}

/// How many circuit build times are known (TOTAL_TIMES).
#[no_mangle]
pub extern "C" fn torctl_buildtimeout_total_times(event: Option<&Event>) -> u64 {
    unsigned(value(event, TIMEOUT, Key::TotalTimes))
}

/// The timeout in milliseconds (TIMEOUT_MS).
#[no_mangle]
pub extern "C" fn torctl_buildtimeout_timeout_ms(event: Option<&Event>) -> u64 {
    unsigned(value(event, TIMEOUT, Key::TimeoutMs))
}

/// The Xm of the Pareto distribution in milliseconds (XM).
#[no_mangle]
pub extern "C" fn torctl_buildtimeout_xm_ms(event: Option<&Event>) -> u64 {
    unsigned(value(event, TIMEOUT, Key::Xm))
}

/// The alpha of the Pareto distribution (ALPHA).
#[no_mangle]
pub extern "C" fn torctl_buildtimeout_alpha(event: Option<&Event>) -> f64 {
    float(value(event, TIMEOUT, Key::Alpha))
}

/// Where the distribution is cut off (CUTOFF_QUANTILE).
#[no_mangle]
pub extern "C" fn torctl_buildtimeout_cutoff_quantile(event: Option<&Event>) -> f64 {
    float(value(event, TIMEOUT, Key::CutoffQuantile))
}

/// What part of the circuits timed out (TIMEOUT_RATE).
#[no_mangle]
pub extern "C" fn torctl_buildtimeout_timeout_rate(event: Option<&Event>) -> f64 {
    float(value(event, TIMEOUT, Key::TimeoutRate))
}

/// How long circuits are kept for measuring in milliseconds (CLOSE_MS).
#[no_mangle]
pub extern "C" fn torctl_buildtimeout_close_ms(event: Option<&Event>) -> u64 {
    unsigned(value(event, TIMEOUT, Key::CloseMs))
}

/// What part of the circuits was closed while measured (CLOSE_RATE).
#[no_mangle]
pub extern "C" fn torctl_buildtimeout_close_rate(event: Option<&Event>) -> f64 {
    float(value(event, TIMEOUT, Key::CloseRate))
}

/// Which signal tor got. The POSIX names (HUP, TERM, ...) have the numbers of tor's own. One of
/// TORCTL_SIGNAL_RELOAD to TORCTL_SIGNAL_DORMANT, or TORCTL_SIGNAL_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_signal_event_signal(event: Option<&Event>) -> i32 {
    words::SIGNAL.number(arg(event, SIGNALLED, 0).bytes())
}

/// tor's word for torctl_signal_event_signal(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_signal_event_signal_text(event: Option<&Event>) -> *const c_char {
    text(arg(event, SIGNALLED, 0))
}

/// On which side the transport runs. One of TORCTL_TRANSPORT_CLIENT to TORCTL_TRANSPORT_SERVER, or
/// TORCTL_TRANSPORT_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_transport_side(event: Option<&Event>) -> i32 {
    words::TRANSPORT_SIDE.number(arg(event, TRANSPORT, 0).bytes())
}

/// tor's word for torctl_transport_side(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_transport_side_text(event: Option<&Event>) -> *const c_char {
    text(arg(event, TRANSPORT, 0))
}

/// The name of the transport, such as "obfs4".
#[no_mangle]
pub extern "C" fn torctl_transport_name(event: Option<&Event>) -> *const c_char {
    text(arg(event, TRANSPORT, 1))
}

/// The address that the transport listens on; IPv6 without brackets.
#[no_mangle]
pub extern "C" fn torctl_transport_address(event: Option<&Event>) -> *const c_char {
    text(arg(event, TRANSPORT, 2))
}

/// The port that the transport listens on.
#[no_mangle]
pub extern "C" fn torctl_transport_port(event: Option<&Event>) -> u16 {
    port(arg(event, TRANSPORT, 3))
}

/// 1 if the network can be reached again, 0 if it no longer can, -1 for any other word.
#[no_mangle]
pub extern "C" fn torctl_network_liveness_up(event: Option<&Event>) -> i32 {
    match arg(event, LIVENESS, 0).bytes() {
        b"UP" => 1,
        b"DOWN" => 0,
        _ => -1,
    }
}

#[cfg(test)]
mod tests {
    use super::super::field::testing::{event, read};
    use super::*;

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
}
