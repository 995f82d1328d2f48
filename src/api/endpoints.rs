//! Where tor listens.

use std::sync::Arc;

use super::typed_info::list;
use crate::engine::controller::Controller;
use crate::engine::operation::Operation;
use crate::error::Error;
use crate::proto::info::{self, Endpoint};

/// Where tor listens, for this kind of clients.
pub async fn endpoints(
    controller: &Arc<Controller>,
    kind: &str,
    call: &Operation,
) -> Result<Vec<Endpoint>, Error> {
    let key = format!("net/listeners/{kind}");
    list(controller, &key, call, |value| {
        info::listeners(value).collect()
    })
    .await
}
