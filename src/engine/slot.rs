//! Where the thread of a request waits for the outcome.

use std::fmt;
use std::sync::{Arc, Mutex};

use once_cell::sync::OnceCell;

use super::park::{lock, Parker};
use super::queue::Queue;
use crate::error::Error;
use crate::proto::lines::append_unstuffed;
use crate::proto::reply::Reply;
use crate::session::{Manner, Waiter};

/// Gets a request's outcome when its reply comes, between the events before and behind it, from
/// whichever thread reads and under the conversation's lock. Dropped with the request, whether it
/// got anything or not.
pub(crate) trait Observer: Send + Sync + fmt::Debug {
    /// What it returns is the outcome for who waits.
    fn observe(&self, outcome: Result<Reply, Error>) -> Result<Reply, Error>;
}

/// Where a request's thread waits for the outcome.
#[derive(Debug)]
pub(crate) struct Slot {
    outcome: Mutex<Outcome>,
    /// Data that came ahead of the reply, for a request that wants it so: the text, not its form on
    /// the wire.
    data: Option<Box<Mutex<Data>>>,
    /// What is in this queue when the reply comes is about other questions, and dropped.
    cuts: Option<Arc<Queue>>,
    observer: Option<Box<dyn Observer>>,
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
        Slot::with(None, None, None)
    }

    /// For a request whose outcome somebody else is told of, too.
    pub(crate) fn observed(observer: Box<dyn Observer>) -> Arc<Slot> {
        Slot::with(None, None, Some(observer))
    }

    /// For who waits with this parker for whatever comes.
    pub(crate) fn woken_by(parker: &Arc<Parker>) -> Arc<Slot> {
        Slot::new().wake_by(parker)
    }

    /// The same slot, for who waits with this parker.
    pub(crate) fn wake_by(self: Arc<Self>, parker: &Arc<Parker>) -> Arc<Slot> {
        // It has none yet.
        let _ = self.parker.set(Arc::clone(parker));
        self
    }

    /// For a request whose consequences are awaited in this queue: events that came before its
    /// reply are none of them.
    pub(crate) fn cutting(queue: &Arc<Queue>) -> Arc<Slot> {
        Slot::with(None, Some(Arc::clone(queue)), None)
    }

    /// For a request that wants its data as it comes.
    pub(crate) fn streaming() -> Arc<Slot> {
        Slot::with(Some(Box::default()), None, None)
    }

    fn with(
        data: Option<Box<Mutex<Data>>>,
        cuts: Option<Arc<Queue>>,
        observer: Option<Box<dyn Observer>>,
    ) -> Arc<Slot> {
        Arc::new(Slot {
            outcome: Mutex::new(Outcome::Awaited),
            data,
            cuts,
            observer,
            parker: OnceCell::new(),
        })
    }

    /// What it wants of the reply.
    pub(crate) fn manner(&self) -> Manner {
        Manner {
            wants_data: self.data.is_some(),
            is_ordered: self.cuts.is_some() || self.observer.is_some(),
        }
    }

    /// What is woken when something comes. Ask for it before looking whether it is there.
    pub(crate) fn parker(&self) -> &Arc<Parker> {
        self.parker.get_or_init(Arc::default)
    }

    /// Lends a text, so that data which comes is put directly behind it. Take it back with
    /// [`Slot::take_text`].
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
    pub(crate) fn take_text(&self, text: &mut Vec<u8>) -> bool {
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

    /// Whether the outcome is there, or was.
    pub(crate) fn is_complete(&self) -> bool {
        !matches!(*lock(&self.outcome), Outcome::Awaited)
    }

    /// Whether somebody has taken the outcome.
    pub(crate) fn is_taken(&self) -> bool {
        matches!(*lock(&self.outcome), Outcome::Taken)
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

impl Waiter for Arc<Slot> {
    fn complete(&self, outcome: Result<Reply, Error>) {
        if let Some(queue) = &self.cuts {
            queue.drop_all();
        }
        let outcome = match &self.observer {
            Some(observer) => observer.observe(outcome),
            None => outcome,
        };
        *lock(&self.outcome) = Outcome::There(outcome);
        self.wake();
    }

    fn take_data(&self, lines: &[u8]) -> usize {
        let Some(data) = &self.data else {
            return 0;
        };
        let mut data = lock(data);
        append_unstuffed(lines, &mut data.text);
        let bytes = data.new_bytes();
        drop(data);
        self.wake();
        bytes
    }

    fn reads(&self) -> bool {
        self.parker.get().is_none_or(|parker| parker.has_thread())
    }

    fn wake(&self) {
        if let Some(parker) = self.parker.get() {
            parker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_put_behind_the_text_that_is_lent() {
        let slot = Slot::streaming();
        let mut text = b"rest".to_vec();
        slot.lend(&mut text);
        assert!(text.is_empty() && !slot.has_data());
        assert_eq!(slot.take_data(b"..a\r\nb\r\n"), 5);
        assert!(slot.has_data() && slot.take_text(&mut text));
        assert_eq!(text, b"rest.a\nb\n");
        // Nothing came: the text comes back as it was.
        slot.lend(&mut text);
        assert!(!slot.take_text(&mut text));
        assert_eq!(text, b"rest.a\nb\n");
        // It came before it could be lent.
        slot.take_data(b"c\r\n");
        slot.lend(&mut text);
        assert!(slot.take_text(&mut text));
        assert_eq!(text, b"rest.a\nb\nc\n");
        assert!(!slot.has_data());
    }

    #[test]
    fn an_outcome_is_given_once() {
        let slot = Slot::new();
        assert!(!slot.is_complete() && slot.take().is_none());
        assert_eq!(slot.manner(), Manner::default());
        slot.complete(Err(Error::Cancelled));
        assert!(matches!(slot.take(), Some(Err(Error::Cancelled))));
        assert!(slot.is_complete() && slot.is_taken() && slot.take().is_none());
        // One that wants no data loses what comes.
        assert_eq!(slot.take_data(b"a\r\n"), 0);
        assert!(!slot.has_data() && !slot.take_text(&mut Vec::new()));
    }
}
