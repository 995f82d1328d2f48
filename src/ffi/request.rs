//! What stands behind src/tables/request.rs.

use super::generated::*;
use crate::api::{conf, info, signal};
use crate::proto::command::signal::Signal;
use crate::proto::encode::Command;
use crate::proto::event::words;
use crate::proto::reply::Reply;
use crate::proto::result::Values;

fn known_signal(signal: i32) -> Result<Signal, Error> {
    let word = words::SIGNAL.word(signal);
    let found = Signal::all().find(|it| word == Some(it.name()));
    found.ok_or_else(|| no_constant(signal, "signal", "TORCTL_SIGNAL"))
}

generated!("request");
