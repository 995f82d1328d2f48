//! What stands behind src/tables/tor_version.rs.

use super::made::*;
use crate::proto::info::Version;

made!("tor_version");
