//! What the callback thread does with what it takes from the queue.

use std::ops::ControlFlow;
use std::sync::atomic::Ordering;
use std::sync::Arc;

use super::registry::{CallbackResult, FailureCallback, Inner, Listener, Registry};
use crate::engine::block::Block;
use crate::engine::conversation::Conversation;
use crate::engine::event::{indices, Event};
use crate::engine::park::lock;
use crate::engine::queue::{Drain, QueueItem};
use crate::proto::event::{Kind, KindSet};

/// The list as the thread works with it, and the event.
pub(super) struct Dispatcher<'a> {
    conversation: &'a Arc<Conversation>,
    registry: &'a Registry,
    list: Vec<Arc<Listener>>,
    on_failure: Option<Arc<FailureCallback>>,
    generation: u64,
    is_closing: bool,
    /// The same object for all events.
    event: Event,
}

impl<'a> Dispatcher<'a> {
    /// Without listeners. `empty` is a block with an event that is nothing.
    pub(super) fn new(
        registry: &'a Registry,
        conversation: &'a Arc<Conversation>,
        empty: &Arc<Block>,
    ) -> Dispatcher<'a> {
        Dispatcher {
            conversation,
            registry,
            list: Vec::new(),
            on_failure: None,
            generation: 0,
            is_closing: false,
            event: Event::new(Arc::clone(empty), 0),
        }
    }

    /// Calls the listeners until nothing is there; `Break` when nothing will come.
    pub(super) fn drain(&mut self, drain: &mut Drain<'_>) -> ControlFlow<()> {
        loop {
            // If the I/O thread pauses for us, it need not be told to read on: this thread will read
            // itself as soon as it has nothing left to do.
            let (item, _) = drain.take(usize::MAX);
            match item {
                // No call has its outcome go to listeners.
                QueueItem::Completion(_) => {}
                QueueItem::Empty => return ControlFlow::Continue(()),
                QueueItem::Ended => return ControlFlow::Break(()),
                QueueItem::Gap(lost) => {
                    self.refresh_if_stale();
                    self.event = Event::of_gap(lost);
                    self.call_all(KindSet(lost.kinds.0 | KindSet::of(Kind::Gap).0));
                }
                QueueItem::Events {
                    block,
                    range,
                    kinds,
                } => {
                    let end = range.end;
                    let mut done = 0;
                    for (index, span) in indices(&block, range, kinds) {
                        self.refresh_if_stale();
                        if self.is_closing && span.kind != Kind::State {
                            drain.drop_remaining(&block, index..end, kinds);
                            break;
                        }
                        self.event.move_to(&block, index, span);
                        done += 1;
                        drain.set_progress(done);
                        self.call_all(KindSet::of_bit(span.bit));
                    }
                }
            }
        }
    }

    #[inline]
    fn is_stale(&self) -> bool {
        self.registry.generation.load(Ordering::Acquire) != self.generation
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
                let result = (listener.callback)(&self.event);
                if result != CallbackResult::Continue {
                    self.handle(id, result);
                }
                if at < self.list.len() && self.is_stale() {
                    return self.call_remaining(id, kinds);
                }
            }
        }
    }

    /// The same for those behind the listener that was called last, when the list has changed.
    #[inline(never)]
    fn call_remaining(&mut self, mut last: u64, kinds: KindSet) {
        // One that was added meanwhile is called from the next event on.
        let newest = self.list.last().map_or(0, |listener| listener.id);
        loop {
            self.refresh_if_stale();
            let at = self.list.partition_point(|listener| listener.id <= last);
            let Some(listener) = self.list.get(at).filter(|it| it.id <= newest) else {
                return;
            };
            last = listener.id;
            if listener.wants(kinds) {
                let result = (listener.callback)(&self.event);
                if result != CallbackResult::Continue {
                    self.handle(last, result);
                }
            }
        }
    }

    #[cold]
    fn handle(&mut self, id: u64, result: CallbackResult) {
        match result {
            CallbackResult::Continue => {}
            CallbackResult::Failed(status) => self.report_failure(id, status),
            CallbackResult::Remove => {
                let gone = self.registry.take(id);
                // The thread itself has another share, until it takes over the new list.
                drop(gone);
                self.registry.unsubscribe(self.conversation, id);
            }
        }
    }

    fn report_failure(&mut self, id: u64, status: i32) {
        self.registry.failed.fetch_add(1, Ordering::Relaxed);
        if let Some(on_failure) = &self.on_failure {
            on_failure(id, status, &self.event);
        }
    }

    /// Takes over the list as it is now, then wakes those who wait for that.
    pub(super) fn refresh(&mut self) {
        let mut inner = lock(&self.registry.inner);
        let generation = self.registry.generation.load(Ordering::SeqCst);
        let list = std::mem::replace(&mut self.list, inner.list.clone());
        let on_failure = std::mem::replace(&mut self.on_failure, inner.on_failure.clone());
        self.generation = generation;
        self.is_closing = inner.is_closing;
        inner.is_idle = false;
        drop(inner);
        // May run a program's destructor.
        drop(list);
        drop(on_failure);
        Inner::change(&self.registry.inner, |inner| inner.seen = generation);
    }

    /// Holds no listener while the thread waits, so that a removal has the last reference, and not
    /// the block of the last event.
    pub(super) fn release(&mut self, empty: &Arc<Block>) {
        let list = std::mem::take(&mut self.list);
        let on_failure = self.on_failure.take();
        drop(list);
        drop(on_failure);
        Inner::change(&self.registry.inner, |inner| inner.is_idle = true);
        self.event.move_to(empty, 0, &empty.span(0));
    }
}

#[cfg(test)]
mod tests;
