//! What stands behind src/tables/endpoints.rs.

use super::made::*;
use crate::api::question;

made!("endpoints");
