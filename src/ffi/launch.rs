//! What stands behind src/tables/launch.rs.

use super::begun::open;
use super::generated::*;
use super::options::{duration, not_empty, settings_of, torctl_options};
use super::wait::{passed, teller, torctl_progress_fn, Passed};
use crate::api::bootstrap::{Progress, WaitLimits};
use crate::api::launch::{prepare, wait_end, Control, Launch, Restarts};
use crate::engine::operation::Operation;
use crate::engine::process::Exit;

/// What tor to start, and how. Everything has a default. May be used for several tors if they have
/// different data directories; any thread may use it.
///
/// A setter that refuses a value leaves the old one, and the options remember it: torctl_launch()
/// then fails, with the status and the message of the first setter that did. A later valid value
/// for the same setter clears that failure. What torctl_launch_options_add() refused stays missing,
/// whatever is added later: torctl_launch_options_clear_failure() clears that failure.
#[derive(Default)]
pub struct torctl_launch_options(OptionsCell<LaunchChoice>);

#[derive(Default)]
pub(super) struct LaunchChoice {
    launch: Launch,
    progress: Option<Told>,
}

/// Whom to tell of progress.
#[derive(Clone, Copy)]
struct Told {
    progress: torctl_progress_fn,
    user_data: Passed,
}

impl HasOptions for torctl_launch_options {
    type Value = LaunchChoice;

    fn cell(&self) -> &OptionsCell<LaunchChoice> {
        &self.0
    }
}

/// A controller that starts its tor when it connects.
fn launched(options: Option<&torctl_launch_options>) -> Result<Arc<Tor>, Error> {
    let Some(options) = options else {
        return prepare(Launch::default(), None);
    };
    let (launch, told) = {
        let choice = options.0.whole()?;
        (choice.launch.clone(), choice.progress)
    };
    let progress =
        told.map(|told| Box::new(teller(told.progress, told.user_data)) as Box<Progress<'static>>);
    prepare(launch, progress)
}

/// Copies the end of what tor has printed; how long it is.
///
/// # Safety
/// The buffer is NULL or has room for `size_bytes`.
unsafe fn copy_output(controller: &Tor, buffer: *mut c_char, size_bytes: usize) -> Option<usize> {
    let mut output = controller.process()?.output();
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
    Some(output.len())
}

/// The exit code and the signal with which tor has ended.
async fn ended(
    controller: &Tor,
    timeout_ms: Option<u64>,
    call: &Operation,
) -> Result<(i32, i32), Error> {
    Ok(match wait_end(controller, timeout_ms, call).await? {
        Exit::Code(code) => (code, 0),
        Exit::Signal(number) => (-1, number),
        Exit::Unknown => (-1, 0),
    })
}

generated!("launch");

// By hand: of what is begun the conversation is made here.

/// Starts a tor and connects to it: torctl_controller_new_launched() and torctl_controller_connect()
/// in one. NULL for `options` means the defaults.
///
/// Sets `*out` to a controller that is ready and that the caller frees with
/// torctl_controller_free(). tor ends when the controller is closed, and is killed if it has
/// not done so after ten seconds; torctl_controller_free() waits for that, so that after it
/// there is neither tor, nor zombie, nor temporary directory. A program that ends without that,
/// by exit() or killed, ends tor, too, and tor's end removes the temporary directory: a shell
/// ("torctl-remover"), which is a child of tor and not of the program, waits for it. The
/// program gets no SIGCHLD but that of tor's end.
///
/// A controller whose options say that it reconnects starts tor again when it has ended, see
/// torctl_launch_options_set_restarts(); any other closes then.
///
/// Returns the failure of the first setter that refused a value for these options: see
/// torctl_launch_options.
///
/// Returns TORCTL_ERR_CONNECT if the program cannot be run, with torctl_error_errno(), or the
/// data directory cannot be made; TORCTL_ERR_SYSTEM if the data directory is not safe, see
/// torctl_launch_options_set_data_directory(), or if descriptors, processes, memory or disk
/// space are lacking; TORCTL_ERR_FAILED if tor ended instead of answering, for example because
/// of an option that it does not know or a port that is taken: the message has tor's last
/// words, which are also torctl_error_reply_text(); TORCTL_ERR_TIMEOUT if it does not answer or
/// bootstrap in time. After a failure tor has ended and what was made is gone.
///
/// Blocks until tor answers, for the start timeout, then for those of
/// torctl_launch_options_set_bootstrap(); torctl_call_cancel() ends it early, as soon as tor
/// has ended: it is asked to, and killed after ten seconds. The timeout of the call counts for
/// each request behind that.
///
/// Can be begun, into a queue of another controller: see torctl_call_set_queue().
/// torctl_result_take_controller() takes the controller; one that is not taken is closed when its
/// event is freed, and its tor ends. Not for a controller that starts no thread: begin
/// torctl_controller_connect() on one of torctl_controller_new_launched().
///
/// # Safety
/// The pointers are NULL or what the header says of them.
#[no_mangle]
pub unsafe extern "C" fn torctl_launch(
    options: Option<&torctl_launch_options>,
    call: *mut Call,
    out: Option<&mut MaybeUninit<*mut Tor>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let out = Out::object(out);
    guard(Out::object(err), || {
        // SAFETY: by this function's contract.
        let call = unsafe { share_any_call(call) }?;
        let destination = call.begins_in();
        if destination.is_none() {
            out.check("out")?;
        }
        open(launched(options)?, &call, destination, out)
    })
}
