//! The one wrapper that every fallible export goes through.

use std::cell::Cell;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use super::args::{share, share_any_call, share_call, Out};
use super::error::torctl_error;
use super::status::*;
use crate::api::Tor;
use crate::engine::call::Call;
use crate::engine::{Origin, Uncancelled};
use crate::error::Error;

thread_local! {
    static IS_INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// A panic is a mistake of ours and becomes INTERNAL; the host's stderr is not ours to write to.
/// Other code of the process that shares this copy of std keeps the hook it has.
fn keep_quiet() {
    // Not a lock: in a forked child the thread that had it might not exist.
    static IS_DONE: AtomicBool = AtomicBool::new(false);
    if IS_DONE.load(Ordering::Relaxed) || IS_DONE.swap(true, Ordering::SeqCst) {
        return;
    }
    let host_hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let is_ours = IS_INSIDE.try_with(Cell::get).unwrap_or(true)
            || std::thread::current()
                .name()
                .is_some_and(|name| name.starts_with("torctl-"));
        if !is_ours {
            host_hook(info);
        }
    }));
}

/// Runs the body, whose panic ends here. Not generic: what is needed to catch a panic would else be
/// in the library once for each export.
#[inline(never)]
fn shield(body: &mut dyn FnMut()) {
    keep_quiet();
    let _uncancelled = Uncancelled::begin();
    let was_inside = IS_INSIDE.replace(true);
    // Who wants to know whether it ran to its end sees that by what it left behind.
    let _ = catch_unwind(AssertUnwindSafe(body));
    IS_INSIDE.set(was_inside);
}

/// Runs the body; writes `err` on every path.
pub(super) fn guard(
    err: Out<'_, *mut torctl_error>,
    body: impl FnOnce() -> Result<torctl_status, Error>,
) -> torctl_status {
    let mut body = Some(body);
    run(err, &mut || body.take().map(|body| body()))
}

/// Not generic, as [`shield`] is not.
#[inline(never)]
fn run(
    err: Out<'_, *mut torctl_error>,
    body: &mut dyn FnMut() -> Option<Result<torctl_status, Error>>,
) -> torctl_status {
    let mut outcome = None;
    let origin = Origin::here();
    shield(&mut || outcome = body());
    if !origin.is_here() {
        // By a function of the program that was called, which returned in the child.
        outcome = Some(Err(Error::forked()));
    }
    report(err, outcome)
}

/// The handles of a request.
pub(super) struct Handles {
    controller: *const Tor,
    call: *const Call,
    /// Whether the call need not be waited for.
    can_begin: bool,
}

impl Handles {
    /// # Safety
    /// As for [`share`], until the export returns.
    pub(super) unsafe fn of(controller: *const Tor, call: *const Call) -> Handles {
        Handles {
            controller,
            call,
            can_begin: false,
        }
    }

    fn share(&self) -> Result<(Arc<Tor>, Arc<Call>), Error> {
        // SAFETY: by the contract of `of`.
        let controller = unsafe { share(self.controller, "controller") }?;
        let call = match self.can_begin {
            // SAFETY: as above.
            true => unsafe { share_any_call(self.call) }?,
            // SAFETY: as above.
            false => unsafe { share_call(self.call) }?,
        };
        Ok((controller, call))
    }
}

/// [`guard_named`] for a request, which works on shares in its handles.
pub(super) fn guard_request(
    err: Out<'_, *mut torctl_error>,
    handles: Handles,
    names: &'static [(&'static str, &'static str)],
    body: impl FnOnce(&Arc<Tor>, &Arc<Call>) -> Result<torctl_status, Error>,
) -> torctl_status {
    let mut body = Some(body);
    run_request(err, &handles, names, &mut |shares| {
        // Without shares the body ends here, and with it what the program gave to be destroyed.
        let body = body.take()?;
        let (controller, call) = shares?;
        Some(body(controller, call))
    })
}

/// The shares that the body of a request works on.
type Shares<'a> = Option<(&'a Arc<Tor>, &'a Arc<Call>)>;

/// Not generic, as [`shield`] is not.
#[inline(never)]
fn run_request(
    err: Out<'_, *mut torctl_error>,
    handles: &Handles,
    names: &'static [(&'static str, &'static str)],
    body: &mut dyn FnMut(Shares<'_>) -> Option<Result<torctl_status, Error>>,
) -> torctl_status {
    run(err, &mut || {
        let outcome = match handles.share() {
            Ok((controller, call)) => body(Some((&controller, &call)))?,
            Err(error) => {
                body(None);
                Err(error)
            }
        };
        Some(outcome.map_err(|error| error.called(names)))
    })
}

/// The same for a request that can be begun: with where its outcome goes, if it is not waited for.
pub(super) fn guard_call(
    err: Out<'_, *mut torctl_error>,
    handles: Handles,
    names: &'static [(&'static str, &'static str)],
    body: impl FnOnce(&Arc<Tor>, &Arc<Call>) -> Result<torctl_status, Error>,
) -> torctl_status {
    let handles = Handles {
        can_begin: true,
        ..handles
    };
    guard_request(err, handles, names, body)
}

/// Likewise, for an export whose arguments are called otherwise by what it calls: pairs of the name
/// there and that of the header.
pub(super) fn guard_named(
    err: Out<'_, *mut torctl_error>,
    names: &'static [(&'static str, &'static str)],
    body: impl FnOnce() -> Result<torctl_status, Error>,
) -> torctl_status {
    guard(err, || body().map_err(|error| error.called(names)))
}

/// What the export returns; no outcome is a panic's.
fn report(
    err: Out<'_, *mut torctl_error>,
    outcome: Option<Result<torctl_status, Error>>,
) -> torctl_status {
    let error = match outcome {
        Some(Ok(status)) => {
            err.set(std::ptr::null_mut());
            return status;
        }
        Some(Err(error)) => torctl_error::from(error),
        None => torctl_error::internal(),
    };
    let status = error.status;
    match err.is_wanted() {
        true => err.set(Box::into_raw(Box::new(error))),
        false => drop(error),
    }
    status
}

/// For an export that cannot fail: the fallback in case of a mistake of ours.
pub(super) fn guard_or<T>(fallback: T, body: impl FnOnce() -> T) -> T {
    let mut body = Some(body);
    let mut value = None;
    shield(&mut || value = body.take().map(|body| body()));
    value.unwrap_or(fallback)
}

/// What an export frees.
pub(super) trait Freed {}

impl<T> Freed for T {}

/// Drops an object. Not generic, as [`shield`] is not.
#[inline(never)]
pub(super) fn free(object: Option<Box<dyn Freed + '_>>) {
    let mut object = object;
    shield(&mut || drop(object.take()));
}

/// The answer of an accessor, whose body cannot panic; `none` where there is none.
#[inline(always)]
pub(super) fn ask<T>(none: T, body: impl FnOnce() -> Option<T>) -> T {
    body().unwrap_or(none)
}

/// Likewise, for a body that does more than to look.
pub(super) fn ask_guarded<T>(none: T, body: impl FnOnce() -> Option<T>) -> T {
    match guard_or(None, body) {
        Some(answer) => answer,
        None => none,
    }
}
