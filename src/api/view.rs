//! A live view of circuits, streams and guards: always what there is, with what became of it.
//!
//! Whoever reads enters each event. What there was before is asked for, at the beginning and in each
//! new connection, and the answer takes its place between the events before and behind it. An event
//! that was too large to be taken in makes the view incomplete until it has asked anew, which the
//! next look at it begins.

use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};

use crate::engine::block::Block;
use crate::engine::controller::{Controller, State};
use crate::engine::conversation::Conversation;
use crate::engine::event::{indices, Event};
use crate::engine::operation::Operation;
use crate::engine::request::Request;
use crate::engine::subscriber::{Pressure, Subscriber};
use crate::engine::{lock, try_lock, Observer, ReadySignal};
use crate::error::{expect_ok, Error};
use crate::proto::command::info;
use crate::proto::event::{Kind, KindSet};
use crate::proto::info::EntryGuard;
use crate::proto::reply::Reply;
use table::Table;

mod objects;
mod table;

pub use objects::Change;
pub use table::Sort;

const KINDS: KindSet = KindSet(
    KindSet::of(Kind::Circ).0
        | KindSet::of(Kind::CircMinor).0
        | KindSet::of(Kind::Stream).0
        | KindSet::of(Kind::Guard).0,
);

/// See the module's comment.
#[derive(Debug)]
pub struct View {
    watcher: Arc<Watcher>,
    /// As a consumer of events.
    number: u64,
    controller: Arc<Controller>,
}

/// Something that changed.
#[derive(Debug)]
pub struct Changed {
    /// What it is.
    pub sort: Sort,
    /// What became of it.
    pub change: Change,
    /// The id of a circuit or stream.
    pub id: u64,
    /// The fingerprint of a guard.
    pub fingerprint: Vec<u8>,
    /// What a circuit or stream is now.
    pub event: Option<Event>,
}

/// What [`View::take_changes`] found.
#[derive(Debug)]
pub enum Changes {
    /// These, at least one.
    Some(Vec<Changed>),
    /// None since the last look.
    None,
    /// None, and none will come: the conversation is over.
    Ended,
}

#[derive(Debug)]
struct Watcher {
    conversation: Weak<Conversation>,
    this: Weak<Watcher>,
    inner: Mutex<Inner>,
    signal: ReadySignal,
}

#[derive(Debug, Default)]
struct Inner {
    table: Table,
    /// Answers whose place is here, before all events that come.
    answers: Vec<(Sort, Reply)>,
    /// Answers that are to come.
    awaited: usize,
    /// Events are missing, and nobody has asked since.
    is_stale: bool,
    is_ended: bool,
    /// The descriptor is to be readable.
    is_signalled: bool,
}

impl Inner {
    /// Takes in the answers that have come.
    fn settle(&mut self) {
        for (sort, reply) in std::mem::take(&mut self.answers) {
            if self.table.take_all(sort, reply).is_err() {
                self.table.is_cut = true;
            }
        }
    }

    /// Whether somebody is to look.
    fn is_ready(&self) -> bool {
        let has_news = self.table.has_changes() || !self.answers.is_empty();
        has_news || self.is_stale || self.is_ended
    }
}

impl Subscriber for Watcher {
    fn has_consumer(&self) -> bool {
        true
    }

    fn publish(&self, block: &Arc<Block>) -> Pressure {
        if block.touches(KINDS) {
            self.change(|inner| {
                inner.settle();
                for (index, span) in indices(block, 0..block.len(), KINDS) {
                    let unix_us = block.stamp(index).unix_us;
                    inner.table.take(span.kind, block.raw(index), unix_us);
                }
            });
        }
        Pressure::None
    }

    fn publish_own(&self, block: &Arc<Block>) {
        if !block.touches(KindSet::of(Kind::State)) {
            return;
        }
        let event = Event::new(Arc::clone(block), 0);
        let state = event.fields().arg(0).bytes();
        if state == State::Ready.word().as_bytes() {
            self.ask_anew();
        }
    }

    fn disconnect(&self) {
        self.change(|inner| inner.is_stale = true);
    }

    fn publish_lost(&self, kind: Kind, _size_bytes: usize) {
        if KINDS.has(kind) {
            self.change(|inner| inner.is_stale = true);
        }
    }

    fn end(&self) {
        self.change(|inner| inner.is_ended = true);
    }

