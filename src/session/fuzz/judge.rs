//! Holds a session against the model: what it gave out, to whom, and in which order.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ops::Range;
use std::rc::Rc;

use super::model::{can_answer, can_have_data, Model, Said};
use crate::error::Error;
use crate::proto::command::connection::auth_challenge;
use crate::proto::command::info::set_events;
use crate::proto::decoder::Decoder;
use crate::proto::encode::Command;
use crate::proto::event::{Kind, KindSet};
use crate::proto::reply::Reply;
use crate::session::{Manner, Sink, Ticket, Waiter};

/// How many events were given out so far.
type Clock = Rc<Cell<usize>>;

/// Keeps what it gets.
#[derive(Clone, Debug)]
pub(super) struct Keeper(Rc<Kept>);

#[derive(Debug)]
struct Kept {
    clock: Clock,
    outcome: RefCell<Option<Result<Reply, Error>>>,
    /// How many events had been given out before.
    at: Cell<usize>,
    data: RefCell<Vec<u8>>,
}

impl Keeper {
    pub(super) fn new(clock: &Clock) -> Keeper {
        Keeper(Rc::new(Kept {
            clock: Rc::clone(clock),
            outcome: RefCell::default(),
            at: Cell::default(),
            data: RefCell::default(),
        }))
    }

    pub(super) fn is_complete(&self) -> bool {
        self.0.outcome.borrow().is_some()
    }

    #[cfg(test)]
    pub(super) fn has_data(&self) -> bool {
        !self.0.data.borrow().is_empty()
    }

    pub(super) fn has_timed_out(&self) -> bool {
        matches!(*self.0.outcome.borrow(), Some(Err(Error::Timeout(_))))
    }

    fn check_reply(&self, reply: &Reply, data: &[u8]) {
        match &*self.0.outcome.borrow() {
            Some(Ok(own)) => assert!(own.lines().eq(reply.lines()), "{own:?} for {reply:?}"),
            other => panic!("{other:?} for {reply:?}"),
        }
        assert_eq!(*self.0.data.borrow(), data);
    }
}

impl Waiter for Keeper {
    fn complete(&self, outcome: Result<Reply, Error>) {
        let before = self.0.outcome.replace(Some(outcome));
        assert!(before.is_none(), "twice: {before:?}");
        self.0.at.set(self.0.clock.get());
    }

    fn take_data(&self, lines: &[u8]) -> usize {
        assert!(lines.ends_with(b"\n") && !self.is_complete());
        let mut data = self.0.data.borrow_mut();
        data.extend_from_slice(lines);
        data.len()
    }

    fn wake(&self) {
        assert!(!self.is_complete());
    }
}

/// What was begun, and whether its outcome was given up.
pub(super) struct Begun {
    pub(super) ticket: Ticket,
    pub(super) keeper: Keeper,
    pub(super) is_abandoned: bool,
    pub(super) manner: Manner,
    /// No subscription, of which only the number of outcomes is looked at.
    pub(super) is_request: bool,
}

impl Begun {
    /// Whether it has its outcome, or needs none any more.
    pub(super) fn is_over(&self) -> bool {
        self.keeper.is_complete() != self.is_abandoned
    }
}

/// The events that were given out, one behind the other. Like the engine it copies late.
#[derive(Debug, Default)]
pub(super) struct Events {
    clock: Clock,
    list: Vec<(Kind, usize)>,
    bytes: Vec<u8>,
    late: Vec<Range<usize>>,
    /// How many were given out before those in the list.
    before: usize,
}

impl Events {
    pub(super) fn clock(&self) -> Clock {
        Rc::clone(&self.clock)
    }

    fn clear(&mut self) {
        self.before += self.list.len();
        self.list.clear();
        self.bytes.clear();
    }
}

impl Sink for Events {
    fn take(&mut self, kind: Kind, _buf: &[u8], range: Range<usize>) {
        self.list.push((kind, range.len()));
        self.late.push(range);
    }

