//! Conversations as text, with virtual time: what is done and, behind it, what comes of it.
//!
//! | line | what is done |
//! |---|---|
//! | `ask NAME COMMAND` | a request is begun; `NAME+data`, `NAME+ordered` say how |
//! | `tell COMMAND` | a request is begun whose reply nobody waits for |
//! | `want NAME CONSUMER KINDS` | a subscription, of `queue1` or `listener2`; `name=X`, `nothing` |
//! | `leave CONSUMER` | all that it wants is taken back |
//! | `until NAME MS` | its deadline |
//! | `drop NAME` | nobody waits for it any more |
//! | `await NAME`, `wake` | a thread waits; one of them is woken |
//! | `write`, `write 5` | what can be is written, or so many bytes of it |
//! | `cork`, `uncork` | what is to be written waits until a millisecond from now, or no more |
//! | `@ MS` | so late it is |
//! | `< LINES` | tor says these lines, with a bar between them; all cuts must come to the same |
//! | `<! LINES` | the same in one piece |
//! | `<< BYTES` | tor says this, without a line's end |
//! | `open` | the login is over |
//! | `look BYTES` | whether they are in memory that the decoder holds |
//! | `expected` | which replies are to be treated apart |
//! | `end` | the connection is over |
//!
//! | line | what came of it |
//! |---|---|
//! | `> COMMAND` | was written; `>> BYTES` without the line's end |
//! | `! EVENT`, `lost KIND` | an event, or one that was too large |
//! | `= NAME OUTCOME` | the outcome, each line of a reply with `+DATA` if it has any |
//! | `data NAME BYTES` | data ahead of the reply |
//! | `woken NAME` | |
//! | `timer MS`, `no timer` | when time has something to end, if that has changed |
//! | `broken: CAUSE` | the connection is to be closed |
//! | `refused: ERROR`, `held`, `gone`, `expects WHAT` | |
use std::cell::RefCell;
use std::collections::HashMap;
use std::io::IoSlice;
use std::ops::Range;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::whole::Session;
use super::{Consumer, Manner, Sink, Ticket, Waiter, Wish, CORK};
use crate::error::{Cause, Error};
use crate::proto::decoder::{Decoder, Limits};
use crate::proto::encode::Command;
use crate::proto::event::{Kind, KindSet};
use crate::proto::reply::Reply;

mod endings;
mod recorded;
mod requests;
mod wanted;

/// What came of it, in its order.
#[derive(Clone, Debug, Default)]
struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    fn push(&self, line: String) {
        self.0.borrow_mut().push(line);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.borrow_mut())
    }
}

/// Who waits, by a name.
#[derive(Clone, Debug)]
struct Named {
    name: String,
    log: Log,
}

impl Waiter for Named {
    fn complete(&self, outcome: Result<Reply, Error>) {
        let shown = match outcome {
            Ok(reply) => {
                let lines = reply.lines().map(|line| {
                    let data = line.data.map(|data| format!("+{}", data.escape_ascii()));
                    let text = line.text.escape_ascii();
                    format!("{} {text}{}", line.code, data.unwrap_or_default())
                });
                lines.collect::<Vec<_>>().join(" | ")
            }
            // How much had come depends on the pieces.
            Err(Error::TooLarge { limit, max, .. }) => format!("over {max} {}", limit.unit()),
            Err(error) => error.to_string(),
        };
        self.log.push(format!("= {} {shown}", self.name));
    }

    fn take_data(&self, lines: &[u8]) -> usize {
        let head = format!("data {} ", self.name);
        let shown = lines.escape_ascii().to_string();
        let mut log = self.log.0.borrow_mut();
        match log.last_mut().filter(|last| last.starts_with(&head)) {
            Some(last) => last.push_str(&shown),
            None => log.push(head + &shown),
        }
        lines.len()
    }

    fn wake(&self) {
        self.log.push(format!("woken {}", self.name));
    }
}

/// Gives events out as late as it may.
#[derive(Debug)]
struct Late {
    log: Log,
    ranges: Vec<Range<usize>>,
    copies: Vec<Vec<u8>>,
}

impl Sink for Late {
    fn take(&mut self, kind: Kind, buf: &[u8], range: Range<usize>) {
        assert_eq!(kind, Kind::of_line(&buf[range.clone()][4..]));
        self.ranges.push(range);
    }

    fn copy(&mut self, buf: &[u8]) {
        let ranges = self.ranges.drain(..);
        self.copies.extend(ranges.map(|range| buf[range].to_vec()));
    }

    fn publish(&mut self, decoder: &mut Decoder) {
        self.copy(decoder.bytes());
        for event in self.copies.drain(..) {
            let event = String::from_utf8_lossy(&event).replace("\r\n", " | ");
            self.log
                .push(format!("! {}", event.trim_end_matches(" | ")));
        }
    }

