//! Reasons
//!
//! Why a call failed, as a number to branch on: torctl_error_reason(). Constants from 1001 on are
//! about authentication, those from 1101 on about requests that tor refused, those from 1201 on
//! about why tor does not get into the network, those from 1301 on about torctl_dial().

use std::ffi::c_char;

use super::error::torctl_error;
use crate::proto::reason::Reason;

/// No reason is known, or the library has no number for it. torctl_error_message() says what is
/// known.
pub const TORCTL_REASON_UNKNOWN: i32 = 0;

/// This tor has no such key for GETINFO. It is misspelt, or another version has it.
pub const TORCTL_REASON_UNKNOWN_KEY: i32 = 1101;
/// This tor has no option of this name.
pub const TORCTL_REASON_UNKNOWN_OPTION: i32 = 1102;
/// This tor has no event, signal, feature, purpose, key type or argument of this name.
pub const TORCTL_REASON_UNKNOWN_WORD: i32 = 1103;
/// This tor has no such command.
pub const TORCTL_REASON_UNKNOWN_COMMAND: i32 = 1104;
/// An argument has a form that tor does not accept there.
pub const TORCTL_REASON_BAD_ARGUMENT: i32 = 1105;
/// tor does not accept this value for the option. The message has what tor's log says about it.
pub const TORCTL_REASON_BAD_VALUE: i32 = 1106;
/// The option can only be set when tor starts: start tor anew.
pub const TORCTL_REASON_NOT_WHILE_RUNNING: i32 = 1107;
/// tor could not write its torrc or a key file. It writes a torrc that includes others only when
/// forced: see torctl_save_conf().
pub const TORCTL_REASON_NOT_SAVED: i32 = 1108;
/// The connection is not authenticated.
pub const TORCTL_REASON_NOT_AUTHENTICATED: i32 = 1109;
/// tor does not know the relay. With TORCTL_ERR_NOT_FOUND, like the next four.
pub const TORCTL_REASON_NO_SUCH_RELAY: i32 = 1110;
/// tor does not have the descriptor.
pub const TORCTL_REASON_NO_SUCH_DESCRIPTOR: i32 = 1111;
/// There is no circuit with this number, or no longer.
pub const TORCTL_REASON_NO_SUCH_CIRCUIT: i32 = 1112;
/// There is no stream with this number, or no longer.
pub const TORCTL_REASON_NO_SUCH_STREAM: i32 = 1113;
/// Neither this connection nor the detached services have an onion service of this address.
pub const TORCTL_REASON_NO_SUCH_ONION: i32 = 1114;
/// This tor keeps microdescriptors and no server descriptors.
pub const TORCTL_REASON_ONLY_MICRODESCRIPTORS: i32 = 1115;
/// Only a relay has an answer, and this tor is none.
pub const TORCTL_REASON_NOT_A_RELAY: i32 = 1116;
/// tor does not know its own address yet.
pub const TORCTL_REASON_ADDRESS_UNKNOWN: i32 = 1117;
/// tor has no such consensus, or not yet.
pub const TORCTL_REASON_NO_CONSENSUS: i32 = 1118;
/// tor cannot build a circuit now. For example, it has no network or no consensus.
pub const TORCTL_REASON_NO_CIRCUIT: i32 = 1119;
/// tor attaches this stream itself; a controller cannot.
pub const TORCTL_REASON_NOT_MANAGED: i32 = 1120;
/// The circuit cannot carry the stream: it is not built yet, or too short.
pub const TORCTL_REASON_CANNOT_ATTACH: i32 = 1121;
/// tor does not accept the descriptor.
pub const TORCTL_REASON_BAD_DESCRIPTOR: i32 = 1122;
/// This tor has a service with this key already. A filter in front of tor hides whose it is.
pub const TORCTL_REASON_ONION_COLLISION: i32 = 1123;
/// This connection has a service with this key already: torctl_watch_onion() follows it.
pub const TORCTL_REASON_ONION_OWN: i32 = 1124;
/// A detached service has this key: torctl_watch_onion() follows it, torctl_del_onion() ends it.
pub const TORCTL_REASON_ONION_DETACHED: i32 = 1125;
/// Another connection has a service with this key, which ends with that connection; or the
/// configuration has it.
pub const TORCTL_REASON_ONION_ELSEWHERE: i32 = 1126;
/// This tor has no proof-of-work defences for services of ADD_ONION.
pub const TORCTL_REASON_NO_POW: i32 = 1127;
/// This tor runs only anonymous services, or only single-hop ones. The request is for the other
/// sort.
pub const TORCTL_REASON_ANONYMITY_MISMATCH: i32 = 1128;

