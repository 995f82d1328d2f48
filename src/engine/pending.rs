//! Requests that await their replies, in the order in which they are on the wire.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex};

use once_cell::sync::OnceCell;

use super::error::Error;
use super::park::{lock, Parker};
use super::queue::Queue;
use super::sys;
use crate::proto::encode::Command;
use crate::proto::lines::append_unstuffed;
use crate::proto::reply::Reply;

/// Where a request's thread waits for the outcome.
#[derive(Debug)]
pub(crate) struct Slot {
    outcome: Mutex<Outcome>,
    /// Data that came ahead of the reply, for a request that wants it so: the text, not its form on
    /// the wire.
    data: Option<Box<Mutex<Data>>>,
    /// What is in this queue when the reply comes is about other questions, and dropped.
    cuts: Option<Arc<Queue>>,
    /// Made by who waits; most requests of a window are answered before anybody does.
    parker: OnceCell<Arc<Parker>>,
}

#[derive(Debug, Default)]
struct Data {
    text: Vec<u8>,
    /// So much of it was there when it was lent.
    lent: usize,
}

impl Data {
    fn new_bytes(&self) -> usize {
        self.text.len() - self.lent
    }
}

#[derive(Debug)]
enum Outcome {
    Awaited,
    There(Result<Reply, Error>),
    Taken,
}

impl Slot {
    pub(crate) fn new() -> Arc<Slot> {
        Arc::new(Slot {
            outcome: Mutex::new(Outcome::Awaited),
            data: None,
            cuts: None,
            parker: OnceCell::new(),
        })
    }

    /// For a request whose consequences are awaited in this queue: events that came before its reply
    /// are none of them.
    pub(crate) fn cutting(queue: &Arc<Queue>) -> Arc<Slot> {
        Arc::new(Slot {
            outcome: Mutex::new(Outcome::Awaited),
            data: None,
            cuts: Some(Arc::clone(queue)),
            parker: OnceCell::new(),
        })
    }

    /// For a request that wants its data as it comes.
    pub(crate) fn streaming() -> Arc<Slot> {
        Arc::new(Slot {
            outcome: Mutex::new(Outcome::Awaited),
            data: Some(Box::default()),
            cuts: None,
            parker: OnceCell::new(),
        })
    }

    /// What is woken when something comes. Ask for it before looking whether it is there.
    pub(crate) fn parker(&self) -> &Arc<Parker> {
        self.parker.get_or_init(Arc::default)
    }

    fn wake(&self) {
        if let Some(parker) = self.parker.get() {
            parker.wake();
        }
    }

    /// Lends a text, so that data which comes is put behind it at once. Take it back with
    /// [`Slot::take_data`].
    pub(crate) fn lend(&self, text: &mut Vec<u8>) {
        let Some(data) = &self.data else {
            return;
        };
        let mut data = lock(data);
        if data.text.is_empty() {
            std::mem::swap(&mut data.text, text);
            data.lent = data.text.len();
        }
    }

    /// Puts the data that is there behind the text, which may be lent. Whether there was some.
    pub(crate) fn take_data(&self, text: &mut Vec<u8>) -> bool {
        let Some(data) = &self.data else {
            return false;
        };
        let mut data = lock(data);
        let is_some = data.new_bytes() > 0;
        if text.is_empty() {
            std::mem::swap(&mut data.text, text);
        } else {
            text.extend_from_slice(&data.text);
        }
        data.text.clear();
        data.lent = 0;
        is_some
    }

    /// Whether data is there.
    pub(crate) fn has_data(&self) -> bool {
        self.data
            .as_ref()
            .is_some_and(|data| lock(data).new_bytes() > 0)
    }

    pub(crate) fn complete(&self, outcome: Result<Reply, Error>) {
        *lock(&self.outcome) = Outcome::There(outcome);
        self.wake();
    }

    /// Whether the outcome is there, or was.
    pub(crate) fn is_complete(&self) -> bool {
        !matches!(*lock(&self.outcome), Outcome::Awaited)
    }

    pub(crate) fn take(&self) -> Option<Result<Reply, Error>> {
        let mut outcome = lock(&self.outcome);
        match std::mem::replace(&mut *outcome, Outcome::Taken) {
            Outcome::There(there) => Some(there),
            other => {
                *outcome = other;
                None
            }
        }
    }
}

#[derive(Debug)]
struct Entry {
    /// None once nobody waits any more: the reply is then swallowed in its turn.
    slot: Option<Arc<Slot>>,
    /// Its data and its secrets are gone as soon as it is written.
    command: Command,
    wants_data: bool,
}

