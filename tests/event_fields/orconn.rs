//! Connections to relays: ORCONN.

use super::{event, read};
use torctl::ffi::event_fields::*;

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
