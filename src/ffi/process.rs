//! What stands behind src/tables/process.rs.

use super::made::*;
use crate::api::question;

made!("process");
