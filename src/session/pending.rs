//! Requests that await their replies, in the order in which they are on the wire.
//!
//! It does not know who waits for a reply: an owner is whatever the [`super::dialogue`] gives it.

use std::collections::VecDeque;
use std::io::IoSlice;

use crate::error::{Cause, Error};
use crate::proto::command::answer::AnswerShape;
use crate::proto::encode::Command;
use crate::proto::reply::Reply;

/// Stands for one request or subscription, and never for another: no number is given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticket(pub(super) u64);

/// What the owner of a request wants of its reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Manner {
    /// Its data is given out as it comes, ahead of the reply.
    pub(crate) wants_data: bool,
    /// The reply is given out in the order of the wire, between the events before and behind it.
    pub(crate) is_ordered: bool,
}

#[derive(Debug)]
struct Entry<O> {
    ticket: Ticket,
    /// None once nobody waits any more: the reply is then discarded when it comes.
    owner: Option<O>,
    /// Its data and its secrets are gone as soon as it is written. None if it was withdrawn before.
    command: Option<Command>,
    manner: Manner,
    /// A thread waits for it now.
    is_awaited: bool,
}

impl<O> Entry<O> {
    /// Not written, and nobody wants it any more.
    fn is_withdrawn(&self) -> bool {
        self.command.is_none()
    }

    fn bytes(&self) -> &[u8] {
        self.command.as_ref().map_or(&[][..], Command::as_bytes)
    }

    fn gone(&self) -> Gone {
        Gone {
            manner: self.manner,
            is_secret: self.command.as_ref().is_some_and(Command::has_secret_reply),
        }
    }
}

/// What is expected no more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gone {
    pub(super) manner: Manner,
    /// Its reply would have been, or was, a secret.
    pub(super) is_secret: bool,
}

/// A request whose turn has come.
#[derive(Debug)]
pub(super) struct Answered<O> {
    pub(super) owner: Option<O>,
    pub(super) outcome: Result<Reply, Error>,
    pub(super) gone: Gone,
    /// The reply cannot be about what was asked: then no later one can be trusted either.
    pub(super) broken: Option<Cause>,
}

/// A request that was given up.
#[derive(Debug)]
pub(super) struct Abandoned<O> {
    pub(super) owner: Option<O>,
    /// Set if it is withdrawn, because no byte of it was written. Otherwise its reply still comes.
    pub(super) gone: Option<Gone>,
}

/// See the module's comment.
#[derive(Debug)]
pub(super) struct Pending<O> {
    /// Those that are written, in the order of the wire, which is that of their tickets.
    sent: VecDeque<Entry<O>>,
    /// Those that are not. The first one is not withdrawn.
    unsent: VecDeque<Entry<O>>,
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

impl<O> Default for Pending<O> {
    fn default() -> Pending<O> {
        Pending {
            sent: VecDeque::new(),
            unsent: VecDeque::new(),
            written_bytes: 0,
            withdrawn: 0,
            awaited: 0,
            #[cfg(test)]
            steps: 0,
        }
    }
}

/// More requests than this in flight on one connection are a program's mistake; tor answers in
/// order, so there is nothing to win.
const MAX_IN_FLIGHT: usize = 1 << 16;

impl<O> Pending<O> {
    /// Enters a request. Its ticket must be larger than all before.
    pub(super) fn push(
        &mut self,
        ticket: Ticket,
        command: Command,
        owner: Option<O>,
        manner: Manner,
    ) -> Result<(), Error> {
        if self.sent.len() + self.unwritten() >= MAX_IN_FLIGHT {
            let message =
                format!("{MAX_IN_FLIGHT} requests are in flight on this connection already");
            return Err(Error::State(message));
        }
        self.unsent.push_back(Entry {
            ticket,
            owner,
            command: Some(command),
            manner,
            is_awaited: false,
        });
        Ok(())
    }

    /// Whether a reply is awaited.
    pub(super) fn has_any(&self) -> bool {
        !self.sent.is_empty() || self.has_unwritten()
    }

    /// How many requests are in the list.
    pub(super) fn len(&self) -> usize {
        self.sent.len() + self.unsent.len()
    }

    /// Whether tor was asked for something, if only by half, that it has not answered.
    pub(super) fn has_sent(&self) -> bool {
        !self.sent.is_empty() || self.written_bytes > 0
    }

    /// Whether something is to be written.
    pub(super) fn has_unwritten(&self) -> bool {
        !self.unsent.is_empty()
    }

    /// How many of the replies somebody waits for now.
    pub(super) fn awaited(&self) -> usize {
        self.awaited
    }

    /// How many requests are to be written.
    pub(super) fn unwritten(&self) -> usize {
        self.unsent.len() - self.withdrawn
    }

    /// A thread waits for this one from now on. False if it is not in the list.
    pub(super) fn set_awaited(&mut self, ticket: Ticket) -> bool {
        let Some(entry) = self.find(ticket) else {
            return false;
        };
        if !std::mem::replace(&mut entry.is_awaited, true) {
            self.awaited += 1;
        }
        true
    }

    /// Whether it is in the list, and somebody waits for it.
    pub(super) fn has(&mut self, ticket: Ticket) -> bool {
        self.find(ticket).is_some()
    }

    fn find(&mut self, ticket: Ticket) -> Option<&mut Entry<O>> {
        #[cfg(test)]
        {
            self.steps += 1;
        }
        let is_sent = self.sent.back().is_some_and(|last| ticket <= last.ticket);
        let list = match is_sent {
            true => &mut self.sent,
            false => &mut self.unsent,
        };
        let first = list.front()?.ticket;
        let index = ticket.0.checked_sub(first.0)? as usize;
        // Nearly always the tickets follow each other.
        let index = match list.get(index) {
            Some(entry) if entry.ticket == ticket => index,
            _ => list
                .binary_search_by_key(&ticket, |entry| entry.ticket)
                .ok()?,
        };
        list.get_mut(index).filter(|entry| entry.owner.is_some())
    }

