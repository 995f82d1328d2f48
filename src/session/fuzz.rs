//! A session under any script of bytes, moments and calls.

use std::cell::Cell;
use std::io::IoSlice;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::whole::Session;
use super::{Consumer, Demand, Login, Manner, Ticket, Waiter, Wish, CORK};
use crate::error::{Cause, Error};
use crate::proto::auth::{Cookie, Credentials};
use crate::proto::decoder::Limits;
use crate::proto::encode::Command;
use crate::proto::event::KindSet;
use crate::proto::reply::Reply;

/// Counts what it gets.
#[derive(Clone, Debug, Default)]
struct Counter(Rc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    outcomes: Cell<u32>,
    data_bytes: Cell<usize>,
}

impl Waiter for Counter {
    fn complete(&self, _outcome: Result<Reply, Error>) {
        self.0.outcomes.set(self.0.outcomes.get() + 1);
    }

    fn take_data(&self, lines: &[u8]) -> usize {
        let bytes = self.0.data_bytes.get() + lines.len();
        self.0.data_bytes.set(bytes);
        bytes
    }

    fn wake(&self) {}
}

/// What was begun, and whether its outcome was given up.
struct Begun {
    ticket: Ticket,
    counter: Counter,
    is_abandoned: bool,
}

struct Script<'a> {
    bytes: &'a [u8],
    session: Session<Counter>,
    begun: Vec<Begun>,
    now: Instant,
    has_logged_in: bool,
}

/// What the peer may say that makes sense.
const SAID: [&[u8]; 10] = [
    b"250 OK\r\n",
    b"650 BW 1 2\r\n",
    b"250-version=0.4.9.11\r\n250 OK\r\n",
    b"250+ns/all=\r\nr a\r\n..b\r\n.\r\n250 OK\r\n",
    b"552 Unrecognized event\r\n",
    b"650+NS\r\nr a\r\n.\r\n650 OK\r\n",
    b"650 NEW_KIND x\r\n",
    b"650-ADDRMAP a b\r\n650 OK\r\n",
    b"250-PROTOCOLINFO 1\r\n250-AUTH METHODS=SAFECOOKIE,HASHEDPASSWORD COOKIEFILE=\"/c\"\r\n250 OK\r\n",
    b"515 Authentication failed\r\n",
];

const COMMANDS: [&[u8]; 4] = [
    b"GETINFO version",
    b"GETINFO ns/all",
    b"SIGNAL NEWNYM",
    b"GETCONF ContactInfo",
];

/// The most requests of a script.
const MAX_BEGUN: usize = 64;

