//! Log lines: DEBUG, INFO, NOTICE, WARN and ERR.

use std::ffi::c_char;

use super::field::{arg, text};
use crate::engine::event::Event;
use crate::proto::event::{Kind, KindSet};

/// All of them are the same but for the severity.
const LOG: KindSet = KindSet::of(Kind::Debug)
    .union(KindSet::of(Kind::Info))
    .union(KindSet::of(Kind::Notice))
    .union(KindSet::of(Kind::Warn))
    .union(KindSet::of(Kind::Err));

/// Severity: absent, or a word that this version does not know.
pub const TORCTL_SEVERITY_UNKNOWN: i32 = 0;
/// Severity: DEBUG.
pub const TORCTL_SEVERITY_DEBUG: i32 = 1;
/// Severity: INFO.
pub const TORCTL_SEVERITY_INFO: i32 = 2;
/// Severity: NOTICE.
pub const TORCTL_SEVERITY_NOTICE: i32 = 3;
/// Severity: WARN.
pub const TORCTL_SEVERITY_WARN: i32 = 4;
/// Severity: ERR.
pub const TORCTL_SEVERITY_ERR: i32 = 5;

/// How serious the line is. One of TORCTL_SEVERITY_DEBUG to TORCTL_SEVERITY_ERR.
#[no_mangle]
pub extern "C" fn torctl_log_severity(event: Option<&Event>) -> i32 {
    event
        .filter(|event| LOG.has(event.kind()))
        .map_or(TORCTL_SEVERITY_UNKNOWN, |event| {
            // The kinds have the order of the severities.
            TORCTL_SEVERITY_DEBUG + (event.kind() as i32 - Kind::Debug as i32)
        })
}

/// The line, byte for byte as tor sent it; torctl_event_find() finds nothing in it, whatever it
/// looks like.
#[no_mangle]
pub extern "C" fn torctl_log_text(event: Option<&Event>) -> *const c_char {
    text(arg(event, LOG, 0))
}

/// The length of torctl_log_text() in bytes, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_log_text_size_bytes(event: Option<&Event>) -> usize {
    arg(event, LOG, 0).bytes().len()
}

#[cfg(test)]
mod tests {
    use super::super::field::testing::{event, read};
    use super::*;

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
}