    fn lose(&mut self, kind: Kind, _size_bytes: usize) {
        self.log.push(format!("lost {}", kind.name()));
    }
}

/// Where what tor says is cut.
#[derive(Clone, Copy, Debug)]
enum Cuts {
    None,
    Each,
    /// Only this one of the things that it says, and there.
    At(usize, usize),
}

struct Talk {
    session: Session<Named, Late>,
    log: Log,
    tickets: HashMap<String, Ticket>,
    begin: Instant,
    now: Instant,
    timer: Option<Instant>,
    cuts: Cuts,
    said: usize,
    /// The lengths of what tor said.
    lengths: Vec<usize>,
}

fn consumer(word: &str) -> Consumer {
    let (number_at, make): (usize, fn(u64) -> Consumer) = match word.starts_with("queue") {
        true => (5, Consumer::Queue),
        false => (8, Consumer::Listener),
    };
    make(word[number_at..].parse().unwrap())
}

fn kinds(words: &str) -> KindSet {
    let all = words.split_whitespace();
    let kind = |word: &str| KindSet::of(Kind::from_word(word.as_bytes()));
    all.fold(KindSet::default(), |all, word| all.union(kind(word)))
}

impl Talk {
    fn new(limits: Limits, cuts: Cuts) -> Talk {
        let log = Log::default();
        let sink = Late {
            log: log.clone(),
            ranges: Vec::new(),
            copies: Vec::new(),
        };
        let begin = Instant::now();
        Talk {
            session: Session::new(limits, sink),
            log,
            tickets: HashMap::new(),
            begin,
            now: begin,
            timer: None,
            cuts,
            said: 0,
            lengths: Vec::new(),
        }
    }

    fn named(&self, name: &str) -> Named {
        Named {
            name: name.to_string(),
            log: self.log.clone(),
        }
    }

    fn at(&self, ms: &str) -> Instant {
        self.begin + Duration::from_millis(ms.parse().unwrap())
    }

    fn ticket(&self, name: &str) -> Ticket {
        self.tickets[name]
    }

    fn begun(&mut self, name: &str, ticket: Result<Ticket, Error>) {
        match ticket {
            Ok(ticket) => drop(self.tickets.insert(name.to_string(), ticket)),
            Err(error) => self.log.push(format!("refused: {error}")),
        }
    }

    fn hear(&mut self, bytes: &[u8]) {
        if let Err(cause) = self.session.handle_bytes(bytes) {
            self.log.push(format!("broken: {cause}"));
        }
    }

    fn hear_cut(&mut self, bytes: &[u8]) {
        let cuts = match self.cuts {
            Cuts::At(number, at) if number == self.said => Cuts::At(0, at),
            Cuts::At(..) => Cuts::None,
            cuts => cuts,
        };
        self.said += 1;
        self.lengths.push(bytes.len());
        match cuts {
            Cuts::None => self.hear(bytes),
            Cuts::Each => {
                for byte in bytes {
                    self.hear(&[*byte]);
                }
            }
            Cuts::At(_, at) => {
                self.hear(&bytes[..at]);
                self.hear(&bytes[at..]);
            }
        }
    }

    fn write(&mut self, mut max: usize) {
        let mut written = Vec::new();
        loop {
            let mut slices = [IoSlice::new(&[]); 3];
            let used = self.session.poll_transmit(&mut slices);
            let bytes: Vec<u8> = slices[..used].iter().flat_map(|it| it.to_vec()).collect();
            let count = bytes.len().min(max);
            written.extend_from_slice(&bytes[..count]);
            self.session.dialogue().advance(count);
            max -= count;
            if count == 0 {
                break;
            }
        }
        for line in written.split_inclusive(|byte| *byte == b'\n') {
            let text = line.strip_suffix(b"\r\n");
            let sign = text.map_or(">>", |_| ">");
            let shown = text.unwrap_or(line).escape_ascii();
            self.log.push(format!("{sign} {shown}"));
        }
    }

