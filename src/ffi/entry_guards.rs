//! What stands behind src/tables/entry_guards.rs.

use super::generated::*;
use crate::api::entry_guards;

generated!("entry_guards");
