//! A conversation whose controller starts no thread: those that wait see to what the I/O thread would
//! have seen to.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::Instant;

use rustix::event::PollFlags;

use super::Conversation;
use crate::engine::call::Call;
use crate::engine::home::Home;
use crate::engine::park::{sooner, Parker};
use crate::engine::reactor::Reactor;

impl Conversation {
    /// Where its socket, timers and tasks are seen to.
    pub(crate) fn home(&self) -> &Home {
        self.tasks.home()
    }

    /// Waits for the parker's wake, the end of the call, the socket or the deadline; whether the
    /// socket has something. May return early.
    pub(crate) fn park(
        &self,
        parker: &Parker,
        socket: Option<(BorrowedFd<'_>, PollFlags)>,
        call: &Call,
        deadline: Option<Instant>,
    ) -> io::Result<bool> {
        match (self.home().own(), socket) {
            (Some(reactor), _) => drive(reactor, parker, socket, call, deadline),
            (None, Some((fd, events))) => parker.park_on(fd, events, call, deadline),
            (None, None) => {
                parker.park(call, deadline);
                Ok(false)
            }
        }
    }
}

/// The same, with a round whenever there is something to see to.
fn drive(
    reactor: &Reactor,
    parker: &Parker,
    socket: Option<(BorrowedFd<'_>, PollFlags)>,
    call: &Call,
    deadline: Option<Instant>,
) -> io::Result<bool> {
    let timer = reactor.next_timer();
    let until = deadline.into_iter().chain(timer).min();
    let ready = match parker.park_beside(socket, Some(reactor.fd()), call, until) {
        Ok(ready) => ready,
        // No memory is left to wait with.
        Err(_) if socket.is_none() => {
            parker.park(call, sooner(until));
            reactor.run_round();
            return Ok(false);
        }
        Err(error) => return Err(error),
    };
    if ready.first || timer.is_some_and(|at| Instant::now() >= at) {
        reactor.run_round();
    }
    Ok(ready.socket)
}
