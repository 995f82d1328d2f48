use std::ops::Range;
use std::time::{Duration, Instant};

use super::*;
use crate::engine::block::BlockBuilder;
use crate::engine::event::indices;
use crate::engine::sys::Stamp;
use std::collections::VecDeque;

const BW: KindSet = KindSet::of(Kind::Bw);

fn capacity(events: usize, bytes: usize, overflow: Overflow) -> Capacity {
    Capacity {
        events,
        bytes,
        overflow,
    }
}

/// A block of BW events with these numbers, each between two CIRC events.
fn block(numbers: Range<u64>) -> Arc<Block> {
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

const BW_BYTES: usize = "650 BW 000000 0\r\n".len();

/// What a consumer saw: the numbers of events, and how many were lost between them.
#[derive(Debug, PartialEq, Clone)]
enum Seen {
    Event(u64),
    Gap(u64),
}

fn look(item: QueueItem) -> Vec<Seen> {
    match item {
        QueueItem::Empty | QueueItem::Ended => Vec::new(),
        QueueItem::Gap(lost) => {
            assert_eq!(lost.kinds, BW);
            assert_eq!(lost.bytes, lost.events * BW_BYTES as u64);
            vec![Seen::Gap(lost.events)]
        }
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

fn take_all(queue: &Queue) -> Vec<Seen> {
    let mut seen = Vec::new();
    loop {
        let items = look(queue.take_one().0);
        if items.is_empty() {
            return seen;
        }
        seen.extend(items);
    }
}

fn publish(queue: &Queue, numbers: Range<u64>) {
    let _ = queue.publish(&block(numbers));
}

fn is_readable(queue: &Queue) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec};
    let fd = queue.signal_fd().unwrap();
    let mut fds = [PollFd::from_borrowed_fd(fd, PollFlags::IN)];
    let now = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    rustix::event::poll(&mut fds, Some(&now)).unwrap() == 1
}

#[test]
fn the_oldest_or_the_newest_are_dropped_and_marked_in_place() {
    for (overflow, expected) in [
        (
            Overflow::DropOldest,
            vec![Seen::Gap(7), Seen::Event(7), Seen::Event(8), Seen::Event(9)],
        ),
        (
            Overflow::DropNewest,
            vec![Seen::Event(0), Seen::Event(1), Seen::Event(2), Seen::Gap(7)],
        ),
    ] {
        for by_bytes in [false, true] {
            let (events, bytes) = if by_bytes {
                (99, 3 * BW_BYTES + 1)
            } else {
                (3, 99_999)
            };
            let queue = Queue::new(BW, capacity(events, bytes, overflow), None);
            publish(&queue, 0..2);
            publish(&queue, 2..10);
            assert_eq!(queue.counts().dropped, 7);
            assert_eq!(take_all(&queue), expected, "{overflow:?} {by_bytes}");
        }
    }
}

#[test]
fn an_event_larger_than_the_queue_is_held_alone() {
    for overflow in [Overflow::DropOldest, Overflow::DropNewest] {
        let queue = Queue::new(BW, capacity(9, BW_BYTES / 2, overflow), None);
        publish(&queue, 0..1);
        assert_eq!(queue.counts().backlog, 1);
        assert_eq!(take_all(&queue), [Seen::Event(0)]);
        publish(&queue, 1..3);
        let expected = match overflow {
            Overflow::DropOldest => [Seen::Gap(1), Seen::Event(2)],
            Overflow::DropNewest => [Seen::Event(1), Seen::Gap(1)],
        };
        assert_eq!(take_all(&queue), expected);
    }
}

#[test]
fn an_event_lost_before_the_queue_leaves_a_gap_in_its_place() {
    let queue = Queue::new(BW, Capacity::default(), None);
    publish(&queue, 0..1);
    queue.publish_lost(Kind::Bw, BW_BYTES);
    queue.publish_lost(Kind::Circ, 1);
    publish(&queue, 2..3);
    let expected = [Seen::Event(0), Seen::Gap(1), Seen::Event(2)];
    assert_eq!(take_all(&queue), expected);
}

#[test]
fn the_descriptor_tells_what_is_there() {
    let signal = Some(WakeFd::new().unwrap());
    let queue = Queue::new(BW, Capacity::default(), signal);
    assert!(!is_readable(&queue));
    publish(&queue, 0..2);
    assert!(is_readable(&queue));
    queue.take_one();
    assert!(is_readable(&queue));
    queue.take_one();
    assert!(!is_readable(&queue));
    publish(&queue, 2..5);
    let mut drain = queue.begin_drain().unwrap();
    let (item, _) = drain.take(9);
    assert_eq!(look(item).len(), 3);
    drop(drain);
    assert!(!is_readable(&queue));
    let drain = queue.begin_drain().unwrap();
    publish(&queue, 5..6);
    assert!(!is_readable(&queue), "who drains looks by itself");
    drop(drain);
    assert!(is_readable(&queue));
    queue.take_one();
    queue.end();
    assert!(is_readable(&queue));
    assert!(matches!(queue.take_one().0, QueueItem::Ended));
    assert!(is_readable(&queue));
}

#[test]
fn a_drain_that_stops_gives_back_what_it_did_not_hand_over() {
    let queue = Queue::new(BW, Capacity::default(), None);
    publish(&queue, 0..6);
    let mut drain = queue.begin_drain().unwrap();
    assert!(queue.begin_drain().is_none());
    let (
        QueueItem::Events {
            block,
            range,
            kinds,
        },
        _,
    ) = drain.take(4)
    else {
        panic!("no events");
    };
    let all: Vec<usize> = indices(&block, range.clone(), kinds)
        .map(|(index, _)| index)
        .collect();
    assert_eq!(all.len(), 4);
    drain.set_progress(2);
    assert_eq!((queue.counts().delivered, queue.counts().backlog), (2, 4));
    drain.put_back(block, all[1] + 1..range.end, kinds);
    drop(drain);
    assert_eq!((queue.counts().delivered, queue.counts().backlog), (2, 4));
    assert_eq!(take_all(&queue), [2, 3, 4, 5].map(Seen::Event));
    assert_eq!(queue.counts().delivered, 6);
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

/// A plain model of the queue: numbers in a list.
struct Model {
    capacity: usize,
    overflow: Overflow,
    list: VecDeque<Seen>,
}

impl Model {
    fn publish(&mut self, number: u64) {
        let count = |list: &VecDeque<Seen>| {
            let events = list.iter().filter(|seen| matches!(seen, Seen::Event(_)));
            events.count()
        };
        let is_full = count(&self.list) >= self.capacity;
        match self.overflow {
            Overflow::DropNewest if is_full => match self.list.back_mut() {
                Some(Seen::Gap(lost)) => *lost += 1,
                _ => self.list.push_back(Seen::Gap(1)),
            },
            Overflow::DropNewest => self.list.push_back(Seen::Event(number)),
            Overflow::DropOldest => {
                self.list.push_back(Seen::Event(number));
                if is_full {
                    let lost = match self.list.pop_front() {
                        Some(Seen::Gap(lost)) => {
                            self.list.pop_front();
                            lost
                        }
                        _ => 0,
                    };
                    self.list.push_front(Seen::Gap(lost + 1));
                }
            }
        }
    }
}

#[test]
fn random_histories_agree_with_a_model() {
    let mut state = 7u64;
    let mut random = |below: u64| {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) % below
    };
    for round in 0..600 {
        let overflow = match round % 2 {
            0 => Overflow::DropOldest,
            _ => Overflow::DropNewest,
        };
        let size = 1 + random(12) as usize;
        let queue = Queue::new(BW, capacity(size, 99_999, overflow), None);
        let mut model = Model {
            capacity: size,
            overflow,
            list: VecDeque::new(),
        };
        let mut next = 0;
        for _ in 0..40 {
            let count = random(9);
            publish(&queue, next..next + count);
            (next..next + count).for_each(|number| model.publish(number));
            next += count;
            for _ in 0..random(8) {
                let seen = look(queue.take_one().0);
                assert_eq!(seen, model.list.pop_front().into_iter().collect::<Vec<_>>());
            }
            let counts = queue.counts();
            assert_eq!(
                counts.delivered + counts.backlog as u64 + counts.dropped,
                next
            );
        }
        assert_eq!(take_all(&queue), Vec::from(model.list));
    }
}

/// Or it would be in memory together with the next one.
#[test]
fn a_large_event_leaves_room_when_the_consumer_is_done_with_it() {
    let queue = Queue::new(BW, capacity(1000, 10_000, Overflow::DropOldest), None);
    let large = Block::of_one(
        Kind::Bw,
        [b"650 BW ", &[b'1'; 5000][..], b" 2\r\n"].concat(),
    );
    assert_eq!(queue.publish(&large), Pressure::High);
    let mut drain = queue.begin_drain().unwrap();
    let (item, resume) = drain.take(usize::MAX);
    assert!(matches!(item, QueueItem::Events { .. }) && !resume);
    assert!(drain.finish());
    assert!(!drain.finish());
    drop(drain);
    assert_eq!(queue.publish(&large), Pressure::High);
    let (item, resume) = queue.take_one();
    assert!(matches!(item, QueueItem::Events { .. }) && !resume);
    let (item, resume) = queue.take_one();
    assert!(matches!(item, QueueItem::Empty) && resume);
    let counts = queue.counts();
    assert_eq!((counts.delivered, counts.backlog), (2, 0));
}
