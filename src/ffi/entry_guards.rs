//! What stands behind src/tables/entry_guards.rs.

use super::made::*;
use crate::api::question;

made!("entry_guards");
