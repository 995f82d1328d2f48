//! The bounded event queue: blocks in, events out, what is lost counted and marked in its place.

use std::collections::VecDeque;
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use smallvec::SmallVec;

use super::block::Block;
use super::park::{lock, try_lock, Parker};
use super::sys::{Origin, WakeFd};
use crate::proto::event::{Kind, KindSet};

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
/// Blocks are joined up to this size.
const JOIN_BYTES: usize = 4096;
/// How long a consumer is watched before it is said whether it is worth waiting for.
const PACE: Duration = Duration::from_millis(20);
/// Events handed to the consumer under one lock.
const BATCH_EVENTS: usize = 256;

/// What a consumer took from a queue.
pub(crate) enum Item {
    /// The events of the block's range that are of these kinds.
    Events {
        block: Arc<Block>,
        range: Range<usize>,
        kinds: KindSet,
    },
    /// So many events were lost here.
    Gap(Lost),
    /// Nothing is there now.
    Empty,
    /// Nothing is there and nothing will come.
    Ended,
}

/// Events that were dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lost {
    pub(crate) events: u64,
    pub(crate) bytes: u64,
    pub(crate) kinds: KindSet,
}

impl Lost {
    fn add(&mut self, other: Lost) {
        self.events += other.events;
        self.bytes += other.bytes;
        self.kinds = self.kinds.union(other.kinds);
    }
}

/// Whether the producer should pause, to let a consumer that keeps up take what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[must_use]
pub(crate) enum Pressure {
    None,
    High,
}

#[derive(Debug)]
enum Segment {
    Events {
        block: Arc<Block>,
        range: Range<usize>,
        kinds: KindSet,
        /// Of the range, how many are of these kinds, and their bytes.
        events: usize,
        bytes: usize,
    },
    Gap(Lost),
}

#[derive(Debug)]
struct Inner {
    kinds: KindSet,
    capacity: Capacity,
    segments: VecDeque<Segment>,
    /// Sums over `segments`.
    events: usize,
    bytes: usize,
    /// Events that a running drain has taken; `Queue::progress` says how far it is with them.
    in_hand: usize,
    is_draining: bool,
    delivered: u64,
    dropped: u64,
    high_water: usize,
    is_ended: bool,
    /// The descriptor is to be readable.
    is_signalled: bool,
    waiting: SmallVec<[Arc<Parker>; 1]>,
    /// Whether the producer may be asked to pause. Lost when a pause ended and the consumer had
    /// hardly taken anything, and regained when it has caught up or is quick again.
    is_patient: bool,
    is_paused: bool,
    /// What the consumer has taken since that moment.
    taken: Taken,
}

#[derive(Debug)]
struct Taken {
    since: Instant,
    events: usize,
    bytes: usize,
}

impl Taken {
    fn begin() -> Taken {
        Taken {
            since: Instant::now(),
            events: 0,
            bytes: 0,
        }
    }
}

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

impl Queue {
    pub(crate) fn new(kinds: KindSet, capacity: Capacity, signal: Option<WakeFd>) -> Queue {
        Queue {
            inner: Mutex::new(Inner {
                kinds: kinds.with_unknown(),
                capacity,
                segments: VecDeque::new(),
                events: 0,
                bytes: 0,
                in_hand: 0,
                is_draining: false,
                delivered: 0,
                dropped: 0,
                high_water: 0,
                is_ended: false,
                is_signalled: false,
                waiting: SmallVec::new(),
                is_patient: true,
                is_paused: false,
                taken: Taken::begin(),
            }),
            progress: AtomicU64::new(0),
            signal: signal.map(|fd| Signal {
                fd,
                is_set: Mutex::new(false),
            }),
            origin: Origin::here(),
        }
    }

    /// Gives back what it holds in a forked child, and changes nothing for the parent.
    pub(crate) fn give_back_copy(&self) {
        if let Some(mut inner) = try_lock(&self.inner) {
            inner.segments = VecDeque::new();
        }
    }

