//! Which events tor is asked for: the union of what all queues and listeners want.

use std::sync::{Arc, Mutex};

use super::call::Call;
use super::controller::{Controller, State};
use super::error::{expect_ok, Error};
use super::park::lock;
use super::queue::Queue;
use crate::proto::command::info::set_events;
use crate::proto::encode::Command;
use crate::proto::event::{Kind, KindSet};
use crate::proto::reply::Reply;

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
        call: &Arc<Call>,
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

    /// Has the queue get nothing any more. tor is told, and nobody waits for its answer: what it
    /// still sends has nowhere to go.
    pub(crate) fn unsubscribe(self: &Arc<Self>, queue: &Arc<Queue>) {
        let mut wants = lock(&self.subscriptions.wants);
        wants.queues.retain(|(other, _)| !Arc::ptr_eq(other, queue));
        let union = wants.union();
        if self.state() == State::Ready && union != wants.asked {
            let names: Vec<&str> = union.names.iter().map(String::as_str).collect();
            let command = set_events(union.kinds, &names);
            if command.is_ok_and(|command| self.send_only(command).is_ok()) {
                wants.asked = union;
            }
        }
    }

    /// Also asks for events of a kind that this version does not know; they come as kind unknown.
    pub fn subscribe_name(self: &Arc<Self>, name: &str, call: &Arc<Call>) -> Result<(), Error> {
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
    fn ask(self: &Arc<Self>, wants: &mut Wants, call: &Arc<Call>) -> Result<(), Error> {
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
        expect_ok(self.request(command, call)?)?;
        wants.asked = union;
        Ok(())
    }

    /// The last step of connecting: asks for all that is wanted, and is ready.
    pub(crate) fn finish_login(
        self: &Arc<Self>,
        request: &dyn Fn(Command) -> Result<Reply, Error>,
    ) -> Result<(), Error> {
        let mut wants = lock(&self.subscriptions.wants);
        let union = wants.union();
        if union != Asked::default() {
            let names: Vec<&str> = union.names.iter().map(String::as_str).collect();
            request(set_events(union.kinds, &names)?)?;
        }
        wants.asked = union;
        // Under the lock: a subscription from now on asks by itself.
        self.become_ready()
    }
}
