//! A controller's callback thread: its queue drained into listeners.
//!
//! Callbacks run one at a time, in the order tor sent the events, and may call anything. No lock is
//! held while one runs. That a removed listener does not run any more costs nothing per event: a
//! change bumps a generation, the thread looks at it between callbacks and takes over the new list,
//! and whoever removed waits for that.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::block::Block;
use super::call::Call;
use super::controller::{Controller, Dialogue, State};
use super::event::{indices, Event};
use super::park::{lock, Parker};
use super::queue::{Counts, Drain, Queue, QueueItem};
use super::role::{Own, KEEP};
use super::sys::{self, Thread, ThreadId};
use crate::error::{Cause, Error};
use crate::proto::event::{Kind, KindSet};
use crate::session::{check_name, Consumer, Wish};

/// What a program wants called for an event. Dropping it is the program's chance to free what
/// belongs to it.
pub type Callback = Box<dyn Fn(&Event) -> Heard + Send + Sync>;

/// How a call of a listener went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Well; it wants to be called again.
    Well,
    /// Well, and it was the last: the listener is to be removed.
    Last,
    /// It failed, in this way.
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

/// The listeners of a controller and their thread.
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

impl std::fmt::Debug for Listeners {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listeners").finish_non_exhaustive()
    }
}

impl Controller {
    /// Adds a listener; its number, which `announce` is called with before the first event is. The
    /// listener is dropped if that fails.
    pub fn add_listener(
        self: &Arc<Self>,
        kinds: KindSet,
        callback: Callback,
        announce: &mut dyn FnMut(u64),
        call: &Arc<Call>,
    ) -> Result<u64, Error> {
        let listeners = self.listeners.get_or_try_init(|| Listeners::start(self))?;
        let id = {
            let mut registry = lock(&listeners.registry);
            if registry.is_closing {
                return Err(Error::Closed(self.closed_cause().unwrap_or(Cause::Local)));
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
            listeners.change();
            id
        };
        let wish = Wish::Kinds(kinds);
        match self.subscribe(Consumer::Listener(id), wish, &listeners.match_kinds(), call) {
            Ok(()) => {
                // It may have ended already, and withdrawn what was not asked for yet.
                if !listeners.has(id) {
                    listeners.unsubscribe(self, id);
                }
                Ok(id)
            }
            Err(error) => {
                // The error that there is says more than how the waiting ended.
                let _ = listeners.take_out(id, call);
                Err(error)
            }
        }
    }

    /// Has a listener also get the events with this name, of a kind that this version may not know.
    pub fn add_listener_name(
        self: &Arc<Self>,
        id: u64,
        name: &[u8],
        call: &Arc<Call>,
    ) -> Result<(), Error> {
        let not_found = || Error::NotFound(format!("there is no listener {id}"));
        self.check_here()?;
        check_name(name)?;
        let listeners = self.listeners.get().ok_or_else(not_found)?;
        let listener = listeners.find(id).ok_or_else(not_found)?;
        let consumer = Consumer::Listener(id);
        let match_kinds = |dialogue: &Dialogue| {
            // Perhaps not noted yet, if the call that adds the listener has not returned.
            let kinds = listener.first.union(dialogue.wanted_by(consumer));
            let kinds = kinds.with_unknown();
            listener.kinds.store(kinds.0, Ordering::Relaxed);
            (listeners.match_kinds())(dialogue);
        };
        self.subscribe(consumer, Wish::Name(name), &match_kinds, call)?;
        // It may have been removed meanwhile, and withdrawn what was not asked for yet.
        if !listeners.has(id) {
            listeners.unsubscribe(self, id);
            return Err(not_found());
        }
        Ok(())
    }

    /// Removes a listener. From outside a callback, it is not running any more when this returns;
    /// from inside, the present callback is the last. Only a call that is cancelled does not wait
    /// for the callback.
    pub fn remove_listener(self: &Arc<Self>, id: u64, call: &Arc<Call>) -> Result<(), Error> {
        let not_found = || Error::NotFound(format!("there is no listener {id}"));
        let listeners = self.listeners.get().ok_or_else(not_found)?;
        let settled = listeners.take_out(id, call).ok_or_else(not_found)?;
        // tor need not agree for the listener to be gone.
        let consumer = Consumer::Listener(id);
        let _ = self.subscribe(consumer, Wish::Nothing, &listeners.match_kinds(), call);
        settled
    }

    /// Sets what is called when a listener fails, in place of what was. Waits as for the removal of
    /// a listener.
    pub fn set_failure_callback(
        self: &Arc<Self>,
        callback: Option<FailureCallback>,
        call: &Arc<Call>,
    ) -> Result<(), Error> {
        let listeners = self.listeners.get_or_try_init(|| Listeners::start(self))?;
        let (old, generation) = {
            let mut registry = lock(&listeners.registry);
            if registry.is_closing {
                return Err(Error::Closed(self.closed_cause().unwrap_or(Cause::Local)));
            }
            let old = std::mem::replace(&mut registry.on_failure, callback.map(Arc::new));
            (old, listeners.change())
        };
        let settled = listeners.wait_for(generation, call);
        drop(old);
        settled
    }

    /// The figures of the listeners' queue, and how many callbacks failed.
    pub fn listener_counts(&self) -> (Counts, u64) {
        match self.listeners.get() {
            Some(it) => (it.queue.counts(), it.failed.load(Ordering::Relaxed)),
            None => (Counts::default(), 0),
        }
    }

    /// Drops what the listeners have not heard, for the program wants to hear no more.
    pub(crate) fn hush_listeners(&self) {
        if let Some(listeners) = self.listeners.get() {
            lock(&listeners.registry).is_closing = true;
            listeners.change();
            listeners.queue.drop_all();
        }
    }

    /// Waits until no callback runs or will run, unless called from a callback. After a close.
    pub fn join_listeners(&self) {
        let Some(listeners) = self.listeners.get() else {
            return;
        };
        let mut registry = lock(&listeners.registry);
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

impl Listeners {
    fn start(controller: &Arc<Controller>) -> Result<Arc<Listeners>, Error> {
        if controller.state() == State::Closed {
            let cause = controller.closed_cause().unwrap_or(Cause::Local);
            return Err(Error::Closed(cause));
        }
        let capacity = controller.settings.listener_capacity;
        let listeners = Arc::new(Listeners {
            queue: Arc::new(Queue::new(KindSet::default(), capacity, None)),
            parker: Arc::default(),
            generation: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            registry: Mutex::default(),
        });
        controller.add_subscriber(&listeners.queue)?;
        let for_thread = Arc::clone(&listeners);
        let its_controller = Arc::clone(controller);
        // The program's callbacks run here: they get the stack of an ordinary thread.
        let thread = sys::spawn("torctl-call", 8 << 20, move || {
            for_thread.run(&its_controller);
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
                controller.remove_subscriber(&listeners.queue);
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
    fn unsubscribe(&self, controller: &Arc<Controller>, id: u64) {
        controller.unsubscribe(Consumer::Listener(id), &self.match_kinds());
    }

    /// Notes that the list has changed; its new generation.
    fn change(&self) -> u64 {
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
        Some((list.remove(index), self.change()))
    }

    /// Takes the listener out of the list, and waits until the thread knows or the call is
    /// cancelled. None if there is no such listener.
    fn take_out(&self, id: u64, call: &Call) -> Option<Result<(), Error>> {
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

    /// Tells those who wait in [`Listeners::wait_for`] that something has changed.
    fn tell(&self, registry: &Registry) {
        for parker in &registry.waiting {
            parker.wake();
        }
    }

    fn run(&self, controller: &Arc<Controller>) {
        let block = Block::of_one(Kind::Unknown, Vec::new());
        let call = Call::none();
        let mut walk = Walk {
            controller,
            listeners: self,
            list: Vec::new(),
            on_failure: None,
            generation: 0,
            is_closing: false,
            event: Event::new(Arc::clone(&block), 0),
        };
        loop {
            walk.refresh();
            // Begun and ended for each batch of work, so that figures and signal are settled.
            if let Some(mut drain) = self.queue.begin_drain() {
                if self.drain(&mut drain, &mut walk).is_break() {
                    break;
                }
            }
            walk.rest();
            // The last event must not keep its block while nothing happens.
            walk.event.move_to(&block, 0, &block.span(0));
            let queue = &self.queue;
            let is_done = &mut || !queue.wake_me(&self.parker);
            let own = Own {
                queues: 1,
                requests: 0,
                keep: KEEP,
                only_reads: controller.has_settled(),
            };
            controller.wait_again_until(own, &self.parker, &call, None, is_done);
        }
        drop(walk);
        let (list, on_failure) = {
            let mut registry = lock(&self.registry);
            registry.is_closing = true;
            registry.is_idle = true;
            self.tell(&registry);
            let list = std::mem::take(&mut registry.list);
            (list, registry.on_failure.take())
        };
        // The programs' destructors, with no lock held.
        drop(list);
        drop(on_failure);
    }

    /// Calls the listeners until nothing is there; `Break` when nothing will come.
    fn drain(&self, drain: &mut Drain<'_>, walk: &mut Walk<'_>) -> ControlFlow<()> {
        loop {
            // If the I/O thread pauses for us, it need not be told to read on: this thread will read
            // itself as soon as it has nothing left to do.
            let (item, _) = drain.take(usize::MAX);
            match item {
                QueueItem::Empty => return ControlFlow::Continue(()),
                QueueItem::Ended => return ControlFlow::Break(()),
                QueueItem::Gap(lost) => {
                    walk.refresh_if_stale();
                    walk.event = Event::of_gap(lost);
                    walk.call_all(KindSet(lost.kinds.0 | KindSet::of(Kind::Gap).0));
                }
                QueueItem::Events {
                    block,
                    range,
                    kinds,
                } => {
                    let end = range.end;
                    let mut done = 0;
                    for (index, span) in indices(&block, range, kinds) {
                        walk.refresh_if_stale();
                        if walk.is_closing && span.kind != Kind::State {
                            drain.drop_rest(&block, index..end, kinds);
                            break;
                        }
                        walk.event.move_to(&block, index, span);
                        done += 1;
                        drain.note_progress(done);
                        walk.call_all(KindSet::of_bit(span.bit));
                    }
                }
            }
        }
    }
}

/// The thread's own view of the list while it works.
struct Walk<'a> {
    controller: &'a Arc<Controller>,
    listeners: &'a Listeners,
    list: Vec<Arc<Listener>>,
    on_failure: Option<Arc<FailureCallback>>,
    generation: u64,
    is_closing: bool,
    /// The event that is being handed round.
    event: Event,
}

impl Walk<'_> {
    #[inline]
    fn is_stale(&self) -> bool {
        self.listeners.generation.load(Ordering::Acquire) != self.generation
    }

    /// Between two events. A list that changes later is taken over before the next call.
    #[inline]
    fn refresh_if_stale(&mut self) {
        if self.is_stale() {
            self.refresh();
        }
    }

    /// Calls every listener that wants one of these kinds.
    #[inline]
    fn call_all(&mut self, kinds: KindSet) {
        let mut at = 0;
        while let Some(listener) = self.list.get(at) {
            at += 1;
            if listener.wants(kinds) {
                let id = listener.id;
                let heard = (listener.callback)(&self.event);
                if heard != Heard::Well {
                    self.note(id, heard);
                }
                if at < self.list.len() && self.is_stale() {
                    return self.call_rest(id, kinds);
                }
            }
        }
    }

    /// The same for those behind the listener that was called last, when the list has changed.
    #[inline(never)]
    fn call_rest(&mut self, mut last: u64, kinds: KindSet) {
        // One that was added meanwhile hears from the next event on.
        let newest = self.list.last().map_or(0, |listener| listener.id);
        loop {
            self.refresh_if_stale();
            let at = self.list.partition_point(|listener| listener.id <= last);
            let Some(listener) = self.list.get(at).filter(|it| it.id <= newest) else {
                return;
            };
            last = listener.id;
            if listener.wants(kinds) {
                let heard = (listener.callback)(&self.event);
                if heard != Heard::Well {
                    self.note(last, heard);
                }
            }
        }
    }

    #[cold]
    fn note(&mut self, id: u64, heard: Heard) {
        match heard {
            Heard::Well => {}
            Heard::Failed(status) => self.report(id, status),
            Heard::Last => {
                let gone = self.listeners.take(id);
                // The thread itself has another share, until it takes over the new list.
                drop(gone);
                self.listeners.unsubscribe(self.controller, id);
            }
        }
    }

    fn report(&mut self, id: u64, status: i32) {
        self.listeners.failed.fetch_add(1, Ordering::Relaxed);
        if let Some(on_failure) = &self.on_failure {
            on_failure(id, status, &self.event);
        }
    }

    /// Takes over the list as it is now, then tells those who wait for that.
    fn refresh(&mut self) {
        let mut registry = lock(&self.listeners.registry);
        let generation = self.listeners.generation.load(Ordering::SeqCst);
        let list = std::mem::replace(&mut self.list, registry.list.clone());
        let on_failure = std::mem::replace(&mut self.on_failure, registry.on_failure.clone());
        self.generation = generation;
        self.is_closing = registry.is_closing;
        registry.is_idle = false;
        drop(registry);
        // May run a program's destructor.
        drop(list);
        drop(on_failure);
        let mut registry = lock(&self.listeners.registry);
        registry.seen = generation;
        self.listeners.tell(&registry);
    }

    /// Holds no listener while waiting, so that a removal has the last reference.
    fn rest(&mut self) {
        let list = std::mem::take(&mut self.list);
        let on_failure = self.on_failure.take();
        drop(list);
        drop(on_failure);
        let mut registry = lock(&self.listeners.registry);
        registry.is_idle = true;
        self.listeners.tell(&registry);
    }
}
