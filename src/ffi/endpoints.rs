//! Where tor listens

use std::ffi::{c_char, CString};
use std::mem::MaybeUninit;

use super::args::{bytes, c_string, empty, share, share_call, Out};
use super::error::torctl_error;
use super::guard::{guard_named, guard_or};
use super::status::*;
use crate::api::question;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::Error;
use crate::proto::info::Listener;

/// An IPv4 address and a port.
pub const TORCTL_ENDPOINT_IPV4: i32 = 4;
/// An IPv6 address and a port.
pub const TORCTL_ENDPOINT_IPV6: i32 = 6;
/// A Unix socket.
pub const TORCTL_ENDPOINT_UNIX: i32 = 1;

/// The places where tor listens for one kind of clients. Freed by torctl_endpoints_free(). Outlives the
/// controller; two threads may read it at once. An index that is too large gives 0 or "", as NULL does.
pub struct torctl_endpoints {
    items: Vec<Endpoint>,
}

struct Endpoint {
    family: i32,
    /// The address without brackets, or the path.
    place: CString,
    port: u16,
}

impl From<Listener> for Endpoint {
    fn from(listener: Listener) -> Endpoint {
        let (family, place, port) = match listener {
            Listener::Tcp(address, port) => {
                let family = match address.is_ipv4() {
                    true => TORCTL_ENDPOINT_IPV4,
                    false => TORCTL_ENDPOINT_IPV6,
                };
                (family, address.to_string().into_bytes(), port)
            }
            Listener::Unix(path) => (TORCTL_ENDPOINT_UNIX, path, 0),
            Listener::Other(text) => (0, text, 0),
        };
        Endpoint {
            family,
            place: c_string(&place),
            port,
        }
    }
}

/// Asks where tor listens, by GETINFO net/listeners. `kind` is "socks", "control", "or", "dir", "dns",
/// "trans", "natd", "httptunnel", "extor" or "metrics".
///
/// Sets `*endpoints` to the places, which the caller frees with torctl_endpoints_free(). There may be
/// none, as with DisableNetwork: that is TORCTL_OK as well.
///
/// # Safety
/// The handles are NULL or living, the kind is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_endpoints(
    controller: *mut Controller,
    kind: *const c_char,
    call: *mut Call,
    endpoints: Option<&mut MaybeUninit<*mut torctl_endpoints>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let place = Out::object(endpoints);
    guard_named(Out::object(err), &[("keys[0]", "kind")], || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let kind = std::str::from_utf8(unsafe { bytes(kind, "kind") }?);
        let kind = kind.map_err(|_| Error::Invalid("kind is not text".to_string()))?;
        let place = place.require("endpoints")?;
        let all = question::endpoints(&controller, kind, &call)?;
        place.set_box(torctl_endpoints {
            items: all.into_iter().map(Endpoint::from).collect(),
        });
        Ok(TORCTL_OK)
    })
}

fn item(endpoints: Option<&torctl_endpoints>, index: usize) -> Option<&Endpoint> {
    endpoints?.items.get(index)
}

/// How many places there are.
#[no_mangle]
pub extern "C" fn torctl_endpoints_count(endpoints: Option<&torctl_endpoints>) -> usize {
    endpoints.map_or(0, |endpoints| endpoints.items.len())
}

/// What kind of place it is: one of the TORCTL_ENDPOINT constants, or 0 for one that this version does
/// not know.
#[no_mangle]
pub extern "C" fn torctl_endpoints_family(
    endpoints: Option<&torctl_endpoints>,
    index: usize,
) -> i32 {
    item(endpoints, index).map_or(0, |item| item.family)
}

/// The address, without brackets, of an IPv4 or IPv6 place; the path of a Unix socket; tor's own words
/// for a place of another kind.
///
/// Returns a string that lives in the object.
#[no_mangle]
pub extern "C" fn torctl_endpoints_address(
    endpoints: Option<&torctl_endpoints>,
    index: usize,
) -> *const c_char {
    item(endpoints, index).map_or(empty(), |item| item.place.as_ptr())
}

/// The port of an IPv4 or IPv6 place, otherwise 0.
#[no_mangle]
pub extern "C" fn torctl_endpoints_port(endpoints: Option<&torctl_endpoints>, index: usize) -> u16 {
    item(endpoints, index).map_or(0, |item| item.port)
}

/// Frees the places. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_endpoints_free(endpoints: Option<Box<torctl_endpoints>>) {
    guard_or((), || drop(endpoints));
}
