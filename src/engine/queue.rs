//! The bounded event queue: blocks in, events out, what is lost counted and marked in its place.

use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use super::block::Block;
use super::park::{lock, try_lock, Parker};
use super::subscriber::Subscriber;
use super::sys::{Origin, WakeFd};
use crate::proto::event::{Kind, KindSet};

mod pressure;
mod segments;

pub(crate) use pressure::Pressure;
use segments::{Inner, Segment};
pub(crate) use segments::{Lost, QueueItem};

/// What a full queue gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overflow {
    /// The events that wait longest.
    DropOldest,
    /// The events that arrive.
    DropNewest,
}

/// How much a queue holds.
#[derive(Clone, Copy, Debug)]
pub struct Capacity {
    /// The most events.
    pub events: usize,
    /// The most bytes of their raw text. A single larger event is held when nothing else is.
    pub bytes: usize,
    /// What a full queue gives up.
    pub overflow: Overflow,
}

impl Default for Capacity {
    fn default() -> Capacity {
        Capacity {
            events: 65_536,
            bytes: 4 << 20,
            overflow: Overflow::DropOldest,
        }
    }
}

/// A queue that wants fewer than one in so many of a block's bytes takes a copy of those, lest it
/// keep the whole block in memory.
const SPARSE: usize = 4;
/// Events handed to the consumer under one lock.
const BATCH_EVENTS: usize = 256;

/// See the module's comment. One thread drains at a time; any number may look.
#[derive(Debug)]
pub(crate) struct Queue {
    inner: Mutex<Inner>,
    /// Of the events in hand, how many have been handed over. Written by the draining thread only,
    /// so that counting costs no locked instruction.
    progress: AtomicU64,
    /// None for listeners.
    signal: Option<Signal>,
    origin: Origin,
}

/// The descriptor, which is readable while something is to be taken or the queue has ended.
#[derive(Debug)]
struct Signal {
    fd: WakeFd,
    /// Locked before `inner`, and while the descriptor is changed.
    is_set: Mutex<bool>,
}

impl Subscriber for Queue {
    fn has_consumer(&self) -> bool {
        true
    }

    /// Takes in those events of the block that the queue wants.
    fn publish(&self, block: &Arc<Block>) -> Pressure {
        let mut inner = lock(&self.inner);
        let kinds = inner.kinds;
        if inner.is_ended || !block.touches(kinds) {
            return Pressure::None;
        }
        let (events, bytes) = block.measure(0..block.len(), kinds);
        if inner.join_last(block, events, bytes) {
            inner.drop_oldest();
            return self.announce_room(inner);
        }
        let block = if bytes * SPARSE < block.size_bytes() {
            Arc::new(block.only(kinds))
        } else {
            Arc::clone(block)
        };
        let segment = Segment::Events {
            range: 0..block.len(),
            block,
            kinds,
            events,
            bytes,
        };
        match inner.capacity.overflow {
            Overflow::DropOldest => {
                inner.push(segment);
                inner.drop_oldest();
            }
            Overflow::DropNewest => inner.push_what_fits(segment),
        }
        self.announce_room(inner)
    }

    /// Takes in a STATE event, which is never dropped for lack of room.
    fn publish_state(&self, block: &Arc<Block>) {
        let mut inner = lock(&self.inner);
        let kinds = inner.kinds;
        if inner.is_ended || !kinds.has(Kind::State) {
            return;
        }
        inner.push(Segment::Events {
            block: Arc::clone(block),
            range: 0..block.len(),
            kinds,
            events: block.len(),
            bytes: block.size_bytes(),
        });
        self.announce(inner);
    }

    /// Notes that an event was lost before it could be taken in.
    fn publish_lost(&self, kind: Kind, bytes: usize) {
        let mut inner = lock(&self.inner);
        // Of an unknown kind the name was lost as well: it may be any that was asked for.
        let kinds = KindSet::of(kind).with_unknown();
        if inner.is_ended || !inner.kinds.meets(kinds) {
            return;
        }
        inner.lose_last(Lost {
            events: 1,
            bytes: bytes as u64,
            kinds,
        });
        self.announce(inner);
    }

    /// The pause is over: the producer reads on and the queue may have to drop.
    fn end_pause(&self) {
        let mut inner = lock(&self.inner);
        if std::mem::take(&mut inner.is_paused) {
            inner.is_patient = inner.is_consumer_quick();
        }
    }

