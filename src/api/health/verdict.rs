//! What the facts mean: how each part of tor does, and all of it together.

use super::facts::Facts;
use crate::engine::controller::State;
use crate::proto::event::Text;
use crate::proto::quote::printable;
use crate::proto::reason::Reason;

/// How well something does, the worst last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nobody says.
    #[default]
    Unknown,
    /// As it should.
    Ok,
    /// tor can be used, but something is wrong.
    Degraded,
    /// It cannot be used yet, and is on its way.
    Starting,
    /// It cannot be used, and something is in the way.
    Down,
}

impl Level {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Level::Unknown => "UNKNOWN",
            Level::Ok => "OK",
            Level::Degraded => "DEGRADED",
            Level::Starting => "STARTING",
            Level::Down => "DOWN",
        }
    }
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// The connection to tor.
    Connection,
    /// The start of tor.
    Bootstrap,
    /// Whether tor is dormant.
    Dormant,
    /// The network, as tor sees it.
    Network,
    /// Whether tor can build circuits.
    Circuit,
    /// Whether tor knows enough relays.
    Directory,
    /// The clock of tor's computer.
    Clock,
    /// The entry guards.
    Guards,
    /// The onion services.
    Onions,
}

impl Item {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Item::Connection => "CONNECTION",
            Item::Bootstrap => "BOOTSTRAP",
            Item::Dormant => "DORMANT",
            Item::Network => "NETWORK",
            Item::Circuit => "CIRCUIT",
            Item::Directory => "DIRECTORY",
            Item::Clock => "CLOCK",
            Item::Guards => "GUARDS",
            Item::Onions => "ONIONS",
        }
    }
}

/// How one of them does.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What was looked at.
    pub item: Item,
    /// How it does.
    pub level: Level,
    /// What was found, as a number or a word.
    pub value: String,
    /// Why it does not do better, if the library has a number for that.
    pub why: Reason,
    /// The same in a sentence, with a NUL behind it.
    text: Vec<u8>,
}

impl Finding {
    pub(super) fn new(item: Item, level: Level, value: String, why: Reason, text: &str) -> Finding {
        Finding {
            item,
            level,
            value,
            why,
            text: [printable(text.as_bytes()).as_bytes(), b"\0"].concat(),
        }
    }

    /// Why it is so, in a sentence.
    pub fn text(&self) -> Text<'_> {
        Text::from_terminated(&self.text)
    }

    /// Whether a program would do something else than before.
    pub(super) fn differs(&self, before: &Finding) -> bool {
        (self.level, self.why, &self.value) != (before.level, before.why, &before.value)
    }
}

/// All that is known of a tor's health.
#[derive(Clone, Debug, Default)]
pub struct Health {
    /// How each part does, in the order of [`Item`].
    pub findings: Vec<Finding>,
    /// All of it together.
    pub verdict: Level,
    /// The controller is ready.
    pub is_connected: bool,
    /// How far tor's start is.
    pub bootstrap_percent: Option<i64>,
    /// The phase in tor's word.
    pub bootstrap_tag: Vec<u8>,
    /// The phase in words.
    pub bootstrap_summary: String,
    /// Since when it is there, if it is not at its end.
    pub bootstrap_since_us: Option<i64>,
    /// tor is dormant.
    pub is_dormant: Option<bool>,
    /// tor believes that the network can be reached.
    pub is_network_live: Option<bool>,
    /// tor can build circuits.
    pub has_circuit: Option<bool>,
    /// tor knows enough relays.
    pub has_directory: Option<bool>,
    /// By how many seconds the clock is wrong.
    pub clock_skew_s: Option<i64>,
    /// How many guards are known, can be used, and are down.
    pub guards: Option<(usize, usize, usize)>,
    /// How many onion services there are.
    pub onions_listed: Option<usize>,
    /// How many of them are published.
    pub onions_published: Option<usize>,
}

impl Health {
    /// The finding with this word.
    pub fn finding(&self, word: &[u8]) -> Option<&Finding> {
        let mut all = self.findings.iter();
        all.find(|it| it.item.word().as_bytes() == word)
    }

    /// What decides the verdict.
    pub fn first(&self) -> Option<&Finding> {
        let mut all = self.findings.iter();
        all.find(|it| it.level == self.verdict)
    }

