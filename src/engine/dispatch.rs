//! A conversation's listeners and their thread, which drains a queue into callbacks; where no thread is
//! to be started, the program's does that when it asks for it.
//!
//! Callbacks run one at a time, in the order tor sent the events, and may call anything. No lock is
//! held while one runs. That a removed listener does not run any more costs nothing per event: a
//! change bumps a generation, the thread looks at it between callbacks and takes over the new list,
//! and whoever removed waits for that.

mod dispatcher;
mod registry;

use std::ops::ControlFlow;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use self::dispatcher::Dispatcher;
use self::registry::{Inner, Registry};
use super::block::Block;
use super::call::Call;
use super::conversation::{Conversation, Dialogue, State};
use super::operation::Operation;
use super::park::{lock, try_lock, Parker};
use super::queue::{Capacity, Counts, Queue};
use super::role::{Terms, LEASE};
use super::subscriber::{Pressure, Subscriber, Unheard};
use super::sys::{self, ThreadId};
use crate::error::{Cause, Error};
use crate::proto::event::{Kind, KindSet};
use crate::session::{Consumer, Wish};

pub use self::registry::{Callback, CallbackResult, FailureCallback};

/// The listeners of a conversation and their thread.
pub struct Listeners {
    registry: Registry,
    /// Of the thread, or what makes the program's loop look.
    parker: Arc<Parker>,
    /// Held by a thread of the program that calls the listeners.
    calling: Mutex<()>,
}

impl std::fmt::Debug for Listeners {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listeners").finish_non_exhaustive()
    }
}

fn not_found(id: u64) -> Error {
    Error::NotFound(format!("there is no listener {id}"))
}

impl Listeners {
    /// A number that no listener has or had.
    pub(crate) fn new_number(&self, conversation: &Conversation) -> Result<u64, Error> {
        let mut inner = self.registry.open(conversation)?;
        inner.last_id += 1;
        Ok(inner.last_id)
    }

    /// Adds a listener with a new number. It is dropped if that fails.
    pub(crate) async fn add(
        &self,
        conversation: &Arc<Conversation>,
        id: u64,
        kinds: KindSet,
        callback: Callback,
        call: &Operation,
    ) -> Result<(), Error> {
        self.registry.put(conversation, id, kinds, callback)?;
        let (consumer, wish) = (Consumer::Listener(id), Wish::Kinds(kinds));
        let match_kinds = self.registry.match_kinds();
        match conversation
            .subscribe(consumer, wish, &match_kinds, call)
            .await
        {
            Ok(()) => {
                // It may have ended already, and withdrawn what was not asked for yet.
                if !self.registry.has(id) {
                    self.registry.unsubscribe(conversation, id);
                }
                Ok(())
            }
            Err(error) => {
                // The error that there is says more than how the waiting ended.
                let _ = self.remove_and_wait(id, call).await;
                Err(error)
            }
        }
    }

    /// Makes a listener also get the events with this name, of a kind that this version may not know.
    pub(crate) async fn add_name(
        &self,
        conversation: &Arc<Conversation>,
        id: u64,
        name: &[u8],
        call: &Operation,
    ) -> Result<(), Error> {
        let listener = self.registry.find(id).ok_or_else(|| not_found(id))?;
        let consumer = Consumer::Listener(id);
        let match_kinds = |dialogue: &Dialogue| {
            // Perhaps not in there yet, if the call that adds the listener has not returned.
            let kinds = listener.first.union(dialogue.wanted_by(consumer));
            let kinds = kinds.with_unknown();
            listener.kinds.store(kinds.0, Ordering::Relaxed);
            (self.registry.match_kinds())(dialogue);
        };
        conversation
            .subscribe(consumer, Wish::Name(name), &match_kinds, call)
            .await?;
        // It may have been removed meanwhile, and withdrawn what was not asked for yet.
        if !self.registry.has(id) {
            self.registry.unsubscribe(conversation, id);
            return Err(not_found(id));
        }
        Ok(())
    }

    /// Removes a listener. From outside a callback, it is not running any more when this is over;
    /// from inside, the present callback is the last. Only a call that is cancelled does not wait
    /// for the callback.
    pub(crate) async fn remove(
        &self,
        conversation: &Arc<Conversation>,
        id: u64,
        call: &Operation,
    ) -> Result<(), Error> {
        let settled = self.remove_and_wait(id, call).await;
        let settled = settled.ok_or_else(|| not_found(id))?;
        // tor need not agree for the listener to be gone.
        let consumer = Consumer::Listener(id);
        let match_kinds = self.registry.match_kinds();
        let _ = conversation
            .subscribe(consumer, Wish::Nothing, &match_kinds, call)
            .await;
        settled
    }

