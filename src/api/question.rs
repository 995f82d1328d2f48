//! Questions with typed answers: GETINFO and GETCONF, read.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::conf::get_conf;
use super::info::{get_info, get_info_all, get_info_each};
use super::results::{Outcome, Results};
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::event::Event;
use crate::error::Error;
use crate::proto::info::{self, Accounting, EntryGuard, Listener, Mapping};
use crate::proto::quote;
use crate::proto::result::Values;

fn malformed(key: &str, values: &Values) -> Error {
    malformed_value(key, values.value(0).unwrap_or_default())
}

fn malformed_value(key: &str, value: &[u8]) -> Error {
    let value = quote::printable(&value[..value.len().min(100)]);
    Error::Protocol(format!("the value of {key} is \"{value}\""))
}

/// The items of the value of one key.
pub fn list<T>(
    controller: &Arc<Controller>,
    key: &str,
    call: &Arc<Call>,
    items: impl FnOnce(&[u8]) -> Vec<T>,
) -> Result<Vec<T>, Error> {
    let values = get_info(controller, &[key], call)?;
    Ok(items(values.value(0).unwrap_or_default()))
}

/// The name of a key from the program, for messages.
fn name(key: &[u8]) -> Cow<'_, str> {
    quote::printable(key)
}

/// A value that is a number.
pub fn number(controller: &Arc<Controller>, key: &[u8], call: &Arc<Call>) -> Result<u64, Error> {
    let values = get_info(controller, &[key], call)?;
    let number = info::number(values.value(0).unwrap_or_default());
    number.ok_or_else(|| malformed(&name(key), &values))
}

/// A value that is yes or no.
pub fn flag(controller: &Arc<Controller>, key: &[u8], call: &Arc<Call>) -> Result<bool, Error> {
    let values = get_info(controller, &[key], call)?;
    let flag = info::switch(values.value(0).unwrap_or_default());
    flag.ok_or_else(|| malformed(&name(key), &values))
}

/// How far tor is with bootstrapping, as a STATUS_CLIENT event.
pub fn bootstrap_phase(controller: &Arc<Controller>, call: &Arc<Call>) -> Result<Event, Error> {
    let mut events = events(controller, "status/bootstrap-phase", call)?;
    let none = || Error::Protocol("tor has no bootstrap phase".to_string());
    events.pop().ok_or_else(none)
}

/// A value whose lines say what events say, as events.
pub fn events(
    controller: &Arc<Controller>,
    key: &str,
    call: &Arc<Call>,
) -> Result<Vec<Event>, Error> {
    let (kind, word) = info::event_form(key.as_bytes())
        .ok_or_else(|| Error::Invalid(format!("the value of {key} is not like events")))?;
    let values = get_info(controller, &[key], call)?;
    let value = values.value(0).unwrap_or_default();
    let lines = info::event_lines(word, value);
    Ok(lines.map(|line| Event::of_raw(kind, line)).collect())
}

/// Where tor listens, for this kind of clients.
pub fn endpoints(
    controller: &Arc<Controller>,
    kind: &str,
    call: &Arc<Call>,
) -> Result<Vec<Listener>, Error> {
    let key = format!("net/listeners/{kind}");
    list(controller, &key, call, |value| {
        info::listeners(value).collect()
    })
}

/// Bytes that tor has read and written since it began.
pub fn traffic(controller: &Arc<Controller>, call: &Arc<Call>) -> Result<(u64, u64), Error> {
    let keys = ["traffic/read", "traffic/written"];
    let values = get_info_all(controller, &keys, call)?;
    let number = |index: usize| info::number(values.get(index)?);
    let pair = number(0).zip(number(1));
    pair.ok_or_else(|| malformed_value("traffic/read", values.first().map_or(b"", Vec::as_slice)))
}

/// Bytes read and written in each of the last seconds, the oldest first.
pub fn bandwidth_history(
    controller: &Arc<Controller>,
    call: &Arc<Call>,
) -> Result<Vec<(u64, u64)>, Error> {
    list(controller, "bw-event-cache", call, |value| {
        info::bandwidth_cache(value).collect()
    })
}

/// The entry guards.
pub fn guards(controller: &Arc<Controller>, call: &Arc<Call>) -> Result<Vec<EntryGuard>, Error> {
    list(controller, "entry-guards", call, |value| {
        info::entry_guards(value).collect()
    })
}

/// The address mappings of this kind: all, config, cache or control.
pub fn mappings(
    controller: &Arc<Controller>,
    kind: &str,
    call: &Arc<Call>,
) -> Result<Vec<Mapping>, Error> {
    let key = format!("address-mappings/{kind}");
    list(controller, &key, call, |value| {
        info::mappings(value).collect()
    })
}

