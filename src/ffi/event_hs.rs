//! Onion-service descriptors: HS_DESC and HS_DESC_CONTENT.

use std::ffi::c_char;

use super::field::{arg, data, first_part, second_part, small, text, value};
use crate::engine::event::Event;
use crate::proto::event::{words, Key, Kind, KindSet, List};

/// What happened to a descriptor.
const HS_DESC: KindSet = KindSet::of(Kind::HsDesc);

/// A descriptor that was fetched.
const CONTENT: KindSet = KindSet::of(Kind::HsDescContent);

/// What happened to a descriptor: absent, or a word that this version does not know.
pub const TORCTL_HS_DESC_UNKNOWN: i32 = 0;
/// What happened to a descriptor: REQUESTED.
pub const TORCTL_HS_DESC_REQUESTED: i32 = 1;
/// What happened to a descriptor: CREATED.
pub const TORCTL_HS_DESC_CREATED: i32 = 2;
/// What happened to a descriptor: UPLOAD.
pub const TORCTL_HS_DESC_UPLOAD: i32 = 3;
/// What happened to a descriptor: UPLOADED.
pub const TORCTL_HS_DESC_UPLOADED: i32 = 4;
/// What happened to a descriptor: RECEIVED.
pub const TORCTL_HS_DESC_RECEIVED: i32 = 5;
/// What happened to a descriptor: FAILED.
pub const TORCTL_HS_DESC_FAILED: i32 = 6;
/// What happened to a descriptor: IGNORE.
pub const TORCTL_HS_DESC_IGNORE: i32 = 7;

/// Client authorization of an onion service: absent, or a word that this version does not know.
pub const TORCTL_HS_AUTH_UNKNOWN: i32 = 0;
/// Client authorization of an onion service: NO_AUTH.
pub const TORCTL_HS_AUTH_NO_AUTH: i32 = 1;
/// Client authorization of an onion service: REND_V3_AUTH.
pub const TORCTL_HS_AUTH_REND_V3_AUTH: i32 = 2;
/// Client authorization of an onion service: BASIC_AUTH.
pub const TORCTL_HS_AUTH_BASIC_AUTH: i32 = 3;
/// Client authorization of an onion service: STEALTH_AUTH.
pub const TORCTL_HS_AUTH_STEALTH_AUTH: i32 = 4;

/// Why a descriptor could not be fetched or stored: absent, or a word that this version does not know.
pub const TORCTL_HS_DESC_REASON_UNKNOWN: i32 = 0;
/// Why a descriptor could not be fetched or stored: BAD_DESC.
pub const TORCTL_HS_DESC_REASON_BAD_DESC: i32 = 1;
/// Why a descriptor could not be fetched or stored: QUERY_REJECTED.
pub const TORCTL_HS_DESC_REASON_QUERY_REJECTED: i32 = 2;
/// Why a descriptor could not be fetched or stored: UPLOAD_REJECTED.
pub const TORCTL_HS_DESC_REASON_UPLOAD_REJECTED: i32 = 3;
/// Why a descriptor could not be fetched or stored: NOT_FOUND.
pub const TORCTL_HS_DESC_REASON_NOT_FOUND: i32 = 4;
/// Why a descriptor could not be fetched or stored: UNEXPECTED.
pub const TORCTL_HS_DESC_REASON_UNEXPECTED: i32 = 5;
/// Why a descriptor could not be fetched or stored: QUERY_NO_HSDIR.
pub const TORCTL_HS_DESC_REASON_QUERY_NO_HSDIR: i32 = 6;
/// Why a descriptor could not be fetched or stored: QUERY_RATE_LIMITED.
pub const TORCTL_HS_DESC_REASON_QUERY_RATE_LIMITED: i32 = 7;

/// What happened. One of TORCTL_HS_DESC_REQUESTED to TORCTL_HS_DESC_IGNORE, or
/// TORCTL_HS_DESC_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_hs_desc_action(event: Option<&Event>) -> i32 {
    words::HS_DESC_ACTION.number(arg(event, HS_DESC, 0).bytes())
}

/// tor's word for torctl_hs_desc_action(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_hs_desc_action_text(event: Option<&Event>) -> *const c_char {
    text(arg(event, HS_DESC, 0))
}

/// The onion address without .onion, or "UNKNOWN".
#[no_mangle]
pub extern "C" fn torctl_hs_desc_address(event: Option<&Event>) -> *const c_char {
    text(arg(event, HS_DESC, 1))
}

/// What the client needs for authorization; tor says UNKNOWN for uploads. One of
/// TORCTL_HS_AUTH_NO_AUTH to TORCTL_HS_AUTH_STEALTH_AUTH, or TORCTL_HS_AUTH_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_hs_desc_auth_type(event: Option<&Event>) -> i32 {
    words::HS_DESC_AUTH.number(arg(event, HS_DESC, 2).bytes())
}

