//! Replies

use std::ffi::{c_char, c_int};

use super::args::{c_text, empty};
use super::guard::guard_or;
use crate::proto::reply::Reply;

/// tor's reply to torctl_request(): one or more lines, each with a code, a text and perhaps a data
/// block. Freed by torctl_reply_free(). Outlives the controller; two threads may read it at once.
/// An index that is too large gives 0 or "", as NULL does.
pub struct torctl_reply(());

/// The code of the last line, which is the reply's own: 250 is yes, 5xx is no.
#[no_mangle]
pub extern "C" fn torctl_reply_code(reply: Option<&Reply>) -> c_int {
    reply.map_or(0, |reply| c_int::from(reply.code()))
}

/// How many lines the reply has.
#[no_mangle]
pub extern "C" fn torctl_reply_line_count(reply: Option<&Reply>) -> usize {
    reply.map_or(0, Reply::len)
}

/// The code of a line. Lines of one reply may differ, as those of MAPADDRESS do.
#[no_mangle]
pub extern "C" fn torctl_reply_line_code(reply: Option<&Reply>, index: usize) -> c_int {
    let line = reply.and_then(|reply| reply.line(index));
    line.map_or(0, |line| c_int::from(line.code))
}

/// The text of a line, without code and line end.
///
/// Returns a string that lives in the reply.
#[no_mangle]
pub extern "C" fn torctl_reply_line_text(reply: Option<&Reply>, index: usize) -> *const c_char {
    let text = reply.and_then(|reply| reply.text_with_nul(index));
    text.map_or(empty(), c_text)
}

/// The size of a line's text, which may hold a NUL.
#[no_mangle]
pub extern "C" fn torctl_reply_line_size_bytes(reply: Option<&Reply>, index: usize) -> usize {
    let line = reply.and_then(|reply| reply.line(index));
    line.map_or(0, |line| line.text.len())
}

/// Whether a data block follows the line.
#[no_mangle]
pub extern "C" fn torctl_reply_line_has_data(reply: Option<&Reply>, index: usize) -> c_int {
    let line = reply.and_then(|reply| reply.line(index));
    c_int::from(line.is_some_and(|line| line.data.is_some()))
}

/// The data block behind a line: dots taken care of, every line ended by LF.
///
/// Returns a string that lives in the reply.
#[no_mangle]
pub extern "C" fn torctl_reply_line_data(reply: Option<&Reply>, index: usize) -> *const c_char {
    let data = reply.and_then(|reply| reply.data_with_nul(index));
    data.map_or(empty(), c_text)
}

/// The size of a line's data block, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_reply_line_data_size_bytes(reply: Option<&Reply>, index: usize) -> usize {
    let data = reply.and_then(|reply| reply.line(index)?.data);
    data.map_or(0, <[u8]>::len)
}

/// Frees the reply. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_reply_free(reply: Option<Box<Reply>>) {
    guard_or((), || drop(reply));
}
