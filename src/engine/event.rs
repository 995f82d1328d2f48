//! One event, as a program sees it.

use std::cell::{Cell, OnceCell};
use std::ops::Range;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::block::{name_of, Block, EventSpan};
use super::completion::Completion;
use super::queue::{Lost, QueueItem};
use super::subscriber::Unheard;
use super::sys;
use crate::proto::event::{bw_numbers, Fields, Kind, KindSet, LazyFields, Text};

/// An event: a place in a block, and what has been parsed of it so far. One thread at a time.
///
/// A consumer walks through a whole block with one `Event`, so that neither the reference to the
/// block nor the parser's buffers are made anew for each.
#[derive(Debug)]
pub struct Event {
    block: Arc<Block>,
    index: usize,
    /// The block's for this index.
    span: EventSpan,
    /// Whether `lazy` has something of this event.
    is_split: Cell<bool>,
    /// Whether somebody has asked for what it has.
    is_asked: Cell<bool>,
    /// Kinds whose fields were asked for when they came last.
    /// Trick: splitting ahead (docs/internals/tricks.md).
    eager: KindSet,
    lazy: LazyFields,
    /// Where in the block the BW event stands whose numbers these are.
    bw: Cell<Option<(u32, [u64; 2])>>,
    /// Whether one of the next two was made for this event.
    has_texts: Cell<bool>,
    /// The raw text with a NUL behind it, once somebody has asked for it.
    raw_text: OnceCell<Vec<u8>>,
    /// tor's word for a kind that this version does not know, likewise.
    name_text: OnceCell<Vec<u8>>,
    /// Of a RESULT event.
    completion: Option<Arc<Completion>>,
}

/// Microseconds since the epoch.
fn unix_us(time: SystemTime) -> u128 {
    let since = time.duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_micros())
}

impl Event {
    pub(crate) fn new(block: Arc<Block>, index: usize) -> Event {
        Event {
            span: block.span(index),
            block,
            index,
            is_split: Cell::new(false),
            is_asked: Cell::new(false),
            eager: KindSet::default(),
            lazy: LazyFields::new(),
            bw: Cell::new(None),
            has_texts: Cell::new(false),
            raw_text: OnceCell::new(),
            name_text: OnceCell::new(),
            completion: None,
        }
    }

    /// The event that tells of a loss.
    pub(crate) fn of_gap(lost: Lost) -> Event {
        let (events, bytes) = (lost.events, lost.bytes);
        let cause = match lost.unheard {
            None => "CAUSE=QUEUE".to_string(),
            Some(Unheard { from, to }) => {
                let [from, to] = [from, to].map(unix_us);
                format!("CAUSE=CONNECTION FROM_US={from} TO_US={to}")
            }
        };
        let raw = format!("650 GAP LOST_EVENTS={events} LOST_BYTES={bytes} {cause}\r\n");
        Event::new(Block::of_one(Kind::Gap, raw.into_bytes()), 0)
    }

    /// The event that tells of the end of a begun call, and has its outcome.
    fn of_completion(completion: Arc<Completion>) -> Event {
        let raw = format!("650 RESULT TAG={}\r\n", completion.tag());
        Event {
            completion: Some(completion),
            ..Event::of_raw(Kind::Result, raw.into_bytes())
        }
    }

    /// The outcome of a begun call, if the event tells of one.
    pub fn completion(&self) -> Option<&Arc<Completion>> {
        self.completion.as_ref()
    }

    /// An event that the library makes of what tor said elsewhere: the word for the kind and the
    /// text behind it.
    pub(crate) fn of_text(kind: Kind, word: &str, text: &[u8]) -> Event {
        let raw = [b"650 ", word.as_bytes(), b" ", text, b"\r\n"].concat();
        Event::of_raw(kind, raw)
    }

    /// The same from the whole message.
    pub fn of_raw(kind: Kind, raw: Vec<u8>) -> Event {
        Event::new(Block::of_one(kind, raw), 0)
    }

