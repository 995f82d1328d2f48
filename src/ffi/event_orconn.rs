//! Connections to relays: ORCONN.

use std::ffi::c_char;

use super::field::{arg, first_part, part_port, second_part, text, unsigned, value};
use crate::engine::event::Event;
use crate::proto::event::{words, Key, Kind, KindSet, List};

/// One kind.
const ORCONN: KindSet = KindSet::of(Kind::OrConn);

/// Status of a connection to a relay: absent, or a word that this version does not know.
pub const TORCTL_ORCONN_UNKNOWN: i32 = 0;
/// Status of a connection to a relay: NEW.
pub const TORCTL_ORCONN_NEW: i32 = 1;
/// Status of a connection to a relay: LAUNCHED.
pub const TORCTL_ORCONN_LAUNCHED: i32 = 2;
/// Status of a connection to a relay: CONNECTED.
pub const TORCTL_ORCONN_CONNECTED: i32 = 3;
/// Status of a connection to a relay: FAILED.
pub const TORCTL_ORCONN_FAILED: i32 = 4;
/// Status of a connection to a relay: CLOSED.
pub const TORCTL_ORCONN_CLOSED: i32 = 5;

/// Why a connection to a relay ended: absent, or a word that this version does not know.
pub const TORCTL_ORCONN_REASON_UNKNOWN: i32 = 0;
/// Why a connection to a relay ended: DONE.
pub const TORCTL_ORCONN_REASON_DONE: i32 = 1;
/// Why a connection to a relay ended: CONNECTREFUSED.
pub const TORCTL_ORCONN_REASON_CONNECTREFUSED: i32 = 2;
/// Why a connection to a relay ended: IDENTITY.
pub const TORCTL_ORCONN_REASON_IDENTITY: i32 = 3;
/// Why a connection to a relay ended: CONNECTRESET.
pub const TORCTL_ORCONN_REASON_CONNECTRESET: i32 = 4;
/// Why a connection to a relay ended: TIMEOUT.
pub const TORCTL_ORCONN_REASON_TIMEOUT: i32 = 5;
/// Why a connection to a relay ended: NOROUTE.
pub const TORCTL_ORCONN_REASON_NOROUTE: i32 = 6;
/// Why a connection to a relay ended: IOERROR.
pub const TORCTL_ORCONN_REASON_IOERROR: i32 = 7;
/// Why a connection to a relay ended: RESOURCELIMIT.
pub const TORCTL_ORCONN_REASON_RESOURCELIMIT: i32 = 8;
/// Why a connection to a relay ended: TLS_ERROR.
pub const TORCTL_ORCONN_REASON_TLS_ERROR: i32 = 9;
/// Why a connection to a relay ended: MISC.
pub const TORCTL_ORCONN_REASON_MISC: i32 = 10;
/// Why a connection to a relay ended: PT_MISSING.
pub const TORCTL_ORCONN_REASON_PT_MISSING: i32 = 11;
/// The clock is wrong. In BOOTSTRAP events alone.
pub const TORCTL_ORCONN_REASON_CLOCK_SKEW: i32 = 12;

/// The number of the connection (ID); 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_orconn_id(event: Option<&Event>) -> u64 {
    unsigned(value(event, ORCONN, Key::Id))
}

/// The relay as tor wrote it: $FINGERPRINT~nickname, $FINGERPRINT or address:port.
#[no_mangle]
pub extern "C" fn torctl_orconn_target(event: Option<&Event>) -> *const c_char {
    text(arg(event, ORCONN, 0))
}

/// The fingerprint of the relay: 40 hexadecimal digits without $; "" when tor gave none.
#[no_mangle]
pub extern "C" fn torctl_orconn_fingerprint(event: Option<&Event>) -> *const c_char {
    text(first_part(event, ORCONN, List::Relays, 0))
}

/// The nickname of the relay; "" when tor gave none.
#[no_mangle]
pub extern "C" fn torctl_orconn_nickname(event: Option<&Event>) -> *const c_char {
    text(second_part(event, ORCONN, List::Relays, 0))
}

