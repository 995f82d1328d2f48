//! Who reads a controller's socket, as a state machine.
//!
//! Whoever waits, reads: a thread that waits for a reply or for events takes the reading role,
//! polls the socket itself, routes whatever arrives, for others too, and hands the role back. While
//! nobody waits, the I/O thread has the role. Waking an idle core costs many times what parsing
//! does, so an answer should not pass through a second thread.
//!
//! The machine has no clock, lock, thread or descriptor. What happens comes in by its methods, with
//! the time and the [`Facts`] that matter; what is to be done goes out as [`Orders`], which the
//! caller carries out under the lock that guards the machine.

use std::time::{Duration, Instant};

/// How long reading pauses for a consumer that is behind. Long enough for one that keeps up to be
/// scheduled on a busy machine and take what is there; too short for tor to notice. A request that
/// waits does not notice either: its thread reads, pause or not.
const PAUSE: Duration = Duration::from_millis(20);

/// How long a thread has the lease without reading. When a callback takes longer, the I/O thread
/// reads on, so that tor is not held back and the end of the connection is noticed.
pub(crate) const LEASE: Duration = Duration::from_millis(10);

/// How long a thread waits in one receive at the most.
pub(crate) const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// Who polls the socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Reader {
    /// Nobody, for there is nobody whom it would concern: no queue, no listener, no request. Saves
    /// telling the I/O thread before and after each request of a program that only asks.
    #[default]
    Nobody,
    /// A thread that waits for something.
    Waiter,
    /// Nobody until then: the thread that read last works on what it got, and will read on. Whoever
    /// waits meanwhile takes the role.
    Lease(Instant),
    /// The I/O thread.
    Io,
}

/// What the I/O thread watches the socket for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Watch {
    pub(crate) read: bool,
    pub(crate) write: bool,
}

/// What there is to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Outgoing {
    Nothing,
    /// The socket took a part of it, or nothing.
    Waiting,
    /// It is left until then to the thread that will wait for an answer.
    Corked(Instant),
}

/// What the machine asks of the controller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    /// Those that events go to.
    pub(crate) consumers: usize,
    /// Whether events come, wanted by a queue or not.
    pub(crate) brings_events: bool,
    /// Whether tor owes an answer, or will.
    pub(crate) has_requests: bool,
    /// Requests that a thread waits for now.
    pub(crate) awaited: usize,
    pub(crate) outgoing: Outgoing,
    /// Whether the controller has a share in the I/O thread already.
    pub(crate) has_io_thread: bool,
}

impl Facts {
    /// Who reads while nobody waits.
    fn reader_at_rest(&self) -> Reader {
        match self.brings_events || self.consumers > 0 || self.has_requests {
            true => Reader::Io,
            false => Reader::Nobody,
        }
    }
}

/// The terms on which a thread waits that will work on what it gets and then wait again. It has the
/// lease meanwhile, but only as long as what is read concerns nobody else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// Queues that are its own.
    pub(crate) consumers: usize,
    /// Requests that it waits for.
    pub(crate) requests: usize,
    /// For how long it may be away.
    pub(crate) lease: Duration,
    /// Whether nothing but what is read ends its waiting, the deadline aside.
    pub(crate) only_reads: bool,
}

impl Terms {
    /// Whether the thread can wait in the receive itself, with so much time left.
    pub(crate) fn may_block(&self, left: Option<Duration>) -> bool {
        let is_far = left.is_none_or(|left| left > 2 * POLL_INTERVAL);
        is_far && self.only_reads
    }

    /// Whether the thread waits for an answer, and not for events alone.
    pub(crate) fn has_asked(&self) -> bool {
        self.consumers == 0
    }

    /// Whether it can have the lease. In a flood of events the I/O thread reads on beside the
    /// thread that works on them; a long answer is better not read faster than it is taken.
    fn allow_lease(&self, met: Met, facts: &Facts) -> bool {
        let is_flood = met.is_much && self.consumers > 0;
        let will_read = self.consumers > 0 || facts.has_requests;
        let is_alone = facts.consumers <= self.consumers && facts.awaited <= self.requests;
        will_read && is_alone && !is_flood
    }
}

/// What a read met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Met {
    /// A consumer is behind and may catch up.
    pub(crate) is_pressed: bool,
    /// It brought so much that more is likely to follow while this is worked on.
    pub(crate) is_much: bool,
}

/// The I/O thread is to watch the socket for something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) from: Watch,
    pub(crate) to: Watch,
}