/// Accounting: what there is of it.
pub fn accounting(controller: &Arc<Controller>, call: &Arc<Call>) -> Result<Accounting, Error> {
    let mut accounting = Accounting::default();
    let first = get_info(controller, &["accounting/enabled"], call)?;
    accounting.take(b"accounting/enabled", first.value(0).unwrap_or_default());
    if !accounting.is_enabled {
        return Ok(accounting);
    }
    let keys = [
        "accounting/hibernating",
        "accounting/bytes",
        "accounting/bytes-left",
        "accounting/interval-start",
        "accounting/interval-wake",
        "accounting/interval-end",
    ];
    for outcome in get_info_each(controller, &keys, call)? {
        if outcome.error().is_none() {
            accounting.take(outcome.key().bytes(), outcome.value().bytes());
        }
    }
    Ok(accounting)
}

/// tor's process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub pid: Option<u64>,
    /// Its user's number.
    pub uid: Option<u64>,
    /// Its user's name.
    pub user: Vec<u8>,
    /// The most descriptors that it may have.
    pub descriptor_limit: Option<u64>,
    /// Seconds since it began.
    pub uptime_s: Option<u64>,
    /// When that was, to the second: microseconds since 1970.
    pub started_unix_us: Option<i64>,
}

/// What is known of tor's process; some tors do not know all of it.
pub fn process(controller: &Arc<Controller>, call: &Arc<Call>) -> Result<Process, Error> {
    let keys = [
        "process/pid",
        "process/uid",
        "process/user",
        "process/descriptor-limit",
        "uptime",
    ];
    let outcomes = get_info_each(controller, &keys, call)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now_us = now.map_or(0, |now| now.as_micros() as i64);
    // tor says -1 for what it does not know.
    let number = |index: usize| info::number(outcomes[index].value().bytes());
    let uptime_s = number(4);
    let started =
        |uptime_s: u64| Some(now_us - i64::try_from(uptime_s).ok()?.checked_mul(1_000_000)?);
    Ok(Process {
        pid: number(0),
        uid: number(1),
        user: outcomes[2].value().bytes().to_vec(),
        descriptor_limit: number(3),
        uptime_s,
        started_unix_us: uptime_s.and_then(started),
    })
}

/// What an option allows. 0 means that it does not limit.
fn limit(values: &Values, name: &str) -> Option<u64> {
    let index = values.find(name.as_bytes())?;
    info::number(values.value(index)?).filter(|limit| *limit > 0)
}

/// Bytes per second that tor may use for long and for short: the least of what its options say.
pub fn effective_rate(controller: &Arc<Controller>, call: &Arc<Call>) -> Result<(u64, u64), Error> {
    let names = [
        "BandwidthRate",
        "RelayBandwidthRate",
        "BandwidthBurst",
        "RelayBandwidthBurst",
        "MaxAdvertisedBandwidth",
    ];
    let limits = match get_conf(controller, &names, call) {
        Ok(values) => names.map(|name| limit(&values, name)),
        // Each may be allowed by itself.
        Err(Error::Rejected {
            is_filtered: true, ..
        }) => {
            let mut limits = [None; 5];
            for (limit_of, name) in limits.iter_mut().zip(names) {
                *limit_of = limit(&get_conf(controller, &[name], call)?, name);
            }
            limits
        }
        Err(error) => return Err(error),
    };
    let option = |name: &str| {
        let index = names.iter().position(|other| *other == name)?;
        limits[index]
    };
    let least = |names: [&str; 3]| names.iter().filter_map(|name| option(name)).min();
    let rate = least([
        "BandwidthRate",
        "RelayBandwidthRate",
        "MaxAdvertisedBandwidth",
    ]);
    let burst = least([
        "BandwidthBurst",
        "RelayBandwidthBurst",
        "MaxAdvertisedBandwidth",
    ]);
    Ok((rate.unwrap_or(0), burst.unwrap_or(0)))
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
pub fn config_options(
    controller: &Arc<Controller>,
    call: &Arc<Call>,
) -> Result<Vec<ConfigOption>, Error> {
    let keys = ["config/names", "config/defaults"];
    let values = get_info_all(controller, &keys, call)?;
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
pub fn changed_options(controller: &Arc<Controller>, call: &Arc<Call>) -> Result<Values, Error> {
    let values = get_info(controller, &["config-text"], call)?;
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

/// The countries of addresses, as far as tor knows them.
pub fn countries<A: AsRef<[u8]>>(
    controller: &Arc<Controller>,
    addresses: &[A],
    call: &Arc<Call>,
) -> Result<Results, Error> {
    let key = |address: &A| [b"ip-to-country/", address.as_ref()].concat();
    let keys: Vec<Vec<u8>> = addresses.iter().map(key).collect();
    let outcomes = get_info_each(controller, &keys, call)?;
    let outcomes = addresses.iter().zip(outcomes);
    Ok(outcomes
        .map(|(address, outcome)| {
            let value = match outcome.error() {
                None => Ok(outcome.value().bytes()),
                Some(error) => Err(error.clone()),
            };
            Outcome::new(address.as_ref(), value)
        })
        .collect())
}
