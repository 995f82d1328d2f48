//! Commands that switch something: src/tables/session.rs.

use super::made::*;

made!("session");
