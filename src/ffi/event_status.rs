//! What tor reports about itself: STATUS_GENERAL, STATUS_CLIENT and STATUS_SERVER.

use std::ffi::c_char;

use super::field::{arg, port, signed, small, text, unsigned, value};
use crate::engine::event::Event;
use crate::proto::event::{words, Key, Kind, KindSet};

/// Which keywords there are depends on the action.
const STATUS: KindSet = KindSet::of(Kind::StatusGeneral)
    .union(KindSet::of(Kind::StatusClient))
    .union(KindSet::of(Kind::StatusServer));

/// Action of a status event: absent, or a word that this version does not know.
pub const TORCTL_ACTION_UNKNOWN: i32 = 0;
/// Action of a status event: CLOCK_JUMPED.
pub const TORCTL_ACTION_CLOCK_JUMPED: i32 = 1;
/// Action of a status event: DANGEROUS_VERSION.
pub const TORCTL_ACTION_DANGEROUS_VERSION: i32 = 2;
/// Action of a status event: TOO_MANY_CONNECTIONS.
pub const TORCTL_ACTION_TOO_MANY_CONNECTIONS: i32 = 3;
/// Action of a status event: BUG.
pub const TORCTL_ACTION_BUG: i32 = 4;
/// Action of a status event: CLOCK_SKEW.
pub const TORCTL_ACTION_CLOCK_SKEW: i32 = 5;
/// Action of a status event: DIR_ALL_UNREACHABLE.
pub const TORCTL_ACTION_DIR_ALL_UNREACHABLE: i32 = 6;
/// Action of a status event: BAD_LIBEVENT.
pub const TORCTL_ACTION_BAD_LIBEVENT: i32 = 7;
/// Action of a status event: BOOTSTRAP.
pub const TORCTL_ACTION_BOOTSTRAP: i32 = 20;
/// Action of a status event: ENOUGH_DIR_INFO.
pub const TORCTL_ACTION_ENOUGH_DIR_INFO: i32 = 21;
/// Action of a status event: NOT_ENOUGH_DIR_INFO.
pub const TORCTL_ACTION_NOT_ENOUGH_DIR_INFO: i32 = 22;
/// Action of a status event: CIRCUIT_ESTABLISHED.
pub const TORCTL_ACTION_CIRCUIT_ESTABLISHED: i32 = 23;
/// Action of a status event: CIRCUIT_NOT_ESTABLISHED.
pub const TORCTL_ACTION_CIRCUIT_NOT_ESTABLISHED: i32 = 24;
/// Action of a status event: CONSENSUS_ARRIVED.
pub const TORCTL_ACTION_CONSENSUS_ARRIVED: i32 = 25;
/// Action of a status event: DANGEROUS_PORT.
pub const TORCTL_ACTION_DANGEROUS_PORT: i32 = 26;
/// Action of a status event: DANGEROUS_SOCKS.
pub const TORCTL_ACTION_DANGEROUS_SOCKS: i32 = 27;
/// Action of a status event: SOCKS_UNKNOWN_PROTOCOL.
pub const TORCTL_ACTION_SOCKS_UNKNOWN_PROTOCOL: i32 = 28;
/// Action of a status event: SOCKS_BAD_HOSTNAME.
pub const TORCTL_ACTION_SOCKS_BAD_HOSTNAME: i32 = 29;
/// Action of a status event: EXTERNAL_ADDRESS.
pub const TORCTL_ACTION_EXTERNAL_ADDRESS: i32 = 40;
/// Action of a status event: CHECKING_REACHABILITY.
pub const TORCTL_ACTION_CHECKING_REACHABILITY: i32 = 41;
/// Action of a status event: REACHABILITY_SUCCEEDED.
pub const TORCTL_ACTION_REACHABILITY_SUCCEEDED: i32 = 42;
/// Action of a status event: REACHABILITY_FAILED.
pub const TORCTL_ACTION_REACHABILITY_FAILED: i32 = 43;
/// Action of a status event: GOOD_SERVER_DESCRIPTOR.
pub const TORCTL_ACTION_GOOD_SERVER_DESCRIPTOR: i32 = 44;
/// Action of a status event: ACCEPTED_SERVER_DESCRIPTOR.
pub const TORCTL_ACTION_ACCEPTED_SERVER_DESCRIPTOR: i32 = 45;
/// Action of a status event: BAD_SERVER_DESCRIPTOR.
pub const TORCTL_ACTION_BAD_SERVER_DESCRIPTOR: i32 = 46;
/// Action of a status event: NAMESERVER_STATUS.
pub const TORCTL_ACTION_NAMESERVER_STATUS: i32 = 47;
/// Action of a status event: NAMESERVER_ALL_DOWN.
pub const TORCTL_ACTION_NAMESERVER_ALL_DOWN: i32 = 48;
/// Action of a status event: DNS_HIJACKED.
pub const TORCTL_ACTION_DNS_HIJACKED: i32 = 49;
/// Action of a status event: DNS_USELESS.
pub const TORCTL_ACTION_DNS_USELESS: i32 = 50;
/// Action of a status event: HIBERNATION_STATUS.
pub const TORCTL_ACTION_HIBERNATION_STATUS: i32 = 51;

