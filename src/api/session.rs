//! TAKEOWNERSHIP, DROPOWNERSHIP, DROPGUARDS, DROPTIMEOUTS, USEFEATURE.

use std::sync::Arc;

use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::{expect_ok, Error};
use crate::proto::command::{info, session};
use crate::proto::encode::Command;

/// Commands without arguments, whose answer is yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain {
    /// tor ends when this connection does.
    TakeOwnership,
    /// It does not any more.
    DropOwnership,
    /// tor forgets its entry guards.
    DropGuards,
    /// tor forgets how long circuits take.
    DropTimeouts,
}

/// Sends such a command.
pub fn plain(controller: &Arc<Controller>, command: Plain, call: &Arc<Call>) -> Result<(), Error> {
    yes(
        controller,
        match command {
            Plain::TakeOwnership => session::take_ownership(),
            Plain::DropOwnership => session::drop_ownership(),
            Plain::DropGuards => session::drop_guards(),
            Plain::DropTimeouts => session::drop_timeouts(),
        },
        call,
    )
}

/// Turns features of the protocol on.
pub fn use_feature<N: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    names: &[N],
    call: &Arc<Call>,
) -> Result<(), Error> {
    yes(controller, info::use_feature(names)?, call)
}

fn yes(controller: &Arc<Controller>, command: Command, call: &Arc<Call>) -> Result<(), Error> {
    expect_ok(controller.request(command, call)?)?;
    Ok(())
}
