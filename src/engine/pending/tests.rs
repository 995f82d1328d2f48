use super::*;
use crate::proto::command::info::set_events;
use crate::proto::event::{Kind, KindSet};
use crate::proto::result::Rejection;
use std::io::Read;
use std::os::unix::net::UnixStream;

fn command(line: &str) -> Command {
    Command::raw(line.as_bytes(), None).unwrap()
}

fn reply(text: &str) -> Result<Reply, Error> {
    Ok(Reply::new(text.as_bytes().to_vec()))
}

fn code(slot: &Slot) -> Option<u16> {
    slot.take().map(|outcome| outcome.unwrap().code())
}

#[test]
fn replies_go_to_requests_in_their_order() {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    let mut pending = Pending::default();
    let slots = [Slot::new(), Slot::new(), Slot::new()];
    for (index, slot) in slots.iter().enumerate() {
        pending
            .push(command(&format!("GETINFO {index}")), slot)
            .unwrap();
    }
    assert!(pending.complete_next(reply("250 early\r\n")).is_err());
    pending.write_to(&ours).unwrap();
    assert!(!pending.has_unwritten());
    let mut wire = [0; 33];
    theirs.read_exact(&mut wire).unwrap();
    assert_eq!(&wire, b"GETINFO 0\r\nGETINFO 1\r\nGETINFO 2\r\n");
    for text in ["552 a\r\n", "551 b\r\n", "553 c\r\n"] {
        assert_eq!(pending.complete_next(reply(text)), Ok(false));
    }
    assert_eq!(
        slots.each_ref().map(|slot| code(slot)),
        [Some(552), Some(551), Some(553)]
    );
}

#[test]
fn a_refusal_names_what_it_refuses() {
    let (ours, _theirs) = UnixStream::pair().unwrap();
    let mut pending = Pending::default();
    let slots = [Slot::new(), Slot::new(), Slot::new()];
    // No raw command: SETEVENTS is the library's own.
    let events = set_events(KindSet::of(Kind::HsDesc), &[""; 0]).unwrap();
    pending.push(events, &slots[0]).unwrap();
    for (slot, line) in slots[1..]
        .iter()
        .zip(["SETCONF A=secret", "GETINFO version"])
    {
        pending.push(command(line), slot).unwrap();
    }
    pending.write_to(&ours).unwrap();
    pending
        .complete_next(reply("510 Command filtered\r\n"))
        .unwrap();
    pending
        .complete_next(reply("513 Unacceptable\r\n"))
        .unwrap();
    pending
        .complete_next(reply("250-version=0.4.9.11\r\n250 OK\r\n"))
        .unwrap();
    let replies = slots.map(|slot| slot.take().unwrap().unwrap());
    let errors = [0, 1].map(|index| match Rejection::of(&replies[index]) {
        Some(rejection) => Error::from(rejection).to_string(),
        None => panic!("{:?}", replies[index]),
    });
    assert_eq!(
        errors[0],
        "a filter before tor refused SETEVENTS HS_DESC: 510 Command filtered"
    );
    assert_eq!(errors[1], "tor refused: 513 Unacceptable");
    assert_eq!(
        replies[1].asked().unwrap().words().collect::<Vec<_>>(),
        [&b"SETCONF"[..], b"A"]
    );
    assert!(replies[2].asked().is_none());
}

#[test]
fn an_abandoned_request_swallows_its_reply() {
    let (ours, _theirs) = UnixStream::pair().unwrap();
    let mut pending = Pending::default();
    let slots = [Slot::new(), Slot::new(), Slot::new()];
    pending.push(command("A"), &slots[0]).unwrap();
    pending.push(command("B"), &slots[1]).unwrap();
    pending.write_to(&ours).unwrap();
    pending.push(command("C"), &slots[2]).unwrap();
    pending.abandon(&slots[0]);
    // Not written, so it is withdrawn.
    pending.abandon(&slots[2]);
    assert!(!pending.has_unwritten());
    assert!(pending.complete_next(reply("250 a\r\n")).is_ok());
    assert!(pending.complete_next(reply("251 b\r\n")).is_ok());
    assert!(pending.complete_next(reply("252 c\r\n")).is_err());
    assert_eq!(
        slots.each_ref().map(|slot| code(slot)),
        [None, Some(251), None]
    );
}

