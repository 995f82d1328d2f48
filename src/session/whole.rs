//! A session with both its halves.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::IoSlice;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use super::{deliver, Access, Dialogue, Expected, Sink, Waiter};
use crate::error::Cause;
use crate::proto::decoder::{Decoder, Limits};
use crate::proto::event::Kind;

/// What happened in a session besides the outcomes, which the waiters get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Happening {
    /// An event, as it was on the wire.
    Event(Kind, Vec<u8>),
    /// An event was too large.
    Lost(Kind, usize),
    /// The connection is to be closed: it makes no sense any more.
    Broken(Cause),
}

/// See the module's comment of [`super`].
#[derive(Debug)]
pub(crate) struct Session<W> {
    decoder: Decoder,
    dialogue: Dialogue<W>,
    expected: Arc<Expected>,
    happenings: VecDeque<Happening>,
    is_over: bool,
}

struct Own<'a, W>(RefCell<&'a mut Dialogue<W>>);

impl<W> Access<W> for Own<'_, W> {
    fn with<T>(&self, act: impl FnOnce(&mut Dialogue<W>) -> T) -> Option<T> {
        Some(act(*self.0.borrow_mut()))
    }
}

impl Sink for VecDeque<Happening> {
    fn take(&mut self, kind: Kind, buf: &[u8], range: Range<usize>) {
        self.push_back(Happening::Event(kind, buf[range].to_vec()));
    }

    fn copy(&mut self, _buf: &[u8]) {}

    fn publish(&mut self, _decoder: &mut Decoder) {}

    fn lose(&mut self, kind: Kind, size_bytes: usize) {
        self.push_back(Happening::Lost(kind, size_bytes));
    }
}

impl<W: Waiter> Session<W> {
    /// One whose connection is made.
    pub(crate) fn new(limits: Limits) -> Session<W> {
        let dialogue = Dialogue::default();
        Session {
            decoder: Decoder::new(limits),
            expected: dialogue.expected(),
            dialogue,
            happenings: VecDeque::new(),
            is_over: false,
        }
    }

    /// What is asked and awaited.
    pub(crate) fn dialogue(&mut self) -> &mut Dialogue<W> {
        &mut self.dialogue
    }

    /// What the peer sent, in any pieces.
    pub(crate) fn handle_bytes(&mut self, bytes: &[u8]) {
        if self.is_over {
            return;
        }
        self.decoder.keep_secrets(self.expected.has_secret());
        self.decoder.feed(bytes);
        let delivered = deliver(
            &mut self.decoder,
            &Own(RefCell::new(&mut self.dialogue)),
            &self.expected,
            &mut self.happenings,
        );
        self.decoder.keep_secrets(self.expected.has_secret());
        if let Err(cause) = delivered {
            self.happenings.push_back(Happening::Broken(cause.clone()));
            self.handle_end(cause);
        }
    }

    /// So late it is.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        self.dialogue.handle_timeout(now);
    }

    /// The connection is over.
    pub(crate) fn handle_end(&mut self, cause: Cause) {
        self.is_over = true;
        self.decoder.wipe();
        self.dialogue.handle_end(cause);
    }

    /// What is to be written now; [`Dialogue::advance`] says how much of it was.
    pub(crate) fn poll_transmit<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        match self.dialogue.wants_transmit() && !self.is_over {
            true => self.dialogue.poll_transmit(slices),
            false => 0,
        }
    }

    /// When [`Session::handle_timeout`] has something to do.
    pub(crate) fn poll_timeout(&mut self) -> Option<Instant> {
        self.dialogue.poll_timeout()
    }

    /// What happened, in its order.
    pub(crate) fn poll_event(&mut self) -> Option<Happening> {
        self.happenings.pop_front()
    }
}