    /// The one event that a queue was asked for.
    pub(crate) fn from_item(item: QueueItem) -> Option<Event> {
        match item {
            QueueItem::Events {
                block,
                range,
                kinds,
            } => {
                let (index, _) = indices(&block, range, kinds).next()?;
                // The program may keep it for long; the block must not stay for one event's sake.
                if block.len() > 1 && block.size_bytes() > KEEP_BYTES {
                    return Some(Event::new(Arc::new(block.only_one(index)), 0));
                }
                Some(Event::new(block, index))
            }
            QueueItem::Gap(lost) => Some(Event::of_gap(lost)),
            QueueItem::Completion(completion) => Some(Event::of_completion(completion)),
            QueueItem::Empty | QueueItem::Ended => None,
        }
    }

    /// Turns to another event.
    #[inline(always)]
    pub(crate) fn move_to(&mut self, block: &Arc<Block>, index: usize, span: &EventSpan) {
        if !Arc::ptr_eq(&self.block, block) {
            self.block = Arc::clone(block);
            self.bw.set(None);
        }
        let was_split = self.is_split.replace(false);
        if was_split {
            let kind = KindSet::of(self.span.kind);
            self.eager = match self.is_asked.replace(false) {
                true => self.eager.union(kind),
                false => self.eager.without(kind),
            };
        }
        if self.has_texts.replace(false) {
            self.drop_texts();
        }
        self.index = index;
        self.span = *span;
        if self.eager.has(span.kind) {
            self.split();
        } else if was_split {
            self.lazy.reset();
        }
    }

    /// Splits it now. If that should fail, whoever asks gets to know.
    #[inline(never)]
    fn split(&mut self) {
        let (lazy, raw) = (&mut self.lazy, self.block.raw(self.index));
        let renew = || lazy.renew(self.span.kind, raw);
        if catch_unwind(AssertUnwindSafe(renew)).is_err() {
            self.lazy = LazyFields::new();
        }
        self.is_split.set(true);
    }

    #[cold]
    fn drop_texts(&mut self) {
        drop(self.raw_text.take());
        drop(self.name_text.take());
    }

    /// A copy with memory of its own.
    pub fn dup(&self) -> Event {
        Event {
            completion: self.completion.clone(),
            ..Event::new(Arc::new(self.block.only_one(self.index)), 0)
        }
    }

    /// Which kind it is.
    #[inline]
    pub fn kind(&self) -> Kind {
        self.span.kind
    }

    /// What tor sent, all lines in wire form.
    #[inline]
    pub fn raw(&self) -> &[u8] {
        self.block.raw(self.index)
    }

    /// The numbers of bytes read and written of a BW event in its usual form. They come every
    /// second to everybody, so they are found without splitting, and both in one step.
    #[inline]
    pub fn bw(&self) -> Option<[u64; 2]> {
        match self.bw.get() {
            Some((start, numbers)) if start == self.span.start => Some(numbers),
            _ => self.find_bw(),
        }
    }

    fn find_bw(&self) -> Option<[u64; 2]> {
        let numbers = bw_numbers(self.block.tail_of(self.span))?;
        self.bw.set(Some((self.span.start, numbers)));
        Some(numbers)
    }

