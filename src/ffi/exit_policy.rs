//! What stands behind src/tables/exit_policy.rs.

use super::generated::*;
use crate::api::exit_policy;
use crate::proto::text;

generated!("exit_policy");
