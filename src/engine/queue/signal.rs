//! The queue's descriptor, which is readable while something is to be taken or the queue has ended.

use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Mutex;

use crate::engine::park::lock;
use crate::engine::sys::WakeFd;
use crate::error::Error;

#[derive(Debug)]
pub(crate) struct ReadySignal {
    fd: WakeFd,
    /// Locked before the queue's contents, and while the descriptor is changed.
    is_set: Mutex<bool>,
}

impl ReadySignal {
    /// With a descriptor that the program may know; `what` says for what there is none.
    pub(crate) fn shown(what: &'static str) -> Result<ReadySignal, Error> {
        let fd = WakeFd::shown().map_err(|error| Error::system(what, &error))?;
        Ok(ReadySignal::new(fd))
    }

    pub(crate) fn new(fd: WakeFd) -> ReadySignal {
        ReadySignal {
            fd,
            is_set: Mutex::new(false),
        }
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// Makes the descriptor what `wanted` says by now, which may be what it is already: another
    /// thread may have changed its mind, or have been here first.
    pub(crate) fn match_to(&self, wanted: impl FnOnce() -> bool) {
        let mut is_set = lock(&self.is_set);
        let wanted = wanted();
        if wanted != *is_set {
            *is_set = wanted;
            if wanted {
                self.fd.set();
            } else {
                self.fd.clear();
            }
        }
    }

    /// Gives back the descriptor in a forked child, which the program asks for no more.
    pub(crate) fn close_copy(&self) {
        self.fd.close_copy();
    }

    /// Makes the child's copy readable. Without a descriptor for that, it is what the parent's is.
    pub(crate) fn set_copy(&self) {
        let _ = self.fd.set_copy();
    }
}

#[cfg(test)]
mod tests;
