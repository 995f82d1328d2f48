//! Which streams wait for a decision, and until when. No thread, lock or clock.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::api::stream_key::StreamKey;
use crate::engine::event::Event;
use crate::proto::event::{number, Key};

/// The streams that tor has left alone, and who may decide about them: the program, or after a
/// stream's deadline tor. Whoever decides tells tor, so each stream has one who does.
#[derive(Debug)]
pub(super) struct Table {
    /// How long the program has for each.
    timeout: Duration,
    waiting: HashMap<u64, Waiting>,
    /// The streams of dials, which say themselves where they go: how they are known, and those that
    /// have come and are not gone.
    claims: Vec<StreamKey>,
    claimed: Vec<u64>,
    overdue: u64,
    has_ended: bool,
    /// When the last connection was lost: what came before is of streams that are no more.
    since_ns: u64,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    deadline: Instant,
    /// Somebody is telling tor about it.
    is_held: bool,
    /// The program is not asked.
    is_tors: bool,
}

/// What an event says of a stream.
#[derive(Debug, PartialEq, Eq)]
enum Change {
    /// tor waits to be told where it goes.
    Waits,
    /// The same, but it says itself where it goes.
    WaitsForTor,
    /// It has gone somewhere, or is gone.
    Left,
    None,
}

impl Table {
    pub(super) fn new(timeout: Duration) -> Table {
        Table {
            timeout,
            waiting: HashMap::new(),
            claims: Vec::new(),
            claimed: Vec::new(),
            overdue: 0,
            has_ended: false,
            since_ns: 0,
        }
    }

    /// Takes in a STREAM event. Whether there is a new deadline.
    pub(super) fn update(&mut self, event: &Event, now: Instant) -> bool {
        let Some(stream) = number::unsigned(event.fields().arg(0).bytes()) else {
            return false;
        };
        if self.is_claimed(stream, event) {
            return false;
        }
        let is_tors = match change(event) {
            Change::None => return false,
            Change::Left => {
                self.waiting.remove(&stream);
                return false;
            }
            Change::Waits => false,
            Change::WaitsForTor => true,
        };
        if self.has_ended {
            return false;
        }
        let timeout = if is_tors {
            Duration::ZERO
        } else {
            self.timeout
        };
        let waiting = Waiting {
            deadline: now + timeout,
            is_held: false,
            is_tors,
        };
        self.waiting.insert(stream, waiting);
        true
    }

    /// The stream that is known so is a dial's, and nobody else's to decide about.
    pub(super) fn claim(&mut self, key: StreamKey) {
        self.claims.push(key);
    }

    /// None is known so any more. What has come stays the dial's.
    pub(super) fn unclaim(&mut self, key: &StreamKey) {
        self.claims.retain(|it| it != key);
    }

    fn is_claimed(&mut self, stream: u64, event: &Event) -> bool {
        if let Some(index) = self.claimed.iter().position(|it| *it == stream) {
            if matches!(event.fields().arg(1).bytes(), b"FAILED" | b"CLOSED") {
                self.claimed.swap_remove(index);
            }
            return true;
        }
        let is_claimed = self.claims.iter().any(|it| it.matches(event));
        if is_claimed {
            self.claimed.push(stream);
        }
        is_claimed
    }

    /// The connection on which this is true of streams: their ids are given anew on the next.
    pub(super) fn since_ns(&self) -> u64 {
        self.since_ns
    }

    /// Until when the program may decide about this stream, if it may.
    pub(super) fn deadline(&self, stream: u64) -> Option<Instant> {
        let waiting = self.waiting.get(&stream)?;
        (!waiting.is_tors && !waiting.is_held).then_some(waiting.deadline)
    }

    /// Gives the decision about a stream to the caller alone, if nobody has it.
    pub(super) fn hold(&mut self, stream: u64) -> bool {
        let is_free = self.deadline(stream).is_some();
        if let Some(waiting) = self.waiting.get_mut(&stream).filter(|_| is_free) {
            waiting.is_held = true;
        }
        is_free
    }

    /// The caller has not decided.
    pub(super) fn release(&mut self, stream: u64) {
        if let Some(waiting) = self.waiting.get_mut(&stream) {
            waiting.is_held = false;
        }
    }