/// tor makes no connection because its option DisableNetwork is 1. Set it to 0.
pub const TORCTL_REASON_NETWORK_DISABLED: i32 = 1201;
/// tor is dormant, because it was idle for long or got SIGNAL DORMANT. SIGNAL ACTIVE wakes it.
pub const TORCTL_REASON_DORMANT: i32 = 1202;
/// tor has used up what AccountingMax allows, and waits for the next period.
pub const TORCTL_REASON_HIBERNATING: i32 = 1203;
/// The clock of tor's computer is so wrong that tor cannot work. Let the user set it.
pub const TORCTL_REASON_CLOCK_SKEW: i32 = 1204;
/// A bridge needs a pluggable transport for which there is no ClientTransportPlugin.
pub const TORCTL_REASON_NO_TRANSPORT: i32 = 1205;
/// The program of a pluggable transport cannot be run or ends immediately. For example, the path in
/// ClientTransportPlugin is wrong, or has a blank, where tor cuts it off.
pub const TORCTL_REASON_TRANSPORT_FAILED: i32 = 1206;
/// Nothing listens at the address of the relay, bridge or proxy that tor tries.
pub const TORCTL_REASON_CONNECT_REFUSED: i32 = 1207;
/// The connection to a relay or bridge was broken off, often by something on the way.
pub const TORCTL_REASON_CONNECT_RESET: i32 = 1208;
/// A relay or bridge did not answer in time.
pub const TORCTL_REASON_CONNECT_TIMEOUT: i32 = 1209;
/// The network does not reach the address of a relay or bridge. The computer may be offline.
pub const TORCTL_REASON_NO_ROUTE: i32 = 1210;
/// At the address is another relay or bridge than the expected one.
pub const TORCTL_REASON_IDENTITY: i32 = 1211;
/// The encryption of the connection to a relay or bridge failed.
pub const TORCTL_REASON_TLS_ERROR: i32 = 1212;
/// Reading or writing the connection to a relay or bridge failed.
pub const TORCTL_REASON_IO_ERROR: i32 = 1213;
/// tor lacks descriptors, ports or memory.
pub const TORCTL_REASON_RESOURCE_LIMIT: i32 = 1214;
/// The relay or bridge closed the connection.
pub const TORCTL_REASON_CONNECT_CLOSED: i32 = 1215;

