//! Which events are wanted, and what tor was told of it: SETEVENTS with the union of all wishes.
//!
//! Changes reach tor one after the other, so that a refusal is about one of them: the first in the
//! list is what tor is being asked, the others wait for its answer. What only takes something back
//! waits for nobody; tor is told as soon as no change is under way.

use std::collections::VecDeque;

use super::names::Names;
use super::pending::Ticket;
use crate::error::Error;
use crate::proto::command::info::set_events;
use crate::proto::encode::Command;
use crate::proto::event::{Kind, KindSet};
use crate::proto::reply::Reply;
use crate::proto::tor_text::TorText;

/// What HEALTH is made of: tor is asked for it as long as somebody wants HEALTH.
pub(crate) const HEALTH_NEEDS: KindSet = KindSet(
    KindSet::of(Kind::StatusGeneral).0
        | KindSet::of(Kind::StatusClient).0
        | KindSet::of(Kind::Guard).0
        | KindSet::of(Kind::Signal).0
        | KindSet::of(Kind::ConfChanged).0
        | KindSet::of(Kind::HsDesc).0
        | KindSet::of(Kind::NetworkLiveness).0,
);

/// Who wants events, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consumer {
    Queue(u64),
    Listener(u64),
}

/// What a consumer wants besides what it has.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wish<'a> {
    Kinds(KindSet),
    /// A kind by its name, which this version may not know.
    Name(&'a [u8]),
    /// Nothing at all any more.
    Nothing,
}

#[derive(Debug)]
struct Wanted {
    consumer: Consumer,
    kinds: KindSet,
    /// The change that it came with.
    ticket: Ticket,
    /// Its turn has come: tor is asked for it.
    is_told: bool,
}

/// A change that tor is to agree to.
#[derive(Debug)]
struct Change<W> {
    ticket: Ticket,
    waiter: W,
    is_awaited: bool,
}

/// What tor is being asked.
#[derive(Debug)]
struct Asking {
    union: KindSet,
    /// What tor had agreed to before. None if nobody knows.
    before: Option<KindSet>,
    /// The request.
    request: Option<Ticket>,
}

/// What an abandoned change was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Abandoned {
    /// One that waited for its turn.
    Waiting,
    /// The one that tor is being asked about, with this request. The outcome is not to be handed in
    /// any more.
    Asked(Option<Ticket>),
}

/// See the module's comment.
#[derive(Debug)]
pub(super) struct Wants<W> {
    wanted: Vec<Wanted>,
    names: Names,
    /// What tor was last told. None if nobody knows, because its answer did not come in time.
    told: Option<KindSet>,
    /// What tor has agreed to at any time, or may have.
    agreed: KindSet,
    changes: VecDeque<Change<W>>,
    /// What this tor does not know, or does not give.
    refused: KindSet,
    /// Set while tor is being asked: about the first of them, or at the end of the login.
    asking: Option<Asking>,
    /// The login is over, and tor can be asked.
    is_open: bool,
}

impl<W> Default for Wants<W> {
    fn default() -> Wants<W> {
        Wants {
            wanted: Vec::new(),
            names: Names::default(),
            told: Some(KindSet::default()),
            agreed: KindSet::default(),
            changes: VecDeque::new(),
            refused: KindSet::default(),
            asking: None,
            is_open: false,
        }
    }
}

/// What there is to do next.
#[derive(Debug)]
pub(super) enum Step<W> {
    /// Ask tor, and say with which request: [`Wants::set_request`]. The outcome is for
    /// [`Wants::handle_reply`].
    Ask(Result<Command, Error>),
    /// Tell tor, whose answer nobody needs: it is less than it has agreed to.
    Tell(Result<Command, Error>),
    /// Complete a change about which tor need not be asked.
    Complete(W, Result<Reply, Error>),
}

impl<W> Wants<W> {
    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    /// All that is wanted by those whose turn has come, and what the library makes theirs of.
    fn union(&self) -> KindSet {
        let told = self.wanted.iter().filter(|it| it.is_told);
        let mut all = told.fold(KindSet::default(), |all, it| all.union(it.kinds));
        if all.has(Kind::Health) {
            all = all.union(HEALTH_NEEDS);
        }
        all.without(KindSet::OURS).without(self.refused)
    }

