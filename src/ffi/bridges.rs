//! Bridges
//!
//! People get bridges as lines of text to paste. torctl_bridges_parse() reads such a text by tor's own
//! rule, names a line that is wrong, and says which pluggable transports the bridges need. The bridges
//! are then used by a tor that runs, with torctl_set_bridges(), or by one that is to be started, with
//! torctl_launch_options_set_bridges(). Each transport needs a ClientTransportPlugin among tor's options.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use super::answers::torctl_bridges;
use super::args::{bytes, share, share_call, Out};
use super::error::torctl_error;
use super::guard::guard;
use super::status::*;
use crate::api::bridges;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::Error;
use crate::proto::bridge;

/// Reads bridge lines: "obfs4 192.0.2.1:443 FINGERPRINT cert=... iat-mode=0", for example, or only
/// "192.0.2.1:443". "Bridge" may stand in front of a line, as in a torrc; blank lines and comments are
/// skipped; lines end in LF, CRLF or CR.
///
/// Sets `*bridges` to an object that the caller frees with torctl_bridges_free(); it is empty if the text
/// has no such line. Returns TORCTL_ERR_INVALID if a line is not one that tor takes: the message names
/// the bad lines by their numbers and says what is wrong with each, and `*bad_line`, if not NULL, is set to
/// the number of the first, counted from 1; otherwise to 0. Does not talk to tor.
///
/// # Safety
/// The text is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_bridges_parse(
    text: *const c_char,
    bridges: Option<&mut MaybeUninit<*mut torctl_bridges>>,
    bad_line: Option<&mut MaybeUninit<usize>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let (place, bad_line) = (Out::object(bridges), Out::new(bad_line, 0));
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let text = unsafe { bytes(text, "text") }?;
        let place = place.require("bridges")?;
        match bridge::bridges(text) {
            Ok(bridges) => place.set_box(bridges.into()),
            Err(bad) => {
                bad_line.set(bad.first());
                return Err(Error::Invalid(bad.to_string()));
            }
        }
        Ok(TORCTL_OK)
    })
}

/// Has a tor that runs use these bridges and no others, by SETCONF of UseBridges and Bridge: all of it or
/// nothing. Until tor ends or reads its torrc again; torctl_save_conf() makes it stay.
///
/// NULL or no bridges mean that tor uses none. Returns and blocks like torctl_set_conf().
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_set_bridges(
    controller: *mut Controller,
    bridges: Option<&torctl_bridges>,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let bridges = bridges.map_or(&[][..], |it| &it.source);
        bridges::set_bridges(&controller, bridges, &call)?;
        Ok(TORCTL_OK)
    })
}
