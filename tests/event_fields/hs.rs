//! Onion-service descriptors: HS_DESC and HS_DESC_CONTENT.

use super::{event, message, read};
use torctl::ffi::event_fields::*;
use torctl::proto::event::Kind;

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
