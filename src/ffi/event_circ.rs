//! Circuit events: CIRC and CIRC_MINOR.

use std::ffi::c_char;

use super::field::{
    arg, first_part, part_count, second_part, text, time_us, unsigned, unsigned_text, value,
};
use crate::engine::event::Event;
use crate::proto::event::{words, Key, Kind, KindSet, List};

/// Both have the same fields; the second word differs.
const CIRC: KindSet = KindSet::of(Kind::Circ).union(KindSet::of(Kind::CircMinor));

/// Only CIRC has a status.
const STATUS: KindSet = KindSet::of(Kind::Circ);

/// Only CIRC_MINOR tells what changed.
const MINOR: KindSet = KindSet::of(Kind::CircMinor);

/// Status of a circuit: absent, or a word that this version does not know.
pub const TORCTL_CIRC_UNKNOWN: i32 = 0;
/// Status of a circuit: LAUNCHED.
pub const TORCTL_CIRC_LAUNCHED: i32 = 1;
/// Status of a circuit: BUILT.
pub const TORCTL_CIRC_BUILT: i32 = 2;
/// Status of a circuit: GUARD_WAIT.
pub const TORCTL_CIRC_GUARD_WAIT: i32 = 3;
/// Status of a circuit: EXTENDED.
pub const TORCTL_CIRC_EXTENDED: i32 = 4;
/// Status of a circuit: FAILED.
pub const TORCTL_CIRC_FAILED: i32 = 5;
/// Status of a circuit: CLOSED.
pub const TORCTL_CIRC_CLOSED: i32 = 6;

/// Change of a circuit: absent, or a word that this version does not know.
pub const TORCTL_CIRC_MINOR_UNKNOWN: i32 = 0;
/// Change of a circuit: PURPOSE_CHANGED.
pub const TORCTL_CIRC_MINOR_PURPOSE_CHANGED: i32 = 1;
/// Change of a circuit: CANNIBALIZED.
pub const TORCTL_CIRC_MINOR_CANNIBALIZED: i32 = 2;

/// Flag of a circuit: ONEHOP_TUNNEL.
pub const TORCTL_CIRC_FLAG_ONEHOP_TUNNEL: u32 = 1;
/// Flag of a circuit: IS_INTERNAL.
pub const TORCTL_CIRC_FLAG_IS_INTERNAL: u32 = 2;
/// Flag of a circuit: NEED_CAPACITY.
pub const TORCTL_CIRC_FLAG_NEED_CAPACITY: u32 = 4;
/// Flag of a circuit: NEED_UPTIME.
pub const TORCTL_CIRC_FLAG_NEED_UPTIME: u32 = 8;
/// Flag of a circuit: some word that this version does not know.
pub const TORCTL_CIRC_FLAG_OTHER: u32 = 1073741824;

