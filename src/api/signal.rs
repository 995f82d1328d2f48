//! SIGNAL.

use std::sync::Arc;

use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::{expect_ok, Error};
use crate::proto::command::signal::{self, Signal};

/// Sends tor this signal.
pub fn signal(controller: &Arc<Controller>, signal: Signal, call: &Arc<Call>) -> Result<(), Error> {
    expect_ok(controller.request(signal::signal(signal)?, call)?)?;
    Ok(())
}
