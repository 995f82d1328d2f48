//! Onion services that ask for a key
//!
//! A service may let in only clients whose keys it knows. These requests give tor, as the client, the
//! private key for such a service.

use std::ffi::{c_char, c_int, CString};
use std::mem::MaybeUninit;

use zeroize::Zeroizing;

use super::args::{bytes, empty, optional_bytes, share, share_call, Out};
use super::error::torctl_error;
use super::guard::{guard, guard_or};
use super::status::*;
use crate::api::client_auth;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::Error;
use crate::proto::result::{ClientAuth, ClientAuthAdded};

/// tor had no key for the service.
pub const TORCTL_CLIENT_AUTH_NEW: i32 = 1;
/// The key took the place of another.
pub const TORCTL_CLIENT_AUTH_REPLACED: i32 = 2;
/// The key opened a descriptor that tor had already.
pub const TORCTL_CLIENT_AUTH_DECRYPTED: i32 = 3;

/// Gives tor the private x25519 key for a service, by ONION_CLIENT_AUTH_ADD.
///
/// `private_key` is in base32 or base64, alone or as tor's files have it. `name`, if not NULL, is a
/// name for people, of 1 to 16 bytes without blanks. With `permanent` not 0 tor keeps the key in its
/// ClientOnionAuthDir. Sets `*outcome`, if not NULL, to one of the TORCTL_CLIENT_AUTH constants.
///
/// # Safety
/// The handles are NULL or living, the others NULL or strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_onion_client_auth_add(
    controller: *mut Controller,
    address: *const c_char,
    private_key: *const c_char,
    name: *const c_char,
    permanent: c_int,
    call: *mut Call,
    outcome: Option<&mut MaybeUninit<i32>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let outcome = Out::new(outcome, 0);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let address = unsafe { bytes(address, "address") }?;
        // SAFETY: passed on.
        let key = unsafe { bytes(private_key, "private_key") }?;
        // SAFETY: passed on.
        let name = unsafe { optional_bytes(name) };
        let added = client_auth::add(&controller, address, key, name, permanent != 0, &call)?;
        outcome.set(match added {
            ClientAuthAdded::New => TORCTL_CLIENT_AUTH_NEW,
            ClientAuthAdded::Replaced => TORCTL_CLIENT_AUTH_REPLACED,
            ClientAuthAdded::Decrypted => TORCTL_CLIENT_AUTH_DECRYPTED,
        });
        Ok(TORCTL_OK)
    })
}

/// Has tor forget the key for a service, by ONION_CLIENT_AUTH_REMOVE; a permanent one's file goes, too.
///
/// Returns TORCTL_ERR_NOT_FOUND if tor had none.
///
/// # Safety
/// The handles are NULL or living, the address is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_onion_client_auth_remove(
    controller: *mut Controller,
    address: *const c_char,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let address = unsafe { bytes(address, "address") }?;
        match client_auth::remove(&controller, address, &call)? {
            true => Ok(TORCTL_OK),
            false => Err(Error::NotFound("tor has no key for this service".into())),
        }
    })
}

/// Lists the keys that tor has, by ONION_CLIENT_AUTH_VIEW; for one service, or for all if `address` is
/// NULL.
///
/// Sets `*auths` to an object that the caller frees with torctl_client_auths_free().
///
/// # Safety
/// The handles are NULL or living, the address is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_onion_client_auth_view(
    controller: *mut Controller,
    address: *const c_char,
    call: *mut Call,
    auths: Option<&mut MaybeUninit<*mut torctl_client_auths>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let auths = Out::object(auths);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let address = unsafe { optional_bytes(address) };
        let auths = auths.require("auths")?;
        let all = client_auth::view(&controller, address, &call)?;
        auths.set_box(torctl_client_auths {
            items: all.into_iter().map(Item::from).collect(),
        });
        Ok(TORCTL_OK)
    })
}

/// Keys for services. Freed by torctl_client_auths_free(), which wipes them. Outlives the controller; two
/// threads may read it at once. An index that is too large gives 0 or "", as NULL does.
pub struct torctl_client_auths {
    items: Vec<Item>,
}

struct Item {
    address: CString,
    // With a NUL behind it.
    key: Zeroizing<Vec<u8>>,
    name: CString,
    is_permanent: bool,
}

impl From<ClientAuth> for Item {
    fn from(auth: ClientAuth) -> Item {
        let mut key = Zeroizing::new(Vec::with_capacity(auth.key.len() + 1));
        key.extend_from_slice(auth.key.as_bytes());
        key.push(0);
        Item {
            address: CString::new(format!("{}.onion", auth.address)).unwrap_or_default(),
            key,
            name: CString::new(auth.name).unwrap_or_default(),
            is_permanent: auth.permanent,
        }
    }
}

fn item(auths: Option<&torctl_client_auths>, index: usize) -> Option<&Item> {
    auths?.items.get(index)
}

/// How many there are.
#[no_mangle]
pub extern "C" fn torctl_client_auths_count(auths: Option<&torctl_client_auths>) -> usize {
    auths.map_or(0, |auths| auths.items.len())
}

/// The address of the service, with ".onion".
///
/// Returns a string that lives in the object.
#[no_mangle]
pub extern "C" fn torctl_client_auths_address(
    auths: Option<&torctl_client_auths>,
    index: usize,
) -> *const c_char {
    item(auths, index).map_or(empty(), |item| item.address.as_ptr())
}

/// The private key for it, as "x25519:" and base64.
///
/// Returns a string that lives in the object and is wiped with it.
#[no_mangle]
pub extern "C" fn torctl_client_auths_key(
    auths: Option<&torctl_client_auths>,
    index: usize,
) -> *const c_char {
    item(auths, index).map_or(empty(), |item| item.key.as_ptr().cast())
}

/// The name that it was given, or "".
///
/// Returns a string that lives in the object.
#[no_mangle]
pub extern "C" fn torctl_client_auths_name(
    auths: Option<&torctl_client_auths>,
    index: usize,
) -> *const c_char {
    item(auths, index).map_or(empty(), |item| item.name.as_ptr())
}

/// Whether tor keeps it in its ClientOnionAuthDir.
#[no_mangle]
pub extern "C" fn torctl_client_auths_is_permanent(
    auths: Option<&torctl_client_auths>,
    index: usize,
) -> c_int {
    c_int::from(item(auths, index).is_some_and(|item| item.is_permanent))
}

/// Frees the object. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_client_auths_free(auths: Option<Box<torctl_client_auths>>) {
    guard_or((), || drop(auths));
}
