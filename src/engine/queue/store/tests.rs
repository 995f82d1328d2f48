use super::*;
use crate::engine::queue::tests::{capacity, look, publish, take_all, Seen, BW, BW_BYTES};
use crate::engine::queue::Queue;
use crate::engine::subscriber::Subscriber;
use crate::proto::event::Kind;

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
