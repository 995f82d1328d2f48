//! A conversation that goes on with another tor: what is said and marked between two connections,
//! and how a program waits for the next.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use super::{Conversation, State};
use crate::engine::call::Call;
use crate::engine::operation::Operation;
use crate::engine::park::{lock, Parker};
use crate::engine::subscriber::Unheard;
use crate::engine::timeout::Timeout;
use crate::error::{Cause, Error};

/// What is done to get a new connection in place of one that was lost, and why there is none. Without
/// a reason there was none yet.
pub(crate) struct Returner(Box<Return>);

type Return = dyn Fn(&Arc<Conversation>, Option<Error>) + Send + Sync;

impl Returner {
    pub(crate) fn new(
        begin: impl Fn(&Arc<Conversation>, Option<Error>) + Send + Sync + 'static,
    ) -> Returner {
        Returner(Box::new(begin))
    }
}

impl std::fmt::Debug for Returner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Returner").finish_non_exhaustive()
    }
}

impl Conversation {
    /// Begins to connect, for as long as it takes.
    pub(in crate::engine) fn start(self: &Arc<Self>) -> Result<(), Error> {
        self.check_here()?;
        {
            let mut core = lock(&self.core);
            match core.state {
                State::New => core.state = State::Waiting,
                State::Closed => {
                    return Err(Error::Closed(core.cause.clone().unwrap_or(Cause::Local)));
                }
                _ => {
                    let message = "the controller connects already, or is connected";
                    return Err(Error::State(message.to_string()));
                }
            }
        }
        self.come_back(None);
        Ok(())
    }

    pub(super) fn come_back(self: &Arc<Self>, why: Option<Error>) {
        if let Some(Returner(begin)) = &self.returner {
            begin(self, why);
        }
    }

    /// There is no connection, and the next attempt is so far away.
    pub(in crate::engine) fn publish_waiting(&self, why: &Error, delay: Duration) {
        let message: String = why.to_string().escape_default().collect();
        let (word, delay_ms) = (why.word(), delay.as_millis());
        let details = format!(" CAUSE={word} MESSAGE=\"{message}\" DELAY_MS={delay_ms}");
        {
            let mut core = lock(&self.core);
            if core.state == State::Waiting {
                core.enter(State::Waiting, &details);
            }
        }
        self.say_states();
    }

    /// There will be no other connection.
    pub(in crate::engine) fn give_up(self: &Arc<Self>, cause: Cause) {
        {
            let mut core = lock(&self.core);
            if core.state == State::Closed {
                return;
            }
            core.enter_end(cause);
        }
        self.end();
    }

    /// Whether it makes a new connection when one is lost.
    pub(in crate::engine) fn comes_back(&self) -> bool {
        self.returner.is_some()
    }

    /// Which process it is that the next [`Conversation::become_ready`] is about.
    pub(in crate::engine) fn set_peer_pid(&self, pid: Option<u64>) {
        lock(&self.core).peer_pid = pid;
    }

    /// How often it was ready: the number of the tor, one after the other, with which it speaks.
    pub(crate) fn incarnation(&self) -> u64 {
        lock(&self.core).incarnation
    }

    /// Marks in each queue where events are missing, before the next one can come.
    pub(in crate::engine) fn mark_unheard(&self) {
        let lost_at = lock(&self.core).lost_at.take();
        if let Some(from) = lost_at {
            let to = SystemTime::now();
            for subscriber in self.subscribers().iter() {
                subscriber.reconnect(Unheard { from, to });
            }
        }
    }

    /// Waits until it is ready if it is not and the call says so.
    pub(crate) fn await_ready(
        self: &Arc<Self>,
        call: &Arc<Call>,
        timeout: &Timeout,
    ) -> Result<(), Error> {
        match call.waits_ready() {
            true => {
                let operation = Operation::blocking(call);
                self.block_on(&operation, self.until_ready_if_asked(&operation, timeout))?
            }
            false => Ok(()),
        }
    }

    /// The same for an operation.
    pub(crate) async fn until_ready_if_asked(
        &self,
        operation: &Operation,
        timeout: &Timeout,
    ) -> Result<(), Error> {
        if !operation.call().waits_ready() {
            return Ok(());
        }
        match self.until_ready(operation, timeout.deadline).await? {
            true => Ok(()),
            false => Err(timeout.error()),
        }
    }

    /// Waits until it is ready. False when the deadline has passed.
    pub(crate) async fn until_ready(
        &self,
        operation: &Operation,
        deadline: Option<Instant>,
    ) -> Result<bool, Error> {
        let look = || {
            let mut core = lock(&self.core);
            match core.state {
                State::Ready => return Some(Ok(())),
                State::Closed => {
                    let cause = core.cause.clone().unwrap_or(Cause::Local);
                    return Some(Err(Error::Closed(cause)));
                }
                State::New | State::Connecting | State::Connected | State::Waiting => {}
            }
            let parker = operation.parker();
            if !core.hoping.iter().any(|other| Arc::ptr_eq(other, parker)) {
                core.hoping.push(Arc::clone(parker));
            }
            None
        };
        let found = operation.until(deadline, look).await;
        let is_it = |other: &Arc<Parker>| Arc::ptr_eq(other, operation.parker());
        lock(&self.core).hoping.retain(|other| !is_it(other));
        Ok(found?.transpose()?.is_some())
    }
}