/// The address of the relay, without the brackets of IPv6; "" when tor named the relay by its
/// fingerprint.
#[no_mangle]
pub extern "C" fn torctl_orconn_address(event: Option<&Event>) -> *const c_char {
    text(first_part(event, ORCONN, List::Address, 0))
}

/// The port of the relay; 0 when tor named the relay by its fingerprint.
#[no_mangle]
pub extern "C" fn torctl_orconn_port(event: Option<&Event>) -> u16 {
    part_port(event, ORCONN, List::Address)
}

/// What became of the connection. One of TORCTL_ORCONN_NEW to TORCTL_ORCONN_CLOSED, or
/// TORCTL_ORCONN_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_orconn_status(event: Option<&Event>) -> i32 {
    words::ORCONN_STATUS.number(arg(event, ORCONN, 1).bytes())
}

/// tor's word for torctl_orconn_status(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_orconn_status_text(event: Option<&Event>) -> *const c_char {
    text(arg(event, ORCONN, 1))
}

/// Why the connection failed or was closed (REASON). One of TORCTL_ORCONN_REASON_DONE to
/// TORCTL_ORCONN_REASON_PT_MISSING, or TORCTL_ORCONN_REASON_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_orconn_reason(event: Option<&Event>) -> i32 {
    words::ORCONN_REASON.number(value(event, ORCONN, Key::Reason).bytes())
}

/// tor's word for torctl_orconn_reason(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_orconn_reason_text(event: Option<&Event>) -> *const c_char {
    text(value(event, ORCONN, Key::Reason))
}

/// How many circuits were on the connection when it ended (NCIRCS); 0 when absent, since tor
/// leaves a zero out.
#[no_mangle]
pub extern "C" fn torctl_orconn_circ_count(event: Option<&Event>) -> u64 {
    unsigned(value(event, ORCONN, Key::Ncircs))
}

#[cfg(test)]
mod tests {
    use super::super::field::testing::{event, read};
    use super::*;

    #[test]
    fn every_field_of_a_connection() {
        let fingerprint = "9AEA60ED051CA574B9E930FF1E3E003480D3B616";
        let made = event(&format!(
            "ORCONN ${fingerprint}~test001a CLOSED REASON=TLS_ERROR NCIRCS=4 ID=313"
        ));
        let conn = Some(&made);
        assert_eq!(torctl_orconn_id(conn), 313);
        assert_eq!(
            read(torctl_orconn_target(conn)),
            format!("${fingerprint}~test001a")
        );
        assert_eq!(read(torctl_orconn_fingerprint(conn)), fingerprint);
        assert_eq!(read(torctl_orconn_nickname(conn)), "test001a");
        assert_eq!(read(torctl_orconn_address(conn)), "");
        assert_eq!(torctl_orconn_port(conn), 0);
        assert_eq!(torctl_orconn_status(conn), TORCTL_ORCONN_CLOSED);
        assert_eq!(read(torctl_orconn_status_text(conn)), "CLOSED");
        assert_eq!(torctl_orconn_reason(conn), TORCTL_ORCONN_REASON_TLS_ERROR);
        assert_eq!(read(torctl_orconn_reason_text(conn)), "TLS_ERROR");
        assert_eq!(torctl_orconn_circ_count(conn), 4);
    }

    #[test]
    fn relays_named_by_fingerprint_or_address_alone() {
        let made = event("ORCONN $5F72F77BDF23C896B823D4EDC6F745A83038C51E LAUNCHED ID=112");
        assert_eq!(
            read(torctl_orconn_fingerprint(Some(&made))),
            "5F72F77BDF23C896B823D4EDC6F745A83038C51E"
        );
        assert_eq!(read(torctl_orconn_nickname(Some(&made))), "");
        assert_eq!(torctl_orconn_circ_count(Some(&made)), 0);
        let made = event("ORCONN ::1:5001 NEW ID=2");
        assert_eq!(read(torctl_orconn_fingerprint(Some(&made))), "");
        assert_eq!(read(torctl_orconn_address(Some(&made))), "::1");
        assert_eq!(torctl_orconn_port(Some(&made)), 5001);
    }
}
