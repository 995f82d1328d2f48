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
/// tor does not offer the method that was chosen with torctl_options_set_auth(), or none that the
/// library knows. Another method may do.
pub const TORCTL_REASON_AUTH_NOT_OFFERED: i32 = 1001;
/// tor wants a password and the program gave none: ask for one, then try again.
pub const TORCTL_REASON_AUTH_NOTHING_GIVEN: i32 = 1002;
/// tor refused the password: ask for another.
pub const TORCTL_REASON_AUTH_PASSWORD_WRONG: i32 = 1003;
/// tor names no cookie file and the program gave none: torctl_options_set_cookie_file() names one.
pub const TORCTL_REASON_AUTH_NO_COOKIE_FILE: i32 = 1004;
/// The cookie file cannot be opened or read; torctl_error_errno() says why. The message says whose
/// it is and what would help.
pub const TORCTL_REASON_AUTH_COOKIE_UNREADABLE: i32 = 1005;
/// The path of the cookie is that of a directory, a pipe or a device.
pub const TORCTL_REASON_AUTH_COOKIE_NOT_REGULAR: i32 = 1006;
/// The cookie file has not 32 bytes: it is another file, or tor is writing it.
pub const TORCTL_REASON_AUTH_COOKIE_SIZE: i32 = 1007;
/// The peer offers the plain cookie alone, which no tor does, and the cookie was not given away.
/// TORCTL_AUTH_COOKIE or torctl_options_set_cookie_file() would send it.
pub const TORCTL_REASON_AUTH_COOKIE_WITHHELD: i32 = 1008;
/// The peer did not prove that it knows the cookie: it is not the tor that wrote this file. Nothing
/// was given away.
pub const TORCTL_REASON_AUTH_NO_PROOF: i32 = 1009;
/// tor refused the cookie, the proof of it, or a login without any secret. The cookie file may be that
/// of another tor, or of an earlier start.
pub const TORCTL_REASON_AUTH_REFUSED: i32 = 1010;
/// Something answers there, but it is not tor's control port. (The status is TORCTL_ERR_CONNECT.)
pub const TORCTL_REASON_NOT_TOR: i32 = 1011;

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
        Reason::AuthNotOffered => TORCTL_REASON_AUTH_NOT_OFFERED,
        Reason::AuthNothingGiven => TORCTL_REASON_AUTH_NOTHING_GIVEN,
        Reason::AuthPasswordWrong => TORCTL_REASON_AUTH_PASSWORD_WRONG,
        Reason::AuthNoCookieFile => TORCTL_REASON_AUTH_NO_COOKIE_FILE,
        Reason::AuthCookieUnreadable => TORCTL_REASON_AUTH_COOKIE_UNREADABLE,
        Reason::AuthCookieNotRegular => TORCTL_REASON_AUTH_COOKIE_NOT_REGULAR,
        Reason::AuthCookieSize => TORCTL_REASON_AUTH_COOKIE_SIZE,
        Reason::AuthCookieWithheld => TORCTL_REASON_AUTH_COOKIE_WITHHELD,
        Reason::AuthNoProof => TORCTL_REASON_AUTH_NO_PROOF,
        Reason::AuthRefused => TORCTL_REASON_AUTH_REFUSED,
        Reason::NotTor => TORCTL_REASON_NOT_TOR,
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
        TORCTL_REASON_AUTH_NOT_OFFERED => c"TORCTL_REASON_AUTH_NOT_OFFERED",
        TORCTL_REASON_AUTH_NOTHING_GIVEN => c"TORCTL_REASON_AUTH_NOTHING_GIVEN",
        TORCTL_REASON_AUTH_PASSWORD_WRONG => c"TORCTL_REASON_AUTH_PASSWORD_WRONG",
        TORCTL_REASON_AUTH_NO_COOKIE_FILE => c"TORCTL_REASON_AUTH_NO_COOKIE_FILE",
        TORCTL_REASON_AUTH_COOKIE_UNREADABLE => c"TORCTL_REASON_AUTH_COOKIE_UNREADABLE",
        TORCTL_REASON_AUTH_COOKIE_NOT_REGULAR => c"TORCTL_REASON_AUTH_COOKIE_NOT_REGULAR",
        TORCTL_REASON_AUTH_COOKIE_SIZE => c"TORCTL_REASON_AUTH_COOKIE_SIZE",
        TORCTL_REASON_AUTH_COOKIE_WITHHELD => c"TORCTL_REASON_AUTH_COOKIE_WITHHELD",
        TORCTL_REASON_AUTH_NO_PROOF => c"TORCTL_REASON_AUTH_NO_PROOF",
        TORCTL_REASON_AUTH_REFUSED => c"TORCTL_REASON_AUTH_REFUSED",
        TORCTL_REASON_NOT_TOR => c"TORCTL_REASON_NOT_TOR",
        _ => c"(not a TORCTL_REASON constant)",
    };
    name.as_ptr()
}
