use super::*;
use crate::engine::controller::Controller;
use crate::engine::event::Event;
use crate::engine::scripted;
use crate::proto::encode::Command;
use std::sync::mpsc::{channel, Receiver, Sender};
use std::sync::Mutex;
use std::time::Duration;

pub(super) const LONG: Duration = Duration::from_secs(600);

/// Sends each line that it is asked to send, and takes everything else.
pub(super) fn connected() -> Arc<Controller> {
    scripted::controller(|line| match line.strip_prefix("SEND ") {
        Some(events) => {
            let events = events.split(", ").map(|event| format!("650 {event}\r\n"));
            format!("{}250 OK\r\n", events.collect::<String>())
        }
        None => "250 OK\r\n".to_string(),
    })
}

/// These events, which are in the queue when this returns.
pub(super) fn send(controller: &Arc<Controller>, events: &str) {
    let command = Command::raw(format!("SEND {events}").as_bytes(), None).unwrap();
    let reply = controller.request(command, &Call::none()).unwrap();
    assert_eq!(reply.code(), 250);
}

pub(super) fn add(
    controller: &Arc<Controller>,
    kinds: &[Kind],
    callback: impl Fn(&Event) -> CallbackResult + Send + Sync + 'static,
) -> u64 {
    let kinds = kinds.iter().copied().map(KindSet::of);
    let kinds = kinds.fold(KindSet::default(), KindSet::union);
    let id = controller.new_listener().unwrap();
    controller
        .wait_for(&Call::none(), async |call| {
            let callback = Box::new(callback);
            controller.add_listener(id, kinds, callback, call).await
        })
        .unwrap();
    id
}

pub(super) fn remove(controller: &Arc<Controller>, id: u64, call: &Arc<Call>) -> Result<(), Error> {
    controller.wait_for(call, async |call| {
        controller.remove_listener(id, call).await
    })
}

fn add_name(controller: &Arc<Controller>, id: u64) -> Result<(), Error> {
    controller.wait_for(&Call::none(), async |call| {
        controller.add_listener_name(id, b"NEW", call).await
    })
}

/// What a listener is called for, as its first argument says.
pub(super) fn recorder(
    sender: Sender<String>,
    name: &'static str,
) -> impl Fn(&Event) -> CallbackResult {
    move |event| {
        let argument = event.fields().arg(0);
        let argument = String::from_utf8_lossy(argument.bytes()).into_owned();
        let _ = sender.send(format!("{name}{argument}"));
        CallbackResult::Continue
    }
}

pub(super) fn next(receiver: &Receiver<String>) -> String {
    receiver.recv_timeout(LONG).unwrap()
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
    let none = controller.new_listener();
    assert!(matches!(none, Err(Error::Closed(Cause::Local))));
}

/// A listener whose callback says that it has begun, and ends when it is let go.
fn add_slow(controller: &Arc<Controller>) -> (u64, Receiver<String>, Sender<()>) {
    let (sender, begun) = channel();
    let (go, wait) = channel::<()>();
    let (record, wait) = (recorder(sender, ""), Mutex::new(wait));
    let id = add(controller, &[Kind::Bw], move |event| {
        record(event);
        let _ = lock(&wait).recv_timeout(LONG);
        CallbackResult::Continue
    });
    (id, begun, go)
}

#[test]
fn a_removal_waits_for_the_callback_that_runs() {
    let controller = connected();
    let (id, begun, go) = add_slow(&controller);
    send(&controller, "BW 1 0, BW 2 0");
    assert_eq!(next(&begun), "1");
    let for_thread = Arc::clone(&controller);
    let (removed, is_removed) = channel();
    std::thread::spawn(move || {
        let _ = removed.send(remove(&for_thread, id, &Call::none()));
    });
    // It is in the list no more, and still it runs.
    let gone = || add_name(&controller, id);
    scripted::until(|| matches!(gone(), Err(Error::NotFound(_))));
    let moment = Duration::from_millis(20);
    assert!(is_removed.recv_timeout(moment).is_err());
    go.send(()).unwrap();
    is_removed.recv_timeout(LONG).unwrap().unwrap();
    // The second event was not for it any more.
    assert!(begun.recv().is_err());
    controller.close();
    controller.join_listeners();
}

#[test]
fn a_cancelled_removal_waits_for_nobody() {
    let controller = connected();
    let (id, begun, go) = add_slow(&controller);
    send(&controller, "BW 1 0, BW 2 0");
    assert_eq!(next(&begun), "1");
    let call = Arc::new(Call::default());
    call.cancel();
    let outcome = remove(&controller, id, &call);
    assert!(matches!(outcome, Err(Error::Cancelled)), "{outcome:?}");
    drop(go);
    // It is removed all the same.
    assert!(begun.recv().is_err());
    controller.close();
    controller.join_listeners();
}

#[test]
fn a_listener_gets_what_it_asks_for_by_name_besides() {
    let controller = connected();
    let (sender, receiver) = channel();
    let id = add(&controller, &[Kind::Bw], recorder(sender.clone(), "a"));
    add(&controller, &[Kind::Bw], recorder(sender, "b"));
    add_name(&controller, id).unwrap();
    send(&controller, "NEW 1, OTHER 2, BW 3 0");
    let called = [(); 3].map(|()| next(&receiver));
    assert_eq!(called, ["a1", "a3", "b3"]);
    controller.close();
    controller.join_listeners();
}

/// Only a close that ends the conversation drops what the listeners have not been called for.
#[test]
fn a_close_after_the_end_leaves_the_listeners_what_came_before() {
    let controller = scripted::controller(|line| match line {
        "SEND" => "650 BW 1 0\r\n650 BW 2 0\r\n250 OK\r\n".to_string(),
        "END" => "no reply line\r\n".to_string(),
        _ => "250 OK\r\n".to_string(),
    });
    let (sender, begun) = channel();
    let (go, wait) = channel::<()>();
    let (record, wait) = (recorder(sender, ""), Mutex::new(wait));
    add(&controller, &[Kind::Bw, Kind::State], move |event| {
        record(event);
        let _ = lock(&wait).recv_timeout(LONG);
        CallbackResult::Continue
    });
    let ask = |line: &str| {
        let command = Command::raw(line.as_bytes(), None).unwrap();
        controller.request(command, &Call::none())
    };
    ask("SEND").unwrap();
    assert_eq!(next(&begun), "1");
    assert!(matches!(ask("END"), Err(Error::Closed(_))));
    controller.close();
    drop(go);
    assert_eq!([next(&begun), next(&begun)], ["2", "CLOSED"]);
    controller.join_listeners();
}