#[test]
fn data_is_put_behind_the_text_that_is_lent() {
    let mut pending = Pending::default();
    let slot = Slot::streaming();
    let (ours, _theirs) = UnixStream::pair().unwrap();
    pending.push(command("GETINFO ns/all"), &slot).unwrap();
    pending.write_to(&ours).unwrap();
    let mut text = b"rest".to_vec();
    slot.lend(&mut text);
    assert!(text.is_empty() && !slot.has_data());
    let head = b"250+ns/all=\r\n";
    assert_eq!(pending.pass_data(0, head, b"..a\r\nb\r\n"), Ok(Some(5)));
    assert!(slot.has_data() && slot.take_data(&mut text));
    assert_eq!(text, b"rest.a\nb\n");
    // Nothing came: the text comes back as it was.
    slot.lend(&mut text);
    assert!(!slot.take_data(&mut text));
    assert_eq!(text, b"rest.a\nb\n");
    // It came before it could be lent.
    pending.pass_data(0, b"", b"c\r\n").unwrap();
    slot.lend(&mut text);
    assert!(slot.take_data(&mut text));
    assert_eq!(text, b"rest.a\nb\nc\n");
    assert!(!slot.has_data());
}

/// Giving up is no search, wherever the request stands.
#[test]
fn giving_up_many_takes_a_few_steps_each() {
    for (is_written, from_behind) in [(true, false), (true, true), (false, false), (false, true)] {
        let (ours, theirs) = UnixStream::pair().unwrap();
        theirs.set_nonblocking(true).unwrap();
        let mut pending = Pending::default();
        let mut slots: Vec<_> = (0..20_000).map(|_| Slot::new()).collect();
        for slot in &slots {
            pending.push(command("A"), slot).unwrap();
            pending.note_awaited(slot);
        }
        assert_eq!(pending.awaited(), slots.len());
        if is_written {
            while pending.has_unwritten() {
                pending.write_to(&ours).unwrap();
                let _ = (&theirs).read(&mut [0; 65536]);
            }
        }
        if from_behind {
            slots.reverse();
        }
        pending.steps = 0;
        for (index, slot) in slots.iter().enumerate() {
            pending.abandon(slot);
            assert_eq!(pending.awaited(), slots.len() - 1 - index);
        }
        assert!(pending.steps <= 4 * slots.len(), "{}", pending.steps);
        assert_eq!(pending.has_any(), is_written);
        for _ in 0..slots.len() * usize::from(is_written) {
            assert_eq!(pending.complete_next(reply("250 a\r\n")), Ok(false));
        }
        assert!(!pending.has_any() && slots.iter().all(|slot| slot.take().is_none()));
    }
}

#[test]
fn what_is_taken_back_leaves_the_others_in_their_places() {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    let mut pending = Pending::default();
    let slots: Vec<_> = (0..9).map(|_| Slot::new()).collect();
    for (index, slot) in slots.iter().enumerate() {
        pending.push(command(&format!("A{index}")), slot).unwrap();
    }
    // A slot of another connection stands nowhere here, whatever its number.
    let (mut other, foreign) = (Pending::default(), Slot::new());
    other.push(command("X"), &foreign).unwrap();
    pending.abandon(&foreign);
    for index in [1, 3, 4, 5, 0, 7, 8] {
        pending.abandon(&slots[index]);
    }
    pending.note_awaited(&slots[6]);
    assert_eq!((pending.unwritten(), pending.awaited()), (2, 1));
    pending.write_to(&ours).unwrap();
    let mut wire = [0; 8];
    theirs.read_exact(&mut wire).unwrap();
    assert_eq!(&wire, b"A2\r\nA6\r\n");
    for text in ["250 two\r\n", "251 six\r\n"] {
        assert_eq!(pending.complete_next(reply(text)), Ok(false));
    }
    assert_eq!((code(&slots[2]), code(&slots[6])), (Some(250), Some(251)));
    assert_eq!((pending.has_any(), pending.awaited()), (false, 0));
}

#[test]
fn a_reply_to_something_else_is_given_to_nobody() {
    let (ours, _theirs) = UnixStream::pair().unwrap();
    let mut pending = Pending::default();
    let slot = Slot::new();
    pending.push(command("GETINFO version"), &slot).unwrap();
    pending
        .push(command("GETINFO ns/all"), &Slot::streaming())
        .unwrap();
    pending.write_to(&ours).unwrap();
    assert!(pending.pass_data(1, b"250+md/all=\r\n", b"x\r\n").is_err());
    assert!(pending.complete_next(reply("250 OK\r\n")).is_err());
    assert!(matches!(slot.take(), Some(Err(Error::Closed(_)))));
}

#[test]
fn a_full_socket_takes_the_rest_later() {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    let mut pending = Pending::default();
    let slot = Slot::new();
    let mut sent = Vec::new();
    for index in 0..200 {
        let line = format!("GETINFO {index} {}", "x".repeat(7000));
        sent.extend_from_slice(command(&line).as_bytes());
        pending.push(command(&line), &slot).unwrap();
    }
    pending.write_to(&ours).unwrap();
    assert!(pending.has_unwritten());
    let mut received = vec![0; sent.len()];
    let mut count = 0;
    while count < sent.len() {
        count += theirs.read(&mut received[count..]).unwrap();
        pending.write_to(&ours).unwrap();
    }
    assert!(received == sent && !pending.has_unwritten());
}
