//! Where tor listens.

use std::sync::Arc;

use super::typed_info::list;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::error::Error;
use crate::proto::info::{self, Endpoint};

/// Where tor listens, for this kind of clients.
pub fn endpoints(
    controller: &Arc<Controller>,
    kind: &str,
    call: &Arc<Call>,
) -> Result<Vec<Endpoint>, Error> {
    let key = format!("net/listeners/{kind}");
    list(controller, &key, call, |value| {
        info::listeners(value).collect()
    })
}
