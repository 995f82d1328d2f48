//! What stands behind src/tables/bridges.rs.

use super::generated::*;
use crate::api::bridges;
use crate::proto::bridge;

generated!("bridges");
