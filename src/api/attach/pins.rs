//! Dials on a given circuit. While there is one, tor leaves streams to this controller: those of
//! dials go where the dials say, all others where the attacher says, or else tor is told
//! immediately to choose.
//!
//! The option that makes tor do so is set by the first dial and taken back by the last, unless an
//! attacher has set it. An attacher is not set or removed meanwhile: whoever wants to waits for the
//! dials to end.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use super::streams::{Streams, OPTION};
use super::{end, set_known};
use crate::api::conf::get_conf;
use crate::api::stream_key::StreamKey;
use crate::api::Tor;
use crate::engine::call::Call;
use crate::engine::lock;
use crate::engine::operation::Operation;
use crate::engine::park::Parker;
use crate::engine::tasks::Work;
use crate::engine::watch::Deadline;
use crate::error::Error;

/// How long tor has to take the option back. What wants to dial or to attach waits for that.
const RESTORE_MS: i64 = 1_000;

/// How long an attacher waits for dials to end, if its call does not say.
const ATTACHER_MS: u64 = 30_000;

/// See the module's comment.
#[derive(Debug, Default)]
pub(in crate::api) struct Pins(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// How many dials there are.
    dials: usize,
    /// The first is beginning, or the last is ending.
    is_changing: bool,
    /// How many want to set or remove an attacher.
    attachers: usize,
    /// Where dials claim their streams; None if another controller has set the option.
    streams: Option<Arc<Streams>>,
    /// They are an attacher's.
    are_attachers: bool,
    waiting: Vec<Arc<Parker>>,
}

impl Pins {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0)
    }

    /// The first has begun, or the last has ended.
    fn end_change(&self, change: impl FnOnce(&mut State)) {
        let waiting = {
            let mut state = self.state();
            state.is_changing = false;
            change(&mut state);
            std::mem::take(&mut state.waiting)
        };
        // What waits may go on here, with no lock held.
        for parker in waiting {
            parker.wake_from_outside();
        }
    }
}

impl State {
    /// Wakes it at the next change.
    fn wake_later(&mut self, parker: &Arc<Parker>) {
        if !self.waiting.iter().any(|it| Arc::ptr_eq(it, parker)) {
            self.waiting.push(Arc::clone(parker));
        }
    }
}

/// Whether a dial is the first.
enum Turn {
    First,
    Later(Option<Arc<Streams>>),
    /// It is over before it has begun.
    Over,
}

/// A dial on a given circuit, until it is dropped. The connection to tor is closed before that, if
/// nothing came of it.
pub(in crate::api) struct Pin<'a> {
    tor: &'a Arc<Tor>,
    streams: Option<Arc<Streams>>,
    key: Option<StreamKey>,
}

impl<'a> Pin<'a> {
    /// Begins one. None if `is_over` said so, or the deadline has passed.
    pub(in crate::api) async fn begin(
        tor: &'a Arc<Tor>,
        deadline: Deadline,
        is_over: &(dyn Fn() -> bool + Sync),
        call: &Operation,
    ) -> Result<Option<Pin<'a>>, Error> {
        let look = || look(&tor.pins, is_over, call.parker());
        let turn = call.until(deadline.at(), look).await?;
        let streams = match turn.unwrap_or(Ok(Turn::Over))? {
            Turn::Over => return Ok(None),
            Turn::Later(streams) => streams,
            Turn::First => {
                let beginning = Beginning(Some(&tor.pins));
                let (streams, are_attachers) = set_up(tor, call).await?;
                beginning.done(|state| {
                    state.dials = 1;
                    state.streams.clone_from(&streams);
                    state.are_attachers = are_attachers;
                });
                streams
            }
        };
        Ok(Some(Pin {
            tor,
            streams,
            key: None,
        }))
    }

    /// The stream that is known so is this dial's.
    pub(in crate::api) fn claim(&mut self, key: &StreamKey) {
        if let Some(streams) = &self.streams {
            streams.table().claim(key.clone());
            self.key = Some(key.clone());
        }
    }
}

