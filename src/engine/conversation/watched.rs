//! What a conversation shows to those who watch it from outside, and what is played to it in place of
//! a tor.

use std::os::fd::OwnedFd;
use std::sync::Arc;

use super::Conversation;
use crate::engine::link::Link;
use crate::engine::replay::Replay;
use crate::engine::trace::{Tap, Trace};
use crate::error::Error;

/// Those who watch, and the replay. Made once, before the first connection.
#[derive(Debug)]
pub(in crate::engine) struct Watched {
    pub(in crate::engine) trace: Option<Arc<Trace>>,
    pub(in crate::engine) replay: Option<Replay>,
}

impl Conversation {
    /// From now on they watch.
    pub(in crate::engine) fn set_watched(&self, watched: Watched) {
        if watched.trace.is_some() || watched.replay.is_some() {
            // It was not set before, so this fails never.
            let _ = self.watched.set(watched);
        }
    }

    fn trace(&self) -> Option<&Arc<Trace>> {
        self.watched.get()?.trace.as_ref()
    }

    /// They watch this connection, which begins.
    pub(super) fn watch_link(&self, link: &Link) {
        if let Some(watched) = self.watched.get() {
            let player = watched.replay.as_ref().and_then(Replay::take_player);
            let tap = Tap::new(watched.trace.clone(), player, self.limits.line_bytes);
            tap.connection("CONNECTED");
            // No link is made the conversation's twice.
            let _ = link.tap.set(tap);
        }
    }

    /// Whether this thread is in the program's trace function.
    pub(in crate::engine) fn is_in_trace(&self) -> bool {
        self.trace().is_some_and(|trace| trace.is_here())
    }

    /// See [`Trace::deliver`].
    pub(super) fn deliver_trace(&self) {
        if let Some(trace) = self.trace() {
            trace.deliver();
        }
    }

    /// See [`Trace::end`].
    pub(crate) fn end_trace(&self) {
        if let Some(trace) = self.trace() {
            // What another thread has read is shown before, though that thread may be slow to show it.
            trace.deliver();
            trace.end();
        }
    }

    /// Why nothing more is recorded: the system's error number, or 0.
    pub fn record_errno(&self) -> i32 {
        self.trace().map_or(0, |trace| trace.record_errno())
    }

    /// The program's end of a connection to the replay.
    pub(in crate::engine) fn connect_to_replay(&self) -> Result<OwnedFd, Error> {
        let watched = self.watched.get();
        match watched.and_then(|watched| watched.replay.as_ref()) {
            Some(replay) => replay.connect(),
            None => Err(Error::State("there is no recording".to_string())),
        }
    }
}
