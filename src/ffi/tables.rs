//! Guards, mappings, options and the exit policy

use std::ffi::{c_char, c_int, CString};
use std::mem::MaybeUninit;

use super::args::{bytes, c_string, empty, optional_bytes, share, share_call, Out};
use super::error::torctl_error;
use super::guard::{guard, guard_named, guard_or};
use super::status::*;
use crate::api::exit_policy::{self, ExitPolicy};
use crate::api::question::{self, ConfigOption};
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::Error;
use crate::proto::info::{EntryGuard, GuardState, Mapping};

/// It was reached when tor last tried.
pub const TORCTL_ENTRY_GUARD_UP: i32 = 1;
/// It was not.
pub const TORCTL_ENTRY_GUARD_DOWN: i32 = 2;
/// tor has not tried yet.
pub const TORCTL_ENTRY_GUARD_NEVER_CONNECTED: i32 = 3;
/// It cannot be used under the present options.
pub const TORCTL_ENTRY_GUARD_UNUSABLE: i32 = 4;
/// The consensus does not have it.
pub const TORCTL_ENTRY_GUARD_UNLISTED: i32 = 5;

/// The entry guards that tor has chosen. Freed by torctl_guards_free(). Outlives the controller; two threads
/// may read it at once. An index that is too large gives 0 or "", as NULL does.
pub struct torctl_guards {
    items: Vec<Guard>,
}

struct Guard {
    fingerprint: CString,
    nickname: CString,
    state: i32,
    since_us: i64,
}

impl From<EntryGuard> for Guard {
    fn from(guard: EntryGuard) -> Guard {
        Guard {
            fingerprint: c_string(&guard.fingerprint),
            nickname: c_string(&guard.nickname),
            state: match guard.state {
                GuardState::Up => TORCTL_ENTRY_GUARD_UP,
                GuardState::Down => TORCTL_ENTRY_GUARD_DOWN,
                GuardState::NeverConnected => TORCTL_ENTRY_GUARD_NEVER_CONNECTED,
                GuardState::Unusable => TORCTL_ENTRY_GUARD_UNUSABLE,
                GuardState::Unlisted => TORCTL_ENTRY_GUARD_UNLISTED,
                GuardState::Other(_) => 0,
            },
            since_us: guard.since_us.unwrap_or(0),
        }
    }
}

/// Asks for the entry guards, by GETINFO entry-guards.
///
/// Sets `*guards` to an object that the caller frees with torctl_guards_free().
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_guards(
    controller: *mut Controller,
    call: *mut Call,
    guards: Option<&mut MaybeUninit<*mut torctl_guards>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let place = Out::object(guards);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let place = place.require("guards")?;
        let guards = question::guards(&controller, &call)?;
        place.set_box(torctl_guards {
            items: guards.into_iter().map(Guard::from).collect(),
        });
        Ok(TORCTL_OK)
    })
}

fn entry_guard(guards: Option<&torctl_guards>, index: usize) -> Option<&Guard> {
    guards?.items.get(index)
}

/// How many there are.
#[no_mangle]
pub extern "C" fn torctl_guards_count(guards: Option<&torctl_guards>) -> usize {
    guards.map_or(0, |guards| guards.items.len())
}

/// The fingerprint of a guard, 40 hex digits.
///
/// Returns a string that lives in the object.
#[no_mangle]
pub extern "C" fn torctl_guards_fingerprint(
    guards: Option<&torctl_guards>,
    index: usize,
) -> *const c_char {
    entry_guard(guards, index).map_or(empty(), |guard| guard.fingerprint.as_ptr())
}

/// The nickname of a guard, "" if tor does not know it.
///
/// Returns a string that lives in the object.
#[no_mangle]
pub extern "C" fn torctl_guards_nickname(
    guards: Option<&torctl_guards>,
    index: usize,
) -> *const c_char {
    entry_guard(guards, index).map_or(empty(), |guard| guard.nickname.as_ptr())
}

/// What tor knows of a guard: one of the TORCTL_ENTRY_GUARD constants, or 0 for a word that this version
/// does not know.
#[no_mangle]
pub extern "C" fn torctl_guards_state(guards: Option<&torctl_guards>, index: usize) -> i32 {
    entry_guard(guards, index).map_or(0, |guard| guard.state)
}

/// Since when it is so, in microseconds since 1970, UTC; 0 if tor does not say.
#[no_mangle]
pub extern "C" fn torctl_guards_since_unix_us(guards: Option<&torctl_guards>, index: usize) -> i64 {
    entry_guard(guards, index).map_or(0, |guard| guard.since_us)
}

