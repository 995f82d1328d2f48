//! Bytes moved: BW, STREAM_BW, CONN_BW and CIRC_BW.

use std::ffi::c_char;

use super::field::{arg, small, text, time_us, unsigned, value};
use crate::engine::event::Event;
use crate::proto::event::{bw_number, words, Key, Kind, KindSet};

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
/// Type of a connection: `OR`.
pub const TORCTL_CONN_OR: i32 = 1;
/// Type of a connection: `DIR`.
pub const TORCTL_CONN_DIR: i32 = 2;
/// Type of a connection: `EXIT`.
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

/// What kind of connection it is (TYPE). One of `TORCTL_CONN_...`.
#[no_mangle]
pub extern "C" fn torctl_conn_bw_type(event: Option<&Event>) -> i32 {
    words::CONN_TYPE.number(value(event, CONN_BW, Key::Type).bytes())
}

/// tor's own word for `torctl_conn_bw_type`, also when it is one that this version does not know;
/// "" when absent.
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

/// The general parser takes over for lines that are not of the usual form.
fn bw_bytes(event: Option<&Event>, written: bool) -> u64 {
    let quick = event
        .filter(|event| event.kind() == Kind::Bw)
        .and_then(|event| bw_number(event.raw(), written));
    match quick {
        Some(bytes) => bytes,
        None => unsigned(arg(event, BW, usize::from(written))),
    }
}
