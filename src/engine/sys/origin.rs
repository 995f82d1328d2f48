//! Which process something was made in.
//!
//! The child of a fork has a copy of every object, but none of the threads, and it shares the
//! descriptors: it must not wait for a lock that a thread held which is not there, and must not say
//! anything on a connection that is the parent's. So an object carries its [`Origin`], and whoever
//! is asked for something looks at it first. That costs two loads from memory and no system call:
//! the number of the process stands on a page that the kernel gives to a child empty. No handler is
//! needed, so every way to fork is noticed.

use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

/// The number of this process, counted along the line of its parents, from 1; 0 as long as a forked
/// child has not looked. NULL until somebody has looked at all, and where the kernel has no such
/// page.
static PAGE: AtomicPtr<AtomicU64> = AtomicPtr::new(std::ptr::null_mut());
/// The largest number that an object may carry.
static LAST: AtomicU64 = AtomicU64::new(0);
/// Without such a page: the process's id in the upper half, its number in the lower.
static BY_ID: AtomicU64 = AtomicU64::new(0);

/// The number of this process.
#[inline]
fn number() -> u64 {
    let page = PAGE.load(Ordering::Acquire);
    if !page.is_null() {
        // SAFETY: what is stored there is a page of `make_page`, which is never given back.
        let number = unsafe { &*page }.load(Ordering::Relaxed);
        if number != 0 {
            return number;
        }
    }
    first_look()
}

#[cold]
fn first_look() -> u64 {
    let Some(page) = page() else {
        return number_by_id();
    };
    let next = LAST.load(Ordering::SeqCst) + 1;
    match page.compare_exchange(0, next, Ordering::SeqCst, Ordering::SeqCst) {
        Ok(_) => next,
        Err(number) => number,
    }
}

/// The page, which is made if there is none. Two threads may make one at the same time, and nobody
/// waits.
fn page() -> Option<&'static AtomicU64> {
    let mut page = PAGE.load(Ordering::Acquire);
    // An earlier look has found that there are none.
    if page.is_null() && BY_ID.load(Ordering::Relaxed) == 0 {
        let new = make_page()?;
        let put = PAGE.compare_exchange(page, new, Ordering::SeqCst, Ordering::SeqCst);
        page = put.map_or_else(|other| other, |_| new);
    }
    // SAFETY: NULL, or a page of `make_page`, which is never given back.
    unsafe { page.as_ref() }
}

/// A page that is empty after a fork.
#[cfg(target_os = "linux")]
fn make_page() -> Option<*mut AtomicU64> {
    const BYTES: usize = size_of::<AtomicU64>();
    let (prot, flags) = (
        libc::PROT_READ | libc::PROT_WRITE,
        libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
    );
    // SAFETY: asks for new memory, wherever there is room.
    let page = unsafe { libc::mmap(std::ptr::null_mut(), BYTES, prot, flags, -1, 0) };
    if page == libc::MAP_FAILED {
        return None;
    }
    // SAFETY: this concerns the memory that was just made, which nobody uses yet.
    if unsafe { libc::madvise(page, BYTES, libc::MADV_WIPEONFORK) } != 0 {
        // SAFETY: as above.
        unsafe { libc::munmap(page, BYTES) };
        return None;
    }
    Some(page.cast())
}

#[cfg(not(target_os = "linux"))]
fn make_page() -> Option<*mut AtomicU64> {
    None
}

/// The same by the process's id, for which the system is asked each time.
fn number_by_id() -> u64 {
    let id = u64::from(std::process::id()) << 32;
    let mut seen = BY_ID.load(Ordering::SeqCst);
    loop {
        let number = seen & u64::from(u32::MAX);
        if seen != 0 && seen - number == id {
            return number;
        }
        match BY_ID.compare_exchange(seen, id | (number + 1), Ordering::SeqCst, Ordering::SeqCst) {
            Ok(_) => return number + 1,
            Err(other) => seen = other,
        }
    }
}

/// The process in which something was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin(u64);

impl Origin {
    /// This process.
    pub(crate) fn here() -> Origin {
        let number = number();
        // Before anything carries it, so that no child counts itself as this process.
        if LAST.load(Ordering::SeqCst) < number {
            LAST.fetch_max(number, Ordering::SeqCst);
        }
        Origin(number)
    }

    /// Whether that is this process, and not one that this process was forked from.
    #[inline]
    pub(crate) fn is_here(self) -> bool {
        self.0 == number()
    }

