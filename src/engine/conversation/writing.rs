//! What goes out: requests are entered in their order, and written.

use std::io::{self, IoSlice};
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard};
use std::time::Instant;

use super::{Conversation, Core, Dialogue, State};
use crate::engine::link::{Link, READ_BACKOFF};
use crate::engine::park::lock;
use crate::engine::slot::Slot;
use crate::engine::sys;
use crate::engine::timeout::Timeout;
use crate::engine::trace;
use crate::error::{Cause, Error};
use crate::proto::encode::Command;
use crate::session::{Ticket, CORK};

/// Commands written by one system call.
const SLICES: usize = 64;

/// When a begun request is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    /// Immediately: somebody is about to wait.
    Now,
    /// With others that follow; by the I/O thread at the latest.
    Corked,
}

impl Core {
    /// Writes what the socket takes now.
    pub(super) fn write(&mut self, link: &Link) -> io::Result<()> {
        let dialogue = &mut self.dialogue;
        while dialogue.has_unwritten() {
            let sent = match dialogue.unwritten() {
                1 => {
                    let mut slices = [IoSlice::new(&[])];
                    let used = dialogue.poll_transmit(&mut slices);
                    send(link, &slices[..used])
                }
                _ => {
                    let mut slices = [IoSlice::new(&[]); SLICES];
                    let used = dialogue.poll_transmit(&mut slices);
                    send(link, &slices[..used])
                }
            };
            match sent {
                Ok(count) => dialogue.advance(count),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Sends what the socket takes now, and shows it to those who watch from outside.
pub(super) fn send(link: &Link, slices: &[IoSlice<'_>]) -> io::Result<usize> {
    let sent = sys::send_all(link, slices);
    if let (Some(tap), Ok(count)) = (link.tap.get(), &sent) {
        tap.written(slices, *count);
    }
    sent
}

impl Conversation {
    /// Nobody waits for this request any more.
    pub(crate) fn abandon(self: &Arc<Self>, ticket: Ticket) {
        if !self.is_here() {
            return;
        }
        let wants_transmit = {
            let mut core = lock(&self.core);
            core.dialogue.abandon(ticket);
            core.dialogue.wants_transmit()
        };
        if wants_transmit {
            self.write_more();
        }
    }

    /// Writes what requests that were begun have left to be written, for a thread that is about to
    /// wait for this one.
    pub(crate) fn write_and_await(self: &Arc<Self>, ticket: Ticket) {
        if !self.is_here() {
            return;
        }
        let has_unwritten = {
            let mut core = lock(&self.core);
            core.dialogue.set_awaited(ticket);
            core.dialogue.has_unwritten()
        };
        if has_unwritten {
            self.write_more();
        }
    }

    /// Asks tor and does not wait for the answer.
    pub(crate) fn send_only(self: &Arc<Self>, command: Command) -> Result<(), Error> {
        let may_in = &|state| state == State::Ready;
        let tell = |dialogue: &mut Dialogue| dialogue.tell(command);
        self.begin(tell, may_in, Write::Now)
    }

    /// Enters a request and writes it, under one lock, so that the order of the replies is known.
    pub(crate) fn send(
        self: &Arc<Self>,
        command: Command,
        slot: &Arc<Slot>,
        may_in: &dyn Fn(State) -> bool,
    ) -> Result<Ticket, Error> {
        let begin =
            |dialogue: &mut Dialogue| dialogue.begin(command, Arc::clone(slot), slot.manner());
        self.begin(begin, may_in, Write::Now)
    }

    /// The same for a request that is written with others, and that nobody may wait for: then it is
    /// over at its deadline.
    pub(crate) fn send_corked(
        self: &Arc<Self>,
        command: Command,
        slot: &Arc<Slot>,
        may_in: &dyn Fn(State) -> bool,
        timeout: &Timeout,
    ) -> Result<Ticket, Error> {
        let mut timer = None;
        let begin = |dialogue: &mut Dialogue| {
            let ticket = dialogue.begin(command, Arc::clone(slot), slot.manner())?;
            if let Some(at) = timeout.deadline {
                if dialogue.set_deadline(ticket, at, timeout.timeout_ms()) {
                    timer = Some(at);
                }
            }
            Ok(ticket)
        };
        let ticket = self.begin(begin, may_in, Write::Corked)?;
        if let Some(at) = timer {
            self.set_timer(at);
        }
        Ok(ticket)
    }

    /// Begins something in the dialogue, if the controller is in such a state, and writes it.
    pub(super) fn begin<T>(
        self: &Arc<Self>,
        begin: impl FnOnce(&mut Dialogue) -> Result<T, Error>,
        may_in: &dyn Fn(State) -> bool,
        write: Write,
    ) -> Result<T, Error> {
        self.check_here()?;
        if self.is_in_trace() {
            return Err(trace::refused());
        }
        let mut core = self.lock_to_write(write);
        let state = core.state;
        let link = match (&core.link, state) {
            (Some(link), _) if may_in(state) => Arc::clone(link),
            // While connecting, a lost link is how an attempt ends.
            (None, State::Connecting | State::Connected) if may_in(state) => {
                return Err(Error::Closed(core.cause.clone().unwrap_or(Cause::Eof)))
            }
            _ => return Err(core.unready()),
        };
        let begun = begin(&mut core.dialogue)?;
        match write {
            Write::Now => core.dialogue.uncork(),
            Write::Corked => {
                self.cork(&mut core);
                if core.dialogue.corked_until().is_some() {
                    return Ok(begun);
                }
            }
        }
        self.write_to(core, &link);
        Ok(begun)
    }

    /// Locks, to write something. While tor owes no answer, what lies in the socket is read before:
    /// an answer among it is to nothing that was asked, and would pass for that to what is written
    /// now. It costs a system call, without which nobody can know.
    fn lock_to_write(self: &Arc<Self>, write: Write) -> MutexGuard<'_, Core> {
        let mut has_read = false;
        loop {
            let core = lock(&self.core);
            let writes = write == Write::Now || core.dialogue.is_nearly_full();
            let Some(link) = core.link.as_ref() else {
                return core;
            };
            let unrouted = match writes && !has_read && !core.dialogue.has_sent() {
                true => link.unrouted(),
                false => None,
            };
            if link.is_over.load(Ordering::SeqCst) {
                // Whoever has read that is about to say why.
                drop(core);
                std::thread::sleep(READ_BACKOFF);
                continue;
            }
            let Some(unrouted) = unrouted else {
                return core;
            };
            let link = Arc::clone(link);
            drop(core);
            self.read_arrived(&link, unrouted);
            has_read = true;
        }
    }

    /// Leaves what there is to write to the thread that will wait for an answer, with what has been
    /// begun until then. If nobody waits, the I/O thread writes it in a moment.
    fn cork(self: &Arc<Self>, core: &mut Core) {
        let is_corked = core.dialogue.corked_until().is_some();
        if !is_corked && !core.role.may_cork() {
            return self.report_unawaited(core);
        }
        core.dialogue.cork(|| Instant::now() + CORK);
        if let (false, Some(until)) = (is_corked, core.dialogue.corked_until()) {
            let orders = core.role.corked(until);
            if self.try_carry_out(core, orders).is_err() {
                // Without a timer there is no cork.
                core.dialogue.uncork();
                self.report_unawaited(core);
            }
        }
    }

    /// Writes what the socket takes.
    pub(crate) fn write_more(self: &Arc<Self>) {
        let mut core = self.lock_to_write(Write::Now);
        core.dialogue.uncork();
        let Some(link) = core.link.clone() else {
            return;
        };
        self.write_to(core, &link);
    }

    #[inline]
    fn write_to(self: &Arc<Self>, mut core: MutexGuard<'_, Core>, link: &Arc<Link>) {
        let written = core.write(link);
        if written.is_ok() {
            self.report_outgoing(&mut core);
        }
        drop(core);
        if let Err(error) = written {
            // What tor said before it went may still be there to read, so the reading side finds the
            // end; a broken pipe with nothing to read ends there just the same.
            self.read_to_the_end(link, Cause::from_io(&error));
        }
        if let Some(tap) = link.tap.get() {
            tap.deliver();
        }
    }
}

#[cfg(test)]
mod tests;
