//! Options

use std::ffi::{c_char, c_int, OsStr};
use std::os::fd::{FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use zeroize::Zeroizing;

use super::args::optional_bytes;
use super::chosen::{choose, set, Choice, Chosen, Setter};
use super::error::torctl_error;
use super::guard::guard_or;
use super::status::*;
use crate::engine::error::Error;
use crate::engine::link::Address;
use crate::engine::queue::Overflow;
use crate::engine::settings::{Settings, Target};
use crate::engine::Origin;
use crate::proto::auth::Method;

/// What to choose before connecting. Everything has a default. Independent of every controller: one is
/// made from a copy. Any thread may use it.
///
/// A setter that refuses a value leaves the old one, and the options remember it:
/// torctl_controller_new() and torctl_launch_options_set_controller() then fail, with the status and the
/// message of the first setter that did. A later value that the same setter takes makes it good, and so
/// does torctl_options_clear_failure().
pub struct torctl_options(Chosen<Settings>);

impl Choice for torctl_options {
    type Value = Settings;

    fn chosen(&self) -> &Chosen<Settings> {
        &self.0
    }
}

impl torctl_options {
    /// A copy, to make a controller from.
    pub(super) fn settings(&self) -> Result<Settings, Error> {
        Ok(self.0.whole()?.clone())
    }
}

/// Use whatever works: nothing, then SAFECOOKIE, then the password if one was given. A plain cookie is
/// sent only if tor offers nothing better and the path of the file does not come from the peer: it is
/// that of torctl_options_set_cookie_file(), or of TOR_CONTROL_COOKIE_AUTH_FILE where that counts. A
/// peer could name any file of 32 bytes.
pub const TORCTL_AUTH_AUTO: i32 = 0;
/// Use no secret at all.
pub const TORCTL_AUTH_NULL: i32 = 1;
/// Use the password of torctl_options_set_password().
pub const TORCTL_AUTH_PASSWORD: i32 = 2;
/// Send the cookie itself, from the file that the peer names if the program names none. It is given
/// away if the peer is not tor.
pub const TORCTL_AUTH_COOKIE: i32 = 3;
/// Prove knowledge of the cookie, and have tor prove it too.
pub const TORCTL_AUTH_SAFECOOKIE: i32 = 4;

/// A full queue drops the events that wait longest.
pub const TORCTL_DROP_OLDEST: i32 = 0;
/// A full queue drops the events that arrive.
pub const TORCTL_DROP_NEWEST: i32 = 1;

pub(super) fn overflow(number: i32) -> Result<Overflow, Error> {
    match number {
        TORCTL_DROP_OLDEST => Ok(Overflow::DropOldest),
        TORCTL_DROP_NEWEST => Ok(Overflow::DropNewest),
        _ => Err(Error::Invalid(format!(
            "overflow is {number}, which is none of TORCTL_DROP_OLDEST and TORCTL_DROP_NEWEST"
        ))),
    }
}

/// Makes options with the defaults.
///
/// Returns options that the caller frees with torctl_options_free().
#[no_mangle]
pub extern "C" fn torctl_options_new() -> *mut torctl_options {
    guard_or(std::ptr::null_mut(), || {
        Box::into_raw(Box::new(torctl_options(Chosen::default())))
    })
}

/// Sets where tor is: "127.0.0.1:9051", "[::1]:9051", "name:9051", "unix:/path", "/path" or, on Linux,
/// "unix:@name" for a Unix socket of the abstract namespace.
///
/// NULL, which is the default, looks for tor: at TOR_CONTROL_IPC_PATH (a Unix socket) and at
/// TOR_CONTROL_HOST and TOR_CONTROL_PORT if the environment has them; otherwise at /run/tor/control,
/// /var/run/tor/control, 127.0.0.1:9051 and 127.0.0.1:9151, in this order. Each is asked by
/// PROTOCOLINFO whether it is tor. TOR_CONTROL_PASSWD and TOR_CONTROL_COOKIE_AUTH_FILE then stand in
/// for a password and a cookie file that the program does not give.
///
/// The environment counts as a whole: with an address (or a descriptor) none of these variables is
/// looked at, so that the user's password goes nowhere but to the user's tor. A program that wants it
/// there reads the variable and calls torctl_options_set_password().
///
/// # Safety
/// The address is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_options_set_address(
    options: Option<&torctl_options>,
    address: *const c_char,
    err: Option<&mut std::mem::MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    choose(
        options,
        Setter::sets("torctl_options_set_address", "target"),
        err,
        |settings| {
            // SAFETY: passed on.
            let target = match unsafe { optional_bytes(address) } {
                None => Target::Find,
                Some(bytes) => target(bytes)?,
            };
            settings.target = target;
            Ok(())
        },
    )
}

