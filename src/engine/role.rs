//! Who reads a controller's socket.
//!
//! Whoever waits, reads: a thread that waits for a reply or for events takes the reading role,
//! polls the socket itself, routes whatever arrives, for others too, and hands the role back. While
//! nobody waits, the I/O thread has the role. Waking an idle core costs many times what parsing
//! does, so an answer should not pass through a second thread.

use std::os::fd::AsFd;
use std::sync::atomic::Ordering;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mio::Interest;

use super::controller::{Controller, Core};
use super::link::{Link, LOOK_AROUND};
use super::park::lock;
use super::queue::Pressure;
use super::reactor::Reactor;
use super::reading::Amount;
use crate::error::Error;

/// Who polls the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// The I/O thread.
    Reactor,
    /// Nobody, for there is nobody whom it would concern: no queue, no listener, no request. Saves
    /// telling the I/O thread before and after each request of a program that only asks.
    Nobody,
    /// A thread that waits for something.
    Waiter,
    /// Nobody until then: the thread that read last works on what it got, and will read on. Whoever
    /// waits meanwhile takes the role.
    Kept(Instant),
    /// Nobody until then: a consumer has fallen behind and may catch up.
    Paused(Instant),
}

/// For whom a thread reads that keeps the role while it works on what it got. It does so only as
/// long as what is read concerns nobody else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Own {
    /// Queues that are its own.
    pub(crate) queues: usize,
    /// Requests that it waits for.
    pub(crate) requests: usize,
    /// For how long it may be away.
    pub(crate) keep: Duration,
    /// Whether nothing but what is read ends its waiting, the deadline aside.
    pub(crate) only_reads: bool,
}

/// How long reading pauses for a consumer that is behind. Long enough for one that keeps up to be
/// scheduled on a busy machine and take what is there; too short for tor to notice. A request that
/// waits does not notice either: its thread reads, pause or not.
const PAUSE: Duration = Duration::from_millis(20);

/// How long a thread keeps the role without reading. When a callback takes longer, the I/O thread
/// reads on, so that tor is not held back and the end of the connection is noticed.
pub(crate) const KEEP: Duration = Duration::from_millis(10);

impl Controller {
    /// Who reads while nobody waits.
    fn reader_at_rest(&self, core: &Core, link: &Link) -> Reader {
        let is_anybody_concerned = link.brings_events.load(Ordering::Relaxed)
            || core.dialogue.has_asked_for_events()
            || self.has_consumers()
            || core.dialogue.has_pending();
        match is_anybody_concerned {
            true => Reader::Reactor,
            false => Reader::Nobody,
        }
    }

    /// Lets the I/O thread read: from now on it concerns somebody.
    pub(crate) fn ensure_read(self: &Arc<Self>) -> Result<(), Error> {
        let mut core = lock(&self.core);
        if let before @ (Reader::Nobody | Reader::Kept(_)) = core.reader {
            core.reader = Reader::Reactor;
            self.update_interest(&mut core);
            if core.interest.is_none() {
                core.reader = before;
                let error = std::io::Error::last_os_error();
                return Err(Error::system("no I/O thread", &error));
            }
        }
        Ok(())
    }

    /// Notices the end of a connection that nobody watches.
    pub(crate) fn look(self: &Arc<Self>) {
        let link = {
            let core = lock(&self.core);
            let link = core.link.as_ref();
            link.filter(|_| core.reader == Reader::Nobody)
                .map(Arc::clone)
        };
        if let Some(link) = link {
            // Nothing to do if somebody reads by now.
            let _ = self.try_read_once(&link);
        }
    }

    /// Stops reading for a moment because a consumer is behind.
    pub(super) fn pause(self: &Arc<Self>) {
        let mut core = lock(&self.core);
        if core.reader == Reader::Reactor && core.link.is_some() {
            let until = Instant::now() + PAUSE;
            core.reader = Reader::Paused(until);
            self.update_interest(&mut core);
            if let Some(reactor) = &core.reactor {
                reactor.call_at(until, core.number);
            }
        }
    }

    /// Reads on: the consumer has caught up.
    pub(crate) fn resume(self: &Arc<Self>) {
        if !self.is_here() {
            return;
        }
        let mut core = lock(&self.core);
        if matches!(core.reader, Reader::Paused(_)) {
            core.reader = Reader::Reactor;
            self.update_interest(&mut core);
        }
    }

    /// Lets the I/O thread read on: the thread that kept the role does not read for now.
    pub(crate) fn end_keeping(self: &Arc<Self>) {
        let mut core = lock(&self.core);
        if let (Reader::Kept(_), Some(link)) = (core.reader, core.link.clone()) {
            core.reader = self.reader_at_rest(&core, &link);
            self.update_interest(&mut core);
        }
    }

    /// Reads on if a pause is over, whether the consumer has caught up or not, or a thread keeps
    /// the role for too long. If something is not over, the time to look again.
    pub(super) fn check_pause(self: &Arc<Self>) -> Option<Instant> {
        let held = self.end_cork();
        let reader = lock(&self.core).reader;
        let (Reader::Paused(until) | Reader::Kept(until)) = reader else {
            return held;
        };
        if Instant::now() < until {
            return Some(held.map_or(until, |held| held.min(until)));
        }
        if reader == Reader::Kept(until) {
            self.end_keeping();
            return held;
        }
        for subscriber in self.subscribers().iter() {
            subscriber.end_pause();
        }
        self.resume();
        held
    }

