use super::*;
use crate::engine::controller::State;
use crate::engine::scripted::{self, until};
use crate::engine::sys;
use crate::proto::encode::Command;
use crate::proto::event::Kind;
use std::sync::mpsc::{channel, Receiver};
use std::time::Duration;

const BW: KindSet = KindSet::of(Kind::Bw);

/// A controller whose tor sends the events of which SEND says how many there are, and the lines
/// that it was sent.
fn connected() -> (Arc<Controller>, Receiver<String>) {
    let (send, lines) = channel();
    let controller = scripted::controller(move |line| {
        let _ = send.send(line.to_string());
        let count = line.strip_prefix("SEND ").map(|count| count.parse());
        let count: u64 = count.map_or(0, Result::unwrap);
        let events = (0..count).map(|number| format!("650 BW {number} 0\r\n"));
        format!("{}250 OK\r\n", events.collect::<String>())
    });
    (controller, lines)
}

fn queue(controller: &Arc<Controller>, kinds: KindSet) -> EventQueue {
    controller
        .wait_for(&Call::none(), async |call| {
            EventQueue::new(controller, kinds, Capacity::default(), call).await
        })
        .unwrap()
}

/// So many events, which are in the queue when this returns.
fn send(controller: &Arc<Controller>, count: u64) {
    let command = Command::raw(format!("SEND {count}").as_bytes(), None).unwrap();
    controller.request(command, &Call::none()).unwrap();
}

fn long() -> Option<Instant> {
    Some(Instant::now() + Duration::from_secs(60))
}

/// The number of the next event.
fn next(queue: &EventQueue) -> u64 {
    match queue.next(&Call::none(), long()) {
        Ok(Next::Event(event)) => event.bw().unwrap()[0],
        other => panic!("{other:?}"),
    }
}

fn is_readable(queue: &EventQueue) -> bool {
    let now = Some(Instant::now());
    let fd = queue.fd().unwrap();
    sys::wait_ready(Some((fd, rustix::event::PollFlags::IN)), &[], now).unwrap()
}

/// Drains all that is there; the numbers, and whether the queue has ended.
fn drain(queue: &EventQueue) -> (Vec<u64>, bool) {
    let mut numbers = Vec::new();
    let drained = queue.drain(usize::MAX, &mut |event| {
        numbers.extend(event.bw().map(|[number, _]| number));
        ControlFlow::Continue(())
    });
    let (count, is_ended) = drained.unwrap();
    assert_eq!(count, numbers.len());
    (numbers, is_ended)
}

#[test]
fn what_came_before_the_end_of_the_connection_is_there_to_be_taken() {
    // The last line is a reply that nobody asked for, which ends the connection.
    let controller = scripted::controller(|_| "250 OK\r\n650 BW 1 2\r\n250 OK\r\n".to_string());
    let queue = queue(&controller, BW);
    assert_eq!(next(&queue), 1);
    let end = queue.next(&Call::none(), long());
    assert!(matches!(end, Ok(Next::Ended)));
    // For good, as soon as who ends it has said so at the descriptor.
    until(|| is_readable(&queue));
    let end = queue.next(&Call::none(), Some(Instant::now()));
    assert!(matches!(end, Ok(Next::Ended)));
    assert_eq!(drain(&queue), (vec![], true));
}

#[test]
fn a_wait_for_the_next_event_ends_with_it_in_time_or_when_cancelled() {
    let (controller, _lines) = connected();
    let queue = queue(&controller, BW);
    let call = Call::none();
    let none = queue.next(&call, Some(Instant::now()));
    assert!(matches!(none, Ok(Next::Empty)));
    let soon = Instant::now() + Duration::from_millis(5);
    let none = queue.next(&call, Some(soon));
    assert!(matches!(none, Ok(Next::Empty)) && Instant::now() >= soon);
    assert!(!is_readable(&queue));
    send(&controller, 2);
    assert!(is_readable(&queue));
    assert_eq!([next(&queue), next(&queue)], [0, 1]);
    assert!(!is_readable(&queue));
    let call = Arc::new(Call::default());
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| queue.next(&call, None));
        call.cancel();
        assert!(matches!(thread.join().unwrap(), Err(Error::Cancelled)));
        // Who waits in another thread gets what this one has asked for, or the end.
        let thread = scope.spawn(|| next(&queue));
        send(&controller, 1);
        assert_eq!(thread.join().unwrap(), 0);
        let thread = scope.spawn(|| queue.next(&Call::none(), None));
        controller.close();
        assert!(matches!(thread.join().unwrap(), Ok(Next::Ended)));
    });
}

