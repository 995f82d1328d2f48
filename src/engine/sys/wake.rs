//! A descriptor that wakes whoever polls it: an eventfd, a pair of sockets elsewhere.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::AtomicU64;

use super::descriptor::Descriptor;

/// A descriptor that is readable from [`WakeFd::set`] until [`WakeFd::clear`].
#[derive(Debug)]
pub(crate) struct WakeFd {
    read: Descriptor,
    /// The writing end where there is no eventfd.
    #[cfg(not(target_os = "linux"))]
    write: Descriptor,
}

#[cfg(target_os = "linux")]
impl WakeFd {
    fn with(read: impl FnOnce(OwnedFd) -> Descriptor) -> io::Result<WakeFd> {
        use rustix::event::EventfdFlags;
        let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
        let fd = rustix::event::eventfd(0, flags)?;
        Ok(WakeFd { read: read(fd) })
    }

    fn writer(&self) -> &Descriptor {
        &self.read
    }
}

#[cfg(not(target_os = "linux"))]
impl WakeFd {
    fn with(reader: impl FnOnce(OwnedFd) -> Descriptor) -> io::Result<WakeFd> {
        // A pair of std's is non-blocking and close-on-exec on every system with that choice.
        let (read, write) = std::os::unix::net::UnixStream::pair()?;
        read.set_nonblocking(true)?;
        write.set_nonblocking(true)?;
        Ok(WakeFd {
            read: reader(read.into()),
            write: Descriptor::new(write.into()),
        })
    }

    fn writer(&self) -> &Descriptor {
        &self.write
    }
}

impl WakeFd {
    pub(crate) fn new() -> io::Result<WakeFd> {
        static IDENTITY: AtomicU64 = AtomicU64::new(0);
        let all_alike = cfg!(target_os = "linux");
        WakeFd::with(|fd| match all_alike {
            true => Descriptor::like(fd, &IDENTITY),
            false => Descriptor::new(fd),
        })
    }

    /// One whose number the program may know.
    pub(crate) fn shown() -> io::Result<WakeFd> {
        WakeFd::with(Descriptor::shown)
    }

    /// See [`Descriptor::close_copy`].
    pub(crate) fn close_copy(&self) {
        self.read.close_copy();
    }

    /// In a child, which shares this one with its parent: makes its copy readable, for good and for
    /// nobody else.
    pub(crate) fn set_copy(&self) -> io::Result<()> {
        let other = WakeFd::new()?;
        other.set();
        self.read.replace_copy(other.as_fd())
    }

    pub(crate) fn set(&self) {
        // It fails only when the counter or the buffer is full, and then it is readable already.
        let _ = rustix::io::write(self.writer().as_fd(), &1u64.to_ne_bytes());
    }

    pub(crate) fn clear(&self) {
        let mut buf = [0; 512];
        while matches!(rustix::io::read(self.as_fd(), &mut buf), Ok(512)) {}
    }
}

impl AsFd for WakeFd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.read.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::sys::socket::{wait_ready, READABLE};
    use std::os::unix::net::UnixStream;
    use std::time::Instant;

    #[test]
    fn a_wake_descriptor_is_readable_until_cleared() {
        let (quiet, _other) = UnixStream::pair().unwrap();
        let wake = WakeFd::new().unwrap();
        let is_readable = |wake: &WakeFd| {
            let now = Some(Instant::now());
            wait_ready(Some((wake.as_fd(), READABLE)), &[quiet.as_fd()], now).unwrap()
        };
        assert!(!is_readable(&wake));
        wake.set();
        wake.set();
        assert!(is_readable(&wake));
        wake.clear();
        assert!(!is_readable(&wake));
    }
}
