//! Onion services of tor's configuration
//!
//! Services that tor runs from directories, each a HiddenServiceDir with the options behind it. They are
//! read all together, changed in memory, and set all together, so that nothing of the others is lost.

use std::ffi::{c_char, CString, OsStr};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::args::{bytes, empty, null, optional_bytes, required, share, share_call, Out};
use super::chosen::{choose, Choice, Chosen, Look, Setter};
use super::error::torctl_error;
use super::guard::{guard, guard_or};
use super::status::*;
use crate::api::services::{self, Service};
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::engine::error::Error;

/// The services of a configuration, in order. Freed by torctl_services_free(). Outlives the controller.
/// Strings from it live until the same service is changed. One thread at a time may change it.
///
/// A setter that refuses something changes nothing, and the object remembers it: torctl_set_services()
/// then fails, with the status and the message of the first that did. The same option of the same service
/// set well makes it good; for what was to be added, torctl_services_clear_failure() says that the program
/// knows.
pub struct torctl_services(Chosen<Vec<Group>>);

/// A service, and its texts as C has them.
pub(super) struct Group {
    service: Service,
    directory: CString,
    options: Vec<(CString, CString)>,
}

impl From<Service> for Group {
    fn from(service: Service) -> Group {
        let text = |text: &Vec<u8>| text_of(text);
        let options = service.options.iter();
        Group {
            directory: text(&service.directory),
            options: options
                .map(|(name, value)| (text(name), text(value)))
                .collect(),
            service,
        }
    }
}

impl Choice for torctl_services {
    type Value = Vec<Group>;

    fn chosen(&self) -> &Chosen<Vec<Group>> {
        &self.0
    }
}

impl torctl_services {
    /// None where they cannot be looked at.
    fn groups(&self) -> Option<Look<'_, Vec<Group>>> {
        self.0.look().ok()
    }
}

fn text_of(text: &[u8]) -> CString {
    CString::new(text).unwrap_or_default()
}

/// Changes one service.
fn change_one(
    groups: &mut [Group],
    index: usize,
    change: impl FnOnce(&mut Service),
) -> Result<(), Error> {
    let group = groups.get_mut(index).ok_or_else(|| no_such(index))?;
    let mut service = group.service.clone();
    change(&mut service);
    *group = Group::from(service);
    Ok(())
}

fn no_such(index: usize) -> Error {
    Error::NotFound(format!("there is no service with the index {index}"))
}

/// Reads the services of tor's configuration, by GETCONF HiddenServiceOptions.
///
/// Sets `*services` to an object that the caller frees with torctl_services_free().
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_get_services(
    controller: *mut Controller,
    call: *mut Call,
    services: Option<&mut MaybeUninit<*mut torctl_services>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let place = Out::object(services);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let place = place.require("services")?;
        let all = services::get_services(&controller, &call)?;
        let groups = all.into_iter().map(Group::from).collect();
        place.set_box(torctl_services(Chosen::new(groups)));
        Ok(TORCTL_OK)
    })
}

/// Has tor's configuration have these services and no others, by SETCONF: all of it or nothing. Until tor
/// ends or reads its torrc again; torctl_save_conf() makes it stay.
///
/// # Safety
/// The handles are NULL or living.
#[no_mangle]
pub unsafe extern "C" fn torctl_set_services(
    controller: *mut Controller,
    services: Option<&torctl_services>,
    call: *mut Call,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let (controller, call) = unsafe { (share(controller, "controller")?, share_call(call)?) };
        let groups = required(services, "services")?.0.whole()?;
        let all: Vec<Service> = groups.iter().map(|group| group.service.clone()).collect();
        // Not locked while tor is asked.
        drop(groups);
        services::set_services(&controller, &all, &call)?;
        Ok(TORCTL_OK)
    })
}

/// How many services there are.
#[no_mangle]
pub extern "C" fn torctl_services_count(services: Option<&torctl_services>) -> usize {
    services
        .and_then(torctl_services::groups)
        .map_or(0, |groups| groups.len())
}

/// The directory of a service: its HiddenServiceDir.
///
/// Returns a string that lives in the object until the service is changed.
#[no_mangle]
pub extern "C" fn torctl_services_directory(
    services: Option<&torctl_services>,
    index: usize,
) -> *const c_char {
    let groups = services.and_then(torctl_services::groups);
    groups.map_or(empty(), |groups| {
        groups
            .get(index)
            .map_or(empty(), |it| it.directory.as_ptr())
    })
}

/// How many options a service has beside its directory.
#[no_mangle]
pub extern "C" fn torctl_services_option_count(
    services: Option<&torctl_services>,
    index: usize,
) -> usize {
    let groups = services.and_then(torctl_services::groups);
    groups.map_or(0, |groups| {
        groups.get(index).map_or(0, |it| it.options.len())
    })
}

/// The name of an option of a service, as "HiddenServicePort".
///
/// Returns a string that lives in the object until the service is changed.
#[no_mangle]
pub extern "C" fn torctl_services_option_name(
    services: Option<&torctl_services>,
    index: usize,
    option: usize,
) -> *const c_char {
    text(services, index, option, |(name, _)| name)
}

