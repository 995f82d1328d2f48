//! The entry guards.

use std::sync::Arc;

use super::typed_info::list;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::error::Error;
use crate::proto::info::{self, EntryGuard};

/// The entry guards.
pub fn guards(controller: &Arc<Controller>, call: &Arc<Call>) -> Result<Vec<EntryGuard>, Error> {
    list(controller, "entry-guards", call, |value| {
        info::entry_guards(value).collect()
    })
}
