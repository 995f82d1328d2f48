//! Commands that switch something: src/tables/switches.rs.

use super::generated::*;

generated!("switches");