/// tor's word for torctl_hs_desc_auth_type(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_hs_desc_auth_type_text(event: Option<&Event>) -> *const c_char {
    text(arg(event, HS_DESC, 2))
}

/// The directory relay as tor wrote it: $FINGERPRINT~nickname, or "UNKNOWN".
#[no_mangle]
pub extern "C" fn torctl_hs_desc_hsdir(event: Option<&Event>) -> *const c_char {
    text(arg(event, HS_DESC, 3))
}

/// The fingerprint of the directory relay: 40 hexadecimal digits without $; "" when tor gave none.
#[no_mangle]
pub extern "C" fn torctl_hs_desc_hsdir_fingerprint(event: Option<&Event>) -> *const c_char {
    text(first_part(event, HS_DESC, List::Relays, 0))
}

/// The nickname of the directory relay; "" when tor gave none.
#[no_mangle]
pub extern "C" fn torctl_hs_desc_hsdir_nickname(event: Option<&Event>) -> *const c_char {
    text(second_part(event, HS_DESC, List::Relays, 0))
}

/// The identifier of the descriptor; "" when absent, as with UPLOADED and failed uploads.
#[no_mangle]
pub extern "C" fn torctl_hs_desc_descriptor_id(event: Option<&Event>) -> *const c_char {
    text(arg(event, HS_DESC, 4))
}

/// Why it failed (REASON). One of TORCTL_HS_DESC_REASON_BAD_DESC to
/// TORCTL_HS_DESC_REASON_QUERY_RATE_LIMITED, or TORCTL_HS_DESC_REASON_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_hs_desc_reason(event: Option<&Event>) -> i32 {
    words::HS_DESC_REASON.number(value(event, HS_DESC, Key::Reason).bytes())
}

/// tor's word for torctl_hs_desc_reason(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_hs_desc_reason_text(event: Option<&Event>) -> *const c_char {
    text(value(event, HS_DESC, Key::Reason))
}

/// The replica of the descriptor (REPLICA); -1 when absent.
#[no_mangle]
pub extern "C" fn torctl_hs_desc_replica(event: Option<&Event>) -> i32 {
    small(value(event, HS_DESC, Key::Replica))
}

/// The place of the directory relay in the hash ring (HSDIR_INDEX): 64 hexadecimal digits; "" when
/// absent.
#[no_mangle]
pub extern "C" fn torctl_hs_desc_hsdir_index(event: Option<&Event>) -> *const c_char {
    text(value(event, HS_DESC, Key::HsDirIndex))
}

/// The onion address without .onion.
#[no_mangle]
pub extern "C" fn torctl_hs_desc_content_address(event: Option<&Event>) -> *const c_char {
    text(arg(event, CONTENT, 0))
}

/// The identifier of the descriptor.
#[no_mangle]
pub extern "C" fn torctl_hs_desc_content_descriptor_id(event: Option<&Event>) -> *const c_char {
    text(arg(event, CONTENT, 1))
}

/// The directory relay as tor wrote it, or "UNKNOWN".
#[no_mangle]
pub extern "C" fn torctl_hs_desc_content_hsdir(event: Option<&Event>) -> *const c_char {
    text(arg(event, CONTENT, 2))
}

/// The fingerprint of the directory relay: 40 hexadecimal digits without $; "" when tor gave none.
#[no_mangle]
pub extern "C" fn torctl_hs_desc_content_hsdir_fingerprint(event: Option<&Event>) -> *const c_char {
    text(first_part(event, CONTENT, List::Relays, 0))
}

/// The nickname of the directory relay; "" when tor gave none.
#[no_mangle]
pub extern "C" fn torctl_hs_desc_content_hsdir_nickname(event: Option<&Event>) -> *const c_char {
    text(second_part(event, CONTENT, List::Relays, 0))
}

/// 1 if this directory relay had the descriptor, 0 if not. A fetch gives one event for each relay
/// that was asked.
#[no_mangle]
pub extern "C" fn torctl_hs_desc_content_found(event: Option<&Event>) -> i32 {
    i32::from(!data(event, CONTENT).bytes().trim_ascii().is_empty())
}

/// The descriptor as text, lines ended by LF; one empty line when the relay did not have it.
#[no_mangle]
pub extern "C" fn torctl_hs_desc_content_descriptor(event: Option<&Event>) -> *const c_char {
    text(data(event, CONTENT))
}

/// The length of torctl_hs_desc_content_descriptor() in bytes.
#[no_mangle]
pub extern "C" fn torctl_hs_desc_content_descriptor_size_bytes(event: Option<&Event>) -> usize {
    data(event, CONTENT).bytes().len()
}

#[cfg(test)]
mod tests {
    use super::super::field::testing::{event, message, read};
    use super::*;

    const DIR: &str = "E0034A3368DEC656600D2962F21A40204345C85F";

