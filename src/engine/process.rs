//! A program that the library has started: what it reads and prints, and its end.
//!
//! A task ([`super::tasks`]) takes whatever the program prints, so that it never stands still for a
//! full pipe, and fetches its exit status, so that no zombie is left. Only this one process is waited
//! for: the host's other children, and its handling of SIGCHLD, are its own business. A host that
//! ignores SIGCHLD or waits for any child takes the status away; then the end is known, the status
//! is not.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use once_cell::sync::OnceCell;
use rustix::event::PollFlags;
use zeroize::Zeroizing;

use super::call::Call;
use super::operation::Operation;
use super::park::{lock, Parker};
use super::reactor::Reactor;
use super::sys::{self, Descriptor, Origin, Registration};
use super::tasks::{Tasks, Work};
use crate::error::Error;

mod scratch;

pub use scratch::Scratch;

/// How long a program may take to end after it was asked to.
pub const GRACE: Duration = Duration::from_secs(10);

/// How often to look after a program whose end the system does not announce.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What to start.
#[derive(Debug)]
pub struct Start {
    /// A path, or a name to look for in PATH.
    pub program: OsString,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// What it reads from its standard input, also if it opens that by name, and more than once.
    pub input: Zeroizing<Vec<u8>>,
    /// A descriptor that it finds open under the same number, which must be over 2.
    pub inherited: Option<OwnedFd>,
    /// A directory in which it keeps its data, and which is there until it has ended.
    pub scratch: Option<Arc<Scratch>>,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// With this status.
    Code(i32),
    /// By this signal.
    Signal(i32),
    /// Somebody else in this process took the status.
    Unknown,
}

impl From<ExitStatus> for Exit {
    fn from(status: ExitStatus) -> Exit {
        match (status.code(), status.signal()) {
            (Some(code), _) => Exit::Code(code),
            (None, Some(signal)) => Exit::Signal(signal),
            (None, None) => Exit::Unknown,
        }
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exit::Code(code) => write!(f, "ended with status {code}"),
            Exit::Signal(signal) => write!(f, "was ended by signal {signal}"),
            Exit::Unknown => f.write_str("ended"),
        }
    }
}

/// A started program.
#[derive(Debug)]
pub struct Process {
    pid: u32,
    state: Mutex<State>,
    /// What has its task look.
    keeper: OnceCell<Arc<Parker>>,
    /// In another process nothing is asked of it and nothing waited for.
    origin: Origin,
}

#[derive(Debug, Default)]
struct State {
    output: Tail,
    exit: Option<Exit>,
    must_end: bool,
    /// When it is killed if it has not ended.
    kill_at: Option<Instant>,
    /// It goes on when its starter has no more use for it.
    is_kept: bool,
    /// Nobody will see to it any more.
    is_abandoned: bool,
    /// Who waits for the end.
    waiting: Vec<Arc<Parker>>,
}

/// Why a wait for the end was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoEnd {
    /// The deadline passed.
    Overdue,
    /// Whoever waited wanted it no more.
    Unwanted,
}

/// How it is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Until the call is cancelled.
    OfCall,
    /// Also when the call is cancelled: what it has begun has to be cleared away.
    Always,
}

impl Process {
    /// Starts a program, which is seen to where the tasks are.
    pub(crate) fn start(start: Start, tasks: &Arc<Tasks>) -> Result<Arc<Process>, Error> {
        let cannot = |error: io::Error| Error::system("no means to start a program", &error);
        let reactor = tasks.home().reactor();
        let reactor =
            reactor.map_err(|error| Error::system("no thread for the program", &error))?;
        let (ours, theirs) = UnixStream::pair().map_err(cannot)?;
        ours.set_nonblocking(true).map_err(cannot)?;
        let theirs = OwnedFd::from(theirs);
        let mut command = Command::new(&start.program);
        command.args(&start.args);
        sys::set_environment(&mut command);
        command.stdin(Stdio::from(
            sys::nameless_file(&start.input).map_err(cannot)?,
        ));
        command.stdout(Stdio::from(theirs.try_clone().map_err(cannot)?));
        command.stderr(Stdio::from(theirs));
        sys::set_apart(
            &mut command,
            start.inherited.as_ref().map(|fd| fd.as_raw_fd()),
            start.scratch.as_ref().and_then(|it| it.remover()),
        );
        let child = command.spawn();
        // What of the child's is open here would hide its end.
        drop(command);
        drop(start.inherited);
        let child = child.map_err(|error| no_program(&start.program, &error))?;
        if let Some(scratch) = &start.scratch {
            scratch.note_program(child.id());
        }
        let process = Arc::new(Process {
            pid: child.id(),
            state: Mutex::default(),
            keeper: OnceCell::new(),
            origin: Origin::here(),
        });
        let care = Care {
            end: EndWatch::new(child),
            output: Some(Descriptor::new(ours.into())),
            watched: None,
            scratch: start.scratch,
            _tasks: Arc::clone(tasks),
            _reactor: reactor,
        };
        let its_process = Arc::clone(&process);
        let begin = |operation: Arc<Operation>| {
            let _ = its_process.keeper.set(Arc::clone(operation.parker()));
            Box::pin(async move { its_process.run(care, &operation).await }) as Work
        };
        tasks.spawn(Call::none(), Box::new(begin));
        Ok(process)
    }