    /// Fills in what is to be written, from the first on; how many slices were used.
    pub(super) fn fill<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let unwritten = self.unsent.iter().filter(|entry| !entry.is_withdrawn());
        let mut used = 0;
        for (slice, entry) in slices.iter_mut().zip(unwritten) {
            let skip = match used {
                0 => self.written_bytes,
                _ => 0,
            };
            *slice = IoSlice::new(&entry.bytes()[skip..]);
            used += 1;
        }
        used
    }

    /// So many bytes of what [`Pending::fill`] gave are written.
    pub(super) fn advance(&mut self, mut count: usize) {
        while let Some(mut entry) = self.unsent.pop_front() {
            let left = entry.bytes().len() - self.written_bytes;
            if count < left {
                self.written_bytes += count;
                self.unsent.push_front(entry);
                return;
            }
            count -= left;
            self.written_bytes = 0;
            entry.command.iter_mut().for_each(Command::forget_data);
            self.sent.push_back(entry);
            self.skip_withdrawn();
        }
    }

    /// What is withdrawn goes when it comes to the front, or when it has become too much.
    fn skip_withdrawn(&mut self) {
        while self.unsent.front().is_some_and(Entry::is_withdrawn) {
            self.unsent.pop_front();
            self.withdrawn -= 1;
        }
        if self.withdrawn * 2 > self.unsent.len() {
            #[cfg(test)]
            {
                self.steps += self.unsent.len();
            }
            self.unsent.retain(|entry| !entry.is_withdrawn());
            self.withdrawn = 0;
        }
    }

    /// Nobody waits for this request any more. It is withdrawn if no byte of it is written. None if
    /// it is not in the list.
    pub(super) fn abandon(&mut self, ticket: Ticket) -> Option<Abandoned<O>> {
        let is_begun = self.written_bytes > 0;
        let first_unsent = self.unsent.front().map(|entry| entry.ticket);
        let entry = self.find(ticket)?;
        let owner = entry.owner.take();
        let was_awaited = std::mem::take(&mut entry.is_awaited);
        let is_unsent = first_unsent.is_some_and(|first| match is_begun {
            true => ticket > first,
            false => ticket >= first,
        });
        let gone = is_unsent.then(|| entry.gone());
        if is_unsent {
            entry.command = None;
            self.withdrawn += 1;
        }
        self.awaited -= usize::from(was_awaited);
        if is_unsent {
            self.skip_withdrawn();
        }
        Some(Abandoned { owner, gone })
    }

    /// Takes the request whose turn it is to get this outcome. Fails if none is written.
    pub(super) fn answer(
        &mut self,
        mut outcome: Result<Reply, Error>,
    ) -> Result<Answered<O>, Cause> {
        let Some(entry) = self.sent.pop_front() else {
            return Err(unasked());
        };
        self.awaited -= usize::from(entry.is_awaited);
        let gone = entry.gone();
        let mut broken = None;
        if let (Some(command), Ok(reply)) = (&entry.command, &mut outcome) {
            if gone.is_secret {
                reply.set_secret();
            }
            if !reply.is_ok() && entry.owner.is_some() {
                reply.set_asked(command.asked());
            }
            if !AnswerShape::of(command).can_be(command, reply) {
                broken = Some(not_asked());
            }
        }
        if let Some(cause) = &broken {
            outcome = Err(Error::Closed(cause.clone()));
        }
        Ok(Answered {
            owner: entry.owner,
            outcome,
            gone,
            broken,
        })
    }

    /// What the request behind so many others wants of its reply. Also when nobody waits for it any
    /// more: data that is not held need not be dropped.
    pub(super) fn manner_of(&self, index: usize) -> Manner {
        self.sent
            .get(index)
            .map_or(Manner::default(), |entry| entry.manner)
    }

    /// Who gets the lines of a data block that come behind `head` in the reply to that request. None
    /// if nobody takes them. Fails if they cannot be about what was asked.
    pub(super) fn owner_of_data(&self, index: usize, head: &[u8]) -> Result<Option<&O>, Cause> {
        let Some(entry) = self.sent.get(index) else {
            return Ok(None);
        };
        let command = entry.command.as_ref();
        if command.is_some_and(|command| !AnswerShape::of(command).can_begin(command, head)) {
            return Err(not_asked());
        }
        Ok(entry.owner.as_ref().filter(|_| entry.manner.wants_data))
    }

    /// The first of those whose reply a thread waits for.
    pub(super) fn first_awaited(&self) -> Option<&O> {
        if self.awaited == 0 {
            return None;
        }
        let mut all = self.sent.iter().chain(&self.unsent);
        all.find(|entry| entry.is_awaited)?.owner.as_ref()
    }

    /// Takes all that somebody waits for out of the list, which is empty then.
    pub(super) fn take_owners(&mut self) -> Vec<O> {
        let Pending { sent, unsent, .. } = std::mem::take(self);
        let all = sent.into_iter().chain(unsent);
        all.filter_map(|entry| entry.owner).collect()
    }
}

/// A reply to nothing.
pub(super) fn unasked() -> Cause {
    let text = "the peer answered although nothing was asked";
    Cause::Protocol(text.to_string())
}

fn not_asked() -> Cause {
    let text =
        "the peer's reply is not about what was asked, and no other would be trusted after it";
    Cause::Protocol(text.to_string())
}

#[cfg(test)]
mod tests;
