//! A controller: one conversation with one tor, from connecting to closed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use once_cell::sync::OnceCell;

use super::block::Block;
use super::dispatch::Listeners;
use super::link::Link;
use super::park::{lock, try_lock, Parker};
use super::reactor::Reactor;
use super::role::Role;
use super::settings::Settings;
use super::slot::Slot;
use super::subscriber::Subscribers;
use super::sys::Origin;
use super::writing::write_to;
use crate::error::{Cause, Error};
use crate::proto::event::Kind;
use crate::session::{self, Expected, Login};

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
        }
    }
}

/// What is asked and awaited.
pub(crate) type Dialogue = session::Dialogue<Arc<Slot>>;

/// What changes under the controller's lock. No other lock but that of the list of queues, a
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
    /// See [`Controller::has_settled`].
    pub(crate) has_settled: bool,
}

impl Core {
    /// Whether this is the connection.
    pub(super) fn is_current(&self, link: &Arc<Link>) -> bool {
        let current = self.link.as_ref();
        current.is_some_and(|current| Arc::ptr_eq(current, link))
    }
}

/// See the module's comment.
#[derive(Debug)]
pub struct Controller {
    pub(crate) settings: Settings,
    pub(crate) core: Mutex<Core>,
    /// Those that events go to.
    pub(super) subscribers: Subscribers,
    pub(crate) listeners: OnceCell<Arc<Listeners>>,
    /// What the dialogue expects, for who reads without the lock.
    pub(crate) expected: Arc<Expected>,
    /// The default timeout of requests, in milliseconds.
    timeout_ms: AtomicU64,
    /// In another process nothing is done with it: the conversation is that process's, and so are
    /// its threads, which may hold any lock.
    origin: Origin,
}

impl Controller {
    /// A controller that is not connected.
    pub fn new(settings: Settings) -> Arc<Controller> {
        let timeout_ms = settings.timeout.as_millis() as u64;
        let dialogue = Dialogue::default();
        Arc::new(Controller {
            settings,
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
            }),
            subscribers: Subscribers::default(),
            listeners: OnceCell::new(),
            timeout_ms: timeout_ms.into(),
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

    /// The default timeout of requests.
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms.load(Ordering::Relaxed))
    }

    /// Makes a connected socket the controller's link, on which the login goes on. False if the
    /// controller has been closed.
    pub(crate) fn set_link(self: &Arc<Self>, link: Arc<Link>) -> bool {
        let wants_transmit = {
            let mut core = lock(&self.core);
            if core.state == State::Closed {
                return false;
            }
            core.link = Some(link);
            core.role.connected();
            core.cause = None;
            core.state = State::Connected;
            core.dialogue.with_login(Login::handle_connected);
            core.dialogue.wants_transmit()
        };
        self.publish_state(State::Connected.word());
        if wants_transmit {
            self.write_more();
        }
        true
    }

    /// Takes the link away and ends all that wait for it with this cause. In a conversation that
    /// was ready that closes the controller; an attempt to connect goes on with its next step.
    pub(crate) fn lose_link(self: &Arc<Self>, link: &Arc<Link>, cause: Cause) {
        let is_over = {
            let mut core = lock(&self.core);
            if !core.is_current(link) {
                return;
            }
            self.drop_link(&mut core, cause.clone());
            let is_over = core.state == State::Ready;
            if is_over {
                core.state = State::Closed;
            }
            is_over
        };
        if is_over {
            self.end(&cause);
        }
    }

    fn drop_link(self: &Arc<Self>, core: &mut Core, cause: Cause) {
        let orders = core.role.disconnected();
        self.carry_out(core, orders);
        if let Some(link) = core.link.take() {
            // Who waits in a receive returns. The descriptor closes when the last has let go.
            super::sys::shutdown(&*link);
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
                let is_written =
                    core.state == State::Ready && write_to(&mut core.dialogue, &*link).is_ok();
                if is_written && !core.dialogue.has_unwritten() {
                    let _ = super::sys::send_all(&*link, &[std::io::IoSlice::new(&commands)]);
                }
            }
            core.state = State::Closed;
            self.drop_link(&mut core, Cause::Local);
            if let Some(parker) = core.connecting.take() {
                parker.wake();
            }
        }
        self.close_listeners();
        self.end(&Cause::Local);
    }

    /// The last event, and the end of all subscribers.
    fn end(self: &Arc<Self>, cause: &Cause) {
        let message: String = cause.to_string().escape_default().collect();
        let word = cause.word();
        self.publish_state(&format!("CLOSED CAUSE={word} MESSAGE=\"{message}\""));
        for subscriber in self.subscribers().iter() {
            subscriber.end();
        }
        let (reactor, number) = {
            let mut core = lock(&self.core);
            (core.reactor.take(), core.number)
        };
        if let Some(reactor) = reactor {
            reactor.leave(number);
        }
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

    pub(crate) fn publish_state(&self, text: &str) {
        let raw = format!("650 STATE {text}\r\n").into_bytes();
        let block = Block::of_one(Kind::State, raw);
        for subscriber in self.subscribers().iter() {
            subscriber.publish_state(&block);
        }
    }
}
