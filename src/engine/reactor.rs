//! What waits on sockets and moments, and has them seen to, in rounds.
//!
//! Nearly always that is the one I/O thread of the process, for the sockets of all conversations. It
//! is born with the first controller that connects and gone with the last, runs no foreign code and
//! waits for nothing but its sockets. A controller that starts no thread has a reactor of its own,
//! and the program's threads run the rounds ([`super::home`]).

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Registry, Token};

use super::block;
use super::park::{close_idle_wake_fds, lock, try_lock, Woken};
use super::sys::{self, Descriptor, Origin, PerProcess, Registration, Thread, ThreadId, WakeFd};

/// The token of the waker; controllers count from 1.
const WAKER: Token = Token(0);
/// In the token of a descriptor that several watch, beside its number.
const SHARED: usize = 1 << (usize::BITS - 2);
/// Sockets served in one round.
const EVENTS: usize = 256;

static RUNNING: PerProcess<Mutex<Weak<Reactor>>> =
    PerProcess::new(Mutex::new(Weak::new()), Mutex::default);

/// Whose socket is watched. What is called must not wait.
pub(crate) trait Served: Send + Sync {
    /// The socket takes more.
    fn write_ready(self: Arc<Self>);

    /// There is something to read. True if there may be more than one turn reads.
    fn read_ready(self: Arc<Self>) -> bool;

    /// It is as late as was asked for, or earlier. When it is to be called again.
    fn timer(self: Arc<Self>) -> Option<Instant>;

    /// It has panicked, which would be a mistake of ours. It ends, and not all others of the process.
    fn end(self: Arc<Self>);
}

type Member = Arc<dyn Served>;

/// Runs the work of one of them.
fn shielded<T>(served: &Arc<dyn Served>, work: impl FnOnce(Arc<dyn Served>) -> T) -> Option<T> {
    let worker = Arc::clone(served);
    let done = catch_unwind(AssertUnwindSafe(|| work(worker)));
    if done.is_err() {
        Arc::clone(served).end();
    }
    done.ok()
}

/// A share in what runs the rounds. A thread ends when the last share is dropped.
#[derive(Debug)]
pub(crate) struct Reactor {
    shared: Arc<Shared>,
    driver: Driver,
    origin: Origin,
}

/// Who runs the rounds.
#[derive(Debug)]
enum Driver {
    /// The I/O thread.
    Thread(Mutex<Option<Thread>>),
    /// Whoever calls [`Reactor::run_round`].
    Program(Program),
}

/// What stands for the thread in a reactor without one.
#[derive(Debug)]
struct Program {
    /// None in a forked child.
    rounds: Mutex<Option<Rounds>>,
    /// Readable when a round has something to see to, or the alarm is set. Closed before what it
    /// stands for.
    shown: Descriptor,
    /// Something concerns the program's loop, whatever others see to while they wait.
    alarm: WakeFd,
}

/// What is kept from one round to the next.
struct Rounds {
    /// Dropped before the poll.
    _registration: Registration,
    poll: Poll,
    events: Events,
    /// Controllers with more to read than one turn takes.
    unfinished: Vec<Weak<dyn Served>>,
}

impl std::fmt::Debug for Rounds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rounds").finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct Shared {
    /// Of the descriptors that mio holds; each dropped before what it is about.
    _registration: Registration,
    registry: Registry,
    waker: WakeFd,
    is_stopping: AtomicBool,
    members: Mutex<Members>,
}

#[derive(Debug, Default)]
struct Members {
    last: usize,
    served: HashMap<usize, Weak<dyn Served>>,
    /// When to call [`Served::timer`], by their numbers. It may be early: what a
    /// timer was set for is often over before its time.
    timers: HashMap<usize, Instant>,
    /// Who is told when a descriptor is readable that several look at.
    shared: HashMap<RawFd, Vec<usize>>,
}

impl Reactor {
    /// A share in the process's I/O thread, which is started if there is none.
    pub(crate) fn share() -> io::Result<Arc<Reactor>> {
        let mut running = lock(RUNNING.get());
        if let Some(reactor) = running.upgrade() {
            return Ok(reactor);
        }
        let reactor = Reactor::start()?;
        *running = Arc::downgrade(&reactor);
        Ok(reactor)
    }

    /// Starts a thread.
    fn start() -> io::Result<Arc<Reactor>> {
        let (shared, rounds) = Reactor::prepare()?;
        let for_thread = Arc::clone(&shared);
        let thread = sys::spawn("torctl-io", 512 << 10, move || run(rounds, &for_thread))?;
        Ok(Arc::new(Reactor {
            shared,
            driver: Driver::Thread(Mutex::new(Some(thread))),
            origin: Origin::here(),
        }))
    }

    /// One without a thread.
    pub(crate) fn without_thread() -> io::Result<Arc<Reactor>> {
        let (shared, rounds) = Reactor::prepare()?;
        let alarm = WakeFd::new()?;
        let program = Program {
            rounds: Mutex::new(Some(rounds)),
            shown: Descriptor::new(sys::either(shared.registry.as_fd(), alarm.as_fd())?),
            alarm,
        };
        Ok(Arc::new(Reactor {
            shared,
            driver: Driver::Program(program),
            origin: Origin::here(),
        }))
    }

