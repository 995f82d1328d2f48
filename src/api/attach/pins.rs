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
use crate::engine::park::Parker;
use crate::engine::watch::Deadline;
use crate::error::Error;

/// How long the last dial waits for tor to take the option back: longer than a tor that works
/// needs, and not so long that a call which was cancelled seems to hang.
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

    fn wake_all(state: &mut State) {
        for parker in state.waiting.drain(..) {
            parker.wake();
        }
    }
}

/// A dial on a given circuit, until it is dropped. The connection to tor is closed before that, if
/// nothing came of it.
pub(in crate::api) struct Pin<'a> {
    tor: &'a Arc<Tor>,
    streams: Option<Arc<Streams>>,
    key: Option<StreamKey>,
}

impl<'a> Pin<'a> {
    /// Begins one. `wait` waits until the parker is woken; it fails when waiting has to end.
    pub(in crate::api) fn begin(
        tor: &'a Arc<Tor>,
        parker: &Arc<Parker>,
        wait: &dyn Fn() -> Result<(), Error>,
        call: &Arc<Call>,
    ) -> Result<Pin<'a>, Error> {
        loop {
            let mut state = tor.pins.state();
            if state.attachers > 0 {
                let message = "the attacher is being set or removed";
                return Err(Error::State(message.to_string()));
            }
            if !state.is_changing && state.dials > 0 {
                state.dials += 1;
                return Ok(Pin::of(tor, &state));
            }
            if !state.is_changing {
                state.is_changing = true;
                break;
            }
            state.waiting.push(Arc::clone(parker));
            drop(state);
            wait()?;
        }
        let begun = set_up(tor, call);
        let mut state = tor.pins.state();
        state.is_changing = false;
        Pins::wake_all(&mut state);
        let (streams, are_attachers) = begun?;
        state.dials = 1;
        state.streams = streams;
        state.are_attachers = are_attachers;
        Ok(Pin::of(tor, &state))
    }

    fn of(tor: &'a Arc<Tor>, state: &State) -> Pin<'a> {
        Pin {
            tor,
            streams: state.streams.clone(),
            key: None,
        }
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
        if let Some(streams) = streams.filter(|_| !are_attachers) {
            let call = Arc::new(Call::default());
            call.set_timeout_ms(RESTORE_MS);
            // It is told to tor at any rate.
            let _ = end(self.tor, &streams, &call);
        }
        let mut state = self.tor.pins.state();
        state.is_changing = false;
        Pins::wake_all(&mut state);
    }
}

/// Where dials claim their streams, and whether that is an attacher's.
fn set_up(tor: &Arc<Tor>, call: &Arc<Call>) -> Result<(Option<Arc<Streams>>, bool), Error> {
    if let Some(streams) = tor.watched.get() {
        return Ok((Some(streams), true));
    }
    match tor.wait_for(call, async |call| get_conf(tor, &[OPTION], call).await) {
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
    let set = tor.wait_for(call, async |call| set_known(tor, setting, call).await);
    if let Err(error) = set {
        let _ = end(tor, &streams, call);
        return Err(error);
    }
    Ok((Some(streams), false))
}

/// Keeps dials away while an attacher is set or removed.
pub(super) struct Attaching<'a>(&'a Pins);

impl<'a> Attaching<'a> {
    /// Waits until there is no dial.
    pub(super) fn begin(tor: &'a Tor, call: &Call) -> Result<Attaching<'a>, Error> {
        let timeout = call.timeout().map(|it| it.as_millis() as u64);
        let deadline = Deadline::after(Some(timeout.unwrap_or(ATTACHER_MS)));
        let parker = Arc::new(Parker::default());
        tor.pins.state().attachers += 1;
        let attaching = Attaching(&tor.pins);
        loop {
            let mut state = tor.pins.state();
            if state.dials == 0 && !state.is_changing {
                drop(state);
                return Ok(attaching);
            }
            state.waiting.push(Arc::clone(&parker));
            drop(state);
            if call.is_cancelled() {
                return Err(Error::Cancelled);
            }
            if let Some(cause) = tor.closed_cause() {
                return Err(Error::Closed(cause));
            }
            if deadline.is_over() {
                return Err(deadline.error("a dial on a given circuit did not end"));
            }
            let _ = tor.park(&parker, None, call, deadline.at());
        }
    }
}

impl Drop for Attaching<'_> {
    fn drop(&mut self) {
        self.0.state().attachers -= 1;
    }
}
