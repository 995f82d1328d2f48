//! Commands of one word, such as TAKEOWNERSHIP, and USEFEATURE.

use std::sync::Arc;

use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::error::{expect_ok, Error};
use crate::proto::command::{connection, info};
use crate::proto::encode::Command;
use crate::session::{Again, Part};

const TAKE: &str = "TAKEOWNERSHIP";
const DROP: &str = "DROPOWNERSHIP";

/// Sends a command that is one word and whose answer is yes or no.
pub fn plain(
    controller: &Arc<Controller>,
    command: &'static str,
    call: &Arc<Call>,
) -> Result<(), Error> {
    yes(controller, connection::plain(command), call)
}

/// Has tor end with this connection.
pub fn take_ownership(controller: &Arc<Controller>, call: &Arc<Call>) -> Result<(), Error> {
    let mark = controller.setup_mark();
    plain(controller, TAKE, call)?;
    let again = Again::By(connection::plain(TAKE));
    controller.keep(Part::Ownership, "", again, mark);
    Ok(())
}

/// Has it go on.
pub fn drop_ownership(controller: &Arc<Controller>, call: &Arc<Call>) -> Result<(), Error> {
    let mark = controller.setup_mark();
    plain(controller, DROP, call)?;
    let undo = || Ok(connection::plain(DROP));
    controller.forget(Part::Ownership, "", mark, &undo);
    Ok(())
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