    /// All that the consumer wants, its turn come or not: events may come before tor's answer.
    pub(super) fn of(&self, consumer: Consumer) -> KindSet {
        self.of_those(|other| other == consumer)
    }

    pub(super) fn of_listeners(&self) -> KindSet {
        self.of_those(|other| matches!(other, Consumer::Listener(_)))
    }

    pub(super) fn of_all(&self) -> KindSet {
        self.of_those(|_| true)
    }

    fn of_those(&self, is_one: impl Fn(Consumer) -> bool) -> KindSet {
        let own = self.wanted.iter().filter(|it| is_one(it.consumer));
        own.fold(KindSet::default(), |all, it| all.union(it.kinds))
    }

    /// Enters a change. What is to be done about it says [`Wants::next_step`].
    pub(super) fn change(
        &mut self,
        ticket: Ticket,
        consumer: Consumer,
        wish: Wish<'_>,
        waiter: W,
    ) -> Result<(), Error> {
        let kinds = match wish {
            Wish::Kinds(kinds) => Some(kinds),
            Wish::Name(name) => Some(self.names.find_or_add(name)?),
            Wish::Nothing => {
                self.withdraw(consumer);
                None
            }
        };
        self.wanted.extend(kinds.map(|kinds| Wanted {
            consumer,
            kinds,
            ticket,
            is_told: false,
        }));
        self.changes.push_back(Change {
            ticket,
            waiter,
            is_awaited: false,
        });
        Ok(())
    }

    /// The consumer wants nothing any more.
    pub(super) fn withdraw(&mut self, consumer: Consumer) {
        self.wanted.retain(|it| it.consumer != consumer);
    }

    /// What is to be done next; to be asked until it says that nothing is.
    pub(super) fn next_step(&mut self) -> Option<Step<W>> {
        if self.asking.is_some() {
            return None;
        }
        if !self.is_open {
            // The login will ask for it.
            let change = self.changes.pop_front()?;
            self.set_told(change.ticket);
            return Some(Step::Complete(change.waiter, Ok(agreed())));
        }
        let ticket = self.changes.front().map(|change| change.ticket);
        if let Some(ticket) = ticket {
            self.set_told(ticket);
        }
        let union = self.union();
        if self.told == Some(union) {
            let change = self.changes.pop_front()?;
            return Some(Step::Complete(change.waiter, Ok(agreed())));
        }
        let command = set_events(union, &self.names.of(union)).map_err(Error::from);
        if ticket.is_none() {
            self.told = Some(union);
            return Some(Step::Tell(command));
        }
        self.asking = Some(Asking {
            union,
            before: self.told.take(),
            request: None,
        });
        Some(Step::Ask(command))
    }

    fn set_told(&mut self, ticket: Ticket) {
        for wanted in self.wanted.iter_mut().filter(|it| it.ticket == ticket) {
            wanted.is_told = true;
        }
    }

    /// The outcome of what tor was asked, and who waits for it.
    pub(super) fn handle_reply(
        &mut self,
        outcome: Result<Reply, Error>,
    ) -> Option<(W, Result<Reply, Error>)> {
        let Asking { union, before, .. } = self.asking.take()?;
        let waiter = match &outcome {
            Ok(reply) if reply.is_ok() => {
                self.told = Some(union);
                self.agreed = self.agreed.union(union);
                self.changes.pop_front().map(|change| change.waiter)
            }
            Ok(_) => {
                self.told = before;
                self.take_back_first()
            }
            // tor may have done it all the same.
            Err(_) => {
                self.agreed = self.agreed.union(union);
                self.take_back_first()
            }
        };
        waiter.map(|waiter| (waiter, outcome))
    }

    /// The first change does not come about; who waits for it.
    fn take_back_first(&mut self) -> Option<W> {
        let change = self.changes.pop_front()?;
        self.take_back(change.ticket);
        Some(change.waiter)
    }

    fn take_back(&mut self, ticket: Ticket) {
        let is_it = |it: &Wanted| it.ticket == ticket;
        let gone = self.wanted.iter().filter(|it| is_it(it));
        let gone = gone.fold(KindSet::default(), |all, it| all.union(it.kinds));
        self.wanted.retain(|it| !is_it(it));
        let left = self.of_all();
        self.names.remove(gone.without(left).without(self.agreed));
    }