    /// Sets what is called when a listener fails, in place of what was. Waits as for the removal of
    /// a listener.
    pub(crate) async fn set_failure_callback(
        &self,
        conversation: &Conversation,
        callback: Option<FailureCallback>,
        call: &Operation,
    ) -> Result<(), Error> {
        let (old, generation) = {
            let mut inner = self.registry.open(conversation)?;
            let old = std::mem::replace(&mut inner.on_failure, callback.map(Arc::new));
            (old, self.registry.next_generation())
        };
        let settled = self.wait_for(generation, call).await;
        drop(old);
        settled
    }

    /// The figures of the queue, and how many callbacks failed.
    pub(crate) fn counts(&self) -> (Counts, u64) {
        (
            self.registry.queue.counts(),
            self.registry.failed.load(Ordering::Relaxed),
        )
    }

    /// Waits until no callback runs or will run, unless called from a callback. After a close.
    pub(crate) fn join(&self, conversation: &Arc<Conversation>) {
        if self.is_inside() {
            return;
        }
        let thread = lock(&self.registry.inner).thread.take();
        if let Some(thread) = thread {
            thread.join();
        }
        if conversation.home().is_thread_free() {
            let _calling = lock(&self.calling);
            let _ = self.call_all(conversation);
        }
    }

    /// Whether this thread is in a callback.
    fn is_inside(&self) -> bool {
        lock(&self.registry.inner).thread_id == Some(ThreadId::current())
    }

    /// Calls the listeners for what `bring` brings, and for what there was before, in this thread.
    pub(crate) fn process(
        &self,
        conversation: &Arc<Conversation>,
        bring: impl FnOnce(),
    ) -> Result<(), Error> {
        if self.is_inside() {
            let message = "the listeners are being called by this thread, which is in a callback";
            return Err(Error::State(message.to_string()));
        }
        let queue = &self.registry.queue;
        // This thread looks anyway.
        queue.wake_me_no_more(&self.parker);
        bring();
        loop {
            {
                // Another thread at it looks again when it is done.
                let Some(_calling) = try_lock(&self.calling) else {
                    return Ok(());
                };
                if self.call_all(conversation).is_break() {
                    return Ok(());
                }
            }
            if queue.wake_me(&self.parker) {
                return Ok(());
            }
        }
    }

    /// Calls the listeners for what is there; `Break` when nothing will come.
    fn call_all(&self, conversation: &Arc<Conversation>) -> ControlFlow<()> {
        let block = Block::of_one(Kind::Unknown, Vec::new());
        let mut dispatcher = Dispatcher::new(&self.registry, conversation, &block);
        lock(&self.registry.inner).thread_id = Some(ThreadId::current());
        dispatcher.refresh();
        let drain = self.registry.queue.begin_drain();
        let flow = drain.map_or(ControlFlow::Continue(()), |mut drain| {
            dispatcher.drain(&mut drain)
        });
        dispatcher.release(&block);
        drop(dispatcher);
        if flow.is_break() {
            self.end_calls();
        }
        lock(&self.registry.inner).thread_id = None;
        flow
    }
}

/// They are a queue whose events the thread takes.
impl Subscriber for Listeners {
    fn has_consumer(&self) -> bool {
        true
    }

    fn publish(&self, block: &Arc<Block>) -> Pressure {
        self.registry.queue.publish(block)
    }

    fn publish_own(&self, block: &Arc<Block>) {
        self.registry.queue.publish_own(block);
    }

    fn publish_lost(&self, kind: Kind, size_bytes: usize) {
        self.registry.queue.publish_lost(kind, size_bytes);
    }

    fn reconnect(&self, unheard: Unheard) {
        self.registry.queue.reconnect(unheard);
    }

    fn end_pause(&self) {
        self.registry.queue.end_pause();
    }

    /// Drops the events that the listeners have not been called for. Of those that come now, they
    /// are called for STATE alone.
    fn drop_backlog(&self) {
        lock(&self.registry.inner).is_closing = true;
        self.registry.next_generation();
        self.registry.queue.drop_all();
    }

