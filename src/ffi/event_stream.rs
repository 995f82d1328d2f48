//! Stream events: STREAM.

use std::ffi::c_char;

use super::field::{arg, first_part, part_port, signed, text, unsigned, value};
use crate::engine::event::Event;
use crate::proto::event::{words, Key, Kind, KindSet, List};

/// One kind.
const STREAM: KindSet = KindSet::of(Kind::Stream);

/// Status of a stream: absent, or a word that this version does not know.
pub const TORCTL_STREAM_UNKNOWN: i32 = 0;
/// Status of a stream: NEW.
pub const TORCTL_STREAM_NEW: i32 = 1;
/// Status of a stream: NEWRESOLVE.
pub const TORCTL_STREAM_NEWRESOLVE: i32 = 2;
/// Status of a stream: REMAP.
pub const TORCTL_STREAM_REMAP: i32 = 3;
/// Status of a stream: SENTCONNECT.
pub const TORCTL_STREAM_SENTCONNECT: i32 = 4;
/// Status of a stream: SENTRESOLVE.
pub const TORCTL_STREAM_SENTRESOLVE: i32 = 5;
/// Status of a stream: SUCCEEDED.
pub const TORCTL_STREAM_SUCCEEDED: i32 = 6;
/// Status of a stream: FAILED.
pub const TORCTL_STREAM_FAILED: i32 = 7;
/// Status of a stream: CLOSED.
pub const TORCTL_STREAM_CLOSED: i32 = 8;
/// Status of a stream: DETACHED.
pub const TORCTL_STREAM_DETACHED: i32 = 9;
/// Status of a stream: CONTROLLER_WAIT.
pub const TORCTL_STREAM_CONTROLLER_WAIT: i32 = 10;
/// Status of a stream: XOFF_SENT.
pub const TORCTL_STREAM_XOFF_SENT: i32 = 11;
/// Status of a stream: XOFF_RECV.
pub const TORCTL_STREAM_XOFF_RECV: i32 = 12;
/// Status of a stream: XON_SENT.
pub const TORCTL_STREAM_XON_SENT: i32 = 13;
/// Status of a stream: XON_RECV.
pub const TORCTL_STREAM_XON_RECV: i32 = 14;

/// Why a stream ended: absent, or a word that this version does not know.
pub const TORCTL_STREAM_REASON_UNKNOWN: i32 = 0;
/// Why a stream ended: MISC.
pub const TORCTL_STREAM_REASON_MISC: i32 = 1;
/// Why a stream ended: RESOLVEFAILED.
pub const TORCTL_STREAM_REASON_RESOLVEFAILED: i32 = 2;
/// Why a stream ended: CONNECTREFUSED.
pub const TORCTL_STREAM_REASON_CONNECTREFUSED: i32 = 3;
/// Why a stream ended: EXITPOLICY.
pub const TORCTL_STREAM_REASON_EXITPOLICY: i32 = 4;
/// Why a stream ended: DESTROY.
pub const TORCTL_STREAM_REASON_DESTROY: i32 = 5;
/// Why a stream ended: DONE.
pub const TORCTL_STREAM_REASON_DONE: i32 = 6;
/// Why a stream ended: TIMEOUT.
pub const TORCTL_STREAM_REASON_TIMEOUT: i32 = 7;
/// Why a stream ended: NOROUTE.
pub const TORCTL_STREAM_REASON_NOROUTE: i32 = 8;
/// Why a stream ended: HIBERNATING.
pub const TORCTL_STREAM_REASON_HIBERNATING: i32 = 9;
/// Why a stream ended: INTERNAL.
pub const TORCTL_STREAM_REASON_INTERNAL: i32 = 10;
/// Why a stream ended: RESOURCELIMIT.
pub const TORCTL_STREAM_REASON_RESOURCELIMIT: i32 = 11;
/// Why a stream ended: CONNRESET.
pub const TORCTL_STREAM_REASON_CONNRESET: i32 = 12;
/// Why a stream ended: TORPROTOCOL.
pub const TORCTL_STREAM_REASON_TORPROTOCOL: i32 = 13;
/// Why a stream ended: NOTDIRECTORY.
pub const TORCTL_STREAM_REASON_NOTDIRECTORY: i32 = 14;
/// Why a stream ended: END.
pub const TORCTL_STREAM_REASON_END: i32 = 15;
/// Why a stream ended: CANT_ATTACH.
pub const TORCTL_STREAM_REASON_CANT_ATTACH: i32 = 16;
/// Why a stream ended: NET_UNREACHABLE.
pub const TORCTL_STREAM_REASON_NET_UNREACHABLE: i32 = 17;
/// Why a stream ended: SOCKS_PROTOCOL.
pub const TORCTL_STREAM_REASON_SOCKS_PROTOCOL: i32 = 18;
/// Why a stream ended: HTTP_PROTOCOL.
pub const TORCTL_STREAM_REASON_HTTP_PROTOCOL: i32 = 19;
/// Why a stream ended: PRIVATE_ADDR.
pub const TORCTL_STREAM_REASON_PRIVATE_ADDR: i32 = 20;

