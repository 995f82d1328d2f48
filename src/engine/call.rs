//! What a program can say about one request: its deadline, and that it is wanted no more.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use once_cell::sync::Lazy;

use super::park::{lock, Parker};

/// Settings of a call, and the handle to cancel it by. May serve several requests, also at once.
#[derive(Debug)]
pub struct Call {
    /// Milliseconds; negative means the controller's default.
    timeout_ms: AtomicI64,
    is_cancelled: AtomicBool,
    waiting: Mutex<Vec<Weak<Parker>>>,
    /// Nobody has a handle to cancel it by.
    is_default: bool,
}

/// What requests without a call of their own share.
static DEFAULT: Lazy<Arc<Call>> = Lazy::new(|| {
    Arc::new(Call {
        is_default: true,
        ..Call::default()
    })
});

impl Default for Call {
    fn default() -> Call {
        Call {
            timeout_ms: AtomicI64::new(-1),
            is_cancelled: AtomicBool::new(false),
            waiting: Mutex::default(),
            is_default: false,
        }
    }
}

impl Call {
    /// The controller's default timeout, and not to be cancelled.
    pub fn none() -> Arc<Call> {
        Arc::clone(&DEFAULT)
    }

    /// Sets the timeout of requests that begin after this; negative means the controller's default.
    pub fn set_timeout_ms(&self, timeout_ms: i64) {
        self.timeout_ms.store(timeout_ms, Ordering::Relaxed);
    }

    /// The timeout, if it is not the controller's default.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        let timeout_ms = self.timeout_ms.load(Ordering::Relaxed);
        u64::try_from(timeout_ms).ok().map(Duration::from_millis)
    }

    /// Ends all requests that run under this call, and those that will.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::SeqCst);
        for parker in lock(&self.waiting).iter().filter_map(Weak::upgrade) {
            parker.wake();
        }
    }

    /// Whether anybody has a handle to cancel it by.
    pub(crate) fn can_be_cancelled(&self) -> bool {
        !self.is_default
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::SeqCst)
    }

    /// Has the thread behind `parker` woken by [`Call::cancel`] until the guard is dropped.
    pub(crate) fn watch(&self, parker: &Arc<Parker>) -> Watch<'_> {
        if !self.is_default {
            lock(&self.waiting).push(Arc::downgrade(parker));
        }
        Watch {
            call: self,
            parker: Arc::downgrade(parker),
        }
    }
}

pub(crate) struct Watch<'a> {
    call: &'a Call,
    parker: Weak<Parker>,
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if self.call.is_default {
            return;
        }
        lock(&self.call.waiting).retain(|other| !other.ptr_eq(&self.parker));
    }
}
