//! Onion services
//!
//! A service of ADD_ONION belongs to the controller's connection and ends with it, unless it is
//! detached. It has two moments: its address is known when torctl_add_onion() returns, and it can be
//! reached when its descriptor has been published, for which torctl_onion_wait_published() waits.
//! Addresses are taken with and without ".onion" and checked, the checksum included.

use std::ffi::{c_char, c_int, OsStr};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::args::{bytes, optional_bytes};
use super::chosen::{add, choose, set, Choice, Chosen, Setter};
use super::error::torctl_error;
use super::guard::guard_or;
use super::status::*;
use crate::api::onion::{Key, NewKey, NewOnion, Pow};
use crate::engine::error::Error;
use crate::proto::onion::{parse_service_key, parse_x25519};

/// No proof-of-work defences.
pub const TORCTL_POW_OFF: i32 = 0;
/// Proof-of-work defences if this tor has them, which it does from 0.4.9.2 on.
pub const TORCTL_POW_IF_POSSIBLE: i32 = 1;
/// Proof-of-work defences, or no service.
pub const TORCTL_POW_REQUIRED: i32 = 2;

/// A new key of the kind that tor thinks best: `NEW:BEST`. Every tor of today makes a version 3 key.
pub const TORCTL_ONION_KEY_BEST: i32 = 0;
/// A new key for a version 3 service: `NEW:ED25519-V3`. Some filters before tor let this through alone.
pub const TORCTL_ONION_KEY_ED25519_V3: i32 = 1;

/// What an onion service is to be. Everything but a port has a default. Serves for any number of
/// services; any thread may use it.
///
/// A setter that refuses a value leaves the old one, and the options remember it: torctl_add_onion()
/// then fails, with the status and the message of the first setter that did. A later value that the same
/// setter takes makes it good. A port or a client that was refused stays missing whatever else is added:
/// torctl_onion_options_clear_failure() says that the program knows.
pub struct torctl_onion_options(Chosen<NewOnion>);

impl Choice for torctl_onion_options {
    type Value = NewOnion;

    fn chosen(&self) -> &Chosen<NewOnion> {
        &self.0
    }
}

impl torctl_onion_options {
    /// A copy, to make a service from.
    pub(super) fn new_onion(&self) -> Result<NewOnion, Error> {
        Ok(self.0.whole()?.clone())
    }
}

/// Makes options with the defaults: a new key that tor makes and tells, no ports yet, everybody may
/// come.
///
/// Returns options that the caller frees with torctl_onion_options_free().
#[no_mangle]
pub extern "C" fn torctl_onion_options_new() -> *mut torctl_onion_options {
    guard_or(std::ptr::null_mut(), || {
        Box::into_raw(Box::new(torctl_onion_options(Chosen::default())))
    })
}

/// Adds a port that clients may connect to, and where it leads: "8080" (a port on 127.0.0.1),
/// "192.0.2.1:8080", "[::1]:8080", "unix:/path"; NULL is the same port on 127.0.0.1.
///
/// # Safety
/// The target is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_onion_options_add_port(
    options: Option<&torctl_onion_options>,
    port: u16,
    target: *const c_char,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    add(options, "torctl_onion_options_add_port", err, |new| {
        // SAFETY: passed on.
        let target = unsafe { optional_bytes(target) }.unwrap_or_default();
        NewOnion::check_target(target)?;
        if port == 0 {
            return Err(Error::Invalid("port is 0".to_string()));
        }
        new.ports.push((port, target.to_vec()));
        Ok(())
    })
}

/// Sets the service's key, as torctl_onion_private_key() or torctl_onion_key_text() gave it: then the
/// service has the address of this key. It is copied, and wiped with the options. NULL has tor make a
/// new one.
///
/// # Safety
/// The key is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_onion_options_set_key(
    options: Option<&torctl_onion_options>,
    key: *const c_char,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    choose(
        options,
        Setter::sets("torctl_onion_options_set_key", "key"),
        err,
        |new| {
            // SAFETY: passed on.
            let key = match unsafe { optional_bytes(key) } {
                None => Key::New,
                Some(key) if parse_service_key(key).is_none() => {
                    let message = "key is not that of an onion service: ED25519-V3: and base64";
                    return Err(Error::Invalid(message.to_string()));
                }
                Some(key) => Key::Given(Zeroizing::new(key.to_vec())),
            };
            new.key = key;
            Ok(())
        },
    )
}

/// Sets which kind of key tor is asked for when it makes a new one: TORCTL_ONION_KEY_BEST, the default, or
/// TORCTL_ONION_KEY_ED25519_V3. Not looked at when the key is given or in a file. What is sent matters to
/// filters before tor (onion-grater in Tails and Whonix), which compare it as text.
#[no_mangle]
pub extern "C" fn torctl_onion_options_set_key_type(
    options: Option<&torctl_onion_options>,
    key_type: i32,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(options, "torctl_onion_options_set_key_type", err, |new| {
        new.new_key = match key_type {
            TORCTL_ONION_KEY_BEST => NewKey::Best,
            TORCTL_ONION_KEY_ED25519_V3 => NewKey::V3,
            _ => {
                let message = "key_type is not a TORCTL_ONION_KEY constant";
                return Err(Error::Invalid(message.to_string()));
            }
        };
        Ok(())
    })
}

