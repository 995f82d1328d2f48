//! What the program has set up on tor, and wants again on the next one: after tor was started anew,
//! none of it is there.
//!
//! Whoever sets something up by a command says here how it is done again, once tor has agreed, and
//! forgets it when it is undone. On a new connection a [`Restoration`] gives out the commands and
//! takes the replies. What became of each thing is told: that it is there again, that tor still
//! had it, or that it is lost.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::error::Error;
use crate::proto::command::conf::{self, Setting};
use crate::proto::command::info;
use crate::proto::encode::Command;
use crate::proto::reply::Reply;

/// What all that is kept may have together, in bytes.
const LIMIT_BYTES: usize = 4 << 20;
/// What a thing takes beside its texts, about.
const OVERHEAD_BYTES: usize = 256;

/// What a part of the program's setup is. It is restored in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Ownership,
    Conf,
    Attacher,
    MapAddress,
    ClientAuth,
    Onion,
    /// Events, which are restored by the login.
    Events,
}

impl Part {
    /// The word for it in RESTORED events.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Part::Ownership => "OWNERSHIP",
            Part::Conf => "CONF",
            Part::Attacher => "ATTACHER",
            Part::MapAddress => "MAPADDRESS",
            Part::ClientAuth => "CLIENT_AUTH",
            Part::Onion => "ONION",
            Part::Events => "EVENTS",
        }
    }
}

/// How a thing is made again.
#[derive(Debug)]
pub(crate) enum Again {
    /// By this command.
    By(Command),
    /// By a command that makes an onion service.
    Onion {
        command: Command,
        /// For a tor that does not know all that the command asks for.
        simpler: Option<Command>,
        /// The service ends with tor and not with the connection: a collision is with itself.
        is_detached: bool,
    },
    /// Not at all, for this reason. It may still be there if it is a detached service.
    Never {
        why: &'static str,
        is_detached: bool,
    },
}

/// An option's value, which may be a secret.
type Value = Option<Zeroizing<Vec<u8>>>;

#[derive(Debug)]
enum How {
    Again(Again),
    /// By setting these options together.
    Conf(Vec<(Vec<u8>, Value)>),
}

/// Something that the program set up.
struct Thing {
    part: Part,
    /// Which of its sort it is; no secret.
    which: String,
    how: How,
}

/// Without its secrets.
impl fmt::Debug for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.part.word(), self.which)
    }
}

impl Thing {
    fn size_bytes(&self) -> usize {
        let how = match &self.how {
            How::Again(Again::By(command)) => command.as_bytes().len(),
            How::Again(Again::Onion {
                command, simpler, ..
            }) => {
                let simpler = simpler.as_ref().map_or(0, |it| it.as_bytes().len());
                command.as_bytes().len() + simpler
            }
            How::Again(Again::Never { .. }) => 0,
            How::Conf(settings) => settings
                .iter()
                .map(|(name, value)| name.len() + value.as_ref().map_or(0, |it| it.len()))
                .sum(),
        };
        OVERHEAD_BYTES + 2 * self.which.len() + how
    }
}

/// See the module's comment.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Nothing is kept for a controller that does not reconnect.
    is_on: bool,
    /// In the order in which they are restored.
    things: BTreeMap<(Part, u64), Arc<Thing>>,
    /// Where each is.
    places: BTreeMap<(Part, String), u64>,
    next: u64,
    bytes: usize,
    /// How many were not kept because there were too many.
    left_out: BTreeMap<Part, u64>,
    restorations: u64,
}

impl Kept {
    pub(crate) fn new(is_on: bool) -> Kept {
        Kept {
            is_on,
            ..Kept::default()
        }
    }

    /// Whether things are kept at all.
    pub(crate) fn is_on(&self) -> bool {
        self.is_on
    }

    /// How often things were made again: a mark for [`Kept::keep`] and [`Kept::is_late`].
    pub(crate) fn restorations(&self) -> u64 {
        self.restorations
    }

    /// Whether what was asked at this mark may have been done by a tor that is gone, and has missed
    /// the restoration on the next.
    pub(crate) fn is_late(&self, mark: u64) -> bool {
        self.is_on && self.restorations != mark
    }

    /// Keeps a thing that was asked for at this mark, in place of one that is the same. If it is
    /// late, how it is made again immediately.
    pub(crate) fn keep(
        &mut self,
        part: Part,
        which: &str,
        again: Again,
        mark: u64,
    ) -> Option<Restoration> {
        let thing = self.insert(part, which.to_string(), How::Again(again));
        self.late(thing, mark)
    }

