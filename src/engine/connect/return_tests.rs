//! A controller that comes back.

use super::tests::{say, Answer, ScriptedTor};
use super::*;
use crate::engine::controller::Controller;
use crate::engine::event::Event;
use crate::engine::event_queue::{EventQueue, Next};
use crate::engine::queue::Capacity;
use crate::engine::request::Request;
use crate::engine::watch::{Deadline, Watch};
use crate::proto::encode::Command;
use crate::proto::event::{Kind, KindSet};
use crate::session::{Again, Part};
use std::time::Duration;

const METHODS: &str =
    "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250-VERSION Tor=\"0.4.8.1\"\r\n250 OK";

/// Lets everybody in, and hangs up at SIGNAL HALT; of the rest, what `answer` says.
fn tor(answer: impl Fn(usize, &str) -> Answer + Send + 'static) -> ScriptedTor {
    ScriptedTor::new(move |index, line| match line {
        "PROTOCOLINFO 1" => say(METHODS),
        "SIGNAL HALT" => Answer::Last(""),
        "GETINFO process/pid" => say(&format!("250-process/pid={index}00\r\n250 OK")),
        line => answer(index, line),
    })
}

/// What it was told, but for the question that is always the same.
fn told(tor: &ScriptedTor) -> Vec<String> {
    let lines = tor.told().into_iter();
    lines.filter(|line| line != "GETINFO process/pid").collect()
}

fn controller(tor: &ScriptedTor) -> Arc<Controller> {
    let mut settings = tor.settings();
    settings.reconnects = true;
    settings.backoff.first = Duration::from_millis(1);
    settings.backoff.longest = Duration::from_millis(1);
    Controller::new(settings)
}

fn queue(controller: &Arc<Controller>, kinds: KindSet) -> EventQueue {
    controller
        .wait_for(&Call::none(), async |call| {
            EventQueue::new(controller, kinds, Capacity::default(), call).await
        })
        .unwrap()
}

fn next(queue: &EventQueue) -> Event {
    let deadline = Some(Instant::now() + Duration::from_secs(60));
    match queue.next(&Call::none(), deadline).unwrap() {
        Next::Event(event) => event,
        other => panic!("{other:?}"),
    }
}

fn text(event: &Event) -> String {
    let raw = String::from_utf8_lossy(event.raw()).into_owned();
    raw.trim_start_matches("650 ").trim_end().to_string()
}

fn command(text: &str) -> Command {
    Command::raw(text.as_bytes(), None).unwrap()
}

fn wait_ready(controller: &Controller, timeout_ms: Option<u64>) -> Result<(), Error> {
    let call = Call::none();
    let deadline = Deadline::after(timeout_ms);
    let wait = async |call: &Operation| controller.until_ready(call, deadline.at()).await;
    match controller.wait_for(&call, wait)? {
        true => Ok(()),
        false => Err(deadline.error("it was not ready")),
    }
}

fn halt(controller: &Controller) {
    let lost = controller.request(command("SIGNAL HALT"), &Call::none());
    assert!(matches!(lost, Err(Error::Closed(Cause::Eof))), "{lost:?}");
}

#[test]
fn it_comes_back_and_says_so() {
    let tor = tor(|_, _| say("250 OK"));
    let controller = controller(&tor);
    let states = queue(&controller, KindSet::of(Kind::State));
    let events = queue(&controller, KindSet::of(Kind::Bw));
    controller.connect(&Call::none()).unwrap();
    assert_eq!(controller.incarnation(), 1);
    halt(&controller);
    wait_ready(&controller, Some(60_000)).unwrap();
    assert_eq!(controller.incarnation(), 2);
    let steps: Vec<String> = (0..7).map(|_| text(&next(&states))).collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    assert_eq!(
        steps,
        [
            "STATE CONNECTING",
            "STATE CONNECTED",
            "STATE READY INCARNATION=1 VERSION=0.4.8.1 PID=100",
            "STATE WAITING CAUSE=EOF MESSAGE=\"tor closed the connection\" DELAY_MS=0",
            "STATE CONNECTING",
            "STATE CONNECTED",
            "STATE READY INCARNATION=2 VERSION=0.4.8.1 PID=200",
        ]
    );
    let gap = next(&events);
    assert_eq!(gap.kind(), Kind::Gap);
    assert!(text(&gap).starts_with("GAP LOST_EVENTS=0 LOST_BYTES=0 CAUSE=CONNECTION FROM_US=1"));
    // Nobody else has missed something.
    assert_eq!(states.counts().backlog, 0);
    controller.close();
    let told = told(&tor);
    let session = ["AUTHENTICATE", "SETEVENTS BW", "SIGNAL HALT"];
    assert_eq!(told[..3], session);
    assert_eq!(told[3..5], session[..2]);
    assert!(matches!(
        states.next(&Call::none(), None),
        Ok(Next::Event(_))
    ));
    assert!(matches!(events.next(&Call::none(), None), Ok(Next::Ended)));
}

