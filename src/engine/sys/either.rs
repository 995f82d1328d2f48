//! One descriptor for two.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// A descriptor that is readable while one of the two is, which it is not to outlive.
#[cfg(target_os = "linux")]
pub(crate) fn either(first: BorrowedFd<'_>, second: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    use rustix::event::epoll;
    let both = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    for fd in [first, second] {
        epoll::add(
            both.as_fd(),
            fd,
            epoll::EventData::new_u64(0),
            epoll::EventFlags::IN,
        )?;
    }
    Ok(both)
}

/// The same, where there is no epoll.
#[cfg(not(target_os = "linux"))]
pub(crate) fn either(first: BorrowedFd<'_>, second: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    use rustix::event::kqueue::{kevent, kqueue, Event, EventFilter, EventFlags};
    use std::os::fd::AsRawFd;
    let both = kqueue()?;
    rustix::io::fcntl_setfd(&both, rustix::io::FdFlags::CLOEXEC)?;
    for fd in [first, second] {
        let filter = EventFilter::Read(fd.as_raw_fd());
        let added = Event::new(filter, EventFlags::ADD, std::ptr::null_mut());
        let mut none: [Event; 0] = [];
        // SAFETY: the descriptor is open, and the caller closes it after this one.
        unsafe { kevent(&both, &[added], &mut none, None)? };
    }
    Ok(both)
}
