//! Keys and addresses of onion services

use std::ffi::{c_char, c_void, CString, OsStr};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use zeroize::Zeroizing;

use super::args::{bytes, empty, memory, null, required, Out};
use super::error::torctl_error;
use super::guard::{guard, guard_or};
use super::status::*;
use crate::api::key_file;
use crate::engine::error::Error;
use crate::proto::keys::{ClientKey, ServiceKey};
use crate::proto::onion::OnionAddress;

/// Room for an address with ".onion" and its NUL, in bytes.
pub const TORCTL_ONION_ADDRESS_SIZE: usize = 63;
/// Room for the text of torctl_client_key_auth_private() and its NUL, in bytes.
pub const TORCTL_AUTH_PRIVATE_SIZE: usize = 128;

/// The private key of an onion service, which its address follows from. Freed by
/// torctl_onion_key_free(), which wipes it. Two threads may read it at once. tor is not needed for it.
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

/// # Safety
/// The pointer is NULL or that of a string.
unsafe fn path<'a>(path: *const c_char) -> Result<&'a Path, Error> {
    // SAFETY: passed on.
    let path = unsafe { bytes(path, "path") }?;
    Ok(Path::new(OsStr::from_bytes(path)))
}

/// Makes a new key.
///
/// Sets `*key` to a key that the caller frees with torctl_onion_key_free().
#[no_mangle]
pub extern "C" fn torctl_onion_key_new(
    key: Option<&mut MaybeUninit<*mut torctl_onion_key>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let key = Out::object(key);
    guard(Out::object(err), || {
        let key = key.require("key")?;
        key.set_box(key_file::new_service_key()?.into());
        Ok(TORCTL_OK)
    })
}

/// Reads a key: "ED25519-V3:" and base64, as ADD_ONION has it, or the bytes of tor's file
/// hs_ed25519_secret_key.
///
/// Sets `*key` to a key that the caller frees with torctl_onion_key_free(). Returns TORCTL_ERR_INVALID
/// if it is none.
///
/// # Safety
/// `data` is NULL or that of `data_size_bytes` bytes.
#[no_mangle]
pub unsafe extern "C" fn torctl_onion_key_read(
    data: *const c_void,
    data_size_bytes: usize,
    key: Option<&mut MaybeUninit<*mut torctl_onion_key>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let key = Out::object(key);
    guard(Out::object(err), || {
        let key = key.require("key")?;
        // SAFETY: passed on.
        let data = unsafe { memory(data, data_size_bytes, "data") }?;
        let read = ServiceKey::parse(data.unwrap_or_default())
            .ok_or_else(|| Error::Invalid("data is not the key of an onion service".to_string()))?;
        key.set_box(read.into());
        Ok(TORCTL_OK)
    })
}

/// Reads the key in a file; if there is no file of this name, makes a new key and the file, in one step
/// and for its owner alone (mode 0600). A file that belongs to another user, or that others may read or
/// write, is refused with TORCTL_ERR_SYSTEM; the message has its owner or its mode.
///
/// Sets `*key` to a key that the caller frees with torctl_onion_key_free().
///
/// # Safety
/// The path is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_onion_key_keep(
    path: *const c_char,
    key: Option<&mut MaybeUninit<*mut torctl_onion_key>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let key = Out::object(key);
    guard(Out::object(err), || {
        let key = key.require("key")?;
        // SAFETY: passed on.
        let path = unsafe { self::path(path) }?;
        key.set_box(key_file::load_or_new(path)?.into());
        Ok(TORCTL_OK)
    })
}

/// Writes the key into a new file for its owner alone (mode 0600). A file that is there already stays as
/// it is: TORCTL_ERR_SYSTEM.
///
/// # Safety
/// The path is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_onion_key_save(
    key: Option<&torctl_onion_key>,
    path: *const c_char,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        let key = required(key, "key")?;
        // SAFETY: passed on.
        key_file::save(unsafe { self::path(path) }?, &key.key.text())?;
        Ok(TORCTL_OK)
    })
}

/// The address of the service with this key, with ".onion".
///
/// Returns a string that lives in the key.
#[no_mangle]
pub extern "C" fn torctl_onion_key_address(key: Option<&torctl_onion_key>) -> *const c_char {
    key.map_or(empty(), |key| key.address.as_ptr())
}

/// The key as torctl_onion_options_set_key() takes it.
///
/// Returns a string that lives in the key and is wiped with it.
#[no_mangle]
pub extern "C" fn torctl_onion_key_text(key: Option<&torctl_onion_key>) -> *const c_char {
    key.map_or(empty(), |key| key.text.as_ptr().cast())
}

/// Frees the key. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_onion_key_free(key: Option<Box<torctl_onion_key>>) {
    guard_or((), || drop(key));
}

/// Checks the address of an onion service, with or without ".onion": its length, letters, version and
/// checksum.
///
/// Writes the service's public key of 32 bytes to `public_key` if that is not NULL. Returns
/// TORCTL_ERR_INVALID if it is no address; the message says what is wrong with it.
///
/// # Safety
/// The address is NULL or a string; `public_key` has room for 32 bytes.
#[no_mangle]
pub unsafe extern "C" fn torctl_onion_address_check(
    address: *const c_char,
    public_key: *mut u8,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let address = parse_address(unsafe { bytes(address, "address") }?)?;
        if !public_key.is_null() {
            // SAFETY: by this function's contract there is room.
            unsafe { put(address.public_key(), public_key) };
        }
        Ok(TORCTL_OK)
    })
}

