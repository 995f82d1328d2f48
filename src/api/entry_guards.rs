//! The entry guards.

use std::sync::Arc;

use super::typed_info::list;
use crate::engine::controller::Controller;
use crate::engine::operation::Operation;
use crate::error::Error;
use crate::proto::info::{self, EntryGuard};

/// The entry guards.
pub async fn guards(
    controller: &Arc<Controller>,
    call: &Operation,
) -> Result<Vec<EntryGuard>, Error> {
    list(controller, "entry-guards", call, |value| {
        info::entry_guards(value).collect()
    })
    .await
}