/// Purpose of a circuit: absent, or a word that this version does not know.
pub const TORCTL_CIRC_PURPOSE_UNKNOWN: i32 = 0;
/// Purpose of a circuit: GENERAL.
pub const TORCTL_CIRC_PURPOSE_GENERAL: i32 = 1;
/// Purpose of a circuit: HS_CLIENT_INTRO.
pub const TORCTL_CIRC_PURPOSE_HS_CLIENT_INTRO: i32 = 2;
/// Purpose of a circuit: HS_CLIENT_REND.
pub const TORCTL_CIRC_PURPOSE_HS_CLIENT_REND: i32 = 3;
/// Purpose of a circuit: HS_CLIENT_HSDIR.
pub const TORCTL_CIRC_PURPOSE_HS_CLIENT_HSDIR: i32 = 4;
/// Purpose of a circuit: HS_SERVICE_INTRO.
pub const TORCTL_CIRC_PURPOSE_HS_SERVICE_INTRO: i32 = 5;
/// Purpose of a circuit: HS_SERVICE_REND.
pub const TORCTL_CIRC_PURPOSE_HS_SERVICE_REND: i32 = 6;
/// Purpose of a circuit: HS_SERVICE_HSDIR.
pub const TORCTL_CIRC_PURPOSE_HS_SERVICE_HSDIR: i32 = 7;
/// Purpose of a circuit: TESTING.
pub const TORCTL_CIRC_PURPOSE_TESTING: i32 = 8;
/// Purpose of a circuit: CONTROLLER.
pub const TORCTL_CIRC_PURPOSE_CONTROLLER: i32 = 9;
/// Purpose of a circuit: MEASURE_TIMEOUT.
pub const TORCTL_CIRC_PURPOSE_MEASURE_TIMEOUT: i32 = 10;
/// Purpose of a circuit: HS_VANGUARDS.
pub const TORCTL_CIRC_PURPOSE_HS_VANGUARDS: i32 = 11;
/// Purpose of a circuit: PATH_BIAS_TESTING.
pub const TORCTL_CIRC_PURPOSE_PATH_BIAS_TESTING: i32 = 12;
/// Purpose of a circuit: CIRCUIT_PADDING.
pub const TORCTL_CIRC_PURPOSE_CIRCUIT_PADDING: i32 = 13;
/// Purpose of a circuit: CONFLUX_UNLINKED.
pub const TORCTL_CIRC_PURPOSE_CONFLUX_UNLINKED: i32 = 14;
/// Purpose of a circuit: CONFLUX_LINKED.
pub const TORCTL_CIRC_PURPOSE_CONFLUX_LINKED: i32 = 15;
/// Purpose of a circuit: SERVER.
pub const TORCTL_CIRC_PURPOSE_SERVER: i32 = 16;

/// Onion-service state of a circuit: absent, or a word that this version does not know.
pub const TORCTL_HS_STATE_UNKNOWN: i32 = 0;
/// Onion-service state of a circuit: HSCI_CONNECTING.
pub const TORCTL_HS_STATE_HSCI_CONNECTING: i32 = 1;
/// Onion-service state of a circuit: HSCI_INTRO_SENT.
pub const TORCTL_HS_STATE_HSCI_INTRO_SENT: i32 = 2;
/// Onion-service state of a circuit: HSCI_DONE.
pub const TORCTL_HS_STATE_HSCI_DONE: i32 = 3;
/// Onion-service state of a circuit: HSCR_CONNECTING.
pub const TORCTL_HS_STATE_HSCR_CONNECTING: i32 = 4;
/// Onion-service state of a circuit: HSCR_ESTABLISHED_IDLE.
pub const TORCTL_HS_STATE_HSCR_ESTABLISHED_IDLE: i32 = 5;
/// Onion-service state of a circuit: HSCR_ESTABLISHED_WAITING.
pub const TORCTL_HS_STATE_HSCR_ESTABLISHED_WAITING: i32 = 6;
/// Onion-service state of a circuit: HSCR_JOINED.
pub const TORCTL_HS_STATE_HSCR_JOINED: i32 = 7;
/// Onion-service state of a circuit: HSSI_CONNECTING.
pub const TORCTL_HS_STATE_HSSI_CONNECTING: i32 = 8;
/// Onion-service state of a circuit: HSSI_ESTABLISHED.
pub const TORCTL_HS_STATE_HSSI_ESTABLISHED: i32 = 9;
/// Onion-service state of a circuit: HSSR_CONNECTING.
pub const TORCTL_HS_STATE_HSSR_CONNECTING: i32 = 10;
/// Onion-service state of a circuit: HSSR_JOINED.
pub const TORCTL_HS_STATE_HSSR_JOINED: i32 = 11;