    /// Nothing will come any more; what is there can still be taken.
    fn end(&self) {
        let mut inner = lock(&self.inner);
        inner.is_ended = true;
        self.announce(inner);
    }

    /// Gives back what it holds in a forked child, and changes nothing for the parent.
    fn give_back_copy(&self) {
        if let Some(mut inner) = try_lock(&self.inner) {
            inner.segments = Default::default();
        }
    }
}

impl Queue {
    pub(crate) fn new(kinds: KindSet, capacity: Capacity, signal: Option<WakeFd>) -> Queue {
        Queue {
            inner: Mutex::new(Inner::new(kinds, capacity)),
            progress: AtomicU64::new(0),
            signal: signal.map(|fd| Signal {
                fd,
                is_set: Mutex::new(false),
            }),
            origin: Origin::here(),
        }
    }

    /// Gives back the descriptor in a forked child, which the program asks for no more.
    pub(crate) fn close_copy(&self) {
        if let Some(signal) = &self.signal {
            signal.fd.close_copy();
        }
    }

    /// Makes the child's copy of the descriptor readable.
    pub(crate) fn set_copy(&self) {
        if let Some(signal) = &self.signal {
            // Without a descriptor for that, it is what the parent's is.
            let _ = signal.fd.set_copy();
        }
    }

    pub(crate) fn signal_fd(&self) -> Option<BorrowedFd<'_>> {
        self.signal.as_ref().map(|signal| signal.fd.as_fd())
    }

    /// From now on it takes in the events of these kinds.
    pub(crate) fn set_kinds(&self, kinds: KindSet) {
        lock(&self.inner).kinds = kinds.with_unknown();
    }

    /// [`Queue::announce`], and whether room is scarce.
    fn announce_room(&self, mut inner: MutexGuard<'_, Inner>) -> Pressure {
        let pressure = inner.pressure();
        self.announce(inner);
        pressure
    }

    /// Drops all that is there. Counted, but marked by no gap: nobody is to look any more.
    pub(crate) fn drop_all(&self) {
        let mut inner = lock(&self.inner);
        inner.dropped += inner.events as u64;
        inner.clear();
    }

    /// Drops all that is there, uncounted, and ends.
    pub(crate) fn discard(&self) {
        let mut inner = lock(&self.inner);
        inner.clear();
        inner.is_ended = true;
        self.announce(inner);
    }

    /// Tells the consumer, wherever it waits.
    fn announce(&self, mut inner: MutexGuard<'_, Inner>) {
        inner.high_water = inner.high_water.max(inner.events);
        let waiting = std::mem::take(&mut inner.waiting);
        let is_changed = inner.change_signal();
        // Whoever is woken wants the lock immediately.
        drop(inner);
        for parker in waiting {
            parker.wake();
        }
        if is_changed {
            self.match_signal();
        }
    }

    /// Makes the descriptor what it is to be by now, which may be what it is already: another
    /// thread may have changed its mind, or have been here first.
    fn match_signal(&self) {
        let Some(signal) = &self.signal else { return };
        let mut is_set = lock(&signal.is_set);
        let wanted = lock(&self.inner).is_signalled;
        if wanted != *is_set {
            *is_set = wanted;
            if wanted {
                signal.fd.set();
            } else {
                signal.fd.clear();
            }
        }
    }

    /// The next item, with at most one event. The bool says that the producer waits for room.
    pub(crate) fn take_one(&self) -> (QueueItem, bool) {
        let mut inner = lock(&self.inner);
        let (item, events) = inner.take(1);
        inner.delivered += events as u64;
        let resume = inner.take_resume();
        let is_changed = inner.change_signal();
        drop(inner);
        if is_changed {
            self.match_signal();
        }
        (item, resume)
    }

    /// The next publication wakes the thread behind `parker`. False if something is there.
    pub(crate) fn wake_me(&self, parker: &Arc<Parker>) -> bool {
        let mut inner = lock(&self.inner);
        if !inner.segments.is_empty() || inner.is_ended {
            return false;
        }
        if !inner.waiting.iter().any(|other| Arc::ptr_eq(other, parker)) {
            inner.waiting.push(Arc::clone(parker));
        }
        true
    }

    pub(crate) fn wake_me_no_more(&self, parker: &Arc<Parker>) {
        lock(&self.inner)
            .waiting
            .retain(|other| !Arc::ptr_eq(other, parker));
    }

    /// Begins a drain, unless one is running.
    pub(crate) fn begin_drain(&self) -> Option<Drain<'_>> {
        let mut inner = lock(&self.inner);
        if inner.is_draining {
            return None;
        }
        inner.is_draining = true;
        Some(Drain {
            queue: self,
            is_finished: false,
        })
    }

    /// How many events and gaps are there to be taken now.
    pub(crate) fn item_count(&self) -> usize {
        let inner = lock(&self.inner);
        let is_gap = |segment: &&Segment| matches!(segment, Segment::Gap(_));
        inner.events + inner.segments.iter().filter(is_gap).count()
    }

    pub(crate) fn counts(&self) -> Counts {
        let inner = lock(&self.inner);
        let progress = self.progress.load(Ordering::Relaxed);
        Counts {
            backlog: inner.events + inner.in_hand - progress as usize,
            backlog_bytes: inner.bytes,
            high_water: inner.high_water,
            delivered: inner.delivered + progress,
            dropped: inner.dropped,
        }
    }
}

