//! The streams that wait, kept up to date from their events, and the operation that watches over their
//! deadlines.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::time::{Duration, Instant};

use once_cell::sync::OnceCell;

use super::table::Table;
use crate::engine::block::Block;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::event::Event;
use crate::engine::operation::Operation;
use crate::engine::park::Parker;
use crate::engine::subscriber::{Pressure, Subscriber};
use crate::engine::tasks::Work;
use crate::engine::{lock, mono_ns, Origin};
use crate::error::Error;
use crate::proto::command::stream::attach_stream;
use crate::proto::event::{Kind, KindSet};

/// The option that makes tor leave streams alone.
pub const OPTION: &str = "__LeaveStreamsUnattached";

/// Nobody waits for the answer: a stream that is gone or attached by now is as good.
pub(super) fn let_tor_choose(controller: &Arc<Controller>, stream: u64) {
    if let Ok(command) = attach_stream(stream, None, None) {
        let _ = controller.send_only(command);
    }
}

/// A tor's streams that wait, while it has an attacher.
#[derive(Debug, Default)]
pub(in crate::api) struct Watched(Mutex<Option<Arc<Streams>>>);

/// What an attacher has to know of streams. A subscriber: which streams wait is known before anybody
/// is notified of them.
#[derive(Debug)]
pub(super) struct Streams {
    table: Mutex<Table>,
    /// How long the program has for each.
    timeout: Duration,
    /// Of the operation: woken when the table has a new deadline, or has ended.
    parker: OnceCell<Arc<Parker>>,
    /// tor is to be told to leave streams alone no more.
    must_restore: AtomicBool,
    is_ending: AtomicBool,
    /// The listener's number, 0 while there is none.
    pub(super) listener: AtomicU64,
}

impl Watched {
    /// Begins to watch streams, each of which may wait for so long. Fails if somebody does so
    /// already.
    pub(super) fn begin(
        &self,
        controller: &Arc<Controller>,
        timeout: Duration,
    ) -> Result<Arc<Streams>, Error> {
        let streams = Arc::new(Streams::new(timeout));
        if !self.put(&streams) {
            let message = "another attacher is being set or removed";
            return Err(Error::State(message.to_string()));
        }
        let begun = streams.begin(controller);
        if begun.is_err() {
            self.clear(&streams);
        }
        begun.map(|()| streams)
    }

    /// Watches no more. Gives the streams for which tor has to choose now.
    pub(super) fn end(&self, controller: &Controller, streams: &Arc<Streams>) -> Vec<u64> {
        let left = streams.take_all();
        controller.remove_subscriber(streams);
        self.clear(streams);
        left
    }

    /// Those that are watched now.
    pub(super) fn get(&self) -> Option<Arc<Streams>> {
        lock(&self.0).clone()
    }

    fn put(&self, streams: &Arc<Streams>) -> bool {
        let mut current = lock(&self.0);
        let is_free = current.is_none();
        if is_free {
            *current = Some(Arc::clone(streams));
        }
        is_free
    }

    fn clear(&self, streams: &Arc<Streams>) {
        let mut current = lock(&self.0);
        if current.as_ref().is_some_and(|it| Arc::ptr_eq(it, streams)) {
            *current = None;
        }
    }
}

impl Subscriber for Streams {
    fn publish(&self, block: &Arc<Block>) -> Pressure {
        if block.touches(KindSet::of(Kind::Stream)) {
            for index in 0..block.len() {
                if block.span(index).kind == Kind::Stream {
                    self.update(&Event::new(Arc::clone(block), index));
                }
            }
        }
        Pressure::None
    }