    /// Makes the I/O thread watch the socket for what it has to do now. While that is nothing,
    /// there need not be one.
    pub(crate) fn update_interest(self: &Arc<Self>, core: &mut Core) {
        let Some(link) = &core.link else {
            return;
        };
        let reads = core.reader == Reader::Reactor;
        let writes = core.dialogue.wants_transmit();
        let wanted = match (reads, writes) {
            (true, true) => Some(Interest::READABLE | Interest::WRITABLE),
            (true, false) => Some(Interest::READABLE),
            (false, true) => Some(Interest::WRITABLE),
            (false, false) => None,
        };
        if wanted == core.interest {
            return;
        }
        // What follows fails only for want of descriptors, threads or kernel memory. Then the
        // interest stays as it was known, and the next change tries again; requests end by their
        // deadlines all the same, and whoever adds a queue is told.
        let link = Arc::clone(link);
        let Some(reactor) = self.reactor(core) else {
            return;
        };
        let old = core.interest;
        let watched = reactor.watch(core.number, link.as_fd(), old, wanted);
        if watched.is_ok() {
            core.interest = wanted;
        }
    }

    /// The I/O thread, in which the controller has a share from now on.
    pub(super) fn reactor(self: &Arc<Self>, core: &mut Core) -> Option<Arc<Reactor>> {
        if core.reactor.is_none() {
            let reactor = Reactor::share().ok()?;
            core.number = reactor.enter(Arc::downgrade(self));
            core.reactor = Some(reactor);
        }
        core.reactor.clone()
    }
}

/// The reading role, if the thread has it; handed back when dropped.
pub(super) struct Role<'a> {
    pub(super) controller: &'a Arc<Controller>,
    pub(super) link: Option<Arc<Link>>,
    /// What the last read met.
    pub(super) pressure: Pressure,
    /// How much it brought.
    pub(super) amount: Amount,
    /// Set by a thread that keeps the role while it works on what it got.
    pub(super) own: Option<Own>,
}

impl<'a> Role<'a> {
    pub(super) fn none(controller: &'a Arc<Controller>) -> Role<'a> {
        Role {
            controller,
            link: None,
            pressure: Pressure::None,
            amount: Amount::Little,
            own: None,
        }
    }

    /// For how long the role can be kept, if what is read until the thread reads again concerns
    /// nobody else. In a flood of events the I/O thread reads on beside the thread that works on
    /// them; a long answer is better not read faster than it is taken.
    fn may_keep(&self, core: &Core) -> Option<Duration> {
        let own = self.own.filter(|own| {
            let is_flood = self.amount == Amount::Much && own.queues > 0;
            let will_read = own.queues > 0 || core.dialogue.has_pending();
            let is_alone = self.controller.subscribers().consumers() <= own.queues
                && core.dialogue.awaited() <= own.requests;
            will_read && is_alone && !is_flood
        });
        own.map(|own| own.keep)
    }

    /// Whether the thread can wait in the receive itself, with so much time left.
    pub(super) fn may_block(&self, left: Option<Duration>) -> bool {
        let is_far = left.is_none_or(|left| left > 2 * LOOK_AROUND);
        is_far && self.own.is_some_and(|own| own.only_reads)
    }

    /// Whether the thread waits for an answer, and not for events alone.
    pub(super) fn has_asked(&self) -> bool {
        self.own.is_some_and(|own| own.queues == 0)
    }

    /// The link to poll, if this thread has the role or nobody else who waits has it.
    pub(super) fn take(&mut self) -> Option<Arc<Link>> {
        let mut core = lock(&self.controller.core);
        if let Some(link) = &self.link {
            let current = core.link.as_ref();
            if current.is_some_and(|current| Arc::ptr_eq(current, link)) {
                return Some(Arc::clone(link));
            }
            self.link = None;
        }
        if core.reader == Reader::Waiter {
            return None;
        }
        let link = Arc::clone(core.link.as_ref()?);
        core.reader = Reader::Waiter;
        self.controller.update_interest(&mut core);
        self.link = Some(Arc::clone(&link));
        Some(link)
    }
}

impl Drop for Role<'_> {
    fn drop(&mut self) {
        let Some(link) = self.link.take() else {
            return;
        };
        if !self.controller.is_here() {
            return;
        }
        let mut core = lock(&self.controller.core);
        let current = core.link.as_ref();
        if current.is_some_and(|current| Arc::ptr_eq(current, &link)) {
            if let Some(keep) = self.may_keep(&core) {
                let until = Instant::now() + keep;
                core.reader = Reader::Kept(until);
                if let Some(reactor) = &core.reactor {
                    reactor.call_at(until, core.number);
                }
                return;
            }
            core.reader = self.controller.reader_at_rest(&core, &link);
            if self.pressure == Pressure::High {
                drop(core);
                self.controller.pause();
            } else {
                self.controller.update_interest(&mut core);
                if core.reader == Reader::Reactor && core.interest.is_none() {
                    // The I/O thread cannot be had: another of those who wait must read.
                    core.dialogue.wake_one();
                }
            }
        }
    }
}
