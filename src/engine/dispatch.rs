//! A conversation's listeners and their thread, which drains a queue into callbacks.
//!
//! Callbacks run one at a time, in the order tor sent the events, and may call anything. No lock is
//! held while one runs. That a removed listener does not run any more costs nothing per event: a
//! change bumps a generation, the thread looks at it between callbacks and takes over the new list,
//! and whoever removed waits for that.

mod dispatcher;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use self::dispatcher::Dispatcher;
use super::block::Block;
use super::call::Call;
use super::conversation::{Conversation, Dialogue, State};
use super::event::Event;
use super::park::{lock, Parker};
use super::queue::{Capacity, Counts, Queue};
use super::role::{Terms, LEASE};
use super::subscriber::{Pressure, Subscriber};
use super::sys::{self, Thread, ThreadId};
use crate::error::{Cause, Error};
use crate::proto::event::{Kind, KindSet};
use crate::session::{check_name, Consumer, Wish};

/// What a program wants called for an event. Dropping it is the program's chance to free what
/// belongs to it.
pub type Callback = Box<dyn Fn(&Event) -> CallbackResult + Send + Sync>;

/// What a listener returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackResult {
    /// It is called again.
    Continue,
    /// This call was the last: the listener is to be removed.
    Remove,
    /// It failed, with this status. It is called again.
    Failed(i32),
}

/// What a program wants called when a listener failed: its number, what it returned, the event.
pub type FailureCallback = Box<dyn Fn(u64, i32, &Event) + Send + Sync>;

struct Listener {
    id: u64,
    /// What it was added for.
    first: KindSet,
    /// A [`KindSet`] with all that it gets. Grows when it asks for a name.
    kinds: AtomicU64,
    callback: Callback,
}

impl Listener {
    #[inline(always)]
    fn wants(&self, kinds: KindSet) -> bool {
        KindSet(self.kinds.load(Ordering::Relaxed)).meets(kinds)
    }
}

/// The listeners of a conversation and their thread.
pub struct Listeners {
    queue: Arc<Queue>,
    parker: Arc<Parker>,
    /// Changes whenever the list does.
    generation: AtomicU64,
    failed: AtomicU64,
    registry: Mutex<Registry>,
}

#[derive(Default)]
struct Registry {
    /// In the order of their numbers.
    list: Vec<Arc<Listener>>,
    on_failure: Option<Arc<FailureCallback>>,
    last_id: u64,
    /// The generation of the list that the thread works with.
    seen: u64,
    /// The thread holds no list at all.
    is_idle: bool,
    is_closing: bool,
    /// Threads that wait for the thread to have taken over a new list.
    waiting: Vec<Arc<Parker>>,
    thread: Option<Thread>,
    thread_id: Option<ThreadId>,
}

impl Registry {
    /// Something that [`Listeners::wait_for`] waits for has changed.
    fn wake_waiting(&self) {
        for parker in &self.waiting {
            parker.wake();
        }
    }
}

impl std::fmt::Debug for Listeners {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listeners").finish_non_exhaustive()
    }
}

impl Listeners {
    /// Adds a listener; its number, which `announce` is called with before the first event is. The
    /// listener is dropped if that fails.
    pub(crate) fn add(
        &self,
        conversation: &Arc<Conversation>,
        kinds: KindSet,
        callback: Callback,
        announce: &mut dyn FnMut(u64),
        call: &Arc<Call>,
    ) -> Result<u64, Error> {
        let id = {
            let mut registry = lock(&self.registry);
            if registry.is_closing {
                return Err(Error::Closed(
                    conversation.closed_cause().unwrap_or(Cause::Local),
                ));
            }
            registry.last_id += 1;
            let id = registry.last_id;
            let listener = Listener {
                id,
                first: kinds,
                kinds: AtomicU64::new(kinds.with_unknown().0),
                callback,
            };
            announce(id);
            registry.list.push(Arc::new(listener));
            self.next_generation();
            id
        };
        let wish = Wish::Kinds(kinds);
        match conversation.subscribe(Consumer::Listener(id), wish, &self.match_kinds(), call) {
            Ok(()) => {
                // It may have ended already, and withdrawn what was not asked for yet.
                if !self.has(id) {
                    self.unsubscribe(conversation, id);
                }
                Ok(id)
            }
            Err(error) => {
                // The error that there is says more than how the waiting ended.
                let _ = self.remove_and_wait(id, call);
                Err(error)
            }
        }
    }