    /// Another tor has other streams.
    fn disconnect(&self) {
        self.table().clear(mono_ns());
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
    fn new(timeout: Duration) -> Streams {
        Streams {
            table: Mutex::new(Table::new(timeout)),
            timeout,
            parker: OnceCell::new(),
            must_restore: AtomicBool::new(false),
            is_ending: AtomicBool::new(false),
            listener: AtomicU64::new(0),
        }
    }

    fn begin(self: &Arc<Self>, controller: &Arc<Controller>) -> Result<(), Error> {
        controller.add_subscriber(self)?;
        let streams = Arc::clone(self);
        let its_controller = Arc::downgrade(controller);
        let work = |operation: Arc<Operation>| {
            // It is begun once.
            let _ = streams.parker.set(Arc::clone(operation.parker()));
            Box::pin(async move { streams.watch(&its_controller, &operation).await }) as Work
        };
        controller.tasks().spawn(Call::none(), Box::new(work));
        Ok(())
    }

    /// tor was made to leave streams alone, which is to be undone in the end.
    pub(super) fn set_must_restore(&self) {
        self.must_restore.store(true, Ordering::SeqCst);
    }

    /// Whether that is still to be undone; it is the caller's to do from now on.
    pub(super) fn take_must_restore(&self) -> bool {
        self.must_restore.swap(false, Ordering::SeqCst)
    }

    /// Whether somebody wants the end.
    pub(super) fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::SeqCst)
    }

    /// Whether the caller is the first to want the end.
    pub(super) fn begin_end(&self) -> bool {
        !self.is_ending.swap(true, Ordering::SeqCst)
    }

    pub(super) fn table(&self) -> MutexGuard<'_, Table> {
        lock(&self.table)
    }

    /// Gives the decision about a stream to the caller alone, if nobody has it.
    pub(super) fn hold(self: &Arc<Self>, stream: u64) -> Option<Hold> {
        self.hold_since(stream, u64::MAX)
    }

    /// The same for who knows the stream since that moment.
    pub(super) fn hold_since(self: &Arc<Self>, stream: u64, known_ns: u64) -> Option<Hold> {
        let mut table = self.table();
        let since_ns = table.since_ns();
        (known_ns >= since_ns && table.hold(stream)).then(|| Hold {
            origin: Origin::here(),
            streams: Arc::clone(self),
            stream,
            since_ns,
        })
    }

    /// Until when the program may decide about the stream of this event, if it may.
    pub(super) fn deadline(&self, stream: u64, event: &Event) -> Option<Instant> {
        let table = self.table();
        let is_there = event.arrival_mono_ns() >= table.since_ns();
        table.deadline(stream).filter(|_| is_there)
    }

    fn update(&self, event: &Event) {
        // Who reads lets it go on.
        if let (true, Some(parker)) = (
            self.table().update(event, Instant::now()),
            self.parker.get(),
        ) {
            parker.wake();
        }
    }

    fn take_all(&self) -> Vec<u64> {
        let left = self.table().end();
        self.go_on();
        left
    }

    /// Lets the operation look, in this thread, which holds no lock.
    fn go_on(&self) {
        if let Some(parker) = self.parker.get() {
            parker.wake_from_outside();
        }
    }

    /// Lets tor choose for each stream whose deadline has passed, until the end.
    async fn watch(&self, controller: &Weak<Controller>, operation: &Operation) {
        loop {
            let deadline = self.table().next_deadline();
            let due = match operation.until(deadline, || self.look(deadline)).await {
                Ok(Some(Look::Over)) => return,
                Ok(Some(Look::Due(due))) => due,
                Ok(Some(Look::NewDeadline) | None) => continue,
                // Nobody can watch over them: none may wait.
                Err(_) => self.table().take_due(Instant::now() + self.timeout),
            };
            let Some(controller) = controller.upgrade() else {
                return;
            };
            for stream in due {
                let_tor_choose(&controller, stream);
            }
        }
    }

    /// Looks for what ends a wait for this deadline.
    fn look(&self, deadline: Option<Instant>) -> Option<Look> {
        let mut table = self.table();
        if table.has_ended() {
            return Some(Look::Over);
        }
        let due = table.take_due(Instant::now());
        match due.is_empty() {
            true => (table.next_deadline() != deadline).then_some(Look::NewDeadline),
            false => Some(Look::Due(due)),
        }
    }
}

