//! What stands behind src/tables/values.rs.

use super::made::*;
use crate::proto::result::Values;

made!("values");
