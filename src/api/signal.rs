//! SIGNAL.

use super::Tor;
use crate::engine::operation::Operation;
use crate::error::{expect_ok, Error};
use crate::proto::command::signal::{self, Signal};

/// Sends tor this signal.
pub async fn signal(tor: &Tor, signal: Signal, call: &Operation) -> Result<(), Error> {
    let launched = tor.launched.as_ref();
    let launched = launched.filter(|_| matches!(signal, Signal::Shutdown | Signal::Halt));
    if let Some(launched) = launched {
        // Before it can have ended.
        launched.set_told_to_end(true);
    }
    let reply = tor.ask(signal::signal(signal)?, call).await?;
    if let Err(error) = expect_ok(reply) {
        if let Some(launched) = launched {
            launched.set_told_to_end(false);
        }
        return Err(error);
    }
    if signal == Signal::NewNym {
        tor.new_identities.sent(tor.incarnation());
    }
    Ok(())
}
