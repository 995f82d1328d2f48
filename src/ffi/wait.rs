//! What stands behind src/tables/wait.rs.

use std::ops::ControlFlow;

use super::generated::*;
use crate::api::bootstrap::{self, WaitLimits};
use crate::engine::event_queue::EventQueue;
use crate::engine::watch::Deadline;
use crate::proto::event::Key;

/// Is called with how far tor is, in percent, with tor's words for it, and with the STATUS_CLIENT
/// event that says so, which lives until it returns and has the details: torctl_status_event_tag(),
/// torctl_status_event_warning() and more. TORCTL_END ends the wait, which returns
/// TORCTL_ERR_CANCELLED.
pub type torctl_progress_fn = Option<
    unsafe extern "C-unwind" fn(
        percent: i32,
        summary: *const c_char,
        event: *const Event,
        user_data: *mut c_void,
    ) -> torctl_status,
>;

/// Is called with an event, which lives until it returns. TORCTL_OK goes on to the next event,
/// TORCTL_END accepts this one.
pub type torctl_accept_fn = Option<
    unsafe extern "C-unwind" fn(event: *const Event, user_data: *mut c_void) -> torctl_status,
>;

/// Calls the program's function, if there is one, with what an event says of the progress.
///
/// # Safety
/// The function takes `user_data`.
unsafe fn tell(
    progress: torctl_progress_fn,
    percent: i32,
    event: &Event,
    user_data: *mut c_void,
) -> ControlFlow<()> {
    let Some(progress) = progress else {
        return ControlFlow::Continue(());
    };
    let summary = event.fields().get(Key::Summary).unwrap_or_default();
    let summary = summary.with_nul().as_ptr().cast();
    // SAFETY: by the header the function takes these until it returns.
    match unsafe { progress(percent, summary, event, user_data) } {
        0 => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    }
}

/// What the program's function gets besides.
#[derive(Clone, Copy)]
pub(super) struct Passed(*mut c_void);

// SAFETY: the header says in which thread the function is called with its pointer.
unsafe impl Send for Passed {}

pub(super) fn passed(user_data: *mut c_void) -> Result<Passed, Error> {
    Ok(Passed(user_data))
}

/// Likewise, as the requests want it. By the header the function takes `user_data`.
pub(super) fn teller(
    progress: torctl_progress_fn,
    user_data: Passed,
) -> impl FnMut(i32, &Event) -> ControlFlow<()> + Send {
    move |percent, event| {
        let Passed(user_data) = { user_data };
        // SAFETY: by the header.
        unsafe { tell(progress, percent, event, user_data) }
    }
}

/// The next event that the program's function accepts.
fn accepted(
    queue: &EventQueue,
    accept: torctl_accept_fn,
    user_data: *mut c_void,
    timeout_ms: Option<u64>,
    call: &Arc<Call>,
) -> Result<Event, Error> {
    let deadline = Deadline::after(timeout_ms);
    let mut accepts = |event: &Event| {
        // SAFETY: by the header the function takes this pointer, and the event until it returns.
        accept.is_none_or(|accept| unsafe { accept(event, user_data) } != 0)
    };
    let next = queue.next_that(call, deadline, &mut accepts)?;
    // `accept` may have forked.
    own(Some(queue), "queue")?;
    next.ok_or_else(|| deadline.error("no such event came"))
}

generated!("wait");