/// See the module's comment.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    entries: VecDeque<Entry>,
    /// So many entries at the front are written.
    written: usize,
    /// Bytes of the entry behind those that are written.
    written_bytes: usize,
}

/// More requests than this in flight on one connection are a program's mistake; tor answers in
/// order, so there is nothing to win.
const MOST: usize = 1 << 16;
/// Commands written by one system call.
const SLICES: usize = 64;

impl Pending {
    pub(crate) fn push(&mut self, command: Command, slot: &Arc<Slot>) -> Result<(), Error> {
        if self.entries.len() >= MOST {
            let message = format!("{MOST} requests are in flight on this connection already");
            return Err(Error::State(message));
        }
        self.entries.push_back(Entry {
            slot: Some(Arc::clone(slot)),
            wants_data: slot.data.is_some(),
            command,
        });
        Ok(())
    }

    /// Whether a reply is awaited.
    pub(crate) fn has_any(&self) -> bool {
        !self.entries.is_empty()
    }

    /// Whether something is to be written.
    pub(crate) fn has_unwritten(&self) -> bool {
        self.written < self.entries.len()
    }

    /// How many of the replies somebody waits for now.
    pub(crate) fn awaited(&self) -> usize {
        let slots = self.entries.iter().filter_map(|entry| entry.slot.as_ref());
        slots.filter(|slot| slot.parker.get().is_some()).count()
    }

    /// How many requests are to be written.
    pub(crate) fn unwritten(&self) -> usize {
        self.entries.len() - self.written
    }