#[test]
fn a_drain_that_is_broken_off_leaves_what_it_has_not_handed_over() {
    let (controller, _lines) = connected();
    let queue = queue(&controller, BW);
    send(&controller, 6);
    let mut left = 2;
    let broken = queue.drain(usize::MAX, &mut |_| {
        left -= 1;
        match left {
            0 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    });
    assert_eq!(broken.unwrap(), (2, false));
    let counts = queue.counts();
    assert_eq!((counts.delivered, counts.backlog), (2, 4));
    assert!(is_readable(&queue));
    // And one for a few takes no more.
    let few = queue.drain(1, &mut |_| ControlFlow::Continue(()));
    assert_eq!(few.unwrap(), (1, false));
    assert_eq!(drain(&queue), (vec![3, 4, 5], false));
    assert!(!is_readable(&queue));
    controller.close();
    assert_eq!(drain(&queue), (vec![], true));
}

#[test]
fn a_drain_hands_over_what_was_there_when_it_began() {
    let (controller, _lines) = connected();
    let queue = queue(&controller, BW);
    send(&controller, 3);
    let mut count = 0;
    let drained = queue.drain(usize::MAX, &mut |_| {
        // Slower than tor: for each that it takes, another two come.
        send(&controller, 2);
        count += 1;
        // And while it runs there is no other.
        let second = queue.drain(1, &mut |_| ControlFlow::Continue(()));
        assert!(matches!(second, Err(Error::State(_))));
        assert!(count < 100);
        ControlFlow::Continue(())
    });
    assert_eq!(drained.unwrap(), (3, false));
    assert_eq!(queue.counts().backlog, 6);
}

#[test]
fn a_panic_in_the_consumer_loses_nothing_but_its_event() {
    let (controller, _lines) = connected();
    let queue = queue(&controller, BW);
    send(&controller, 3);
    let broken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        queue.drain(1, &mut |_| std::panic::resume_unwind(Box::new("a mistake")))
    }));
    assert!(broken.is_err());
    assert_eq!(drain(&queue), (vec![1, 2], false));
    let counts = queue.counts();
    assert_eq!((counts.delivered, counts.backlog), (3, 0));
}

#[test]
fn a_queue_that_goes_takes_its_wishes_along() {
    let (controller, lines) = connected();
    let first = queue(&controller, BW);
    let second = queue(&controller, KindSet::of(Kind::Circ));
    second
        .conversation()
        .wait_for(&Call::none(), async |call| {
            second.wishes().add_name(b"NEW", call).await
        })
        .unwrap();
    let refused = second.conversation().wait_for(&Call::none(), async |call| {
        second.wishes().add_name(b"not one", call).await
    });
    assert!(matches!(refused, Err(Error::Invalid(_))));
    drop(second);
    assert_eq!(controller.subscribers.consumers(), 1);
    drop(first);
    assert!(!controller.has_consumers());
    let mut told = Vec::new();
    until(|| {
        told.extend(lines.try_iter());
        told.len() >= 5
    });
    let all = ["BW", "CIRC BW", "CIRC BW NEW", "BW", ""];
    assert_eq!(
        told,
        all.map(|kinds| format!("SETEVENTS {kinds}").trim_end().to_string())
    );
    controller.close();
}

#[test]
fn a_queue_that_tor_refuses_leaves_nothing_behind() {
    let controller = scripted::controller(|_| "552 no\r\n".to_string());
    let refused = controller.wait_for(&Call::none(), async |call| {
        EventQueue::new(&controller, BW, Capacity::default(), call).await
    });
    assert!(matches!(refused, Err(Error::Rejected { .. })));
    assert!(!controller.has_consumers());
    assert_eq!(controller.state(), State::Ready);
    controller.close();
    let late = controller.wait_for(&Call::none(), async |call| {
        EventQueue::new(&controller, BW, Capacity::default(), call).await
    });
    assert!(matches!(late, Err(Error::Closed(_))));
}
