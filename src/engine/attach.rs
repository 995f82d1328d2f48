//! Streams that tor leaves to the program, and the promise that none of them waits without end.
//!
//! tor leaves a new stream alone while `__LeaveStreamsUnattached` is set, until a controller says
//! where it goes. Which streams wait is noted where events are routed, in the order of the wire and
//! before anybody is notified of them. A thread ("torctl-attach"), which runs no code of the
//! program, has tor choose for those about which nothing was said in time. Exactly one of all who
//! could decide about a stream tells tor: whoever takes it out of the table.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::block::Block;
use super::controller::Controller;
use super::event::Event;
use super::park::lock;
use super::queue::Pressure;
use super::subscriber::Subscriber;
use super::sys::{self, Origin, Thread};
use crate::error::Error;
use crate::proto::command::stream::attach_stream;
use crate::proto::event::{number, Key, Kind, KindSet};

/// The option that makes tor leave streams alone.
pub const OPTION: &str = "__LeaveStreamsUnattached";

/// A controller's attacher, if it has one.
#[derive(Debug, Default)]
pub(crate) struct Slot(Mutex<Option<Arc<Streams>>>);

/// See the module's comment.
#[derive(Debug)]
pub struct Streams {
    patience: Duration,
    /// tor is to be told to leave streams alone no more.
    must_restore: AtomicBool,
    is_ending: AtomicBool,
    overdue: AtomicU64,
    table: Mutex<Table>,
    changed: Condvar,
    thread: Mutex<Option<Thread>>,
    /// The listener's number, 0 while there is none.
    pub listener: AtomicU64,
}

#[derive(Debug, Default)]
struct Table {
    waiting: HashMap<u64, Waiting>,
    is_over: bool,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    until: Instant,
    /// Somebody is telling tor about it.
    is_held: bool,
    /// The program is not asked.
    is_tors: bool,
}

/// What an event says of a stream.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// tor waits to be told where it goes.
    Waits,
    /// The same, but it says itself where it goes.
    WaitsForTor,
    /// It has gone somewhere, or is gone.
    Left,
    None,
}

impl Slot {
    pub(crate) fn get(&self) -> Option<Arc<Streams>> {
        lock(&self.0).clone()
    }

    /// Takes it into use, unless there is another.
    fn put(&self, streams: &Arc<Streams>) -> bool {
        let mut current = lock(&self.0);
        if current.is_some() {
            return false;
        }
        *current = Some(Arc::clone(streams));
        true
    }

    fn clear(&self, streams: &Arc<Streams>) {
        let mut current = lock(&self.0);
        if current.as_ref().is_some_and(|it| Arc::ptr_eq(it, streams)) {
            *current = None;
        }
    }

    /// Waits for the thread. After the end.
    pub(crate) fn join(&self) {
        if let Some(streams) = self.get() {
            streams.join();
        }
    }
}

impl Controller {
    /// Begins to note the streams that wait, each for so long at the most. Fails if somebody does
    /// so already.
    pub fn watch_streams(self: &Arc<Self>, patience: Duration) -> Result<Arc<Streams>, Error> {
        let streams = Arc::new(Streams {
            patience,
            must_restore: AtomicBool::new(false),
            is_ending: AtomicBool::new(false),
            overdue: AtomicU64::new(0),
            table: Mutex::default(),
            changed: Condvar::new(),
            thread: Mutex::default(),
            listener: AtomicU64::new(0),
        });
        if !self.attach.put(&streams) {
            let message = "another attacher is being set or removed";
            return Err(Error::State(message.to_string()));
        }
        if let Err(error) = self.add_subscriber(&streams) {
            self.attach.clear(&streams);
            return Err(error);
        }
        let for_thread = Arc::clone(&streams);
        let controller = Arc::downgrade(self);
        let thread = sys::spawn("torctl-attach", 256 << 10, move || {
            for_thread.run(&controller);
        });
        match thread {
            Ok(thread) => {
                *lock(&streams.thread) = Some(thread);
                Ok(streams)
            }
            Err(error) => {
                self.remove_subscriber(&streams);
                self.attach.clear(&streams);
                Err(Error::system("no thread for the attacher", &error))
            }
        }
    }

