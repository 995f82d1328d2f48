//! What stands behind src/tables/reply.rs.

use super::generated::*;
use crate::proto::reply::Reply;

/// tor's reply to torctl_request(): one or more lines, each with a code, a text and perhaps a data
/// block. Freed by torctl_reply_free(). Outlives the controller; any number of threads may read it
/// concurrently. An index that is too large gives 0 or "", like NULL.
pub struct torctl_reply(());

generated!("reply");