/// Frees the guards. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_guards_free(guards: Option<Box<torctl_guards>>) {
    guard_or((), || drop(guards));
}

/// Addresses that stand for others. Freed by torctl_mappings_free(). Outlives the controller; two threads may
/// read it at once. An index that is too large gives 0 or "", as NULL does.
pub struct torctl_mappings {
    items: Vec<(CString, CString, Option<i64>)>,
}

/// Asks which addresses stand for others, by GETINFO address-mappings. `kind` is "all", "config" (of the
/// torrc), "cache" (looked up) or "control" (of torctl_map_address()).
///
/// Sets `*mappings` to an object that the caller frees with torctl_mappings_free().
///
/// # Safety
/// The handles are NULL or living, the kind is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_mappings(
    controller: *mut Controller,
    kind: *const c_char,
    call: *mut Call,
    mappings: Option<&mut MaybeUninit<*mut torctl_mappings>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let place = Out::object(mappings);
    guard_named(Out::object(err), &[("keys[0]", "kind")], || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        // SAFETY: passed on.
        let kind = std::str::from_utf8(unsafe { bytes(kind, "kind") }?);
        let kind = kind.map_err(|_| Error::Invalid("kind is not text".to_string()))?;
        let place = place.require("mappings")?;
        let mappings = question::mappings(&controller, kind, &call)?;
        let item = |it: Mapping| (c_string(&it.from), c_string(&it.to), it.expires_us);
        place.set_box(torctl_mappings {
            items: mappings.into_iter().map(item).collect(),
        });
        Ok(TORCTL_OK)
    })
}

/// How many there are.
#[no_mangle]
pub extern "C" fn torctl_mappings_count(mappings: Option<&torctl_mappings>) -> usize {
    mappings.map_or(0, |mappings| mappings.items.len())
}

/// The address that programs use.
///
/// Returns a string that lives in the object.
#[no_mangle]
pub extern "C" fn torctl_mappings_from(
    mappings: Option<&torctl_mappings>,
    index: usize,
) -> *const c_char {
    let mapping = mappings.and_then(|mappings| mappings.items.get(index));
    mapping.map_or(empty(), |mapping| mapping.0.as_ptr())
}

/// The address that tor uses for it.
///
/// Returns a string that lives in the object.
#[no_mangle]
pub extern "C" fn torctl_mappings_to(
    mappings: Option<&torctl_mappings>,
    index: usize,
) -> *const c_char {
    let mapping = mappings.and_then(|mappings| mappings.items.get(index));
    mapping.map_or(empty(), |mapping| mapping.1.as_ptr())
}

/// When that ends, in microseconds since 1970, UTC; 0 for never.
#[no_mangle]
pub extern "C" fn torctl_mappings_expires_unix_us(
    mappings: Option<&torctl_mappings>,
    index: usize,
) -> i64 {
    let mapping = mappings.and_then(|mappings| mappings.items.get(index));
    mapping.and_then(|mapping| mapping.2).unwrap_or(0)
}

/// Frees the mappings. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_mappings_free(mappings: Option<Box<torctl_mappings>>) {
    guard_or((), || drop(mappings));
}

/// The options that tor has, whether set or not. Freed by torctl_config_options_free(). Outlives the
/// controller; two threads may read it at once. An index that is too large gives 0 or "", as NULL does.
pub struct torctl_config_options {
    items: Vec<OptionTexts>,
}

struct OptionTexts {
    name: CString,
    kind: CString,
    defaults: Vec<CString>,
}

impl From<ConfigOption> for OptionTexts {
    fn from(option: ConfigOption) -> OptionTexts {
        OptionTexts {
            name: c_string(&option.name),
            kind: c_string(&option.kind),
            defaults: option.defaults.iter().map(|it| c_string(it)).collect(),
        }
    }
}

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
        place.set_box(torctl_config_options {
            items: options.into_iter().map(OptionTexts::from).collect(),
        });
        Ok(TORCTL_OK)
    })
}

fn option(options: Option<&torctl_config_options>, index: usize) -> Option<&OptionTexts> {
    options?.items.get(index)
}

/// How many there are.
#[no_mangle]
pub extern "C" fn torctl_config_options_count(options: Option<&torctl_config_options>) -> usize {
    options.map_or(0, |options| options.items.len())
}

