//! What is asked and awaited in a conversation: requests and their replies, wanted events, and when
//! what is to be written is written.

use std::io::IoSlice;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::deadlines::Deadlines;
use super::login::{self, Demand, Login};
use super::names::Names;
use super::pending::{unasked, Gone, Manner, Pending, Ticket};
use super::wants::{Abandoned, Consumer, Step, Wants, Wish};
use crate::error::{Cause, Error};
use crate::proto::encode::Command;
use crate::proto::event::KindSet;
use crate::proto::reply::Reply;

/// Who waits for a reply.
pub(crate) trait Waiter {
    /// The outcome, once.
    fn complete(&self, outcome: Result<Reply, Error>);

    /// Lines of a data block, ahead of the reply: how many bytes have come that it has not worked on
    /// yet. Only for who wants data.
    fn take_data(&self, lines: &[u8]) -> usize;

    /// It is to look whether it must read itself.
    fn wake(&self);

    /// Whether it reads while it waits.
    fn reads(&self) -> bool {
        true
    }
}

/// Who gets a reply.
#[derive(Debug)]
enum Owner<W> {
    Waiter(W),
    /// The subscription that tor is being asked about.
    Wants,
    Login,
}

/// A login under way.
#[derive(Debug)]
struct LoggingIn<W> {
    login: Login,
    /// Who does what it demands, and is woken for that.
    server: W,
    demand: Option<Demand>,
}

/// Requests wait so long for others to be written with, and for the thread that will wait.
pub(crate) const CORK: Duration = Duration::from_millis(1);

/// So many corked requests are written without waiting for more: tor works on them meanwhile.
const CORKED: usize = 16;

/// How many replies are expected that are to be treated apart, for who reads. Written with the
/// dialogue's changes; to be looked at without it.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    secrets: AtomicUsize,
    streams: AtomicUsize,
    ordered: AtomicUsize,
}

impl Expected {
    /// Whether a reply is to come that is a secret.
    pub(crate) fn has_secret(&self) -> bool {
        self.secrets.load(Ordering::Relaxed) > 0
    }

    /// Whether a reply is to come whose data is wanted ahead of it.
    pub(crate) fn has_stream(&self) -> bool {
        self.streams.load(Ordering::Relaxed) > 0
    }

    /// Whether a reply is to come that is wanted in the order of the wire.
    pub(crate) fn has_ordered(&self) -> bool {
        self.ordered.load(Ordering::Relaxed) > 0
    }

    fn add(&self, gone: Gone) {
        self.each(gone, |counter| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
    }

    fn remove(&self, gone: Gone) {
        self.each(gone, |counter| {
            counter.fetch_sub(1, Ordering::Relaxed);
        });
    }

    fn each(&self, gone: Gone, change: impl Fn(&AtomicUsize)) {
        let Gone { manner, is_secret } = gone;
        for (counter, is_one) in [
            (&self.secrets, is_secret),
            (&self.streams, manner.wants_data),
            (&self.ordered, manner.is_ordered),
        ] {
            if is_one {
                change(counter);
            }
        }
    }

    fn clear(&self) {
        for counter in [&self.secrets, &self.streams, &self.ordered] {
            counter.store(0, Ordering::Relaxed);
        }
    }
}

/// See the module's comment. It lives longer than a connection: what is wanted stays.
#[derive(Debug)]
pub(crate) struct Dialogue<W> {
    pending: Pending<Owner<W>>,
    wants: Wants<W>,
    /// Apart, for a controller has none for most of its life.
    logging_in: Option<Box<LoggingIn<W>>>,
    deadlines: Deadlines,
    expected: Arc<Expected>,
    last_ticket: u64,
    /// Until then what there is to write waits for more.
    corked_until: Option<Instant>,
    /// tor was asked for events on this connection: what it sends must be read.
    has_asked_for_events: bool,
}

impl<W> Default for Dialogue<W> {
    fn default() -> Dialogue<W> {
        Dialogue {
            pending: Pending::default(),
            wants: Wants::default(),
            logging_in: None,
            deadlines: Deadlines::default(),
            expected: Arc::default(),
            last_ticket: 0,
            corked_until: None,
            has_asked_for_events: false,
        }
    }
}

/// What a delivered reply was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delivered {
    /// A secret, which is to be wiped where else it is.
    pub(super) is_secret: bool,
}

impl<W: Waiter> Dialogue<W> {
    /// See [`Expected`].
    pub(crate) fn expected(&self) -> Arc<Expected> {
        Arc::clone(&self.expected)
    }

