//! Starting tor
//!
//! A program can have a tor of its own: torctl_launch() starts one with the options that the program
//! gives, and hands out a controller that is connected to it. tor reads no torrc of the system's and
//! writes none: SAVECONF by force goes to a file in its data directory. Unless told
//! otherwise, the library talks with this tor through a descriptor that tor is born with: there is no
//! port that another program could take or use, no password, and tor ends when the connection does,
//! also when the program dies. What tor prints is always read; its end is kept and shown when tor
//! could not start.
//!
//! The library waits for this one child and no other. It does not mind how the program handles
//! SIGCHLD; where that is ignored, or the program waits for any child, only the exit status is lost.
//! tor runs in a session of its own, so a Ctrl-C at the program's terminal does not reach it, and has
//! none of the program's descriptors.
//!
//! tor 0.4.8.14 can crash, by a race of its own, when its controller closes within some twenty
//! milliseconds of the start: torctl_launched_wait() then reports a signal. tor 0.4.9 was not seen to.

use std::ffi::{c_char, c_void, OsStr};
use std::mem::MaybeUninit;
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::answers::torctl_bridges;
use super::args::{bytes, c_text, empty, optional_bytes, share, share_call, timeout, Out};
use super::chosen::{add, set, Choice, Chosen};
use super::error::torctl_error;
use super::guard::{guard, guard_or};
use super::options::{duration, torctl_options};
use super::status::*;
use super::wait::{tell, torctl_progress_fn};
use crate::api::bootstrap::Limits;
use crate::api::launch::{launch, Control, Launch};
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::{Cause, Error};
use crate::engine::event::Event;
use crate::engine::process::{Exit, NoEnd};
use crate::proto::reason::Reason;

/// What tor to start, and how. Everything has a default. May be used for several tors if they have
/// different data directories; any thread may use it.
///
/// A setter that refuses a value leaves the old one, and the options remember it: torctl_launch() then
/// fails, with the status and the message of the first setter that did. A later value that the same
/// setter takes makes it good. What torctl_launch_options_add() refused stays missing whatever else is
/// added: torctl_launch_options_clear_failure() says that the program knows.
pub struct torctl_launch_options(Chosen<LaunchChoice>);

#[derive(Default)]
pub(super) struct LaunchChoice {
    launch: Launch,
    progress: Option<Told>,
}

/// Whom to tell of progress.
#[derive(Clone, Copy)]
struct Told {
    progress: torctl_progress_fn,
    user_data: *mut c_void,
}

// SAFETY: the header says in which thread the function is called with its pointer.
unsafe impl Send for Told {}

impl Choice for torctl_launch_options {
    type Value = LaunchChoice;

    fn chosen(&self) -> &Chosen<LaunchChoice> {
        &self.0
    }
}

/// Talk with tor through a descriptor that it is born with (__OwningControllerFD).
pub const TORCTL_LAUNCH_DESCRIPTOR: i32 = 0;
/// Talk with tor through a port of 127.0.0.1 that tor chooses, with a cookie: for other programs of
/// the same user that are to control it too. The port is in "torctl-control-port" in the data
/// directory.
pub const TORCTL_LAUNCH_PORT: i32 = 1;

/// Makes options with the defaults: the program "tor" from PATH, a temporary data directory, no
/// option of tor set, control through a descriptor, tor ends with the controller.
///
/// Returns options that the caller frees with torctl_launch_options_free().
#[no_mangle]
pub extern "C" fn torctl_launch_options_new() -> *mut torctl_launch_options {
    guard_or(std::ptr::null_mut(), || {
        Box::into_raw(Box::new(torctl_launch_options(Chosen::default())))
    })
}

/// Sets the program: a path, or a name to look for in PATH. NULL is "tor".
///
/// # Safety
/// The program is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_launch_options_set_program(
    options: Option<&torctl_launch_options>,
    program: *const c_char,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(
        options,
        "torctl_launch_options_set_program",
        err,
        |choice| {
            // SAFETY: passed on.
            let program = unsafe { optional_bytes(program) }.unwrap_or(b"tor");
            if program.is_empty() {
                return Err(Error::Invalid("program is empty".to_string()));
            }
            choice.launch.program = OsStr::from_bytes(program).to_owned();
            Ok(())
        },
    )
}

