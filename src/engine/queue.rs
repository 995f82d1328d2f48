//! The bounded event queue: blocks in, events out, what is lost counted and marked in its place.
//!
//! `store` is what it holds, `signal` the descriptor for the consumer, `pace` the pauses for the
//! producer, `drain` how many events are taken together.

use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use smallvec::SmallVec;

use super::block::Block;
use super::call::{Completes, Given};
use super::completion::Completion;
use super::park::{lock, try_lock, Parker};
use super::subscriber::{Pressure, Subscriber, Unheard};
use super::sys::{Origin, WakeFd};
use crate::error::Error;
use crate::proto::event::{Kind, KindSet};

mod drain;
mod pace;
mod signal;
mod store;

pub(crate) use drain::Drain;
use pace::ConsumerPace;
pub(crate) use signal::ReadySignal;
pub(crate) use store::{Lost, QueueItem};
use store::{Segment, Store};

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

/// A queue that wants fewer than one in so many of a block's bytes takes a copy of those.
/// Trick: shared blocks (docs/internals/tricks.md).
const SPARSE: usize = 4;

/// See the module's comment. One thread drains at a time; any number may look.
#[derive(Debug)]
pub(crate) struct Queue {
    inner: Mutex<Inner>,
    /// Of the events in hand, how many have been handed over. Written by the draining thread only,
    /// so that counting costs no locked instruction.
    progress: AtomicU64,
    /// None for listeners.
    signal: Option<ReadySignal>,
    /// It ends with the connection, though the controller may make another.
    is_of_connection: bool,
    origin: Origin,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    pace: ConsumerPace,
    /// The descriptor is to be readable.
    is_signalled: bool,
    /// Consumers that wait for the next publication.
    waiting: SmallVec<[Arc<Parker>; 1]>,
}

impl Inner {
    /// Takes an item with at most `max` events; their count.
    fn take(&mut self, max: usize) -> (QueueItem, usize) {
        let (item, events) = self.store.take(max);
        self.pace.took(events, self.store.in_hand_bytes);
        (item, events)
    }

    fn pressure(&mut self) -> Pressure {
        let Store { events, bytes, .. } = self.store;
        self.pace.pressure(events, bytes, &self.store.capacity)
    }

    /// Whether the producer waits and there is room again.
    fn take_resume(&mut self) -> bool {
        let bytes = self.store.bytes + self.store.in_hand_bytes;
        self.pace
            .take_resume(self.store.events, bytes, &self.store.capacity)
    }

    /// Whether the descriptor is to become something else. It is readable when something is to be
    /// taken or the queue has ended; a draining consumer looks by itself before it leaves.
    fn change_signal(&mut self) -> bool {
        if self.store.is_draining {
            return false;
        }
        let wanted = !self.store.segments.is_empty() || self.store.has_ended();
        std::mem::replace(&mut self.is_signalled, wanted) != wanted
    }
}

impl Subscriber for Queue {
    fn has_consumer(&self) -> bool {
        true
    }

    /// Takes in those events of the block that the queue wants.
    fn publish(&self, block: &Arc<Block>) -> Pressure {
        let mut inner = lock(&self.inner);
        let store = &mut inner.store;
        let kinds = store.kinds;
        if store.is_ended || !block.touches(kinds) {
            return Pressure::None;
        }
        let (events, bytes) = block.measure(0..block.len(), kinds);
        if store.join_last(block, events, bytes) {
            store.drop_oldest();
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
        match store.capacity.overflow {
            Overflow::DropOldest => {
                store.push(segment);
                store.drop_oldest();
            }
            Overflow::DropNewest => store.push_what_fits(segment),
        }
        self.announce_room(inner)
    }

    /// Takes in an event that the library made, which is never dropped for lack of room.
    fn publish_own(&self, block: &Arc<Block>) {
        let mut inner = lock(&self.inner);
        let kinds = inner.store.kinds;
        if inner.store.is_ended || !block.touches(kinds) {
            return;
        }
        inner.store.push(Segment::Events {
            block: Arc::clone(block),
            range: 0..block.len(),
            kinds,
            events: block.len(),
            bytes: block.size_bytes(),
        });
        self.announce(inner);
    }

    /// Records that an event was lost before it could be taken in.
    fn publish_lost(&self, kind: Kind, bytes: usize) {
        let mut inner = lock(&self.inner);
        // Of an unknown kind the name was lost as well: it may be any that was asked for.
        let kinds = KindSet::of(kind).with_unknown();
        if inner.store.is_ended || !inner.store.kinds.meets(kinds) {
            return;
        }
        inner.store.lose_last(Lost {
            events: 1,
            bytes: bytes as u64,
            kinds,
            unheard: None,
        });
        self.announce(inner);
    }

    fn disconnect(&self) {
        if self.is_of_connection {
            self.end();
        }
    }

    /// Marks the time of which tor's events are missing, if there are any that it wants.
    fn reconnect(&self, unheard: Unheard) {
        let mut inner = lock(&self.inner);
        let store = &mut inner.store;
        if store.is_ended || store.kinds.without(KindSet::OURS).is_empty() {
            return;
        }
        store.miss(unheard);
        self.announce(inner);
    }

    /// The pause is over: the producer reads on and the queue may have to drop.
    fn end_pause(&self) {
        let mut inner = lock(&self.inner);
        let Inner { store, pace, .. } = &mut *inner;
        pace.end_pause(&store.capacity);
    }

    /// Nothing will come any more; what is there can still be taken.
    fn end(&self) {
        let mut inner = lock(&self.inner);
        inner.store.is_ended = true;
        self.announce(inner);
    }

    /// Gives back what it holds in a forked child, and changes nothing for the parent.
    fn give_back_copy(&self) {
        if let Some(mut inner) = try_lock(&self.inner) {
            inner.store.segments = Default::default();
        }
    }
}

impl Completes for Queue {
    fn expect(&self) -> bool {
        let mut inner = lock(&self.inner);
        let is_open = !inner.store.is_ended;
        inner.store.outstanding += usize::from(is_open);
        is_open
    }