/// Where the new address of a stream comes from: absent, or a word that this version does not know.
pub const TORCTL_STREAM_SOURCE_UNKNOWN: i32 = 0;
/// Where the new address of a stream comes from: CACHE.
pub const TORCTL_STREAM_SOURCE_CACHE: i32 = 1;
/// Where the new address of a stream comes from: EXIT.
pub const TORCTL_STREAM_SOURCE_EXIT: i32 = 2;

/// Purpose of a stream: absent, or a word that this version does not know.
pub const TORCTL_STREAM_PURPOSE_UNKNOWN: i32 = 0;
/// Purpose of a stream: USER.
pub const TORCTL_STREAM_PURPOSE_USER: i32 = 1;
/// Purpose of a stream: DNS_REQUEST.
pub const TORCTL_STREAM_PURPOSE_DNS_REQUEST: i32 = 2;
/// Purpose of a stream: DIR_FETCH.
pub const TORCTL_STREAM_PURPOSE_DIR_FETCH: i32 = 3;
/// Purpose of a stream: DIR_UPLOAD.
pub const TORCTL_STREAM_PURPOSE_DIR_UPLOAD: i32 = 4;
/// Purpose of a stream: DIRPORT_TEST.
pub const TORCTL_STREAM_PURPOSE_DIRPORT_TEST: i32 = 5;

/// How an application reached tor: absent, or a word that this version does not know.
pub const TORCTL_CLIENT_PROTOCOL_UNKNOWN: i32 = 0;
/// How an application reached tor: SOCKS4.
pub const TORCTL_CLIENT_PROTOCOL_SOCKS4: i32 = 1;
/// How an application reached tor: SOCKS5.
pub const TORCTL_CLIENT_PROTOCOL_SOCKS5: i32 = 2;
/// How an application reached tor: TRANS.
pub const TORCTL_CLIENT_PROTOCOL_TRANS: i32 = 3;
/// How an application reached tor: NATD.
pub const TORCTL_CLIENT_PROTOCOL_NATD: i32 = 4;
/// How an application reached tor: DNS.
pub const TORCTL_CLIENT_PROTOCOL_DNS: i32 = 5;
/// How an application reached tor: HTTPCONNECT.
pub const TORCTL_CLIENT_PROTOCOL_HTTPCONNECT: i32 = 6;
/// How an application reached tor: METRICS.
pub const TORCTL_CLIENT_PROTOCOL_METRICS: i32 = 7;

/// What streams must share to share a circuit: DESTPORT.
pub const TORCTL_ISO_DESTPORT: u32 = 1;
/// What streams must share to share a circuit: DESTADDR.
pub const TORCTL_ISO_DESTADDR: u32 = 2;
/// What streams must share to share a circuit: SOCKS_USERNAME.
pub const TORCTL_ISO_SOCKS_USERNAME: u32 = 4;
/// What streams must share to share a circuit: SOCKS_PASSWORD.
pub const TORCTL_ISO_SOCKS_PASSWORD: u32 = 8;
/// What streams must share to share a circuit: CLIENT_PROTOCOL.
pub const TORCTL_ISO_CLIENT_PROTOCOL: u32 = 16;
/// What streams must share to share a circuit: CLIENTADDR.
pub const TORCTL_ISO_CLIENTADDR: u32 = 32;
/// What streams must share to share a circuit: SESSION_GROUP.
pub const TORCTL_ISO_SESSION_GROUP: u32 = 64;
/// What streams must share to share a circuit: NYM_EPOCH.
pub const TORCTL_ISO_NYM_EPOCH: u32 = 128;
/// What streams must share to share a circuit: some word that this version does not know.
pub const TORCTL_ISO_OTHER: u32 = 1073741824;