    /// Writes what the socket takes now.
    pub(crate) fn write_to(&mut self, fd: impl AsFd) -> io::Result<()> {
        while self.has_unwritten() {
            let sent = match self.unwritten() {
                1 => sys::send_all(&fd, &[self.first_slice()]),
                _ => self.send_many(&fd),
            };
            match sent {
                Ok(count) => self.note_written(count),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// What is to be written of the first command that is not written.
    fn first_slice(&self) -> IoSlice<'_> {
        let entry = self.entries.get(self.written);
        let bytes = entry.map_or(&[][..], |entry| entry.command.as_bytes());
        IoSlice::new(&bytes[self.written_bytes..])
    }

    fn send_many(&self, fd: impl AsFd) -> io::Result<usize> {
        let mut slices = [IoSlice::new(&[]); SLICES];
        let mut used = 1;
        slices[0] = self.first_slice();
        let others = self.entries.iter().skip(self.written + 1);
        for (slice, entry) in slices[1..].iter_mut().zip(others) {
            *slice = IoSlice::new(entry.command.as_bytes());
            used += 1;
        }
        sys::send_all(fd, &slices[..used])
    }

    fn note_written(&mut self, mut count: usize) {
        while let Some(entry) = self.entries.get_mut(self.written) {
            let left = entry.command.as_bytes().len() - self.written_bytes;
            if count < left {
                self.written_bytes += count;
                return;
            }
            count -= left;
            self.written_bytes = 0;
            self.written += 1;
            entry.command.forget_data();
        }
    }

    /// Nobody waits for this request any more. It is taken back if no byte of it is written.
    pub(crate) fn abandon(&mut self, slot: &Arc<Slot>) {
        let is_it = |entry: &Entry| {
            let waiting = entry.slot.as_ref();
            waiting.is_some_and(|waiting| Arc::ptr_eq(waiting, slot))
        };
        let Some(index) = self.entries.iter().position(is_it) else {
            return;
        };
        let is_begun = index < self.written || index == self.written && self.written_bytes > 0;
        if is_begun {
            self.entries[index].slot = None;
        } else {
            self.entries.remove(index);
        }
    }

    /// Gives the outcome to the request whose turn it is. None if none is written; otherwise whether
    /// the outcome is a secret, which the caller then wipes where it has it.
    pub(crate) fn complete_next(&mut self, mut outcome: Result<Reply, Error>) -> Option<bool> {
        self.written = self.written.checked_sub(1)?;
        let entry = self.entries.pop_front()?;
        let is_secret = entry.command.has_secret_reply();
        if let Ok(reply) = &mut outcome {
            if is_secret {
                reply.set_secret();
            }
            if !reply.is_ok() && entry.slot.is_some() {
                reply.set_asked(entry.command.asked());
            }
        }
        if let Some(slot) = entry.slot {
            slot.complete(outcome);
        }
        Some(is_secret)
    }

    /// Whether the request behind so many others wants its data as it comes. Also when nobody waits
    /// for it any more: what is not held need not be dropped.
    pub(crate) fn wants_data(&self, index: usize) -> bool {
        let entry = self.entries.get(index).filter(|_| index < self.written);
        entry.is_some_and(|entry| entry.wants_data)
    }

    /// The queue in which the consequences of the request behind so many others are awaited.
    pub(crate) fn cuts(&self, index: usize) -> Option<Arc<Queue>> {
        let entry = self.entries.get(index).filter(|_| index < self.written);
        entry?.slot.as_ref()?.cuts.clone()
    }

    /// Gives lines of a data block to that request. How many bytes it has not taken yet.
    pub(crate) fn pass_data(&self, index: usize, lines: &[u8]) -> usize {
        let slot = self
            .entries
            .get(index)
            .and_then(|entry| entry.slot.as_ref());
        let Some((slot, data)) = slot.and_then(|slot| Some((slot, slot.data.as_ref()?))) else {
            return 0;
        };
        let mut data = lock(data);
        append_unstuffed(lines, &mut data.text);
        let bytes = data.new_bytes();
        drop(data);
        slot.wake();
        bytes
    }

    /// Has all who wait look again.
    pub(crate) fn wake_all(&self) {
        for slot in self.entries.iter().filter_map(|entry| entry.slot.as_ref()) {
            slot.wake();
        }
    }

    /// Gives all requests the same error.
    pub(crate) fn fail_all(&mut self, error: &Error) {
        for slot in self.entries.drain(..).filter_map(|entry| entry.slot) {
            slot.complete(Err(error.clone()));
        }
        self.written = 0;
        self.written_bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
        assert!(pending.complete_next(reply("250 early\r\n")).is_none());
        pending.write_to(&ours).unwrap();
        assert!(!pending.has_unwritten());
        let mut wire = [0; 33];
        theirs.read_exact(&mut wire).unwrap();
        assert_eq!(&wire, b"GETINFO 0\r\nGETINFO 1\r\nGETINFO 2\r\n");
        for text in ["250 a\r\n", "251 b\r\n", "252 c\r\n"] {
            assert_eq!(pending.complete_next(reply(text)), Some(false));
        }
        assert_eq!(
            slots.each_ref().map(|slot| code(slot)),
            [Some(250), Some(251), Some(252)]
        );
    }

    #[test]
    fn a_refusal_names_what_it_refuses() {
        let (ours, _theirs) = UnixStream::pair().unwrap();
        let mut pending = Pending::default();
        let slots = [Slot::new(), Slot::new(), Slot::new()];
        let lines = ["SETEVENTS HS_DESC", "SETCONF A=secret", "GETINFO version"];
        for (slot, line) in slots.iter().zip(lines) {
            pending.push(command(line), slot).unwrap();
        }
        pending.write_to(&ours).unwrap();
        pending.complete_next(reply("510 Command filtered\r\n"));
        pending.complete_next(reply("513 Unacceptable\r\n"));
        pending.complete_next(reply("250-version=0.4.9.11\r\n250 OK\r\n"));
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
        // Not written, so it is taken back.
        pending.abandon(&slots[2]);
        assert!(!pending.has_unwritten());
        assert!(pending.complete_next(reply("250 a\r\n")).is_some());
        assert!(pending.complete_next(reply("251 b\r\n")).is_some());
        assert!(pending.complete_next(reply("252 c\r\n")).is_none());
        assert_eq!(
            slots.each_ref().map(|slot| code(slot)),
            [None, Some(251), None]
        );
    }

    #[test]
    fn data_is_put_behind_the_text_that_is_lent() {
        let mut pending = Pending::default();
        let slot = Slot::streaming();
        pending.push(command("GETINFO ns/all"), &slot).unwrap();
        let mut text = b"rest".to_vec();
        slot.lend(&mut text);
        assert!(text.is_empty() && !slot.has_data());
        assert_eq!(pending.pass_data(0, b"..a\r\nb\r\n"), 5);
        assert!(slot.has_data() && slot.take_data(&mut text));
        assert_eq!(text, b"rest.a\nb\n");
        // Nothing came: the text comes back as it was.
        slot.lend(&mut text);
        assert!(!slot.take_data(&mut text));
        assert_eq!(text, b"rest.a\nb\n");
        // It came before it could be lent.
        pending.pass_data(0, b"c\r\n");
        slot.lend(&mut text);
        assert!(slot.take_data(&mut text));
        assert_eq!(text, b"rest.a\nb\nc\n");
        assert!(!slot.has_data());
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
}
