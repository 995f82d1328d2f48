//! Listeners
//!
//! Functions of the program that the library calls for events, on a thread of its own
//! ("torctl-call", one for each controller with listeners), one at a time and in the order in which
//! tor sent the events. A listener may call anything, also requests, also to remove itself, also to
//! close and free the controller. It must not throw or longjmp. All listeners of a controller share
//! one bounded queue (torctl_options_set_listener_capacity()); one that takes its time makes that
//! queue drop and never holds up tor or a request. What was lost comes as a TORCTL_EVENT_GAP, in its
//! place, to every listener that asked for a kind of which something was lost.

use std::ffi::{c_char, c_void};
use std::mem::MaybeUninit;

use super::args::{bytes, null, share, share_call, Out};
use super::error::torctl_error;
use super::guard::{guard, guard_or};
use super::status::*;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::dispatch::Heard;
use crate::engine::error::Error;
use crate::engine::event::Event;
use crate::engine::{end_here, Origin};
use crate::proto::event::KindSet;

/// Is called with an event, which lives until it returns; torctl_event_dup() keeps it longer.
///
/// Returns TORCTL_OK, which is 0, to go on, and TORCTL_END if this call was the last: then the
/// listener is removed, and its destroy function is called. Anything else counts as a failure, is
/// passed to the function of torctl_listener_set_failure_fn(), and the listener goes on.
pub type torctl_listener_fn =
    Option<unsafe extern "C-unwind" fn(event: *const Event, user_data: *mut c_void) -> i32>;

/// Is called when a listener failed, on the listeners' thread, with the listener's number, what it
/// returned, and the event, which lives until it returns.
pub type torctl_failure_fn = Option<
    unsafe extern "C-unwind" fn(
        listener_id: u64,
        status: i32,
        event: *const Event,
        user_data: *mut c_void,
    ),
>;

/// Is called once with a pointer that the program gave, when the library needs it no more.
pub type torctl_destroy_fn = Option<unsafe extern "C-unwind" fn(user_data: *mut c_void)>;

/// The program's pointer, destroyed when dropped.
pub(super) struct UserData {
    pointer: *mut c_void,
    destroy: torctl_destroy_fn,
    origin: Origin,
}

// SAFETY: the header says on which threads the program's functions are called with it.
unsafe impl Send for UserData {}
// SAFETY: as above; the library itself never looks behind the pointer.
unsafe impl Sync for UserData {}

impl UserData {
    pub(super) fn new(pointer: *mut c_void, destroy: torctl_destroy_fn) -> UserData {
        UserData {
            pointer,
            destroy,
            origin: Origin::here(),
        }
    }

    /// What a function of the program returns that is called with the pointer. In the child of a fork
    /// that it made this thread ends, whose work is the parent's.
    pub(super) fn call<T>(&self, function: impl FnOnce(*mut c_void) -> T) -> T {
        let result = function(self.pointer);
        if !self.origin.is_here() {
            end_here();
        }
        result
    }
}

impl Drop for UserData {
    fn drop(&mut self) {
        // In a forked child a lock of the program may be held by the thread that was just called.
        if let Some(destroy) = self.destroy.filter(|_| self.origin.is_here()) {
            // SAFETY: by the header the function takes this pointer, once.
            unsafe { destroy(self.pointer) };
        }
    }
}

/// Adds a listener for the kinds of events in `kinds`, a sum of TORCTL_KIND_BIT()s, and asks tor for
/// them by SETEVENTS if nobody did before. `user_data` is passed to every call of `listener`.
///
/// Sets `*id`, if not NULL, to the listener's number, which no other will ever have. It is there before
/// the first call, which may happen before this returns: a listener may remove itself by it. `destroy`, if
/// not NULL, is called once with `user_data`: when the listener has been removed or the controller
/// has closed, after the last call, and also when adding fails. A kind that this tor does not know
/// gives TORCTL_ERR_REJECTED and changes nothing. Blocks like a request when the controller is
/// connected.
///
/// # Safety
/// The handles are NULL or living; the functions take `user_data`.
#[no_mangle]
pub unsafe extern "C" fn torctl_listener_add(
    controller: *mut Controller,
    kinds: u64,
    listener: torctl_listener_fn,
    user_data: *mut c_void,
    destroy: torctl_destroy_fn,
    call: *mut Call,
    id: Option<&mut MaybeUninit<u64>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let user_data = UserData::new(user_data, destroy);
    let mut id = Out::new(id, 0);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let listener = listener.ok_or_else(|| null("listener"))?;
        let kinds = check_kinds(kinds)?;
        let callback = Box::new(move |event: &Event| {
            // SAFETY: by the header the function takes this pointer, and the event until it returns.
            match user_data.call(|pointer| unsafe { listener(event, pointer) }) {
                TORCTL_OK => Heard::Well,
                TORCTL_END => Heard::Last,
                status => Heard::Failed(status),
            }
        });
        let added = controller.add_listener(kinds, callback, &mut |number| id.put(number), &call);
        if added.is_err() {
            id.put(0);
        }
        added.map(|_| TORCTL_OK)
    })
}

