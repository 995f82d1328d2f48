//! Which events tor is asked for: the union of what all queues and listeners want.
//!
//! Changes reach tor one after the other, each before the call that made it returns: whoever asks
//! tor has the turn, and others wait for it no longer than for anything else. What only takes
//! something back waits for nobody; whoever has the turn tells tor.

use std::sync::{Arc, Mutex};

use super::call::Call;
use super::controller::{Controller, State};
use super::error::{expect_ok, Error};
use super::park::{lock, Parker};
use super::queue::Queue;
use super::request::{Patience, Request, Write};
use crate::proto::command::info::set_events;
use crate::proto::encode::{ArgumentError, Command};
use crate::proto::event::{Kind, KindSet};
use crate::proto::reply::Reply;

/// What the library makes itself and tor is not asked for.
const OWN: KindSet = KindSet(KindSet::of(Kind::State).0 | KindSet::of(Kind::Gap).0 | 1);

/// See the module's comment. No lock is held while tor is asked.
#[derive(Debug, Default)]
pub(crate) struct Subscriptions {
    wants: Mutex<Wants>,
}

#[derive(Debug)]
struct Wants {
    queues: Vec<(Arc<Queue>, KindSet)>,
    /// By their numbers.
    listeners: Vec<(u64, KindSet)>,
    /// Kinds that this version does not know.
    names: Vec<String>,
    /// What tor was last asked for. None if nobody knows, because its answer did not come in time.
    asked: Option<Asked>,
    /// Somebody has the turn.
    is_asking: bool,
    /// Who waits for the turn.
    waiting: Vec<Arc<Parker>>,
}

#[derive(Debug, Default, PartialEq, Clone)]
struct Asked {
    kinds: KindSet,
    names: Vec<String>,
}

impl Default for Wants {
    fn default() -> Wants {
        Wants {
            queues: Vec::new(),
            listeners: Vec::new(),
            names: Vec::new(),
            asked: Some(Asked::default()),
            is_asking: false,
            waiting: Vec::new(),
        }
    }
}

impl Wants {
    fn union(&self) -> Asked {
        let queues = self.queues.iter().map(|(_, kinds)| *kinds);
        let all = queues.fold(self.of_listeners(), KindSet::union);
        Asked {
            kinds: KindSet(all.0 & !OWN.0),
            names: self.names.clone(),
        }
    }

    fn of_listeners(&self) -> KindSet {
        let all = self.listeners.iter().map(|(_, kinds)| *kinds);
        all.fold(KindSet::default(), KindSet::union)
    }

    /// Takes the turn, or has the thread behind `parker` woken when it is free.
    fn take_turn(&mut self, parker: &Arc<Parker>) -> bool {
        if !self.is_asking {
            self.is_asking = true;
            return true;
        }
        if !self.waiting.iter().any(|other| Arc::ptr_eq(other, parker)) {
            self.waiting.push(Arc::clone(parker));
        }
        false
    }
}

impl Asked {
    fn command(&self) -> Result<Command, ArgumentError> {
        set_events(self.kinds, &self.names)
    }
}

impl Controller {
    /// Has the queue get the events of these kinds, if tor agrees; nothing changes if not.
    pub(crate) fn subscribe(
        self: &Arc<Self>,
        queue: &Arc<Queue>,
        kinds: KindSet,
        call: &Arc<Call>,
    ) -> Result<(), Error> {
        let patience = Patience::of(self, call);
        let turn = self.take_turn(call, &patience)?;
        {
            let mut wants = lock(&self.subscriptions.wants);
            wants.queues.push((Arc::clone(queue), kinds));
            // Before tor is asked: what comes at once is wanted already.
            queue.set_kinds(kinds);
        }
        let asked = turn.ask(call, &patience);
        if asked.is_err() {
            self.forget(queue);
        }
        asked
    }

    fn forget(&self, queue: &Arc<Queue>) {
        let mut wants = lock(&self.subscriptions.wants);
        wants.queues.retain(|(other, _)| !Arc::ptr_eq(other, queue));
        queue.set_kinds(KindSet::default());
    }

    /// Has the queue get nothing any more. tor is told, and nobody waits for its answer: what it
    /// still sends has nowhere to go.
    pub(crate) fn unsubscribe(self: &Arc<Self>, queue: &Arc<Queue>) {
        self.forget(queue);
        self.tell();
    }

    /// Has the listener's queue get the events of these kinds too, if tor agrees; nothing changes
    /// if not.
    pub(crate) fn subscribe_listener(
        self: &Arc<Self>,
        queue: &Queue,
        id: u64,
        kinds: KindSet,
        call: &Arc<Call>,
    ) -> Result<(), Error> {
        let patience = Patience::of(self, call);
        let turn = self.take_turn(call, &patience)?;
        {
            let mut wants = lock(&self.subscriptions.wants);
            wants.listeners.push((id, kinds));
            queue.set_kinds(wants.of_listeners());
        }
        let asked = turn.ask(call, &patience);
        if asked.is_err() {
            self.forget_listener(queue, id);
        }
        asked
    }

    fn forget_listener(&self, queue: &Queue, id: u64) {
        let mut wants = lock(&self.subscriptions.wants);
        wants.listeners.retain(|(other, _)| *other != id);
        queue.set_kinds(wants.of_listeners());
    }