/// Sets where tor keeps its data between runs. It is made, with mode 0700, if it does not exist; two
/// tors cannot share one. NULL, which is the default, makes a directory under TMPDIR or /tmp and
/// removes it when tor has ended.
///
/// A directory that is there must belong to the user that the program runs as (or that the option User
/// names), must not be a symbolic link, and nobody else may write to it; no directory on the way to it may
/// be writable by everybody without the sticky bit. torctl_launch() looks at this before it writes
/// anything: TORCTL_ERR_SYSTEM, with path, owner and mode in the message. Others' right to read is for tor
/// to take away.
///
/// # Safety
/// The path is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_launch_options_set_data_directory(
    options: Option<&torctl_launch_options>,
    path: *const c_char,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(
        options,
        "torctl_launch_options_set_data_directory",
        err,
        |choice| {
            // SAFETY: passed on.
            let path = unsafe { optional_bytes(path) };
            if path.is_some_and(<[u8]>::is_empty) {
                return Err(Error::Invalid("path is empty".to_string()));
            }
            choice.launch.data_directory = path.map(|path| OsStr::from_bytes(path).into());
            Ok(())
        },
    )
}

/// Adds a line to tor's torrc: an option, as "SocksPort", and its value, as "auto". Several values of
/// one option are added one after the other, in their order, as the options of an onion service are
/// behind its HiddenServiceDir. The value is passed on as it is, whatever quotes or `#` are in it.
/// The library itself sets DormantCanceledByStartup to 1 unless the program sets it: a tor that was idle
/// for a day would otherwise do nothing after its next start.
///
/// A CR or LF is refused, and so are names that are the library's to set: DataDirectory, RunAsDaemon,
/// __OwningControllerFD and the like. tor itself checks the rest when it starts.
///
/// # Safety
/// The name and the value are NULL or strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_launch_options_add(
    options: Option<&torctl_launch_options>,
    name: *const c_char,
    value: *const c_char,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    add(options, "torctl_launch_options_add", err, |choice| {
        // SAFETY: passed on.
        let (name, value) = unsafe { (bytes(name, "name")?, bytes(value, "value")?) };
        choice.launch.add_option(name, value)?;
        Ok(())
    })
}

/// Sets the bridges that tor reaches the network through, with the options UseBridges and Bridge; they
/// are copied. The program that plays a transport is another option:
/// torctl_launch_options_add(options, "ClientTransportPlugin", "obfs4 exec /usr/bin/obfs4proxy", &err),
/// for example. NULL, which is the default, sets neither; with no bridges in it, tor uses none.
#[no_mangle]
pub extern "C" fn torctl_launch_options_set_bridges(
    options: Option<&torctl_launch_options>,
    bridges: Option<&torctl_bridges>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(
        options,
        "torctl_launch_options_set_bridges",
        err,
        |choice| {
            choice.launch.bridges = bridges.map(|it| it.source.clone());
            Ok(())
        },
    )
}

/// Sets how the library talks with tor: TORCTL_LAUNCH_DESCRIPTOR, which is the default, or
/// TORCTL_LAUNCH_PORT.
#[no_mangle]
pub extern "C" fn torctl_launch_options_set_control(
    options: Option<&torctl_launch_options>,
    control: i32,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(
        options,
        "torctl_launch_options_set_control",
        err,
        |choice| {
            choice.launch.control = match control {
                TORCTL_LAUNCH_DESCRIPTOR => Control::Descriptor,
                TORCTL_LAUNCH_PORT => Control::Port,
                _ => {
                    let message =
                        format!("control is {control}, which is no TORCTL_LAUNCH constant");
                    return Err(Error::Invalid(message));
                }
            };
            Ok(())
        },
    )
}

/// Sets whether tor goes on when the controller closes or the program ends: 0, which is the default,
/// or 1. A tor that goes on needs a data directory, and a ControlPort or ControlSocket among its
/// options if it is ever to be controlled again.
#[no_mangle]
pub extern "C" fn torctl_launch_options_set_keep_running(
    options: Option<&torctl_launch_options>,
    keep_running: i32,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(
        options,
        "torctl_launch_options_set_keep_running",
        err,
        |choice| {
            choice.launch.is_kept = keep_running != 0;
            Ok(())
        },
    )
}

/// Sets how long tor may take until it answers. 30,000 by default.
#[no_mangle]
pub extern "C" fn torctl_launch_options_set_start_timeout_ms(
    options: Option<&torctl_launch_options>,
    timeout_ms: i32,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(
        options,
        "torctl_launch_options_set_start_timeout_ms",
        err,
        |choice| {
            choice.launch.start_timeout_ms = duration(timeout_ms)?.as_millis() as u64;
            Ok(())
        },
    )
}

