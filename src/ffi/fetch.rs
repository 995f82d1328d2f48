//! What stands behind src/tables/fetch.rs.

use super::made::*;
use crate::api::descriptor;
use crate::proto::command::descriptor::DescriptorPurpose;

/// What became of a fetch: each relay's answer, and the descriptor if there was one. Freed by
/// torctl_fetch_free(). Outlives the controller; two threads may read it at once.
pub struct torctl_fetch {
    // Each with a NUL behind it.
    attempts: Vec<(Vec<u8>, Vec<u8>)>,
    descriptor: Vec<u8>,
    is_found: bool,
}

impl From<descriptor::Fetch> for torctl_fetch {
    fn from(fetch: descriptor::Fetch) -> torctl_fetch {
        let with_nul = |text: &[u8]| [text, b"\0"].concat();
        let attempt = |it: &descriptor::Attempt| {
            let failure = it.failure.as_deref().unwrap_or_default();
            (with_nul(&it.relay), with_nul(failure))
        };
        torctl_fetch {
            attempts: fetch.attempts.iter().map(attempt).collect(),
            is_found: fetch.descriptor.is_some(),
            descriptor: with_nul(&fetch.descriptor.unwrap_or_default()),
        }
    }
}

/// 1, 0, or -1 for what tor does by itself.
fn yes_no_or_default(number: c_int) -> Result<Option<bool>, Error> {
    Ok((number >= 0).then_some(number != 0))
}

made!("fetch");
