//! Events in batches: what one read brought is one block, which all queues that want it share.
//!
//! Trick: shared blocks (docs/internals/tricks.md).

use std::ops::Range;
use std::sync::Arc;

use super::buffers::{self, keep_buffer, take_buffer, Pool, FIRST_READ_BYTES};
use super::sys::Stamp;
use crate::proto::decoder::Decoder;
use crate::proto::event::{Kind, KindSet};

/// Where an event begins in its block. It ends where the next one begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventSpan {
    pub(crate) start: u32,
    pub(crate) kind: Kind,
    /// By which queues want it: the number of its kind, or of the name that somebody asked for.
    pub(crate) bit: u8,
}

/// Enough for a read that brings short events.
const SPANS: usize = 8192;

static SPAN_LISTS: Pool<EventSpan> = Pool::new();

/// An empty list with room for many.
fn take_spans() -> Vec<EventSpan> {
    let spans = SPAN_LISTS.take();
    spans.unwrap_or_else(|| Vec::with_capacity(SPANS))
}

/// Keeps a list for the next read if it is one of [`take_spans`].
fn keep_spans(spans: Vec<EventSpan>) {
    if spans.capacity() == SPANS {
        SPAN_LISTS.put(spans, Vec::clear);
    }
}

/// Frees what no block uses; called when the last controller goes.
pub(super) fn free_idle() {
    SPAN_LISTS.free();
    buffers::free_idle();
}

/// The events of one read, in wire form, one behind the other.
#[derive(Debug)]
pub(crate) struct Block {
    bytes: Vec<u8>,
    spans: Vec<EventSpan>,
    /// The kinds that occur.
    kinds: KindSet,
    /// When the read returned.
    stamp: Stamp,
    /// For a block made of several, from which event on which later stamp holds.
    later: Vec<Later>,
}

/// A stamp in a joined block. A queue may have one for each event, so it is small: the distance
/// from the block's stamp, by the monotonic clock and of the other clock from that.
#[derive(Clone, Copy, Debug)]
struct Later {
    /// Nanoseconds and the index of the event.
    mono_low: u32,
    mono_high: u16,
    index: u16,
    unix_us: i32,
}

impl Later {
    /// None if the distance is too large.
    fn new(index: usize, stamp: Stamp, first: Stamp) -> Option<Later> {
        let mono_ns = stamp.mono_ns.checked_sub(first.mono_ns)?;
        let unix_us = stamp.unix_us.checked_sub(first.unix_us)?;
        let unix_us = unix_us.checked_sub((mono_ns / 1000) as i64)?;
        Some(Later {
            mono_low: mono_ns as u32,
            mono_high: u16::try_from(mono_ns >> 32).ok()?,
            index: u16::try_from(index).ok()?,
            unix_us: i32::try_from(unix_us).ok()?,
        })
    }

    fn stamp(self, first: Stamp) -> Stamp {
        let mono_ns = u64::from(self.mono_high) << 32 | u64::from(self.mono_low);
        Stamp {
            mono_ns: first.mono_ns + mono_ns,
            unix_us: first.unix_us + (mono_ns / 1000) as i64 + i64::from(self.unix_us),
        }
    }
}

/// Blocks are joined up to this size.
pub(crate) const JOIN_BYTES: usize = FIRST_READ_BYTES;

impl Block {
    /// A block of one event that the library makes itself.
    pub(crate) fn of_one(kind: Kind, raw: Vec<u8>) -> Arc<Block> {
        let mut builder = BlockBuilder::new(Stamp::now());
        builder.push(kind, &raw, 0..raw.len());
        Arc::new(builder.finish_copy(&raw))
    }

    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    #[inline]
    pub(crate) fn span(&self, index: usize) -> EventSpan {
        self.spans[index]
    }

    pub(crate) fn spans(&self) -> &[EventSpan] {
        &self.spans
    }

    #[inline]
    pub(crate) fn raw(&self, index: usize) -> &[u8] {
        &self.bytes[self.spans[index].start as usize..self.end_of(index)]
    }

    /// Where an event ends.
    #[inline]
    fn end_of(&self, index: usize) -> usize {
        match self.spans.get(index + 1) {
            Some(next) => next.start as usize,
            None => self.bytes.len(),
        }
    }

