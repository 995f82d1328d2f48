//! What stands behind src/tables/services.rs.

use std::ffi::CString;

use super::generated::*;
use super::onion_key::put;
use super::options_cell::OptionsRef;
use crate::onion::configured::{self, Service};

/// The services of a configuration, in order. Freed by torctl_services_free(). Outlives the
/// controller. Strings from it live until the same service is changed. One thread at a time may
/// change it.
///
/// A setter that refuses something changes nothing, and the object remembers it:
/// torctl_set_services() then fails, with the status and the message of the first that did. A later
/// valid value for the same option of the same service clears that failure;
/// torctl_services_clear_failure() also clears the failure of something that was to be added.
pub struct torctl_services(OptionsCell<Vec<Group>>);

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

impl HasOptions for torctl_services {
    type Value = Vec<Group>;

    fn cell(&self) -> &OptionsCell<Vec<Group>> {
        &self.0
    }
}

impl From<Vec<Service>> for torctl_services {
    fn from(all: Vec<Service>) -> torctl_services {
        torctl_services(OptionsCell::new(all.into_iter().map(Group::from).collect()))
    }
}

impl torctl_services {
    /// None where they cannot be looked at.
    fn groups(&self) -> Option<OptionsRef<'_, Vec<Group>>> {
        self.0.look().ok()
    }

    /// A copy, so that they are not locked while tor is asked.
    fn all(&self) -> Result<Vec<Service>, Error> {
        let groups = self.0.whole()?;
        Ok(groups.iter().map(|group| group.service.clone()).collect())
    }

    /// The name and the value of an option.
    fn option(&self, index: usize, option: usize) -> Option<[*const c_char; 2]> {
        let groups = self.groups()?;
        let (name, value) = groups.get(index)?.options.get(option)?;
        // The texts are on the heap and stay there when the lock is let go.
        Some([name.as_ptr(), value.as_ptr()])
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

/// Adds a service without options.
fn add(groups: &mut Vec<Group>, directory: &[u8]) -> Result<usize, Error> {
    configured::check_directory(directory)?;
    groups.push(Group::from(Service {
        directory: directory.to_vec(),
        options: Vec::new(),
    }));
    Ok(groups.len() - 1)
}

fn add_option(groups: &mut [Group], index: usize, name: &[u8], value: &[u8]) -> Result<(), Error> {
    configured::check_option(name, Some(value))?;
    let group = groups.get_mut(index).ok_or_else(|| no_such(index))?;
    group.service.add(name, value);
    group.options.push((text_of(name), text_of(value)));
    Ok(())
}

fn remove(groups: &mut Vec<Group>, index: usize) -> Result<(), Error> {
    if index >= groups.len() {
        return Err(no_such(index));
    }
    groups.remove(index);
    Ok(())
}

fn no_such(index: usize) -> Error {
    Error::NotFound(format!("there is no service with the index {index}"))
}

generated!("services");

// By hand: which choice it makes depends on its arguments.

/// Gives an option of a service one value, in place of all that it had. NULL for `value` removes
/// the option.
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
    set_option(services, setter, err, |groups| {
        let name = name.ok_or_else(|| null("name"))?;
        configured::check_option(name, value)?;
        change_one(groups, index, |service| service.set(name, value))
    })
}
