//! GETINFO.

use std::sync::Arc;

use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::Error;
use crate::proto::command::info;
use crate::proto::result::Values;

/// The values of these keys, in the order of tor's answer.
pub fn get_info<K: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    keys: &[K],
    call: &Arc<Call>,
) -> Result<Values, Error> {
    if keys.is_empty() {
        return Ok(Values::default());
    }
    let reply = controller.request(info::get_info(keys)?, call)?;
    Ok(Values::from_get_info(reply)?)
}