    fn size_of(&self, index: usize) -> usize {
        self.end_of(index) - self.spans[index].start as usize
    }

    /// The event at a span of this block and whatever stands behind it in memory.
    ///
    /// Trick: reading past the end (docs/internals/tricks.md).
    #[inline]
    pub(crate) fn tail_of(&self, span: EventSpan) -> &[u8] {
        &self.bytes[span.start as usize..]
    }

    /// When this event was received.
    pub(crate) fn stamp(&self, index: usize) -> Stamp {
        let runs = self
            .later
            .partition_point(|later| later.index as usize <= index);
        match runs.checked_sub(1) {
            None => self.stamp,
            Some(run) => self.later[run].stamp(self.stamp),
        }
    }

    /// Trick: joined blocks (docs/internals/tricks.md).
    ///
    /// Takes in the events of a newer block that are of these kinds. False, and nothing taken in,
    /// if they came too late after those that are there.
    pub(crate) fn append(&mut self, other: &Block, kinds: KindSet) -> bool {
        let last = self.later.last().map(|later| later.stamp(self.stamp));
        if other.stamp != last.unwrap_or(self.stamp) {
            let Some(later) = Later::new(self.spans.len(), other.stamp, self.stamp) else {
                return false;
            };
            self.later.push(later);
        }
        if self.bytes.capacity() < JOIN_BYTES {
            // Of the kept ones: blocks come and go on several threads, and malloc keeps apart what each of
            // them has given back.
            let mut bytes = take_buffer(JOIN_BYTES);
            bytes.clear();
            bytes.extend_from_slice(&self.bytes);
            self.bytes = bytes;
        }
        for (index, span) in other.spans.iter().enumerate() {
            if kinds.has_bit(span.bit) {
                let start = self.bytes.len() as u32;
                self.bytes.extend_from_slice(other.raw(index));
                self.spans.push(EventSpan { start, ..*span });
                self.kinds.0 |= KindSet::of_bit(span.bit).0;
            }
        }
        true
    }

    /// Gives back what doubling has left unused, if this was made of several: no other will be
    /// joined to it.
    pub(crate) fn shrink(&mut self) {
        if !self.later.is_empty() {
            if self.bytes.len() * 3 < self.bytes.capacity() * 2 {
                self.bytes.shrink_to_fit();
            }
            self.spans.shrink_to_fit();
            self.later.shrink_to_fit();
        }
    }

    /// How many events of the range the set has, and their bytes.
    pub(crate) fn measure(&self, range: Range<usize>, kinds: KindSet) -> (usize, usize) {
        if self.is_within(kinds) {
            let bytes = match range.is_empty() {
                true => 0,
                false => self.end_of(range.end - 1) - self.spans[range.start].start as usize,
            };
            return (range.len(), bytes);
        }
        let wanted = range.filter(|index| kinds.has_bit(self.spans[*index].bit));
        wanted.fold((0, 0), |(count, bytes), index| {
            (count + 1, bytes + self.size_of(index))
        })
    }

    /// Where the part of the range ends that has so many events of the set, or the range itself if
    /// it has no more.
    pub(crate) fn end_of_first(&self, range: Range<usize>, kinds: KindSet, max: usize) -> usize {
        if self.is_within(kinds) {
            return range.end.min(range.start + max);
        }
        let mut wanted = range
            .clone()
            .filter(|index| kinds.has_bit(self.spans[*index].bit));
        match max.checked_sub(1) {
            None => range.start,
            Some(before) => wanted.nth(before).map_or(range.end, |index| index + 1),
        }
    }

    fn is_within(&self, kinds: KindSet) -> bool {
        self.kinds.0 & !kinds.0 == 0
    }

    /// Whether any of its events is of these kinds.
    pub(crate) fn touches(&self, kinds: KindSet) -> bool {
        self.kinds.0 & kinds.0 != 0
    }