/// The name of an option.
///
/// Returns a string that lives in the object.
#[no_mangle]
pub extern "C" fn torctl_config_options_name(
    options: Option<&torctl_config_options>,
    index: usize,
) -> *const c_char {
    option(options, index).map_or(empty(), |option| option.name.as_ptr())
}

/// tor's word for the type of an option, as "Boolean", "DataSize", "LineList" or "Dependent", which is an
/// option of a service.
///
/// Returns a string that lives in the object.
#[no_mangle]
pub extern "C" fn torctl_config_options_type(
    options: Option<&torctl_config_options>,
    index: usize,
) -> *const c_char {
    option(options, index).map_or(empty(), |option| option.kind.as_ptr())
}

/// How many values an option has if nobody sets it.
#[no_mangle]
pub extern "C" fn torctl_config_options_default_count(
    options: Option<&torctl_config_options>,
    index: usize,
) -> usize {
    option(options, index).map_or(0, |option| option.defaults.len())
}

/// One of these values.
///
/// Returns a string that lives in the object.
#[no_mangle]
pub extern "C" fn torctl_config_options_default(
    options: Option<&torctl_config_options>,
    index: usize,
    value: usize,
) -> *const c_char {
    let default = option(options, index).and_then(|option| option.defaults.get(value));
    default.map_or(empty(), |default| default.as_ptr())
}

/// Frees the options. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_config_options_free(options: Option<Box<torctl_config_options>>) {
    guard_or((), || drop(options));
}

/// Where tor, as a relay, lets streams out. Freed by torctl_exit_policy_free(). Outlives the controller; two
/// threads may read it at once.
pub struct torctl_exit_policy {
    policy: ExitPolicy,
    rules: Vec<CString>,
    summary: CString,
}

/// Asks for tor's own exit policy, by GETINFO exit-policy/full.
///
/// Sets `*policy` to an object that the caller frees with torctl_exit_policy_free(). A tor that is no relay
/// gives TORCTL_ERR_REJECTED.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_exit_policy(
    controller: *mut Controller,
    call: *mut Call,
    policy: Option<&mut MaybeUninit<*mut torctl_exit_policy>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let place = Out::object(policy);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let place = place.require("policy")?;
        let policy = exit_policy::exit_policy(&controller, &call)?;
        place.set_box(torctl_exit_policy {
            rules: policy.rules().map(c_string).collect(),
            summary: c_string(policy.summary().as_bytes()),
            policy,
        });
        Ok(TORCTL_OK)
    })
}

/// Whether streams to an IPv4 or IPv6 address and a port are let out. NULL for `address` asks whether they
/// are for some address. 0 for what is no address, for the port 0, and behind a reject that cannot be read.
///
/// # Safety
/// The address is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_exit_policy_allows(
    policy: Option<&torctl_exit_policy>,
    address: *const c_char,
    port: u16,
) -> c_int {
    guard_or(0, || {
        let Some(policy) = policy else { return 0 };
        // SAFETY: passed on.
        let address = match unsafe { optional_bytes(address) } {
            None => None,
            Some(text) => match crate::proto::dir::text::address(text) {
                None => return 0,
                some => some,
            },
        };
        c_int::from(policy.policy.allows(address, port))
    })
}

/// The ports to which some IPv4 address can be reached, in short: "accept 80,443" or "reject 25,6881-6999".
///
/// Returns a string that lives in the object.
#[no_mangle]
pub extern "C" fn torctl_exit_policy_summary(policy: Option<&torctl_exit_policy>) -> *const c_char {
    policy.map_or(empty(), |policy| policy.summary.as_ptr())
}

/// How many rules there are.
#[no_mangle]
pub extern "C" fn torctl_exit_policy_rule_count(policy: Option<&torctl_exit_policy>) -> usize {
    policy.map_or(0, |policy| policy.rules.len())
}

/// One of the rules, as "reject 10.0.0.0/8:*". The first that fits decides.
///
/// Returns a string that lives in the object.
#[no_mangle]
pub extern "C" fn torctl_exit_policy_rule(
    policy: Option<&torctl_exit_policy>,
    index: usize,
) -> *const c_char {
    let rule = policy.and_then(|policy| policy.rules.get(index));
    rule.map_or(empty(), |rule| rule.as_ptr())
}

/// Frees the policy. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_exit_policy_free(policy: Option<Box<torctl_exit_policy>>) {
    guard_or((), || drop(policy));
}