/// Why a version of tor is dangerous: absent, or a word that this version does not know.
pub const TORCTL_VERSION_REASON_UNKNOWN: i32 = 0;
/// Why a version of tor is dangerous: NEW.
pub const TORCTL_VERSION_REASON_NEW: i32 = 1;
/// Why a version of tor is dangerous: OBSOLETE.
pub const TORCTL_VERSION_REASON_OBSOLETE: i32 = 2;
/// Why a version of tor is dangerous: UNRECOMMENDED.
pub const TORCTL_VERSION_REASON_UNRECOMMENDED: i32 = 3;

/// The phase is not known to this version, or absent.
pub const TORCTL_BOOTSTRAP_UNKNOWN: i32 = 0;
/// tor has begun, and has connected to nothing.
pub const TORCTL_BOOTSTRAP_STARTING: i32 = 1;
/// It connects to a pluggable transport.
pub const TORCTL_BOOTSTRAP_CONN_PT: i32 = 2;
/// It is connected to a pluggable transport.
pub const TORCTL_BOOTSTRAP_CONN_DONE_PT: i32 = 3;
/// It connects to a proxy.
pub const TORCTL_BOOTSTRAP_CONN_PROXY: i32 = 4;
/// It is connected to a proxy.
pub const TORCTL_BOOTSTRAP_CONN_DONE_PROXY: i32 = 5;
/// It connects to a relay.
pub const TORCTL_BOOTSTRAP_CONN: i32 = 6;
/// It is connected to a relay.
pub const TORCTL_BOOTSTRAP_CONN_DONE: i32 = 7;
/// It shakes hands with a relay.
pub const TORCTL_BOOTSTRAP_HANDSHAKE: i32 = 8;
/// It has done so.
pub const TORCTL_BOOTSTRAP_HANDSHAKE_DONE: i32 = 9;
/// It builds a circuit to ask for the directory.
pub const TORCTL_BOOTSTRAP_ONEHOP_CREATE: i32 = 10;
/// It asks for the consensus.
pub const TORCTL_BOOTSTRAP_REQUESTING_STATUS: i32 = 11;
/// It loads the consensus.
pub const TORCTL_BOOTSTRAP_LOADING_STATUS: i32 = 12;
/// It loads the certificates of the authorities.
pub const TORCTL_BOOTSTRAP_LOADING_KEYS: i32 = 13;
/// It asks for descriptors of relays.
pub const TORCTL_BOOTSTRAP_REQUESTING_DESCRIPTORS: i32 = 14;
/// It loads descriptors of relays.
pub const TORCTL_BOOTSTRAP_LOADING_DESCRIPTORS: i32 = 15;
/// It knows enough relays.
pub const TORCTL_BOOTSTRAP_ENOUGH_DIRINFO: i32 = 16;
/// For its first circuit it connects to a pluggable transport.
pub const TORCTL_BOOTSTRAP_AP_CONN_PT: i32 = 17;
/// For that it is connected to a pluggable transport.
pub const TORCTL_BOOTSTRAP_AP_CONN_DONE_PT: i32 = 18;
/// For that it connects to a proxy.
pub const TORCTL_BOOTSTRAP_AP_CONN_PROXY: i32 = 19;
/// For that it is connected to a proxy.
pub const TORCTL_BOOTSTRAP_AP_CONN_DONE_PROXY: i32 = 20;
/// For that it connects to a relay.
pub const TORCTL_BOOTSTRAP_AP_CONN: i32 = 21;
/// For that it is connected to a relay.
pub const TORCTL_BOOTSTRAP_AP_CONN_DONE: i32 = 22;
/// For that it shakes hands with a relay.
pub const TORCTL_BOOTSTRAP_AP_HANDSHAKE: i32 = 23;
/// It has done so.
pub const TORCTL_BOOTSTRAP_AP_HANDSHAKE_DONE: i32 = 24;
/// It builds its first circuit.
pub const TORCTL_BOOTSTRAP_CIRCUIT_CREATE: i32 = 25;
/// tor can be used.
pub const TORCTL_BOOTSTRAP_DONE: i32 = 26;