    /// Makes a listener also get the events with this name, of a kind that this version may not know.
    pub(crate) fn add_name(
        &self,
        conversation: &Arc<Conversation>,
        id: u64,
        name: &[u8],
        call: &Arc<Call>,
    ) -> Result<(), Error> {
        let not_found = || Error::NotFound(format!("there is no listener {id}"));
        check_name(name)?;
        let listener = self.find(id).ok_or_else(not_found)?;
        let consumer = Consumer::Listener(id);
        let match_kinds = |dialogue: &Dialogue| {
            // Perhaps not in there yet, if the call that adds the listener has not returned.
            let kinds = listener.first.union(dialogue.wanted_by(consumer));
            let kinds = kinds.with_unknown();
            listener.kinds.store(kinds.0, Ordering::Relaxed);
            (self.match_kinds())(dialogue);
        };
        conversation.subscribe(consumer, Wish::Name(name), &match_kinds, call)?;
        // It may have been removed meanwhile, and withdrawn what was not asked for yet.
        if !self.has(id) {
            self.unsubscribe(conversation, id);
            return Err(not_found());
        }
        Ok(())
    }

    /// Removes a listener. From outside a callback, it is not running any more when this returns;
    /// from inside, the present callback is the last. Only a call that is cancelled does not wait
    /// for the callback.
    pub(crate) fn remove(
        &self,
        conversation: &Arc<Conversation>,
        id: u64,
        call: &Arc<Call>,
    ) -> Result<(), Error> {
        let not_found = || Error::NotFound(format!("there is no listener {id}"));
        let settled = self.remove_and_wait(id, call).ok_or_else(not_found)?;
        // tor need not agree for the listener to be gone.
        let consumer = Consumer::Listener(id);
        let _ = conversation.subscribe(consumer, Wish::Nothing, &self.match_kinds(), call);
        settled
    }

    /// Sets what is called when a listener fails, in place of what was. Waits as for the removal of
    /// a listener.
    pub(crate) fn set_failure_callback(
        &self,
        conversation: &Conversation,
        callback: Option<FailureCallback>,
        call: &Arc<Call>,
    ) -> Result<(), Error> {
        let (old, generation) = {
            let mut registry = lock(&self.registry);
            if registry.is_closing {
                return Err(Error::Closed(
                    conversation.closed_cause().unwrap_or(Cause::Local),
                ));
            }
            let old = std::mem::replace(&mut registry.on_failure, callback.map(Arc::new));
            (old, self.next_generation())
        };
        let settled = self.wait_for(generation, call);
        drop(old);
        settled
    }

    /// The figures of the queue, and how many callbacks failed.
    pub(crate) fn counts(&self) -> (Counts, u64) {
        (self.queue.counts(), self.failed.load(Ordering::Relaxed))
    }

    /// Waits until no callback runs or will run, unless called from a callback. After a close.
    pub(crate) fn join(&self) {
        let mut registry = lock(&self.registry);
        if registry.thread_id == Some(ThreadId::current()) {
            return;
        }
        let thread = registry.thread.take();
        drop(registry);
        if let Some(thread) = thread {
            thread.join();
        }
    }
}

/// They are a queue whose events the thread takes.
impl Subscriber for Listeners {
    fn has_consumer(&self) -> bool {
        true
    }

    fn publish(&self, block: &Arc<Block>) -> Pressure {
        self.queue.publish(block)
    }

    fn publish_state(&self, block: &Arc<Block>) {
        self.queue.publish_state(block);
    }

    fn publish_lost(&self, kind: Kind, size_bytes: usize) {
        self.queue.publish_lost(kind, size_bytes);
    }

    fn end_pause(&self) {
        self.queue.end_pause();
    }

    /// Drops the events that the listeners have not been called for. Of those that come now, they
    /// are called for STATE alone.
    fn begin_close(&self, _commands: &mut Vec<u8>) {
        lock(&self.registry).is_closing = true;
        self.next_generation();
        self.queue.drop_all();
    }

    fn end(&self) {
        self.queue.end();
    }

