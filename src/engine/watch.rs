//! Waiting for what tor says later: subscribe first, then act, then wait, so that nothing is missed
//! in between.
//!
//! An answer belongs to its question by an id, or else by when it came; never by a name that tor
//! may rewrite. And an event may not come at all: a filter before tor refuses or drops it, a queue
//! that was full has lost it. So whoever waits without end also has another way to learn of the
//! outcome:
//!
//! | what is waited for | matched by | counts from | without the event |
//! |---|---|---|---|
//! | name resolved | ADDRMAP STREAMID, followed from STREAM NEWRESOLVE with the name that was asked; by the name, also the one of REMAP, for tors without STREAMID | the subscription | STREAM FAILED or CLOSED of that id; no stream at all: tor's own limit |
//! | new identity | SIGNAL NEWNYM | the reply | ten seconds after the reply tor has acted |
//! | circuit built | CIRC id, of one that is extended also the last relay | any time: ids are not used again | GETINFO circuit-status now and then |
//! | onion published | HS_DESC UPLOADED from a relay to which an UPLOAD went | the reply of ADD_ONION; of a service that is followed, the subscription | GETINFO onions/current now and then, for a service that is gone |
//! | descriptor fetched | HS_DESC and HS_DESC_CONTENT with the address, from the relays that were named | the subscription | GETINFO hs/client/desc; silence: an error |
//! | tor bootstrapped | PROGRESS, which only grows | any time | GETINFO status/bootstrap-phase now and then |
//! | connection through tor | STREAM SOURCE_ADDR, over a Unix socket the isolation and the target, then its id | the subscription | the SOCKS port's answer; the ids are 0 then |
//! | stream to attach | STREAM id | its event | the attacher's deadline, then tor chooses |
//!
//! HSPOST, POSTDESCRIPTOR, MAPADDRESS, EXTENDCIRCUIT by itself, client authorisation and the
//! services of the configuration wait for nothing but their replies.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::call::Call;
use super::controller::{Controller, State};
use super::event::Event;
use super::event_queue::{EventQueue, Next};
use super::operation::Operation;
use super::queue::Capacity;
use super::request::Request;
use crate::error::{Cause, Error};
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

/// When to ask tor, because an event may not come.
#[derive(Debug)]
pub struct Pace {
    interval_ms: u64,
    longest_ms: u64,
    due: Deadline,
}

impl Pace {
    /// For who waits for events, and only in case that they do not come.
    pub fn beside_events() -> Pace {
        Pace::new(5_000, 5_000)
    }

    /// For who gets no events: often at first.
    pub fn instead_of_events() -> Pace {
        Pace::new(100, 2_000)
    }

    fn new(interval_ms: u64, longest_ms: u64) -> Pace {
        Pace {
            interval_ms,
            longest_ms,
            due: Deadline::after(Some(interval_ms)),
        }
    }

    /// Whether it is time to ask; if so, the next time is later.
    pub fn take_due(&mut self) -> bool {
        let is_due = self.due.is_over();
        if is_due {
            self.interval_ms = (2 * self.interval_ms).min(self.longest_ms);
            self.due = Deadline::after(Some(self.interval_ms));
        }
        is_due
    }
}

/// What [`Watch::next_or_ask`] found.
#[derive(Debug)]
pub enum Seen {
    /// An event; a gap as well.
    Event(Event),
    /// It is time to ask tor.
    Ask,
    /// The deadline has passed.
    Over,
}

/// Events from before an action on. What no wait takes is dropped with it.
#[derive(Debug)]
pub struct Watch {
    events: EventQueue,
    controller: Arc<Controller>,
}

impl Watch {
    /// Asks tor to send events of these kinds from now on.
    pub(crate) async fn new(
        controller: &Arc<Controller>,
        kinds: KindSet,
        capacity: Capacity,
        call: &Operation,
    ) -> Result<Watch, Error> {
        check_ready(controller, call).await?;
        Ok(Watch {
            events: EventQueue::of_connection(controller, kinds, capacity, call).await?,
            controller: Arc::clone(controller),
        })
    }