    /// The caller has decided.
    pub(super) fn remove(&mut self, stream: u64) {
        self.waiting.remove(&stream);
    }

    /// Takes out the streams whose deadline has passed: the caller tells tor to choose.
    pub(super) fn take_due(&mut self, now: Instant) -> Vec<u64> {
        let is_due = |it: &Waiting| !it.is_held && it.deadline <= now;
        let due = self.waiting.iter().filter(|(_, it)| is_due(it));
        let due: Vec<u64> = due.map(|(stream, _)| *stream).collect();
        for stream in &due {
            if self.waiting.remove(stream).is_some_and(|it| !it.is_tors) {
                self.overdue += 1;
            }
        }
        due
    }

    /// The next deadline of those that nobody holds.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        let free = self.waiting.values().filter(|it| !it.is_held);
        free.map(|it| it.deadline).min()
    }

    /// None of the streams is there any more, from this moment on.
    pub(super) fn clear(&mut self, now_ns: u64) {
        self.waiting.clear();
        self.claimed.clear();
        self.since_ns = now_ns;
    }

    /// Takes out all that wait and are not held; none is added any more.
    pub(super) fn end(&mut self) -> Vec<u64> {
        self.has_ended = true;
        let left = self.waiting.drain();
        left.filter(|(_, it)| !it.is_held)
            .map(|(stream, _)| stream)
            .collect()
    }

    pub(super) fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// For how many streams nobody decided in time.
    pub(super) fn overdue(&self) -> u64 {
        self.overdue
    }
}

