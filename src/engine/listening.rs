//! A socket that listens on this computer, with threads that wait for its visitors.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use rustix::event::PollFlags;
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType};

use super::call::Call;
use super::conversation::Conversation;
use super::park::{lock, Parker};
use super::subscriber::Subscriber;
use super::sys::{self, Descriptor};

/// How many visitors may wait; the system may have a lower limit.
const BACKLOG: i32 = 256;

/// What [`Listening::accept`] found.
#[derive(Debug)]
pub(crate) enum Visit {
    /// A connection.
    Visitor(OwnedFd),
    /// None came in time, or the call was cancelled.
    None,
    /// None will come: the conversation with tor is over.
    Ended,
}

/// See the module's comment. A subscriber, for who waits is to learn of the end.
#[derive(Debug)]
pub(crate) struct Listening {
    fd: Descriptor,
    port: u16,
    has_ended: AtomicBool,
    waiting: Mutex<Vec<Arc<Parker>>>,
}

impl Listening {
    /// One on a port of 127.0.0.1 that the system chooses.
    pub(crate) fn on_loopback() -> io::Result<Arc<Listening>> {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let fd = rustix::net::socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)?;
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        rustix::net::bind(&fd, &any)?;
        rustix::net::listen(&fd, BACKLOG)?;
        let name = SocketAddr::try_from(rustix::net::getsockname(&fd)?)?;
        Ok(Arc::new(Listening {
            fd: Descriptor::shown(fd),
            port: name.port(),
            has_ended: AtomicBool::new(false),
            waiting: Mutex::default(),
        }))
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Readable while a visitor waits, and after the end.
    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// The next visitor, waiting for it until the deadline or the end of the call. The connection
    /// blocks.
    pub(crate) fn accept(
        &self,
        conversation: &Conversation,
        call: &Call,
        deadline: Option<Instant>,
    ) -> io::Result<Visit> {
        let mut parker: Option<Arc<Parker>> = None;
        let visit = loop {
            if self.has_ended.load(Ordering::SeqCst) {
                break Ok(Visit::Ended);
            }
            match rustix::net::accept_with(&self.fd, SocketFlags::CLOEXEC) {
                Ok(fd) => {
                    // Elsewhere than on Linux it does not block where the other does not.
                    rustix::io::ioctl_fionbio(&fd, false)?;
                    break Ok(Visit::Visitor(fd));
                }
                Err(Errno::AGAIN) => {}
                // A signal, or a visitor that has gone already.
                Err(Errno::INTR | Errno::CONNABORTED) => continue,
                // The end has come in between.
                Err(_) if self.has_ended.load(Ordering::SeqCst) => continue,
                Err(error) => break Err(error.into()),
            }
            let is_over = deadline.is_some_and(|at| Instant::now() >= at);
            if is_over || call.is_cancelled() {
                break Ok(Visit::None);
            }
            match &parker {
                // Looks again: the end may have come before it was in the list.
                None => {
                    let new = parker.insert(Arc::default());
                    lock(&self.waiting).push(Arc::clone(new));
                }
                Some(parker) => {
                    let socket = Some((self.fd.as_fd(), PollFlags::IN));
                    conversation.park(parker, socket, call, deadline)?;
                }
            }
        };
        if let Some(parker) = parker {
            lock(&self.waiting).retain(|it| !Arc::ptr_eq(it, &parker));
        }
        visit
    }

    /// Closes a forked child's copy.
    pub(crate) fn close_copy(&self) {
        self.fd.close_copy();
    }
}

impl Subscriber for Listening {
    fn end(&self) {
        self.has_ended.store(true, Ordering::SeqCst);
        // Whoever polls the descriptor is woken, too, where the system does that.
        sys::shutdown(&self.fd);
        for parker in &*lock(&self.waiting) {
            parker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::scripted::connected;
    use std::net::TcpStream;
    use std::time::Duration;

    fn is_readable(listening: &Listening) -> bool {
        let socket = Some((listening.fd(), PollFlags::IN));
        sys::wait_ready(socket, &[], Some(Instant::now())).unwrap()
    }

    #[test]
    fn visitors_come_one_by_one() {
        let listening = Listening::on_loopback().unwrap();
        let (conversation, ..) = connected();
        let accept = || listening.accept(&conversation, &Call::none(), Some(Instant::now()));
        assert!(matches!(accept(), Ok(Visit::None)));
        assert!(!is_readable(&listening));
        let visitors: Vec<TcpStream> = (0..2)
            .map(|_| TcpStream::connect(("127.0.0.1", listening.port())).unwrap())
            .collect();
        assert!(is_readable(&listening));
        for visitor in &visitors {
            let visit = listening.accept(&conversation, &Call::none(), None);
            let Ok(Visit::Visitor(fd)) = visit else {
                panic!("{visit:?}");
            };
            let peer = TcpStream::from(fd).peer_addr().unwrap();
            assert_eq!(peer, visitor.local_addr().unwrap());
        }
        assert!(matches!(accept(), Ok(Visit::None)));
    }

    #[test]
    fn the_end_is_learnt_by_all_who_wait() {
        let listening = Listening::on_loopback().unwrap();
        let threads: Vec<_> = (0..3)
            .map(|_| {
                let (listening, conversation) = (Arc::clone(&listening), connected().0);
                std::thread::spawn(move || listening.accept(&conversation, &Call::none(), None))
            })
            .collect();
        while lock(&listening.waiting).len() < 3 {
            std::thread::yield_now();
        }
        listening.end();
        for thread in threads {
            assert!(matches!(thread.join().unwrap(), Ok(Visit::Ended)));
        }
        assert!(lock(&listening.waiting).is_empty());
        let accept = listening.accept(&connected().0, &Call::none(), None);
        assert!(matches!(accept, Ok(Visit::Ended)));
        assert!(cfg!(not(target_os = "linux")) || is_readable(&listening));
    }

    #[test]
    fn a_cancelled_call_ends_the_wait() {
        let listening = Listening::on_loopback().unwrap();
        let call = Arc::new(Call::default());
        let (place, its_call) = (Arc::clone(&listening), Arc::clone(&call));
        let thread = std::thread::spawn(move || place.accept(&connected().0, &its_call, None));
        while lock(&listening.waiting).is_empty() {
            std::thread::sleep(Duration::from_millis(1));
        }
        call.cancel();
        assert!(matches!(thread.join().unwrap(), Ok(Visit::None)));
    }
}
