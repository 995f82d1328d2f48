//! What stands behind src/tables/address_mappings.rs.

use super::generated::*;
use crate::api::address;

generated!("address_mappings");