    /// Those that are watched now, unless that is about to end.
    pub fn watched_streams(&self) -> Option<Arc<Streams>> {
        self.attach.get()
    }

    /// Watches no more, and tells tor to choose for the streams that still wait.
    pub fn unwatch_streams(self: &Arc<Self>, streams: &Arc<Streams>) {
        let left = streams.take_all();
        self.remove_subscriber(streams);
        self.attach.clear(streams);
        for stream in left {
            self.let_tor_choose(stream);
        }
        streams.join();
    }

    /// The program is telling tor about this stream: until that is dropped, nobody else does.
    pub fn hold_stream(&self, stream: u64) -> Option<Hold> {
        let streams = self.attach.get()?;
        streams.hold(stream)
    }

    /// Nobody waits for the answer: a stream that is gone or attached by now is as good.
    pub fn let_tor_choose(self: &Arc<Self>, stream: u64) {
        if let Ok(command) = attach_stream(stream, None, None) {
            let _ = self.send_only(command);
        }
    }
}

impl Subscriber for Streams {
    /// Notes which streams wait now.
    fn publish(&self, block: &Arc<Block>) -> Pressure {
        if block.touches(KindSet::of(Kind::Stream)) {
            for index in 0..block.len() {
                if block.span(index).kind == Kind::Stream {
                    self.note(&Event::new(Arc::clone(block), index));
                }
            }
        }
        Pressure::None
    }

    fn begin_close(&self, commands: &mut Vec<u8>) {
        if self.take_must_restore() {
            commands.extend_from_slice(format!("SETCONF {OPTION}=0\r\n").as_bytes());
        }
        for stream in self.take_all() {
            commands.extend_from_slice(format!("ATTACHSTREAM {stream} 0\r\n").as_bytes());
        }
    }

    fn end(&self) {
        self.take_all();
    }
}

impl Streams {
    /// tor was made to leave streams alone, which is to be undone in the end.
    pub fn set_must_restore(&self) {
        self.must_restore.store(true, Ordering::SeqCst);
    }

    /// Whether that is still to be undone; it is the caller's to do from now on.
    pub fn take_must_restore(&self) -> bool {
        self.must_restore.swap(false, Ordering::SeqCst)
    }

