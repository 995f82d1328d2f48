//! POSTDESCRIPTOR.

use std::sync::Arc;

use crate::engine::controller::Controller;
use crate::engine::operation::Operation;
use crate::error::Error;
use crate::proto::command::descriptor::{self, DescriptorPurpose};
use crate::proto::reason::Reason;
use crate::proto::result::descriptor_posted;

/// Gives tor a relay's descriptor. That tor did not keep it is an error.
pub async fn post_descriptor(
    controller: &Arc<Controller>,
    text: &[u8],
    purpose: Option<DescriptorPurpose>,
    cache: Option<bool>,
    call: &Operation,
) -> Result<(), Error> {
    let command = descriptor::post_descriptor(text, purpose, cache)?;
    match descriptor_posted(&controller.ask(command, call).await?)? {
        None => Ok(()),
        Some(text) => Err(Error::Rejected {
            code: 251,
            text,
            command: "POSTDESCRIPTOR".to_string(),
            is_filtered: false,
            why: Reason::BadDescriptor,
            meaning: "tor has the like of it, or a newer one, or does not keep such".into(),
        }),
    }
}