impl Script<'_> {
    fn new(bytes: &[u8]) -> Script<'_> {
        Script {
            bytes,
            session: Session::new(Limits {
                line_bytes: 100,
                message_lines: 10,
                message_bytes: 1000,
            }),
            begun: Vec::new(),
            now: Instant::now(),
            has_logged_in: false,
        }
    }

    fn byte(&mut self) -> usize {
        match self.bytes.split_first() {
            Some((first, rest)) => {
                self.bytes = rest;
                usize::from(*first)
            }
            None => 0,
        }
    }

    fn note(&mut self, ticket: Result<Ticket, Error>, counter: Counter) {
        // Another, which tells the same.
        if let Ok(ticket) = ticket {
            self.begun.push(Begun {
                ticket,
                counter,
                is_abandoned: false,
            });
        }
    }

    fn step(&mut self) {
        let step = self.byte();
        let counter = Counter::default();
        match step % 12 {
            0 => {
                let count = self.byte().min(self.bytes.len());
                let (piece, rest) = self.bytes.split_at(count);
                self.bytes = rest;
                self.session.handle_bytes(piece);
            }
            1 | 2 => {
                let said = SAID[step / 12 % SAID.len()];
                let at = self.byte() % said.len();
                self.session.handle_bytes(&said[..at]);
                self.session.handle_bytes(&said[at..]);
            }
            3 | 4 if self.begun.len() < MAX_BEGUN => {
                let line = COMMANDS[step / 12 % COMMANDS.len()];
                let manner = Manner {
                    wants_data: line.ends_with(b"all"),
                    is_ordered: line.starts_with(b"SIGNAL"),
                };
                if let Ok(command) = Command::raw(line, None) {
                    let dialogue = self.session.dialogue();
                    let ticket = dialogue.begin(command, counter.clone(), manner);
                    self.note(ticket, counter);
                }
            }
            5 if self.begun.len() < MAX_BEGUN => {
                let (number, bit) = (self.byte() as u64 % 4, step as u8 / 12 % 8);
                let (consumer, wish) = match number {
                    0 => (Consumer::Listener(number), Wish::Name(b"NEW_KIND")),
                    1 => (Consumer::Listener(number), Wish::Nothing),
                    _ => (
                        Consumer::Queue(number),
                        Wish::Kinds(KindSet::of_bit(bit + 1)),
                    ),
                };
                let dialogue = self.session.dialogue();
                let ticket = dialogue.subscribe(consumer, wish, counter.clone());
                self.note(ticket, counter);
            }
            6 => {
                let number = self.byte() as u64 % 4;
                self.session.dialogue().unsubscribe(Consumer::Queue(number));
            }
            7 => {
                let index = self.byte();
                if let Some(begun) = self.begun.get_mut(index % MAX_BEGUN) {
                    begun.is_abandoned |= begun.counter.0.outcomes.get() == 0;
                    self.session.dialogue().abandon(begun.ticket);
                }
            }
            8 => self.transmit(),
            9 => {
                let later_ms = self.byte() as u64;
                self.now += Duration::from_millis(later_ms);
                self.session.handle_timeout(self.now);
                let next = self.session.poll_timeout();
                assert!(next.is_none_or(|next| next > self.now));
            }
            10 => {
                let now = self.now;
                match step / 12 % 3 {
                    0 => self.session.dialogue().uncork(),
                    _ => self.session.dialogue().cork(|| now + CORK),
                }
                if let Some(begun) = self.begun.last() {
                    let at = now + Duration::from_millis(step as u64);
                    self.session.dialogue().set_deadline(begun.ticket, at, 1);
                }
            }
            11 => self.log_in(step / 12),
            _ => {}
        }
        while self.session.poll_event().is_some() {}
    }

    /// Begins the login, or does what it demands.
    fn log_in(&mut self, choice: usize) {
        let dialogue = self.session.dialogue();
        match dialogue.poll_login() {
            None if choice % 8 == 7 => dialogue.with_login(|login| login.handle_timeout(1)),
            None if !std::mem::replace(&mut self.has_logged_in, true) => {
                let credentials = Credentials {
                    password: (choice & 1 == 0).then(|| b"secret".to_vec().into()),
                    ..Credentials::default()
                };
                let place = "tor".to_string();
                let login = Login::new(credentials, place, choice & 2 == 0, choice & 4 == 0);
                dialogue.begin_login(login, Counter::default());
            }
            None => {}
            Some(Demand::Connect) => dialogue.with_login(Login::handle_connected),
            Some(Demand::ReadCookie(_)) => {
                let cookie = Cookie::new(&[7; 32][choice & 1..]);
                dialogue.with_login(|login| login.handle_cookie(cookie));
            }
            Some(Demand::MakeNonce) => {
                let nonce = match choice & 1 {
                    0 => Ok([1; 32]),
                    _ => Err("none".to_string()),
                };
                dialogue.with_login(|login| login.handle_nonce(nonce));
            }
            Some(Demand::End(Ok(()))) => dialogue.open(),
            Some(Demand::End(Err(_))) => dialogue.end_login(),
        }
    }

    fn transmit(&mut self) {
        let count = self.byte();
        let mut slices = [IoSlice::new(&[]); 4];
        let used = self.session.poll_transmit(&mut slices);
        let size: usize = slices[..used].iter().map(|slice| slice.len()).sum();
        self.session.dialogue().advance(count.min(size));
    }
}

/// Bytes, moments and calls in any order must not panic, and everybody has one outcome in the end;
/// for the fuzzer.
#[doc(hidden)]
pub fn fuzz_session(script: &[u8]) {
    let mut script = Script::new(script);
    while !script.bytes.is_empty() {
        script.step();
    }
    script.session.handle_end(Cause::Eof);
    for begun in &script.begun {
        let outcomes = begun.counter.0.outcomes.get();
        assert_eq!(
            outcomes,
            u32::from(!begun.is_abandoned),
            "{:?}",
            begun.ticket
        );
    }
    assert_eq!(script.session.poll_timeout(), None);
    assert!(!script.session.dialogue().has_pending());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::mutate::mutants;

    /// A queue, a login whose first method is refused, and requests behind it.
    const LOGIN: &[u8] = &[
        5, 2, 59, 11, 8, 255, 97, 3, // PROTOCOLINFO
        11, 11, 8, 255, 109, 4, // AUTHCHALLENGE, refused
        11, 8, 255, 1, 5, // a new connection, AUTHENTICATE
        8, 255, 1, 0, 11, // SETEVENTS, and the end
        15, 27, 8, 255, 37, 20, 1, 2, // GETINFO ns/all, SIGNAL
    ];

    /// It is what it says: otherwise its mutants try little.
    #[test]
    fn the_login_goes_all_the_way() {
        let mut script = Script::new(LOGIN);
        while !script.bytes.is_empty() {
            script.step();
        }
        let dialogue = script.session.dialogue();
        assert!(dialogue.has_asked_for_events() && !dialogue.has_pending());
        let outcomes: Vec<u32> = script
            .begun
            .iter()
            .map(|it| it.counter.0.outcomes.get())
            .collect();
        assert_eq!(outcomes, [1, 1, 1]);
        assert!(script.begun[1].counter.0.data_bytes.get() > 0);
    }

    #[test]
    fn every_script_ends_with_one_outcome_each() {
        let all: Vec<u8> = (0..=255).collect();
        let back: Vec<u8> = (0..=255).rev().collect();
        let said: Vec<u8> = SAID.concat();
        mutants(&[&all, &back, &said, LOGIN], 5000, fuzz_session);
    }
}
