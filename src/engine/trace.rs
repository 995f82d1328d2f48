//! A controller seen from outside: each line that it writes and reads goes to a function of the
//! program and to a recording, in the order of the wire and without secrets.
//!
//! A [`Tap`] is on a link and takes in lines where the bytes are written and read, under the locks
//! that are held there. Given out are they later, by [`Trace::deliver`], under no lock. One
//! thread at a time does that; others that come meanwhile leave their lines to it, so that nobody
//! waits and the order stays.

mod record;

use std::collections::VecDeque;
use std::fmt;
use std::io::IoSlice;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use super::park::lock;
use super::replay::Player;
use super::sys::{Stamp, ThreadId};
use crate::error::Error;
use crate::proto::recording::Origin;
use crate::proto::shown::{ShownLines, Side};

pub use record::Recorder;

/// A line, without its line end and with a NUL behind it.
#[derive(Debug)]
pub struct TracedLine {
    /// Who wrote it.
    pub origin: Origin,
    /// When it was written or read: microseconds since 1970 in UTC.
    pub unix_us: i64,
    text: Vec<u8>,
}

impl TracedLine {
    fn new(origin: Origin, unix_us: i64, mut text: Vec<u8>) -> TracedLine {
        text.push(0);
        TracedLine {
            origin,
            unix_us,
            text,
        }
    }

    /// What it says.
    pub fn text(&self) -> &[u8] {
        &self.text[..self.text.len() - 1]
    }

    /// The same with the NUL.
    pub fn with_nul(&self) -> &[u8] {
        &self.text
    }
}

/// A function of the program that is shown each line.
#[derive(Clone)]
pub struct TraceFunction(pub Arc<dyn Fn(&TracedLine) + Send + Sync>);

impl fmt::Debug for TraceFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TraceFunction")
    }
}

/// Lines that wait for the thread that gives them out. When there are more, the function is so slow
/// that whole reads come meanwhile.
const MAX_WAITING_BYTES: usize = 8 << 20;

/// See the module's comment.
#[derive(Debug)]
pub(crate) struct Trace {
    recorder: Option<Arc<Recorder>>,
    waiting: Mutex<Waiting>,
    /// No thread gives lines out any more.
    told: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    /// None once the program has ended the trace.
    function: Option<TraceFunction>,
    lines: VecDeque<TracedLine>,
    bytes: usize,
    /// Lines that were too many.
    lost: u64,
    /// Who gives them out.
    teller: Option<ThreadId>,
}

impl Waiting {
    fn push(&mut self, line: TracedLine) {
        let size = line.text.len() + size_of::<TracedLine>();
        if !self.lines.is_empty() && self.bytes + size > MAX_WAITING_BYTES {
            self.lost += 1;
            return;
        }
        if self.lost > 0 {
            let text = format!("LOST LINES={}", std::mem::take(&mut self.lost));
            let lost = TracedLine::new(Origin::Connection, line.unix_us, text.into());
            self.lines.push_back(lost);
        }
        self.bytes += size;
        self.lines.push_back(line);
    }
}

impl Trace {
    /// None if nobody wants it.
    pub(crate) fn new(
        function: Option<TraceFunction>,
        recorder: Option<Arc<Recorder>>,
    ) -> Option<Arc<Trace>> {
        let is_wanted = function.is_some() || recorder.is_some();
        is_wanted.then(|| {
            Arc::new(Trace {
                recorder,
                waiting: Mutex::new(Waiting {
                    function,
                    ..Waiting::default()
                }),
                told: Condvar::new(),
            })
        })
    }

    /// Gives out the lines that wait, unless another thread does. No lock may be held that a
    /// function of the program could need.
    pub(crate) fn deliver(&self) {
        {
            let mut waiting = lock(&self.waiting);
            if waiting.lines.is_empty() || waiting.teller.is_some() {
                return;
            }
            waiting.teller = Some(ThreadId::current());
        }
        loop {
            let (lines, function) = {
                let mut waiting = lock(&self.waiting);
                if waiting.lines.is_empty() {
                    waiting.teller = None;
                    self.told.notify_all();
                    return;
                }
                waiting.bytes = 0;
                let lines = std::mem::take(&mut waiting.lines);
                (lines, waiting.function.clone())
            };
            if let Some(recorder) = &self.recorder {
                recorder.write(&lines);
            }
            if let Some(TraceFunction(function)) = &function {
                lines.iter().for_each(|line| function(line));
            }
        }
    }

