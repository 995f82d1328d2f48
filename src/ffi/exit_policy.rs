//! What stands behind src/tables/exit_policy.rs.

use super::made::*;
use crate::api::exit_policy;
use crate::proto::text;

made!("exit_policy");
