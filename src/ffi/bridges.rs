//! What stands behind src/tables/bridges.rs.

use super::made::*;
use crate::api::bridges;
use crate::proto::bridge;

made!("bridges");
