//! Who reads a controller's socket, and where what it brings goes.
//!
//! Whoever waits, reads: a thread that waits for a reply or for events takes the reading role,
//! polls the socket itself, routes whatever arrives, for others too, and hands the role back. While
//! nobody waits, the I/O thread has the role. Waking an idle core costs many times what parsing
//! does, so an answer should not pass through a second thread.
//!
//! The role only says who polls. That nothing is read twice or routed out of order follows from the
//! decoder's lock, held from the receive until all it brought is routed.

use std::os::fd::AsFd;
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard};
use std::time::{Duration, Instant};

use mio::Interest;
use rustix::event::PollFlags;
use smallvec::SmallVec;

use super::block::{Block, BlockBuilder};
use super::buffers::{keep_buffer, take_buffer, FIRST_READ_BYTES, READ_BYTES};
use super::call::Call;
use super::controller::{Controller, Core};
use super::error::{Cause, Error};
use super::link::{Link, Unrouted, LOOK_AROUND};
use super::park::{lock, try_lock, Parker};
use super::pending::unasked;
use super::queue::Pressure;
use super::reactor::Reactor;
use super::sys;
use crate::proto::decoder::{Decoder, Limit, Message};
use crate::proto::event::{Kind, KindSet};
use crate::proto::reply::Reply;

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

/// Reads before the I/O thread turns to another controller.
const READS_A_TURN: usize = 8;
/// How long reading pauses for a consumer that is behind. Long enough for one that keeps up to be
/// scheduled on a busy machine and take what is there; too short for tor to notice. A request that
/// waits does not notice either: its thread reads, pause or not.
const PAUSE: Duration = Duration::from_millis(20);
/// How long a thread keeps the role without reading. When a callback takes longer, the I/O thread
/// reads on, so that tor is not held back and the end of the connection is noticed.
pub(crate) const KEEP: Duration = Duration::from_millis(10);

/// What one receive brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Read {
    Something(Pressure, Amount),
    Nothing,
    Ended,
}

impl Read {
    /// What it met, and how much it brought.
    fn outcome(self) -> (Pressure, Amount) {
        match self {
            Read::Something(pressure, amount) => (pressure, amount),
            Read::Nothing | Read::Ended => (Pressure::None, Amount::Little),
        }
    }
}

/// How much a receive brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Amount {
    Little,
    Much,
}

/// How long it takes about to route what a receive brought.
pub(super) const WHILE_ANOTHER_READS: Duration = Duration::from_micros(20);

/// From here on it is much: more is likely to follow while this is worked on.
const MUCH_BYTES: usize = 32 << 10;

/// Read at once of a long answer that is taken as it comes: then no more than that is held of it.
const STREAM_READ_BYTES: usize = 56 << 10;

/// How far reading may be ahead of a program that takes a long answer in pieces.
pub(crate) const STREAM_BYTES: usize = 512 << 10;

/// Gives the decoder a buffer to read into: a large one if the connection brings much. Memory that was
/// never touched costs a page fault for every 4 KiB. Returns how much to read at once.
fn prepare_read(link: &Link, decoder: &mut Decoder) -> usize {
    let want = match link.brings_much.load(Ordering::Relaxed) {
        true => READ_BYTES,
        false => FIRST_READ_BYTES,
    };
    if let Some(buffer) = decoder.lend(take_buffer(want)) {
        keep_buffer(buffer);
    }
    want
}

impl Controller {
    /// Waits until `is_done` says so, the deadline has passed, or the connection has ended; reads
    /// the socket meanwhile if nobody else does. True if `is_done` said so. Whatever can make it
    /// say so must wake the parker; the end of the call wakes it without that.
    pub(crate) fn wait_until(
        self: &Arc<Self>,
        parker: &Arc<Parker>,
        call: &Call,
        deadline: Option<Instant>,
        is_done: &mut dyn FnMut() -> bool,
    ) -> bool {
        self.wait_with(Role::none(self), parker, call, deadline, is_done)
    }

