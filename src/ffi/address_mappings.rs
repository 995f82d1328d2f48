//! What stands behind src/tables/address_mappings.rs.

use super::made::*;
use crate::api::question;

made!("address_mappings");
