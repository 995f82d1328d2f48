//! Stream events: STREAM.

use super::{event, read};
use torctl::ffi::event_fields::*;

#[test]
fn every_field_of_a_stream() {
    let made = event(
        "STREAM 22 NEW 7 example.com:4748 REASON=END REMOTE_REASON=CONNECTREFUSED SOURCE=EXIT \
         SOURCE_ADDR=fe80::1:58520 PURPOSE=USER SOCKS_USERNAME=\"a b\" SOCKS_PASSWORD=\"\\n\" \
         CLIENT_PROTOCOL=METRICS NYM_EPOCH=3 SESSION_GROUP=-4 ISO_FIELDS=CLIENTADDR,NYM_EPOCH",
    );
    let stream = Some(&made);
    assert_eq!(torctl_stream_id(stream), 22);
    assert_eq!(torctl_stream_status(stream), TORCTL_STREAM_NEW);
    assert_eq!(read(torctl_stream_status_text(stream)), "NEW");
    assert_eq!(torctl_stream_circ_id(stream), 7);
    assert_eq!(read(torctl_stream_target(stream)), "example.com:4748");
    assert_eq!(torctl_stream_target_size_bytes(stream), 16);
    assert_eq!(read(torctl_stream_target_host(stream)), "example.com");
    assert_eq!(torctl_stream_target_port(stream), 4748);
    assert_eq!(torctl_stream_reason(stream), TORCTL_STREAM_REASON_END);
    assert_eq!(read(torctl_stream_reason_text(stream)), "END");
    assert_eq!(
        torctl_stream_remote_reason(stream),
        TORCTL_STREAM_REASON_CONNECTREFUSED
    );
    assert_eq!(
        read(torctl_stream_remote_reason_text(stream)),
        "CONNECTREFUSED"
    );
    assert_eq!(torctl_stream_source(stream), TORCTL_STREAM_SOURCE_EXIT);
    assert_eq!(read(torctl_stream_source_text(stream)), "EXIT");
    assert_eq!(read(torctl_stream_source_address(stream)), "fe80::1:58520");
    assert_eq!(read(torctl_stream_source_host(stream)), "fe80::1");
    assert_eq!(torctl_stream_source_port(stream), 58520);
    assert_eq!(torctl_stream_purpose(stream), TORCTL_STREAM_PURPOSE_USER);
    assert_eq!(read(torctl_stream_purpose_text(stream)), "USER");
    assert_eq!(read(torctl_stream_socks_username(stream)), "a b");
    assert_eq!(torctl_stream_socks_username_size_bytes(stream), 3);
    assert_eq!(read(torctl_stream_socks_password(stream)), "\\n");
    assert_eq!(torctl_stream_socks_password_size_bytes(stream), 1);
    assert_eq!(
        torctl_stream_client_protocol(stream),
        TORCTL_CLIENT_PROTOCOL_METRICS
    );
    assert_eq!(read(torctl_stream_client_protocol_text(stream)), "METRICS");
    assert_eq!(torctl_stream_nym_epoch(stream), 3);
    assert_eq!(torctl_stream_session_group(stream), -4);
    assert_eq!(
        torctl_stream_iso_fields(stream),
        TORCTL_ISO_CLIENTADDR | TORCTL_ISO_NYM_EPOCH
    );
    assert_eq!(
        read(torctl_stream_iso_fields_text(stream)),
        "CLIENTADDR,NYM_EPOCH"
    );
}

#[test]
fn targets_of_every_shape() {
    for (target, host, port) in [
        ("::1:443", "::1", 443),
        ("[2001:db8::1]:0", "2001:db8::1", 0),
        ("two words:80", "two words", 80),
        ("(Tor_internal):0", "(Tor_internal)", 0),
        ("127.0.0.1.$AB.exit:5004", "127.0.0.1.$AB.exit", 5004),
        ("host:65536", "host", 0),
    ] {
        let made = event(&format!("STREAM 1 NEW 0 {target} PURPOSE=USER"));
        assert_eq!(read(torctl_stream_target(Some(&made))), target);
        assert_eq!(read(torctl_stream_target_host(Some(&made))), host);
        assert_eq!(torctl_stream_target_port(Some(&made)), port);
        assert_eq!(
            torctl_stream_purpose(Some(&made)),
            TORCTL_STREAM_PURPOSE_USER
        );
    }
}

#[test]
fn a_reason_without_a_word() {
    let made = event("STREAM 4 CLOSED 0 h:80 REASON= UNKNOWN_99 ISO_FIELDS=");
    let stream = Some(&made);
    assert_eq!(torctl_stream_reason(stream), TORCTL_STREAM_REASON_UNKNOWN);
    assert_eq!(read(torctl_stream_reason_text(stream)), "UNKNOWN_99");
    assert_eq!(torctl_stream_iso_fields(stream), 0);
    assert_eq!(read(torctl_stream_source_host(stream)), "");
    assert_eq!(torctl_stream_source_port(stream), 0);
    assert_eq!(torctl_stream_session_group(None), 0);
}
