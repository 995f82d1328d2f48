//! Waiting until tor can be used.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::info::get_info;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::Error;
use crate::engine::event::Event;
use crate::engine::queue::Capacity;
use crate::engine::watch::{Deadline, Watch};
use crate::proto::event::{value, Key, Kind, KindSet};
use crate::proto::quote::printable;
use crate::proto::reason::Reason;

/// How long to wait.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// In all, in milliseconds; none is without end.
    pub timeout_ms: Option<u64>,
    /// From one step of progress to the next.
    pub stall_timeout_ms: Option<u64>,
}

/// What is to be told of each step: the percentage, and the event, made up from GETINFO's answer
/// for the first.
pub type Progress<'a> = dyn FnMut(i32, &Event) -> ControlFlow<()> + 'a;

/// Waits until tor is bootstrapped. `progress` hears of each step forward and of each problem, and
/// may end the wait.
pub fn wait_bootstrapped(
    controller: &Arc<Controller>,
    limits: Limits,
    call: &Arc<Call>,
    progress: &mut Progress<'_>,
) -> Result<(), Error> {
    let overall = Deadline::after(limits.timeout_ms);
    let kinds = KindSet::of(Kind::StatusClient);
    let watch = Watch::new(controller, kinds, Capacity::default(), call)?;
    let mut state = State::default();
    let mut event = phase(controller, call)?;
    let mut stall = Deadline::after(limits.stall_timeout_ms);
    loop {
        match state.take(&event) {
            Step::None => {}
            Step::Problem => tell(progress, &state, &event)?,
            Step::Forward => {
                tell(progress, &state, &event)?;
                if state.percent >= 100 {
                    return Ok(());
                }
                stall = Deadline::after(limits.stall_timeout_ms);
            }
        }
        event = match watch.next(call, overall.or_sooner(stall))? {
            // Something was lost; where tor is now, tor can say.
            Some(gap) if gap.kind() == Kind::Gap => phase(controller, call)?,
            Some(event) => event,
            None if overall.is_over() => return Err(state.error(limits.timeout_ms, "after")),
            None => return Err(state.error(limits.stall_timeout_ms, "without progress for")),
        };
    }
}

fn tell(progress: &mut Progress<'_>, state: &State, event: &Event) -> Result<(), Error> {
    match progress(state.percent, event) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Error::Cancelled),
    }
}

/// The last phase that tor reported, in the form of the event that reported it.
fn phase(controller: &Arc<Controller>, call: &Arc<Call>) -> Result<Event, Error> {
    let values = get_info(controller, &["status/bootstrap-phase"], call)?;
    let phase = values.value(0).unwrap_or_default();
    Ok(Event::of_text(Kind::StatusClient, "STATUS_CLIENT", phase))
}

/// What an event means to one who waits.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    None,
    Forward,
    Problem,
}

/// How far tor is.
#[derive(Debug)]
struct State {
    percent: i32,
    summary: String,
    /// The last problem since the last step forward.
    warning: String,
    problem: String,
}

impl Default for State {
    fn default() -> State {
        State {
            percent: -1,
            summary: "nothing is known".to_string(),
            warning: String::new(),
            problem: String::new(),
        }
    }
}

impl State {
    fn take(&mut self, event: &Event) -> Step {
        let fields = event.fields();
        if fields.arg(1).bytes() != b"BOOTSTRAP" {
            return Step::None;
        }
        let text = |key| {
            let text = fields.get(key).unwrap_or_default();
            printable(text.bytes()).into_owned()
        };
        let percent = fields.get(Key::Progress).unwrap_or_default();
        let percent = value::unsigned(percent.bytes()).unwrap_or(0).min(100) as i32;
        let is_forward = percent > self.percent;
        if is_forward {
            self.percent = percent;
            self.warning.clear();
            self.problem.clear();
        }
        self.summary = text(Key::Summary);
        let has_problem = fields.get(Key::Warning).is_some();
        if has_problem {
            self.warning = text(Key::Warning);
            self.problem = self.warning.clone();
            for (key, before) in [
                (Key::Reason, "reason "),
                (Key::Count, "times "),
                (Key::HostAddr, "at "),
                (Key::Recommendation, "recommended: "),
            ] {
                if fields.get(key).is_some() {
                    self.problem += &format!("; {before}{}", text(key));
                }
            }
        }
        match (is_forward, has_problem) {
            (true, _) => Step::Forward,
            (false, true) => Step::Problem,
            (false, false) => Step::None,
        }
    }

    fn error(&self, limit_ms: Option<u64>, how: &str) -> Error {
        let State {
            percent,
            summary,
            warning,
            problem,
        } = self;
        let limit_ms = limit_ms.unwrap_or(0);
        let mut message = format!(
            "tor is not bootstrapped {how} {limit_ms} ms: it is at {percent} % ({summary})"
        );
        if !problem.is_empty() {
            message += &format!("; its last warning: {problem}");
        }
        Error::Overdue {
            message,
            reason: warning.clone(),
            why: Reason::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(text: &str) -> Event {
        Event::of_text(Kind::StatusClient, "STATUS_CLIENT", text.as_bytes())
    }

    #[test]
    fn steps_forward_and_problems_are_told_apart() {
        let mut state = State::default();
        let at =
            |percent| format!("NOTICE BOOTSTRAP PROGRESS={percent} TAG=x SUMMARY=\"S{percent}\"");
        assert_eq!(state.take(&event("NOTICE CIRCUIT_ESTABLISHED")), Step::None);
        assert_eq!(state.take(&event(&at(0))), Step::Forward);
        assert_eq!(state.take(&event(&at(10))), Step::Forward);
        assert_eq!(state.take(&event(&at(10))), Step::None);
        let problem = "WARN BOOTSTRAP PROGRESS=10 TAG=conn_done SUMMARY=\"Connected\" WARNING=\"No route to host\" REASON=NOROUTE COUNT=4 RECOMMENDATION=warn HOSTID=\"AB\" HOSTADDR=\"192.0.2.1:9001\"";
        assert_eq!(state.take(&event(problem)), Step::Problem);
        let Error::Overdue {
            message, reason, ..
        } = state.error(Some(50), "after")
        else {
            panic!();
        };
        assert_eq!(
            message,
            "tor is not bootstrapped after 50 ms: it is at 10 % (Connected); its last warning: No route to host; reason NOROUTE; times 4; at 192.0.2.1:9001; recommended: warn"
        );
        assert_eq!(reason, "No route to host");
        // Progress makes the old problem the past.
        assert_eq!(state.take(&event(&at(14))), Step::Forward);
        assert!(!state.error(None, "after").to_string().contains("warning"));
        assert_eq!(state.take(&event(&at(5))), Step::None);
        assert_eq!(state.percent, 14);
    }
}
