//! What stands behind src/tables/trace.rs.

use super::event_fields::*;
use super::generated::*;
use super::listener::{torctl_destroy_fn, UserData};
use super::options::{not_empty, torctl_options};
use crate::engine::replay;
use crate::engine::settings::Target;
use crate::engine::trace::{TraceFunction, TracedLine};
use crate::proto::recording::Origin;

/// Is called with a line: what it is, when it was written or read, and its text without the line end,
/// which lives until the function returns. `direction` is one of the TORCTL_TRACE constants.
pub type torctl_trace_fn = Option<
    unsafe extern "C-unwind" fn(
        direction: i32,
        time_unix_us: i64,
        line: *const c_char,
        line_size_bytes: usize,
        user_data: *mut c_void,
    ),
>;

fn direction(origin: Origin) -> i32 {
    match origin {
        Origin::Tor => TORCTL_TRACE_IN,
        Origin::Program => TORCTL_TRACE_OUT,
        Origin::Connection => TORCTL_TRACE_CONNECTION,
    }
}

fn function(trace: torctl_trace_fn, user_data: UserData) -> Option<TraceFunction> {
    let trace = trace?;
    Some(TraceFunction(Arc::new(move |line: &TracedLine| {
        let (direction, text) = (direction(line.origin), line.with_nul());
        let (time, size) = (line.unix_us, line.text().len());
        // SAFETY: by the header the function takes this pointer, and the text until it returns.
        user_data.call(|pointer| unsafe { trace(direction, time, c_text(text), size, pointer) })
    })))
}

generated!("trace");
