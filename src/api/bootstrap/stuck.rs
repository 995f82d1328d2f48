//! Why tor is not bootstrapped: what its events said, what its log says, and what explains that.

use std::fs;
use std::sync::Arc;

use super::Progression;
use crate::api::launch::complaint;
use crate::api::Tor;
use crate::engine::controller::Controller;
use crate::engine::event::Event;
use crate::engine::operation::Operation;
use crate::engine::queue::{Capacity, Overflow};
use crate::engine::watch::{Deadline, Watch};
use crate::error::Error;
use crate::proto::command::{conf, info};
use crate::proto::event::{number, Key, Kind, KindSet};
use crate::proto::quote::printable;
use crate::proto::reason::Reason;
use crate::proto::result::Values;
use crate::proto::trouble;

/// From here on tor is connected to a relay, and what kept it from that is the past.
const CONNECTED_PERCENT: i32 = 10;

/// How many lines of the log are told, and how much of each.
const TOLD_LINES: usize = 4;
const TOLD_CHARS: usize = 300;

/// How long the questions may take that are asked when the time is up.
const QUESTIONS_MS: u64 = 1000;

/// What tor has last said of a problem.
#[derive(Clone, Debug)]
struct Problem {
    text: String,
    warning: String,
    why: Reason,
    /// tor recommends to say nothing of it yet.
    is_minor: bool,
}

/// How far tor is, by its events.
#[derive(Clone, Debug)]
pub(in crate::api) struct BootstrapState {
    pub(in crate::api) percent: i32,
    /// It was to be woken, and somebody refused that.
    pub(super) is_wake_refused: bool,
    phase: Vec<u8>,
    summary: String,
    /// The last since the last step forward.
    problem: Option<Problem>,
    /// Who says that the clock is wrong, and by how much.
    skew: Option<String>,
}

impl Default for BootstrapState {
    fn default() -> BootstrapState {
        BootstrapState {
            percent: -1,
            is_wake_refused: false,
            phase: Vec::new(),
            summary: "nothing is known".to_string(),
            problem: None,
            skew: None,
        }
    }
}

impl BootstrapState {
    /// tor's word for where it is.
    pub(in crate::api) fn phase(&self) -> &[u8] {
        &self.phase
    }

    /// The same in words.
    pub(in crate::api) fn summary(&self) -> &str {
        &self.summary
    }

    /// What is in its way, in words, and whether tor recommends to say nothing of it yet.
    pub(in crate::api) fn trouble(&self) -> Option<(Reason, &str, bool)> {
        let problem = self.problem.as_ref()?;
        Some((problem.why, &problem.text, problem.is_minor))
    }

    /// The clock was set.
    pub(in crate::api) fn forget_skew(&mut self) {
        self.skew = None;
    }

    pub(in crate::api) fn take(&mut self, event: &Event) -> Progression {
        let fields = event.fields();
        let text = |key| {
            let text = fields.get(key).unwrap_or_default();
            printable(text.bytes()).into_owned()
        };
        match fields.arg(1).bytes() {
            b"BOOTSTRAP" => {}
            b"CLOCK_SKEW" => {
                let by = text(Key::Skew);
                self.skew = Some(format!("by {by} seconds, says {}", text(Key::Source)));
                return Progression::None;
            }
            _ => return Progression::None,
        }
        let percent = fields.get(Key::Progress).unwrap_or_default();
        let percent = number::unsigned(percent.bytes()).unwrap_or(0).min(100) as i32;
        let is_forward = percent > self.percent;
        if is_forward {
            self.percent = percent;
            self.problem = None;
        }
        self.summary = text(Key::Summary);
        self.phase = fields.get(Key::Tag).unwrap_or_default().bytes().to_vec();
        let has_problem = fields.get(Key::Warning).is_some();
        if has_problem {
            let mut problem = Problem {
                text: text(Key::Warning),
                warning: text(Key::Warning),
                why: trouble::of_word(text(Key::Reason).as_bytes()),
                is_minor: text(Key::Recommendation) == "ignore",
            };
            for (key, before) in [
                (Key::Reason, "reason "),
                (Key::Count, "times "),
                (Key::Hostaddr, "at "),
                (Key::Recommendation, "recommended: "),
            ] {
                if fields.get(key).is_some_and(|it| it.bytes() != b"?") {
                    problem.text += &format!("; {before}{}", text(key));
                }
            }
            // What tor would not tell the user must not hide what it would.
            let is_hidden = |old: &Problem| problem.is_minor && !old.is_minor;
            if !self.problem.as_ref().is_some_and(is_hidden) {
                self.problem = Some(problem);
            }
        }
        match (is_forward, has_problem) {
            (true, _) => Progression::Forward,
            (false, true) => Progression::Problem,
            (false, false) => Progression::None,
        }
    }