    fn give_back_copy(&self) {
        if let Some(mut inner) = try_lock(&self.inner) {
            *inner = Inner::default();
        }
    }
}

impl Watcher {
    /// Changes what is there, and the descriptor if somebody is to look.
    fn change<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        let (result, is_changed) = {
            let mut inner = lock(&self.inner);
            let result = change(&mut inner);
            let is_ready = inner.is_ready();
            (
                result,
                std::mem::replace(&mut inner.is_signalled, is_ready) != is_ready,
            )
        };
        if is_changed {
            self.signal.match_to(|| lock(&self.inner).is_signalled);
        }
        result
    }

    /// The answers to all questions, which are awaited from now on.
    fn answers(&self) -> [Box<Answer>; 3] {
        self.change(|inner| {
            inner.is_stale = false;
            inner.table.is_cut = false;
            inner.awaited += Sort::ALL.len();
        });
        Sort::ALL.map(|sort| {
            Box::new(Answer {
                watcher: Weak::clone(&self.this),
                sort,
                is_over: AtomicBool::new(false),
            })
        })
    }

    /// Asks tor what there is, and does not wait for it.
    fn ask_anew(&self) {
        let Some(conversation) = self.conversation.upgrade() else {
            return;
        };
        for answer in self.answers() {
            let asked = info::get_info(&[answer.sort.key()]).map_err(Error::from);
            if asked
                .and_then(|it| conversation.ask_for(it, answer))
                .is_err()
            {
                // It is asked again in the next connection.
                return;
            }
        }
    }
}

/// An answer that is to come.
#[derive(Debug)]
struct Answer {
    watcher: Weak<Watcher>,
    sort: Sort,
    /// It has come, or will not.
    is_over: AtomicBool,
}

impl Answer {
    fn end(&self, reply: Option<Reply>) {
        let is_over = self.is_over.swap(true, Ordering::Relaxed);
        if let Some(watcher) = self.watcher.upgrade().filter(|_| !is_over) {
            watcher.change(|inner| {
                inner.awaited -= 1;
                match reply {
                    // Its place is kept, and the work done where nobody waits for the lock.
                    Some(reply) => inner.answers.push((self.sort, reply)),
                    None => inner.table.is_cut = true,
                }
            });
        }
    }
}

impl Observer for Answer {
    fn observe(&self, outcome: Result<Reply, Error>) -> Result<Reply, Error> {
        match outcome {
            Ok(reply) if reply.is_ok() => {
                self.end(Some(reply));
                Ok(Reply::new(b"250 OK\r\n".to_vec()))
            }
            outcome => {
                self.end(None);
                outcome
            }
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        let conversation = self.watcher.upgrade().map(|it| it.conversation.upgrade());
        // In a forked child a thread that is not there may hold the lock.
        if conversation.flatten().is_some_and(|it| it.is_here()) {
            self.end(None);
        }
    }
}

impl View {
    /// A view of what there is at this controller. If that is connected, it is complete when this
    /// returns.
    pub async fn new(controller: &Arc<Controller>, call: &Operation) -> Result<View, Error> {
        controller.check_here()?;
        let signal = ReadySignal::shown("no descriptor for the view")?;
        let watcher = Arc::new_cyclic(|this| Watcher {
            conversation: Arc::downgrade(controller),
            this: Weak::clone(this),
            inner: Mutex::default(),
            signal,
        });
        controller.add_subscriber(&watcher)?;
        // Dropped on failure, which takes the watcher out again.
        let view = View {
            watcher,
            number: controller.new_consumer(),
            controller: Arc::clone(controller),
        };
        controller.subscribe_kinds(view.number, KINDS, call).await?;
        if controller.state() == State::Ready {
            let mut begun = Vec::new();
            for answer in view.watcher.answers() {
                let command = info::get_info(&[answer.sort.key()])?;
                begun.push(Request::start_observed(controller, command, answer, call).await?);
            }
            for request in begun {
                expect_ok(request.answer(call).await?)?;
            }
        }
        Ok(view)
    }

    /// Whether this process made it.
    pub fn check_here(&self) -> Result<(), Error> {
        self.controller.check_here()
    }

    /// The descriptor to poll: readable while there may be changes or the conversation is over.
    pub fn fd(&self) -> BorrowedFd<'_> {
        if !self.controller.is_here() {
            self.watcher.signal.set_copy();
        }
        self.watcher.signal.fd()
    }