    fn end(&self) {
        self.registry.queue.end();
    }

    fn give_back_copy(&self) {
        self.registry.queue.give_back_copy();
    }
}

impl Listeners {
    pub(crate) fn start(
        conversation: &Arc<Conversation>,
        capacity: Capacity,
    ) -> Result<Arc<Listeners>, Error> {
        if conversation.state() == State::Closed {
            let cause = conversation.closed_cause().unwrap_or(Cause::Local);
            return Err(Error::Closed(cause));
        }
        let home = conversation.home();
        let parker = match home.is_thread_free() {
            true => home.parker(),
            false => Ok(Arc::default()),
        };
        let listeners = Arc::new(Listeners {
            registry: Registry::new(Queue::new(KindSet::default(), capacity, None)),
            parker: parker.map_err(|error| Error::system("no descriptor", &error))?,
            calling: Mutex::default(),
        });
        conversation.add_subscriber(&listeners)?;
        if home.is_thread_free() {
            // Nobody calls them now.
            lock(&listeners.registry.inner).is_idle = true;
            if !listeners.registry.queue.wake_me(&listeners.parker) {
                listeners.parker.wake();
            }
            return Ok(listeners);
        }
        let for_thread = Arc::clone(&listeners);
        let its_conversation = Arc::clone(conversation);
        // The program's callbacks run here: they get the stack of an ordinary thread.
        let thread = sys::spawn("torctl-call", 8 << 20, move || {
            for_thread.run(&its_conversation);
        });
        match thread {
            Ok(thread) => {
                let mut inner = lock(&listeners.registry.inner);
                inner.thread_id = thread.id();
                inner.thread = Some(thread);
                drop(inner);
                Ok(listeners)
            }
            Err(error) => {
                // Or each try would leave a queue to which all events go.
                conversation.remove_subscriber(&listeners);
                Err(Error::system("no thread for the listeners", &error))
            }
        }
    }

    /// Takes the listener out of the list, and waits until the thread knows or the call is
    /// cancelled. None if there is no such listener.
    async fn remove_and_wait(&self, id: u64, call: &Operation) -> Option<Result<(), Error>> {
        let (gone, generation) = self.registry.take(id)?;
        let settled = self.wait_for(generation, call).await;
        // The program's destructor runs here, with no lock held, unless the callback is running.
        drop(gone);
        Some(settled)
    }

    /// Waits until the thread works with the list of this generation, unless it waits itself. Only
    /// the call can end that: the program must be able to trust that what it removed does not run.
    async fn wait_for(&self, generation: u64, call: &Operation) -> Result<(), Error> {
        if self.is_inside() {
            return Ok(());
        }
        let look = || {
            let mut inner = lock(&self.registry.inner);
            let is_settled = inner.is_idle || inner.seen >= generation;
            if !is_settled {
                inner.wake_later(call.parker());
            }
            is_settled.then_some(())
        };
        call.until(None, look).await.map(drop)
    }

    fn run(&self, conversation: &Arc<Conversation>) {
        let block = Block::of_one(Kind::Unknown, Vec::new());
        let call = Call::none();
        let mut dispatcher = Dispatcher::new(&self.registry, conversation, &block);
        loop {
            dispatcher.refresh();
            // Begun and ended for each batch of work, so that figures and signal are settled.
            if let Some(mut drain) = self.registry.queue.begin_drain() {
                if dispatcher.drain(&mut drain).is_break() {
                    break;
                }
            }
            dispatcher.release(&block);
            let queue = &self.registry.queue;
            let is_done = &mut || !queue.wake_me(&self.parker);
            let terms = Terms {
                consumers: 1,
                requests: 0,
                lease: LEASE,
                only_reads: conversation.has_settled(),
            };
            conversation.wait_again_until(terms, &self.parker, &call, None, is_done);
        }
        drop(dispatcher);
        self.end_calls();
    }

    /// Nobody is called any more.
    fn end_calls(&self) {
        let mut gone = None;
        Inner::change(&self.registry.inner, |inner| {
            inner.is_closing = true;
            inner.is_idle = true;
            let list = std::mem::take(&mut inner.list);
            gone = Some((list, inner.on_failure.take()));
        });
        // The programs' destructors, with no lock held.
        drop(gone);
    }
}

#[cfg(test)]
mod tests;