    /// The error for one who waited so long.
    pub(super) fn error(&self, limit_ms: Option<u64>, how: &str, cause: &Explanation) -> Error {
        let (percent, summary) = (self.percent.max(0), &self.summary);
        let limit_ms = limit_ms.unwrap_or(0);
        let mut message = format!(
            "tor is not bootstrapped {how} {limit_ms} ms: it is at {percent} % ({summary})"
        );
        for fact in &cause.facts {
            message += "; ";
            message += fact;
        }
        if let Some(problem) = &self.problem {
            message += &format!("; its last warning: {}", problem.text);
        }
        if !cause.lines.is_empty() {
            message += &format!("; its log: {}", cause.lines.join("; "));
        }
        let warning = self.problem.as_ref().map(|problem| &problem.warning);
        Error::Stuck {
            message,
            reason: warning.cloned().unwrap_or_else(|| cause.lines.join("; ")),
            why: cause.why,
            phase: self.phase.clone(),
        }
    }
}

/// What explains that tor is stuck.
#[derive(Debug, Default)]
pub(in crate::api) struct Explanation {
    pub(in crate::api) why: Reason,
    /// Sentences of the library.
    pub(in crate::api) facts: Vec<String>,
    /// Lines of tor's log.
    pub(in crate::api) lines: Vec<String>,
}

/// All that is known of the cause without having followed the log.
pub(in crate::api) async fn explain_now(
    state: &BootstrapState,
    tor: &Tor,
    call: &Operation,
) -> Explanation {
    Log { watch: None }.explain(state, tor, call).await
}

/// tor's log, if it may be read.
pub(super) struct Log {
    watch: Option<Watch>,
}

impl Log {
    /// Tells tor to send its warnings from now on. They are looked at when somebody asks for them.
    pub(super) async fn open(controller: &Arc<Controller>, call: &Operation) -> Result<Log, Error> {
        let kinds = [Kind::Notice, Kind::Warn, Kind::Err].map(KindSet::of);
        let kinds = kinds.into_iter().fold(KindSet::default(), KindSet::union);
        let capacity = Capacity {
            events: 256,
            bytes: 64 << 10,
            overflow: Overflow::DropOldest,
        };
        match Watch::new(controller, kinds, capacity, call).await {
            Ok(watch) => Ok(Log { watch: Some(watch) }),
            Err(Error::Rejected { .. }) => Ok(Log { watch: None }),
            Err(error) => Err(error),
        }
    }

    /// What stood in the way before this is over.
    pub(super) fn record_progress(&mut self, percent: i32) {
        if percent >= CONNECTED_PERCENT {
            self.take();
        }
    }

    fn take(&mut self) -> Vec<LogLine> {
        let mut lines = Vec::new();
        let mut take = |event: &Event| {
            let is_notice = match event.kind() {
                Kind::Notice => true,
                Kind::Warn | Kind::Err => false,
                _ => return,
            };
            let text = event.fields().arg(0);
            let text = String::from_utf8_lossy(text.bytes()).into_owned();
            lines.push(LogLine { text, is_notice });
        };
        if let Some(watch) = &self.watch {
            // It fails only while another thread does the same, and nobody else has this.
            let _ = watch.catch_up(&mut take);
        }
        lines
    }