/// The number of the stream; 0 when it is no decimal number.
#[no_mangle]
pub extern "C" fn torctl_stream_id(event: Option<&Event>) -> u64 {
    unsigned(arg(event, STREAM, 0))
}

/// What became of the stream. One of TORCTL_STREAM_NEW to TORCTL_STREAM_XON_RECV, or
/// TORCTL_STREAM_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_stream_status(event: Option<&Event>) -> i32 {
    words::STREAM_STATUS.number(arg(event, STREAM, 1).bytes())
}

/// tor's word for torctl_stream_status(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_stream_status_text(event: Option<&Event>) -> *const c_char {
    text(arg(event, STREAM, 1))
}

/// The number of the circuit that the stream is attached to; 0 when it is attached to none.
#[no_mangle]
pub extern "C" fn torctl_stream_circ_id(event: Option<&Event>) -> u64 {
    unsigned(arg(event, STREAM, 2))
}

/// Where the stream goes: host:port. The host is what an application asked for: a name, an
/// address, a name with .$FINGERPRINT.exit behind it, and it may hold blanks.
#[no_mangle]
pub extern "C" fn torctl_stream_target(event: Option<&Event>) -> *const c_char {
    text(arg(event, STREAM, 3))
}

/// The length of torctl_stream_target() in bytes, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_stream_target_size_bytes(event: Option<&Event>) -> usize {
    arg(event, STREAM, 3).bytes().len()
}

/// The host of the target, without the brackets of an IPv6 address.
#[no_mangle]
pub extern "C" fn torctl_stream_target_host(event: Option<&Event>) -> *const c_char {
    text(first_part(event, STREAM, List::Address, 0))
}

/// The port of the target; 0 when the stream only resolves a name.
#[no_mangle]
pub extern "C" fn torctl_stream_target_port(event: Option<&Event>) -> u16 {
    part_port(event, STREAM, List::Address)
}

/// Why the stream failed, was closed or was detached (REASON). One of TORCTL_STREAM_REASON_MISC to
/// TORCTL_STREAM_REASON_PRIVATE_ADDR, or TORCTL_STREAM_REASON_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_stream_reason(event: Option<&Event>) -> i32 {
    words::STREAM_REASON.number(value(event, STREAM, Key::Reason).bytes())
}

/// tor's word for torctl_stream_reason(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_stream_reason_text(event: Option<&Event>) -> *const c_char {
    text(value(event, STREAM, Key::Reason))
}

/// The reason that the exit gave, when the reason is END (REMOTE_REASON). One of
/// TORCTL_STREAM_REASON_MISC to TORCTL_STREAM_REASON_PRIVATE_ADDR, or
/// TORCTL_STREAM_REASON_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_stream_remote_reason(event: Option<&Event>) -> i32 {
    words::STREAM_REASON.number(value(event, STREAM, Key::RemoteReason).bytes())
}

/// tor's word for torctl_stream_remote_reason(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_stream_remote_reason_text(event: Option<&Event>) -> *const c_char {
    text(value(event, STREAM, Key::RemoteReason))
}

/// Where a remapped stream got its address from (SOURCE). One of TORCTL_STREAM_SOURCE_CACHE to
/// TORCTL_STREAM_SOURCE_EXIT, or TORCTL_STREAM_SOURCE_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_stream_source(event: Option<&Event>) -> i32 {
    words::STREAM_SOURCE.number(value(event, STREAM, Key::Source).bytes())
}

/// tor's word for torctl_stream_source(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_stream_source_text(event: Option<&Event>) -> *const c_char {
    text(value(event, STREAM, Key::Source))
}

