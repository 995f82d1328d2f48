//! Bytes moved: BW, STREAM_BW, CONN_BW and CIRC_BW.

use super::{event, read};
use torctl::ffi::event_fields::*;

#[test]
fn bytes_of_the_whole_tor() {
    for (line, read_bytes, written_bytes) in [
        ("BW 536 0", 536, 0),
        ("BW 1 2 OR=3", 1, 2),
        ("BW  7  8", 7, 8),
        ("BW 18446744073709551615 1", u64::MAX, 1),
        ("BW 18446744073709551616 x", 0, 0),
        ("BW 5", 5, 0),
        ("BW", 0, 0),
    ] {
        let made = event(line);
        assert_eq!(torctl_bw_read_bytes(Some(&made)), read_bytes, "{line}");
        assert_eq!(
            torctl_bw_written_bytes(Some(&made)),
            written_bytes,
            "{line}"
        );
    }
    assert_eq!(torctl_bw_read_bytes(None), 0);
    assert_eq!(torctl_bw_read_bytes(Some(&event("SIGNAL 1 2"))), 0);
}

#[test]
fn bytes_of_a_stream_have_the_other_order() {
    let made = event("STREAM_BW 46 74 200012 2026-11-23T09:35:37.237583");
    let stream = Some(&made);
    assert_eq!(torctl_stream_bw_stream_id(stream), 46);
    assert_eq!(torctl_stream_bw_written_bytes(stream), 74);
    assert_eq!(torctl_stream_bw_read_bytes(stream), 200_012);
    assert_eq!(torctl_stream_bw_time_unix_us(stream), 1_795_426_537_237_583);
}

#[test]
fn bytes_of_a_connection() {
    let made = event("CONN_BW ID=16 TYPE=OR READ=146713 WRITTEN=146233");
    let conn = Some(&made);
    assert_eq!(torctl_conn_bw_conn_id(conn), 16);
    assert_eq!(torctl_conn_bw_type(conn), TORCTL_CONN_OR);
    assert_eq!(read(torctl_conn_bw_type_text(conn)), "OR");
    assert_eq!(torctl_conn_bw_read_bytes(conn), 146_713);
    assert_eq!(torctl_conn_bw_written_bytes(conn), 146_233);
}

#[test]
fn bytes_of_a_circuit() {
    let made = event(
        "CIRC_BW ID=33 READ=208181 WRITTEN=9162 TIME=2026-11-23T09:35:37.237599 \
         DELIVERED_READ=200156 OVERHEAD_READ=3526 DELIVERED_WRITTEN=335 \
         OVERHEAD_WRITTEN=8629 SS=0 CWND=124 RTT=21 MIN_RTT=17",
    );
    let circ = Some(&made);
    assert_eq!(torctl_circ_bw_circ_id(circ), 33);
    assert_eq!(torctl_circ_bw_read_bytes(circ), 208_181);
    assert_eq!(torctl_circ_bw_written_bytes(circ), 9162);
    assert_eq!(torctl_circ_bw_time_unix_us(circ), 1_795_426_537_237_599);
    assert_eq!(torctl_circ_bw_delivered_read_bytes(circ), 200_156);
    assert_eq!(torctl_circ_bw_overhead_read_bytes(circ), 3526);
    assert_eq!(torctl_circ_bw_delivered_written_bytes(circ), 335);
    assert_eq!(torctl_circ_bw_overhead_written_bytes(circ), 8629);
    assert_eq!(torctl_circ_bw_slow_start(circ), 0);
    assert_eq!(torctl_circ_bw_cwnd_cells(circ), 124);
    assert_eq!(torctl_circ_bw_rtt_ms(circ), 21);
    assert_eq!(torctl_circ_bw_min_rtt_ms(circ), 17);
    let made = event("CIRC_BW ID=33 READ=1 WRITTEN=2");
    assert_eq!(torctl_circ_bw_slow_start(Some(&made)), -1);
    assert_eq!(torctl_circ_bw_cwnd_cells(Some(&made)), 0);
    assert_eq!(torctl_circ_bw_slow_start(None), -1);
}
