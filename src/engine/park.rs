//! How a thread waits: for a word from another thread, for a socket, and for the end of its call.

use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError, Weak};
use std::time::{Duration, Instant};

use once_cell::sync::OnceCell;
use rustix::event::PollFlags;
use smallvec::SmallVec;

use super::call::{Call, Canceller};
use super::sys::{self, PerProcess, Ready, WakeFd};

/// Locks, also where a panic happened under the lock: what our locks guard is changed in steps that
/// leave it whole, and a lost lock would make every later call hang.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The same, if nobody has it.
pub(crate) fn try_lock<T: ?Sized>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// What goes on when a parker is woken with which no thread waits.
pub(crate) trait Woken: std::fmt::Debug + Send + Sync {
    /// It can go on. Called under any lock, so it only takes note.
    fn wake(self: Arc<Self>);

    /// Goes on here, for who holds no lock and knows of nobody else who would.
    fn go_on(self: Arc<Self>);
}

/// One waiting thread, or something that goes on without one. A wake that comes before the wait is
/// not lost.
#[derive(Debug, Default)]
pub(crate) struct Parker {
    state: Mutex<ParkState>,
    woken: Condvar,
    /// Whether it was woken since [`Parker::expect_wake`].
    is_signalled: AtomicBool,
    /// In place of a thread.
    task: OnceCell<Weak<dyn Woken>>,
}

#[derive(Debug, Default)]
struct ParkState {
    is_woken: bool,
    /// The thread is at the condition variable. Waking it costs a system call.
    is_parked: bool,
    /// Set while the thread polls, where a condition variable does not reach it.
    wake_fd: Option<Arc<WakeFd>>,
}

impl Parker {
    /// One with which no thread waits: this goes on when it is woken.
    pub(crate) fn of(task: Weak<dyn Woken>) -> Arc<Parker> {
        Arc::new(Parker {
            task: OnceCell::with_value(task),
            ..Parker::default()
        })
    }

    /// Whether a thread waits with it.
    pub(crate) fn has_thread(&self) -> bool {
        self.task.get().is_none()
    }

    /// From now on [`Parker::is_signalled`] says whether it was woken.
    pub(crate) fn expect_wake(&self) {
        self.is_signalled.store(false, Ordering::SeqCst);
    }

    pub(crate) fn is_signalled(&self) -> bool {
        self.is_signalled.load(Ordering::SeqCst)
    }

    /// Wakes from a thread that is none of the controller's, with no lock held.
    pub(crate) fn wake_from_outside(&self) {
        self.wake();
        if let Some(task) = self.task.get().and_then(Weak::upgrade) {
            task.go_on();
        }
    }

    pub(crate) fn wake(&self) {
        self.is_signalled.store(true, Ordering::SeqCst);
        if let Some(task) = self.task.get() {
            if let Some(task) = task.upgrade() {
                task.wake();
            }
            return;
        }
        let mut state = lock(&self.state);
        if !state.is_woken {
            state.is_woken = true;
            match &state.wake_fd {
                Some(wake_fd) => wake_fd.set(),
                None if state.is_parked => self.woken.notify_one(),
                None => {}
            }
        }
    }

    /// Waits for [`Parker::wake`], the end of the call or the deadline. May return early.
    pub(crate) fn park(&self, call: &Call, deadline: Option<Instant>) {
        let canceller = call.canceller();
        if call.is_cancelled() {
            return;
        }
        match canceller {
            Canceller::Nobody => self.park_uncancelled(deadline),
            Canceller::Fd(fd) if self.poll(None, &[fd], deadline).is_ok() => {}
            Canceller::Fd(_) | Canceller::Unknown => self.park_uncancelled(sooner(deadline)),
        }
    }

