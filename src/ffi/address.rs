//! What stands behind src/tables/address.rs.

use super::generated::*;
use crate::api::address;

generated!("address");
