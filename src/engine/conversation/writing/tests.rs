use super::*;
use crate::engine::role::Outgoing;
use crate::engine::scripted::{ready, until, Peer};
use std::time::Duration;

const IS_READY: &dyn Fn(State) -> bool = &|state| state == State::Ready;

fn command(text: &str) -> Command {
    Command::raw(text.as_bytes(), None).unwrap()
}

fn send(conversation: &Arc<Conversation>, text: &str) -> (Arc<Slot>, Ticket) {
    let slot = Slot::new();
    let ticket = conversation.send(command(text), &slot, IS_READY).unwrap();
    (slot, ticket)
}

fn send_corked(conversation: &Arc<Conversation>, text: &str, timeout: Duration) -> Arc<Slot> {
    let slot = Slot::new();
    let timeout = Timeout::new(timeout);
    conversation
        .send_corked(command(text), &slot, IS_READY, &timeout)
        .unwrap();
    slot
}

/// A command that fills the socket; how many lines its data has.
fn fill(conversation: &Arc<Conversation>) -> (Arc<Slot>, usize) {
    let (line, count) = ("x".repeat(1022), 900);
    let data = format!("{line}\r\n").repeat(count);
    let long = Command::raw(b"+LOADCONF", Some(data.as_bytes())).unwrap();
    let slot = Slot::new();
    conversation.send(long, &slot, IS_READY).unwrap();
    assert!(lock(&conversation.core).dialogue.has_unwritten());
    (slot, count)
}

/// Takes what [`fill`] has sent.
fn take_filling(peer: &mut Peer, count: usize) {
    assert_eq!(peer.line(), "+LOADCONF");
    for _ in 0..count {
        assert_eq!(peer.line().len(), 1022);
    }
    assert_eq!(peer.line(), ".");
}

#[test]
fn what_lies_in_the_socket_is_no_answer_to_what_is_asked_now() {
    let (conversation, _link, mut peer) = ready();
    peer.say("250 forged\r\n");
    let slot = Slot::new();
    let refused = conversation.send(command("A"), &slot, IS_READY);
    assert!(
        matches!(refused, Err(Error::Closed(Cause::Protocol(_)))),
        "{refused:?}"
    );
    assert!(!slot.is_complete());
    assert_eq!(peer.lines(), [""; 0]);
}

#[test]
fn while_tor_owes_an_answer_nothing_is_read_before_writing() {
    let (conversation, link, mut peer) = ready();
    let (first, _) = send(&conversation, "A");
    peer.say("250 OK\r\n");
    let (second, _) = send(&conversation, "B");
    assert_eq!([peer.line(), peer.line()], ["A", "B"]);
    let _ = conversation.try_read_once(&link);
    assert!(first.is_complete() || !second.is_complete());
}

#[test]
fn a_full_socket_is_written_on_while_nobody_waits() {
    let (conversation, link, mut peer) = ready();
    let (slot, count) = fill(&conversation);
    // Behind it, in their order, and more than one system call takes.
    let after: Vec<String> = (0..SLICES * 2).map(|index| format!("N{index}")).collect();
    for text in &after {
        send(&conversation, text);
    }
    take_filling(&mut peer, count);
    for text in &after {
        assert_eq!(&peer.line(), text);
    }
    peer.say("250 OK\r\n");
    let _ = conversation.try_read_once(&link);
    assert!(slot.is_complete());
}

#[test]
fn what_nobody_waits_for_any_more_is_not_written() {
    let (conversation, _link, mut peer) = ready();
    let (_, count) = fill(&conversation);
    let (slot, ticket) = send(&conversation, "A");
    send(&conversation, "B");
    conversation.abandon(ticket);
    take_filling(&mut peer, count);
    assert_eq!(peer.line(), "B");
    assert!(!slot.is_complete());
}