/// What to do about a problem while bootstrapping: absent, or a word that this version does not know.
pub const TORCTL_RECOMMENDATION_UNKNOWN: i32 = 0;
/// What to do about a problem while bootstrapping: ignore.
pub const TORCTL_RECOMMENDATION_IGNORE: i32 = 1;
/// What to do about a problem while bootstrapping: warn.
pub const TORCTL_RECOMMENDATION_WARN: i32 = 2;

/// What tor did about a dangerous port: absent, or a word that this version does not know.
pub const TORCTL_PORT_RESULT_UNKNOWN: i32 = 0;
/// What tor did about a dangerous port: REJECT.
pub const TORCTL_PORT_RESULT_REJECT: i32 = 1;
/// What tor did about a dangerous port: WARN.
pub const TORCTL_PORT_RESULT_WARN: i32 = 2;

/// How tor found its address: absent, or a word that this version does not know.
pub const TORCTL_ADDRESS_METHOD_UNKNOWN: i32 = 0;
/// How tor found its address: NONE.
pub const TORCTL_ADDRESS_METHOD_NONE: i32 = 1;
/// How tor found its address: CONFIGURED.
pub const TORCTL_ADDRESS_METHOD_CONFIGURED: i32 = 2;
/// How tor found its address: CONFIGURED_ORPORT.
pub const TORCTL_ADDRESS_METHOD_CONFIGURED_ORPORT: i32 = 3;
/// How tor found its address: GETHOSTNAME.
pub const TORCTL_ADDRESS_METHOD_GETHOSTNAME: i32 = 4;
/// How tor found its address: INTERFACE.
pub const TORCTL_ADDRESS_METHOD_INTERFACE: i32 = 5;
/// How tor found its address: RESOLVED.
pub const TORCTL_ADDRESS_METHOD_RESOLVED: i32 = 6;

/// Status of a name server or of hibernation: absent, or a word that this version does not know.
pub const TORCTL_SERVER_STATUS_UNKNOWN: i32 = 0;
/// Status of a name server or of hibernation: UP.
pub const TORCTL_SERVER_STATUS_UP: i32 = 1;
/// Status of a name server or of hibernation: DOWN.
pub const TORCTL_SERVER_STATUS_DOWN: i32 = 2;
/// Status of a name server or of hibernation: AWAKE.
pub const TORCTL_SERVER_STATUS_AWAKE: i32 = 3;
/// Status of a name server or of hibernation: SOFT.
pub const TORCTL_SERVER_STATUS_SOFT: i32 = 4;
/// Status of a name server or of hibernation: HARD.
pub const TORCTL_SERVER_STATUS_HARD: i32 = 5;

/// How serious it is. One of TORCTL_SEVERITY_DEBUG to TORCTL_SEVERITY_ERR, or
/// TORCTL_SEVERITY_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_status_event_severity(event: Option<&Event>) -> i32 {
    words::SEVERITY.number(arg(event, STATUS, 0).bytes())
}

/// tor's word for torctl_status_event_severity(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_severity_text(event: Option<&Event>) -> *const c_char {
    text(arg(event, STATUS, 0))
}

/// What is reported. One of TORCTL_ACTION_CLOCK_JUMPED to TORCTL_ACTION_HIBERNATION_STATUS, or
/// TORCTL_ACTION_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_status_event_action(event: Option<&Event>) -> i32 {
    words::STATUS_ACTION.number(arg(event, STATUS, 1).bytes())
}

/// tor's word for torctl_status_event_action(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_action_text(event: Option<&Event>) -> *const c_char {
    text(arg(event, STATUS, 1))
}

