//! What tor reports about itself: STATUS_GENERAL, STATUS_CLIENT and STATUS_SERVER.

use super::{event, message, read};
use torctl::ffi::event_fields::*;
use torctl::proto::event::Kind;

#[test]
fn what_all_kinds_report() {
    let made = event("STATUS_GENERAL ERR DIR_ALL_UNREACHABLE");
    let status = Some(&made);
    assert_eq!(torctl_status_event_severity(status), TORCTL_SEVERITY_ERR);
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
    let made = event("STATUS_GENERAL WARN CLOCK_SKEW SKEW=-3600 MIN_SKEW=-3000 SOURCE=CONSENSUS");
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
    assert_eq!(
        torctl_status_event_bootstrap_reason(status),
        TORCTL_ORCONN_REASON_NOROUTE
    );
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
    let made =
        event("STATUS_SERVER WARN BAD_SERVER_DESCRIPTOR DIRAUTH=1.2.3.4:80 REASON=\"not \"you\"\"");
    assert_eq!(read(torctl_status_event_dirauth(Some(&made))), "1.2.3.4:80");
    assert_eq!(
        read(torctl_status_event_reason_text(Some(&made))),
        "not \\\"you\\\""
    );
    let made = event("STATUS_SERVER WARN NAMESERVER_STATUS NS=1.1.1.1 STATUS=DOWN ERR=timed_out");
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
