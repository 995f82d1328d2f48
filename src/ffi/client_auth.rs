//! What stands behind src/tables/client_auth.rs.

use super::made::*;
use crate::onion::client_auth;

made!("client_auth");
