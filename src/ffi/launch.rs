//! What stands behind src/tables/launch.rs.

use std::ops::ControlFlow;

use super::generated::*;
use super::options::{duration, not_empty, settings_of, torctl_options};
use super::wait::{tell, torctl_progress_fn};
use crate::api::bootstrap::WaitLimits;
use crate::api::launch::{launch, wait_end, Control, Launch};
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
    user_data: *mut c_void,
}

// SAFETY: the header says in which thread the function is called with its pointer.
unsafe impl Send for Told {}

impl HasOptions for torctl_launch_options {
    type Value = LaunchChoice;

    fn cell(&self) -> &OptionsCell<LaunchChoice> {
        &self.0
    }
}

fn start(options: Option<&torctl_launch_options>, call: &Arc<Call>) -> Result<Arc<Tor>, Error> {
    let (choice, told) = match options {
        Some(options) => {
            let choice = options.0.whole()?;
            (choice.launch.clone(), choice.progress)
        }
        None => (Launch::default(), None),
    };
    let mut on_progress = |percent, event: &Event| match told {
        // SAFETY: by the header the function takes its pointer until this returns.
        Some(told) => unsafe { tell(told.progress, percent, event, told.user_data) },
        None => ControlFlow::Continue(()),
    };
    launch(&choice, call, &mut on_progress)
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
fn ended(controller: &Tor, timeout_ms: Option<u64>, call: &Arc<Call>) -> Result<(i32, i32), Error> {
    Ok(match wait_end(controller, timeout_ms, call)? {
        Exit::Code(code) => (code, 0),
        Exit::Signal(number) => (-1, number),
        Exit::Unknown => (-1, 0),
    })
}

generated!("launch");