/// CLOCK_JUMPED: by how many seconds the clock jumped (TIME), negative for a jump back; 0 when
/// absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_jump_s(event: Option<&Event>) -> i64 {
    signed(value(event, STATUS, Key::Time))
}

/// CLOCK_JUMPED: 1 if tor was idle and it may have been a suspended machine, 0 if not, -1 when
/// absent (IDLE).
#[no_mangle]
pub extern "C" fn torctl_status_event_idle(event: Option<&Event>) -> i32 {
    small(value(event, STATUS, Key::Idle))
}

/// DANGEROUS_VERSION: the version that runs (CURRENT); TOO_MANY_CONNECTIONS: the number as text;
/// "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_current(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::Current))
}

/// TOO_MANY_CONNECTIONS: how many connections are open (CURRENT); 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_current_count(event: Option<&Event>) -> u64 {
    unsigned(value(event, STATUS, Key::Current))
}

/// DANGEROUS_VERSION: the recommended versions, separated by commas (RECOMMENDED); "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_recommended(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::Recommended))
}

/// DANGEROUS_VERSION: what is wrong with the version (REASON). One of TORCTL_VERSION_REASON_NEW to
/// TORCTL_VERSION_REASON_UNRECOMMENDED, or TORCTL_VERSION_REASON_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_status_event_version_reason(event: Option<&Event>) -> i32 {
    words::VERSION_REASON.number(value(event, STATUS, Key::Reason).bytes())
}

/// BOOTSTRAP: why a connection failed (REASON). One of TORCTL_ORCONN_REASON_DONE to
/// TORCTL_ORCONN_REASON_CLOCK_SKEW, or TORCTL_ORCONN_REASON_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_status_event_bootstrap_reason(event: Option<&Event>) -> i32 {
    words::ORCONN_REASON.number(value(event, STATUS, Key::Reason).bytes())
}

/// The reason of whatever action as text (REASON), unquoted: a word, or the message of a BUG with
/// its line end; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_reason_text(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::Reason))
}

/// The length of torctl_status_event_reason_text() in bytes, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_status_event_reason_text_size_bytes(event: Option<&Event>) -> usize {
    value(event, STATUS, Key::Reason).bytes().len()
}

/// CLOCK_SKEW: by how many seconds the clock seems to be ahead (SKEW), negative when behind; 0
/// when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_skew_s(event: Option<&Event>) -> i64 {
    signed(value(event, STATUS, Key::Skew))
}

/// CLOCK_SKEW of older tors: the least that the clock is off in seconds (MIN_SKEW); 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_min_skew_s(event: Option<&Event>) -> i64 {
    signed(value(event, STATUS, Key::MinSkew))
}

/// CLOCK_SKEW: who says so (SOURCE); "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_source(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::Source))
}

/// BOOTSTRAP: how far tor is, 0 to 100; -1 when absent (PROGRESS).
#[no_mangle]
pub extern "C" fn torctl_status_event_progress(event: Option<&Event>) -> i32 {
    small(value(event, STATUS, Key::Progress))
}

/// BOOTSTRAP: the phase as a word, such as "conn_done" (TAG); "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_tag(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::Tag))
}

/// BOOTSTRAP: the phase as a number (TAG). One of TORCTL_BOOTSTRAP_STARTING to TORCTL_BOOTSTRAP_DONE,
/// or TORCTL_BOOTSTRAP_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_status_event_phase(event: Option<&Event>) -> i32 {
    words::BOOTSTRAP_TAG.number(value(event, STATUS, Key::Tag).bytes())
}

/// BOOTSTRAP: the phase as a text for people (SUMMARY); "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_summary(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::Summary))
}

/// BOOTSTRAP: what went wrong as a text for people (WARNING); "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_warning(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::Warning))
}

/// BOOTSTRAP: how many problems there were in this phase (COUNT); 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_count(event: Option<&Event>) -> u64 {
    unsigned(value(event, STATUS, Key::Count))
}

/// BOOTSTRAP: whether to tell the user about the problem (RECOMMENDATION). One of
/// TORCTL_RECOMMENDATION_IGNORE to TORCTL_RECOMMENDATION_WARN, or TORCTL_RECOMMENDATION_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_status_event_recommendation(event: Option<&Event>) -> i32 {
    words::RECOMMENDATION.number(value(event, STATUS, Key::Recommendation).bytes())
}

