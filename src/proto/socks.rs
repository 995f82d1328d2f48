//! The client's side of SOCKS5 (RFC 1928, RFC 1929), with what tor adds to it, as bytes.
//!
//! Two facts of tor are behind the choices here. A name and a password are no login: streams with
//! different ones do not share a circuit. And whoever gives tor an address in binary form is warned
//! that it may have looked up the name elsewhere, or is refused with SafeSocks: so every host goes
//! to tor as a name, numbers too.

use crate::proto::encode::ArgumentError;
use crate::proto::reason::Reason;

const VERSION: u8 = 5;
const LOGIN_VERSION: u8 = 1;
const NO_LOGIN: u8 = 0;
const LOGIN: u8 = 2;
const NO_METHOD: u8 = 0xff;
const CONNECT: u8 = 1;
const TYPE_NAME: u8 = 3;

/// The longest host, user name or password: its length is one byte.
pub const MAX_BYTES: usize = 255;

/// User name and password. Streams share circuits only if both are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The user name.
    pub user: Vec<u8>,
    /// The password.
    pub password: Vec<u8>,
}

/// A host and port that SOCKS can carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    host: Vec<u8>,
    port: u16,
}

/// The host as tor gets it, if SOCKS can carry it.
pub fn check_host(host: &[u8]) -> Result<Vec<u8>, ArgumentError> {
    let wrong = |what: &str| Err(ArgumentError::new("host", what));
    let is_v6 = std::str::from_utf8(host).is_ok_and(|it| it.parse::<std::net::Ipv6Addr>().is_ok());
    let host = match is_v6 {
        true => [b"[", host, b"]"].concat(),
        false => host.to_vec(),
    };
    if host.is_empty() {
        return wrong("it is empty");
    }
    if host.len() > MAX_BYTES {
        return wrong("it is longer than 255 bytes");
    }
    if host.iter().any(|byte| *byte <= b' ' || *byte == 0x7f) {
        return wrong("it has a blank or a control character");
    }
    Ok(host)
}

/// Fails if nothing can listen there.
pub fn check_port(port: u16) -> Result<(), ArgumentError> {
    match port {
        0 => Err(ArgumentError::new("port", "it is 0")),
        _ => Ok(()),
    }
}

impl Target {
    /// A name, an onion address or a number; an IPv6 address with or without brackets.
    pub fn new(host: &[u8], port: u16) -> Result<Target, ArgumentError> {
        let host = check_host(host)?;
        check_port(port)?;
        Ok(Target { host, port })
    }

    /// The host as tor gets it.
    pub fn host(&self) -> &[u8] {
        &self.host
    }

    /// Host and port as STREAM events have them.
    pub fn text(&self) -> Vec<u8> {
        [&self.host, format!(":{}", self.port).as_bytes()].concat()
    }
}

/// Why there is no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocksError {
    /// What answers is no SOCKS5 proxy.
    NotSocks,
    /// The proxy does not take what was offered: no login, or one with name and password.
    NoMethod,
    /// The proxy refused the name and password, which tor never does.
    LoginRefused,
    /// tor's answer to the request is no.
    Refused(u8),
}

impl SocksError {
    /// The same as a number.
    pub fn reason(self) -> Reason {
        match self {
            SocksError::NotSocks | SocksError::NoMethod | SocksError::LoginRefused => {
                Reason::NotSocks
            }
            SocksError::Refused(code) => refusal(code).0,
        }
    }

    /// In a sentence.
    pub fn text(self) -> &'static str {
        match self {
            SocksError::NotSocks => "what listens there does not speak SOCKS5",
            SocksError::NoMethod => "the SOCKS port takes no user name and password, or wants one",
            SocksError::LoginRefused => "the SOCKS port refused the user name and password",
            SocksError::Refused(code) => refusal(code).1,
        }
    }
}

