//! A controller: one conversation with one tor, from connecting to closed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mio::Interest;
use once_cell::sync::OnceCell;

use super::attach;
use super::block::Block;
use super::dispatch::Listeners;
use super::link::Link;
use super::park::{lock, try_lock, Parker};
use super::process::{self, Owned, Process};
use super::reactor::Reactor;
use super::role::Reader;
use super::settings::Settings;
use super::slot::Slot;
use super::subscriber::Subscribers;
use super::sys::Origin;
use super::writing::write_to;
use crate::error::{Cause, Error};
use crate::proto::event::Kind;
use crate::session::{self, Expected};

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
    pub(crate) reader: Reader,
    /// What the I/O thread watches the link's socket for.
    pub(crate) interest: Option<Interest>,
    pub(crate) reactor: Option<Arc<Reactor>>,
    /// The controller's number at the reactor.
    pub(crate) number: usize,
    /// The thread that connects.
    pub(crate) connecting: Option<Arc<Parker>>,
    /// See [`Controller::has_settled`].
    pub(crate) has_settled: bool,
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
    /// The streams that wait for the program's word.
    pub(crate) attach: attach::Slot,
    /// When tor acts, or has acted, on the last NEWNYM that was sent through this controller.
    newnym: Mutex<Option<Instant>>,
    /// The tor itself, if it was started for this controller.
    process: OnceCell<Arc<Process>>,
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
                reader: Reader::Reactor,
                interest: None,
                reactor: None,
                number: 0,
                connecting: None,
                has_settled: false,
            }),
            subscribers: Subscribers::default(),
            listeners: OnceCell::new(),
            timeout_ms: timeout_ms.into(),
            attach: attach::Slot::default(),
            process: OnceCell::new(),
            newnym: Mutex::new(None),
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

    /// This tor was started for this controller and ends with it.
    pub(crate) fn own(self: &Arc<Self>, process: Arc<Process>) -> Result<(), Error> {
        self.add_subscriber(&Arc::new(Owned(Arc::clone(&process))))?;
        // Whoever starts a tor makes a controller for it.
        let _ = self.process.set(process);
        Ok(())
    }

    /// The tor, if it was started for this controller.
    pub fn process(&self) -> Option<&Arc<Process>> {
        self.process.get()
    }

    /// Waits for the thread of an attacher. After a close.
    pub fn join_attacher(&self) {
        self.attach.join();
    }

    /// Waits until the tor that was started for this controller has ended, if it ends with it.
    /// After a close; it takes twice the grace at the most.
    pub fn join_process(&self) {
        if let Some(process) = self.process().filter(|process| !process.is_kept()) {
            process.wait_end(Some(Instant::now() + 2 * process::GRACE));
        }
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

    /// A NEWNYM was sent. tor acts on it when the interval since the last has passed, and on one
    /// that comes before that not at all.
    pub(crate) fn note_newnym(&self, now: Instant, interval: Duration) {
        let mut newnym = lock(&self.newnym);
        *newnym = match *newnym {
            Some(last) if now < last => Some(last),
            Some(last) => Some(now.max(last + interval)),
            None => Some(now),
        };
    }

    /// How long a NEWNYM that is sent now would wait.
    pub(crate) fn newnym_wait(&self, now: Instant, interval: Duration) -> Duration {
        match *lock(&self.newnym) {
            Some(last) if now < last => last - now,
            Some(last) => (last + interval).saturating_duration_since(now),
            None => Duration::ZERO,
        }
    }

    /// Sets the default timeout of requests that begin after this.
    pub fn set_timeout_ms(&self, timeout_ms: u64) {
        self.timeout_ms.store(timeout_ms, Ordering::Relaxed);
    }

    /// The default timeout of requests.
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms.load(Ordering::Relaxed))
    }

    /// Makes a connected socket the controller's link. False if the controller has been closed.
    pub(crate) fn set_link(self: &Arc<Self>, link: Arc<Link>) -> bool {
        let mut core = lock(&self.core);
        if core.state == State::Closed {
            return false;
        }
        core.link = Some(link);
        core.reader = Reader::Nobody;
        core.cause = None;
        core.state = State::Connected;
        drop(core);
        self.publish_state(State::Connected.word());
        true
    }

    /// Takes the link away and ends all that wait for it with this cause. In a conversation that
    /// was ready that closes the controller; an attempt to connect goes on with its next step.
    pub(crate) fn lose_link(self: &Arc<Self>, link: &Arc<Link>, cause: Cause) {
        let is_over = {
            let mut core = lock(&self.core);
            let current = core.link.as_ref();
            if !current.is_some_and(|current| Arc::ptr_eq(current, link)) {
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

    fn drop_link(&self, core: &mut Core, cause: Cause) {
        if let Some(link) = &core.link {
            use std::os::fd::AsFd;
            if let Some(reactor) = &core.reactor {
                let _ = reactor.watch(core.number, link.as_fd(), core.interest, None);
            }
            // Who waits in a receive returns. The descriptor closes when the last has let go.
            super::sys::shutdown(&**link);
        }
        core.interest = None;
        core.link = None;
        core.reader = Reader::Reactor;
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
        self.hush_listeners();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_identities_come_at_their_interval() {
        let controller = Controller::new(Settings::default());
        let interval = Duration::from_secs(10);
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let wait = |seconds| controller.newnym_wait(at(seconds), interval).as_secs();
        assert_eq!(wait(0), 0);
        controller.note_newnym(at(0), interval);
        assert_eq!((wait(0), wait(4), wait(10), wait(99)), (10, 6, 0, 0));
        // The second comes at 10, the third is one with it.
        controller.note_newnym(at(4), interval);
        controller.note_newnym(at(5), interval);
        assert_eq!((wait(5), wait(9), wait(10), wait(11)), (5, 1, 10, 9));
        controller.note_newnym(at(30), interval);
        assert_eq!(wait(31), 9);
    }
}