/// The target that an address names.
pub(super) fn target(bytes: &[u8]) -> Result<Target, Error> {
    Address::parse(bytes)
        .map(Target::Address)
        .map_err(|reason| Error::Invalid(format!("address: {reason}")))
}

/// Sets a descriptor that is connected to tor already, in place of an address: one end of a
/// socketpair() or what an embedded tor hands out.
///
/// The first torctl_controller_connect() with these options takes the descriptor over and closes it
/// in the end; until then it is the options', which close it when they are freed unused.
/// `authenticated` says that tor lets everything through already. A failure leaves the descriptor
/// with the caller.
#[no_mangle]
pub extern "C" fn torctl_options_set_fd(
    options: Option<&torctl_options>,
    fd: c_int,
    authenticated: c_int,
    err: Option<&mut std::mem::MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    choose(
        options,
        Setter::sets("torctl_options_set_fd", "target"),
        err,
        |settings| {
            // SAFETY: only a question about a number.
            if fd < 0 || unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
                return Err(Error::Invalid(format!("fd {fd} is not an open descriptor")));
            }
            // SAFETY: it is open, and by this function's contract it is ours from now on.
            let fd = unsafe { OwnedFd::from_raw_fd(fd) };
            settings.target = Target::Descriptor {
                fd: Arc::new(Mutex::new(Some(fd))),
                is_authenticated: authenticated != 0,
                origin: Origin::here(),
            };
            Ok(())
        },
    )
}

/// Sets how long connecting and authenticating may take together. 30,000 by default.
#[no_mangle]
pub extern "C" fn torctl_options_set_connect_timeout_ms(
    options: Option<&torctl_options>,
    timeout_ms: i32,
    err: Option<&mut std::mem::MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(
        options,
        "torctl_options_set_connect_timeout_ms",
        err,
        |settings| {
            settings.connect_timeout = duration(timeout_ms)?;
            Ok(())
        },
    )
}

/// Sets the default timeout of requests. 30,000 by default.
#[no_mangle]
pub extern "C" fn torctl_options_set_timeout_ms(
    options: Option<&torctl_options>,
    timeout_ms: i32,
    err: Option<&mut std::mem::MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(options, "torctl_options_set_timeout_ms", err, |settings| {
        settings.timeout = duration(timeout_ms)?;
        Ok(())
    })
}

pub(super) fn duration(timeout_ms: i32) -> Result<Duration, Error> {
    let ms = u64::try_from(timeout_ms);
    ms.map(Duration::from_millis)
        .map_err(|_| Error::Invalid(format!("timeout_ms is {timeout_ms}, which is negative")))
}

/// Sets how to authenticate, one of the TORCTL_AUTH constants. TORCTL_AUTH_AUTO by default.
#[no_mangle]
pub extern "C" fn torctl_options_set_auth(
    options: Option<&torctl_options>,
    method: i32,
    err: Option<&mut std::mem::MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(options, "torctl_options_set_auth", err, |settings| {
        settings.auth = match method {
            TORCTL_AUTH_AUTO => None,
            TORCTL_AUTH_NULL => Some(Method::Null),
            TORCTL_AUTH_PASSWORD => Some(Method::Password),
            TORCTL_AUTH_COOKIE => Some(Method::Cookie),
            TORCTL_AUTH_SAFECOOKIE => Some(Method::SafeCookie),
            _ => {
                let message = format!("method is {method}, which is no TORCTL_AUTH constant");
                return Err(Error::Invalid(message));
            }
        };
        Ok(())
    })
}

/// Sets the password. It is copied, sent as hex so that any bytes are safe, and wiped with the last
/// controller that has it. NULL clears it.
///
/// # Safety
/// The password is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_options_set_password(
    options: Option<&torctl_options>,
    password: *const c_char,
    err: Option<&mut std::mem::MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(options, "torctl_options_set_password", err, |settings| {
        // SAFETY: passed on.
        let password = unsafe { optional_bytes(password) };
        settings.password = password.map(|bytes| Zeroizing::new(bytes.to_vec()));
        Ok(())
    })
}

