//! `Mutex` and `Condvar` as std has them, made of pthread's, for ThreadSanitizer.
//!
//! ThreadSanitizer knows what pthread's locks order. Those of std are futexes inside a library that
//! was compiled without it, so it would report a race for everything they protect. `tree.py` puts
//! these in their place, in a copy of the sources that is only built for the tests.

#![allow(missing_docs, unsafe_code, dead_code)]
#![allow(clippy::undocumented_unsafe_blocks, unreachable_pub)]

use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::{LockResult, TryLockError, TryLockResult};
use std::time::Duration;

pub struct Mutex<T: ?Sized> {
    raw: UnsafeCell<libc::pthread_mutex_t>,
    data: UnsafeCell<T>,
}

unsafe impl<T: ?Sized + Send> Send for Mutex<T> {}
unsafe impl<T: ?Sized + Send> Sync for Mutex<T> {}
impl<T: ?Sized> UnwindSafe for Mutex<T> {}
impl<T: ?Sized> RefUnwindSafe for Mutex<T> {}

pub struct MutexGuard<'a, T: ?Sized> {
    mutex: &'a Mutex<T>,
    not_send: PhantomData<*const ()>,
}

impl<T> Mutex<T> {
    pub const fn new(data: T) -> Self {
        Mutex {
            raw: UnsafeCell::new(libc::PTHREAD_MUTEX_INITIALIZER),
            data: UnsafeCell::new(data),
        }
    }

    pub fn into_inner(self) -> LockResult<T> {
        Ok(self.data.into_inner())
    }
}

impl<T: ?Sized> Mutex<T> {
    fn guard(&self) -> MutexGuard<'_, T> {
        MutexGuard {
            mutex: self,
            not_send: PhantomData,
        }
    }

    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        unsafe { libc::pthread_mutex_lock(self.raw.get()) };
        Ok(self.guard())
    }

    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        match unsafe { libc::pthread_mutex_trylock(self.raw.get()) } {
            0 => Ok(self.guard()),
            _ => Err(TryLockError::WouldBlock),
        }
    }

    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        Ok(self.data.get_mut())
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Mutex::new(T::default())
    }
}

impl<T: ?Sized> fmt::Debug for Mutex<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Mutex")
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        unsafe { &*self.mutex.data.get() }
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        unsafe { &mut *self.mutex.data.get() }
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        unsafe { libc::pthread_mutex_unlock(self.mutex.raw.get()) };
    }
}

#[derive(Debug)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

pub struct Condvar {
    raw: UnsafeCell<libc::pthread_cond_t>,
}

unsafe impl Send for Condvar {}
unsafe impl Sync for Condvar {}
impl UnwindSafe for Condvar {}
impl RefUnwindSafe for Condvar {}

impl Condvar {
    pub const fn new() -> Self {
        Condvar {
            raw: UnsafeCell::new(libc::PTHREAD_COND_INITIALIZER),
        }
    }

    pub fn notify_one(&self) {
        unsafe { libc::pthread_cond_signal(self.raw.get()) };
    }

    pub fn notify_all(&self) {
        unsafe { libc::pthread_cond_broadcast(self.raw.get()) };
    }

    pub fn wait<'a, T: ?Sized>(
        &self,
        guard: MutexGuard<'a, T>,
    ) -> LockResult<MutexGuard<'a, T>> {
        unsafe { libc::pthread_cond_wait(self.raw.get(), guard.mutex.raw.get()) };
        Ok(guard)
    }

    pub fn wait_while<'a, T: ?Sized>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut holds: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        while holds(&mut guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    pub fn wait_timeout<'a, T: ?Sized>(
        &self,
        guard: MutexGuard<'a, T>,
        timeout: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        // A condition that was not told otherwise goes by the wall clock.
        let mut until = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        let status = unsafe {
            libc::clock_gettime(libc::CLOCK_REALTIME, &mut until);
            let nanos = i64::from(timeout.subsec_nanos()) + until.tv_nsec;
            until.tv_sec += timeout.as_secs().min(1 << 31) as i64 + nanos / 1_000_000_000;
            until.tv_nsec = nanos % 1_000_000_000;
            libc::pthread_cond_timedwait(self.raw.get(), guard.mutex.raw.get(), &until)
        };
        Ok((guard, WaitTimeoutResult(status == libc::ETIMEDOUT)))
    }
}

impl Default for Condvar {
    fn default() -> Self {
        Condvar::new()
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Condvar")
    }
}