/// Asks tor by SETEVENTS also for the events with this name, for this listener: see
/// torctl_queue_add_event_name(), which does the same for a queue. A listener for names alone is added
/// with TORCTL_KIND_BIT(TORCTL_EVENT_GAP).
///
/// Returns TORCTL_ERR_NOT_FOUND if there is no such listener, and TORCTL_ERR_REJECTED for a name that this
/// tor does not know, which changes nothing for anybody. Blocks like a request when the controller is
/// connected. May be called from inside the listener.
///
/// # Safety
/// The handles are NULL or living; the name is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_listener_add_event_name(
    controller: *mut Controller,
    id: u64,
    name: *const c_char,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let name = unsafe { bytes(name, "name") }?;
        controller.add_listener_name(id, name, &call)?;
        Ok(TORCTL_OK)
    })
}

/// The kinds in a sum of TORCTL_KIND_BIT()s, all of which must exist.
pub(super) fn check_kinds(kinds: u64) -> Result<KindSet, Error> {
    use crate::proto::event::Kind;
    if kinds == 0 {
        return Err(Error::Invalid(
            "kinds is 0: there is nothing to hear".to_string(),
        ));
    }
    match (0..64).find(|bit| kinds >> bit & 1 == 1 && Kind::from_number(*bit).is_none()) {
        None => Ok(KindSet(kinds)),
        Some(bit) => Err(Error::Invalid(format!(
            "kinds has bit {bit}, for which this version knows no kind"
        ))),
    }
}

/// Removes a listener. From outside a callback, the listener is not running any more when this
/// returns and never runs again; so hold no lock that it takes. From inside, the present call is the
/// last. tor is asked by SETEVENTS to send no more than the others want.
///
/// Returns TORCTL_ERR_NOT_FOUND if there is no such listener. Blocks like a request, whose failure is
/// none of the removal, and for as long as a listener runs: neither a timeout nor torctl_controller_close() ends that. torctl_call_cancel()
/// does, with TORCTL_ERR_CANCELLED: the listener is removed then as well, but it may be running, and
/// its `destroy` is called when it is not.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_listener_remove(
    controller: *mut Controller,
    id: u64,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        controller.remove_listener(id, &call)?;
        Ok(TORCTL_OK)
    })
}

/// Sets the function that hears of listeners that failed, in place of the one before. NULL for
/// `failure` takes it back. `destroy` is called once with `user_data` when it has been replaced or
/// the controller has closed, and also when this fails.
///
/// Does not talk to tor. From outside a callback, the old function is not running any more when this
/// returns; so it blocks for as long as a listener runs, and torctl_call_cancel() ends that with
/// TORCTL_ERR_CANCELLED: the new function is set then as well, but the old one may be running.
///
/// # Safety
/// The handles are NULL or living; the functions take `user_data`.
#[no_mangle]
pub unsafe extern "C" fn torctl_listener_set_failure_fn(
    controller: *mut Controller,
    failure: torctl_failure_fn,
    user_data: *mut c_void,
    destroy: torctl_destroy_fn,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let user_data = UserData::new(user_data, destroy);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let Some(failure) = failure else {
            controller.set_failure_callback(None, &call)?;
            return Ok(TORCTL_OK);
        };
        let callback = Box::new(move |id, status, event: &Event| {
            // SAFETY: as for a listener.
            user_data.call(|pointer| unsafe { failure(id, status, event, pointer) })
        });
        controller.set_failure_callback(Some(callback), &call)?;
        Ok(TORCTL_OK)
    })
}

/// How many events wait for the listeners.
///
/// # Safety
/// The controller is NULL or a living handle.
#[no_mangle]
pub unsafe extern "C" fn torctl_listener_backlog(controller: *const Controller) -> usize {
    // SAFETY: passed on.
    unsafe { counts(controller, |it| it.listener_counts().0.backlog) }
}

/// How many events the listeners were handed, whatever number of them heard each.
///
/// # Safety
/// The controller is NULL or a living handle.
#[no_mangle]
pub unsafe extern "C" fn torctl_listener_delivered(controller: *const Controller) -> u64 {
    // SAFETY: passed on.
    unsafe { counts(controller, |it| it.listener_counts().0.delivered) }
}

/// How many events the listeners lost. What tor sent is delivered + backlog + dropped, as long as
/// nothing comes or is handed over between the three calls.
///
/// # Safety
/// The controller is NULL or a living handle.
#[no_mangle]
pub unsafe extern "C" fn torctl_listener_dropped(controller: *const Controller) -> u64 {
    // SAFETY: passed on.
    unsafe { counts(controller, |it| it.listener_counts().0.dropped) }
}

/// How many calls of listeners failed.
///
/// # Safety
/// The controller is NULL or a living handle.
#[no_mangle]
pub unsafe extern "C" fn torctl_listener_failed(controller: *const Controller) -> u64 {
    // SAFETY: passed on.
    unsafe { counts(controller, |it| it.listener_counts().1) }
}

/// # Safety
/// The handle is NULL or living.
unsafe fn counts<T: Default>(controller: *const Controller, get: impl Fn(&Controller) -> T) -> T {
    guard_or(T::default(), || {
        // SAFETY: passed on.
        let controller = unsafe { share(controller, "controller") };
        controller.map_or(T::default(), |controller| get(&controller))
    })
}
