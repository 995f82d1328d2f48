//! Taking many events under one lock.

use std::ops::Range;
use std::sync::atomic::Ordering;
use std::sync::Arc;

use super::store::Segment;
use super::{Inner, Queue, QueueItem};
use crate::engine::block::Block;
use crate::engine::park::lock;
use crate::proto::event::KindSet;

/// Events handed to the consumer under one lock.
const BATCH_EVENTS: usize = 256;

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
        inner.store.in_hand = events;
        (item, inner.take_resume())
    }

    /// Whether this is the process that began it.
    #[inline]
    pub(crate) fn is_here(&self) -> bool {
        self.queue.origin.is_here()
    }

    /// So many of the events in hand have been handed over.
    #[inline]
    pub(crate) fn set_progress(&self, events: u64) {
        self.queue.progress.store(events, Ordering::Relaxed);
    }

    /// Returns the events from `range` on, of those in hand, to the queue.
    pub(crate) fn put_back(&mut self, block: Arc<Block>, range: Range<usize>, kinds: KindSet) {
        let mut inner = lock(&self.queue.inner);
        let (events, bytes) = block.measure(range.clone(), kinds);
        self.settle(&mut inner);
        if events > 0 {
            inner.store.delivered -= events as u64;
            inner.store.events += events;
            inner.store.bytes += bytes;
            inner.store.segments.push_front(Segment::Events {
                block,
                range,
                kinds,
                events,
                bytes,
            });
        }
    }

    /// Drops the events from `range` on, of those in hand.
    pub(crate) fn drop_remaining(&mut self, block: &Block, range: Range<usize>, kinds: KindSet) {
        let mut inner = lock(&self.queue.inner);
        let (events, _) = block.measure(range, kinds);
        self.settle(&mut inner);
        inner.store.delivered -= events as u64;
        inner.store.dropped += events as u64;
    }

    /// Ends the drain, if it has not ended yet. Whether the producer waits for room.
    pub(crate) fn finish(&mut self) -> bool {
        if self.is_finished || !self.is_here() {
            return false;
        }
        self.is_finished = true;
        let mut inner = lock(&self.queue.inner);
        self.settle(&mut inner);
        inner.store.is_draining = false;
        inner.store.in_hand_bytes = 0;
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
        inner.store.delivered += inner.store.in_hand as u64;
        inner.store.in_hand = 0;
        self.queue.progress.store(0, Ordering::Relaxed);
    }
}

impl Drop for Drain<'_> {
    fn drop(&mut self) {
        let _ = self.finish();
    }
}

impl Queue {
    /// Begins a drain, unless one is running.
    pub(crate) fn begin_drain(&self) -> Option<Drain<'_>> {
        let mut inner = lock(&self.inner);
        if inner.store.is_draining {
            return None;
        }
        inner.store.is_draining = true;
        Some(Drain {
            queue: self,
            is_finished: false,
        })
    }
}

#[cfg(test)]
mod tests;
