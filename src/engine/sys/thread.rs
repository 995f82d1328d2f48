//! The library's threads, and what is true of those of the program that call it.

use std::io;
use std::thread::JoinHandle;

use super::origin::Origin;

/// Starts a named thread that takes no signal meant for the host. The synchronous fault signals
/// stay with the host's crash handler.
pub(crate) fn spawn(
    name: &str,
    stack_bytes: usize,
    body: impl FnOnce() + Send + 'static,
) -> io::Result<Thread> {
    let mask = SignalMask::block_all();
    let thread = std::thread::Builder::new()
        .name(name.to_string())
        .stack_size(stack_bytes)
        .spawn(body);
    drop(mask);
    Ok(Thread {
        handle: Some(thread?),
        origin: Origin::here(),
    })
}

/// The caller's signal mask, restored when dropped. The new thread inherits the blocked one.
struct SignalMask(libc::sigset_t);

impl SignalMask {
    fn block_all() -> SignalMask {
        // SAFETY: an all-zero sigset_t is a valid value; the calls below fill it.
        let mut all: libc::sigset_t = unsafe { std::mem::zeroed() };
        let mut old = all;
        // SAFETY: `all` is a valid set.
        unsafe { libc::sigfillset(&mut all) };
        for fault in [
            libc::SIGSEGV,
            libc::SIGBUS,
            libc::SIGFPE,
            libc::SIGILL,
            libc::SIGTRAP,
        ] {
            // SAFETY: `all` is a valid set and the number a valid signal.
            unsafe { libc::sigdelset(&mut all, fault) };
        }
        // SAFETY: both sets are valid; this concerns the calling thread only.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &all, &mut old) };
        SignalMask(old)
    }
}

impl Drop for SignalMask {
    fn drop(&mut self) {
        // SAFETY: the set is the one that the system gave us for this thread.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.0, std::ptr::null_mut()) };
    }
}

/// A thread of this process. Not std's, which would leave something behind in a foreign thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ThreadId(libc::pthread_t);

impl ThreadId {
    pub(crate) fn current() -> ThreadId {
        // SAFETY: it takes nothing and cannot fail.
        ThreadId(unsafe { libc::pthread_self() })
    }
}

/// A thread of the library, which goes on when this is dropped. In a forked child there is no such
/// thread: neither is it waited for there nor touched in any other way.
#[derive(Debug)]
pub(crate) struct Thread {
    handle: Option<JoinHandle<()>>,
    origin: Origin,
}

impl Thread {
    /// Waits for its end.
    pub(crate) fn join(mut self) {
        if self.origin.is_here() {
            let _ = self.handle.take().map(JoinHandle::join);
        }
    }

    pub(crate) fn id(&self) -> Option<ThreadId> {
        use std::os::unix::thread::JoinHandleExt;
        let handle = self.handle.as_ref();
        handle.map(|handle| ThreadId(handle.as_pthread_t() as libc::pthread_t))
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        if !self.origin.is_here() {
            std::mem::forget(self.handle.take());
        }
    }
}

/// While it lives, pthread_cancel() waits: it would unwind through the library, which ends the
/// process.
#[derive(Debug)]
pub(crate) struct Uncancelled(libc::c_int);

extern "C" {
    fn pthread_setcancelstate(state: libc::c_int, old: *mut libc::c_int) -> libc::c_int;
}

impl Uncancelled {
    /// PTHREAD_CANCEL_DISABLE, where it is not the same everywhere.
    const DISABLE: libc::c_int = cfg!(not(target_vendor = "apple")) as libc::c_int;

    pub(crate) fn begin() -> Uncancelled {
        let mut old = 0;
        // SAFETY: `old` is a place for the result; this concerns the calling thread only.
        unsafe { pthread_setcancelstate(Uncancelled::DISABLE, &mut old) };
        Uncancelled(old)
    }
}

impl Drop for Uncancelled {
    fn drop(&mut self) {
        let mut old = 0;
        // SAFETY: the state is the one that the thread had.
        unsafe { pthread_setcancelstate(self.0, &mut old) };
    }
}

/// Ends this thread where it stands, and with it a process that has no other. For the child of a
/// fork that a function of the program made while the library had called it: what called it is the
/// parent's.
pub(crate) fn end_here() -> ! {
    #[cfg(target_os = "linux")]
    // SAFETY: a system call without pointers, which does not return.
    unsafe {
        libc::syscall(libc::SYS_exit, 0)
    };
    // SAFETY: it takes no pointers and does not return.
    unsafe { libc::_exit(0) }
}

/// Runs something of a signal handler, after which errno is what it was for the interrupted thread.
pub(crate) fn keeping_errno(work: impl FnOnce()) {
    #[cfg(target_os = "linux")]
    // SAFETY: it takes nothing, cannot fail, and gives this thread's own place.
    let place = unsafe { libc::__errno_location() };
    #[cfg(any(target_vendor = "apple", target_os = "freebsd"))]
    // SAFETY: as above.
    let place = unsafe { libc::__error() };
    #[cfg(any(target_os = "openbsd", target_os = "netbsd", target_os = "android"))]
    // SAFETY: as above.
    let place = unsafe { libc::__errno() };
    // SAFETY: the place is valid for as long as this thread lives.
    let errno = unsafe { place.read() };
    work();
    // SAFETY: as above.
    unsafe { place.write(errno) };
}

#[cfg(test)]
mod tests;
