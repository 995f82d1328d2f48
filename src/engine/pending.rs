//! Requests that await their replies, in the order in which they are on the wire.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex};

use super::error::Error;
use super::park::{lock, Parker};
use super::sys;
use crate::proto::encode::Command;
use crate::proto::reply::Reply;

/// Where a request's thread waits for the outcome.
#[derive(Debug)]
pub(crate) struct Slot {
    outcome: Mutex<Option<Result<Reply, Error>>>,
    pub(crate) parker: Arc<Parker>,
}

impl Slot {
    pub(crate) fn new() -> Arc<Slot> {
        Arc::new(Slot {
            outcome: Mutex::new(None),
            parker: Arc::default(),
        })
    }

    pub(crate) fn complete(&self, outcome: Result<Reply, Error>) {
        *lock(&self.outcome) = Some(outcome);
        self.parker.wake();
    }

    pub(crate) fn is_complete(&self) -> bool {
        lock(&self.outcome).is_some()
    }

    pub(crate) fn take(&self) -> Option<Result<Reply, Error>> {
        lock(&self.outcome).take()
    }
}

#[derive(Debug)]
struct Entry {
    /// None once nobody waits any more: the reply is then swallowed in its turn.
    slot: Option<Arc<Slot>>,
    /// Gone, and wiped if secret, as soon as it is written.
    command: Option<Command>,
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
            command: Some(command),
        });
        Ok(())
    }

    /// Whether something is to be written.
    pub(crate) fn has_unwritten(&self) -> bool {
        self.written < self.entries.len()
    }

    /// Writes what the socket takes now.
    pub(crate) fn write_to(&mut self, fd: impl AsFd) -> io::Result<()> {
        while self.has_unwritten() {
            let count = {
                let unwritten = self.entries.iter().skip(self.written);
                let mut slices = [IoSlice::new(&[]); SLICES];
                let mut used = 0;
                for (slice, entry) in slices.iter_mut().zip(unwritten) {
                    let bytes = entry.command.as_ref().map_or(&[][..], Command::as_bytes);
                    let skip = if used == 0 { self.written_bytes } else { 0 };
                    *slice = IoSlice::new(&bytes[skip..]);
                    used += 1;
                }
                match sys::send_all(&fd, &slices[..used]) {
                    Ok(count) => count,
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                    Err(error) => return Err(error),
                }
            };
            self.note_written(count);
        }
        Ok(())
    }

    fn note_written(&mut self, mut count: usize) {
        while let Some(entry) = self.entries.get_mut(self.written) {
            let len = entry.command.as_ref().map_or(0, |it| it.as_bytes().len());
            let left = len - self.written_bytes;
            if count < left {
                self.written_bytes += count;
                return;
            }
            count -= left;
            self.written_bytes = 0;
            self.written += 1;
            entry.command = None;
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

    /// Gives the outcome to the request whose turn it is. False if none is written.
    pub(crate) fn complete_next(&mut self, outcome: Result<Reply, Error>) -> bool {
        if self.written == 0 {
            return false;
        }
        self.written -= 1;
        if let Some(slot) = self.entries.pop_front().and_then(|entry| entry.slot) {
            slot.complete(outcome);
        }
        true
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
