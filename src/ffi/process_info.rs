//! What stands behind src/tables/process_info.rs.

use super::generated::*;
use crate::api::{process_info, traffic};

generated!("process_info");
