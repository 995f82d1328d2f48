//! A session under any script of bytes, moments and calls, held against a plain model of it.

use std::io::IoSlice;
use std::time::{Duration, Instant};

use super::whole::Session;
use super::{Consumer, Demand, Login, Manner, Ticket, Wish, CORK};
use crate::error::{Cause, Error};
use crate::proto::auth::{Cookie, Credentials};
use crate::proto::command::info::set_events;
use crate::proto::decoder::Limits;
use crate::proto::encode::Command;
use crate::proto::event::KindSet;

mod judge;
mod model;

use judge::{Begun, Events, Judge, Keeper};

struct Script<'a> {
    bytes: &'a [u8],
    session: Session<Keeper, Events>,
    begun: Vec<Begun>,
    deadlines: Vec<(usize, Instant)>,
    now: Instant,
    /// None with limits, which make sense only with the pieces in which the bytes come.
    judge: Option<Judge>,
    is_over: bool,
    login: Phase,
    /// In the end the peer answers everything.
    settles: bool,
}

/// How far the login is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Before,
    UnderWay,
    Done,
}

/// What the peer may say that makes sense.
const SAID: [&[u8]; 19] = [
    b"250 OK\r\n",
    b"650 BW 1 2\r\n",
    b"250-version=0.4.9.11\r\n250 OK\r\n",
    b"250+ns/all=\r\nr a\r\n..b\r\n.\r\n250 OK\r\n",
    b"552 Unrecognized event\r\n",
    b"650+NS\r\nr a\r\n.\r\n650 OK\r\n",
    b"650 NEW_KIND x\r\n",
    b"650-ADDRMAP a b\r\n650 OK\r\n",
    b"250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250 OK\r\n",
    b"515 Authentication failed\r\n",
    b"650 BW 1 2\r\n250 OK\r\n650 BW 1 2\r\n250-x=y\r\n250 OK\r\n650 BW 3 4\r\n",
    b"250+md/all=\r\nr a\r\n.\r\n250 OK\r\n",
    b"650 WARN 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\r\n",
    b"250-version=0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\r\n250 OK\r\n",
    b"250+ns/all=\r\n",
    b"HTTP/1.0 400 Bad Request, and so much of it that it is seen before the end of the line\r\n",
    b"250-ContactInfo=a\r\n250-ContactInfo=b\r\n250-ContactInfo=c\r\n250 ContactInfo=d\r\n",
    b"r 0123456789012345678901234567890123456789012345678901234567890123456789\r\n",
    b".\r\n",
];

