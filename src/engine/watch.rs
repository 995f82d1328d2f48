//! Waiting for what tor says later: subscribe first, then act, then wait, so that nothing is missed
//! in between.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::call::Call;
use super::controller::{Controller, State};
use super::error::{Cause, Error};
use super::event::Event;
use super::event_queue::{EventQueue, Next};
use super::queue::Capacity;
use crate::proto::encode::Command;
use crate::proto::event::KindSet;
use crate::proto::reason::Reason;
use crate::proto::reply::Reply;

/// A moment at which waiting ends, if there is one.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    at: Option<Instant>,
    timeout_ms: u64,
}

impl Deadline {
    /// So long from now; without a number, never.
    pub fn after(timeout_ms: Option<u64>) -> Deadline {
        Deadline {
            at: timeout_ms.and_then(|timeout_ms| {
                Instant::now().checked_add(Duration::from_millis(timeout_ms))
            }),
            timeout_ms: timeout_ms.unwrap_or(0),
        }
    }

    /// The earlier of two.
    pub fn or_sooner(self, other: Deadline) -> Deadline {
        match (self.at, other.at) {
            (Some(own), Some(others)) if own <= others => self,
            (Some(_), None) => self,
            _ => other,
        }
    }

    /// The moment, if there is one.
    pub(crate) fn at(&self) -> Option<Instant> {
        self.at
    }

    /// Whether it has passed.
    pub fn is_over(&self) -> bool {
        self.at.is_some_and(|at| Instant::now() >= at)
    }

    /// The error for its passing.
    pub fn error(&self, what: &str) -> Error {
        Error::Overdue {
            message: format!("{what} within {} ms", self.timeout_ms),
            reason: String::new(),
            why: Reason::Unknown,
        }
    }
}

/// Events from before an action on. What no wait takes is dropped with it.
#[derive(Debug)]
pub struct Watch {
    events: EventQueue,
    controller: Arc<Controller>,
}

impl Watch {
    /// Has tor send events of these kinds from now on.
    pub fn new(
        controller: &Arc<Controller>,
        kinds: KindSet,
        capacity: Capacity,
        call: &Arc<Call>,
    ) -> Result<Watch, Error> {
        if controller.state() != State::Ready {
            return Err(match controller.closed_cause() {
                Some(cause) => Error::Closed(cause),
                None => Error::State("the controller is not connected".to_string()),
            });
        }
        Ok(Watch {
            events: EventQueue::new(controller, kinds, capacity, call)?,
            controller: Arc::clone(controller),
        })
    }

    /// The controller that is watched.
    pub fn controller(&self) -> &Arc<Controller> {
        &self.controller
    }

    /// Asks tor like [`Controller::request`], but not for longer than until the deadline.
    pub fn request(
        &self,
        command: Command,
        call: &Arc<Call>,
        deadline: Deadline,
    ) -> Result<Reply, Error> {
        self.controller.request_before(command, call, deadline.at)
    }

    /// The next event, or none when the deadline has passed.
    pub fn next(&self, call: &Arc<Call>, deadline: Deadline) -> Result<Option<Event>, Error> {
        self.events.next_for(call, deadline)
    }

    /// Goes through the events until `look` breaks with a result. None when the deadline passes
    /// before.
    pub fn wait<T>(
        &self,
        call: &Arc<Call>,
        deadline: Deadline,
        look: &mut dyn FnMut(&Event) -> ControlFlow<Result<T, Error>>,
    ) -> Result<Option<T>, Error> {
        while let Some(event) = self.next(call, deadline)? {
            if let ControlFlow::Break(result) = look(&event) {
                return result.map(Some);
            }
        }
        Ok(None)
    }

    /// Goes through the events that are there already.
    pub fn catch_up(&self, look: &mut dyn FnMut(&Event)) -> Result<(), Error> {
        let mut take = |event: &Event| {
            look(event);
            ControlFlow::Continue(())
        };
        self.events.drain(usize::MAX, &mut take).map(drop)
    }
}

impl EventQueue {
    /// The next event, waiting for it until the deadline, the end of the call or that of the
    /// connection. None when the deadline has passed.
    pub fn next_for(&self, call: &Arc<Call>, deadline: Deadline) -> Result<Option<Event>, Error> {
        match self.next(call, deadline.at)? {
            Next::Event(event) => Ok(Some(event)),
            Next::Empty => Ok(None),
            Next::Ended => {
                let cause = self.controller().closed_cause();
                Err(Error::Closed(cause.unwrap_or(Cause::Local)))
            }
        }
    }

    /// The next event that is accepted; those before it are gone.
    pub fn next_that(
        &self,
        call: &Arc<Call>,
        deadline: Deadline,
        accepts: &mut dyn FnMut(&Event) -> bool,
    ) -> Result<Option<Event>, Error> {
        while let Some(event) = self.next_for(call, deadline)? {
            if accepts(&event) {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sooner_deadline_counts() {
        let never = Deadline::after(None);
        let soon = Deadline::after(Some(10));
        let late = Deadline::after(Some(1_000_000));
        assert_eq!(soon.or_sooner(late).timeout_ms, 10);
        assert_eq!(late.or_sooner(soon).timeout_ms, 10);
        assert_eq!(never.or_sooner(late).timeout_ms, 1_000_000);
        assert_eq!(late.or_sooner(never).timeout_ms, 1_000_000);
        assert!(never.or_sooner(never).at.is_none());
        assert!(!never.is_over() && !late.is_over());
        assert!(Deadline::after(Some(0)).is_over());
        let error = late.error("no circuit was built").to_string();
        assert_eq!(error, "no circuit was built within 1000000 ms");
    }
}
