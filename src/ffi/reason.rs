//! Reasons

use std::ffi::c_char;

use super::error::torctl_error;
use crate::proto::reason::Reason;

/// No reason is known, or the library has no number for it. The message says what is known.
pub const TORCTL_REASON_UNKNOWN: i32 = 0;

// Each group has a range of its own, and no number is used by any other list of constants:
// 1001 to 1099 authentication, 1101 to 1199 refusals of tor, 1201 to 1299 waits.
pub(super) fn number(reason: Reason) -> i32 {
    match reason {
        Reason::Unknown => TORCTL_REASON_UNKNOWN,
    }
}

/// Why the call failed, as a number to branch on: one of the TORCTL_REASON constants. The status says
/// whose doing it was, the reason says what it was.
///
/// Returns TORCTL_REASON_UNKNOWN for NULL and where no reason is known. A later version may know more.
#[no_mangle]
pub extern "C" fn torctl_error_reason(error: Option<&torctl_error>) -> i32 {
    error.map_or(TORCTL_REASON_UNKNOWN, |error| error.reason)
}

/// Names a reason, for example "TORCTL_REASON_UNKNOWN".
///
/// Returns a static string, also for a number that is no reason.
#[no_mangle]
pub extern "C" fn torctl_reason_name(reason: i32) -> *const c_char {
    let name = match reason {
        TORCTL_REASON_UNKNOWN => c"TORCTL_REASON_UNKNOWN",
        _ => c"(not a TORCTL_REASON constant)",
    };
    name.as_ptr()
}