    /// Its number.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// The end of what it has printed.
    pub fn output(&self) -> Vec<u8> {
        match self.origin.is_here() {
            true => lock(&self.state).output.bytes().to_vec(),
            false => Vec::new(),
        }
    }

    /// How it ended, if it has.
    pub fn exit(&self) -> Option<Exit> {
        if !self.origin.is_here() {
            return None;
        }
        lock(&self.state).exit
    }

    /// Waits until it has ended and all of it is cleared away. `is_unwanted` is asked again whenever
    /// [`Process::wake_waiting`] is called.
    pub(crate) async fn wait_end(
        &self,
        operation: &Operation,
        patience: Patience,
        deadline: Option<Instant>,
        is_unwanted: &(dyn Fn() -> bool + Sync),
    ) -> Result<Result<Exit, NoEnd>, Error> {
        if !self.origin.is_here() {
            return Err(Error::forked());
        }
        let parker = operation.parker();
        let look = || {
            let is_unwanted = is_unwanted();
            let mut state = lock(&self.state);
            if let Some(exit) = state.exit {
                return Some(Ok(exit));
            }
            if is_unwanted {
                return Some(Err(NoEnd::Unwanted));
            }
            if !state.waiting.iter().any(|other| Arc::ptr_eq(other, parker)) {
                state.waiting.push(Arc::clone(parker));
            }
            None
        };
        let found = match patience {
            Patience::OfCall => operation.until(deadline, look).await,
            Patience::Always => operation.until_despite_cancel(deadline, look).await,
        };
        let mut state = lock(&self.state);
        state.waiting.retain(|other| !Arc::ptr_eq(other, parker));
        drop(state);
        Ok(found?.unwrap_or(Err(NoEnd::Overdue)))
    }

    /// Makes those who wait for the end look whether they still want it.
    pub(crate) fn wake_waiting(&self) {
        if self.origin.is_here() {
            lock(&self.state).wake_all();
        }
    }

    /// It goes on when its starter has no more use for it.
    pub fn keep(&self) {
        if self.origin.is_here() {
            lock(&self.state).is_kept = true;
        }
    }

    /// Whether it goes on then.
    pub fn is_kept(&self) -> bool {
        // A forked child has nothing to do with its end.
        !self.origin.is_here() || lock(&self.state).is_kept
    }

    /// Its starter has no more use for it and has told it so: if it has not ended after a while, it
    /// is killed, unless it is kept.
    pub fn expect_end(&self) {
        self.change(|state| {
            if !state.is_kept && state.kill_at.is_none() {
                state.kill_at = Some(Instant::now() + GRACE);
            }
        });
    }

    #[cfg(test)]
    pub(crate) fn is_expected_to_end(&self) -> bool {
        lock(&self.state).kill_at.is_some()
    }

    /// Asks it to end by SIGTERM, and kills it if it has not done so after a while.
    pub fn end(&self) {
        self.change(|state| {
            state.is_kept = false;
            state.must_end = true;
            state.kill_at = state.kill_at.or_else(|| Some(Instant::now() + GRACE));
        });
    }

    /// Nobody will see to it any more: what is held for it is given back. Whoever started it has its
    /// status to fetch.
    pub(crate) fn abandon(&self) {
        self.change(|state| state.is_abandoned = true);
    }

    /// Changes what its task is to look at.
    fn change(&self, change: impl FnOnce(&mut State)) {
        if !self.origin.is_here() {
            return;
        }
        change(&mut lock(&self.state));
        if let Some(keeper) = self.keeper.get() {
            keeper.wake_from_outside();
        }
    }

    /// Sees to it until it has ended.
    async fn run(&self, mut care: Care, operation: &Operation) {
        loop {
            care.read(self);
            if care.end.is_there() {
                break;
            }
            let kill_at = {
                let mut state = lock(&self.state);
                if state.is_abandoned {
                    return;
                }
                if state.kill_at.is_some_and(|at| Instant::now() >= at) {
                    state.kill_at = Some(Instant::now() + GRACE);
                    care.end.kill();
                } else if std::mem::take(&mut state.must_end) {
                    care.end.ask();
                }
                state.kill_at
            };
            let is_changed = || {
                let state = lock(&self.state);
                state.must_end || state.is_abandoned || state.kill_at != kill_at
            };
            if care.wait(operation, kill_at, &is_changed).await.is_err() {
                // Nobody can see to it.
                care.end.kill();
                break;
            }
        }
        care.read(self);
        let exit = care.end.wait();
        let scratch = care.scratch.take();
        drop(care);
        // The directory goes before anybody is notified of the end.
        if let Some(scratch) = scratch.and_then(Arc::into_inner) {
            scratch.clear_away(operation).await;
        }
        let mut state = lock(&self.state);
        state.exit = Some(exit);
        state.wake_all();
    }
}