    /// The program's function is called no more. Waits until it is not running, unless this thread
    /// runs it.
    pub(crate) fn end(&self) {
        let here = ThreadId::current();
        let mut waiting = lock(&self.waiting);
        while waiting.teller.is_some_and(|teller| teller != here) {
            let woken = self.told.wait(waiting);
            waiting = woken.unwrap_or_else(PoisonError::into_inner);
        }
        let function = waiting.function.take();
        // It may be the program's turn to destroy what it is called with.
        drop(waiting);
        drop(function);
    }

    /// Whether this thread is in the program's function: whatever it waited for, it would have to
    /// read itself.
    pub(crate) fn is_here(&self) -> bool {
        lock(&self.waiting).teller == Some(ThreadId::current())
    }

    /// Why nothing more is recorded: the system's error number, or 0.
    pub(crate) fn record_errno(&self) -> i32 {
        self.recorder.as_ref().map_or(0, |it| it.errno())
    }
}

/// What is on a link: see the module's comment. The replay that is its other end, if it has none of
/// tor, works here as well: whenever something was written or read, it is its turn.
#[derive(Debug)]
pub(crate) struct Tap {
    trace: Option<Arc<Trace>>,
    lines: Mutex<Lines>,
    player: Option<Player>,
}

#[derive(Debug)]
struct Lines {
    ours: ShownLines,
    theirs: ShownLines,
}

impl Tap {
    /// That of a new connection.
    pub(crate) fn new(trace: Option<Arc<Trace>>, player: Option<Player>, line_bytes: usize) -> Tap {
        Tap {
            trace,
            player,
            lines: Mutex::new(Lines {
                ours: ShownLines::new(Side::Ours, line_bytes),
                theirs: ShownLines::new(Side::Theirs, line_bytes),
            }),
        }
    }

    /// So many bytes of these were written. Under the lock that they were written under.
    #[cold]
    pub(crate) fn written(&self, slices: &[IoSlice<'_>], mut count: usize) {
        if let Some(trace) = &self.trace {
            let lines = &mut lock(&self.lines).ours;
            let pieces = slices.iter().map_while(|slice| {
                let size = slice.len().min(count);
                count -= size;
                (size > 0).then(|| &slice[..size])
            });
            trace.note(Origin::Program, lines, pieces);
        }
        self.play();
    }

    /// These bytes were read. Whoever wrote what they answer has told so before.
    #[cold]
    pub(crate) fn read(&self, bytes: &[u8]) {
        if let Some(trace) = &self.trace {
            let lines = &mut lock(&self.lines).theirs;
            trace.note(Origin::Tor, lines, std::iter::once(bytes));
        }
        self.play();
    }

    /// Something happened to the connection.
    pub(crate) fn connection(&self, text: &str) {
        if let Some(trace) = &self.trace {
            let now = Stamp::now().unix_us;
            let line = TracedLine::new(Origin::Connection, now, text.into());
            lock(&trace.waiting).push(line);
        }
        self.play();
    }

    fn play(&self) {
        if let Some(player) = &self.player {
            player.play();
        }
    }

    /// See [`Trace::deliver`].
    #[cold]
    pub(crate) fn deliver(&self) {
        if let Some(trace) = &self.trace {
            trace.deliver();
        }
    }
}

impl Trace {
    fn note<'a>(
        &self,
        origin: Origin,
        lines: &mut ShownLines,
        pieces: impl Iterator<Item = &'a [u8]>,
    ) {
        let now = Stamp::now().unix_us;
        let mut waiting = lock(&self.waiting);
        let mut push = |text| waiting.push(TracedLine::new(origin, now, text));
        pieces.for_each(|piece| lines.feed(piece, &mut push));
    }
}

/// Refuses what would wait in the program's function.
pub(crate) fn refused() -> Error {
    let message =
        "a trace function cannot ask tor: the thread that it runs in is reading or writing";
    Error::State(message.to_string())
}

#[cfg(test)]
mod tests;
