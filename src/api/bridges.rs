//! Bridges: tor reaches the network through these alone.

use std::sync::Arc;

use super::logged;
use crate::engine::controller::Controller;
use crate::engine::operation::Operation;
use crate::error::Error;
use crate::proto::bridge::Bridge;
use crate::proto::command::conf::{set_conf, Setting};

const LINE: &[u8] = b"Bridge";
const USE: &[u8] = b"UseBridges";

/// The options that make tor use these bridges; without any it uses none.
pub fn options(bridges: &[Bridge]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let is_used = if bridges.is_empty() { b"0" } else { b"1" };
    let lines = bridges
        .iter()
        .map(|bridge| (LINE.to_vec(), bridge.text.clone()));
    std::iter::once((USE.to_vec(), is_used.to_vec()))
        .chain(lines)
        .collect()
}

/// Sets them in a tor that runs, in place of those that it had.
pub async fn set_bridges(
    controller: &Arc<Controller>,
    bridges: &[Bridge],
    call: &Operation,
) -> Result<(), Error> {
    let options = options(bridges);
    let mut settings: Vec<Setting<'_>> = options
        .iter()
        .map(|(name, value)| (name.as_slice(), Some(value.as_slice())))
        .collect();
    if bridges.is_empty() {
        settings.push((LINE, None));
    }
    logged::change(controller, &|| set_conf(&settings), call).await
}