/// What tor means by a code of its answer. Those from F0 on come only where the SOCKS port has the
/// flag ExtendedErrors.
fn refusal(code: u8) -> (Reason, &'static str) {
    match code {
        0x02 => (
            Reason::DialNotAllowed,
            "no relay's exit policy, or an option of this tor, allows it",
        ),
        0x03 => (Reason::DialNetUnreachable, "the exit cannot reach that network"),
        0x04 => (
            Reason::DialHostUnreachable,
            "there is no such host, or it cannot be reached",
        ),
        0x05 => (Reason::DialRefused, "nothing listens on that port"),
        0x06 => (Reason::DialTimedOut, "it did not answer in time"),
        0x07 => (Reason::DialUnsupported, "the SOCKS port makes no connections"),
        0x08 => (
            Reason::DialUnsupported,
            "this tor does not accept such an address",
        ),
        0xf0 => (
            Reason::OnionNotFound,
            "no relay has a descriptor of the onion service: it is offline, or never was",
        ),
        0xf1 => (
            Reason::OnionInvalid,
            "the onion service's descriptor is invalid",
        ),
        0xf2 => (
            Reason::OnionIntroFailed,
            "the onion service did not answer: its introduction points are gone, so it has probably ended",
        ),
        0xf3 => (
            Reason::OnionRendFailed,
            "the onion service answered, but no circuit to it could be joined",
        ),
        0xf4 => (
            Reason::OnionMissingKey,
            "the onion service wants a client key, and tor has none for it",
        ),
        0xf5 => (
            Reason::OnionWrongKey,
            "the onion service does not accept the client key that tor has for it",
        ),
        0xf6 => (
            Reason::OnionBadAddress,
            "it is not the address of an onion service: it may be mistyped",
        ),
        0xf7 => (
            Reason::OnionIntroTimeout,
            "the introduction to the onion service timed out",
        ),
        _ => (Reason::DialFailed, "tor gave no better reason"),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Which method the proxy takes.
    Method,
    /// Whether it takes the login.
    Login,
    /// Its answer, up to the type of the address in it and that one's first byte.
    Head,
    /// What is left of the answer.
    Rest(usize),
    Done,
}

/// One handshake. It says how many bytes it wants, so that nothing of what follows it is taken from
/// the socket.
#[derive(Debug)]
pub struct Handshake {
    state: State,
    login: Option<Login>,
    target: Target,
    output: Vec<u8>,
    input: Vec<u8>,
}

impl Handshake {
    /// Begins one.
    pub fn new(target: Target, login: Option<Login>) -> Handshake {
        let method = match login {
            Some(_) => LOGIN,
            None => NO_LOGIN,
        };
        Handshake {
            state: State::Method,
            login,
            target,
            output: vec![VERSION, 1, method],
            input: Vec::new(),
        }
    }

    /// What is to be sent.
    pub fn output(&self) -> &[u8] {
        &self.output
    }

    /// So much of it was sent.
    pub fn sent(&mut self, size: usize) {
        self.output.drain(..size.min(self.output.len()));
    }

    /// How many bytes to receive at the most; 0 at the end.
    pub fn wanted(&self) -> usize {
        let whole = match self.state {
            State::Method | State::Login => 2,
            State::Head => 5,
            State::Rest(size) => size,
            State::Done => 0,
        };
        whole.saturating_sub(self.input.len())
    }

    /// Whether the connection to the target is there, and what comes now is the target's.
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Takes what was received, no more than was wanted.
    pub fn receive(&mut self, bytes: &[u8]) -> Result<(), SocksError> {
        self.input.extend_from_slice(bytes);
        // A refusal is one by its second byte, whatever follows.
        if self.state == State::Head && self.input.len() >= 2 {
            self.check_version(VERSION)?;
            if self.input[1] != 0 {
                return Err(SocksError::Refused(self.input[1]));
            }
        }
        if self.wanted() > 0 {
            return Ok(());
        }
        self.state = match self.state {
            State::Method => self.take_method()?,
            State::Login => {
                self.check_version(LOGIN_VERSION)?;
                if self.input[1] != 0 {
                    return Err(SocksError::LoginRefused);
                }
                self.request()
            }
            State::Head => {
                let address = match self.input[3] {
                    1 => 4,
                    4 => 16,
                    TYPE_NAME => 1 + usize::from(self.input[4]),
                    _ => return Err(SocksError::NotSocks),
                };
                // The address and a port; one byte of it is there.
                State::Rest(address - 1 + 2)
            }
            State::Rest(_) | State::Done => State::Done,
        };
        self.input.clear();
        Ok(())
    }

    fn check_version(&self, version: u8) -> Result<(), SocksError> {
        match self.input[0] == version {
            true => Ok(()),
            false => Err(SocksError::NotSocks),
        }
    }

    fn take_method(&mut self) -> Result<State, SocksError> {
        self.check_version(VERSION)?;
        match (self.input[1], &self.login) {
            (NO_LOGIN, None) => Ok(self.request()),
            (LOGIN, Some(Login { user, password })) => {
                self.output.push(LOGIN_VERSION);
                push(&mut self.output, user);
                push(&mut self.output, password);
                Ok(State::Login)
            }
            (NO_METHOD, _) => Err(SocksError::NoMethod),
            _ => Err(SocksError::NotSocks),
        }
    }

    fn request(&mut self) -> State {
        self.output
            .extend_from_slice(&[VERSION, CONNECT, 0, TYPE_NAME]);
        push(&mut self.output, &self.target.host);
        self.output
            .extend_from_slice(&self.target.port.to_be_bytes());
        State::Head
    }
}

/// A text behind its length; what is too long was refused before.
fn push(output: &mut Vec<u8>, text: &[u8]) {
    let text = &text[..text.len().min(MAX_BYTES)];
    output.push(text.len() as u8);
    output.extend_from_slice(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Target {
        Target::new(b"a.test", 80).unwrap()
    }

    fn login() -> Login {
        Login {
            user: b"me".to_vec(),
            password: b"tag".to_vec(),
        }
    }

    /// What is sent and how it ends when the proxy says this, in pieces of so many bytes; how much
    /// of it was taken.
    fn run(
        login: Option<Login>,
        said: &[u8],
        piece: usize,
    ) -> (Vec<u8>, Result<bool, SocksError>, usize) {
        let mut handshake = Handshake::new(target(), login);
        let (mut sent, mut taken) = (Vec::new(), 0);
        loop {
            while !handshake.output().is_empty() {
                let size = piece.min(handshake.output().len());
                sent.extend_from_slice(&handshake.output()[..size]);
                handshake.sent(size);
            }
            let size = handshake.wanted().min(piece).min(said.len() - taken);
            if size == 0 {
                return (sent, Ok(handshake.is_done()), taken);
            }
            let bytes = &said[taken..taken + size];
            taken += size;
            if let Err(error) = handshake.receive(bytes) {
                return (sent, Err(error), taken);
            }
        }
    }

    const REQUEST: &[u8] = b"\x05\x01\x00\x03\x06a.test\x00\x50";

    #[test]
    fn every_cut_gives_the_same_and_takes_nothing_of_what_follows() {
        let answers: [&[u8]; 4] = [
            b"\x05\x00\x00\x01\x7f\x00\x00\x01\x12\x34",
            b"\x05\x00\x00\x04\x20\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x12\x34",
            b"\x05\x00\x00\x03\x03abc\x12\x34",
            b"\x05\x00\x00\x03\x00\x12\x34",
        ];
        for answer in answers {
            for piece in 1..40 {
                let said = [b"\x05\x00", answer, b"banner"].concat();
                let (sent, end, taken) = run(None, &said, piece);
                assert_eq!(sent, [b"\x05\x01\x00", REQUEST].concat());
                assert_eq!(
                    (end, taken),
                    (Ok(true), said.len() - 6),
                    "{answer:?} {piece}"
                );
                let said = [b"\x05\x02\x01\x00", answer, b"banner"].concat();
                let (sent, end, taken) = run(Some(login()), &said, piece);
                assert_eq!(sent, [b"\x05\x01\x02\x01\x02me\x03tag", REQUEST].concat());
                assert_eq!(
                    (end, taken),
                    (Ok(true), said.len() - 6),
                    "{answer:?} {piece}"
                );
                for cut in 0..said.len() - 6 {
                    assert_eq!(run(Some(login()), &said[..cut], piece).1, Ok(false));
                }
            }
        }
    }

    #[test]
    fn what_a_proxy_may_not_say_is_an_error() {
        let cases: &[(&[u8], SocksError)] = &[
            (b"HT", SocksError::NotSocks),
            (b"\x04\x5a", SocksError::NotSocks),
            (b"\x05\xff", SocksError::NoMethod),
            (b"\x05\x00", SocksError::NotSocks),
            (b"\x05\x01", SocksError::NotSocks),
            (b"\x05\x02\x05\x00", SocksError::NotSocks),
            (b"\x05\x02\x01\x01", SocksError::LoginRefused),
            (b"\x05\x02\x01\x00\x04\x00", SocksError::NotSocks),
            (
                b"\x05\x02\x01\x00\x05\x00\x00\x02\x01",
                SocksError::NotSocks,
            ),
        ];
        for (said, error) in cases {
            assert_eq!(run(Some(login()), said, 40).1, Err(*error), "{said:?}");
        }
        // It was not offered.
        assert_eq!(run(None, b"\x05\x02", 40).1, Err(SocksError::NotSocks));
    }

    #[test]
    fn each_refusal_has_its_reason_and_words() {
        let mut reasons = Vec::new();
        for code in 1..=255 {
            let said = [b"\x05\x00\x05", &[code][..]].concat();
            let (_, end, _) = run(None, &said, 1);
            assert_eq!(end, Err(SocksError::Refused(code)));
            let error = end.unwrap_err();
            assert!(!error.text().is_empty());
            if error.reason() != Reason::DialFailed {
                reasons.push(code);
            }
        }
        let known: Vec<u8> = (2..=8).chain(0xf0..=0xf7).collect();
        assert_eq!(reasons, known);
    }

    #[test]
    fn hosts() {
        let text = |host: &str| {
            let target = Target::new(host.as_bytes(), 9).map_err(|error| error.to_string())?;
            Ok(String::from_utf8(target.text()).unwrap())
        };
        let wrong = |what: &str| Err::<String, String>(format!("host: it {what}"));
        assert_eq!(text("a.test"), Ok("a.test:9".to_string()));
        assert_eq!(text("192.0.2.1"), Ok("192.0.2.1:9".to_string()));
        assert_eq!(text("2001:db8::1"), Ok("[2001:db8::1]:9".to_string()));
        assert_eq!(text("[2001:db8::1]"), Ok("[2001:db8::1]:9".to_string()));
        assert_eq!(text(""), wrong("is empty"));
        assert!(text(&"x".repeat(255)).is_ok());
        assert_eq!(text(&"x".repeat(256)), wrong("is longer than 255 bytes"));
        for host in ["a\r\nb", "a\nb", "a b", "a\0b", "\x7f"] {
            assert_eq!(text(host), wrong("has a blank or a control character"));
        }
        let error = Target::new(b"a", 0).unwrap_err();
        assert_eq!(error.to_string(), "port: it is 0");
    }

    #[test]
    fn fuzz_receive() {
        // No bytes make it panic, want without end, or go on after its end.
        let mut seed = 1_u32;
        for _ in 0..20_000 {
            let mut handshake = Handshake::new(target(), (seed % 2 == 0).then(login));
            let mut bytes = 0;
            while handshake.wanted() > 0 && bytes < 600 {
                let mut piece = Vec::new();
                for _ in 0..handshake.wanted().min(3) {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    // Often what a proxy says.
                    let byte = (seed >> 24) as u8;
                    piece.push([5, 0, byte & 7, byte][usize::from(byte >> 6)]);
                }
                bytes += piece.len();
                if handshake.receive(&piece).is_err() {
                    break;
                }
            }
            assert!(bytes < 600);
        }
    }
}