/// Writes the address of the service with a public key of 32 bytes, with ".onion" and a NUL, to
/// `address`, which has room for TORCTL_ONION_ADDRESS_SIZE bytes.
///
/// # Safety
/// `public_key` has 32 bytes, `address` that much room.
#[no_mangle]
pub unsafe extern "C" fn torctl_onion_address_from_key(
    public_key: *const u8,
    address: *mut c_char,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        if address.is_null() {
            return Err(null("address"));
        }
        // SAFETY: passed on.
        let key = unsafe { memory(public_key.cast(), 32, "public_key") }?.unwrap_or_default();
        let key = <&[u8; 32]>::try_from(key).map_err(|_| null("public_key"))?;
        let text = format!("{}.onion\0", OnionAddress::from_public_key(key));
        // SAFETY: by this function's contract there is room.
        unsafe { put(text.as_bytes(), address.cast()) };
        Ok(TORCTL_OK)
    })
}

fn parse_address(address: &[u8]) -> Result<OnionAddress, Error> {
    OnionAddress::parse(address).map_err(|error| Error::Invalid(format!("address {error}")))
}

/// # Safety
/// There is room for the bytes.
unsafe fn put(bytes: &[u8], to: *mut u8) {
    // SAFETY: by this function's contract; the program's memory does not overlap ours.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) };
}

/// The pair of x25519 keys by which an onion service knows a client. Freed by torctl_client_key_free(),
/// which wipes it. Two threads may read it at once. tor is not needed for it.
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

/// Makes a new pair of keys.
///
/// Sets `*key` to a pair that the caller frees with torctl_client_key_free().
#[no_mangle]
pub extern "C" fn torctl_client_key_new(
    key: Option<&mut MaybeUninit<*mut torctl_client_key>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let key = Out::object(key);
    guard(Out::object(err), || {
        let key = key.require("key")?;
        key.set_box(key_file::new_client_key()?.into());
        Ok(TORCTL_OK)
    })
}

/// Reads a private key, from which the public one follows: base32 or base64, alone or as
/// ONION_CLIENT_AUTH_ADD and tor's files have it.
///
/// Sets `*key` to a pair that the caller frees with torctl_client_key_free(). Returns
/// TORCTL_ERR_INVALID if it is none.
///
/// # Safety
/// The key is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_client_key_read(
    private_key: *const c_char,
    key: Option<&mut MaybeUninit<*mut torctl_client_key>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let key = Out::object(key);
    guard(Out::object(err), || {
        let key = key.require("key")?;
        // SAFETY: passed on.
        let text = unsafe { bytes(private_key, "private_key") }?;
        let read = ClientKey::parse(text).ok_or_else(|| {
            Error::Invalid("private_key is not an x25519 key: 32 bytes in base32 or base64".into())
        })?;
        key.set_box(read.into());
        Ok(TORCTL_OK)
    })
}

/// The public key in base32, for the service: torctl_onion_options_add_client().
///
/// Returns a string that lives in the pair.
#[no_mangle]
pub extern "C" fn torctl_client_key_public(key: Option<&torctl_client_key>) -> *const c_char {
    key.map_or(empty(), |key| key.public.as_ptr())
}

/// The private key in base32, for the client: torctl_onion_client_auth_add().
///
/// Returns a string that lives in the pair and is wiped with it.
#[no_mangle]
pub extern "C" fn torctl_client_key_private(key: Option<&torctl_client_key>) -> *const c_char {
    key.map_or(empty(), |key| key.private.as_ptr().cast())
}

/// The text of a file NAME.auth, which lets the client in when it stands in the directory
/// authorized_clients of a service of tor's torrc: "descriptor:x25519:" and the public key.
///
/// Returns a string that lives in the pair.
#[no_mangle]
pub extern "C" fn torctl_client_key_auth(key: Option<&torctl_client_key>) -> *const c_char {
    key.map_or(empty(), |key| key.auth.as_ptr())
}

/// Writes the text of a file NAME.auth_private, for the client's ClientOnionAuthDir, and a NUL to `text`,
/// which has room for TORCTL_AUTH_PRIVATE_SIZE bytes: the service's address without ".onion",
/// ":descriptor:x25519:" and the private key.
///
/// # Safety
/// The address is NULL or a string, `text` has that much room.
#[no_mangle]
pub unsafe extern "C" fn torctl_client_key_auth_private(
    key: Option<&torctl_client_key>,
    address: *const c_char,
    text: *mut c_char,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        let key = required(key, "key")?;
        // SAFETY: passed on.
        let address = parse_address(unsafe { bytes(address, "address") }?)?;
        if text.is_null() {
            return Err(null("text"));
        }
        let line = with_nul(&key.key.auth_private_text(&address));
        // SAFETY: by this function's contract there is room.
        unsafe { put(&line, text.cast()) };
        Ok(TORCTL_OK)
    })
}

/// Frees the pair. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_client_key_free(key: Option<Box<torctl_client_key>>) {
    guard_or((), || drop(key));
}
