//! What stands behind src/tables/pending.rs.

use super::generated::*;
use crate::engine::request::Request;
use crate::proto::encode::Command;
use crate::proto::reply::Reply;

/// A request that was begun. Freed by torctl_pending_free(), also after its controller. One thread
/// at a time may use it.
pub struct torctl_pending(());

generated!("pending");
