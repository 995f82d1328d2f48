//! Which events tor is asked for: the union of what all queues and listeners want.
//!
//! Changes reach tor one after the other, each before the call that made it returns: whoever asks
//! tor has the turn, and others wait for it no longer than for anything else. What only takes
//! something back waits for nobody; whoever has the turn tells tor.

use std::sync::{Arc, Mutex};

use super::block::Block;
use super::call::Call;
use super::controller::{Controller, State};
use super::park::{lock, Parker};
use super::queue::Queue;
use super::request::{Patience, Request, Write};
use crate::error::{expect_ok, Error};
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
    /// Locked behind `wants`, and where events are read, with nothing locked behind it.
    names: Mutex<Names>,
}

/// The names of kinds that this version does not know, each with a bit in a [`KindSet`]. A name
/// keeps its bit also when nobody wants it any more: an event of it may still wait in a queue.
#[derive(Clone, Debug, Default)]
struct Names(Vec<String>);

/// The longest name. tor's longest of today has 18 letters.
const MAX_NAME: usize = 64;

/// Whether this can be the name of a kind.
pub(crate) fn check_name(name: &[u8]) -> Result<(), Error> {
    let is_in_order = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    if (1..=MAX_NAME).contains(&name.len()) && name.iter().all(is_in_order) {
        return Ok(());
    }
    Err(Error::Invalid(format!(
        "name is not the name of a kind of event: 1 to {MAX_NAME} letters, digits and _ make one"
    )))
}

/// A name of a kind as a set.
struct Named {
    kinds: KindSet,
    /// It has its bit only now.
    is_new: bool,
}

impl Names {
    fn find(&self, name: &[u8]) -> Option<u8> {
        let mut names = self.0.iter();
        let index = names.position(|own| own.as_bytes().eq_ignore_ascii_case(name))?;
        Some(KindSet::bit_of_name(index))
    }

    /// The bit of a kind that this version knows, or of the name.
    fn find_or_add(&mut self, name: &[u8]) -> Result<Named, Error> {
        check_name(name)?;
        let name = name.to_ascii_uppercase();
        let bit = match Kind::from_word(&name) {
            Kind::Unknown => self.find(&name),
            kind => Some(kind as u8),
        };
        if let Some(bit) = bit {
            return Ok(Named {
                kinds: KindSet::of_bit(bit),
                is_new: false,
            });
        }
        if self.0.len() == KindSet::MAX_NAMES {
            let max = KindSet::MAX_NAMES;
            let message = format!("the controller has {max} names of unknown kinds already");
            return Err(Error::State(message));
        }
        let bit = KindSet::bit_of_name(self.0.len());
        self.0.push(String::from_utf8_lossy(&name).into_owned());
        Ok(Named {
            kinds: KindSet::of_bit(bit),
            is_new: true,
        })
    }

    /// Takes back what [`Names::find_or_add`] did, if it was the last to do anything.
    fn remove(&mut self, named: &Named) {
        if named.is_new {
            self.0.pop();
        }
    }

    fn of(&self, kinds: KindSet) -> Vec<&str> {
        let names = kinds.names().filter_map(|index| self.0.get(index));
        names.map(String::as_str).collect()
    }
}

#[derive(Debug)]
struct Wants {
    /// One that got a name later is in it once more.
    queues: Vec<(Arc<Queue>, KindSet)>,
    /// By their numbers, likewise.
    listeners: Vec<(u64, KindSet)>,
    /// What tor was last asked for. None if nobody knows, because its answer did not come in time.
    asked: Option<KindSet>,
    /// Somebody has the turn.
    is_asking: bool,
    /// Who waits for the turn.
    waiting: Vec<Arc<Parker>>,
}

impl Default for Wants {
    fn default() -> Wants {
        Wants {
            queues: Vec::new(),
            listeners: Vec::new(),
            asked: Some(KindSet::default()),
            is_asking: false,
            waiting: Vec::new(),
        }
    }
}

impl Wants {
    fn union(&self) -> KindSet {
        let queues = self.queues.iter().map(|(_, kinds)| *kinds);
        let all = queues.fold(self.of_listeners(), KindSet::union);
        all.without(OWN)
    }

    fn of_queue(&self, queue: &Arc<Queue>) -> KindSet {
        let own = self.queues.iter().filter(|(it, _)| Arc::ptr_eq(it, queue));
        own.fold(KindSet::default(), |all, (_, kinds)| all.union(*kinds))
    }

