//! What stands behind src/tables/tor_version.rs.

use super::generated::*;
use crate::proto::info::Version;

generated!("tor_version");
