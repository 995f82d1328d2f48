//! What goes out: requests are entered in their order, and written.

use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard};
use std::time::{Duration, Instant};

use mio::Interest;

use super::controller::{Controller, Core, State};
use super::park::lock;
use super::reading::WHILE_ANOTHER_READS;
use super::request::Write;
use super::role::Reader;
use super::slot::Slot;
use crate::error::{Cause, Error};
use crate::proto::encode::Command;

/// How long requests wait for others to be written with, and for the thread that will wait.
pub(super) const SOON: Duration = Duration::from_millis(1);

/// So many begun requests are written without waiting for more: tor works on them meanwhile.
const BATCH: usize = 16;

impl Controller {
    /// Nobody waits for this request any more.
    pub(crate) fn abandon(&self, slot: &Slot) {
        if !self.is_here() {
            return;
        }
        lock(&self.core).pending.abandon(slot);
    }

    /// Writes what requests that were begun have left to be written, for a thread that is about to
    /// wait for this one.
    pub(crate) fn write_and_await(self: &Arc<Self>, slot: &Slot) {
        if !self.is_here() {
            return;
        }
        let has_unwritten = {
            let mut core = lock(&self.core);
            core.pending.note_awaited(slot);
            core.pending.has_unwritten()
        };
        if has_unwritten {
            self.write_more();
        }
    }

    /// Asks tor and does not wait for the answer.
    pub(crate) fn send_only(self: &Arc<Self>, command: Command) -> Result<(), Error> {
        let may_in = &|state| state == State::Ready;
        self.send(command, &Slot::new(), may_in, Write::Now)
    }

    /// Enters the request into the pending list and writes it, under one lock, so that the order
    /// of the list is the order on the wire.
    pub(crate) fn send(
        self: &Arc<Self>,
        command: Command,
        slot: &Arc<Slot>,
        may_in: &dyn Fn(State) -> bool,
        write: Write,
    ) -> Result<(), Error> {
        self.check_here()?;
        let mut core = self.lock_to_write(write);
        let state = core.state;
        let link = match (&core.link, state) {
            (_, State::Closed) => {
                return Err(Error::Closed(core.cause.clone().unwrap_or(Cause::Local)))
            }
            (Some(link), _) if may_in(state) => Arc::clone(link),
            // While connecting, a lost link is how an attempt ends.
            (None, State::Connecting | State::Connected) if may_in(state) => {
                return Err(Error::Closed(core.cause.clone().unwrap_or(Cause::Eof)))
            }
            _ => return Err(Error::State("the controller is not connected".to_string())),
        };
        if command.keyword().eq_ignore_ascii_case(b"SETEVENTS") {
            // Events come from now on, wanted by a queue or not.
            link.brings_events.store(true, Ordering::Relaxed);
        }
        let is_secret = command.has_secret_reply();
        core.pending.push(command, slot)?;
        if is_secret {
            self.secrets.fetch_add(1, Ordering::Relaxed);
        }
        let written = match write {
            Write::Now => {
                core.holds_back = None;
                core.pending.write_to(&*link)
            }
            Write::Soon if core.pending.unwritten() < BATCH => {
                self.write_soon(&mut core);
                return Ok(());
            }
            Write::Soon => core.pending.write_to(&*link),
        };
        match written {
            Ok(()) => {
                self.update_interest(&mut core);
                Ok(())
            }
            Err(error) => {
                drop(core);
                // What tor said before it went may still be there to read, so the reading side
                // finds the end; a broken pipe with nothing to read ends there just the same.
                let cause = Cause::from_io(&error);
                self.read_to_the_end(&link, cause);
                Ok(())
            }
        }
    }

    /// Locks, to write something. While tor owes no answer, what lies in the socket is read before:
    /// an answer among it is to nothing that was asked, and would pass for that to what is written
    /// now. It costs a system call, without which nobody can know.
    fn lock_to_write(self: &Arc<Self>, write: Write) -> MutexGuard<'_, Core> {
        let mut has_read = false;
        loop {
            let core = lock(&self.core);
            let writes = write == Write::Now || core.pending.unwritten() + 1 >= BATCH;
            let Some(link) = core.link.as_ref() else {
                return core;
            };
            let unrouted = match writes && !has_read && !core.pending.has_sent() {
                true => link.unrouted(),
                false => None,
            };
            if link.is_over.load(Ordering::SeqCst) {
                // Whoever has read that is about to say why.
                drop(core);
                std::thread::sleep(WHILE_ANOTHER_READS);
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

    /// Makes the I/O thread write what there is in a moment, unless somebody waits for an answer
    /// before and writes it with what has come until then.
    fn write_soon(self: &Arc<Self>, core: &mut Core) {
        if core.holds_back.is_some() || core.interest.is_some_and(Interest::is_writable) {
            return;
        }
        if let Some(reactor) = self.reactor(core) {
            let soon = Instant::now() + SOON;
            core.holds_back = Some(soon);
            reactor.call_at(soon, core.number);
        }
    }

    /// What the I/O thread does when the moment has passed. If it has not, the time when it will
    /// have: others may have been begun since, by a thread that waits for its answers.
    pub(super) fn end_holding_back(self: &Arc<Self>) -> Option<Instant> {
        let until = lock(&self.core).holds_back?;
        if Instant::now() < until {
            return Some(until);
        }
        self.write_more();
        let mut core = lock(&self.core);
        // Nobody may ever wait for the answer, and yet it must be read.
        if matches!(core.reader, Reader::Nobody | Reader::Kept(_)) && core.pending.has_any() {
            core.reader = Reader::Reactor;
            self.update_interest(&mut core);
        }
        None
    }

    /// Writes what the socket takes.
    pub(super) fn write_more(self: &Arc<Self>) {
        let mut core = self.lock_to_write(Write::Now);
        core.holds_back = None;
        let Some(link) = core.link.clone() else {
            return;
        };
        let written = core.pending.write_to(&*link);
        match written {
            Ok(()) => self.update_interest(&mut core),
            Err(error) => {
                drop(core);
                self.read_to_the_end(&link, Cause::from_io(&error));
            }
        }
    }
}