    /// Keeps options that were set together, and their values in no other way any more.
    pub(crate) fn keep_conf(&mut self, settings: &[Setting<'_>], mark: u64) -> Option<Restoration> {
        let names: Vec<&[u8]> = settings.iter().map(|(name, _)| *name).collect();
        self.forget_conf(&names);
        let owned = |value: &[u8]| Zeroizing::new(value.to_vec());
        let settings: Vec<_> = settings
            .iter()
            .map(|(name, value)| (name.to_vec(), value.map(owned)))
            .collect();
        let thing = self.insert_conf(settings);
        self.late(thing, mark)
    }

    /// Forgets a thing, which was undone.
    pub(crate) fn forget(&mut self, part: Part, which: &str) {
        if let Some(place) = self.places.remove(&key(part, which)) {
            self.remove(part, place);
        }
    }

    /// Forgets what these options were set to.
    pub(crate) fn forget_conf(&mut self, names: &[&[u8]]) {
        let is_one = |name: &[u8]| names.iter().any(|other| name.eq_ignore_ascii_case(other));
        let all = self.of(Part::Conf);
        for thing in all {
            let How::Conf(settings) = &thing.how else {
                continue;
            };
            if settings.iter().any(|(name, _)| is_one(name)) {
                self.forget(Part::Conf, &thing.which);
                let rest = settings.iter().filter(|(name, _)| !is_one(name));
                let rest: Vec<_> = rest.cloned().collect();
                if !rest.is_empty() {
                    self.insert_conf(rest);
                }
            }
        }
    }

    /// Forgets all options.
    pub(crate) fn forget_all_conf(&mut self) {
        for thing in self.of(Part::Conf) {
            self.forget(Part::Conf, &thing.which);
        }
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        *self = Kept {
            restorations: self.restorations,
            ..Kept::new(self.is_on)
        };
    }

    /// Begins to make it all again, on a new connection.
    pub(crate) fn restoration(&mut self) -> Restoration {
        self.restorations += 1;
        let left_out = std::mem::take(&mut self.left_out);
        let told = left_out.into_iter().map(|(part, count)| Restored {
            part,
            which: String::new(),
            outcome: Outcome::Lost,
            code: 0,
            text: format!("{count} could not be kept: there were too many"),
            is_over: false,
        });
        Restoration {
            open: self
                .things
                .values()
                .map(|it| (Arc::clone(it), false))
                .collect(),
            told: told.collect(),
            ..Restoration::default()
        }
    }

    /// This was told. What nobody can make again is told as lost once.
    pub(crate) fn handle_told(&mut self, told: &Restored) {
        if told.is_over {
            self.forget(told.part, &told.which);
        }
    }

    fn of(&self, part: Part) -> Vec<Arc<Thing>> {
        let all = self.things.range((part, 0)..=(part, u64::MAX));
        all.map(|(_, thing)| Arc::clone(thing)).collect()
    }

    fn insert_conf(&mut self, settings: Vec<(Vec<u8>, Value)>) -> Option<Arc<Thing>> {
        let mut names: Vec<String> = Vec::new();
        for (name, _) in &settings {
            let name = String::from_utf8_lossy(name).into_owned();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        self.insert(Part::Conf, names.join(","), How::Conf(settings))
    }

    fn insert(&mut self, part: Part, which: String, how: How) -> Option<Arc<Thing>> {
        if !self.is_on {
            return None;
        }
        self.forget(part, &which);
        let thing = Thing { part, which, how };
        let bytes = thing.size_bytes();
        if self.bytes + bytes > LIMIT_BYTES {
            *self.left_out.entry(part).or_default() += 1;
            return None;
        }
        self.bytes += bytes;
        self.places.insert(key(part, &thing.which), self.next);
        let thing = Arc::new(thing);
        self.things.insert((part, self.next), Arc::clone(&thing));
        self.next += 1;
        Some(thing)
    }

    fn late(&self, thing: Option<Arc<Thing>>, mark: u64) -> Option<Restoration> {
        let thing = thing.filter(|_| self.is_late(mark))?;
        Some(Restoration {
            open: VecDeque::from([(thing, false)]),
            is_late: true,
            ..Restoration::default()
        })
    }

    fn remove(&mut self, part: Part, place: u64) {
        if let Some(thing) = self.things.remove(&(part, place)) {
            self.bytes -= thing.size_bytes();
        }
    }
}

/// tor takes addresses and names of options in any case.
fn key(part: Part, which: &str) -> (Part, String) {
    (part, which.to_ascii_lowercase())
}

/// What became of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is there again.
    Restored,
    /// tor still had it.
    Lives,
    /// It is not there.
    Lost,
}

impl Outcome {
    /// The word for it in RESTORED events.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Outcome::Restored => "RESTORED",
            Outcome::Lives => "LIVES",
            Outcome::Lost => "LOST",
        }
    }
}

/// What is told of a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Restored {
    pub(crate) part: Part,
    pub(crate) which: String,
    pub(crate) outcome: Outcome,
    /// tor's code, or 0.
    pub(crate) code: u16,
    /// tor's words, or why there are none.
    pub(crate) text: String,
    /// There is no way to make it again.
    is_over: bool,
}

