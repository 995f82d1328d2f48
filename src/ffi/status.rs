//! Status codes

use std::ffi::c_char;

/// What a call came to. TORCTL_OK is 0, a failure is negative, and an answer that is neither is
/// positive. The numbers never change; a later version may add some, so treat any negative number
/// as a failure.
pub type torctl_status = i32;

/// Done.
pub const TORCTL_OK: torctl_status = 0;
/// Nothing is there now; more may come.
pub const TORCTL_EMPTY: torctl_status = 1;
/// Nothing is there and nothing will come any more. What a listener returns whose last call this was.
pub const TORCTL_END: torctl_status = 2;
/// The caller: an argument cannot be used. The message names it. Nothing was sent.
pub const TORCTL_ERR_INVALID: torctl_status = -1;
/// The caller: the object is not in a state for this, as a controller that is not connected.
pub const TORCTL_ERR_STATE: torctl_status = -2;
/// There is no such thing: a listener that is removed already, for example, or a relay, descriptor,
/// circuit, stream or onion service that tor does not have. In the second case
/// torctl_error_reply_code() and torctl_error_reply_text() have tor's words.
pub const TORCTL_ERR_NOT_FOUND: torctl_status = -3;
/// The connection: none could be made. The message lists what was tried.
pub const TORCTL_ERR_CONNECT: torctl_status = -4;
/// The connection: tor did not let us in. The message says what it offered, what was tried, and why
/// each failed; torctl_error_reason() says it as a number.
pub const TORCTL_ERR_AUTH: torctl_status = -5;
/// The connection: it has ended. The message says why: tor closed it, or the peer broke the protocol. A
/// reply that nobody asked for, or that cannot be about what was asked, ends it too, for no reply after
/// it can be trusted.
pub const TORCTL_ERR_CLOSED: torctl_status = -6;
/// The connection: the deadline passed. A reply that comes later is swallowed.
pub const TORCTL_ERR_TIMEOUT: torctl_status = -7;
/// The connection: torctl_call_cancel() ended the call.
pub const TORCTL_ERR_CANCELLED: torctl_status = -8;
/// The peer: its answer makes no sense.
pub const TORCTL_ERR_PROTOCOL: torctl_status = -9;
/// The peer: its reply has grown larger than a limit and is dropped. This is told when the limit is
/// crossed. The connection lives on, unless the reply goes on to 16 times the limit.
pub const TORCTL_ERR_TOO_LARGE: torctl_status = -10;
/// tor said no. torctl_error_reply_code() and torctl_error_reply_text() have its words,
/// torctl_error_reason() says what tor means by them, and the message what to do.
pub const TORCTL_ERR_REJECTED: torctl_status = -11;
/// A filter between us and tor, for example onion-grater, said no. The message names the command that it
/// refused, for example `SETEVENTS HS_DESC`; whoever keeps the filter may allow it.
pub const TORCTL_ERR_FILTERED: torctl_status = -12;
/// The system: no descriptor, thread or randomness could be had, a file not read or written, or a file
/// or directory is open to other users.
pub const TORCTL_ERR_SYSTEM: torctl_status = -13;
/// The library: a mistake of its own. Please report it.
pub const TORCTL_ERR_INTERNAL: torctl_status = -14;
/// tor tried and failed: what was waited for will not come, as a circuit that could not be built. The
/// message says why, and torctl_error_reply_text() has tor's word for it.
pub const TORCTL_ERR_FAILED: torctl_status = -15;

/// Names a status, as "TORCTL_ERR_TIMEOUT".
///
/// Returns a string that lives for ever, also for a number that is no status.
#[no_mangle]
pub extern "C" fn torctl_status_name(status: torctl_status) -> *const c_char {
    let name = match status {
        TORCTL_OK => c"TORCTL_OK",
        TORCTL_EMPTY => c"TORCTL_EMPTY",
        TORCTL_END => c"TORCTL_END",
        TORCTL_ERR_INVALID => c"TORCTL_ERR_INVALID",
        TORCTL_ERR_STATE => c"TORCTL_ERR_STATE",
        TORCTL_ERR_NOT_FOUND => c"TORCTL_ERR_NOT_FOUND",
        TORCTL_ERR_CONNECT => c"TORCTL_ERR_CONNECT",
        TORCTL_ERR_AUTH => c"TORCTL_ERR_AUTH",
        TORCTL_ERR_CLOSED => c"TORCTL_ERR_CLOSED",
        TORCTL_ERR_TIMEOUT => c"TORCTL_ERR_TIMEOUT",
        TORCTL_ERR_CANCELLED => c"TORCTL_ERR_CANCELLED",
        TORCTL_ERR_PROTOCOL => c"TORCTL_ERR_PROTOCOL",
        TORCTL_ERR_TOO_LARGE => c"TORCTL_ERR_TOO_LARGE",
        TORCTL_ERR_REJECTED => c"TORCTL_ERR_REJECTED",
        TORCTL_ERR_FILTERED => c"TORCTL_ERR_FILTERED",
        TORCTL_ERR_SYSTEM => c"TORCTL_ERR_SYSTEM",
        TORCTL_ERR_INTERNAL => c"TORCTL_ERR_INTERNAL",
        TORCTL_ERR_FAILED => c"TORCTL_ERR_FAILED",
        _ => c"(not a torctl_status)",
    };
    name.as_ptr()
}