    /// A number that nothing else has.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.last_ticket += 1;
        self.last_ticket
    }

    /// Enters a request, to be written when its turn comes. Its reply is the waiter's.
    pub(crate) fn begin(
        &mut self,
        command: Command,
        waiter: W,
        manner: Manner,
    ) -> Result<Ticket, Error> {
        self.push(command, Some(Owner::Waiter(waiter)), manner)
    }

    /// Enters a request whose reply nobody waits for.
    pub(crate) fn tell(&mut self, command: Command) -> Result<(), Error> {
        self.push(command, None, Manner::default()).map(drop)
    }

    fn push(
        &mut self,
        command: Command,
        owner: Option<Owner<W>>,
        manner: Manner,
    ) -> Result<Ticket, Error> {
        let ticket = Ticket(self.next_number());
        let gone = Gone {
            manner,
            is_secret: command.has_secret_reply(),
        };
        self.pending.push(ticket, command, owner, manner)?;
        self.expected.add(gone);
        Ok(ticket)
    }

    /// The request has this deadline: then its waiter gets a timeout, if nothing else came before.
    /// Whether no other is as early.
    pub(crate) fn set_deadline(&mut self, ticket: Ticket, at: Instant, timeout_ms: u64) -> bool {
        let pending = &mut self.pending;
        if self.deadlines.is_crowded(pending.len()) {
            // In the order of their deadlines they are over, nearly always.
            self.deadlines.first(|ticket| pending.has(ticket));
        }
        let first = self.deadlines.next();
        self.deadlines.add(ticket, at, timeout_ms);
        first.is_none_or(|first| at < first)
    }

    /// When [`Dialogue::handle_timeout`] has something to do: a deadline, or the end of the cork.
    pub(crate) fn poll_timeout(&mut self) -> Option<Instant> {
        let pending = &mut self.pending;
        let deadline = self.deadlines.first(|ticket| pending.has(ticket));
        match (deadline, self.corked_until) {
            (Some(deadline), Some(cork)) => Some(deadline.min(cork)),
            (deadline, cork) => deadline.or(cork),
        }
    }

    /// Ends what is over by now.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        if self.corked_until.is_some_and(|until| until <= now) {
            self.corked_until = None;
        }
        while let Some((ticket, timeout_ms)) = self.deadlines.take_due(now) {
            if let Some(Owner::Waiter(waiter)) = self.give_up(ticket) {
                waiter.complete(Err(Error::Timeout(timeout_ms)));
            }
        }
    }

    /// Nobody waits for the request or the subscription any more. A request of which nothing is
    /// written is withdrawn; a subscription is taken back, which tor may have to be told.
    pub(crate) fn abandon(&mut self, ticket: Ticket) {
        if self.give_up(ticket).is_some() {
            return;
        }
        let Some(abandoned) = self.wants.abandon(ticket) else {
            return;
        };
        if let Abandoned::Asked(Some(request)) = abandoned {
            self.give_up(request);
        }
        self.advance_wants();
    }

    fn give_up(&mut self, ticket: Ticket) -> Option<Owner<W>> {
        let abandoned = self.pending.abandon(ticket)?;
        if let Some(gone) = abandoned.gone {
            self.expected.remove(gone);
        }
        abandoned.owner
    }

    // What there is to write.

    /// What is to be written waits until then for more, unless it does already or there is enough.
    pub(crate) fn cork(&mut self, until: impl FnOnce() -> Instant) {
        if self.pending.unwritten() >= CORKED {
            self.corked_until = None;
        } else if self.corked_until.is_none() {
            self.corked_until = Some(until());
        }
    }

    /// What there is to write waits for nothing.
    pub(crate) fn uncork(&mut self) {
        self.corked_until = None;
    }

    /// Until when what there is to write waits.
    pub(crate) fn corked_until(&self) -> Option<Instant> {
        self.corked_until
    }

    /// How many requests are not written.
    pub(crate) fn unwritten(&self) -> usize {
        self.pending.unwritten()
    }

    /// Whether a corked request that is begun now would be written with those before.
    pub(crate) fn is_nearly_full(&self) -> bool {
        self.pending.unwritten() + 1 >= CORKED
    }

    /// Whether something is to be written now.
    pub(crate) fn wants_transmit(&self) -> bool {
        self.pending.has_unwritten() && self.corked_until.is_none()
    }

    /// Whether something is to be written, now or later.
    pub(crate) fn has_unwritten(&self) -> bool {
        self.pending.has_unwritten()
    }

    /// Fills in what is to be written, corked or not; how many slices were used.
    pub(crate) fn poll_transmit<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        self.pending.fill(slices)
    }

    /// So many bytes of that are written.
    pub(crate) fn advance(&mut self, count: usize) {
        self.pending.advance(count);
    }

    // What there is to read.

    /// Whether a reply is awaited.
    pub(crate) fn has_pending(&self) -> bool {
        self.pending.has_any()
    }

    /// Whether tor was asked for something, if only by half, that it has not answered.
    pub(crate) fn has_sent(&self) -> bool {
        self.pending.has_sent()
    }

    /// Whether tor was asked for events on this connection.
    pub(crate) fn has_asked_for_events(&self) -> bool {
        self.has_asked_for_events
    }

    /// A thread waits for this request or subscription from now on.
    pub(crate) fn set_awaited(&mut self, ticket: Ticket) {
        if !self.pending.set_awaited(ticket) {
            self.wants.set_awaited(ticket);
        }
    }

    /// For how many requests and subscriptions a thread waits now.
    pub(crate) fn awaited(&self) -> usize {
        self.pending.awaited() + self.wants.awaited()
    }

    /// Wakes one of those who wait, to look again.
    pub(crate) fn wake_one(&self) {
        match (self.pending.first_awaited(), self.wants.first_awaited()) {
            (Some(Owner::Waiter(waiter)), _) | (_, Some(waiter)) => waiter.wake(),
            (Some(Owner::Login), _) => {
                if let Some(logging_in) = &self.logging_in {
                    logging_in.server.wake();
                }
            }
            _ => {}
        }
    }

    /// What the request wants of its reply that so many others come before.
    pub(super) fn manner_of(&self, index: usize) -> Manner {
        self.pending.manner_of(index)
    }

    /// Gives lines of a data block to the request that so many others come before, with what stands
    /// before them in its reply. How many bytes it has not worked on yet; None if nobody takes them.
    pub(super) fn handle_data(
        &self,
        index: usize,
        head: &[u8],
        lines: &[u8],
    ) -> Result<Option<usize>, Cause> {
        Ok(match self.pending.owner_of_data(index, head)? {
            Some(Owner::Waiter(waiter)) => Some(waiter.take_data(lines)),
            Some(Owner::Wants | Owner::Login) | None => None,
        })
    }

    /// Gives the outcome to the request whose turn it is. Fails if there is none, or if it cannot be
    /// about what was asked.
    pub(super) fn handle_reply(
        &mut self,
        outcome: Result<Reply, Error>,
    ) -> Result<Delivered, Cause> {
        let answered = self.pending.answer(outcome)?;
        self.expected.remove(answered.gone);
        match answered.owner {
            Some(Owner::Waiter(waiter)) => waiter.complete(answered.outcome),
            Some(Owner::Wants) => {
                if let Some((waiter, outcome)) = self.wants.handle_reply(answered.outcome) {
                    waiter.complete(outcome);
                }
                self.advance_wants();
            }
            Some(Owner::Login) => self.with_login(|login| login.handle_reply(answered.outcome)),
            None => {}
        }
        match answered.broken {
            Some(cause) => Err(cause),
            None => Ok(Delivered {
                is_secret: answered.gone.is_secret,
            }),
        }
    }

    /// Fails if a reply has begun that nothing was asked for.
    pub(super) fn check_asked(&self) -> Result<(), Cause> {
        match self.has_sent() {
            true => Ok(()),
            false => Err(unasked()),
        }
    }

    /// The connection is over: all who wait for something get this, and another can begin.
    pub(crate) fn handle_end(&mut self, cause: Cause) {
        let error = Error::Closed(cause.clone());
        for owner in self.pending.take_owners() {
            if let Owner::Waiter(waiter) = owner {
                waiter.complete(Err(error.clone()));
            }
        }
        for waiter in self.wants.close() {
            waiter.complete(Err(error.clone()));
        }
        self.expected.clear();
        self.deadlines.clear();
        self.corked_until = None;
        self.has_asked_for_events = false;
        self.advance_wants();
        self.with_login(|login| login.handle_end(cause));
    }

    // Which events are wanted.

    /// The names of kinds that somebody asked for.
    pub(crate) fn names(&self) -> &Names {
        self.wants.names()
    }

    /// All that the consumer wants, or is about to.
    pub(crate) fn wanted_by(&self, consumer: Consumer) -> KindSet {
        self.wants.of(consumer)
    }

    /// All that anybody wants.
    pub(crate) fn wanted(&self) -> KindSet {
        self.wants.of_all()
    }

    /// The same for all listeners.
    pub(crate) fn wanted_by_listeners(&self) -> KindSet {
        self.wants.of_listeners()
    }

    /// Subscribes the consumer when it is its turn. The waiter gets tor's reply, or one like it if
    /// tor need not be asked. Nothing changes if tor refuses or nobody waits any more.
    pub(crate) fn subscribe(
        &mut self,
        consumer: Consumer,
        wish: Wish<'_>,
        waiter: W,
    ) -> Result<Ticket, Error> {
        let ticket = Ticket(self.next_number());
        self.wants.change(ticket, consumer, wish, waiter)?;
        self.advance_wants();
        Ok(ticket)
    }

    /// Takes back all that the consumer wants. tor is told in its turn.
    pub(crate) fn unsubscribe(&mut self, consumer: Consumer) {
        self.wants.withdraw(consumer);
        self.advance_wants();
    }

    // The login.

    /// Begins a login. The server is woken whenever [`Dialogue::poll_login`] has something for it.
    pub(crate) fn begin_login(&mut self, login: Login, server: W) {
        self.logging_in = Some(Box::new(LoggingIn {
            login,
            server,
            demand: None,
        }));
        self.advance_login();
    }

    /// What the login demands, each thing once.
    pub(crate) fn poll_login(&mut self) -> Option<Demand> {
        self.logging_in.as_mut()?.demand.take()
    }

    /// Tells the login something, if there is one.
    pub(crate) fn with_login(&mut self, tell: impl FnOnce(&mut Login)) {
        if let Some(logging_in) = &mut self.logging_in {
            tell(&mut logging_in.login);
            self.advance_login();
        }
    }

    fn advance_login(&mut self) {
        while let Some(logging_in) = &mut self.logging_in {
            let reads = logging_in.server.reads();
            match logging_in.login.poll_step() {
                login::Step::Wait => return,
                login::Step::Demand(demand) => {
                    logging_in.demand = Some(demand);
                    logging_in.server.wake();
                }
                login::Step::Subscribe => {
                    // Other subscriptions wait from now on, until the login is over.
                    let command = self.wants.begin();
                    self.has_asked_for_events = matches!(command, Ok(Some(_)));
                    logging_in.login.handle_events(command);
                }
                login::Step::SubscribeWithout(refusal) => {
                    let command = self.wants.begin_without(&refusal);
                    logging_in.login.handle_events(command);
                }
                login::Step::Send(command) => {
                    let pushed = self.push(command, Some(Owner::Login), Manner::default());
                    match pushed {
                        // By the server, if it reads while it waits.
                        Ok(ticket) => {
                            if reads {
                                self.pending.set_awaited(ticket);
                            }
                        }
                        Err(error) => self.with_login(|login| login.handle_reply(Err(error))),
                    }
                }
            }
        }
    }

    /// The version of the tor that was asked for it at the login under way.
    pub(crate) fn peer_version(&self) -> Option<&str> {
        let version = self.logging_in.as_ref()?.login.peer_version();
        Some(version).filter(|version| !version.is_empty())
    }

    /// The names of the events that are wanted and that tor has refused at the login.
    pub(crate) fn refused_events(&self) -> Vec<String> {
        self.wants.refused()
    }

    /// The login is over, and nothing of it is left.
    pub(crate) fn end_login(&mut self) {
        self.logging_in = None;
    }

    /// The login is over, and subscriptions are told to tor.
    pub(crate) fn open(&mut self) {
        self.end_login();
        self.wants.open();
        self.advance_wants();
    }

    fn advance_wants(&mut self) {
        while let Some(step) = self.wants.next_step() {
            let (command, owner) = match step {
                Step::Complete(waiter, outcome) => {
                    waiter.complete(outcome);
                    continue;
                }
                Step::Ask(command) => (command, Some(Owner::Wants)),
                Step::Tell(command) => (command, None),
            };
            let pushed = command.and_then(|it| self.push(it, owner, Manner::default()));
            match pushed {
                Ok(request) => {
                    self.wants.set_request(request);
                    self.has_asked_for_events = true;
                }
                // Only for want of room: it is told with the next change.
                Err(error) => {
                    let refused = self.wants.handle_unsent(error);
                    if let Some((waiter, outcome)) = refused {
                        waiter.complete(outcome);
                    }
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