impl Drop for Pin<'_> {
    fn drop(&mut self) {
        if let (Some(streams), Some(key)) = (&self.streams, &self.key) {
            streams.table().unclaim(key);
        }
        let (streams, are_attachers) = {
            let mut state = self.tor.pins.state();
            state.dials -= 1;
            if state.dials > 0 {
                return;
            }
            state.is_changing = true;
            (state.streams.take(), state.are_attachers)
        };
        match streams.filter(|_| !are_attachers) {
            Some(streams) => take_back(self.tor, streams),
            None => self.tor.pins.end_change(|_| {}),
        }
    }
}

/// Has tor take the option back, for which nobody waits but who comes next.
fn take_back(tor: &Arc<Tor>, streams: Arc<Streams>) {
    let call = Arc::new(Call::default());
    call.set_timeout_ms(RESTORE_MS);
    let its_tor = Arc::clone(tor);
    let work = |operation: Arc<Operation>| {
        Box::pin(async move {
            // It is told to tor at any rate.
            let _ = end(&its_tor, &streams, &operation).await;
            its_tor.pins.end_change(|_| {});
        }) as Work
    };
    tor.tasks().spawn(call, Box::new(work));
}

/// Whether a dial can begin, and is the first.
fn look(
    pins: &Pins,
    is_over: &(dyn Fn() -> bool + Sync),
    parker: &Arc<Parker>,
) -> Option<Result<Turn, Error>> {
    if is_over() {
        return Some(Ok(Turn::Over));
    }
    let mut state = pins.state();
    if state.attachers > 0 {
        let message = "the attacher is being set or removed";
        return Some(Err(Error::State(message.to_string())));
    }
    if state.is_changing {
        state.wake_later(parker);
        return None;
    }
    if state.dials > 0 {
        state.dials += 1;
        return Some(Ok(Turn::Later(state.streams.clone())));
    }
    state.is_changing = true;
    Some(Ok(Turn::First))
}

/// The first dial, until it has begun or failed.
struct Beginning<'a>(Option<&'a Pins>);

impl Beginning<'_> {
    fn done(mut self, change: impl FnOnce(&mut State)) {
        if let Some(pins) = self.0.take() {
            pins.end_change(change);
        }
    }
}

impl Drop for Beginning<'_> {
    fn drop(&mut self) {
        if let Some(pins) = self.0 {
            pins.end_change(|_| {});
        }
    }
}

/// Where dials claim their streams, and whether that is an attacher's.
async fn set_up(tor: &Arc<Tor>, call: &Operation) -> Result<(Option<Arc<Streams>>, bool), Error> {
    if let Some(streams) = tor.watched.get() {
        return Ok((Some(streams), true));
    }
    match get_conf(tor, &[OPTION], call).await {
        // Another controller says where streams go.
        Ok(before) if before.value(0) == Some(&b"1"[..]) => return Ok((None, false)),
        Ok(_) => {}
        Err(Error::Rejected {
            is_filtered: true, ..
        }) => {}
        Err(error) => return Err(error),
    }
    let streams = tor.watched.begin(tor, Duration::ZERO)?;
    streams.set_must_restore();
    let setting = (OPTION.as_bytes(), Some(&b"1"[..]));
    if let Err(error) = set_known(tor, setting, call).await {
        let _ = end(tor, &streams, call).await;
        return Err(error);
    }
    Ok((Some(streams), false))
}

/// Keeps dials away while an attacher is set or removed.
pub(super) struct Attaching<'a>(&'a Pins);

impl<'a> Attaching<'a> {
    /// Waits until there is no dial.
    pub(super) async fn begin(tor: &'a Tor, call: &Operation) -> Result<Attaching<'a>, Error> {
        let timeout = call.call().timeout().map(|it| it.as_millis() as u64);
        let deadline = Deadline::after(Some(timeout.unwrap_or(ATTACHER_MS)));
        tor.pins.state().attachers += 1;
        let attaching = Attaching(&tor.pins);
        let look = || {
            if let Some(cause) = tor.closed_cause() {
                return Some(Err(Error::Closed(cause)));
            }
            let mut state = tor.pins.state();
            if state.dials == 0 && !state.is_changing {
                return Some(Ok(()));
            }
            state.wake_later(call.parker());
            None
        };
        match call.until(deadline.at(), look).await? {
            Some(outcome) => outcome.map(|()| attaching),
            None => Err(deadline.error("a dial on a given circuit did not end")),
        }
    }
}

impl Drop for Attaching<'_> {
    fn drop(&mut self) {
        self.0.state().attachers -= 1;
    }
}
