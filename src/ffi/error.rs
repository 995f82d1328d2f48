//! Errors

use std::ffi::{c_char, c_int, CString};

use super::args::{c_text, empty};
use super::guard::guard_or;
use super::reason::{self, TORCTL_REASON_UNKNOWN};
use super::status::*;
use crate::error::Error;
use crate::proto::event::words;
use crate::proto::quote::printable;
use crate::proto::reason::Reason;
use crate::proto::tor_text::TorText;

/// The details of a failure, from a function that was given a place for them. Freed by
/// torctl_error_free(). Independent of every other object. Several threads may read it
/// concurrently.
pub struct torctl_error {
    pub(super) status: torctl_status,
    message: CString,
    reply_code: c_int,
    // With a NUL behind it.
    reply_text: Vec<u8>,
    errno: c_int,
    pub(super) reason: i32,
    phase: i32,
}

impl torctl_error {
    pub(super) fn internal() -> torctl_error {
        torctl_error {
            status: TORCTL_ERR_INTERNAL,
            message: c"a mistake inside torctl; please report it".to_owned(),
            reply_code: 0,
            reply_text: b"\0".to_vec(),
            errno: 0,
            reason: TORCTL_REASON_UNKNOWN,
            phase: 0,
        }
    }
}

impl From<Error> for torctl_error {
    fn from(error: Error) -> torctl_error {
        // What the caller or the peer said may be in it, with line feeds and worse.
        let message = c_string(printable(error.to_string().as_bytes()).into_owned());
        let why = match &error {
            Error::Auth { why, .. }
            | Error::Overdue { why, .. }
            | Error::Stuck { why, .. }
            | Error::Failed { why, .. }
            | Error::Rejected { why, .. } => *why,
            Error::NotTor(_) => Reason::NotTor,
            _ => Reason::Unknown,
        };
        let phase = match &error {
            Error::Stuck { phase, .. } => words::BOOTSTRAP_TAG.number(phase),
            _ => 0,
        };
        let (status, reply, errno) = match error {
            Error::Invalid(_) => (TORCTL_ERR_INVALID, None, 0),
            Error::State(_) => (TORCTL_ERR_STATE, None, 0),
            Error::NotFound(_) => (TORCTL_ERR_NOT_FOUND, None, 0),
            Error::Connect { errno, .. } => (TORCTL_ERR_CONNECT, None, errno),
            Error::NotTor(_) => (TORCTL_ERR_CONNECT, None, 0),
            Error::Auth {
                rejection, errno, ..
            } => (TORCTL_ERR_AUTH, rejection, errno),
            Error::Closed(cause) | Error::Lost { cause, .. } => {
                (TORCTL_ERR_CLOSED, None, cause.errno())
            }
            Error::Timeout(_) => (TORCTL_ERR_TIMEOUT, None, 0),
            Error::Overdue { reason, .. } | Error::Stuck { reason, .. } => {
                (TORCTL_ERR_TIMEOUT, Some((0, TorText::from(reason))), 0)
            }
            Error::Failed { reason, .. } => (TORCTL_ERR_FAILED, Some((0, reason.into())), 0),
            Error::Cancelled => (TORCTL_ERR_CANCELLED, None, 0),
            Error::Protocol(_) => (TORCTL_ERR_PROTOCOL, None, 0),
            Error::TooLarge { .. } => (TORCTL_ERR_TOO_LARGE, None, 0),
            Error::Rejected {
                code,
                text,
                is_filtered,
                ..
            } => {
                let status = match is_filtered {
                    true => TORCTL_ERR_FILTERED,
                    false if why.is_missing() => TORCTL_ERR_NOT_FOUND,
                    false => TORCTL_ERR_REJECTED,
                };
                (status, Some((code, text)), 0)
            }
            Error::File { errno, .. } | Error::Host { errno, .. } | Error::System { errno, .. } => {
                (TORCTL_ERR_SYSTEM, None, errno)
            }
        };
        let (reply_code, reply_text) = reply.unwrap_or_default();
        torctl_error {
            status,
            message,
            reply_code: c_int::from(reply_code),
            reply_text: [reply_text.as_bytes(), b"\0"].concat(),
            errno,
            reason: reason::number(why),
            phase,
        }
    }
}

fn c_string(text: String) -> CString {
    let mut bytes = text.into_bytes();
    bytes.retain(|byte| *byte != 0);
    CString::new(bytes).unwrap_or_default()
}

/// The status that the failed function returned. TORCTL_OK for NULL.
#[no_mangle]
pub extern "C" fn torctl_error_status(error: Option<&torctl_error>) -> torctl_status {
    error.map_or(TORCTL_OK, |error| error.status)
}

/// What went wrong, in a sentence for people, without a line feed and without secrets; "" for NULL.
#[no_mangle]
pub extern "C" fn torctl_error_message(error: Option<&torctl_error>) -> *const c_char {
    error.map_or(empty(), |error| error.message.as_ptr())
}

/// tor's reply code, for example 552, if tor refused; otherwise 0.
#[no_mangle]
pub extern "C" fn torctl_error_reply_code(error: Option<&torctl_error>) -> c_int {
    error.map_or(0, |error| error.reply_code)
}

/// The text of tor's answer, if tor refused, byte for byte; "" if there is none. Several lines are
/// joined by "; ". The message has the text with control characters escaped. After
/// TORCTL_ERR_FAILED it is tor's word for the reason.
#[no_mangle]
pub extern "C" fn torctl_error_reply_text(error: Option<&torctl_error>) -> *const c_char {
    error.map_or(empty(), |error| c_text(&error.reply_text))
}

/// The size of torctl_error_reply_text().
#[no_mangle]
pub extern "C" fn torctl_error_reply_text_size_bytes(error: Option<&torctl_error>) -> usize {
    error.map_or(0, |error| error.reply_text.len() - 1)
}

/// The system's error number that caused the failure, or 0.
#[no_mangle]
pub extern "C" fn torctl_error_errno(error: Option<&torctl_error>) -> c_int {
    error.map_or(0, |error| error.errno)
}

/// The phase in which tor was stuck when torctl_wait_bootstrapped() or torctl_launch() gave up
/// waiting: one of the TORCTL_BOOTSTRAP constants. TORCTL_BOOTSTRAP_UNKNOWN for NULL and after any
/// other failure.
#[no_mangle]
pub extern "C" fn torctl_error_bootstrap_phase(error: Option<&torctl_error>) -> i32 {
    error.map_or(0, |error| error.phase)
}

/// Frees the error. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_error_free(error: Option<Box<torctl_error>>) {
    guard_or((), || drop(error));
}
