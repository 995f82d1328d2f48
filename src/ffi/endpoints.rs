//! What stands behind src/tables/endpoints.rs.

use super::generated::*;
use crate::api::endpoints;

generated!("endpoints");
