use super::*;
use crate::engine::scripted;
use crate::proto::encode::Command;
use std::sync::mpsc::{channel, Receiver};

const LONG: Duration = Duration::from_secs(600);

/// A tor that takes everything but lines with `refused` in them, and the lines that it got.
fn tor(refused: &'static str) -> (Tor, Receiver<String>) {
    let (send, lines) = channel();
    let controller = scripted::controller(move |line| {
        // A value may be quoted or not.
        let line = line.replace('"', "");
        let _ = send.send(line.clone());
        match line.split_once(' ') {
            Some(("SEND", event)) => format!("650 {event}\r\n250 OK\r\n"),
            Some(("GETCONF", name)) => format!("250 {name}=0\r\n"),
            _ if !refused.is_empty() && line.contains(refused) => "552 No\r\n".to_string(),
            _ => "250 OK\r\n".to_string(),
        }
    });
    (Tor::of(controller), lines)
}

fn send(tor: &Tor, event: &str) {
    let command = Command::raw(format!("SEND {event}").as_bytes(), None).unwrap();
    tor.request(command, &Call::none()).unwrap();
}

fn set(
    tor: &Tor,
    timeout: Duration,
    attacher: impl Fn(&Event) -> Answer + Send + Sync + 'static,
) -> Result<(), Error> {
    let attacher = Box::new(attacher);
    let status_of = |_| -1;
    let number = tor.new_listener()?;
    tor.wait_for(&Call::none(), async |call| {
        set_attacher(tor, number, attacher, timeout, status_of, call).await
    })
}

fn remove_now(tor: &Tor) -> Result<(), Error> {
    tor.wait_for(&Call::none(), async |call| remove_attacher(tor, call).await)
}

/// The next line about streams or the option that tor gets.
fn next(lines: &Receiver<String>) -> String {
    loop {
        let line = lines.recv_timeout(LONG).unwrap();
        if line.starts_with("ATTACHSTREAM") || line.starts_with("SETCONF") {
            return line;
        }
    }
}

#[test]
fn tor_is_told_what_the_program_answers() {
    let (tor, lines) = tor("ATTACHSTREAM 3 9");
    assert!(matches!(remove_now(&tor), Err(Error::NotFound(_))));
    assert_eq!(overdue(&tor), None);
    set(&tor, LONG, |event| match event.fields().arg(0).bytes() {
        b"1" => Answer::Circuit(5),
        b"2" => Answer::Tor,
        b"3" => Answer::Circuit(9),
        _ => Answer::Failed(-7),
    })
    .unwrap();
    assert_eq!(next(&lines), "SETCONF __LeaveStreamsUnattached=1");
    send(&tor, "STREAM 1 NEW 0 a.test:80 PURPOSE=USER");
    assert_eq!(next(&lines), "ATTACHSTREAM 1 5");
    send(&tor, "STREAM 2 NEW 0 a.test:80 PURPOSE=USER");
    assert_eq!(next(&lines), "ATTACHSTREAM 2 0");
    // A circuit that tor refuses.
    send(&tor, "STREAM 3 NEW 0 a.test:80 PURPOSE=USER");
    assert_eq!(next(&lines), "ATTACHSTREAM 3 9");
    assert_eq!(next(&lines), "ATTACHSTREAM 3 0");
    send(&tor, "STREAM 4 NEW 0 a.test:80 PURPOSE=USER");
    assert_eq!(next(&lines), "ATTACHSTREAM 4 0");
    remove_now(&tor).unwrap();
    assert_eq!(next(&lines), "SETCONF __LeaveStreamsUnattached=0");
    assert_eq!(tor.listener_counts().1, 2);
    assert_eq!(overdue(&tor), None);
    tor.close_and_wait();
}

#[test]
fn tor_chooses_when_the_program_does_not() {
    let (tor, lines) = tor("");
    set(&tor, Duration::from_millis(1), |_| Answer::Later).unwrap();
    assert_eq!(next(&lines), "SETCONF __LeaveStreamsUnattached=1");
    send(&tor, "STREAM 1 NEW 0 a.test:80 PURPOSE=USER");
    assert_eq!(next(&lines), "ATTACHSTREAM 1 0");
    assert_eq!(overdue(&tor), Some(1));
    // A new one, with more time; the close tells tor to choose.
    set(&tor, LONG, |_| Answer::Later).unwrap();
    assert_eq!(next(&lines), "SETCONF __LeaveStreamsUnattached=0");
    assert_eq!(next(&lines), "SETCONF __LeaveStreamsUnattached=1");
    assert_eq!(overdue(&tor), Some(0));
    send(&tor, "STREAM 2 NEW 0 a.test:80 PURPOSE=USER");
    let hold = hold_stream(&tor, 2);
    assert!(hold.is_some() && hold_stream(&tor, 2).is_none());
    drop(hold);
    tor.close_and_wait();
    assert_eq!(next(&lines), "SETCONF __LeaveStreamsUnattached=0");
    assert_eq!(next(&lines), "ATTACHSTREAM 2 0");
}

#[test]
fn one_that_cannot_be_set_leaves_nothing() {
    let (tor, lines) = tor("SETCONF __LeaveStreamsUnattached=1");
    let destroyed = Arc::new(());
    let of_attacher = Arc::clone(&destroyed);
    let refused = set(&tor, LONG, move |_| {
        let _ = &of_attacher;
        Answer::Tor
    });
    assert!(matches!(refused, Err(Error::Rejected { .. })));
    assert_eq!(next(&lines), "SETCONF __LeaveStreamsUnattached=1");
    assert_eq!(next(&lines), "SETCONF __LeaveStreamsUnattached=0");
    assert_eq!(Arc::strong_count(&destroyed), 1);
    assert!(hold_stream(&tor, 1).is_none() && overdue(&tor).is_none());
    tor.close_and_wait();
    let closed = set(&tor, LONG, |_| Answer::Tor);
    assert!(matches!(closed, Err(Error::Closed(_))));
}
