//! SIGNAL.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::{expect_ok, Error};
use crate::engine::queue::Capacity;
use crate::engine::watch::{Deadline, Watch};
use crate::proto::command::signal::{self, Signal};
use crate::proto::event::{Kind, KindSet};

/// tor does not change its identity more often.
const NEWNYM_INTERVAL: Duration = Duration::from_secs(10);

/// Sends tor this signal.
pub fn signal(controller: &Arc<Controller>, signal: Signal, call: &Arc<Call>) -> Result<(), Error> {
    expect_ok(controller.request(signal::signal(signal)?, call)?)?;
    if signal == Signal::NewNym {
        controller.note_newnym(Instant::now(), NEWNYM_INTERVAL);
    }
    Ok(())
}

/// How long a NEWNYM that is sent now would wait, as far as this controller's own are the cause.
pub fn newnym_wait(controller: &Arc<Controller>) -> Duration {
    controller.newnym_wait(Instant::now(), NEWNYM_INTERVAL)
}

/// Sends NEWNYM and waits until tor has acted on it: at once, or up to ten seconds later.
pub fn new_identity(
    controller: &Arc<Controller>,
    timeout_ms: Option<u64>,
    call: &Arc<Call>,
) -> Result<(), Error> {
    let deadline = Deadline::after(timeout_ms);
    let kinds = KindSet::of(Kind::Signal);
    let watch = Watch::new(controller, kinds, Capacity::default(), call)?;
    expect_ok(watch.request(signal::signal(Signal::NewNym)?, call, deadline)?)?;
    controller.note_newnym(Instant::now(), NEWNYM_INTERVAL);
    let done = watch.wait(
        call,
        deadline,
        &mut |event| match event.fields().arg(0).bytes() == b"NEWNYM" {
            true => ControlFlow::Break(Ok(())),
            false => ControlFlow::Continue(()),
        },
    )?;
    done.ok_or_else(|| deadline.error("tor did not act on NEWNYM"))
}
