//! Status codes

use std::ffi::c_char;

/// The result of a call. TORCTL_OK is 0, failures are negative. TORCTL_EMPTY, TORCTL_END and
/// TORCTL_PENDING, which are answers and no failures, are positive. The numbers never change. A later version may add
/// some: treat every negative number as a failure.
pub type torctl_status = i32;

/// Success.
pub const TORCTL_OK: torctl_status = 0;
/// Nothing is there now. More may come.
pub const TORCTL_EMPTY: torctl_status = 1;
/// Nothing is there, and nothing more will come. A listener returns it to be removed.
pub const TORCTL_END: torctl_status = 2;
/// The call is begun: its outcome comes as a TORCTL_EVENT_RESULT. See torctl_call_set_queue().
pub const TORCTL_PENDING: torctl_status = 3;
/// The caller: an argument cannot be used. The message names it. Nothing was sent.
pub const TORCTL_ERR_INVALID: torctl_status = -1;
/// The caller: the object is in the wrong state, for example a controller that is not connected.
pub const TORCTL_ERR_STATE: torctl_status = -2;
/// There is no such thing: for example, a listener that is removed already; or a relay, descriptor,
/// circuit, stream or onion service that tor does not have, when torctl_error_reply_code() and
/// torctl_error_reply_text() have tor's answer.
pub const TORCTL_ERR_NOT_FOUND: torctl_status = -3;
/// The connection: none could be made. The message lists what was tried.
pub const TORCTL_ERR_CONNECT: torctl_status = -4;
/// The connection: tor refused the login. The message says which methods tor offered, which were
/// tried, and why each failed; torctl_error_reason() gives the reason as a number.
pub const TORCTL_ERR_AUTH: torctl_status = -5;
/// The connection: it has ended. The message says why, for example that tor closed it or that the
/// peer broke the protocol. A reply without a request, or one that cannot be the answer to the
/// request, ends it too, because no later reply can be trusted.
pub const TORCTL_ERR_CLOSED: torctl_status = -6;
/// The connection: the deadline passed. A reply that comes later is dropped.
pub const TORCTL_ERR_TIMEOUT: torctl_status = -7;
/// The connection: torctl_call_cancel() ended the call.
pub const TORCTL_ERR_CANCELLED: torctl_status = -8;
/// The peer: its answer makes no sense.
pub const TORCTL_ERR_PROTOCOL: torctl_status = -9;
/// The peer: its reply is larger than a limit, and is dropped. The call returns when the limit is
/// crossed. The connection stays, unless the reply grows to 16 times the limit.
pub const TORCTL_ERR_TOO_LARGE: torctl_status = -10;
/// tor refused. torctl_error_reply_code() and torctl_error_reply_text() have its answer,
/// torctl_error_reason() says what that means, and the message says what to do.
pub const TORCTL_ERR_REJECTED: torctl_status = -11;
/// A filter between the program and tor refused, for example onion-grater. The message names the
/// command that it refused, for example `SETEVENTS HS_DESC`, so that its administrator can allow
/// it.
pub const TORCTL_ERR_FILTERED: torctl_status = -12;
/// The system: it gave no descriptor, thread or randomness; a file could not be read or written; or
/// a file or directory is open to other users.
pub const TORCTL_ERR_SYSTEM: torctl_status = -13;
/// The library: an error of its own. Please report it.
pub const TORCTL_ERR_INTERNAL: torctl_status = -14;
/// tor tried and failed: what the call waited for will not come, for example because a circuit
/// could not be built. The message says why, and torctl_error_reply_text() has tor's word for it.
pub const TORCTL_ERR_FAILED: torctl_status = -15;

/// Names a status, for example "TORCTL_ERR_TIMEOUT".
///
/// Returns a static string, also for a number that is no status.
#[no_mangle]
pub extern "C" fn torctl_status_name(status: torctl_status) -> *const c_char {
    let name = match status {
        TORCTL_OK => c"TORCTL_OK",
        TORCTL_EMPTY => c"TORCTL_EMPTY",
        TORCTL_END => c"TORCTL_END",
        TORCTL_PENDING => c"TORCTL_PENDING",
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
