//! Reasons

use std::ffi::c_char;

use super::error::torctl_error;
use crate::proto::reason::Reason;

/// No reason is known, or the library has no number for it. The message says what is known.
pub const TORCTL_REASON_UNKNOWN: i32 = 0;

/// tor makes no connection because its option DisableNetwork is 1. Set it to 0.
pub const TORCTL_REASON_NETWORK_DISABLED: i32 = 1201;
/// tor is dormant: it was idle for long, or was told so, and does nothing until SIGNAL ACTIVE.
pub const TORCTL_REASON_DORMANT: i32 = 1202;
/// tor has used up what AccountingMax allows, and waits for the next period.
pub const TORCTL_REASON_HIBERNATING: i32 = 1203;
/// The clock of tor's computer is wrong by so much that tor cannot work. Let the user set it.
pub const TORCTL_REASON_CLOCK_SKEW: i32 = 1204;
/// A bridge needs a pluggable transport for which there is no ClientTransportPlugin.
pub const TORCTL_REASON_NO_TRANSPORT: i32 = 1205;
/// The program of a pluggable transport cannot be run or ends immediately. The path in
/// ClientTransportPlugin is wrong, for example, or has a blank in it, at which tor ends it.
pub const TORCTL_REASON_TRANSPORT_FAILED: i32 = 1206;
/// Nothing listens at the address of the relay, bridge or proxy that tor tries.
pub const TORCTL_REASON_CONNECT_REFUSED: i32 = 1207;
/// The connection to a relay or bridge was broken off, often by something on the way.
pub const TORCTL_REASON_CONNECT_RESET: i32 = 1208;
/// A relay or bridge did not answer in time.
pub const TORCTL_REASON_CONNECT_TIMEOUT: i32 = 1209;
/// The network does not reach the address of a relay or bridge. The computer may be offline.
pub const TORCTL_REASON_NO_ROUTE: i32 = 1210;
/// At the address is another relay or bridge than the one that was asked for.
pub const TORCTL_REASON_IDENTITY: i32 = 1211;
/// The encryption of the connection to a relay or bridge failed.
pub const TORCTL_REASON_TLS_ERROR: i32 = 1212;
/// Reading or writing the connection to a relay or bridge failed.
pub const TORCTL_REASON_IO_ERROR: i32 = 1213;
/// tor lacks descriptors, ports or memory.
pub const TORCTL_REASON_RESOURCE_LIMIT: i32 = 1214;
/// The relay or bridge closed the connection.
pub const TORCTL_REASON_CONNECT_CLOSED: i32 = 1215;

// Each group has a range of its own, and no number is used by any other list of constants:
// 1001 to 1099 authentication, 1101 to 1199 refusals of tor, 1201 to 1299 waits.
pub(super) fn number(reason: Reason) -> i32 {
    match reason {
        Reason::Unknown => TORCTL_REASON_UNKNOWN,
        Reason::NetworkDisabled => TORCTL_REASON_NETWORK_DISABLED,
        Reason::Dormant => TORCTL_REASON_DORMANT,
        Reason::Hibernating => TORCTL_REASON_HIBERNATING,
        Reason::ClockSkew => TORCTL_REASON_CLOCK_SKEW,
        Reason::NoTransport => TORCTL_REASON_NO_TRANSPORT,
        Reason::TransportFailed => TORCTL_REASON_TRANSPORT_FAILED,
        Reason::ConnectRefused => TORCTL_REASON_CONNECT_REFUSED,
        Reason::ConnectReset => TORCTL_REASON_CONNECT_RESET,
        Reason::ConnectTimeout => TORCTL_REASON_CONNECT_TIMEOUT,
        Reason::NoRoute => TORCTL_REASON_NO_ROUTE,
        Reason::Identity => TORCTL_REASON_IDENTITY,
        Reason::TlsError => TORCTL_REASON_TLS_ERROR,
        Reason::IoError => TORCTL_REASON_IO_ERROR,
        Reason::ResourceLimit => TORCTL_REASON_RESOURCE_LIMIT,
        Reason::ConnectClosed => TORCTL_REASON_CONNECT_CLOSED,
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
        TORCTL_REASON_NETWORK_DISABLED => c"TORCTL_REASON_NETWORK_DISABLED",
        TORCTL_REASON_DORMANT => c"TORCTL_REASON_DORMANT",
        TORCTL_REASON_HIBERNATING => c"TORCTL_REASON_HIBERNATING",
        TORCTL_REASON_CLOCK_SKEW => c"TORCTL_REASON_CLOCK_SKEW",
        TORCTL_REASON_NO_TRANSPORT => c"TORCTL_REASON_NO_TRANSPORT",
        TORCTL_REASON_TRANSPORT_FAILED => c"TORCTL_REASON_TRANSPORT_FAILED",
        TORCTL_REASON_CONNECT_REFUSED => c"TORCTL_REASON_CONNECT_REFUSED",
        TORCTL_REASON_CONNECT_RESET => c"TORCTL_REASON_CONNECT_RESET",
        TORCTL_REASON_CONNECT_TIMEOUT => c"TORCTL_REASON_CONNECT_TIMEOUT",
        TORCTL_REASON_NO_ROUTE => c"TORCTL_REASON_NO_ROUTE",
        TORCTL_REASON_IDENTITY => c"TORCTL_REASON_IDENTITY",
        TORCTL_REASON_TLS_ERROR => c"TORCTL_REASON_TLS_ERROR",
        TORCTL_REASON_IO_ERROR => c"TORCTL_REASON_IO_ERROR",
        TORCTL_REASON_RESOURCE_LIMIT => c"TORCTL_REASON_RESOURCE_LIMIT",
        TORCTL_REASON_CONNECT_CLOSED => c"TORCTL_REASON_CONNECT_CLOSED",
        _ => c"(not a TORCTL_REASON constant)",
    };
    name.as_ptr()
}
