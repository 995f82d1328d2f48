//! Commands of one word, such as TAKEOWNERSHIP, and USEFEATURE.

use std::sync::Arc;

use crate::engine::controller::Controller;
use crate::engine::operation::Operation;
use crate::error::{expect_ok, Error};
use crate::proto::command::{connection, info};
use crate::proto::encode::Command;
use crate::session::{Again, Part};

const TAKE: &str = "TAKEOWNERSHIP";
const DROP: &str = "DROPOWNERSHIP";

/// Sends a command that is one word and whose answer is yes or no.
pub async fn plain(
    controller: &Arc<Controller>,
    command: &'static str,
    call: &Operation,
) -> Result<(), Error> {
    yes(controller, connection::plain(command), call).await
}

/// Has tor end with this connection.
pub async fn take_ownership(controller: &Arc<Controller>, call: &Operation) -> Result<(), Error> {
    let mark = controller.setup_mark();
    plain(controller, TAKE, call).await?;
    let again = Again::By(connection::plain(TAKE));
    controller
        .keep((Part::Ownership, ""), again, mark, call)
        .await;
    Ok(())
}

/// Has it go on.
pub async fn drop_ownership(controller: &Arc<Controller>, call: &Operation) -> Result<(), Error> {
    let mark = controller.setup_mark();
    plain(controller, DROP, call).await?;
    let undo = || Ok(connection::plain(DROP));
    controller
        .forget((Part::Ownership, ""), mark, &undo, call)
        .await;
    Ok(())
}

/// Turns features of the protocol on.
pub async fn use_feature<N: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    names: &[N],
    call: &Operation,
) -> Result<(), Error> {
    yes(controller, info::use_feature(names)?, call).await
}

async fn yes(
    controller: &Arc<Controller>,
    command: Command,
    call: &Operation,
) -> Result<(), Error> {
    expect_ok(controller.ask(command, call).await?)?;
    Ok(())
}