/// The value of an option of a service, as "80 127.0.0.1:8080".
///
/// Returns a string that lives in the object until the service is changed.
#[no_mangle]
pub extern "C" fn torctl_services_option_value(
    services: Option<&torctl_services>,
    index: usize,
    option: usize,
) -> *const c_char {
    text(services, index, option, |(_, value)| value)
}

fn text(
    services: Option<&torctl_services>,
    index: usize,
    option: usize,
    which: impl Fn(&(CString, CString)) -> &CString,
) -> *const c_char {
    let groups = services.and_then(torctl_services::groups);
    groups.map_or(empty(), |groups| {
        let pair = groups.get(index).and_then(|it| it.options.get(option));
        // The text is on the heap and stays there when the lock is let go.
        pair.map_or(empty(), |pair| which(pair).as_ptr())
    })
}

/// Adds a service without options; it needs a HiddenServicePort at least. tor makes the directory if it is
/// not there. A relative path is refused, because tor would take it from its own working directory.
///
/// Sets `*index`, if not NULL, to the service's index.
///
/// # Safety
/// The directory is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_services_add(
    services: Option<&torctl_services>,
    directory: *const c_char,
    index: Option<&mut MaybeUninit<usize>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let index = Out::new(index, 0);
    let setter = Setter::adds("torctl_services_add");
    choose(services, setter, err, |groups| {
        // SAFETY: passed on.
        let directory = unsafe { bytes(directory, "directory") }?;
        services::check_directory(directory)?;
        index.set(groups.len());
        groups.push(Group::from(Service {
            directory: directory.to_vec(),
            options: Vec::new(),
        }));
        Ok(())
    })
}

/// Removes a service; those behind it move up. Its directory stays, with its key in it.
#[no_mangle]
pub extern "C" fn torctl_services_remove(
    services: Option<&torctl_services>,
    index: usize,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        let services = required(services, "services")?;
        services.0.edit(|groups| {
            if index >= groups.len() {
                return Err(no_such(index));
            }
            groups.remove(index);
            Ok(())
        })
    })
}

/// Has an option of a service have one value, in place of all that it had. NULL for `value` removes the
/// option.
///
/// # Safety
/// The name and the value are NULL or strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_services_set_option(
    services: Option<&torctl_services>,
    index: usize,
    name: *const c_char,
    value: *const c_char,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    // SAFETY: passed on.
    let (name, value) = unsafe { (optional_bytes(name), optional_bytes(value)) };
    let of = [&index.to_ne_bytes(), name.unwrap_or_default()].concat();
    let option = of.to_ascii_lowercase();
    let setter = Setter::sets_of("torctl_services_set_option", "option", option);
    choose(services, setter, err, |groups| {
        let name = name.ok_or_else(|| null("name"))?;
        services::check_option(name, value)?;
        change_one(groups, index, |service| service.set(name, value))
    })
}

/// Adds a value to an option of a service beside those that it has, as another HiddenServicePort.
///
/// # Safety
/// The name and the value are NULL or strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_services_add_option(
    services: Option<&torctl_services>,
    index: usize,
    name: *const c_char,
    value: *const c_char,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let setter = Setter::adds("torctl_services_add_option");
    choose(services, setter, err, |groups| {
        // SAFETY: passed on.
        let (name, value) = unsafe { (bytes(name, "name")?, bytes(value, "value")?) };
        services::check_option(name, Some(value))?;
        let group = groups.get_mut(index).ok_or_else(|| no_such(index))?;
        group.service.add(name, value);
        group.options.push((text_of(name), text_of(value)));
        Ok(())
    })
}

/// Forgets what was refused, so that what was set and added before counts: for a program that has looked
/// at each status.
#[no_mangle]
pub extern "C" fn torctl_services_clear_failure(services: Option<&torctl_services>) {
    if let Some(services) = services {
        services.0.clear_failure();
    }
}

/// Frees the object. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_services_free(services: Option<Box<torctl_services>>) {
    guard_or((), || drop(services));
}

/// Reads the address of the service in a directory from its file "hostname", which tor writes and only
/// its user may read. Does not talk to tor.
///
/// Writes the address, with ".onion" and a NUL, to `address`, which has room for
/// TORCTL_ONION_ADDRESS_SIZE bytes. Returns TORCTL_ERR_SYSTEM if the file cannot be read.
///
/// # Safety
/// The directory is NULL or a string, `address` has that much room.
#[no_mangle]
pub unsafe extern "C" fn torctl_service_directory_address(
    directory: *const c_char,
    address: *mut c_char,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let directory = unsafe { bytes(directory, "directory") }?;
        if address.is_null() {
            return Err(null("address"));
        }
        let found = services::address(Path::new(OsStr::from_bytes(directory)))?;
        let text = format!("{found}.onion\0");
        // SAFETY: by this function's contract there is room; it does not overlap ours.
        unsafe { std::ptr::copy_nonoverlapping(text.as_ptr(), address.cast(), text.len()) };
        Ok(TORCTL_OK)
    })
}
