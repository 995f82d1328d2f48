//! Circuit events: CIRC and CIRC_MINOR.

use super::{event, read};
use torctl::ffi::event_fields::*;

const A: &str = "5F72F77BDF23C896B823D4EDC6F745A83038C51E";
const B: &str = "E0034A3368DEC656600D2962F21A40204345C85F";

#[test]
fn every_field_of_a_circuit() {
    let made = event(&format!(
        "CIRC 32 FAILED ${A}~one,${B} BUILD_FLAGS=IS_INTERNAL,NEED_UPTIME PURPOSE=HS_CLIENT_INTRO \
         HS_STATE=HSCI_CONNECTING REND_QUERY=sfmtfuir TIME_CREATED=2026-11-23T09:35:32.226660 \
         SOCKS_USERNAME=\"us\\\"er \\303\\251\" SOCKS_PASSWORD=\"pa ss\\000\" HS_POW=v1,1234 \
         CONFLUX_ID=1B5A2AEE3FAD2C98D71B8114E0678898 CONFLUX_RTT=5034 REASON=DESTROYED \
         REMOTE_REASON=CHANNEL_CLOSED"
    ));
    let circ = Some(&made);
    assert_eq!(torctl_circ_id(circ), 32);
    assert_eq!(torctl_circ_status(circ), TORCTL_CIRC_FAILED);
    assert_eq!(read(torctl_circ_status_text(circ)), "FAILED");
    assert_eq!(torctl_circ_minor_event(circ), TORCTL_CIRC_MINOR_UNKNOWN);
    assert_eq!(read(torctl_circ_minor_event_text(circ)), "");
    assert_eq!(read(torctl_circ_path(circ)), format!("${A}~one,${B}"));
    assert_eq!(torctl_circ_path_count(circ), 2);
    assert_eq!(read(torctl_circ_path_fingerprint(circ, 0)), A);
    assert_eq!(read(torctl_circ_path_nickname(circ, 0)), "one");
    assert_eq!(read(torctl_circ_path_fingerprint(circ, 1)), B);
    assert_eq!(read(torctl_circ_path_nickname(circ, 1)), "");
    assert_eq!(read(torctl_circ_path_fingerprint(circ, 2)), "");
    assert_eq!(
        torctl_circ_build_flags(circ),
        TORCTL_CIRC_FLAG_IS_INTERNAL | TORCTL_CIRC_FLAG_NEED_UPTIME
    );
    assert_eq!(
        read(torctl_circ_build_flags_text(circ)),
        "IS_INTERNAL,NEED_UPTIME"
    );
    assert_eq!(
        torctl_circ_purpose(circ),
        TORCTL_CIRC_PURPOSE_HS_CLIENT_INTRO
    );
    assert_eq!(read(torctl_circ_purpose_text(circ)), "HS_CLIENT_INTRO");
    assert_eq!(torctl_circ_hs_state(circ), TORCTL_HS_STATE_HSCI_CONNECTING);
    assert_eq!(read(torctl_circ_hs_state_text(circ)), "HSCI_CONNECTING");
    assert_eq!(read(torctl_circ_rend_query(circ)), "sfmtfuir");
    assert_eq!(
        torctl_circ_time_created_unix_us(circ),
        1_795_426_532_226_660
    );
    assert_eq!(
        read(torctl_circ_socks_username(circ)),
        "us\\\"er \\xc3\\xa9"
    );
    assert_eq!(torctl_circ_socks_username_size_bytes(circ), 8);
    assert_eq!(read(torctl_circ_socks_password(circ)), "pa ss");
    assert_eq!(torctl_circ_socks_password_size_bytes(circ), 6);
    assert_eq!(read(torctl_circ_hs_pow(circ)), "v1,1234");
    assert_eq!(torctl_circ_hs_pow_effort(circ), 1234);
    assert_eq!(
        read(torctl_circ_conflux_id(circ)),
        "1B5A2AEE3FAD2C98D71B8114E0678898"
    );
    assert_eq!(torctl_circ_conflux_rtt_us(circ), 5034);
    assert_eq!(torctl_circ_reason(circ), TORCTL_CIRC_REASON_DESTROYED);
    assert_eq!(read(torctl_circ_reason_text(circ)), "DESTROYED");
    assert_eq!(
        torctl_circ_remote_reason(circ),
        TORCTL_CIRC_REASON_CHANNEL_CLOSED
    );
    assert_eq!(read(torctl_circ_remote_reason_text(circ)), "CHANNEL_CLOSED");
    assert_eq!(torctl_circ_old_purpose(circ), TORCTL_CIRC_PURPOSE_UNKNOWN);
}