#[test]
fn it_comes_back_though_nobody_wants_events() {
    let tor = tor(|index, line| match (index, line) {
        (1, "SIGNAL DUMP") => Answer::Last("250 OK\r\n"),
        _ => say("250 OK"),
    });
    let controller = controller(&tor);
    controller.connect(&Call::none()).unwrap();
    controller
        .request(command("SIGNAL DUMP"), &Call::none())
        .unwrap();
    crate::engine::scripted::until(|| controller.incarnation() == 2);
    controller.close();
}

#[test]
fn who_waits_for_something_of_the_lost_tor_is_told() {
    let tor = tor(|_, line| match line {
        "GETINFO version" => Answer::Nothing,
        _ => say("250 OK"),
    });
    let controller = controller(&tor);
    controller.connect(&Call::none()).unwrap();
    let kinds = KindSet::of(Kind::Circ);
    let watch = controller
        .wait_for(&Call::none(), async |call| {
            Watch::new(&controller, kinds, Capacity::default(), call).await
        })
        .unwrap();
    let unanswered = Request::start(&controller, command("GETINFO version"), Call::none()).unwrap();
    halt(&controller);
    assert!(matches!(unanswered.wait(), Err(Error::Closed(Cause::Eof))));
    let never = Deadline::after(None);
    let waited = controller.wait_for(&Call::none(), async |call| watch.next(call, never).await);
    assert!(matches!(waited, Err(Error::Closed(_))), "{waited:?}");
    // A call that says so waits for the next.
    let patient = Call::default();
    patient.set_waits_ready(true);
    let answer = controller.request(command("SIGNAL DUMP"), &Arc::new(patient));
    assert!(answer.unwrap().is_ok());
    controller.close();
}

#[test]
fn it_tries_until_it_is_let_in() {
    let tor = tor(|index, line| match (index, line) {
        (2..=4, "AUTHENTICATE") => Answer::Last("515 no\r\n"),
        (5, "AUTHENTICATE") => Answer::Last(""),
        _ => say("250 OK"),
    });
    let controller = controller(&tor);
    let states = queue(&controller, KindSet::of(Kind::State));
    controller.start().unwrap();
    assert!(matches!(controller.start(), Err(Error::State(_))));
    wait_ready(&controller, Some(60_000)).unwrap();
    halt(&controller);
    wait_ready(&controller, Some(60_000)).unwrap();
    let waits = (0..16).map(|_| text(&next(&states)));
    let waits = waits.filter(|text| text.starts_with("STATE WAITING"));
    let causes: Vec<String> = waits
        .map(|text| text.split_whitespace().nth(2).unwrap().to_string())
        .collect();
    assert_eq!(
        causes,
        [
            "CAUSE=EOF",
            "CAUSE=AUTH",
            "CAUSE=AUTH",
            "CAUSE=AUTH",
            "CAUSE=EOF"
        ]
    );
    assert_eq!(controller.incarnation(), 2);
    controller.close();
}

#[test]
fn a_tor_that_knows_fewer_events_is_asked_for_the_rest() {
    let tor = tor(|index, line| match (index, line) {
        (1, _) => say("250 OK"),
        (_, line) if line.starts_with("SETEVENTS") && line.contains("BW") => {
            say("552 Unrecognized event \"BW\"")
        }
        _ => say("250 OK"),
    });
    let controller = controller(&tor);
    let _events = queue(
        &controller,
        KindSet::of(Kind::Bw).union(KindSet::of(Kind::Circ)),
    );
    let restored = queue(&controller, KindSet::of(Kind::Restored));
    controller.connect(&Call::none()).unwrap();
    halt(&controller);
    wait_ready(&controller, Some(60_000)).unwrap();
    let lost = text(&next(&restored));
    assert!(
        lost.starts_with("RESTORED EVENTS LOST WHICH=\"BW\" "),
        "{lost}"
    );
    assert_eq!(restored.counts().backlog, 0);
    let more = queue(&controller, KindSet::of(Kind::Stream));
    drop(more);
    controller.close();
    let told = told(&tor);
    assert_eq!(
        told[4..7],
        [
            "SETEVENTS CIRC BW",
            "SETEVENTS CIRC",
            "SETEVENTS CIRC STREAM"
        ]
    );
}

