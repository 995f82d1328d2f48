//! What stands behind src/tables/fetch.rs.

use super::generated::*;
use crate::api::descriptor;
use crate::onion::fetch;
use crate::proto::command::descriptor::DescriptorPurpose;

/// 1, 0, or -1 for what tor does by itself.
fn yes_no_or_default(number: c_int) -> Result<Option<bool>, Error> {
    Ok((number >= 0).then_some(number != 0))
}

generated!("fetch");
