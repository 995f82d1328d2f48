//! A queue of events that a program takes from.

use std::ops::ControlFlow;
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::Instant;

use super::call::{Call, Completes, Destination};
use super::controller::Controller;
use super::conversation::Conversation;
use super::event::{indices, Event};
use super::operation::Operation;
use super::queue::{Capacity, Counts, Drain, Queue, QueueItem};
use super::subscriber::Subscriber;
use super::sys::WakeFd;
use crate::error::Error;
use crate::proto::event::KindSet;
use crate::session::{check_name, Wish};

/// What [`EventQueue::next`] found.
#[derive(Debug)]
pub enum Next {
    /// An event.
    Event(Event),
    /// Nothing came in time.
    Empty,
    /// Nothing is there and nothing will come.
    Ended,
}

/// A queue that belongs to a controller. It ends with the controller and outlives it.
#[derive(Debug)]
pub struct EventQueue {
    queue: Arc<Queue>,
    /// As a consumer of events.
    number: u64,
    controller: Arc<Controller>,
}

impl EventQueue {
    /// A queue for these kinds of events, with a descriptor for the program.
    pub async fn new(
        controller: &Arc<Controller>,
        kinds: KindSet,
        capacity: Capacity,
        call: &Operation,
    ) -> Result<EventQueue, Error> {
        let signal = WakeFd::shown()
            .map_err(|error| Error::system("no descriptor for the queue", &error))?;
        let queue = Queue::new(KindSet::default(), capacity, Some(signal));
        EventQueue::of(controller, queue, kinds, call).await
    }

    /// One that ends with the connection, and that the program does not have.
    pub(super) async fn of_connection(
        controller: &Arc<Controller>,
        kinds: KindSet,
        capacity: Capacity,
        call: &Operation,
    ) -> Result<EventQueue, Error> {
        let queue = Queue::new(KindSet::default(), capacity, None).of_connection();
        EventQueue::of(controller, queue, kinds, call).await
    }

    /// Likewise, but that it goes on with the next connection.
    pub(super) async fn of_controller(
        controller: &Arc<Controller>,
        kinds: KindSet,
        capacity: Capacity,
        call: &Operation,
    ) -> Result<EventQueue, Error> {
        let queue = Queue::new(KindSet::default(), capacity, None);
        EventQueue::of(controller, queue, kinds, call).await
    }

    async fn of(
        controller: &Arc<Controller>,
        queue: Queue,
        kinds: KindSet,
        call: &Operation,
    ) -> Result<EventQueue, Error> {
        let queue = Arc::new(queue);
        controller.check_here()?;
        controller.add_subscriber(&queue)?;
        // Dropped on failure, which takes the queue out again.
        let this = EventQueue {
            queue,
            number: controller.new_consumer(),
            controller: Arc::clone(controller),
        };
        this.subscribe(Wish::Kinds(kinds), call).await?;
        Ok(this)
    }

    /// What asks for more on behalf of the queue, which may be freed meanwhile.
    pub fn wishes(&self) -> QueueWishes {
        QueueWishes {
            queue: Arc::clone(&self.queue),
            number: self.number,
            controller: Arc::clone(&self.controller),
        }
    }

    async fn subscribe(&self, wish: Wish<'_>, call: &Operation) -> Result<(), Error> {
        let controller = &self.controller;
        let queue = &self.queue;
        controller
            .subscribe_queue(queue, self.number, wish, call)
            .await
    }

