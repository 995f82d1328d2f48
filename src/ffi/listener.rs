//! What stands behind src/tables/listener.rs.

use std::future::Future;

use super::begun::begin_or_wait;
use super::generated::*;
use crate::engine::dispatch::{Callback, CallbackResult, FailureCallback};
use crate::engine::operation::Operation;
use crate::engine::{end_here, Origin};
use crate::proto::event::{Kind, KindSet};
use crate::session::check_name;

/// Is called with an event, which lives until it returns; torctl_event_dup() keeps it longer.
///
/// TORCTL_OK goes on. TORCTL_END says that this call was the last: the listener is removed, and its
/// destroy function is called. Anything else counts as a failure, is passed to the function of
/// torctl_listener_set_failure_fn(), and the listener goes on.
pub type torctl_listener_fn = Option<
    unsafe extern "C-unwind" fn(event: *const Event, user_data: *mut c_void) -> torctl_status,
>;

/// Is called when a listener failed, on the listeners' thread, with the listener's number, what it
/// returned, and the event, which lives until it returns.
pub type torctl_failure_fn = Option<
    unsafe extern "C-unwind" fn(
        listener_id: u64,
        status: torctl_status,
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

    /// What a function of the program returns that is called with the pointer. In the child of a
    /// fork that it made this thread ends, whose work is the parent's.
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

/// The kinds in a sum of TORCTL_KIND_BIT()s, all of which must exist.
pub(super) fn check_kinds(kinds: u64) -> Result<KindSet, Error> {
    if kinds == 0 {
        return Err(Error::Invalid("kinds is 0: no event can come".to_string()));
    }
    match (0..64).find(|bit| kinds >> bit & 1 == 1 && Kind::from_number(*bit).is_none()) {
        None => Ok(KindSet(kinds)),
        Some(bit) => Err(Error::Invalid(format!(
            "kinds has bit {bit}, for which this version knows no kind"
        ))),
    }
}

pub(super) fn event_name(name: &[u8]) -> Result<&[u8], Error> {
    check_name(name).map(|()| name)
}

// By hand: its number is there before it is added, and it keeps the program's pointer.

/// Adds a listener for the kinds of events in `kinds`, a sum of TORCTL_KIND_BIT()s, and asks tor for
/// them by SETEVENTS if nobody did before. `user_data` is passed to every call of `listener`.
///
/// Sets `*id`, if not NULL, to the listener's number, which no other will ever have. It is there
/// before the first call, which may happen before this returns: a listener may remove itself by it.
/// It is set likewise when the call is begun. `destroy`, if not NULL, is called once with
/// `user_data`: when the listener has been removed or the controller has closed, after the last call,
/// and also when adding fails. A kind that this tor does not know gives TORCTL_ERR_REJECTED and
/// changes nothing. Blocks like a request when the controller is connected. Can be begun: see
/// torctl_call_set_queue().
///
/// # Safety
/// The pointers are NULL or what the header says of them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn torctl_listener_add(
    controller: *mut Tor,
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
    // SAFETY: by this function's contract.
    let handles = unsafe { Handles::of(controller, call) };
    guard_call(Out::object(err), handles, &[], |controller, call| {
        let kinds = check_kinds(kinds)?;
        let callback = callback(listener, user_data)?;
        numbered(
            controller,
            call,
            &mut id,
            |number, controller, call| async move {
                let added = controller.add_listener(number, kinds, callback, &call);
                added.await
            },
        )
    })
}

/// Does what adds a listener, whose number is there before that begins.
pub(super) fn numbered<F>(
    controller: &Arc<Tor>,
    call: &Arc<Call>,
    place: &mut Out<'_, u64>,
    work: impl FnOnce(u64, Arc<Tor>, Arc<Operation>) -> F,
) -> Result<torctl_status, Error>
where
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    let number = controller.new_listener()?;
    place.put(number);
    let work = |operation| work(number, Arc::clone(controller), operation);
    let status = begin_or_wait(controller, call, work);
    if status.is_err() {
        place.put(0);
    }
    status
}

fn callback(listener: torctl_listener_fn, user_data: UserData) -> Result<Callback, Error> {
    let listener = listener.ok_or_else(|| null("listener"))?;
    Ok(Box::new(move |event: &Event| {
        // SAFETY: by the header the function takes this pointer, and the event until it returns.
        match user_data.call(|pointer| unsafe { listener(event, pointer) }) {
            TORCTL_OK => CallbackResult::Continue,
            TORCTL_END => CallbackResult::Remove,
            status => CallbackResult::Failed(status),
        }
    }))
}

fn set_failure(
    controller: &Arc<Tor>,
    failure: torctl_failure_fn,
    user_data: UserData,
    call: &Arc<Call>,
) -> Result<(), Error> {
    let callback = failure.map(|failure| {
        let callback = move |id, status, event: &Event| {
            // SAFETY: as for a listener.
            user_data.call(|pointer| unsafe { failure(id, status, event, pointer) })
        };
        Box::new(callback) as FailureCallback
    });
    controller.wait_for(call, async |call| {
        controller.set_failure_callback(callback, call).await
    })
}

generated!("listener");