    /// All that is known of the cause.
    pub(super) async fn explain(
        &mut self,
        state: &BootstrapState,
        tor: &Tor,
        call: &Operation,
    ) -> Explanation {
        let mut lines = self.take();
        let process = tor.process();
        if state.percent < CONNECTED_PERCENT {
            if let Some(process) = &process {
                // From before anybody could be asked for events.
                let output = process.output();
                let output = String::from_utf8_lossy(&output);
                lines = output.lines().filter_map(LogLine::of_output).collect();
            }
        }
        let answers = Answers::ask(tor, call).await;
        explain(
            state,
            lines,
            &|name| answers.conf(name),
            &|| answers.liveness.clone(),
            process.is_some(),
        )
    }
}

pub(super) struct LogLine {
    text: String,
    is_notice: bool,
}

impl LogLine {
    /// A line that tor has printed, as in `Nov 30 12:00:00.000 [warn] text`.
    pub(super) fn of_output(line: &str) -> Option<LogLine> {
        if let Some(text) = complaint(line) {
            let (text, is_notice) = (text.to_string(), false);
            return Some(LogLine { text, is_notice });
        }
        let (_, text) = line.split_once("[notice] ")?;
        let (text, is_notice) = (text.to_string(), true);
        Some(LogLine { text, is_notice })
    }

    fn key(&self) -> String {
        // The same with another number in it is nothing new.
        self.text
            .chars()
            .filter(|it| !it.is_ascii_digit())
            .collect()
    }

    fn shown(&self) -> String {
        let text: String = self.text.trim_end().chars().take(TOLD_CHARS).collect();
        printable(text.as_bytes()).into_owned()
    }
}

/// The options that explain something.
const OPTIONS: [&str; 4] = [
    "DisableNetwork",
    "UseBridges",
    "ClientTransportPlugin",
    "Bridge",
];

/// What tor answers when the time is up. No answer, or a refusal, only leaves something untold.
struct Answers {
    options: [Vec<String>; OPTIONS.len()],
    liveness: Option<String>,
}

impl Answers {
    async fn ask(controller: &Arc<Controller>, call: &Operation) -> Answers {
        let at = Deadline::after(Some(QUESTIONS_MS)).at();
        let mut options = OPTIONS.map(|_| Vec::new());
        for (option, answer) in OPTIONS.iter().zip(&mut options) {
            let Ok(command) = conf::get_conf(&[option]) else {
                continue;
            };
            let reply = controller.ask_before(command, call, at).await;
            let values = reply.ok().map(Values::from_get_conf);
            *answer = texts(values.and_then(Result::ok).as_ref());
        }
        let mut liveness = None;
        if let Ok(command) = info::get_info(&["network-liveness"]) {
            let reply = controller.ask_before(command, call, at).await;
            let values = reply.ok().map(Values::from_get_info);
            liveness = texts(values.and_then(Result::ok).as_ref()).pop();
        }
        Answers { options, liveness }
    }

    fn conf(&self, name: &str) -> Vec<String> {
        let index = OPTIONS.iter().position(|option| *option == name);
        index.map_or_else(Vec::new, |index| self.options[index].clone())
    }
}

fn texts(values: Option<&Values>) -> Vec<String> {
    let values = values.into_iter().flat_map(Values::iter);
    values
        .filter_map(|(_, value)| Some(String::from_utf8_lossy(value?).into_owned()))
        .collect()
}

