use super::*;
use crate::engine::call::Call;
use crate::engine::dispatch::tests::{add, connected, next, recorder, remove, send};
use crate::error::Error;
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::mpsc::channel;

/// Counts in the end that the callback was dropped.
struct Dropped(Arc<AtomicUsize>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn listeners_are_called_in_the_order_of_events_and_numbers() {
    let controller = connected();
    let (sender, receiver) = channel();
    add(&controller, &[Kind::Bw], recorder(sender.clone(), "a"));
    add(&controller, &[Kind::Circ], recorder(sender.clone(), "b"));
    add(&controller, &[Kind::Bw], recorder(sender, "c"));
    send(&controller, "BW 1 0, CIRC 2 BUILT, BW 3 0");
    let called: Vec<String> = (0..5).map(|_| next(&receiver)).collect();
    assert_eq!(called, ["a1", "c1", "b2", "a3", "c3"]);
    controller.close();
    controller.join_listeners();
    assert!(receiver.recv().is_err());
}

#[test]
fn one_that_wants_to_be_removed_is_called_no_more() {
    let controller = connected();
    let (sender, receiver) = channel();
    let drops = Arc::<AtomicUsize>::default();
    let dropped = Dropped(Arc::clone(&drops));
    let record = recorder(sender.clone(), "a");
    let id = add(&controller, &[Kind::Bw], move |event| {
        let _ = &dropped;
        record(event);
        CallbackResult::Remove
    });
    add(&controller, &[Kind::Bw], recorder(sender, "b"));
    send(&controller, "BW 1 0, BW 2 0");
    let called: Vec<String> = (0..3).map(|_| next(&receiver)).collect();
    assert_eq!(called, ["a1", "b1", "b2"]);
    assert_eq!(drops.load(Ordering::SeqCst), 1);
    let again = remove(&controller, id, &Call::none());
    assert!(matches!(again, Err(Error::NotFound(_))));
    controller.close();
    controller.join_listeners();
}

#[test]
fn a_list_that_a_callback_changes_holds_immediately() {
    let controller = connected();
    let (sender, receiver) = channel();
    let to_remove = Arc::<AtomicU64>::default();
    let (record, weak) = (recorder(sender.clone(), "a"), Arc::downgrade(&controller));
    let (late, id) = (sender.clone(), Arc::clone(&to_remove));
    add(&controller, &[Kind::Bw], move |event| {
        record(event);
        let id = id.swap(0, Ordering::SeqCst);
        if let Some(controller) = weak.upgrade().filter(|_| id != 0) {
            remove(&controller, id, &Call::none()).unwrap();
            add(&controller, &[Kind::Bw], recorder(late.clone(), "d"));
        }
        CallbackResult::Continue
    });
    let id = add(&controller, &[Kind::Bw], recorder(sender.clone(), "b"));
    to_remove.store(id, Ordering::SeqCst);
    add(&controller, &[Kind::Bw], recorder(sender, "c"));
    send(&controller, "BW 1 0, BW 2 0");
    let called: Vec<String> = (0..5).map(|_| next(&receiver)).collect();
    assert_eq!(called, ["a1", "c1", "a2", "c2", "d2"]);
    controller.close();
    controller.join_listeners();
}

#[test]
fn a_failure_is_counted_and_reported() {
    let controller = connected();
    let (sender, receiver) = channel();
    let call = Call::none();
    let report = move |id, status, event: &Event| {
        let _ = sender.send(format!("{id} {status} {:?}", event.kind()));
    };
    let report: FailureCallback = Box::new(report);
    let set = |report| {
        controller.wait_for(&call, async |call| {
            controller.set_failure_callback(report, call).await
        })
    };
    set(Some(report)).unwrap();
    let id = add(&controller, &[Kind::Bw], |_| CallbackResult::Failed(-7));
    send(&controller, "BW 1 0, BW 2 0");
    assert_eq!(next(&receiver), format!("{id} -7 Bw"));
    assert_eq!(next(&receiver), format!("{id} -7 Bw"));
    assert_eq!(controller.listener_counts().1, 2);
    set(None).unwrap();
    // Nobody is told any more, and it is counted all the same.
    send(&controller, "BW 3 0");
    controller.close();
    controller.join_listeners();
    assert!(receiver.recv().is_err());
}
