//! One conversation with one tor over sockets, from connecting to closed: the session with the link
//! that it goes over, the role that says who reads, and those who are told what comes.
//!
//! Here is its life; what it reads, writes and routes, and who does so, is in the other files.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use once_cell::sync::OnceCell;

use super::call::Call;
use super::link::Link;
use super::park::{lock, try_lock, Parker};
use super::reactor::Reactor;
use super::role::Role;
use super::slot::Slot;
use super::subscriber::{List, Subscriber, Subscribers};
use super::sys::Origin;
use super::tasks::Tasks;
use super::timeout::Timeout;
use crate::error::{Cause, Error};
use crate::proto::decoder::Limits;
use crate::session::{self, Expected, Kept, Login};

/// How far a controller is. The numbers are those of the C header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum State {
    /// Not connected yet, or connecting failed.
    New = 0,
    /// A connection is being made.
    Connecting = 1,
    /// tor was reached; authentication is not complete yet.
    Connected = 2,
    /// Requests are answered and events come.
    Ready = 3,
    /// The conversation is over for good.
    Closed = 4,
    /// There is no connection, and another attempt to make one comes by itself.
    Waiting = 5,
}

impl State {
    /// The word for it in STATE events.
    pub fn word(self) -> &'static str {
        match self {
            State::New => "NEW",
            State::Connecting => "CONNECTING",
            State::Connected => "CONNECTED",
            State::Ready => "READY",
            State::Closed => "CLOSED",
            State::Waiting => "WAITING",
        }
    }
}

/// What is asked and awaited.
pub(crate) type Dialogue = session::Dialogue<Arc<Slot>>;

/// What changes under the controller's lock. No other lock but that of the list of subscribers, a
/// slot's, a parker's and the reactor's is taken under it.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) state: State,
    /// Why the last link ended.
    pub(crate) cause: Option<Cause>,
    pub(crate) link: Option<Arc<Link>>,
    pub(crate) dialogue: Dialogue,
    /// Who reads.
    pub(crate) role: Role,
    pub(crate) reactor: Option<Arc<Reactor>>,
    /// The controller's number at the reactor.
    pub(crate) number: usize,
    /// The thread that connects.
    pub(crate) connecting: Option<Arc<Parker>>,
    /// See [`Conversation::has_settled`].
    pub(crate) has_settled: bool,
    /// How often it was ready: with which of the tors, one after the other, it speaks.
    incarnation: u64,
    /// tor's process, if a controller that comes back has asked for it.
    peer_pid: Option<u64>,
    /// When the last connection was lost, if events are missing since.
    lost_at: Option<SystemTime>,
    /// Those that wait until it is ready.
    hoping: Vec<Arc<Parker>>,
    unsaid: Unsaid,
}

mod blocking;
mod driving;
mod kept;
mod orders;
mod reading;
mod returning;
mod routing;
mod saying;
mod turn;
mod watched;
mod writing;

pub(crate) use blocking::Begun;
pub(crate) use kept::Undo;
pub(crate) use returning::Returner;
use saying::Unsaid;
pub(super) use watched::Watched;
pub(crate) use writing::Write;

impl Core {
    /// Why nothing can be asked.
    pub(super) fn unready(&self) -> Error {
        let lost = self.cause.clone().unwrap_or(Cause::Eof);
        match self.state {
            State::Closed => Error::Closed(self.cause.clone().unwrap_or(Cause::Local)),
            // What was asked before the connection was lost gets the same.
            _ if self.incarnation > 0 => Error::Closed(lost),
            _ => Error::State("the controller is not connected".to_string()),
        }
    }

    /// Whether this is the connection.
    pub(super) fn is_current(&self, link: &Arc<Link>) -> bool {
        let current = self.link.as_ref();
        current.is_some_and(|current| Arc::ptr_eq(current, link))
    }
}