pub(super) fn explain(
    state: &BootstrapState,
    lines: Vec<LogLine>,
    conf: &dyn Fn(&str) -> Vec<String>,
    liveness: &dyn Fn() -> Option<String>,
    is_launched: bool,
) -> Explanation {
    let mut found = Explanation::default();
    // The surest first: the first reason stays.
    let mut because = |why: Reason, fact: Option<String>| {
        if found.why == Reason::Unknown {
            found.why = why;
        }
        found.facts.extend(fact);
    };
    if conf("DisableNetwork").first().is_some_and(|it| it == "1") {
        let fact = "its option DisableNetwork is 1, and until it is 0 tor makes no connection";
        because(Reason::NetworkDisabled, Some(fact.to_string()));
    }
    if let Some(skew) = &state.skew {
        let fact = format!("the clock of its computer is wrong {skew}");
        because(Reason::ClockSkew, Some(fact));
    }
    let last = |wanted: &dyn Fn(Reason) -> bool| {
        let mut reasons = lines.iter().rev().map(|line| trouble::of_line(&line.text));
        reasons.find(|why| wanted(*why)).unwrap_or_default()
    };
    let skewed = last(&|why| why == Reason::ClockSkew);
    if skewed != Reason::Unknown && state.skew.is_none() {
        let fact = "the clock of its computer seems to be wrong";
        because(skewed, Some(fact.to_string()));
    }
    if let Some(problem) = state.problem.as_ref().filter(|it| !it.is_minor) {
        because(problem.why, None);
    }
    if state.percent < CONNECTED_PERCENT {
        because(
            last(&|why| matches!(why, Reason::NoTransport | Reason::TransportFailed)),
            None,
        );
        if conf("UseBridges").first().is_some_and(|it| it == "1") {
            transports(conf, is_launched, &mut because);
        }
    }
    because(last(&|why| matches!(why, Reason::Hibernating)), None);
    // The last that was said counts.
    let dormant = lines
        .iter()
        .rev()
        .find(|line| line.text.contains("dormant"));
    let is_dormant = dormant.is_some_and(|line| trouble::of_line(&line.text) == Reason::Dormant);
    if is_dormant {
        because(Reason::Dormant, Some("it is dormant".to_string()));
    }
    if let Some(problem) = &state.problem {
        because(problem.why, None);
    }
    if state.is_wake_refused && state.percent <= 0 {
        let fact = "it may be dormant, and SIGNAL ACTIVE, which wakes it, was refused";
        because(Reason::Dormant, Some(fact.to_string()));
    }
    let is_explained = found.why != Reason::Unknown || state.problem.is_some();
    if !is_explained && liveness().as_deref() == Some("down") {
        let fact = "it has not reached the network";
        found.facts.push(fact.to_string());
    }
    found.lines = told(lines, state);
    found
}

/// What is wrong with the pluggable transports of the configuration.
fn transports(
    conf: &dyn Fn(&str) -> Vec<String>,
    is_launched: bool,
    because: &mut dyn FnMut(Reason, Option<String>),
) {
    let plugins = conf("ClientTransportPlugin");
    let provided = |name: &str| {
        let mut all = plugins.iter().map(|plugin| trouble::plugin_of(plugin).0);
        all.any(|mut names| names.any(|other| other == name))
    };
    let bridges = conf("Bridge");
    let needed = bridges.iter().filter_map(|it| trouble::transport_of(it));
    let mut missing: Vec<&str> = needed.filter(|name| !provided(name)).collect();
    missing.sort_unstable();
    missing.dedup();
    if !missing.is_empty() {
        let fact = format!(
            "no ClientTransportPlugin provides {}, which its bridges need",
            printable(missing.join(", ").as_bytes())
        );
        because(Reason::NoTransport, Some(fact));
    }
    if !is_launched {
        // Its files may be on another computer.
        return;
    }
    for plugin in &plugins {
        let Some(program) = trouble::plugin_of(plugin).1 else {
            continue;
        };
        if let Err(error) = fs::metadata(program) {
            let path = printable(program.as_bytes());
            let error = crate::error::io_text(&error);
            let fact = format!(
                "the program \"{path}\" of its ClientTransportPlugin cannot be run: {error} (tor ends a path at its first blank)"
            );
            because(Reason::TransportFailed, Some(fact));
        }
    }
}

/// The last lines that are worth telling.
fn told(mut lines: Vec<LogLine>, state: &BootstrapState) -> Vec<String> {
    lines.retain(|line| {
        let is_complaint = !line.is_notice || trouble::of_line(&line.text) != Reason::Unknown;
        is_complaint && !trouble::is_noise(&line.text)
    });
    if state.percent >= CONNECTED_PERCENT {
        lines.retain(|line| !line.is_notice);
    }
    let mut keys = Vec::new();
    let mut shown = Vec::new();
    for line in lines.iter().rev() {
        let key = line.key();
        if !keys.contains(&key) && shown.len() < TOLD_LINES {
            keys.push(key);
            shown.push(line.shown());
        }
    }
    shown.reverse();
    shown
}