    /// The same for a thread that is going to work on what it gets and then wait again. It keeps the
    /// reading role meanwhile: what is read and worked on by one thread passes through no other,
    /// and nothing is read faster than it is worked on.
    pub(crate) fn wait_again_until(
        self: &Arc<Self>,
        own: Own,
        parker: &Arc<Parker>,
        call: &Call,
        deadline: Option<Instant>,
        is_done: &mut dyn FnMut() -> bool,
    ) -> bool {
        let mut role = Role::none(self);
        role.own = Some(own);
        self.wait_with(role, parker, call, deadline, is_done)
    }

    fn wait_with<'a>(
        self: &'a Arc<Self>,
        mut role: Role<'a>,
        parker: &Arc<Parker>,
        call: &Call,
        deadline: Option<Instant>,
        is_done: &mut dyn FnMut() -> bool,
    ) -> bool {
        let mut is_quiet = false;
        loop {
            // Whoever is called while it waits may have forked; who asks next is told.
            if !self.is_here() {
                return false;
            }
            if is_done() {
                return true;
            }
            let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return false;
            }
            match role.take() {
                None => parker.park(call, deadline),
                // Where nothing came for a while, nobody is to be woken in vain for the next.
                Some(link) if !is_quiet && role.may_block(left) => {
                    let read = self.read_waiting(&link, role.has_asked(), is_done);
                    is_quiet = read == Read::Nothing;
                    (role.pressure, role.amount) = read.outcome();
                }
                Some(link) => match parker.park_on(link.as_fd(), PollFlags::IN, call, deadline) {
                    Ok(true) => (role.pressure, role.amount) = self.read_once(&link).outcome(),
                    Ok(false) => {}
                    // No memory left to wait with: leave the reading to the I/O thread.
                    Err(_) => {
                        role.own = None;
                        drop(role);
                        parker.park(call, deadline);
                        role = Role::none(self);
                    }
                },
            }
        }
    }

    /// The I/O thread's share: reads what is there. True if there may be more.
    pub(super) fn read_a_turn(self: &Arc<Self>) -> bool {
        let link = {
            let core = lock(&self.core);
            match &core.link {
                Some(link) if core.reader == Reader::Reactor => Arc::clone(link),
                _ => return false,
            }
        };
        for _ in 0..READS_A_TURN {
            // A thread that took the role since may wait in its receive with the lock: the next turn
            // sees whose the role is, and no other controller is held up.
            let Some(read) = self.try_read_once(&link) else {
                return true;
            };
            match read {
                Read::Something(Pressure::None, _) => {}
                Read::Something(Pressure::High, _) => {
                    self.pause();
                    return false;
                }
                Read::Nothing | Read::Ended => return false,
            }
        }
        true
    }

    /// The link cannot be written to any more: routes what tor said before it went, then ends it.
    pub(super) fn read_to_the_end(self: &Arc<Self>, link: &Arc<Link>, cause: Cause) {
        if try_lock(&link.decoder).is_none() {
            // Who waits in a receive, which means that there is nothing to read, comes back from it.
            sys::shutdown(link.as_fd());
        }
        // Bounded, for a peer that only stopped to listen might talk for ever.
        for _ in 0..READS_A_TURN * 8 {
            if !matches!(self.read_once(link), Read::Something(..)) {
                break;
            }
        }
        self.lose_link(link, cause);
    }

    /// Waits a while for something to read: for who has asked one system call where a poll and a receive
    /// are two. Only the socket ends the waiting, so that there must be no other word to wait for.
    fn read_waiting(
        self: &Arc<Self>,
        link: &Arc<Link>,
        has_asked: bool,
        is_done: &mut dyn FnMut() -> bool,
    ) -> Read {
        self.read_by(link, lock(&link.decoder), |decoder| {
            // What is waited for may have been read by another until the lock was free.
            if is_done() {
                return Err(std::io::ErrorKind::WouldBlock.into());
            }
            let want = prepare_read(link, decoder);
            let spare = decoder.spare(want);
            if has_asked {
                return sys::recv_waiting(link.as_fd(), spare);
            }
            // Nothing is taken out of the socket unseen: whoever is about to ask looks at it first.
            link.is_waiting.store(true, Ordering::SeqCst);
            let waited = sys::wait_readable(link.as_fd());
            link.is_waiting.store(false, Ordering::SeqCst);
            waited.and_then(|()| sys::recv(link.as_fd(), spare))
        })
    }

    /// Reads what one receive gives.
    fn read_once(self: &Arc<Self>, link: &Arc<Link>) -> Read {
        self.read_now(link, lock(&link.decoder))
    }

    /// Returns when what had arrived is routed, by this thread or by others.
    pub(super) fn read_arrived(self: &Arc<Self>, link: &Arc<Link>, unrouted: Unrouted) {
        // A read that is not waiting for the socket waits for nothing.
        while !link.has_ended(unrouted.read) {
            std::thread::yield_now();
        }
        let upto = link.routed.load(Ordering::SeqCst) + unrouted.bytes;
        while link.routed.load(Ordering::SeqCst) < upto {
            match self.try_read_once(link) {
                Some(Read::Something(..)) => {}
                // Another has read it.
                Some(Read::Nothing | Read::Ended) => return,
                None if link.unrouted().is_none() => return,
                None => std::thread::sleep(WHILE_ANOTHER_READS),
            }
        }
    }

    /// None if another thread reads at this moment.
    fn try_read_once(self: &Arc<Self>, link: &Arc<Link>) -> Option<Read> {
        Some(self.read_now(link, try_lock(&link.decoder)?))
    }

    fn read_now(self: &Arc<Self>, link: &Arc<Link>, decoder: MutexGuard<'_, Decoder>) -> Read {
        self.read_by(link, decoder, |decoder| {
            let mut want = prepare_read(link, decoder);
            if self.streams.load(Ordering::Relaxed) > 0 {
                want = want.min(STREAM_READ_BYTES);
            }
            let spare = decoder.spare(want);
            let want = want.min(spare.len());
            sys::recv(link.as_fd(), &mut spare[..want])
        })
    }

    fn read_by(
        self: &Arc<Self>,
        link: &Arc<Link>,
        decoder: MutexGuard<'_, Decoder>,
        receive: impl FnOnce(&mut Decoder) -> std::io::Result<usize>,
    ) -> Read {
        let outcome = {
            let mut decoder = decoder;
            if link.is_over.load(Ordering::Relaxed) {
                return Read::Ended;
            }
            let read = link.reads_begun.load(Ordering::Relaxed) + 1;
            link.reads_begun.store(read, Ordering::SeqCst);
            let outcome = match receive(&mut decoder) {
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(Read::Nothing),
                Err(error) => Err(Cause::from_io(&error)),
                Ok(0) => Err(Cause::Eof),
                Ok(count) => {
                    decoder.commit(count);
                    // The command was sent before this came.
                    decoder.keep_secrets(self.secrets.load(Ordering::Relaxed) > 0);
                    if count >= FIRST_READ_BYTES {
                        link.brings_much.store(true, Ordering::Relaxed);
                    }
                    let amount = match count < MUCH_BYTES {
                        true => Amount::Little,
                        false => Amount::Much,
                    };
                    let routed = self.route(link, &mut decoder);
                    let before = link.routed.load(Ordering::Relaxed);
                    link.routed.store(before + count as u64, Ordering::SeqCst);
                    decoder.keep_secrets(self.secrets.load(Ordering::Relaxed) > 0);
                    routed.map(|pressure| Read::Something(pressure, amount))
                }
            };
            if let Some(buffer) = decoder.release() {
                keep_buffer(buffer);
            }
            // Under the lock: nobody routes what may follow.
            link.is_over.store(outcome.is_err(), Ordering::SeqCst);
            link.reads_ended.store(read, Ordering::SeqCst);
            outcome
        };
        // Not under it: the end of the last controller waits for the I/O thread, which may wait for
        // this lock.
        outcome.unwrap_or_else(|cause| {
            self.lose_link(link, cause);
            Read::Ended
        })
    }

    /// Sends all whole messages in the decoder where they belong: events into the queues first, so
    /// that an event which came before a reply is there before the request returns. Fails with what
    /// the connection is to end for.
    fn route(&self, link: &Arc<Link>, decoder: &mut Decoder) -> Result<Pressure, Cause> {
        let mut batch = Batch {
            builder: BlockBuilder::fresh(),
            replies: SmallVec::new(),
        };
        let mut pressure = Pressure::None;
        let broken = loop {
            if self.streams.load(Ordering::Relaxed) > 0 {
                self.stream_if_wanted(&batch, decoder);
            }
            decoder.single_events(|buf, kind, range| batch.builder.push(kind, buf, range));
            match decoder.next() {
                Ok(None) => break None,
                Ok(Some(Message::Event(kind, range))) => {
                    batch.builder.push(kind, decoder.bytes(), range);
                }
                Ok(Some(Message::Reply(range))) => {
                    batch.builder.copy_run(decoder.bytes());
                    if self.cuts.load(Ordering::Relaxed) > 0 {
                        pressure = pressure.max(self.cut(&mut batch, decoder));
                    }
                    batch.replies.push(Ok(Reply::new(decoder.take(range))));
                }
                Ok(Some(Message::Data { head, lines })) => {
                    let count = lines.len();
                    let buf = decoder.bytes();
                    let (head, lines) = (&buf[head], &buf[lines]);
                    let index = batch.replies.len();
                    let passed = lock(&self.core).pending.pass_data(index, head, lines);
                    match passed {
                        Ok(Some(bytes)) if bytes > STREAM_BYTES => pressure = Pressure::High,
                        Ok(Some(_)) => {}
                        Ok(None) => match decoder.note_unwanted(count) {
                            Ok(()) => {}
                            Err(error) => break Some(Cause::from(error)),
                        },
                        Err(cause) => break Some(cause),
                    }
                }
                Ok(Some(Message::Streamed(reply))) => batch.replies.push(Ok(Reply::new(reply))),
                Ok(Some(Message::TooLarge {
                    event: Some(kind),
                    size_bytes,
                    ..
                })) => {
                    // The gap stands where the event was.
                    let before = std::mem::replace(&mut batch.builder, BlockBuilder::fresh());
                    pressure = pressure.max(self.publish(before.finish(decoder)));
                    for queue in self.queues().iter() {
                        queue.publish_lost(kind, size_bytes);
                    }
                }
                Ok(Some(Message::TooLarge {
                    limit, size_bytes, ..
                })) => batch.replies.push(Err(self.too_large(limit, size_bytes))),
                Err(error) => break Some(Cause::from(error)),
            }
        };
        if !batch.builder.is_empty() {
            // What comes must be read, or it would pile up at tor.
            link.brings_events.store(true, Ordering::Relaxed);
            let block = batch.builder.finish(decoder);
            pressure = pressure.max(self.publish(block));
        }
        let mut broken = broken;
        if !batch.replies.is_empty() {
            let mut core = lock(&self.core);
            let is_current = core
                .link
                .as_ref()
                .is_some_and(|other| Arc::ptr_eq(other, link));
            for reply in batch.replies {
                if !is_current {
                    break;
                }
                match core.pending.complete_next(reply) {
                    Ok(false) => {}
                    Ok(true) => {
                        self.secrets.fetch_sub(1, Ordering::Relaxed);
                        decoder.wipe();
                    }
                    Err(cause) => {
                        broken.get_or_insert(cause);
                        break;
                    }
                }
            }
        }
        // The rest of it would come when something has been asked.
        if broken.is_none() && decoder.has_begun_reply() && !lock(&self.core).pending.has_sent() {
            broken = Some(unasked());
        }
        broken.map_or(Ok(pressure), Err)
    }

    /// If the consequences of the request that is being answered are awaited in a queue, drops what is
    /// in it: that came before the reply.
    fn cut(&self, batch: &mut Batch, decoder: &Decoder) -> Pressure {
        let Some(queue) = lock(&self.core).pending.cuts(batch.replies.len()) else {
            return Pressure::None;
        };
        let before = std::mem::replace(&mut batch.builder, BlockBuilder::fresh());
        let pressure = match before.is_empty() {
            true => Pressure::None,
            false => self.publish(before.finish_copy(decoder.bytes())),
        };
        queue.drop_all();
        pressure
    }

    /// Has the decoder hand out the data of the next reply as it comes, if its request is for that.
    fn stream_if_wanted(&self, batch: &Batch, decoder: &mut Decoder) {
        // Replies that this read brought before have not been given to their requests yet.
        if lock(&self.core).pending.wants_data(batch.replies.len()) {
            decoder.stream_data();
        }
    }

    fn publish(&self, mut block: Block) -> Pressure {
        if block.touches(KindSet::of(Kind::Unknown)) {
            self.subscriptions.mark_names(&mut block);
        }
        let block = Arc::new(block);
        self.attach.note(&block);
        let mut pressure = Pressure::None;
        for queue in self.queues().iter() {
            pressure = pressure.max(queue.publish(&block));
        }
        pressure
    }

    /// Refuses what is put together from the pieces of an answer when it is larger than a reply may be.
    pub(crate) fn check_size(&self, size_bytes: usize) -> Result<(), Error> {
        match size_bytes > self.settings.limits.message_bytes {
            true => Err(self.too_large(Limit::MessageBytes, size_bytes)),
            false => Ok(()),
        }
    }

    fn too_large(&self, limit: Limit, size_bytes: usize) -> Error {
        let limits = &self.settings.limits;
        let max = match limit {
            Limit::LineBytes => limits.line_bytes,
            Limit::MessageLines => limits.message_lines,
            Limit::MessageBytes => limits.message_bytes,
        };
        Error::TooLarge {
            limit,
            size_bytes,
            max,
        }
    }

    /// Who reads while nobody waits.
    fn reader_at_rest(&self, core: &Core, link: &Link) -> Reader {
        let is_anybody_concerned = link.brings_events.load(Ordering::Relaxed)
            || self.has_queues()
            || core.pending.has_any();
        match is_anybody_concerned {
            true => Reader::Reactor,
            false => Reader::Nobody,
        }
    }

    /// Has the I/O thread read, for now there is somebody whom it concerns.
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
    fn pause(self: &Arc<Self>) {
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

    /// Has the I/O thread read on: whoever kept the role does not read for now.
    pub(crate) fn end_keeping(self: &Arc<Self>) {
        let mut core = lock(&self.core);
        if let (Reader::Kept(_), Some(link)) = (core.reader, core.link.clone()) {
            core.reader = self.reader_at_rest(&core, &link);
            self.update_interest(&mut core);
        }
    }

    /// Reads on if a pause is over, whether the consumer has caught up or not, or a thread keeps the
    /// role for too long. If something is not over, the time to look again.
    pub(super) fn check_pause(self: &Arc<Self>) -> Option<Instant> {
        let held = self.end_holding_back();
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
        for queue in self.queues().iter() {
            queue.end_pause();
        }
        self.resume();
        held
    }

    /// Has the I/O thread watch the socket for what is its to do now. While that is nothing, there
    /// need not be one.
    pub(crate) fn update_interest(self: &Arc<Self>, core: &mut Core) {
        let Some(link) = &core.link else {
            return;
        };
        let reads = core.reader == Reader::Reactor;
        let writes = core.pending.has_unwritten() && core.holds_back.is_none();
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

/// What was found in one read.
struct Batch {
    builder: BlockBuilder,
    replies: SmallVec<[Result<Reply, Error>; 1]>,
}

/// The reading role, if the thread has it; handed back when dropped.
struct Role<'a> {
    controller: &'a Arc<Controller>,
    link: Option<Arc<Link>>,
    /// What the last read met.
    pressure: Pressure,
    /// How much it brought.
    amount: Amount,
    /// Set by a thread that keeps the role while it works on what it got.
    own: Option<Own>,
}

impl<'a> Role<'a> {
    fn none(controller: &'a Arc<Controller>) -> Role<'a> {
        Role {
            controller,
            link: None,
            pressure: Pressure::None,
            amount: Amount::Little,
            own: None,
        }
    }

    /// For how long the role can be kept, if what is read until the thread reads again concerns nobody
    /// else. In a flood of events the I/O thread reads on beside the thread that works on them; a long
    /// answer is better not read faster than it is taken.
    fn may_keep(&self, core: &Core) -> Option<Duration> {
        let own = self.own.filter(|own| {
            let is_flood = self.amount == Amount::Much && own.queues > 0;
            let will_read = own.queues > 0 || core.pending.has_any();
            let is_alone = self.controller.queues().len() <= own.queues
                && core.pending.awaited() <= own.requests;
            will_read && is_alone && !is_flood
        });
        own.map(|own| own.keep)
    }

    /// Whether the thread can wait in the receive itself, with so much time left.
    fn may_block(&self, left: Option<Duration>) -> bool {
        let is_far = left.is_none_or(|left| left > 2 * LOOK_AROUND);
        is_far && self.own.is_some_and(|own| own.only_reads)
    }

    /// Whether the thread waits for an answer, and not for events alone.
    fn has_asked(&self) -> bool {
        self.own.is_some_and(|own| own.queues == 0)
    }

    /// The link to poll, if this thread has the role or nobody else who waits has it.
    fn take(&mut self) -> Option<Arc<Link>> {
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
                    core.pending.wake_one();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::buffers::KEPT_HERE;
    use crate::engine::controller::State;
    use crate::engine::pending::Slot;
    use crate::engine::settings::Settings;
    use crate::proto::encode::Command;
    use std::io::Write;
    use std::os::unix::net::UnixStream;
    use std::sync::mpsc;

    fn connected() -> (Arc<Controller>, Arc<Link>, UnixStream) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let settings = Settings::default();
        let link = Link::new(ours.into(), settings.limits).unwrap();
        let controller = Controller::new(settings);
        assert!(controller.set_link(Arc::clone(&link)));
        (controller, link, theirs)
    }

    #[test]
    fn a_controller_has_settled_when_it_has_said_that_it_is_ready() {
        let (controller, _link, _peer) = connected();
        assert!(!controller.has_settled());
        controller.become_ready().unwrap();
        assert!(controller.has_settled());
    }

    #[test]
    fn a_connection_that_brings_much_is_read_in_large_pieces() {
        let (controller, link, mut peer) = connected();
        let want = |link: &Link| prepare_read(link, &mut lock(&link.decoder));
        peer.write_all(b"650 BW 1 2\r\n").unwrap();
        let _ = controller.read_once(&link);
        assert_eq!(want(&link), FIRST_READ_BYTES);
        peer.write_all(&b"650 BW 1 2\r\n".repeat(1000)).unwrap();
        let _ = controller.read_once(&link);
        assert_eq!(want(&link), READ_BYTES);
    }

    /// Asks for a secret, which comes in these pieces, and gives all that was left in memory.
    fn left_of_a_secret(pieces: &[&[u8]]) -> Vec<u8> {
        let (controller, link, mut peer) = connected();
        controller.become_ready().unwrap();
        KEPT_HERE.take();
        let command = Command::raw(b"GETCONF ContactInfo", None).unwrap();
        assert!(command.has_secret_reply());
        let slot = Slot::new();
        let is_ready = &|state| state == State::Ready;
        controller
            .send(command, &slot, is_ready, super::super::request::Write::Now)
            .unwrap();
        for piece in pieces {
            peer.write_all(piece).unwrap();
            assert!(matches!(controller.read_once(&link), Read::Something(..)));
        }
        let reply = slot.take().unwrap().unwrap();
        assert_eq!(reply.line(0).unwrap().text.len(), 12 + SECRET.len());
        assert_eq!(controller.secrets.load(Ordering::Relaxed), 0);
        let mut left = KEPT_HERE.take();
        left.extend_from_slice(lock(&link.decoder).bytes());
        assert!(!left.is_empty());
        left
    }

    const SECRET: &[u8] = b"0123456789-the-secret-9876543210";

    #[test]
    fn no_piece_of_a_secret_reply_stays_in_a_buffer() {
        let reply = [b"250 ContactInfo=", SECRET, b"\r\n"].concat();
        let with_event = [b"650 BW 1 2\r\n", &reply[..], b"650 BW 3 4\r\n650 B"].concat();
        let mut ways = vec![vec![&reply[..]], vec![&with_event[..]]];
        for cut in 1..reply.len() {
            ways.push(vec![&reply[..cut], &reply[cut..]]);
        }
        ways.push(with_event.chunks(3).collect());
        for pieces in ways {
            let left = left_of_a_secret(&pieces);
            for part in SECRET.windows(8) {
                let found = memchr::memmem::find(&left, part);
                assert_eq!(found, None, "in {} pieces", pieces.len());
            }
        }
    }

    /// Who waits in a receive comes back from it only now and then: not where the end is near.
    #[test]
    fn no_receive_runs_past_a_near_deadline() {
        let (controller, link, _peer) = connected();
        let hour = Duration::from_secs(3600);
        sys::set_receive_timeout(&*link, hour).unwrap();
        let (send, receive) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let own = Own {
                queues: 0,
                requests: 0,
                keep: Duration::ZERO,
                only_reads: true,
            };
            let soon = Some(Instant::now() + LOOK_AROUND / 5);
            let parker = Arc::default();
            let is_done =
                controller.wait_again_until(own, &parker, &Call::none(), soon, &mut || false);
            send.send(is_done).unwrap();
        });
        let outcome = receive.recv_timeout(Duration::from_secs(60));
        sys::shutdown(&*link);
        assert_eq!(outcome, Ok(false));
        thread.join().unwrap();
    }

    #[test]
    fn the_io_thread_waits_for_no_other_reader() {
        let (controller, link, _theirs) = connected();
        let (send, receive) = mpsc::channel();
        let reads = lock(&link.decoder);
        let for_thread = Arc::clone(&controller);
        let thread = std::thread::spawn(move || {
            // Nobody has the role yet.
            for_thread.look();
            lock(&for_thread.core).reader = Reader::Reactor;
            send.send(for_thread.read_a_turn()).unwrap();
        });
        // There may be more to read, so it comes again.
        assert_eq!(receive.recv_timeout(Duration::from_secs(600)), Ok(true));
        drop(reads);
        thread.join().unwrap();
    }

    #[test]
    fn a_failed_send_ends_the_waiting_of_another_thread() {
        let (controller, link, _theirs) = connected();
        let for_thread = (Arc::clone(&controller), Arc::clone(&link));
        let thread = std::thread::spawn(move || {
            let (controller, link) = for_thread;
            let _ = controller.read_waiting(&link, true, &mut || false);
            link.is_over.load(Ordering::Relaxed)
        });
        while try_lock(&link.decoder).is_some() {
            std::thread::yield_now();
        }
        controller.read_to_the_end(&link, Cause::Eof);
        // It was woken by the end, and not by the time.
        assert!(thread.join().unwrap());
    }
}
