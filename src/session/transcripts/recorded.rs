//! What real tors said, whole, byte by byte and cut everywhere: the same events and outcomes.

use super::*;
use crate::proto::command::info::set_events;
use crate::proto::decoder::Message;

macro_rules! data {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/", $name))
    };
}

/// What came of a recording. Data ahead of a reply is joined.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Heard {
    events: Vec<u8>,
    kinds: Vec<Kind>,
    outcomes: Vec<(usize, Outcome)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Outcome {
    data: Vec<u8>,
    lines: Vec<(u16, Vec<u8>, Option<Vec<u8>>)>,
}

#[derive(Clone, Debug, Default)]
struct Ear(Rc<RefCell<Heard>>);

struct Asker {
    index: usize,
    data: RefCell<Vec<u8>>,
    ear: Ear,
}

impl Waiter for Asker {
    fn complete(&self, outcome: Result<Reply, Error>) {
        let reply = outcome.unwrap();
        let owned = reply
            .lines()
            .map(|line| (line.code, line.text.to_vec(), line.data.map(<[u8]>::to_vec)));
        let outcome = Outcome {
            data: self.data.take(),
            lines: owned.collect(),
        };
        self.ear.0.borrow_mut().outcomes.push((self.index, outcome));
    }

    fn take_data(&self, lines: &[u8]) -> usize {
        self.data.borrow_mut().extend_from_slice(lines);
        0
    }

    fn wake(&self) {}
}

impl Sink for Ear {
    fn take(&mut self, kind: Kind, buf: &[u8], range: Range<usize>) {
        let mut heard = self.0.borrow_mut();
        heard.events.extend_from_slice(&buf[range]);
        heard.kinds.push(kind);
    }

    fn copy(&mut self, _buf: &[u8]) {}

    fn publish(&mut self, _decoder: &mut Decoder) {}

    fn lose(&mut self, _kind: Kind, size_bytes: usize) {
        panic!("{size_bytes}");
    }
}

struct Recording<'a> {
    requests: &'a [&'a str],
    wants_data: bool,
    wire: &'a [u8],
    /// Of so many bytes at both ends every cut is tried.
    end_bytes: usize,
}

fn command(line: &str) -> Command {
    match line.strip_prefix("SETEVENTS ") {
        Some("NO_SUCH_EVENT") => set_events(KindSet::default(), &["NO_SUCH_EVENT"]).unwrap(),
        Some(words) => set_events(kinds(words), &[""; 0]).unwrap(),
        None => Command::raw(line.as_bytes(), None).unwrap(),
    }
}

impl Recording<'_> {
    fn hear<'a>(&self, pieces: impl IntoIterator<Item = &'a [u8]>) -> Heard {
        let ear = Ear::default();
        let mut session = Session::new(Limits::default(), ear.clone());
        for (index, line) in self.requests.iter().enumerate() {
            let asker = Asker {
                index,
                data: RefCell::default(),
                ear: ear.clone(),
            };
            let manner = Manner {
                wants_data: self.wants_data,
                is_ordered: false,
            };
            session
                .dialogue()
                .begin(command(line), asker, manner)
                .unwrap();
        }
        while session.dialogue().wants_transmit() {
            let mut slices = [IoSlice::new(&[]); 8];
            let used = session.poll_transmit(&mut slices);
            let count = slices[..used].iter().map(|slice| slice.len()).sum();
            session.dialogue().advance(count);
        }
        for piece in pieces {
            session.handle_bytes(piece).unwrap();
        }
        assert!(!session.dialogue().has_pending());
        ear.0.take()
    }

    /// Where the messages end, and which of them are replies.
    fn messages(&self) -> Vec<(usize, bool)> {
        let mut decoder = Decoder::new(Limits::default());
        decoder.feed(self.wire);
        let mut messages = Vec::new();
        while let Some(message) = decoder.next().unwrap() {
            messages.push(match message {
                Message::Event(_, range) => (range.end, false),
                Message::Reply(range) => (range.end, true),
                other => panic!("{other:?}"),
            });
        }
        assert_eq!(messages.last().map(|it| it.0), Some(self.wire.len()));
        messages
    }

    fn check(&self) -> Heard {
        let whole = self.hear([self.wire]);
        assert_eq!(self.hear(self.wire.chunks(1)), whole, "byte by byte");
        let mut random = 1_u64;
        for round in 0..4 {
            let mut rest = self.wire;
            let pieces = std::iter::from_fn(|| {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                let size = 1 + random as usize % (16 << (2 * round));
                let (piece, behind) = rest.split_at(size.min(rest.len()));
                rest = behind;
                (!piece.is_empty()).then_some(piece)
            });
            assert_eq!(self.hear(pieces), whole, "in random pieces");
        }
        self.check_cuts();
        whole
    }

    /// A cut disturbs the message that it is in and the one behind it: these alone are heard.
    fn check_cuts(&self) {
        let messages = self.messages();
        let (mut begin, mut replies) = (0, 0);
        for (index, (end, is_reply)) in messages.iter().enumerate() {
            let next = messages.get(index + 1).copied().unwrap_or((*end, false));
            let asked = replies..replies + usize::from(*is_reply) + usize::from(next.1);
            let part = Recording {
                requests: &self.requests[asked],
                wants_data: self.wants_data,
                wire: &self.wire[begin..next.0],
                end_bytes: self.end_bytes,
            };
            let whole = part.hear([part.wire]);
            let last = self.wire.len().saturating_sub(self.end_bytes);
            for cut in begin..*end {
                let is_near = cut < begin + 4 || cut + 4 > *end;
                if is_near || cut < self.end_bytes || cut >= last {
                    let (first, rest) = part.wire.split_at(cut - begin);
                    assert_eq!(part.hear([first, rest]), whole, "cut at {cut}");
                }
            }
            begin = *end;
            replies += usize::from(*is_reply);
        }
    }
}