    /// The descriptor to poll: readable exactly while something is to be taken or the queue has
    /// ended.
    ///
    /// A forked child shares the parent's. There, when it is asked for, it becomes readable for
    /// good, so that whoever polls it asks the queue and is told.
    pub fn fd(&self) -> Option<BorrowedFd<'_>> {
        if !self.controller.is_here() {
            self.queue.set_copy();
        }
        self.queue.signal_fd()
    }

    /// The conversation that it is of.
    pub fn conversation(&self) -> &Arc<Conversation> {
        &self.controller
    }

    /// Where the outcomes of calls can go that are begun with this tag.
    pub fn as_destination(&self, tag: u64) -> Destination {
        let to: Arc<dyn Completes> = Arc::<Queue>::clone(&self.queue);
        Destination { to, tag }
    }

    /// Where events are put.
    pub(crate) fn queue(&self) -> &Arc<Queue> {
        &self.queue
    }

    /// The controller that it belongs to.
    pub(crate) fn controller(&self) -> &Arc<Controller> {
        &self.controller
    }

    /// The next event, waiting for it until the deadline or the end of the call.
    pub fn next(&self, call: &Arc<Call>, deadline: Option<Instant>) -> Result<Next, Error> {
        let mut parker = None;
        loop {
            self.controller.check_here()?;
            if let Some(next) = self.take_next(call)? {
                return Ok(next);
            }
            let parker = parker.get_or_insert_with(Arc::default);
            let is_done = &mut || call.is_cancelled() || !self.queue.wake_me(parker);
            let is_done = self.controller.wait_until(parker, call, deadline, is_done);
            if !is_done || call.is_cancelled() {
                self.queue.wake_me_no_more(parker);
            }
            if !is_done {
                return Ok(Next::Empty);
            }
        }
    }

    /// The same for an operation.
    pub(crate) async fn next_event(
        &self,
        call: &Operation,
        deadline: Option<Instant>,
    ) -> Result<Next, Error> {
        loop {
            self.controller.check_here()?;
            if let Some(next) = self.take_next(call.call())? {
                return Ok(next);
            }
            let parker = call.parker();
            let look = || (!self.queue.wake_me(parker)).then_some(());
            let is_there = call.until(deadline, look).await;
            self.queue.wake_me_no_more(parker);
            if is_there?.is_none() {
                return Ok(Next::Empty);
            }
        }
    }

    /// What is there, if something is.
    fn take_next(&self, call: &Call) -> Result<Option<Next>, Error> {
        if call.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let (item, is_waited_for) = self.queue.take_one();
        if is_waited_for {
            self.controller.resume();
        }
        Ok(match item {
            QueueItem::Empty => None,
            QueueItem::Ended => Some(Next::Ended),
            item => Event::from_item(item).map(Next::Event),
        })
    }

    /// Hands over events until `take` breaks, `max` are taken, or all that was there when this
    /// began is. The count, and whether the queue has ended and is empty.
    pub fn drain(
        &self,
        max: usize,
        take: &mut dyn FnMut(&Event) -> ControlFlow<()>,
    ) -> Result<(usize, bool), Error> {
        self.controller.check_here()?;
        let Some(mut drain) = self.queue.begin_drain() else {
            let message = "another drain of this queue is running";
            return Err(Error::State(message.to_string()));
        };
        // A consumer slower than tor must get out of here, too.
        let max = if max > self.queue.counts().backlog {
            max.min(self.queue.item_count().max(1))
        } else {
            max
        };
        let mut walk = DrainState {
            event: None,
            count: 0,
        };
        while walk.count < max {
            let (item, is_waited_for) = drain.take(max - walk.count);
            if is_waited_for {
                self.controller.resume();
            }
            match item {
                QueueItem::Empty => break,
                QueueItem::Ended => return Ok((walk.count, true)),
                item => {
                    let flow = walk.hand_over(item, &mut drain, take);
                    // By what was called.
                    self.controller.check_here()?;
                    if flow.is_break() {
                        break;
                    }
                }
            }
        }
        // The last event must not keep its memory while reading goes on.
        let DrainState { event, count } = walk;
        drop(event);
        if drain.finish() {
            self.controller.resume();
        }
        Ok((count, false))
    }

    /// Its figures.
    pub fn counts(&self) -> Counts {
        match self.controller.is_here() {
            true => self.queue.counts(),
            false => Counts::default(),
        }
    }
}

impl Drop for EventQueue {
    fn drop(&mut self) {
        if !self.controller.is_here() {
            self.queue.give_back_copy();
            self.queue.close_copy();
            super::sys::close_inherited();
            return;
        }
        self.queue.discard();
        self.controller.remove_subscriber(&self.queue);
        self.controller.unsubscribe_queue(&self.queue, self.number);
        // Reading may have paused for this queue's sake.
        self.controller.resume();
    }
}

/// See [`EventQueue::wishes`].
#[derive(Clone, Debug)]
pub struct QueueWishes {
    queue: Arc<Queue>,
    number: u64,
    controller: Arc<Controller>,
}

impl QueueWishes {
    /// The conversation that the queue is of.
    pub fn conversation(&self) -> Arc<Conversation> {
        Arc::clone(&**self.controller)
    }

    /// Also asks for the events with this name, of a kind that this version may not know.
    pub async fn add_name(&self, name: &[u8], call: &Operation) -> Result<(), Error> {
        check_name(name)?;
        let (controller, queue) = (&self.controller, &self.queue);
        let wish = Wish::Name(name);
        // What a queue wishes is withdrawn when it is freed, also while tor is asked.
        controller
            .subscribe_queue(queue, self.number, wish, call)
            .await
    }
}

/// A drain's event, the same object for all, and how many it has handed over.
struct DrainState {
    event: Option<Event>,
    count: usize,
}

impl DrainState {
    fn hand_over(
        &mut self,
        item: QueueItem,
        drain: &mut Drain<'_>,
        take: &mut dyn FnMut(&Event) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let QueueItem::Events {
            block,
            range,
            kinds,
        } = item
        else {
            let Some(gap) = Event::from_item(item) else {
                return ControlFlow::Continue(());
            };
            self.count += 1;
            return take(&gap);
        };
        let end = range.end;
        let mut done = 0;
        for (index, span) in indices(&block, range, kinds) {
            let event = match &mut self.event {
                Some(event) => {
                    event.move_to(&block, index, span);
                    event
                }
                none => none.insert(Event::new(Arc::clone(&block), index)),
            };
            done += 1;
            self.count += 1;
            drain.set_progress(done);
            let flow = take(event);
            if !drain.is_here() {
                break;
            }
            if flow.is_break() {
                drain.put_back(Arc::clone(&block), index + 1..end, kinds);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests;
