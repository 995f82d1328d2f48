//! Operations that no thread waits for: each goes on in whichever thread brings what it waits for.
//!
//! What an operation waits for is brought by who reads the socket, by the I/O thread when it is time
//! or a descriptor is ready, or by a thread that was started for it. Waking only puts the task into a
//! list, for it happens under locks; it goes on when the thread has let go of them
//! ([`Tasks::run`]). One task of a conversation runs at a time.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use mio::Interest;
use rustix::event::PollFlags;

use super::call::{Call, Canceller};
use super::home::Home;
use super::operation::{Needs, Operation};
use super::park::{lock, Parker, Woken};
use super::reactor::{Reactor, Served};
use crate::error::Error;

/// What a task does.
pub(crate) type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The tasks of a conversation.
#[derive(Debug, Default)]
pub struct Tasks {
    inner: Mutex<Inner>,
    /// Whether some can go on, for who looks after each read.
    has_ready: AtomicBool,
    /// Where what they need is seen to.
    home: Home,
}

#[derive(Debug, Default)]
struct Inner {
    all: Vec<Arc<Task>>,
    ready: VecDeque<Arc<Task>>,
    is_running: bool,
}

/// An operation on its way.
pub(crate) struct Task {
    tasks: Weak<Tasks>,
    operation: Arc<Operation>,
    /// None when it is over.
    work: Mutex<Option<Work>>,
    is_ready: AtomicBool,
    is_running: AtomicBool,
    /// It was woken while it ran.
    runs_again: AtomicBool,
    seen_to: Mutex<Option<SeenTo>>,
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").finish_non_exhaustive()
    }
}

/// The task's share in the I/O thread, and what that watches for it.
#[derive(Debug)]
struct SeenTo {
    reactor: Arc<Reactor>,
    number: usize,
    fd: Option<Arc<OwnedFd>>,
    is_call_watched: bool,
}

impl Tasks {
    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    /// Starts an operation, which goes as far as it can in this thread: what one thread begins is
    /// written in its order.
    pub(crate) fn spawn(
        self: &Arc<Self>,
        call: Arc<Call>,
        begin: Box<dyn FnOnce(Arc<Operation>) -> Work + '_>,
    ) {
        let task = Arc::new_cyclic(|weak: &Weak<Task>| {
            let woken: Weak<dyn Woken> = Weak::<Task>::clone(weak);
            let operation = Arc::new(Operation::new(call, Parker::of(woken)));
            let work = begin(Arc::clone(&operation));
            Task {
                tasks: Arc::downgrade(self),
                operation,
                work: Mutex::new(Some(work)),
                is_ready: AtomicBool::new(false),
                is_running: AtomicBool::new(false),
                runs_again: AtomicBool::new(false),
                seen_to: Mutex::new(None),
            }
        });
        lock(&self.inner).all.push(Arc::clone(&task));
        task.operation.set_beginning(true);
        self.step(&task);
        self.run();
    }

    fn step(&self, task: &Arc<Task>) {
        if task.run() {
            let mut inner = lock(&self.inner);
            inner.all.retain(|other| !Arc::ptr_eq(other, task));
        }
    }

    /// Lets all look again: something has changed that concerns each.
    pub(crate) fn wake_all(&self) {
        let all = lock(&self.inner).all.clone();
        for task in all {
            task.wake();
        }
    }

    /// Runs what can go on, unless another thread is at it, which then runs all. To be called with no
    /// lock held.
    #[inline]
    pub(crate) fn run(&self) {
        if self.has_ready.load(Ordering::SeqCst) {
            self.run_ready();
        }
    }

    #[cold]
    fn run_ready(&self) {
        loop {
            let task = {
                let mut inner = lock(&self.inner);
                if inner.is_running {
                    return;
                }
                let Some(task) = inner.ready.pop_front() else {
                    self.has_ready.store(false, Ordering::SeqCst);
                    return;
                };
                inner.is_running = true;
                task.is_ready.store(false, Ordering::SeqCst);
                task
            };
            self.step(&task);
            lock(&self.inner).is_running = false;
        }
    }
}

impl Woken for Task {
    fn wake(self: Arc<Self>) {
        let Some(tasks) = self.tasks.upgrade() else {
            return;
        };
        let mut inner = lock(&tasks.inner);
        if !self.is_ready.swap(true, Ordering::SeqCst) {
            inner.ready.push_back(self);
            tasks.has_ready.store(true, Ordering::SeqCst);
        }
    }

    fn go_on(self: Arc<Self>) {
        if let Some(tasks) = self.tasks.upgrade() {
            tasks.run();
        }
    }
}

