//! Which events tor is asked for: the union of what all queues and listeners want.

use std::sync::{Arc, Mutex};

use super::call::Call;
use super::controller::{Controller, State};
use super::error::Error;
use super::park::lock;
use super::queue::{Capacity, Counts, Item, Queue};
use super::sys::WakeFd;
use crate::proto::command::events::set_events;
use crate::proto::event::{Kind, KindSet};

/// What the library makes itself and tor is not asked for.
const OWN: KindSet = KindSet(KindSet::of(Kind::State).0 | KindSet::of(Kind::Gap).0 | 1);

/// The lock is held while tor is asked, so that changes reach tor one after the other and a change
/// is made before the call that asked for it returns.
#[derive(Debug, Default)]
pub(crate) struct Subscriptions {
    wants: Mutex<Wants>,
}

#[derive(Debug, Default)]
struct Wants {
    /// By each queue, and by all listeners together.
    queues: Vec<(Arc<Queue>, KindSet)>,
    /// Kinds that this version does not know.
    names: Vec<String>,
    /// What tor was last asked for.
    asked: Asked,
}

#[derive(Debug, Default, PartialEq, Clone)]
struct Asked {
    kinds: KindSet,
    names: Vec<String>,
}

impl Wants {
    fn union(&self) -> Asked {
        let all = self.queues.iter().map(|(_, kinds)| *kinds);
        Asked {
            kinds: KindSet(all.fold(KindSet::default(), KindSet::union).0 & !OWN.0),
            names: self.names.clone(),
        }
    }
}

impl Controller {
    /// Has the queue get the events of these kinds, if tor agrees; nothing changes if not.
    pub(crate) fn subscribe(
        self: &Arc<Self>,
        queue: &Arc<Queue>,
        kinds: KindSet,
        call: &Call,
    ) -> Result<(), Error> {
        let mut wants = lock(&self.subscriptions.wants);
        let is_it = |(other, _): &(Arc<Queue>, KindSet)| Arc::ptr_eq(other, queue);
        let old = wants.queues.iter().find(|it| is_it(it)).map(|it| it.1);
        wants.queues.retain(|it| !is_it(it));
        wants.queues.push((Arc::clone(queue), kinds));
        // Taken in before tor is asked: what comes at once is wanted already.
        let before = queue.kinds();
        queue.set_kinds(before.union(kinds));
        let asked = self.ask(&mut wants, call);
        if asked.is_err() {
            wants.queues.retain(|it| !is_it(it));
            wants.queues.extend(old.map(|old| (Arc::clone(queue), old)));
            queue.set_kinds(before);
        } else {
            queue.set_kinds(kinds);
        }
        asked
    }

    /// Has the queue get nothing any more. tor is asked to stop, but that it stops is not needed.
    pub(crate) fn unsubscribe(self: &Arc<Self>, queue: &Arc<Queue>) {
        let mut wants = lock(&self.subscriptions.wants);
        wants
            .queues
            .retain(|(other, _)| !Arc::ptr_eq(other, queue));
        let _ = self.ask(&mut wants, &Call::default());
    }

    /// Also asks for events of a kind that this version does not know; they come as kind unknown.
    pub fn subscribe_name(self: &Arc<Self>, name: &str, call: &Call) -> Result<(), Error> {
        let mut wants = lock(&self.subscriptions.wants);
        let is_new = !wants.names.iter().any(|other| other == name);
        if is_new {
            wants.names.push(name.to_string());
        }
        let asked = self.ask(&mut wants, call);
        if asked.is_err() && is_new {
            wants.names.pop();
        }
        asked
    }

    /// Sends SETEVENTS if what is wanted is not what tor was last asked for.
    fn ask(self: &Arc<Self>, wants: &mut Wants, call: &Call) -> Result<(), Error> {
        let union = wants.union();
        if self.state() != State::Ready || union == wants.asked {
            // Not connected: `finish_login` asks.
            return match self.closed_cause() {
                Some(cause) => Err(Error::Closed(cause)),
                None => Ok(()),
            };
        }
        let names: Vec<&str> = union.names.iter().map(String::as_str).collect();
        let command = set_events(union.kinds, &names)?;
        self.request(command, call)?.expect_ok()?;
        wants.asked = union;
        Ok(())
    }

    /// The last step of connecting: asks for all that is wanted, and is ready.
    pub(crate) fn finish_login(
        self: &Arc<Self>,
        request: &dyn Fn(crate::proto::encode::Command) -> Result<crate::proto::reply::Reply, Error>,
    ) -> Result<(), Error> {
        let mut wants = lock(&self.subscriptions.wants);
        let union = wants.union();
        if union != Asked::default() {
            let names: Vec<&str> = union.names.iter().map(String::as_str).collect();
            request(set_events(union.kinds, &names)?)?.expect_ok()?;
        }
        wants.asked = union;
        // Under the lock: a subscription from now on asks by itself.
        self.become_ready()
    }
}

/// A queue of events that a program takes from. It ends with its controller and outlives it.
#[derive(Debug)]
pub struct EventQueue {
    queue: Arc<Queue>,
    controller: Arc<Controller>,
}

impl EventQueue {
    /// A queue on this controller.
    pub fn new(
        controller: &Arc<Controller>,
        kinds: KindSet,
        capacity: Capacity,
        call: &Call,
    ) -> Result<EventQueue, Error> {
        let signal = WakeFd::new()
            .map_err(|error| Error::system("no descriptor for the queue", &error))?;
        let queue = Arc::new(Queue::new(KindSet::default(), capacity, Some(signal)));
        controller.add_queue(&queue);
        // Dropped on failure, which takes the queue out again.
        let this = EventQueue {
            queue,
            controller: Arc::clone(controller),
        };
        controller.subscribe(&this.queue, kinds, call)?;
        Ok(this)
    }

    /// The descriptor to poll.
    pub fn fd(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        self.queue.signal_fd()
    }

    /// The next item, waiting for it until the deadline.
    pub(crate) fn next(&self, deadline: Option<std::time::Instant>) -> Item {
        let parker = Arc::default();
        loop {
            let (item, is_waited_for) = self.queue.take_one();
            if is_waited_for {
                self.controller.resume();
            }
            if !matches!(item, Item::Empty) {
                return item;
            }
            let queue = &self.queue;
            let is_done = &mut || !queue.wake_me(&parker);
            let is_there = self.controller.wait_until(&parker, deadline, is_done);
            if !is_there {
                queue.wake_me_no_more(&parker);
                return Item::Empty;
            }
        }
    }

    /// Its figures.
    pub fn counts(&self) -> Counts {
        self.queue.counts()
    }

    pub(crate) fn inner(&self) -> &Arc<Queue> {
        &self.queue
    }

    pub(crate) fn controller(&self) -> &Arc<Controller> {
        &self.controller
    }
}

impl Drop for EventQueue {
    fn drop(&mut self) {
        self.queue.discard();
        self.controller.remove_queue(&self.queue);
        self.controller.unsubscribe(&self.queue);
    }
}