/// Sets the path of the cookie file, in place of the one that tor names. NULL clears it.
///
/// With a path, TORCTL_AUTH_AUTO also sends the plain cookie to a peer that offers nothing better.
///
/// # Safety
/// The path is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_options_set_cookie_file(
    options: Option<&torctl_options>,
    path: *const c_char,
    err: Option<&mut std::mem::MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(options, "torctl_options_set_cookie_file", err, |settings| {
        // SAFETY: passed on.
        let path = unsafe { optional_bytes(path) };
        settings.cookie_file = path.map(|bytes| OsStr::from_bytes(bytes).into());
        Ok(())
    })
}

/// The most that a limit may be: positions in a message are counted in 32 bits.
const MOST_BYTES: usize = 1 << 30;

fn limit(value: usize, name: &str, least: usize) -> Result<usize, Error> {
    match (least..=MOST_BYTES).contains(&value) {
        true => Ok(value),
        false => Err(Error::Invalid(format!(
            "{name} is {value} and must be from {least} to {MOST_BYTES}"
        ))),
    }
}

/// Sets the longest reply line, from 256 bytes to 1 GiB. 16 MiB by default.
#[no_mangle]
pub extern "C" fn torctl_options_set_max_line_bytes(
    options: Option<&torctl_options>,
    max_line_bytes: usize,
    err: Option<&mut std::mem::MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(
        options,
        "torctl_options_set_max_line_bytes",
        err,
        |settings| {
            settings.limits.line_bytes = limit(max_line_bytes, "max_line_bytes", 256)?;
            Ok(())
        },
    )
}

/// Sets the largest reply or event, from 256 bytes to 1 GiB. 64 MiB by default. A reply over it, or a
/// list of directory entries, fails its request with TORCTL_ERR_TOO_LARGE; an event over it counts as
/// dropped. Both happen when the limit is crossed, not when the reply or the event ends. What goes on to
/// 16 times a limit ends the connection, with TORCTL_ERR_CLOSED.
#[no_mangle]
pub extern "C" fn torctl_options_set_max_reply_bytes(
    options: Option<&torctl_options>,
    max_reply_bytes: usize,
    err: Option<&mut std::mem::MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(
        options,
        "torctl_options_set_max_reply_bytes",
        err,
        |settings| {
            settings.limits.message_bytes = limit(max_reply_bytes, "max_reply_bytes", 256)?;
            Ok(())
        },
    )
}

/// Sets the most lines of a reply, those in data blocks not counted. 1,048,576 by default.
#[no_mangle]
pub extern "C" fn torctl_options_set_max_reply_lines(
    options: Option<&torctl_options>,
    max_reply_lines: usize,
    err: Option<&mut std::mem::MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(
        options,
        "torctl_options_set_max_reply_lines",
        err,
        |settings| {
            settings.limits.message_lines = limit(max_reply_lines, "max_reply_lines", 1)?;
            Ok(())
        },
    )
}

/// Sets how much the queue behind the listeners holds, in events and in bytes of their raw text.
/// 65,536 events and 4 MiB by default.
#[no_mangle]
pub extern "C" fn torctl_options_set_listener_capacity(
    options: Option<&torctl_options>,
    capacity_events: usize,
    capacity_bytes: usize,
    err: Option<&mut std::mem::MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(
        options,
        "torctl_options_set_listener_capacity",
        err,
        |settings| {
            let events = limit(capacity_events, "capacity_events", 1)?;
            let bytes = limit(capacity_bytes, "capacity_bytes", 1)?;
            settings.listener_capacity.events = events;
            settings.listener_capacity.bytes = bytes;
            Ok(())
        },
    )
}

/// Sets what the queue behind the listeners drops when it is full: TORCTL_DROP_OLDEST, which is the
/// default, or TORCTL_DROP_NEWEST.
#[no_mangle]
pub extern "C" fn torctl_options_set_listener_overflow(
    options: Option<&torctl_options>,
    overflow: i32,
    err: Option<&mut std::mem::MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(
        options,
        "torctl_options_set_listener_overflow",
        err,
        |settings| {
            settings.listener_capacity.overflow = self::overflow(overflow)?;
            Ok(())
        },
    )
}

/// Forgets which values were refused, so that what was set before counts: for a program that has
/// looked at each status.
#[no_mangle]
pub extern "C" fn torctl_options_clear_failure(options: Option<&torctl_options>) {
    if let Some(options) = options {
        options.0.clear_failure();
    }
}

/// Frees the options. Controllers made from them go on. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_options_free(options: Option<Box<torctl_options>>) {
    guard_or((), || drop(options));
}