/// Sets the file that the service's key is kept in. If there is none of this name when the service is
/// made, a new key is put there first, in one step, for the file's owner alone (mode 0600); so the
/// service has the same address every time. The file has the text of torctl_onion_key_text(); tor's own
/// hs_ed25519_secret_key is read, too. A file that belongs to another user, or that others may read or
/// write, is refused when the service is made. NULL clears it.
///
/// # Safety
/// The path is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_onion_options_set_key_file(
    options: Option<&torctl_onion_options>,
    path: *const c_char,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    choose(
        options,
        Setter::sets("torctl_onion_options_set_key_file", "key"),
        err,
        |new| {
            // SAFETY: passed on.
            let key = match unsafe { optional_bytes(path) } {
                None => Key::New,
                Some(b"") => return Err(Error::Invalid("path is empty".to_string())),
                Some(path) => Key::File(PathBuf::from(OsStr::from_bytes(path))),
            };
            new.key = key;
            Ok(())
        },
    )
}

/// Sets whether tor keeps a new key to itself, so that nobody can ever make the service again. 0 by
/// default. Not for a key that was given or is in a file.
#[no_mangle]
pub extern "C" fn torctl_onion_options_set_discard_key(
    options: Option<&torctl_onion_options>,
    discard_key: c_int,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(
        options,
        "torctl_onion_options_set_discard_key",
        err,
        |new| {
            new.discard_key = discard_key != 0;
            Ok(())
        },
    )
}

/// Sets whether the service stays when the connection ends. 0 by default.
#[no_mangle]
pub extern "C" fn torctl_onion_options_set_detach(
    options: Option<&torctl_onion_options>,
    detach: c_int,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(options, "torctl_onion_options_set_detach", err, |new| {
        new.detach = detach != 0;
        Ok(())
    })
}

/// Sets whether the service is reached by a short way that hides nothing of where it is. 0 by default.
/// tor must have been set up for it by HiddenServiceNonAnonymousMode.
#[no_mangle]
pub extern "C" fn torctl_onion_options_set_non_anonymous(
    options: Option<&torctl_onion_options>,
    non_anonymous: c_int,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(
        options,
        "torctl_onion_options_set_non_anonymous",
        err,
        |new| {
            new.non_anonymous = non_anonymous != 0;
            Ok(())
        },
    )
}

/// Sets how many streams a client's circuit may have; 0, which is the default, is any number. With
/// `close_circuit` not 0 a circuit that has more is closed, and not only the stream.
#[no_mangle]
pub extern "C" fn torctl_onion_options_set_max_streams(
    options: Option<&torctl_onion_options>,
    max_streams: u16,
    close_circuit: c_int,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(
        options,
        "torctl_onion_options_set_max_streams",
        err,
        |new| {
            new.max_streams = (max_streams != 0).then_some(max_streams);
            new.max_streams_close_circuit = close_circuit != 0;
            Ok(())
        },
    )
}

/// Sets whether clients have to work for their first connection when there are too many: one of the
/// TORCTL_POW constants. TORCTL_POW_OFF by default.
#[no_mangle]
pub extern "C" fn torctl_onion_options_set_pow(
    options: Option<&torctl_onion_options>,
    pow: i32,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(options, "torctl_onion_options_set_pow", err, |new| {
        let pow = match pow {
            TORCTL_POW_OFF => Pow::Off,
            TORCTL_POW_IF_POSSIBLE => Pow::IfPossible,
            TORCTL_POW_REQUIRED => Pow::Required,
            _ => {
                let message = format!("pow is {pow}, which is no TORCTL_POW constant");
                return Err(Error::Invalid(message));
            }
        };
        new.pow = pow;
        Ok(())
    })
}

/// Sets how many requests per second the proof-of-work defences let through, and how many at once.
/// tor's defaults if not set.
#[no_mangle]
pub extern "C" fn torctl_onion_options_set_pow_queue(
    options: Option<&torctl_onion_options>,
    rate: u32,
    burst: u32,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(options, "torctl_onion_options_set_pow_queue", err, |new| {
        new.pow_queue = Some((rate, burst));
        Ok(())
    })
}

/// Adds a client by its public x25519 key, in base32 or base64, as torctl_client_key_public() gives it.
/// Once there is one, nobody else can reach the service.
///
/// # Safety
/// The key is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_onion_options_add_client(
    options: Option<&torctl_onion_options>,
    public_key: *const c_char,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    add(options, "torctl_onion_options_add_client", err, |new| {
        // SAFETY: passed on.
        let key = unsafe { bytes(public_key, "public_key") }?;
        if parse_x25519(key).is_none() {
            let message = "public_key is not an x25519 key: 32 bytes in base32 or base64";
            return Err(Error::Invalid(message.to_string()));
        }
        new.clients.push(key.to_vec());
        Ok(())
    })
}

/// Sets whether torctl_add_onion() asks for HS_DESC events, which torctl_onion_wait_published() and
/// torctl_onion_get_status() stand on. 1 by default. With 0 the only command sent is ADD_ONION. That a
/// filter before tor refuses the events is no reason to set it: the service is made all the same.
#[no_mangle]
pub extern "C" fn torctl_onion_options_set_watch(
    options: Option<&torctl_onion_options>,
    watch: c_int,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(options, "torctl_onion_options_set_watch", err, |new| {
        new.is_unwatched = watch == 0;
        Ok(())
    })
}

/// Forgets which values were refused, so that what was set and added before counts: for a program that
/// has looked at each status.
#[no_mangle]
pub extern "C" fn torctl_onion_options_clear_failure(options: Option<&torctl_onion_options>) {
    if let Some(options) = options {
        options.0.clear_failure();
    }
}

/// Frees the options. Services made from them go on. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_onion_options_free(options: Option<Box<torctl_onion_options>>) {
    guard_or((), || drop(options));
}