    fn act(&mut self, line: &str) {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (name, more) = rest.split_once(' ').unwrap_or((rest, ""));
        match verb {
            "ask" => {
                let wants = |word: &str| name.ends_with(word);
                let manner = Manner {
                    wants_data: wants("+data"),
                    is_ordered: wants("+ordered"),
                };
                let name = name.split('+').next().unwrap();
                let command = Command::raw(more.as_bytes(), None).unwrap();
                let waiter = self.named(name);
                let ticket = self.session.dialogue().begin(command, waiter, manner);
                self.begun(name, ticket);
            }
            "tell" => {
                let command = Command::raw(rest.as_bytes(), None).unwrap();
                self.session.dialogue().tell(command).unwrap();
            }
            "want" => {
                let (who, what) = more.split_once(' ').unwrap();
                let wish = match what.strip_prefix("name=") {
                    Some(name) => Wish::Name(name.as_bytes()),
                    None if what == "nothing" => Wish::Nothing,
                    None => Wish::Kinds(kinds(what)),
                };
                let waiter = self.named(name);
                let dialogue = self.session.dialogue();
                let ticket = dialogue.subscribe(consumer(who), wish, waiter);
                self.begun(name, ticket);
            }
            "leave" => self.session.dialogue().unsubscribe(consumer(rest)),
            "until" => {
                let (ticket, at) = (self.ticket(name), self.at(more));
                let timeout_ms = more.parse().unwrap();
                self.session.dialogue().set_deadline(ticket, at, timeout_ms);
            }
            "drop" => {
                let ticket = self.ticket(rest);
                self.session.dialogue().abandon(ticket);
            }
            "await" => {
                let ticket = self.ticket(rest);
                self.session.dialogue().set_awaited(ticket);
            }
            "wake" => self.session.dialogue().wake_one(),
            "write" => self.write(rest.parse().unwrap_or(usize::MAX)),
            "cork" => {
                let until = self.now + CORK;
                self.session.dialogue().cork(|| until);
            }
            "uncork" => self.session.dialogue().uncork(),
            "@" => {
                self.now = self.at(rest);
                self.session.handle_timeout(self.now);
            }
            "<" => self.hear_cut(lines(rest).as_bytes()),
            "<!" => self.hear(lines(rest).as_bytes()),
            "<<" => self.hear_cut(rest.as_bytes()),
            "open" => self.session.dialogue().open(),
            "look" => {
                let is_held = self.session.holds(rest.as_bytes());
                let word = if is_held { "held" } else { "gone" };
                self.log.push(word.to_string());
            }
            "expected" => {
                let expected = self.session.dialogue().expected();
                let all = [
                    (expected.has_secret(), "secret"),
                    (expected.has_stream(), "data"),
                    (expected.has_ordered(), "order"),
                ];
                let all = all.iter().filter(|(is_so, _)| *is_so);
                let all: Vec<&str> = all.map(|(_, word)| *word).collect();
                let shown = if all.is_empty() {
                    "nothing".to_string()
                } else {
                    all.join(" ")
                };
                self.log.push(format!("expects {shown}"));
            }
            "end" => self.session.handle_end(Cause::Eof),
            _ => panic!("{line}"),
        }
    }

    fn note_timer(&mut self) {
        let timer = self.session.poll_timeout();
        if std::mem::replace(&mut self.timer, timer) != timer {
            self.log.push(match timer {
                Some(at) => format!("timer {}", (at - self.begin).as_millis()),
                None => "no timer".to_string(),
            });
        }
    }
}

fn lines(text: &str) -> String {
    text.split(" | ")
        .map(|line| format!("{line}\r\n"))
        .collect()
}

/// The first words of what comes of something, which a script has behind it.
const OUTPUTS: [&str; 15] = [
    ">", ">>", "!", "=", "data", "woken", "timer", "no", "lost", "broken:", "refused:", "held",
    "gone", "expects", "",
];

/// Does what the script says; all that was done, each with what came of it.
fn run(limits: Limits, script: &str, cuts: Cuts) -> (String, Vec<usize>) {
    let mut talk = Talk::new(limits, cuts);
    let mut all = Vec::new();
    for line in script.lines().map(str::trim) {
        let verb = line.split(' ').next().unwrap_or_default();
        if OUTPUTS.contains(&verb) {
            continue;
        }
        talk.act(line);
        talk.note_timer();
        all.push(line.to_string());
        all.append(&mut talk.log.take());
    }
    (all.join("\n"), talk.lengths)
}

/// The script must come to what it says, however what tor says is cut.
#[track_caller]
fn check_with(limits: Limits, script: &str) {
    let lines = script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let expected = lines.collect::<Vec<_>>().join("\n");
    let (whole, lengths) = run(limits, script, Cuts::None);
    assert_eq!(
        whole, expected,
        "\n--- is:\n{whole}\n--- should be:\n{expected}\n"
    );
    assert_eq!(run(limits, script, Cuts::Each).0, expected, "byte by byte");
    for (number, length) in lengths.iter().enumerate() {
        for at in 1..*length {
            let (cut, _) = run(limits, script, Cuts::At(number, at));
            assert_eq!(cut, expected, "cut of number {number} at {at}");
        }
    }
}

#[track_caller]
fn check(script: &str) {
    check_with(Limits::default(), script);
}
