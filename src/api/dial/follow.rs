//! The stream that tor makes of a connection to its SOCKS port, followed by its events.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crate::engine::block::Block;
use crate::engine::event::Event;
use crate::engine::lock;
use crate::engine::park::Parker;
use crate::engine::subscriber::{Pressure, Subscriber};
use crate::proto::event::{number, Key, Kind, KindSet};
use crate::proto::socks::{Login, Target};

/// How the stream of a connection is known among others: by the port that the connection comes
/// from. One over a Unix socket comes from no port, and is known by what was said over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::api) struct StreamKey {
    pub(super) source: Option<SocketAddr>,
    pub(super) login: Option<Login>,
    pub(super) target: Target,
}

impl StreamKey {
    /// Whether this event tells of the stream for the first time.
    pub(in crate::api) fn matches(&self, event: &Event) -> bool {
        let fields = event.fields();
        if fields.arg(1).bytes() != b"NEW" {
            return false;
        }
        let text = |key| fields.get(key).unwrap_or_default().bytes();
        let source = std::str::from_utf8(text(Key::SourceAddr)).unwrap_or_default();
        let source: Option<SocketAddr> = source.parse().ok();
        if self.source.is_some() || source.is_some() {
            return self.source == source;
        }
        let (user, password) = match &self.login {
            Some(login) => (login.user.as_slice(), login.password.as_slice()),
            None => (&b""[..], &b""[..]),
        };
        text(Key::SocksUsername) == user
            && text(Key::SocksPassword) == password
            && fields
                .arg(3)
                .bytes()
                .eq_ignore_ascii_case(&self.target.text())
    }
}

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

/// Is told of the stream's events and of the end, by whoever reads, and wakes the thread that
/// dials.
#[derive(Debug, Default)]
pub(super) struct Follower {
    pub(super) parker: Arc<Parker>,
    followed: Mutex<Option<(StreamKey, Progress)>>,
    has_ended: AtomicBool,
}

impl Follower {
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
            self.parker.wake();
        }
        Pressure::None
    }

    fn end(&self) {
        self.has_ended.store(true, Ordering::SeqCst);
        self.parker.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(source: Option<&str>, login: Option<(&str, &str)>) -> StreamKey {
        StreamKey {
            source: source.map(|it| it.parse().unwrap()),
            login: login.map(|(user, password)| Login {
                user: user.into(),
                password: password.into(),
            }),
            target: Target::new(b"a.test", 80).unwrap(),
        }
    }

    fn event(text: &str) -> Event {
        Event::of_text(Kind::Stream, "STREAM", text.as_bytes())
    }

    #[test]
    fn a_stream_is_known_by_its_source_or_by_what_was_said() {
        let by_port = key(Some("127.0.0.1:7"), Some(("me", "x")));
        let matches = |key: &StreamKey, text: &str| key.matches(&event(text));
        assert!(matches(
            &by_port,
            "1 NEW 0 a.test:80 SOURCE_ADDR=127.0.0.1:7 PURPOSE=USER"
        ));
        assert!(!matches(
            &by_port,
            "1 NEW 0 a.test:80 SOURCE_ADDR=127.0.0.1:8 PURPOSE=USER"
        ));
        assert!(!matches(
            &by_port,
            "1 SUCCEEDED 5 a.test:80 SOURCE_ADDR=127.0.0.1:7"
        ));
        assert!(!matches(
            &by_port,
            "1 NEW 0 a.test:80 SOURCE_ADDR=/run/socks:0 SOCKS_USERNAME=\"me\" SOCKS_PASSWORD=\"x\""
        ));
        let by_port = key(Some("[::1]:7"), None);
        assert!(matches(
            &by_port,
            "1 NEW 0 a.test:80 SOURCE_ADDR=[::1]:7 PURPOSE=USER"
        ));
        let by_word = key(None, Some(("me", "a \"b\"")));
        let said = "SOCKS_USERNAME=\"me\" SOCKS_PASSWORD=\"a \\\"b\\\"\"";
        for (text, is_it) in [
            ("1 NEW 0 A.test:80 SOURCE_ADDR=/run/socks:0", true),
            ("1 NEW 0 a.test:81 SOURCE_ADDR=/run/socks:0", false),
            ("1 NEW 0 a.test:80 SOURCE_ADDR=127.0.0.1:7", false),
        ] {
            assert_eq!(
                matches(&by_word, &format!("{text} PURPOSE=USER {said}")),
                is_it
            );
            assert!(!matches(&by_word, &format!("{text} PURPOSE=USER")));
        }
    }

    #[test]
    fn its_events_tell_where_it_is() {
        let key = key(Some("127.0.0.1:7"), None);
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