/// Why a circuit ended: absent, or a word that this version does not know.
pub const TORCTL_CIRC_REASON_UNKNOWN: i32 = 0;
/// Why a circuit ended: NONE.
pub const TORCTL_CIRC_REASON_NONE: i32 = 1;
/// Why a circuit ended: TORPROTOCOL.
pub const TORCTL_CIRC_REASON_TORPROTOCOL: i32 = 2;
/// Why a circuit ended: INTERNAL.
pub const TORCTL_CIRC_REASON_INTERNAL: i32 = 3;
/// Why a circuit ended: REQUESTED.
pub const TORCTL_CIRC_REASON_REQUESTED: i32 = 4;
/// Why a circuit ended: HIBERNATING.
pub const TORCTL_CIRC_REASON_HIBERNATING: i32 = 5;
/// Why a circuit ended: RESOURCELIMIT.
pub const TORCTL_CIRC_REASON_RESOURCELIMIT: i32 = 6;
/// Why a circuit ended: CONNECTFAILED.
pub const TORCTL_CIRC_REASON_CONNECTFAILED: i32 = 7;
/// Why a circuit ended: OR_IDENTITY.
pub const TORCTL_CIRC_REASON_OR_IDENTITY: i32 = 8;
/// Why a circuit ended: CHANNEL_CLOSED.
pub const TORCTL_CIRC_REASON_CHANNEL_CLOSED: i32 = 9;
/// Why a circuit ended: TIMEOUT.
pub const TORCTL_CIRC_REASON_TIMEOUT: i32 = 10;
/// Why a circuit ended: FINISHED.
pub const TORCTL_CIRC_REASON_FINISHED: i32 = 11;
/// Why a circuit ended: DESTROYED.
pub const TORCTL_CIRC_REASON_DESTROYED: i32 = 12;
/// Why a circuit ended: NOPATH.
pub const TORCTL_CIRC_REASON_NOPATH: i32 = 13;
/// Why a circuit ended: NOSUCHSERVICE.
pub const TORCTL_CIRC_REASON_NOSUCHSERVICE: i32 = 14;
/// Why a circuit ended: MEASUREMENT_EXPIRED.
pub const TORCTL_CIRC_REASON_MEASUREMENT_EXPIRED: i32 = 15;
/// Why a circuit ended: IP_NOW_REDUNDANT.
pub const TORCTL_CIRC_REASON_IP_NOW_REDUNDANT: i32 = 16;
/// Why a circuit ended: ORIGIN.
pub const TORCTL_CIRC_REASON_ORIGIN: i32 = 17;

/// The number of the circuit; 0 when it is no decimal number (torctl_event_arg() has the text).
#[no_mangle]
pub extern "C" fn torctl_circ_id(event: Option<&Event>) -> u64 {
    unsigned(arg(event, CIRC, 0))
}

/// What became of the circuit (CIRC only). One of TORCTL_CIRC_LAUNCHED to TORCTL_CIRC_CLOSED, or
/// TORCTL_CIRC_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_circ_status(event: Option<&Event>) -> i32 {
    words::CIRC_STATUS.number(arg(event, STATUS, 1).bytes())
}

/// tor's word for torctl_circ_status(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_circ_status_text(event: Option<&Event>) -> *const c_char {
    text(arg(event, STATUS, 1))
}

/// What changed about the circuit (CIRC_MINOR only). One of TORCTL_CIRC_MINOR_PURPOSE_CHANGED to
/// TORCTL_CIRC_MINOR_CANNIBALIZED, or TORCTL_CIRC_MINOR_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_circ_minor_event(event: Option<&Event>) -> i32 {
    words::CIRC_MINOR_EVENT.number(arg(event, MINOR, 1).bytes())
}

/// tor's word for torctl_circ_minor_event(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_circ_minor_event_text(event: Option<&Event>) -> *const c_char {
    text(arg(event, MINOR, 1))
}

/// The path as tor wrote it: relays as $FINGERPRINT~nickname, separated by commas, the first hop
/// first; "" while there is no hop.
#[no_mangle]
pub extern "C" fn torctl_circ_path(event: Option<&Event>) -> *const c_char {
    text(arg(event, CIRC, 2))
}

/// How many hops the path has so far.
#[no_mangle]
pub extern "C" fn torctl_circ_path_count(event: Option<&Event>) -> usize {
    part_count(event, CIRC, List::Relays)
}

