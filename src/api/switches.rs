//! Commands of one word, such as TAKEOWNERSHIP, and USEFEATURE.

use std::sync::Arc;

use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::error::{expect_ok, Error};
use crate::proto::command::{connection, info};
use crate::proto::encode::Command;

/// Sends a command that is one word and whose answer is yes or no.
pub fn plain(
    controller: &Arc<Controller>,
    command: &'static str,
    call: &Arc<Call>,
) -> Result<(), Error> {
    yes(controller, connection::plain(command), call)
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
