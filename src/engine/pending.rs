//! Requests that await their replies, in the order in which they are on the wire.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use once_cell::sync::OnceCell;

use super::error::{Cause, Error};
use super::park::{lock, Parker};
use super::queue::Queue;
use super::sys;
use crate::proto::command::answer::Shape;
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
    /// Where its entry stands. Changed under the lock of the pending list.
    place: AtomicU64,
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
            place: NOWHERE.into(),
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
            place: NOWHERE.into(),
        })
    }

    /// For a request that wants its data as it comes.
    pub(crate) fn streaming() -> Arc<Slot> {
        Arc::new(Slot {
            outcome: Mutex::new(Outcome::Awaited),
            data: Some(Box::default()),
            cuts: None,
            parker: OnceCell::new(),
            place: NOWHERE.into(),
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
    /// Its data and its secrets are gone as soon as it is written. None if it was taken back before.
    command: Option<Command>,
    wants_data: bool,
    /// A thread waits for it now.
    is_awaited: bool,
}

impl Entry {
    /// Not written, and nobody wants it any more.
    fn is_withdrawn(&self) -> bool {
        self.command.is_none()
    }

    fn bytes(&self) -> &[u8] {
        self.command.as_ref().map_or(&[][..], Command::as_bytes)
    }
}

/// Where a request's entry stands, so that nobody looks for it.
const NOWHERE: u64 = u64::MAX;
/// Set for those that are written.
const SENT: u64 = 1 << 63;

/// See the module's comment.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    /// Those that are written, in the order of the wire.
    sent: VecDeque<Entry>,
    /// The number of the first of them; the others follow.
    first_sent: u64,
    /// Those that are not. The first one is not withdrawn.
    unsent: VecDeque<Entry>,
    first_unsent: u64,
    /// Bytes of the first of them that are written.
    written_bytes: usize,
    /// So many of them are withdrawn, half at the most.
    withdrawn: usize,
    /// A thread waits for so many now.
    awaited: usize,
    /// Entries that were looked at to find one, or moved.
    #[cfg(test)]
    steps: usize,
}

/// More requests than this in flight on one connection are a program's mistake; tor answers in
/// order, so there is nothing to win.
const MOST: usize = 1 << 16;
/// Commands written by one system call.
const SLICES: usize = 64;

impl Pending {
    pub(crate) fn push(&mut self, command: Command, slot: &Arc<Slot>) -> Result<(), Error> {
        if self.sent.len() + self.unwritten() >= MOST {
            let message = format!("{MOST} requests are in flight on this connection already");
            return Err(Error::State(message));
        }
        let place = self.first_unsent + self.unsent.len() as u64;
        slot.place.store(place, Ordering::Relaxed);
        self.unsent.push_back(Entry {
            slot: Some(Arc::clone(slot)),
            wants_data: slot.data.is_some(),
            command: Some(command),
            is_awaited: false,
        });
        Ok(())
    }

    /// Whether a reply is awaited.
    pub(crate) fn has_any(&self) -> bool {
        !self.sent.is_empty() || self.has_unwritten()
    }

    /// Whether tor was asked for something, if only by half, that it has not answered.
    pub(crate) fn has_sent(&self) -> bool {
        !self.sent.is_empty() || self.written_bytes > 0
    }

    /// Whether something is to be written.
    pub(crate) fn has_unwritten(&self) -> bool {
        !self.unsent.is_empty()
    }

    /// How many of the replies somebody waits for now.
    pub(crate) fn awaited(&self) -> usize {
        self.awaited
    }

    /// How many requests are to be written.
    pub(crate) fn unwritten(&self) -> usize {
        self.unsent.len() - self.withdrawn
    }

    /// A thread waits for this one from now on.
    pub(crate) fn note_awaited(&mut self, slot: &Slot) {
        let entry = self.find(slot);
        if entry.is_some_and(|entry| !std::mem::replace(&mut entry.is_awaited, true)) {
            self.awaited += 1;
        }
    }

    fn find(&mut self, slot: &Slot) -> Option<&mut Entry> {
        #[cfg(test)]
        {
            self.steps += 1;
        }
        let place = slot.place.load(Ordering::Relaxed);
        let entry = match place {
            NOWHERE => None,
            _ if place & SENT != 0 => {
                let index = (place & !SENT).checked_sub(self.first_sent)?;
                self.sent.get_mut(index as usize)
            }
            _ => {
                let index = place.checked_sub(self.first_unsent)?;
                self.unsent.get_mut(index as usize)
            }
        };
        // Of another connection, it may have its number by chance.
        entry.filter(|entry| {
            let own = entry.slot.as_deref();
            own.is_some_and(|own| std::ptr::eq(own, slot))
        })
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
        let first = self.unsent.front().map_or(&[][..], Entry::bytes);
        IoSlice::new(&first[self.written_bytes..])
    }

    fn send_many(&self, fd: impl AsFd) -> io::Result<usize> {
        let mut slices = [IoSlice::new(&[]); SLICES];
        let mut used = 1;
        slices[0] = self.first_slice();
        let others = self.unsent.range(1..).filter(|it| !it.is_withdrawn());
        for (slice, entry) in slices[1..].iter_mut().zip(others) {
            *slice = IoSlice::new(entry.bytes());
            used += 1;
        }
        sys::send_all(fd, &slices[..used])
    }

    fn note_written(&mut self, mut count: usize) {
        while let Some(entry) = self.unsent.front() {
            let left = entry.bytes().len() - self.written_bytes;
            if count < left {
                self.written_bytes += count;
                return;
            }
            count -= left;
            self.written_bytes = 0;
            if let Some(mut entry) = self.pop_unsent() {
                if let Some(command) = &mut entry.command {
                    command.forget_data();
                }
                if let Some(slot) = &entry.slot {
                    let place = self.first_sent + self.sent.len() as u64;
                    slot.place.store(SENT | place, Ordering::Relaxed);
                }
                self.sent.push_back(entry);
            }
            self.skip_withdrawn();
        }
    }

    fn pop_unsent(&mut self) -> Option<Entry> {
        self.first_unsent += 1;
        self.unsent.pop_front()
    }

    /// What is withdrawn goes when it comes to the front, or when it has become too much.
    fn skip_withdrawn(&mut self) {
        while self.unsent.front().is_some_and(Entry::is_withdrawn) {
            self.pop_unsent();
            self.withdrawn -= 1;
        }
        if self.withdrawn * 2 > self.unsent.len() {
            #[cfg(test)]
            {
                self.steps += self.unsent.len();
            }
            self.unsent.retain(|entry| !entry.is_withdrawn());
            self.withdrawn = 0;
            for (place, entry) in (self.first_unsent..).zip(&self.unsent) {
                if let Some(slot) = &entry.slot {
                    slot.place.store(place, Ordering::Relaxed);
                }
            }
        }
    }

    /// Nobody waits for this request any more. It is taken back if no byte of it is written.
    pub(crate) fn abandon(&mut self, slot: &Slot) {
        let is_begun = self.written_bytes > 0;
        let place = slot.place.load(Ordering::Relaxed);
        let first_unsent = self.first_unsent;
        let Some(entry) = self.find(slot) else {
            return;
        };
        entry.slot = None;
        let was_awaited = std::mem::take(&mut entry.is_awaited);
        let is_unsent = place & SENT == 0 && !(is_begun && place == first_unsent);
        if is_unsent {
            entry.command = None;
            self.withdrawn += 1;
        }
        self.awaited -= usize::from(was_awaited);
        slot.place.store(NOWHERE, Ordering::Relaxed);
        if is_unsent {
            self.skip_withdrawn();
        }
    }

    /// Gives the outcome to the request whose turn it is. Fails if none is written, or if the outcome
    /// cannot be about what was asked: then no later one can be trusted either. Otherwise says whether
    /// the outcome is a secret, which the caller then wipes where it has it.
    pub(crate) fn complete_next(
        &mut self,
        mut outcome: Result<Reply, Error>,
    ) -> Result<bool, Cause> {
        let Some(entry) = self.sent.pop_front() else {
            return Err(unasked());
        };
        self.first_sent += 1;
        self.awaited -= usize::from(entry.is_awaited);
        let (mut is_secret, mut other) = (false, None);
        if let Some(command) = &entry.command {
            is_secret = command.has_secret_reply();
            if let Ok(reply) = &mut outcome {
                if is_secret {
                    reply.set_secret();
                }
                if !reply.is_ok() && entry.slot.is_some() {
                    reply.set_asked(command.asked());
                }
                if !Shape::of(command).can_be(command, reply) {
                    other = Some(not_asked());
                }
            }
        }
        if let Some(cause) = &other {
            outcome = Err(Error::Closed(cause.clone()));
        }
        if let Some(slot) = entry.slot {
            slot.place.store(NOWHERE, Ordering::Relaxed);
            slot.complete(outcome);
        }
        other.map_or(Ok(is_secret), Err)
    }

    /// Whether the request behind so many others wants its data as it comes. Also when nobody waits
    /// for it any more: what is not held need not be dropped.
    pub(crate) fn wants_data(&self, index: usize) -> bool {
        self.sent.get(index).is_some_and(|entry| entry.wants_data)
    }

    /// The queue in which the consequences of the request behind so many others are awaited.
    pub(crate) fn cuts(&self, index: usize) -> Option<Arc<Queue>> {
        self.sent.get(index)?.slot.as_ref()?.cuts.clone()
    }

    /// Gives lines of a data block to that request, with what stands before them in the reply. How many
    /// bytes it has not taken yet; None if nobody takes them. Fails if they cannot be about what was
    /// asked.
    pub(crate) fn pass_data(
        &self,
        index: usize,
        head: &[u8],
        lines: &[u8],
    ) -> Result<Option<usize>, Cause> {
        let Some(entry) = self.sent.get(index) else {
            return Ok(None);
        };
        let command = entry.command.as_ref();
        if command.is_some_and(|command| !Shape::of(command).can_begin(command, head)) {
            return Err(not_asked());
        }
        let slot = entry.slot.as_ref();
        let Some((slot, data)) = slot.and_then(|slot| Some((slot, slot.data.as_ref()?))) else {
            return Ok(None);
        };
        let mut data = lock(data);
        append_unstuffed(lines, &mut data.text);
        let bytes = data.new_bytes();
        drop(data);
        slot.wake();
        Ok(Some(bytes))
    }

    /// Has one of those who wait look again.
    pub(crate) fn wake_one(&self) {
        if self.awaited > 0 {
            let mut all = self.sent.iter().chain(&self.unsent);
            let first = all.find(|entry| entry.is_awaited);
            if let Some(slot) = first.and_then(|entry| entry.slot.as_ref()) {
                slot.wake();
            }
        }
    }

    /// Gives all requests the same error.
    pub(crate) fn fail_all(&mut self, error: &Error) {
        let all = self.sent.drain(..).chain(self.unsent.drain(..));
        for slot in all.filter_map(|entry| entry.slot) {
            slot.place.store(NOWHERE, Ordering::Relaxed);
            slot.complete(Err(error.clone()));
        }
        self.written_bytes = 0;
        self.withdrawn = 0;
        self.awaited = 0;
    }
}

/// A reply to nothing.
pub(crate) fn unasked() -> Cause {
    let text = "the peer answered although nothing was asked";
    Cause::Protocol(text.to_string())
}

fn not_asked() -> Cause {
    let text =
        "the peer's reply is not about what was asked, and no other would be trusted after it";
    Cause::Protocol(text.to_string())
}

#[cfg(test)]
mod tests {
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
        // Not written, so it is taken back.
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
        for (is_written, from_behind) in
            [(true, false), (true, true), (false, false), (false, true)]
        {
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
}