/// What is to be done, in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub(crate) struct Orders {
    /// Make the I/O thread watch the socket, or no longer. If that fails, [`Role::refused`].
    pub(crate) watch: Option<Change>,
    /// Call [`Role::timer`] then, or earlier. If that fails, [`Role::refused`].
    pub(crate) timer: Option<Instant>,
    /// Wake one of the threads that wait for an answer: it must read.
    pub(crate) wake_one: bool,
    /// The cork is over: write what there is, then [`Role::unawaited`].
    pub(crate) write: bool,
    /// Tell the queues that the pause is over.
    pub(crate) end_pauses: bool,
}

impl Orders {
    /// Whether nothing is to be done, as nearly always.
    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        let Orders {
            watch,
            timer,
            wake_one,
            write,
            end_pauses,
        } = self;
        watch.is_none() && timer.is_none() && !wake_one && !write && !end_pauses
    }
}

/// See the module's comment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Role {
    is_connected: bool,
    reader: Reader,
    /// Back-pressure: the I/O thread does not read until then, for a consumer has fallen behind.
    /// Only while it is the reader: a thread that waits reads all the same, and says anew what it
    /// met.
    pause: Option<Instant>,
    watched: Watch,
    /// When [`Role::timer`] will be called, or earlier. A lease follows the other: most of them find
    /// a timer that is soon enough.
    timer: Option<Instant>,
}

impl Role {
    /// There is a connection. Nobody reads yet: who has it made asks next.
    pub(crate) fn connected(&mut self) {
        *self = Role {
            is_connected: true,
            ..Role::default()
        };
    }

    /// The connection is over. Who has the role loses it.
    pub(crate) fn disconnected(&mut self) -> Orders {
        let from = std::mem::take(self).watched;
        let to = Watch::default();
        Orders {
            watch: (from != to).then_some(Change { from, to }),
            ..Orders::default()
        }
    }

    /// A thread waits that has not the role. It has it from now on if there are orders; or else
    /// another that waits has it, or there is nothing to read.
    #[inline]
    pub(crate) fn wait(&mut self, outgoing: Outgoing) -> Option<Orders> {
        if !self.is_connected || self.reader == Reader::Waiter {
            return None;
        }
        Some(self.pass(Reader::Waiter, outgoing))
    }

    /// The thread that has the role waits no longer; with terms, because it will wait again.
    #[inline]
    pub(crate) fn stop(
        &mut self,
        now: Instant,
        terms: Option<Terms>,
        met: Met,
        facts: &Facts,
    ) -> Orders {
        if let Some(terms) = terms.filter(|terms| terms.allow_lease(met, facts)) {
            // What is watched stays as it is: nothing, or writing. An answer concerns its thread
            // alone, which is no reason to start an I/O thread.
            let until = now + terms.lease;
            self.reader = Reader::Lease(until);
            let has_timer = facts.has_io_thread || terms.consumers > 0;
            return match has_timer {
                true => self.call_at(until),
                false => Orders::default(),
            };
        }
        self.reader = facts.reader_at_rest();
        if met.is_pressed && self.reader == Reader::Io {
            return self.begin_pause(now, facts.outgoing);
        }
        self.update(facts.outgoing)
    }

    /// The thread that has the lease does not read for now.
    pub(crate) fn end_lease(&mut self, facts: &Facts) -> Orders {
        match self.reader {
            Reader::Lease(_) => self.pass(facts.reader_at_rest(), facts.outgoing),
            _ => Orders::default(),
        }
    }

    /// There is a consumer for whom the I/O thread must read, beside those who wait. After a
    /// refusal it can be said again.
    pub(crate) fn consumer_added(&mut self, outgoing: Outgoing) -> Orders {
        match self.reader {
            Reader::Waiter => Orders::default(),
            _ if !self.is_connected => Orders::default(),
            Reader::Nobody | Reader::Lease(_) => self.pass(Reader::Io, outgoing),
            Reader::Io => self.update(outgoing),
        }
    }

    /// What the I/O thread read met a consumer that is behind.
    pub(crate) fn queue_full(&mut self, now: Instant, outgoing: Outgoing) -> Orders {
        match self.may_io_read() {
            true => self.begin_pause(now, outgoing),
            false => Orders::default(),
        }
    }

    /// A consumer has caught up.
    pub(crate) fn queue_drained(&mut self, outgoing: Outgoing) -> Orders {
        match self.pause.take() {
            Some(_) => self.update(outgoing),
            None => Orders::default(),
        }
    }

    /// There is something else to write than before, or it was written.
    #[inline]
    pub(crate) fn written(&mut self, outgoing: Outgoing) -> Orders {
        self.update(outgoing)
    }

