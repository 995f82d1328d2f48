//! What stands behind src/tables/onion_descriptor.rs.

use super::generated::*;
use crate::dir::OnionDescriptor;

fn parse(text: &[u8]) -> Result<OnionDescriptor, Error> {
    let none = || Error::NotFound("text has no onion service descriptor".to_string());
    OnionDescriptor::from_bytes(text).ok_or_else(none)
}

generated!("onion_descriptor");