    /// The same for what goes on when tor is started anew, of which a GAP tells.
    async fn lasting(
        controller: &Arc<Controller>,
        kinds: KindSet,
        capacity: Capacity,
        call: &Operation,
    ) -> Result<Watch, Error> {
        check_ready(controller, call).await?;
        Ok(Watch {
            events: EventQueue::of_controller(controller, kinds, capacity, call).await?,
            controller: Arc::clone(controller),
        })
    }

    /// The same as [`Watch::new`], but that tor or a filter before it refuses the events is no failure:
    /// then none come, and the refusal is given as well.
    pub(crate) async fn if_allowed(
        controller: &Arc<Controller>,
        kinds: KindSet,
        capacity: Capacity,
        call: &Operation,
    ) -> Result<(Watch, Option<Error>), Error> {
        match Watch::new(controller, kinds, capacity, call).await {
            Ok(watch) => Ok((watch, None)),
            Err(refusal @ Error::Rejected { .. }) => {
                // The end is still to be learnt.
                let none = KindSet::default();
                let watch = Watch::new(controller, none, capacity, call).await?;
                Ok((watch, Some(refusal)))
            }
            Err(error) => Err(error),
        }
    }

    /// The same for one that goes on when tor is started anew.
    pub(crate) async fn lasting_if_allowed(
        controller: &Arc<Controller>,
        kinds: KindSet,
        capacity: Capacity,
        call: &Operation,
    ) -> Result<(Watch, Option<Error>), Error> {
        match Watch::lasting(controller, kinds, capacity, call).await {
            Ok(watch) => Ok((watch, None)),
            Err(refusal @ Error::Rejected { .. }) => {
                let none = KindSet::default();
                let watch = Watch::lasting(controller, none, capacity, call).await?;
                Ok((watch, Some(refusal)))
            }
            Err(error) => Err(error),
        }
    }

    /// The controller that is watched.
    pub fn controller(&self) -> &Arc<Controller> {
        &self.controller
    }

    /// Asks tor like [`Controller::request`], but not for longer than until the deadline.
    pub(crate) async fn request(
        &self,
        command: Command,
        call: &Operation,
        deadline: Deadline,
    ) -> Result<Reply, Error> {
        self.controller.ask_before(command, call, deadline.at).await
    }

    /// The same, and what came before the reply is dropped: it is not about this.
    pub(crate) async fn request_anew(
        &self,
        command: Command,
        call: &Operation,
        deadline: Deadline,
    ) -> Result<Reply, Error> {
        let queue = self.events.queue();
        let deadline = deadline.at;
        self.controller
            .ask_cutting(command, queue, call, deadline)
            .await
    }

    /// Begins the same, with others that follow.
    pub(crate) async fn start_anew(
        &self,
        command: Command,
        call: &Operation,
    ) -> Result<Request, Error> {
        Request::start_cutting(&self.controller, command, self.events.queue(), call).await
    }

    /// The next event, or that it is time to ask.
    pub(crate) async fn next_or_ask(
        &self,
        call: &Operation,
        deadline: Deadline,
        pace: &mut Pace,
    ) -> Result<Seen, Error> {
        if pace.take_due() {
            return Ok(Seen::Ask);
        }
        Ok(match self.next(call, deadline.or_sooner(pace.due)).await? {
            Some(event) => Seen::Event(event),
            None if deadline.is_over() => Seen::Over,
            None => {
                pace.take_due();
                Seen::Ask
            }
        })
    }