    pub(super) fn of(facts: &Facts) -> Health {
        let mut findings = vec![connection(facts)];
        if facts.is_connected() {
            let (boot, circuit) = (bootstrap(facts), facts.has_circuit);
            let can_be_used = boot.level == Level::Ok || circuit == Some(true);
            findings.extend([
                boot,
                dormant(facts),
                network(facts, can_be_used),
                circuit_of(facts, can_be_used),
                directory(facts, can_be_used),
                clock(facts),
                guards(facts),
                onions(facts),
            ]);
        }
        let percent = Some(i64::from(facts.bootstrap.percent));
        let mut health = Health {
            is_connected: facts.is_connected(),
            bootstrap_percent: percent.filter(|it| *it >= 0),
            bootstrap_tag: facts.bootstrap.phase().to_vec(),
            bootstrap_summary: match percent {
                Some(0..) => facts.bootstrap.summary().to_string(),
                _ => String::new(),
            },
            bootstrap_since_us: Some(facts.since_unix_us).filter(|it| *it != 0),
            is_dormant: facts.is_dormant(),
            is_network_live: facts.is_network_live,
            has_circuit: facts.has_circuit,
            has_directory: facts.has_directory,
            clock_skew_s: facts.skew.as_ref().map(|(by, _)| *by),
            guards: facts.guard_counts(),
            onions_listed: facts.listed(),
            onions_published: facts.published(),
            findings,
            verdict: Level::Unknown,
        };
        health.judge();
        health
    }

    /// Says why tor's start is not at its end, if that is known.
    pub(super) fn explain_bootstrap(&mut self, why: Reason, sentences: &str) {
        let own = self.findings.iter_mut();
        for finding in own.filter(|it| it.item == Item::Bootstrap && !sentences.is_empty()) {
            let (level, why) = match why {
                Reason::Unknown => (finding.level, finding.why),
                why => (Level::Down, why),
            };
            let (percent, summary) = (&finding.value, &self.bootstrap_summary);
            let text = format!("tor's start is at {percent} % ({summary}); {sentences}");
            *finding = Finding::new(Item::Bootstrap, level, percent.clone(), why, &text);
        }
        self.judge();
    }

    /// Finds the verdict anew.
    fn judge(&mut self) {
        let worst = self.findings.iter().map(|it| it.level).max();
        let worst = worst.unwrap_or_default();
        // That the connection is there says nothing of tor.
        let says_something = |it: &Finding| {
            it.level == Level::Ok && matches!(it.item, Item::Bootstrap | Item::Circuit)
        };
        self.verdict = match worst {
            Level::Ok if !self.findings.iter().any(says_something) => Level::Unknown,
            worst => worst,
        };
    }
}

fn connection(facts: &Facts) -> Finding {
    let value = String::from_utf8_lossy(&facts.state).into_owned();
    let is = |state: State| facts.state == state.word().as_bytes();
    let (level, text) = if is(State::Ready) {
        (Level::Ok, "the controller is connected to tor".to_string())
    } else if is(State::Connecting) {
        (
            Level::Starting,
            "the controller connects to tor".to_string(),
        )
    } else if is(State::Connected) {
        (Level::Starting, "the controller authenticates".to_string())
    } else if facts.cause.is_empty() {
        (Level::Down, "the controller is not connected".to_string())
    } else {
        (Level::Down, facts.cause.clone())
    };
    Finding::new(Item::Connection, level, value, Reason::Unknown, &text)
}

fn bootstrap(facts: &Facts) -> Finding {
    let state = &facts.bootstrap;
    let (percent, summary) = (state.percent, state.summary());
    let value = percent.to_string();
    let found =
        |level, why, text: &str| Finding::new(Item::Bootstrap, level, value.clone(), why, text);
    if percent < 0 {
        return Finding::new(
            Item::Bootstrap,
            Level::Unknown,
            String::new(),
            Reason::Unknown,
            "tor does not say how far its start is",
        );
    }
    let at = format!("tor's start is at {percent} % ({summary})");
    if percent >= 100 {
        return found(Level::Ok, Reason::Unknown, &at);
    }
    if facts.is_network_disabled == Some(true) {
        let why = Reason::NetworkDisabled;
        return found(
            Level::Down,
            why,
            &format!(
                "{at}; its option DisableNetwork is 1, and until it is 0 tor makes no connection"
            ),
        );
    }
    if facts.is_put_to_sleep == Some(true) {
        let text = format!("{at}; it got SIGNAL DORMANT, and SIGNAL ACTIVE wakes it");
        return found(Level::Down, Reason::Dormant, &text);
    }
    match state.trouble() {
        Some((why, text, is_minor)) => {
            let level = match is_minor {
                true => Level::Starting,
                false => Level::Down,
            };
            found(level, why, &format!("{at}; its last warning: {text}"))
        }
        None => found(Level::Starting, Reason::Unknown, &at),
    }
}