/// Where the application connected from, as tor wrote it (SOURCE_ADDR): address:port, IPv6 without
/// brackets; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_stream_source_addr(event: Option<&Event>) -> *const c_char {
    text(value(event, STREAM, Key::SourceAddr))
}

/// The address in SOURCE_ADDR; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_stream_source_address(event: Option<&Event>) -> *const c_char {
    text(first_part(event, STREAM, List::SourceAddress, 0))
}

/// The port in SOURCE_ADDR; 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_stream_source_port(event: Option<&Event>) -> u16 {
    part_port(event, STREAM, List::SourceAddress)
}

/// What the stream is for (PURPOSE). One of TORCTL_STREAM_PURPOSE_USER to
/// TORCTL_STREAM_PURPOSE_DIRPORT_TEST, or TORCTL_STREAM_PURPOSE_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_stream_purpose(event: Option<&Event>) -> i32 {
    words::STREAM_PURPOSE.number(value(event, STREAM, Key::Purpose).bytes())
}

/// tor's word for torctl_stream_purpose(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_stream_purpose_text(event: Option<&Event>) -> *const c_char {
    text(value(event, STREAM, Key::Purpose))
}

/// The SOCKS user name of the application (SOCKS_USERNAME), unquoted: any bytes; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_stream_socks_username(event: Option<&Event>) -> *const c_char {
    text(value(event, STREAM, Key::SocksUsername))
}

/// The length of torctl_stream_socks_username() in bytes, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_stream_socks_username_size_bytes(event: Option<&Event>) -> usize {
    value(event, STREAM, Key::SocksUsername).bytes().len()
}

/// The SOCKS password of the application (SOCKS_PASSWORD), unquoted: any bytes; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_stream_socks_password(event: Option<&Event>) -> *const c_char {
    text(value(event, STREAM, Key::SocksPassword))
}

/// The length of torctl_stream_socks_password() in bytes, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_stream_socks_password_size_bytes(event: Option<&Event>) -> usize {
    value(event, STREAM, Key::SocksPassword).bytes().len()
}

/// How the application reached tor (CLIENT_PROTOCOL). One of TORCTL_CLIENT_PROTOCOL_SOCKS4 to
/// TORCTL_CLIENT_PROTOCOL_METRICS, or TORCTL_CLIENT_PROTOCOL_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_stream_client_protocol(event: Option<&Event>) -> i32 {
    words::CLIENT_PROTOCOL.number(value(event, STREAM, Key::ClientProtocol).bytes())
}

/// tor's word for torctl_stream_client_protocol(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_stream_client_protocol_text(event: Option<&Event>) -> *const c_char {
    text(value(event, STREAM, Key::ClientProtocol))
}

/// How many NEWNYM signals came before the stream (NYM_EPOCH); 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_stream_nym_epoch(event: Option<&Event>) -> u64 {
    unsigned(value(event, STREAM, Key::NymEpoch))
}

/// The session group of the listener (SESSION_GROUP): usually negative; 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_stream_session_group(event: Option<&Event>) -> i64 {
    signed(value(event, STREAM, Key::SessionGroup))
}

/// What isolates the stream from others (ISO_FIELDS). A sum of TORCTL_ISO constants; 0 when
/// absent.
#[no_mangle]
pub extern "C" fn torctl_stream_iso_fields(event: Option<&Event>) -> u32 {
    words::ISO_FIELDS.flags(value(event, STREAM, Key::IsoFields))
}

/// The words of torctl_stream_iso_fields() as tor wrote them, separated by commas; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_stream_iso_fields_text(event: Option<&Event>) -> *const c_char {
    text(value(event, STREAM, Key::IsoFields))
}

#[cfg(test)]
mod tests {
    use super::super::field::testing::{event, read};
    use super::*;

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
        assert_eq!(read(torctl_stream_source_addr(stream)), "fe80::1:58520");
        assert_eq!(read(torctl_stream_source_address(stream)), "fe80::1");
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
        assert_eq!(read(torctl_stream_source_address(stream)), "");
        assert_eq!(torctl_stream_source_port(stream), 0);
        assert_eq!(torctl_stream_session_group(None), 0);
    }
}
