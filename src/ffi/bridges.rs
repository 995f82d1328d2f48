//! What stands behind src/tables/bridges.rs.

use super::generated::*;
use crate::api::bridges;
use crate::proto::bridge::{self, Bridge};

/// A copy of the lines.
fn lines(bridges: Option<&torctl_bridges>) -> Result<Vec<Bridge>, Error> {
    Ok(bridges.map_or_else(Vec::new, |it| it.source.to_vec()))
}

generated!("bridges");
