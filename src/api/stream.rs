//! ATTACHSTREAM, REDIRECTSTREAM, CLOSESTREAM.

use std::sync::Arc;

use super::attach::hold_stream;
use super::Tor;
use crate::engine::controller::Controller;
use crate::engine::operation::Operation;
use crate::error::{expect_ok, Error};
use crate::proto::command::stream::{self, StreamReason};

/// Attaches a stream to a circuit, or to one that tor chooses.
pub async fn attach_stream(
    tor: &Tor,
    stream: u64,
    circuit: Option<u64>,
    hop: Option<u32>,
    call: &Operation,
) -> Result<(), Error> {
    let command = stream::attach_stream(stream, circuit, hop)?;
    // If this fails, an attacher's deadline counts on.
    let hold = hold_stream(tor, stream);
    expect_ok(tor.ask(command, call).await?)?;
    if let Some(hold) = hold {
        hold.done();
    }
    Ok(())
}

/// Has a stream that is not attached yet go elsewhere.
pub async fn redirect_stream(
    controller: &Arc<Controller>,
    stream: u64,
    address: &[u8],
    port: Option<u16>,
    call: &Operation,
) -> Result<(), Error> {
    let command = stream::redirect_stream(stream, address, port)?;
    expect_ok(controller.ask(command, call).await?)?;
    Ok(())
}

/// Closes a stream.
pub async fn close_stream(
    controller: &Arc<Controller>,
    stream: u64,
    reason: StreamReason,
    call: &Operation,
) -> Result<(), Error> {
    let command = stream::close_stream(stream, reason)?;
    expect_ok(controller.ask(command, call).await?)?;
    Ok(())
}
