//! Event queues
//!
//! A queue holds the events of its kinds until the program takes them, on any thread it likes, and
//! has a descriptor to poll in the loop that it has. It is bounded: when it is full it drops, by
//! choice the oldest or the newest, counts what it drops, and marks the place by a TORCTL_EVENT_GAP,
//! which comes whatever kinds were asked for. A queue lives until it is freed; when the controller
//! closes it gives what it holds and then TORCTL_END.

use std::ffi::{c_char, c_int, c_void};
use std::mem::MaybeUninit;
use std::ops::ControlFlow;
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use super::args::{bytes, null, own, share, share_call, timeout, Out};
use super::error::torctl_error;
use super::guard::{guard, guard_or};
use super::listener::{check_kinds, torctl_listener_fn};
use super::options::overflow;
use super::status::*;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::event::Event;
use crate::engine::event_queue::{EventQueue, Next};
use crate::engine::queue::Capacity;

/// A bounded queue of events. Freed by torctl_queue_free(), before or after its controller. Several
/// threads may take from it; each event goes to one of them.
pub struct torctl_queue(());

/// Makes a queue for the kinds of events in `kinds`, a sum of TORCTL_KIND_BIT()s, and asks tor for
/// them by SETEVENTS if nobody did before.
///
/// It holds at most so many events and so many bytes of their raw text; 0 means the default of
/// 65,536 events and 4 MiB. An event larger than that is held if nothing else is. `overflow` is
/// TORCTL_DROP_OLDEST or TORCTL_DROP_NEWEST. Sets `*out` to a queue that the caller frees with
/// torctl_queue_free(). A kind that this tor does not know gives TORCTL_ERR_REJECTED. Blocks like a
/// request when the controller is connected.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_queue_new(
    controller: *mut Controller,
    kinds: u64,
    capacity_events: usize,
    capacity_bytes: usize,
    overflow: i32,
    call: *mut Call,
    out: Option<&mut MaybeUninit<*mut EventQueue>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let out = Out::object(out);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let out = out.require("out")?;
        let or_default = |value, default| if value == 0 { default } else { value };
        let default = Capacity::default();
        let capacity = Capacity {
            events: or_default(capacity_events, default.events),
            bytes: or_default(capacity_bytes, default.bytes),
            overflow: self::overflow(overflow)?,
        };
        let kinds = check_kinds(kinds)?;
        out.set_box(EventQueue::new(&controller, kinds, capacity, &call)?);
        Ok(TORCTL_OK)
    })
}

/// Asks tor by SETEVENTS also for the events with this name, for example those of a kind that a newer tor
/// has and this version does not know: they come to this queue with the kind TORCTL_EVENT_UNKNOWN, and
/// torctl_event_name() tells them apart. A name that this version knows means its kind. A name is letters,
/// digits and _, in either case, 64 of them at the most. To wait for names alone, make the queue with
/// TORCTL_KIND_BIT(TORCTL_EVENT_GAP).
///
/// An event with a name comes to those who asked for the name, and to those who asked for
/// TORCTL_EVENT_UNKNOWN. tor is asked for it until the last queue or listener that asked for it is gone.
/// A name that this tor does not know gives TORCTL_ERR_REJECTED, and changes nothing for anybody. Before
/// the controller is connected, tor is asked when it connects, and connecting fails so. A controller can
/// have 16 names that this version does not know; TORCTL_ERR_STATE for more. Blocks like a request when
/// the controller is connected.
///
/// # Safety
/// The name is NULL or a string; the call is NULL or a living handle.
#[no_mangle]
pub unsafe extern "C" fn torctl_queue_add_event_name(
    queue: Option<&EventQueue>,
    name: *const c_char,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        let queue = own(queue, "queue")?;
        // SAFETY: passed on.
        let (name, call) = unsafe { (bytes(name, "name")?, share_call(call)?) };
        queue.add_name(name, &call)?;
        Ok(TORCTL_OK)
    })
}

/// The queue's descriptor, for poll() and its like: readable exactly while something can be taken or
/// the queue has ended. When it is, call torctl_queue_next() or torctl_queue_drain() until it says
/// TORCTL_EMPTY. Never read, write or close it; it lives as long as the queue. -1 for NULL.
#[no_mangle]
pub extern "C" fn torctl_queue_fd(queue: Option<&EventQueue>) -> c_int {
    let fd = queue.and_then(EventQueue::fd);
    fd.map_or(-1, |fd| fd.as_raw_fd())
}

