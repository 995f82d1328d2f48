//! GETCONF, SETCONF and RESETCONF.

use std::sync::Arc;

use super::logged;
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::error::{expect_ok, Error};
use crate::proto::command::conf::{self, Setting};
use crate::proto::result::Values;

/// The values of these options, in the order of tor's answer.
pub fn get_conf<N: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    names: &[N],
    call: &Arc<Call>,
) -> Result<Values, Error> {
    if names.is_empty() {
        return Ok(Values::default());
    }
    let reply = controller.request(conf::get_conf(names)?, call)?;
    Ok(Values::from_get_conf(reply)?)
}

/// Sets all of these options or none; one without a value becomes 0 or empty.
pub fn set_conf(
    controller: &Arc<Controller>,
    settings: &[Setting<'_>],
    call: &Arc<Call>,
) -> Result<(), Error> {
    logged::change(controller, &|| conf::set_conf(settings), call)
}

/// Sets an option of the library's own choice, which tor takes.
pub(super) fn set_known(
    controller: &Arc<Controller>,
    setting: Setting<'_>,
    call: &Arc<Call>,
) -> Result<(), Error> {
    expect_ok(controller.request(conf::set_conf(&[setting])?, call)?)?;
    Ok(())
}

/// Sets all of these options or none; one without a value gets its default.
pub fn reset_conf(
    controller: &Arc<Controller>,
    settings: &[Setting<'_>],
    call: &Arc<Call>,
) -> Result<(), Error> {
    logged::change(controller, &|| conf::reset_conf(settings), call)
}

/// Replaces the whole configuration by this text, as from a torrc.
pub fn load_conf(controller: &Arc<Controller>, text: &[u8], call: &Arc<Call>) -> Result<(), Error> {
    logged::change(controller, &|| conf::load_conf(text), call)
}

/// Tells tor to write its configuration into its torrc.
pub fn save_conf(controller: &Arc<Controller>, force: bool, call: &Arc<Call>) -> Result<(), Error> {
    expect_ok(controller.request(conf::save_conf(force)?, call)?)?;
    Ok(())
}
