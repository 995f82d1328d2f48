//! The options that tor has

use std::mem::MaybeUninit;

use super::answers::torctl_config_options;
use super::args::{share, share_call, Out};
use super::error::torctl_error;
use super::guard::guard;
use super::status::*;
use crate::api::question;
use crate::engine::call::Call;
use crate::engine::controller::Controller;

/// Asks which options tor has, of which types and with which defaults, by GETINFO config/names and
/// config/defaults.
///
/// Sets `*options` to an object that the caller frees with torctl_config_options_free().
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_config_options(
    controller: *mut Controller,
    call: *mut Call,
    options: Option<&mut MaybeUninit<*mut torctl_config_options>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let place = Out::object(options);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let place = place.require("options")?;
        let options = question::config_options(&controller, &call)?;
        place.set_box(options.into());
        Ok(TORCTL_OK)
    })
}
