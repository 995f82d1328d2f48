use super::*;
use crate::engine::queue::tests::{look, publish, BW};
use crate::engine::queue::{Capacity, Queue, QueueItem};
use crate::engine::subscriber::Subscriber;
use crate::engine::sys::wait_ready;
use rustix::event::PollFlags;
use std::time::Instant;

fn is_set(fd: BorrowedFd<'_>) -> bool {
    wait_ready(Some((fd, PollFlags::IN)), &[], Some(Instant::now())).unwrap()
}

fn is_readable(queue: &Queue) -> bool {
    is_set(queue.signal_fd().unwrap())
}

#[test]
fn it_becomes_what_is_wanted_by_then() {
    let signal = ReadySignal::new(WakeFd::new().unwrap());
    assert!(!is_set(signal.fd()));
    signal.match_to(|| false);
    assert!(!is_set(signal.fd()));
    for _ in 0..2 {
        signal.match_to(|| true);
        assert!(is_set(signal.fd()));
    }
    for _ in 0..2 {
        signal.match_to(|| false);
        assert!(!is_set(signal.fd()));
    }
    // A child's copy can be made readable, which here is the only one.
    signal.set_copy();
    assert!(is_set(signal.fd()));
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
