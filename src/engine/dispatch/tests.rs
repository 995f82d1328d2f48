use super::*;
use crate::engine::controller::Controller;
use crate::engine::scripted;
use crate::proto::encode::Command;
use std::sync::atomic::AtomicUsize;
use std::sync::mpsc::{channel, Receiver, Sender};
use std::time::Duration;

const LONG: Duration = Duration::from_secs(600);

/// Sends each line that it is asked to send, and takes everything else.
fn connected() -> Arc<Controller> {
    scripted::controller(|line| match line.strip_prefix("SEND ") {
        Some(events) => {
            let events = events.split(", ").map(|event| format!("650 {event}\r\n"));
            format!("{}250 OK\r\n", events.collect::<String>())
        }
        None => "250 OK\r\n".to_string(),
    })
}

/// These events, which are in the queue when this returns.
fn send(controller: &Arc<Controller>, events: &str) {
    let command = Command::raw(format!("SEND {events}").as_bytes(), None).unwrap();
    let reply = controller.request(command, &Call::none()).unwrap();
    assert_eq!(reply.code(), 250);
}

fn add(
    controller: &Arc<Controller>,
    kinds: &[Kind],
    callback: impl Fn(&Event) -> CallbackResult + Send + Sync + 'static,
) -> u64 {
    let kinds = kinds.iter().copied().map(KindSet::of);
    let kinds = kinds.fold(KindSet::default(), KindSet::union);
    let call = Call::none();
    controller
        .add_listener(kinds, Box::new(callback), &mut |_| {}, &call)
        .unwrap()
}

/// What a listener is called for, as its first argument says.
fn recorder(sender: Sender<String>, name: &'static str) -> impl Fn(&Event) -> CallbackResult {
    move |event| {
        let argument = event.fields().arg(0);
        let argument = String::from_utf8_lossy(argument.bytes()).into_owned();
        let _ = sender.send(format!("{name}{argument}"));
        CallbackResult::Continue
    }
}

fn next(receiver: &Receiver<String>) -> String {
    receiver.recv_timeout(LONG).unwrap()
}

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
    let again = controller.remove_listener(id, &Call::none());
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
            controller.remove_listener(id, &Call::none()).unwrap();
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
    controller
        .set_failure_callback(Some(report), &call)
        .unwrap();
    let id = add(&controller, &[Kind::Bw], |_| CallbackResult::Failed(-7));
    send(&controller, "BW 1 0, BW 2 0");
    assert_eq!(next(&receiver), format!("{id} -7 Bw"));
    assert_eq!(next(&receiver), format!("{id} -7 Bw"));
    assert_eq!(controller.listener_counts().1, 2);
    controller.set_failure_callback(None, &call).unwrap();
    // Nobody is told any more, and it is counted all the same.
    send(&controller, "BW 3 0");
    controller.close();
    controller.join_listeners();
    assert!(receiver.recv().is_err());
}

#[test]
fn a_close_lets_only_the_state_through() {
    let controller = connected();
    let (sender, receiver) = channel();
    let (go, wait) = channel::<()>();
    let (record, wait) = (recorder(sender, ""), Mutex::new(wait));
    add(&controller, &[Kind::Bw, Kind::State], move |event| {
        record(event);
        if event.kind() == Kind::Bw {
            let _ = lock(&wait).recv_timeout(LONG);
        }
        CallbackResult::Continue
    });
    send(&controller, "BW 1 0, BW 2 0, BW 3 0");
    assert_eq!(next(&receiver), "1");
    controller.close();
    drop(go);
    controller.join_listeners();
    let called: Vec<String> = receiver.iter().collect();
    assert_eq!(called, ["CLOSED"]);
    let (counts, _) = controller.listener_counts();
    assert_eq!((counts.backlog, counts.dropped), (0, 2));
    let none = controller.add_listener(
        KindSet::of(Kind::Bw),
        Box::new(|_| CallbackResult::Continue),
        &mut |_| {},
        &Call::none(),
    );
    assert!(matches!(none, Err(Error::Closed(Cause::Local))));
}