    fn prepare() -> io::Result<(Arc<Shared>, Rounds)> {
        let poll = Poll::new()?;
        let registry = poll.registry().try_clone()?;
        let waker = WakeFd::new()?;
        let source = &mut SourceFd(&waker.as_fd().as_raw_fd());
        registry.register(source, WAKER, Interest::READABLE)?;
        let shared = Arc::new(Shared {
            _registration: Registration::of(registry.as_fd()),
            registry,
            waker,
            is_stopping: AtomicBool::new(false),
            members: Mutex::default(),
        });
        let rounds = Rounds {
            _registration: Registration::of(poll.registry().as_fd()),
            poll,
            events: Events::with_capacity(EVENTS),
            unfinished: Vec::new(),
        };
        Ok((shared, rounds))
    }

    /// Sees to all that can be seen to now, and waits for nothing. For one without a thread.
    pub(crate) fn run_round(&self) {
        let Driver::Program(Program { rounds, .. }) = &self.driver else {
            return;
        };
        if let Some(rounds) = &mut *lock(rounds) {
            let done = rounds.run(&self.shared, false);
            if done.is_ok() && !rounds.unfinished.is_empty() {
                // For the next round.
                self.shared.waker.set();
            }
        }
    }

    /// Readable when a round has something to see to, timers aside.
    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.shared.registry.as_fd()
    }

    /// The same for the program's loop, which has to know of alarms as well.
    pub(crate) fn shown_fd(&self) -> Option<BorrowedFd<'_>> {
        match &self.driver {
            Driver::Thread(_) => None,
            Driver::Program(program) => Some(program.shown.as_fd()),
        }
    }

    /// The program's loop looks at everything now.
    pub(crate) fn clear_alarm(&self) {
        if let Driver::Program(program) = &self.driver {
            program.alarm.clear();
        }
    }

    /// When the next timer is due.
    pub(crate) fn next_timer(&self) -> Option<Instant> {
        lock(&self.shared.members).timers.values().min().copied()
    }

    /// Takes one in; the number stands for it from now on.
    pub(crate) fn enter(&self, served: Weak<dyn Served>) -> usize {
        let mut members = lock(&self.shared.members);
        members.last += 1;
        let number = members.last;
        members.served.insert(number, served);
        number
    }

    pub(crate) fn leave(&self, number: usize) {
        let mut members = lock(&self.shared.members);
        members.served.remove(&number);
        // It may be set for a time that is far away.
        members.timers.remove(&number);
    }

    /// Changes what the socket of this controller is watched for, from `old` to `new`. What is
    /// ready already is reported anew.
    pub(crate) fn watch(
        &self,
        number: usize,
        fd: BorrowedFd<'_>,
        old: Option<Interest>,
        new: Option<Interest>,
    ) -> io::Result<()> {
        let raw = fd.as_raw_fd();
        let mut source = SourceFd(&raw);
        let registry = &self.shared.registry;
        match (old, new) {
            (None, None) => Ok(()),
            (None, Some(new)) => registry.register(&mut source, Token(number), new),
            (Some(_), Some(new)) => registry.reregister(&mut source, Token(number), new),
            (Some(_), None) => registry.deregister(&mut source),
        }
    }

    /// Has [`Served::read_ready`] called when this descriptor becomes readable, which others may watch as well:
    /// it can be registered once only.
    pub(crate) fn watch_shared(&self, number: usize, fd: BorrowedFd<'_>) -> io::Result<()> {
        let fd = fd.as_raw_fd();
        let mut members = lock(&self.shared.members);
        if let Some(watching) = members.shared.get_mut(&fd) {
            watching.push(number);
            return Ok(());
        }
        let (source, token) = (
            &mut SourceFd(&fd),
            Token(SHARED | fd.unsigned_abs() as usize),
        );
        self.shared
            .registry
            .register(source, token, Interest::READABLE)?;
        members.shared.insert(fd, vec![number]);
        Ok(())
    }

    pub(crate) fn unwatch_shared(&self, number: usize, fd: BorrowedFd<'_>) -> io::Result<()> {
        let fd = fd.as_raw_fd();
        let mut members = lock(&self.shared.members);
        let Some(watching) = members.shared.get_mut(&fd) else {
            return Ok(());
        };
        watching.retain(|other| *other != number);
        if !watching.is_empty() {
            return Ok(());
        }
        members.shared.remove(&fd);
        self.shared.registry.deregister(&mut SourceFd(&fd))
    }

    /// Has [`Served::timer`] called then, or earlier.
    pub(crate) fn set_timer(&self, number: usize, at: Instant) {
        {
            let mut members = lock(&self.shared.members);
            if !members.set_timer(number, at) {
                return;
            }
            let mut others = members.timers.iter().filter(|(it, _)| **it != number);
            let wakes_before = others.any(|(_, other)| *other <= at);
            // The thread then looks at all of them.
            if wakes_before {
                return;
            }
        }
        self.shared.waker.set();
        if let Driver::Program(program) = &self.driver {
            program.alarm.set();
        }
    }
}