#[test]
fn what_a_cannibalized_circuit_was_before() {
    let made = event(&format!(
        "CIRC_MINOR 5 CANNIBALIZED ${A}~one PURPOSE=HS_CLIENT_HSDIR HS_STATE=HSCI_CONNECTING \
         TIME_CREATED=2026-11-23T09:34:13.090036 OLD_PURPOSE=HS_VANGUARDS \
         OLD_HS_STATE=HSCI_INTRO_SENT OLD_TIME_CREATED=2026-11-23T09:34:13.090189"
    ));
    let circ = Some(&made);
    assert_eq!(torctl_circ_id(circ), 5);
    assert_eq!(torctl_circ_status(circ), TORCTL_CIRC_UNKNOWN);
    assert_eq!(
        torctl_circ_minor_event(circ),
        TORCTL_CIRC_MINOR_CANNIBALIZED
    );
    assert_eq!(read(torctl_circ_minor_event_text(circ)), "CANNIBALIZED");
    assert_eq!(torctl_circ_path_count(circ), 1);
    assert_eq!(
        torctl_circ_old_purpose(circ),
        TORCTL_CIRC_PURPOSE_HS_VANGUARDS
    );
    assert_eq!(read(torctl_circ_old_purpose_text(circ)), "HS_VANGUARDS");
    assert_eq!(
        torctl_circ_old_hs_state(circ),
        TORCTL_HS_STATE_HSCI_INTRO_SENT
    );
    assert_eq!(read(torctl_circ_old_hs_state_text(circ)), "HSCI_INTRO_SENT");
    assert_eq!(
        torctl_circ_old_time_created_unix_us(circ),
        1_795_426_453_090_189
    );
}

#[test]
fn words_of_later_tors_keep_their_text() {
    let made = event(
        "CIRC 1a2b GONE_FISHING PURPOSE=NEW_PURPOSE BUILD_FLAGS=X HS_POW=v2,1 REASON=UNKNOWN_99",
    );
    let circ = Some(&made);
    assert_eq!(torctl_circ_id(circ), 0);
    assert_eq!(torctl_circ_status(circ), TORCTL_CIRC_UNKNOWN);
    assert_eq!(read(torctl_circ_status_text(circ)), "GONE_FISHING");
    assert_eq!(torctl_circ_purpose(circ), TORCTL_CIRC_PURPOSE_UNKNOWN);
    assert_eq!(read(torctl_circ_purpose_text(circ)), "NEW_PURPOSE");
    assert_eq!(torctl_circ_build_flags(circ), TORCTL_CIRC_FLAG_OTHER);
    assert_eq!(torctl_circ_hs_pow_effort(circ), 0);
    assert_eq!(torctl_circ_reason(circ), TORCTL_CIRC_REASON_UNKNOWN);
    assert_eq!(read(torctl_circ_reason_text(circ)), "UNKNOWN_99");
}

#[test]
fn without_a_circuit_everything_is_absent() {
    let other = event("STREAM 7 NEW 0 a:1 PURPOSE=USER");
    for circ in [None, Some(&other)] {
        assert_eq!(torctl_circ_id(circ), 0);
        assert_eq!(read(torctl_circ_purpose_text(circ)), "");
        assert_eq!(torctl_circ_path_count(circ), 0);
        assert_eq!(read(torctl_circ_path_fingerprint(circ, usize::MAX)), "");
        assert_eq!(torctl_circ_time_created_unix_us(circ), 0);
    }
}