/// What listens where tor's SOCKS port should be does not speak SOCKS5, or refuses the user name and
/// password that keep streams apart.
pub const TORCTL_REASON_NOT_SOCKS: i32 = 1301;
/// tor has no SOCKS port: its option SocksPort is 0. TORCTL_REASON_NETWORK_DISABLED stands where
/// tor has closed it for DisableNetwork.
pub const TORCTL_REASON_NO_SOCKS_PORT: i32 = 1302;
/// tor says no more than that it failed. SocksPort's flag ExtendedErrors makes it say more of onion
/// services.
pub const TORCTL_REASON_DIAL_FAILED: i32 = 1303;
/// No relay's exit policy allows the connection, or an option of this tor forbids it.
pub const TORCTL_REASON_DIAL_NOT_ALLOWED: i32 = 1304;
/// The exit cannot reach that network.
pub const TORCTL_REASON_DIAL_NET_UNREACHABLE: i32 = 1305;
/// There is no such host, or it cannot be reached. Without ExtendedErrors also that no relay has a
/// descriptor of the onion service.
pub const TORCTL_REASON_DIAL_HOST_UNREACHABLE: i32 = 1306;
/// Nothing listens on that port of the host.
pub const TORCTL_REASON_DIAL_REFUSED: i32 = 1307;
/// The host or the circuit did not answer tor in time.
pub const TORCTL_REASON_DIAL_TIMED_OUT: i32 = 1308;
/// The SOCKS port makes no connections, or none to such an address.
pub const TORCTL_REASON_DIAL_UNSUPPORTED: i32 = 1309;
/// The circuit that was asked for did not carry the connection: its exit refused, or it has broken.
pub const TORCTL_REASON_DIAL_DETACHED: i32 = 1310;
/// F0: no relay has a descriptor of the onion service. It is offline, or never was. This and what
/// follows need ExtendedErrors.
pub const TORCTL_REASON_ONION_NOT_FOUND: i32 = 1320;
/// F1: the onion service's descriptor is invalid.
pub const TORCTL_REASON_ONION_INVALID: i32 = 1321;
/// F2: the onion service's introduction points do not answer: it has probably ended.
pub const TORCTL_REASON_ONION_INTRO_FAILED: i32 = 1322;
/// F3: the onion service answered, but no circuit to it could be joined.
pub const TORCTL_REASON_ONION_REND_FAILED: i32 = 1323;
/// F4: the onion service wants a client key, and tor has none: torctl_onion_client_auth_add().
pub const TORCTL_REASON_ONION_MISSING_KEY: i32 = 1324;
/// F5: the onion service does not accept the client key that tor has.
pub const TORCTL_REASON_ONION_WRONG_KEY: i32 = 1325;
/// F6: it is not the address of an onion service: it may be mistyped. Also known without
/// ExtendedErrors.
pub const TORCTL_REASON_ONION_BAD_ADDRESS: i32 = 1326;
/// F7: the introduction to the onion service timed out.
pub const TORCTL_REASON_ONION_INTRO_TIMEOUT: i32 = 1327;

/// tor does not offer the method that was chosen with torctl_options_set_auth(), or offers none
/// that the library knows. Try another method.
pub const TORCTL_REASON_AUTH_NOT_OFFERED: i32 = 1001;
/// tor wants a password and the program gave none: ask for one, then try again.
pub const TORCTL_REASON_AUTH_NOTHING_GIVEN: i32 = 1002;
/// tor refused the password: ask for another.
pub const TORCTL_REASON_AUTH_PASSWORD_WRONG: i32 = 1003;
/// tor names no cookie file and the program gave none: use torctl_options_set_cookie_file().
pub const TORCTL_REASON_AUTH_NO_COOKIE_FILE: i32 = 1004;
/// The cookie file cannot be opened or read; torctl_error_errno() says why. The message says who
/// owns the file and what would help.
pub const TORCTL_REASON_AUTH_COOKIE_UNREADABLE: i32 = 1005;
/// The cookie file is a directory, a pipe or a device.
pub const TORCTL_REASON_AUTH_COOKIE_NOT_REGULAR: i32 = 1006;
/// The cookie file does not have 32 bytes: it is another file, or tor is writing it now.
pub const TORCTL_REASON_AUTH_COOKIE_SIZE: i32 = 1007;
/// The peer offers only the plain cookie, which no tor does: the library did not send the cookie.
/// TORCTL_AUTH_COOKIE or torctl_options_set_cookie_file() would send it.
pub const TORCTL_REASON_AUTH_COOKIE_WITHHELD: i32 = 1008;
/// The peer did not prove that it knows the cookie: it is not the tor that wrote this file. The
/// library did not send the cookie.
pub const TORCTL_REASON_AUTH_NO_PROOF: i32 = 1009;
/// tor refused the cookie, the proof of it, or a login without a secret. The cookie file may belong
/// to another tor, or to an earlier start.
pub const TORCTL_REASON_AUTH_REFUSED: i32 = 1010;
/// Something answers there, but it is not tor's control port. The status is TORCTL_ERR_CONNECT.
pub const TORCTL_REASON_NOT_TOR: i32 = 1011;