    /// Takes in the outcome of a begun call, which is never dropped for lack of room. The queue does
    /// not end before it.
    fn complete(&self, tag: u64, outcome: Result<Given, Error>) {
        let completion = Completion::new(tag, outcome);
        let mut inner = lock(&self.inner);
        inner.store.outstanding -= 1;
        if inner.store.is_discarded {
            // What it gives may be a handle, whose end takes other locks.
            drop(inner);
            return drop(completion);
        }
        inner.store.push(Segment::Completion(completion));
        self.announce(inner);
    }
}

impl Queue {
    pub(crate) fn new(kinds: KindSet, capacity: Capacity, signal: Option<WakeFd>) -> Queue {
        Queue {
            inner: Mutex::new(Inner {
                store: Store::new(kinds, capacity),
                pace: ConsumerPace::new(),
                is_signalled: false,
                waiting: SmallVec::new(),
            }),
            progress: AtomicU64::new(0),
            signal: signal.map(ReadySignal::new),
            is_of_connection: false,
            origin: Origin::here(),
        }
    }

    /// The same queue, but that it ends with the connection: what it is for is about this tor.
    pub(crate) fn of_connection(self) -> Queue {
        Queue {
            is_of_connection: true,
            ..self
        }
    }

    /// Gives back the descriptor in a forked child, which the program asks for no more.
    pub(crate) fn close_copy(&self) {
        if let Some(signal) = &self.signal {
            signal.close_copy();
        }
    }

    /// Makes the child's copy of the descriptor readable.
    pub(crate) fn set_copy(&self) {
        if let Some(signal) = &self.signal {
            signal.set_copy();
        }
    }

    pub(crate) fn signal_fd(&self) -> Option<BorrowedFd<'_>> {
        self.signal.as_ref().map(ReadySignal::fd)
    }

    /// From now on it takes in the events of these kinds.
    pub(crate) fn set_kinds(&self, kinds: KindSet) {
        lock(&self.inner).store.kinds = kinds.with_unknown();
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
        inner.store.dropped += inner.store.events as u64;
        inner.store.clear();
    }

    /// Drops all that is there, uncounted, and ends.
    pub(crate) fn discard(&self) {
        let mut inner = lock(&self.inner);
        // Dropped without the lock: the outcome of a call may be a handle.
        let _gone = std::mem::take(&mut inner.store.segments);
        inner.store.clear();
        inner.store.is_ended = true;
        inner.store.is_discarded = true;
        self.announce(inner);
    }

    /// Tells the consumer, wherever it waits.
    fn announce(&self, mut inner: MutexGuard<'_, Inner>) {
        inner.store.high_water = inner.store.high_water.max(inner.store.events);
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

    /// Makes the descriptor what it is to be by now.
    fn match_signal(&self) {
        if let Some(signal) = &self.signal {
            signal.match_to(|| lock(&self.inner).is_signalled);
        }
    }

    /// The next item, with at most one event. The bool says that the producer waits for room.
    pub(crate) fn take_one(&self) -> (QueueItem, bool) {
        let mut inner = lock(&self.inner);
        let (item, events) = inner.take(1);
        inner.store.delivered += events as u64;
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
        if !inner.store.segments.is_empty() || inner.store.has_ended() {
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

    /// How many events, gaps and completions are there to be taken now.
    pub(crate) fn item_count(&self) -> usize {
        let inner = lock(&self.inner);
        let is_one = |segment: &&Segment| !matches!(segment, Segment::Events { .. });
        inner.store.events + inner.store.segments.iter().filter(is_one).count()
    }

    pub(crate) fn counts(&self) -> Counts {
        let inner = lock(&self.inner);
        let progress = self.progress.load(Ordering::Relaxed);
        Counts {
            backlog: inner.store.events + inner.store.in_hand - progress as usize,
            backlog_bytes: inner.store.bytes,
            high_water: inner.store.high_water,
            delivered: inner.store.delivered + progress,
            dropped: inner.store.dropped,
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

#[cfg(test)]
mod tests;