    #[test]
    fn every_field_of_a_descriptor_event() {
        let made = event(&format!(
            "HS_DESC FAILED vww6 REND_V3_AUTH ${DIR}~test000a AXOZ/b+A REASON=QUERY_RATE_LIMITED REPLICA=0 HSDIR_INDEX=6099"
        ));
        let desc = Some(&made);
        assert_eq!(torctl_hs_desc_action(desc), TORCTL_HS_DESC_FAILED);
        assert_eq!(read(torctl_hs_desc_action_text(desc)), "FAILED");
        assert_eq!(read(torctl_hs_desc_address(desc)), "vww6");
        assert_eq!(torctl_hs_desc_auth_type(desc), TORCTL_HS_AUTH_REND_V3_AUTH);
        assert_eq!(read(torctl_hs_desc_auth_type_text(desc)), "REND_V3_AUTH");
        assert_eq!(read(torctl_hs_desc_hsdir(desc)), format!("${DIR}~test000a"));
        assert_eq!(read(torctl_hs_desc_hsdir_fingerprint(desc)), DIR);
        assert_eq!(read(torctl_hs_desc_hsdir_nickname(desc)), "test000a");
        assert_eq!(read(torctl_hs_desc_descriptor_id(desc)), "AXOZ/b+A");
        assert_eq!(
            torctl_hs_desc_reason(desc),
            TORCTL_HS_DESC_REASON_QUERY_RATE_LIMITED
        );
        assert_eq!(read(torctl_hs_desc_reason_text(desc)), "QUERY_RATE_LIMITED");
        assert_eq!(torctl_hs_desc_replica(desc), 0);
        assert_eq!(read(torctl_hs_desc_hsdir_index(desc)), "6099");
    }

    #[test]
    fn its_four_shapes() {
        for (line, action, hsdir, id) in [
            (
                "CREATED a UNKNOWN UNKNOWN d",
                TORCTL_HS_DESC_CREATED,
                "",
                "d",
            ),
            (
                "FAILED a NO_AUTH UNKNOWN d REASON=NOT_FOUND",
                TORCTL_HS_DESC_FAILED,
                "",
                "d",
            ),
            (
                "FAILED a UNKNOWN $D REASON=UPLOAD_REJECTED",
                TORCTL_HS_DESC_FAILED,
                DIR,
                "",
            ),
            ("UPLOADED a UNKNOWN $D", TORCTL_HS_DESC_UPLOADED, DIR, ""),
            (
                "UPLOADED UNKNOWN UNKNOWN $D",
                TORCTL_HS_DESC_UPLOADED,
                DIR,
                "",
            ),
            (
                "REQUESTED a NO_AUTH $D d HSDIR_INDEX=6",
                TORCTL_HS_DESC_REQUESTED,
                DIR,
                "d",
            ),
        ] {
            let made = event(&format!(
                "HS_DESC {}",
                line.replace("$D", &format!("${DIR}~x"))
            ));
            assert_eq!(torctl_hs_desc_action(Some(&made)), action);
            assert_eq!(read(torctl_hs_desc_hsdir_fingerprint(Some(&made))), hsdir);
            assert_eq!(read(torctl_hs_desc_descriptor_id(Some(&made))), id);
            assert_eq!(torctl_hs_desc_replica(Some(&made)), -1);
        }
    }

    #[test]
    fn content_found_and_not_found() {
        let head = format!("650+HS_DESC_CONTENT vww6 AXOZ ${DIR}~x\r\n");
        let made = message(
            Kind::HsDescContent,
            &format!("{head}hs-descriptor 3\r\n..x\r\n.\r\n650 OK\r\n"),
        );
        let content = Some(&made);
        assert_eq!(read(torctl_hs_desc_content_address(content)), "vww6");
        assert_eq!(read(torctl_hs_desc_content_descriptor_id(content)), "AXOZ");
        assert_eq!(
            read(torctl_hs_desc_content_hsdir(content)),
            format!("${DIR}~x")
        );
        assert_eq!(read(torctl_hs_desc_content_hsdir_fingerprint(content)), DIR);
        assert_eq!(read(torctl_hs_desc_content_hsdir_nickname(content)), "x");
        assert_eq!(torctl_hs_desc_content_found(content), 1);
        assert_eq!(
            read(torctl_hs_desc_content_descriptor(content)),
            "hs-descriptor 3\\n.x\\n"
        );
        assert_eq!(torctl_hs_desc_content_descriptor_size_bytes(content), 19);
        let made = message(Kind::HsDescContent, &format!("{head}\r\n.\r\n650 OK\r\n"));
        let content = Some(&made);
        assert_eq!(read(torctl_hs_desc_content_address(content)), "vww6");
        assert_eq!(torctl_hs_desc_content_found(content), 0);
        assert_eq!(read(torctl_hs_desc_content_descriptor(content)), "\\n");
        assert_eq!(torctl_hs_desc_content_found(None), 0);
    }
}