/// The fingerprint of a hop, counted from 0: 40 hexadecimal digits without $; "" when there is no
/// such hop or tor gave only a nickname.
#[no_mangle]
pub extern "C" fn torctl_circ_path_fingerprint(
    event: Option<&Event>,
    index: usize,
) -> *const c_char {
    text(first_part(event, CIRC, List::Relays, index))
}

/// The nickname of a hop, counted from 0; "" when there is no such hop or tor does not know it.
#[no_mangle]
pub extern "C" fn torctl_circ_path_nickname(event: Option<&Event>, index: usize) -> *const c_char {
    text(second_part(event, CIRC, List::Relays, index))
}

/// How the circuit was built (BUILD_FLAGS). A sum of TORCTL_CIRC_FLAG constants; 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_circ_build_flags(event: Option<&Event>) -> u32 {
    words::CIRC_FLAGS.flags(value(event, CIRC, Key::BuildFlags))
}

/// The words of torctl_circ_build_flags() as tor wrote them, separated by commas; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_circ_build_flags_text(event: Option<&Event>) -> *const c_char {
    text(value(event, CIRC, Key::BuildFlags))
}

/// What the circuit is for (PURPOSE). One of TORCTL_CIRC_PURPOSE_GENERAL to
/// TORCTL_CIRC_PURPOSE_SERVER, or TORCTL_CIRC_PURPOSE_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_circ_purpose(event: Option<&Event>) -> i32 {
    words::CIRC_PURPOSE.number(value(event, CIRC, Key::Purpose).bytes())
}

/// tor's word for torctl_circ_purpose(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_circ_purpose_text(event: Option<&Event>) -> *const c_char {
    text(value(event, CIRC, Key::Purpose))
}

/// How far an onion-service circuit is (HS_STATE). One of TORCTL_HS_STATE_HSCI_CONNECTING to
/// TORCTL_HS_STATE_HSSR_JOINED, or TORCTL_HS_STATE_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_circ_hs_state(event: Option<&Event>) -> i32 {
    words::HS_STATE.number(value(event, CIRC, Key::HsState).bytes())
}

/// tor's word for torctl_circ_hs_state(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_circ_hs_state_text(event: Option<&Event>) -> *const c_char {
    text(value(event, CIRC, Key::HsState))
}

/// The onion address that the circuit is for, without .onion (REND_QUERY); "" when absent.
#[no_mangle]
pub extern "C" fn torctl_circ_rend_query(event: Option<&Event>) -> *const c_char {
    text(value(event, CIRC, Key::RendQuery))
}

/// When the circuit was created or last cannibalized (TIME_CREATED): microseconds since 1970 in
/// UTC; 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_circ_time_created_unix_us(event: Option<&Event>) -> i64 {
    time_us(value(event, CIRC, Key::TimeCreated))
}

/// The SOCKS user name that isolates the circuit (SOCKS_USERNAME), unquoted: any bytes; "" when
/// absent.
#[no_mangle]
pub extern "C" fn torctl_circ_socks_username(event: Option<&Event>) -> *const c_char {
    text(value(event, CIRC, Key::SocksUsername))
}

/// The length of torctl_circ_socks_username() in bytes, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_circ_socks_username_size_bytes(event: Option<&Event>) -> usize {
    value(event, CIRC, Key::SocksUsername).bytes().len()
}

/// The SOCKS password that isolates the circuit (SOCKS_PASSWORD), unquoted: any bytes; "" when
/// absent.
#[no_mangle]
pub extern "C" fn torctl_circ_socks_password(event: Option<&Event>) -> *const c_char {
    text(value(event, CIRC, Key::SocksPassword))
}

/// The length of torctl_circ_socks_password() in bytes, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_circ_socks_password_size_bytes(event: Option<&Event>) -> usize {
    value(event, CIRC, Key::SocksPassword).bytes().len()
}

/// The proof of work of an onion-service circuit as tor wrote it (HS_POW), such as "v1,1234"; ""
/// when absent.
#[no_mangle]
pub extern "C" fn torctl_circ_hs_pow(event: Option<&Event>) -> *const c_char {
    text(value(event, CIRC, Key::HsPow))
}

