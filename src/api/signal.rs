//! SIGNAL.

use std::sync::Arc;

use super::Tor;
use crate::engine::call::Call;
use crate::error::{expect_ok, Error};
use crate::proto::command::signal::{self, Signal};

/// Sends tor this signal.
pub fn signal(tor: &Tor, signal: Signal, call: &Arc<Call>) -> Result<(), Error> {
    expect_ok(tor.request(signal::signal(signal)?, call)?)?;
    if signal == Signal::NewNym {
        tor.new_identities.sent();
    }
    Ok(())
}