/// tor's word for torctl_status_event_recommendation(), known to this version or not; "" when
/// absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_recommendation_text(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::Recommendation))
}

/// BOOTSTRAP: the fingerprint of the relay that made trouble, or "?" (HOSTID); "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_host_id(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::HostId))
}

/// BOOTSTRAP: the same under the name that the specification has for it (HOST); "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_host(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::Host))
}

/// BOOTSTRAP: the address and port of the relay that made trouble, or "?" (HOSTADDR); "" when
/// absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_host_address(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::HostAddr))
}

/// DANGEROUS_PORT: the port (PORT); 0 when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_port(event: Option<&Event>) -> u16 {
    port(value(event, STATUS, Key::Port))
}

/// DANGEROUS_PORT: what tor did about it (RESULT). One of TORCTL_PORT_RESULT_REJECT to
/// TORCTL_PORT_RESULT_WARN, or TORCTL_PORT_RESULT_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_status_event_result(event: Option<&Event>) -> i32 {
    words::PORT_RESULT.number(value(event, STATUS, Key::Result).bytes())
}

/// tor's word for torctl_status_event_result(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_result_text(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::Result))
}

/// DANGEROUS_SOCKS: the protocol, such as "SOCKS4" (PROTOCOL); "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_protocol(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::Protocol))
}

/// DANGEROUS_SOCKS: where the application wanted to go; EXTERNAL_ADDRESS: the address of this tor
/// (ADDRESS); "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_address(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::Address))
}

/// SOCKS_UNKNOWN_PROTOCOL: the first bytes that the application sent (DATA), unquoted; "" when
/// absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_data(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::Data))
}

/// The length of torctl_status_event_data() in bytes, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_status_event_data_size_bytes(event: Option<&Event>) -> usize {
    value(event, STATUS, Key::Data).bytes().len()
}

/// SOCKS_BAD_HOSTNAME: the name, unquoted: any bytes; EXTERNAL_ADDRESS: the name that was resolved
/// (HOSTNAME); "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_hostname(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::Hostname))
}

/// The length of torctl_status_event_hostname() in bytes, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_status_event_hostname_size_bytes(event: Option<&Event>) -> usize {
    value(event, STATUS, Key::Hostname).bytes().len()
}

/// EXTERNAL_ADDRESS: how tor found it out (METHOD). One of TORCTL_ADDRESS_METHOD_NONE to
/// TORCTL_ADDRESS_METHOD_RESOLVED, or TORCTL_ADDRESS_METHOD_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_status_event_method(event: Option<&Event>) -> i32 {
    words::ADDRESS_METHOD.number(value(event, STATUS, Key::Method).bytes())
}

/// tor's word for torctl_status_event_method(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_method_text(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::Method))
}

/// The three reachability actions: the address and port that was tried (ORADDRESS); "" when
/// absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_or_address(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::OrAddress))
}

/// ACCEPTED_SERVER_DESCRIPTOR and BAD_SERVER_DESCRIPTOR: address and port of the directory
/// authority (DIRAUTH); "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_dirauth(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::DirAuth))
}

/// NAMESERVER_STATUS: the name server (NS); "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_nameserver(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::Ns))
}

/// NAMESERVER_STATUS and HIBERNATION_STATUS: the new status (STATUS). One of
/// TORCTL_SERVER_STATUS_UP to TORCTL_SERVER_STATUS_HARD, or TORCTL_SERVER_STATUS_UNKNOWN.
#[no_mangle]
pub extern "C" fn torctl_status_event_status(event: Option<&Event>) -> i32 {
    words::SERVER_STATUS.number(value(event, STATUS, Key::Status).bytes())
}

/// tor's word for torctl_status_event_status(), known to this version or not; "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_status_text(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::Status))
}

/// NAMESERVER_STATUS: what went wrong (ERR); "" when absent.
#[no_mangle]
pub extern "C" fn torctl_status_event_err(event: Option<&Event>) -> *const c_char {
    text(value(event, STATUS, Key::Err))
}

#[cfg(test)]
mod tests {
    use super::super::field::testing::{event, message, read};
    use super::*;

