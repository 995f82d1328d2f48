//! Subscribing queues and listeners to events, in a call that waits for tor to agree.

use std::sync::Arc;

use super::conversation::{Conversation, Dialogue, State};
use super::operation::Operation;
use super::park::lock;
use super::queue::Queue;
use super::request::Request;
use super::slot::Slot;
use crate::error::{expect_ok, Cause, Error};
use crate::proto::event::KindSet;
use crate::session::{Consumer, Wish};

impl Conversation {
    /// The number of a new consumer of events.
    pub(crate) fn new_consumer(&self) -> u64 {
        lock(&self.core).dialogue.next_number()
    }

    /// Why it has no connection, or is over.
    pub(crate) fn last_cause(&self) -> Option<Cause> {
        lock(&self.core).cause.clone()
    }

    /// All kinds of events that somebody wants.
    pub(crate) fn wanted(&self) -> KindSet {
        lock(&self.core).dialogue.wanted()
    }

    /// Subscribes the queue to these events too, if tor agrees; nothing changes if not.
    pub(crate) async fn subscribe_queue(
        self: &Arc<Self>,
        queue: &Queue,
        number: u64,
        wish: Wish<'_>,
        call: &Operation,
    ) -> Result<(), Error> {
        let consumer = Consumer::Queue(number);
        let match_kinds = &|dialogue: &Dialogue| queue.set_kinds(dialogue.wanted_by(consumer));
        self.subscribe(consumer, wish, match_kinds, call).await
    }

    /// Subscribes a consumer that is told of all events anyway.
    pub(crate) async fn subscribe_kinds(
        self: &Arc<Self>,
        number: u64,
        kinds: KindSet,
        call: &Operation,
    ) -> Result<(), Error> {
        let (consumer, wish) = (Consumer::Queue(number), Wish::Kinds(kinds));
        self.subscribe(consumer, wish, &|_| {}, call).await
    }

    /// Ends such a subscription.
    pub(crate) fn unsubscribe_kinds(self: &Arc<Self>, number: u64) {
        self.unsubscribe(Consumer::Queue(number), &|_| {});
    }

    /// Ends the subscription of the queue. tor is told, and nobody waits for its answer: what it
    /// still sends has nowhere to go.
    pub(crate) fn unsubscribe_queue(self: &Arc<Self>, queue: &Queue, number: u64) {
        let consumer = Consumer::Queue(number);
        self.unsubscribe(consumer, &|_| queue.set_kinds(KindSet::default()));
    }

    /// Subscribes the consumer, and waits for tor to agree. `match_kinds` lets those events through
    /// that are wanted, which is before tor is asked: what comes immediately is wanted already.
    pub(super) async fn subscribe(
        self: &Arc<Self>,
        consumer: Consumer,
        wish: Wish<'_>,
        match_kinds: &(dyn Fn(&Dialogue) + Sync),
        operation: &Operation,
    ) -> Result<(), Error> {
        self.check_here()?;
        let call = operation.call();
        if call.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let timeout = self.timeout_of(call);
        let slot = Slot::woken_by(operation.parker());
        let (ticket, is_ready) = {
            let mut core = lock(&self.core);
            if let (State::Closed, Some(cause)) = (core.state, &core.cause) {
                return Err(Error::Closed(cause.clone()));
            }
            let ticket = core.dialogue.subscribe(consumer, wish, Arc::clone(&slot))?;
            match_kinds(&core.dialogue);
            (ticket, core.state == State::Ready)
        };
        let request = Request::begun(self, slot, ticket, Arc::clone(call), timeout);
        match request.answer(operation).await.and_then(expect_ok) {
            // The connection may have ended since: what came before is there to be taken.
            Ok(_) if is_ready => {
                if let Wish::Kinds(kinds) = wish {
                    for subscriber in self.subscribers().iter() {
                        subscriber.add_wanted(kinds);
                    }
                }
                Ok(())
            }
            // The login was to ask for it.
            Ok(_) => match self.closed_cause() {
                Some(cause) => Err(Error::Closed(cause)),
                None => Ok(()),
            },
            Err(error) => {
                match_kinds(&lock(&self.core).dialogue);
                Err(error)
            }
        }
    }

    /// Takes back what the consumer wants, and tells tor.
    pub(super) fn unsubscribe(
        self: &Arc<Self>,
        consumer: Consumer,
        match_kinds: &dyn Fn(&Dialogue),
    ) {
        if !self.is_here() {
            return;
        }
        let has_unwritten = {
            let mut core = lock(&self.core);
            core.dialogue.unsubscribe(consumer);
            match_kinds(&core.dialogue);
            core.dialogue.wants_transmit()
        };
        if has_unwritten {
            self.write_more();
        }
    }
}

#[cfg(test)]
mod tests;
