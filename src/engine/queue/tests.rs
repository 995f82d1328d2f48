use std::ops::Range;
use std::time::{Duration, Instant};

use super::*;
use crate::engine::block::BlockBuilder;
use crate::engine::event::indices;
use crate::engine::sys::Stamp;

pub(super) const BW: KindSet = KindSet::of(Kind::Bw);

pub(super) fn capacity(events: usize, bytes: usize, overflow: Overflow) -> Capacity {
    Capacity {
        events,
        bytes,
        overflow,
    }
}

/// A block of BW events with these numbers, each between two CIRC events.
pub(super) fn block(numbers: Range<u64>) -> Arc<Block> {
    let mut wire = Vec::new();
    let mut ends = Vec::new();
    for number in numbers {
        for (kind, line) in [
            (Kind::Circ, "650 CIRC 1 BUILT\r\n".to_string()),
            (Kind::Bw, format!("650 BW {number:06} 0\r\n")),
            (Kind::Circ, "650 CIRC 2 BUILT\r\n".to_string()),
        ] {
            let start = wire.len();
            wire.extend_from_slice(line.as_bytes());
            ends.push((kind, start..wire.len()));
        }
    }
    let mut builder = BlockBuilder::new(Stamp::default());
    for (kind, range) in ends {
        builder.push(kind, &wire, range);
    }
    Arc::new(builder.finish_copy(&wire))
}

pub(super) const BW_BYTES: usize = "650 BW 000000 0\r\n".len();

/// What a consumer saw: the numbers of events, and how many were lost between them.
#[derive(Debug, PartialEq, Clone)]
pub(super) enum Seen {
    Event(u64),
    Gap(u64),
}

pub(super) fn look(item: QueueItem) -> Vec<Seen> {
    match item {
        QueueItem::Empty | QueueItem::Ended => Vec::new(),
        QueueItem::Gap(lost) => {
            assert_eq!(lost.kinds, BW);
            assert_eq!(lost.bytes, lost.events * BW_BYTES as u64);
            vec![Seen::Gap(lost.events)]
        }
        QueueItem::Completion(_) => unreachable!(),
        QueueItem::Events {
            block,
            range,
            kinds,
        } => indices(&block, range, kinds)
            .map(|(index, _)| {
                let raw = std::str::from_utf8(block.raw(index)).unwrap();
                Seen::Event(raw["650 BW ".len()..][..6].parse().unwrap())
            })
            .collect(),
    }
}

pub(super) fn take_all(queue: &Queue) -> Vec<Seen> {
    let mut seen = Vec::new();
    loop {
        let items = look(queue.take_one().0);
        if items.is_empty() {
            return seen;
        }
        seen.extend(items);
    }
}

pub(super) fn publish(queue: &Queue, numbers: Range<u64>) {
    let _ = queue.publish(&block(numbers));
}

#[test]
fn a_pause_is_asked_for_once_until_the_consumer_has_caught_up() {
    let queue = Queue::new(BW, capacity(100, 99_999, Overflow::DropOldest), None);
    let ask = |numbers: Range<u64>| queue.publish(&block(numbers));
    assert_eq!(ask(0..50), Pressure::None);
    assert_eq!(ask(50..51), Pressure::High);
    queue.end_pause();
    assert_eq!(ask(51..60), Pressure::None);
    let mut resumed = 0;
    for _ in 0..60 {
        resumed += usize::from(queue.take_one().1);
    }
    assert_eq!(resumed, 0, "nobody was paused any more");
    assert_eq!(ask(60..120), Pressure::High);
    let mut left = Vec::new();
    for _ in 0..60 {
        if queue.take_one().1 {
            left.push(queue.counts().backlog);
        }
    }
    assert_eq!(left, [25]);
}

#[test]
fn a_consumer_that_takes_much_is_waited_for_again() {
    let queue = Queue::new(BW, capacity(100, 99_999, Overflow::DropOldest), None);
    assert_eq!(queue.publish(&block(0..60)), Pressure::High);
    for _ in 0..7 {
        queue.take_one();
    }
    queue.end_pause();
    assert_eq!(queue.publish(&block(60..61)), Pressure::High);
    for _ in 0..6 {
        queue.take_one();
    }
    queue.end_pause();
    assert_eq!(queue.publish(&block(61..70)), Pressure::None);
}

#[test]
fn a_pause_ends_although_somebody_else_reads_meanwhile() {
    let queue = Queue::new(BW, capacity(100, 99_999, Overflow::DropOldest), None);
    let deadline = Instant::now() + Duration::from_secs(600);
    assert_eq!(queue.publish(&block(0..60)), Pressure::High);
    while queue.publish(&block(60..61)) == Pressure::High {
        assert!(Instant::now() < deadline, "held back for ever");
    }
}
