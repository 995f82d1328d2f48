//! Which reactor sees to a conversation's socket, timers and tasks: the process's, with its thread, or
//! one of its own, for a controller that starts no thread.
//!
//! Of its own reactor the program polls the descriptor and runs the rounds
//! (`Controller::run_round`), and so does each of its threads while it waits for something.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use once_cell::sync::OnceCell;

use super::park::{Parker, Woken};
use super::reactor::Reactor;

/// See the module's comment.
#[derive(Debug, Default)]
pub(crate) struct Home {
    is_thread_free: AtomicBool,
    own: OnceCell<Arc<Reactor>>,
}

impl Home {
    /// No thread is started from now on. Before anything is seen to.
    pub(crate) fn set_thread_free(&self) {
        self.is_thread_free.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_thread_free(&self) -> bool {
        self.is_thread_free.load(Ordering::Relaxed)
    }

    /// A share in the reactor, which is made if there is none.
    pub(crate) fn reactor(&self) -> io::Result<Arc<Reactor>> {
        match self.is_thread_free() {
            true => self.own.get_or_try_init(Reactor::without_thread).cloned(),
            false => Reactor::share(),
        }
    }

    /// The reactor of a controller that starts no thread. None for others, and where none can be had.
    pub(crate) fn own(&self) -> Option<&Arc<Reactor>> {
        match self.is_thread_free() {
            true => self.own.get_or_try_init(Reactor::without_thread).ok(),
            false => None,
        }
    }

    /// What makes the program's loop look when it is woken.
    pub(crate) fn parker(&self) -> io::Result<Arc<Parker>> {
        let reactor: Arc<dyn Woken> = self.reactor()?;
        Ok(Parker::of(Arc::downgrade(&reactor)))
    }

    /// Makes the program's loop look, if it does that.
    pub(crate) fn wake(&self) {
        if let Some(reactor) = self.own.get() {
            Arc::clone(reactor).wake();
        }
    }
}