// Each group has a range of its own, and no number is used by any other list of constants:
// 1001 to 1099 authentication, 1101 to 1199 refusals of tor, 1201 to 1299 waits, 1301 to 1399 dials.
pub(super) fn number(reason: Reason) -> i32 {
    match reason {
        Reason::Unknown => TORCTL_REASON_UNKNOWN,
        Reason::UnknownKey => TORCTL_REASON_UNKNOWN_KEY,
        Reason::UnknownOption => TORCTL_REASON_UNKNOWN_OPTION,
        Reason::UnknownWord => TORCTL_REASON_UNKNOWN_WORD,
        Reason::UnknownCommand => TORCTL_REASON_UNKNOWN_COMMAND,
        Reason::BadArgument => TORCTL_REASON_BAD_ARGUMENT,
        Reason::BadValue => TORCTL_REASON_BAD_VALUE,
        Reason::NotWhileRunning => TORCTL_REASON_NOT_WHILE_RUNNING,
        Reason::NotSaved => TORCTL_REASON_NOT_SAVED,
        Reason::NotAuthenticated => TORCTL_REASON_NOT_AUTHENTICATED,
        Reason::NoSuchRelay => TORCTL_REASON_NO_SUCH_RELAY,
        Reason::NoSuchDescriptor => TORCTL_REASON_NO_SUCH_DESCRIPTOR,
        Reason::NoSuchCircuit => TORCTL_REASON_NO_SUCH_CIRCUIT,
        Reason::NoSuchStream => TORCTL_REASON_NO_SUCH_STREAM,
        Reason::NoSuchOnion => TORCTL_REASON_NO_SUCH_ONION,
        Reason::OnlyMicrodescriptors => TORCTL_REASON_ONLY_MICRODESCRIPTORS,
        Reason::NotRelay => TORCTL_REASON_NOT_A_RELAY,
        Reason::AddressUnknown => TORCTL_REASON_ADDRESS_UNKNOWN,
        Reason::NoConsensus => TORCTL_REASON_NO_CONSENSUS,
        Reason::NoCircuit => TORCTL_REASON_NO_CIRCUIT,
        Reason::NotManaged => TORCTL_REASON_NOT_MANAGED,
        Reason::CannotAttach => TORCTL_REASON_CANNOT_ATTACH,
        Reason::BadDescriptor => TORCTL_REASON_BAD_DESCRIPTOR,
        Reason::OnionCollision => TORCTL_REASON_ONION_COLLISION,
        Reason::OnionOwn => TORCTL_REASON_ONION_OWN,
        Reason::OnionDetached => TORCTL_REASON_ONION_DETACHED,
        Reason::OnionElsewhere => TORCTL_REASON_ONION_ELSEWHERE,
        Reason::NoPow => TORCTL_REASON_NO_POW,
        Reason::AnonymityMismatch => TORCTL_REASON_ANONYMITY_MISMATCH,
        Reason::NotSocks => TORCTL_REASON_NOT_SOCKS,
        Reason::NoSocksPort => TORCTL_REASON_NO_SOCKS_PORT,
        Reason::DialFailed => TORCTL_REASON_DIAL_FAILED,
        Reason::DialNotAllowed => TORCTL_REASON_DIAL_NOT_ALLOWED,
        Reason::DialNetUnreachable => TORCTL_REASON_DIAL_NET_UNREACHABLE,
        Reason::DialHostUnreachable => TORCTL_REASON_DIAL_HOST_UNREACHABLE,
        Reason::DialRefused => TORCTL_REASON_DIAL_REFUSED,
        Reason::DialTimedOut => TORCTL_REASON_DIAL_TIMED_OUT,
        Reason::DialUnsupported => TORCTL_REASON_DIAL_UNSUPPORTED,
        Reason::DialDetached => TORCTL_REASON_DIAL_DETACHED,
        Reason::OnionNotFound => TORCTL_REASON_ONION_NOT_FOUND,
        Reason::OnionInvalid => TORCTL_REASON_ONION_INVALID,
        Reason::OnionIntroFailed => TORCTL_REASON_ONION_INTRO_FAILED,
        Reason::OnionRendFailed => TORCTL_REASON_ONION_REND_FAILED,
        Reason::OnionMissingKey => TORCTL_REASON_ONION_MISSING_KEY,
        Reason::OnionWrongKey => TORCTL_REASON_ONION_WRONG_KEY,
        Reason::OnionBadAddress => TORCTL_REASON_ONION_BAD_ADDRESS,
        Reason::OnionIntroTimeout => TORCTL_REASON_ONION_INTRO_TIMEOUT,
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

/// Why the call failed: one of the TORCTL_REASON constants. A later version may know more.
///
/// Returns TORCTL_REASON_UNKNOWN for NULL.
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
        TORCTL_REASON_UNKNOWN_KEY => c"TORCTL_REASON_UNKNOWN_KEY",
        TORCTL_REASON_UNKNOWN_OPTION => c"TORCTL_REASON_UNKNOWN_OPTION",
        TORCTL_REASON_UNKNOWN_WORD => c"TORCTL_REASON_UNKNOWN_WORD",
        TORCTL_REASON_UNKNOWN_COMMAND => c"TORCTL_REASON_UNKNOWN_COMMAND",
        TORCTL_REASON_BAD_ARGUMENT => c"TORCTL_REASON_BAD_ARGUMENT",
        TORCTL_REASON_BAD_VALUE => c"TORCTL_REASON_BAD_VALUE",
        TORCTL_REASON_NOT_WHILE_RUNNING => c"TORCTL_REASON_NOT_WHILE_RUNNING",
        TORCTL_REASON_NOT_SAVED => c"TORCTL_REASON_NOT_SAVED",
        TORCTL_REASON_NOT_AUTHENTICATED => c"TORCTL_REASON_NOT_AUTHENTICATED",
        TORCTL_REASON_NO_SUCH_RELAY => c"TORCTL_REASON_NO_SUCH_RELAY",
        TORCTL_REASON_NO_SUCH_DESCRIPTOR => c"TORCTL_REASON_NO_SUCH_DESCRIPTOR",
        TORCTL_REASON_NO_SUCH_CIRCUIT => c"TORCTL_REASON_NO_SUCH_CIRCUIT",
        TORCTL_REASON_NO_SUCH_STREAM => c"TORCTL_REASON_NO_SUCH_STREAM",
        TORCTL_REASON_NO_SUCH_ONION => c"TORCTL_REASON_NO_SUCH_ONION",
        TORCTL_REASON_ONLY_MICRODESCRIPTORS => c"TORCTL_REASON_ONLY_MICRODESCRIPTORS",
        TORCTL_REASON_NOT_A_RELAY => c"TORCTL_REASON_NOT_A_RELAY",
        TORCTL_REASON_ADDRESS_UNKNOWN => c"TORCTL_REASON_ADDRESS_UNKNOWN",
        TORCTL_REASON_NO_CONSENSUS => c"TORCTL_REASON_NO_CONSENSUS",
        TORCTL_REASON_NO_CIRCUIT => c"TORCTL_REASON_NO_CIRCUIT",
        TORCTL_REASON_NOT_MANAGED => c"TORCTL_REASON_NOT_MANAGED",
        TORCTL_REASON_CANNOT_ATTACH => c"TORCTL_REASON_CANNOT_ATTACH",
        TORCTL_REASON_BAD_DESCRIPTOR => c"TORCTL_REASON_BAD_DESCRIPTOR",
        TORCTL_REASON_ONION_COLLISION => c"TORCTL_REASON_ONION_COLLISION",
        TORCTL_REASON_ONION_OWN => c"TORCTL_REASON_ONION_OWN",
        TORCTL_REASON_ONION_DETACHED => c"TORCTL_REASON_ONION_DETACHED",
        TORCTL_REASON_ONION_ELSEWHERE => c"TORCTL_REASON_ONION_ELSEWHERE",
        TORCTL_REASON_NO_POW => c"TORCTL_REASON_NO_POW",
        TORCTL_REASON_ANONYMITY_MISMATCH => c"TORCTL_REASON_ANONYMITY_MISMATCH",
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
        TORCTL_REASON_NOT_SOCKS => c"TORCTL_REASON_NOT_SOCKS",
        TORCTL_REASON_NO_SOCKS_PORT => c"TORCTL_REASON_NO_SOCKS_PORT",
        TORCTL_REASON_DIAL_FAILED => c"TORCTL_REASON_DIAL_FAILED",
        TORCTL_REASON_DIAL_NOT_ALLOWED => c"TORCTL_REASON_DIAL_NOT_ALLOWED",
        TORCTL_REASON_DIAL_NET_UNREACHABLE => c"TORCTL_REASON_DIAL_NET_UNREACHABLE",
        TORCTL_REASON_DIAL_HOST_UNREACHABLE => c"TORCTL_REASON_DIAL_HOST_UNREACHABLE",
        TORCTL_REASON_DIAL_REFUSED => c"TORCTL_REASON_DIAL_REFUSED",
        TORCTL_REASON_DIAL_TIMED_OUT => c"TORCTL_REASON_DIAL_TIMED_OUT",
        TORCTL_REASON_DIAL_UNSUPPORTED => c"TORCTL_REASON_DIAL_UNSUPPORTED",
        TORCTL_REASON_DIAL_DETACHED => c"TORCTL_REASON_DIAL_DETACHED",
        TORCTL_REASON_ONION_NOT_FOUND => c"TORCTL_REASON_ONION_NOT_FOUND",
        TORCTL_REASON_ONION_INVALID => c"TORCTL_REASON_ONION_INVALID",
        TORCTL_REASON_ONION_INTRO_FAILED => c"TORCTL_REASON_ONION_INTRO_FAILED",
        TORCTL_REASON_ONION_REND_FAILED => c"TORCTL_REASON_ONION_REND_FAILED",
        TORCTL_REASON_ONION_MISSING_KEY => c"TORCTL_REASON_ONION_MISSING_KEY",
        TORCTL_REASON_ONION_WRONG_KEY => c"TORCTL_REASON_ONION_WRONG_KEY",
        TORCTL_REASON_ONION_BAD_ADDRESS => c"TORCTL_REASON_ONION_BAD_ADDRESS",
        TORCTL_REASON_ONION_INTRO_TIMEOUT => c"TORCTL_REASON_ONION_INTRO_TIMEOUT",
        _ => c"(not a TORCTL_REASON constant)",
    };
    name.as_ptr()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::health;

    #[test]
    fn health_events_have_the_numbers_of_the_header() {
        let all = [
            Reason::NoConsensus,
            Reason::NoCircuit,
            Reason::NetworkDisabled,
            Reason::Dormant,
            Reason::ClockSkew,
            Reason::NoTransport,
            Reason::ConnectRefused,
            Reason::ConnectReset,
            Reason::ConnectTimeout,
            Reason::NoRoute,
            Reason::Identity,
            Reason::TlsError,
            Reason::IoError,
            Reason::ResourceLimit,
            Reason::ConnectClosed,
            Reason::Unknown,
        ];
        for reason in all {
            assert_eq!(health::number(reason), number(reason), "{reason:?}");
        }
    }
}