    fn of_listener(&self, id: u64) -> KindSet {
        let own = self.listeners.iter().filter(|(it, _)| *it == id);
        own.fold(KindSet::default(), |all, (_, kinds)| all.union(*kinds))
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

impl Subscriptions {
    fn command(&self, union: KindSet) -> Result<Command, ArgumentError> {
        let names = lock(&self.names);
        set_events(union, &names.of(union))
    }

    /// Marks the events in the block that somebody asked for by name.
    #[cold]
    pub(crate) fn mark_names(&self, block: &mut Block) {
        // Not held while marking: a block may be large.
        let names = lock(&self.names).clone();
        if !names.0.is_empty() {
            block.mark_names(|name| names.find(name));
        }
    }
}

impl Controller {
    /// Subscribes the queue to these kinds, if tor agrees; nothing changes if not.
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
            // Before tor is asked: what comes immediately is wanted already.
            queue.set_kinds(kinds);
        }
        let asked = turn.ask(call, &patience);
        if asked.is_err() {
            self.forget(queue);
        }
        asked
    }

    /// Subscribes the queue to the events with this name too, if tor agrees; nothing changes if
    /// not. They come as events of the kind that has the name, or of an unknown one.
    pub(crate) fn subscribe_name(
        self: &Arc<Self>,
        queue: &Arc<Queue>,
        name: &[u8],
        call: &Arc<Call>,
    ) -> Result<(), Error> {
        self.ask_for_name(name, call, &|wants, kinds| {
            match kinds {
                Some(kinds) => wants.queues.push((Arc::clone(queue), kinds)),
                None => drop_last(&mut wants.queues, |it| Arc::ptr_eq(it, queue)),
            }
            queue.set_kinds(wants.of_queue(queue));
        })
    }

    /// The same for a listener. `widen` is called with all that the listener wants.
    pub(crate) fn subscribe_listener_name(
        self: &Arc<Self>,
        queue: &Queue,
        id: u64,
        widen: &dyn Fn(KindSet),
        name: &[u8],
        call: &Arc<Call>,
    ) -> Result<(), Error> {
        self.ask_for_name(name, call, &|wants, kinds| {
            match kinds {
                Some(kinds) => wants.listeners.push((id, kinds)),
                None => drop_last(&mut wants.listeners, |it| *it == id),
            }
            widen(wants.of_listener(id));
            queue.set_kinds(wants.of_listeners());
        })
    }

    /// Notes by `change` that the name is wanted, and asks tor; `change` without a set clears that.
    fn ask_for_name(
        self: &Arc<Self>,
        name: &[u8],
        call: &Arc<Call>,
        change: &dyn Fn(&mut Wants, Option<KindSet>),
    ) -> Result<(), Error> {
        let patience = Patience::of(self, call);
        let turn = self.take_turn(call, &patience)?;
        let named = lock(&self.subscriptions.names).find_or_add(name)?;
        change(&mut lock(&self.subscriptions.wants), Some(named.kinds));
        let asked = turn.ask(call, &patience);
        if let Err(error) = &asked {
            change(&mut lock(&self.subscriptions.wants), None);
            // Otherwise tor may send events of it all the same.
            if matches!(error, Error::Rejected { .. }) {
                lock(&self.subscriptions.names).remove(&named);
            }
        }
        asked
    }

    fn forget(&self, queue: &Arc<Queue>) {
        let mut wants = lock(&self.subscriptions.wants);
        wants.queues.retain(|(other, _)| !Arc::ptr_eq(other, queue));
        queue.set_kinds(KindSet::default());
    }

    /// Ends the subscription of the queue. tor is told, and nobody waits for its answer: what it
    /// still sends has nowhere to go.
    pub(crate) fn unsubscribe(self: &Arc<Self>, queue: &Arc<Queue>) {
        self.forget(queue);
        self.tell();
    }

    /// Subscribes the listener's queue to these kinds too, if tor agrees; nothing changes
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

    /// Takes back what a listener that is gone had wanted. tor is told, and nobody waits for its
    /// answer.
    pub(crate) fn drop_listener(self: &Arc<Self>, queue: &Queue, id: u64) {
        self.forget_listener(queue, id);
        self.tell();
    }

