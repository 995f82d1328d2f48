//! A session with both its halves.

use std::cell::RefCell;
use std::io::IoSlice;
use std::sync::Arc;
use std::time::Instant;

use super::inbound::Delivery;
use super::{deliver, Access, Dialogue, Expected, Login, Sink, Waiter};
use crate::error::Cause;
use crate::proto::decoder::{Decoder, Limits};

/// See the module's comment of [`super`]. Events go to the sink and outcomes to those who wait,
/// immediately, so that who needs their order has it.
#[derive(Debug)]
pub(crate) struct Session<W, S> {
    decoder: Decoder,
    dialogue: Dialogue<W>,
    expected: Arc<Expected>,
    sink: S,
    /// What ended it.
    end: Option<Cause>,
}

struct Own<'a, W>(RefCell<&'a mut Dialogue<W>>);

impl<W> Access<W> for Own<'_, W> {
    fn with<T>(&self, act: impl FnOnce(&mut Dialogue<W>) -> T) -> Option<T> {
        Some(act(*self.0.borrow_mut()))
    }
}

impl<W: Waiter, S: Sink> Session<W, S> {
    /// One whose connection is made.
    pub(crate) fn new(limits: Limits, sink: S) -> Session<W, S> {
        let dialogue = Dialogue::default();
        Session {
            decoder: Decoder::new(limits),
            expected: dialogue.expected(),
            dialogue,
            sink,
            end: None,
        }
    }

    /// What is asked and awaited.
    pub(crate) fn dialogue(&mut self) -> &mut Dialogue<W> {
        &mut self.dialogue
    }

    /// Where the events go.
    pub(crate) fn sink(&mut self) -> &mut S {
        &mut self.sink
    }

    /// What the peer sent, in any pieces. Fails with what the connection is to be closed for.
    pub(crate) fn handle_bytes(&mut self, bytes: &[u8]) -> Result<Delivery, Cause> {
        if let Some(cause) = &self.end {
            return Err(cause.clone());
        }
        self.decoder.keep_secrets(self.expected.has_secret());
        self.decoder.feed(bytes);
        let delivered = deliver(
            &mut self.decoder,
            &Own(RefCell::new(&mut self.dialogue)),
            &self.expected,
            &mut self.sink,
        );
        if let Err(cause) = &delivered {
            self.handle_end(cause.clone());
        }
        delivered
    }

    /// So late it is.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        self.dialogue.handle_timeout(now);
    }

    /// The connection is over. What had come of a reply goes with it.
    pub(crate) fn handle_end(&mut self, cause: Cause) {
        let limits = *self.decoder.limits();
        self.decoder = Decoder::new(limits);
        self.dialogue.handle_end(cause.clone());
        self.end = Some(cause);
    }

    /// Another connection was made, for a login that demanded it, after the end of the one before.
    pub(crate) fn handle_connected(&mut self) {
        self.end = None;
        self.dialogue.with_login(Login::handle_connected);
    }

    /// What is to be written now; [`Dialogue::advance`] says how much of it was.
    pub(crate) fn poll_transmit<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        match self.dialogue.wants_transmit() && self.end.is_none() {
            true => self.dialogue.poll_transmit(slices),
            false => 0,
        }
    }

    /// Whether the bytes are in memory that the decoder holds.
    #[cfg(test)]
    pub(super) fn holds(&self, bytes: &[u8]) -> bool {
        memchr::memmem::find(self.decoder.bytes(), bytes).is_some()
    }

    /// When [`Session::handle_timeout`] has something to do.
    pub(crate) fn poll_timeout(&mut self) -> Option<Instant> {
        self.dialogue.poll_timeout()
    }
}