/// Has torctl_launch() wait until tor is bootstrapped, as torctl_wait_bootstrapped() does with these
/// arguments. A tor that does not get there is ended, and the error says why it did not, as there: then
/// also with what tor printed since its start. By default torctl_launch() does not wait.
///
/// `progress`, if not NULL, is called in the thread that calls torctl_launch(), with `user_data`,
/// which must live until that returns.
///
/// # Safety
/// The function takes `user_data`.
#[no_mangle]
pub unsafe extern "C" fn torctl_launch_options_set_bootstrap(
    options: Option<&torctl_launch_options>,
    timeout_ms: i32,
    stall_timeout_ms: i32,
    progress: torctl_progress_fn,
    user_data: *mut c_void,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let told = Told {
        progress,
        user_data,
    };
    set(
        options,
        "torctl_launch_options_set_bootstrap",
        err,
        |choice| {
            let limits = Limits {
                timeout_ms: timeout(timeout_ms, "timeout_ms")?,
                stall_timeout_ms: timeout(stall_timeout_ms, "stall_timeout_ms")?,
            };
            choice.launch.bootstrap = Some(limits);
            choice.progress = Some(told);
            Ok(())
        },
    )
}

/// Sets the options of the controller: timeouts, limits, the listeners' capacity. They are copied; the
/// address and all about authentication are left out. NULL means the defaults.
#[no_mangle]
pub extern "C" fn torctl_launch_options_set_controller(
    options: Option<&torctl_launch_options>,
    controller_options: Option<&torctl_options>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    set(
        options,
        "torctl_launch_options_set_controller",
        err,
        |choice| {
            let settings = controller_options
                .map(torctl_options::settings)
                .transpose()?;
            choice.launch.settings = settings.unwrap_or_default();
            Ok(())
        },
    )
}

/// Forgets which values were refused, so that what was set and added before counts: for a program that
/// has looked at each status.
#[no_mangle]
pub extern "C" fn torctl_launch_options_clear_failure(options: Option<&torctl_launch_options>) {
    if let Some(options) = options {
        options.0.clear_failure();
    }
}

/// Frees the options. What was launched with them goes on. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_launch_options_free(options: Option<Box<torctl_launch_options>>) {
    guard_or((), || drop(options));
}

/// Starts a tor and connects to it. NULL for `options` means the defaults.
///
/// Sets `*out` to a controller that is ready and that the caller frees with torctl_controller_free().
/// tor ends when the controller is closed, and is killed if it has not done so after ten seconds;
/// torctl_controller_free() waits for that, so that after it there is neither tor, nor zombie, nor
/// temporary directory. A program that ends without that, by exit() or killed, takes tor along, and tor's end
/// removes the temporary directory: a shell ("torctl-remover"), which is a child of tor and not of the
/// program, waits for it. The program gets no SIGCHLD but that of tor's end.
///
/// Returns the failure of the first setter that refused a value for these options, see there.
///
/// Returns TORCTL_ERR_CONNECT if the program cannot be run, with torctl_error_errno(), or the data
/// directory not be made; TORCTL_ERR_SYSTEM if the data directory is not safe, see
/// torctl_launch_options_set_data_directory(), or if descriptors, processes, memory or disk space are
/// lacking; TORCTL_ERR_FAILED if tor ended instead of answering, as with an option that
/// it does not know or a port that is taken: the message has tor's last words, which are also
/// torctl_error_reply_text(); TORCTL_ERR_TIMEOUT if it does not answer or bootstrap in time. After a
/// failure tor has ended and what was made is gone.
///
/// Blocks until tor answers, for the start timeout, then for those of
/// torctl_launch_options_set_bootstrap(); torctl_call_cancel() ends it early,
/// as soon as tor has ended: it is asked to, and killed after ten seconds. The timeout of the call counts
/// for each request.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_launch(
    options: Option<&torctl_launch_options>,
    call: *mut Call,
    out: Option<&mut MaybeUninit<*mut Controller>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let out = Out::object(out);
    guard(Out::object(err), || {
        let out = out.require("out")?;
        // SAFETY: passed on.
        let call = unsafe { share_call(call) }?;
        let (choice, told) = match options {
            Some(options) => {
                let choice = options.0.whole()?;
                (choice.launch.clone(), choice.progress)
            }
            None => (Launch::default(), None),
        };
        let mut hear = |percent, event: &Event| match told {
            // SAFETY: by the header the function takes its pointer until this returns.
            Some(told) => unsafe { tell(told.progress, percent, event, told.user_data) },
            None => ControlFlow::Continue(()),
        };
        let controller = launch(&choice, &call, &mut hear)?;
        out.set(Arc::into_raw(controller).cast_mut());
        Ok(TORCTL_OK)
    })
}