    /// Unsubscribes from what a listener that is gone had wanted, and waits a while for tor to
    /// agree.
    pub(crate) fn unsubscribe_listener(self: &Arc<Self>, queue: &Queue, id: u64, call: &Arc<Call>) {
        self.forget_listener(queue, id);
        let patience = Patience::of(self, call);
        match self.take_turn(call, &patience) {
            // What is left to tell after a failure, the turn tells when it ends.
            Ok(turn) => drop(turn.ask(call, &patience)),
            Err(_) => self.tell(),
        }
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
            let command = self.subscriptions.command(union);
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
        if union != KindSet::default() {
            request(self.subscriptions.command(union)?)?;
        }
        lock(&self.subscriptions.wants).asked = Some(union);
        let ready = self.become_ready();
        // A subscription from now on asks by itself, and what was withdrawn meanwhile is told.
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
        let command = controller.subscriptions.command(union)?;
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

/// Removes the entry of this one that was added last.
fn drop_last<T>(list: &mut Vec<(T, KindSet)>, is_it: impl Fn(&T) -> bool) {
    if let Some(index) = list.iter().rposition(|(it, _)| is_it(it)) {
        list.remove(index);
    }
}

#[cfg(test)]
mod tests {
    use super::super::queue::Capacity;
    use super::*;

    fn kinds(names: &mut Names, name: &str) -> KindSet {
        names.find_or_add(name.as_bytes()).unwrap().kinds
    }

    #[test]
    fn a_name_is_a_known_kind_or_has_a_bit() {
        let mut names = Names::default();
        let new = kinds(&mut names, "NEW_KIND");
        assert!(new.meets(KindSet::NAMED));
        assert_eq!(kinds(&mut names, "new_kind"), new);
        assert_eq!(kinds(&mut names, "circ"), KindSet::of(Kind::Circ));
        assert_eq!(names.find(b"NEW_KIND"), Some(KindSet::bit_of_name(0)));
        assert_eq!(names.find(b"NEW_KIN"), None);
        let other = names.find_or_add(b"OTHER").unwrap();
        assert_eq!(names.of(new.union(other.kinds)), ["NEW_KIND", "OTHER"]);
        names.remove(&other);
        let known = names.find_or_add(b"NEW_KIND").unwrap();
        names.remove(&known);
        assert_eq!(names.0, ["NEW_KIND"]);
        for name in ["", "A B", "A\rB", "A\n", "A-B", "\u{e4}", &"A".repeat(65)] {
            assert!(matches!(
                names.find_or_add(name.as_bytes()),
                Err(Error::Invalid(_))
            ));
        }
        for number in 1..KindSet::MAX_NAMES {
            kinds(&mut names, &format!("NEW_{number}"));
        }
        assert!(matches!(
            names.find_or_add(b"ONE_MORE"),
            Err(Error::State(_))
        ));
        assert_eq!(kinds(&mut names, "NEW_KIND"), new);
    }

    #[test]
    fn the_union_has_what_somebody_asked_for_and_no_more() {
        let subscriptions = Subscriptions::default();
        let mut wants = lock(&subscriptions.wants);
        let new_queue = || Arc::new(Queue::new(KindSet::default(), Capacity::default(), None));
        let (first, second) = (new_queue(), new_queue());
        let (a, b) = {
            let mut names = lock(&subscriptions.names);
            (kinds(&mut names, "A"), kinds(&mut names, "B"))
        };
        let asked = |wants: &Wants| {
            let command = subscriptions.command(wants.union()).unwrap();
            String::from_utf8(command.as_bytes().to_vec()).unwrap()
        };
        // Who wants the unknown asks tor for nothing.
        wants.queues.push((Arc::clone(&first), KindSet(1)));
        assert_eq!(asked(&wants), "SETEVENTS\r\n");
        wants.queues.push((Arc::clone(&first), a));
        wants
            .queues
            .push((Arc::clone(&second), KindSet::of(Kind::Bw)));
        wants.queues.push((Arc::clone(&second), a));
        wants.listeners.push((7, b));
        assert_eq!(asked(&wants), "SETEVENTS BW A B\r\n");
        assert_eq!(wants.of_queue(&second), KindSet::of(Kind::Bw).union(a));
        assert_eq!(wants.of_listener(7), b);
        assert_eq!(wants.of_listener(8), KindSet::default());
        drop_last(&mut wants.listeners, |id| *id == 7);
        assert_eq!(asked(&wants), "SETEVENTS BW A\r\n");
        drop_last(&mut wants.queues, |queue| Arc::ptr_eq(queue, &second));
        assert_eq!(asked(&wants), "SETEVENTS BW A\r\n", "the first has it, too");
        drop_last(&mut wants.queues, |queue| Arc::ptr_eq(queue, &first));
        assert_eq!(asked(&wants), "SETEVENTS BW\r\n");
    }
}
