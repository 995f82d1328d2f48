//! An operation of several steps: what it waits for now, and who sees to it that it goes on.
//!
//! An operation is an `async` function: a state machine that the compiler writes. When it cannot go
//! on it says here what it waits for, besides being woken by its [`Parker`]: a moment, a descriptor.
//! Who drives it sees to that: a thread of the program that waits for the outcome
//! (`Conversation::block_on`), or the I/O thread and whoever reads ([`super::tasks`]).

use std::future::poll_fn;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Instant;

use rustix::event::PollFlags;

use super::call::Call;
use super::park::{lock, Parker};
use super::role::Terms;
use super::sys;
use crate::error::Error;
use crate::session::CORK;

/// What an operation waits for besides its parker and the end of its call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Needs {
    pub(crate) deadline: Option<Instant>,
    pub(crate) fd: Option<(Arc<OwnedFd>, PollFlags)>,
    /// How a thread waits that does nothing else; without, as one that has something to do next.
    pub(crate) terms: Option<Terms>,
    /// It is woken when this comes, whatever comes first.
    is_answer: bool,
    /// The end of the call does not end it.
    pub(crate) ignores_cancel: bool,
}

impl Needs {
    fn until(deadline: Option<Instant>) -> Needs {
        Needs {
            deadline,
            ..Needs::default()
        }
    }
}

/// See the module's comment.
#[derive(Debug)]
pub struct Operation {
    call: Arc<Call>,
    parker: Arc<Parker>,
    needs: Mutex<Needs>,
    /// Why nobody can see to what it needs.
    lack: Mutex<Option<Error>>,
    /// It is being begun, and does not look for its first answer, which may be there already: it goes
    /// on when its turn comes among those whose answers have come, so that they end in the order of
    /// the answers.
    is_beginning: AtomicBool,
}

impl Operation {
    pub(crate) fn new(call: Arc<Call>, parker: Arc<Parker>) -> Operation {
        Operation {
            call,
            parker,
            needs: Mutex::default(),
            lack: Mutex::default(),
            is_beginning: AtomicBool::new(false),
        }
    }

    /// One for which the calling thread waits.
    pub fn blocking(call: &Arc<Call>) -> Operation {
        Operation::new(Arc::clone(call), Arc::default())
    }

    pub(crate) fn call(&self) -> &Arc<Call> {
        &self.call
    }

    /// What is woken when the operation can go on.
    pub(crate) fn parker(&self) -> &Arc<Parker> {
        &self.parker
    }

    pub(super) fn set_beginning(&self, is_beginning: bool) {
        self.is_beginning.store(is_beginning, Ordering::SeqCst);
    }

    /// What it waits for, after it could not go on.
    pub(crate) fn needs(&self) -> Needs {
        lock(&self.needs).clone()
    }

    /// Nobody can see to it: what it does now fails.
    pub(crate) fn fail(&self, error: Error) {
        *lock(&self.lack) = Some(error);
    }

    /// Waits until `look` finds something, which it is asked after each wake. None when the deadline
    /// has passed.
    pub(crate) async fn until<T>(
        &self,
        deadline: Option<Instant>,
        look: impl FnMut() -> Option<T>,
    ) -> Result<Option<T>, Error> {
        self.wait(Needs::until(deadline), look).await
    }

    /// The same, also when the call is cancelled: for clearing away what was begun.
    pub(crate) async fn until_despite_cancel<T>(
        &self,
        deadline: Option<Instant>,
        look: impl FnMut() -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let needs = Needs {
            ignores_cancel: true,
            ..Needs::until(deadline)
        };
        self.wait(needs, look).await
    }

    /// The same as [`Operation::until`] for an answer. Of several that were begun the next will be waited for as well, so a
    /// thread keeps the reading role between them.
    pub(crate) async fn until_answered<T>(
        &self,
        deadline: Option<Instant>,
        look: impl FnMut() -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let needs = Needs {
            terms: Some(Terms {
                consumers: 0,
                requests: 0,
                lease: CORK,
                only_reads: !self.call.can_be_cancelled(),
            }),
            is_answer: true,
            ..Needs::until(deadline)
        };
        self.wait(needs, look).await
    }

    /// Waits until the descriptor is ready. False when the deadline has passed, or `is_stopped`.
    pub(crate) async fn until_ready(
        &self,
        fd: &Arc<OwnedFd>,
        events: PollFlags,
        deadline: Option<Instant>,
        is_stopped: &(dyn Fn() -> bool + Sync),
    ) -> Result<bool, Error> {
        let look = || {
            if is_stopped() {
                return Some(Ok(false));
            }
            let ready = sys::wait_ready(Some((fd.as_fd(), events)), &[], Some(Instant::now()));
            match ready {
                Ok(false) => None,
                Ok(true) => Some(Ok(true)),
                Err(error) => Some(Err(Error::system("cannot wait for a descriptor", &error))),
            }
        };
        let needs = Needs {
            fd: Some((Arc::clone(fd), events)),
            ..Needs::until(deadline)
        };
        self.wait(needs, look).await?.unwrap_or(Ok(false))
    }

    async fn wait<T>(
        &self,
        needs: Needs,
        mut look: impl FnMut() -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let found = poll_fn(|_| {
            if needs.is_answer && self.is_beginning.load(Ordering::SeqCst) {
                // The reply will wake it, or has done so.
                *lock(&self.needs) = needs.clone();
                return Poll::Pending;
            }
            if let Some(found) = look() {
                return Poll::Ready(Ok(Some(found)));
            }
            if !needs.ignores_cancel && self.call.is_cancelled() {
                return Poll::Ready(Err(Error::Cancelled));
            }
            if let Some(error) = lock(&self.lack).take() {
                return Poll::Ready(Err(error));
            }
            if needs.deadline.is_some_and(|at| Instant::now() >= at) {
                return Poll::Ready(Ok(None));
            }
            *lock(&self.needs) = needs.clone();
            Poll::Pending
        });
        let found = found.await;
        *lock(&self.needs) = Needs::default();
        found
    }
}