/// The process number of the tor that torctl_launch() started for this controller; 0 if it started
/// none. Once tor has ended, the number may be another's.
///
/// # Safety
/// The controller is NULL or a living handle.
#[no_mangle]
pub unsafe extern "C" fn torctl_launched_pid(controller: *const Controller) -> i64 {
    guard_or(0, || {
        // SAFETY: passed on.
        let controller = unsafe { share(controller, "controller") };
        let process = controller.as_ref().ok().and_then(|it| it.process());
        process.map_or(0, |process| i64::from(process.pid()))
    })
}

/// The data directory of the tor that torctl_launch() started for this controller.
///
/// Returns a string that lives in the controller; "" if it started none.
///
/// # Safety
/// The controller is NULL or a living handle.
#[no_mangle]
pub unsafe extern "C" fn torctl_launched_data_directory(
    controller: *const Controller,
) -> *const c_char {
    guard_or(empty(), || {
        // SAFETY: passed on.
        let controller = unsafe { share(controller, "controller") };
        let process = controller.as_ref().ok().and_then(|it| it.process());
        process.map_or(empty(), |process| c_text(process.directory().with_nul()))
    })
}

/// Copies the end of what tor has printed, about 16 KiB at the most: its messages of level notice and
/// above, unless options say otherwise.
///
/// Writes at most `size_bytes` to `buffer`, a NUL at the end included, and the end rather than the
/// beginning if not all fits. Returns how long the text is without the NUL; 0 if torctl_launch() did
/// not start tor. NULL and 0 only ask for that. Goes on working when tor has ended.
///
/// # Safety
/// The controller is NULL or a living handle; the buffer is NULL or has room for `size_bytes`.
#[no_mangle]
pub unsafe extern "C" fn torctl_launched_output(
    controller: *const Controller,
    buffer: *mut c_char,
    size_bytes: usize,
) -> usize {
    guard_or(0, || {
        // SAFETY: passed on.
        let controller = unsafe { share(controller, "controller") };
        let process = controller.as_ref().ok().and_then(|it| it.process());
        let mut output = process.map_or_else(Vec::new, |process| process.output());
        // It is a string for C.
        output.retain(|byte| *byte != 0);
        if !buffer.is_null() && size_bytes > 0 {
            let end = &output[output.len().saturating_sub(size_bytes - 1)..];
            let from = end.as_ptr().cast::<c_char>();
            // SAFETY: by this function's contract there is room for that and the NUL behind it.
            unsafe { std::ptr::copy_nonoverlapping(from, buffer, end.len()) };
            // SAFETY: as above.
            unsafe { buffer.add(end.len()).write(0) };
        }
        output.len()
    })
}

/// Waits until the tor that torctl_launch() started for this controller has ended, by whatever
/// cause. It does not make it end.
///
/// Sets `*exit_code`, if not NULL, to its exit status, or to -1 if it had none, and `*signal`, if not
/// NULL, to the signal that ended it, or to 0. Both are so if somebody else in the program took the
/// status. Returns TORCTL_ERR_TIMEOUT after `timeout_ms`, where -1 is endless, and TORCTL_ERR_STATE if
/// torctl_launch() did not start tor. torctl_call_cancel() ends it with TORCTL_ERR_CANCELLED, and
/// torctl_controller_close() with TORCTL_ERR_CLOSED. One that begins after the close waits for a tor
/// that ends with the controller, and returns TORCTL_ERR_CLOSED immediately if tor keeps running. The
/// timeout of the call does not count.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_launched_wait(
    controller: *mut Controller,
    timeout_ms: i32,
    call: *mut Call,
    exit_code: Option<&mut MaybeUninit<i32>>,
    signal: Option<&mut MaybeUninit<i32>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let (exit_code, signal) = (Out::new(exit_code, -1), Out::new(signal, 0));
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let timeout_ms = timeout(timeout_ms, "timeout_ms")?;
        let Some(process) = controller.process() else {
            let message = "the library did not start this tor";
            return Err(Error::State(message.to_string()));
        };
        let at = timeout_ms.and_then(|ms| Instant::now().checked_add(Duration::from_millis(ms)));
        match process.wait_end_for(&call, at) {
            Ok(Exit::Code(code)) => exit_code.set(code),
            Ok(Exit::Signal(number)) => signal.set(number),
            Ok(Exit::Unknown) => {}
            Err(NoEnd::Cancelled) => return Err(Error::Cancelled),
            Err(NoEnd::Closed) => return Err(Error::Closed(Cause::Local)),
            Err(NoEnd::Overdue) => {
                return Err(Error::Overdue {
                    message: format!("tor did not end within {} ms", timeout_ms.unwrap_or(0)),
                    reason: String::new(),
                    why: Reason::Unknown,
                })
            }
        }
        Ok(TORCTL_OK)
    })
}