/// What [`Streams::look`] found.
#[derive(Debug, PartialEq, Eq)]
enum Look {
    /// The deadline of these streams has passed, and tor is to choose.
    Due(Vec<u64>),
    NewDeadline,
    Over,
}

/// The right to tell tor about a stream. Dropped, the stream waits on, for as long as it still may.
#[derive(Debug)]
pub(in crate::api) struct Hold {
    origin: Origin,
    streams: Arc<Streams>,
    stream: u64,
    since_ns: u64,
}

impl Hold {
    /// tor has been told.
    pub(in crate::api) fn done(self) {
        self.change(Table::remove);
    }

    /// Changes the table, unless the stream was one of another tor.
    fn change(&self, change: fn(&mut Table, u64)) {
        let mut table = self.streams.table();
        if table.since_ns() == self.since_ns {
            change(&mut table, self.stream);
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if self.origin.is_here() {
            self.change(Table::release);
            self.streams.go_on();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::scripted;

    fn event(text: &str) -> Event {
        Event::of_text(Kind::Stream, "STREAM", text.as_bytes())
    }

    #[test]
    fn a_hold_is_of_one_connection() {
        let streams = Arc::new(Streams::new(Duration::from_secs(60)));
        let new = event("1 NEW 0 a.test:80 PURPOSE=USER");
        streams.update(&new);
        let of_old = streams.hold(1).unwrap();
        streams.disconnect();
        streams.update(&new);
        // What was known before is of the old stream.
        assert_eq!(streams.deadline(1, &new), None);
        assert!(streams.hold_since(1, new.arrival_mono_ns()).is_none());
        of_old.done();
        assert!(streams.hold(1).is_some());
    }

    #[test]
    fn a_hold_that_is_dropped_gives_the_stream_back() {
        let streams = Arc::new(Streams::new(Duration::from_millis(20)));
        streams.update(&event("1 NEW 0 a.test:80 PURPOSE=USER"));
        let hold = streams.hold(1);
        assert!(hold.is_some() && streams.hold(1).is_none());
        drop(hold);
        streams.hold(1).unwrap().done();
        assert!(streams.hold(1).is_none());
        streams.update(&event("2 NEW 0 a.test:80 PURPOSE=USER"));
        let deadline = streams.table().next_deadline();
        assert_eq!(streams.look(None), Some(Look::NewDeadline));
        assert_eq!(streams.look(deadline), None);
        std::thread::sleep(Duration::from_millis(20));
        assert_eq!(streams.look(deadline), Some(Look::Due(vec![2])));
        streams.take_all();
        assert_eq!(streams.look(None), Some(Look::Over));
    }

    #[test]
    fn one_at_a_time_and_none_after_the_close() {
        let (send, lines) = std::sync::mpsc::channel();
        let controller = scripted::controller(move |line| {
            let _ = send.send(line.to_string());
            String::new()
        });
        let watched = Watched::default();
        let begin = || watched.begin(&controller, Duration::from_secs(600));
        let first = begin().unwrap();
        assert!(matches!(begin(), Err(Error::State(_))));
        first.update(&event("1 NEW 0 a.test:80 PURPOSE=USER"));
        assert_eq!(watched.end(&controller, &first), [1]);
        let second = begin().unwrap();
        second.set_must_restore();
        second.update(&event("7 NEW 0 a.test:80 PURPOSE=USER"));
        controller.close();
        let sent: Vec<String> = lines.iter().collect();
        let restored = format!("SETCONF {OPTION}=0");
        assert_eq!(sent, [&restored, "ATTACHSTREAM 7 0", "QUIT"]);
        watched.end(&controller, &second);
        // It ends by itself.
        begin().unwrap();
    }
}
