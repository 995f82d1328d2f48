//! The listeners of a conversation, and what the thread that calls them and those that change them
//! both know.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use crate::engine::conversation::{Conversation, Dialogue};
use crate::engine::event::Event;
use crate::engine::park::{lock, Parker};
use crate::engine::queue::Queue;
use crate::engine::sys::{Thread, ThreadId};
use crate::error::{Cause, Error};
use crate::proto::event::KindSet;
use crate::session::Consumer;

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

pub(super) struct Listener {
    pub(super) id: u64,
    /// What it was added for.
    pub(super) first: KindSet,
    /// A [`KindSet`] with all that it gets. Grows when it asks for a name.
    pub(super) kinds: AtomicU64,
    pub(super) callback: Callback,
}

impl Listener {
    #[inline(always)]
    pub(super) fn wants(&self, kinds: KindSet) -> bool {
        KindSet(self.kinds.load(Ordering::Relaxed)).meets(kinds)
    }
}

/// See the module's comment.
pub(super) struct Registry {
    /// Of the events that they are to be called for.
    pub(super) queue: Arc<Queue>,
    /// Changes whenever the list does.
    pub(super) generation: AtomicU64,
    /// How many callbacks have failed.
    pub(super) failed: AtomicU64,
    pub(super) inner: Mutex<Inner>,
}

#[derive(Default)]
pub(super) struct Inner {
    /// In the order of their numbers.
    pub(super) list: Vec<Arc<Listener>>,
    pub(super) on_failure: Option<Arc<FailureCallback>>,
    pub(super) last_id: u64,
    /// The generation of the list that the thread works with.
    pub(super) seen: u64,
    /// The thread holds no list at all.
    pub(super) is_idle: bool,
    pub(super) is_closing: bool,
    /// Those that wait for the thread to have taken over a new list.
    pub(super) waiting: Vec<Arc<Parker>>,
    pub(super) thread: Option<Thread>,
    /// The thread that calls them.
    pub(super) thread_id: Option<ThreadId>,
}

impl Inner {
    /// Wakes those that wait for such a change, which may go on here.
    pub(super) fn change(inner: &Mutex<Inner>, change: impl FnOnce(&mut Inner)) {
        let waiting = {
            let mut inner = lock(inner);
            change(&mut inner);
            std::mem::take(&mut inner.waiting)
        };
        for parker in waiting {
            parker.wake_from_outside();
        }
    }

    /// Wakes it when the thread has taken over a new list.
    pub(super) fn wake_later(&mut self, parker: &Arc<Parker>) {
        if !self.waiting.iter().any(|it| Arc::ptr_eq(it, parker)) {
            self.waiting.push(Arc::clone(parker));
        }
    }
}

impl Registry {
    pub(super) fn new(queue: Queue) -> Registry {
        Registry {
            queue: Arc::new(queue),
            generation: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            inner: Mutex::default(),
        }
    }

    /// The listeners, if more can be added.
    pub(super) fn open(&self, conversation: &Conversation) -> Result<MutexGuard<'_, Inner>, Error> {
        let inner = lock(&self.inner);
        match inner.is_closing {
            true => {
                let cause = conversation.closed_cause();
                Err(Error::Closed(cause.unwrap_or(Cause::Local)))
            }
            false => Ok(inner),
        }
    }

    /// Puts a listener into the list.
    pub(super) fn put(
        &self,
        conversation: &Conversation,
        id: u64,
        kinds: KindSet,
        callback: Callback,
    ) -> Result<(), Error> {
        let mut inner = self.open(conversation)?;
        let listener = Listener {
            id,
            first: kinds,
            kinds: AtomicU64::new(kinds.with_unknown().0),
            callback,
        };
        let at = inner.list.partition_point(|it| it.id < id);
        inner.list.insert(at, Arc::new(listener));
        self.next_generation();
        Ok(())
    }

    /// Lets those events into the queue that the listeners want.
    pub(super) fn match_kinds(&self) -> impl Fn(&Dialogue) + '_ {
        |dialogue| self.queue.set_kinds(dialogue.wanted_by_listeners())
    }

    /// Takes back what a listener that is gone had wanted. tor is told, and nobody waits for its
    /// answer.
    pub(super) fn unsubscribe(&self, conversation: &Arc<Conversation>, id: u64) {
        conversation.unsubscribe(Consumer::Listener(id), &self.match_kinds());
    }

    /// Begins a generation, for the list has changed.
    pub(super) fn next_generation(&self) -> u64 {
        self.generation.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Whether there is such a listener.
    pub(super) fn has(&self, id: u64) -> bool {
        self.find(id).is_some()
    }

    pub(super) fn find(&self, id: u64) -> Option<Arc<Listener>> {
        let inner = lock(&self.inner);
        let list = &inner.list;
        let index = list.binary_search_by_key(&id, |it| it.id).ok()?;
        Some(Arc::clone(&list[index]))
    }

    /// Takes the listener out of the list. It is called no more after that is known, which is in
    /// this generation.
    pub(super) fn take(&self, id: u64) -> Option<(Arc<Listener>, u64)> {
        let mut inner = lock(&self.inner);
        let list = &mut inner.list;
        let index = list.binary_search_by_key(&id, |it| it.id).ok()?;
        Some((list.remove(index), self.next_generation()))
    }
}

#[cfg(test)]
mod tests;