    /// What tor sent, with a NUL behind it.
    pub fn raw_text(&self) -> Text<'_> {
        self.has_texts.set(true);
        let text = self.raw_text.get_or_init(|| {
            let mut text = self.raw().to_vec();
            text.push(0);
            text
        });
        Text::from_terminated(text)
    }

    /// The word that the event began with, with a NUL behind it.
    pub fn name_text(&self) -> Text<'_> {
        self.has_texts.set(true);
        let text = self.name_text.get_or_init(|| {
            let mut text = name_of(self.raw()).to_vec();
            text.push(0);
            text
        });
        Text::from_terminated(text)
    }

    /// Its fields, split now if they were not yet.
    #[inline]
    pub fn fields(&self) -> &Fields {
        self.is_split.set(true);
        self.is_asked.set(true);
        self.lazy.fields(self.span.kind, self.raw())
    }

    /// Its fields, if they have been split already.
    #[inline]
    pub fn parsed_fields(&self) -> Option<&Fields> {
        self.is_asked.set(true);
        self.lazy.parsed()
    }

    /// Its data block: unstuffed, lines ended by LF.
    pub fn data(&self) -> Text<'_> {
        self.is_split.set(true);
        self.lazy.data(self.raw())
    }

    /// Whether it misses something that events of its kind must have.
    pub fn is_malformed(&self) -> bool {
        self.fields().is_malformed(self.raw())
    }

    /// When it was received: CLOCK_MONOTONIC in nanoseconds.
    pub fn arrival_mono_ns(&self) -> u64 {
        self.block.stamp(self.index).mono_ns
    }

    /// When it was received: microseconds since 1970 in UTC.
    pub fn arrival_unix_us(&self) -> i64 {
        self.block.stamp(self.index).unix_us
    }

    /// Microseconds since it was received.
    pub fn age_us(&self) -> u64 {
        sys::mono_ns().saturating_sub(self.block.stamp(self.index).mono_ns) / 1000
    }
}

/// A kept event may keep as much as this of others.
const KEEP_BYTES: usize = 4096;

/// The events of the range that are of these kinds.
pub(crate) fn indices(
    block: &Block,
    range: Range<usize>,
    kinds: KindSet,
) -> impl Iterator<Item = (usize, &EventSpan)> + '_ {
    let spans = &block.spans()[range.clone()];
    range
        .zip(spans)
        .filter(move |(_, span)| kinds.has_bit(span.bit))
}

#[cfg(test)]
mod tests {
    use super::super::block::BlockBuilder;
    use super::super::sys::Stamp;
    use super::*;

    fn block_of(kind: Kind, lines: &[&str]) -> Arc<Block> {
        let mut builder = BlockBuilder::new(Stamp::default());
        let wire = lines.concat();
        let mut at = 0;
        for line in lines {
            builder.push(kind, wire.as_bytes(), at..at + line.len());
            at += line.len();
        }
        Arc::new(builder.finish_copy(wire.as_bytes()))
    }

    fn go_to(event: &mut Event, block: &Arc<Block>, index: usize) {
        event.move_to(block, index, &block.span(index));
    }

    #[test]
    fn a_kind_is_split_ahead_as_long_as_its_fields_are_asked_for() {
        let lines = ["650 GUARD ENTRY $A UP\r\n"; 5];
        let block = block_of(Kind::Guard, &lines);
        let mut event = Event::new(Arc::clone(&block), 0);
        go_to(&mut event, &block, 1);
        assert!(event.lazy.parsed().is_none());
        assert_eq!(event.fields().arg(0).bytes(), b"ENTRY");
        go_to(&mut event, &block, 2);
        assert!(event.lazy.parsed().is_some(), "asked for a moment ago");
        assert!(event.parsed_fields().is_some());
        go_to(&mut event, &block, 3);
        assert!(event.lazy.parsed().is_some());
        go_to(&mut event, &block, 4);
        assert!(event.lazy.parsed().is_none(), "nobody asked for the last");
        assert_eq!(event.fields().arg_count(), 3);
    }

    #[test]
    fn numbers_of_bandwidth_belong_to_the_event_where_it_stands() {
        let block = block_of(Kind::Bw, &["650 BW 1 2\r\n", "650 BW 3 4\r\n"]);
        let other = block_of(Kind::Bw, &["650 BW 5 6\r\n"]);
        let mut event = Event::new(Arc::clone(&block), 0);
        assert_eq!(event.bw(), Some([1, 2]));
        assert_eq!(event.bw(), Some([1, 2]));
        go_to(&mut event, &other, 0);
        assert_eq!(event.bw(), Some([5, 6]), "the same place of another block");
        go_to(&mut event, &block, 1);
        assert_eq!(event.bw(), Some([3, 4]));
    }
}