/// See the module's comment.
#[derive(Debug)]
pub struct Conversation {
    pub(crate) limits: Limits,
    pub(crate) core: Mutex<Core>,
    /// Those that events go to.
    pub(super) subscribers: Subscribers,
    /// What the dialogue expects, for who reads without the lock.
    pub(crate) expected: Arc<Expected>,
    /// What is wanted again on another tor.
    kept: Mutex<Kept>,
    /// The default timeout of requests, in milliseconds.
    timeout_ms: AtomicU64,
    /// Who watches from outside, if anybody does.
    watched: OnceCell<Watched>,
    /// None if the conversation is over with its connection.
    returner: Option<Returner>,
    tasks: Arc<Tasks>,
    /// In another process nothing is done with it: the conversation is that process's, and so are
    /// its threads, which may hold any lock.
    origin: Origin,
}

impl Conversation {
    /// One that has not begun. Requests have this timeout unless they say another.
    pub(crate) fn new(
        limits: Limits,
        timeout: Duration,
        returner: Option<Returner>,
    ) -> Arc<Conversation> {
        let timeout_ms = timeout.as_millis() as u64;
        let dialogue = Dialogue::default();
        Arc::new(Conversation {
            limits,
            expected: dialogue.expected(),
            core: Mutex::new(Core {
                state: State::New,
                cause: None,
                link: None,
                dialogue,
                role: Role::default(),
                reactor: None,
                number: 0,
                connecting: None,
                has_settled: false,
                incarnation: 0,
                peer_pid: None,
                lost_at: None,
                hoping: Vec::new(),
                unsaid: Unsaid::default(),
            }),
            subscribers: Subscribers::default(),
            kept: Mutex::new(Kept::new(returner.is_some())),
            timeout_ms: timeout_ms.into(),
            watched: OnceCell::new(),
            returner,
            tasks: Arc::default(),
            origin: Origin::here(),
        })
    }

    /// Whether this process made it.
    #[inline]
    pub fn is_here(&self) -> bool {
        self.origin.is_here()
    }

    /// Fails in a process that was forked from the one which made it.
    #[inline]
    pub fn check_here(&self) -> Result<(), Error> {
        match self.is_here() {
            true => Ok(()),
            false => Err(Error::forked()),
        }
    }

    /// Gives back, in a forked child, what the controller holds there, and tells nobody. Threads
    /// that are not there keep what they held, and its memory with it.
    pub fn give_back_copy(&self) {
        if let Some(mut core) = try_lock(&self.core) {
            // Commands may be secrets, which are wiped here.
            drop(std::mem::take(&mut core.dialogue));
            if let Some(mut decoder) = core.link.as_ref().and_then(|it| try_lock(&it.decoder)) {
                decoder.wipe();
            }
        }
        if let Some(mut kept) = try_lock(&self.kept) {
            kept.clear();
        }
        self.subscribers.give_back_copy();
        super::sys::close_inherited();
    }

    /// How far it is.
    pub fn state(&self) -> State {
        if !self.is_here() {
            return State::Closed;
        }
        lock(&self.core).state
    }

    /// How far it is, after a look at a connection that nobody else watches.
    pub fn current_state(self: &Arc<Self>) -> State {
        self.look();
        self.state()
    }

    /// Sets the default timeout of requests that begin after this.
    pub fn set_timeout_ms(&self, timeout_ms: u64) {
        self.timeout_ms.store(timeout_ms, Ordering::Relaxed);
    }

    /// How long a call waits that begins now.
    pub(crate) fn timeout_of(&self, call: &Call) -> Timeout {
        let default = || Duration::from_millis(self.timeout_ms.load(Ordering::Relaxed));
        Timeout::new(call.timeout().unwrap_or_else(default))
    }

    /// Makes a connected socket the controller's link, on which the login goes on. False if the
    /// controller has been closed.
    pub(crate) fn set_link(self: &Arc<Self>, link: Arc<Link>) -> bool {
        let wants_transmit = {
            let mut core = lock(&self.core);
            if core.state == State::Closed {
                return false;
            }
            self.watch_link(&link);
            core.link = Some(link);
            core.role.connected();
            core.cause = None;
            core.enter(State::Connected, "");
            core.dialogue.with_login(Login::handle_connected);
            core.dialogue.wants_transmit()
        };
        self.say_states();
        if wants_transmit {
            self.write_more();
        }
        self.deliver_trace();
        true
    }

