//! What stands behind src/tables/client_auth.rs.

use super::generated::*;
use crate::onion::client_auth;

generated!("client_auth");