#[test]
fn an_answer_that_nobody_waits_for_any_more_goes_to_nobody_else() {
    let (conversation, link, mut peer) = ready();
    let (first, ticket) = send(&conversation, "A");
    assert_eq!(peer.line(), "A");
    conversation.abandon(ticket);
    let (second, _) = send(&conversation, "B");
    peer.say("250 to A\r\n");
    let _ = conversation.try_read_once(&link);
    assert!(!first.is_complete() && !second.is_complete());
    peer.say("250 to B\r\n");
    let _ = conversation.try_read_once(&link);
    let reply = second.take().unwrap().unwrap();
    assert_eq!(reply.line(0).unwrap().text, b"to B");
}

#[test]
fn a_broken_pipe_gives_what_tor_said_last() {
    let (conversation, _link, mut peer) = ready();
    let (slot, _) = send(&conversation, "A");
    assert_eq!(peer.line(), "A");
    peer.say("250 the last word\r\n");
    drop(peer);
    // It was begun, and the reading side finds the end.
    let (late, _) = send(&conversation, "B");
    let reply = slot.take().unwrap().unwrap();
    assert_eq!(reply.line(0).unwrap().text, b"the last word");
    assert!(matches!(late.take(), Some(Err(Error::Closed(_)))));
    assert_eq!(conversation.state(), State::Closed);
    let refused = conversation.send_only(command("C"));
    assert!(matches!(refused, Err(Error::Closed(_))));
}

#[test]
fn a_corked_request_is_written_by_the_timer() {
    let (conversation, _link, mut peer) = ready();
    let minute = Duration::from_secs(60);
    let slots = ["A", "B"].map(|text| send_corked(&conversation, text, minute));
    assert_eq!([peer.line(), peer.line()], ["A", "B"]);
    // And answered, with nobody there.
    peer.say("250 OK\r\n250 OK\r\n");
    until(|| slots.iter().all(|slot| slot.is_complete()));
}

#[test]
fn a_corked_request_is_over_at_its_deadline() {
    let (conversation, link, mut peer) = ready();
    let slot = send_corked(&conversation, "A", Duration::from_millis(5));
    until(|| slot.is_complete());
    assert!(matches!(slot.take(), Some(Err(Error::Timeout(5)))));
    // If it was written before, tor's answer comes late, and is nobody's.
    let (next, _) = send(&conversation, "B");
    if peer.line() == "A" {
        peer.say("250 late\r\n");
        assert_eq!(peer.line(), "B");
    }
    peer.say("250 OK\r\n");
    until(|| {
        // With the first withdrawn, nobody else reads.
        let _ = conversation.try_read_once(&link);
        next.is_complete()
    });
    assert_eq!(next.take().unwrap().unwrap().line(0).unwrap().text, b"OK");
}

#[test]
fn who_waits_has_all_written_that_was_corked() {
    let (conversation, _link, mut peer) = ready();
    let hour = Instant::now() + Duration::from_secs(3600);
    lock(&conversation.core).dialogue.cork(|| hour);
    let minute = Duration::from_secs(60);
    let slot = Slot::new();
    let timeout = Timeout::new(minute);
    let ticket = conversation
        .send_corked(command("A"), &slot, IS_READY, &timeout)
        .unwrap();
    assert_eq!(lock(&conversation.core).outgoing(), Outgoing::Corked(hour));
    send_corked(&conversation, "B", minute);
    conversation.write_and_await(ticket);
    assert_eq!([peer.line(), peer.line()], ["A", "B"]);
    // A request that is written immediately takes them with it, and so do many.
    lock(&conversation.core).dialogue.cork(|| hour);
    send_corked(&conversation, "C", minute);
    send(&conversation, "D");
    assert_eq!([peer.line(), peer.line()], ["C", "D"]);
    lock(&conversation.core).dialogue.cork(|| hour);
    for _ in 0..16 {
        send_corked(&conversation, "E", minute);
    }
    assert_eq!([(); 16].map(|()| peer.line()), ["E"; 16]);
}

#[test]
fn a_command_that_nobody_waits_for_is_written_and_its_answer_taken() {
    let (conversation, link, mut peer) = ready();
    conversation.send_only(command("A")).unwrap();
    assert_eq!(peer.line(), "A");
    peer.say("250 OK\r\n");
    let _ = conversation.try_read_once(&link);
    until(|| !lock(&conversation.core).dialogue.has_pending());
    assert_eq!(conversation.state(), State::Ready);
}
