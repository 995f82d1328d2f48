//! Starting a tor of the program's own.
//!
//! It gets its options through its standard input and reads no other. By default its control
//! connection is one end of a socket pair (`__OwningControllerFD`): there is no port that another
//! program could take first or connect to, no password, and when that connection ends, whatever
//! ends it, so does tor.

mod directory;
mod launched;
mod options;
mod output;
mod torrc;

use std::ops::ControlFlow;
use std::sync::Arc;

pub use self::launched::wait_end;
pub(super) use self::launched::Launched;
pub use self::options::{Control, Launch, Restarts};
pub(super) use self::output::complaint;
use super::bootstrap::{wait_bootstrapped, Progress};
use super::Tor;
use crate::engine::controller::State;
use crate::engine::operation::Operation;
use crate::error::Error;

/// A controller whose tor is started when it connects. `progress` is for the first of its tors.
pub fn prepare(
    launch: Launch,
    progress: Option<Box<Progress<'static>>>,
) -> Result<Arc<Tor>, Error> {
    launch.check()?;
    Tor::launched(Arc::new(Launched::new(launch, progress)))
}

/// Starts the tor of a controller that has none yet, and connects to it. When that fails, what was
/// started has ended, what was made is gone, and the controller is closed.
pub(super) async fn connect(
    tor: &Arc<Tor>,
    launched: &Launched,
    call: &Operation,
) -> Result<(), Error> {
    let is_first = tor.state() == State::New && launched.begin();
    let connected = tor.controller().connect_for(call).await;
    if !is_first {
        return connected;
    }
    let done = match connected {
        Ok(()) => bootstrap(tor, launched, call).await,
        error => error,
    };
    match done {
        Ok(()) => Ok(()),
        Err(error) => Err(launched.give_up(tor, error, call).await),
    }
}

async fn bootstrap(tor: &Arc<Tor>, launched: &Launched, call: &Operation) -> Result<(), Error> {
    let Some(limits) = launched.launch().bootstrap else {
        return Ok(());
    };
    match launched.take_progress() {
        Some(mut progress) => wait_bootstrapped(tor, limits, call, &mut *progress).await,
        None => {
            let quiet = &mut |_: i32, _: &_| ControlFlow::Continue(());
            wait_bootstrapped(tor, limits, call, quiet).await
        }
    }
}

#[cfg(test)]
mod tests;
