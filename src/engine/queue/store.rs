//! What a queue holds: ranges of blocks, and gaps where something was lost.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use smallvec::SmallVec;

use super::{Capacity, Overflow};
use crate::engine::block::{Block, JOIN_BYTES};
use crate::engine::completion::Completion;
use crate::engine::subscriber::Unheard;
use crate::proto::event::KindSet;

/// What a consumer took from a queue.
pub(crate) enum QueueItem {
    /// The events of the block's range that are of these kinds.
    Events {
        block: Arc<Block>,
        range: Range<usize>,
        kinds: KindSet,
    },
    /// So many events were lost here.
    Gap(Lost),
    /// A call that was begun is over.
    Completion(Arc<Completion>),
    /// Nothing is there now.
    Empty,
    /// Nothing is there and nothing will come.
    Ended,
}

/// Events that were dropped, or that nobody heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lost {
    pub(crate) events: u64,
    pub(crate) bytes: u64,
    pub(crate) kinds: KindSet,
    /// Without a connection nobody knows how many there were.
    pub(crate) unheard: Option<Unheard>,
}

impl Lost {
    fn add(&mut self, other: Lost) {
        self.unheard = match (self.unheard, other.unheard) {
            (Some(one), Some(other)) => Some(Unheard {
                from: one.from.min(other.from),
                to: one.to.max(other.to),
            }),
            (one, other) => one.or(other),
        };
        self.events += other.events;
        self.bytes += other.bytes;
        self.kinds = self.kinds.union(other.kinds);
    }
}

#[derive(Debug)]
pub(super) enum Segment {
    Events {
        block: Arc<Block>,
        range: Range<usize>,
        kinds: KindSet,
        /// Of the range, how many are of these kinds, and their bytes.
        events: usize,
        bytes: usize,
    },
    Gap(Lost),
    Completion(Arc<Completion>),
}

/// The segments, and sums over them.
#[derive(Debug)]
pub(super) struct Store {
    pub(super) kinds: KindSet,
    pub(super) capacity: Capacity,
    pub(super) segments: VecDeque<Segment>,
    /// Sums over `segments`.
    pub(super) events: usize,
    pub(super) bytes: usize,
    /// Events that a running drain has taken; `Queue::progress` says how far it is with them.
    pub(super) in_hand: usize,
    /// Bytes of the events that were taken last: the consumer still has them.
    pub(super) in_hand_bytes: usize,
    pub(super) is_draining: bool,
    pub(super) delivered: u64,
    pub(super) dropped: u64,
    pub(super) high_water: usize,
    /// Nothing comes any more but the outcomes of begun calls.
    pub(super) is_ended: bool,
    /// How many begun calls have their outcome come here.
    pub(super) outstanding: usize,
    /// The program has freed it.
    pub(super) is_discarded: bool,
}

impl Store {
    pub(super) fn new(kinds: KindSet, capacity: Capacity) -> Store {
        Store {
            kinds: kinds.with_unknown(),
            capacity,
            segments: VecDeque::new(),
            events: 0,
            bytes: 0,
            in_hand: 0,
            in_hand_bytes: 0,
            is_draining: false,
            delivered: 0,
            dropped: 0,
            high_water: 0,
            is_ended: false,
            outstanding: 0,
            is_discarded: false,
        }
    }

    pub(super) fn push(&mut self, segment: Segment) {
        if let Segment::Events { events, bytes, .. } = &segment {
            self.events += events;
            self.bytes += bytes;
        }
        self.segments.push_back(segment);
    }

    /// Joins a small block to the last one, if that is small, too. Only when there is room, where
    /// the newest would have to be dropped.
    ///
    /// Trick: joined blocks (docs/internals/tricks.md).
    pub(super) fn join_last(
        &mut self,
        other: &Block,
        other_events: usize,
        other_bytes: usize,
    ) -> bool {
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
            if let Some(block) = Arc::get_mut(block) {
                block.shrink();
            }
            return false;
        }
        match Arc::get_mut(block) {
            Some(block) => {
                if !block.append(other, wanted) {
                    block.shrink();
                    return false;
                }
            }
            // Another queue or the consumer has it as well.
            None => {
                let mut own = block.only(KindSet::default());
                let theirs = range
                    .clone()
                    .filter(|index| kinds.has_bit(block.span(*index).bit));
                let mut joined = theirs.map(|index| own.append(&block.only_one(index), wanted));
                if !joined.all(|it| it) || !own.append(other, wanted) {
                    return false;
                }
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

    /// Whether nothing at all will come any more.
    pub(super) fn has_ended(&self) -> bool {
        self.is_ended && self.outstanding == 0
    }

    /// Forgets all that is there.
    pub(super) fn clear(&mut self) {
        self.segments.clear();
        (self.events, self.bytes) = (0, 0);
    }

    fn is_over(&self) -> bool {
        self.events > self.capacity.events || self.bytes > self.capacity.bytes
    }

    /// Drops from the front until the queue keeps to its capacity or has a single event.
    pub(super) fn drop_oldest(&mut self) {
        let mut lost = Lost::default();
        let mut completions: SmallVec<[Segment; 4]> = SmallVec::new();
        while self.is_over() && self.events > 1 {
            match self.segments.pop_front() {
                Some(Segment::Gap(gap)) => lost.add(gap),
                // Never dropped: the program knows how many it began.
                Some(kept @ Segment::Completion(_)) => completions.push(kept),
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
                                unheard: None,
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
        if lost.events > 0 || lost.unheard.is_some() {
            if let Some(Segment::Gap(gap)) = self.segments.front_mut() {
                gap.add(lost);
            } else {
                self.segments.push_front(Segment::Gap(lost));
            }
        }
        for completion in completions.into_iter().rev() {
            self.segments.push_front(completion);
        }
    }

    /// Takes in as much of the segment's beginning as there is room for.
    pub(super) fn push_what_fits(&mut self, segment: Segment) {
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

    /// Marks a time without a connection.
    pub(super) fn miss(&mut self, unheard: Unheard) {
        self.lose_last(Lost {
            kinds: self.kinds,
            unheard: Some(unheard),
            ..Lost::default()
        });
    }

    pub(super) fn lose_last(&mut self, lost: Lost) {
        self.dropped += lost.events;
        if let Some(Segment::Gap(gap)) = self.segments.back_mut() {
            gap.add(lost);
        } else {
            self.segments.push_back(Segment::Gap(lost));
        }
    }

    /// Takes an item with at most `max` events, and their count.
    pub(super) fn take(&mut self, max: usize) -> (QueueItem, usize) {
        self.in_hand_bytes = 0;
        let Some(segment) = self.segments.pop_front() else {
            let item = if self.has_ended() {
                QueueItem::Ended
            } else {
                QueueItem::Empty
            };
            return (item, 0);
        };
        match segment {
            Segment::Gap(lost) => (QueueItem::Gap(lost), 0),
            Segment::Completion(completion) => (QueueItem::Completion(completion), 0),
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
                    upto = block.end_of_first(range.clone(), kinds, max);
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
                self.in_hand_bytes = taken.1;
                let item = QueueItem::Events {
                    block,
                    range: range.start..upto,
                    kinds,
                };
                (item, taken.0)
            }
        }
    }
}

#[cfg(test)]
mod tests;