impl State {
    fn wake_all(&self) {
        for parker in &self.waiting {
            parker.wake();
        }
    }
}

fn no_program(program: &OsStr, error: &io::Error) -> Error {
    let program = program.to_string_lossy();
    Error::connect(format!("cannot start {program}: {error}"), error)
}

/// What the task looks after.
struct Care {
    end: EndWatch,
    /// Where it prints to, by standard output and error, until it has closed both.
    output: Option<Descriptor>,
    /// Readable when it has printed or ended.
    watched: Option<Watched>,
    /// Dropped when all is over.
    scratch: Option<Arc<Scratch>>,
    /// Who sees to it.
    _tasks: Arc<Tasks>,
    _reactor: Arc<Reactor>,
}

struct Watched {
    /// Dropped before the descriptor.
    _registration: Registration,
    fd: Arc<OwnedFd>,
    has_output: bool,
}

impl Watched {
    fn new(fd: OwnedFd, has_output: bool) -> Watched {
        Watched {
            _registration: Registration::of(fd.as_fd()),
            fd: Arc::new(fd),
            has_output,
        }
    }
}

impl Care {
    /// Takes what the program has printed.
    fn read(&mut self, process: &Process) {
        let mut buf = [0; 4096];
        while let Some(output) = &self.output {
            match sys::recv(output, &mut buf) {
                Ok(0) => self.output = None,
                Ok(count) => lock(&process.state).output.push(&buf[..count]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => self.output = None,
            }
        }
    }

    /// Waits for something to do.
    async fn wait(
        &mut self,
        operation: &Operation,
        deadline: Option<Instant>,
        is_changed: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), Error> {
        let has_output = self.output.is_some();
        let is_watched = |it: &Watched| it.has_output == has_output;
        if !self.watched.as_ref().is_some_and(is_watched) {
            self.watched = None;
            let fd = match (&self.output, self.end.fd()) {
                (Some(output), Some(end)) => Some(sys::either(output.as_fd(), end)),
                (Some(fd), None) => Some(fd.as_fd().try_clone_to_owned()),
                (None, Some(fd)) => Some(fd.try_clone_to_owned()),
                (None, None) => None,
            };
            let fd = fd.transpose();
            let fd = fd.map_err(|error| Error::system("no descriptor for the program", &error))?;
            self.watched = fd.map(|fd| Watched::new(fd, has_output));
        }
        let Some(watched) = &self.watched else {
            let soon = Instant::now() + LOOK_EVERY;
            let soon = deadline.map_or(soon, |at| at.min(soon));
            let look = || is_changed().then_some(());
            return operation.until(Some(soon), look).await.map(drop);
        };
        let ready = operation.until_ready(&watched.fd, PollFlags::IN, deadline, is_changed);
        ready.await.map(drop)
    }
}

/// The process, until its status has been fetched.
struct EndWatch {
    child: Child,
    /// Readable when it has ended; names it even if its number is another's by then.
    #[cfg(target_os = "linux")]
    handle: Option<Descriptor>,
}

impl EndWatch {
    #[cfg(target_os = "linux")]
    fn new(child: Child) -> EndWatch {
        use rustix::process::{pidfd_open, Pid, PidfdFlags};
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        EndWatch {
            handle: pid
                .and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok())
                .map(Descriptor::new),
            child,
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn new(child: Child) -> EndWatch {
        EndWatch { child }
    }

    #[cfg(target_os = "linux")]
    fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.handle.as_ref().map(|fd| fd.as_fd())
    }

    #[cfg(not(target_os = "linux"))]
    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }

    /// Whether it has ended. An error is the status that somebody else has taken.
    fn is_there(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    fn wait(&mut self) -> Exit {
        self.child.wait().map_or(Exit::Unknown, Exit::from)
    }

    fn ask(&mut self) {
        self.signal(rustix::process::Signal::TERM);
    }

    fn kill(&mut self) {
        self.signal(rustix::process::Signal::KILL);
    }

    fn signal(&mut self, signal: rustix::process::Signal) {
        #[cfg(target_os = "linux")]
        if let Some(handle) = &self.handle {
            let _ = rustix::process::pidfd_send_signal(handle.as_fd(), signal);
            return;
        }
        // Not a number that is another's by now: a process whose status is not fetched keeps it.
        if matches!(self.child.try_wait(), Ok(None)) {
            let pid = i32::try_from(self.child.id()).ok();
            if let Some(pid) = pid.and_then(rustix::process::Pid::from_raw) {
                let _ = rustix::process::kill_process(pid, signal);
            }
        }
    }
}

/// The end of a text that goes on, in whole lines.
#[derive(Debug, Default)]
struct Tail(Vec<u8>);

impl Tail {
    const KEEP_BYTES: usize = 16 << 10;

    fn push(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
        if self.0.len() > 2 * Tail::KEEP_BYTES {
            let cut = self.0.len() - Tail::KEEP_BYTES;
            let line = memchr::memchr(b'\n', &self.0[cut..]).map_or(0, |at| at + 1);
            self.0.drain(..cut + line);
        }
    }

    fn bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests;