    fn park_uncancelled(&self, deadline: Option<Instant>) {
        let mut state = lock(&self.state);
        while !state.is_woken {
            state.is_parked = true;
            state = match deadline {
                None => self
                    .woken
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        state.is_parked = false;
                        return;
                    }
                    let waited = self.woken.wait_timeout(state, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        state.is_woken = false;
        state.is_parked = false;
    }

    /// Waits for [`Parker::wake`], the end of the call, the socket or the deadline; whether the
    /// socket has something. May return early.
    pub(crate) fn park_on(
        &self,
        fd: BorrowedFd<'_>,
        events: PollFlags,
        call: &Call,
        deadline: Option<Instant>,
    ) -> std::io::Result<bool> {
        let ready = self.park_beside(Some((fd, events)), None, call, deadline)?;
        Ok(ready.socket)
    }

    /// The same, also without a socket, and with another descriptor that ends the waiting, for which
    /// `first` stands then.
    pub(crate) fn park_beside(
        &self,
        socket: Option<(BorrowedFd<'_>, PollFlags)>,
        other: Option<BorrowedFd<'_>>,
        call: &Call,
        deadline: Option<Instant>,
    ) -> std::io::Result<Ready> {
        let canceller = call.canceller();
        if call.is_cancelled() {
            return Ok(Ready::default());
        }
        let mut wakes: SmallVec<[BorrowedFd<'_>; 2]> = other.into_iter().collect();
        let deadline = match canceller {
            Canceller::Nobody => deadline,
            Canceller::Fd(cancel) => {
                wakes.push(cancel);
                deadline
            }
            Canceller::Unknown => sooner(deadline),
        };
        self.poll(socket, &wakes, deadline)
    }

    fn poll(
        &self,
        socket: Option<(BorrowedFd<'_>, PollFlags)>,
        others: &[BorrowedFd<'_>],
        deadline: Option<Instant>,
    ) -> std::io::Result<Ready> {
        let wake_fd = WakePool::get();
        {
            let mut state = lock(&self.state);
            if std::mem::take(&mut state.is_woken) {
                if let Ok(wake_fd) = wake_fd {
                    WakePool::put(wake_fd);
                }
                return Ok(Ready::default());
            }
            if let Ok(wake_fd) = &wake_fd {
                state.wake_fd = Some(Arc::clone(wake_fd));
            }
        }
        let Ok(wake_fd) = wake_fd else {
            // No descriptor is left to be woken by.
            return sys::wait_each(socket, others, sooner(deadline));
        };
        let mut wakes: SmallVec<[BorrowedFd<'_>; 3]> = SmallVec::from_slice(others);
        wakes.push(wake_fd.as_fd());
        let ready = sys::wait_each(socket, &wakes, deadline);
        drop(wakes);
        {
            let mut state = lock(&self.state);
            state.wake_fd = None;
            if std::mem::take(&mut state.is_woken) {
                wake_fd.clear();
            }
        }
        WakePool::put(wake_fd);
        ready
    }
}

/// For who cannot be woken, and so looks often.
pub(crate) fn sooner(deadline: Option<Instant>) -> Option<Instant> {
    let soon = Instant::now() + NO_WAKE_FD;
    Some(deadline.map_or(soon, |at| at.min(soon)))
}

/// Wake-up descriptors that nobody waits on now: a waiting thread borrows one, so that an idle
/// controller needs none.
struct WakePool;

/// How often a thread looks that cannot be woken.
const NO_WAKE_FD: Duration = Duration::from_millis(5);
/// More threads than this seldom wait concurrently; what is left over is closed.
const POOL_SIZE: usize = 16;
static POOL: PerProcess<Mutex<Vec<Arc<WakeFd>>>> =
    PerProcess::new(Mutex::new(Vec::new()), Mutex::default);

impl WakePool {
    fn get() -> std::io::Result<Arc<WakeFd>> {
        match lock(POOL.get()).pop() {
            Some(wake_fd) => Ok(wake_fd),
            None => Ok(Arc::new(WakeFd::new()?)),
        }
    }

    fn put(wake_fd: Arc<WakeFd>) {
        let mut pool = lock(POOL.get());
        if pool.len() < POOL_SIZE {
            pool.push(wake_fd);
        }
    }
}

/// Closes the descriptors of [`WakePool`]; called when the last controller goes.
pub(crate) fn close_idle_wake_fds() {
    let fds = std::mem::take(&mut *lock(POOL.get()));
    drop(fds);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::unix::net::UnixStream;

    #[test]
    fn a_wake_is_not_lost_and_counts_once() {
        let parker = Parker::default();
        parker.wake();
        parker.park(&Call::none(), None);
        let soon = Instant::now() + Duration::from_millis(10);
        parker.park(&Call::none(), Some(soon));
        assert!(Instant::now() >= soon);
    }

    #[test]
    fn a_thread_at_a_socket_is_woken_by_either() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let parker = Arc::new(Parker::default());
        let waker = Arc::clone(&parker);
        let thread = std::thread::spawn(move || waker.wake());
        let fd = ours.as_fd();
        let call = Call::none();
        assert!(!parker.park_on(fd, PollFlags::IN, &call, None).unwrap());
        thread.join().unwrap();
        theirs.write_all(b"x").unwrap();
        assert!(parker.park_on(fd, PollFlags::IN, &call, None).unwrap());
    }

    #[test]
    fn the_end_of_the_call_ends_each_way_to_wait() {
        let (ours, _theirs) = UnixStream::pair().unwrap();
        let fd = ours.as_fd();
        let parker = Parker::default();
        let call = Arc::new(Call::default());
        let canceller = Arc::clone(&call);
        let thread = std::thread::spawn(move || canceller.cancel());
        while !call.is_cancelled() {
            parker.park(&call, None);
        }
        thread.join().unwrap();
        // And each later one, for its state is not cleared.
        parker.park(&call, None);
        assert!(!parker.park_on(fd, PollFlags::IN, &call, None).unwrap());
        // A wake under a call that goes on.
        let call = Call::default();
        parker.wake();
        parker.park(&call, None);
        parker.wake();
        assert!(!parker.park_on(fd, PollFlags::IN, &call, None).unwrap());
    }
}