    /// Begins to connect, in this state; who is to be woken when the conversation is closed meanwhile.
    pub(super) fn begin_login(&self, parker: &Arc<Parker>, from: State) -> Result<(), Error> {
        {
            let mut core = lock(&self.core);
            match core.state {
                state if state == from => {}
                State::Closed => {
                    return Err(Error::Closed(core.cause.clone().unwrap_or(Cause::Local)));
                }
                State::Waiting => {
                    return Err(Error::State(
                        "the controller connects by itself".to_string(),
                    ));
                }
                State::New | State::Connecting | State::Connected | State::Ready => {
                    return Err(Error::State(
                        "the controller is connected already".to_string(),
                    ));
                }
            }
            core.enter(State::Connecting, "");
            core.connecting = Some(Arc::clone(parker));
        }
        self.say_states();
        Ok(())
    }

    /// Back to the state from which a new attempt can begin, unless the controller was closed
    /// meanwhile.
    pub(super) fn give_up_login(self: &Arc<Self>, to: State) {
        let link = lock(&self.core).link.clone();
        if let Some(link) = link {
            self.lose_link(&link, Cause::Local);
        }
        let (reactor, number) = {
            let mut core = lock(&self.core);
            core.connecting = None;
            core.dialogue.end_login();
            match (core.state, to) {
                (State::Closed, _) => {}
                // Of waiting is told when it is known for how long.
                (_, State::Waiting) => core.state = to,
                _ => core.enter(to, ""),
            }
            if to == State::Waiting && core.incarnation > 0 {
                // What this connection might have brought is missing as well.
                core.lost_at = core.lost_at.or_else(|| Some(SystemTime::now()));
            }
            (core.reactor.take(), core.number)
        };
        if let Some(reactor) = reactor {
            reactor.leave(number);
        }
        self.say_states();
    }

    /// What goes on without a thread that waits for it.
    pub(crate) fn tasks(&self) -> &Arc<Tasks> {
        &self.tasks
    }

    /// The last step of connecting.
    pub(crate) fn become_ready(self: &Arc<Self>) -> Result<(), Error> {
        let (wants_transmit, incarnation) = {
            let mut core = lock(&self.core);
            if core.state == State::Closed || core.link.is_none() {
                return Err(Error::Closed(core.cause.clone().unwrap_or(Cause::Local)));
            }
            core.connecting = None;
            core.incarnation += 1;
            let mut details = format!(" INCARNATION={}", core.incarnation);
            if let Some(version) = core.dialogue.peer_version() {
                details = format!("{details} VERSION={version}");
            }
            if let Some(pid) = core.peer_pid.take() {
                details = format!("{details} PID={pid}");
            }
            core.enter(State::Ready, &details);
            core.dialogue.open();
            (core.dialogue.wants_transmit(), core.incarnation)
        };
        if self.has_consumers() {
            self.ensure_read()?;
        }
        self.say_states();
        {
            let mut core = lock(&self.core);
            // It can have been lost since.
            core.has_settled = core.state == State::Ready && core.incarnation == incarnation;
            for parker in std::mem::take(&mut core.hoping) {
                parker.wake();
            }
        }
        // What was subscribed to meanwhile.
        if wants_transmit {
            self.write_more();
        }
        Ok(())
    }

    /// Takes the link away and ends all that wait for it with this cause. In a conversation that
    /// was ready that closes the controller, or has it connect anew; an attempt to connect goes on
    /// with its next step.
    pub(crate) fn lose_link(self: &Arc<Self>, link: &Arc<Link>, cause: Cause) {
        let next = {
            let mut core = lock(&self.core);
            if !core.is_current(link) {
                return;
            }
            self.drop_link(&mut core, cause.clone());
            match (core.state, &self.returner) {
                (State::Ready, Some(_)) => {
                    core.state = State::Waiting;
                    core.has_settled = false;
                    core.lost_at = Some(SystemTime::now());
                }
                (State::Ready, None) => core.enter_end(cause.clone()),
                _ => {}
            }
            core.state
        };
        match next {
            State::Closed => self.end(),
            State::Waiting => {
                for subscriber in self.subscribers().iter() {
                    subscriber.disconnect();
                }
                self.come_back(Some(Error::Closed(cause)));
            }
            _ => self.deliver_trace(),
        }
        self.tasks.run();
    }

