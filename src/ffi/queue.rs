//! What stands behind src/tables/queue.rs.

use std::ops::ControlFlow;
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use super::generated::*;
use super::listener::{check_kinds, event_name};
use super::options::choice_overflow;
use crate::engine::event_queue::{EventQueue, Next, QueueWishes};
use crate::engine::queue::Capacity;

/// A bounded queue of events. Freed by torctl_queue_free(), before or after its controller. Several
/// threads may take from it; each event goes to one of them.
pub struct torctl_queue(());

/// Is called with an event, which lives until it returns; torctl_event_dup() keeps it longer.
/// TORCTL_OK goes on, TORCTL_END ends the drain behind this event.
pub type torctl_take_fn = Option<
    unsafe extern "C-unwind" fn(event: *const Event, user_data: *mut c_void) -> torctl_status,
>;

fn wishes(queue: &EventQueue) -> Result<QueueWishes, Error> {
    Ok(queue.wishes())
}

fn next(
    queue: &EventQueue,
    timeout_ms: Option<u64>,
    call: &Arc<Call>,
    event: Out<'_, *mut Event>,
) -> Result<torctl_status, Error> {
    let timeout = timeout_ms.map(Duration::from_millis);
    let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    Ok(match queue.next(call, deadline)? {
        Next::Event(next) => {
            event.set_box(next);
            TORCTL_OK
        }
        Next::Empty => TORCTL_EMPTY,
        Next::Ended => TORCTL_END,
    })
}

fn drain(
    queue: &EventQueue,
    max_events: Option<usize>,
    take: torctl_take_fn,
    user_data: *mut c_void,
    count: Out<'_, usize>,
) -> Result<torctl_status, Error> {
    let take = take.ok_or_else(|| null("take"))?;
    let most = max_events.unwrap_or(usize::MAX);
    let (taken, is_ended) = queue.drain(most, &mut |event| {
        // SAFETY: by the header the function takes this pointer, and the event until it returns.
        match unsafe { take(event, user_data) } {
            0 => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        }
    })?;
    count.set(taken);
    Ok(match (taken, is_ended) {
        (0, true) => TORCTL_END,
        (0, false) => TORCTL_EMPTY,
        _ => TORCTL_OK,
    })
}

generated!("queue");
