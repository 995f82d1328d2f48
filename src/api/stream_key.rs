//! Which stream is that of a connection to tor's SOCKS port.

use std::net::SocketAddr;

use crate::engine::event::Event;
use crate::proto::event::Key;
use crate::proto::socks::{Login, Target};

/// How the stream of a connection is known among others: by the port that the connection comes
/// from. One over a Unix socket comes from no port, and is known by what was said over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StreamKey {
    /// The address that it comes from.
    pub(super) source: Option<SocketAddr>,
    /// What isolates it.
    pub(super) login: Option<Login>,
    /// Where it goes to.
    pub(super) target: Target,
}

impl StreamKey {
    /// Whether this event tells of the stream for the first time.
    pub(super) fn matches(&self, event: &Event) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::event::Kind;

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
}
