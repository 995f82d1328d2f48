//! Sockets: sends without SIGPIPE, receives, waiting for one of several descriptors.

use std::io::{self, IoSlice};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags};
use smallvec::SmallVec;

/// Sends what the socket takes now of the slices. A gone peer is an error and never a SIGPIPE.
pub(crate) fn send_all(fd: impl AsFd, slices: &[IoSlice<'_>]) -> io::Result<usize> {
    let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
    loop {
        let sent = match slices {
            [slice] => rustix::net::send(&fd, slice, flags),
            _ => rustix::net::sendmsg(&fd, slices, &mut Default::default(), flags),
        };
        match sent {
            Err(Errno::INTR) => continue,
            other => return Ok(other?),
        }
    }
}

/// Receives what has arrived; 0 at the end of the stream.
pub(crate) fn recv(fd: impl AsFd, buf: &mut [u8]) -> io::Result<usize> {
    loop {
        match rustix::net::recv(&fd, &mut *buf, RecvFlags::DONTWAIT) {
            Err(Errno::INTR) => continue,
            other => return Ok(other?.0),
        }
    }
}

/// The same, but waits for something to arrive, until [`set_receive_timeout`] or a signal ends it.
pub(crate) fn recv_waiting(fd: impl AsFd, buf: &mut [u8]) -> io::Result<usize> {
    match rustix::net::recv(&fd, buf, RecvFlags::empty()) {
        Err(Errno::INTR) => Err(io::ErrorKind::WouldBlock.into()),
        other => Ok(other?.0),
    }
}

/// Waits like [`recv_waiting`], and leaves what has arrived where it is.
pub(crate) fn wait_readable(fd: impl AsFd) -> io::Result<()> {
    match rustix::net::recv(&fd, &mut [0; 1], RecvFlags::PEEK) {
        Err(Errno::INTR) => Err(io::ErrorKind::WouldBlock.into()),
        other => Ok(other.map(|_| ())?),
    }
}

/// How many bytes lie in the socket, ready to be received.
pub(crate) fn readable_bytes(fd: impl AsFd) -> u64 {
    // It fails for nothing that can be received from.
    rustix::io::ioctl_fionread(fd).unwrap_or(0)
}

/// How long [`recv_waiting`] waits.
pub(crate) fn set_receive_timeout(fd: impl AsFd, timeout: Duration) -> io::Result<()> {
    let receive = rustix::net::sockopt::Timeout::Recv;
    Ok(rustix::net::sockopt::set_socket_timeout(
        fd,
        receive,
        Some(timeout),
    )?)
}

/// Ends the conversation in both directions: whoever polls or reads the socket is woken.
pub(crate) fn shutdown(fd: impl AsFd) {
    // It fails only when the peer was faster, which is as good.
    let _ = rustix::net::shutdown(fd, rustix::net::Shutdown::Both);
}

/// What is waited for where something is to be read.
pub(super) const READABLE: PollFlags = PollFlags::IN;

/// Waits until the socket has any of the events (or hung up), one of `wakes` is readable, or the
/// deadline has passed. A signal may end it early. Whether the socket has something.
pub(crate) fn wait_ready(
    socket: Option<(BorrowedFd<'_>, PollFlags)>,
    wakes: &[BorrowedFd<'_>],
    deadline: Option<Instant>,
) -> io::Result<bool> {
    Ok(wait_each(socket, wakes, deadline)?.socket)
}

/// What [`wait_each`] found.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ready {
    /// The socket has something.
    pub(crate) socket: bool,
    /// So has the first of the others.
    pub(crate) first: bool,
}

/// The same, and says more.
pub(crate) fn wait_each(
    socket: Option<(BorrowedFd<'_>, PollFlags)>,
    wakes: &[BorrowedFd<'_>],
    deadline: Option<Instant>,
) -> io::Result<Ready> {
    let mut fds: SmallVec<[PollFd<'_>; 4]> = SmallVec::new();
    fds.extend(socket.map(|(fd, events)| PollFd::from_borrowed_fd(fd, events)));
    let first = fds.len();
    let wakes = wakes.iter();
    fds.extend(wakes.map(|fd| PollFd::from_borrowed_fd(*fd, READABLE)));
    let timeout = deadline.map(|at| timespec(at.saturating_duration_since(Instant::now())));
    match rustix::event::poll(&mut fds, timeout.as_ref()) {
        Ok(_) => {
            let is_ready = |fd: &PollFd<'_>| !fd.revents().is_empty();
            Ok(Ready {
                socket: socket.is_some() && is_ready(&fds[0]),
                first: fds.get(first).is_some_and(is_ready),
            })
        }
        Err(Errno::INTR) => Ok(Ready::default()),
        Err(error) => Err(error.into()),
    }
}

/// A duration as the system takes it.
fn timespec(duration: Duration) -> Timespec {
    // A duration too long for the system's type is as good as endless: a century is enough.
    Timespec::try_from(duration.min(Duration::from_secs(100 * 365 * 86_400))).unwrap_or(Timespec {
        tv_sec: 1 << 31,
        tv_nsec: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixStream;

    #[test]
    fn a_gone_peer_is_an_error() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        drop(theirs);
        assert_eq!(
            send_all(&ours, &[IoSlice::new(b"x")]).unwrap_err().kind(),
            io::ErrorKind::BrokenPipe
        );
    }
}
