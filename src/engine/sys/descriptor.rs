//! Descriptors that a forked child gives back although threads that it does not have seem to hold
//! them.
//!
//! A thread that waits at a socket holds a share in it, and in the child that share is never
//! dropped. So every descriptor of the library that the program does not know by its number stands
//! in a table. A child closes all that it inherited, once, when it frees the first thing that it
//! inherited. Each is looked at before: a child that has closed all descriptors itself may have
//! others under the same numbers. What is only closed here goes on in the parent.

use std::io;
use std::mem::ManuallyDrop;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use super::Origin;

/// Numbers below this are registered. One above is closed by whoever drops it, in a child as well.
const NUMBERS: usize = 1 << 14;

/// What stands under the numbers that are open: see [`identity`]. One table for this process, the
/// other for what it inherited.
struct Table {
    entries: [AtomicU64; NUMBERS],
    /// No entry is set from here on.
    end: AtomicUsize,
}

impl Table {
    const fn new() -> Table {
        Table {
            entries: [const { AtomicU64::new(0) }; NUMBERS],
            end: AtomicUsize::new(0),
        }
    }
}

static TABLES: [Table; 2] = [Table::new(), Table::new()];

/// A word that tells sockets and files from each other, and from other kinds; never 0.
fn identity(fd: BorrowedFd<'_>) -> u64 {
    match rustix::fs::fstat(fd) {
        Ok(stat) => stat.st_ino << 1 | 1,
        Err(_) => 1,
    }
}

/// Says that a descriptor is the library's, until it is dropped, which is to be before the
/// descriptor is closed.
#[derive(Debug)]
pub(crate) struct Registration {
    fd: RawFd,
    origin: Origin,
}

impl Registration {
    pub(crate) fn of(fd: BorrowedFd<'_>) -> Registration {
        Registration::with(fd.as_raw_fd(), identity(fd))
    }

    fn with(raw: RawFd, identity: u64) -> Registration {
        let origin = Origin::here();
        let table = &TABLES[origin.parity()];
        if let Some(entry) = table.entries.get(raw as usize) {
            entry.store(identity, Ordering::SeqCst);
            table.end.fetch_max(raw as usize + 1, Ordering::SeqCst);
        }
        Registration { fd: raw, origin }
    }

    /// Whether the descriptor is closed, or will be, by [`close_inherited`].
    fn is_inherited(&self) -> bool {
        !self.origin.is_here() && (self.fd as usize) < NUMBERS
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        if self.origin.is_here() {
            let table = &TABLES[self.origin.parity()];
            if let Some(entry) = table.entries.get(self.fd as usize) {
                entry.store(0, Ordering::SeqCst);
            }
        }
    }
}

/// Closes this process's copies of what it inherited.
pub(crate) fn close_inherited() {
    let table = &TABLES[1 - Origin::here().parity()];
    let end = table.end.swap(0, Ordering::SeqCst);
    for (number, entry) in table.entries.iter().enumerate().take(end) {
        let known = match entry.load(Ordering::Relaxed) {
            0 => 0,
            _ => entry.swap(0, Ordering::SeqCst),
        };
        if known != 0 {
            close_if(number as RawFd, known);
        }
    }
}

/// Closes a descriptor whose owner is never going to drop it, if it is still what it was.
fn close_if(raw: RawFd, known: u64) {
    // SAFETY: a number is all that a system call needs, and one that is not open is told so.
    let fd = unsafe { BorrowedFd::borrow_raw(raw) };
    if identity(fd) == known {
        // SAFETY: it is the library's, which has taken it out of the table and will not close it again.
        unsafe { rustix::io::close(raw) };
    }
}

/// A descriptor of the library.
#[derive(Debug)]
pub(crate) struct Descriptor {
    fd: ManuallyDrop<OwnedFd>,
    identity: u64,
    /// None for one that the program may know by its number: a child keeps that until it frees what
    /// it belongs to.
    registration: Option<Registration>,
    is_closed: AtomicBool,
}

impl Descriptor {
    /// One that the program does not know.
    pub(crate) fn new(fd: OwnedFd) -> Descriptor {
        let mut descriptor = Descriptor::shown(fd);
        let raw = descriptor.fd.as_raw_fd();
        descriptor.registration = Some(Registration::with(raw, descriptor.identity));
        descriptor
    }

    /// The same for one of many: all of the kind look alike, and this is how.
    pub(crate) fn like(fd: OwnedFd, identity: &AtomicU64) -> Descriptor {
        let known = match identity.load(Ordering::Relaxed) {
            0 => self::identity(fd.as_fd()),
            known => known,
        };
        identity.store(known, Ordering::Relaxed);
        Descriptor {
            registration: Some(Registration::with(fd.as_raw_fd(), known)),
            fd: ManuallyDrop::new(fd),
            identity: known,
            is_closed: AtomicBool::new(false),
        }
    }

    /// One that the program may know by its number.
    pub(crate) fn shown(fd: OwnedFd) -> Descriptor {
        Descriptor {
            identity: identity(fd.as_fd()),
            fd: ManuallyDrop::new(fd),
            registration: None,
            is_closed: AtomicBool::new(false),
        }
    }

    /// Closes a child's copy of one that is shown, though others may seem to hold a share in it.
    pub(crate) fn close_copy(&self) {
        if !self.is_closed.swap(true, Ordering::SeqCst) {
            close_if(self.fd.as_raw_fd(), self.identity);
        }
    }

    /// Puts another descriptor in the place of a child's copy, under the same number.
    pub(crate) fn replace_copy(&self, other: BorrowedFd<'_>) -> io::Result<()> {
        if identity(self.as_fd()) != self.identity {
            return Ok(());
        }
        // SAFETY: the number is the library's, and whoever has it goes on to find a descriptor there.
        let own = unsafe { OwnedFd::from_raw_fd(self.fd.as_raw_fd()) };
        let mut own = ManuallyDrop::new(own);
        rustix::io::dup2(other, &mut own)?;
        Ok(rustix::io::fcntl_setfd(
            &*own,
            rustix::io::FdFlags::CLOEXEC,
        )?)
    }
}

impl AsFd for Descriptor {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        let registration = self.registration.take();
        let is_inherited = registration
            .as_ref()
            .is_some_and(Registration::is_inherited);
        // Before another thread can have the number.
        drop(registration);
        if !is_inherited && !self.is_closed.swap(true, Ordering::SeqCst) {
            // SAFETY: dropped here only, and not used after this.
            unsafe { ManuallyDrop::drop(&mut self.fd) };
        }
    }
}

#[cfg(test)]
mod tests;
