//! Where the thread of a request waits for the outcome.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use once_cell::sync::OnceCell;

use super::park::{lock, Parker};
use super::queue::Queue;
use crate::error::Error;
use crate::proto::reply::Reply;

/// Where a request's thread waits for the outcome.
#[derive(Debug)]
pub(crate) struct Slot {
    outcome: Mutex<Outcome>,
    /// Data that came ahead of the reply, for a request that wants it so: the text, not its form on
    /// the wire.
    pub(super) data: Option<Box<Mutex<Data>>>,
    /// What is in this queue when the reply comes is about other questions, and dropped.
    pub(super) cuts: Option<Arc<Queue>>,
    /// Made by who waits; most requests of a window are answered before anybody does.
    parker: OnceCell<Arc<Parker>>,
    /// Where its entry stands. Changed under the lock of the pending list.
    pub(super) place: AtomicU64,
}

/// Where a request's entry stands, so that nobody looks for it.
pub(super) const NOWHERE: u64 = u64::MAX;

#[derive(Debug, Default)]
pub(super) struct Data {
    pub(super) text: Vec<u8>,
    /// So much of it was there when it was lent.
    lent: usize,
}

impl Data {
    pub(super) fn new_bytes(&self) -> usize {
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
        Slot::with(None, None)
    }

    /// For a request whose consequences are awaited in this queue: events that came before its
    /// reply are none of them.
    pub(crate) fn cutting(queue: &Arc<Queue>) -> Arc<Slot> {
        Slot::with(None, Some(Arc::clone(queue)))
    }

    /// For a request that wants its data as it comes.
    pub(crate) fn streaming() -> Arc<Slot> {
        Slot::with(Some(Box::default()), None)
    }

    fn with(data: Option<Box<Mutex<Data>>>, cuts: Option<Arc<Queue>>) -> Arc<Slot> {
        Arc::new(Slot {
            outcome: Mutex::new(Outcome::Awaited),
            data,
            cuts,
            parker: OnceCell::new(),
            place: NOWHERE.into(),
        })
    }

    /// What is woken when something comes. Ask for it before looking whether it is there.
    pub(crate) fn parker(&self) -> &Arc<Parker> {
        self.parker.get_or_init(Arc::default)
    }

    pub(super) fn wake(&self) {
        if let Some(parker) = self.parker.get() {
            parker.wake();
        }
    }

    /// Lends a text, so that data which comes is put directly behind it. Take it back with
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