/// Sets an address up as a topic does.
fn map(controller: &Arc<Controller>, name: &str, mark: u64) {
    let again = Again::By(command(&format!("MAPADDRESS {name}=x")));
    let keep = async |call: &Operation| {
        let part = (Part::MapAddress, name);
        controller.keep(part, again, mark, call).await;
        Ok(())
    };
    controller.wait_for(&Call::none(), keep).unwrap();
}

#[test]
fn what_was_set_up_is_there_again_before_it_is_ready() {
    let tor = tor(|index, line| match (index, line) {
        // In the middle of it.
        (2, "MAPADDRESS b=x") => Answer::Last(""),
        (_, "MAPADDRESS c=x") => say("512 syntax error"),
        (_, line) if line.starts_with("MAPADDRESS") => say(&line.replace("MAPADDRESS", "250")),
        _ => say("250 OK"),
    });
    let controller = controller(&tor);
    let kinds = KindSet::of(Kind::Restored).union(KindSet::of(Kind::State));
    let events = queue(&controller, kinds);
    controller.connect(&Call::none()).unwrap();
    let mark = controller.setup_mark();
    for name in ["a", "b", "c"] {
        map(&controller, name, mark);
    }
    halt(&controller);
    wait_ready(&controller, Some(60_000)).unwrap();
    assert_eq!(controller.incarnation(), 2);
    let mut words = Vec::new();
    while events.counts().backlog > 0 {
        let event = text(&next(&events));
        let words_of_it: Vec<&str> = event.split(' ').take(4).collect();
        words.push(words_of_it.join(" "));
    }
    let last = [
        "RESTORED MAPADDRESS RESTORED WHICH=\"a\"",
        "RESTORED MAPADDRESS RESTORED WHICH=\"b\"",
        "RESTORED MAPADDRESS LOST WHICH=\"c\"",
    ];
    let ready = words.pop().unwrap();
    assert!(ready.starts_with("STATE READY INCARNATION=2"), "{ready}");
    assert_eq!(words[words.len() - 3..], last);
    assert!(words.contains(&"STATE WAITING CAUSE=EOF MESSAGE=\"tor".to_string()));

    // What was done on the tor before is done again.
    map(&controller, "d", mark);
    assert!(text(&next(&events)).contains("RESTORED WHICH=\"d\""));
    let undo = || Command::raw(b"MAPADDRESS a=a", None);
    for (name, mark) in [("a", mark), ("b", controller.setup_mark())] {
        let forget = async |call: &Operation| {
            let part = (Part::MapAddress, name);
            controller.forget(part, mark, &undo, call).await;
            Ok(())
        };
        controller.wait_for(&Call::none(), forget).unwrap();
    }
    controller.close();
    let told = tor.told_until("QUIT");
    assert_eq!(
        told[told.len() - 3..],
        ["MAPADDRESS d=x", "MAPADDRESS a=a", "QUIT"]
    );
}

#[test]
fn a_close_ends_it_at_each_step() {
    let silent = tor(|index, _| match index {
        1 => say("250 OK"),
        _ => Answer::Nothing,
    });
    let controller = controller(&silent);
    controller.connect(&Call::none()).unwrap();
    halt(&controller);
    while controller.state() != State::Connected {
        std::thread::yield_now();
    }
    controller.close();
    let closed = wait_ready(&controller, None);
    assert!(matches!(closed, Err(Error::Closed(_))), "{closed:?}");

    let mut settings = silent.settings();
    settings.reconnects = true;
    settings.target = Target::Address(Address::Unix("/nowhere/at/all".into()));
    let controller = Controller::new(settings);
    controller.start().unwrap();
    assert_eq!(controller.state(), State::Waiting);
    let connect = controller.connect(&Call::none());
    assert!(matches!(connect, Err(Error::State(_))), "{connect:?}");
    let overdue = wait_ready(&controller, Some(1));
    assert!(matches!(overdue, Err(Error::Overdue { .. })), "{overdue:?}");
    controller.close();
    assert_eq!(controller.state(), State::Closed);
    assert_eq!(Arc::strong_count(&**controller), 1);
}

#[test]
fn without_the_option_it_is_over() {
    let tor = tor(|_, _| say("250 OK"));
    let controller = Controller::new(tor.settings());
    assert!(matches!(controller.start(), Err(Error::Invalid(_))));
    controller.connect(&Call::none()).unwrap();
    halt(&controller);
    assert_eq!(controller.state(), State::Closed);
}