    fn copy(&mut self, buf: &[u8]) {
        for range in self.late.drain(..) {
            self.bytes.extend_from_slice(&buf[range]);
        }
    }

    fn publish(&mut self, decoder: &mut Decoder) {
        self.copy(decoder.bytes());
        self.clock.set(self.before + self.list.len());
    }

    fn lose(&mut self, _kind: Kind, size_bytes: usize) {
        assert!(size_bytes > 0);
    }
}

/// Ways to log in.
const OFFERS: [&[u8]; 4] = [
    b"250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250 OK\r\n",
    b"250-PROTOCOLINFO 1\r\n250-AUTH METHODS=COOKIE,SAFECOOKIE COOKIEFILE=\"/c\"\r\n250 OK\r\n",
    b"250-PROTOCOLINFO 1\r\n250-AUTH METHODS=SAFECOOKIE,HASHEDPASSWORD COOKIEFILE=\"/c\"\r\n250 OK\r\n",
    b"510 Command filtered\r\n",
];

/// For a cookie of sevens and a nonce of ones.
const CHALLENGE: &[u8] = b"250 AUTHCHALLENGE SERVERHASH=27E886E51E4BFBD6ADEB8F7B461AB5103455D4285EE321D6872E783E91A1AAA5 SERVERNONCE=0000000000000000000000000000000000000000000000000000000000000000\r\n";

/// What was written.
struct Asked {
    line: Vec<u8>,
    /// Who waits for the answer, if it is one of [`Begun`].
    index: Option<usize>,
}

impl Asked {
    fn new(line: Vec<u8>) -> Asked {
        let hash = line.iter().rposition(|byte| *byte == b'#');
        let number = hash.and_then(|at| std::str::from_utf8(&line[at + 1..]).ok()?.parse().ok());
        Asked {
            line,
            index: number,
        }
    }

    fn command(&self) -> Command {
        if self.line.starts_with(b"AUTHCHALLENGE") {
            return auth_challenge(&[0; 32]);
        }
        let raw = Command::raw(&self.line, None);
        // No raw ones: SETEVENTS and AUTHENTICATE, whose answers look alike.
        raw.or_else(|_| set_events(KindSet::default(), &[""; 0]))
            .unwrap_or_else(|error| panic!("{error}"))
    }
}

/// See the module's comment.
#[derive(Default)]
pub(super) struct Judge {
    model: Model,
    /// What the peer has not answered.
    asked: VecDeque<Asked>,
    half_written: Vec<u8>,
    /// Events so far.
    events: usize,
    is_broken: bool,
    /// The last SETEVENTS, if the peer agreed to it.
    agreed: Option<Vec<u8>>,
}

