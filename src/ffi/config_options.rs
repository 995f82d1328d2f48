//! What stands behind src/tables/config_options.rs.

use super::generated::*;
use crate::api::conf;

generated!("config_options");
