//! Requests that await their replies, in the order in which they are on the wire.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::Arc;

use super::park::lock;
use super::queue::Queue;
use super::slot::{Slot, NOWHERE};
use crate::error::{Cause, Error};
use crate::proto::command::answer::AnswerShape;
use crate::proto::encode::Command;
use crate::proto::lines::append_unstuffed;
use crate::proto::reply::Reply;

mod sending;

#[derive(Debug)]
struct Entry {
    /// None once nobody waits any more: the reply is then discarded when it comes.
    slot: Option<Arc<Slot>>,
    /// Its data and its secrets are gone as soon as it is written. None if it was withdrawn before.
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

    /// Nobody waits for this request any more. It is withdrawn if no byte of it is written.
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

    /// Gives the outcome to the request whose turn it is. Fails if none is written, or if the
    /// outcome cannot be about what was asked: then no later one can be trusted either. Otherwise
    /// says whether the outcome is a secret, which the caller then wipes where it has it.
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
                if !AnswerShape::of(command).can_be(command, reply) {
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

    /// Gives lines of a data block to that request, with what stands before them in the reply. How
    /// many bytes it has not taken yet; None if nobody takes them. Fails if they cannot be about
    /// what was asked.
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
        if command.is_some_and(|command| !AnswerShape::of(command).can_begin(command, head)) {
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

    /// Wakes one of those who wait, to look again.
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
mod tests;