    /// The next event, or none when the deadline has passed.
    pub(crate) async fn next(
        &self,
        call: &Operation,
        deadline: Deadline,
    ) -> Result<Option<Event>, Error> {
        self.events
            .ended(self.events.next_event(call, deadline.at).await?)
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

/// Waits until the controller is ready, if the call says so; fails if it is not.
pub(crate) async fn check_ready(
    controller: &Arc<Controller>,
    call: &Operation,
) -> Result<(), Error> {
    controller.check_here()?;
    let timeout = controller.timeout_of(call.call());
    controller.until_ready_if_asked(call, &timeout).await?;
    match controller.state() {
        State::Ready => Ok(()),
        _ => Err(controller.unready()),
    }
}

impl EventQueue {
    /// The next event, waiting for it until the deadline, the end of the call or that of the
    /// connection. None when the deadline has passed.
    pub fn next_for(&self, call: &Arc<Call>, deadline: Deadline) -> Result<Option<Event>, Error> {
        self.ended(self.next(call, deadline.at)?)
    }

    /// The end of the queue is that of the connection.
    fn ended(&self, next: Next) -> Result<Option<Event>, Error> {
        match next {
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
    use crate::engine::scripted;
    use crate::proto::event::Kind;

    fn watch(controller: &Arc<Controller>) -> Watch {
        let kinds = KindSet::of(Kind::Signal);
        controller
            .wait_for(&Call::none(), async |call| {
                Watch::new(controller, kinds, Capacity::default(), call).await
            })
            .unwrap()
    }

    /// The first words of the events that are there.
    fn words(watch: &Watch) -> Vec<String> {
        let mut words = Vec::new();
        let mut look = |event: &Event| {
            let word = event.fields().arg(0).bytes();
            words.push(String::from_utf8_lossy(word).into_owned());
        };
        watch.catch_up(&mut look).unwrap();
        words
    }

    #[test]
    fn what_came_before_the_reply_is_not_about_the_question() {
        // In one segment: nothing but the order tells what the events are about.
        let controller = scripted::controller(|line| match line {
            "SIGNAL NEWNYM" => {
                "650 SIGNAL OLD\r\n250 OK\r\n650 SIGNAL NEW\r\n650 SIGNAL NEWER\r\n".to_string()
            }
            _ => "250 OK\r\n".to_string(),
        });
        let (call, never) = (Call::none(), Deadline::after(None));
        let command = || Command::raw(b"SIGNAL NEWNYM", None).unwrap();
        let (anew, other) = (watch(&controller), watch(&controller));
        anew.controller()
            .wait_for(&call, async |call| {
                anew.request_anew(command(), call, never).await
            })
            .unwrap();
        assert_eq!(words(&anew), ["NEW", "NEWER"]);
        // It is nobody else's question.
        assert_eq!(words(&other), ["OLD", "NEW", "NEWER"]);
        // The same reply to a request that does not say so.
        let request = async |call: &Operation| anew.request(command(), call, never).await;
        controller.wait_for(&call, request).unwrap();
        assert_eq!(words(&anew), ["OLD", "NEW", "NEWER"]);
        controller.close();
    }

    #[test]
    fn events_that_are_refused_are_no_failure_where_they_may_be() {
        let controller = scripted::controller(|line| match line {
            "SETEVENTS SIGNAL" => "510 Command filtered\r\n".to_string(),
            _ => "250 OK\r\n".to_string(),
        });
        let call = Call::none();
        let kinds = KindSet::of(Kind::Signal);
        let (watch, refusal) = controller
            .wait_for(&call, async |call| {
                Watch::if_allowed(&controller, kinds, Capacity::default(), call).await
            })
            .unwrap();
        assert_eq!(
            refusal.map(|error| error.to_string()).as_deref(),
            Some("a filter before tor refused SETEVENTS SIGNAL: 510 Command filtered")
        );
        let seen = watch.controller().wait_for(&call, async |call| {
            watch
                .next_or_ask(
                    call,
                    Deadline::after(Some(60_000)),
                    &mut Pace::instead_of_events(),
                )
                .await
        });
        assert!(matches!(seen, Ok(Seen::Ask)), "{seen:?}");
        let mut pace = Pace::beside_events();
        let seen = watch.controller().wait_for(&call, async |call| {
            watch
                .next_or_ask(call, Deadline::after(Some(0)), &mut pace)
                .await
        });
        assert!(matches!(seen, Ok(Seen::Over)), "{seen:?}");
        controller.close();
        let seen = watch.controller().wait_for(&call, async |call| {
            watch
                .next_or_ask(call, Deadline::after(None), &mut pace)
                .await
        });
        assert!(matches!(seen, Err(Error::Closed(_))), "{seen:?}");
    }

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