impl Restored {
    fn of(thing: &Thing, outcome: Outcome, code: u16, text: &str) -> Restored {
        Restored {
            part: thing.part,
            which: thing.which.clone(),
            outcome,
            code,
            text: text.to_string(),
            is_over: outcome == Outcome::Lost
                && matches!(thing.how, How::Again(Again::Never { .. })),
        }
    }

    /// An event that is wanted and that this tor does not give.
    pub(crate) fn refused_event(name: String) -> Restored {
        Restored {
            part: Part::Events,
            which: name,
            outcome: Outcome::Lost,
            code: 0,
            text: "this tor, or a filter before it, does not give them".to_string(),
            is_over: false,
        }
    }

    /// The RESTORED event, without what stands in front of it on the wire.
    pub(crate) fn event(&self) -> String {
        let (what, outcome) = (self.part.word(), self.outcome.word());
        let (which, text) = (self.which.escape_default(), self.text.escape_default());
        let code = self.code;
        format!("{what} {outcome} WHICH=\"{which}\" CODE={code} MESSAGE=\"{text}\"")
    }
}

/// Makes everything again. The driver sends the commands in their order, as many together as it
/// likes, hands in each reply in its turn, and tells what is to be told.
#[derive(Debug, Default)]
pub(crate) struct Restoration {
    /// What is still to be asked for; whether by the simpler command.
    open: VecDeque<(Arc<Thing>, bool)>,
    /// What tor has been asked for.
    asked: VecDeque<(Arc<Thing>, bool)>,
    told: VecDeque<Restored>,
    /// It is about a single thing that may have been made on this tor.
    is_late: bool,
}

impl Restoration {
    /// The next command, if there is one now: after a reply there may be another.
    pub(crate) fn poll_command(&mut self) -> Option<Command> {
        while let Some((thing, is_second)) = self.open.pop_front() {
            match command(&thing, is_second) {
                Ok(command) => {
                    self.asked.push_back((thing, is_second));
                    return Some(command);
                }
                Err(why) => self.tell(&thing, Outcome::Lost, 0, &why),
            }
        }
        None
    }

    /// The reply to the first command that has none yet.
    pub(crate) fn handle_reply(&mut self, reply: Result<Reply, Error>) {
        let Some((thing, is_second)) = self.asked.pop_front() else {
            return;
        };
        let reply = match reply {
            Ok(reply) => reply,
            Err(error) => return self.tell(&thing, Outcome::Lost, 0, &error.to_string()),
        };
        let code = reply.code();
        let last = reply.lines().last().map_or(&b""[..], |line| line.text);
        let text = String::from_utf8_lossy(last).into_owned();
        match &thing.how {
            How::Again(Again::Never { why, .. }) => match names(&reply, &thing.which) {
                true => self.tell(&thing, Outcome::Lives, 0, ""),
                false => self.tell(&thing, Outcome::Lost, 0, why),
            },
            _ if reply.is_ok() => self.tell(&thing, Outcome::Restored, code, &text),
            How::Again(Again::Onion { is_detached, .. })
                if code == 550 && (*is_detached || self.is_late) =>
            {
                self.tell(&thing, Outcome::Lives, code, &text)
            }
            How::Again(Again::Onion {
                simpler: Some(_), ..
            }) if !is_second && matches!(code, 510 | 512) => self.open.push_back((thing, true)),
            _ => self.tell(&thing, Outcome::Lost, code, &text),
        }
    }

    /// What became of the next thing.
    pub(crate) fn poll_told(&mut self) -> Option<Restored> {
        self.told.pop_front()
    }

    fn tell(&mut self, thing: &Thing, outcome: Outcome, code: u16, text: &str) {
        let told = Restored::of(thing, outcome, code, text);
        self.told.push_back(told);
    }
}

/// What makes the thing again, or why nothing does.
fn command(thing: &Thing, is_second: bool) -> Result<Command, String> {
    match &thing.how {
        How::Again(Again::By(command)) => Ok(command.copy()),
        How::Again(Again::Onion {
            simpler: Some(simpler),
            ..
        }) if is_second => Ok(simpler.copy()),
        How::Again(Again::Onion { command, .. }) => Ok(command.copy()),
        How::Again(Again::Never { why, is_detached }) => match is_detached {
            true => info::get_info(&["onions/detached"]).map_err(|error| error.to_string()),
            false => Err((*why).to_string()),
        },
        How::Conf(settings) => {
            let settings: Vec<Setting<'_>> = settings
                .iter()
                .map(|(name, value)| (name.as_slice(), value.as_ref().map(|it| it.as_slice())))
                .collect();
            conf::set_conf(&settings).map_err(|error| error.to_string())
        }
    }
}

/// Whether a list of services has this one.
fn names(reply: &Reply, which: &str) -> bool {
    let address = which.trim_end_matches(".onion").as_bytes();
    let has = |text: &[u8]| memchr::memmem::find(text, address).is_some();
    reply
        .lines()
        .any(|line| has(line.text) || line.data.is_some_and(has))
}

#[cfg(test)]
mod tests;
