//! What there is, as bytes: lines of CIRC and STREAM events by their ids, and guards.
//!
//! A line is kept as tor wrote it and split by whoever looks at it: most change again before that.

use super::objects::Objects;
use crate::engine::event::Event;
use crate::error::{expect_ok, Error};
use crate::proto::event::{number, Kind};
use crate::proto::info::{self, EntryGuard};
use crate::proto::reply::Reply;
use crate::proto::result::Values;

/// More circuits or streams than this are not kept; nor is a longer line.
const MOST: usize = 1 << 20;
const LINE_BYTES: usize = 4096;
const MOST_GUARDS: usize = 10_000;

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Circuits.
    Circuit,
    /// Streams.
    Stream,
    /// Entry guards.
    Guard,
}

impl Sort {
    pub(super) const ALL: [Sort; 3] = [Sort::Circuit, Sort::Stream, Sort::Guard];

    /// The key with all that there are.
    pub(super) fn key(self) -> &'static str {
        match self {
            Sort::Circuit => "circuit-status",
            Sort::Stream => "stream-status",
            Sort::Guard => "entry-guards",
        }
    }
}

type Line = Box<[u8]>;

#[derive(Debug)]
pub(super) struct Table {
    pub(super) circuits: Objects<u64, Line>,
    pub(super) streams: Objects<u64, Line>,
    pub(super) guards: Objects<[u8; 40], EntryGuard>,
    /// There was no room for something.
    pub(super) is_cut: bool,
}

impl Default for Table {
    fn default() -> Table {
        Table {
            circuits: Objects::new(MOST),
            streams: Objects::new(MOST),
            guards: Objects::new(MOST_GUARDS),
            is_cut: false,
        }
    }
}

/// The id and the status of a line, and where the status stands in it.
fn head(raw: &[u8]) -> Option<(u64, std::ops::Range<usize>)> {
    let mut blanks = memchr::memchr_iter(b' ', raw).skip(1);
    let (id, status) = (blanks.next()? + 1, blanks.next()? + 1);
    let end = memchr::memchr2(b' ', b'\r', &raw[status..])? + status;
    Some((number::unsigned(&raw[id..status - 1])?, status..end))
}

impl Table {
    pub(super) fn has_changes(&self) -> bool {
        self.circuits.has_changes() || self.streams.has_changes() || self.guards.has_changes()
    }

    /// Takes in an event: what tor sent, and when it came.
    pub(super) fn take(&mut self, kind: Kind, raw: &[u8], unix_us: i64) {
        if kind == Kind::Guard {
            return self.take_guard(raw, unix_us);
        }
        let Some((id, status)) = head(raw) else {
            return;
        };
        let objects = match kind {
            Kind::Stream => &mut self.streams,
            _ => &mut self.circuits,
        };
        let line: Line = match (kind, &raw[status.clone()]) {
            (Kind::Circ | Kind::Stream, b"CLOSED" | b"FAILED") => return objects.remove(&id),
            // That is about the flow, and the stream is what it was.
            (Kind::Stream, b"XOFF_SENT" | b"XOFF_RECV" | b"XON_SENT" | b"XON_RECV") => return,
            (Kind::CircMinor, _) => match objects.get(&id) {
                Some(old) => changed(old, id, &raw[status.end..]),
                None => return,
            },
            _ => raw.into(),
        };
        self.is_cut |= line.len() > LINE_BYTES || !objects.set(id, line);
    }

    fn take_guard(&mut self, raw: &[u8], unix_us: i64) {
        let event = Event::of_raw(Kind::Guard, raw.to_vec());
        let fields = event.fields();
        let state: &[u8] = match fields.arg(2).bytes() {
            b"NEW" => b"never-connected",
            b"UP" | b"GOOD" => b"up",
            b"DOWN" => b"down",
            b"BAD" => b"unusable",
            b"DROPPED" => b"",
            _ => return,
        };
        let line = [fields.arg(1).bytes(), b" ", state].concat();
        let guard = info::entry_guards(&line).next();
        match guard {
            Some(guard) => {
                let guard = EntryGuard {
                    since_us: Some(unix_us),
                    ..guard
                };
                self.is_cut |= !self.guards.set(guard.fingerprint, guard);
            }
            None => {
                let fingerprint = crate::proto::relay::fingerprint_of(fields.arg(1).bytes());
                if let Some(fingerprint) = fingerprint {
                    self.guards.remove(&fingerprint);
                }
            }
        }
    }

    /// Takes in all that there are of a sort.
    pub(super) fn take_all(&mut self, sort: Sort, reply: Reply) -> Result<(), Error> {
        let values = Values::from_get_info(expect_ok(reply)?)?;
        let value = values.value(0).unwrap_or_default();
        let lines = |word| {
            let lines = info::event_lines(word, value);
            lines
                .filter(|it| it.len() <= LINE_BYTES)
                .filter_map(|line| Some((head(&line)?.0, Line::from(line))))
        };
        let has_room = match sort {
            Sort::Circuit => self.circuits.replace(lines("CIRC")),
            Sort::Stream => self.streams.replace(lines("STREAM")),
            Sort::Guard => {
                let guards = info::entry_guards(value);
                self.guards.replace(guards.map(|it| (it.fingerprint, it)))
            }
        };
        self.is_cut |= !has_room;
        Ok(())
    }
}

/// A circuit whose purpose or use changed: the line of its status with the new rest.
fn changed(old: &[u8], id: u64, rest: &[u8]) -> Line {
    let status = head(old).map_or(&b"BUILT"[..], |(_, status)| &old[status]);
    // tor writes what was before at the end.
    let old_purpose = memchr::memmem::rfind(rest, b" OLD_PURPOSE=");
    let rest = match old_purpose {
        Some(end) => &rest[..end],
        None => rest.trim_ascii_end(),
    };
    let head = format!("650 CIRC {id} ");
    [head.as_bytes(), status, rest, b"\r\n"].concat().into()
}
