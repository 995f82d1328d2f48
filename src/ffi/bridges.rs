//! Bridges
//!
//! People get bridges as lines of text to paste. torctl_bridges_parse() reads such a text by tor's own
//! rule, names a line that is wrong, and says which pluggable transports the bridges need. The bridges
//! are then used by a tor that runs, with torctl_set_bridges(), or by one that is to be started, with
//! torctl_launch_options_set_bridges(). Each transport needs a ClientTransportPlugin among tor's options.

use std::ffi::{c_char, CString};
use std::mem::MaybeUninit;

use super::args::{bytes, c_string, empty, share, share_call, Out};
use super::error::torctl_error;
use super::guard::{guard, guard_or};
use super::status::*;
use crate::api::bridges;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::Error;
use crate::proto::bridge::{self, Bridge};

/// Bridges, in the order of their lines. Freed by torctl_bridges_free(). Independent of every other
/// object; any number of threads may use it concurrently. Strings from it live as long as it does.
pub struct torctl_bridges {
    pub(super) bridges: Vec<Bridge>,
    texts: Vec<Texts>,
    needed: Vec<CString>,
}

/// The texts of a bridge as C has them.
struct Texts {
    text: CString,
    transport: CString,
    address: CString,
    fingerprint: CString,
    arguments: Vec<(CString, CString)>,
}

impl From<Vec<Bridge>> for torctl_bridges {
    fn from(bridges: Vec<Bridge>) -> torctl_bridges {
        let optional =
            |text: &Option<String>| c_string(text.as_deref().unwrap_or_default().as_bytes());
        let texts = bridges.iter().map(|it| Texts {
            text: c_string(&it.text),
            transport: optional(&it.transport),
            address: c_string(it.address.as_bytes()),
            fingerprint: optional(&it.fingerprint),
            arguments: it
                .arguments
                .iter()
                .map(|(name, value)| (c_string(name), c_string(value)))
                .collect(),
        });
        let texts = texts.collect();
        let needed = bridge::needed(&bridges).into_iter();
        let needed = needed.map(|it| c_string(it.as_bytes())).collect();
        torctl_bridges {
            texts,
            needed,
            bridges,
        }
    }
}

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

fn texts(bridges: Option<&torctl_bridges>, index: usize) -> Option<&Texts> {
    bridges?.texts.get(index)
}

fn bridge_at(bridges: Option<&torctl_bridges>, index: usize) -> Option<&Bridge> {
    bridges?.bridges.get(index)
}

/// How many bridges there are.
#[no_mangle]
pub extern "C" fn torctl_bridges_count(bridges: Option<&torctl_bridges>) -> usize {
    bridges.map_or(0, |bridges| bridges.bridges.len())
}

/// A bridge's line, as tor takes it as the value of its option Bridge.
#[no_mangle]
pub extern "C" fn torctl_bridges_text(
    bridges: Option<&torctl_bridges>,
    index: usize,
) -> *const c_char {
    texts(bridges, index).map_or(empty(), |it| it.text.as_ptr())
}

/// The number of a bridge's line in the text that was read, counted from 1.
#[no_mangle]
pub extern "C" fn torctl_bridges_line_number(
    bridges: Option<&torctl_bridges>,
    index: usize,
) -> usize {
    bridge_at(bridges, index).map_or(0, |it| it.line_number)
}

/// The pluggable transport by which a bridge is reached, for example "obfs4"; "" if it needs none.
#[no_mangle]
pub extern "C" fn torctl_bridges_transport(
    bridges: Option<&torctl_bridges>,
    index: usize,
) -> *const c_char {
    texts(bridges, index).map_or(empty(), |it| it.transport.as_ptr())
}

/// A bridge's IP address, without brackets. Some transports do not connect to it.
#[no_mangle]
pub extern "C" fn torctl_bridges_address(
    bridges: Option<&torctl_bridges>,
    index: usize,
) -> *const c_char {
    texts(bridges, index).map_or(empty(), |it| it.address.as_ptr())
}

/// A bridge's port; 443 if the line has none.
#[no_mangle]
pub extern "C" fn torctl_bridges_port(bridges: Option<&torctl_bridges>, index: usize) -> u16 {
    bridge_at(bridges, index).map_or(0, |it| it.port)
}

/// A bridge's fingerprint, 40 hex digits in capitals; "" if the line has none.
#[no_mangle]
pub extern "C" fn torctl_bridges_fingerprint(
    bridges: Option<&torctl_bridges>,
    index: usize,
) -> *const c_char {
    texts(bridges, index).map_or(empty(), |it| it.fingerprint.as_ptr())
}

/// How many arguments a bridge's line has for the transport.
#[no_mangle]
pub extern "C" fn torctl_bridges_argument_count(
    bridges: Option<&torctl_bridges>,
    index: usize,
) -> usize {
    texts(bridges, index).map_or(0, |it| it.arguments.len())
}

/// The name of an argument, for example "cert".
#[no_mangle]
pub extern "C" fn torctl_bridges_argument_name(
    bridges: Option<&torctl_bridges>,
    index: usize,
    argument: usize,
) -> *const c_char {
    let pair = texts(bridges, index).and_then(|it| it.arguments.get(argument));
    pair.map_or(empty(), |(name, _)| name.as_ptr())
}

/// The value of an argument.
#[no_mangle]
pub extern "C" fn torctl_bridges_argument_value(
    bridges: Option<&torctl_bridges>,
    index: usize,
    argument: usize,
) -> *const c_char {
    let pair = texts(bridges, index).and_then(|it| it.arguments.get(argument));
    pair.map_or(empty(), |(_, value)| value.as_ptr())
}

/// How many pluggable transports the bridges need, each counted once. Without a ClientTransportPlugin for
/// it, tor does not reach the bridge: see TORCTL_REASON_NO_TRANSPORT.
#[no_mangle]
pub extern "C" fn torctl_bridges_needed_count(bridges: Option<&torctl_bridges>) -> usize {
    bridges.map_or(0, |bridges| bridges.needed.len())
}

/// A transport that the bridges need, in the order of the lines.
#[no_mangle]
pub extern "C" fn torctl_bridges_needed(
    bridges: Option<&torctl_bridges>,
    index: usize,
) -> *const c_char {
    let needed = bridges.and_then(|bridges| bridges.needed.get(index));
    needed.map_or(empty(), |name| name.as_ptr())
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
        let bridges = bridges.map_or(&[][..], |it| &it.bridges);
        bridges::set_bridges(&controller, bridges, &call)?;
        Ok(TORCTL_OK)
    })
}

/// Frees the object. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_bridges_free(bridges: Option<Box<torctl_bridges>>) {
    guard_or((), || drop(bridges));
}
