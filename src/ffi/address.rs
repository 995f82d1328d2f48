//! What stands behind src/tables/address.rs.

use super::made::*;
use crate::api::address;

made!("address");