    fn give_back_copy(&self) {
        self.queue.give_back_copy();
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
        let listeners = Arc::new(Listeners {
            queue: Arc::new(Queue::new(KindSet::default(), capacity, None)),
            parker: Arc::default(),
            generation: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            registry: Mutex::default(),
        });
        conversation.add_subscriber(&listeners)?;
        let for_thread = Arc::clone(&listeners);
        let its_conversation = Arc::clone(conversation);
        // The program's callbacks run here: they get the stack of an ordinary thread.
        let thread = sys::spawn("torctl-call", 8 << 20, move || {
            for_thread.run(&its_conversation);
        });
        match thread {
            Ok(thread) => {
                let mut registry = lock(&listeners.registry);
                registry.thread_id = thread.id();
                registry.thread = Some(thread);
                drop(registry);
                Ok(listeners)
            }
            Err(error) => {
                // Or each try would leave a queue to which all events go.
                conversation.remove_subscriber(&listeners);
                Err(Error::system("no thread for the listeners", &error))
            }
        }
    }

    /// Lets those events into the queue that the listeners want.
    fn match_kinds(&self) -> impl Fn(&Dialogue) + '_ {
        |dialogue| self.queue.set_kinds(dialogue.wanted_by_listeners())
    }

    /// Takes back what a listener that is gone had wanted. tor is told, and nobody waits for its
    /// answer.
    fn unsubscribe(&self, conversation: &Arc<Conversation>, id: u64) {
        conversation.unsubscribe(Consumer::Listener(id), &self.match_kinds());
    }

    /// Begins a generation, for the list has changed.
    fn next_generation(&self) -> u64 {
        self.generation.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Whether there is such a listener.
    fn has(&self, id: u64) -> bool {
        self.find(id).is_some()
    }

    fn find(&self, id: u64) -> Option<Arc<Listener>> {
        let registry = lock(&self.registry);
        let list = &registry.list;
        let index = list.binary_search_by_key(&id, |it| it.id).ok()?;
        Some(Arc::clone(&list[index]))
    }

    /// Takes the listener out of the list. It is called no more after that is known, which is in
    /// this generation.
    fn take(&self, id: u64) -> Option<(Arc<Listener>, u64)> {
        let mut registry = lock(&self.registry);
        let list = &mut registry.list;
        let index = list.binary_search_by_key(&id, |it| it.id).ok()?;
        Some((list.remove(index), self.next_generation()))
    }

    /// Takes the listener out of the list, and waits until the thread knows or the call is
    /// cancelled. None if there is no such listener.
    fn remove_and_wait(&self, id: u64, call: &Call) -> Option<Result<(), Error>> {
        let (gone, generation) = self.take(id)?;
        let settled = self.wait_for(generation, call);
        // The program's destructor runs here, with no lock held, unless the callback is running.
        drop(gone);
        Some(settled)
    }

    /// Waits until the thread works with the list of this generation, unless it waits itself. Only
    /// the call can end that: the program must be able to trust that what it removed does not run.
    fn wait_for(&self, generation: u64, call: &Call) -> Result<(), Error> {
        let here = Some(ThreadId::current());
        let is_settled = |registry: &Registry| {
            registry.is_idle || registry.seen >= generation || registry.thread_id == here
        };
        let parker = Arc::default();
        {
            let mut registry = lock(&self.registry);
            if is_settled(&registry) {
                return Ok(());
            }
            registry.waiting.push(Arc::clone(&parker));
        }
        let is_settled = loop {
            let is_settled = is_settled(&lock(&self.registry));
            if is_settled || call.is_cancelled() {
                break is_settled;
            }
            parker.park(call, None);
        };
        let mut registry = lock(&self.registry);
        registry.waiting.retain(|it| !Arc::ptr_eq(it, &parker));
        match is_settled {
            true => Ok(()),
            false => Err(Error::Cancelled),
        }
    }

    fn run(&self, conversation: &Arc<Conversation>) {
        let block = Block::of_one(Kind::Unknown, Vec::new());
        let call = Call::none();
        let mut dispatcher = Dispatcher::new(self, conversation, &block);
        loop {
            dispatcher.refresh();
            // Begun and ended for each batch of work, so that figures and signal are settled.
            if let Some(mut drain) = self.queue.begin_drain() {
                if dispatcher.drain(&mut drain).is_break() {
                    break;
                }
            }
            dispatcher.release(&block);
            let queue = &self.queue;
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
        let (list, on_failure) = {
            let mut registry = lock(&self.registry);
            registry.is_closing = true;
            registry.is_idle = true;
            registry.wake_waiting();
            let list = std::mem::take(&mut registry.list);
            (list, registry.on_failure.take())
        };
        // The programs' destructors, with no lock held.
        drop(list);
        drop(on_failure);
    }
}

#[cfg(test)]
mod tests;