    #[test]
    fn what_all_kinds_report() {
        let made = event("STATUS_GENERAL ERR DIR_ALL_UNREACHABLE");
        let status = Some(&made);
        assert_eq!(torctl_status_event_severity(status), 5);
        assert_eq!(read(torctl_status_event_severity_text(status)), "ERR");
        assert_eq!(
            torctl_status_event_action(status),
            TORCTL_ACTION_DIR_ALL_UNREACHABLE
        );
        assert_eq!(
            read(torctl_status_event_action_text(status)),
            "DIR_ALL_UNREACHABLE"
        );
        assert_eq!(torctl_status_event_progress(status), -1);
        assert_eq!(torctl_status_event_idle(status), -1);
        let made = event("STATUS_SERVER NOTICE SOMETHING_NEW X=y");
        assert_eq!(
            torctl_status_event_action(Some(&made)),
            TORCTL_ACTION_UNKNOWN
        );
        assert_eq!(
            read(torctl_status_event_action_text(Some(&made))),
            "SOMETHING_NEW"
        );
        let old = "650 STATUS_SEVER NOTICE DNS_USELESS\r\n";
        let made = message(Kind::from_word(b"STATUS_SEVER"), old);
        assert_eq!(
            torctl_status_event_action(Some(&made)),
            TORCTL_ACTION_DNS_USELESS
        );
    }

    #[test]
    fn general() {
        let made = event("STATUS_GENERAL NOTICE CLOCK_JUMPED TIME=-300 IDLE=0");
        assert_eq!(torctl_status_event_jump_s(Some(&made)), -300);
        assert_eq!(torctl_status_event_idle(Some(&made)), 0);
        let made = event(
            "STATUS_GENERAL WARN DANGEROUS_VERSION CURRENT=0.4.9.11 REASON=OBSOLETE RECOMMENDED=\"0.4.8.1,0.4.9.12\"",
        );
        let status = Some(&made);
        assert_eq!(read(torctl_status_event_current(status)), "0.4.9.11");
        assert_eq!(
            torctl_status_event_version_reason(status),
            TORCTL_VERSION_REASON_OBSOLETE
        );
        assert_eq!(read(torctl_status_event_reason_text(status)), "OBSOLETE");
        assert_eq!(
            read(torctl_status_event_recommended(status)),
            "0.4.8.1,0.4.9.12"
        );
        let made = event("STATUS_GENERAL WARN TOO_MANY_CONNECTIONS CURRENT=1024");
        assert_eq!(torctl_status_event_current_count(Some(&made)), 1024);
        let made = event("STATUS_GENERAL WARN BUG REASON=\"Bug: \\\"x\\\" (on Tor 0.4.9.11 )\\n\"");
        let status = Some(&made);
        assert_eq!(
            read(torctl_status_event_reason_text(status)),
            "Bug: \\\"x\\\" (on Tor 0.4.9.11 )\\n"
        );
        assert_eq!(torctl_status_event_reason_text_size_bytes(status), 28);
        assert_eq!(
            torctl_status_event_version_reason(status),
            TORCTL_VERSION_REASON_UNKNOWN
        );
        let made =
            event("STATUS_GENERAL WARN CLOCK_SKEW SKEW=-3600 MIN_SKEW=-3000 SOURCE=CONSENSUS");
        let status = Some(&made);
        assert_eq!(torctl_status_event_skew_s(status), -3600);
        assert_eq!(torctl_status_event_min_skew_s(status), -3000);
        assert_eq!(read(torctl_status_event_source(status)), "CONSENSUS");
    }

    #[test]
    fn bootstrap_with_trouble() {
        let made = event(
            "STATUS_CLIENT WARN BOOTSTRAP PROGRESS=14 TAG=handshake SUMMARY=\"Handshaking with a \"relay\"\" \
             WARNING=\"x y=\"z\" REASON=NOROUTE COUNT=10 RECOMMENDATION=warn HOST=\"F\" HOSTID=\"?\" HOSTADDR=\"1.2.3.4:5\"",
        );
        let status = Some(&made);
        assert_eq!(torctl_status_event_action(status), TORCTL_ACTION_BOOTSTRAP);
        assert_eq!(torctl_status_event_progress(status), 14);
        assert_eq!(read(torctl_status_event_tag(status)), "handshake");
        assert_eq!(
            torctl_status_event_phase(status),
            TORCTL_BOOTSTRAP_HANDSHAKE
        );
        assert_eq!(
            read(torctl_status_event_summary(status)),
            "Handshaking with a \\\"relay\\\""
        );
        assert_eq!(read(torctl_status_event_warning(status)), "x y=\\\"z");
        assert_eq!(torctl_status_event_bootstrap_reason(status), 6);
        assert_eq!(torctl_status_event_count(status), 10);
        assert_eq!(
            torctl_status_event_recommendation(status),
            TORCTL_RECOMMENDATION_WARN
        );
        assert_eq!(
            read(torctl_status_event_recommendation_text(status)),
            "warn"
        );
        assert_eq!(read(torctl_status_event_host(status)), "F");
        assert_eq!(read(torctl_status_event_host_id(status)), "?");
        assert_eq!(read(torctl_status_event_host_address(status)), "1.2.3.4:5");
    }

