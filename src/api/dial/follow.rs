//! The stream that tor makes of a connection to its SOCKS port, followed by its events.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use super::super::stream_key::StreamKey;
use crate::engine::block::Block;
use crate::engine::event::Event;
use crate::engine::lock;
use crate::engine::park::Parker;
use crate::engine::subscriber::{Pressure, Subscriber};
use crate::proto::event::{number, Key, Kind, KindSet};

/// What is known of the stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// Its number.
    pub(super) stream: Option<u64>,
    /// The circuit that it is on, or was on last.
    pub(super) circuit: Option<u64>,
    /// It is connected.
    pub(super) is_connected: bool,
    /// It was taken off its circuit.
    pub(super) is_detached: bool,
    /// tor's words for what went wrong last: its own, and the relay's behind it.
    pub(super) trouble: Option<(Vec<u8>, Vec<u8>)>,
}

impl Progress {
    fn update(&mut self, event: &Event, key: &StreamKey) {
        let fields = event.fields();
        let Some(id) = number::unsigned(fields.arg(0).bytes()) else {
            return;
        };
        match self.stream {
            None if key.matches(event) => self.stream = Some(id),
            Some(stream) if stream == id => {}
            _ => return,
        }
        let circuit = number::unsigned(fields.arg(2).bytes());
        self.circuit = circuit.filter(|it| *it != 0).or(self.circuit);
        match fields.arg(1).bytes() {
            b"SENTCONNECT" => self.is_detached = false,
            b"SUCCEEDED" => self.is_connected = true,
            word @ (b"DETACHED" | b"FAILED" | b"CLOSED") => {
                let text = |key| fields.get(key).unwrap_or_default().bytes().to_vec();
                self.is_detached = word == b"DETACHED";
                self.trouble = Some((text(Key::Reason), text(Key::RemoteReason)));
            }
            _ => {}
        }
    }

    /// tor's most exact word for what went wrong; nothing if it said none.
    pub(super) fn word(&self) -> &[u8] {
        match &self.trouble {
            Some((reason, remote)) if remote.is_empty() => reason,
            Some((_, remote)) => remote,
            None => b"",
        }
    }
}

/// Is told of the stream's events and of the end, by whoever reads, and wakes who dials.
#[derive(Debug)]
pub(super) struct Follower {
    parker: Arc<Parker>,
    followed: Mutex<Option<(StreamKey, Progress)>>,
    /// Something of what it knows may have changed.
    has_news: AtomicBool,
    has_ended: AtomicBool,
}

impl Follower {
    /// One that wakes this parker.
    pub(super) fn new(parker: &Arc<Parker>) -> Arc<Follower> {
        Arc::new(Follower {
            parker: Arc::clone(parker),
            followed: Mutex::default(),
            has_news: AtomicBool::new(false),
            has_ended: AtomicBool::new(false),
        })
    }

    /// Follows this stream from now on.
    pub(super) fn follow(&self, key: StreamKey) {
        *lock(&self.followed) = Some((key, Progress::default()));
    }

    pub(super) fn progress(&self) -> Progress {
        let followed = lock(&self.followed);
        followed
            .as_ref()
            .map_or_else(Progress::default, |it| it.1.clone())
    }

    /// Whether there are events that came since this was asked last.
    pub(super) fn take_news(&self) -> bool {
        self.has_news.swap(false, Ordering::SeqCst)
    }

    /// Whether the conversation with tor is over.
    pub(super) fn has_ended(&self) -> bool {
        self.has_ended.load(Ordering::SeqCst)
    }
}

impl Subscriber for Follower {
    fn publish(&self, block: &Arc<Block>) -> Pressure {
        if block.touches(KindSet::of(Kind::Stream)) {
            if let Some((key, progress)) = &mut *lock(&self.followed) {
                for index in 0..block.len() {
                    if block.span(index).kind == Kind::Stream {
                        progress.update(&Event::new(Arc::clone(block), index), key);
                    }
                }
            }
            self.has_news.store(true, Ordering::SeqCst);
            self.parker.wake();
        }
        Pressure::None
    }

    fn disconnect(&self) {
        self.end();
    }

    fn end(&self) {
        self.has_ended.store(true, Ordering::SeqCst);
        self.parker.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::socks::Target;

    fn event(text: &str) -> Event {
        Event::of_text(Kind::Stream, "STREAM", text.as_bytes())
    }

    #[test]
    fn its_events_tell_where_it_is() {
        let key = StreamKey {
            source: Some("127.0.0.1:7".parse().unwrap()),
            login: None,
            target: Target::new(b"a.test", 80).unwrap(),
        };
        let mut progress = Progress::default();
        let mut take = |text: &str| {
            progress.update(&event(text), &key);
            progress.clone()
        };
        assert_eq!(take("3 SENTCONNECT 5 a.test:80"), Progress::default());
        take("4 NEW 0 a.test:80 SOURCE_ADDR=127.0.0.1:7 PURPOSE=USER");
        take("4 SENTCONNECT 5 a.test:80");
        take("9 SUCCEEDED 8 a.test:80");
        let seen = take("4 DETACHED 5 a.test:80 REASON=END REMOTE_REASON=EXITPOLICY");
        assert_eq!((seen.stream, seen.circuit), (Some(4), Some(5)));
        assert!(seen.is_detached && !seen.is_connected);
        assert_eq!(seen.word(), b"EXITPOLICY");
        let seen = take("4 SENTCONNECT 6 a.test:80");
        assert!(!seen.is_detached);
        let seen = take("4 SUCCEEDED 6 192.0.2.1:80");
        assert!(seen.is_connected);
        assert_eq!(seen.circuit, Some(6));
        let seen = take("4 CLOSED 6 a.test:80 REASON=TIMEOUT");
        assert_eq!(seen.word(), b"TIMEOUT");
    }
}
