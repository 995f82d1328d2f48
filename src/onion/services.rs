//! Which services there are.

use std::sync::Arc;

use crate::api::info::get_info;
use crate::engine::controller::Controller;
use crate::engine::operation::Operation;
use crate::error::Error;
use crate::proto::info::addresses;

/// The addresses of this connection's services, or of the detached ones.
pub async fn list_onions(
    controller: &Arc<Controller>,
    detached: bool,
    call: &Operation,
) -> Result<Vec<Vec<u8>>, Error> {
    let key = match detached {
        true => "onions/detached",
        false => "onions/current",
    };
    let values = match get_info(controller, &[key], call).await {
        // What tors before 0.4.0 say of an empty list.
        Err(Error::Rejected {
            code: 551, text, ..
        }) if text.starts_with("No onion services") => {
            return Ok(Vec::new());
        }
        values => values?,
    };
    let value = values.value(0).unwrap_or_default();
    Ok(addresses(value).map(<[u8]>::to_vec).collect())
}