    /// Marks the events of unknown kinds whose names somebody asked for, with the bit that `find`
    /// gives.
    #[cold]
    pub(crate) fn mark_names(&mut self, find: impl Fn(&[u8]) -> Option<u8>) {
        self.kinds.0 &= !KindSet::of(Kind::Unknown).0;
        for index in 0..self.spans.len() {
            if self.spans[index].kind == Kind::Unknown {
                let bit = find(name_of(self.raw(index))).unwrap_or(Kind::Unknown as u8);
                self.spans[index].bit = bit;
                self.kinds.0 |= KindSet::of_bit(bit).0;
            }
        }
    }

    pub(crate) fn size_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// A block with only the events of these kinds, for a queue that wants few of many: sharing
    /// would keep all the others in memory.
    pub(crate) fn only(&self, kinds: KindSet) -> Block {
        let mut builder = BlockBuilder::new(self.stamp);
        for (index, span) in self.spans.iter().enumerate() {
            if kinds.has_bit(span.bit) {
                builder.push_of(self, index);
            }
        }
        builder.finish_copy(&self.bytes)
    }

    /// A block with only this event.
    pub(crate) fn only_one(&self, index: usize) -> Block {
        let mut builder = BlockBuilder::new(self.stamp(index));
        builder.push_of(self, index);
        builder.finish_copy(&self.bytes)
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        keep_buffer(std::mem::take(&mut self.bytes));
        keep_spans(std::mem::take(&mut self.spans));
    }
}

/// tor's word for the kind of an event.
pub(crate) fn name_of(raw: &[u8]) -> &[u8] {
    let word = raw.get(4..).unwrap_or_default();
    let end = word.iter().position(|byte| *byte <= b' ');
    &word[..end.unwrap_or(word.len())]
}

/// Collects the events of one read out of the decoder's buffer. Events that follow each other there
/// are copied as one run.
#[derive(Debug)]
pub(crate) struct BlockBuilder {
    block: Block,
    /// Events recorded in `block.spans` whose bytes are not copied yet.
    run: Range<usize>,
    /// The time is taken with the first event.
    is_fresh: bool,
}

impl BlockBuilder {
    pub(crate) fn new(stamp: Stamp) -> BlockBuilder {
        BlockBuilder {
            block: Block {
                bytes: Vec::new(),
                spans: Vec::new(),
                kinds: KindSet::default(),
                stamp,
                later: Vec::new(),
            },
            run: 0..0,
            is_fresh: false,
        }
    }