/// Takes the next event. A timeout of 0 does not wait, -1 waits until there is one.
///
/// Sets `*event` to an event that the caller frees with torctl_event_free(). Returns TORCTL_EMPTY if
/// none came in time, and TORCTL_END if none will come any more, both with NULL in `*event` and
/// without an error object. Blocks until an event comes, the timeout has passed, the connection has
/// ended, or torctl_call_cancel() ends it with TORCTL_ERR_CANCELLED. The timeout of the call does not
/// count.
///
/// # Safety
/// The call is NULL or a living handle.
#[no_mangle]
pub unsafe extern "C" fn torctl_queue_next(
    queue: Option<&EventQueue>,
    timeout_ms: i32,
    call: *mut Call,
    event: Option<&mut MaybeUninit<*mut Event>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let event = Out::object(event);
    guard(Out::object(err), || {
        let queue = own(queue, "queue")?;
        // SAFETY: passed on.
        let call = unsafe { share_call(call) }?;
        let event = event.require("event")?;
        let timeout = timeout(timeout_ms, "timeout_ms")?.map(Duration::from_millis);
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        Ok(match queue.next(&call, deadline)? {
            Next::Event(next) => {
                event.set_box(next);
                TORCTL_OK
            }
            Next::Empty => TORCTL_EMPTY,
            Next::Ended => TORCTL_END,
        })
    })
}

/// Calls `take` for each event that is there now, in order, but for `max_events` at the most; 0 is
/// as many as there are. The fastest way to take events. An event lives until `take` returns;
/// torctl_event_dup() keeps it longer. If `take` does not return 0, the drain ends after that event,
/// and the rest stays.
///
/// Sets `*count`, if not NULL, to the number of calls. Returns TORCTL_OK if there was any,
/// TORCTL_EMPTY if there was none, TORCTL_END if none is there and none will come any more, and
/// TORCTL_ERR_STATE while another drain of the queue runs. Does not wait. `take` may call anything but
/// torctl_queue_free() on this queue, and must not throw or longjmp.
///
/// # Safety
/// The function takes `user_data`.
#[no_mangle]
pub unsafe extern "C" fn torctl_queue_drain(
    queue: Option<&EventQueue>,
    max_events: usize,
    take: torctl_listener_fn,
    user_data: *mut c_void,
    count: Option<&mut MaybeUninit<usize>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let count = Out::new(count, 0);
    guard(Out::object(err), || {
        let queue = own(queue, "queue")?;
        let take = take.ok_or_else(|| null("take"))?;
        let max = if max_events == 0 {
            usize::MAX
        } else {
            max_events
        };
        let (taken, is_ended) = queue.drain(max, &mut |event| {
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
    })
}

/// How many events wait in the queue.
#[no_mangle]
pub extern "C" fn torctl_queue_backlog(queue: Option<&EventQueue>) -> usize {
    guard_or(0, || queue.map_or(0, |queue| queue.counts().backlog))
}

/// How many bytes of raw text wait in the queue.
#[no_mangle]
pub extern "C" fn torctl_queue_backlog_bytes(queue: Option<&EventQueue>) -> usize {
    guard_or(0, || queue.map_or(0, |queue| queue.counts().backlog_bytes))
}

/// The largest number of events that ever waited in the queue.
#[no_mangle]
pub extern "C" fn torctl_queue_high_water(queue: Option<&EventQueue>) -> usize {
    guard_or(0, || queue.map_or(0, |queue| queue.counts().high_water))
}

/// How many events the queue has lost. What tor sent is delivered + backlog + dropped, as long as
/// nothing comes or is taken between the three calls.
#[no_mangle]
pub extern "C" fn torctl_queue_dropped(queue: Option<&EventQueue>) -> u64 {
    guard_or(0, || queue.map_or(0, |queue| queue.counts().dropped))
}

/// How many events were taken from the queue. A TORCTL_EVENT_GAP does not count.
#[no_mangle]
pub extern "C" fn torctl_queue_delivered(queue: Option<&EventQueue>) -> u64 {
    guard_or(0, || queue.map_or(0, |queue| queue.counts().delivered))
}

/// Frees the queue and what it holds. tor is told to send no more than the others want; its answer
/// is not waited for. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_queue_free(queue: Option<Box<EventQueue>>) {
    guard_or((), || drop(queue));
}
