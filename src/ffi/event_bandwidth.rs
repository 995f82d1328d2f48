//! Bytes moved: BW, STREAM_BW, CONN_BW and CIRC_BW.

use std::ffi::c_char;

use super::field::{arg, small, text, time_us, unsigned, value};
use crate::engine::event::Event;
use crate::proto::event::{words, Key, Kind, KindSet};

/// Of the whole tor.
const BW: KindSet = KindSet::of(Kind::Bw);

/// Of one stream.
const STREAM_BW: KindSet = KindSet::of(Kind::StreamBw);

/// Of one connection.
const CONN_BW: KindSet = KindSet::of(Kind::ConnBw);

/// Of one circuit.
const CIRC_BW: KindSet = KindSet::of(Kind::CircBw);

/// Type of a connection: absent, or a word that this version does not know.
pub const TORCTL_CONN_UNKNOWN: i32 = 0;
/// Type of a connection: OR.
pub const TORCTL_CONN_OR: i32 = 1;
/// Type of a connection: DIR.
pub const TORCTL_CONN_DIR: i32 = 2;
/// Type of a connection: EXIT.
pub const TORCTL_CONN_EXIT: i32 = 3;

/// How many bytes tor read in the last second.
#[no_mangle]
pub extern "C" fn torctl_bw_read_bytes(event: Option<&Event>) -> u64 {
    bw_bytes(event, false)
}

/// How many bytes tor wrote in the last second.
#[no_mangle]
pub extern "C" fn torctl_bw_written_bytes(event: Option<&Event>) -> u64 {
    bw_bytes(event, true)
}

/// The number of the stream.
#[no_mangle]
pub extern "C" fn torctl_stream_bw_stream_id(event: Option<&Event>) -> u64 {
    unsigned(arg(event, STREAM_BW, 0))
}

/// How many bytes the application wrote to the stream since the last event.
#[no_mangle]
pub extern "C" fn torctl_stream_bw_written_bytes(event: Option<&Event>) -> u64 {
    unsigned(arg(event, STREAM_BW, 1))
}

/// How many bytes the application read from the stream since the last event.
#[no_mangle]
pub extern "C" fn torctl_stream_bw_read_bytes(event: Option<&Event>) -> u64 {
    unsigned(arg(event, STREAM_BW, 2))
}

/// When tor counted: microseconds since 1970 in UTC; 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_stream_bw_time_unix_us(event: Option<&Event>) -> i64 {
    time_us(arg(event, STREAM_BW, 3))
}

/// The number of the connection (ID).
#[no_mangle]
pub extern "C" fn torctl_conn_bw_conn_id(event: Option<&Event>) -> u64 {
    unsigned(value(event, CONN_BW, Key::Id))
}

/// What kind of connection it is (TYPE). One of TORCTL_CONN_OR to TORCTL_CONN_EXIT, or
/// TORCTL_CONN_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_conn_bw_type(event: Option<&Event>) -> i32 {
    words::CONN_TYPE.number(value(event, CONN_BW, Key::Type).bytes())
}

/// tor's word for torctl_conn_bw_type(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_conn_bw_type_text(event: Option<&Event>) -> *const c_char {
    text(value(event, CONN_BW, Key::Type))
}

/// How many bytes tor read since the last event (READ).
#[no_mangle]
pub extern "C" fn torctl_conn_bw_read_bytes(event: Option<&Event>) -> u64 {
    unsigned(value(event, CONN_BW, Key::Read))
}

/// How many bytes tor wrote since the last event (WRITTEN).
#[no_mangle]
pub extern "C" fn torctl_conn_bw_written_bytes(event: Option<&Event>) -> u64 {
    unsigned(value(event, CONN_BW, Key::Written))
}

/// The number of the circuit (ID).
#[no_mangle]
pub extern "C" fn torctl_circ_bw_circ_id(event: Option<&Event>) -> u64 {
    unsigned(value(event, CIRC_BW, Key::Id))
}

/// How many bytes tor read since the last event (READ).
#[no_mangle]
pub extern "C" fn torctl_circ_bw_read_bytes(event: Option<&Event>) -> u64 {
    unsigned(value(event, CIRC_BW, Key::Read))
}

/// How many bytes tor wrote since the last event (WRITTEN).
#[no_mangle]
pub extern "C" fn torctl_circ_bw_written_bytes(event: Option<&Event>) -> u64 {
    unsigned(value(event, CIRC_BW, Key::Written))
}

/// When tor counted (TIME): microseconds since 1970 in UTC; 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_circ_bw_time_unix_us(event: Option<&Event>) -> i64 {
    time_us(value(event, CIRC_BW, Key::Time))
}

/// Bytes of the ones read that were payload of valid relay cells (DELIVERED_READ).
#[no_mangle]
pub extern "C" fn torctl_circ_bw_delivered_read_bytes(event: Option<&Event>) -> u64 {
    unsigned(value(event, CIRC_BW, Key::DeliveredRead))
}

/// Bytes of the ones read that were unused room in valid relay cells (OVERHEAD_READ).
#[no_mangle]
pub extern "C" fn torctl_circ_bw_overhead_read_bytes(event: Option<&Event>) -> u64 {
    unsigned(value(event, CIRC_BW, Key::OverheadRead))
}

/// Bytes of the ones written that were payload of relay cells (DELIVERED_WRITTEN).
#[no_mangle]
pub extern "C" fn torctl_circ_bw_delivered_written_bytes(event: Option<&Event>) -> u64 {
    unsigned(value(event, CIRC_BW, Key::DeliveredWritten))
}

/// Bytes of the ones written that were unused room in relay cells (OVERHEAD_WRITTEN).
#[no_mangle]
pub extern "C" fn torctl_circ_bw_overhead_written_bytes(event: Option<&Event>) -> u64 {
    unsigned(value(event, CIRC_BW, Key::OverheadWritten))
}

/// 1 while congestion control is in slow start, 0 when it is not, -1 when absent (SS).
#[no_mangle]
pub extern "C" fn torctl_circ_bw_slow_start(event: Option<&Event>) -> i32 {
    small(value(event, CIRC_BW, Key::Ss))
}

/// The congestion window in cells (CWND); 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_circ_bw_cwnd_cells(event: Option<&Event>) -> u64 {
    unsigned(value(event, CIRC_BW, Key::Cwnd))
}

/// The round-trip time of the circuit in milliseconds (RTT); 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_circ_bw_rtt_ms(event: Option<&Event>) -> u64 {
    unsigned(value(event, CIRC_BW, Key::Rtt))
}

/// The smallest round-trip time of the circuit so far in milliseconds (MIN_RTT); 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_circ_bw_min_rtt_ms(event: Option<&Event>) -> u64 {
    unsigned(value(event, CIRC_BW, Key::MinRtt))
}

#[inline(always)]
fn bw_bytes(event: Option<&Event>, written: bool) -> u64 {
    let quick = event
        .filter(|event| event.kind() == Kind::Bw)
        .and_then(Event::bw);
    match quick {
        Some(numbers) => numbers[usize::from(written)],
        None => unusual_bw_bytes(event, written),
    }
}

/// The general parser takes over for lines that are not of the usual form.
#[cold]
#[inline(never)]
fn unusual_bw_bytes(event: Option<&Event>, written: bool) -> u64 {
    unsigned(arg(event, BW, usize::from(written)))
}

#[cfg(test)]
mod tests {
    use super::super::field::testing::{event, read};
    use super::*;

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
}
