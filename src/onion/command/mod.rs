//! The commands for onion services as bytes.

pub mod client_auth;
pub mod descriptor;
pub mod service;

use crate::proto::encode::ArgumentError;
use crate::proto::onion_address::OnionAddress;

/// The address as commands take it, without `.onion`.
fn address_argument(address: &[u8]) -> Result<String, ArgumentError> {
    match OnionAddress::parse(address) {
        Ok(address) => Ok(address.to_string()),
        Err(error) => Err(ArgumentError::new("address", error.to_string())),
    }
}
