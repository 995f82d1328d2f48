//! SIGNAL.

use super::Tor;
use crate::engine::operation::Operation;
use crate::error::{expect_ok, Error};
use crate::proto::command::signal::{self, Signal};

/// Sends tor this signal.
pub async fn signal(tor: &Tor, signal: Signal, call: &Operation) -> Result<(), Error> {
    expect_ok(tor.ask(signal::signal(signal)?, call).await?)?;
    if signal == Signal::NewNym {
        tor.new_identities.sent(tor.incarnation());
    }
    Ok(())
}