/// What is asked. Each gets a number behind it.
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
        let (first, bytes) = bytes.split_first().unwrap_or((&0, &[]));
        let has_limits = first % 4 == 3;
        let limits = match has_limits {
            true => Limits {
                line_bytes: 80,
                message_lines: 3,
                message_bytes: 100,
            },
            false => Limits::default(),
        };
        Script {
            bytes,
            session: Session::new(limits, Events::default()),
            begun: Vec::new(),
            deadlines: Vec::new(),
            now: Instant::now(),
            judge: (!has_limits).then(Judge::default),
            is_over: false,
            login: Phase::Before,
            settles: first / 4 % 2 == 0,
        }
    }

    fn run(&mut self) {
        while !self.bytes.is_empty() {
            self.step();
        }
        if self.settles {
            self.settle();
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

    fn begin(
        &mut self,
        begin: impl FnOnce(&mut Script<'_>, Keeper) -> Result<Ticket, Error>,
        manner: Manner,
        is_request: bool,
    ) {
        let keeper = Keeper::new(&self.session.sink().clock());
        if let Ok(ticket) = begin(self, keeper.clone()) {
            self.begun.push(Begun {
                ticket,
                keeper,
                is_abandoned: false,
                manner,
                is_request,
            });
        }
    }

    fn request(&mut self, line: &[u8], manner: Manner) {
        let mut line = line.to_vec();
        // The judge knows by this whose it is.
        line.extend_from_slice(format!(" #{}", self.begun.len()).as_bytes());
        self.begin(
            |it, keeper| {
                let command = Command::raw(&line, None)?;
                it.session.dialogue().begin(command, keeper, manner)
            },
            manner,
            true,
        );
    }

    fn hear(&mut self, piece: &[u8]) {
        let was_over = std::mem::replace(&mut self.is_over, true);
        let delivered = self.session.handle_bytes(piece);
        self.is_over = delivered.is_err();
        if was_over {
            assert!(self.is_over);
            return;
        }
        let wants_transmit = self.session.dialogue().wants_transmit();
        if let Ok(delivery) = delivered {
            assert!(!delivery.wants_transmit || wants_transmit);
        }
        if let Some(judge) = &mut self.judge {
            judge.check(piece, self.session.sink(), &self.begun, self.is_over);
        }
    }

    /// The bytes, cut there.
    fn hear_cut(&mut self, bytes: &[u8], at: usize) {
        let (first, rest) = bytes.split_at(at % (bytes.len() + 1));
        self.hear(first);
        self.hear(rest);
    }

    fn step(&mut self) {
        let step = self.byte();
        let (step, choice) = (step % 16, step / 16);
        match step {
            0 => {
                let count = self.byte().min(self.bytes.len());
                let (piece, rest) = self.bytes.split_at(count);
                self.bytes = rest;
                self.hear(piece);
            }
            1 => {
                let at = self.byte();
                self.hear_cut(SAID[(choice + 16 * (at % 2)) % SAID.len()], at / 2);
            }
            2 | 3 => {
                let answer = self.judge.as_ref().map(|judge| judge.answer(choice));
                let said = answer.unwrap_or(Some(SAID[choice % SAID.len()]));
                let at = self.byte();
                self.hear_cut(said.unwrap_or_default(), at);
            }
            4 | 5 if self.begun.len() < MAX_BEGUN => {
                let line = COMMANDS[choice % COMMANDS.len()];
                let manner = Manner {
                    wants_data: line.ends_with(b"all"),
                    is_ordered: line.starts_with(b"SIGNAL"),
                };
                self.request(line, manner);
            }
            6 if self.begun.len() < MAX_BEGUN => {
                let (number, bit) = (self.byte() as u64 % 4, choice as u8 % 8);
                let (consumer, wish) = match number {
                    0 if bit == 7 => (Consumer::Listener(number), Wish::Name(b"NO-KIND")),
                    0 => (Consumer::Listener(number), Wish::Name(b"NEW_KIND")),
                    1 => (Consumer::Listener(0), Wish::Nothing),
                    _ => (
                        Consumer::Queue(number),
                        Wish::Kinds(KindSet::of_bit(bit + 1)),
                    ),
                };
                self.begin(
                    |it, keeper| it.session.dialogue().subscribe(consumer, wish, keeper),
                    Manner::default(),
                    false,
                );
            }
            7 => {
                let number = self.byte() as u64 % 4;
                self.session.dialogue().unsubscribe(Consumer::Queue(number));
            }
            8 => {
                let index = self.byte() % self.begun.len().max(1);
                if let Some(begun) = self.begun.get_mut(index) {
                    let dialogue = self.session.dialogue();
                    match choice % 4 {
                        0 => dialogue.set_awaited(begun.ticket),
                        _ => {
                            begun.is_abandoned |= !begun.keeper.is_complete();
                            dialogue.abandon(begun.ticket);
                        }
                    }
                }
            }
            9 => {
                let count = self.byte();
                self.transmit(count);
            }
            10 => {
                let later_ms = self.byte() as u64;
                self.pass(Duration::from_millis(later_ms));
            }
            11 => {
                let now = self.now;
                match choice % 3 {
                    0 => self.session.dialogue().uncork(),
                    _ => self.session.dialogue().cork(|| now + CORK),
                }
            }
            12 => {
                let after_ms = self.byte() as u64;
                let at = self.now + Duration::from_millis(after_ms);
                if let Some(begun) = self.begun.last() {
                    self.session
                        .dialogue()
                        .set_deadline(begun.ticket, at, after_ms);
                    self.deadlines.push((self.begun.len() - 1, at));
                }
            }
            13 => self.log_in(choice),
            14 => {
                if let Ok(command) = Command::raw(b"SIGNAL HEARTBEAT", None) {
                    // Only for want of room.
                    let _ = self.session.dialogue().tell(command);
                }
            }
            15 if choice == 15 => self.end(),
            _ => self.session.dialogue().wake_one(),
        }
    }

    /// The connection is over.
    fn end(&mut self) {
        self.session.handle_end(Cause::Eof);
        self.is_over = true;
        if self.login == Phase::Done {
            self.login = Phase::Before;
        }
    }

    /// Begins the login, or does what it demands.
    fn log_in(&mut self, choice: usize) {
        let dialogue = self.session.dialogue();
        match dialogue.poll_login() {
            None if choice == 15 => dialogue.with_login(|login| login.handle_timeout(1)),
            None if self.login == Phase::Before => {
                let credentials = Credentials {
                    password: (choice & 1 == 0).then(|| b"secret".to_vec().into()),
                    ..Credentials::default()
                };
                let (can_reconnect, is_authenticated) = (choice & 2 == 0, choice & 12 == 12);
                let place = "tor".to_string();
                let login = Login::new(credentials, place, can_reconnect, is_authenticated);
                let login = match choice {
                    6 | 13 => login.with_fewer_events(),
                    _ => login,
                };
                let server = Keeper::new(&self.session.sink().clock());
                self.session.dialogue().begin_login(login, server);
                self.login = Phase::UnderWay;
            }
            None => {}
            Some(Demand::Connect) => {
                self.end();
                self.session.handle_connected();
                self.is_over = false;
                if let Some(judge) = &mut self.judge {
                    judge.begin_connection();
                }
            }
            Some(Demand::ReadCookie(_)) => {
                let cookie = Cookie::new(&[7; 32][usize::from(choice == 14)..]);
                dialogue.with_login(|login| login.handle_cookie(cookie));
            }
            Some(Demand::MarkUnheard) => dialogue.with_login(Login::handle_marked),
            Some(Demand::MakeNonce) => {
                let nonce = match choice {
                    14 => Err("none".to_string()),
                    _ => Ok([1; 32]),
                };
                dialogue.with_login(|login| login.handle_nonce(nonce));
            }
            Some(Demand::End(Ok(()))) => {
                dialogue.open();
                self.login = Phase::Done;
            }
            Some(Demand::End(Err(_))) => {
                dialogue.end_login();
                self.end();
                self.login = Phase::Before;
            }
        }
    }

    fn transmit(&mut self, max: usize) {
        let mut slices = [IoSlice::new(&[]); 4];
        let used = self.session.poll_transmit(&mut slices);
        let mut left = max;
        for slice in &slices[..used] {
            let piece = &slice[..slice.len().min(left)];
            left -= piece.len();
            if let Some(judge) = &mut self.judge {
                judge.note_written(piece);
            }
        }
        self.session.dialogue().advance(max - left);
    }

    fn pass(&mut self, time: Duration) {
        self.now += time;
        let now = self.now;
        self.session.handle_timeout(now);
        let next = self.session.poll_timeout();
        assert!(next.is_none_or(|next| next > now));
        let begun = &self.begun;
        self.deadlines.retain(|(index, at)| {
            let is_due = *at <= now;
            if is_due && begun[*index].is_request {
                assert!(begun[*index].is_over(), "{index}");
            }
            !is_due
        });
    }

    /// The peer answers all that it was asked, and agrees to it; then nobody waits any more, and it
    /// sends what is wanted.
    fn settle(&mut self) {
        self.session.dialogue().uncork();
        if self.is_over || self.judge.as_ref().is_none_or(Judge::is_inside_message) {
            return;
        }
        loop {
            self.transmit(usize::MAX);
            // It may demand one thing after the other.
            for _ in 0..3 {
                if self.login == Phase::UnderWay {
                    self.log_in(0);
                }
            }
            let answer = self.judge.as_ref().and_then(|judge| judge.answer(0));
            match answer {
                _ if self.is_over => return,
                Some(answer) => self.hear(answer),
                None if self.session.dialogue().has_unwritten() => {}
                None => break,
            }
        }
        assert!(self.judge.as_ref().is_some_and(Judge::is_quiet));
        assert!(self.begun.iter().all(Begun::is_over));
        if self.login == Phase::Done {
            let dialogue = self.session.dialogue();
            let wanted = (0..4).map(|number| dialogue.wanted_by(Consumer::Queue(number)));
            let wanted = wanted.fold(dialogue.wanted_by_listeners(), KindSet::union);
            let line = set_events(wanted, &dialogue.names().of(wanted));
            let line = line.map_or(Vec::new(), |line| line.line().to_vec());
            let agreed = self.judge.as_ref().and_then(Judge::agreed);
            assert!(agreed.is_none_or(|agreed| agreed == line));
        }
    }
}

/// Bytes, moments and calls in any order must not panic, and everybody has one outcome in the end;
/// for the fuzzer.
#[doc(hidden)]
pub fn fuzz_session(script: &[u8]) {
    let mut script = Script::new(script);
    script.run();
    script.session.handle_end(Cause::Eof);
    assert!(script.begun.iter().all(Begun::is_over));
    assert_eq!(script.session.poll_timeout(), None);
    assert_eq!(script.session.dialogue().awaited(), 0);
    assert!(!script.session.dialogue().has_pending());
}

#[cfg(test)]
mod tests;