/// A queue's figures at one moment: delivered + backlog + dropped is what was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events waiting.
    pub backlog: usize,
    /// Bytes of the events waiting.
    pub backlog_bytes: usize,
    /// The largest backlog so far.
    pub high_water: usize,
    /// Events handed to the consumer.
    pub delivered: u64,
    /// Events lost.
    pub dropped: u64,
}

/// A drain in progress. Dropping it, also in a panic, returns what was taken and not handed over.
pub(crate) struct Drain<'a> {
    queue: &'a Queue,
    is_finished: bool,
}

impl Drain<'_> {
    /// The next item with at most `max` events. The bool says that the producer waits for room.
    pub(crate) fn take(&mut self, max: usize) -> (QueueItem, bool) {
        let mut inner = lock(&self.queue.inner);
        self.settle(&mut inner);
        let (item, events) = inner.take(max.min(BATCH_EVENTS));
        inner.in_hand = events;
        (item, inner.take_resume())
    }

    /// Whether this is the process that began it.
    #[inline]
    pub(crate) fn is_here(&self) -> bool {
        self.queue.origin.is_here()
    }

    /// Notes that so many of the events in hand have been handed over.
    #[inline]
    pub(crate) fn note_progress(&self, events: u64) {
        self.queue.progress.store(events, Ordering::Relaxed);
    }

    /// Returns the events from `range` on, of those in hand, to the queue.
    pub(crate) fn put_back(&mut self, block: Arc<Block>, range: Range<usize>, kinds: KindSet) {
        let mut inner = lock(&self.queue.inner);
        let (events, bytes) = block.measure(range.clone(), kinds);
        self.settle(&mut inner);
        if events > 0 {
            inner.delivered -= events as u64;
            inner.events += events;
            inner.bytes += bytes;
            inner.segments.push_front(Segment::Events {
                block,
                range,
                kinds,
                events,
                bytes,
            });
        }
    }

    /// Drops the events from `range` on, of those in hand.
    pub(crate) fn drop_rest(&mut self, block: &Block, range: Range<usize>, kinds: KindSet) {
        let mut inner = lock(&self.queue.inner);
        let (events, _) = block.measure(range, kinds);
        self.settle(&mut inner);
        inner.delivered -= events as u64;
        inner.dropped += events as u64;
    }

    /// Ends the drain, if it has not ended yet. Whether the producer waits for room.
    pub(crate) fn finish(&mut self) -> bool {
        if self.is_finished || !self.is_here() {
            return false;
        }
        self.is_finished = true;
        let mut inner = lock(&self.queue.inner);
        self.settle(&mut inner);
        inner.is_draining = false;
        inner.in_hand_bytes = 0;
        let resume = inner.take_resume();
        let is_changed = inner.change_signal();
        drop(inner);
        if is_changed {
            self.queue.match_signal();
        }
        resume
    }

    /// Counts all that was in hand as delivered.
    fn settle(&self, inner: &mut Inner) {
        inner.delivered += inner.in_hand as u64;
        inner.in_hand = 0;
        self.queue.progress.store(0, Ordering::Relaxed);
    }
}

impl Drop for Drain<'_> {
    fn drop(&mut self) {
        let _ = self.finish();
    }
}

#[cfg(test)]
mod tests;
