//! What stands behind src/tables/result.rs.

use std::os::fd::{IntoRawFd, OwnedFd};

use super::begun::Opened;
use super::generated::*;
use super::onion::{torctl_onion, torctl_onions};
use super::onion_listener::torctl_onion_listener;
use super::services::torctl_services;
use super::view::torctl_view;
use crate::engine::completion::Completion;
use crate::engine::event_queue::EventQueue;
use crate::proto::reply::Reply;
use crate::proto::result::Values;

fn status_of(event: &Event) -> Option<torctl_status> {
    let error = event.completion()?.error();
    Some(error.map_or(TORCTL_OK, |error| torctl_error::from(error).status))
}

// By hand: no table has functions that make an error object which is their result.

/// The error of a call that failed, for the caller to free with torctl_error_free(); NULL if it did
/// not fail, for another event and for NULL.
#[no_mangle]
pub extern "C" fn torctl_result_error(event: Option<&Event>) -> *mut torctl_error {
    guard_or(std::ptr::null_mut(), || {
        let error = event.and_then(Event::completion).and_then(|it| it.error());
        error.map_or(std::ptr::null_mut(), |error| {
            Box::into_raw(Box::new(torctl_error::from(error)))
        })
    })
}

fn take<T: 'static>(event: &Event) -> Result<T, Error> {
    completion_of(event)?.take().map(|object| *object)
}

#[inline(never)]
fn completion_of(event: &Event) -> Result<&Completion, Error> {
    let completion = event.completion();
    let missing = || Error::Invalid("event is not of kind RESULT".to_string());
    completion.map(|it| &**it).ok_or_else(missing)
}

fn take_controller(event: &Event) -> Result<Arc<Tor>, Error> {
    let taken = take::<Opened>(event)?.take();
    taken.ok_or_else(|| Error::State("the controller was taken already".to_string()))
}

generated!("result");