    /// Takes back what a listener that is gone had wanted. tor is told, and nobody waits for its answer.
    pub(crate) fn drop_listener(self: &Arc<Self>, queue: &Queue, id: u64) {
        self.forget_listener(queue, id);
        self.tell();
    }

    /// Takes back what a listener that is gone had wanted, and has tor say so if it does in time.
    pub(crate) fn unsubscribe_listener(self: &Arc<Self>, queue: &Queue, id: u64, call: &Arc<Call>) {
        self.forget_listener(queue, id);
        let patience = Patience::of(self, call);
        match self.take_turn(call, &patience) {
            // What is left to tell after a failure, the turn tells when it ends.
            Ok(turn) => drop(turn.ask(call, &patience)),
            Err(_) => self.tell(),
        }
    }

    /// Also asks for events of a kind that this version does not know; they come as kind unknown.
    pub fn subscribe_name(self: &Arc<Self>, name: &str, call: &Arc<Call>) -> Result<(), Error> {
        let patience = Patience::of(self, call);
        let turn = self.take_turn(call, &patience)?;
        {
            let mut wants = lock(&self.subscriptions.wants);
            if wants.names.iter().any(|other| other == name) {
                return Ok(());
            }
            wants.names.push(name.to_string());
        }
        let asked = turn.ask(call, &patience);
        if asked.is_err() {
            lock(&self.subscriptions.wants).names.pop();
        }
        asked
    }

    /// Waits until nobody else asks tor.
    fn take_turn(
        self: &Arc<Self>,
        call: &Arc<Call>,
        patience: &Patience,
    ) -> Result<Turn<'_>, Error> {
        self.check_here()?;
        if call.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let parker = Arc::default();
        let take = || lock(&self.subscriptions.wants).take_turn(&parker);
        let mut has_turn = take();
        if !has_turn {
            // A controller that closes fails the request of whoever has the turn.
            let is_done = &mut || {
                has_turn = has_turn || take();
                has_turn || call.is_cancelled()
            };
            self.wait_until(&parker, call, patience.deadline, is_done);
        }
        if has_turn {
            return Ok(Turn { controller: self });
        }
        let mut wants = lock(&self.subscriptions.wants);
        wants.waiting.retain(|other| !Arc::ptr_eq(other, &parker));
        Err(match call.is_cancelled() {
            true => Error::Cancelled,
            false => patience.timeout(),
        })
    }

    /// Tells tor what is wanted now, unless somebody has the turn, who will.
    fn tell(self: &Arc<Self>) {
        if !self.is_here() {
            return;
        }
        let mut wants = lock(&self.subscriptions.wants);
        if !wants.is_asking {
            self.tell_now(&mut wants);
        }
    }

    /// Never more than tor has agreed to before, so its answer is not waited for.
    fn tell_now(self: &Arc<Self>, wants: &mut Wants) {
        let union = wants.union();
        if self.state() == State::Ready && wants.asked.as_ref() != Some(&union) {
            let command = union.command();
            if command.is_ok_and(|command| self.send_only(command).is_ok()) {
                wants.asked = Some(union);
            }
        }
    }

    /// The last step of connecting: asks for all that is wanted, and is ready.
    pub(crate) fn finish_login(
        self: &Arc<Self>,
        request: &dyn Fn(Command) -> Result<Reply, Error>,
        call: &Arc<Call>,
        patience: &Patience,
    ) -> Result<(), Error> {
        let turn = self.take_turn(call, patience)?;
        let union = lock(&self.subscriptions.wants).union();
        if union != Asked::default() {
            request(union.command()?)?;
        }
        lock(&self.subscriptions.wants).asked = Some(union);
        let ready = self.become_ready();
        // A subscription from now on asks by itself, and what was taken back meanwhile is told.
        drop(turn);
        ready
    }
}

/// The right to ask tor. When it ends, tor is told what is still to be told.
struct Turn<'a> {
    controller: &'a Arc<Controller>,
}

impl Turn<'_> {
    /// Sends SETEVENTS if what is wanted is not what tor was last asked for.
    fn ask(&self, call: &Arc<Call>, patience: &Patience) -> Result<(), Error> {
        let controller = self.controller;
        let (union, before) = {
            let mut wants = lock(&controller.subscriptions.wants);
            let union = wants.union();
            if controller.state() != State::Ready || wants.asked.as_ref() == Some(&union) {
                // Not connected: `finish_login` asks.
                return match controller.closed_cause() {
                    Some(cause) => Err(Error::Closed(cause)),
                    None => Ok(()),
                };
            }
            (union, wants.asked.take())
        };
        let command = union.command()?;
        let call = Arc::clone(call);
        let request = Request::begin_before(controller, command, call, Write::Now, *patience);
        let asked = request.and_then(|request| expect_ok(request.wait()?));
        let mut wants = lock(&controller.subscriptions.wants);
        match &asked {
            Ok(_) => wants.asked = Some(union),
            Err(Error::Rejected { .. }) => wants.asked = before,
            // tor may have done it all the same.
            Err(_) => {}
        }
        asked.map(|_| ())
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if !self.controller.is_here() {
            return;
        }
        let mut wants = lock(&self.controller.subscriptions.wants);
        self.controller.tell_now(&mut wants);
        wants.is_asking = false;
        for parker in wants.waiting.drain(..) {
            parker.wake();
        }
    }
}