    /// The same for the descriptor, which the program asks for no more.
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

    /// Has it take in what whoever asks for these kinds gets.
    pub(crate) fn set_kinds(&self, kinds: KindSet) {
        lock(&self.inner).kinds = kinds.with_unknown();
    }

    /// Takes in those events of the block that the queue wants.
    pub(crate) fn publish(&self, block: &Arc<Block>) -> Pressure {
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

    /// [`Queue::announce`], and whether room is scarce.
    fn announce_room(&self, mut inner: MutexGuard<'_, Inner>) -> Pressure {
        let pressure = inner.pressure();
        self.announce(inner);
        pressure
    }

    /// Takes in a STATE event, which is never dropped for lack of room.
    pub(crate) fn publish_state(&self, block: &Arc<Block>) {
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
    pub(crate) fn publish_lost(&self, kind: Kind, bytes: usize) {
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

    /// Nothing will come any more; what is there can still be taken.
    pub(crate) fn end(&self) {
        let mut inner = lock(&self.inner);
        inner.is_ended = true;
        self.announce(inner);
    }

    /// Drops all that is there. Counted, but marked by no gap: nobody is to look any more.
    pub(crate) fn drop_all(&self) {
        let mut inner = lock(&self.inner);
        inner.dropped += inner.events as u64;
        inner.segments.clear();
        inner.events = 0;
        inner.bytes = 0;
    }

    /// Drops all that is there, uncounted, and ends.
    pub(crate) fn discard(&self) {
        let mut inner = lock(&self.inner);
        inner.segments.clear();
        inner.events = 0;
        inner.bytes = 0;
        inner.is_ended = true;
        self.announce(inner);
    }

    /// Tells the consumer, wherever it waits.
    fn announce(&self, mut inner: MutexGuard<'_, Inner>) {
        inner.high_water = inner.high_water.max(inner.events);
        let waiting = std::mem::take(&mut inner.waiting);
        let is_changed = inner.change_signal();
        // Whoever is woken wants the lock at once.
        drop(inner);
        for parker in waiting {
            parker.wake();
        }
        if is_changed {
            self.match_signal();
        }
    }

    /// Makes the descriptor what it is to be by now, which may be what it is already: another thread
    /// may have changed its mind, or have been here first.
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
    pub(crate) fn take_one(&self) -> (Item, bool) {
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

    /// Has the thread behind `parker` woken by the next publication. False if something is there.
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
        Some(Drain { queue: self })
    }

    /// The pause is over: the producer reads on and the queue may have to drop.
    pub(crate) fn end_pause(&self) {
        let mut inner = lock(&self.inner);
        if std::mem::take(&mut inner.is_paused) {
            inner.is_patient = inner.is_consumer_quick();
        }
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
}

impl Drain<'_> {
    /// The next item with at most `max` events. The bool says that the producer waits for room.
    pub(crate) fn take(&mut self, max: usize) -> (Item, bool) {
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

    /// Counts all that was in hand as delivered.
    fn settle(&self, inner: &mut Inner) {
        inner.delivered += inner.in_hand as u64;
        inner.in_hand = 0;
        self.queue.progress.store(0, Ordering::Relaxed);
    }
}

impl Drop for Drain<'_> {
    fn drop(&mut self) {
        if !self.is_here() {
            return;
        }
        let mut inner = lock(&self.queue.inner);
        self.settle(&mut inner);
        inner.is_draining = false;
        let is_changed = inner.change_signal();
        drop(inner);
        if is_changed {
            self.queue.match_signal();
        }
    }
}

impl Inner {
    /// Whether the descriptor is to become something else. It is readable when something is to be taken
    /// or the queue has ended; a draining consumer looks by itself before it leaves.
    fn change_signal(&mut self) -> bool {
        if self.is_draining {
            return false;
        }
        let wanted = !self.segments.is_empty() || self.is_ended;
        std::mem::replace(&mut self.is_signalled, wanted) != wanted
    }

    fn push(&mut self, segment: Segment) {
        if let Segment::Events { events, bytes, .. } = &segment {
            self.events += events;
            self.bytes += bytes;
        }
        self.segments.push_back(segment);
    }

    /// Joins a small block to the last one, if that is small, too. Only when there is room, where the
    /// newest would have to be dropped. When tor sends events one by one and nobody takes them, a block for each would cost many times the event.
    fn join_last(&mut self, other: &Block, other_events: usize, other_bytes: usize) -> bool {
        let has_room = self.capacity.overflow == Overflow::DropOldest
            || self.events + other_events <= self.capacity.events
                && self.bytes + other_bytes <= self.capacity.bytes;
        let wanted = self.kinds;
        let Some(Segment::Events {
            block,
            range,
            kinds,
            events,
            bytes,
        }) = self.segments.back_mut()
        else {
            return false;
        };
        let is_small = *bytes + other_bytes <= JOIN_BYTES && block.size_bytes() <= JOIN_BYTES;
        if !has_room || !is_small || *kinds != wanted || range.end != block.len() {
            return false;
        }
        match Arc::get_mut(block) {
            Some(block) => block.append(other, wanted),
            // Another queue or the consumer has it as well.
            None => {
                let mut own = block.only(KindSet::default());
                for index in range.clone() {
                    if kinds.has_bit(block.span(index).bit) {
                        own.append(&block.only_one(index), wanted);
                    }
                }
                own.append(other, wanted);
                *range = 0..own.len();
                *block = Arc::new(own);
            }
        }
        range.end = block.len();
        *events += other_events;
        *bytes += other_bytes;
        self.events += other_events;
        self.bytes += other_bytes;
        true
    }

    fn is_over(&self) -> bool {
        self.events > self.capacity.events || self.bytes > self.capacity.bytes
    }

    /// Drops from the front until the queue keeps to its capacity or has a single event.
    fn drop_oldest(&mut self) {
        let mut lost = Lost::default();
        while self.is_over() && self.events > 1 {
            match self.segments.pop_front() {
                Some(Segment::Gap(gap)) => lost.add(gap),
                Some(Segment::Events {
                    block,
                    range,
                    kinds,
                    events,
                    bytes,
                }) => {
                    let mut left = (events, bytes);
                    let mut at = range.start;
                    while at < range.end && self.is_over() && self.events > 1 {
                        let (one, size) = block.measure(at..at + 1, kinds);
                        if one == 1 {
                            let bit = block.span(at).bit;
                            lost.add(Lost {
                                events: 1,
                                bytes: size as u64,
                                kinds: KindSet::of_bit(bit),
                            });
                            self.dropped += 1;
                            self.events -= 1;
                            self.bytes -= size;
                            left = (left.0 - 1, left.1 - size);
                        }
                        at += 1;
                    }
                    if left.0 > 0 {
                        self.segments.push_front(Segment::Events {
                            block,
                            range: at..range.end,
                            kinds,
                            events: left.0,
                            bytes: left.1,
                        });
                    }
                }
                None => break,
            }
        }
        if lost.events > 0 {
            if let Some(Segment::Gap(gap)) = self.segments.front_mut() {
                gap.add(lost);
            } else {
                self.segments.push_front(Segment::Gap(lost));
            }
        }
    }

    /// Takes in as much of the segment's beginning as there is room for.
    fn push_what_fits(&mut self, segment: Segment) {
        let Segment::Events {
            block,
            range,
            kinds,
            events,
            bytes,
        } = segment
        else {
            return;
        };
        let mut fit = (0, 0);
        let mut at = range.start;
        let has_room = |fit: (usize, usize)| {
            let total = (self.events + fit.0, self.bytes + fit.1);
            total.0 <= self.capacity.events && total.1 <= self.capacity.bytes
                || total.0 == 1 && self.capacity.events > 0
        };
        if has_room((events, bytes)) {
            fit = (events, bytes);
            at = range.end;
        }
        let mut lost = Lost::default();
        while at < range.end {
            let (one, size) = block.measure(at..at + 1, kinds);
            if one == 1 && !has_room((fit.0 + 1, fit.1 + size)) {
                break;
            }
            fit = (fit.0 + one, fit.1 + size);
            at += 1;
        }
        for index in at..range.end {
            let bit = block.span(index).bit;
            if kinds.has_bit(bit) {
                lost.kinds.0 |= KindSet::of_bit(bit).0;
            }
        }
        lost.events = (events - fit.0) as u64;
        lost.bytes = (bytes - fit.1) as u64;
        if fit.0 > 0 {
            self.push(Segment::Events {
                block,
                range: range.start..at,
                kinds,
                events: fit.0,
                bytes: fit.1,
            });
        }
        if lost.events > 0 {
            self.lose_last(lost);
        }
    }

    fn lose_last(&mut self, lost: Lost) {
        self.dropped += lost.events;
        if let Some(Segment::Gap(gap)) = self.segments.back_mut() {
            gap.add(lost);
        } else {
            self.segments.push_back(Segment::Gap(lost));
        }
    }

    /// Takes an item with at most `max` events, and their count.
    fn take(&mut self, max: usize) -> (Item, usize) {
        let Some(segment) = self.segments.pop_front() else {
            let item = if self.is_ended {
                Item::Ended
            } else {
                Item::Empty
            };
            return (item, 0);
        };
        match segment {
            Segment::Gap(lost) => (Item::Gap(lost), 0),
            Segment::Events {
                block,
                range,
                kinds,
                events,
                bytes,
            } => {
                let mut taken = (events, bytes);
                let mut upto = range.end;
                if events > max {
                    upto = block.end_of(range.clone(), kinds, max);
                    taken = block.measure(range.start..upto, kinds);
                    self.segments.push_front(Segment::Events {
                        block: Arc::clone(&block),
                        range: upto..range.end,
                        kinds,
                        events: events - taken.0,
                        bytes: bytes - taken.1,
                    });
                }
                self.events -= taken.0;
                self.bytes -= taken.1;
                self.taken.events += taken.0;
                self.taken.bytes += taken.1;
                let item = Item::Events {
                    block,
                    range: range.start..upto,
                    kinds,
                };
                (item, taken.0)
            }
        }
    }

    /// A pause is worth asking for from half full on in events, from a quarter in bytes: more would be
    /// memory for nothing, and no longer in the processor's cache when its turn comes.
    fn pressure(&mut self) -> Pressure {
        let is_high =
            self.events * 2 > self.capacity.events || self.bytes * 4 > self.capacity.bytes;
        if !is_high {
            return Pressure::None;
        }
        // Who waits for an answer reads in a pause as well, and must not begin it anew each time.
        let was_asked_for = self.is_paused || !self.is_patient;
        if was_asked_for && self.taken.since.elapsed() >= PACE {
            self.is_paused = false;
            self.is_patient = self.is_consumer_quick();
        }
        if !self.is_patient {
            return Pressure::None;
        }
        if !self.is_paused {
            self.is_paused = true;
            self.taken = Taken::begin();
        }
        Pressure::High
    }

    /// Whether the consumer takes what is there at a speed at which it is worth waiting for: a
    /// sixteenth of the capacity since this was last asked. Begins to count anew.
    fn is_consumer_quick(&mut self) -> bool {
        let Taken { events, bytes, .. } = std::mem::replace(&mut self.taken, Taken::begin());
        events * 16 >= self.capacity.events || bytes * 16 >= self.capacity.bytes
    }

    /// Whether the producer waits and there is room again: at half of what made it wait.
    fn take_resume(&mut self) -> bool {
        if self.events * 4 > self.capacity.events || self.bytes * 8 > self.capacity.bytes {
            return false;
        }
        self.is_patient = true;
        std::mem::take(&mut self.is_paused)
    }
}

#[cfg(test)]
mod tests;
