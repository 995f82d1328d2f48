//! Log lines: DEBUG, INFO, NOTICE, WARN and ERR.

use super::{event, read};
use torctl::ffi::event_fields::*;

#[test]
fn severity_and_text() {
    for (line, severity, text) in [
        ("DEBUG a=b \"c\"", TORCTL_SEVERITY_DEBUG, "a=b \\\"c\\\""),
        ("INFO ", TORCTL_SEVERITY_INFO, ""),
        (
            "NOTICE Circuit is OK",
            TORCTL_SEVERITY_NOTICE,
            "Circuit is OK",
        ),
        ("WARN  two  blanks ", TORCTL_SEVERITY_WARN, " two  blanks "),
        ("ERR \u{e9}", TORCTL_SEVERITY_ERR, "\\xc3\\xa9"),
    ] {
        let made = event(line);
        assert_eq!(torctl_log_severity(Some(&made)), severity);
        assert_eq!(read(torctl_log_text(Some(&made))), text);
        let size = line.len() - line.find(' ').unwrap() - 1;
        assert_eq!(torctl_log_text_size_bytes(Some(&made)), size);
    }
    let nul = event("WARN a\0b");
    assert_eq!(torctl_log_text_size_bytes(Some(&nul)), 3);
    assert_eq!(torctl_log_severity(None), TORCTL_SEVERITY_UNKNOWN);
    assert_eq!(
        torctl_log_severity(Some(&event("BW 1 2"))),
        TORCTL_SEVERITY_UNKNOWN
    );
}
