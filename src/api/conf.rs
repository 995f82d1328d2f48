//! GETCONF, SETCONF and RESETCONF, and the options that tor has.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::info::{get_info, get_info_all};
use super::logged;
use crate::engine::controller::Controller;
use crate::engine::operation::Operation;
use crate::error::{expect_ok, Error};
use crate::proto::command::conf::{self, Setting};
use crate::proto::info;
use crate::proto::quote;
use crate::proto::result::Values;

/// The values of these options, in the order of tor's answer.
pub async fn get_conf<N: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    names: &[N],
    call: &Operation,
) -> Result<Values, Error> {
    if names.is_empty() {
        return Ok(Values::default());
    }
    let reply = controller.ask(conf::get_conf(names)?, call).await?;
    Ok(Values::from_get_conf(reply)?)
}

/// Sets all of these options or none; one without a value becomes 0 or empty.
pub async fn set_conf(
    controller: &Arc<Controller>,
    settings: &[Setting<'_>],
    call: &Operation,
) -> Result<(), Error> {
    let (mark, command) = (controller.setup_mark(), || conf::set_conf(settings));
    logged::change(controller, &command, call).await?;
    controller
        .forget_conf(Some(&names(settings)), mark, &command, call)
        .await;
    Ok(())
}

/// The same, and again on each tor that the controller reconnects to.
pub async fn keep_conf(
    controller: &Arc<Controller>,
    settings: &[Setting<'_>],
    call: &Operation,
) -> Result<(), Error> {
    let mark = controller.setup_mark();
    logged::change(controller, &|| conf::set_conf(settings), call).await?;
    controller.keep_conf(settings, mark, call).await;
    Ok(())
}

fn names<'a>(settings: &[Setting<'a>]) -> Vec<&'a [u8]> {
    settings.iter().map(|(name, _)| *name).collect()
}

/// Sets an option of the library's own choice, which tor takes.
pub(super) async fn set_known(
    controller: &Arc<Controller>,
    setting: Setting<'_>,
    call: &Operation,
) -> Result<(), Error> {
    expect_ok(controller.ask(conf::set_conf(&[setting])?, call).await?)?;
    Ok(())
}

/// Sets all of these options or none; one without a value gets its default.
pub async fn reset_conf(
    controller: &Arc<Controller>,
    settings: &[Setting<'_>],
    call: &Operation,
) -> Result<(), Error> {
    let (mark, command) = (controller.setup_mark(), || conf::reset_conf(settings));
    logged::change(controller, &command, call).await?;
    controller
        .forget_conf(Some(&names(settings)), mark, &command, call)
        .await;
    Ok(())
}

/// Replaces the whole configuration by this text, as from a torrc.
pub async fn load_conf(
    controller: &Arc<Controller>,
    text: &[u8],
    call: &Operation,
) -> Result<(), Error> {
    let (mark, command) = (controller.setup_mark(), || conf::load_conf(text));
    logged::change(controller, &command, call).await?;
    controller.forget_conf(None, mark, &command, call).await;
    Ok(())
}

/// Tells tor to write its configuration into its torrc.
pub async fn save_conf(
    controller: &Arc<Controller>,
    force: bool,
    call: &Operation,
) -> Result<(), Error> {
    expect_ok(controller.ask(conf::save_conf(force)?, call).await?)?;
    Ok(())
}

/// An option that tor has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigOption {
    /// Its name.
    pub name: Vec<u8>,
    /// tor's word for the type of its value.
    pub kind: Vec<u8>,
    /// Its values if nobody sets it.
    pub defaults: Vec<Vec<u8>>,
}

/// All options that tor has.
pub async fn config_options(
    controller: &Arc<Controller>,
    call: &Operation,
) -> Result<Vec<ConfigOption>, Error> {
    let keys = ["config/names", "config/defaults"];
    let values = get_info_all(controller, &keys, call).await?;
    let value = |index: usize| values.get(index).map_or(&b""[..], Vec::as_slice);
    let mut options: Vec<ConfigOption> = info::config_names(value(0))
        .map(|(name, kind)| ConfigOption {
            name: name.to_vec(),
            kind: kind.to_vec(),
            defaults: Vec::new(),
        })
        .collect();
    let mut by_name = HashMap::new();
    for (index, option) in options.iter().enumerate() {
        by_name.entry(option.name.clone()).or_insert(index);
    }
    for (name, default) in info::config_defaults(value(1)) {
        if let Some(index) = by_name.get(name) {
            options[*index].defaults.push(default);
        }
    }
    Ok(options)
}

/// The options that are not at their defaults, in the order of the torrc that would say so.
pub async fn changed_options(
    controller: &Arc<Controller>,
    call: &Operation,
) -> Result<Values, Error> {
    let values = get_info(controller, &["config-text"], call).await?;
    let text = values.value(0).unwrap_or_default();
    let lines = text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let options = lines.map(|line| {
        let end = memchr::memchr(b' ', line).unwrap_or(line.len());
        let value = line.get(end + 1..);
        let unquoted = value.and_then(quote::unquote);
        let unquoted = unquoted.filter(|(_, size)| Some(*size) == value.map(<[u8]>::len));
        let unquoted = unquoted.map(|(unquoted, _)| Cow::Owned(unquoted));
        (&line[..end], unquoted.or(value.map(Cow::Borrowed)))
    });
    Ok(Values::from_pairs(options))
}