    /// Whether somebody wants the end.
    pub fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::SeqCst)
    }

    /// Whether the caller is the first to want the end.
    pub fn begin_end(&self) -> bool {
        !self.is_ending.swap(true, Ordering::SeqCst)
    }

    /// For how many streams nobody decided in time.
    pub fn overdue(&self) -> u64 {
        self.overdue.load(Ordering::Relaxed)
    }

    /// Until when the program may decide about this stream, if it may.
    pub fn waits_until(&self, stream: u64) -> Option<Instant> {
        let table = lock(&self.table);
        let waiting = table.waiting.get(&stream)?;
        (!waiting.is_tors && !waiting.is_held).then_some(waiting.until)
    }

    /// Makes the decision about a stream the caller's alone, if nobody has made it.
    pub fn hold(self: &Arc<Self>, stream: u64) -> Option<Hold> {
        let mut table = lock(&self.table);
        let waiting = table.waiting.get_mut(&stream)?;
        if waiting.is_held || waiting.is_tors {
            return None;
        }
        waiting.is_held = true;
        Some(Hold {
            origin: Origin::here(),
            streams: Arc::clone(self),
            stream,
        })
    }

    fn note(&self, event: &Event) {
        let fields = event.fields();
        let Some(stream) = number::unsigned(fields.arg(0).bytes()) else {
            return;
        };
        let step = step(event);
        let mut table = lock(&self.table);
        match step {
            Step::None => {}
            Step::Left => drop(table.waiting.remove(&stream)),
            Step::Waits | Step::WaitsForTor if table.is_over => {}
            Step::Waits | Step::WaitsForTor => {
                let is_tors = step == Step::WaitsForTor;
                let patience = if is_tors {
                    Duration::ZERO
                } else {
                    self.patience
                };
                let waiting = Waiting {
                    until: Instant::now() + patience,
                    is_held: false,
                    is_tors,
                };
                table.waiting.insert(stream, waiting);
                self.changed.notify_one();
            }
        }
    }

    /// Nothing waits any more; what did, and is not held.
    fn take_all(&self) -> Vec<u64> {
        let mut table = lock(&self.table);
        table.is_over = true;
        self.changed.notify_one();
        let left = table.waiting.drain();
        left.filter(|(_, it)| !it.is_held)
            .map(|(stream, _)| stream)
            .collect()
    }

    fn join(&self) {
        let thread = lock(&self.thread).take();
        if let Some(thread) = thread {
            thread.join();
        }
    }

    fn run(&self, controller: &Weak<Controller>) {
        while let Some(due) = self.wait_due() {
            let Some(controller) = controller.upgrade() else {
                return;
            };
            for stream in due {
                controller.let_tor_choose(stream);
            }
        }
    }

    /// Waits for streams whose time is over, and takes them out. None at the end.
    fn wait_due(&self) -> Option<Vec<u64>> {
        let mut table = lock(&self.table);
        loop {
            if table.is_over {
                return None;
            }
            let now = Instant::now();
            let is_due = |it: &Waiting| !it.is_held && it.until <= now;
            let due = table.waiting.iter().filter(|(_, it)| is_due(it));
            let due: Vec<u64> = due.map(|(stream, _)| *stream).collect();
            for stream in &due {
                if table.waiting.remove(stream).is_some_and(|it| !it.is_tors) {
                    self.overdue.fetch_add(1, Ordering::Relaxed);
                }
            }
            if !due.is_empty() {
                return Some(due);
            }
            let free = table.waiting.values().filter(|it| !it.is_held);
            table = match free.map(|it| it.until).min() {
                None => self
                    .changed
                    .wait(table)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(next) => {
                    let left = next.saturating_duration_since(now);
                    let waited = self.changed.wait_timeout(table, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}

fn step(event: &Event) -> Step {
    let fields = event.fields();
    match fields.arg(1).bytes() {
        b"NEW" | b"NEWRESOLVE" | b"DETACHED" => {}
        b"SENTCONNECT" | b"SENTRESOLVE" | b"SUCCEEDED" | b"FAILED" | b"CLOSED" => {
            return Step::Left
        }
        // REMAP and CONTROLLER_WAIT come while it waits.
        _ => return Step::None,
    }
    // tor attaches its own directory streams itself, whatever the option says. To be told so would
    // tear them from the circuit where they are already.
    let purpose = fields.get(Key::Purpose).unwrap_or_default();
    if purpose.bytes().starts_with(b"DIR") {
        return Step::None;
    }
    let target = fields.arg(3);
    let host = target.bytes();
    let host = &host[..memchr::memrchr(b':', host).unwrap_or(host.len())];
    match host.ends_with(b".exit") {
        true => Step::WaitsForTor,
        false => Step::Waits,
    }
}

/// The right to tell tor about a stream. Dropped, the stream waits on, for as long as it still may.
#[derive(Debug)]
pub struct Hold {
    origin: Origin,
    streams: Arc<Streams>,
    stream: u64,
}

impl Hold {
    /// tor has been told.
    pub fn done(self) {
        lock(&self.streams.table).waiting.remove(&self.stream);
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if !self.origin.is_here() {
            return;
        }
        let mut table = lock(&self.streams.table);
        if let Some(waiting) = table.waiting.get_mut(&self.stream) {
            waiting.is_held = false;
            self.streams.changed.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(text: &str) -> Event {
        Event::of_text(Kind::Stream, "STREAM", text.as_bytes())
    }

    fn streams(patience_ms: u64) -> Arc<Streams> {
        Arc::new(Streams {
            patience: Duration::from_millis(patience_ms),
            must_restore: AtomicBool::new(false),
            is_ending: AtomicBool::new(false),
            overdue: AtomicU64::new(0),
            table: Mutex::default(),
            changed: Condvar::new(),
            thread: Mutex::default(),
            listener: AtomicU64::new(0),
        })
    }

    #[test]
    fn which_streams_wait() {
        let step = |text: &str| step(&event(text));
        assert_eq!(step("1 NEW 0 a.test:80 PURPOSE=USER"), Step::Waits);
        assert_eq!(
            step("1 NEWRESOLVE 0 a.test:0 PURPOSE=DNS_REQUEST"),
            Step::Waits
        );
        assert_eq!(step("1 DETACHED 0 a.test:80 REASON=TIMEOUT"), Step::Waits);
        assert_eq!(
            step("1 NEW 0 1.2.3.4.$AB.exit:80 PURPOSE=DIR_FETCH"),
            Step::None
        );
        assert_eq!(
            step("1 NEW 0 a.$AB.exit:80 PURPOSE=USER"),
            Step::WaitsForTor
        );
        // An application may ask for such a name.
        assert_eq!(
            step("1 NEW 0 a PURPOSE=DIR_FETCH b:80 PURPOSE=USER"),
            Step::Waits
        );
        assert_eq!(step("1 REMAP 0 1.2.3.4:80 SOURCE=CACHE"), Step::None);
        assert_eq!(step("1 CONTROLLER_WAIT 0 a.test:80"), Step::None);
        for word in [
            "SENTCONNECT",
            "SENTRESOLVE",
            "SUCCEEDED",
            "FAILED",
            "CLOSED",
        ] {
            assert_eq!(step(&format!("1 {word} 5 a.test:80")), Step::Left);
        }
    }

    #[test]
    fn one_decides() {
        let streams = streams(1_000_000);
        assert!(streams.hold(1).is_none());
        streams.note(&event("1 NEW 0 a.test:80 PURPOSE=USER"));
        assert!(streams.waits_until(1).is_some());
        let hold = streams.hold(1).unwrap();
        assert!(streams.hold(1).is_none() && streams.waits_until(1).is_none());
        drop(hold);
        streams.hold(1).unwrap().done();
        assert!(streams.hold(1).is_none());
        streams.note(&event("2 NEW 0 a.test:80 PURPOSE=USER"));
        streams.note(&event("3 NEW 0 a.test:80 PURPOSE=USER"));
        streams.note(&event("3 CLOSED 0 a.test:80"));
        let held = streams.hold(2);
        streams.note(&event("4 NEW 0 a.test:80 PURPOSE=USER"));
        assert_eq!(streams.take_all(), [4]);
        drop(held);
        assert_eq!(streams.take_all(), []);
        streams.note(&event("5 NEW 0 a.test:80 PURPOSE=USER"));
        assert_eq!(streams.take_all(), []);
        assert_eq!(streams.wait_due(), None);
    }

    #[test]
    fn what_is_over_is_taken_once() {
        let streams = streams(20);
        streams.note(&event("1 NEW 0 a.test:80 PURPOSE=USER"));
        let hold = streams.hold(1);
        streams.note(&event("2 NEW 0 a.$AB.exit:80 PURPOSE=USER"));
        assert!(streams.waits_until(2).is_none());
        assert_eq!(streams.wait_due(), Some(vec![2]));
        assert_eq!(streams.overdue(), 0);
        drop(hold);
        assert_eq!(streams.wait_due(), Some(vec![1]));
        assert!(streams.hold(1).is_none());
        assert_eq!(streams.overdue(), 1);
    }
}
