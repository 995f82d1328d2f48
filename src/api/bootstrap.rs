//! Waiting until tor can be used.
//!
//! What is known of tor's progress comes from several sources, and a filter before tor may refuse
//! any of them: STATUS_CLIENT events, or else GETINFO again and again; the log, which says why tor
//! is stuck; and questions that are asked when the time is up (`stuck.rs`). Only who can learn
//! nothing at all is failed.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::info::get_info;
use super::signal::signal;
use super::Tor;
use crate::engine::controller::Controller;
use crate::engine::event::Event;
use crate::engine::operation::Operation;
use crate::engine::queue::Capacity;
use crate::engine::watch::{Deadline, Pace, Seen, Watch};
use crate::error::Error;
use crate::proto::command::signal::Signal;
use crate::proto::event::{Kind, KindSet};
use stuck::Log;
pub(in crate::api) use stuck::{explain_now, BootstrapState};

mod stuck;

/// How long to wait.
#[derive(Clone, Copy, Debug, Default)]
pub struct WaitLimits {
    /// In all, in milliseconds; none is without end.
    pub timeout_ms: Option<u64>,
    /// From one step of progress to the next.
    pub stall_timeout_ms: Option<u64>,
}

/// What is to be told of each step: the percentage, and the event, made up from GETINFO's answer
/// for the first.
pub type Progress<'a> = dyn FnMut(i32, &Event) -> ControlFlow<()> + Send + 'a;

/// Waits until tor is bootstrapped. `progress` is notified of each step forward and of each
/// problem, and may end the wait.
pub async fn wait_bootstrapped(
    tor: &Tor,
    limits: WaitLimits,
    call: &Operation,
    progress: &mut Progress<'_>,
) -> Result<(), Error> {
    let overall = Deadline::after(limits.timeout_ms);
    let mut log = Log::open(tor, call).await?;
    let mut source = Source::open(tor, call).await?;
    let mut state = BootstrapState::default();
    let mut next = source.ask(call).await?;
    let mut stall = Deadline::after(limits.stall_timeout_ms);
    let mut is_woken = false;
    loop {
        match next.as_ref().map(|event| (state.take(event), event)) {
            None | Some((Progression::None, _)) => {}
            Some((Progression::Problem, event)) => tell(progress, &state, event)?,
            Some((Progression::Forward, event)) => {
                tell(progress, &state, event)?;
                if state.percent >= 100 {
                    return Ok(());
                }
                log.record_progress(state.percent);
                stall = Deadline::after(limits.stall_timeout_ms);
            }
        }
        if !std::mem::replace(&mut is_woken, true) {
            // Whoever waits for tor wants it active. One that was idle for long before its last end
            // starts dormant, and would stay so.
            match signal(tor, Signal::Active, call).await {
                Err(Error::Rejected { .. }) => state.is_wake_refused = true,
                other => other?,
            }
        }
        let deadline = overall.or_sooner(stall);
        next = source.next(call, deadline).await?;
        if next.is_none() && deadline.is_over() {
            let (limit_ms, how) = match overall.is_over() {
                true => (limits.timeout_ms, "after"),
                false => (limits.stall_timeout_ms, "without progress for"),
            };
            return Err(state.error(limit_ms, how, &log.explain(&state, tor, call).await));
        }
    }
}

/// Where to learn of the progress.
struct Source {
    watch: Watch,
    /// tor sends no events of it.
    has_to_ask: bool,
    /// A filter may also take the subscription and let no event through.
    pace: Pace,
}

impl Source {
    async fn open(controller: &Arc<Controller>, call: &Operation) -> Result<Source, Error> {
        let client = KindSet::of(Kind::StatusClient);
        let both = client.union(KindSet::of(Kind::StatusGeneral));
        let capacity = Capacity::default();
        let (watch, refusal) = match Watch::new(controller, both, capacity, call).await {
            Err(Error::Rejected { .. }) => {
                Watch::if_allowed(controller, client, capacity, call).await?
            }
            watch => (watch?, None),
        };
        let has_to_ask = refusal.is_some();
        let pace = match has_to_ask {
            true => Pace::instead_of_events(),
            false => Pace::beside_events(),
        };
        Ok(Source {
            watch,
            has_to_ask,
            pace,
        })
    }

    /// The last phase that tor reported, in the form of the event that reported it. None if tor
    /// refuses to say, but tells of it by events.
    async fn ask(&self, call: &Operation) -> Result<Option<Event>, Error> {
        let values =
            match get_info(self.watch.controller(), &["status/bootstrap-phase"], call).await {
                Err(Error::Rejected { .. }) if !self.has_to_ask => return Ok(None),
                values => values?,
            };
        let phase = values.value(0).unwrap_or_default();
        Ok(Some(Event::of_text(
            Kind::StatusClient,
            "STATUS_CLIENT",
            phase,
        )))
    }

    /// What is known next. None when the deadline has passed, and also when there is nothing new.
    async fn next(&mut self, call: &Operation, deadline: Deadline) -> Result<Option<Event>, Error> {
        match self
            .watch
            .next_or_ask(call, deadline, &mut self.pace)
            .await?
        {
            // Something was lost; where tor is now, tor can say.
            Seen::Event(gap) if gap.kind() == Kind::Gap => self.ask(call).await,
            Seen::Event(event) => Ok(Some(event)),
            Seen::Ask => self.ask(call).await,
            Seen::Over => Ok(None),
        }
    }
}

fn tell(progress: &mut Progress<'_>, state: &BootstrapState, event: &Event) -> Result<(), Error> {
    match progress(state.percent, event) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Error::Cancelled),
    }
}

/// What an event means to one who waits.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::api) enum Progression {
    None,
    Forward,
    Problem,
}

#[cfg(test)]
mod tests;