    /// Nobody waits for this change any more, and it is taken back. None if there is no such change.
    pub(super) fn abandon(&mut self, ticket: Ticket) -> Option<Abandoned> {
        let index = self.changes.iter().position(|it| it.ticket == ticket)?;
        let asking = match index {
            0 if self.is_open => self.asking.take(),
            _ => None,
        };
        if let Some(asking) = &asking {
            // tor may agree to it yet: `told` stays unknown, and tor is told anew.
            self.agreed = self.agreed.union(asking.union);
        }
        self.changes.remove(index);
        self.take_back(ticket);
        Some(match asking {
            Some(asking) => Abandoned::Asked(asking.request),
            None => Abandoned::Waiting,
        })
    }

    /// The request with which tor is being asked.
    pub(super) fn set_request(&mut self, request: Ticket) {
        if let Some(asking) = &mut self.asking {
            asking.request = Some(request);
        }
    }

    /// What was to be sent could not be. Who waits for it.
    pub(super) fn handle_unsent(&mut self, error: Error) -> Option<(W, Result<Reply, Error>)> {
        self.told = None;
        self.handle_reply(Err(error))
    }

    /// A thread waits for this change from now on.
    pub(super) fn set_awaited(&mut self, ticket: Ticket) {
        if let Some(change) = self.changes.iter_mut().find(|it| it.ticket == ticket) {
            change.is_awaited = true;
        }
    }

    /// How many of the changes a thread waits for.
    pub(super) fn awaited(&self) -> usize {
        self.changes.iter().filter(|it| it.is_awaited).count()
    }

    /// The first of those for which a thread waits.
    pub(super) fn first_awaited(&self) -> Option<&W> {
        let change = self.changes.iter().find(|it| it.is_awaited)?;
        Some(&change.waiter)
    }

    /// The last step of a login: what tor is to be asked, if something. Changes wait meanwhile, until
    /// [`Wants::open`].
    pub(super) fn begin(&mut self) -> Result<Option<Command>, Error> {
        let union = self.union();
        let command = match union == KindSet::default() {
            true => None,
            false => Some(set_events(union, &self.names.of(union))?),
        };
        self.told = None;
        self.asking = Some(Asking {
            union,
            before: None,
            request: None,
        });
        Ok(command)
    }

    /// The same after tor has refused that with these words: without the event that they name, or
    /// without any.
    pub(super) fn begin_without(&mut self, refusal: &TorText) -> Result<Option<Command>, Error> {
        let union = self.union();
        let text = refusal.to_string();
        let name = text.split('"').nth(1).unwrap_or_default().as_bytes();
        let kind = match Kind::from_word(name) {
            Kind::Unknown => self.names.find(name).map(KindSet::of_bit),
            kind => Some(KindSet::of(kind)),
        };
        let kind = kind.filter(|kind| kind.meets(union));
        self.refused = self.refused.union(kind.unwrap_or(union));
        self.begin()
    }

    /// The names of what is wanted and refused.
    pub(super) fn refused(&self) -> Vec<String> {
        let refused = KindSet(self.of_those(|_| true).0 & self.refused.0);
        let known = refused.kinds().map(|kind| kind.name().to_string());
        let others = self.names.of(refused).into_iter().map(str::to_string);
        known.chain(others).collect()
    }

    /// tor has agreed to what it was asked at the end of the login, and can be asked.
    pub(super) fn open(&mut self) {
        if let Some(asking) = self.asking.take() {
            self.told = Some(asking.union);
            self.agreed = self.agreed.union(asking.union);
        }
        self.is_open = true;
    }

    /// The connection is over, and another begins with no events at all. Who waits for a change that
    /// tor was to agree to; they are taken back. Those that came during a login stay.
    pub(super) fn close(&mut self) -> Vec<W> {
        self.asking = None;
        self.refused = KindSet::default();
        self.told = Some(KindSet::default());
        let mut waiters = Vec::new();
        if std::mem::take(&mut self.is_open) {
            while let Some(waiter) = self.take_back_first() {
                waiters.push(waiter);
            }
        }
        waiters
    }
}

/// What tor would have answered.
fn agreed() -> Reply {
    Reply::new(b"250 OK\r\n".to_vec())
}

#[cfg(test)]
mod tests;