fn change(event: &Event) -> Change {
    let fields = event.fields();
    match fields.arg(1).bytes() {
        b"NEW" | b"NEWRESOLVE" | b"DETACHED" => {}
        b"SENTCONNECT" | b"SENTRESOLVE" | b"SUCCEEDED" | b"FAILED" | b"CLOSED" => {
            return Change::Left
        }
        // REMAP and CONTROLLER_WAIT come while it waits.
        _ => return Change::None,
    }
    // tor attaches its own directory streams itself, whatever the option says. To be told so would
    // tear them from the circuit where they are already.
    let purpose = fields.get(Key::Purpose).unwrap_or_default();
    if purpose.bytes().starts_with(b"DIR") {
        return Change::None;
    }
    let target = fields.arg(3);
    let host = target.bytes();
    let host = &host[..memchr::memrchr(b':', host).unwrap_or(host.len())];
    match host.ends_with(b".exit") {
        true => Change::WaitsForTor,
        false => Change::Waits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::event::Kind;
    use crate::proto::socks::Target;

    const TIMEOUT: Duration = Duration::from_secs(10);
    const NONE: [u64; 0] = [];

    fn event(text: &str) -> Event {
        Event::of_text(Kind::Stream, "STREAM", text.as_bytes())
    }

    #[test]
    fn which_streams_wait() {
        let change = |text: &str| change(&event(text));
        assert_eq!(change("1 NEW 0 a.test:80 PURPOSE=USER"), Change::Waits);
        assert_eq!(
            change("1 NEWRESOLVE 0 a.test:0 PURPOSE=DNS_REQUEST"),
            Change::Waits
        );
        assert_eq!(
            change("1 DETACHED 0 a.test:80 REASON=TIMEOUT"),
            Change::Waits
        );
        assert_eq!(
            change("1 NEW 0 1.2.3.4.$AB.exit:80 PURPOSE=DIR_FETCH"),
            Change::None
        );
        assert_eq!(
            change("1 NEW 0 a.$AB.exit:80 PURPOSE=USER"),
            Change::WaitsForTor
        );
        // An application may ask for such a name.
        assert_eq!(
            change("1 NEW 0 a PURPOSE=DIR_FETCH b:80 PURPOSE=USER"),
            Change::Waits
        );
        assert_eq!(change("1 REMAP 0 1.2.3.4:80 SOURCE=CACHE"), Change::None);
        assert_eq!(change("1 CONTROLLER_WAIT 0 a.test:80"), Change::None);
        for word in [
            "SENTCONNECT",
            "SENTRESOLVE",
            "SUCCEEDED",
            "FAILED",
            "CLOSED",
        ] {
            assert_eq!(change(&format!("1 {word} 5 a.test:80")), Change::Left);
        }
    }

    #[test]
    fn a_dials_stream_is_nobody_elses() {
        let mut table = Table::new(TIMEOUT);
        let now = Instant::now();
        let key = StreamKey {
            source: Some("127.0.0.1:7".parse().unwrap()),
            login: None,
            target: Target::new(b"a.test", 80).unwrap(),
        };
        table.claim(key.clone());
        let new = |id: u64, port: u16| {
            event(&format!(
                "{id} NEW 0 a.test:80 SOURCE_ADDR=127.0.0.1:{port} PURPOSE=USER"
            ))
        };
        assert!(!table.update(&new(1, 7), now));
        assert!(table.update(&new(2, 8), now));
        assert!(table.deadline(1).is_none() && table.deadline(2).is_some());
        table.unclaim(&key);
        assert!(!table.update(&event("1 DETACHED 5 a.test:80 REASON=END"), now));
        assert!(!table.update(&event("1 CLOSED 5 a.test:80 REASON=END"), now));
        assert!(table.claimed.is_empty());
        // The port may be another's later.
        assert!(table.update(&new(3, 7), now));
        assert_eq!(table.end().len(), 2);
    }

    #[test]
    fn one_decides() {
        let now = Instant::now();
        let mut table = Table::new(TIMEOUT);
        assert!(!table.hold(1));
        assert!(table.update(&event("1 NEW 0 a.test:80 PURPOSE=USER"), now));
        assert_eq!(table.deadline(1), Some(now + TIMEOUT));
        assert!(table.hold(1));
        assert!(!table.hold(1) && table.deadline(1).is_none());
        table.release(1);
        assert!(table.hold(1));
        table.remove(1);
        assert!(!table.hold(1));
        // One that is gone by itself is nobody's to decide about.
        table.release(1);
        assert_eq!(table.next_deadline(), None);
    }

    #[test]
    fn the_end_leaves_what_nobody_holds_and_takes_nothing_new() {
        let now = Instant::now();
        let mut table = Table::new(TIMEOUT);
        for number in 2..=4 {
            table.update(&event(&format!("{number} NEW 0 a.test:80")), now);
        }
        assert!(!table.update(&event("3 CLOSED 0 a.test:80"), now));
        assert!(table.hold(2));
        assert!(!table.has_ended());
        assert_eq!(table.end(), [4]);
        assert!(table.has_ended());
        table.release(2);
        assert_eq!(table.end(), NONE);
        assert!(!table.update(&event("5 NEW 0 a.test:80"), now));
        assert_eq!(table.end(), NONE);
    }

    #[test]
    fn what_is_overdue_is_taken_once_and_counted() {
        let begin = Instant::now();
        let mut table = Table::new(TIMEOUT);
        table.update(&event("1 NEW 0 a.test:80 PURPOSE=USER"), begin);
        assert!(table.hold(1));
        table.update(&event("2 NEW 0 a.$AB.exit:80 PURPOSE=USER"), begin);
        assert!(table.deadline(2).is_none() && !table.hold(2));
        assert_eq!(table.next_deadline(), Some(begin));
        assert_eq!(table.take_due(begin), [2]);
        assert_eq!(table.overdue(), 0, "tor was to choose for it anyway");
        let late = begin + TIMEOUT;
        assert_eq!(table.take_due(late), NONE, "it is held");
        table.release(1);
        assert_eq!(table.take_due(late - Duration::from_millis(1)), NONE);
        assert_eq!(table.take_due(late), [1]);
        assert!(!table.hold(1));
        assert_eq!(table.overdue(), 1);
    }

    #[test]
    fn a_stream_that_waits_again_has_a_new_deadline() {
        let begin = Instant::now();
        let mut table = Table::new(TIMEOUT);
        table.update(&event("1 NEW 0 a.test:80 PURPOSE=USER"), begin);
        assert!(table.hold(1));
        let later = begin + TIMEOUT;
        table.update(&event("1 DETACHED 0 a.test:80 REASON=TIMEOUT"), later);
        assert_eq!(table.deadline(1), Some(later + TIMEOUT));
    }
}
