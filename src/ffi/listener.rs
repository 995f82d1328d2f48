//! What stands behind src/tables/listener.rs.

use super::generated::*;
use crate::engine::dispatch::CallbackResult;
use crate::engine::{end_here, Origin};
use crate::proto::event::{Kind, KindSet};

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

fn add(
    controller: &Arc<Tor>,
    kinds: KindSet,
    listener: torctl_listener_fn,
    user_data: UserData,
    call: &Arc<Call>,
    id: &mut Out<'_, u64>,
) -> Result<(), Error> {
    let listener = listener.ok_or_else(|| null("listener"))?;
    let callback = Box::new(move |event: &Event| {
        // SAFETY: by the header the function takes this pointer, and the event until it returns.
        match user_data.call(|pointer| unsafe { listener(event, pointer) }) {
            TORCTL_OK => CallbackResult::Continue,
            TORCTL_END => CallbackResult::Remove,
            status => CallbackResult::Failed(status),
        }
    });
    let added = controller.add_listener(kinds, callback, &mut |number| id.put(number), call);
    if added.is_err() {
        id.put(0);
    }
    added.map(|_| ())
}

fn set_failure(
    controller: &Arc<Tor>,
    failure: torctl_failure_fn,
    user_data: UserData,
    call: &Arc<Call>,
) -> Result<(), Error> {
    let Some(failure) = failure else {
        return controller.set_failure_callback(None, call);
    };
    let callback = Box::new(move |id, status, event: &Event| {
        // SAFETY: as for a listener.
        user_data.call(|pointer| unsafe { failure(id, status, event, pointer) })
    });
    controller.set_failure_callback(Some(callback), call)
}

generated!("listener");