    fn drop_link(self: &Arc<Self>, core: &mut Core, cause: Cause) {
        let orders = core.role.disconnected();
        self.carry_out(core, orders);
        if let Some(link) = core.link.take() {
            // Who waits in a receive returns. The descriptor closes when the last has let go.
            super::sys::shutdown(&*link);
            if let Some(tap) = link.tap.get() {
                tap.connection(&format!("ENDED CAUSE={}", cause.word()));
            }
        }
        core.cause = Some(cause.clone());
        core.dialogue.handle_end(cause);
    }

    /// Ends the conversation: every waiting call returns immediately. May be called from any
    /// thread, in any state, and again.
    pub fn close(self: &Arc<Self>) {
        if !self.is_here() {
            return;
        }
        let mut commands = Vec::new();
        for subscriber in self.subscribers().iter() {
            subscriber.begin_close(&mut commands);
        }
        commands.extend_from_slice(b"QUIT\r\n");
        {
            let mut core = lock(&self.core);
            if core.state == State::Closed {
                return;
            }
            if let Some(link) = &core.link {
                let link = Arc::clone(link);
                // It must not wait. tor understands an end without it as well.
                let is_written = core.state == State::Ready && core.write(&link).is_ok();
                if is_written && !core.dialogue.has_unwritten() {
                    let _ = writing::send(&link, &[std::io::IoSlice::new(&commands)]);
                }
            }
            core.enter_end(Cause::Local);
            self.drop_link(&mut core, Cause::Local);
            if let Some(parker) = core.connecting.take() {
                parker.wake();
            }
        }
        for subscriber in self.subscribers().iter() {
            subscriber.drop_backlog();
        }
        self.end();
    }

    /// The last event, and the end of all subscribers.
    fn end(self: &Arc<Self>) {
        self.say_states();
        lock(&self.kept).clear();
        let (reactor, number) = {
            let mut core = lock(&self.core);
            (core.reactor.take(), core.number)
        };
        if let Some(reactor) = reactor {
            reactor.leave(number);
        }
        for parker in std::mem::take(&mut lock(&self.core).hoping) {
            parker.wake();
        }
        self.tasks.wake_all();
        self.tasks.run();
        self.home().wake();
        self.deliver_trace();
    }

    /// Why nothing can be asked now.
    pub(crate) fn unready(&self) -> Error {
        lock(&self.core).unready()
    }

    /// Why the conversation ended, if it has.
    pub fn closed_cause(&self) -> Option<Cause> {
        if !self.is_here() {
            return None;
        }
        let core = lock(&self.core);
        let is_closed = core.state == State::Closed;
        core.cause.clone().filter(|_| is_closed)
    }

    /// Whether it has said that it is ready. From then on nobody but who reads brings events, until
    /// the end of the connection, which a reader sees.
    pub(crate) fn has_settled(&self) -> bool {
        lock(&self.core).has_settled
    }

    pub(crate) fn subscribers(&self) -> Arc<List> {
        self.subscribers.now()
    }

    /// Whether there is a thread for which somebody has to read.
    pub(crate) fn has_consumers(&self) -> bool {
        self.consumers() > 0
    }

    /// How many want what comes. Of a conversation that comes back somebody always has to see the end
    /// of the connection.
    pub(super) fn consumers(&self) -> usize {
        self.subscribers.consumers() + usize::from(self.returner.is_some())
    }

    /// From now on it is told what comes. One that is added after the end is ended immediately.
    pub(crate) fn add_subscriber<T: Subscriber + 'static>(
        self: &Arc<Self>,
        subscriber: &Arc<T>,
    ) -> Result<(), Error> {
        let shared: Arc<dyn Subscriber> = Arc::<T>::clone(subscriber);
        self.subscribers.change(|list| list.add(shared));
        // Looked at after it is in the list: an end from now on reaches it.
        if self.state() == State::Closed {
            subscriber.end();
        }
        if !subscriber.has_consumer() {
            return Ok(());
        }
        let read = self.ensure_read();
        if read.is_err() {
            self.remove_subscriber(subscriber);
        }
        read
    }

    pub(crate) fn remove_subscriber<T: Subscriber>(&self, subscriber: &Arc<T>) {
        self.subscribers.change(|list| list.remove(subscriber));
    }
}

#[cfg(test)]
mod tests;