    /// Looks at what is there, as one moment. Begins to ask anew if events are missing.
    fn look<T>(&self, look: impl FnOnce(&mut Inner) -> T) -> Result<T, Error> {
        self.check_here()?;
        self.controller.look();
        let is_stale = lock(&self.watcher.inner).is_stale;
        if is_stale && self.controller.state() == State::Ready {
            self.watcher.ask_anew();
        }
        Ok(self.watcher.change(|inner| {
            inner.settle();
            // There is nothing to be done about it before there is a connection.
            inner.is_stale = false;
            look(inner)
        }))
    }

    /// What changed since this was last called.
    pub fn take_changes(&self) -> Result<Changes, Error> {
        self.look(|inner| {
            let table = &mut inner.table;
            let mut all = Vec::new();
            for (sort, kind) in [(Sort::Circuit, Kind::Circ), (Sort::Stream, Kind::Stream)] {
                let objects = match sort {
                    Sort::Circuit => &mut table.circuits,
                    _ => &mut table.streams,
                };
                for (id, change) in objects.take_changes() {
                    let line = objects.get(&id);
                    all.push(Changed {
                        sort,
                        change,
                        id,
                        fingerprint: Vec::new(),
                        event: line.map(|it| Event::of_raw(kind, it.to_vec())),
                    });
                }
            }
            for (fingerprint, change) in table.guards.take_changes() {
                all.push(Changed {
                    sort: Sort::Guard,
                    change,
                    id: 0,
                    fingerprint: fingerprint.to_vec(),
                    event: None,
                });
            }
            match (all.is_empty(), inner.is_ended) {
                (false, _) => Changes::Some(all),
                (true, true) => Changes::Ended,
                (true, false) => Changes::None,
            }
        })
    }

    /// The circuits, as CIRC events.
    pub fn circuits(&self) -> Result<Vec<Event>, Error> {
        self.look(|inner| events(Kind::Circ, inner.table.circuits.all().values()))
    }

    /// The streams, as STREAM events.
    pub fn streams(&self) -> Result<Vec<Event>, Error> {
        self.look(|inner| events(Kind::Stream, inner.table.streams.all().values()))
    }

    /// The guards.
    pub fn guards(&self) -> Result<Vec<EntryGuard>, Error> {
        self.look(|inner| inner.table.guards.all().values().cloned().collect())
    }

    /// A circuit.
    pub fn circuit(&self, id: u64) -> Result<Event, Error> {
        let found = self.look(|inner| {
            let line = inner.table.circuits.get(&id);
            line.map(|it| Event::of_raw(Kind::Circ, it.to_vec()))
        })?;
        found.ok_or_else(|| Error::NotFound(format!("there is no circuit {id}")))
    }

    /// A stream.
    pub fn stream(&self, id: u64) -> Result<Event, Error> {
        let found = self.look(|inner| {
            let line = inner.table.streams.get(&id);
            line.map(|it| Event::of_raw(Kind::Stream, it.to_vec()))
        })?;
        found.ok_or_else(|| Error::NotFound(format!("there is no stream {id}")))
    }

    /// How many there are of a sort.
    pub fn count(&self, sort: Sort) -> Result<usize, Error> {
        self.look(|inner| match sort {
            Sort::Circuit => inner.table.circuits.all().len(),
            Sort::Stream => inner.table.streams.all().len(),
            Sort::Guard => inner.table.guards.all().len(),
        })
    }

    /// Whether nothing is missing.
    pub fn is_complete(&self) -> Result<bool, Error> {
        let is_ready = self.controller.current_state() == State::Ready;
        self.look(|inner| is_ready && inner.awaited == 0 && !inner.table.is_cut)
    }
}

fn events<'a>(kind: Kind, lines: impl Iterator<Item = &'a Box<[u8]>>) -> Vec<Event> {
    lines.map(|it| Event::of_raw(kind, it.to_vec())).collect()
}

impl Drop for View {
    fn drop(&mut self) {
        if !self.controller.is_here() {
            self.watcher.give_back_copy();
            self.watcher.signal.close_copy();
            return;
        }
        self.controller.remove_subscriber(&self.watcher);
        self.controller.unsubscribe_kinds(self.number);
    }
}

#[cfg(test)]
mod tests;