impl Members {
    /// False if the controller's timer ends before.
    fn set_timer(&mut self, number: usize, at: Instant) -> bool {
        let is_first = self.timers.get(&number).is_none_or(|timer| at < *timer);
        if is_first {
            self.timers.insert(number, at);
        }
        is_first
    }
}

impl Drop for Reactor {
    fn drop(&mut self) {
        if !self.origin.is_here() {
            // The thread is the parent's, and what mio holds stands in the table of descriptors.
            std::mem::forget(Arc::clone(&self.shared));
            if let Driver::Program(Program { rounds, .. }) = &self.driver {
                std::mem::forget(try_lock(rounds).and_then(|mut rounds| rounds.take()));
            }
            return;
        }
        if let Driver::Thread(thread) = &self.driver {
            self.shared.is_stopping.store(true, Ordering::SeqCst);
            self.shared.waker.set();
            let thread = lock(thread).take();
            // The last share may go on the I/O thread itself, which then ends by itself.
            if let Some(thread) = thread {
                if thread.id() != Some(ThreadId::current()) {
                    thread.join();
                }
            }
        }
        close_idle_wake_fds();
        block::free_idle();
    }
}

/// Sets the alarm.
impl Woken for Reactor {
    fn wake(self: Arc<Self>) {
        if let Driver::Program(program) = &self.driver {
            program.alarm.set();
        }
    }

    fn go_on(self: Arc<Self>) {}
}

fn run(mut rounds: Rounds, shared: &Shared) {
    while !shared.is_stopping.load(Ordering::SeqCst) {
        if rounds.run(shared, true).is_err() {
            // Cannot happen on a valid epoll descriptor; do not spin if it does.
            return;
        }
    }
}

impl Rounds {
    /// One round, which waits for something to see to, or does not.
    fn run(&mut self, shared: &Shared, may_wait: bool) -> io::Result<()> {
        let next = shared.run_timers();
        let timeout = match may_wait && self.unfinished.is_empty() {
            true => next,
            false => Some(Duration::ZERO),
        };
        let polled = self.poll.poll(&mut self.events, timeout);
        polled.or_else(|error| match error.kind() {
            io::ErrorKind::Interrupted => Ok(()),
            _ => Err(error),
        })?;
        let unfinished = std::mem::take(&mut self.unfinished);
        let mut turn: Vec<_> = unfinished.iter().filter_map(Weak::upgrade).collect();
        for event in &self.events {
            let Token(number) = event.token();
            if event.token() == WAKER {
                // Who looks for changes only need not be told twice, and saves a system call.
                #[cfg(not(target_os = "linux"))]
                shared.waker.clear();
                continue;
            }
            let is_for_reader = event.is_readable() || event.is_read_closed() || event.is_error();
            let (one, several) = shared.members_of(number);
            for served in one.into_iter().chain(several) {
                if event.is_writable() {
                    shielded(&served, |served| served.write_ready());
                }
                if is_for_reader && !turn.iter().any(|other| Arc::ptr_eq(other, &served)) {
                    turn.push(served);
                }
            }
        }
        for served in turn {
            if shielded(&served, |served| served.read_ready()) == Some(true) {
                self.unfinished.push(Arc::downgrade(&served));
            }
        }
        Ok(())
    }
}

impl Shared {
    /// Whom an event with this token concerns: the one that has it, or all that watch its descriptor.
    fn members_of(&self, token: usize) -> (Option<Member>, Vec<Member>) {
        let members = lock(&self.members);
        let find = |number| members.served.get(number).and_then(Weak::upgrade);
        if token & SHARED == 0 {
            return (find(&token), Vec::new());
        }
        let fd = RawFd::try_from(token & !SHARED).ok();
        let watching = fd.and_then(|fd| members.shared.get(&fd));
        (
            None,
            watching.into_iter().flatten().filter_map(find).collect(),
        )
    }

    /// Runs the timers whose time has come; the time to the next one.
    fn run_timers(&self) -> Option<Duration> {
        let mut due = Vec::new();
        {
            let mut members = lock(&self.members);
            if members.timers.is_empty() {
                return None;
            }
            let now = Instant::now();
            let Members { timers, served, .. } = &mut *members;
            timers.retain(|number, at| {
                let is_due = *at <= now;
                if is_due {
                    let served = served.get(number).and_then(Weak::upgrade);
                    due.extend(served.map(|served| (*at, *number, served)));
                }
                !is_due
            });
        }
        due.sort_unstable_by_key(|(at, number, _)| (*at, *number));
        for (_, number, served) in due {
            let later = shielded(&served, |served| served.timer());
            if let Some(later) = later.flatten() {
                let mut members = lock(&self.members);
                if members.served.contains_key(&number) {
                    members.set_timer(number, later);
                }
            }
        }
        let members = lock(&self.members);
        let next = members.timers.values().min();
        next.map(|at| at.saturating_duration_since(Instant::now()))
    }
}

#[cfg(test)]
mod tests;