    #[test]
    fn client() {
        let made = event("STATUS_CLIENT WARN DANGEROUS_PORT PORT=23 RESULT=REJECT");
        assert_eq!(torctl_status_event_port(Some(&made)), 23);
        assert_eq!(
            torctl_status_event_result(Some(&made)),
            TORCTL_PORT_RESULT_REJECT
        );
        assert_eq!(read(torctl_status_event_result_text(Some(&made))), "REJECT");
        let made = event("STATUS_CLIENT WARN DANGEROUS_SOCKS PROTOCOL=SOCKS4 ADDRESS=1.2.3.4:80");
        assert_eq!(read(torctl_status_event_protocol(Some(&made))), "SOCKS4");
        assert_eq!(read(torctl_status_event_address(Some(&made))), "1.2.3.4:80");
        let made = event("STATUS_CLIENT WARN SOCKS_UNKNOWN_PROTOCOL DATA=\"\"\\026\\000a\"\"");
        assert_eq!(read(torctl_status_event_data(Some(&made))), "\\x16");
        assert_eq!(torctl_status_event_data_size_bytes(Some(&made)), 3);
        let made = event("STATUS_CLIENT WARN SOCKS_BAD_HOSTNAME HOSTNAME=\"a\\\"b\\001\"");
        assert_eq!(
            read(torctl_status_event_hostname(Some(&made))),
            "a\\\"b\\x01"
        );
        assert_eq!(torctl_status_event_hostname_size_bytes(Some(&made)), 4);
    }

    #[test]
    fn server() {
        let made = event("STATUS_SERVER NOTICE EXTERNAL_ADDRESS ADDRESS=1.2.3.4 METHOD=CONFIGURED_ORPORT HOSTNAME=a.b");
        let status = Some(&made);
        assert_eq!(read(torctl_status_event_address(status)), "1.2.3.4");
        assert_eq!(
            torctl_status_event_method(status),
            TORCTL_ADDRESS_METHOD_CONFIGURED_ORPORT
        );
        assert_eq!(
            read(torctl_status_event_method_text(status)),
            "CONFIGURED_ORPORT"
        );
        assert_eq!(read(torctl_status_event_hostname(status)), "a.b");
        let made = event("STATUS_SERVER WARN REACHABILITY_FAILED ORADDRESS=[::1]:9001");
        assert_eq!(
            read(torctl_status_event_or_address(Some(&made))),
            "[::1]:9001"
        );
        let made = event(
            "STATUS_SERVER WARN BAD_SERVER_DESCRIPTOR DIRAUTH=1.2.3.4:80 REASON=\"not \"you\"\"",
        );
        assert_eq!(read(torctl_status_event_dirauth(Some(&made))), "1.2.3.4:80");
        assert_eq!(
            read(torctl_status_event_reason_text(Some(&made))),
            "not \\\"you\\\""
        );
        let made =
            event("STATUS_SERVER WARN NAMESERVER_STATUS NS=1.1.1.1 STATUS=DOWN ERR=timed_out");
        let status = Some(&made);
        assert_eq!(read(torctl_status_event_nameserver(status)), "1.1.1.1");
        assert_eq!(
            torctl_status_event_status(status),
            TORCTL_SERVER_STATUS_DOWN
        );
        assert_eq!(read(torctl_status_event_status_text(status)), "DOWN");
        assert_eq!(read(torctl_status_event_err(status)), "timed_out");
        let made = event("STATUS_SERVER NOTICE HIBERNATION_STATUS STATUS=SOFT");
        assert_eq!(
            torctl_status_event_status(Some(&made)),
            TORCTL_SERVER_STATUS_SOFT
        );
    }
}
