//! What stands behind src/tables/config_options.rs.

use super::made::*;
use crate::api::question;

made!("config_options");