/// Of something that is so or not.
fn of_flag(
    item: Item,
    flag: Option<bool>,
    good: (bool, &str),
    bad: (Level, Reason, &str),
) -> Finding {
    let value = flag.map_or("", |it| if it { "1" } else { "0" }).to_string();
    match flag {
        None => Finding::new(
            item,
            Level::Unknown,
            value,
            Reason::Unknown,
            "tor does not say",
        ),
        Some(it) if it == good.0 => Finding::new(item, Level::Ok, value, Reason::Unknown, good.1),
        Some(_) => Finding::new(item, bad.0, value, bad.1, bad.2),
    }
}

fn dormant(facts: &Facts) -> Finding {
    let text = match facts.is_put_to_sleep {
        Some(true) => {
            "tor got SIGNAL DORMANT, and does nothing until SIGNAL ACTIVE or somebody uses it"
        }
        _ => "tor builds no circuits, because nobody has used it for long",
    };
    of_flag(
        Item::Dormant,
        facts.is_dormant(),
        (false, "tor is active"),
        (Level::Degraded, Reason::Dormant, text),
    )
}

/// What is not there yet, or there no more.
fn missing(can_be_used: bool) -> Level {
    match can_be_used {
        true => Level::Down,
        false => Level::Starting,
    }
}

fn network(facts: &Facts, can_be_used: bool) -> Finding {
    let level = match can_be_used {
        true => Level::Degraded,
        false => Level::Starting,
    };
    of_flag(
        Item::Network,
        facts.is_network_live,
        (true, "tor reaches the network"),
        (
            level,
            Reason::Unknown,
            "tor has not reached the network for some time",
        ),
    )
}

fn circuit_of(facts: &Facts, can_be_used: bool) -> Finding {
    let text = match facts.no_circuit.as_str() {
        "" => "tor has not built a circuit".to_string(),
        word => format!("tor is not sure that it can build circuits: {word}"),
    };
    of_flag(
        Item::Circuit,
        facts.has_circuit,
        (true, "tor can build circuits"),
        (missing(can_be_used), Reason::NoCircuit, &text),
    )
}

fn directory(facts: &Facts, can_be_used: bool) -> Finding {
    of_flag(
        Item::Directory,
        facts.has_directory,
        (true, "tor knows enough relays"),
        (
            missing(can_be_used),
            Reason::NoConsensus,
            "tor does not know enough relays to build circuits",
        ),
    )
}

fn clock(facts: &Facts) -> Finding {
    let trouble = facts.bootstrap.trouble();
    let (value, text) = match (&facts.skew, trouble) {
        (Some((by, source)), _) => (
            by.to_string(),
            format!("the clock of tor's computer is wrong by {by} seconds, says {source}"),
        ),
        (None, Some((Reason::ClockSkew, text, _))) => (
            String::new(),
            format!("the clock of tor's computer is wrong: {text}"),
        ),
        (None, _) => {
            let text = "tor has not said that the clock is wrong";
            let value = "0".to_string();
            return Finding::new(Item::Clock, Level::Ok, value, Reason::Unknown, text);
        }
    };
    Finding::new(
        Item::Clock,
        Level::Degraded,
        value,
        Reason::ClockSkew,
        &text,
    )
}

fn guards(facts: &Facts) -> Finding {
    let found = |level, value: String, text: &str| {
        Finding::new(Item::Guards, level, value, Reason::Unknown, text)
    };
    match facts.guard_counts() {
        None => found(Level::Unknown, String::new(), "tor does not say"),
        Some((0, ..)) => found(Level::Ok, "0".to_string(), "tor has chosen no guards"),
        Some((_, usable, down)) => {
            let text = format!("{usable} guards can be used, {down} are down");
            let level = match usable {
                0 => Level::Degraded,
                _ => Level::Ok,
            };
            found(level, usable.to_string(), &text)
        }
    }
}

fn onions(facts: &Facts) -> Finding {
    let found = |level, value: String, text: &str| {
        Finding::new(Item::Onions, level, value, Reason::Unknown, text)
    };
    match (facts.listed(), facts.published()) {
        (None, _) => found(Level::Unknown, String::new(), "tor does not say"),
        (Some(0), _) => found(Level::Ok, "0/0".to_string(), "there are no onion services"),
        (Some(all), None) => {
            let text =
                format!("of {all} onion services it is not known whether they are published");
            found(Level::Unknown, format!("?/{all}"), &text)
        }
        (Some(all), Some(published)) => {
            let text = format!("{published} of {all} onion services are published");
            let level = match published == all {
                true => Level::Ok,
                false => Level::Degraded,
            };
            found(level, format!("{published}/{all}"), &text)
        }
    }
}