    /// Whether requests that are begun now may be corked: not if the I/O thread is about to write.
    pub(crate) fn may_cork(&self) -> bool {
        !self.watched.write
    }

    /// What there is to write is corked until then.
    pub(crate) fn corked(&mut self, until: Instant) -> Orders {
        self.call_at(until)
    }

    /// Something was asked, and nobody may ever wait for the answer. Yet it must be read.
    pub(crate) fn unawaited(&mut self, facts: &Facts) -> Orders {
        match self.reader {
            Reader::Nobody | Reader::Lease(_) if self.is_connected && facts.has_requests => {
                self.pass(Reader::Io, facts.outgoing)
            }
            _ => Orders::default(),
        }
    }

    /// The time has come that a timer was set for, or it is earlier.
    pub(crate) fn timer(&mut self, now: Instant, facts: &Facts) -> Orders {
        let mut orders = Orders::default();
        if !self.is_connected {
            return orders;
        }
        let is_due = |until: &Instant| *until <= now;
        if self.pause.is_some_and(|until| is_due(&until)) {
            self.pause = None;
            orders.end_pauses = true;
        }
        if matches!(self.reader, Reader::Lease(until) if is_due(&until)) {
            self.reader = facts.reader_at_rest();
        }
        let cork = match facts.outgoing {
            Outgoing::Corked(until) => Some(until),
            Outgoing::Nothing | Outgoing::Waiting => None,
        };
        orders.write = cork.as_ref().is_some_and(is_due);
        if self.reader == Reader::Nobody && cork.is_none() && facts.awaited == 0 {
            // Another wrote what was corked, and did not stay to read.
            self.reader = facts.reader_at_rest();
        }
        let lease = match self.reader {
            Reader::Lease(until) => Some(until),
            _ => None,
        };
        let rest = [cork.filter(|until| !is_due(until)), lease, self.pause];
        orders.timer = rest.into_iter().flatten().min();
        self.timer = orders.timer;
        orders.watch = self.change(facts.outgoing);
        orders
    }

    /// The I/O thread cannot be had, or cannot watch the socket: there are no descriptors, threads
    /// or kernel memory left. The next change tries again; requests end by their deadlines all the
    /// same.
    pub(crate) fn refused(&mut self, change: Option<Change>) -> Orders {
        // Of orders that came together the later ones were not carried out either.
        (self.timer, self.pause) = (None, None);
        match (change, self.reader) {
            (Some(change), _) => self.watched = change.from,
            (None, Reader::Lease(_)) => self.reader = Reader::Io,
            (None, _) => {}
        }
        Orders {
            wake_one: self.reader == Reader::Io && !self.watched.read,
            ..Orders::default()
        }
    }

    /// Whether the I/O thread is to read what it was told of.
    pub(crate) fn may_io_read(&self) -> bool {
        self.is_connected && self.reader == Reader::Io && self.pause.is_none()
    }

    /// Whether nobody would notice the end of the connection.
    pub(crate) fn is_unread(&self) -> bool {
        self.reader == Reader::Nobody || self.may_io_read() && !self.watched.read
    }

    fn begin_pause(&mut self, now: Instant, outgoing: Outgoing) -> Orders {
        let until = now + PAUSE;
        self.pause = Some(until);
        Orders {
            watch: self.change(outgoing),
            ..self.call_at(until)
        }
    }

    fn call_at(&mut self, at: Instant) -> Orders {
        let is_sooner = self.timer.is_none_or(|timer| at < timer);
        if is_sooner {
            self.timer = Some(at);
        }
        Orders {
            timer: is_sooner.then_some(at),
            ..Orders::default()
        }
    }

    /// From now on another reads.
    #[inline]
    fn pass(&mut self, reader: Reader, outgoing: Outgoing) -> Orders {
        self.reader = reader;
        self.pause = None;
        self.update(outgoing)
    }

    #[inline]
    fn update(&mut self, outgoing: Outgoing) -> Orders {
        Orders {
            watch: self.change(outgoing),
            ..Orders::default()
        }
    }

    /// What the I/O thread must be told. While it has nothing to do, there need not be one.
    #[inline]
    fn change(&mut self, outgoing: Outgoing) -> Option<Change> {
        let to = Watch {
            read: self.may_io_read(),
            write: self.is_connected && outgoing == Outgoing::Waiting,
        };
        let from = std::mem::replace(&mut self.watched, to);
        (from != to).then_some(Change { from, to })
    }
}

#[cfg(test)]
mod tests;
