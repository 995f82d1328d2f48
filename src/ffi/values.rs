//! What stands behind src/tables/values.rs: torctl_values.

use super::generated::*;
use crate::proto::result::Values;

generated!("values");