    /// For events that have just been received. Most reads of one who only asks bring none, and
    /// need no look at the clocks.
    pub(crate) fn fresh() -> BlockBuilder {
        BlockBuilder {
            is_fresh: true,
            ..BlockBuilder::new(Stamp::default())
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.block.spans.is_empty()
    }

    /// Records the event at `range` of `buf`, which must be the same at every call until
    /// [`BlockBuilder::copy_run`].
    #[inline]
    pub(crate) fn push(&mut self, kind: Kind, buf: &[u8], range: Range<usize>) {
        self.push_as(kind, kind as u8, buf, range);
    }

    /// Records an event of another block.
    fn push_of(&mut self, block: &Block, index: usize) {
        let span = block.spans[index];
        let range = span.start as usize..block.end_of(index);
        self.push_as(span.kind, span.bit, &block.bytes, range);
    }

    #[inline(always)]
    fn push_as(&mut self, kind: Kind, bit: u8, buf: &[u8], range: Range<usize>) {
        if range.start != self.run.end || self.run.is_empty() {
            self.copy_run(buf);
            self.run = range.start..range.start;
        }
        let start = self.block.bytes.len() + self.run.len();
        self.run.end = range.end;
        if self.block.spans.len() == self.block.spans.capacity() {
            self.make_room();
        }
        // A message is at most as long as its limit, a block one read longer: far below 4 GiB.
        self.block.spans.push(EventSpan {
            start: start as u32,
            kind,
            bit,
        });
        self.block.kinds.0 |= KindSet::of_bit(bit).0;
    }

    /// A few are allocated for themselves. For many there are lists that are used again.
    #[cold]
    fn make_room(&mut self) {
        let count = self.block.spans.len();
        if self.is_fresh && count == 0 {
            self.block.stamp = Stamp::now();
        }
        if (64..SPANS).contains(&count) {
            let mut large = take_spans();
            large.extend_from_slice(&self.block.spans);
            self.block.spans = large;
        } else {
            self.block.spans.reserve(count.max(1));
        }
    }

    /// Copies what was recorded, before the decoder's buffer changes.
    pub(crate) fn copy_run(&mut self, buf: &[u8]) {
        self.block.bytes.extend_from_slice(&buf[self.run.clone()]);
        self.run = 0..0;
    }

    /// The block. If nearly all of the decoder's buffer belongs to it, it takes the buffer.
    pub(crate) fn finish(mut self, decoder: &mut Decoder) -> Block {
        if self.block.bytes.is_empty() {
            self.block.bytes = decoder.take(self.run.clone());
            self.run = 0..0;
        }
        self.finish_copy(decoder.bytes())
    }

    /// The block, with a copy of what stands in `buf`.
    pub(crate) fn finish_copy(mut self, buf: &[u8]) -> Block {
        self.copy_run(buf);
        // Doubling left up to half of it unused, and an event may stay in a queue for long.
        if self.block.spans.len() * 2 < self.block.spans.capacity() {
            let few = self.block.spans.to_vec();
            keep_spans(std::mem::replace(&mut self.block.spans, few));
        }
        self.block
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block() -> Block {
        let buf = b"650 BW 1 2\r\n650 CIRC 1 BUILT\r\n250 OK\r\n650 BW 3 4\r\n";
        let mut builder = BlockBuilder::new(Stamp::default());
        builder.push(Kind::Bw, buf, 0..12);
        builder.push(Kind::Circ, buf, 12..30);
        builder.push(Kind::Bw, buf, 38..50);
        builder.finish_copy(buf)
    }

    #[test]
    fn runs_are_joined_without_what_stood_between() {
        let block = block();
        let texts: Vec<&[u8]> = (0..block.len()).map(|index| block.raw(index)).collect();
        let expected: [&[u8]; 3] = [
            b"650 BW 1 2\r\n",
            b"650 CIRC 1 BUILT\r\n",
            b"650 BW 3 4\r\n",
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn fresh_events_have_the_time_of_the_first() {
        let before = Stamp::now();
        let buf = b"650 BW 1 2\r\n650 BW 3 4\r\n";
        let mut builder = BlockBuilder::fresh();
        builder.push(Kind::Bw, buf, 0..12);
        let between = Stamp::now();
        builder.push(Kind::Bw, buf, 12..24);
        let stamp = builder.finish_copy(buf).stamp(1);
        assert!((before.mono_ns..=between.mono_ns).contains(&stamp.mono_ns));
    }

    #[test]
    fn events_with_a_name_go_by_its_bit() {
        let buf = b"650 A x\r\n650 B\r\n650 BW 1 2\r\n650 C\r\n";
        let mut builder = BlockBuilder::new(Stamp::default());
        for (kind, range) in [
            (Kind::Unknown, 0..9),
            (Kind::Unknown, 9..16),
            (Kind::Bw, 16..28),
            (Kind::Unknown, 28..35),
        ] {
            builder.push(kind, buf, range);
        }
        let mut block = builder.finish_copy(buf);
        let (a, b) = (KindSet::bit_of_name(0), KindSet::bit_of_name(15));
        block.mark_names(|name| match name {
            b"A" => Some(a),
            b"B" => Some(b),
            _ => None,
        });
        let bits: Vec<u8> = block.spans().iter().map(|span| span.bit).collect();
        assert_eq!(bits, [a, b, Kind::Bw as u8, 0]);
        assert_eq!(block.measure(0..4, KindSet::of_bit(a)), (1, 9));
        assert_eq!(block.measure(0..4, KindSet::of(Kind::Unknown)), (1, 7));
        let unknown = KindSet::of(Kind::Unknown).with_unknown();
        assert_eq!(block.measure(0..4, unknown), (3, 23));
        let few = block.only(KindSet::of_bit(b));
        assert_eq!((few.len(), few.raw(0)), (1, &b"650 B\r\n"[..]));
        assert_eq!(few.span(0).kind, Kind::Unknown);
        assert!(few.touches(KindSet::of_bit(b)) && !few.touches(KindSet::of_bit(a)));
        let mut joined = few;
        joined.append(&block, KindSet::of_bit(a));
        assert_eq!(joined.measure(0..2, KindSet::of_bit(a)), (1, 9));
        block.mark_names(|name| (name != b"z").then_some(a));
        assert!(!block.touches(KindSet::of(Kind::Unknown)));
    }

    #[test]
    fn joined_blocks_keep_their_times() {
        let at = |mono_ns| Stamp {
            mono_ns,
            unix_us: 0,
        };
        let mut whole = block();
        for time in [5, 6] {
            let mut other = block();
            other.stamp = at(time);
            whole.append(&other, KindSet::of(Kind::Bw));
        }
        let times: Vec<u64> = (0..7).map(|index| whole.stamp(index).mono_ns).collect();
        assert_eq!(times, [0, 0, 0, 5, 5, 6, 6]);
        assert_eq!(whole.raw(4), b"650 BW 3 4\r\n");
        assert_eq!(whole.only_one(6).stamp(0), at(6));
    }

    #[test]
    fn what_comes_too_late_for_a_stamp_is_not_joined() {
        let first = Stamp {
            mono_ns: 1 << 40,
            unix_us: 1 << 50,
        };
        let mut whole = block();
        whole.stamp = first;
        let hour_us = 3_600_000_000;
        // By the monotonic clock in microseconds, and how far the other clock was set meanwhile.
        for (us, set) in [
            (0, 0),
            (1, -hour_us / 2),
            (hour_us * 70, 5),
            (hour_us * 70, hour_us / 2),
        ] {
            let mut other = block();
            other.stamp = Stamp {
                mono_ns: first.mono_ns + 1000 * us as u64 + 999,
                unix_us: first.unix_us + us + set,
            };
            assert!(whole.append(&other, KindSet::of(Kind::Bw)));
            assert_eq!(whole.stamp(whole.len() - 1), other.stamp);
            whole.shrink();
        }
        let (count, bytes) = (whole.len(), whole.size_bytes());
        for (mono_ns, unix_us) in [
            (1 << 48, (1 << 48) / 1000),
            (1000, hour_us),
            (1000, -hour_us),
        ] {
            let mut other = block();
            other.stamp = Stamp {
                mono_ns: first.mono_ns + mono_ns,
                unix_us: first.unix_us + unix_us,
            };
            assert!(!whole.append(&other, KindSet::of(Kind::Bw)));
        }
        let mut before = block();
        before.stamp.mono_ns = first.mono_ns - 1;
        assert!(!whole.append(&before, KindSet::of(Kind::Bw)));
        assert_eq!((whole.len(), whole.size_bytes()), (count, bytes));
    }

    #[test]
    fn a_list_of_places_is_used_again_empty() {
        let mut spans = take_spans();
        spans.push(block().span(0));
        keep_spans(spans);
        keep_spans(block().spans.clone());
        let spans = take_spans();
        assert!(spans.is_empty() && spans.capacity() == SPANS);
    }

    #[test]
    fn a_place_in_a_block_is_small() {
        assert_eq!((size_of::<EventSpan>(), size_of::<Later>()), (8, 12));
    }

    #[test]
    fn measures_what_is_wanted() {
        let block = block();
        let all = KindSet::of(Kind::Bw).union(KindSet::of(Kind::Circ));
        assert_eq!(block.measure(0..3, all), (3, 42));
        assert_eq!(block.measure(0..3, KindSet::of(Kind::Bw)), (2, 24));
        assert_eq!(block.measure(1..3, KindSet::of(Kind::Bw)), (1, 12));
        assert_eq!(block.measure(1..3, all), (2, 30));
        assert_eq!(block.measure(1..1, all), (0, 0));
        for (kinds, ends) in [(all, [1, 2, 3, 3]), (KindSet::of(Kind::Bw), [1, 3, 3, 3])] {
            let found = [1, 2, 3, 4].map(|max| block.end_of_first(0..3, kinds, max));
            assert_eq!(found, ends);
            assert_eq!(block.end_of_first(1..3, kinds, 0), 1);
        }
        assert_eq!(block.end_of_first(1..2, KindSet::of(Kind::Bw), 1), 2);
        let few = block.only(KindSet::of(Kind::Circ));
        assert_eq!((few.len(), few.size_bytes()), (1, 18));
        assert_eq!(block.only_one(2).raw(0), b"650 BW 3 4\r\n");
    }
}
