use super::*;
use crate::engine::event::indices;
use crate::engine::queue::tests::{capacity, look, publish, take_all, Seen, BW};
use crate::engine::queue::{Capacity, Overflow};
use crate::engine::subscriber::{Pressure, Subscriber};
use crate::proto::event::Kind;

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
fn what_is_not_handed_over_can_be_dropped_and_is_counted() {
    let queue = Queue::new(BW, Capacity::default(), None);
    publish(&queue, 0..6);
    let mut drain = queue.begin_drain().unwrap();
    let (
        QueueItem::Events {
            block,
            range,
            kinds,
        },
        _,
    ) = drain.take(5)
    else {
        panic!("no events");
    };
    let second = indices(&block, range.clone(), kinds).nth(1).unwrap().0;
    drain.set_progress(2);
    drain.drop_remaining(&block, second + 1..range.end, kinds);
    drop(drain);
    let counts = queue.counts();
    assert_eq!(
        (counts.delivered, counts.dropped, counts.backlog),
        (2, 3, 1)
    );
    assert_eq!(take_all(&queue), [Seen::Event(5)]);
}

#[test]
fn a_drain_takes_no_more_at_a_time_than_the_queue_is_locked_for() {
    let queue = Queue::new(BW, Capacity::default(), None);
    publish(&queue, 0..BATCH_EVENTS as u64 + 9);
    let mut drain = queue.begin_drain().unwrap();
    let taken = [usize::MAX, usize::MAX, 1].map(|max| look(drain.take(max).0).len());
    assert_eq!(taken, [BATCH_EVENTS, 9, 0]);
    // What came meanwhile is there for it as well.
    publish(&queue, 0..3);
    assert_eq!(look(drain.take(2).0), [0, 1].map(Seen::Event));
    drop(drain);
    assert_eq!(take_all(&queue), [Seen::Event(2)]);
    assert_eq!(queue.counts().delivered, BATCH_EVENTS as u64 + 12);
    assert!(queue.begin_drain().is_some());
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