impl Judge {
    /// So much was written.
    pub(super) fn note_written(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.half_written.extend_from_slice(piece);
            if let Some(line) = self.half_written.strip_suffix(b"\r\n") {
                self.asked.push_back(Asked::new(line.to_vec()));
                self.half_written.clear();
            }
        }
    }

    /// Another connection begins, on which nothing was asked.
    pub(super) fn begin_connection(&mut self) {
        *self = Judge {
            events: self.events,
            ..Judge::default()
        };
    }

    /// What the peer would answer now.
    pub(super) fn answer(&self, choice: usize) -> Option<&'static [u8]> {
        let next = self.asked.front();
        let next = next.filter(|_| !self.model.is_inside_message())?;
        Some(match next.line.get(..11).unwrap_or_default() {
            b"GETINFO ver" => b"250-version=0.4.9.11\r\n250 OK\r\n",
            b"GETINFO ns/" => b"250+ns/all=\r\nr a\r\n..b\r\n.\r\n250 OK\r\n",
            b"GETCONF Con" => b"250 ContactInfo=a\r\n",
            b"PROTOCOLINF" => OFFERS[choice % OFFERS.len()],
            b"AUTHCHALLEN" => CHALLENGE,
            _ => b"250 OK\r\n",
        })
    }

    /// Whether nothing is under way at the peer.
    pub(super) fn is_quiet(&self) -> bool {
        self.asked.is_empty() && self.half_written.is_empty() && !self.model.is_inside_message()
    }

    pub(super) fn is_inside_message(&self) -> bool {
        self.model.is_inside_message()
    }

    pub(super) fn agreed(&self) -> Option<&[u8]> {
        self.agreed.as_deref()
    }

    /// The session was given these bytes, and gave out these events; whether it has failed.
    pub(super) fn check(
        &mut self,
        piece: &[u8],
        events: &mut Events,
        begun: &[Begun],
        failed: bool,
    ) {
        assert!(events.late.is_empty());
        let mut expected = Vec::new();
        // So many of them must have been given out, also if a reply behind them ended it.
        let mut least = None;
        let mut given = events.list.iter().map(|(kind, len)| (*kind, *len));
        let mut at = 0;
        let mut model = std::mem::take(&mut self.model);
        model.feed(piece, |said| match said {
            Said::Event(bytes) => {
                self.events += 1;
                match given.next() {
                    Some((kind, len)) => {
                        assert_eq!(&events.bytes[at..at + len], bytes);
                        assert_eq!(kind, Kind::of_line(&bytes[4..]));
                        at += len;
                    }
                    None => expected.push(bytes),
                }
            }
            _ if least.is_some() => {}
            reply => {
                if !self.take_reply(reply, begun) {
                    least = Some(self.events);
                }
            }
        });
        assert!(
            given.next().is_none(),
            "an event that the peer did not send"
        );
        self.is_broken |= model.is_broken || least.is_some() || !self.makes_sense(&model, begun);
        self.model = model;
        match least {
            Some(least) => assert!(events.before + events.list.len() >= least),
            None => assert!(expected.is_empty(), "{expected:?} is missing"),
        }
        assert_eq!(self.is_broken, failed);
        events.clear();
        // What is behind the end of this connection is none of the next one's.
        self.events = events.before;
    }

    /// Whether what has begun is an answer to what was asked.
    fn makes_sense(&self, model: &Model, begun: &[Begun]) -> bool {
        if !model.has_begun_reply() {
            return true;
        }
        match self.asked.front() {
            Some(asked) => !wants_data(asked, begun) || model.can_have_data(&asked.command()),
            None => !self.half_written.is_empty(),
        }
    }

    /// Whether the reply was one that could come, and its waiter has it.
    fn take_reply(&mut self, said: Said, begun: &[Begun]) -> bool {
        let (
            Said::Reply {
                all,
                without_data,
                data,
                data_at,
            },
            Some(asked),
        ) = (said, self.asked.pop_front())
        else {
            return false;
        };
        let wants_data = wants_data(&asked, begun);
        let command = asked.command();
        if wants_data && !can_have_data(&command, &without_data, &data_at) {
            return false;
        }
        let (reply, data) = match wants_data {
            true => (Reply::new(without_data), data),
            false => (Reply::new(all), Vec::new()),
        };
        if !can_answer(&command, &reply) {
            return false;
        }
        let index = asked.index;
        if asked.line.starts_with(b"SETEVENTS") {
            self.agreed = reply.is_ok().then_some(asked.line);
        }
        let waiting = index.and_then(|index| begun.get(index));
        if let Some(begun) =
            waiting.filter(|begun| !begun.is_abandoned && !begun.keeper.has_timed_out())
        {
            begun.keeper.check_reply(&reply, &data);
            let at = begun.keeper.0.at.get();
            match begun.manner.is_ordered {
                true => assert_eq!(at, self.events, "in the order of the wire"),
                false => assert!(at >= self.events, "what came before is there before"),
            }
        }
        true
    }
}

fn wants_data(asked: &Asked, begun: &[Begun]) -> bool {
    let begun = asked.index.and_then(|index| begun.get(index));
    begun.is_some_and(|begun| begun.manner.wants_data)
}