    /// A process that this one was forked from.
    #[cfg(test)]
    pub(crate) fn elsewhere() -> Origin {
        Origin(0)
    }

    /// Which of two tables the process uses: never that of its parent.
    pub(super) fn parity(self) -> usize {
        (self.0 % 2) as usize
    }
}

/// Something of which each process has its own. A forked child begins with a new one and leaves
/// alone what it inherited, also locks that a thread held which it does not have.
pub(crate) struct PerProcess<T: 'static> {
    first: T,
    /// Whose that is; 0 is nobody's yet.
    first_of: AtomicU64,
    /// That of a process which inherited the first one. Never given back.
    later: AtomicPtr<Later<T>>,
    make: fn() -> T,
}

struct Later<T> {
    of: u64,
    value: T,
}

impl<T: Sync> PerProcess<T> {
    pub(crate) const fn new(first: T, make: fn() -> T) -> PerProcess<T> {
        PerProcess {
            first,
            first_of: AtomicU64::new(0),
            later: AtomicPtr::new(std::ptr::null_mut()),
            make,
        }
    }

    /// That of this process.
    #[inline]
    pub(crate) fn get(&self) -> &T {
        let here = number();
        if self.first_of.load(Ordering::Acquire) == here {
            return &self.first;
        }
        self.find(here)
    }

    #[cold]
    fn find(&self, here: u64) -> &T {
        let first_of = &self.first_of;
        match first_of.compare_exchange(0, here, Ordering::SeqCst, Ordering::SeqCst) {
            Ok(_) => return &self.first,
            Err(other) if other == here => return &self.first,
            Err(_) => {}
        }
        let mut seen = self.later.load(Ordering::Acquire);
        loop {
            // SAFETY: NULL, or a pointer that was stored below, to what is never given back.
            if let Some(later) = unsafe { seen.as_ref() }.filter(|later| later.of == here) {
                return &later.value;
            }
            let new = Box::into_raw(Box::new(Later {
                of: here,
                value: (self.make)(),
            }));
            let put = self
                .later
                .compare_exchange(seen, new, Ordering::SeqCst, Ordering::SeqCst);
            match put {
                Ok(_) => seen = new,
                Err(other) => {
                    // SAFETY: it was made above and nobody else has seen it.
                    drop(unsafe { Box::from_raw(new) });
                    seen = other;
                }
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::sync::Mutex;

    /// Runs the look in a forked child; whether it said yes.
    pub(in crate::engine::sys) fn child_says(look: impl FnOnce() -> bool) -> bool {
        // SAFETY: the child only looks, and ends without running anything else of this program.
        match unsafe { libc::fork() } {
            0 => {
                let code = i32::from(!look());
                // SAFETY: ends the child.
                unsafe { libc::_exit(code) }
            }
            child => {
                let mut status = -1;
                // SAFETY: `status` is a place for the result.
                unsafe { libc::waitpid(child, &mut status, 0) };
                status == 0
            }
        }
    }

    #[test]
    fn a_child_knows_what_is_its_own() {
        let ours = Origin::here();
        assert!(ours.is_here());
        assert!(child_says(|| {
            let its = Origin::here();
            let is_told = !ours.is_here() && its.is_here() && its.parity() != ours.parity();
            is_told && child_says(|| !ours.is_here() && !its.is_here() && Origin::here().is_here())
        }));
        assert!(ours.is_here());
    }

    #[test]
    fn by_the_id_as_well() {
        let ours = number_by_id();
        assert_eq!(number_by_id(), ours);
        assert!(child_says(
            || number_by_id() == ours + 1 && number_by_id() == ours + 1
        ));
        assert_eq!(number_by_id(), ours);
    }

    #[test]
    fn a_child_waits_for_no_lock_of_its_parent() {
        static COUNT: PerProcess<Mutex<u32>> = PerProcess::new(Mutex::new(0), Mutex::default);
        let mut held = COUNT.get().lock().unwrap();
        *held = 7;
        assert!(child_says(|| {
            let is_new = COUNT.get().try_lock().is_ok_and(|mut count| {
                *count += 1;
                *count == 1
            });
            is_new && COUNT.get().try_lock().is_ok_and(|count| *count == 1)
        }));
        assert_eq!(*held, 7);
        drop(held);
        assert_eq!(*COUNT.get().lock().unwrap(), 7);
    }
}
