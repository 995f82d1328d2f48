//! What a program can say about one request: its deadline, and that it is wanted no more.
//!
//! [`Call::cancel`] may run in a signal handler, so also in the middle of anything that its own
//! thread does here. It is a store and a write to a descriptor: it takes no lock, allocates nothing
//! and leaves errno as it is. The descriptor is made by the first thread that waits, which
//! publishes it before it looks whether the call is cancelled; it stays readable, and so wakes all
//! who wait.

use std::any::Any;
use std::fmt;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{fence, AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use once_cell::race::OnceBox;
use once_cell::sync::OnceCell;

use super::sys::{self, Origin, WakeFd};
use crate::error::Error;

/// An object, of a type that whoever takes it knows.
pub type Given = Box<dyn Any + Send>;

/// What takes the outcomes of calls that the program does not wait for.
pub trait Completes: fmt::Debug + Send + Sync {
    /// An outcome will come. False if it is not taken.
    fn expect(&self) -> bool;

    /// The outcome of what was begun with this tag, for one that was expected.
    fn complete(&self, tag: u64, outcome: Result<Given, Error>);
}

/// Where the outcome of a begun call goes.
#[derive(Clone, Debug)]
pub struct Destination {
    pub(crate) to: Arc<dyn Completes>,
    /// The program's, by which it knows the call.
    pub(crate) tag: u64,
}

/// Settings of a call, and the handle to cancel it by. May serve several requests concurrently.
#[derive(Debug)]
pub struct Call {
    /// Milliseconds; negative means the controller's default.
    timeout_ms: AtomicI64,
    is_cancelled: AtomicBool,
    /// Where the outcomes of what is begun with it go; without, what asks with it waits.
    destination: Mutex<Option<Destination>>,
    /// What asks tor waits until the controller is ready.
    waits_ready: AtomicBool,
    /// Never cleared, and closed with the call.
    wake: OnceCell<WakeFd>,
    /// Nobody has a handle to cancel it by.
    is_default: bool,
    origin: Origin,
}

/// What a thread polls that waits under a call.
#[derive(Debug)]
pub(crate) enum Canceller<'a> {
    /// Nothing: there is nobody who could cancel.
    Nobody,
    /// Readable when the call is cancelled.
    Fd(BorrowedFd<'a>),
    /// There is no descriptor to be had: the thread must look at the call from time to time.
    Unknown,
}

/// What requests without a call of their own share.
static DEFAULT: OnceBox<Arc<Call>> = OnceBox::new();

impl Default for Call {
    fn default() -> Call {
        Call {
            timeout_ms: AtomicI64::new(-1),
            is_cancelled: AtomicBool::new(false),
            waits_ready: AtomicBool::new(false),
            destination: Mutex::default(),
            wake: OnceCell::new(),
            is_default: false,
            origin: Origin::here(),
        }
    }
}

impl Call {
    /// The controller's default timeout, and not to be cancelled.
    pub fn none() -> Arc<Call> {
        // Nobody waits for another thread that makes it, which a forked child would not have.
        let make = || {
            Box::new(Arc::new(Call {
                is_default: true,
                ..Call::default()
            }))
        };
        Arc::clone(DEFAULT.get_or_init(make))
    }

    /// Whether this process made it.
    pub(crate) fn is_here(&self) -> bool {
        self.origin.is_here()
    }

    /// Sets the timeout of requests that begin after this; negative means the controller's default.
    pub fn set_timeout_ms(&self, timeout_ms: i64) {
        self.timeout_ms.store(timeout_ms, Ordering::Relaxed);
    }

    /// What begins with it after this is not waited for: its outcome goes there. None for what is
    /// waited for again.
    pub fn set_destination(&self, destination: Option<Destination>) {
        *self.destination() = destination;
    }

    /// Where the outcome of what begins now goes, if it is not waited for.
    pub fn begins_in(&self) -> Option<Destination> {
        match self.is_default {
            true => None,
            false => self.destination().clone(),
        }
    }

    fn destination(&self) -> MutexGuard<'_, Option<Destination>> {
        let destination = self.destination.lock();
        destination.unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether requests that begin after this wait for a controller that is not ready.
    pub fn set_waits_ready(&self, waits_ready: bool) {
        self.waits_ready.store(waits_ready, Ordering::Relaxed);
    }

    pub(crate) fn waits_ready(&self) -> bool {
        self.waits_ready.load(Ordering::Relaxed)
    }

    /// The timeout, if it is not the controller's default.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        let timeout_ms = self.timeout_ms.load(Ordering::Relaxed);
        u64::try_from(timeout_ms).ok().map(Duration::from_millis)
    }

    /// Ends all requests that run under this call, and those that will. Async-signal-safe; whatever
    /// is added here must be, too.
    pub fn cancel(&self) {
        // A forked child shares the descriptor: what it cancels must not end the waits of its parent.
        if !self.is_here() {
            return;
        }
        self.is_cancelled.store(true, Ordering::SeqCst);
        // Either a thread that is about to wait sees the store, or its descriptor is seen here.
        fence(Ordering::SeqCst);
        if let Some(wake) = self.wake.get() {
            sys::keeping_errno(|| wake.set());
        }
    }

    /// Whether anybody has a handle to cancel it by.
    pub(crate) fn can_be_cancelled(&self) -> bool {
        !self.is_default
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::SeqCst)
    }

    /// What to poll. Ask for it before looking whether the call is cancelled.
    pub(crate) fn canceller(&self) -> Canceller<'_> {
        if self.is_default {
            return Canceller::Nobody;
        }
        let made = self.wake.get_or_try_init(WakeFd::new);
        fence(Ordering::SeqCst);
        made.map_or(Canceller::Unknown, |wake| Canceller::Fd(wake.as_fd()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_readable(fd: BorrowedFd<'_>) -> bool {
        let now = Some(std::time::Instant::now());
        sys::wait_ready(Some((fd, rustix::event::PollFlags::IN)), &[], now).unwrap()
    }

    #[test]
    fn a_cancel_is_seen_by_who_waits_and_by_who_is_about_to() {
        let call = Call::default();
        let Canceller::Fd(fd) = call.canceller() else {
            panic!("no descriptor");
        };
        assert!(!is_readable(fd) && !call.is_cancelled());
        call.cancel();
        // For all, and for good.
        assert!(is_readable(fd) && is_readable(fd) && call.is_cancelled());
        let late = Call::default();
        late.cancel();
        assert!(late.wake.get().is_none() && late.is_cancelled());
        assert!(matches!(Call::none().canceller(), Canceller::Nobody));
    }

    #[test]
    fn a_cancel_keeps_errno() {
        let call = Call::default();
        let Canceller::Fd(fd) = call.canceller() else {
            panic!("no descriptor");
        };
        // As often as the counter takes, and once more, which fails.
        rustix::io::write(fd, &(u64::MAX - 1).to_ne_bytes()).unwrap();
        let before = std::fs::File::open("/nonexistent").unwrap_err();
        call.cancel();
        let after = std::io::Error::last_os_error();
        assert_eq!(before.raw_os_error(), after.raw_os_error());
    }

    #[test]
    fn a_child_does_not_cancel_what_its_parent_waits_for() {
        let call = Call {
            origin: Origin::elsewhere(),
            ..Call::default()
        };
        let Canceller::Fd(fd) = call.canceller() else {
            panic!("no descriptor");
        };
        call.cancel();
        assert!(!is_readable(fd));
    }
}