impl Task {
    /// Goes as far as it can, unless it is at it, perhaps in this thread: then it does so when that is
    /// done. Whether it is over.
    fn run(self: &Arc<Self>) -> bool {
        loop {
            self.runs_again.store(true, Ordering::SeqCst);
            if self.is_running.swap(true, Ordering::SeqCst) {
                return false;
            }
            self.runs_again.store(false, Ordering::SeqCst);
            let is_over = self.step();
            self.operation.set_beginning(false);
            self.is_running.store(false, Ordering::SeqCst);
            if is_over || !self.runs_again.load(Ordering::SeqCst) {
                return is_over;
            }
        }
    }

    /// Goes as far as it can. Whether it is over.
    fn step(self: &Arc<Self>) -> bool {
        if let Some(seen_to) = &mut *lock(&self.seen_to) {
            // The operation may be about to give the descriptor away.
            let _ = seen_to.watch(None);
        }
        let mut work = lock(&self.work);
        let Some(future) = work.as_mut() else {
            return true;
        };
        let mut context = Context::from_waker(Waker::noop());
        // A panic would be a mistake of ours. It ends the operation, and not its thread.
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut context)));
        if matches!(polled, Ok(Poll::Pending)) {
            drop(work);
            if let Err(error) = self.see_to(&self.operation.needs()) {
                self.operation.fail(Error::system("no I/O thread", &error));
                Arc::clone(self).wake();
            }
            return false;
        }
        let over = work.take();
        drop(work);
        let _ = catch_unwind(AssertUnwindSafe(|| drop(over)));
        let seen_to = lock(&self.seen_to).take();
        if let Some(mut seen_to) = seen_to {
            seen_to.forget_call(&self.operation);
            let _ = seen_to.watch(None);
            seen_to.reactor.leave(seen_to.number);
        }
        true
    }

    /// Has the I/O thread see to what the operation needs.
    fn see_to(self: &Arc<Self>, needs: &Needs) -> io::Result<()> {
        let can_be_cancelled = self.operation.call().can_be_cancelled();
        let mut seen_to = lock(&self.seen_to);
        let needs_nothing = needs.deadline.is_none() && needs.fd.is_none() && !can_be_cancelled;
        let seen_to = match &mut *seen_to {
            None if needs_nothing => return Ok(()),
            Some(seen_to) => seen_to,
            none => {
                let Some(tasks) = self.tasks.upgrade() else {
                    return Ok(());
                };
                let reactor = tasks.home.reactor()?;
                let served: Arc<dyn Served> = Arc::<Task>::clone(self);
                let number = reactor.enter(Arc::downgrade(&served));
                none.insert(SeenTo {
                    reactor,
                    number,
                    fd: None,
                    is_call_watched: false,
                })
            }
        };
        if !seen_to.is_call_watched {
            seen_to.watch_call(&self.operation);
            // Others of this call may have been told of its end before.
            if self.operation.call().is_cancelled() {
                Arc::clone(self).wake();
            }
        }
        seen_to.watch(needs.fd.as_ref())?;
        if let Some(at) = needs.deadline {
            seen_to.reactor.set_timer(seen_to.number, at);
        }
        Ok(())
    }

    fn go(self: Arc<Self>) {
        Arc::clone(&self).wake();
        self.go_on();
    }
}

impl SeenTo {
    /// Watches this descriptor and no other.
    fn watch(&mut self, fd: Option<&(Arc<OwnedFd>, PollFlags)>) -> io::Result<()> {
        if let Some(old) = self.fd.take() {
            let watched = Some(Interest::READABLE);
            self.reactor
                .watch(self.number, old.as_fd(), watched, None)?;
        }
        if let Some((fd, events)) = fd {
            let interest = match events.contains(PollFlags::OUT) {
                true => Interest::WRITABLE,
                false => Interest::READABLE,
            };
            let new = Some(interest);
            self.reactor.watch(self.number, fd.as_fd(), None, new)?;
            self.fd = Some(Arc::clone(fd));
        }
        Ok(())
    }

    /// Watches for the end of the call, if that can be had.
    fn watch_call(&mut self, operation: &Operation) {
        if let Canceller::Fd(fd) = operation.call().canceller() {
            let watched = self.reactor.watch_shared(self.number, fd);
            self.is_call_watched = watched.is_ok();
        }
    }

    fn forget_call(&mut self, operation: &Operation) {
        if let (true, Canceller::Fd(fd)) = (self.is_call_watched, operation.call().canceller()) {
            let _ = self.reactor.unwatch_shared(self.number, fd);
        }
    }
}

impl Served for Task {
    fn write_ready(self: Arc<Self>) {
        self.go();
    }

    fn read_ready(self: Arc<Self>) -> bool {
        self.go();
        false
    }

    fn timer(self: Arc<Self>) -> Option<Instant> {
        self.go();
        None
    }

    fn end(self: Arc<Self>) {
        let over = lock(&self.work).take();
        drop(over);
    }
}
