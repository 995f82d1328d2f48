//! What stands behind src/tables/onion_key.rs.

use std::ffi::CString;

use zeroize::Zeroizing;

use super::generated::*;
use crate::onion::key::{ClientKey, ServiceKey};
use crate::onion::key_file;
use crate::proto::onion_address::OnionAddress;

/// Room for an address with ".onion" and its NUL, in bytes.
pub const TORCTL_ONION_ADDRESS_SIZE: usize = 63;
/// Room for the text of torctl_client_key_auth_private() and its NUL, in bytes.
pub const TORCTL_AUTH_PRIVATE_SIZE: usize = 128;

/// The private key of an onion service, which its address follows from. Freed by
/// torctl_onion_key_free(), which wipes it. Any number of threads may read it concurrently. tor is
/// not needed for it.
pub struct torctl_onion_key {
    key: ServiceKey,
    address: CString,
    // With a NUL behind it.
    text: Zeroizing<Vec<u8>>,
}

impl From<ServiceKey> for torctl_onion_key {
    fn from(key: ServiceKey) -> torctl_onion_key {
        torctl_onion_key {
            address: CString::new(format!("{}.onion", key.address())).unwrap_or_default(),
            text: with_nul(&key.text()),
            key,
        }
    }
}

fn with_nul(text: &str) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() + 1));
    bytes.extend_from_slice(text.as_bytes());
    bytes.push(0);
    bytes
}

fn parse_address(address: &[u8]) -> Result<OnionAddress, Error> {
    OnionAddress::parse(address).map_err(|error| Error::Invalid(format!("address {error}")))
}

/// Writes the address of the service with a public key.
///
/// # Safety
/// There is room for it.
unsafe fn put_address(public_key: &[u8], address: *mut c_char) -> Result<(), Error> {
    let key = <&[u8; 32]>::try_from(public_key).map_err(|_| null("public_key"))?;
    let text = format!("{}.onion\0", OnionAddress::from_public_key(key));
    // SAFETY: passed on.
    unsafe { put(text.as_bytes(), address.cast()) };
    Ok(())
}

/// # Safety
/// There is room for the bytes.
pub(super) unsafe fn put(bytes: &[u8], to: *mut u8) {
    // SAFETY: by this function's contract; the program's memory does not overlap ours.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) };
}

/// The pair of x25519 keys by which an onion service knows a client. Freed by
/// torctl_client_key_free(), which wipes it. Any number of threads may read it concurrently. tor is
/// not needed for it.
pub struct torctl_client_key {
    key: ClientKey,
    public: CString,
    auth: CString,
    // With a NUL behind it.
    private: Zeroizing<Vec<u8>>,
}

impl From<ClientKey> for torctl_client_key {
    fn from(key: ClientKey) -> torctl_client_key {
        torctl_client_key {
            public: CString::new(key.public_text()).unwrap_or_default(),
            auth: CString::new(key.auth_text()).unwrap_or_default(),
            private: with_nul(&key.private_text()),
            key,
        }
    }
}

generated!("onion_key");