#[test]
fn events_of_a_client_and_of_an_authority() {
    for (wire, least) in [
        (&data!("captures/capture-client.txt")[..], 1400),
        (&data!("captures/capture-authority.txt")[..], 2000),
    ] {
        let recording = Recording {
            requests: &[],
            wants_data: false,
            wire,
            end_bytes: 2000,
        };
        let heard = recording.check();
        assert_eq!(heard.events, wire);
        assert!(heard.kinds.len() >= least && !heard.kinds.contains(&Kind::Unknown));
    }
}

#[test]
fn a_dialogue_of_many_requests() {
    let requests = String::from_utf8_lossy(data!("captures/dialogue-requests.txt"));
    let requests: Vec<&str> = requests.lines().collect();
    let all = [false, true].map(|wants_data| {
        let recording = Recording {
            requests: &requests,
            wants_data,
            wire: data!("captures/dialogue.txt"),
            end_bytes: 600,
        };
        recording.check()
    });
    for heard in &all {
        let order = heard.outcomes.iter().map(|(index, _)| *index);
        assert!(order.eq(0..requests.len()));
        assert!(heard.kinds.contains(&Kind::ConfChanged) && heard.kinds.contains(&Kind::Bw));
    }
    let of = |heard: &Heard, request: &str| {
        let index = requests.iter().position(|it| *it == request).unwrap();
        heard.outcomes[index].1.clone()
    };
    let names = "GETINFO info/names";
    let (whole, ahead) = (of(&all[0], names), of(&all[1], names));
    let data = whole.lines[0].2.as_ref().unwrap();
    assert!(data.len() > 1000 && whole.data.is_empty());
    assert_eq!(
        String::from_utf8_lossy(&ahead.data)
            .replace("\r\n", "\n")
            .as_bytes(),
        data
    );
    assert_eq!(ahead.lines[0].2.as_deref(), Some(&b""[..]));
}

/// A document as the answer to the question that it answered.
#[test]
fn documents() {
    for (key, document) in [
        ("ns/all", &data!("dir/ns-all.txt")[..]),
        (
            "dir/status-vote/current/consensus",
            data!("dir/consensus.txt"),
        ),
        (
            "dir/status-vote/current/consensus-microdesc",
            data!("dir/consensus-microdesc.txt"),
        ),
        ("desc/all-recent", data!("dir/server-descriptors.txt")),
        ("md/all", data!("dir/microdescriptors.txt")),
        ("hs/client/desc/id/x", data!("dir/onion-descriptor.txt")),
        ("circuit-status", data!("dir/circuit-status.txt")),
        ("config/names", data!("dir/config-names.txt")),
        ("config/defaults", data!("dir/config-defaults.txt")),
    ] {
        let mut wire = format!("250+{key}=\r\n").into_bytes();
        for line in document.split_inclusive(|byte| *byte == b'\n') {
            if line.starts_with(b".") {
                wire.push(b'.');
            }
            wire.extend_from_slice(line.strip_suffix(b"\n").unwrap_or(line));
            wire.extend_from_slice(b"\r\n");
        }
        wire.extend_from_slice(b".\r\n250 OK\r\n");
        let request = format!("GETINFO {key}");
        for wants_data in [false, true] {
            let recording = Recording {
                requests: &[&request],
                wants_data,
                wire: &wire,
                end_bytes: if wire.len() < 1500 { wire.len() } else { 150 },
            };
            let heard = recording.check();
            let [(0, outcome)] = &heard.outcomes[..] else {
                panic!("{}", heard.outcomes.len());
            };
            match wants_data {
                true => assert_eq!(outcome.data.len(), wire.len() - key.len() - 18),
                false => assert!(outcome.lines[0]
                    .2
                    .as_deref()
                    .unwrap()
                    .starts_with(document.trim_ascii_end())),
            }
        }
    }
}
