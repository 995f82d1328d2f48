//! Router status entries in events.
//!
//! By hand: no other kind of document comes in events as it is.

use std::cell::Cell;
use std::ffi::{c_char, c_void};
use std::mem::MaybeUninit;

use super::args::{null, required, Out};
use super::document::list_of;
use super::documents::torctl_router_fn;
use super::error::torctl_error;
use super::guard::guard;
use super::status::*;
use crate::dir::{flag_name, RouterReader, Routers, WireData};
use crate::engine::event::Event;
use crate::error::Error;
use crate::proto::event::{append_data, Kind};

/// Reads all the router status entries of a TORCTL_EVENT_NS or TORCTL_EVENT_NEWCONSENSUS; another
/// kind of event gives TORCTL_ERR_INVALID.
///
/// Sets `*out` to a list that the caller frees with torctl_routers_free(), before or after the
/// event.
#[no_mangle]
pub extern "C" fn torctl_routers_from_event(
    event: Option<&Event>,
    out: Option<&mut MaybeUninit<*mut Routers>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let out = Out::object(out);
    guard(Out::object(err), || {
        out.check("out")?;
        let mut text = Vec::new();
        append_data(event_message(event)?, &mut text);
        out.set_box(list_of(text)?);
        Ok(TORCTL_OK)
    })
}

/// The bytes of an event that has entries.
fn event_message(event: Option<&Event>) -> Result<&[u8], Error> {
    let event = required(event, "event")?;
    match event.kind() {
        Kind::Ns | Kind::NewConsensus => Ok(event.raw()),
        _ => Err(Error::Invalid(
            "event has no router status entries".to_string(),
        )),
    }
}

/// Calls `each` for each router status entry of a TORCTL_EVENT_NS or TORCTL_EVENT_NEWCONSENSUS, as
/// torctl_routers_walk() does; another kind of event gives TORCTL_ERR_INVALID.
///
/// # Safety
/// The function takes `user_data`.
#[no_mangle]
pub unsafe extern "C" fn torctl_routers_walk_event(
    event: Option<&Event>,
    each: torctl_router_fn,
    user_data: *mut c_void,
    count: Option<&mut MaybeUninit<usize>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let count = Out::new(count, 0);
    guard(Out::object(err), || {
        let each = each.ok_or_else(|| null("each"))?;
        let mut data = WireData::of(event_message(event)?);
        // These events often have one entry: making room for it anew would take as long as
        // reading it.
        let mut reader = SPARE
            .try_with(Cell::take)
            .ok()
            .flatten()
            .unwrap_or_default();
        let mut shown = 0;
        'pieces: while reader.push_from(&mut data) {
            while let Some(router) = reader.next() {
                shown += 1;
                // SAFETY: by the header the function takes this pointer, and the object until it
                // returns.
                if unsafe { each(router, user_data) } != 0 {
                    break 'pieces;
                }
            }
        }
        count.set(shown);
        reader.restart();
        if reader.capacity_bytes() <= KEEP_BYTES {
            let _ = SPARE.try_with(|spare| spare.set(Some(reader)));
        }
        Ok(TORCTL_OK)
    })
}

thread_local! {
    /// The reader that the last walk through an event of this thread left.
    static SPARE: Cell<Option<Box<RouterReader>>> = const { Cell::new(None) };
}

/// A larger one is not kept.
const KEEP_BYTES: usize = 32 << 10;

/// tor's word for one of the TORCTL_FLAG constants; "" for anything else. The string is static.
#[no_mangle]
pub extern "C" fn torctl_flag_name(flag: u64) -> *const c_char {
    flag_name(flag).as_ptr()
}