/// The effort in the proof of work (HS_POW); 0 when absent or of another version than v1.
#[no_mangle]
pub extern "C" fn torctl_circ_hs_pow_effort(event: Option<&Event>) -> u64 {
    unsigned_text(value(event, CIRC, Key::HsPow).bytes().strip_prefix(b"v1,"))
}

/// The conflux set that the circuit is a leg of (CONFLUX_ID): 32 hexadecimal digits; "" when
/// absent, which it can be again when a linked circuit closes.
#[no_mangle]
pub extern "C" fn torctl_circ_conflux_id(event: Option<&Event>) -> *const c_char {
    text(value(event, CIRC, Key::ConfluxId))
}

/// The round-trip time of a conflux leg in microseconds (CONFLUX_RTT); 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_circ_conflux_rtt_us(event: Option<&Event>) -> u64 {
    unsigned(value(event, CIRC, Key::ConfluxRtt))
}

/// Why the circuit failed or was closed (REASON). One of TORCTL_CIRC_REASON_NONE to
/// TORCTL_CIRC_REASON_ORIGIN, or TORCTL_CIRC_REASON_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_circ_reason(event: Option<&Event>) -> i32 {
    words::CIRC_REASON.number(value(event, CIRC, Key::Reason).bytes())
}

/// tor's word for torctl_circ_reason(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_circ_reason_text(event: Option<&Event>) -> *const c_char {
    text(value(event, CIRC, Key::Reason))
}

/// The reason that the other end gave, when the reason is DESTROYED (REMOTE_REASON). One of
/// TORCTL_CIRC_REASON_NONE to TORCTL_CIRC_REASON_ORIGIN, or TORCTL_CIRC_REASON_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_circ_remote_reason(event: Option<&Event>) -> i32 {
    words::CIRC_REASON.number(value(event, CIRC, Key::RemoteReason).bytes())
}

/// tor's word for torctl_circ_remote_reason(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_circ_remote_reason_text(event: Option<&Event>) -> *const c_char {
    text(value(event, CIRC, Key::RemoteReason))
}

/// What the circuit was for before (OLD_PURPOSE, CIRC_MINOR only). One of
/// TORCTL_CIRC_PURPOSE_GENERAL to TORCTL_CIRC_PURPOSE_SERVER, or TORCTL_CIRC_PURPOSE_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_circ_old_purpose(event: Option<&Event>) -> i32 {
    words::CIRC_PURPOSE.number(value(event, CIRC, Key::OldPurpose).bytes())
}

/// tor's word for torctl_circ_old_purpose(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_circ_old_purpose_text(event: Option<&Event>) -> *const c_char {
    text(value(event, CIRC, Key::OldPurpose))
}

/// The onion-service state before (OLD_HS_STATE, CIRC_MINOR only). One of
/// TORCTL_HS_STATE_HSCI_CONNECTING to TORCTL_HS_STATE_HSSR_JOINED, or TORCTL_HS_STATE_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_circ_old_hs_state(event: Option<&Event>) -> i32 {
    words::HS_STATE.number(value(event, CIRC, Key::OldHsState).bytes())
}

/// tor's word for torctl_circ_old_hs_state(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_circ_old_hs_state_text(event: Option<&Event>) -> *const c_char {
    text(value(event, CIRC, Key::OldHsState))
}

/// When a cannibalized circuit was first created (OLD_TIME_CREATED, CIRC_MINOR only): microseconds
/// since 1970 in UTC; 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_circ_old_time_created_unix_us(event: Option<&Event>) -> i64 {
    time_us(value(event, CIRC, Key::OldTimeCreated))
}

#[cfg(test)]
mod tests {
    use super::super::field::testing::{event, read};
    use super::*;

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
        let made = event("CIRC 1a2b GONE_FISHING PURPOSE=NEW_PURPOSE BUILD_FLAGS=X HS_POW=v2,1 REASON=UNKNOWN_99");
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
}
